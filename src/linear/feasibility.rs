//! Exact feasibility of `A x = b`, `low <= x <= high`: a simplex dictionary over the integers.

use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};

/// Bounds of one variable; `None` is infinite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least value.
    pub low: Option<Integer>,
    /// The greatest value.
    pub high: Option<Integer>,
}

impl Bounds {
    /// Exactly one value.
    pub fn exactly(value: Integer) -> Bounds {
        Bounds { low: Some(value.clone()), high: Some(value) }
    }

    /// The point of the interval nearest to zero.
    fn nearest_to_zero(&self) -> Integer {
        match (&self.low, &self.high) {
            (Some(low), _) if low.is_positive() => low.clone(),
            (_, Some(high)) if high.is_negative() => high.clone(),
            _ => Integer::zero(),
        }
    }
}

/// The system `A x = b` with bounds on x that may change between questions; the dictionary is kept, so that a question
/// that differs little from the last one is answered by few pivots.
///
/// Every entry of the dictionary is a minor of `[A | I | b]`, so all divisions are exact and entries stay as short as
/// determinants. Bland's rule on variable numbers makes each question end.
#[derive(Debug, Clone)]
pub struct Feasibility {
    columns: usize,
    bounds: Vec<Bounds>,
    /// Values of the nonbasic variables; meaningless for basic ones.
    values: Vec<Integer>,
    /// `denominator * x_basic[i] = constants[i] + sum_c entries[i][c] * x_nonbasic[c]`
    entries: Vec<Vec<Integer>>,
    constants: Vec<Integer>,
    denominator: Integer,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
}

impl Feasibility {
    /// The system with the given columns of A (each of the length of `right`) and right side b. Every variable starts
    /// unbounded; set bounds before asking.
    pub fn new(columns: &[Vec<Integer>], right: &[Integer]) -> Feasibility {
        let (rows, count) = (right.len(), columns.len());
        // One artificial variable per row, fixed at zero: artificial = b - A x.
        let entries = (0..rows).map(|row| columns.iter().map(|column| -&column[row]).collect()).collect();
        let mut bounds = vec![Bounds::default(); count];
        bounds.extend(std::iter::repeat_n(Bounds::exactly(Integer::zero()), rows));
        Feasibility {
            columns: count,
            bounds,
            values: vec![Integer::zero(); count + rows],
            entries,
            constants: right.to_vec(),
            denominator: Integer::one(),
            basic: (count..count + rows).collect(),
            nonbasic: (0..count).collect(),
        }
    }

    /// Changes the bounds of a variable.
    pub fn set_bounds(&mut self, variable: usize, bounds: Bounds) {
        self.values[variable] = bounds.nearest_to_zero();
        self.bounds[variable] = bounds;
    }

    /// A solution x; or, if there is none, y in the row space with `y . b < min { y . A x : low <= x <= high }`.
    pub fn solve(&mut self) -> Result<Vec<Rational>, Vec<Integer>> {
        loop {
            let sums: Vec<Integer> = (0..self.basic.len()).map(|row| self.sum(row)).collect();
            let violated = (0..self.basic.len()).filter_map(|row| Some((row, self.violation(row, &sums[row])?)));
            let Some((row, too_low)) = violated.min_by_key(|(row, _)| self.basic[*row]) else {
                return Ok(self.solution(&sums));
            };
            let helps = |column: &usize| {
                let (entry, variable) = (&self.entries[row][*column], self.nonbasic[*column]);
                let value = Some(&self.values[variable]);
                let bounds = &self.bounds[variable];
                // The basic variable must rise if it is too low, fall otherwise.
                match entry.is_positive() == too_low {
                    _ if entry.is_zero() => false,
                    true => bounds.high.as_ref().is_none_or(|high| value < Some(high)),
                    false => bounds.low.as_ref().is_none_or(|low| value > Some(low)),
                }
            };
            let entering = (0..self.nonbasic.len()).filter(helps).min_by_key(|column| self.nonbasic[*column]);
            let Some(column) = entering else { return Err(self.refutation(row, too_low)) };
            let bounds = &self.bounds[self.basic[row]];
            let bound = if too_low { &bounds.low } else { &bounds.high };
            self.values[self.basic[row]] = bound.clone().unwrap_or_default();
            self.pivot(row, column);
        }
    }

    /// `denominator * (value of the basic variable of a row)`
    fn sum(&self, row: usize) -> Integer {
        let terms = self.entries[row].iter().zip(&self.nonbasic).filter(|(entry, _)| !entry.is_zero());
        terms.fold(self.constants[row].clone(), |sum, (entry, variable)| sum + entry * &self.values[*variable])
    }

    /// Whether the basic variable of a row is below its least (true) or above its greatest value (false).
    fn violation(&self, row: usize, sum: &Integer) -> Option<bool> {
        let bounds = &self.bounds[self.basic[row]];
        if bounds.low.as_ref().is_some_and(|low| *sum < low * &self.denominator) {
            return Some(true);
        }
        bounds.high.as_ref().is_some_and(|high| *sum > high * &self.denominator).then_some(false)
    }

    fn solution(&self, sums: &[Integer]) -> Vec<Rational> {
        let mut x: Vec<Rational> = self.values[..self.columns].iter().cloned().map(Rational::from).collect();
        for (variable, sum) in self.basic.iter().zip(sums).filter(|(variable, _)| **variable < self.columns) {
            x[*variable] = Rational::new(sum.clone(), self.denominator.clone());
        }
        x
    }

    /// The row as a combination of the equations: its multipliers stand, negated, at the artificial variables.
    fn refutation(&self, row: usize, too_low: bool) -> Vec<Integer> {
        let mut y = vec![Integer::zero(); self.basic.len()];
        let mut set = |variable: usize, value: Integer| {
            if variable >= self.columns {
                y[variable - self.columns] = if too_low { value } else { -value };
            }
        };
        set(self.basic[row], self.denominator.clone());
        self.nonbasic.iter().zip(&self.entries[row]).for_each(|(variable, entry)| set(*variable, -entry));
        y
    }

    /// Exchanges the basic variable of a row with the nonbasic one of a column.
    fn pivot(&mut self, row: usize, column: usize) {
        let pivot_row = self.entries[row].clone();
        let pivot_constant = self.constants[row].clone();
        let (pivot, old) = (&pivot_row[column], &self.denominator);
        for other in (0..self.basic.len()).filter(|other| *other != row) {
            let factor = self.entries[other][column].clone();
            for (c, entry) in self.entries[other].iter_mut().enumerate().filter(|(c, _)| *c != column) {
                *entry = (pivot * &*entry - &factor * &pivot_row[c]) / old;
            }
            // The column of the variable that leaves keeps the factor: x_entering = (old x_leaving - ...) / pivot.
            self.constants[other] = (pivot * &self.constants[other] - &factor * &pivot_constant) / old;
        }
        for (c, entry) in self.entries[row].iter_mut().enumerate() {
            *entry = if c == column { old.clone() } else { -&*entry };
        }
        self.constants[row] = -pivot_constant;
        self.denominator = pivot.clone();
        if self.denominator.is_negative() {
            self.denominator = -&self.denominator;
            self.constants.iter_mut().for_each(|constant| *constant = -&*constant);
            self.entries.iter_mut().flatten().for_each(|entry| *entry = -&*entry);
        }
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }
}
