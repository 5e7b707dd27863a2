//! Linear systems over the integers: all entries are minors, all divisions exact, so that there is one denominator for
//! everything.

use super::limbs::Limbs;
use super::width::{Overflow, Width};
use crate::rational::Integer;
use num_traits::{One, Zero};

/// `sum_c x_c column_c = right` for some right sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cramer {
    /// The determinant of the columns.
    pub determinant: Integer,
    /// The determinant times x, for each right side.
    pub numerators: Vec<Vec<Integer>>,
}

impl Cramer {
    /// Solves for d columns of length d; `None` if they are dependent, or not so many, or if the time is over. Cost:
    /// d^2 (d + number of right sides) operations.
    pub fn solve(columns: &[&[Integer]], rights: &[Vec<Integer>], is_over: impl Fn() -> bool) -> Option<Cramer> {
        let rows = columns.len();
        let mut vectors = columns.iter().copied().chain(rights.iter().map(Vec::as_slice));
        if vectors.any(|vector| vector.len() != rows) {
            return None;
        }
        let mut lengths: Vec<u64> = columns.iter().map(|column| length(column)).collect();
        let longest = rights.iter().map(|right| length(right)).chain(lengths.iter().copied()).max().unwrap_or(0);
        lengths.sort_unstable_by(|left, right| right.cmp(left));
        // Of the columns of a minor all but one are among those that are solved for.
        let bits = lengths.iter().take(rows.saturating_sub(1)).sum::<u64>() + longest + 2;
        let entry = |row: usize| {
            let left = columns.iter().map(move |column| &column[row]);
            left.chain(rights.iter().map(move |right| &right[row]))
        };
        let matrix: Vec<&Integer> = (0..rows).flat_map(entry).collect();
        let Echelon { last, pivots, entries } = eliminate(&matrix, rows, rows, bits, &is_over)?;
        let width = rows + rights.len();
        let mut numerators = vec![vec![Integer::zero(); rows]; rights.len()];
        for (row, pivot) in pivots.iter().enumerate() {
            for (right, numerators) in numerators.iter_mut().enumerate() {
                numerators[*pivot] = entries[row * width + rows + right].clone();
            }
        }
        Some(Cramer { determinant: last, numerators })
    }
}

/// A vector orthogonal to d - 1 vectors of length d, not 0; `None` if they are dependent, or not so many. Cost: d^3
/// operations.
pub fn normal(rows: &[&[Integer]], dimension: usize) -> Option<Vec<Integer>> {
    let width = dimension;
    if rows.len() + 1 != width || rows.iter().any(|row| row.len() != width) {
        return None;
    }
    // A minor is not larger than the product of the lengths of its rows.
    let bits = rows.iter().map(|row| length(row)).sum::<u64>() + 2;
    let matrix: Vec<&Integer> = rows.iter().flat_map(|row| row.iter()).collect();
    let Echelon { last, pivots, entries } = eliminate(&matrix, rows.len(), width, bits, &|| false)?;
    let free = (0..width).find(|column| !pivots.contains(column))?;
    let mut normal = vec![Integer::zero(); width];
    for (row, pivot) in pivots.iter().enumerate() {
        normal[*pivot] = -&entries[row * width + free];
    }
    normal[free] = last;
    Some(normal)
}

/// `log2 |x|_2`, rounded up.
fn length(vector: &[Integer]) -> u64 {
    vector.iter().map(|x| x * x).sum::<Integer>().bits().div_ceil(2)
}

/// The reduced echelon form times the last pivot.
struct Echelon<W> {
    last: W,
    pivots: Vec<usize>,
    entries: Vec<W>,
}

/// In the first width that will do; `bits` bounds all minors. `None` if the rows are dependent in the first columns, or if the
/// time is over.
fn eliminate(
    matrix: &[&Integer], rows: usize, columns: usize, bits: u64, is_over: &dyn Fn() -> bool,
) -> Option<Echelon<Integer>> {
    let narrow = || run::<i64>(matrix, rows, columns, bits, is_over);
    let wide = || run::<i128>(matrix, rows, columns, bits, is_over);
    let long = || run::<Limbs<4>>(matrix, rows, columns, bits, is_over);
    let longer = || run::<Limbs<8>>(matrix, rows, columns, bits, is_over);
    let big = || run::<Integer>(matrix, rows, columns, bits, is_over);
    let fixed = narrow().or_else(|Overflow| wide()).or_else(|Overflow| long()).or_else(|Overflow| longer());
    // Integers of any size don't overflow.
    fixed.or_else(|Overflow| big()).ok()?
}

