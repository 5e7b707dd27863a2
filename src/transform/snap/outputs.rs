//! Output weights alone, where the input weights aren't trained: every neuron has one feature, its activations, and the
//! loss is a square. Its minima are all stationary points; of these the one that solves for the largest neurons and keeps
//! the others.

use super::groups::Group;
use super::{Part, Problem, Reading, Reason, SnapOptions, Solution, moved, solve as equations};
use crate::linear::is_zero;
use crate::rational::Rational;
use num_traits::Zero;

/// The pattern as it is: input weights don't move, so that nothing is near a kink that isn't on it.
pub(super) fn reading(problem: &Problem<'_>) -> Reading {
    let part = |(w, row): (&Vec<Rational>, &Vec<Rational>)| {
        let silent = |z: &Rational| z.is_zero() || problem.activation.slope(z).is_zero();
        let samples = problem.samples.inputs.iter().zip(row).enumerate();
        match () {
            () if is_zero(w) => Part::Zero,
            () if row.iter().all(silent) => Part::Dead,
            () => Part::Living {
                kinks: samples.filter(|(_, (x, z))| z.is_zero() && !is_zero(x)).map(|(k, _)| k).collect(),
            },
        }
    };
    let parts = problem.network.input_weights.iter().zip(&problem.preactivations).map(part).collect();
    Reading { parts, plausibility: 0.0 }
}

/// The network with output weights, and an output bias if it is free, that solve the equations.
pub(super) fn solve(problem: &Problem<'_>, options: &SnapOptions) -> Result<Solution, Reason> {
    let groups: Vec<Group> = (0..problem.network.width()).map(|i| Group::of_neuron(problem, i)).collect();
    let solved = equations::solve(problem, &groups, options.digits);
    let mut network = problem.network.clone();
    for (h, sum) in network.output_weights.iter_mut().zip(&solved.sums) {
        h.iter_mut().zip(sum).for_each(|(h, row)| h.clone_from(&row[0]));
    }
    network.output_bias.clone_from(&solved.output_bias);
    let moved = moved(problem, &network);
    if moved.relative > options.max_distance {
        return Err(Reason::Far { relative: moved.relative });
    }
    let equations::Solved { equations, rank, free, .. } = solved;
    Ok(Solution { network, moved, equations, rank, free })
}
