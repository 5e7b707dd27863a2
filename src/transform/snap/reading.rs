//! Readings of a float network's activation pattern: which preactivations are on a kink, which neurons stand for zero.
//!
//! At the end of a run, and on its plateaus, what is to be zero is small compared with what isn't: there is a gap
//! between the sizes. Where the gap is, nothing says beforehand, so the widest ones are tried, for the angles between
//! input weights and samples and for the products |h_i| |w_i|, both without a unit.
#![allow(clippy::float_arithmetic)] // It proposes readings; each is solved and judged exactly.

use super::{Problem, norm};
use crate::linear::is_zero;
use crate::rational::{Rational, to_f64};
use num_traits::{Signed, Zero};

/// How the pattern is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What each neuron is.
    pub parts: Vec<Part>,
    /// How wide the gaps are that it rests on: the sum of their logarithms.
    pub plausibility: f64,
}

impl Reading {
    /// The neurons that a condition holds for.
    pub fn neurons(&self, is: impl Fn(&Part) -> bool) -> Vec<usize> {
        self.parts.iter().enumerate().filter(|(_, part)| is(part)).map(|(i, _)| i).collect()
    }
}

/// What a neuron is in a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Strictly on the side of slope 0 for all samples, or on it and exactly on kinks: it keeps its direction.
    Dead,
    /// So small that it stands for zero: its weights become 0. Also one whose input weight is 0 exactly; it keeps its
    /// output weight.
    Zero,
    /// It counts; these samples, zero samples not among them, are on its kink.
    Living {
        /// k with `w_i . x_k = 0`, in rising order.
        kinks: Vec<usize>,
    },
}

/// Most cuts that are tried between small and large, for the kinks and for the neurons.
const CUTS: usize = 6;
/// Angles whose sine is larger than this are never taken for zero.
const LARGEST_KINK: f64 = 0.2;

/// Sizes without units.
pub(super) struct Sizes {
    /// `|w_i . x_k| / (|w_i| |x_k|)`; 1 where one of them is zero.
    sines: Vec<Vec<f64>>,
    /// `|h_i| |w_i|`, or `|h_i|^2 + |w_i|^2` if that is larger, both by the largest of all neurons: a neuron stands for
    /// zero only if it puts out little and has little to move.
    sizes: Vec<f64>,
    dead: Vec<bool>,
}

impl Sizes {
    pub(super) fn of(problem: &Problem<'_>) -> Sizes {
        let lengths: Vec<f64> = problem.samples.inputs.iter().map(|x| norm(x.iter())).collect();
        let weights: Vec<f64> = problem.network.input_weights.iter().map(|w| norm(w.iter())).collect();
        let sine = |z: &Rational, w: f64, x: f64| match to_f64(&z.abs()) {
            _ if w == 0.0 || x == 0.0 => 1.0,
            Some(size) => size / w / x,
            None => 1.0,
        };
        let row = |(row, w): (&Vec<Rational>, &f64)| row.iter().zip(&lengths).map(|(z, x)| sine(z, *w, *x)).collect();
        let outer: Vec<f64> = problem.network.output_weights.iter().map(|h| norm(h.iter())).collect();
        let by_largest = |size: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
            let sizes: Vec<f64> = outer.iter().zip(&weights).map(|(h, w)| size(*h, *w)).collect();
            let largest = sizes.iter().copied().fold(0.0, f64::max);
            sizes.iter().map(|size| if largest == 0.0 { 0.0 } else { size / largest }).collect()
        };
        let (products, norms) = (by_largest(&|h, w| h * w), by_largest(&|h, w| h * h + w * w));
        let silent = |row: &Vec<Rational>| row.iter().all(|z| z.is_zero() || problem.activation.slope(z).is_zero());
        let dead = problem.preactivations.iter().zip(&problem.network.input_weights);
        Sizes {
            sines: problem.preactivations.iter().zip(&weights).map(row).collect(),
            sizes: products.into_iter().zip(norms).map(|(product, norm)| product.max(norm)).collect(),
            dead: dead.map(|(row, w)| silent(row) && !is_zero(w)).collect(),
        }
    }
}

/// Bounds between small and large, with the logarithm of the gap that each lies in: the widest gaps, and no small ones
/// at all (a bound of 0).
fn cuts(mut sizes: Vec<f64>, largest: f64) -> Vec<(f64, f64)> {
    sizes.retain(|size| *size > 0.0);
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let gap = |pair: &[f64]| (pair[0] < largest).then(|| ((pair[0] * pair[1]).sqrt(), (pair[1] / pair[0]).ln()));
    let mut found: Vec<(f64, f64)> = sizes.windows(2).filter_map(gap).collect();
    if let Some(last) = sizes.last().filter(|last| **last < largest) {
        found.push((f64::INFINITY, (1.0 / last).ln()));
    }
    found.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    found.truncate(CUTS);
    // That nothing is small is as plausible as the smallest is large.
    found.push((0.0, sizes.first().map_or(0.0, |first| (first / largest).ln())));
    found
}

