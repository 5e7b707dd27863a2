//! The smallest loss of a critical point that isn't global, for affine targets (docs/theory-integral.md, section 9), compared
//! exactly: for leaky activations it lies in the field of `sqrt(1 + gamma)` and `sqrt(gamma)`.

use crate::rational::Rational;
use num_traits::{One, Zero, pow};
use std::cmp::Ordering;

/// Whether a loss is below the threshold of networks of some width, on an interval of some length, for a target of slope
/// alpha:
///
/// ```text
/// gamma = 0:   alpha^2 length^3 / (12 (2 floor(width / 2) + 1)^4)
/// gamma > 0:   alpha^2 (1 - gamma)^2 length^3 / (12 S^4),
///              S = (width - 1) sqrt(1 + gamma) + (2 max(1, sqrt gamma) for even width, 1 + sqrt gamma for odd)
/// ```
///
/// For alpha = 0 there are no such points, and every loss is below.
pub(super) fn is_below(loss: &Rational, alpha: &Rational, gamma: &Rational, length: &Rational, width: usize) -> bool {
    if alpha.is_zero() {
        return true;
    }
    let number = |n: usize| Rational::from_integer(n.into());
    let scale = alpha * alpha * pow(length.clone(), 3) / number(12);
    if gamma.is_zero() {
        return loss * pow(number(2 * (width / 2) + 1), 4) < scale;
    }
    let field = Field { m: Rational::one() + gamma, n: gamma.clone() };
    let zero = Rational::zero;
    let mut s = [zero(), number(width - 1), zero(), zero()];
    if width % 2 == 1 {
        s[0] += Rational::one();
        s[2] += Rational::one();
    } else if *gamma > Rational::one() {
        s[2] += number(2);
    } else {
        s[0] += number(2);
    }
    let square = field.times(&s, &s);
    let fourth = field.times(&square, &square);
    let sigma = Rational::one() - gamma;
    let mut difference = fourth.map(|part| part * loss);
    difference[0] -= scale * &sigma * &sigma;
    field.sign(&difference) == Ordering::Less
}

/// Numbers `a + b sqrt m + c sqrt n + d sqrt(m n)`, m and n nonnegative.
struct Field {
    m: Rational,
    n: Rational,
}

type Number = [Rational; 4];

impl Field {
    fn times(&self, [a, b, c, d]: &Number, [e, f, g, h]: &Number) -> Number {
        let (m, n) = (&self.m, &self.n);
        [
            a * e + b * f * m + c * g * n + d * h * m * n,
            a * f + b * e + (c * h + d * g) * n,
            a * g + c * e + (b * h + d * f) * m,
            a * h + d * e + b * g + c * f,
        ]
    }

    /// `x + y sqrt n` with x, y in the field of `sqrt m`.
    fn sign(&self, [a, b, c, d]: &Number) -> Ordering {
        let (x, y) = (sign_of(a, b, &self.m), if self.n.is_zero() { Ordering::Equal } else { sign_of(c, d, &self.m) });
        let two = Rational::from_integer(2.into());
        let square = |p: &Rational, q: &Rational| (p * p + q * q * &self.m, &two * p * q);
        let ((x0, x1), (y0, y1)) = (square(a, b), square(c, d));
        larger(x, y, || sign_of(&(&x0 - &y0 * &self.n), &(&x1 - &y1 * &self.n), &self.m))
    }
}

/// The sign of `a + b sqrt m`.
fn sign_of(a: &Rational, b: &Rational, m: &Rational) -> Ordering {
    let sign = |x: &Rational| x.cmp(&Rational::zero());
    let second = if m.is_zero() { Ordering::Equal } else { sign(b) };
    larger(sign(a), second, || sign(&(a * a - b * b * m)))
}

/// The sign of x + y from those of x and y, and of `|x| - |y|` if they differ.
fn larger(x: Ordering, y: Ordering, compare: impl Fn() -> Ordering) -> Ordering {
    match (x, y) {
        (Ordering::Equal, _) => y,
        (_, Ordering::Equal) => x,
        _ if x == y => x,
        _ => match compare() {
            Ordering::Greater => x,
            Ordering::Equal => Ordering::Equal,
            Ordering::Less => y,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(n: i64, d: i64) -> Rational {
        Rational::new(n.into(), d.into())
    }

    #[test]
    fn thresholds() {
        let (one, zero) = (number(1, 1), number(0, 1));
        let tiny = number(1, 1_000_000_000);
        let below = |loss: &Rational, gamma: &Rational, width| is_below(loss, &one, gamma, &one, width);
        // Width 2 and 3: the zigzag with two breakpoints, 1/972. Width 1: the constant, 1/12.
        for (width, threshold) in [(1, number(1, 12)), (2, number(1, 972)), (3, number(1, 972)), (4, number(1, 7500))] {
            assert!(!below(&threshold, &zero, width) && below(&(&threshold - &tiny), &zero, width));
        }
        // gamma = 1/4 and width 1: S = 3/2, so (9/16) / (12 * 81/16) = 1/108.
        assert!(!below(&number(1, 108), &number(1, 4), 1) && below(&(number(1, 108) - &tiny), &number(1, 4), 1));
        // gamma = 9/16, width 3: S = 2 * 5/4 + 7/4 = 17/4.
        let threshold = number(49, 1_002_252);
        assert!(!below(&threshold, &number(9, 16), 3) && below(&(&threshold - &tiny), &number(9, 16), 3));
        // gamma = 1/3, width 2: S = 2 + sqrt(4/3), and (4/9) / (12 S^4) = 0.00037394...: between fractions around it.
        assert!(
            below(&number(3739, 10_000_000), &number(1, 3), 2) && !below(&number(3740, 10_000_000), &number(1, 3), 2)
        );
        assert!(is_below(&number(5, 1), &zero, &zero, &one, 3));
    }
}
