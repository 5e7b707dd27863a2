//! Polynomials in one variable, by their coefficients in rising powers.

use crate::curve::{add, multiply};
use crate::number::Rational;
use crate::vector::Vector;
use num_traits::{One, Signed, Zero};

pub(crate) fn value(polynomial: &[Rational], x: &Rational) -> Rational {
    polynomial.iter().rev().fold(Rational::zero(), |sum, coefficient| sum * x + coefficient)
}

/// `g(a + b y)` as a polynomial in y.
pub(crate) fn substitute(polynomial: &[Rational], a: &Rational, b: &Rational) -> Vector {
    let line = [a.clone(), b.clone()];
    polynomial.iter().rev().fold(vec![], |sum, coefficient| add(multiply(&sum, &line), vec![coefficient.clone()]))
}

/// The integral from 0.
pub(crate) fn primitive(polynomial: &[Rational]) -> Vector {
    let divided = |(power, coefficient): (usize, &Rational)| coefficient / Rational::from_integer((power + 1).into());
    std::iter::once(Rational::zero()).chain(polynomial.iter().enumerate().map(divided)).collect()
}

/// `g x^k`
pub(crate) fn times_power(polynomial: &[Rational], k: usize) -> Vector {
    std::iter::repeat_n(Rational::zero(), k).chain(polynomial.iter().cloned()).collect()
}

pub(crate) fn integral(polynomial: &[Rational], left: &Rational, right: &Rational) -> Rational {
    let primitive = primitive(polynomial);
    value(&primitive, right) - value(&primitive, left)
}

/// `factor g`
pub(crate) fn scaled(factor: &Rational, polynomial: &[Rational]) -> Vector {
    polynomial.iter().map(|coefficient| factor * coefficient).collect()
}

/// The sign of a polynomial just right of q, or just left of it: that of its first Taylor coefficient that is not 0.
pub(crate) fn sign_beside(polynomial: &[Rational], q: &Rational, right: bool) -> Rational {
    let direction = if right { Rational::one() } else { -Rational::one() };
    let taylor = substitute(polynomial, q, &direction);
    taylor.iter().find(|coefficient| !coefficient.is_zero()).map(Signed::signum).unwrap_or_default()
}
