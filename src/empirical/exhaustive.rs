//! First-order verdicts a second time, from the activation patterns around each neuron, one by one: on a cell every
//! derivative is linear, and each question is one small exact feasibility problem. Nothing of `kink` is used, so that
//! the two ways can be held against each other.

use super::findings::Findings;
use super::neurons::Region;
use crate::effort;
use crate::linear::{Bounds, Feasibility, add_multiple, combination, dot, is_zero, primitive, to_integers};
use crate::patterns::{Cell, TooManyCells, TooManySubsets, for_each_cell, rays};
use crate::problem::EscapeNeurons;
use crate::problem::{Instance, Property, Verdict};
use crate::rational::{Integer, Rational, write};
use num_traits::{One, Signed, Zero};
use std::collections::BTreeSet;

/// What the patterns around one neuron say, both layers being trained or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeuronPatterns {
    /// Number of cells.
    pub cells: usize,
    /// Whether `g_i >= 0` on all of them.
    pub nonnegative: bool,
    /// Whether some u has `g_i(u) <= 0` and `d_i(u) != 0`; an escape neuron, if `g_i >= 0`.
    pub escapes: bool,
    /// The least `C_i`, from the rays; `None` where there is none, or where `g_i` isn't nonnegative.
    pub constant: Option<Rational>,
}

/// Why the patterns were not enumerated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// Too many cells.
    #[error("around neuron {0} {1}")]
    Cells(usize, TooManyCells),
    /// Too many subsets.
    #[error("around neuron {0} {1}")]
    Subsets(usize, TooManySubsets),
    /// No time is left ([`effort::until`]).
    #[error("the time of --time-limit is over")]
    Time,
}

/// A neuron's boundary arrangement and the residuals, everything that its patterns are made of.
pub struct Patterns<'a> {
    instance: &'a Instance,
    neuron: usize,
    residuals: &'a [Vec<Rational>],
    preactivations: Vec<Rational>,
    /// The lines of the non-zero boundary samples, each once, sorted.
    pub lines: Vec<Vec<Integer>>,
}

/// The linear derivatives on a cell.
pub struct Gradients {
    /// `d_ij(u) = delta_j . u` on the cell, one vector for each output.
    pub d: Vec<Vec<Rational>>,
    /// `g_i(u) = gamma . u` on the cell.
    pub g: Vec<Rational>,
}

/// `e_k = yhat_k - y_k`
pub fn residuals(instance: &Instance) -> Vec<Vec<Rational>> {
    let pairs = instance.samples.inputs.iter().zip(&instance.samples.targets);
    let residual = |(x, y): (&Vec<Rational>, &Vec<Rational>)| {
        let output = instance.candidate.output(&instance.activation, x);
        output.iter().zip(y).map(|(output, y)| output - y).collect()
    };
    pairs.map(residual).collect()
}

