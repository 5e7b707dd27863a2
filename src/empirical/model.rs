//! The first-order model of the loss at the candidate (docs/theory.md, sections 1 and 3).

use crate::kink::KinkForm;
use crate::linear::{add_multiple, combination, dot, primitive};
use crate::problem::{Instance, Network, Samples};
use crate::rational::{Integer, Rational};
use num_traits::{Signed, Zero};
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

/// `e_k = yhat_k - y_k`: n rows of length J. Cost: n m (d + J) operations.
fn residuals(instance: &Instance, network: &Network) -> Vec<Vec<Rational>> {
    let samples = instance.samples.inputs.iter().zip(&instance.samples.targets);
    let residual = |(x, y): (&Vec<Rational>, &Vec<Rational>)| {
        let output = network.output(&instance.activation, x);
        output.into_iter().zip(y).map(|(output, y)| output - y).collect()
    };
    samples.map(residual).collect()
}

/// `L = 1/2 sum_k |yhat_k - y_k|^2` of any network on the instance's samples.
pub fn loss(instance: &Instance, network: &Network) -> Rational {
    half_square(&residuals(instance, network))
}

fn half_square(residuals: &[Vec<Rational>]) -> Rational {
    residuals.iter().map(|e| dot(e, e)).sum::<Rational>() / Rational::from_integer(2.into())
}

impl<'a> Model<'a> {
    /// The model at the candidate of an instance. Cost: n m (d + J) + n m J d operations.
    pub fn new(instance: &'a Instance) -> Model<'a> {
        let residuals = residuals(instance, &instance.candidate);
        let outputs = instance.candidate.outputs();
        let unit = Rational::from_integer(1.into());
        let residual_sum = combination(outputs, residuals.iter().map(|e| (unit.clone(), e.as_slice())));
        let candidate = instance.candidate.input_weights.iter().zip(&instance.candidate.output_weights);
        let neurons = candidate.map(|(w, h)| neuron(instance, &residuals, w, h)).collect();
        Model { instance, loss: half_square(&residuals), residuals, residual_sum, neurons }
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
        directional_form(self.instance, y.iter(), |k| Some(&self.neurons[i].preactivations[k]))
    }

    /// `2 L / (n J)`
    pub fn mean_squared_error(&self) -> Rational {
        let count = self.residuals.len() * self.instance.candidate.outputs();
        &self.loss * Rational::new(2.into(), count.into())
    }
}

fn neuron(instance: &Instance, residuals: &[Vec<Rational>], w: &[Rational], h: &[Rational]) -> NeuronModel {
    let Samples { inputs, .. } = &instance.samples;
    let preactivations: Vec<Rational> = inputs.iter().map(|x| dot(w, x)).collect();
    let activations: Vec<Rational> = preactivations.iter().map(|z| instance.activation.apply(z)).collect();
    let boundary: Vec<usize> = (0..inputs.len()).filter(|k| preactivations[*k].is_zero()).collect();
    let d: Vec<KinkForm> = (0..h.len())
        .map(|j| directional_form(instance, residuals.iter().map(|e| &e[j]), |k| Some(&preactivations[k])))
        .collect();
    let parts: Vec<(Rational, &KinkForm)> = h.iter().cloned().zip(&d).collect();
    let g = KinkForm::combination(w.len(), &parts);
    let mut output_derivative = vec![Rational::zero(); h.len()];
    activations.iter().zip(residuals).for_each(|(rho, e)| add_multiple(&mut output_derivative, rho, e));
    NeuronModel { preactivations, activations, boundary, d, g, output_derivative }
}

/// `u -> sum_k e_k rho'(z_k ; u.x_k)`, where `z_k` may be given as `None` for 0.
pub(super) fn directional_form<'z>(
    instance: &Instance, weights: impl Iterator<Item = &'z Rational>,
    preactivation: impl Fn(usize) -> Option<&'z Rational>,
) -> KinkForm {
    let (mean, half_jump) = (instance.activation.mean_slope(), instance.activation.half_jump());
    let inputs = &instance.samples.inputs;
    let mut linear = vec![Rational::zero(); inputs[0].len()];
    let mut kinks = Vec::new();
    for ((k, x), e) in inputs.iter().enumerate().zip(weights) {
        match preactivation(k).filter(|z| !z.is_zero()) {
            Some(z) => add_multiple(&mut linear, &(e * instance.activation.slope(z)), x),
            None => {
                add_multiple(&mut linear, &(e * &mean), x);
                kinks.push((e * &half_jump, x.as_slice()));
            }
        }
    }
    KinkForm::new(linear, kinks)
}

/// `|v|_1`
pub(super) fn l1_norm(vector: &[Rational]) -> Rational {
    vector.iter().map(Signed::abs).sum()
}
