//! Proofs that a polynomial is nonnegative on an interval: a square times what has nonnegative Bernstein coefficients.

use super::piecewise::substitute;
use crate::curve::multiply;
use crate::json::Json;
use crate::number::Rational;
use crate::vector::Vector;
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};

fn trimmed(mut polynomial: Vector) -> Vector {
    while polynomial.last().is_some_and(Zero::is_zero) {
        polynomial.pop();
    }
    polynomial
}

/// Accepts a proof of `g >= 0` on [left, right].
pub(crate) fn check_interval(g: &[Rational], left: &Rational, right: &Rational, proof: &Json) -> Result<(), Refusal> {
    let proof = proof.object(&["square", "rest", "cuts"])?;
    let [square, rest, cuts] = ["square", "rest", "cuts"].map(|key| proof.field(key)?.rationals());
    let (square, rest, cuts) = (square?, trimmed(rest?), cuts?);
    let code = "interval-proof";
    let product = multiply(&multiply(&square, &square), &rest);
    ensure(trimmed(product) == trimmed(g.to_vec()), code, "the factors are not those of the polynomial")?;
    let points: Vec<&Rational> = [left].into_iter().chain(&cuts).chain([right]).collect();
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        ensure(a < b, code, "the cuts do not rise within the interval")?;
        let nonnegative = !bernstein(&substitute(&rest, a, &(*b - *a))).iter().any(Signed::is_negative);
        ensure(nonnegative, code, "a Bernstein coefficient is negative")?;
    }
    Ok(())
}

/// `beta_k = sum_i (k choose i) / (n choose i) c_i`, n the degree: for y in [0, 1] the value is a mean of them.
fn bernstein(coefficients: &[Rational]) -> Vector {
    // c_i / (n choose i), and then (k choose i) = (k-1 choose i) + (k-1 choose i-1), row by row.
    let degree = coefficients.len().saturating_sub(1);
    let mut binomial = Rational::one();
    let mut row = Vector::new();
    for (i, coefficient) in coefficients.iter().enumerate() {
        row.push(coefficient / &binomial);
        binomial *= Rational::new((degree - i.min(degree)).into(), (i + 1).into());
    }
    let mut found = Vector::new();
    while let Some(first) = row.first() {
        found.push(first.clone());
        row = row.iter().zip(row.iter().skip(1)).map(|(left, right)| left + right).collect();
    }
    found
}
