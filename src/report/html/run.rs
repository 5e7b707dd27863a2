//! The page of a training run: its loss curve with what its plateaus are proved to be.

use super::super::formula::with_decimal;
use super::super::harmless;
use super::super::picture::{MOST_THREADS, RunCurve, RunNetwork, Thread, run_svg, threads_svg};
use super::parts::{document, text};
use crate::exhibit::Exhibit;
use maud::{Markup, PreEscaped, html};

/// A plateau: its name, and its exact point or why there is none.
#[derive(Debug)]
pub struct Plateau {
    /// `plateau-0`, `end`
    pub name: String,
    /// What is proved of the exact point with its activation pattern.
    pub point: Result<Exhibit, String>,
}

/// The page. `id`: the data of the run. `networks`: those that it kept, in rising order of their steps.
pub fn run_page(id: &str, curve: &RunCurve, plateaus: &[Plateau], networks: &[RunNetwork]) -> String {
    let verdicts: Vec<&str> = curve.plateaus.iter().map(|plateau| plateau.proved.as_str()).collect();
    let count = verdicts.len();
    let sentence = format!(
        "{count} plateau{}; the exact points with their activation patterns are proved to be: {}.",
        if count == 1 { "" } else { "s" },
        verdicts.join(", ")
    );
    let description = format!("The mean squared error against the step. {sentence}");
    let svg = run_svg(curve, "The loss over a training run", &description);
    let body = html! {
        header class="top" {
            p class="kicker" { "relucert report · training run" }
            h1 { (harmless(id)) }
            p class="sentence" id="verdict" { strong { (sentence) } }
        }
        main id="main" {
            figure {
                (PreEscaped(svg))
                figcaption {
                    "Shaded: stretches in which the parameters hardly move. The curve is floating point and proves nothing; what "
                    "stands at a plateau is proved of an exact point with the same activation pattern, by its own certificate."
                }
            }
            @if networks.len() > 1 { (over_time(networks)) }
            section aria-labelledby="plateaus" {
                h2 id="plateaus" { "Plateaus" }
                @for plateau in plateaus {
                    article class="claim" {
                        h3 { span { (harmless(&plateau.name)) } @if let Ok(point) = &plateau.point { span class="answer" { (point.verdict) } } }
                        @match &plateau.point {
                            Ok(point) => {
                                p { (text(&point.sentence)) }
                                p class="note" { "Exact loss " (with_decimal(&point.loss)) ". Certificate verified: " code { (harmless(&point.status)) } }
                                @if let Some(command) = point.commands.last() { pre tabindex="0" { code { (harmless(&command.line)) } } }
                            }
                            Err(reason) => p { "No exact point: " (harmless(reason)) },
                        }
                    }
                }
            }
        }
    };
    document(&format!("{}: training run", harmless(id)), &description, &body, None)
}

/// Norms and angles through the networks that were kept.
fn over_time(networks: &[RunNetwork]) -> Markup {
    let left_out = networks[0].input_weights.len().saturating_sub(MOST_THREADS);
    let inputs = networks[0].input_weights.first().map_or(0, Vec::len);
    html! {
        section aria-labelledby="weights" {
            h2 id="weights" { "Input weights over time" }
            div class="pictures" {
                figure {
                    (PreEscaped(threads_svg(networks, Thread::Norm)))
                    figcaption { strong { "Norms. " } "A thread for each neuron, straight between the " (networks.len())
                        " networks that the run kept; " code { "--keep" } " keeps more." }
                }
                @if inputs > 1 {
                    figure {
                        (PreEscaped(threads_svg(networks, Thread::Cosine)))
                        figcaption { strong { "Angles. " } "The cosine of the angle between the input weight, with its bias, and the first axis." }
                    }
                }
            }
            @if left_out > 0 { p class="note" { (left_out) " more neurons are left out here." } }
        }
    }
}
