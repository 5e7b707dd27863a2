//! The pictures of an exhibit: what is drawn, in exact numbers. How it is drawn is the business of
//! [`crate::report::picture`].

mod derivative;
mod descent;
mod function;
mod inputs;
mod integral;
mod plane;
mod weights;

pub use derivative::Derivative;
pub use descent::Descent;
pub use function::Function;
pub use inputs::Inputs;
pub use integral::{Fit, Residual};
pub use plane::Plane;
pub use weights::{Arrow, SampleLine, Weights};

use super::{Certified, Text};
use crate::empirical::Model;
use crate::problem::Samples;
use crate::rational::Rational;
use num_traits::One;

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// A name for `--picture` and for references within a page: letters, digits, hyphens.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What one sees, for those who don't see it.
    pub description: String,
    /// What it shows and how to read it.
    pub caption: Text,
    /// What is drawn.
    pub content: Content,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub enum Content {
    /// Input weights and the lines of the samples, in the plane of the weights.
    Weights(Weights),
    /// Samples and the kinks of the neurons, in the plane of the inputs.
    Inputs(Inputs),
    /// The network's function over the data.
    Function(Function),
    /// The loss along a curve.
    Descent(Descent),
    /// The derivative around a neuron.
    Derivative(Derivative),
    /// Target and network of an integral loss.
    Fit(Fit),
    /// Its residual.
    Residual(Residual),
}

/// What a neuron is, as it is drawn: by colour, dashes and label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// An escape neuron.
    Escape,
    /// Active, and no escape neuron or not known to be one.
    Active,
    /// Semi-dead.
    SemiDead,
    /// Dead.
    Dead,
    /// Nothing is claimed of it.
    Unknown,
    /// `w_i = 0`
    Zero,
}

impl Mark {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Mark::Escape => "escape neuron",
            Mark::Active => "active",
            Mark::SemiDead => "semi-dead",
            Mark::Dead => "dead",
            Mark::Unknown => "nothing claimed",
            Mark::Zero => "zero",
        }
    }
}

/// A point of a plane.
pub type Point = [Rational; 2];

pub(super) fn empirical(model: &Model<'_>, certified: &Certified<'_>) -> Vec<Picture> {
    let mut pictures = Vec::new();
    pictures.extend(weights::picture(model, certified));
    pictures.extend(inputs::picture(model, certified));
    pictures.extend(function::pictures(model));
    pictures.extend(derivative::pictures(model, certified));
    pictures.extend(descent::empirical(model, certified));
    pictures
}

pub(super) fn integral(model: &crate::integral::Model<'_>, certified: &Certified<'_>) -> Vec<Picture> {
    let mut pictures = integral::pictures(model);
    pictures.extend(descent::integral(model.instance, certified));
    pictures
}

/// Whether the last input is constantly 1: a hidden bias, written as one or not.
fn has_bias(samples: &Samples) -> bool {
    samples.inputs.iter().all(|x| x.last().is_some_and(One::is_one))
}

/// What each neuron is.
fn marks(certified: &Certified<'_>, width: usize) -> Vec<Mark> {
    let escape = certified.escape_neurons().unwrap_or_default();
    let claimed = super::numbers::items(&certified.claims["neurons"]);
    let mark = |i: usize| match claimed.get(i).and_then(|claim| claim["kind"].as_str()) {
        _ if escape.contains(&i) => Mark::Escape,
        Some("dead") => Mark::Dead,
        Some("semi-dead") => Mark::SemiDead,
        Some("zero") => Mark::Zero,
        Some(_) => Mark::Active,
        None => Mark::Unknown,
    };
    (0..width).map(mark).collect()
}
