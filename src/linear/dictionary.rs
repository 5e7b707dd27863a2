//! A simplex dictionary over the integers for `A x = b`, `low <= x <= high`, written once for all widths.

use super::feasibility::Bounds;
use super::width::{Overflow, Width};
use crate::rational::{Integer, Parts, Rational};
use num_traits::{One, Signed, Zero};
use std::cmp::Ordering;

/// Bounds of one variable in some width.
#[derive(Debug, Clone)]
struct Range<W> {
    low: Option<W>,
    high: Option<W>,
}

/// `denominator x_basic[i] = sum_c entries[i][c] (x_nonbasic[c] - value_nonbasic[c]) + entries[i][last]`
///
/// Each entry of the first columns is a minor of `[A | I]`, the last column `denominator` times the values of the basic
/// variables, a minor too if `b - sum_nonbasic A_c value_c` takes the place of a column. So all divisions are exact. All
/// columns of a minor but one belong to basic variables. By Hadamard's inequality no entry, nor any product that is formed
/// with a bound, has more bits than
///
/// ```text
///   sum of the d - 1 largest log2 |A_c|_2, c having been basic
/// + log2 max ( |A_c|_2 for all c, |b|_1 + sum_c |A_c|_1 max |bound_c| )  +  2.
/// ```
#[derive(Debug, Clone)]
pub(super) struct Dictionary<W: Width> {
    /// Columns of A; variables from here on are artificial, one for each row, fixed at 0.
    variables: usize,
    ranges: Vec<Range<W>>,
    /// Values of the nonbasic variables; meaningless for basic ones.
    values: Vec<W>,
    /// Row after row, each with one place more than there are nonbasic variables.
    entries: Vec<W>,
    denominator: W,
    /// Of the present denominator.
    divisor: W::Divisor,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    bits: Bits,
}

/// What the bound of all entries is made of; followed only where the width needs it.
#[derive(Debug, Clone)]
struct Bits {
    rows: usize,
    /// `log2 |A_c|_2`, rounded up, and whether variable c has ever been basic.
    lengths: Vec<(u64, bool)>,
    /// `|A_c|_1`
    sizes: Vec<Integer>,
    /// `max |bound_c|` so far.
    bounds: Vec<Integer>,
    /// `|b|_1 + sum_c |A_c|_1 max |bound_c|`
    reach: Integer,
    /// The sum of the d - 1 largest lengths of variables that have been basic.
    minors: u64,
}

impl Bits {
    fn new<W: Width>(columns: &[Vec<Integer>], right: &[Integer]) -> Bits {
        let sum = |entries: &[Integer]| entries.iter().map(Signed::abs).sum::<Integer>();
        let mut bits =
            Bits { rows: right.len(), lengths: vec![], sizes: vec![], bounds: vec![], reach: sum(right), minors: 0 };
        if W::LIMIT != u64::MAX {
            let length = |column: &Vec<Integer>| column.iter().map(|x| x * x).sum::<Integer>().bits().div_ceil(2);
            bits.lengths = columns.iter().map(|column| (length(column), false)).collect();
            bits.sizes = columns.iter().map(|column| sum(column)).collect();
            bits.bounds = vec![Integer::zero(); columns.len()];
        }
        bits
    }

    fn total(&self) -> u64 {
        let longest = self.lengths.iter().map(|(length, _)| *length).max().unwrap_or(0);
        self.minors + longest.max(self.reach.bits()) + 2
    }

    /// Takes new bounds of a variable into account.
    fn widen(&mut self, variable: usize, bounds: &Bounds) {
        let Some(known) = self.bounds.get_mut(variable) else { return };
        for size in [&bounds.low, &bounds.high].into_iter().flatten().map(Signed::abs) {
            if size > *known {
                self.reach += &self.sizes[variable] * (&size - &*known);
                *known = size;
            }
        }
    }

    /// Takes into account that a variable becomes basic.
    fn enter(&mut self, variable: usize) {
        let Some((_, entered)) = self.lengths.get_mut(variable).filter(|(_, entered)| !entered) else { return };
        *entered = true;
        let entered = self.lengths.iter().filter(|(_, entered)| *entered);
        let mut lengths: Vec<u64> = entered.map(|(length, _)| *length).collect();
        lengths.sort_unstable_by(|left, right| right.cmp(left));
        self.minors = lengths.iter().take(self.rows.saturating_sub(1)).sum();
    }
}

