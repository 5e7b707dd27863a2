//! The linear stationarity equations, solved exactly.
//!
//! With features F (one column for each basis vector of each group, and 1 for an output bias) the outputs are F M, and
//! the equations say that the residuals are orthogonal to all columns: `F^T (F M - Y) = 0`. They always have a
//! solution, often more than one: some independent columns are solved for, and the others keep short numbers near the
//! floats, because a solution of least norm would leave the cell of the pattern.

use super::groups::Group;
use super::rounding::round;
use super::{Problem, norm};
use crate::linear::{Echelon, Profile, Scaled, add_multiple, solve as solve_linear, to_integers};
use crate::rational::Rational;
use num_traits::{One, Zero};
use rayon::prelude::*;

/// The unknowns, solved for or kept.
pub(super) struct Solved {
    /// For each group the sum of products: J rows of length r.
    pub(super) sums: Vec<Vec<Vec<Rational>>>,
    pub(super) output_bias: Option<Vec<Rational>>,
    /// Equations, their rank, and unknowns that they leave free; for each output.
    pub(super) equations: usize,
    pub(super) rank: usize,
    pub(super) free: usize,
}

/// Solves for independent columns, those of the largest groups first, and rounds the rest.
///
/// Which columns are independent is seen modulo a prime: those of which it says so are. Where there may be more, because some
/// are left over that could still add to the rank, the equations of all columns are verified; should one not hold, elimination
/// says which are independent. Cost: n r U operations in 64 bits, r the rank, U the unknowns of one output, r^2 inner products of
/// length n, and a linear system of r unknowns.
pub(super) fn solve(problem: &Problem<'_>, groups: &[Group], digits: usize) -> Solved {
    let mut profile = Profile::default();
    let solved = solve_for(problem, groups, digits, |feature| profile.insert(&to_integers(feature).0));
    let is_certain = solved.free == 0 || profile.rank() == problem.samples.inputs.len();
    if is_certain || is_orthogonal(problem, groups, &solved, groups) {
        return solved;
    }
    let mut span = Echelon::default();
    solve_for(problem, groups, digits, |feature| span.insert(feature))
}

/// The same, for the columns that are said to be independent of those before.
fn solve_for(
    problem: &Problem<'_>, groups: &[Group], digits: usize, mut is_independent: impl FnMut(&[Rational]) -> bool,
) -> Solved {
    let (outputs, count) = (problem.outputs(), problem.samples.inputs.len());
    let floats: Vec<Vec<Vec<Rational>>> = groups.iter().map(|group| group.sum_of_products(problem)).collect();
    let has_bias = problem.network.output_bias.is_some();
    // A column is a number of a group and one in it; the bias stands after the last group.
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let size = |group: usize| norm(floats[group].iter().flatten());
    order.sort_by(|left, right| size(*right).total_cmp(&size(*left)));
    let mut columns: Vec<(usize, usize)> = if has_bias { vec![(groups.len(), 0)] } else { Vec::new() };
    columns.extend(order.into_iter().flat_map(|group| (0..groups[group].basis.len()).map(move |b| (group, b))));
    let ones = vec![Rational::one(); count];
    let feature = |(group, b): (usize, usize)| groups.get(group).map_or(&ones, |group| &group.features[b]);
    let float = |(group, b): (usize, usize), j: usize| match (floats.get(group), &problem.network.output_bias) {
        (Some(sum), _) => sum[j][b].clone(),
        (None, bias) => bias.as_ref().map_or_else(Rational::default, |bias| bias[j].clone()),
    };

    let (pivots, free): (Vec<_>, Vec<_>) = columns.iter().copied().partition(|column| is_independent(feature(*column)));
    // What the pivots have to put out: the targets without what the free columns do.
    let mut rest: Vec<Vec<Rational>> =
        (0..outputs).map(|j| problem.samples.targets.iter().map(|y| y[j].clone()).collect()).collect();
    let mut sums: Vec<Vec<Vec<Rational>>> =
        groups.iter().map(|group| vec![vec![Rational::default(); group.basis.len()]; outputs]).collect();
    let mut output_bias = problem.network.output_bias.clone();
    let mut put = |(group, b): (usize, usize), j: usize, value: Rational| match (sums.get_mut(group), &mut output_bias)
    {
        (Some(sum), _) => sum[j][b] = value,
        (None, Some(bias)) => bias[j] = value,
        (None, None) => {}
    };
    for column in &free {
        for (j, rest) in rest.iter_mut().enumerate() {
            let kept = round(&float(*column, j), digits);
            add_multiple(rest, &-&kept, feature(*column));
            put(*column, j, kept);
        }
    }
    let features: Vec<Scaled> = pivots.iter().map(|pivot| Scaled::of(feature(*pivot))).collect();
    let products = |vector: &Scaled| features.iter().map(|feature| feature.dot(vector)).collect::<Vec<_>>();
    let gram: Vec<Vec<Rational>> = features.par_iter().map(products).collect();
    let gram: Vec<&[Rational]> = gram.iter().map(Vec::as_slice).collect();
    let rights: Vec<Vec<Rational>> = rest.iter().map(|rest| products(&Scaled::of(rest))).collect();
    if !pivots.is_empty() {
        let solutions = solve_linear(&gram, &rights).expect("independent columns have an invertible Gram matrix");
        for (j, solution) in solutions.into_iter().enumerate() {
            pivots.iter().zip(solution).for_each(|(pivot, value)| put(*pivot, j, value));
        }
    }
    Solved {
        sums,
        output_bias,
        equations: columns.len() * outputs,
        rank: pivots.len() * outputs,
        free: free.len() * outputs,
    }
}

/// Whether the residuals of a solution are orthogonal to all features of `all`, where the solution has the groups with
/// some directions fixed: then no direction of a neuron changes the loss to first order.
pub(super) fn is_orthogonal(problem: &Problem<'_>, groups: &[Group], solved: &Solved, all: &[Group]) -> bool {
    let own: Vec<Vec<Rational>> = groups.iter().flat_map(|group| group.features.iter().cloned()).collect();
    // The features on each sample.
    let own = if own.is_empty() { vec![Scaled::of(&[]); problem.samples.inputs.len()] } else { Scaled::columns(&own) };
    let all: Vec<Scaled> = all.iter().flat_map(|group| &group.features).map(|feature| Scaled::of(feature)).collect();
    (0..problem.outputs()).all(|j| {
        let bias = |y: &Vec<Rational>| solved.output_bias.as_ref().map_or(-&y[j], |bias| &bias[j] - &y[j]);
        let values: Vec<Rational> = solved.sums.iter().flat_map(|sum| sum[j].iter().cloned()).collect();
        let values = Scaled::of(&values);
        let residual = |(features, y): (&Scaled, &Vec<Rational>)| values.dot(features) + bias(y);
        let residuals: Vec<Rational> = own.iter().zip(&problem.samples.targets).map(residual).collect();
        let residuals = Scaled::of(&residuals);
        all.par_iter().all(|feature| feature.dot(&residuals).is_zero())
    })
}
