//! The integers of a dictionary: 64 bits, 128 bits, or as many as needed, behind one interface, so that each algorithm is
//! written once.
//!
//! Everything rests on one operation, the exact quotient `(a b - c d) / q`. In fixed width a division is a multiplication
//! by the inverse of the odd part of q modulo 2^64 or 2^128. That gives the quotient modulo this power, so a bound of the
//! quotient must be known:
//!
//! - 64 bits: the numerator is computed in 128 bits, and each quotient is seen to be less than 2^62.
//! - 128 bits: numerators wrap. The caller has a bound for all quotients and products (Hadamard's, see
//!   [`super::dictionary`]); with it and the trailing zeros of q, `bits + zeros <= 126`, the quotient is right.

use crate::rational::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::fmt::Debug;

/// The number does not fit the width: the computation has to be done again in a wider one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overflow;

/// An integer type of a dictionary.
pub(crate) trait Width: Clone + Debug + PartialEq + Ord {
    /// A divisor, prepared for exact divisions by it.
    type Divisor: Clone + Debug;

    /// The same number in this width.
    ///
    /// # Errors
    /// [`Overflow`] if it doesn't fit.
    fn of(value: &Integer) -> Result<Self, Overflow>;
    /// The same number.
    fn integer(&self) -> Integer;
    /// -1, 0 or 1.
    fn sign(&self) -> i8;
    /// Changes the sign.
    fn negate(&mut self);
    /// Prepares a divisor, not 0, of numbers whose quotients have at most so many bits.
    ///
    /// # Errors
    /// [`Overflow`] if they wouldn't be exact.
    fn divisor(&self, bits: u64) -> Result<Self::Divisor, Overflow>;
    /// `(a b - c d) / q`, which must be an integer.
    ///
    /// # Errors
    /// [`Overflow`] if it doesn't fit.
    fn cross(a: &Self, b: &Self, c: &Self, d: &Self, q: &Self::Divisor) -> Result<Self, Overflow>;
    /// `self += a b`
    ///
    /// # Errors
    /// [`Overflow`] if it doesn't fit.
    fn add_product(&mut self, a: &Self, b: &Self) -> Result<(), Overflow>;
    /// Whether `sum_l weight_l |value_l| < |v|`, v the one value more than there are weights.
    ///
    /// # Errors
    /// [`Overflow`] if it doesn't fit.
    fn outweighs(weights: &[Self], values: &[Self]) -> Result<bool, Overflow>;
    /// How `self` compares with `a b`.
    fn cmp_product(&self, a: &Self, b: &Self) -> Ordering;
    /// Most bits of quotients and products of any dictionary in this width.
    const LIMIT: u64;
}

/// `|x| < 2^62` for all entries, so that sums of two products fit 128 bits.
const NARROW: u64 = 1 << 62;

/// A divisor `q = +-2^zeros odd`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Narrow {
    size: u64,
    zeros: u32,
    /// `1 / odd` modulo 2^64, with the sign of q.
    inverse: i64,
}

impl Width for i64 {
    type Divisor = Narrow;
    // Each number is looked at when it is made.
    const LIMIT: u64 = u64::MAX;

