//! The same program put whole to a library for linear programs, the only file that has one in it: for where generating columns
//! doesn't get to the end. With many targets it takes some hundred times as long; for a alone in dimension 60 or more as long.
//! What it returns is a guess as well.

use super::super::nonnegative::Options;
use super::{Question, Shares};
use good_lp::solvers::WithTimeLimit;
use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, microlp, variable};
use std::time::Instant;

/// Largest problem that is tried, as rows squared times variables: some seconds.
const MOST_WORK: usize = 2_000_000_000;

/// Shares with the least largest load, if that is hardly more than 1.
pub(in super::super) fn propose(mut question: Question, options: &Options) -> Option<Shares> {
    let (width, count) = (question.generators.len(), question.targets.len());
    let rows = question.targets.entries.len() + question.priced;
    if rows.saturating_mul(rows).saturating_mul(2 * width).saturating_mul(count) > MOST_WORK {
        return None;
    }
    question.balance();
    let mut variables = ProblemVariables::new();
    let load = variables.add(variable().min(0).max(1));
    // Up and down; a generator without a price goes up only, and for the first target only.
    let mut parts = |target: usize, l: usize| -> Vec<(f64, Variable)> {
        if l < question.priced {
            [1.0, -1.0].map(|sign| (sign, variables.add(variable().min(0).max(1)))).to_vec()
        } else if target == 0 {
            vec![(1.0, variables.add(variable().min(0)))]
        } else {
            vec![]
        }
    };
    let multipliers: Vec<Vec<_>> = (0..count).map(|m| (0..width).map(|l| parts(m, l)).collect()).collect();
    let mut model = variables.minimise(load).using(microlp);
    for (row, target) in multipliers.iter().zip(question.targets.rows()) {
        for (i, right) in target.iter().enumerate() {
            let mut sum = Expression::from(0.0);
            for (parts, generator) in row.iter().zip(question.generators.rows()) {
                parts.iter().for_each(|(sign, part)| sum.add_mul(sign * generator[i], *part));
            }
            model.add_constraint(constraint!(sum == *right));
        }
    }
    for l in 0..question.priced {
        let used: Expression = multipliers.iter().flat_map(|row| &row[l]).map(|(_, part)| *part).sum();
        model.add_constraint(constraint!(used <= load));
    }
    if let Some(deadline) = options.deadline {
        // Half a lifetime at most, as the library adds it to the time that it is.
        model = model.with_time_limit(deadline.saturating_duration_since(Instant::now()).as_secs_f64().min(1e9));
    }
    let solution = model.solve().ok()?;
    let value = |parts: &Vec<(f64, Variable)>| parts.iter().map(|(sign, part)| sign * solution.value(*part)).sum();
    let multipliers = multipliers.iter().map(|row| row.iter().map(value).collect()).collect();
    Some(Shares::with_basic_columns(question, multipliers))
}
