//! Directions that no kink pins, with several outputs.
//!
//! A group whose output weights span all outputs, or whose input weights span all that the kinks leave, has linear
//! equations: the residuals are orthogonal to all its features. A group with a single direction, `M = eta t^T`, has
//! not: with Z its features and Pi the projection away from those of the linear groups, `A = Z^T Pi Z` and `B = Y^T Pi
//! Z`, its equations are `B t = (t^T A t) eta` and `B^T eta = |eta|^2 A t`, so that
//!
//! ```text
//! B^T B t = lambda A t,    lambda = |eta|^2 t^T A t :
//! ```
//!
//! t is an eigenvector. It is rational (up to its length) if lambda is, and then the direction is known and the
//! equations are linear again. If lambda isn't, there is no exact point.
//!
//! All of this is for groups that the residuals pull at. Where they are orthogonal to the features of *all* directions of a
//! group, as at zero loss and at the end of most runs, every direction is as good, and the float one can be kept.

use super::eigenvalue::{describe, rational_root};
use super::groups::Group;
use super::{Problem, Reason, norm};
use crate::linear::{Echelon, Polynomial, add_multiple, combination, dot, is_zero, orthogonal_part};
use crate::rational::Rational;
use num_traits::{One, Zero};

/// Sine of the largest angle between vectors that are taken to have one direction.
const ALIGNED: f64 = 0.05;

/// A group whose equations aren't linear: its number, and the ranks of its output and input weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bent {
    index: usize,
    outer: usize,
    inner: usize,
}

/// The groups whose equations aren't linear.
pub(super) fn bent(problem: &Problem<'_>, groups: &[Group]) -> Vec<Bent> {
    let mut found = Vec::new();
    for (index, group) in groups.iter().enumerate().filter(|(_, group)| problem.outputs() > 1 && group.basis.len() > 1)
    {
        let outer = numerical_rank(group.neurons.iter().map(|i| problem.network.output_weights[*i].clone()).collect());
        let inner = numerical_rank(inner_weights(problem, group));
        if outer < problem.outputs() && inner < group.basis.len() {
            found.push(Bent { index, outer, inner });
        }
    }
    found
}

/// The groups with the directions of the bent ones fixed where they are, rounded: right wherever the residuals turn out
/// to be orthogonal to all features of these.
pub(super) fn fix(problem: &Problem<'_>, groups: &[Group], bent: &[Bent], digits: usize) -> Vec<Group> {
    let mut groups = groups.to_vec();
    for Bent { index, .. } in bent {
        fix_group(problem, &mut groups[*index], digits);
    }
    groups
}

fn fix_group(problem: &Problem<'_>, group: &mut Group, digits: usize) {
    let inner = inner_weights(problem, group);
    let basis: Vec<Vec<Rational>> = independent(inner.clone())
        .into_iter()
        .map(|position| in_space(group, &super::rounding::round_all(&inner[position], digits)))
        .collect();
    if !basis.is_empty() {
        group.set_basis(problem, basis);
    }
}

fn inner_weights(problem: &Problem<'_>, group: &Group) -> Vec<Vec<Rational>> {
    group.neurons.iter().map(|i| group.coordinates(&problem.network.input_weights[*i])).collect()
}

/// The vector with these coordinates.
fn in_space(group: &Group, coordinates: &[Rational]) -> Vec<Rational> {
    let terms = coordinates.iter().cloned().zip(group.basis.iter().map(Vec::as_slice));
    combination(group.basis[0].len(), terms)
}

