//! What is said of single neurons: their kinds, and the region of a local minimum.

use super::escape::Escape;
use super::model::{Model, NeuronModel};
use crate::linear::is_zero;
use crate::problem::Instance;
use crate::rational::Rational;
use num_traits::{Signed, Zero};
use std::fmt;

/// A neuron as it is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neuron {
    /// What it does on the samples.
    pub kind: Kind,
    /// `B_i`, zero samples included.
    pub boundary_samples: Vec<usize>,
    /// How its output and its input weight may change without the loss falling; only at a local minimum.
    pub regions: Option<(Region, Region)>,
}

/// What a neuron does on the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `w_i = 0`
    Zero,
    /// No sample feels it or can come to feel it by a small change: no non-zero boundary sample, all others on a side
    /// of slope 0.
    Dead,
    /// The same, but with non-zero boundary samples.
    SemiDead,
    /// Everything else.
    Active,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Zero => "zero",
            Kind::Dead => "dead",
            Kind::SemiDead => "semi-dead",
            Kind::Active => "active",
        })
    }
}

/// The changes of one weight vector for which the loss is proved not to fall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Region {
    /// None: it isn't trained.
    Fixed,
    /// Every change.
    Any,
    /// The (scalar) output weight keeps its sign or becomes zero.
    KeepsSign,
    /// `|Dh_i|_1 <= 1 / C_i`
    L1Radius(Rational),
    /// `max |entry of Dw_i| <= min_k |w_i.x_k| / |x_k|_1`: a box inside the polytope `|Dw_i.x_k| <= |w_i.x_k|`.
    MaxNorm(Rational),
}

/// What a neuron does on the samples.
pub(super) fn kind(instance: &Instance, i: usize, neuron: &NeuronModel) -> Kind {
    let samples = || neuron.preactivations.iter().zip(&instance.samples.inputs);
    let silent = |z: &Rational| instance.activation.slope(z).is_zero();
    let unfelt = instance.activation.has_silent_side() && samples().all(|(z, _)| z.is_zero() || silent(z));
    let on_kink = samples().any(|(z, x)| z.is_zero() && !is_zero(x));
    match (is_zero(&instance.candidate.input_weights[i]), unfelt, on_kink) {
        (true, ..) => Kind::Zero,
        (_, true, false) => Kind::Dead,
        (_, true, true) => Kind::SemiDead,
        (_, false, _) => Kind::Active,
    }
}

/// The regions of neuron i at a local minimum, of its output and of its input weight; `sizes` are the `|x_k|_1`.
pub(super) fn regions(model: &Model<'_>, i: usize, escape: Option<&Escape>, sizes: &[Rational]) -> (Region, Region) {
    let (trained, neuron) = (model.instance.trained, &model.neurons[i]);
    let output = match escape {
        _ if !trained.output_weights => Region::Fixed,
        _ if !trained.input_weights || neuron.d_is_zero() => Region::Any,
        Some(Escape::No(Some(constant))) => Region::L1Radius(constant.value.recip()),
        _ => Region::KeepsSign,
    };
    let boxes = neuron.preactivations.iter().zip(sizes).filter(|(z, _)| !z.is_zero()).map(|(z, size)| z.abs() / size);
    let input = match boxes.min() {
        _ if !trained.input_weights => Region::Fixed,
        None => Region::Any,
        Some(norm) => Region::MaxNorm(norm),
    };
    (output, input)
}
