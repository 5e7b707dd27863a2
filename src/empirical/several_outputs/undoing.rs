//! Ways down that begin where moves undo each other: along a curve of networks with the same outputs the output weight of an
//! escape neuron changes, and then the neuron has a way down of first order (docs/theory.md, section 7.18).

use super::squares::{SumOfSquares, monomial};
use crate::cone::Cone;
use crate::linear::{Echelon, Polynomial, independent, solve};
use crate::polynomial::{Exponents, Kind};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// Most pairs of flat directions that are tried.
const MAX_PAIRS: usize = 400;
/// Most curves.
const MAX_CURVES: usize = 12;

/// Curves `t y + t^2 w`, an active coordinate `t^3`, in the variables of the polynomial with S empty: all p_s are of order 3 and
/// the pull is negative of order 5, so that f is. Whether they lead down is for their expansion to say.
pub(super) fn curves(sum: &SumOfSquares<'_>) -> Vec<Vec<Polynomial>> {
    let flat = flat_cone(sum);
    let generators = generators(&flat);
    let pairs = (0..generators.len()).flat_map(|a| (0..=a).map(move |b| (b, a)));
    let pairs = pairs.map(|(a, b)| if a == b { generators[a].clone() } else { plus(&generators[a], &generators[b]) });
    let along_lines = flat.lineality.iter().flat_map(|line| {
        let others = self::generators(&without_bend(sum, &flat, line));
        others.into_iter().flat_map(|y| [plus(&y, line), plus(&y, &opposite(line))])
    });
    let directions = pairs.take(MAX_PAIRS).chain(along_lines);
    directions.filter_map(|y| curve_along(sum, &y)).take(MAX_CURVES).collect()
}

fn plus(x: &[Rational], y: &[Rational]) -> Vec<Rational> {
    x.iter().zip(y).map(|(x, y)| x + y).collect()
}

fn opposite(x: &[Rational]) -> Vec<Rational> {
    x.iter().map(|x| -x).collect()
}

/// The extreme rays, and the lines in both directions.
fn generators(cone: &Cone) -> Vec<Vec<Rational>> {
    let lines = cone.lineality.iter().flat_map(|line| [line.clone(), opposite(line)]);
    cone.rays.iter().cloned().chain(lines).collect()
}

/// The cone where all p_s are zero to the first order and all active coordinates are zero.
fn flat_cone(sum: &SumOfSquares<'_>) -> Cone {
    let variables = sum.variables();
    let mut cone = Cone::whole(variables);
    let coordinate = |v: usize| -> Vec<Rational> {
        (0..variables).map(|other| if other == v { Rational::one() } else { Rational::zero() }).collect()
    };
    sum.active.iter().for_each(|v| cone.flatten(coordinate(*v)));
    for (p, _) in &sum.squares {
        let slope = |v: usize| p.terms.get(&monomial(variables, &[v])).cloned().unwrap_or_default();
        cone.flatten((0..variables).map(slope).collect());
    }
    (0..variables).filter(|v| sum.is_bounded(*v)).for_each(|v| cone.cut(coordinate(v)));
    cone
}

/// The part of the flat cone whose products with a line can be undone by free variables.
fn without_bend(sum: &SumOfSquares<'_>, flat: &Cone, line: &[Rational]) -> Cone {
    let variables = sum.variables();
    let free = (0..variables).filter(|v| !sum.active.contains(v) && sum.projected.kinds[*v] == Kind::Free);
    let columns: Vec<Vec<Rational>> = free.map(|v| sum.column(&monomial(variables, &[v]))).collect();
    let mut part = flat.clone();
    for factors in Echelon::of(columns.iter().map(Vec::as_slice)).kernel(sum.squares.len()) {
        let mut functional = vec![Rational::zero(); variables];
        for (factor, (p, _)) in factors.iter().zip(&sum.squares).filter(|(factor, _)| !factor.is_zero()) {
            for (exponents, value) in p.terms.iter().filter(|(exponents, _)| is_quadratic(exponents)) {
                // Of x_a x_b: y_a l_b + y_b l_a.
                let places: Vec<usize> =
                    (0..variables).flat_map(|v| std::iter::repeat_n(v, exponents[v] as usize)).collect();
                functional[places[0]] += factor * value * &line[places[1]];
                functional[places[1]] += factor * value * &line[places[0]];
            }
        }
        part.flatten(functional);
    }
    part
}

fn is_quadratic(exponents: &Exponents) -> bool {
    exponents.iter().sum::<u32>() == 2
}

/// The curve of a flat direction y, if there is a w with all `p_s(t y + t^2 w)` of order 3 at least, and the pull of w on some
/// active coordinate is negative.
fn curve_along(sum: &SumOfSquares<'_>, y: &[Rational]) -> Option<Vec<Polynomial>> {
    let variables = sum.variables();
    let value = |exponents: &Exponents| -> Rational {
        exponents.iter().zip(y).map(|(power, y)| num_traits::pow(y.clone(), *power as usize)).product()
    };
    let bends = sum.squares.iter().map(|(p, _)| -> Rational {
        let terms = p.terms.iter().filter(|(exponents, _)| is_quadratic(exponents));
        terms.map(|(exponents, coefficient)| -coefficient * value(exponents)).sum()
    });
    // What may change in both directions: also nonnegative variables that grow along y.
    let may = |v: &usize| !sum.active.contains(v) && (sum.projected.kinds[*v] == Kind::Free || y[*v].is_positive());
    let moving: Vec<usize> = (0..variables).filter(may).collect();
    let columns: Vec<Vec<Rational>> = moving.iter().map(|v| sum.column(&monomial(variables, &[*v]))).collect();
    let columns: Vec<&[Rational]> = columns.iter().map(Vec::as_slice).collect();
    let basis = independent(&columns);
    let chosen: Vec<&[Rational]> = basis.iter().map(|place| columns[*place]).collect();
    let mut w = vec![Rational::zero(); variables];
    let factors = solve(&chosen, &[bends.collect()])?.pop()?;
    basis.iter().zip(factors).for_each(|(place, factor)| w[moving[*place]] = factor);
    let pull = |v: usize, x: &[Rational]| -> Rational {
        let term = |other: usize| sum.pull.terms.get(&monomial(variables, &[v, other])).map(|value| value * &x[other]);
        (0..variables).filter_map(term).sum()
    };
    let falls = |v: &&usize| !pull(**v, y).is_positive() && pull(**v, &w).is_negative();
    let active = *sum.active.iter().find(falls)?;
    let path = |v: usize| {
        let third = if v == active { Rational::one() } else { Rational::zero() };
        Polynomial(vec![Rational::zero(), y[v].clone(), w[v].clone(), third]).trimmed()
    };
    Some((0..variables).map(path).collect())
}
