//! From a curve in the variables of the reduced polynomial to one of networks (docs/theory.md, section 7).

use super::super::descent::Descent;
use super::super::model::Model;
use super::form::Product;
use super::reduced::{Coordinates, Weights};
use crate::linear::{Echelon, Polynomial, add_multiple, dot, solve};
use crate::problem::Network;
use crate::rational::Rational;
use num_traits::{One, Zero};

/// Most terms of a curve.
const MAX_TERMS: usize = 60;

/// A descent of the loss: the input weights and the kept output weights along the curve, all others the power series that
/// solves their normal equations, cut off where the exact loss difference is negative. `None` if it isn't up to the
/// limit.
pub(super) fn lift(
    model: &Model<'_>, weights: &Weights, product: &Product<'_>, coordinates: &Coordinates, curve: &[Polynomial],
) -> Option<Descent> {
    let lifting = Lifting::new(model, weights, product, coordinates, curve);
    let highest = curve.iter().map(|path| path.0.len()).max()?.max(2);
    let orders = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, MAX_TERMS];
    orders.into_iter().filter(|order| *order + 1 >= highest.min(MAX_TERMS)).find_map(|order| {
        let coefficients = lifting.network_curve(order.max(highest - 1))?;
        Descent::along(model.instance, coefficients).ok()
    })
}

struct Lifting<'a> {
    model: &'a Model<'a>,
    /// `u_i(t)`: for each neuron its coefficients of t, t^2, ...
    directions: Vec<Vec<Vec<Rational>>>,
    /// Changes of output weights that are given: `(t, coefficients)`.
    given: Vec<(usize, Vec<Vec<Rational>>)>,
    /// Features whose weights are solved for; the width stands for the constant.
    solved: Vec<usize>,
}

