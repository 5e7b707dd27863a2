//! The float proposer: how the convex kinks might be shared out among a and the concave ones all at once, or a ray on which f
//! might be negative. What comes out is a guess.
//!
//! With generators `c_l = kappa_l p_l` (convex) and targets `g_0 = a`, `g_m = |kappa_m| p_m` (concave) the linear program is
//!
//! ```text
//! min t,   g_m = sum_l x_ml c_l for each target m,   sum_m |x_ml| <= t for each generator l,
//! ```
//!
//! and `t <= 1` is (2.3) to (2.5) of docs/theory.md at the root. At fixed prices of the generators the targets don't concern
//! each other (`single.rs`), so it is solved by generating columns (Dantzig, Wolfe 1960): a small program mixes for each
//! target the ways to make it that were found so far (`master.rs`), and its duals are the next prices. Prices are smoothed
//! (Wentges 1997), or they would jump about. For all prices `pi >= 0`, `sum pi = 1`,
//!
//! ```text
//! t >= sum_m min { sum_l pi_l |x_l| : sum_l x_l c_l = g_m },
//! ```
//!
//! which ends a search in vain. It is often tight: if `pi_l = |c_l.u|` for a u with `f(u) <= 0`, all of this holds with
//! equality. So the lines of low price are where the descent to a negative ray begins (`descent.rs`).
//!
//! Only additions, subtractions, multiplications, divisions and comparisons occur, in a fixed order: the guess is the same on
//! every machine.
#![allow(clippy::float_arithmetic)]

mod descent;
mod master;
mod single;

use descent::Descent;
use master::Master;
use single::Single;

/// A load that leaves room enough to round.
const ENOUGH: f64 = 0.999;
/// What counts as more than 1, or as a difference between two loads.
const TOLERANCE: f64 = 1e-9;
/// How much of the next prices is the best prices so far.
const SMOOTHING: f64 = 0.8;
/// Most rounds of prices.
const ROUNDS: usize = 300;
/// Largest problem that is tried: numbers in all tableaus.
const MOST_ENTRIES: usize = 4_000_000;
/// Most multiplications by the program that mixes, about a second.
const MOST_WORK: usize = 1_000_000_000;

/// Vectors of one length.
#[derive(Debug, Clone)]
pub(super) struct Floats {
    dimension: usize,
    entries: Vec<f64>,
}

impl Floats {
    /// No vectors of this length.
    pub(super) fn new(dimension: usize) -> Floats {
        Floats { dimension, entries: vec![] }
    }

    /// Adds `factor vector`; `None` if a number is out of range.
    pub(super) fn push(&mut self, factor: f64, vector: impl Iterator<Item = f64>) -> Option<()> {
        let start = self.entries.len();
        self.entries.extend(vector.map(|entry| factor * entry));
        self.entries[start..].iter().all(|entry| entry.is_finite()).then_some(())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len() / self.dimension
    }

    fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.entries.chunks_exact(self.dimension)
    }

    /// Divides each coordinate by the largest one of the generators.
    fn balance(generators: &mut Floats, targets: &mut Floats) {
        for i in 0..generators.dimension {
            let largest = generators.rows().map(|row| row[i].abs()).fold(0.0, f64::max);
            if largest > 0.0 {
                let all = [&mut *generators, &mut *targets].into_iter();
                all.flat_map(|floats| floats.entries.iter_mut().skip(i).step_by(floats.dimension))
                    .for_each(|entry| *entry /= largest);
            }
        }
    }
}

/// Shares of the generators for each target, with a largest load that is hardly more than 1.
#[derive(Debug)]
pub(super) struct Shares {
    generators: Floats,
    /// `x_ml`, for each target in turn.
    multipliers: Vec<Vec<f64>>,
    /// For each target the independent generators that it is made from, if it is made in one way.
    pub(super) ways: Vec<Option<Vec<usize>>>,
}

/// Shares, if some are found. Rays that may refute f are offered to `refutes` while searching, as the generators on which they
/// are zero; the search ends when it accepts one.
pub(super) fn propose(
    mut generators: Floats, mut targets: Floats, refutes: &mut dyn FnMut(&[usize]) -> bool,
) -> Option<Shares> {
    let rows = generators.len() + targets.len();
    if generators.entries.len().saturating_mul(targets.len()).max(rows * rows) > MOST_ENTRIES {
        return None;
    }
    Floats::balance(&mut generators, &mut targets);
    let mut singles = Single::all(&generators, &targets)?;
    let count = generators.len();
    let mut best = vec![1.0 / count as f64; count];
    let mut prices = best.clone();
    let mut bound: f64 = singles.iter_mut().map(|single| single.solve(&prices)).sum();
    let mut master = Master::new(count, &singles);
    let mut tried = false;
    let mut work = 0;
    for _ in 0..ROUNDS {
        if work > MOST_WORK {
            break;
        }
        if bound > 1.0 + TOLERANCE && !tried {
            tried = true;
            if Descent::new(&generators, &targets, &best).is_some_and(|mut descent| descent.run(refutes)) {
                return None;
            }
        }
        master.settle();
        if master.load() <= ENOUGH || master.load() - bound < TOLERANCE {
            break;
        }
        let mut entered = 0;
        for smoothing in [SMOOTHING, 0.0] {
            for ((price, dual), best) in prices.iter_mut().zip(master.duals()).zip(&best) {
                *price = smoothing * best + (1.0 - smoothing) * (-dual).max(0.0);
            }
            let mut sum = 0.0;
            for (target, single) in singles.iter_mut().enumerate() {
                sum += single.solve(&prices);
                if master.offer(single, target) {
                    master.settle();
                    work += rows * rows;
                    entered += 1;
                }
            }
            if sum > bound {
                bound = sum;
                best.copy_from_slice(&prices);
            }
            if entered > 0 {
                break;
            }
        }
        if entered == 0 {
            break;
        }
    }
    if master.load() > 1.0 + TOLERANCE {
        // The last prices, and where each target would be made at the best ones.
        let duals: Vec<f64> = master.duals()[..count].iter().map(|dual| -dual).collect();
        let mut starts = vec![duals];
        for single in &mut singles {
            single.solve(&best);
            starts.push(single.reduced().to_vec());
        }
        for start in starts {
            if Descent::new(&generators, &targets, &start).is_some_and(|mut descent| descent.run(refutes)) {
                break;
            }
        }
        return None;
    }
    Some(Shares::new(generators, targets.len(), &master))
}

