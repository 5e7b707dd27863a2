//! The first-order model of the loss at the candidate (docs/theory.md, sections 1 and 3).

use crate::kink::KinkForm;
use crate::linear::{Scaled, ScaledMatrix, combination, dot, primitive};
use crate::problem::{Instance, Network};
use crate::rational::{Integer, Rational};
use num_traits::Zero;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Residuals, loss and, for each neuron, its kink forms.
#[derive(Debug)]
pub struct Model<'a> {
    /// What is judged.
    pub instance: &'a Instance,
    /// `e_k = yhat_k - y_k`: n rows of length J.
    pub residuals: Vec<Vec<Rational>>,
    /// `L = 1/2 sum_k |e_k|^2`
    pub loss: Rational,
    /// `sum_k e_k`, the derivative in the output bias: length J.
    pub residual_sum: Vec<Rational>,
    /// One entry for each neuron.
    pub neurons: Vec<NeuronModel>,
    /// The samples `x_k`, n rows of length d.
    pub(super) samples: ScaledMatrix,
}

/// The first-order model of one neuron i.
#[derive(Debug)]
pub struct NeuronModel {
    /// `w_i . x_k`: length n.
    pub preactivations: Vec<Rational>,
    /// `rho(w_i . x_k)`: length n.
    pub activations: Vec<Rational>,
    /// `B_i = { k : w_i . x_k = 0 }`
    pub boundary: Vec<usize>,
    /// `d_ij(u) = sum_k e_jk rho'(w_i.x_k ; u.x_k)`: one kink form for each output j.
    pub d: Vec<KinkForm>,
    /// `g_i = h_i . d_i`: the one-sided derivative of the loss in `Dw_i = u`.
    pub g: KinkForm,
    /// `D_i = sum_k e_k rho(w_i . x_k)`, the derivative in the output weight: length J.
    pub output_derivative: Vec<Rational>,
}

impl NeuronModel {
    /// Whether `d_i` is zero everywhere.
    pub fn d_is_zero(&self) -> bool {
        self.d.iter().all(KinkForm::is_zero)
    }

    /// `d_i(u)` of length J.
    pub fn d_at(&self, u: &[Rational]) -> Vec<Rational> {
        self.d.iter().map(|d| d.value(u)).collect()
    }
}

/// `w_i . x_k`: m rows of length n. Cost: n m inner products of integers.
fn preactivations(samples: &ScaledMatrix, network: &Network) -> Vec<Vec<Rational>> {
    let row = |w: &Vec<Rational>| {
        let w = Scaled::of(w);
        samples.rows.iter().map(|x| w.dot(x)).collect()
    };
    network.input_weights.par_iter().map(row).collect()
}

/// `e_k = yhat_k - y_k`: n rows of length J, from `rho(w_i . x_k)`, m rows of length n. Cost: n J inner products of length m.
fn residuals(instance: &Instance, network: &Network, activations: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    let output_weights = Scaled::columns(&network.output_weights);
    let residual = |(features, y): (&Scaled, &Vec<Rational>)| -> Vec<Rational> {
        let output = |(j, h): (usize, &Scaled)| match &network.output_bias {
            Some(c) => h.dot(features) + &c[j],
            None => h.dot(features),
        };
        output_weights.iter().enumerate().map(output).zip(y).map(|(output, y)| output - y).collect()
    };
    Scaled::columns(activations).par_iter().zip(&instance.samples.targets).map(residual).collect()
}

fn activations(instance: &Instance, preactivations: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    let row = |row: &Vec<Rational>| row.iter().map(|z| instance.activation.apply(z)).collect();
    preactivations.iter().map(row).collect()
}

/// `L = 1/2 sum_k |yhat_k - y_k|^2` of any network on the instance's samples.
pub fn loss(instance: &Instance, network: &Network) -> Rational {
    let samples = ScaledMatrix::of(&instance.samples.inputs);
    let activations = activations(instance, &preactivations(&samples, network));
    half_square(&residuals(instance, network, &activations))
}

fn half_square(residuals: &[Vec<Rational>]) -> Rational {
    residuals.iter().map(|e| dot(e, e)).sum::<Rational>() / Rational::from_integer(2.into())
}

