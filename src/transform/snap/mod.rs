//! From a float network to an exact stationary point with the same activation pattern (docs/theory.md, sections 1 to
//! 3).
//!
//! 1. *Read the pattern* (`reading`): which preactivations are on a kink, which neurons are dead, which are so small
//!    that they stand for zero. No size is looked at by itself: only gaps between sizes, and each reading is tried.
//! 2. *Solve* (`groups`, `directions`, `solve`): neurons with one pattern form a group, whose output is linear in the
//!    sum of the products h_i w_i. Where the directions are known, or enough of them are there, the stationarity
//!    equations are linear and solved exactly; what they leave free is rounded to short numbers near the floats. Where
//!    a group has a single direction that no kink pins, it is an eigenvector, often irrational; then there is no exact
//!    point to be had.
//! 3. *Divide up* (`share`): free weights are rounded, as many neurons as needed take up the rest.
//! 4. *Look again*: no strict sign may have changed, and the point must be stationary, exactly.
//!
//! Where the input weights aren't trained, all of it is one linear system (`outputs`).

mod directions;
mod eigenvalue;
mod groups;
mod outputs;
mod reading;
mod rounding;
mod share;
mod solve;

use super::{instance, trained};
use crate::empirical::{decide_escape_neurons, loss};
use crate::kink::Options;
use crate::linear::{Scaled, is_zero};
use crate::problem::EscapeNeurons;
use crate::problem::{Activation, Data, Network, Samples};
use crate::rational::{Rational, to_f64};
use groups::Group;
use num_traits::{Signed, Zero};
use rayon::prelude::*;
pub use reading::{Part, Reading};
use reading::{Sizes, readings};

/// How to snap.
#[derive(Debug, Clone, Copy)]
pub struct SnapOptions {
    /// Significant digits of free weights; more are taken where these would change the pattern.
    pub digits: usize,
    /// How far the network may move, in proportion to its size: beyond it there is no stationary point nearby.
    pub max_distance: f64,
}

impl Default for SnapOptions {
    fn default() -> SnapOptions {
        SnapOptions { digits: 6, max_distance: 0.25 }
    }
}

/// An exact stationary point near a float network.
#[derive(Debug, Clone)]
pub struct Snapped {
    /// The point.
    pub network: Network,
    /// How the pattern was read.
    pub reading: Reading,
    /// What moved, and how far.
    pub moved: Moved,
    /// Preactivations whose sign is 0 now and wasn't before: neuron, sample, and whether it was positive. Those of
    /// neurons that became zero aren't listed.
    pub onto_kinks: Vec<(usize, usize, bool)>,
    /// Stationarity equations that were solved.
    pub equations: usize,
    /// Their rank: so many unknowns were solved for.
    pub rank: usize,
    /// Unknowns that the equations left free, kept at rounded floats.
    pub free: usize,
    /// Half the sum of squares at the float network, exactly.
    pub loss_before: Rational,
    /// The same at the snapped one.
    pub loss_after: Rational,
}

/// How far a network moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Norm of the change of all parameters.
    pub absolute: f64,
    /// That, in proportion to the size of the network: the norm of all its parameters, or that of one neuron with equal
    /// weights that puts out the targets, if that is larger; so that a network of next to nothing is near the origin.
    pub relative: f64,
    /// For each neuron: norm of the change of its weights, absolute and by their norm.
    pub neurons: Vec<(f64, f64)>,
}

/// Why there is no exact point.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NotSnapped {
    /// The output weights aren't trained.
    #[error(
        "the output weights aren't trained, by \"trained\" of the data; snap moves them, alone or with the input weights"
    )]
    NotTrained,
    /// The network doesn't fit the data.
    #[error("{0}")]
    Unfit(String),
    /// There is none that this can find.
    #[error("{reason}")]
    NoPoint {
        /// Why, for the most plausible reading of the pattern.
        reason: Reason,
        /// That reading.
        reading: Reading,
        /// How many readings were tried.
        tried: usize,
    },
}

