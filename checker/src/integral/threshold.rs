//! The least positive loss of a critical point, for an affine target and density 1: compared exactly, although it
//! contains the roots of gamma and 1 + gamma (docs/theory-integral.md, section 9).

use super::instance::Instance;
use crate::number::Rational;
use num_traits::{One, Signed, Zero, pow};

/// `a + b sqrt(x)`, x >= 0.
type Surd = (Rational, Rational);
/// `a + b sqrt(y)`, y >= 0, where a and b are of the form `c + d sqrt(x)`.
type Surds = (Surd, Surd);

fn add(l: &Surd, r: &Surd) -> Surd {
    (&l.0 + &r.0, &l.1 + &r.1)
}
fn times(l: &Surd, r: &Surd, x: &Rational) -> Surd {
    (&l.0 * &r.0 + &l.1 * &r.1 * x, &l.0 * &r.1 + &l.1 * &r.0)
}
/// The sign of `a + b sqrt(x)` from those of a, b and `a^2 - b^2 x`.
fn combined(a: Rational, b: Rational, difference: Rational) -> Rational {
    if (&a * &b).is_negative() { a * difference } else { a + b }
}
fn sign((a, b): &Surd, x: &Rational) -> Rational {
    combined(a.signum(), if x.is_zero() { x.clone() } else { b.signum() }, (a * a - b * b * x).signum())
}

/// Whether `L < thr(m)`.
pub(crate) fn is_below(instance: &Instance, alpha: &Rational, loss: &Rational) -> bool {
    let gamma = &instance.gamma;
    let width = instance.candidate.input_weights.len();
    let integer = |n: usize| Rational::from_integer(n.into());
    let (start, end) = &instance.interval;
    let one = Rational::one();
    // The threshold is this number divided by 12 S^4, and S > 0.
    let numerator = alpha * alpha * pow(&one - gamma, 2) * pow(end - start, 3);
    let twelve = integer(12) * loss;
    if gamma.is_zero() {
        return twelve * pow(integer(width / 2 * 2 + 1), 4) < numerator;
    }
    // S = a + b sqrt(1 + gamma), a = c + d sqrt(gamma)
    let outer = if width % 2 == 1 {
        (one.clone(), one.clone())
    } else if *gamma > one {
        (Rational::zero(), integer(2))
    } else {
        (integer(2), Rational::zero())
    };
    let (x, y) = (gamma, &one + gamma);
    let square = |(a, b): &Surds| -> Surds {
        let cross = times(a, b, x);
        let last = times(b, b, x);
        (add(&times(a, a, x), &(&last.0 * &y, &last.1 * &y)), add(&cross, &cross))
    };
    let fourth = square(&square(&(outer, (integer(width.saturating_sub(1)), Rational::zero()))));
    let scale = |(a, b): &Surd| (a * &twelve, b * &twelve);
    let (a, b) = (add(&scale(&fourth.0), &(-numerator, Rational::zero())), scale(&fourth.1));
    let difference = {
        let (square_a, square_b) = (times(&a, &a, x), times(&b, &b, x));
        add(&square_a, &(-&square_b.0 * &y, -&square_b.1 * &y))
    };
    combined(sign(&a, x), sign(&b, x), sign(&difference, x)).is_negative()
}
