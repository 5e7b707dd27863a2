//! Seeded draws of small exact numbers.

use crate::linear::is_zero;
use crate::rational::Rational;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of draws; the same seed gives the same ones on every machine.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn of_seed(seed: u64) -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Whether something of probability `1 / of` happens.
    pub(super) fn one_in(&mut self, of: u32) -> bool {
        self.0.random_ratio(1, of)
    }

    /// An index below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0.random_range(0..bound as u64) as usize
    }

    pub(super) fn pick<'v, T>(&mut self, of: &'v [T]) -> &'v T {
        &of[self.below(of.len())]
    }

    /// An integer between `-size` and `size`.
    pub(super) fn integer(&mut self, size: i64) -> Rational {
        Rational::from_integer(self.0.random_range(-size..=size).into())
    }

    pub(super) fn row(&mut self, length: usize, size: i64) -> Vec<Rational> {
        (0..length).map(|_| self.integer(size)).collect()
    }

    pub(super) fn non_zero_row(&mut self, length: usize, size: i64) -> Vec<Rational> {
        loop {
            let row = self.row(length, size);
            if !is_zero(&row) {
                return row;
            }
        }
    }
}
