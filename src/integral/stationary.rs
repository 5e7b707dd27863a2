//! Is any one-sided directional derivative negative? (docs/theory-integral.md, section 2)

use super::findings::MomentSign;
use super::model::{Model, Role};
use crate::linear::{IntervalAnswer, Polynomial, nonnegative_on};
use crate::rational::{Rational, write};
use num_traits::{One, Signed, Zero};

/// Whether the candidate is stationary, and how that is seen.
#[derive(Debug)]
pub(super) enum Stationarity {
    /// All derivatives are zero; where degenerate neurons have output weights, also a proof of the sign of D.
    Yes(Option<MomentSign>),
    /// A derivative is not zero: which one, in words.
    Gradient(String),
    /// A degenerate neuron with output weight lets the loss fall when it gets a breakpoint here.
    Moment(usize, Rational),
}

impl Stationarity {
    pub(super) fn holds(&self) -> bool {
        matches!(self, Stationarity::Yes(_))
    }
}

/// Decides whether the candidate is stationary. Cost: the sign of one polynomial on each cell, if some degenerate neuron
/// has an output weight.
pub(super) fn decide_stationarity(model: &Model<'_>) -> Stationarity {
    let [m0, m1] = &model.moments;
    let twice = |value: &Rational| write(&(value + value));
    if !m0.is_zero() {
        return Stationarity::Gradient(format!("the derivative in the output bias is {}", twice(m0)));
    }
    for (j, neuron) in model.neurons.iter().enumerate() {
        if neuron.role == Role::Degenerate {
            continue;
        }
        if !neuron.value_moment.is_zero() {
            let text = format!("the derivative in the output weight of neuron {j} is {}", twice(&neuron.value_moment));
            return Stationarity::Gradient(text);
        }
        for (moment, name) in neuron.slope_moments.iter().zip(["input weight", "input bias"]) {
            let derivative = moment * &neuron.v;
            if !derivative.is_zero() {
                let text = format!("the derivative in the {name} of neuron {j} is {}", twice(&derivative));
                return Stationarity::Gradient(text);
            }
        }
    }
    let loaded = |j: &usize| model.neurons[*j].role == Role::Degenerate && !model.neurons[*j].is_flat();
    let loaded: Vec<usize> = (0..model.neurons.len()).filter(loaded).collect();
    let Some(first) = loaded.first().filter(|_| !model.loss.is_zero()) else { return Stationarity::Yes(None) };
    if !m1.is_zero() {
        let text = format!("neuron {first}, with zero input weight and bias, can turn into an affine function");
        return Stationarity::Gradient(text);
    }
    let positive = |j: usize| (&model.neurons[j].v * &model.sigma).is_positive();
    let mut proofs = Vec::new();
    let sign = if positive(*first) { Rational::one() } else { -Rational::one() };
    for (cell, ends) in model.points.windows(2).enumerate() {
        let primitive = model.second_primitive(cell).scaled(&sign);
        match nonnegative_on(&primitive, &ends[0], &ends[1]) {
            IntervalAnswer::Nonnegative(proof) => proofs.push(proof),
            IntervalAnswer::Negative(q) => return Stationarity::Moment(*first, q),
        }
    }
    // D is not zero everywhere, as p e is not: a neuron of the other sign descends where D isn't 0.
    match loaded.iter().find(|j| positive(**j) != positive(*first)) {
        Some(other) => Stationarity::Moment(*other, nonzero(model)),
        None => Stationarity::Yes(Some(MomentSign { positive: sign.is_positive(), proofs })),
    }
}

/// A point where D is not zero; p e must not be zero everywhere.
fn nonzero(model: &Model<'_>) -> Rational {
    for (cell, ends) in model.points.windows(2).enumerate() {
        let primitive: Polynomial = model.second_primitive(cell);
        // A polynomial that isn't zero has fewer roots than coefficients.
        let count = primitive.0.len();
        for k in 0..=count {
            let part = Rational::new(k.into(), count.max(1).into());
            let point = &ends[0] + (&ends[1] - &ends[0]) * part;
            if !primitive.value(&point).is_zero() {
                return point;
            }
        }
    }
    model.points[0].clone()
}
