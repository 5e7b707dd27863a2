//! Vectors of rationals.

use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

/// `x . y`
pub fn dot(x: &[Rational], y: &[Rational]) -> Rational {
    debug_assert_eq!(x.len(), y.len());
    x.iter().zip(y).filter(|(x, _)| !x.is_zero()).map(|(x, y)| x * y).sum()
}

/// `sum += factor * vector`
pub fn add_multiple(sum: &mut [Rational], factor: &Rational, vector: &[Rational]) {
    debug_assert_eq!(sum.len(), vector.len());
    if !factor.is_zero() {
        sum.iter_mut().zip(vector).filter(|(_, v)| !v.is_zero()).for_each(|(s, v)| *s += factor * v);
    }
}

/// The part of a vector that is orthogonal to some vectors that are orthogonal to each other and not zero: one step of
/// the Gram-Schmidt process.
pub fn orthogonal_part(mut vector: Vec<Rational>, others: &[Vec<Rational>]) -> Vec<Rational> {
    for other in others {
        let factor = -(dot(&vector, other) / dot(other, other));
        add_multiple(&mut vector, &factor, other);
    }
    vector
}

/// `sum_i factor_i vector_i`, in a space of the given dimension.
pub fn combination<'a>(dimension: usize, terms: impl IntoIterator<Item = (Rational, &'a [Rational])>) -> Vec<Rational> {
    let mut sum = vec![Rational::zero(); dimension];
    terms.into_iter().for_each(|(factor, vector)| add_multiple(&mut sum, &factor, vector));
    sum
}

/// Whether every entry is zero.
pub fn is_zero(x: &[Rational]) -> bool {
    x.iter().all(Zero::is_zero)
}

/// `(z, s)` with `x = z / s`: integers z and the least common denominator s > 0.
pub fn to_integers(x: &[Rational]) -> (Vec<Integer>, Integer) {
    let denominator = x.iter().fold(Integer::one(), |lcm, entry| lcm.lcm(entry.denom()));
    let cleared = x.iter().map(|entry| entry.numer() * (&denominator / entry.denom())).collect();
    (cleared, denominator)
}

/// `(p, s)` with `x = +-s p`, s > 0: the primitive integer vector p of the line of x, its first non-zero entry
/// positive; `None` for x = 0.
pub fn primitive(x: &[Rational]) -> Option<(Vec<Integer>, Rational)> {
    let (mut cleared, denominator) = to_integers(x);
    let content = cleared.iter().fold(Integer::zero(), |gcd, entry| gcd.gcd(entry));
    let sign = cleared.iter().find(|entry| !entry.is_zero())?.signum();
    cleared.iter_mut().for_each(|entry| *entry = &*entry / &content * &sign);
    Some((cleared, Rational::new(content, denominator)))
}

/// The shortest integer vector that is a positive multiple of x (or x itself, if x = 0).
pub fn shortest_multiple(x: &[Rational]) -> Vec<Rational> {
    let Some((line, _)) = primitive(x) else { return x.to_vec() };
    let negated = x.iter().find(|entry| !entry.is_zero()).is_some_and(Signed::is_negative);
    line.into_iter().map(|entry| Rational::from(if negated { -entry } else { entry })).collect()
}