impl<'a> Model<'a> {
    /// The model at the candidate of an instance. Cost: n m (d + J) + n m J d operations.
    pub fn new(instance: &'a Instance) -> Model<'a> {
        let samples = ScaledMatrix::of(&instance.samples.inputs);
        let preactivations = preactivations(&samples, &instance.candidate);
        let activations = activations(instance, &preactivations);
        let residuals = residuals(instance, &instance.candidate, &activations);
        let outputs = instance.candidate.outputs();
        let unit = Rational::from_integer(1.into());
        let residual_sum = combination(outputs, residuals.iter().map(|e| (unit.clone(), e.as_slice())));
        // e_j of length n.
        let columns = Scaled::columns(&residuals);
        let neuron = |(h, (preactivations, activations)): (&Vec<Rational>, (Vec<Rational>, Vec<Rational>))| {
            let d: Vec<KinkForm> = (0..outputs)
                .map(|j| {
                    directional_form(instance, &samples, residuals.iter().map(|e| &e[j]), |k| Some(&preactivations[k]))
                })
                .collect();
            let parts: Vec<(Rational, &KinkForm)> = h.iter().cloned().zip(&d).collect();
            let g = KinkForm::combination(instance.candidate.inputs(), &parts);
            let boundary = (0..preactivations.len()).filter(|k| preactivations[*k].is_zero()).collect();
            let rho = Scaled::of(&activations);
            let output_derivative = columns.iter().map(|e| e.dot(&rho)).collect();
            NeuronModel { preactivations, activations, boundary, d, g, output_derivative }
        };
        let features: Vec<_> = preactivations.into_iter().zip(activations).collect();
        let neurons = instance.candidate.output_weights.par_iter().zip(features).map(neuron).collect();
        Model { instance, loss: half_square(&residuals), residuals, residual_sum, neurons, samples }
    }

    /// `z_k = rho'(w_i.x_k ; u.x_k)`, how fast the activations of neuron i change in direction u: length n.
    pub fn speeds(&self, i: usize, u: &[Rational]) -> Vec<Rational> {
        let speed = |(x, z): (&Vec<Rational>, &Rational)| {
            let along = dot(x, u);
            self.instance.activation.slope(if z.is_zero() { &along } else { z }) * &along
        };
        self.instance.samples.inputs.iter().zip(&self.neurons[i].preactivations).map(speed).collect()
    }

    /// The lines of the boundary samples of neuron i: primitive vectors, each once, in rising order.
    pub fn boundary_lines(&self, i: usize) -> Vec<Vec<Rational>> {
        let inputs = &self.instance.samples.inputs;
        let lines: BTreeSet<Vec<Integer>> =
            self.neurons[i].boundary.iter().filter_map(|k| Some(primitive(&inputs[*k])?.0)).collect();
        lines.into_iter().map(|line| line.into_iter().map(Rational::from).collect()).collect()
    }

    /// `u -> sum_k y_k rho'(w_i.x_k ; u.x_k)`, for any y of length n.
    pub fn weighted_speed(&self, i: usize, y: &[Rational]) -> KinkForm {
        directional_form(self.instance, &self.samples, y.iter(), |k| Some(&self.neurons[i].preactivations[k]))
    }

    /// `2 L / (n J)`
    pub fn mean_squared_error(&self) -> Rational {
        let count = self.residuals.len() * self.instance.candidate.outputs();
        &self.loss * Rational::new(2.into(), count.into())
    }
}

/// `u -> sum_k e_k rho'(z_k ; u.x_k)`, where `z_k` may be given as `None` for 0. Cost: d inner products of length n.
pub(super) fn directional_form<'z>(
    instance: &Instance, samples: &ScaledMatrix, weights: impl Iterator<Item = &'z Rational>,
    preactivation: impl Fn(usize) -> Option<&'z Rational>,
) -> KinkForm {
    let (mean, half_jump) = (instance.activation.mean_slope(), instance.activation.half_jump());
    let mut factors = Vec::with_capacity(samples.rows.len());
    let mut kinks = Vec::new();
    for ((k, x), e) in instance.samples.inputs.iter().enumerate().zip(weights) {
        match preactivation(k).filter(|z| !z.is_zero()) {
            Some(z) => factors.push(e * instance.activation.slope(z)),
            None => {
                factors.push(e * &mean);
                kinks.push((e * &half_jump, x.as_slice()));
            }
        }
    }
    let factors = Scaled::of(&factors);
    KinkForm::new(samples.columns.iter().map(|column| factors.dot(column)).collect(), kinks)
}