/// The groups with all directions known, so that their equations are linear.
pub(super) fn pin(
    problem: &Problem<'_>, mut groups: Vec<Group>, bent: &[Bent], digits: usize,
) -> Result<Vec<Group>, Reason> {
    if bent.is_empty() {
        return Ok(groups);
    }
    let indices: Vec<usize> = bent.iter().map(|bent| bent.index).collect();
    let away = away_from_linear(problem, &groups, &indices);
    let project = |feature: &Vec<Rational>| orthogonal_part(feature.clone(), &away);
    let mut single: Vec<(usize, Vec<Vec<Rational>>)> = Vec::new();
    for Bent { index, outer, inner } in bent {
        let features: Vec<Vec<Rational>> = groups[*index].features.iter().map(project).collect();
        if features.iter().all(|feature| is_zero(feature)) {
            // What the linear groups can put out too needs no direction: their equations imply all of the group's.
            fix_group(problem, &mut groups[*index], digits);
        } else if *outer > 1 && *inner > 1 {
            let (neurons, outputs) = (groups[*index].neurons.clone(), problem.outputs());
            return Err(Reason::Rank { neurons, rank: *outer, outputs });
        } else {
            single.push((*index, features));
        }
    }
    for (position, (index, left)) in single.iter().enumerate() {
        for (other, right) in &single[..position] {
            if left.iter().any(|left| right.iter().any(|right| !dot(left, right).is_zero())) {
                return Err(Reason::Coupled(groups[*other].neurons.clone(), groups[*index].neurons.clone()));
            }
        }
    }
    for (index, features) in single {
        let group = &mut groups[index];
        let (direction, line) = eigenvector(problem, group, &features)?;
        let basis = in_space(group, &direction);
        group.set_basis(problem, vec![basis]);
        group.output_line = Some(line);
    }
    Ok(groups)
}

/// An orthogonal basis of the features of all groups that aren't named, and of 1, if there is an output bias.
fn away_from_linear(problem: &Problem<'_>, groups: &[Group], named: &[usize]) -> Vec<Vec<Rational>> {
    let ones = vec![Rational::one(); problem.samples.inputs.len()];
    let bias = problem.network.output_bias.iter().map(|_| &ones);
    let linear =
        groups.iter().enumerate().filter(|(index, _)| !named.contains(index)).flat_map(|(_, group)| &group.features);
    let mut basis: Vec<Vec<Rational>> = Vec::new();
    for feature in bias.chain(linear) {
        let part = orthogonal_part(feature.clone(), &basis);
        if part.iter().any(|entry| !entry.is_zero()) {
            basis.push(part);
        }
    }
    basis
}

/// How many directions vectors have, up to small angles.
fn numerical_rank(vectors: Vec<Vec<Rational>>) -> usize {
    independent(vectors).len()
}

/// Vectors in whose span the others lie, up to small angles.
#[allow(clippy::float_arithmetic)] // It proposes; what follows from it is judged exactly.
fn independent(mut vectors: Vec<Vec<Rational>>) -> Vec<usize> {
    let lengths: Vec<f64> = vectors.iter().map(|vector| norm(vector.iter())).collect();
    let mut chosen = Vec::new();
    loop {
        let sine = |i: usize| if lengths[i] == 0.0 { 0.0 } else { norm(vectors[i].iter()) / lengths[i] };
        // Of those that lean most, the longest is known best.
        let candidates = (0..vectors.len()).filter(|i| sine(*i) > ALIGNED);
        let Some(best) = candidates.max_by(|left, right| lengths[*left].total_cmp(&lengths[*right])) else {
            return chosen;
        };
        let pivot = vectors[best].clone();
        let square = dot(&pivot, &pivot);
        for vector in &mut vectors {
            let factor = -(dot(vector, &pivot) / &square);
            add_multiple(vector, &factor, &pivot);
        }
        chosen.push(best);
    }
}

