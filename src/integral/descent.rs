//! Curves along which the loss falls: rays of single neurons, and curves given by shifts of breakpoints, output weights
//! and an affine function (docs/theory-integral.md, section 4).

use super::curve::Descent;
use super::model::{Model, Role};
use super::nearby::{lowest_terms, phi_vanishes};
use crate::linear::Polynomial;
use crate::problem::ScalarNetwork;
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// A curve in terms of what a network does: all paths are polynomials in t without constant term.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    /// `q_j(t) - q_j`, for kink neurons.
    pub(super) shifts: Vec<(usize, Polynomial)>,
    /// `kappa_j(t) - kappa_j`, for kink neurons.
    pub(super) heights: Vec<(usize, Polynomial)>,
    /// What is added to the network's output: `constant(t) + slope(t) x`.
    pub(super) constant: Polynomial,
    /// The slope; not zero only if there is an affine neuron.
    pub(super) slope: Polynomial,
}

fn monomial(power: usize, coefficient: Rational) -> Polynomial {
    let mut terms = vec![Rational::zero(); power];
    terms.push(coefficient);
    Polynomial(terms)
}

impl Paths {
    /// The descent of networks that do this, if the loss falls along it.
    pub(super) fn descend(&self, model: &Model<'_>) -> Option<Descent> {
        Descent::along(model.instance, self.networks(model)?).ok()
    }

    /// The networks: coefficients of t, t^2, ...
    fn networks(&self, model: &Model<'_>) -> Option<Vec<ScalarNetwork>> {
        let carrier = match self.slope.is_zero() {
            true => None,
            false => Some(carrier(model)?),
        };
        // A flat neuron with w = 0 makes the slope beta t^2 as w = t, v = beta t: everything goes at half the speed.
        let slow = carrier.is_some_and(|i| model.neurons[i].w.is_zero() && model.neurons[i].is_flat());
        let time = if slow { monomial(2, Rational::one()) } else { monomial(1, Rational::one()) };
        let mut constant = self.constant.of(&time);
        let mut biases: Vec<(usize, Polynomial)> = Vec::new();
        let mut weights: Vec<(usize, Polynomial)> = Vec::new();
        let mut outputs: Vec<(usize, Polynomial)> = Vec::new();
        for (j, shift) in &self.shifts {
            biases.push((*j, shift.of(&time).scaled(&-&model.neurons[*j].w)));
        }
        for (j, height) in &self.heights {
            outputs.push((*j, height.of(&time).scaled(&model.neurons[*j].w.abs().recip())));
        }
        if let Some(i) = carrier {
            let neuron = &model.neurons[i];
            let slope = self.slope.of(&time);
            // The slope of the activation there: v s (w x + b).
            let s = if (&neuron.w * &model.points[1] + &neuron.b).is_positive() {
                Rational::one()
            } else {
                model.gamma().clone()
            };
            if !neuron.w.is_zero() {
                let change = slope.scaled(&(&s * &neuron.w).recip());
                constant = constant.minus(&change.scaled(&(&s * &neuron.b)));
                outputs.push((i, change));
            } else if slow {
                let change = Polynomial(slope.0.iter().skip(1).map(|term| term / &s).collect());
                constant = constant.minus(&change.scaled(&(&s * &neuron.b)));
                weights.push((i, monomial(1, Rational::one())));
                outputs.push((i, change));
            } else {
                weights.push((i, slope.scaled(&(&s * &neuron.v).recip())));
            }
        }
        let paths = biases.iter().chain(&weights).chain(&outputs).map(|(_, path)| path).chain([&constant]);
        let highest = paths.map(|path| path.clone().trimmed().0.len()).max()?;
        let at = |path: &Polynomial, power: usize| path.0.get(power).cloned().unwrap_or_default();
        let network = |power: usize| {
            let mut change = ScalarNetwork::zero(model.neurons.len());
            biases.iter().for_each(|(j, path)| change.input_biases[*j] += at(path, power));
            weights.iter().for_each(|(j, path)| change.input_weights[*j] += at(path, power));
            outputs.iter().for_each(|(j, path)| change.output_weights[*j] += at(path, power));
            change.output_bias = at(&constant, power);
            change
        };
        (highest > 1).then(|| (1..highest).map(network).collect())
    }
}

/// An affine neuron that can carry any small affine function: best one that isn't flat, or has w != 0.
fn carrier(model: &Model<'_>) -> Option<usize> {
    let affine = |j: &usize| model.neurons[*j].role == Role::Affine;
    let direct = |j: &usize| !model.neurons[*j].w.is_zero() || !model.neurons[*j].is_flat();
    let mut all = (0..model.neurons.len()).filter(affine);
    let first = all.clone().next()?;
    all.find(direct).or(Some(first))
}

/// A flat neuron alone: `v' = -+ t^k phi(w', b')` where phi isn't zero nearby (section 5, theorem on flat neurons).
pub(super) fn flat_neuron(model: &Model<'_>, j: usize) -> Option<Descent> {
    let neuron = &model.neurons[j];
    if !neuron.is_flat() || phi_vanishes(model, neuron) {
        return None;
    }
    let curve = |weight: Rational, bias: Rational, sign: Rational, power: usize| {
        let mut changes = vec![ScalarNetwork::zero(model.neurons.len()); power];
        changes[0].input_weights[j] = weight;
        changes[0].input_biases[j] = bias;
        changes[power - 1].output_weights[j] = sign;
        Descent::along(model.instance, changes).ok()
    };
    let signs = [Rational::one(), -Rational::one()];
    let try_all = |directions: &[(Rational, Rational)]| {
        (1..=6).find_map(|power| {
            directions
                .iter()
                .find_map(|(w, b)| signs.iter().find_map(|s| curve(w.clone(), b.clone(), s.clone(), power)))
        })
    };
    let zero = Rational::zero;
    match neuron.role {
        Role::Silent => None,
        // phi is linear here: along (1, 0) or (0, 1).
        Role::Affine if neuron.w.is_zero() => try_all(&[(Rational::one(), zero())]),
        Role::Affine => try_all(&[(zero(), Rational::one()), (Rational::one(), zero())]),
        Role::Kink => {
            let sides = lowest_terms(model, neuron)?;
            // q = -b/w moves to the left when b/w grows.
            let moves = [neuron.w.signum(), -neuron.w.signum()];
            let directions: Vec<(Rational, Rational)> =
                sides.iter().zip(moves).filter(|(side, _)| side.is_some()).map(|(_, bias)| (zero(), bias)).collect();
            let powers = sides.iter().flatten().map(|(power, _)| *power).min()?;
            (1..=powers + 2).find_map(|power| {
                directions
                    .iter()
                    .find_map(|(w, b)| signs.iter().find_map(|s| curve(w.clone(), b.clone(), s.clone(), power)))
            })
        }
        Role::Degenerate => {
            // phi(u) != 0 for some u = +-(1, -q), because p e isn't zero everywhere.
            let mut directions = Vec::new();
            for ends in model.points.windows(2) {
                for part in 0..=8 {
                    let q = &ends[0] + (&ends[1] - &ends[0]) * Rational::new(part.into(), 8.into());
                    directions.push((Rational::one(), -&q));
                    directions.push((-Rational::one(), q));
                }
            }
            directions.push((zero(), Rational::one()));
            try_all(&directions)
        }
    }
}