impl<W: Width> Dictionary<W> {
    /// No bounds but those of the artificial variables.
    pub(super) fn new(columns: &[Vec<Integer>], right: &[Integer]) -> Result<Dictionary<W>, Overflow> {
        let (rows, count) = (right.len(), columns.len());
        let mut entries = Vec::with_capacity(rows * (count + 1));
        for (row, right) in right.iter().enumerate() {
            // artificial = b - A x
            for column in columns {
                let mut entry = W::of(&column[row])?;
                entry.negate();
                entries.push(entry);
            }
            entries.push(W::of(right)?);
        }
        let zero = W::of(&Integer::zero())?;
        let mut ranges = vec![Range { low: None, high: None }; count];
        ranges.extend(vec![Range { low: Some(zero.clone()), high: Some(zero.clone()) }; rows]);
        let bits = Bits::new::<W>(columns, right);
        let denominator = W::of(&Integer::one())?;
        Ok(Dictionary {
            variables: count,
            ranges,
            values: vec![zero; count + rows],
            entries,
            divisor: denominator.divisor(bits.total())?,
            denominator,
            basic: (count..count + rows).collect(),
            nonbasic: (0..count).collect(),
            bits,
        })
    }

    /// Changes the bounds of a variable; a nonbasic one goes to the point nearest to zero.
    pub(super) fn set_bounds(&mut self, variable: usize, bounds: &Bounds) -> Result<(), Overflow> {
        if W::LIMIT != u64::MAX {
            self.bits.widen(variable, bounds);
            if self.bits.total() > W::LIMIT {
                return Err(Overflow);
            }
        }
        let of = |bound: &Option<Integer>| bound.as_ref().map(W::of).transpose();
        self.ranges[variable] = Range { low: of(&bounds.low)?, high: of(&bounds.high)? };
        // A basic variable has no place here, and its value follows from the others.
        if let Some(column) = self.nonbasic.iter().position(|other| *other == variable) {
            let range = &self.ranges[variable];
            let value = match (&range.low, &range.high) {
                (Some(low), _) if low.sign() > 0 => low.clone(),
                (_, Some(high)) if high.sign() < 0 => high.clone(),
                _ => W::of(&Integer::zero())?,
            };
            let mut change = value.clone();
            let mut old = std::mem::replace(&mut self.values[variable], value);
            old.negate();
            change.add_product(&old, &W::of(&Integer::one())?)?;
            if change.sign() != 0 {
                let width = self.nonbasic.len() + 1;
                for row in self.entries.chunks_exact_mut(width) {
                    let (entries, value) = row.split_at_mut(width - 1);
                    value[0].add_product(&entries[column], &change)?;
                }
            }
        }
        Ok(())
    }

    /// Whether there is a solution; if there is none, the row that shows it and whether its variable is too low.
    ///
    /// Bland's rule on the numbers of the variables makes it end.
    pub(super) fn solve(&mut self) -> Result<Result<(), (usize, bool)>, Overflow> {
        loop {
            let violated = (0..self.basic.len()).filter_map(|row| Some((row, self.violation(row)?)));
            let Some((row, too_low)) = violated.min_by_key(|(row, _)| self.basic[*row]) else { return Ok(Ok(())) };
            let helps = |column: &usize| {
                let variable = self.nonbasic[*column];
                let (value, range) = (&self.values[variable], &self.ranges[variable]);
                // The basic variable must rise if it is too low, fall otherwise.
                match self.row(row)[*column].sign() {
                    0 => false,
                    sign if (sign > 0) == too_low => range.high.as_ref().is_none_or(|high| value < high),
                    _ => range.low.as_ref().is_none_or(|low| value > low),
                }
            };
            let entering = (0..self.nonbasic.len()).filter(helps).min_by_key(|column| self.nonbasic[*column]);
            let Some(column) = entering else { return Ok(Err((row, too_low))) };
            self.pivot(row, column, too_low)?;
        }
    }

