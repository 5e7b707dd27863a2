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

use super::groups::Group;
use super::{Problem, Reason, norm};
use crate::linear::{Echelon, Polynomial, add_multiple, dot, is_zero, orthogonal_part};
use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

/// Sine of the largest angle between vectors that are taken to have one direction.
const ALIGNED: f64 = 0.05;

/// The groups with all directions known, so that their equations are linear.
pub(super) fn pin(problem: &Problem<'_>, mut groups: Vec<Group>) -> Result<Vec<Group>, Reason> {
    let mut single = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        if problem.outputs() > 1 && group.basis.len() > 1 {
            let weights = |rows: &[Vec<Rational>]| group.neurons.iter().map(|i| rows[*i].clone()).collect();
            let outer = numerical_rank(weights(&problem.network.output_weights));
            let inner: Vec<Vec<Rational>> =
                group.neurons.iter().map(|i| group.coordinates(&problem.network.input_weights[*i])).collect();
            let inner = numerical_rank(inner);
            if outer == problem.outputs() || inner == group.basis.len() {
                continue;
            }
            if outer > 1 && inner > 1 {
                let (neurons, outputs) = (group.neurons.clone(), problem.outputs());
                return Err(Reason::Rank { neurons, rank: outer, outputs });
            }
            single.push(index);
        }
    }
    if single.is_empty() {
        return Ok(groups);
    }
    let away = away_from_linear(problem, &groups, &single);
    let project = |feature: &Vec<Rational>| orthogonal_part(feature.clone(), &away);
    let projected: Vec<Vec<Vec<Rational>>> =
        single.iter().map(|index| groups[*index].features.iter().map(project).collect()).collect();
    // What the linear groups can put out too needs no direction: their equations imply all of the group's.
    let single: Vec<(usize, Vec<Vec<Rational>>)> = single
        .into_iter()
        .zip(projected)
        .filter(|(_, features)| features.iter().any(|feature| !is_zero(feature)))
        .collect();
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
        let basis =
            group.basis.iter().zip(&direction).fold(vec![Rational::zero(); group.basis[0].len()], |mut sum, (b, t)| {
                add_multiple(&mut sum, t, b);
                sum
            });
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
#[allow(clippy::float_arithmetic)] // It proposes; what follows from it is judged exactly.
fn numerical_rank(mut vectors: Vec<Vec<Rational>>) -> usize {
    let lengths: Vec<f64> = vectors.iter().map(|vector| norm(vector.iter())).collect();
    let mut rank = 0;
    loop {
        let sine = |i: usize| if lengths[i] == 0.0 { 0.0 } else { norm(vectors[i].iter()) / lengths[i] };
        // Of those that lean most, the longest is known best.
        let candidates = (0..vectors.len()).filter(|i| sine(*i) > ALIGNED);
        let Some(best) = candidates.max_by(|left, right| lengths[*left].total_cmp(&lengths[*right])) else {
            return rank;
        };
        let pivot = vectors[best].clone();
        let square = dot(&pivot, &pivot);
        for vector in &mut vectors {
            let factor = -(dot(vector, &pivot) / &square);
            add_multiple(vector, &factor, &pivot);
        }
        rank += 1;
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

/// The coefficients as integers without a common factor, the highest positive.
fn primitive(polynomial: &Polynomial) -> Vec<Integer> {
    let Some((mut integers, _)) = crate::linear::primitive(&polynomial.0) else { return Vec::new() };
    if integers.last().is_some_and(Signed::is_negative) {
        integers.iter_mut().for_each(|coefficient| *coefficient = -&*coefficient);
    }
    integers
}

/// The rational root of a polynomial near a number, if the nearest root is rational: with leading coefficient a, a
/// times a rational root is an integer root of a monic polynomial. Newton's method finds where to look.
fn rational_root(polynomial: &Polynomial, near: &Rational) -> Option<Rational> {
    let coefficients = primitive(polynomial);
    let leading = coefficients.last()?.clone();
    let value =
        |x: &Rational| coefficients.iter().rev().fold(Rational::zero(), |sum, c| sum * x + Rational::from(c.clone()));
    let slope = |x: &Rational| {
        let terms = coefficients.iter().enumerate().skip(1).rev();
        terms.fold(Rational::zero(), |sum, (power, c)| sum * x + Rational::from(c * Integer::from(power)))
    };
    let mut x = near.clone();
    for _ in 0..200 {
        // Candidates have the leading coefficient as denominator; only the one that Newton's method goes to is near.
        let rounded = (&x * Rational::from(leading.clone())).round() / Rational::from(leading.clone());
        let is_near = (&x - &rounded).abs() * Rational::from(Integer::from(1000) * &leading) < Rational::one();
        if is_near && value(&rounded).is_zero() {
            return Some(rounded);
        }
        let below = slope(&x);
        if below.is_zero() {
            return None;
        }
        let next = &x - value(&x) / below;
        // Rounded to a unit far below the distance of candidates, so that numbers stay short.
        let unit = Rational::from(Integer::from(1_000_000) * &leading);
        let next = (next * &unit).round() / unit;
        if next == x {
            return None;
        }
        x = next;
    }
    None
}

/// The polynomial of an irrational eigenvalue in words; for a quadratic one the field too.
fn describe(polynomial: &Polynomial) -> String {
    let coefficients = primitive(polynomial);
    let term = |(power, c): (usize, &Integer)| {
        let sign = if c.is_negative() { " - " } else { " + " };
        let size = c.abs();
        let factor = if size.is_one() && power > 0 { String::new() } else { size.to_string() };
        let power = match power {
            0 => String::new(),
            1 => "t".to_owned(),
            _ => format!("t^{power}"),
        };
        format!("{sign}{factor}{}{power}", if factor.is_empty() || power.is_empty() { "" } else { " " })
    };
    let terms = coefficients.iter().enumerate().rev().filter(|(_, c)| !c.is_zero()).map(term);
    let shown = terms.collect::<String>();
    let shown = shown.trim_start_matches(" + ");
    let [c, b, a] = &coefficients[..] else {
        return format!("the polynomial {shown}, which has no rational root there");
    };
    let discriminant: Integer = b * b - Integer::from(4) * a * c;
    match square_free_part(&discriminant) {
        Some(field) => {
            format!("the minimal polynomial {shown}; the coordinates lie in Q(sqrt {field}), that is, t^2 - {field}")
        }
        None => format!("the minimal polynomial {shown}"),
    }
}

/// The number without its square factors, if small primes show it: what is left after these must be 1, a square, or
/// small.
fn square_free_part(number: &Integer) -> Option<Integer> {
    let mut rest = number.clone();
    let mut part = Integer::one();
    if !rest.is_positive() {
        return None;
    }
    for prime in 2..100_000_u32 {
        let prime = Integer::from(prime);
        if &prime * &prime > rest {
            break;
        }
        let mut odd = false;
        while rest.is_multiple_of(&prime) {
            rest /= &prime;
            odd = !odd;
        }
        if odd {
            part *= prime;
        }
    }
    let root = rest.sqrt();
    if &root * &root == rest {
        return Some(part);
    }
    // Without prime factors below 100000 a number below 10^15 has at most two, and they differ.
    (rest < Integer::from(1_000_000_000_000_000_u64)).then(|| part * rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::write;

    fn polynomial(coefficients: &[i64]) -> Polynomial {
        Polynomial(coefficients.iter().map(|c| Rational::from_integer((*c).into())).collect())
    }

    #[test]
    fn rational_roots_are_found_and_others_are_not() {
        let near = |float: f64| Rational::from_float(float).unwrap();
        let root = |coefficients: &[i64], float: f64| {
            rational_root(&polynomial(coefficients), &near(float)).map(|r| write(&r))
        };
        assert_eq!(root(&[-6, 1, 1], 1.9), Some("2".to_owned()));
        assert_eq!(root(&[-6, 1, 1], -2.5), Some("-3".to_owned()));
        assert_eq!(root(&[2, -7, 3], 0.3), Some("1/3".to_owned()));
        assert_eq!(root(&[-2, 0, 1], 1.4), None);
        // (t - 1) (t^2 - 2): near the irrational root.
        assert_eq!(root(&[2, -2, -1, 1], 1.41), None);
    }

    #[test]
    fn polynomials_are_described() {
        assert!(
            describe(&polynomial(&[-116, 0, 1]))
                .contains("t^2 - 116; the coordinates lie in Q(sqrt 29), that is, t^2 - 29")
        );
        assert!(describe(&polynomial(&[1, -3, 0, 2])).contains("2 t^3 - 3 t + 1"));
        assert_eq!(square_free_part(&Integer::from(360)), Some(Integer::from(10)));
        assert_eq!(square_free_part(&Integer::from(-4)), None);
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