fn run<W: Width>(
    matrix: &[&Integer], rows: usize, columns: usize, bits: u64, is_over: &dyn Fn() -> bool,
) -> Result<Option<Echelon<Integer>>, Overflow> {
    if W::LIMIT != u64::MAX && bits > W::LIMIT {
        return Err(Overflow);
    }
    let width = matrix.len().checked_div(rows).unwrap_or(0);
    let mut entries = matrix.iter().map(|entry| W::of(entry)).collect::<Result<Vec<W>, _>>()?;
    let mut last = W::of(&Integer::one())?;
    let mut pivots = Vec::with_capacity(rows);
    for row in 0..rows {
        if is_over() {
            return Ok(None);
        }
        let own = &entries[row * width..][..columns];
        let Some(column) = own.iter().position(|entry| entry.sign() != 0) else { return Ok(None) };
        let pivot_row = entries[row * width..][..width].to_vec();
        let (pivot, divisor) = (pivot_row[column].clone(), last.divisor(bits)?);
        for (other, entries) in entries.chunks_exact_mut(width).enumerate() {
            if other != row {
                let factor = entries[column].clone();
                for (entry, above) in entries.iter_mut().zip(&pivot_row) {
                    *entry = W::cross(&pivot, entry, &factor, above, &divisor)?;
                }
            }
        }
        pivots.push(column);
        last = pivot;
    }
    let entries = entries.iter().map(W::integer).collect();
    Ok(Some(Echelon { last: last.integer(), pivots, entries }))
}

#[cfg(test)]
mod tests {
    use super::super::{Echelon, solve};
    use super::*;
    use crate::rational::Rational;
    use num_traits::Signed;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn agrees_with_rational_elimination() {
        let seed = 77;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let rational = |vector: &Vec<Integer>| vector.iter().cloned().map(Rational::from).collect::<Vec<_>>();
        let (mut solved, mut dependent) = (0, 0);
        for round in 0..600 {
            let (d, size) = (1 + round % 6, [1_i128, 9, 1 << 20, 1 << 45, 1 << 100][round % 5]);
            let mut draw = || (0..d).map(|_| Integer::from(random.random_range(-size..=size))).collect::<Vec<_>>();
            let columns: Vec<_> = (0..d).map(|_| draw()).collect();
            let rights: Vec<_> = (0..3).map(|_| draw()).collect();
            let of = |vectors: &[Vec<Integer>]| vectors.iter().map(rational).collect::<Vec<_>>();
            let (left, right) = (of(&columns), of(&rights));
            let expected = solve(&left.iter().map(Vec::as_slice).collect::<Vec<_>>(), &right);
            let found = Cramer::solve(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>(), &rights, || false);
            let found = found.map(|Cramer { determinant, numerators }| {
                let over = |x: &Integer| Rational::new(x.clone(), determinant.clone());
                numerators.iter().map(|row| row.iter().map(over).collect::<Vec<_>>()).collect::<Vec<_>>()
            });
            assert_eq!(found, expected, "{columns:?} {rights:?}");
            // Fewer equations would have a solution that isn't one.
            let fewer: Vec<_> = columns[1..].iter().map(Vec::as_slice).collect();
            assert_eq!(Cramer::solve(&fewer, &rights, || false), None);
            // No time.
            assert_eq!(Cramer::solve(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>(), &rights, || true), None);
            solved += usize::from(found.is_some());
            dependent += usize::from(found.is_none());
            let rows: Vec<_> = columns[1..].iter().map(Vec::as_slice).collect();
            let independent = Echelon::of(left[1..].iter().map(Vec::as_slice)).rank() == d - 1;
            assert_eq!(normal(&rows, d + 1), None);
            let normal = normal(&rows, d);
            assert_eq!(normal.is_some(), independent);
            if let Some(u) = normal {
                let along = |row: &[Integer]| row.iter().zip(&u).map(|(x, y)| x * y).sum::<Integer>();
                assert!(rows.iter().all(|row| along(row).is_zero()) && u.iter().any(|x| x.abs().is_positive()));
            }
        }
        assert!(solved > 400 && dependent > 10, "{solved} {dependent}");
    }
}