    fn of(value: &Integer) -> Result<i64, Overflow> {
        value.to_i64().filter(|value| value.unsigned_abs() < NARROW).ok_or(Overflow)
    }
    fn integer(&self) -> Integer {
        Integer::from(*self)
    }
    fn sign(&self) -> i8 {
        self.signum() as i8
    }
    fn negate(&mut self) {
        *self = -*self;
    }
    fn divisor(&self, _: u64) -> Result<Narrow, Overflow> {
        let zeros = self.trailing_zeros();
        let odd = self >> zeros;
        // Newton's iteration doubles the bits that are right, from 3.
        let inverse = (0..5).fold(odd, |x, _| x.wrapping_mul(2_i64.wrapping_sub(odd.wrapping_mul(x))));
        Ok(Narrow { size: self.unsigned_abs(), zeros, inverse })
    }
    #[inline]
    fn cross(a: &i64, b: &i64, c: &i64, d: &i64, q: &Narrow) -> Result<i64, Overflow> {
        let numerator = i128::from(*a) * i128::from(*b) - i128::from(*c) * i128::from(*d);
        // |numerator| < 2^62 |q|, and nothing else, makes the quotient fit.
        if (numerator.unsigned_abs() >> 62) as u64 >= q.size {
            return Err(Overflow);
        }
        Ok(((numerator >> q.zeros) as i64).wrapping_mul(q.inverse))
    }
    #[inline]
    fn add_product(&mut self, a: &i64, b: &i64) -> Result<(), Overflow> {
        let sum = i128::from(*self) + i128::from(*a) * i128::from(*b);
        if sum.unsigned_abs() >= u128::from(NARROW) {
            return Err(Overflow);
        }
        *self = sum as i64;
        Ok(())
    }
    fn outweighs(weights: &[i64], values: &[i64]) -> Result<bool, Overflow> {
        let mut sum = 0_i128;
        for (weight, value) in weights.iter().zip(values) {
            sum += i128::from(*weight) * i128::from(value.unsigned_abs());
            if sum.unsigned_abs() >> 126 != 0 {
                return Err(Overflow);
            }
        }
        Ok(values.last().is_some_and(|last| sum < i128::from(last.unsigned_abs())))
    }
    fn cmp_product(&self, a: &i64, b: &i64) -> Ordering {
        i128::from(*self).cmp(&(i128::from(*a) * i128::from(*b)))
    }
}

/// A divisor `q = 2^zeros odd`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    zeros: u32,
    /// `1 / odd` modulo 2^128
    inverse: i128,
}

impl Width for i128 {
    type Divisor = Wide;
    const LIMIT: u64 = 126;

    fn of(value: &Integer) -> Result<i128, Overflow> {
        value.to_i128().filter(|value| value.unsigned_abs() >> 126 == 0).ok_or(Overflow)
    }
    fn integer(&self) -> Integer {
        Integer::from(*self)
    }
    fn sign(&self) -> i8 {
        self.signum() as i8
    }
    fn negate(&mut self) {
        *self = -*self;
    }
    fn divisor(&self, bits: u64) -> Result<Wide, Overflow> {
        let zeros = self.trailing_zeros();
        if bits.saturating_add(zeros.into()) > Self::LIMIT {
            return Err(Overflow);
        }
        let odd = self >> zeros;
        let inverse = (0..6).fold(odd, |x, _| x.wrapping_mul(2_i128.wrapping_sub(odd.wrapping_mul(x))));
        Ok(Wide { zeros, inverse })
    }
    #[inline]
    fn cross(a: &i128, b: &i128, c: &i128, d: &i128, q: &Wide) -> Result<i128, Overflow> {
        let numerator = a.wrapping_mul(*b).wrapping_sub(c.wrapping_mul(*d));
        // Right modulo 2^(128 - zeros): the upper bits are those of the sign.
        let quotient = ((numerator as u128 >> q.zeros) as i128).wrapping_mul(q.inverse);
        Ok((quotient << q.zeros) >> q.zeros)
    }
    #[inline]
    fn add_product(&mut self, a: &i128, b: &i128) -> Result<(), Overflow> {
        *self = self.wrapping_add(a.wrapping_mul(*b));
        Ok(())
    }
    fn outweighs(weights: &[i128], values: &[i128]) -> Result<bool, Overflow> {
        let sum: i128 = weights.iter().zip(values).map(|(weight, value)| weight.wrapping_mul(value.abs())).sum();
        Ok(values.last().is_some_and(|last| sum < last.abs()))
    }
    fn cmp_product(&self, a: &i128, b: &i128) -> Ordering {
        self.cmp(&a.wrapping_mul(*b))
    }
}

impl Width for Integer {
    type Divisor = Integer;
    const LIMIT: u64 = u64::MAX;

