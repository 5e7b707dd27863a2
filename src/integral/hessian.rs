//! The Hessian in the parameters of the smooth neurons and the output bias (docs/theory-integral.md, section 4).

use super::model::{Model, Role};
use super::profile::{Profile, gram};
use super::regularity::is_smooth;
use crate::linear::{Definiteness, definiteness};
use crate::problem::ScalarNetwork;
use crate::rational::Rational;
use num_traits::{Signed, Zero};

/// A parameter that moves. Of the input weight and bias of a neuron one is enough: along `(w, b, -v)` the network doesn't
/// change, so that the Hessian is zero there at stationary points.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parameter {
    OutputBias,
    OutputWeight(usize),
    /// Where w != 0.
    InputBias(usize),
    /// Where w = 0.
    InputWeight(usize),
}

/// A direction in which the second derivative is negative, all neurons that are not smooth held fixed; `None` if there is
/// none. For stationary candidates. Cost: (2 m + 1)^3 / 3 operations.
pub(super) fn negative_direction(model: &Model<'_>) -> Option<ScalarNetwork> {
    let mut parameters = vec![Parameter::OutputBias];
    let mut order: Vec<usize> = (0..model.neurons.len()).filter(|j| is_smooth(model, *j)).collect();
    // Neighbours first: a negative direction is found early, with short numbers.
    order.sort_by(|i, j| model.neurons[*i].breakpoint.cmp(&model.neurons[*j].breakpoint));
    for j in order {
        parameters.push(Parameter::OutputWeight(j));
        let inner = if model.neurons[j].w.is_zero() { Parameter::InputWeight } else { Parameter::InputBias };
        parameters.push(inner(j));
    }
    let profile = |parameter: &Parameter| match *parameter {
        Parameter::OutputBias => Profile::affine(model, Rational::from_integer(1.into()), Rational::zero()),
        Parameter::OutputWeight(j) => Profile::activation(model, j),
        Parameter::InputBias(j) => Profile::bias_derivative(model, j),
        Parameter::InputWeight(j) => Profile::weight_derivative(model, j),
    };
    let profiles: Vec<Profile> = parameters.iter().map(profile).collect();
    // Half the Hessian.
    let mut matrix = gram(&profiles, model);
    for (place, parameter) in parameters.iter().enumerate() {
        let (j, moment) = match *parameter {
            Parameter::InputBias(j) => (j, &model.neurons[j].slope_moments[1]),
            Parameter::InputWeight(j) => (j, &model.neurons[j].slope_moments[0]),
            Parameter::OutputBias | Parameter::OutputWeight(_) => continue,
        };
        // The output weight stands just before.
        matrix[place][place - 1] += moment;
        matrix[place - 1][place] += moment;
        let neuron = &model.neurons[j];
        if let (Role::Kink, Some(q)) = (neuron.role, &neuron.breakpoint) {
            matrix[place][place] += &model.sigma * &neuron.v * model.weighted_at(q, true) / neuron.w.abs();
        }
    }
    let Definiteness::Negative(direction) = definiteness(&matrix) else { return None };
    let mut change = ScalarNetwork::zero(model.neurons.len());
    for (parameter, value) in parameters.into_iter().zip(direction) {
        match parameter {
            Parameter::OutputBias => change.output_bias = value,
            Parameter::OutputWeight(j) => change.output_weights[j] = value,
            Parameter::InputBias(j) => change.input_biases[j] = value,
            Parameter::InputWeight(j) => change.input_weights[j] = value,
        }
    }
    Some(change)
}