/// Why a reading of the pattern has no exact stationary point.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Reason {
    /// Coordinates that aren't rational.
    #[error(
        "irrational coordinates: the direction of neurons {} isn't pinned by kinks; it is an eigenvector, whose eigenvalue \
         has {polynomial}", list(.neurons)
    )]
    Irrational {
        /// The neurons that share the direction.
        neurons: Vec<usize>,
        /// The polynomial, in words.
        polynomial: String,
    },
    /// The solution has other signs.
    #[error(
        "no stationary point with that pattern: solving the stationarity equations turns the sign of neuron {neuron} on \
         sample {sample} ({} of {} signs turn)", .turned, .signs
    )]
    Pattern {
        /// The first neuron.
        neuron: usize,
        /// The sample.
        sample: usize,
        /// How many strict signs change.
        turned: usize,
        /// How many there are.
        signs: usize,
    },
    /// The solution is far away.
    #[error(
        "no stationary point with that pattern nearby: the nearest that was found is {relative:.3} of its size away (--max-distance)"
    )]
    Far {
        /// How far, in proportion to the size of the network.
        relative: f64,
    },
    /// The equations hold, and still there is a direction downhill, at a kink.
    #[error("no stationary point with that pattern: where it solves the equations, the loss falls across a kink")]
    Kink,
    /// The search for a proof hit its limit.
    #[error("it isn't decided whether the solution is stationary")]
    Undecided,
    /// Several directions depend on each other.
    #[error(
        "the directions of neurons {} and {} aren't pinned by kinks and depend on each other: their equations aren't linear, \
         and their solutions as a rule irrational", list(.0), list(.1)
    )]
    Coupled(Vec<usize>, Vec<usize>),
    /// A group whose output weights span more than a line and less than everything.
    #[error(
        "rank: neurons {} have output weights of rank {rank} in {outputs} outputs and directions of no smaller dimension: \
         their equations aren't linear", list(.neurons)
    )]
    Rank {
        /// The neurons of the group.
        neurons: Vec<usize>,
        /// The rank of their output weights.
        rank: usize,
        /// J
        outputs: usize,
    },
    /// Directions that were fixed where they are, but the residuals pull at them.
    #[error("no stationary point with the directions that the network has")]
    Pulled,
    /// The solution needs a group to have weights that its neurons can't have.
    #[error("rank: no neuron of {} can take up the rest: their weights are dependent", list(.0))]
    Dependent(Vec<usize>),
    /// So many kinks that only the zero vector lies on all of them.
    #[error("neuron {0} would be on so many kinks that it would be zero")]
    Pinned(usize),
}

/// `3, 4, 17`, shortened.
fn list(neurons: &[usize]) -> String {
    let shown: Vec<String> = neurons.iter().take(8).map(usize::to_string).collect();
    let more = neurons.len() - shown.len();
    shown.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

/// What a problem looks like to the steps of snapping.
struct Problem<'a> {
    activation: &'a Activation,
    samples: &'a Samples,
    network: &'a Network,
    /// `w_i . x_k`
    preactivations: Vec<Vec<Rational>>,
}

impl Problem<'_> {
    fn outputs(&self) -> usize {
        self.samples.targets[0].len()
    }
}

