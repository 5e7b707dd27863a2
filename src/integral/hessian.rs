//! The Hessian in the parameters of the smooth neurons and the output bias (docs/theory-integral.md, section 4).

use super::model::{Model, Role};
use super::profile::{Profile, gram};
use super::regularity::is_smooth;
use crate::linear::{Definiteness, definiteness, dot};
use crate::problem::ScalarNetwork;
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// A parameter that moves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameter {
    OutputBias,
    OutputWeight(usize),
    InputBias(usize),
    InputWeight(usize),
}

impl Parameter {
    fn profile(self, model: &Model<'_>) -> Profile {
        match self {
            Parameter::OutputBias => Profile::affine(model, Rational::one(), Rational::zero()),
            Parameter::OutputWeight(j) => Profile::activation(model, j),
            Parameter::InputBias(j) => Profile::bias_derivative(model, j),
            Parameter::InputWeight(j) => Profile::weight_derivative(model, j),
        }
    }

    /// The neuron, and the derivative of `w x + b` in this parameter at x: 1, or x.
    fn inner(self, x: &Rational) -> Option<(usize, Rational)> {
        match self {
            Parameter::InputBias(j) => Some((j, Rational::one())),
            Parameter::InputWeight(j) => Some((j, x.clone())),
            Parameter::OutputBias | Parameter::OutputWeight(_) => None,
        }
    }
}

/// Half the Hessian in some parameters, where the loss is C^2: `int p g g^T`, the moments `int p e s x`, `int p e s` between
/// inner and output weights, and the kinks.
pub(super) fn half_hessian(model: &Model<'_>, parameters: &[Parameter]) -> Vec<Vec<Rational>> {
    let profiles: Vec<Profile> = parameters.iter().map(|parameter| parameter.profile(model)).collect();
    let mut matrix = gram(&profiles, model);
    for (place, parameter) in parameters.iter().enumerate() {
        let moment = match *parameter {
            Parameter::InputBias(j) => (j, &model.neurons[j].slope_moments[1]),
            Parameter::InputWeight(j) => (j, &model.neurons[j].slope_moments[0]),
            Parameter::OutputBias | Parameter::OutputWeight(_) => continue,
        };
        if let Some(output) = parameters.iter().position(|other| *other == Parameter::OutputWeight(moment.0)) {
            matrix[place][output] += moment.1;
            matrix[output][place] += moment.1;
        }
        let neuron = &model.neurons[moment.0];
        let (Role::Kink, Some(q)) = (neuron.role, &neuron.breakpoint) else { continue };
        let kink = &model.sigma * &neuron.v * model.weighted_at(q, true) / neuron.w.abs();
        for (other, second) in parameters.iter().enumerate() {
            if let (Some((i, left)), Some((j, right))) = (parameter.inner(q), second.inner(q))
                && i == j
            {
                matrix[place][other] += &kink * left * right;
            }
        }
    }
    matrix
}

/// `r^T H r`, the second derivative in a direction r that moves smooth neurons only.
pub fn second_derivative(model: &Model<'_>, direction: &ScalarNetwork) -> Rational {
    let all = (0..model.neurons.len()).flat_map(|j| {
        [
            (Parameter::OutputWeight(j), &direction.output_weights[j]),
            (Parameter::InputBias(j), &direction.input_biases[j]),
            (Parameter::InputWeight(j), &direction.input_weights[j]),
        ]
    });
    let all = [(Parameter::OutputBias, &direction.output_bias)].into_iter().chain(all);
    let (parameters, entries): (Vec<Parameter>, Vec<Rational>) =
        all.filter(|(_, entry)| !entry.is_zero()).map(|(parameter, entry)| (parameter, entry.clone())).unzip();
    let matrix = half_hessian(model, &parameters);
    let half: Rational = matrix.iter().zip(&entries).map(|(row, x)| dot(row, &entries) * x).sum();
    &half + &half
}

/// A direction in which the second derivative is negative, and its value there, all neurons that are not smooth held fixed; `None` if there is
/// none. For stationary candidates: of the input weight and bias of a neuron one is enough, as along `(w, b, -v)` the
/// network doesn't change, so that the Hessian is zero there. Cost: (2 m + 1)^3 / 3 operations.
pub(super) fn negative_direction(model: &Model<'_>) -> Option<(ScalarNetwork, Rational)> {
    let mut parameters = vec![Parameter::OutputBias];
    let mut order: Vec<usize> = (0..model.neurons.len()).filter(|j| is_smooth(model, *j)).collect();
    // Neighbours first: a negative direction is found early, with short numbers.
    order.sort_by(|i, j| model.neurons[*i].breakpoint.cmp(&model.neurons[*j].breakpoint));
    for j in order {
        parameters.push(Parameter::OutputWeight(j));
        let inner = if model.neurons[j].w.is_zero() { Parameter::InputWeight } else { Parameter::InputBias };
        parameters.push(inner(j));
    }
    let matrix = half_hessian(model, &parameters);
    let Definiteness::Negative(direction) = definiteness(&matrix) else { return None };
    let row = |row: &Vec<Rational>| dot(row, &direction);
    let half: Rational = matrix.iter().zip(&direction).map(|(entries, x)| row(entries) * x).sum();
    let mut change = ScalarNetwork::zero(model.neurons.len());
    for (parameter, value) in parameters.into_iter().zip(direction) {
        match parameter {
            Parameter::OutputBias => change.output_bias = value,
            Parameter::OutputWeight(j) => change.output_weights[j] = value,
            Parameter::InputBias(j) => change.input_biases[j] = value,
            Parameter::InputWeight(j) => change.input_weights[j] = value,
        }
    }
    Some((change, &half + &half))
}
