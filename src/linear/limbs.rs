//! Wrapping integers of 256 and 512 bits, for what is beyond the machine's own: modulo 2^(64 N), in two's complement, the
//! lowest limb first.

use super::width::{Overflow, Width};
use crate::rational::Integer;
use std::cmp::Ordering;

/// An integer of N limbs of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limbs<const N: usize>([u64; N]);

impl<const N: usize> Limbs<N> {
    const ZERO: Limbs<N> = Limbs([0; N]);

    fn small(value: u64) -> Limbs<N> {
        let mut limbs = Limbs::ZERO;
        limbs.0[0] = value;
        limbs
    }

    fn is_negative(&self) -> bool {
        self.0[N - 1] >> 63 == 1
    }

    fn plus(&self, other: &Limbs<N>) -> Limbs<N> {
        let (mut sum, mut carry) = (Limbs::ZERO, false);
        for i in 0..N {
            let (partial, first) = self.0[i].overflowing_add(other.0[i]);
            let (whole, second) = partial.overflowing_add(carry.into());
            (sum.0[i], carry) = (whole, first | second);
        }
        sum
    }

    fn minus(&self, other: &Limbs<N>) -> Limbs<N> {
        let (mut difference, mut borrow) = (Limbs::ZERO, false);
        for i in 0..N {
            let (partial, first) = self.0[i].overflowing_sub(other.0[i]);
            let (whole, second) = partial.overflowing_sub(borrow.into());
            (difference.0[i], borrow) = (whole, first | second);
        }
        difference
    }

    fn times(&self, other: &Limbs<N>) -> Limbs<N> {
        let mut product = Limbs::ZERO;
        for i in 0..N {
            let mut carry = 0_u128;
            for j in 0..N - i {
                // At most (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
                carry += u128::from(self.0[i]) * u128::from(other.0[j]) + u128::from(product.0[i + j]);
                product.0[i + j] = carry as u64;
                carry >>= 64;
            }
        }
        product
    }

    fn trailing_zeros(&self) -> u32 {
        let zero_limbs = self.0.iter().take_while(|limb| **limb == 0).count();
        self.0.get(zero_limbs).map_or(0, |limb| limb.trailing_zeros()) + 64 * zero_limbs as u32
    }

    fn shifted_left(&self, bits: u32) -> Limbs<N> {
        let (limbs, bits) = (bits as usize / 64, bits % 64);
        let mut result = Limbs::ZERO;
        for i in limbs..N {
            result.0[i] = self.0[i - limbs] << bits;
            if bits > 0 && i > limbs {
                result.0[i] |= self.0[i - limbs - 1] >> (64 - bits);
            }
        }
        result
    }

    /// The sign fills up.
    fn shifted_right(&self, bits: u32) -> Limbs<N> {
        let (limbs, bits) = (bits as usize / 64, bits % 64);
        let fill = if self.is_negative() { u64::MAX } else { 0 };
        let limb = |i: usize| self.0.get(i).copied().unwrap_or(fill);
        let mut result = Limbs::ZERO;
        for i in 0..N {
            result.0[i] = limb(i + limbs) >> bits;
            if bits > 0 {
                result.0[i] |= limb(i + limbs + 1) << (64 - bits);
            }
        }
        result
    }

    fn size(&self) -> Limbs<N> {
        if self.is_negative() { Limbs::ZERO.minus(self) } else { *self }
    }
}

impl<const N: usize> Ord for Limbs<N> {
    fn cmp(&self, other: &Limbs<N>) -> Ordering {
        let limbs = || self.0.iter().rev().cmp(other.0.iter().rev());
        // Of two with equal signs the one with the larger residue is larger.
        other.is_negative().cmp(&self.is_negative()).then_with(limbs)
    }
}

