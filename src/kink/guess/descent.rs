//! A walk along rays of the convex lines to a lower value of f.

use super::single::eliminate;
use super::{Question, Refutes};

/// Most turns around all directions.
const TURNS: usize = 20;

/// Below it a number is taken for zero.
const TINY: f64 = 1e-9;

/// All lines in the coordinates of d independent convex ones, the basis. The i-th coordinates are the values of all lines on
/// the ray on which the other lines of the basis are zero. The walk is on the first of these rays.
pub(super) struct Descent {
    /// Convex lines come first, times their weights.
    convex: usize,
    width: usize,
    /// Row i: `line_l . v_i` for all l, v_i the rays.
    values: Vec<f64>,
    basis: Vec<usize>,
}

impl Descent {
    /// Begins near the ray on which the generators have these absolute values.
    pub(super) fn new(question: &Question, sizes: &[f64]) -> Option<Descent> {
        let Question { generators, targets, .. } = question;
        let (rows, width) = (generators.dimension, generators.len() + targets.len());
        let mut values = Vec::with_capacity(rows * width);
        for row in 0..rows {
            values.extend(generators.rows().chain(targets.rows()).map(|line| line[row]));
        }
        let mut order: Vec<usize> = (0..generators.len()).collect();
        order.sort_by(|left, right| sizes[*left].abs().total_cmp(&sizes[*right].abs()).then(left.cmp(right)));
        let mut descent = Descent { convex: generators.len(), width, values, basis: vec![] };
        for line in order {
            // The last row to be found is that of the walk.
            let row = descent.basis.len();
            let size = |row: &usize| descent.values[row * width + line].abs();
            let Some(other) = (row..rows).max_by(|left, right| size(left).total_cmp(&size(right))) else { break };
            if size(&other) > TINY {
                (0..width).for_each(|entry| descent.values.swap(row * width + entry, other * width + entry));
                eliminate(&mut descent.values, width, row, line);
                descent.basis.push(line);
            }
        }
        (descent.basis.len() == rows).then(|| {
            descent.basis.swap(0, rows - 1);
            (0..width).for_each(|entry| descent.values.swap(entry, (rows - 1) * width + entry));
            descent
        })
    }

    /// Walks as long as f falls. Whether a ray with a negative value was accepted, offered as the lines on which it is zero.
    pub(super) fn run(&mut self, refutes: Refutes<'_>) -> bool {
        let rows = self.basis.len();
        if rows == 1 {
            return self.value(0, 0.0) < -TINY && refutes(&[]);
        }
        let mut value = self.value(0, 0.0);
        let (mut since, mut next) = (0, 1);
        for _ in 0..TURNS * rows {
            if value < -TINY {
                return refutes(&self.basis[1..]);
            }
            if since + 1 >= rows {
                return false;
            }
            since += 1;
            if let Some((line, lower)) = self.along(next, value) {
                eliminate(&mut self.values, self.width, next, line);
                self.basis[next] = line;
                (value, since) = (lower, 0);
            }
            next = next % (rows - 1) + 1;
        }
        false
    }

    /// The convex line that takes the place of one of the basis, and the value that this gives, lower than `value`.
    fn along(&self, row: usize, value: f64) -> Option<(usize, f64)> {
        let (first, other) = (&self.values[..self.width], &self.values[row * self.width..][..self.width]);
        let (mut best, mut found) = (value - TINY, None);
        for line in (0..self.convex).filter(|line| other[*line].abs() > 1e-7 && !self.basis.contains(line)) {
            let lower = self.value(row, -first[line] / other[line]);
            if lower < best {
                (best, found) = (lower, Some((line, lower)));
            }
        }
        found
    }

    /// `f(u) / sum_convex |line.u|` on `u = v_0 + step v_row`, with the sign of u for which a.u < 0.
    fn value(&self, row: usize, step: f64) -> f64 {
        let (first, other) = (&self.values[..self.width], &self.values[row * self.width..][..self.width]);
        let size = |(x, y): (&f64, &f64)| (x + step * y).abs();
        let (convex, rest) = (self.convex, self.convex..self.width);
        let above: f64 = first[..convex].iter().zip(&other[..convex]).map(size).sum();
        let below: f64 = first[rest.clone()].iter().zip(&other[rest]).map(size).sum();
        (above - below) / above
    }
}