/// The rational eigenvector near the direction of a group, and the line of its output weights.
fn eigenvector(
    problem: &Problem<'_>, group: &Group, features: &[Vec<Rational>],
) -> Result<(Vec<Rational>, Vec<Rational>), Reason> {
    let r = features.len();
    let gram: Vec<Vec<Rational>> =
        features.iter().map(|f| features.iter().map(|other| dot(f, other)).collect()).collect();
    // B, J rows of length r; then B^T B.
    let target = |j: usize| -> Vec<Rational> { problem.samples.targets.iter().map(|y| y[j].clone()).collect() };
    let b: Vec<Vec<Rational>> =
        (0..problem.outputs()).map(|j| features.iter().map(|feature| dot(feature, &target(j))).collect()).collect();
    let square = |a: usize, c: usize| b.iter().map(|row| &row[a] * &row[c]).sum::<Rational>();
    let squares: Vec<Vec<Rational>> = (0..r).map(|a| (0..r).map(|c| square(a, c)).collect()).collect();

    let rank = |rank: usize| Reason::Rank { neurons: group.neurons.clone(), rank, outputs: problem.outputs() };
    if Echelon::of(gram.iter().map(Vec::as_slice)).rank() < r {
        return Err(rank(1));
    }
    let irrational = |polynomial: String| Reason::Irrational { neurons: group.neurons.clone(), polynomial };
    let polynomial = characteristic(&squares, &gram);
    let float = rayleigh(problem, group, &squares, &gram);
    let Some(lambda) = float.as_ref().and_then(|float| rational_root(&polynomial, float)) else {
        return Err(irrational(describe(&polynomial)));
    };
    let rows: Vec<Vec<Rational>> = (0..r)
        .map(|a| squares[a].iter().zip(&gram[a]).map(|(square, gram)| square - &lambda * gram).collect())
        .collect();
    let kernel = Echelon::of(rows.iter().map(Vec::as_slice)).kernel(r);
    // A multiple eigenvalue has more than one direction: then any is one, and that of the largest neuron is kept.
    let direction = match kernel.len() {
        0 => return Err(irrational(describe(&polynomial))),
        1 => kernel[0].clone(),
        _ => super::rounding::round_all(&group.coordinates(&problem.network.input_weights[largest(problem, group)]), 6),
    };
    if kernel.len() > 1
        && Echelon::of(kernel.iter().map(Vec::as_slice)).reduce(&direction).iter().any(|entry| !entry.is_zero())
    {
        return Err(rank(kernel.len()));
    }
    let line: Vec<Rational> = b.iter().map(|row| dot(row, &direction)).collect();
    if is_zero(&line) { Err(rank(0)) } else { Ok((direction, line)) }
}

fn largest(problem: &Problem<'_>, group: &Group) -> usize {
    let size = |i: &usize| norm(problem.network.input_weights[*i].iter());
    let largest = group.neurons.iter().copied().max_by(|left, right| size(left).total_cmp(&size(right)));
    largest.unwrap_or(group.neurons[0])
}

/// The eigenvalue that the direction of the largest neuron comes closest to: `t^T B^T B t / t^T A t`.
fn rayleigh(
    problem: &Problem<'_>, group: &Group, squares: &[Vec<Rational>], gram: &[Vec<Rational>],
) -> Option<Rational> {
    let t = group.coordinates(&problem.network.input_weights[largest(problem, group)]);
    let form = |matrix: &[Vec<Rational>]| matrix.iter().zip(&t).map(|(row, t_a)| dot(row, &t) * t_a).sum::<Rational>();
    let below = form(gram);
    (!below.is_zero()).then(|| form(squares) / below)
}

/// `det(B^T B - lambda A)` in powers of lambda, by expansion along the first row. Cost: r! products; r is small.
fn characteristic(squares: &[Vec<Rational>], gram: &[Vec<Rational>]) -> Polynomial {
    let entry = |a: usize, c: usize| Polynomial(vec![squares[a][c].clone(), -&gram[a][c]]);
    fn determinant(row: usize, columns: &[usize], entry: &impl Fn(usize, usize) -> Polynomial) -> Polynomial {
        let mut sum = Polynomial(vec![Rational::zero()]);
        if columns.is_empty() {
            return Polynomial(vec![Rational::one()]);
        }
        for (position, column) in columns.iter().enumerate() {
            let others: Vec<usize> = columns.iter().copied().filter(|other| other != column).collect();
            let mut term = entry(row, *column).times(&determinant(row + 1, &others, entry));
            if position % 2 == 1 {
                term.0.iter_mut().for_each(|coefficient| *coefficient = -&*coefficient);
            }
            sum.add(&term);
        }
        sum
    }
    let mut found = determinant(0, &(0..squares.len()).collect::<Vec<usize>>(), &entry);
    while found.0.last().is_some_and(Zero::is_zero) {
        found.0.pop();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(coefficients: &[i64]) -> Polynomial {
        Polynomial(coefficients.iter().map(|c| Rational::from_integer((*c).into())).collect())
    }

    #[test]
    fn determinants() {
        let rows = |rows: &[[i64; 2]]| -> Vec<Vec<Rational>> {
            rows.iter().map(|row| row.iter().map(|c| Rational::from_integer((*c).into())).collect()).collect()
        };
        let found = characteristic(&rows(&[[2, 1], [1, 3]]), &rows(&[[1, 0], [0, 1]]));
        assert_eq!(found, polynomial(&[5, -5, 1]));
    }
}