/// An exact stationary point with the pattern of a float network (as exact numbers) and near it. Of several readings of
/// the pattern that have one, the nearest. Cost: for each reading, elimination of the features of all groups: n r U
/// operations, r their rank, U the unknowns.
///
/// # Errors
/// [`NotSnapped`], with the reason for the most plausible reading.
pub fn snap(data: &Data, network: &Network, options: &SnapOptions) -> Result<Snapped, NotSnapped> {
    fits(data, network)?;
    // An output bias that isn't trained is a part of the targets.
    let bias = held_bias(data, network);
    let (samples, free) = without_bias(&data.samples, network, bias);
    let preactivations = preactivations(&samples, network).collect();
    let problem = Problem { activation: &data.activation, samples: &samples, network: &free, preactivations };
    let mut readings = match data.trained.input_weights {
        true => readings(&problem, &Sizes::of(&problem)),
        false => vec![outputs::reading(&problem)],
    };
    // There always is one in which no neuron stands for zero, so that some are left.
    readings.retain(|reading| lost(&problem, reading) <= options.max_distance);
    let tried = readings.len();
    let (mut solved, mut refused) = (Vec::new(), Vec::new());
    let solve = |reading: Reading| {
        let solution = match data.trained.input_weights {
            true => solve_reading(&problem, &reading, options),
            false => outputs::solve(&problem, options),
        };
        (reading, solution)
    };
    // In the order of the readings.
    let solutions: Vec<(Reading, Result<Solution, Reason>)> = readings.into_par_iter().map(solve).collect();
    for (reading, solution) in solutions {
        match solution {
            Ok(mut solution) => {
                solution.network.output_bias = bias.cloned().or(solution.network.output_bias);
                solved.push((reading, solution));
            }
            Err(reason) => refused.push((reading, reason)),
        }
    }
    solved.sort_by(|(_, left), (_, right)| left.moved.relative.total_cmp(&right.moved.relative));
    for (reading, solution) in solved {
        let exact = instance(data, &solution.network, data.id.clone());
        let reason = match decide_escape_neurons(&exact, &Options::default()) {
            EscapeNeurons::NotStationary => Reason::Kink,
            EscapeNeurons::Undecided => Reason::Undecided,
            EscapeNeurons::Found(_) => {
                let Solution { network: snapped, moved, equations, rank, free } = solution;
                return Ok(Snapped {
                    onto_kinks: onto_kinks(&problem, &reading, &snapped),
                    loss_before: loss(&exact, network),
                    loss_after: loss(&exact, &snapped),
                    network: snapped,
                    reading,
                    moved,
                    equations,
                    rank,
                    free,
                });
            }
        };
        refused.push((reading, reason));
    }
    refused.sort_by(|(left, _), (right, _)| right.plausibility.total_cmp(&left.plausibility));
    let (reading, reason) = refused.swap_remove(0);
    Err(NotSnapped::NoPoint { reason, reading, tried })
}

/// `w_i . x_k`: a row of length n for each neuron.
fn preactivations(samples: &Samples, network: &Network) -> impl Iterator<Item = Vec<Rational>> {
    let inputs: Vec<Scaled> = samples.inputs.iter().map(|x| Scaled::of(x)).collect();
    network.input_weights.iter().map(move |w| {
        let w = Scaled::of(w);
        inputs.iter().map(|x| w.dot(x)).collect()
    })
}

/// The output bias, if there is one that isn't trained.
fn held_bias<'n>(data: &Data, network: &'n Network) -> Option<&'n Vec<Rational>> {
    if trained(data, network).output_bias { None } else { network.output_bias.as_ref() }
}

/// Samples and a network without output bias, with the same residuals; as they are if there is none to take away.
fn without_bias(samples: &Samples, network: &Network, bias: Option<&Vec<Rational>>) -> (Samples, Network) {
    let (mut samples, mut network) = (samples.clone(), network.clone());
    if let Some(bias) = bias {
        for y in &mut samples.targets {
            y.iter_mut().zip(bias).for_each(|(y, bias)| *y -= bias);
        }
        network.output_bias = None;
    }
    (samples, network)
}

