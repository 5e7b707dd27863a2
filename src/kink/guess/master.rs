//! Mixing the ways to make each target so that the most used generator is used as little as possible.

use super::single::Single;

/// Below it a number is taken for zero.
const TINY: f64 = 1e-9;

/// A way to make a target: a basic solution.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) target: usize,
    /// Generators with their multipliers.
    pub(super) values: Vec<(usize, f64)>,
}

/// `min t` over weights of ways, one in all for each target, such that no generator with a price is used more than t: a
/// simplex method whose columns are made when they are wanted.
///
/// Rows: `sum_w weight_w |x_wl| - t + slack_l = 0` for the generators, then `sum_w weight_w = 1` for the targets.
pub(super) struct Master {
    generators: usize,
    rows: usize,
    /// The inverse of the basis and, in the last column, the values of the basic variables.
    inverse: Vec<f64>,
    basic: Vec<Basic>,
    /// The row of t.
    load_row: usize,
    direction: Vec<f64>,
    pivots: usize,
}

#[derive(Debug, Clone)]
enum Basic {
    Load,
    Slack,
    Way(Way),
}

impl Master {
    /// Begins with one way for each target.
    pub(super) fn new(generators: usize, singles: &[Single]) -> Master {
        let rows = generators + singles.len();
        let ways: Vec<Way> = singles
            .iter()
            .enumerate()
            .map(|(target, single)| Way { target, values: single.values().collect() })
            .collect();
        let mut loads = vec![0.0; generators];
        let used = |way: &Way| way.values.iter().filter(|(l, _)| *l < generators).copied().collect::<Vec<_>>();
        ways.iter().flat_map(used).for_each(|(l, value): (usize, f64)| loads[l] += value.abs());
        let most = (0..generators).max_by(|left, right| loads[*left].total_cmp(&loads[*right])).unwrap_or(0);
        let width = rows + 1;
        let mut inverse = vec![0.0; rows * width];
        let mut basic = Vec::with_capacity(rows);
        // t = sum_w |x_w,most| w - r_most;  slack_l = r_l - sum_w |x_wl| w + t
        for l in 0..generators {
            inverse[l * width + most] = -1.0;
            if l != most {
                inverse[l * width + l] = 1.0;
            }
            inverse[l * width + rows] = if l == most { loads[most] } else { loads[most] - loads[l] };
            basic.push(if l == most { Basic::Load } else { Basic::Slack });
        }
        for (target, way) in ways.into_iter().enumerate() {
            let row = generators + target;
            inverse[row * width + row] = 1.0;
            inverse[row * width + rows] = 1.0;
            let of_most = way.values.iter().find(|(l, _)| *l == most).map_or(0.0, |(_, value)| value.abs());
            (0..generators).for_each(|l| inverse[l * width + row] = of_most);
            for (l, value) in used(&way).iter().filter(|(l, _)| *l != most) {
                inverse[l * width + row] -= value.abs();
            }
            basic.push(Basic::Way(way));
        }
        Master { generators, rows, inverse, basic, load_row: most, direction: vec![], pivots: 0 }
    }

    /// The largest load.
    pub(super) fn load(&self) -> f64 {
        self.inverse[self.load_row * (self.rows + 1) + self.rows]
    }

    /// Multiplications so far.
    pub(super) fn work(&self) -> usize {
        self.pivots * self.rows * self.rows
    }

    /// The price of each generator, then what each target is worth.
    pub(super) fn duals(&self) -> &[f64] {
        &self.inverse[self.load_row * (self.rows + 1)..][..self.rows]
    }

    /// The basic ways with their weights.
    pub(super) fn ways(&self) -> impl Iterator<Item = (&Way, f64)> {
        let weights = self.inverse.chunks_exact(self.rows + 1).map(|row| row[self.rows]);
        self.basic.iter().zip(weights).filter_map(|(basic, weight)| match basic {
            Basic::Way(way) => Some((way, weight)),
            Basic::Load | Basic::Slack => None,
        })
    }

    /// Lets slacks in as long as prices are negative.
    pub(super) fn settle(&mut self) {
        for _ in 0..10 * self.rows {
            let duals = self.duals();
            let worst = (0..self.generators).max_by(|left, right| duals[*left].total_cmp(&duals[*right]));
            let Some(l) = worst.filter(|l| duals[*l] > TINY) else { return };
            self.direction.clear();
            self.direction.extend(self.inverse.chunks_exact(self.rows + 1).map(|row| row[l]));
            if !self.enter(Basic::Slack) {
                return;
            }
        }
    }

    /// Lets a way in if that lowers the load.
    pub(super) fn offer(&mut self, single: &Single, target: usize) -> bool {
        let duals = self.duals();
        let priced = |(l, _): &(usize, f64)| *l < self.generators;
        let price: f64 = single.values().filter(priced).map(|(l, x)| -duals[l] * x.abs()).sum();
        if price >= duals[self.generators + target] - TINY {
            return false;
        }
        let values: Vec<(usize, f64)> = single.values().collect();
        self.direction.clear();
        for row in self.inverse.chunks_exact(self.rows + 1) {
            let used = values.iter().filter(|way| priced(way)).map(|(l, x)| row[*l] * x.abs());
            self.direction.push(row[self.generators + target] + used.sum::<f64>());
        }
        self.enter(Basic::Way(Way { target, values }))
    }

    fn enter(&mut self, entering: Basic) -> bool {
        let width = self.rows + 1;
        let (mut least, mut leaving) = (f64::INFINITY, None);
        for (row, speed) in self.direction.iter().enumerate() {
            if *speed > TINY && row != self.load_row {
                let ratio = self.inverse[row * width + self.rows].max(0.0) / speed;
                // Among equals the largest pivot.
                let equal = leaving.is_some_and(|best: usize| ratio <= least + TINY && *speed > self.direction[best]);
                if ratio < least - TINY || equal {
                    (least, leaving) = (ratio.min(least), Some(row));
                }
            }
        }
        let Some(row) = leaving else { return false };
        let pivot = self.direction[row];
        let (before, rest) = self.inverse.split_at_mut(row * width);
        let (pivot_row, after) = rest.split_at_mut(width);
        pivot_row.iter_mut().for_each(|entry| *entry /= pivot);
        let others = before.chunks_exact_mut(width).chain(after.chunks_exact_mut(width));
        let speeds = self.direction[..row].iter().chain(&self.direction[row + 1..]);
        for (other, speed) in others.zip(speeds) {
            if *speed != 0.0 {
                other.iter_mut().zip(&*pivot_row).for_each(|(entry, above)| *entry -= speed * above);
            }
        }
        self.basic[row] = entering;
        self.pivots += 1;
        true
    }
}
