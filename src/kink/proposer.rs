//! The float proposer: the only file with a linear-programming library in it. What it returns is a guess.
#![allow(clippy::float_arithmetic)]

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, constraint, microlp, variable};

/// Largest problem that is tried, in variables; beyond it the guess costs more than it is worth.
const MAX_VARIABLES: usize = 4_000;

/// Multipliers `x_tl` with `sum_l x_tl generator_l = target_t` for each target t that keep the largest load
/// `max_l sum_t |x_tl|` small: at most 1, or `None`.
pub(super) fn propose_multipliers(generators: &[Vec<f64>], targets: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    if generators.is_empty() || 2 * generators.len() * targets.len() > MAX_VARIABLES {
        return None;
    }
    let mut variables = ProblemVariables::new();
    let load = variables.add(variable().min(0).max(1));
    // Each multiplier is a difference of two nonnegative parts; everything is bounded.
    let mut parts = || variables.add_vector(variable().min(0).max(1), generators.len());
    let multipliers: Vec<_> = targets.iter().map(|_| (parts(), parts())).collect();
    let mut model = variables.minimise(load).using(microlp);
    for coordinate in 0..generators[0].len() {
        let largest = generators.iter().map(|generator| generator[coordinate].abs()).fold(0.0, f64::max);
        for (target, (plus, minus)) in targets.iter().zip(&multipliers) {
            let mut sum = Expression::from(0.0);
            for (l, generator) in generators.iter().enumerate() {
                sum += (generator[coordinate] / largest) * (plus[l] - minus[l]);
            }
            model.add_constraint(constraint!(sum == target[coordinate] / largest));
        }
    }
    for l in 0..generators.len() {
        let used: Expression = multipliers.iter().map(|(plus, minus)| plus[l] + minus[l]).sum();
        model.add_constraint(constraint!(used <= load));
    }
    let solution = model.solve().ok()?;
    let value = |(plus, minus): &(Vec<_>, Vec<_>)| {
        plus.iter().zip(minus).map(|(plus, minus)| solution.value(*plus) - solution.value(*minus)).collect()
    };
    Some(multipliers.iter().map(value).collect())
}
