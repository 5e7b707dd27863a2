//! What reproduces a report, what has to be trusted, and what to cite.

use super::{Paths, Text};
use crate::problem::InstanceFile;

/// A command line that the reader can copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it does.
    pub purpose: &'static str,
    /// The line, for a POSIX shell.
    pub line: String,
}

/// Something to cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it is cited for.
    pub what: &'static str,
    /// The key of its BibTeX entry.
    pub key: String,
    /// Authors, where they are known apart from the rest.
    pub authors: Option<&'static str>,
    /// The title; for an instance's source all of the reference: a stranger's words.
    pub title: String,
    /// Where it appeared.
    pub published: Option<&'static str>,
    /// The year.
    pub year: Option<&'static str>,
    /// The arXiv number.
    pub arxiv: Option<String>,
    /// The DOI.
    pub doi: Option<String>,
    /// Where in it, or a version.
    pub note: Option<String>,
}

/// A file name as a word of a shell.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    match path {
        _ if !path.is_empty() && path.chars().all(plain) && !path.starts_with('-') => path.to_owned(),
        _ if path.starts_with('-') => format!("'./{}'", path.replace('\'', "'\\''")),
        _ => format!("'{}'", path.replace('\'', "'\\''")),
    }
}

pub(super) fn commands(paths: &Paths) -> Vec<Command> {
    let (instance, certificate) = (quoted(&paths.instance), quoted(&paths.certificate));
    vec![
        Command {
            purpose: "decide and prove it again",
            line: format!("relucert check {instance} --certificate {certificate}"),
        },
        Command {
            purpose: "check the certificate with the independent checker in Rust",
            line: format!("relucert-check {instance} {certificate}"),
        },
        Command {
            purpose: "check it with Python's standard library alone",
            line: format!("python3 checker/check.py {instance} {certificate}"),
        },
        Command { purpose: "make this report", line: format!("relucert report {instance} {certificate}") },
    ]
}

pub(super) fn trusted(instance: &InstanceFile) -> Vec<Text> {
    let sections = match instance {
        InstanceFile::Empirical(_) => {
            "docs/theory.md, sections 1, 2.1, 2.5 and 3 to 6, and of section 7 the parts that \
                                       docs/trust.md names if the evidence is a second order or an elimination"
        }
        InstanceFile::Integral(_) => "docs/theory-integral.md, of which docs/trust.md names the parts that are used",
    };
    vec![
        Text::plain(
            "The statement: that the instance is the problem you mean. Its numbers are read exactly, from their text.",
        ),
        Text::plain(format!("The mathematics: {sections}. The proofs are written out.")),
        Text::plain(
            "One of the checkers, which recompute everything from the instance with exact rational arithmetic, in Rust or in \
             Python, and share no mathematics with the program that found the proof.",
        ),
        Text::plain("What the checker runs on: big integers, a JSON parser, the compiler or interpreter, the machine."),
        Text::plain(
            "Not this page: it shows what the checker accepted when it was made. Run a checker yourself and read its last line. \
             The pictures illustrate and prove nothing.",
        ),
    ]
}

pub(super) fn references(instance: &InstanceFile) -> Vec<Reference> {
    let source = instance.source();
    let mut found = Vec::new();
    if let Some(citation) = source.citation.as_ref().filter(|citation| *citation != "relucert") {
        found.push(Reference {
            what: "the instance",
            key: format!("source-{}", instance.id()),
            authors: None,
            title: citation.clone(),
            published: None,
            year: None,
            arxiv: source.arxiv.clone(),
            doi: source.doi.clone(),
            note: source.location.clone(),
        });
    }
    found.push(match instance {
        InstanceFile::Empirical(_) => Reference {
            what: "the theory",
            key: "wu2025loss".to_owned(),
            authors: Some("Wu, Zhengqing and Simsek, Berfin and Ged, Francois"),
            title: "Loss Landscape of Shallow ReLU-like Neural Networks: Stationary Points, Saddle Escape, and Network Embedding"
                .to_owned(),
            published: Some("International Conference on Learning Representations"),
            year: Some("2025"),
            arxiv: Some("2402.05626".to_owned()),
            doi: None,
            note: None,
        },
        InstanceFile::Integral(_) => Reference {
            what: "the theory",
            key: "cheridito2022landscape".to_owned(),
            authors: Some("Cheridito, Patrick and Jentzen, Arnulf and Rossmannek, Florian"),
            title: "Landscape Analysis for Shallow Neural Networks: Complete Classification of Critical Points for Affine Target \
                    Functions"
                .to_owned(),
            published: Some("Journal of Nonlinear Science 32:64"),
            year: Some("2022"),
            arxiv: Some("2103.10922".to_owned()),
            doi: Some("10.1007/s00332-022-09823-8".to_owned()),
            note: None,
        },
    });
    found.push(Reference {
        what: "the tool",
        key: "relucert".to_owned(),
        authors: Some("{The relucert authors}"),
        title: "relucert: exact verdicts and certificates for points of ReLU-like loss landscapes".to_owned(),
        published: None,
        year: None,
        arxiv: None,
        doi: None,
        note: Some(format!("version {}", env!("CARGO_PKG_VERSION"))),
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_words_of_a_shell() {
        let cases =
            [("a/b-1.json", "a/b-1.json"), ("two words", "'two words'"), ("it's", "'it'\\''s'"), ("-x", "'./-x'")];
        for (path, expected) in cases {
            assert_eq!(quoted(path), expected);
        }
    }
}
