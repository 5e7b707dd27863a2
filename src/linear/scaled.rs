//! Rational vectors as integers over a common denominator, for many inner products with each of them.

use super::vector::to_integers;
use crate::rational::{Integer, Rational, ratio};
use num_traits::ToPrimitive;
use rayon::prelude::*;

/// A vector `entries / denominator`.
///
/// The greatest common divisors that rational arithmetic takes at each step are what large instances would spend their
/// time on; here there is one for each inner product.
#[derive(Debug, Clone)]
pub struct Scaled {
    entries: Vec<Integer>,
    /// The entries again, if they fit.
    small: Option<Vec<i128>>,
    /// Bits of the largest entry.
    bits: u64,
    denominator: Integer,
}

impl Scaled {
    /// The same vector. Cost: d least common multiples.
    pub fn of(vector: &[Rational]) -> Scaled {
        let (entries, denominator) = to_integers(vector);
        let small = entries.iter().map(Integer::to_i128).collect();
        let bits = entries.iter().map(Integer::bits).max().unwrap_or(0);
        Scaled { entries, small, bits, denominator }
    }

    /// The columns of the matrix with these rows, at least one.
    pub fn columns(rows: &[Vec<Rational>]) -> Vec<Scaled> {
        let column = |j: usize| Scaled::of(&rows.iter().map(|row| row[j].clone()).collect::<Vec<_>>());
        (0..rows[0].len()).into_par_iter().map(column).collect()
    }

    /// `|x|_1`
    pub fn l1_norm(&self) -> Rational {
        let numerator = self.entries.iter().map(Integer::magnitude).sum::<num_bigint::BigUint>();
        ratio(numerator.into(), self.denominator.clone())
    }

    /// `x . y`
    pub fn dot(&self, other: &Scaled) -> Rational {
        debug_assert_eq!(self.entries.len(), other.entries.len());
        // No product and no sum of them has more bits.
        let bits = self.bits + other.bits + u64::from(usize::BITS - self.entries.len().leading_zeros());
        let numerator = match (&self.small, &other.small) {
            (Some(left), Some(right)) if bits <= 126 => {
                Integer::from(left.iter().zip(right).map(|(l, r)| l * r).sum::<i128>())
            }
            _ => self.entries.iter().zip(&other.entries).map(|(l, r)| l * r).sum(),
        };
        ratio(numerator, &self.denominator * &other.denominator)
    }
}

/// The rows of a matrix, and its columns.
#[derive(Debug, Clone)]
pub struct ScaledMatrix {
    /// One for each row.
    pub rows: Vec<Scaled>,
    /// One for each column.
    pub columns: Vec<Scaled>,
}

impl ScaledMatrix {
    /// The matrix with these rows, at least one. Memory: that of the entries, four times.
    pub fn of(rows: &[Vec<Rational>]) -> ScaledMatrix {
        ScaledMatrix { rows: rows.iter().map(|row| Scaled::of(row)).collect(), columns: Scaled::columns(rows) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::vector::dot;
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn agrees_with_rational_arithmetic() {
        let seed = 784;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        for largest in [3_i128, 1 << 40, i128::MAX / 2] {
            for _ in 0..200 {
                let mut vector = || -> Vec<Rational> {
                    let mut entry = || random.random_range(-largest..=largest);
                    (0..5).map(|_| Rational::new(entry().into(), (entry().unsigned_abs() + 1).into())).collect()
                };
                let (x, y) = (vector(), vector());
                assert_eq!(Scaled::of(&x).dot(&Scaled::of(&y)), dot(&x, &y));
            }
        }
    }
}
