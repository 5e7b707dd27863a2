//! Gauss-Jordan elimination.

use super::vector::{add_multiple, is_zero};
use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, ToPrimitive, Zero};

/// A reduced row echelon form that grows by one row at a time; its rows span what was inserted.
#[derive(Debug, Default, Clone)]
pub struct Echelon {
    rows: Vec<Vec<Rational>>,
    pivots: Vec<usize>,
}

impl Echelon {
    /// The echelon form of some rows. Cost: (number of rows) * rank * dimension operations.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a [Rational]>) -> Echelon {
        let mut echelon = Echelon::default();
        rows.into_iter().for_each(|row| {
            echelon.insert(row);
        });
        echelon
    }

    /// Adds a row and tells whether it was independent of those before.
    pub fn insert(&mut self, row: &[Rational]) -> bool {
        let mut row = self.reduce(row);
        let Some(pivot) = row.iter().position(|entry| !entry.is_zero()) else { return false };
        let inverse = row[pivot].recip();
        row.iter_mut().for_each(|entry| *entry *= &inverse);
        for other in &mut self.rows {
            let factor = -other[pivot].clone();
            add_multiple(other, &factor, &row);
        }
        self.rows.push(row);
        self.pivots.push(pivot);
        true
    }

    /// What is left of a row after subtracting its part in the span, in the coordinates that aren't pivots.
    pub fn reduce(&self, row: &[Rational]) -> Vec<Rational> {
        let mut row = row.to_vec();
        for (basis, pivot) in self.rows.iter().zip(&self.pivots) {
            let factor = -row[*pivot].clone();
            add_multiple(&mut row, &factor, basis);
        }
        row
    }

    /// Whether a row lies in the span.
    pub fn contains(&self, row: &[Rational]) -> bool {
        is_zero(&self.reduce(row))
    }

    /// Dimension of the span.
    pub fn rank(&self) -> usize {
        self.rows.len()
    }

    /// The pivot coordinates, in the order in which they were found. Restricting the span to them loses nothing.
    pub fn pivots(&self) -> &[usize] {
        &self.pivots
    }

    /// A basis of `{ u : row . u = 0 for all rows }` in a space of the given dimension.
    pub fn kernel(&self, dimension: usize) -> Vec<Vec<Rational>> {
        let free = (0..dimension).filter(|column| !self.pivots.contains(column));
        let vector = |column: usize| {
            let mut vector = vec![Rational::zero(); dimension];
            vector[column] = Rational::one();
            self.rows.iter().zip(&self.pivots).for_each(|(row, pivot)| vector[*pivot] = -row[column].clone());
            vector
        };
        free.map(vector).collect()
    }
}

/// The largest prime below 2^61.
const PRIME: u64 = (1 << 61) - 1;

/// Whether some integer vectors have at least this rank, seen modulo a prime: `true` is certain, `false` is not.
/// Cost: (number of rows) * rank * dimension operations in 64 bits.
pub fn rank_is<'a>(rows: impl IntoIterator<Item = &'a [Integer]>, rank: usize) -> bool {
    let product = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64;
    // a^(p - 2)
    let inverse = |a: u64| {
        (0..61).rev().fold(1, |power, bit| {
            let square = product(power, power);
            if (PRIME - 2) >> bit & 1 == 1 { product(square, a) } else { square }
        })
    };
    let modulus = Integer::from(PRIME);
    let residue = |entry: &Integer| match entry.to_i64() {
        Some(small) => small.rem_euclid(PRIME as i64) as u64,
        None => entry.mod_floor(&modulus).to_u64().unwrap_or(0),
    };
    // Each row with the place of its pivot, which is 1.
    let mut basis: Vec<(usize, Vec<u64>)> = Vec::with_capacity(rank);
    for row in rows {
        if basis.len() == rank {
            break;
        }
        let mut row: Vec<u64> = row.iter().map(residue).collect();
        for (pivot, other) in &basis {
            let factor = PRIME - row[*pivot];
            row.iter_mut().zip(other).for_each(|(entry, other)| *entry = (*entry + product(factor, *other)) % PRIME);
        }
        if let Some(pivot) = row.iter().position(|entry| *entry != 0) {
            let factor = inverse(row[pivot]);
            row.iter_mut().for_each(|entry| *entry = product(*entry, factor));
            basis.push((pivot, row));
        }
    }
    basis.len() == rank
}

/// The solutions of `sum_c x_c column_c = right`, for independent columns and several right sides at once; `None` if
/// a right side is outside their span or the columns are dependent.
pub fn solve(columns: &[&[Rational]], rights: &[Vec<Rational>]) -> Option<Vec<Vec<Rational>>> {
    let dimension = rights.first().map_or(0, Vec::len);
    let row = |i: usize| -> Vec<Rational> {
        let all = columns.iter().map(|column| column[i].clone()).chain(rights.iter().map(|right| right[i].clone()));
        all.collect()
    };
    let rows: Vec<Vec<Rational>> = (0..dimension).map(row).collect();
    let echelon = Echelon::of(rows.iter().map(Vec::as_slice));
    let unique = echelon.rank() == columns.len() && echelon.pivots.iter().all(|pivot| *pivot < columns.len());
    let value = |column: usize, right: usize| {
        let row = echelon.pivots.iter().position(|pivot| *pivot == column)?;
        Some(echelon.rows[row][columns.len() + right].clone())
    };
    if !unique {
        return None;
    }
    (0..rights.len()).map(|right| (0..columns.len()).map(|column| value(column, right)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::vector::dot;
    use super::*;

    fn vector(entries: &[i64]) -> Vec<Rational> {
        entries.iter().map(|entry| Rational::from_integer((*entry).into())).collect()
    }

    #[test]
    fn kernel_is_orthogonal_and_complete() {
        let rows = [vector(&[1, 2, 3, 4]), vector(&[2, 4, 6, 8]), vector(&[0, 0, 1, -1])];
        let echelon = Echelon::of(rows.iter().map(Vec::as_slice));
        assert_eq!(echelon.rank(), 2);
        let kernel = echelon.kernel(4);
        assert_eq!(kernel.len(), 2);
        assert!(kernel.iter().all(|u| rows.iter().all(|row| dot(row, u).is_zero())));
        assert!(echelon.contains(&vector(&[1, 2, 4, 3])));
        assert!(!echelon.contains(&vector(&[1, 0, 0, 0])));
    }
}