fn fits(data: &Data, network: &Network) -> Result<(), NotSnapped> {
    if !data.trained.output_weights {
        return Err(NotSnapped::NotTrained);
    }
    let (inputs, outputs) = (data.samples.inputs[0].len(), data.samples.targets[0].len());
    let unfit = |text: String| Err(NotSnapped::Unfit(text));
    if network.inputs() != inputs {
        let bias = if data.samples.hidden_bias { ", the hidden bias included" } else { "" };
        return unfit(format!("the network has {} inputs, the data have {inputs}{bias}", network.inputs()));
    }
    if network.outputs() != outputs {
        return unfit(format!("the network has {} outputs, the data have {outputs}", network.outputs()));
    }
    Ok(())
}

/// A solution for a reading, not yet known to be stationary.
struct Solution {
    network: Network,
    moved: Moved,
    equations: usize,
    rank: usize,
    free: usize,
}

fn solve_reading(problem: &Problem<'_>, reading: &Reading, options: &SnapOptions) -> Result<Solution, Reason> {
    let groups = groups::groups(problem, reading)?;
    let bent = directions::bent(problem, &groups);
    if !bent.is_empty() {
        let fixed = |digits| directions::fix(problem, &groups, &bent, digits);
        let is_right = |solved: &solve::Solved, fixed: &[Group]| solve::is_orthogonal(problem, fixed, solved, &groups);
        match settle(problem, reading, options, fixed, is_right) {
            Err(Reason::Pulled) => {}
            settled => return settled,
        }
    }
    let pinned = directions::pin(problem, groups, &bent, options.digits)?;
    settle(problem, reading, options, |_| pinned.clone(), |_, _| true)
}

/// Solves the equations of groups that have linear ones, with more digits where rounding alone turns a sign.
fn settle(
    problem: &Problem<'_>, reading: &Reading, options: &SnapOptions, groups: impl Fn(usize) -> Vec<Group>,
    is_right: impl Fn(&solve::Solved, &[Group]) -> bool,
) -> Result<Solution, Reason> {
    let mut last = Reason::Undecided;
    for digits in [options.digits, 2 * options.digits, 40] {
        let groups = groups(digits);
        let solved = solve::solve(problem, &groups, digits);
        if !is_right(&solved, &groups) {
            return Err(Reason::Pulled);
        }
        let network = share::share(problem, reading, &groups, &solved, digits)?;
        match turned(problem, reading, &network) {
            Some((reason, sine)) if sine > ROUNDING => return Err(reason),
            Some((reason, _)) => last = reason,
            None => {
                let moved = moved(problem, &network);
                if moved.relative > options.max_distance {
                    return Err(Reason::Far { relative: moved.relative });
                }
                let solve::Solved { equations, rank, free, .. } = solved;
                return Ok(Solution { network, moved, equations, rank, free });
            }
        }
    }
    Err(last)
}

/// Sine of the largest angle by which rounding may turn an input weight across a kink; beyond it the solution is
/// elsewhere.
const ROUNDING: f64 = 1e-3;

/// Strict signs that aren't what they were, and the largest sine of the angle between an input weight and a sample
/// whose sign has turned.
#[allow(clippy::float_arithmetic)]
fn turned(problem: &Problem<'_>, reading: &Reading, network: &Network) -> Option<(Reason, f64)> {
    let (mut first, mut turned, mut signs, mut largest) = (None, 0, 0, 0.0_f64);
    for ((i, part), after) in reading.parts.iter().enumerate().zip(preactivations(problem.samples, network)) {
        let on_kink: &[usize] = match part {
            Part::Zero => continue,
            Part::Dead => &[],
            Part::Living { kinks } => kinks,
        };
        for ((k, x), after) in problem.samples.inputs.iter().enumerate().zip(&after) {
            let sign = |value: &Rational| value.signum();
            let before = if on_kink.contains(&k) { Rational::zero() } else { sign(&problem.preactivations[i][k]) };
            signs += 1;
            let w = &network.input_weights[i];
            if sign(after) != before {
                turned += 1;
                first.get_or_insert((i, k));
                let lengths = norm(w.iter()) * norm(x.iter());
                largest = largest.max(quotient(norm([after].into_iter()), lengths));
            }
        }
    }
    first.map(|(neuron, sample)| (Reason::Pattern { neuron, sample, turned, signs }, largest))
}