    /// Whether the basic variable of a row is below its least (true) or above its greatest value (false).
    fn violation(&self, row: usize) -> Option<bool> {
        let range = &self.ranges[self.basic[row]];
        let value = &self.row(row)[self.nonbasic.len()];
        let compare = |bound: &W| value.cmp_product(bound, &self.denominator);
        if range.low.as_ref().is_some_and(|low| compare(low) == Ordering::Less) {
            return Some(true);
        }
        range.high.as_ref().is_some_and(|high| compare(high) == Ordering::Greater).then_some(false)
    }

    fn row(&self, row: usize) -> &[W] {
        let width = self.nonbasic.len() + 1;
        &self.entries[row * width..(row + 1) * width]
    }

    /// The basic variable of a row goes to its least (`to_low`) or greatest value and becomes nonbasic; the nonbasic one
    /// of a column takes its place.
    fn pivot(&mut self, row: usize, column: usize, to_low: bool) -> Result<(), Overflow> {
        let last = self.nonbasic.len();
        let (leaving, entering) = (self.basic[row], self.nonbasic[column]);
        let range = &self.ranges[leaving];
        let bound = if to_low { range.low.clone() } else { range.high.clone() };
        // The row, with the sign that makes its pivot positive.
        let mut pivot_row = self.row(row).to_vec();
        if let Some(bound) = bound {
            let mut opposite = bound.clone();
            opposite.negate();
            pivot_row[last].add_product(&opposite, &self.denominator)?;
            self.values[leaving] = bound;
        }
        let negative = pivot_row[column].sign() < 0;
        if negative {
            pivot_row.iter_mut().for_each(W::negate);
        }
        let pivot = pivot_row[column].clone();
        let signed = |mut value: W| {
            if negative {
                value.negate();
            }
            value
        };
        if W::LIMIT != u64::MAX {
            self.bits.enter(entering);
            if self.bits.total() > W::LIMIT {
                return Err(Overflow);
            }
        }
        let old = std::mem::replace(&mut self.divisor, pivot.divisor(self.bits.total())?);
        for (place, entries) in self.entries.chunks_exact_mut(last + 1).enumerate() {
            if place == row {
                continue;
            }
            let factor = entries[column].clone();
            if factor.sign() == 0 && pivot == self.denominator {
                continue;
            }
            for (entry, other) in entries.iter_mut().zip(&pivot_row) {
                *entry = W::cross(&pivot, entry, &factor, other, &old)?;
            }
            // x_entering = (old x_leaving - ...) / pivot
            entries[column] = signed(factor);
        }
        let old_denominator = std::mem::replace(&mut self.denominator, pivot);
        pivot_row.iter_mut().for_each(W::negate);
        pivot_row[column] = signed(old_denominator);
        pivot_row[last].add_product(&self.denominator, &self.values[entering])?;
        self.entries[row * (last + 1)..(row + 1) * (last + 1)].clone_from_slice(&pivot_row);
        self.basic[row] = entering;
        self.nonbasic[column] = leaving;
        Ok(())
    }

    /// The values of all variables of the system, after a successful [`Self::solve`].
    pub(super) fn solution(&self) -> Vec<Rational> {
        (0..self.variables).map(|variable| self.value(variable).over(&Integer::one())).collect()
    }

    /// The value of one variable, after a successful [`Self::solve`].
    pub(super) fn value(&self, variable: usize) -> Parts {
        let part = |numerator: &W, denominator: Integer| Parts { numerator: numerator.integer(), denominator };
        match self.basic.iter().position(|basic| *basic == variable) {
            Some(row) => part(&self.row(row)[self.nonbasic.len()], self.denominator.integer()),
            None => part(&self.values[variable], Integer::one()),
        }
    }

    /// The row as a combination of the equations: its multipliers stand, negated, at the artificial variables.
    pub(super) fn refutation(&self, row: usize, too_low: bool) -> Vec<Integer> {
        let mut y = vec![Integer::zero(); self.basic.len()];
        let mut set = |variable: usize, value: Integer| {
            if variable >= self.variables {
                y[variable - self.variables] = if too_low { value } else { -value };
            }
        };
        set(self.basic[row], self.denominator.integer());
        let places = self.nonbasic.iter().zip(self.row(row));
        places.for_each(|(variable, entry)| set(*variable, -entry.integer()));
        y
    }
}
