//! The report as Markdown, for a repository or a notebook: CommonMark with tables, no HTML.

use super::escape::markdown;
use super::formula::{exact, pretty, sum, vector, with_decimal};
use super::{bibtex, harmless};
use crate::exhibit::picture::Picture;
use crate::exhibit::{Exhibit, Span, Step, Table, Text};
use std::fmt::Write;

/// Longest listing, in bytes.
const LONGEST_LISTING: usize = 20_000;

/// The name of the file of a picture beside a page: `page.weights.svg` for `page.md`. `stem`: the page's name without its
/// ending.
pub fn picture_file(stem: &str, picture: &Picture) -> String {
    format!("{stem}.{}.svg", picture.name)
}

/// The page. `stem`: its name without its ending, where the pictures lie beside it ([`picture_file`]); otherwise it has none.
pub fn page(exhibit: &Exhibit, stem: Option<&str>) -> String {
    let heading = exhibit.title.as_deref().unwrap_or(&exhibit.id);
    let mut page = format!("# {}\n\n**{}**\n\n", markdown(heading), text(&exhibit.sentence));
    let _ = writeln!(page, "- instance: {}", code(&exhibit.id));
    let _ = writeln!(page, "- loss: {}, {}", code(&with_decimal(&exhibit.loss)), text(&exhibit.loss_formula));
    if let Some(error) = &exhibit.mean_squared_error {
        let _ = writeln!(page, "- mean squared error: {}", code(&with_decimal(error)));
    }
    for (name, value) in &exhibit.setting {
        let _ = writeln!(page, "- {name}: {}", text(value));
    }
    source(&mut page, exhibit);
    if let Some(stem) = stem {
        pictures(&mut page, exhibit, stem);
    }
    page.push_str("\n## What is proved\n\n| property | answer | why |\n|---|---|---|\n");
    for claim in &exhibit.claims {
        let answer = markdown(&claim.answer.words());
        let _ = writeln!(page, "| {} | **{answer}** | {} |", claim.name.replace('^', "\\^"), text(&claim.proof));
    }
    if let Some(region) = &exhibit.region {
        let _ = writeln!(page, "\n{}", text(region));
    }
    let _ = write!(page, "\n## Neurons\n\n{}\n{}\n", table(&exhibit.neurons), text(&exhibit.neurons_note));
    evidence(&mut page, exhibit);
    let _ = write!(page, "\n## Data and residuals\n\n{}", table(&exhibit.data));
    page.push_str("\n## Check it yourself\n\n");
    for command in &exhibit.commands {
        let _ = write!(page, "To {}:\n\n{}\n", command.purpose, fenced("sh", &command.line));
    }
    let _ = write!(page, "The last line of a checker:\n\n{}", fenced("text", &exhibit.status));
    page.push_str("\n## What has to be trusted\n\n");
    for (index, item) in exhibit.trusted.iter().enumerate() {
        let _ = writeln!(page, "{}. {}", index + 1, text(item));
    }
    let _ = write!(page, "\n## How to cite\n\n{}", fenced("bibtex", &bibtex::entries(&exhibit.references)));
    page
}

fn source(page: &mut String, exhibit: &Exhibit) {
    let source = &exhibit.source;
    let parts = [
        ("source", &source.citation),
        ("arXiv", &source.arxiv),
        ("doi", &source.doi),
        ("where", &source.location),
        ("the source claims", &source.claim),
        ("the instance says", &exhibit.because),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            let _ = writeln!(page, "- {name}: {}", markdown(value));
        }
    }
}

fn pictures(page: &mut String, exhibit: &Exhibit, stem: &str) {
    if exhibit.pictures.is_empty() {
        return;
    }
    page.push_str("\n## Pictures\n");
    for picture in &exhibit.pictures {
        let (title, description) = (markdown(&picture.title), markdown(&picture.description));
        let address = address(&picture_file(stem, picture));
        let _ = write!(page, "\n![{title}: {description}]({address})\n\n**{title}.** {}\n", text(&picture.caption));
    }
}

/// A file name as an address: what isn't a letter, a digit or one of `._-` is encoded.
fn address(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    name.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn evidence(page: &mut String, exhibit: &Exhibit) {
    if exhibit.evidence.is_empty() {
        page.push_str("\n## Evidence\n\nNone is needed: the checker recomputes everything from the instance.\n");
        return;
    }
    page.push_str("\n## Evidence\n");
    for piece in &exhibit.evidence {
        let _ = write!(
            page,
            "\n### {}\n\n{} In the certificate: {}.\n",
            text(&piece.title),
            text(&piece.says),
            code(&piece.pointer)
        );
        steps(page, &piece.steps);
    }
}

fn steps(page: &mut String, shown: &[Step]) {
    for step in shown {
        let _ = match step {
            Step::Sentence(sentence) => write!(page, "\n{}\n", text(sentence)),
            Step::Table(rows) => write!(page, "\n{}", table(rows)),
            Step::Listing(listing) if listing.len() <= LONGEST_LISTING => {
                write!(page, "\n{}", fenced("json", listing))
            }
            Step::Listing(listing) => {
                writeln!(page, "\nIts {} bytes are left out here; the certificate has them.", listing.len())
            }
            Step::Fold(title, inner) => {
                let _ = write!(page, "\n**{}.**\n", text(title));
                steps(page, inner);
                Ok(())
            }
        };
    }
}

/// A sentence on one line.
fn text(text: &Text) -> String {
    let span = |span: &Span| match span {
        Span::Words(words) => markdown(words),
        Span::Formula { plain, .. } => {
            format!("*{}*", markdown(pretty(plain).trim()))
        }
        Span::Number(number) => code(&exact(number)),
        Span::Vector(entries) => code(&vector(entries)),
        Span::Sum(polynomial) => code(&sum(polynomial)),
        Span::Code(name) => code(name),
    };
    text.0.iter().map(span).collect()
}

/// Code between as many backticks as it takes.
fn code(text: &str) -> String {
    let text = harmless(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    if longest == 0 { format!("{ticks}{text}{ticks}") } else { format!("{ticks} {text} {ticks}") }
}

fn fenced(language: &str, content: &str) -> String {
    let lines: Vec<String> = content.trim_end().lines().map(harmless).collect();
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

fn table(table: &Table) -> String {
    let line = |cells: &[Text]| {
        let cells: Vec<String> = cells.iter().map(text).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut rows = line(&table.header) + &format!("|{}\n", "---|".repeat(table.header.len()));
    rows.extend(table.rows.iter().map(|row| line(row)));
    if table.left_out > 0 {
        let _ = write!(rows, "\n{} more rows are left out here; the files have them all.\n", table.left_out);
    }
    rows
}