fn onto_kinks(problem: &Problem<'_>, reading: &Reading, network: &Network) -> Vec<(usize, usize, bool)> {
    let mut found = Vec::new();
    let rows = problem.preactivations.iter().zip(preactivations(problem.samples, network)).enumerate();
    for (i, (before, after)) in rows.filter(|(i, _)| reading.parts[*i] != Part::Zero) {
        for (k, (before, after)) in before.iter().zip(after).enumerate() {
            if !before.is_zero() && after.is_zero() {
                found.push((i, k, before.is_positive()));
            }
        }
    }
    found
}

/// The Euclidean norm, in floating point: scaled, so that squares of what is tiny don't vanish.
#[allow(clippy::float_arithmetic)] // A distance to be shown and compared with an option; no sign depends on it.
fn norm<'v>(entries: impl Iterator<Item = &'v Rational>) -> f64 {
    let floats: Vec<f64> = entries.map(|entry| to_f64(entry).map_or(f64::INFINITY, f64::abs)).collect();
    let largest = floats.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 || largest.is_infinite() {
        return largest;
    }
    largest * floats.iter().map(|float| (float / largest) * (float / largest)).sum::<f64>().sqrt()
}

#[allow(clippy::float_arithmetic)]
fn quotient(part: f64, whole: f64) -> f64 {
    if part == 0.0 { 0.0 } else { part / whole }
}

/// The norm of a neuron with equal weights that puts out the targets: `|h| |w| |x| = |y|`.
#[allow(clippy::float_arithmetic)]
fn natural_size(samples: &Samples) -> f64 {
    let inputs = norm(samples.inputs.iter().flatten());
    if inputs == 0.0 { 0.0 } else { (2.0 * norm(samples.targets.iter().flatten()) / inputs).sqrt() }
}

/// How far a network moves at least, in proportion to its size, where these neurons become zero.
fn lost(problem: &Problem<'_>, reading: &Reading) -> f64 {
    let Network { input_weights, output_weights, .. } = problem.network;
    let is_lost = |i: &usize| reading.parts[*i] == Part::Zero && !is_zero(&input_weights[*i]);
    let entries =
        (0..reading.parts.len()).filter(is_lost).flat_map(|i| input_weights[i].iter().chain(&output_weights[i]));
    quotient(norm(entries), size(problem))
}

/// The norm of all parameters, or that of one neuron with equal weights that puts out the targets, if that is larger.
fn size(problem: &Problem<'_>) -> f64 {
    let Network { input_weights, output_weights, output_bias } = problem.network;
    let all = input_weights.iter().chain(output_weights).chain(output_bias).flatten();
    norm(all).max(natural_size(problem.samples))
}

fn moved(problem: &Problem<'_>, after: &Network) -> Moved {
    let before = problem.network;
    fn entries(network: &Network) -> Vec<&Rational> {
        let rows = network.input_weights.iter().chain(&network.output_weights).chain(&network.output_bias);
        rows.flatten().collect()
    }
    let (old, new) = (entries(before), entries(after));
    let change: Vec<Rational> = new.iter().zip(&old).map(|(new, old)| *new - *old).collect();
    let absolute = norm(change.iter());
    let neuron = |i: usize| {
        let weights = |network: &Network| [&network.input_weights[i][..], &network.output_weights[i]].concat();
        let (old, new) = (weights(before), weights(after));
        let change: Vec<Rational> = new.iter().zip(&old).map(|(new, old)| new - old).collect();
        let absolute = norm(change.iter());
        (absolute, quotient(absolute, norm(old.iter())))
    };
    let relative = quotient(absolute, size(problem));
    Moved { absolute, relative, neurons: (0..before.width()).map(neuron).collect() }
}