impl<'a> Patterns<'a> {
    /// The patterns around neuron i.
    pub fn around(instance: &'a Instance, residuals: &'a [Vec<Rational>], neuron: usize) -> Patterns<'a> {
        let w = &instance.candidate.input_weights[neuron];
        let preactivations: Vec<Rational> = instance.samples.inputs.iter().map(|x| dot(w, x)).collect();
        let boundary = instance.samples.inputs.iter().zip(&preactivations).filter(|(_, z)| z.is_zero());
        let lines: BTreeSet<Vec<Integer>> = boundary.filter_map(|(x, _)| Some(primitive(x)?.0)).collect();
        Patterns { instance, neuron, residuals, preactivations, lines: lines.into_iter().collect() }
    }

    /// The signs of the boundary samples on a cell: `None` for a zero sample, which has none.
    pub fn sample_signs(&self, cell: &Cell) -> Vec<(usize, Option<bool>)> {
        let samples = self.instance.samples.inputs.iter().zip(&self.preactivations).enumerate();
        let boundary = samples.filter(|(_, (_, z))| z.is_zero());
        let sign = |x: &Vec<Rational>| (!is_zero(x)).then(|| dot(x, &cell.direction).is_positive());
        boundary.map(|(k, (x, _))| (k, sign(x))).collect()
    }

    /// The derivatives on a cell: every sample contributes `e_k` times the slope of its side.
    pub fn gradients(&self, cell: &Cell) -> Gradients {
        let inputs = &self.instance.samples.inputs;
        let outputs = self.instance.candidate.outputs();
        let mut d = vec![vec![Rational::zero(); inputs[0].len()]; outputs];
        for ((x, z), e) in inputs.iter().zip(&self.preactivations).zip(self.residuals) {
            let along = if z.is_zero() { dot(x, &cell.direction) } else { z.clone() };
            let slope = self.instance.activation.slope(&along);
            d.iter_mut().zip(e).for_each(|(d, e)| add_multiple(d, &(e * slope), x));
        }
        let h = &self.instance.candidate.output_weights[self.neuron];
        let g = combination(inputs[0].len(), h.iter().cloned().zip(d.iter().map(Vec::as_slice)));
        Gradients { d, g }
    }

    /// Calls `visit` for each pattern.
    ///
    /// # Errors
    /// [`TooManyCells`] as soon as there are more than `limit`.
    pub fn for_each(&self, limit: usize, visit: impl FnMut(&Cell)) -> Result<(), TooManyCells> {
        for_each_cell(&self.lines, self.instance.candidate.inputs(), limit, visit)
    }

    /// Whether `gamma . u >= 0` on a closed cell: `gamma = sum_l nu_l sigma_l p_l` with `nu >= 0`, by Farkas; and, with
    /// `extra`, whether some `C >= 0` has `C extra - gamma` of that kind.
    fn in_dual_cone(&self, cell: &Cell, gamma: &[Rational], extra: Option<&[Rational]>) -> bool {
        let (right, factor) = to_integers(gamma);
        let mut columns = self.lines.clone();
        if let Some(extra) = extra {
            let scaled: Vec<Rational> = extra.iter().map(|entry| -entry * Rational::from(factor.clone())).collect();
            columns.push(to_integers(&scaled).0);
        }
        let mut system = Feasibility::new(&columns, &right);
        let positive = || Bounds { low: Some(Integer::zero()), high: None };
        let negative = || Bounds { low: None, high: Some(Integer::zero()) };
        let signs = cell.signs.iter().copied().chain([true]).take(columns.len());
        signs.enumerate().for_each(|(l, sign)| system.set_bounds(l, if sign { positive() } else { negative() }));
        system.solve().is_ok()
    }

    /// Decides everything about the neuron from its cells and rays.
    ///
    /// # Errors
    /// [`TooLarge`] if there are more than `limit` cells, or subsets of lines to find the rays.
    pub fn decide(&self, limit: usize) -> Result<NeuronPatterns, TooLarge> {
        let mut found = NeuronPatterns { cells: 0, nonnegative: true, escapes: false, constant: None };
        let result = self.for_each(limit, |cell| {
            found.cells += 1;
            if effort::is_over() {
                return;
            }
            let Gradients { d, g } = self.gradients(cell);
            found.nonnegative &= self.in_dual_cone(cell, &g, None);
            // |d_j| <= C g on the cell for some C, unless d_j is non-zero somewhere where g is zero (or negative).
            let bounded = |d: &Vec<Rational>| {
                let negated: Vec<Rational> = d.iter().map(|entry| -entry).collect();
                [d, &negated].into_iter().all(|d| self.in_dual_cone(cell, d, Some(&g)))
            };
            found.escapes |= !d.iter().all(bounded);
        });
        if effort::is_over() {
            return Err(TooLarge::Time);
        }
        result.map_err(|error| TooLarge::Cells(self.neuron, error))?;
        if found.nonnegative && !found.escapes {
            found.constant = Some(self.constant(limit)?);
        }
        Ok(found)
    }

    /// The largest `|d_ij(u)| / g_i(u)` over all rays u.
    fn constant(&self, limit: usize) -> Result<Rational, TooLarge> {
        let dimension = self.instance.candidate.inputs();
        let rays = rays(&self.lines, dimension, limit).map_err(|error| match effort::is_over() {
            true => TooLarge::Time,
            false => TooLarge::Subsets(self.neuron, error),
        })?;
        let ratio = |u: Vec<Rational>| {
            // u lies on the boundary of cells; the derivatives of any of them are right at u itself.
            let Gradients { d, g } = self.gradients(&Cell { signs: vec![], direction: u.clone() });
            let largest = d.iter().map(|d| dot(d, &u).abs()).max()?;
            (!largest.is_zero()).then(|| largest / dot(&g, &u))
        };
        Ok(rays.into_iter().filter_map(ratio).max().unwrap_or_default())
    }
}

