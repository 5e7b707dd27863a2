//! The sign of a univariate polynomial on an interval, exactly, with a proof that multiplication and addition check.

use super::polynomial::Polynomial;
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// Whether a polynomial is nonnegative on an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntervalAnswer {
    /// It is.
    Nonnegative(IntervalProof),
    /// It is negative at this point of the interval.
    Negative(Rational),
}

/// A proof of `g >= 0` on `[a, b]`: `g = square^2 rest`, and the Bernstein coefficients of `rest` are nonnegative on each
/// interval between a, the cuts and b. Zeros of even order are roots of `square`; they may be irrational.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalProof {
    /// The product of what occurs in g several times.
    pub square: Polynomial,
    /// What is left.
    pub rest: Polynomial,
    /// Rising points inside of the interval.
    pub cuts: Vec<Rational>,
}

/// Decides whether `g >= 0` on `[a, b]`, a < b.
///
/// The rest has simple roots only. So either it changes its sign inside of the interval, and bisection meets a negative
/// value, or it is positive inside, and by convergence of the Bernstein coefficients all of them are nonnegative once the
/// parts are short enough (simple zeros at a or b are factors `x - a`, `b - x` with nonnegative coefficients).
pub fn nonnegative_on(g: &Polynomial, a: &Rational, b: &Rational) -> IntervalAnswer {
    let g = g.clone().trimmed();
    let (square, rest) = split_squares(&g);
    let mut cuts = Vec::new();
    let mut waiting = vec![(a.clone(), b.clone())];
    while let Some((left, right)) = waiting.pop() {
        if bernstein(&rest, &left, &right).iter().all(|coefficient| !coefficient.is_negative()) {
            if right < *b {
                cuts.push(right);
            }
            continue;
        }
        let middle = (&left + &right) / Rational::from_integer(2.into());
        for point in [&left, &right, &middle] {
            let value = rest.value(point);
            let crosses = value.is_zero() && point == &middle;
            if value.is_negative() || crosses {
                return IntervalAnswer::Negative(negative_near(&g, point, a, b));
            }
        }
        waiting.push((middle.clone(), right));
        waiting.push((left, middle));
    }
    IntervalAnswer::Nonnegative(IntervalProof { square, rest, cuts })
}

/// A point near `point` where g is negative: there are some arbitrarily near.
fn negative_near(g: &Polynomial, point: &Rational, a: &Rational, b: &Rational) -> Rational {
    let mut step = b - a;
    loop {
        for candidate in [point.clone(), point + &step, point - &step] {
            if candidate >= *a && candidate <= *b && g.value(&candidate).is_negative() {
                return candidate;
            }
        }
        step /= Rational::from_integer(2.into());
    }
}

/// The Bernstein coefficients of a polynomial, of its own degree, on an interval.
fn bernstein(polynomial: &Polynomial, left: &Rational, right: &Rational) -> Vec<Rational> {
    // In y of x = left + (right - left) y.
    let scaled = polynomial.of(&Polynomial(vec![left.clone(), right - left]));
    let count = polynomial.0.len();
    let mut coefficients: Vec<Rational> = (0..count).map(|i| scaled.0.get(i).cloned().unwrap_or_default()).collect();
    // beta_k = sum_{i <= k} (k choose i) / (n choose i) c_i: divide by (n choose i), then add up as in Pascal's triangle.
    let degree = count.saturating_sub(1);
    let mut binomial = Rational::one();
    for (i, coefficient) in coefficients.iter_mut().enumerate() {
        *coefficient /= &binomial;
        binomial *= Rational::new((degree - i).into(), (i + 1).into());
    }
    for round in 0..degree {
        for k in (round + 1..count).rev() {
            let lower = coefficients[k - 1].clone();
            coefficients[k] += lower;
        }
    }
    coefficients
}

/// `(s, r)` with `g = s^2 r`, r without multiple roots.
fn split_squares(g: &Polynomial) -> (Polynomial, Polynomial) {
    // Yun's algorithm: g is a constant times the product of f_i^i.
    let (mut square, mut rest) = (Polynomial::constant(Rational::one()), g.clone());
    if g.0.len() < 3 {
        return (square, rest);
    }
    let derivative = g.derivative();
    let common = gcd(g, &derivative);
    let (mut b, mut c) = (quotient(g, &common), quotient(&derivative, &common));
    let mut d = c.minus(&b.derivative()).trimmed();
    let mut order = 1;
    while b.0.len() > 1 {
        let factor = gcd(&b, &d);
        (0..order / 2).for_each(|_| square = square.times(&factor));
        b = quotient(&b, &factor);
        c = quotient(&d, &factor);
        d = c.minus(&b.derivative()).trimmed();
        order += 1;
    }
    rest = quotient(&rest, &square.times(&square));
    (square, rest)
}

