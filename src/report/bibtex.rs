//! What to cite, as BibTeX.

use super::escape::tex;
use crate::exhibit::Reference;
use std::fmt::Write;

/// An entry for each reference.
pub fn entries(references: &[Reference]) -> String {
    references.iter().map(entry).collect::<Vec<_>>().join("\n")
}

fn entry(reference: &Reference) -> String {
    let kind = match reference.published {
        Some(published) if published.contains("Conference") => "inproceedings",
        Some(_) => "article",
        None => "misc",
    };
    let place = if kind == "inproceedings" { "booktitle" } else { "journal" };
    let key: String = reference.key.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
    let mut text = format!("@{kind}{{{key},\n");
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name} = {{{value}}},");
        }
    };
    field("author", reference.authors.map(str::to_owned));
    // In braces of its own: the letters stay as they are.
    field("title", Some(format!("{{{}}}", tex(&reference.title))));
    field(place, reference.published.map(str::to_owned));
    field("year", reference.year.map(str::to_owned));
    field("doi", reference.doi.as_deref().map(tex));
    field("eprint", reference.arxiv.as_deref().map(tex));
    field("archiveprefix", reference.arxiv.as_ref().map(|_| "arXiv".to_owned()));
    field("note", reference.note.as_deref().map(tex));
    text + "}\n"
}
