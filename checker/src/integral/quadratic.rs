//! Quadratic forms as symmetric matrices, by elimination of one variable after the other; and whether a matrix is
//! invertible, in the same way.

use crate::number::Rational;
use crate::vector::Vector;
use num_traits::{Signed, Zero};

/// The first diagonal entry, whether the rest of its row is 0, and what is left when its variable has been minimised out,
/// if the entry is positive, or put to 0, if it is 0.
pub(crate) fn eliminate(matrix: &[Vector]) -> Option<(Rational, bool, Vec<Vector>)> {
    let (first, others) = matrix.split_first()?;
    let (pivot, row) = first.split_first()?;
    let reduced = |other: &Vector| {
        let (head, tail) = other.split_first()?;
        let factor = if pivot.is_zero() { Rational::zero() } else { head / pivot };
        Some(tail.iter().zip(row).map(|(entry, above)| entry - &factor * above).collect::<Vector>())
    };
    Some((pivot.clone(), row.iter().all(Zero::is_zero), others.iter().filter_map(reduced).collect()))
}

/// Whether a form is positive definite, or only semidefinite.
pub(crate) fn is_positive(mut matrix: Vec<Vector>, definite: bool) -> bool {
    while let Some((pivot, row_is_zero, rest)) = eliminate(&matrix) {
        let holds = pivot.is_positive() || (!definite && pivot.is_zero() && row_is_zero);
        if !holds {
            return false;
        }
        matrix = rest;
    }
    true
}

/// Whether the determinant is not 0: there is a pivot for each column.
pub(crate) fn is_invertible(mut matrix: Vec<Vector>) -> bool {
    while !matrix.is_empty() {
        let Some(pivot) = matrix.iter().position(|row| row.first().is_some_and(|entry| !entry.is_zero())) else {
            return false;
        };
        matrix.swap(0, pivot);
        matrix = eliminate(&matrix).map(|(_, _, rest)| rest).unwrap_or_default();
    }
    true
}