impl Shares {
    fn new(generators: Floats, targets: usize, master: &Master) -> Shares {
        let mut multipliers = vec![vec![0.0; generators.len()]; targets];
        for (way, weight) in master.ways() {
            way.values.iter().for_each(|(l, value)| multipliers[way.target][*l] += weight * value);
        }
        let mut ways = vec![None; targets];
        for (way, _) in master.ways() {
            let mut rest = multipliers[way.target].clone();
            way.values.iter().for_each(|(l, value)| rest[*l] -= value);
            if rest.iter().all(|entry| entry.abs() < 1e-7) {
                ways[way.target] = Some(way.values.iter().map(|(l, _)| *l).collect());
            }
        }
        Shares { generators, multipliers, ways }
    }

    /// What no proposer should say.
    #[cfg(test)]
    pub(super) fn nonsense(generators: Floats, targets: usize, random: &mut impl rand::Rng) -> Shares {
        use rand::RngExt;
        let wild = random.random_bool(0.5);
        let number = |random: &mut dyn rand::Rng| match random.random_range(0..40) {
            0 if wild => f64::NAN,
            1 if wild => f64::INFINITY,
            2 if wild => 1e30,
            3..20 => 0.0,
            _ => random.random_range(-0.5..=0.5),
        };
        let mut multipliers = vec![];
        let mut ways = vec![];
        for _ in 0..targets {
            multipliers.push((0..generators.len()).map(|_| number(&mut *random)).collect());
            let count = if random.random_bool(0.2) { random.random_range(0..=5) } else { generators.dimension };
            let way = (0..count).map(|_| random.random_range(0..generators.len())).collect();
            ways.push(random.random_bool(0.9).then_some(way));
        }
        Shares { generators, multipliers, ways }
    }

    /// Independent generators with room left, and how many bits the multipliers of the others may be rounded to, towards
    /// zero, so that what these generators take up in exchange fits that room. `None` if there are none, or if it would be
    /// more than 50 bits.
    pub(super) fn basis(&self) -> Option<(Vec<usize>, u32)> {
        let (rows, width) = (self.generators.dimension, self.generators.len());
        let load = |l: usize| self.multipliers.iter().map(|row| row[l].abs()).sum::<f64>();
        let room: Vec<f64> = (0..width).map(|l| (1.0 - load(l)).max(0.0)).collect();
        let mut entries = Vec::with_capacity(rows * width);
        (0..rows).for_each(|i| entries.extend(self.generators.rows().map(|generator| generator[i])));
        let mut basis = Vec::with_capacity(rows);
        for row in 0..rows {
            let (mut best, mut place) = (0.0, None);
            for other in row..rows {
                for (column, room) in room.iter().enumerate() {
                    let size = entries[other * width + column].abs() * room;
                    if size > best && !basis.contains(&column) {
                        (best, place) = (size, Some((other, column)));
                    }
                }
            }
            let (other, column) = place?;
            (0..width).for_each(|entry| entries.swap(row * width + entry, other * width + entry));
            single::eliminate(&mut entries, width, row, column);
            basis.push(column);
        }
        // Rounding is off by less than 1 for each multiplier that isn't 0.
        let off = |l: usize| self.multipliers.iter().filter(|row| row[l] != 0.0).count() as f64;
        let off: Vec<f64> = (0..width).map(|l| if basis.contains(&l) { 0.0 } else { off(l) }).collect();
        let (mut bits, mut units) = (1, 2.0);
        for (row, l) in entries.chunks_exact(width).zip(&basis) {
            let most: f64 = row.iter().zip(&off).map(|(entry, off)| entry.abs() * off).sum();
            while 2.0 * most >= units * room[*l] {
                (bits, units) = (bits + 1, 2.0 * units);
                if bits > 50 {
                    return None;
                }
            }
        }
        Some((basis, bits))
    }

    /// `x_ml` in units of `2^-bits`, rounded towards zero.
    pub(super) fn rounded(&self, bits: u32) -> impl Iterator<Item = Vec<i64>> {
        let units = (1_u64 << bits) as f64;
        self.multipliers.iter().map(move |row| row.iter().map(|x| (x * units) as i64).collect())
    }
}
