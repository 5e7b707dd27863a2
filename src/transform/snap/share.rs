//! From sums of products back to the weights of single neurons.
//!
//! All weights but a few are rounded floats; the few take up the rest. A group has `sum_i h_i t_i^T = M` (J x r), t_i
//! the coordinates of w_i. Either J neurons with independent h_i take up the rest by their t_i, or r neurons with
//! independent t_i by their h_i, whichever are fewer.

use super::groups::Group;
use super::rounding::{round, round_all};
use super::solve::Solved;
use super::{Part, Problem, Reading, Reason, norm};
use crate::linear::{add_multiple, combination, dot, is_zero, solve as solve_linear};
use crate::problem::Network;
use crate::rational::{Rational, to_f64};
use num_traits::Zero;

/// The weights of a group's neurons: in its output space (all of it, or a line) and its input space.
struct Weights {
    /// `h_i`, or its coordinate on the output line.
    outer: Vec<Vec<Rational>>,
    /// `t_i`
    inner: Vec<Vec<Rational>>,
}

/// The network with the solved sums.
pub(super) fn share(
    problem: &Problem<'_>, reading: &Reading, groups: &[Group], solved: &Solved, digits: usize,
) -> Result<Network, Reason> {
    let mut network = problem.network.clone();
    network.output_bias.clone_from(&solved.output_bias);
    for (i, part) in reading.parts.iter().enumerate() {
        let (w, h) = (&mut network.input_weights[i], &mut network.output_weights[i]);
        match part {
            Part::Zero if is_zero(w) => *h = round_all(h, digits),
            Part::Zero => w.iter_mut().chain(h).for_each(Zero::set_zero),
            // Exact kinks are kept by scaling alone, but a dead neuron has them only by chance of its coordinates.
            Part::Dead => {
                let on_kink = problem.preactivations[i].iter().any(Zero::is_zero);
                if !on_kink {
                    *w = round_all(w, digits);
                }
                *h = round_all(h, digits);
            }
            Part::Living { .. } => {}
        }
    }
    for (group, sum) in groups.iter().zip(&solved.sums) {
        let weights = weights(problem, group, sum, digits).ok_or_else(|| Reason::Dependent(group.neurons.clone()))?;
        for ((i, outer), inner) in group.neurons.iter().zip(weights.outer).zip(weights.inner) {
            let terms = inner.into_iter().zip(&group.basis).map(|(t, b)| (t, b.as_slice()));
            network.input_weights[*i] = combination(group.basis[0].len(), terms);
            network.output_weights[*i] = match &group.output_line {
                Some(line) => line.iter().map(|entry| entry * &outer[0]).collect(),
                None => outer,
            };
        }
    }
    Ok(network)
}

fn weights(problem: &Problem<'_>, group: &Group, sum: &[Vec<Rational>], digits: usize) -> Option<Weights> {
    let inner: Vec<Vec<Rational>> = group
        .neurons
        .iter()
        .map(|i| round_all(&group.coordinates(&problem.network.input_weights[*i]), digits))
        .collect();
    let outer = |i: &usize| {
        let h = &problem.network.output_weights[*i];
        match &group.output_line {
            // The coordinate of the nearest point of the line.
            Some(line) => vec![round(&(dot(h, line) / dot(line, line)), digits)],
            None => round_all(h, digits),
        }
    };
    let outer: Vec<Vec<Rational>> = group.neurons.iter().map(outer).collect();
    // On an output line only the coordinates of the sum along it are left.
    let sum: Vec<Vec<Rational>> = match &group.output_line {
        Some(line) => {
            let top = line.iter().position(|entry| !entry.is_zero())?;
            vec![sum[top].iter().map(|entry| entry / &line[top]).collect()]
        }
        None => sum.to_vec(),
    };
    let (outputs, inputs) = (sum.len(), group.basis.len());
    let mut weights = Weights { outer, inner };
    // M - sum of the products of those that keep their weights.
    let takers = if outputs <= inputs {
        takers(&weights.outer, &weights.inner, outputs)?
    } else {
        takers(&weights.inner, &weights.outer, inputs)?
    };
    let mut rest = sum;
    for i in (0..group.neurons.len()).filter(|i| !takers.contains(i)) {
        for (row, h) in rest.iter_mut().zip(&weights.outer[i]) {
            add_multiple(row, &-h, &weights.inner[i]);
        }
    }
    if outputs <= inputs {
        // For each input coordinate: sum_a h_a t_a = column of the rest.
        let columns: Vec<&[Rational]> = takers.iter().map(|i| weights.outer[*i].as_slice()).collect();
        let rights: Vec<Vec<Rational>> = (0..inputs).map(|b| rest.iter().map(|row| row[b].clone()).collect()).collect();
        let solutions = solve_linear(&columns, &rights)?;
        for (position, i) in takers.iter().enumerate() {
            weights.inner[*i] = solutions.iter().map(|solution| solution[position].clone()).collect();
        }
    } else {
        let columns: Vec<&[Rational]> = takers.iter().map(|i| weights.inner[*i].as_slice()).collect();
        let solutions = solve_linear(&columns, &rest)?;
        for (position, i) in takers.iter().enumerate() {
            weights.outer[*i] = solutions.iter().map(|solution| solution[position].clone()).collect();
        }
    }
    Some(weights)
}

/// `count` neurons with independent vectors that can take up the most: each the one whose part orthogonal to those
/// before, times the size of what it moves, is the largest. In floating point; whether they are independent shows when
/// the rest is solved for.
#[allow(clippy::float_arithmetic)]
fn takers(vectors: &[Vec<Rational>], moved: &[Vec<Rational>], count: usize) -> Option<Vec<usize>> {
    let float = |vector: &Vec<Rational>| vector.iter().map(|entry| to_f64(entry).unwrap_or(0.0)).collect();
    let mut parts: Vec<Vec<f64>> = vectors.iter().map(float).collect();
    let moved: Vec<f64> = moved.iter().map(|vector| norm(vector.iter())).collect();
    let dot = |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(left, right)| left * right).sum::<f64>();
    let mut chosen: Vec<usize> = Vec::new();
    for _ in 0..count {
        let weight = |i: usize| dot(&parts[i], &parts[i]).sqrt() * moved[i];
        let candidates = (0..parts.len()).filter(|i| !chosen.contains(i) && weight(*i) > 0.0);
        let best = candidates.max_by(|left, right| weight(*left).total_cmp(&weight(*right)))?;
        let pivot = parts[best].clone();
        let square = dot(&pivot, &pivot);
        for part in &mut parts {
            let factor = dot(part, &pivot) / square;
            part.iter_mut().zip(&pivot).for_each(|(entry, pivot)| *entry -= factor * pivot);
        }
        chosen.push(best);
    }
    Some(chosen)
}