/// All readings that are tried, each once.
pub(super) fn readings(problem: &Problem<'_>, sizes: &Sizes) -> Vec<Reading> {
    let living: Vec<usize> = (0..sizes.sizes.len()).filter(|i| !sizes.dead[*i]).collect();
    let largest = sizes.sizes.iter().copied().fold(0.0, f64::max);
    let of_living: Vec<f64> = living.iter().map(|i| sizes.sizes[*i]).collect();
    let mut neuron_cuts = cuts(of_living, largest);
    let nothing_small = neuron_cuts.len() - 1;
    // A network of which nothing is large is read as the origin: all of it is small.
    neuron_cuts.push((f64::INFINITY, 0.0));
    let mut readings: Vec<Reading> = Vec::new();
    let mut add = |reading: Reading| match readings.iter_mut().find(|other| other.parts == reading.parts) {
        Some(other) => other.plausibility = other.plausibility.max(reading.plausibility),
        None => readings.push(reading),
    };
    for (position, (smallest, neuron_gap)) in neuron_cuts.into_iter().enumerate() {
        let counts = |i: usize| !sizes.dead[i] && sizes.sizes[i] > smallest;
        let sines = living.iter().filter(|i| counts(**i)).flat_map(|i| sizes.sines[*i].iter().copied()).collect();
        for (kink, kink_gap) in cuts(sines, LARGEST_KINK) {
            let read = |i: usize| living_part(problem, sizes, i, kink.min(LARGEST_KINK));
            let parts: Vec<Part> =
                (0..sizes.sizes.len()).map(|i| if counts(i) || sizes.dead[i] { read(i) } else { Part::Zero }).collect();
            add(Reading { parts, plausibility: neuron_gap + kink_gap });
            if position == 0 || position == nothing_small {
                let all: Vec<Part> = (0..sizes.sizes.len()).map(read).collect();
                by_groups(problem, sizes, &all, kink_gap).into_iter().for_each(&mut add);
            }
        }
    }
    with_small_companions(problem, readings)
}

/// A neuron that counts, with the samples whose angle is smaller than a bound on its kink.
fn living_part(problem: &Problem<'_>, sizes: &Sizes, i: usize, kink: f64) -> Part {
    if sizes.dead[i] {
        return Part::Dead;
    }
    if is_zero(&problem.network.input_weights[i]) {
        return Part::Zero;
    }
    let inputs = problem.samples.inputs.iter().zip(&sizes.sines[i]).zip(&problem.preactivations[i]);
    let kinks = inputs.enumerate().filter(|(_, ((x, sine), z))| !is_zero(x) && (z.is_zero() || **sine < kink));
    Part::Living { kinks: kinks.map(|(k, _)| k).collect() }
}

/// Most cuts between small and large groups.
const GROUP_CUTS: usize = 3;

/// Readings in which whole groups stand for zero: in a group that counts there are neurons of all sizes, down to those of
/// groups that don't.
fn by_groups(problem: &Problem<'_>, sizes: &Sizes, parts: &[Part], kink_gap: f64) -> Vec<Reading> {
    // Signs on all samples, 0 on kinks.
    let mut groups: Vec<(Vec<i8>, Vec<usize>)> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let Part::Living { kinks } = part else { continue };
        let sign = |(k, z): (usize, &Rational)| match () {
            () if kinks.contains(&k) || z.is_zero() => 0,
            () if z.is_positive() => 1,
            () => -1,
        };
        let signs: Vec<i8> = problem.preactivations[i].iter().enumerate().map(sign).collect();
        match groups.iter_mut().find(|(other, _)| *other == signs) {
            Some((_, neurons)) => neurons.push(i),
            None => groups.push((signs, vec![i])),
        }
    }
    let total = |neurons: &[usize]| neurons.iter().map(|i| sizes.sizes[*i]).sum::<f64>();
    let totals: Vec<f64> = groups.iter().map(|(_, neurons)| total(neurons)).collect();
    let largest = totals.iter().copied().fold(0.0, f64::max);
    let mut found = Vec::new();
    for (smallest, gap) in cuts(totals, largest).into_iter().take(GROUP_CUTS) {
        let mut parts = parts.to_vec();
        for (_, neurons) in groups.iter().filter(|(_, neurons)| total(neurons) <= smallest) {
            neurons.iter().for_each(|i| parts[*i] = Part::Zero);
        }
        found.push(Reading { parts, plausibility: gap + kink_gap });
    }
    found
}

/// A neuron that stands for zero and yet has the pattern of one that counts goes with it: its equations are the same.
/// Both readings are kept.
fn with_small_companions(problem: &Problem<'_>, readings: Vec<Reading>) -> Vec<Reading> {
    let mut all: Vec<Reading> = Vec::new();
    for reading in readings {
        let mut parts = reading.parts.clone();
        for (i, part) in parts.iter_mut().enumerate().filter(|(_, part)| **part == Part::Zero) {
            let same = |j: usize, kinks: &[usize]| {
                let signs = |i: usize| problem.preactivations[i].iter().enumerate();
                signs(i)
                    .zip(signs(j))
                    .all(|((k, here), (_, there))| kinks.contains(&k) || here.signum() == there.signum())
            };
            let companion = reading.parts.iter().enumerate().find_map(|(j, part)| match part {
                Part::Living { kinks } if kinks.is_empty() && same(j, kinks) => Some(kinks.clone()),
                _ => None,
            });
            if let Some(kinks) = companion.filter(|_| !is_zero(&problem.network.input_weights[i])) {
                *part = Part::Living { kinks };
            }
        }
        if parts != reading.parts {
            all.push(Reading { parts, ..reading.clone() });
        }
        all.push(reading);
    }
    all
}
