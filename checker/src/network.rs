//! The network on the samples: residuals, loss and the first-order model (docs/theory.md, sections 1 to 3).

use crate::instance::{Instance, Network};
use crate::kink::KinkForm;
use crate::number::Rational;
use crate::vector::{Row, Vector, dot};
use num_traits::Zero;

pub(crate) fn half() -> Rational {
    Rational::new(1.into(), 2.into())
}

/// `e_jk = c_j + sum_i h_ij rho(w_i . x_k) - y_kj`: J rows of length n.
pub(crate) fn residuals(instance: &Instance, network: &Network) -> Vec<Vector> {
    let preactivations = network.preactivations(&instance.inputs);
    // rho(w_i . x_k) for all neurons i, for each sample k.
    let features = |k: usize| {
        let all: Vector = preactivations.iter().filter_map(|z| z.get(k)).map(|z| instance.slope(z) * z).collect();
        Row::of(all.iter())
    };
    let features: Vec<Row> = (0..instance.targets.len()).map(features).collect();
    let row = |j: usize| {
        let bias: Rational = network.output_bias.iter().filter_map(|c| c.get(j)).sum();
        let weights = Row::of(network.output_weights.iter().filter_map(|h| h.get(j)));
        let targets = instance.targets.iter().filter_map(|y| y.get(j));
        features.iter().zip(targets).map(|(rho, y)| &bias + weights.dot(rho) - y).collect()
    };
    (0..instance.outputs()).map(row).collect()
}

/// `L = 1/2 sum_k |e_k|^2`
pub(crate) fn loss(residuals: &[Vector]) -> Rational {
    residuals.iter().map(|e| dot(e, e)).sum::<Rational>() * half()
}

/// `u -> sum_k e_k rho'(z_k ; u . x_k)` for scalar residuals `e`, at preactivations `z`.
pub(crate) fn derivative_form(instance: &Instance, z: &Vector, e: &Vector) -> KinkForm {
    let (plus, minus) = &instance.slopes;
    let (mean, half_difference) = ((plus + minus) * half(), (plus - minus) * half());
    let samples = || z.iter().zip(e).zip(&instance.inputs);
    let slope = |z: &Rational| if z.is_zero() { mean.clone() } else { instance.slope(z).clone() };
    let factors: Vector = z.iter().zip(e).map(|(z, e)| e * slope(z)).collect();
    let factors = Row::of(factors.iter());
    let linear = instance.columns.iter().map(|column| factors.dot(column)).collect();
    KinkForm::new(linear, samples().filter(|((z, _), _)| z.is_zero()).map(|((_, e), x)| (e * &half_difference, x)))
}

/// The first-order model of one neuron i: `w_i . x_k`, the kink forms `d_ij` of each output j, and `g_i = h_i . d_i`.
pub(crate) struct Neuron {
    pub(crate) preactivations: Vector,
    pub(crate) d: Vec<KinkForm>,
    pub(crate) g: KinkForm,
    /// Whether `D_i = d_i(w_i)` is 0.
    pub(crate) output_weight_rests: bool,
    pub(crate) weight_is_zero: bool,
}

impl Neuron {
    pub(crate) fn d_is_zero(&self) -> bool {
        self.d.iter().all(KinkForm::is_zero)
    }
    /// `rho(w_i . x_k)`: length n.
    pub(crate) fn activations(&self, instance: &Instance) -> Vector {
        self.preactivations.iter().map(|z| instance.slope(z) * z).collect()
    }
}

/// The first-order model of the loss at the candidate, one entry for each neuron.
pub(crate) fn neurons(instance: &Instance, residuals: &[Vector]) -> Vec<Neuron> {
    let Network { input_weights, output_weights, .. } = &instance.candidate;
    let neuron = |((w, h), preactivations): ((&Vector, &Vector), Vector)| {
        let d: Vec<KinkForm> = residuals.iter().map(|e| derivative_form(instance, &preactivations, e)).collect();
        let g = KinkForm::combination(instance.dimension(), &h.iter().cloned().zip(&d).collect::<Vec<_>>());
        let output_weight_rests = d.iter().all(|d| d.value(w).is_zero());
        Neuron { preactivations, d, g, output_weight_rests, weight_is_zero: w.iter().all(Zero::is_zero) }
    };
    let preactivations = instance.candidate.preactivations(&instance.inputs);
    input_weights.iter().zip(output_weights).zip(preactivations).map(neuron).collect()
}
