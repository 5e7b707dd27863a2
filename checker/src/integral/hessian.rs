//! The second derivatives of the loss in c and the parameters of smooth neurons (docs/theory-integral.md, section 4).

use super::instance::Network;
use super::model::{Feature, Model, Neuron};
use super::quadratic::is_positive;
use crate::number::Rational;
use crate::vector::{Vector, dot};
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};

fn two() -> Rational {
    Rational::from_integer(2.into())
}

/// What the output does to first order when w, b, v of a neuron change: `v s x`, `v s`, `rho(w x + b)`.
fn gradient(model: &Model, neuron: &Neuron) -> [Feature; 3] {
    let (zero, v) = (Rational::zero(), &neuron.v);
    [model.side_feature(neuron, &zero, v), model.side_feature(neuron, v, &zero), model.activation(neuron)]
}

/// What the second derivative in w, b, v of a smooth neuron is beside that of the squared change of the output.
fn block(model: &Model, neuron: &Neuron) -> [Vector; 3] {
    let [first, zeroth] = model.side_moments(neuron).map(|moment| moment * two());
    let q = neuron.kink.clone().unwrap_or_default();
    // At the ends p e is 0, because the neuron is smooth.
    let turn = |q: &Rational| {
        let sigma = Rational::one() - &model.instance.gamma;
        two() * sigma * &neuron.v * model.limit(q, true, |cell| &cell.pe) / neuron.w.abs()
    };
    let turn = neuron.kink.as_ref().map(turn).unwrap_or_default();
    [
        vec![&turn * &q * &q, &turn * &q, first.clone()],
        vec![&turn * &q, turn, zeroth.clone()],
        vec![first, zeroth, Rational::zero()],
    ]
}

/// Accepts a direction in which the second derivative is negative.
pub(crate) fn check_direction(model: &Model, change: &Network) -> Result<(), Refusal> {
    let changes = change.input_weights.iter().zip(&change.input_biases).zip(&change.output_weights);
    let moves = || model.neurons.iter().zip(changes.clone().map(|((w, b), v)| vec![w.clone(), b.clone(), v.clone()]));
    let rests = |change: &Vector| change.iter().all(Zero::is_zero);
    let smooth = moves().all(|(neuron, change)| rests(&change) || model.is_smooth(neuron));
    ensure(smooth, "not-smooth", "a neuron near which L is not smooth is moved")?;
    let mut output = model.line(change.output_bias.clone(), Rational::zero());
    let mut sum = Rational::zero();
    for (neuron, change) in moves().filter(|(_, change)| !rests(change)) {
        for (factor, feature) in change.iter().zip(gradient(model, neuron)) {
            for (total, part) in output.iter_mut().flatten().zip(feature.iter().flatten()) {
                *total += factor * part;
            }
        }
        sum +=
            change.iter().zip(block(model, neuron)).map(|(factor, row)| factor * dot(&row, &change)).sum::<Rational>();
    }
    sum += two() * model.inner(&output, &output);
    ensure(sum.is_negative(), "not-negative", "the second derivative is not negative")
}

/// The second derivatives in c and w, b, v of these neurons, which are smooth.
pub(crate) fn hessian(model: &Model, neurons: &[&Neuron]) -> Vec<Vector> {
    let one = model.line(Rational::one(), Rational::zero());
    let gradients = neurons.iter().flat_map(|neuron| gradient(model, neuron));
    let features: Vec<Feature> = [one].into_iter().chain(gradients).collect();
    let row = |left: &Feature| features.iter().map(|right| two() * model.inner(left, right)).collect::<Vector>();
    let mut matrix: Vec<Vector> = features.iter().map(row).collect();
    for (place, neuron) in neurons.iter().enumerate() {
        for (row, own) in matrix.iter_mut().skip(1 + 3 * place).zip(block(model, neuron)) {
            row.iter_mut().skip(1 + 3 * place).zip(own).for_each(|(entry, more)| *entry += more);
        }
    }
    matrix
}

/// Whether the second derivative is nonnegative in every direction of c and the smooth neurons.
pub(crate) fn is_semidefinite(model: &Model) -> bool {
    let smooth: Vec<&Neuron> = model.neurons.iter().filter(|neuron| model.is_smooth(neuron)).collect();
    is_positive(hessian(model, &smooth), false)
}
