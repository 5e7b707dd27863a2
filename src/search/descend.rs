//! Descent in floating point (Adam: D. Kingma, J. Ba, arXiv 1412.6980) on the trained parameters of a network.
#![allow(clippy::float_arithmetic)]

use crate::problem::{Instance, Network};
use crate::rational::{Rational, to_f64};
use rand::{Rng, RngExt};

/// An instance in floating point. Parameters are one vector: input weights, output weights, output bias.
pub(super) struct Problem {
    inputs: Vec<Vec<f64>>,
    targets: Vec<Vec<f64>>,
    slopes: (f64, f64),
    width: usize,
    has_bias: bool,
    candidate: Vec<f64>,
    trained: Vec<bool>,
}

impl Problem {
    /// `None` if a number is outside the range of floating point.
    pub(super) fn of(instance: &Instance) -> Option<Problem> {
        let rows = |rows: &[Vec<Rational>]| -> Option<Vec<Vec<f64>>> {
            rows.iter().map(|row| row.iter().map(to_f64).collect()).collect()
        };
        let Network { input_weights, output_weights, output_bias } = &instance.candidate;
        let bias = output_bias.as_slice();
        let parts = [rows(input_weights)?, rows(output_weights)?, rows(bias)?].map(|rows| rows.concat());
        let flags = [instance.trained.input_weights, instance.trained.output_weights, instance.trained.output_bias];
        let trained = parts.iter().zip(flags).flat_map(|(part, flag)| part.iter().map(move |_| flag)).collect();
        Some(Problem {
            inputs: rows(&instance.samples.inputs)?,
            targets: rows(&instance.samples.targets)?,
            slopes: (to_f64(&instance.activation.positive)?, to_f64(&instance.activation.negative)?),
            width: instance.candidate.width(),
            has_bias: output_bias.is_some(),
            candidate: parts.concat(),
            trained,
        })
    }

    /// The candidate with its trained parameters replaced.
    pub(super) fn network(&self, instance: &Instance, parameters: &[Rational]) -> Network {
        let mut network = instance.candidate.clone();
        let rows = network.input_weights.iter_mut().chain(&mut network.output_weights).chain(&mut network.output_bias);
        for ((entry, value), trained) in rows.flatten().zip(parameters).zip(&self.trained) {
            if *trained {
                entry.clone_from(value);
            }
        }
        network
    }

    /// Adds the gradient of the loss to `gradient`.
    fn gradient(&self, parameters: &[f64], gradient: &mut [f64]) {
        let (inputs, outputs) = (self.inputs[0].len(), self.targets[0].len());
        let (weights, rest) = parameters.split_at(self.width * inputs);
        let (output_weights, bias) = rest.split_at(self.width * outputs);
        let mut activations = vec![0.0; self.width];
        for (x, y) in self.inputs.iter().zip(&self.targets) {
            let mut residual: Vec<f64> = y.iter().map(|y| -y).collect();
            residual.iter_mut().zip(bias).for_each(|(e, c)| *e += c);
            for ((w, h), z) in weights.chunks(inputs).zip(output_weights.chunks(outputs)).zip(&mut activations) {
                *z = w.iter().zip(x).map(|(w, x)| w * x).sum();
                residual.iter_mut().zip(h).for_each(|(e, h)| *e += h * self.activation(*z));
            }
            let (to_weights, rest) = gradient.split_at_mut(self.width * inputs);
            let (to_outputs, to_bias) = rest.split_at_mut(self.width * outputs);
            for (i, z) in activations.iter().enumerate() {
                let h = &output_weights[i * outputs..(i + 1) * outputs];
                let pull = residual.iter().zip(h).map(|(e, h)| e * h).sum::<f64>() * self.slope(*z);
                let row = &mut to_weights[i * inputs..(i + 1) * inputs];
                row.iter_mut().zip(x).for_each(|(g, x)| *g += pull * x);
                let row = &mut to_outputs[i * outputs..(i + 1) * outputs];
                row.iter_mut().zip(&residual).for_each(|(g, e)| *g += e * self.activation(*z));
            }
            if self.has_bias {
                to_bias.iter_mut().zip(&residual).for_each(|(g, e)| *g += e);
            }
        }
    }

    fn slope(&self, z: f64) -> f64 {
        if z < 0.0 { self.slopes.1 } else { self.slopes.0 }
    }

    fn activation(&self, z: f64) -> f64 {
        self.slope(z) * z
    }
}

/// Parameters after `steps` steps from a start: 0 is the candidate, slightly shaken; all others are random, at the
/// scale of the candidate's parameters.
pub(super) fn descend(problem: &Problem, start: usize, steps: usize, random: &mut impl Rng) -> Vec<f64> {
    let size = problem.candidate.iter().fold(1.0_f64, |size, value| size.max(value.abs())).min(10.0);
    let mut parameters = problem.candidate.clone();
    for (value, trained) in parameters.iter_mut().zip(&problem.trained) {
        let random = random.random_range(-1.0..1.0);
        if *trained {
            *value = if start == 0 { *value + 1e-3 * size * random } else { size * random };
        }
    }
    let (mut mean, mut square) = (vec![0.0; parameters.len()], vec![0.0; parameters.len()]);
    let (mut mean_decay, mut square_decay) = (1.0, 1.0);
    for step in 0..steps {
        let mut gradient = vec![0.0; parameters.len()];
        problem.gradient(&parameters, &mut gradient);
        (mean_decay, square_decay) = (mean_decay * 0.9, square_decay * 0.999);
        // The rate falls linearly, so that the end is quiet.
        let rate = 0.02 * size * (1.0 - step as f64 / steps as f64);
        for (k, value) in parameters.iter_mut().enumerate().filter(|(k, _)| problem.trained[*k]) {
            mean[k] = 0.9 * mean[k] + 0.1 * gradient[k];
            square[k] = 0.999 * square[k] + 0.001 * gradient[k] * gradient[k];
            let (mean, square): (f64, f64) = (mean[k] / (1.0 - mean_decay), square[k] / (1.0 - square_decay));
            *value -= rate * mean / (square.sqrt() + 1e-12);
        }
    }
    parameters
}
