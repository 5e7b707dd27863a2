//! Symmetric matrices: positive definite, positive semidefinite, or negative in some direction.

use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// What the quadratic form of a symmetric matrix is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Definiteness {
    /// Positive except at 0.
    Positive,
    /// Nonnegative, and zero on a space of this dimension.
    Semidefinite(usize),
    /// Negative in this direction.
    Negative(Vec<Rational>),
}

/// Eliminates one coordinate after the other, as in LDL^T. Cost: n^3 / 3 operations for an n x n matrix.
pub fn definiteness(matrix: &[Vec<Rational>]) -> Definiteness {
    let count = matrix.len();
    let mut left = matrix.to_vec();
    let mut open: Vec<usize> = (0..count).collect();
    // Coordinates removed by a square, with the row that they had then.
    let mut removed: Vec<(usize, Vec<Rational>)> = Vec::new();
    let complete = |start: &[(usize, Rational)], removed: &[(usize, Vec<Rational>)]| {
        let mut x = vec![Rational::zero(); count];
        start.iter().for_each(|(place, value)| x[*place] = value.clone());
        for (pivot, row) in removed.iter().rev() {
            let sum: Rational = row.iter().zip(&x).filter(|(_, x)| !x.is_zero()).map(|(r, x)| r * x).sum();
            x[*pivot] = -sum / &row[*pivot];
        }
        x
    };
    loop {
        if let Some(bad) = open.iter().find(|i| left[**i][**i].is_negative()) {
            return Definiteness::Negative(complete(&[(*bad, Rational::one())], &removed));
        }
        let Some(pivot) = open.iter().copied().find(|i| left[*i][*i].is_positive()) else { break };
        open.retain(|i| *i != pivot);
        let mut row = vec![Rational::zero(); count];
        row[pivot] = left[pivot][pivot].clone();
        open.iter().for_each(|i| row[*i] = left[pivot][*i].clone());
        let inverse = row[pivot].recip();
        for i in &open {
            if !row[*i].is_zero() {
                let factor = &row[*i] * &inverse;
                open.iter().filter(|j| !row[**j].is_zero()).for_each(|j| left[*i][*j] -= &factor * &row[*j]);
            }
        }
        removed.push((pivot, row));
    }
    // Only zeros are left on the diagonal.
    for i in &open {
        if let Some(j) = open.iter().find(|j| !left[*i][**j].is_zero()) {
            let opposite = -left[*i][*j].signum();
            return Definiteness::Negative(complete(&[(*i, Rational::one()), (*j, opposite)], &removed));
        }
    }
    if open.is_empty() { Definiteness::Positive } else { Definiteness::Semidefinite(open.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[i64]]) -> Vec<Vec<Rational>> {
        rows.iter().map(|row| row.iter().map(|x| Rational::from_integer((*x).into())).collect()).collect()
    }

    fn value(matrix: &[Vec<Rational>], x: &[Rational]) -> Rational {
        let row = |row: &Vec<Rational>| row.iter().zip(x).map(|(a, b)| a * b).sum::<Rational>();
        matrix.iter().zip(x).map(|(entries, x)| row(entries) * x).sum()
    }

    #[test]
    fn signs_of_forms() {
        assert_eq!(definiteness(&[]), Definiteness::Positive);
        assert_eq!(definiteness(&matrix(&[&[2, 1], &[1, 1]])), Definiteness::Positive);
        assert_eq!(definiteness(&matrix(&[&[1, 1], &[1, 1]])), Definiteness::Semidefinite(1));
        assert_eq!(definiteness(&matrix(&[&[0, 0], &[0, 0]])), Definiteness::Semidefinite(2));
        let negative: [&[&[i64]]; 4] = [
            &[&[0, 1], &[1, 0]],
            &[&[0, 1], &[1, 5]],
            &[&[1, 2, 0], &[2, 4, 1], &[0, 1, 0]],
            &[&[4, 2, 1], &[2, 2, 3], &[1, 3, 1]],
        ];
        for rows in negative {
            let matrix = matrix(rows);
            let Definiteness::Negative(x) = definiteness(&matrix) else { panic!("{rows:?}") };
            assert!(value(&matrix, &x).is_negative(), "{rows:?} {x:?}");
        }
    }
}
