//! What pages are made of: the frame, sentences, tables.

use super::super::formula::{exact, subscripts, sum, vector};
use super::super::{harmless, picture};
use crate::exhibit::{Span, Table, Text};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The style sheet of all pages.
pub(in super::super) const STYLE: &str = include_str!("style.css");

/// A whole page. `script`: the few lines of ours that it may need.
pub(in super::super) fn document(title: &str, description: &str, body: &Markup, script: Option<&str>) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="description" content=(description);
                meta name="generator" content=(concat!("relucert ", env!("CARGO_PKG_VERSION")));
                title { (title) }
                // Otherwise a browser asks its server for one.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) (PreEscaped(picture::STYLE)) }
            }
            body {
                a class="skip" href="#main" { "Skip to the report" }
                (body)
                @if let Some(script) = script {
                    script { (PreEscaped(script)) }
                }
            }
        }
    };
    markup.into_string() + "\n"
}

/// A sentence.
pub(super) fn text(text: &Text) -> Markup {
    html! {
        @for span in &text.0 {
            @match span {
                Span::Words(words) => (harmless(words)),
                Span::Formula { plain, .. } => (formula(plain)),
                Span::Number(number) => span class="number" { (exact(number)) },
                Span::Vector(entries) => span class="number" { (vector(entries)) },
                Span::Sum(polynomial) => span class="formula sum" { (sum(polynomial)) },
                Span::Code(code) => code { (harmless(code)) },
            }
        }
    }
}

fn formula(plain: &str) -> Markup {
    html! {
        span class="formula" {
            @for (below, part) in subscripts(plain) {
                @if below { sub { (part) } } @else { (part) }
            }
        }
    }
}

/// A table that scrolls by itself where it is too wide.
pub(super) fn table(table: &Table, label: &str) -> Markup {
    html! {
        div class="scroll" role="region" aria-label=(label) tabindex="0" {
            table {
                thead { tr { @for name in &table.header { th scope="col" { (text(name)) } } } }
                tbody {
                    @for row in &table.rows {
                        tr { @for cell in row { td { (text(cell)) } } }
                    }
                }
            }
        }
        @if table.left_out > 0 {
            p class="note" { (table.left_out) " more rows are left out here; the files have them all." }
        }
    }
}