impl<'a> Lifting<'a> {
    fn new(
        model: &'a Model<'a>, weights: &Weights, product: &Product<'_>, coordinates: &Coordinates, curve: &[Polynomial],
    ) -> Lifting<'a> {
        let dimension = product.dimension;
        let outputs = model.instance.candidate.outputs();
        let vectors = coordinates.vectors();
        let highest = curve.iter().map(|path| path.0.len()).max().unwrap_or(0);
        let coefficient = |path: &Polynomial, power: usize| path.0.get(power).cloned().unwrap_or_default();
        let at = |power: usize| -> Vec<Rational> {
            let mut u = vec![Rational::zero(); dimension * product.pieces.len()];
            vectors.iter().zip(curve).for_each(|(v, path)| add_multiple(&mut u, &coefficient(path, power), v));
            u
        };
        let all: Vec<Vec<Rational>> = (0..highest).map(at).collect();
        let direction = |i: usize| -> Vec<Vec<Rational>> {
            let place = product.pieces.iter().position(|(other, _)| *other == i);
            let own = |u: &Vec<Rational>| {
                place.map_or_else(|| vec![Rational::zero(); dimension], |p| u[p * dimension..][..dimension].to_vec())
            };
            all.iter().map(own).collect()
        };
        let directions = (0..model.neurons.len()).map(direction).collect();
        let given = weights.weighted.iter().enumerate().map(|(place, (t, basis))| {
            let paths = &curve[vectors.len() + place * outputs..][..outputs];
            let at = |power: usize| {
                let mut change = vec![Rational::zero(); outputs];
                basis.iter().zip(paths).for_each(|(b, path)| add_multiple(&mut change, &coefficient(path, power), b));
                change
            };
            (*t, (0..highest).map(at).collect())
        });
        let ones = vec![Rational::one(); model.residuals.len()];
        let mut span = Echelon::default();
        let is_given = |i: &usize| weights.weighted.iter().any(|(t, _)| t == i);
        let width = model.neurons.len();
        let eliminated = weights.eliminated.iter().copied();
        let others = (0..width).filter(|i| !is_given(i));
        let constant = model.instance.trained.output_bias.then_some(width);
        let feature = |i: usize| if i == width { &ones } else { &model.neurons[i].activations };
        let solved = eliminated.chain(constant).chain(others).filter(|i| span.insert(feature(*i))).collect();
        Lifting { model, directions, given: given.collect(), solved }
    }

    /// `rho_i + z_i(u_i(t))`: coefficients of 1, t, ...; each a vector of length n.
    ///
    /// The direction stays in one cell, where the speeds are linear: they are those of each coefficient.
    fn feature_series(&self, i: usize, order: usize) -> Vec<Vec<Rational>> {
        let count = self.model.residuals.len();
        let zero = || vec![Rational::zero(); count];
        if i == self.model.neurons.len() {
            return std::iter::once(vec![Rational::one(); count]).chain((0..order).map(|_| zero())).collect();
        }
        let path = &self.directions[i];
        // The slopes are those at the sum of the terms, for small t: of the first that moves a preactivation.
        let inputs = &self.model.instance.samples.inputs;
        let slope = |k: usize| {
            let z = &self.model.neurons[i].preactivations[k];
            let along = path.iter().map(|u| dot(&inputs[k], u)).find(|along| !along.is_zero());
            let side = if z.is_zero() { along.unwrap_or_default() } else { z.clone() };
            self.model.instance.activation.slope(&side).clone()
        };
        let slopes: Vec<Rational> = (0..count).map(slope).collect();
        let speed = |u: &Vec<Rational>| (0..count).map(|k| &slopes[k] * dot(&inputs[k], u)).collect::<Vec<_>>();
        let mut series = vec![self.model.neurons[i].activations.clone()];
        series.extend((1..=order).map(|power| path.get(power).map_or_else(zero, speed)));
        series
    }

    /// The coefficients of t, ..., t^order.
    fn network_curve(&self, order: usize) -> Option<Vec<Network>> {
        let candidate = &self.model.instance.candidate;
        let (width, outputs) = (candidate.width(), candidate.outputs());
        let features: Vec<Vec<Vec<Rational>>> = (0..=width).map(|i| self.feature_series(i, order)).collect();
        let gram0: Vec<Vec<Rational>> = self
            .solved
            .iter()
            .map(|l| self.solved.iter().map(|r| dot(&features[*l][0], &features[*r][0])).collect())
            .collect();
        let columns: Vec<&[Rational]> = gram0.iter().map(Vec::as_slice).collect();
        let mut changes: Vec<Network> = Vec::new();
        // The residuals along the curve: coefficients of 1, t, ...; n rows of length J.
        let mut residuals = vec![self.model.residuals.clone()];
        for power in 1..=order {
            let mut change = candidate.zero_change();
            for (i, path) in self.directions.iter().enumerate() {
                if let Some(u) = path.get(power) {
                    change.input_weights[i].clone_from(u);
                }
            }
            for (t, path) in &self.given {
                if let Some(value) = path.get(power) {
                    change.output_weights[*t].clone_from(value);
                }
            }
            // The residual's coefficient without the weights of this power that are solved for.
            let mut known = vec![vec![Rational::zero(); outputs]; self.model.residuals.len()];
            for (i, feature) in features.iter().enumerate() {
                for lower in 0..=power {
                    let weight = self.weight(&changes, &change, i, lower);
                    for (row, factor) in known.iter_mut().zip(&feature[power - lower]) {
                        add_multiple(row, factor, &weight);
                    }
                }
            }
            // r_s . e = 0 in the power series sense: r_s(0).R eta = - r_s(0).known - sum_{l >= 1} r_s(l).e(power - l).
            let right = |s: &usize, j: usize| -> Rational {
                let own = features[*s][0].iter().zip(&known).map(|(r, row)| r * &row[j]).sum::<Rational>();
                let earlier = (1..=power).map(|l| {
                    let rows = features[*s][l].iter().zip(&residuals[power - l]);
                    rows.map(|(r, row)| r * &row[j]).sum::<Rational>()
                });
                -(own + earlier.sum::<Rational>())
            };
            let rights: Vec<Vec<Rational>> =
                (0..outputs).map(|j| self.solved.iter().map(|s| right(s, j)).collect()).collect();
            let solutions = solve(&columns, &rights)?;
            for (place, s) in self.solved.iter().enumerate() {
                let row: Vec<Rational> = solutions.iter().map(|solution| solution[place].clone()).collect();
                for (known, factor) in known.iter_mut().zip(&features[*s][0]) {
                    add_multiple(known, factor, &row);
                }
                match change.output_weights.get_mut(*s) {
                    Some(weights) => *weights = row,
                    None => change.output_bias = Some(row),
                }
            }
            residuals.push(known);
            changes.push(change);
        }
        Some(changes)
    }

    /// The coefficient of `t^power` of the output weight of neuron i, or of the output bias; of the present power what is
    /// given.
    fn weight(&self, changes: &[Network], present: &Network, i: usize, power: usize) -> Vec<Rational> {
        let candidate = &self.model.instance.candidate;
        let network = match power {
            0 => candidate,
            _ => changes.get(power - 1).unwrap_or(present),
        };
        let outputs = candidate.outputs();
        match network.output_weights.get(i) {
            Some(weights) => weights.clone(),
            None => network.output_bias.clone().unwrap_or_else(|| vec![Rational::zero(); outputs]),
        }
    }
}
