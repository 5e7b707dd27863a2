//! One target, made from the generators at the least price.

use super::Floats;

/// Below it a pivot is taken for zero.
const TINY: f64 = 1e-9;

/// `min sum_l price_l |x_l|` over `sum_l x_l generator_l = target`: a simplex tableau with d rows, kept between questions,
/// which differ in the prices alone. The first `two_sided` generators cost the same both ways; the others are free one way
/// and forbidden the other.
#[derive(Debug, Clone)]
pub(super) struct Single {
    /// Columns of the tableau but the last, which holds the values of the basic variables.
    columns: usize,
    /// Row after row: `B^-1 [generators | target]`.
    entries: Vec<f64>,
    basic: Vec<usize>,
    /// The sides of the basic variables, also of those that are 0.
    sides: Vec<f64>,
    /// Scratch: reduced prices, and where basic variables change sides.
    reduced: Vec<f64>,
    crossings: Vec<(f64, usize)>,
}

impl Single {
    /// Tableaus of all targets, from one elimination; `None` if the first so many generators don't span. Only these are at the
    /// disposal of the targets but the first.
    pub(super) fn all(generators: &Floats, priced: usize, targets: &Floats) -> Option<Vec<Single>> {
        let (rows, columns) = (generators.dimension, generators.len());
        let width = columns + targets.len();
        let mut entries = Vec::with_capacity(rows * width);
        for row in 0..rows {
            entries.extend(generators.rows().map(|generator| generator[row]));
            entries.extend(targets.rows().map(|target| target[row]));
        }
        let mut basic = Vec::with_capacity(rows);
        for row in 0..rows {
            // Complete pivoting.
            let (mut best, mut place) = (TINY, None);
            for other in row..rows {
                for column in 0..priced {
                    let size = entries[other * width + column].abs();
                    if size > best {
                        (best, place) = (size, Some((other, column)));
                    }
                }
            }
            let (other, column) = place?;
            for entry in 0..width {
                entries.swap(row * width + entry, other * width + entry);
            }
            eliminate(&mut entries, width, row, column);
            basic.push(column);
        }
        let of_target = |target: usize| {
            let own_columns = if target == 0 { columns } else { priced };
            let mut own = Vec::with_capacity(rows * (own_columns + 1));
            for row in entries.chunks_exact(width) {
                own.extend_from_slice(&row[..own_columns]);
                own.push(row[columns + target]);
            }
            let columns = own_columns;
            let sides = own.chunks_exact(columns + 1).map(|row| if row[columns] < 0.0 { -1.0 } else { 1.0 }).collect();
            let basic = basic.clone();
            Single { columns, entries: own, basic, sides, reduced: vec![], crossings: vec![] }
        };
        Some((0..targets.len()).map(of_target).collect())
    }

    /// Finds a solution of least price, or one near it if that takes too many steps; its price.
    pub(super) fn solve(&mut self, prices: &[f64]) -> f64 {
        for _ in 0..10 * (self.basic.len() + 2) {
            let Some((column, rising)) = self.entering(prices) else { break };
            if !self.step(prices, column, rising) {
                break;
            }
        }
        self.values().filter_map(|(column, value)| Some(prices.get(column)? * value.abs())).sum()
    }

    /// The basic variables and their values; all others are 0.
    pub(super) fn values(&self) -> impl Iterator<Item = (usize, f64)> {
        let values = self.entries.chunks_exact(self.columns + 1).map(|row| row[self.columns]);
        self.basic.iter().copied().zip(values)
    }

    /// `y.generator_l` for all l, y the dual solution.
    pub(super) fn reduced(&self) -> &[f64] {
        &self.reduced
    }

    /// A variable that lowers the price when it leaves 0, the one that does so fastest, and whether upwards.
    fn entering(&mut self, prices: &[f64]) -> Option<(usize, bool)> {
        self.reduced.clear();
        self.reduced.resize(self.columns, 0.0);
        for (row, entries) in self.entries.chunks_exact(self.columns + 1).enumerate() {
            let slope = prices.get(self.basic[row]).map_or(0.0, |price| self.sides[row] * price);
            if slope != 0.0 {
                self.reduced.iter_mut().zip(entries).for_each(|(sum, entry)| *sum += slope * entry);
            }
        }
        let (mut best, mut found) = (TINY, None);
        for (column, (reduced, price)) in self.reduced.iter().zip(prices).enumerate() {
            if reduced.abs() - price > best {
                (best, found) = (reduced.abs() - price, Some((column, *reduced > 0.0)));
            }
        }
        for (column, reduced) in self.reduced.iter().enumerate().skip(prices.len()) {
            if *reduced > best {
                (best, found) = (*reduced, Some((column, true)));
            }
        }
        found.filter(|(column, _)| !self.basic.contains(column))
    }

    /// Moves a variable away from 0 as long as the price falls, past points where others change sides.
    fn step(&mut self, prices: &[f64], column: usize, rising: bool) -> bool {
        let width = self.columns + 1;
        let direction = if rising { 1.0 } else { -1.0 };
        self.crossings.clear();
        for (row, entries) in self.entries.chunks_exact(width).enumerate() {
            let speed = -direction * entries[column];
            if speed * self.sides[row] < -TINY {
                // A value on the wrong side is 0 but for rounding.
                let value = (entries[self.columns] * self.sides[row]).max(0.0);
                self.crossings.push((value / speed.abs(), row));
            }
        }
        self.crossings.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        let price = |column: usize| prices.get(column).copied();
        let mut slope = price(column).unwrap_or(0.0) - self.reduced[column].abs();
        for place in 0..self.crossings.len() {
            let (_, row) = self.crossings[place];
            let change = price(self.basic[row]).map_or(f64::INFINITY, |price| 2.0 * price);
            slope += change * self.entries[row * width + column].abs();
            if slope >= -TINY {
                eliminate(&mut self.entries, width, row, column);
                self.basic[row] = column;
                self.sides[row] = direction;
                return true;
            }
            self.sides[row] = -self.sides[row];
        }
        false
    }
}

/// Makes a column a unit vector by a pivot.
pub(super) fn eliminate(entries: &mut [f64], width: usize, row: usize, column: usize) {
    let (before, rest) = entries.split_at_mut(row * width);
    let (pivot_row, after) = rest.split_at_mut(width);
    let pivot = pivot_row[column];
    pivot_row.iter_mut().for_each(|entry| *entry /= pivot);
    for other in before.chunks_exact_mut(width).chain(after.chunks_exact_mut(width)) {
        let factor = other[column];
        if factor != 0.0 {
            other.iter_mut().zip(&*pivot_row).for_each(|(entry, above)| *entry -= factor * above);
        }
    }
}
