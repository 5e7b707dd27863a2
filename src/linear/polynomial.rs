//! Univariate polynomials with rational coefficients.

use super::vector::to_integers;
use crate::rational::{Integer, Rational, ratio};
use num_traits::{Signed, Zero};

/// A polynomial `c_0 + c_1 t + ...`: its coefficients in rising powers, trailing zeros allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polynomial(pub Vec<Rational>);

impl Polynomial {
    /// A constant.
    pub fn constant(value: Rational) -> Polynomial {
        Polynomial(vec![value])
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(Zero::is_zero)
    }

    /// The same without trailing zeros: the zero polynomial has no coefficient.
    pub fn trimmed(mut self) -> Polynomial {
        while self.0.last().is_some_and(Zero::is_zero) {
            self.0.pop();
        }
        self
    }

    /// The value at x, by Horner's rule.
    pub fn value(&self, x: &Rational) -> Rational {
        self.0.iter().rev().fold(Rational::zero(), |sum, coefficient| sum * x + coefficient)
    }

    /// `factor * self`
    pub fn scaled(&self, factor: &Rational) -> Polynomial {
        Polynomial(self.0.iter().map(|coefficient| factor * coefficient).collect())
    }

    /// `self - other`
    pub fn minus(&self, other: &Polynomial) -> Polynomial {
        let mut difference = other.scaled(&-Rational::from_integer(1.into()));
        difference.add(self);
        difference
    }

    /// The derivative.
    pub fn derivative(&self) -> Polynomial {
        let terms = self.0.iter().enumerate().skip(1);
        Polynomial(terms.map(|(power, c)| c * Rational::from_integer(power.into())).collect())
    }

    /// The antiderivative that is 0 at 0.
    pub fn antiderivative(&self) -> Polynomial {
        let terms = self.0.iter().enumerate();
        let raised = terms.map(|(power, c)| c / Rational::from_integer((power + 1).into()));
        Polynomial(std::iter::once(Rational::zero()).chain(raised).collect())
    }

    /// `int_a^b self dx`
    pub fn integral(&self, a: &Rational, b: &Rational) -> Rational {
        let primitive = self.antiderivative();
        primitive.value(b) - primitive.value(a)
    }

    /// `self(inner(t))`, by Horner's rule.
    pub fn of(&self, inner: &Polynomial) -> Polynomial {
        self.0.iter().rev().fold(Polynomial(vec![]), |sum, coefficient| {
            let mut next = sum.times(inner);
            next.add(&Polynomial::constant(coefficient.clone()));
            next
        })
    }

    /// `self += other`
    pub fn add(&mut self, other: &Polynomial) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), Rational::zero());
        }
        self.0.iter_mut().zip(&other.0).for_each(|(sum, term)| *sum += term);
    }

    /// `self * other`. Cost: the product of the numbers of non-zero terms.
    pub fn times(&self, other: &Polynomial) -> Polynomial {
        // Integers over one denominator: a greatest common divisor for each term of the product, not for each product of terms.
        let ((left, left_denominator), (right, right_denominator)) = (to_integers(&self.0), to_integers(&other.0));
        let denominator = left_denominator * right_denominator;
        let mut product = vec![Integer::zero(); (left.len() + right.len()).saturating_sub(1)];
        for (i, left) in left.iter().enumerate().filter(|(_, left)| !left.is_zero()) {
            for (j, right) in right.iter().enumerate().filter(|(_, right)| !right.is_zero()) {
                product[i + j] += left * right;
            }
        }
        Polynomial(product.into_iter().map(|term| ratio(term, denominator.clone())).collect())
    }

    /// The lowest power with a non-zero coefficient, and that coefficient.
    pub fn lowest_term(&self) -> Option<(usize, &Rational)> {
        self.0.iter().enumerate().find(|(_, coefficient)| !coefficient.is_zero())
    }

    /// The largest `t0 <= 1` with `sum_{j > r} |c_j| t0^(j - r) <= |c_r|` that `t^(j-r) <= t` shows at once, r the lowest
    /// power: up to t0 the polynomial keeps the sign of `c_r`, or is zero.
    pub fn sign_holds_until(&self) -> Rational {
        let one = Rational::from_integer(1.into());
        let Some((power, lowest)) = self.lowest_term() else { return one };
        let rest: Rational = self.0[power + 1..].iter().map(Signed::abs).sum();
        if rest.is_zero() { one } else { one.min(lowest.abs() / rest) }
    }
}
