//! The network on the samples: residuals, loss and the first-order model (docs/theory.md, sections 1 to 3).

use crate::instance::{Instance, Network};
use crate::kink::{KinkForm, Vector, combine, dot};
use crate::number::Rational;
use num_traits::Zero;

pub(crate) fn half() -> Rational {
    Rational::new(1.into(), 2.into())
}

/// `e_jk = c_j + sum_i h_ij rho(w_i . x_k) - y_kj`: J rows of length n.
pub(crate) fn residuals(instance: &Instance, network: &Network) -> Vec<Vector> {
    let activations = network.preactivations(&instance.inputs);
    let residual = |j: usize, k: usize, y: &Rational| -> Rational {
        let bias: Rational = network.output_bias.iter().filter_map(|c| c.get(j)).sum();
        let term = |(z, h): (&Vector, &Vector)| z.get(k).zip(h.get(j)).map(|(z, h)| h * instance.slope(z) * z);
        bias + activations.iter().zip(&network.output_weights).filter_map(term).sum::<Rational>() - y
    };
    let row =
        |j| instance.targets.iter().enumerate().filter_map(move |(k, y)| Some(residual(j, k, y.get(j)?))).collect();
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
    let linear = combine(instance.dimension(), samples().map(|((z, e), x)| (e * slope(z), x)));
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