    fn of(value: &Integer) -> Result<Integer, Overflow> {
        Ok(value.clone())
    }
    fn integer(&self) -> Integer {
        self.clone()
    }
    fn sign(&self) -> i8 {
        i8::from(self.is_positive()) - i8::from(self.is_negative())
    }
    fn negate(&mut self) {
        *self = -std::mem::take(self);
    }
    fn divisor(&self, _: u64) -> Result<Integer, Overflow> {
        Ok(self.clone())
    }
    fn cross(a: &Integer, b: &Integer, c: &Integer, d: &Integer, q: &Integer) -> Result<Integer, Overflow> {
        let left = if b.is_zero() { Integer::zero() } else { a * b };
        let numerator = if c.is_zero() || d.is_zero() { left } else { left - c * d };
        Ok(if q.is_one() || numerator.is_zero() { numerator } else { numerator / q })
    }
    fn add_product(&mut self, a: &Integer, b: &Integer) -> Result<(), Overflow> {
        if !a.is_zero() && !b.is_zero() {
            *self += a * b;
        }
        Ok(())
    }
    fn outweighs(weights: &[Integer], values: &[Integer]) -> Result<bool, Overflow> {
        let sum: Integer = weights.iter().zip(values).map(|(weight, value)| weight * value.abs()).sum();
        Ok(values.last().is_some_and(|last| sum < last.abs()))
    }
    fn cmp_product(&self, a: &Integer, b: &Integer) -> Ordering {
        self.cmp(&(a * b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    /// `(a b - c d) / q` for numbers of so many bits, with a divisor that divides.
    fn agrees<W: Width>(bits: u32, random: &mut impl rand::Rng) -> Result<(), Overflow> {
        let mut draw = |bits: u32| Integer::from(random.random_range(-(1_i128 << bits)..=1_i128 << bits));
        let (a, c, d, quotient) = (draw(bits), draw(bits), draw(bits), draw(bits));
        // a b = quotient q + c d has a solution b for q = a.
        let q = if a.is_zero() { Integer::one() } else { a.clone() };
        let c = c * &q;
        let b = (&quotient * &q + &c * &d) / &q;
        let (wa, wb, wc, wd) = (W::of(&q)?, W::of(&b)?, W::of(&c)?, W::of(&d)?);
        let result = W::cross(&wa, &wb, &wc, &wd, &wa.divisor(2 * u64::from(bits) + 3)?)?;
        assert_eq!(result.integer(), (&q * &b - &c * &d) / &q, "{q} {b} {c} {d}");
        Ok(())
    }

    #[test]
    fn exact_quotients_agree_with_big_integers() {
        let seed = 64;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let mut done = [0; 2];
        for round in 0..20_000 {
            done[0] += usize::from(agrees::<i64>(round % 31, &mut random).is_ok());
            done[1] += usize::from(agrees::<i128>(round % 58, &mut random).is_ok());
            agrees::<Integer>(round % 100, &mut random).unwrap();
        }
        assert!(done.iter().all(|count| *count > 19_000), "{done:?}");
    }

    #[test]
    fn a_quotient_of_62_bits_is_refused_and_one_less_is_not() {
        let half = 1_i64 << 61;
        let one = 1_i64.divisor(0).unwrap();
        assert_eq!(i64::cross(&half, &2, &1, &1, &one), Ok((1 << 62) - 1));
        assert_eq!(i64::cross(&half, &2, &0, &1, &one), Err(Overflow));
        assert_eq!(i64::cross(&half, &-2, &0, &1, &one), Err(Overflow));
        let mut sum = (1_i64 << 62) - 2;
        assert_eq!(sum.add_product(&1, &1), Ok(()));
        assert_eq!(sum.add_product(&1, &1), Err(Overflow));
        assert_eq!(i64::of(&(Integer::from(1) << 62)), Err(Overflow));
    }

    #[test]
    fn trailing_zeros_of_a_wide_divisor_count() {
        // 2^100: quotients must be shorter than 2^27.
        let divisor = 1_i128 << 100;
        assert!(divisor.divisor(26).is_ok() && divisor.divisor(27).is_err());
        let quotient = i128::cross(&divisor, &-(1 << 25), &0, &0, &divisor.divisor(26).unwrap());
        assert_eq!(quotient, Ok(-(1 << 25)));
    }
}