/// Quotient and remainder by a polynomial that is not zero, both trimmed.
fn divide(left: &Polynomial, right: &Polynomial) -> (Polynomial, Polynomial) {
    let (mut remainder, right) = (left.clone().trimmed(), right.clone().trimmed());
    let mut quotient = vec![Rational::zero(); (remainder.0.len() + 1).saturating_sub(right.0.len())];
    while remainder.0.len() >= right.0.len() {
        let shift = remainder.0.len() - right.0.len();
        let factor = &remainder.0[remainder.0.len() - 1] / &right.0[right.0.len() - 1];
        for (place, coefficient) in right.0.iter().enumerate() {
            remainder.0[shift + place] -= &factor * coefficient;
        }
        quotient[shift] = factor;
        remainder = remainder.trimmed();
    }
    (Polynomial(quotient).trimmed(), remainder)
}

fn quotient(left: &Polynomial, right: &Polynomial) -> Polynomial {
    divide(left, right).0
}

/// The greatest common divisor with highest coefficient 1.
fn gcd(left: &Polynomial, right: &Polynomial) -> Polynomial {
    let (mut left, mut right) = (left.clone().trimmed(), right.clone().trimmed());
    while !right.is_zero() {
        let remainder = divide(&left, &right).1;
        left = std::mem::replace(&mut right, remainder);
    }
    match left.0.last().map(Rational::recip) {
        Some(inverse) => left.scaled(&inverse),
        None => Polynomial::constant(Rational::one()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(coefficients: &[i64]) -> Polynomial {
        Polynomial(coefficients.iter().map(|c| Rational::from_integer((*c).into())).collect())
    }

    fn number(n: i64, d: i64) -> Rational {
        Rational::new(n.into(), d.into())
    }

    /// Holds a proof against its definition.
    fn holds(g: &Polynomial, a: &Rational, b: &Rational, proof: &IntervalProof) -> bool {
        let points: Vec<&Rational> = [a].into_iter().chain(&proof.cuts).chain([b]).collect();
        proof.square.times(&proof.square).times(&proof.rest).minus(g).is_zero()
            && points.windows(2).all(|ends| ends[0] < ends[1])
            && points.windows(2).all(|ends| {
                let count = proof.rest.0.len();
                // The polynomial with these coefficients in Bernstein's basis has the same values.
                let bernstein = bernstein(&proof.rest, ends[0], ends[1]);
                let value = |y: &Rational| -> Rational {
                    let choose = |i: usize| {
                        (0..i).fold(Rational::one(), |c, j| c * number((count - 1 - j) as i64, j as i64 + 1))
                    };
                    let power = |x: &Rational, k: usize| num_traits::pow(x.clone(), k);
                    let term = |i: usize| {
                        &bernstein[i] * choose(i) * power(y, i) * power(&(Rational::one() - y), count - 1 - i)
                    };
                    (0..count).map(term).sum()
                };
                let same =
                    |i: i64| value(&number(i, 7)) == proof.rest.value(&(ends[0] + (ends[1] - ends[0]) * number(i, 7)));
                (0..7).all(same) && bernstein.iter().all(|c| !c.is_negative())
            })
    }

    #[test]
    fn signs_on_an_interval() {
        let (a, b) = (number(0, 1), number(2, 1));
        // (x^2 - 2)^2: a double zero at an irrational point.
        let touching = polynomial(&[4, 0, -4, 0, 1]);
        // x (2 - x) (x^2 - 2)^4 + nothing else: zeros at both ends.
        let ends = polynomial(&[0, 2, -1]).times(&touching).times(&touching);
        for g in [polynomial(&[]), polynomial(&[3]), polynomial(&[0, 1]), touching.clone(), ends] {
            let IntervalAnswer::Nonnegative(proof) = nonnegative_on(&g, &a, &b) else { panic!("{g:?}") };
            assert!(holds(&g, &a, &b, &proof), "{g:?} {proof:?}");
        }
        // A dip of 1e-9 below zero at sqrt 2, and a change of sign there.
        let mut dip = touching.clone();
        dip.0[0] -= number(1, 1_000_000_000);
        for g in [dip, polynomial(&[-2, 0, 1]), polynomial(&[2, 0, -1]), polynomial(&[-1]), polynomial(&[-1, 2, -1])] {
            let IntervalAnswer::Negative(point) = nonnegative_on(&g, &a, &b) else { panic!("{g:?}") };
            assert!(point >= a && point <= b && g.value(&point).is_negative(), "{g:?} {point}");
        }
    }
}
