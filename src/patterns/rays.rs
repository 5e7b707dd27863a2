//! The rays of a central arrangement, by trying all subsets of lines.

use crate::effort;
use crate::linear::{Echelon, shortest_multiple};
use crate::rational::{Integer, Rational};

/// There are more subsets to try than were allowed for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rays of {lines} lines of rank {rank} take more than {limit} subsets to find")]
pub struct TooManySubsets {
    lines: usize,
    rank: usize,
    limit: usize,
}

/// Generators of all cells of the arrangement of some lines: its rays modulo its lineality space, and a basis of that
/// space, each with both signs; some rays may occur more than once. A function that is linear on each cell is
/// nonnegative exactly if it is so on these. Cost: (number of lines over rank - 1) eliminations.
///
/// # Errors
/// [`TooManySubsets`] before anything is computed, or if the time is over ([`effort::until`]).
pub fn rays(lines: &[Vec<Integer>], dimension: usize, limit: usize) -> Result<Vec<Vec<Rational>>, TooManySubsets> {
    let lines: Vec<Vec<Rational>> =
        lines.iter().map(|line| line.iter().cloned().map(Rational::from).collect()).collect();
    let all = Echelon::of(lines.iter().map(Vec::as_slice));
    let lineality = all.kernel(dimension);
    let mut found = lineality.clone();
    if all.rank() > 0 {
        let size = all.rank() - 1;
        let subsets = (0..size).try_fold(1_usize, |count, i| Some(count.checked_mul(lines.len() - i)? / (i + 1)));
        if subsets.is_none_or(|subsets| subsets > limit) {
            return Err(TooManySubsets { lines: lines.len(), rank: all.rank(), limit });
        }
        let start = Echelon::of(lineality.iter().map(Vec::as_slice));
        extend(&lines, 0, size, &start, &mut |rows| found.extend(rows.kernel(dimension)));
        if effort::is_over() {
            return Err(TooManySubsets { lines: lines.len(), rank: all.rank(), limit });
        }
    }
    let signed = |u: Vec<Rational>| [u.iter().map(|entry| -entry).collect(), u];
    Ok(found.into_iter().map(|u| shortest_multiple(&u)).flat_map(signed).collect())
}

/// Calls `visit` for every independent choice of `missing` more lines.
fn extend(lines: &[Vec<Rational>], first: usize, missing: usize, rows: &Echelon, visit: &mut dyn FnMut(&Echelon)) {
    if missing == 0 {
        return visit(rows);
    }
    for next in first..=lines.len() - missing.min(lines.len()) {
        if effort::is_over() {
            return;
        }
        let mut extended = rows.clone();
        if lines.get(next).is_some_and(|line| extended.insert(line)) {
            extend(lines, next + 1, missing - 1, &extended, visit);
        }
    }
}
