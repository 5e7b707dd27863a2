//! One linear problem that often settles nonnegativity without branching (Sadraddini, Tedrake 2019, arXiv 1903.05214):
//!
//! ```text
//! a = sum_l lambda_l kappa_l p_l,    |kappa_m| p_m = sum_l gamma_ml kappa_l p_l  for each concave m,
//! |lambda_l| + sum_m |gamma_ml| <= 1  for each convex l.
//! ```
//!
//! Floating point proposes a solution; it is rounded, made to satisfy the equations exactly, and then checked.

use super::nonnegative::Reduced;
use super::proposer::propose_multipliers;
use super::tree::Node;
use crate::linear::{Echelon, add_multiple, solve};
use crate::rational::{Rational, simplest_near, to_f64};
use num_traits::{One, Signed, Zero};

/// A leaf that proves `f >= 0` everywhere, if a proposal turns out to be one. All lines of f must lie in the span of
/// its convex ones.
pub(super) fn sufficient_condition(form: &Reduced) -> Option<Node> {
    let scaled = |convex: bool| {
        let kinks = form.lines.iter().zip(&form.weights).filter(move |(_, weight)| weight.is_positive() == convex);
        kinks.map(|(line, weight)| line.iter().map(|entry| Rational::from(entry * weight.abs())).collect::<Vec<_>>())
    };
    let generators: Vec<Vec<Rational>> = scaled(true).collect();
    let targets: Vec<Vec<Rational>> =
        std::iter::once(form.linear.iter().cloned().map(Rational::from).collect()).chain(scaled(false)).collect();
    let proposal = propose_multipliers(&to_floats(&generators)?, &to_floats(&targets)?)?;
    let mut multipliers = complete(&generators, &targets, &proposal)?;
    let load = |l: usize| multipliers.iter().map(|row| row[l].abs()).sum::<Rational>();
    if (0..generators.len()).any(|l| load(l) > Rational::one()) {
        return None;
    }
    let gamma = multipliers.split_off(1);
    Some(Node::Leaf { lambda: multipliers.pop()?, gamma, mu: vec![] })
}

/// All vectors in floating point, or `None` if an entry is out of its range.
fn to_floats(vectors: &[Vec<Rational>]) -> Option<Vec<Vec<f64>>> {
    vectors.iter().map(|vector| vector.iter().map(to_f64).collect()).collect()
}

/// Multipliers near the proposed ones with `sum_l x_tl generator_l = target_t` exactly: those of a basis are solved
/// for, the others are rounded to the simplest rationals nearby.
fn complete(
    generators: &[Vec<Rational>], targets: &[Vec<Rational>], proposal: &[Vec<f64>],
) -> Option<Vec<Vec<Rational>>> {
    // The generators used most carry the basis: the others are then mostly zero, which needs no rounding.
    let mut order: Vec<usize> = (0..generators.len()).collect();
    let use_of = |l: &usize| proposal.iter().map(|row| row[*l].abs()).fold(0.0, f64::max);
    order.sort_by(|left, right| use_of(right).total_cmp(&use_of(left)).then(left.cmp(right)));
    let mut span = Echelon::default();
    let basis: Vec<usize> = order.into_iter().filter(|l| span.insert(&generators[*l])).collect();
    let columns: Vec<&[Rational]> = basis.iter().map(|l| generators[*l].as_slice()).collect();

    let tolerance = Rational::new(1.into(), 1_000_000_000.into());
    let mut multipliers = Vec::with_capacity(targets.len());
    let mut rests = Vec::with_capacity(targets.len());
    for (target, proposed) in targets.iter().zip(proposal) {
        let mut row = vec![Rational::zero(); generators.len()];
        let mut rest = target.clone();
        for l in (0..generators.len()).filter(|l| !basis.contains(l)) {
            row[l] = simplest_near(proposed[l], &tolerance)?;
            add_multiple(&mut rest, &-row[l].clone(), &generators[l]);
        }
        multipliers.push(row);
        rests.push(rest);
    }
    for (row, solution) in multipliers.iter_mut().zip(solve(&columns, &rests)?) {
        basis.iter().zip(solution).for_each(|(l, value)| row[*l] = value);
    }
    Some(multipliers)
}
