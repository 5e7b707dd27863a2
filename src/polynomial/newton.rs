//! Terms of a polynomial against its Newton polyhedron.

use super::multivariate::{Exponents, Multivariate};
use crate::linear::{Bounds, Feasibility};
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};

/// What a variable may be near 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any number.
    Free,
    /// Nonnegative.
    Nonnegative,
}

/// `b = sum_a lambda_a a + gamma`, `lambda >= 0`, `sum lambda = 1`, `gamma >= 0` and not 0, over exponents a of good terms:
/// by the inequality of the means `|x^b| <= |x|^gamma sum lambda_a |x|^a`, which good terms exceed near 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absorption {
    /// `(a, lambda_a)`, those that are not zero.
    pub weights: Vec<(Exponents, Rational)>,
}

/// Where a bad term stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// `omega.b < omega.a` for all good a: nonnegative integer weights.
    Outside(Vec<u32>),
    /// Absorbed.
    Absorbed(Absorption),
    /// On a compact face of the good terms' polyhedron.
    Tight,
}

/// Whether a term is good: it has a positive coefficient and even exponents in all free variables, so that it is
/// nonnegative. All others are bad.
pub fn is_good(kinds: &[Kind], exponents: &Exponents, coefficient: &Rational) -> bool {
    coefficient.is_positive() && is_even(kinds, exponents)
}

/// Whether a monomial is nonnegative everywhere.
pub(super) fn is_even(kinds: &[Kind], exponents: &Exponents) -> bool {
    exponents.iter().zip(kinds).all(|(power, kind)| *kind == Kind::Nonnegative || power % 2 == 0)
}

/// The minimal exponents of good terms, and all exponents of bad terms.
pub(super) fn split_terms(form: &Multivariate, kinds: &[Kind]) -> (Vec<Exponents>, Vec<Exponents>) {
    let (good, bad): (Vec<_>, Vec<_>) =
        form.terms.iter().partition(|(exponents, coefficient)| is_good(kinds, exponents, coefficient));
    let minimal = minimal(good.into_iter().map(|(exponents, _)| exponents));
    (minimal.into_iter().cloned().collect(), bad.into_iter().map(|(exponents, _)| exponents.clone()).collect())
}

/// Those of some different monomials that no other one of them divides.
pub(super) fn minimal<'a>(monomials: impl Iterator<Item = &'a Exponents>) -> Vec<&'a Exponents> {
    let all: Vec<&Exponents> = monomials.collect();
    let below = |left: &Exponents, right: &Exponents| left != right && left.iter().zip(right).all(|(l, r)| l <= r);
    all.iter().filter(|a| !all.iter().any(|other| below(other, a))).copied().collect()
}

fn column(exponents: &Exponents, last: i64) -> Vec<Integer> {
    exponents.iter().map(|power| Integer::from(*power)).chain([Integer::from(last)]).collect()
}

/// Two good exponents with b above their middle and not equal to it: the next common case.
fn above_a_middle<'a>(b: &Exponents, good: &'a [Exponents]) -> Option<[&'a Exponents; 2]> {
    let twice: Vec<u32> = b.iter().map(|power| 2 * power).collect();
    let fits = |l: &Exponents, r: &Exponents| {
        let mut sums = l.iter().zip(r).map(|(l, r)| l + r).zip(&twice);
        sums.all(|(sum, twice)| sum <= *twice) && l.iter().zip(r).zip(&twice).any(|((l, r), twice)| l + r < *twice)
    };
    (0..good.len()).find_map(|l| (0..l).find(|r| fits(&good[l], &good[*r])).map(|r| [&good[r], &good[l]]))
}

/// Where an exponent stands towards the polyhedron `conv(good) + R_+^N`. Cost: two linear feasibility problems.
pub fn position(b: &Exponents, good: &[Exponents]) -> Position {
    let variables = b.len();
    // One good exponent below b is the common case.
    if let Some(a) = good.iter().find(|a| a.iter().zip(b).all(|(a, b)| a <= b)) {
        return Position::Absorbed(Absorption { weights: vec![(a.clone(), Rational::one())] });
    }
    if let Some(pair) = above_a_middle(b, good) {
        let half = Rational::new(Integer::one(), Integer::from(2));
        return Position::Absorbed(Absorption { weights: pair.map(|a| (a.clone(), half.clone())).into() });
    }
    let unit = |place: usize| -> Vec<Integer> {
        (0..=variables).map(|i| if i == place { Integer::one() } else { Integer::zero() }).collect()
    };
    let at_least_zero = || Bounds { low: Some(Integer::zero()), high: None };
    let mut columns: Vec<Vec<Integer>> = good.iter().map(|a| column(a, 1)).collect();
    columns.extend((0..variables).map(unit));
    let mut inside = Feasibility::new(&columns, &column(b, 1));
    (0..columns.len()).for_each(|c| inside.set_bounds(c, at_least_zero()));
    if let Err(y) = inside.solve() {
        let weights: Option<Vec<u32>> = y[..variables].iter().map(|w| u32::try_from(w).ok()).collect();
        return weights.map_or(Position::Tight, Position::Outside);
    }
    // sum lambda a + gamma = tau b, sum lambda = tau, sum gamma = 1: solvable exactly if gamma needn't be zero.
    let mut columns: Vec<Vec<Integer>> = good.iter().map(|a| [column(a, 1), vec![Integer::zero()]].concat()).collect();
    columns.extend((0..variables).map(|place| [unit(place), vec![Integer::one()]].concat()));
    columns.push(column(b, 1).into_iter().map(|entry| -entry).chain([Integer::zero()]).collect());
    let mut right = vec![Integer::zero(); variables + 2];
    right[variables + 1] = Integer::one();
    let mut absorbed = Feasibility::new(&columns, &right);
    (0..columns.len()).for_each(|c| absorbed.set_bounds(c, at_least_zero()));
    match absorbed.solve() {
        Ok(()) => {
            let solution = absorbed.solution();
            let tau = &solution[columns.len() - 1];
            let weights = good.iter().zip(&solution).filter(|(_, lambda)| !lambda.is_zero());
            Position::Absorbed(Absorption { weights: weights.map(|(a, lambda)| (a.clone(), lambda / tau)).collect() })
        }
        Err(_) => Position::Tight,
    }
}

/// `omega.a`
pub(super) fn weight(omega: &[u32], exponents: &Exponents) -> u64 {
    omega.iter().zip(exponents).map(|(w, power)| u64::from(*w) * u64::from(*power)).sum()
}