/// What the exhaustive way says about a whole candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhaustive {
    /// Whether (H), (C) and (W) hold, as far as demanded.
    pub stationary: bool,
    /// One entry for each neuron, if input weights are trained; otherwise none.
    pub neurons: Vec<NeuronPatterns>,
}

/// Decides stationarity, escape neurons and constants by enumerating activation patterns.
///
/// # Errors
/// [`TooLarge`] if a neuron has more than `limit` patterns.
pub fn decide_exhaustively(instance: &Instance, limit: usize) -> Result<Exhaustive, TooLarge> {
    let residuals = residuals(instance);
    let trained = instance.trained;
    let outputs = instance.candidate.outputs();
    let unit = Rational::one();
    let sum = combination(outputs, residuals.iter().map(|e| (unit.clone(), e.as_slice())));
    let neurons = (0..instance.candidate.width()).map(|i| Patterns::around(instance, &residuals, i));
    let neurons: Vec<Patterns<'_>> = neurons.collect();
    let rests = |patterns: &Patterns<'_>| {
        let rho = patterns.preactivations.iter().map(|z| instance.activation.apply(z));
        is_zero(&combination(outputs, rho.zip(residuals.iter().map(Vec::as_slice))))
    };
    let mut stationary =
        (!trained.output_weights || neurons.iter().all(rests)) && (!trained.output_bias || is_zero(&sum));
    let decided: Vec<NeuronPatterns> = match trained.input_weights {
        true => neurons.iter().map(|patterns| patterns.decide(limit)).collect::<Result<_, _>>()?,
        false => Vec::new(),
    };
    stationary &= decided.iter().all(|neuron| neuron.nonnegative);
    Ok(Exhaustive { stationary, neurons: decided })
}

impl Exhaustive {
    /// The first contradiction to some findings, in words.
    pub fn contradiction(&self, instance: &Instance, findings: &Findings) -> Option<String> {
        let stationary = findings.verdicts.get(&Property::Stationary).copied();
        if stationary.is_some_and(|verdict| verdict != Verdict::Undecided && verdict != Verdict::of(self.stationary)) {
            return Some(format!("stationary: {} by patterns", Verdict::of(self.stationary)));
        }
        let both = instance.trained.both_layers();
        let escaping = |(i, neuron): (usize, &NeuronPatterns)| (both && neuron.escapes).then_some(i);
        let escaping: Vec<usize> = self.neurons.iter().enumerate().filter_map(escaping).collect();
        match &findings.escape_neurons {
            EscapeNeurons::Found(found) if *found != escaping => {
                return Some(format!("escape neurons: {escaping:?} by patterns, {found:?} by kink forms"));
            }
            _ => {}
        }
        let radii = findings.neurons.iter().zip(&self.neurons).enumerate();
        radii.into_iter().find_map(|(i, (neuron, patterns))| match &neuron.regions {
            Some((Region::L1Radius(radius), _)) if patterns.constant != Some(radius.recip()) => {
                let constant = patterns.constant.as_ref().map_or_else(|| "none".to_owned(), write);
                Some(format!(
                    "constant of neuron {i}: {constant} by patterns, {} by kink forms",
                    write(&radius.recip())
                ))
            }
            _ => None,
        })
    }

    /// Number of patterns that were enumerated.
    pub fn cells(&self) -> usize {
        self.neurons.iter().map(|neuron| neuron.cells).sum()
    }
}
