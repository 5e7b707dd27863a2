//! Reduced row echelon forms: what depends on what, and inverses.

use crate::number::Rational;
use crate::vector::Vector;
use num_traits::{One, Zero};

/// Rows of which each has a 1 at its leading place, where the others are zero.
pub(crate) type Reduced = Vec<(usize, Vector)>;

/// The reduced row echelon form of some rows.
pub(crate) fn reduced_rows<'a>(rows: impl Iterator<Item = &'a Vector>) -> Reduced {
    rows.fold(Reduced::new(), extended)
}

/// The form of the rows that it stands for and one more.
pub(crate) fn extended(mut reduced: Reduced, row: &Vector) -> Reduced {
    let row = reduce(&reduced, row.clone());
    let Some((lead, entry)) = row.iter().enumerate().find(|(_, entry)| !entry.is_zero()) else { return reduced };
    let row = scaled(&entry.recip(), &row);
    for (_, other) in &mut reduced {
        *other = reduce(&[(lead, row.clone())], std::mem::take(other));
    }
    reduced.push((lead, row));
    reduced
}

pub(crate) fn scaled(factor: &Rational, vector: &Vector) -> Vector {
    vector.iter().map(|entry| factor * entry).collect()
}

/// A vector modulo reduced rows: zero at their leading places.
pub(crate) fn reduce(rows: &[(usize, Vector)], mut vector: Vector) -> Vector {
    for (lead, row) in rows {
        let factor = vector.get(*lead).cloned().unwrap_or_default();
        vector.iter_mut().zip(row).for_each(|(entry, other)| *entry -= &factor * other);
    }
    vector
}

/// The rows of the inverse of a square matrix.
pub(crate) fn inverse(rows: &[Vector]) -> Vec<Vector> {
    let unit = |row: usize| (0..rows.len()).map(move |c| if c == row { Rational::one() } else { Rational::zero() });
    let bordered: Vec<Vector> =
        rows.iter().enumerate().map(|(r, row)| row.iter().cloned().chain(unit(r)).collect()).collect();
    let mut reduced = reduced_rows(bordered.iter());
    reduced.sort_by_key(|(lead, _)| *lead);
    reduced.into_iter().map(|(_, row)| row.into_iter().skip(rows.len()).collect()).collect()
}
