//! Gauss-Jordan elimination.

use super::lifting::solve_tall;
use super::residues::Profile;
use super::vector::{add_multiple, is_zero, to_integers};
use crate::rational::{Integer, Rational};
use num_traits::{One, Zero};

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

/// Places of the vectors that are independent of all before them. That all of them are is seen modulo a prime, anything else
/// by elimination.
pub fn independent(vectors: &[&[Rational]]) -> Vec<usize> {
    let all = 0..vectors.len();
    let mut profile = Profile::default();
    if all.clone().all(|place| profile.insert(&to_integers(vectors[place]).0)) {
        return all.collect();
    }
    let mut span = Echelon::default();
    all.filter(|place| span.insert(vectors[*place])).collect()
}

/// From so many unknowns on, lifting is faster than elimination.
const MANY: usize = 4;

/// The solutions of `sum_c x_c column_c = right`, for independent columns and several right sides at once; `None` if
/// a right side is outside their span or the columns are dependent. By elimination, or, where there are many unknowns, by
/// lifting (`lifting.rs`).
pub fn solve(columns: &[&[Rational]], rights: &[Vec<Rational>]) -> Option<Vec<Vec<Rational>>> {
    let large = columns.len() >= MANY && !rights.is_empty();
    let lifted = if large { lift(columns, rights) } else { None };
    lifted.unwrap_or_else(|| eliminate(columns, rights))
}

/// `None` says nothing.
fn lift(columns: &[&[Rational]], rights: &[Vec<Rational>]) -> Option<Option<Vec<Vec<Rational>>>> {
    let row = |i: usize| {
        let all = columns.iter().map(|column| &column[i]).chain(rights.iter().map(|right| &right[i]));
        let (mut row, _) = to_integers(&all.cloned().collect::<Vec<_>>());
        let right = row.split_off(columns.len());
        (row, right)
    };
    let (rows, right_rows): (Vec<_>, Vec<_>) = (0..rights[0].len()).map(row).unzip();
    let sides: Vec<Vec<Integer>> =
        (0..rights.len()).map(|j| right_rows.iter().map(|row: &Vec<Integer>| row[j].clone()).collect()).collect();
    solve_tall(&rows, &sides)
}

fn eliminate(columns: &[&[Rational]], rights: &[Vec<Rational>]) -> Option<Vec<Vec<Rational>>> {
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
    use super::super::vector::{combination, dot};
    use super::*;
    use rand::{RngExt, SeedableRng};

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
        let [first, second, third] = &rows;
        assert_eq!(independent(&[first, second, third]), [0, 2]);
        assert_eq!(independent(&[third, second]), [0, 1]);
        assert!(independent(&[]).is_empty());
    }

    /// Square, tall and wide systems, consistent or not, with dependent columns or not, entries of 30 digits or denominators
    /// without common factors.
    #[test]
    fn lifting_and_elimination_agree() {
        let seed = 1981;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut solved, mut refused, mut silent) = (0, 0, 0);
        for round in 0..400 {
            let unknowns: usize = random.random_range(1..=9);
            let dimension = unknowns + random.random_range(0..=4_usize) - random.random_range(0..=1);
            let size = [2_i128, 99, 10_i128.pow(30)][round % 3];
            let mut entry =
                |denominator: i128| Rational::new(random.random_range(-size..=size).into(), denominator.into());
            let primes = [1, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];
            let over = |i: usize| if round % 4 == 0 { primes[i % primes.len()] } else { 1 };
            let mut columns: Vec<Vec<Rational>> =
                (0..unknowns).map(|_| (0..dimension).map(|i| entry(over(i))).collect()).collect();
            let solution: Vec<Rational> = (0..unknowns).map(|i| entry(over(i + 3))).collect();
            let other: Vec<Rational> = (0..dimension).map(|i| entry(over(i))).collect();
            if round % 7 == 0 && unknowns > 1 {
                columns[unknowns - 1] = columns[0].iter().map(|x| x * Rational::new(2.into(), 3.into())).collect();
            }
            let made = combination(dimension, solution.into_iter().zip(columns.iter().map(Vec::as_slice)));
            let rights = if round % 3 == 0 { vec![made, other] } else { vec![made] };
            let columns: Vec<&[Rational]> = columns.iter().map(Vec::as_slice).collect();
            let expected = eliminate(&columns, &rights);
            match lift(&columns, &rights) {
                Some(found) => assert_eq!(found, expected, "{columns:?} {rights:?}"),
                None => {
                    assert_eq!(expected, None, "{columns:?} {rights:?}");
                    silent += 1;
                }
            }
            solved += usize::from(expected.is_some());
            refused += usize::from(expected.is_none());
        }
        println!("{solved} solved, {refused} refused, {silent} of them left to elimination");
        assert!(solved > 150 && silent > 30 && refused > silent + 30, "{solved} {refused} {silent}");
        assert_eq!((solve(&[], &[]), solve(&[], &[vec![]])), (Some(vec![]), Some(vec![vec![]])));
    }
}
