//! The types of neurons (docs/theory-integral.md, section 8).

use super::findings::NeuronType;
use crate::problem::IntegralInstance;
use crate::rational::Rational;
use num_traits::{Signed, Zero};

/// The type of neuron j, and its breakpoint.
pub(super) fn neuron_type(instance: &IntegralInstance, j: usize) -> (NeuronType, Option<Rational>) {
    let (w, b) = (&instance.candidate.input_weights[j], &instance.candidate.input_biases[j]);
    let (start, end) = (&instance.integral.start, &instance.integral.end);
    let dead_side = instance.negative_slope.is_zero();
    if w.is_zero() {
        let kind = match () {
            () if b.is_zero() => NeuronType::Degenerate,
            () if dead_side && b.is_negative() => NeuronType::Inactive,
            () => NeuronType::SemiActive,
        };
        return (kind, None);
    }
    let q = -b / w;
    let unfelt = dead_side && if w.is_positive() { q >= *end } else { q <= *start };
    let kind = match () {
        () if *start < q && q < *end => NeuronType::Type2Active,
        () if unfelt && (q == *start || q == *end) => NeuronType::SemiInactive,
        () if unfelt => NeuronType::Inactive,
        () => NeuronType::Type1Active,
    };
    (kind, Some(q))
}
