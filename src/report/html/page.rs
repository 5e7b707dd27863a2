//! The page of one instance.

use super::super::formula::{plain, with_decimal};
use super::super::{bibtex, harmless, picture};
use super::parts::{document, table, text};
use crate::exhibit::{Answer, Claim, Evidence, Exhibit, Reference, Step};
use maud::{Markup, PreEscaped, html};

/// Longest file that stands on the page, in bytes.
const LONGEST_FILE: usize = 200_000;

/// The page.
pub fn page(exhibit: &Exhibit) -> String {
    let heading = exhibit.title.as_deref().unwrap_or(&exhibit.id);
    let body = html! {
        header class="top" {
            p class="kicker" { "relucert report · " code { (harmless(&exhibit.id)) } }
            h1 { (harmless(heading)) }
            p class="sentence" id="verdict" { strong { (text(&exhibit.sentence)) } }
            dl class="facts" {
                div { dt { "loss" } dd { (with_decimal(&exhibit.loss)) } }
                @if let Some(error) = &exhibit.mean_squared_error {
                    div { dt { "mean squared error" } dd { (with_decimal(error)) } }
                }
                div { dt { "certificate" } dd { "verified" } }
            }
            p class="note" { "Everything here is proved in exact arithmetic by a certificate that an independent checker has accepted. "
                a href="#check" { "Check it yourself" } "." }
        }
        main id="main" {
            (problem(exhibit))
            (pictures(exhibit))
            (claims(exhibit))
            (neurons(exhibit))
            (data(exhibit))
            (check(exhibit))
            (trust(exhibit))
            (cite(exhibit))
            (files(exhibit))
        }
    };
    let title = format!("{}: {}", harmless(&exhibit.id), exhibit.verdict);
    document(&title, &plain(&exhibit.sentence), &body, None)
}

fn problem(exhibit: &Exhibit) -> Markup {
    let source = &exhibit.source;
    html! {
        section aria-labelledby="problem" {
            h2 id="problem" { "The problem" }
            dl class="setting" {
                @for (name, value) in &exhibit.setting {
                    dt { (name) } dd { (text(value)) }
                }
                dt { "loss" } dd { (text(&exhibit.loss_formula)) }
                @if let Some(citation) = &source.citation {
                    dt { "source" }
                    dd {
                        (harmless(citation))
                        @if let Some(number) = &source.arxiv { ", arXiv:" (harmless(number)) }
                        @if let Some(doi) = &source.doi { ", doi:" (harmless(doi)) }
                        @if let Some(location) = &source.location { ", " (harmless(location)) }
                    }
                }
                @if let Some(claim) = &source.claim { dt { "the source claims" } dd { (harmless(claim)) } }
                @if let Some(because) = &exhibit.because { dt { "the instance says" } dd { (harmless(because)) } }
            }
        }
    }
}

fn pictures(exhibit: &Exhibit) -> Markup {
    html! {
        @if !exhibit.pictures.is_empty() {
            section aria-labelledby="pictures" {
                h2 id="pictures" { "Pictures" }
                div class="pictures" {
                    @for picture in &exhibit.pictures {
                        figure {
                            (PreEscaped(picture::svg(picture, "picture-")))
                            figcaption { strong { (picture.title) ". " } (text(&picture.caption)) }
                        }
                    }
                }
            }
        }
    }
}

fn sign(answer: &Answer) -> &'static str {
    match answer {
        Answer::Yes => "✓ ",
        Answer::No => "✗ ",
        Answer::Open => "? ",
        _ => "",
    }
}

fn claims(exhibit: &Exhibit) -> Markup {
    html! {
        section aria-labelledby="claims" {
            h2 id="claims" { "What is proved" }
            @for claim in &exhibit.claims { (one_claim(exhibit, claim)) }
        }
    }
}

fn one_claim(exhibit: &Exhibit, claim: &Claim) -> Markup {
    let key = claim.property.key();
    let evidence: Vec<&Evidence> = exhibit.evidence.iter().filter(|evidence| evidence.home == claim.property).collect();
    html! {
        article class="claim" id=(format!("claim-{key}")) {
            h3 {
                span class="name" { (claim.name.replace("^1", "¹").replace("^2", "²")) }
                span class=(format!("answer {}", claim.answer.class())) {
                    span aria-hidden="true" { (sign(&claim.answer)) } (claim.answer.words())
                }
            }
            p class="meaning" { (text(&claim.meaning)) }
            p { (text(&claim.proof)) }
            @if let (crate::problem::Property::LocalMinimum, Some(region)) = (claim.property, &exhibit.region) {
                p { strong { "Where. " } (text(region)) " " a href="#neurons" { "The neurons" } "." }
            }
            @for evidence in evidence { (one_piece(evidence)) }
        }
    }
}

