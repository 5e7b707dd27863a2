//! Vectors of rationals.

use crate::number::{Rational, common_divisor};
use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

pub(crate) type Vector = Vec<Rational>;

/// The inner product of two vectors of equal length.
pub(crate) fn dot(left: &[Rational], right: &[Rational]) -> Rational {
    Row::of(left.iter()).dot(&Row::of(right.iter()))
}

/// `sum_i factor_i vector_i`
pub(crate) fn combine<'a>(dimension: usize, terms: impl Iterator<Item = (Rational, &'a Vector)>) -> Vector {
    let terms: Vec<_> = terms.filter(|(factor, _)| !factor.is_zero()).collect();
    let left = common_denominator(terms.iter().map(|(factor, _)| factor));
    let right = common_denominator(terms.iter().flat_map(|(_, vector)| vector.iter()));
    let mut sum = vec![BigInt::zero(); dimension];
    for (factor, vector) in &terms {
        let factor = numerator(factor, &left);
        sum.iter_mut().zip(*vector).for_each(|(s, v)| *s += &factor * numerator(v, &right));
    }
    let common = left * right;
    sum.into_iter().map(|entry| Rational::new(entry, common.clone())).collect()
}

/// `|x|_1`
pub(crate) fn sum_of_sizes(vector: &Vector) -> Rational {
    let common = common_denominator(vector.iter());
    Rational::new(vector.iter().map(|entry| numerator(entry, &common).abs()).sum(), common)
}

/// `(p, s)` with `|x.u| = s |p.u|`, p primitive with its first non-zero entry positive; `None` for `x = 0`.
pub(crate) fn primitive(vector: &Vector) -> Option<(Vector, Rational)> {
    let common = common_denominator(vector.iter());
    let whole: Vec<BigInt> = vector.iter().map(|entry| numerator(entry, &common)).collect();
    let divisor = whole.iter().fold(BigInt::zero(), |divisor, entry| common_divisor(&entry.abs(), &divisor));
    let signed = whole.iter().find(|entry| !entry.is_zero())?.signum() * &divisor;
    Some((whole.iter().map(|entry| Rational::from(entry / &signed)).collect(), Rational::new(divisor, common)))
}

/// A vector over a common denominator, for many inner products.
#[derive(Debug)]
pub(crate) struct Row {
    whole: Vec<BigInt>,
    /// The same, if it fits.
    small: Option<Vec<i128>>,
    denominator: BigInt,
}

impl Row {
    pub(crate) fn of<'a>(entries: impl Iterator<Item = &'a Rational> + Clone) -> Row {
        let denominator = common_denominator(entries.clone());
        let whole: Vec<BigInt> = entries.map(|entry| numerator(entry, &denominator)).collect();
        Row { small: whole.iter().map(BigInt::to_i128).collect(), whole, denominator }
    }
    pub(crate) fn dot(&self, other: &Row) -> Rational {
        let small = |(left, right): (&Vec<i128>, &Vec<i128>)| {
            left.iter().zip(right).try_fold(0_i128, |sum, (l, r)| sum.checked_add(l.checked_mul(*r)?))
        };
        let products = || self.whole.iter().zip(&other.whole).map(|(l, r)| l * r).sum();
        let sum = self.small.as_ref().zip(other.small.as_ref()).and_then(small).map_or_else(products, BigInt::from);
        Rational::new(sum, &self.denominator * &other.denominator)
    }
}

/// The least D > 0 for which all `D x` are integers.
pub(crate) fn common_denominator<'a>(numbers: impl Iterator<Item = &'a Rational>) -> BigInt {
    numbers.fold(BigInt::one(), |common, number| {
        match number.is_integer() || (&common % number.denom()).is_zero() {
            true => common,
            // den / gcd(common, den) is a denominator in lowest terms.
            false => Rational::new(common.clone(), number.denom().clone()).denom() * common,
        }
    })
}

/// `D x`, for a multiple D of the denominator of x.
pub(crate) fn numerator(x: &Rational, common: &BigInt) -> BigInt {
    if x.denom() == common || x.is_zero() { x.numer().clone() } else { x.numer() * (common / x.denom()) }
}