impl<const N: usize> PartialOrd for Limbs<N> {
    fn partial_cmp(&self, other: &Limbs<N>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A divisor `q = 2^zeros odd`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LimbsDivisor<const N: usize> {
    zeros: u32,
    /// `1 / odd` modulo 2^(64 N)
    inverse: Limbs<N>,
}

impl<const N: usize> Width for Limbs<N> {
    type Divisor = LimbsDivisor<N>;
    const LIMIT: u64 = 64 * N as u64 - 2;

    fn of(value: &Integer) -> Result<Limbs<N>, Overflow> {
        if value.bits() > Self::LIMIT {
            return Err(Overflow);
        }
        let mut limbs = Limbs::ZERO;
        limbs.0.iter_mut().zip(value.iter_u64_digits()).for_each(|(limb, digit)| *limb = digit);
        if value.sign() == num_bigint::Sign::Minus {
            limbs.negate();
        }
        Ok(limbs)
    }
    fn integer(&self) -> Integer {
        let bytes: Vec<u8> = self.0.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        Integer::from_signed_bytes_le(&bytes)
    }
    fn sign(&self) -> i8 {
        if self.is_negative() { -1 } else { i8::from(*self != Limbs::ZERO) }
    }
    fn negate(&mut self) {
        *self = Limbs::ZERO.minus(self);
    }
    fn divisor(&self, bits: u64) -> Result<LimbsDivisor<N>, Overflow> {
        let zeros = self.trailing_zeros();
        if bits.saturating_add(zeros.into()) > Self::LIMIT {
            return Err(Overflow);
        }
        let odd = self.shifted_right(zeros);
        // Newton's iteration doubles the bits that are right: from 3 to 64 in one limb, then in all.
        let low = odd.0[0];
        let start = (0..5).fold(low, |x, _| x.wrapping_mul(2_u64.wrapping_sub(low.wrapping_mul(x))));
        let two = Limbs::small(2);
        let steps = N.next_power_of_two().trailing_zeros();
        let inverse = (0..steps).fold(Limbs::small(start), |x, _| x.times(&two.minus(&odd.times(&x))));
        Ok(LimbsDivisor { zeros, inverse })
    }
    fn cross(a: &Self, b: &Self, c: &Self, d: &Self, q: &LimbsDivisor<N>) -> Result<Self, Overflow> {
        let numerator = a.times(b).minus(&c.times(d));
        // Right modulo 2^(64 N - zeros): the upper bits are those of the sign.
        let quotient = numerator.shifted_right(q.zeros).times(&q.inverse);
        Ok(if q.zeros == 0 { quotient } else { quotient.shifted_left(q.zeros).shifted_right(q.zeros) })
    }
    fn add_product(&mut self, a: &Self, b: &Self) -> Result<(), Overflow> {
        *self = self.plus(&a.times(b));
        Ok(())
    }
    fn outweighs(weights: &[Self], values: &[Self]) -> Result<bool, Overflow> {
        let products = weights.iter().zip(values).map(|(weight, value)| weight.times(&value.size()));
        let sum = products.fold(Limbs::ZERO, |sum, product| sum.plus(&product));
        Ok(values.last().is_some_and(|last| sum < last.size()))
    }
    fn cmp_product(&self, a: &Self, b: &Self) -> Ordering {
        self.cmp(&a.times(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::{One, Signed};
    use rand::{Rng, RngExt, SeedableRng};

    /// A number of at most so many bits, with runs of zeros and ones, and often even.
    fn draw(bits: u64, random: &mut impl Rng) -> Integer {
        let digits: Vec<u32> = (0..16)
            .map(|_| match random.random_range(0..4) {
                0 => 0,
                1 => u32::MAX,
                _ => random.random_range(0..=u32::MAX),
            })
            .collect();
        let number = Integer::from_slice(num_bigint::Sign::Plus, &digits) >> (512 - bits.min(512));
        let number = (number.clone() >> (random.random_range(0..=bits) / 2)) << random.random_range(0..3);
        let number: Integer = number % (Integer::one() << bits);
        if random.random_bool(0.5) { -number } else { number }
    }

    fn agrees<const N: usize>(random: &mut impl Rng) {
        let limit = Limbs::<N>::LIMIT;
        let of = |number: &Integer| Limbs::<N>::of(number).unwrap();
        for _ in 0..3000 {
            let bits = random.random_range(1..limit / 2 - 1);
            let (a, b, c, d) = (draw(bits, random), draw(bits, random), draw(bits, random), draw(bits, random));
            assert_eq!(of(&a).integer(), a);
            assert_eq!(of(&a).cmp(&of(&b)), a.cmp(&b), "{a} {b}");
            assert_eq!(of(&a).cmp_product(&of(&b), &of(&c)), a.cmp(&(&b * &c)));
            let mut sum = of(&a);
            sum.add_product(&of(&b), &of(&c)).unwrap();
            assert_eq!(sum.integer(), &a + &b * &c);
            assert_eq!(Width::sign(&of(&a)), Width::sign(&a));
            let values = [of(&a), of(&(&b * &c))];
            let heavier = a.abs() * 3 < (&b * &c).abs();
            assert_eq!(Limbs::outweighs(&[Limbs::small(3)], &values), Ok(heavier));
            // (a b - c d) / q with c = q c', b = (quotient q + c d) / q = quotient + c' d, a = q.
            if a != Integer::ZERO {
                let (c, quotient) = (&a * &c, d.clone());
                let b = &quotient + (&c / &a) * &d;
                let Ok(divisor) = of(&a).divisor(bits) else { continue };
                if [&b, &c].iter().all(|number| number.bits() <= limit) {
                    let found = Limbs::cross(&of(&a), &of(&b), &of(&c), &of(&d), &divisor).unwrap();
                    assert_eq!(found.integer(), quotient, "{a} {b} {c} {d}");
                }
            }
        }
        let largest = (Integer::one() << limit) - 1;
        assert_eq!(of(&largest).integer(), largest);
        assert_eq!(of(&-&largest).integer(), -&largest);
        assert_eq!(Limbs::<N>::of(&(largest + 1)), Err(Overflow));
        // 2^100: quotients must be that much shorter.
        let divisor = of(&(Integer::one() << 100));
        assert!(divisor.divisor(limit - 100).is_ok() && divisor.divisor(limit - 99).is_err());
    }

    #[test]
    fn agree_with_big_integers() {
        let seed = 256;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        agrees::<4>(&mut random);
        agrees::<8>(&mut random);
    }
}
