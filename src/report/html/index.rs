//! The index of a folder of instances: a table that a few lines of script filter; without script it is a table.

use super::super::harmless;
use super::super::index::{Entry, short};
use super::parts::document;
use maud::{Markup, html};

/// Shows the filter and hides the rows that don't pass it.
const SCRIPT: &str = include_str!("filter.js");

/// The page. `heading`: what the folder is called.
pub fn index(heading: &str, entries: &[Entry]) -> String {
    let body = html! {
        header class="top" {
            p class="kicker" { "relucert report" }
            h1 { (harmless(heading)) }
            p { (entries.len()) " points, each with what is proved of it by a certificate that an independent checker has accepted." }
        }
        main id="main" {
            form id="filter" hidden aria-label="Filter" {
                (choice("paper", "Paper or folder", entries.iter().map(|entry| entry.group.as_str())))
                (choice("verdict", "Verdict", entries.iter().map(|entry| entry.verdict.as_str())))
                p id="count" class="note" role="status" {}
            }
            div class="scroll" role="region" aria-label="Instances" tabindex="0" {
                table id="instances" {
                    thead { tr {
                        @for name in ["instance", "what it shows", "proved", "loss", "paper or folder"] { th scope="col" { (name) } }
                    } }
                    tbody { @for entry in entries { (row(entry)) } }
                }
            }
        }
    };
    document(&harmless(heading), "What is certified, point by point", &body, Some(SCRIPT))
}

fn row(entry: &Entry) -> Markup {
    html! {
        tr data-paper=(harmless(&entry.group)) data-verdict=(entry.verdict) {
            td {
                @match entry.page.as_ref().or(entry.instance.as_ref()) {
                    Some(page) => a href=(page) { (harmless(&entry.id)) },
                    None => code { (harmless(&entry.id)) },
                }
            }
            td { (harmless(&entry.title)) }
            td { strong { (entry.verdict) } }
            td { span class="number" { @match &entry.loss { Some(loss) => (short(loss)), None => "" } } }
            td { (harmless(&entry.group)) }
        }
    }
}

fn choice<'a>(name: &str, label: &str, values: impl Iterator<Item = &'a str>) -> Markup {
    let values: std::collections::BTreeSet<&str> = values.collect();
    html! {
        label {
            (label)
            select name=(name) {
                option value="" { "all" }
                @for value in values { option value=(harmless(value)) { (harmless(value)) } }
            }
        }
    }
}
