//! Quotients in lowest terms, fast where numbers are small: the greatest common divisor of big integers is what rational
//! arithmetic spends its time on.

use super::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{Signed, ToPrimitive, Zero};

/// A quotient as it comes from integer arithmetic, not in lowest terms; the denominator isn't zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The numerator.
    pub numerator: Integer,
    /// The denominator.
    pub denominator: Integer,
}

/// `numerator / denominator` in lowest terms, for a denominator that isn't zero.
pub fn ratio(numerator: Integer, denominator: Integer) -> Rational {
    if numerator.is_zero() {
        return Rational::zero();
    }
    match (numerator.to_i128(), denominator.to_i128()) {
        (Some(n), Some(d)) if n != i128::MIN && d != i128::MIN => {
            let (size, divisor) = (n.unsigned_abs(), d.unsigned_abs());
            let common = match (u64::try_from(size), u64::try_from(divisor)) {
                (Ok(n), Ok(d)) => u128::from(n.gcd(&d)),
                _ => size.gcd(&divisor),
            };
            let numerator = Integer::from(size / common);
            let numerator = if (n < 0) == (d < 0) { numerator } else { -numerator };
            Rational::new_raw(numerator, Integer::from(divisor / common))
        }
        _ => Rational::new(numerator, denominator),
    }
}

/// `numerator / (2^bits product of the divisors)` in lowest terms, the divisors not zero. They are cancelled one after the
/// other, so that the numbers of each greatest common divisor are short.
pub fn ratio_over(numerator: Integer, bits: u32, divisors: [&Integer; 2]) -> Rational {
    let zeros = numerator.trailing_zeros().unwrap_or(0).min(bits.into());
    let start = (numerator >> zeros, Integer::from(1) << (u64::from(bits) - zeros));
    let (numerator, denominator) = divisors.into_iter().fold(start, |(numerator, denominator), divisor| {
        let part = ratio(numerator, divisor.clone());
        let (numerator, divisor) = part.into_raw();
        (numerator, denominator * divisor)
    });
    if numerator.is_zero() { Rational::zero() } else { Rational::new_raw(numerator, denominator) }
}

impl Parts {
    /// `x / divisor`
    pub fn over(self, divisor: &Integer) -> Rational {
        ratio(self.numerator, self.denominator * divisor)
    }

    /// `(|x| - offset) / divisor`
    pub fn excess(self, offset: &Integer, divisor: &Integer) -> Rational {
        let denominator = self.denominator.abs();
        ratio(self.numerator.abs() - offset * &denominator, denominator * divisor)
    }

    /// `|x| / divisor`, rounded up, for a positive divisor; `u64::MAX` if it is more.
    pub fn parts(&self, divisor: &Integer) -> u64 {
        self.numerator.abs().div_ceil(&(self.denominator.abs() * divisor)).to_u64().unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_library() {
        let sizes = [1_i128, 6, 1 << 40, (1 << 62) + 1, i128::from(u64::MAX), 3 << 90, i128::MAX, i128::MIN];
        for n in sizes.into_iter().chain([0]).flat_map(|n| [n, n.wrapping_neg()]) {
            for d in sizes.into_iter().flat_map(|d| [d, d.wrapping_neg()]) {
                let (n, d) = (Integer::from(n), Integer::from(d));
                assert_eq!(ratio(n.clone(), d.clone()), Rational::new(n, d));
            }
        }
        for (n, bits, d, e) in [(12, 3, 9, 5), (-12, 1, -9, 6), (0, 5, 7, 7), (1 << 20, 20, 3, -1), (30, 0, 5, 5)] {
            let whole = Rational::new(n.into(), Integer::from(d * e) << bits);
            assert_eq!(ratio_over(n.into(), bits, [&d.into(), &e.into()]), whole);
        }
        let parts = |n: i64, d: i64| Parts { numerator: n.into(), denominator: d.into() };
        assert_eq!(parts(-7, 2).excess(&3.into(), &4.into()), Rational::new(1.into(), 8.into()));
        assert_eq!((parts(-7, 2).parts(&1.into()), parts(8, 2).parts(&2.into())), (4, 2));
    }
}
