//! Pictures of an exhibit as SVG: one file per kind. Positions are computed exactly as long as possible; what is left in
//! floating point is addition, multiplication, division and square roots, which are the same on every machine, and is
//! printed with two decimals.

mod axes;
mod canvas;
mod derivative;
mod descent;
mod function;
mod inputs;
mod integral;
mod run;
mod threads;
mod weights;

use super::escape::xml;
use crate::exhibit::picture::{Content, Mark, Picture};
use canvas::Canvas;

pub use run::{RunCurve, RunPlateau};
pub use threads::{MOST_THREADS, RunNetwork, Thread};

/// The style sheet of the pictures: on a page of its own or among that of a page.
pub const STYLE: &str = include_str!("style.css");

/// A picture as an `svg` element without a style sheet. `prefix` makes its ids unique within a page.
pub fn svg(picture: &Picture, prefix: &str) -> String {
    let canvas = match &picture.content {
        Content::Weights(weights) => weights::draw(weights),
        Content::Inputs(inputs) => inputs::draw(inputs),
        Content::Function(function) => function::draw(function),
        Content::Descent(descent) => descent::draw(descent),
        Content::Derivative(derivative) => derivative::draw(derivative),
        Content::Fit(fit) => integral::draw_fit(fit),
        Content::Residual(residual) => integral::draw_residual(residual),
    };
    element(&canvas, &format!("{prefix}{}", picture.name), &picture.title, &picture.description)
}

/// The loss curve of a run as an `svg` element.
pub fn run_svg(curve: &RunCurve, title: &str, description: &str) -> String {
    element(&run::draw(curve), "run", title, description)
}

/// The input weights of a run over time as an `svg` element.
pub fn threads_svg(networks: &[RunNetwork], thread: Thread) -> String {
    let (id, title, what) = match thread {
        Thread::Norm => ("norms", "Norms over time", "The norm of the input weight"),
        Thread::Cosine => {
            ("cosines", "Angles over time", "The cosine of the angle between input weight and first axis")
        }
    };
    let width = networks.first().map_or(0, |network| network.input_weights.len());
    let description = format!(
        "{what} of each of {width} neurons, as a thread through the {} networks that were kept.",
        networks.len()
    );
    element(&threads::draw(networks, thread), id, title, &description)
}

/// The same as a file.
pub fn run_file(curve: &RunCurve) -> String {
    let svg = run_svg(curve, "The loss over a training run", "The mean squared error against the step");
    svg.replacen("<title", &format!("<style>{STYLE}</style>\n<title"), 1)
}

fn element(canvas: &Canvas, id: &str, title: &str, description: &str) -> String {
    let (width, height) = canvas.size();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n<title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-desc\">{}</desc>\n{}</svg>\n",
        xml(title),
        xml(description),
        canvas.body()
    )
}

/// The class of a mark in the style sheet.
fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Escape => "escape",
        Mark::Active => "active",
        Mark::SemiDead => "semi-dead",
        Mark::Dead => "dead",
        Mark::Unknown => "unknown",
        Mark::Zero => "zero",
    }
}

/// `0, 3`, or of more than three `0, 1, 2 +5`.
fn label(neurons: &[usize]) -> String {
    let shown: Vec<String> = neurons.iter().take(3).map(usize::to_string).collect();
    let more = neurons.len() - shown.len();
    if more == 0 { shown.join(", ") } else { format!("{} +{more}", shown.join(", ")) }
}
