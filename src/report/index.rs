//! The index of a folder of instances: its entries, and the same as Markdown.

use super::escape::markdown;
use crate::exhibit::Exhibit;
use crate::rational::{Rational, decimal, write};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A line of the index.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The instance's name.
    pub id: String,
    /// Its title: a stranger's words.
    pub title: String,
    /// The paper, or the folder, that it belongs to.
    pub group: String,
    /// What is proved of it, in a word or two.
    pub verdict: String,
    /// Its loss.
    pub loss: Option<Rational>,
    /// Where its page is, seen from the index.
    pub page: Option<String>,
    /// Where the instance is, seen from the index.
    pub instance: Option<String>,
}

impl Entry {
    /// The entry of an exhibit. `folder`: the part of the instance's path below the folder that is indexed.
    pub fn of(exhibit: &Exhibit, folder: &str) -> Entry {
        let paper = exhibit.source.arxiv.as_ref().map(|number| format!("arXiv:{number}"));
        let paper = paper.or_else(|| exhibit.source.doi.as_ref().map(|doi| format!("doi:{doi}")));
        let group = match (folder.is_empty(), paper) {
            (false, Some(paper)) => format!("{folder} ({paper})"),
            (false, None) => folder.to_owned(),
            (true, paper) => paper.unwrap_or_else(|| "none".to_owned()),
        };
        Entry {
            id: exhibit.id.clone(),
            title: exhibit.title.clone().unwrap_or_default(),
            group,
            verdict: exhibit.verdict.to_owned(),
            loss: Some(exhibit.loss.clone()),
            page: None,
            instance: None,
        }
    }
}

/// A loss as it stands in a table: exact, or a decimal if it is long.
pub(super) fn short(loss: &Rational) -> String {
    let exact = write(loss);
    if exact.len() <= 24 { exact } else { format!("≈ {}", decimal(loss, 6)) }
}

/// The index as Markdown: how many of each verdict, then a table for each paper or folder.
pub fn markdown_index(heading: &str, entries: &[Entry]) -> String {
    let mut text = format!("# {}\n\n", markdown(heading));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<&str> = Vec::new();
    for entry in entries {
        *counts.entry(&entry.verdict).or_default() += 1;
        if !groups.contains(&entry.group.as_str()) {
            groups.push(&entry.group);
        }
    }
    let counts: Vec<String> = counts.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let _ = writeln!(
        text,
        "{} points, each with what is proved of it by a certificate that an independent checker has accepted: {}.",
        entries.len(),
        counts.join(", ")
    );
    for group in groups {
        let _ = write!(
            text,
            "\n## {}\n\n| instance | what it shows | proved | loss |\n|---|---|---|---|\n",
            markdown(group)
        );
        for entry in entries.iter().filter(|entry| entry.group == group) {
            let target = entry.page.as_ref().or(entry.instance.as_ref());
            let name = target.map_or_else(|| format!("`{}`", entry.id), |target| format!("[{}]({target})", entry.id));
            let loss = entry.loss.as_ref().map(short);
            let (title, loss) = (markdown(&entry.title), loss.unwrap_or_default());
            let _ = writeln!(text, "| {name} | {title} | {} | {loss} |", entry.verdict);
        }
    }
    text
}
