//! Functions of x that are affine on each cell: what a neuron adds to the network, and how that changes.

use super::model::{Model, Neuron};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// `constant + slope x` on each cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile(Vec<(Rational, Rational)>);

impl Profile {
    /// One affine function on all cells.
    pub(super) fn affine(model: &Model<'_>, constant: Rational, slope: Rational) -> Profile {
        Profile(vec![(constant, slope); model.cells.len()])
    }

    /// `slope_at(positive) * (constant + slope x)`: `positive` tells on which side of its breakpoint the neuron is.
    fn kinked(neuron: &Neuron, model: &Model<'_>, constant: &Rational, slope: &Rational) -> Profile {
        let one = Rational::one();
        let factor = |right: &Rational| {
            let positive = match &neuron.breakpoint {
                Some(q) => (right > q) == neuron.w.is_positive(),
                None => !neuron.b.is_negative(),
            };
            if positive { &one } else { model.gamma() }
        };
        Profile(model.points[1..].iter().map(|right| (factor(right) * constant, factor(right) * slope)).collect())
    }

    /// `rho(w x + b)`
    pub(super) fn activation(model: &Model<'_>, j: usize) -> Profile {
        let neuron = &model.neurons[j];
        Profile::kinked(neuron, model, &neuron.b, &neuron.w)
    }

    /// `v s`, the derivative of the neuron in its bias: s its slope.
    pub(super) fn bias_derivative(model: &Model<'_>, j: usize) -> Profile {
        let neuron = &model.neurons[j];
        Profile::kinked(neuron, model, &neuron.v, &Rational::zero())
    }

    /// `v s x`, the derivative of the neuron in its input weight.
    pub(super) fn weight_derivative(model: &Model<'_>, j: usize) -> Profile {
        let neuron = &model.neurons[j];
        Profile::kinked(neuron, model, &Rational::zero(), &neuron.v)
    }

    /// `r_j(x) = rho(eps_j (x - q_j))`, for a kink neuron.
    pub(super) fn feature(model: &Model<'_>, j: usize) -> Profile {
        let scale = model.neurons[j].w.abs().recip();
        let Profile(pieces) = Profile::activation(model, j);
        Profile(pieces.into_iter().map(|(constant, slope)| (constant * &scale, slope * &scale)).collect())
    }

    /// `tau_j = -kappa_j eps_j rho'(eps_j (x - q_j))`: how the neuron changes when `q_j` moves.
    pub(super) fn tangent(model: &Model<'_>, j: usize) -> Profile {
        let w = &model.neurons[j].w;
        let Profile(pieces) = Profile::bias_derivative(model, j);
        Profile(pieces.into_iter().map(|(constant, slope)| (-constant * w, -slope * w)).collect())
    }

    /// `int p e self`
    pub(super) fn against_residual(&self, model: &Model<'_>) -> Rational {
        let on_cell =
            |((a, x), cell): (&(Rational, Rational), &super::model::Cell)| a * &cell.moments[0] + x * &cell.moments[1];
        self.0.iter().zip(&model.cells).map(on_cell).sum()
    }

    /// `int p self other`
    pub(super) fn inner(&self, other: &Profile, model: &Model<'_>) -> Rational {
        let mut sum = Rational::zero();
        for (((a, x), (b, y)), cell) in self.0.iter().zip(&other.0).zip(&model.cells) {
            let [m0, m1, m2] = &cell.masses;
            sum += a * b * m0 + (a * y + x * b) * m1 + x * y * m2;
        }
        sum
    }
}

/// The symmetric matrix of `int p g_i g_k`.
pub(super) fn gram(profiles: &[Profile], model: &Model<'_>) -> Vec<Vec<Rational>> {
    let mut matrix = vec![vec![Rational::zero(); profiles.len()]; profiles.len()];
    for (i, left) in profiles.iter().enumerate() {
        for (k, right) in profiles[..=i].iter().enumerate() {
            let product = left.inner(right, model);
            matrix[i][k].clone_from(&product);
            matrix[k][i] = product;
        }
    }
    matrix
}