fn one_piece(evidence: &Evidence) -> Markup {
    html! {
        details {
            summary { (text(&evidence.title)) }
            p { (text(&evidence.says)) " In the certificate: " code { (evidence.pointer) } "." }
            (steps(&evidence.steps, &plain(&evidence.title)))
        }
    }
}

fn steps(shown: &[Step], label: &str) -> Markup {
    html! {
        @for step in shown {
            @match step {
                Step::Sentence(sentence) => p { (text(sentence)) },
                Step::Table(rows) => (table(rows, label)),
                Step::Listing(listing) => (long(listing)),
                Step::Fold(title, inner) => details class="part" { summary { (text(title)) } (steps(inner, &plain(title))) },
            }
        }
    }
}

fn long(listing: &str) -> Markup {
    html! {
        @if listing.len() <= LONGEST_FILE {
            pre tabindex="0" { (harmless_lines(listing)) }
        } @else {
            p class="note" { "Its " (listing.len()) " bytes are left out here; the file has them." }
        }
    }
}

/// A listing: line ends stay, everything else that one can't see is shown.
pub(super) fn harmless_lines(listing: &str) -> String {
    listing.lines().map(|line| harmless(line) + "\n").collect()
}

fn neurons(exhibit: &Exhibit) -> Markup {
    html! {
        section aria-labelledby="neurons" {
            h2 id="neurons" { "Neurons" }
            (table(&exhibit.neurons, "Neurons"))
            p class="note" { (text(&exhibit.neurons_note)) }
        }
    }
}

fn data(exhibit: &Exhibit) -> Markup {
    html! {
        section aria-labelledby="data" {
            h2 id="data" { "Data and residuals" }
            details {
                summary { "Data, predictions and residuals, exactly" }
                (table(&exhibit.data, "Data and residuals"))
            }
        }
    }
}

fn check(exhibit: &Exhibit) -> Markup {
    html! {
        section aria-labelledby="check" {
            h2 id="check" { "Check it yourself" }
            @for command in &exhibit.commands {
                p class="purpose" { "To " (command.purpose) ":" }
                pre tabindex="0" { code { (harmless(&command.line)) } }
            }
            p { "A checker's last line, the one to look at:" }
            pre tabindex="0" { code { (harmless(&exhibit.status)) } }
        }
    }
}

fn trust(exhibit: &Exhibit) -> Markup {
    html! {
        section aria-labelledby="trust" {
            h2 id="trust" { "What has to be trusted" }
            ol { @for item in &exhibit.trusted { li { (text(item)) } } }
        }
    }
}

fn cite(exhibit: &Exhibit) -> Markup {
    html! {
        section aria-labelledby="cite" {
            h2 id="cite" { "How to cite" }
            ul { @for reference in &exhibit.references { li { (one_reference(reference)) } } }
            details {
                summary { "BibTeX" }
                pre tabindex="0" { (bibtex::entries(&exhibit.references)) }
            }
        }
    }
}

fn one_reference(reference: &Reference) -> Markup {
    html! {
        strong { (reference.what) } ": "
        @if let Some(authors) = reference.authors { (authors.replace(['{', '}'], "").replace(" and ", "; ")) ". " }
        (harmless(&reference.title)) "."
        @if let Some(published) = reference.published { " " (published) "." }
        @if let Some(year) = reference.year { " " (year) "." }
        @if let Some(number) = &reference.arxiv { " arXiv:" (harmless(number)) "." }
        @if let Some(doi) = &reference.doi { " doi:" (harmless(doi)) "." }
        @if let Some(note) = &reference.note { " " (harmless(note)) "." }
    }
}

fn files(exhibit: &Exhibit) -> Markup {
    html! {
        section aria-labelledby="files" {
            h2 id="files" { "The two files" }
            details { summary { "The instance" } (long(&exhibit.instance_text)) }
            details { summary { "The certificate" } (long(&exhibit.certificate_text)) }
        }
    }
}
