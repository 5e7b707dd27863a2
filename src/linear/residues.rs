//! Arithmetic modulo primes, and what it says of the rank of integer vectors.

use crate::rational::Integer;
use num_integer::Integer as _;
use num_traits::ToPrimitive;

/// Primes `2^k - c` that are tried, one after the other, as `(k, c)`: products of two residues fit 122 bits, so that 32 of them
/// can be summed, and a remainder takes no division.
pub(super) const PRIMES: [(u32, u64); 3] = [(61, 1), (60, 93), (59, 55)];
/// The integers modulo `2^k - c`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) k: u32,
    c: u64,
}

impl Field {
    pub(super) fn new((k, c): (u32, u64)) -> Field {
        Field { k, c }
    }

    pub(super) fn prime(self) -> u64 {
        (1 << self.k) - self.c
    }

    /// `x mod p`: `2^k = c`.
    pub(super) fn reduce(self, x: u128) -> u64 {
        let fold = |x: u128| (x & ((1 << self.k) - 1)) + (x >> self.k) * u128::from(self.c);
        let x = fold(fold(x)) as u64;
        // At most 2^k + 2^24 is left.
        if x >= self.prime() { x - self.prime() } else { x }
    }

    pub(super) fn residue(self, x: &Integer) -> u64 {
        match x.to_i64() {
            Some(small) => small.rem_euclid(self.prime() as i64) as u64,
            None => x.mod_floor(&Integer::from(self.prime())).to_u64().unwrap_or(0),
        }
    }

    pub(super) fn product(self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    /// `a^(p - 2)`
    pub(super) fn inverse(self, a: u64) -> u64 {
        (0..self.k).rev().fold(1, |power, bit| {
            let square = self.product(power, power);
            if (self.prime() - 2) >> bit & 1 == 1 { self.product(square, a) } else { square }
        })
    }

    /// `x . y`
    pub(super) fn dot(self, x: &[u64], y: &[u64]) -> u64 {
        let part = |(x, y): (&[u64], &[u64])| -> u128 {
            let sum: u128 = x.iter().zip(y).map(|(a, b)| u128::from(*a) * u128::from(*b)).sum();
            u128::from(self.reduce(sum))
        };
        self.reduce(x.chunks(32).zip(y.chunks(32)).map(part).sum())
    }

    /// `row -= factor * other`
    pub(super) fn subtract(self, row: &mut [u64], factor: u64, other: &[u64]) {
        if factor != 0 {
            let factor = u128::from(self.prime() - factor);
            row.iter_mut().zip(other).for_each(|(entry, other)| {
                *entry = self.reduce(factor * u128::from(*other) + u128::from(*entry));
            });
        }
    }
}

/// An echelon form modulo a prime that grows by one integer vector at a time: what is independent modulo a prime is so.
#[derive(Debug, Clone)]
pub struct Profile {
    field: Field,
    /// Each row is 1 at its own pivot and 0 at those of the rows before.
    rows: Vec<Vec<u64>>,
    pivots: Vec<usize>,
}

impl Default for Profile {
    fn default() -> Profile {
        Profile { field: Field::new(PRIMES[0]), rows: vec![], pivots: vec![] }
    }
}

impl Profile {
    /// What is left of a vector modulo the prime after subtracting its part in the span. What isn't zero is certainly not in
    /// the span of the vectors that [`Profile::insert`] has said to be independent. Cost: rank * dimension operations in 64
    /// bits.
    pub fn reduce(&self, vector: &[Integer]) -> Vec<u64> {
        let mut row: Vec<u64> = vector.iter().map(|entry| self.field.residue(entry)).collect();
        for (other, pivot) in self.rows.iter().zip(&self.pivots) {
            let factor = row[*pivot];
            self.field.subtract(&mut row, factor, other);
        }
        row
    }

    /// Adds a vector and tells whether it is independent of those before, modulo the prime: `true` is certain, `false` is not.
    pub fn insert(&mut self, vector: &[Integer]) -> bool {
        let mut row = self.reduce(vector);
        let Some(pivot) = row.iter().position(|entry| *entry != 0) else { return false };
        let factor = self.field.inverse(row[pivot]);
        row.iter_mut().for_each(|entry| *entry = self.field.product(*entry, factor));
        self.rows.push(row);
        self.pivots.push(pivot);
        true
    }

    /// Rank modulo the prime: at most the rank.
    pub fn rank(&self) -> usize {
        self.rows.len()
    }

    /// The pivot coordinates, in the order in which they were found: those of [`super::Echelon`], if the ranks are the same.
    pub fn pivots(&self) -> &[usize] {
        &self.pivots
    }
}

/// Whether some integer vectors have at least this rank, seen modulo a prime: `true` is certain, `false` is not.
/// Cost: (number of rows) * rank * dimension operations in 64 bits.
pub fn rank_is<'a>(rows: impl IntoIterator<Item = &'a [Integer]>, rank: usize) -> bool {
    let mut profile = Profile::default();
    for row in rows {
        if profile.rank() == rank {
            break;
        }
        profile.insert(row);
    }
    profile.rank() == rank
}

#[cfg(test)]
mod tests {
    use super::super::Echelon;
    use super::*;
    use crate::rational::Rational;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn remainders_and_inverses() {
        let seed = 61;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        for field in PRIMES.map(Field::new) {
            let prime = field.prime();
            let special = [0, 1, u128::from(prime), u128::from(prime) + 1, u128::MAX];
            for x in special.into_iter().chain((0..100).map(|_| random.random())) {
                assert_eq!(u128::from(field.reduce(x)), x % u128::from(prime));
            }
            // Fermat's theorem, for some bases.
            for base in [2, 3, 5, 7, 11, 13] {
                assert_eq!(field.product(field.inverse(base), base), 1, "{prime}");
            }
        }
    }

    /// The same vectors and the same pivots as by rational elimination, but for multiples of the prime.
    #[test]
    fn agrees_with_rational_elimination() {
        let seed = 62;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        for round in 0..300 {
            let (dimension, size) = (1 + round % 6, [1_i128, 2, 10_i128.pow(30)][round % 3]);
            let (mut profile, mut echelon) = (Profile::default(), Echelon::default());
            for _ in 0..8 {
                let vector: Vec<Integer> =
                    (0..dimension).map(|_| Integer::from(random.random_range(-size..=size))).collect();
                let rational: Vec<Rational> = vector.iter().cloned().map(Rational::from).collect();
                let left = profile.reduce(&vector).iter().any(|entry| *entry != 0);
                assert_eq!(left, !echelon.contains(&rational));
                assert_eq!(profile.insert(&vector), echelon.insert(&rational));
            }
            assert_eq!((profile.rank(), profile.pivots()), (echelon.rank(), echelon.pivots()));
        }
        let prime = Integer::from(Field::new(PRIMES[0]).prime());
        let mut profile = Profile::default();
        assert!(!profile.insert(&[prime, Integer::ZERO]) && profile.insert(&[Integer::from(1), Integer::ZERO]));
        assert!(rank_is([&[Integer::from(1)][..], &[Integer::from(2)]], 1) && !rank_is([&[Integer::from(1)][..]], 2));
    }
}
