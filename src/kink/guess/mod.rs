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
pub(super) mod library;
mod master;
mod single;

use super::nonnegative::Options;
use descent::Descent;
use master::Master;
use single::Single;

/// A load that leaves room enough to round.
const ENOUGH: f64 = 0.999;
/// What counts as a difference between two loads.
const TOLERANCE: f64 = 1e-9;
/// A load that is more than 1, whatever was rounded.
const TOO_MUCH: f64 = 1.0 + 1e-7;
/// How much of the next prices is the best prices so far.
const SMOOTHING: f64 = 0.8;
/// Most rounds of prices.
const ROUNDS: usize = 300;
/// Largest problem that is tried: numbers in all tableaus.
const MOST_ENTRIES: usize = 4_000_000;

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
}

/// What is to be shared out among whom.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The generators.
    pub(super) generators: Floats,
    /// So many of them have a price and a load. The others are for the first target alone, as much as it likes, but only
    /// upwards.
    pub(super) priced: usize,
    /// The targets.
    pub(super) targets: Floats,
}

impl Question {
    /// Divides each coordinate by the largest one of the generators.
    fn balance(&mut self) {
        for i in 0..self.generators.dimension {
            let largest = self.generators.rows().map(|row| row[i].abs()).fold(0.0, f64::max);
            if largest > 0.0 {
                let all = [&mut self.generators, &mut self.targets].into_iter();
                all.flat_map(|floats| floats.entries.iter_mut().skip(i).step_by(floats.dimension))
                    .for_each(|entry| *entry /= largest);
            }
        }
    }

    /// Numbers in all tableaus.
    fn entries(&self) -> usize {
        let rows = self.priced + self.targets.len();
        self.generators.entries.len().saturating_mul(self.targets.len()).max(rows * rows)
    }
}

/// Shares of the generators for each target, with a largest load that is hardly more than 1.
#[derive(Debug)]
pub(super) struct Shares {
    generators: Floats,
    priced: usize,
    /// `x_ml`, for each target in turn.
    multipliers: Vec<Vec<f64>>,
    /// For each target the independent generators that it is made from, if it is made in one way.
    pub(super) ways: Vec<Option<Vec<usize>>>,
}

/// Is offered a ray that may refute f, as the priced generators on which it is zero; says whether it does.
pub(super) type Refutes<'a> = &'a mut dyn FnMut(&[usize]) -> bool;

/// What a search found.
#[derive(Debug)]
pub(super) enum Guess {
    /// How to share.
    Shares(Shares),
    /// There are no shares, or a ray was accepted.
    No,
    /// It didn't get to the end.
    Open,
}

/// Shares, if some are found. Rays are offered to `refutes` while searching, if that is given; the search ends when it accepts
/// one, or, if it isn't given, as soon as there can't be shares.
pub(super) fn propose(mut question: Question, options: &Options, refutes: Option<Refutes<'_>>) -> Guess {
    if question.entries() > MOST_ENTRIES || options.max_work == 0 {
        return Guess::Open;
    }
    question.balance();
    let Some(mut search) = Search::new(&question, options) else { return Guess::Open };
    if let Some(refutes) = refutes {
        let mut descend = |start: &[f64]| Descent::new(&question, start).is_some_and(|mut walk| walk.run(refutes));
        if search.run(|search| search.bound <= TOO_MUCH) {
            // The best prices so far; when it doesn't help, the best there are, and what each target would pay at these.
            if descend(&search.best) {
                return Guess::No;
            }
            search.run(|_| true);
            if search.master.load() > TOO_MUCH {
                search.starts().iter().any(|start| descend(start));
                return Guess::No;
            }
        }
    } else if search.run(|search| search.bound <= TOO_MUCH) {
        return Guess::No;
    }
    if search.master.load() <= TOO_MUCH {
        Guess::Shares(Shares::new(question, &search.master))
    } else if search.is_closed() {
        Guess::No
    } else {
        Guess::Open
    }
}

/// The search for prices that show that there are no shares, or for shares.
struct Search<'a> {
    options: &'a Options,
    singles: Vec<Single>,
    master: Master,
    prices: Vec<f64>,
    /// What all targets together cost at the best prices, and these.
    bound: f64,
    best: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(question: &Question, options: &'a Options) -> Option<Search<'a>> {
        let count = question.priced;
        let mut singles = Single::all(&question.generators, count, &question.targets)?;
        let prices = vec![1.0 / count as f64; count];
        let bound = singles.iter_mut().map(|single| single.solve(&prices)).sum();
        Some(Search { options, master: Master::new(count, &singles), singles, bound, best: prices.clone(), prices })
    }

    /// Goes on while it is told to and it helps. Whether it ended because it was told so.
    fn run(&mut self, goes_on: impl Fn(&Search<'_>) -> bool) -> bool {
        for _ in 0..ROUNDS {
            if !goes_on(self) {
                return true;
            }
            self.master.settle();
            let done = self.master.load() <= ENOUGH || self.is_closed();
            let too_long = self.master.work() > self.options.max_work || self.options.is_over();
            // Where smooth prices bring nothing new, the duals themselves may.
            if done || too_long || !(self.round(SMOOTHING) || self.round(0.0)) {
                break;
            }
        }
        !goes_on(self)
    }

    /// Whether the load is the least there is.
    fn is_closed(&self) -> bool {
        self.master.load() - self.bound < TOLERANCE
    }

    /// Offers the master what each target would take at new prices. Whether it took something.
    fn round(&mut self, smoothing: f64) -> bool {
        for ((price, dual), best) in self.prices.iter_mut().zip(self.master.duals()).zip(&self.best) {
            *price = smoothing * best + (1.0 - smoothing) * (-dual).max(0.0);
        }
        let (mut sum, mut entered) = (0.0, false);
        for (target, single) in self.singles.iter_mut().enumerate() {
            sum += single.solve(&self.prices);
            if self.master.offer(single, target) {
                self.master.settle();
                entered = true;
            }
        }
        if sum > self.bound {
            self.bound = sum;
            self.best.copy_from_slice(&self.prices);
        }
        entered
    }

    /// Where a descent may begin: the last prices, and the dual solutions of all targets at the best ones.
    fn starts(&mut self) -> Vec<Vec<f64>> {
        let duals = self.master.duals()[..self.prices.len()].to_vec();
        let of_target = |single: &mut Single| {
            single.solve(&self.best);
            single.reduced().to_vec()
        };
        std::iter::once(duals).chain(self.singles.iter_mut().map(of_target)).collect()
    }
}

impl Shares {
    fn new(question: Question, master: &Master) -> Shares {
        let mut multipliers = vec![vec![0.0; question.generators.len()]; question.targets.len()];
        for (way, weight) in master.ways() {
            way.values.iter().for_each(|(l, value)| multipliers[way.target][*l] += weight * value);
        }
        let mut ways = vec![None; question.targets.len()];
        for (way, _) in master.ways() {
            let mut rest = multipliers[way.target].clone();
            way.values.iter().for_each(|(l, value)| rest[*l] -= value);
            if rest.iter().all(|entry| entry.abs() < 1e-7) {
                ways[way.target] = Some(way.values.iter().map(|(l, _)| *l).collect());
            }
        }
        Shares { generators: question.generators, priced: question.priced, multipliers, ways }
    }

    /// Each target is made in one way if it takes no more than d independent generators.
    fn with_basic_columns(question: Question, multipliers: Vec<Vec<f64>>) -> Shares {
        let ways = vec![None; multipliers.len()];
        let mut shares = Shares { generators: question.generators, priced: question.priced, multipliers, ways };
        let way = |row: &Vec<f64>| {
            // Others fill up.
            let sizes: Vec<f64> = row.iter().map(|x| x.abs().max(TOLERANCE)).collect();
            let (basis, _) = shares.eliminated(&sizes)?;
            let only = |(l, x): (usize, &f64)| x.abs() <= TOLERANCE || basis.contains(&l);
            row.iter().enumerate().all(only).then_some(basis)
        };
        shares.ways = shares.multipliers.iter().map(way).collect();
        shares
    }

    /// What no proposer should say.
    #[cfg(test)]
    pub(super) fn nonsense(question: Question, random: &mut impl rand::Rng) -> Shares {
        use rand::RngExt;
        let (generators, targets) = (question.generators, question.targets.len());
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
        Shares { generators, priced: question.priced, multipliers, ways }
    }

    /// Independent priced generators with room left, and how many bits the multipliers of the others may be rounded to, towards
    /// zero, so that what these generators take up in exchange fits that room. `None` if there are none, or if it would be
    /// more than 50 bits.
    pub(super) fn basis(&self) -> Option<(Vec<usize>, u32)> {
        let width = self.generators.len();
        let load = |l: usize| self.multipliers.iter().map(|row| row[l].abs()).sum::<f64>();
        let room: Vec<f64> = (0..self.priced).map(|l| (1.0 - load(l)).max(0.0)).collect();
        let (basis, entries) = self.eliminated(&room)?;
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

    /// Independent generators of those that are preferred, and all of them in terms of these, row after row.
    fn eliminated(&self, preference: &[f64]) -> Option<(Vec<usize>, Vec<f64>)> {
        let (rows, width) = (self.generators.dimension, self.generators.len());
        let mut entries = Vec::with_capacity(rows * width);
        (0..rows).for_each(|i| entries.extend(self.generators.rows().map(|generator| generator[i])));
        let mut basis = Vec::with_capacity(rows);
        for row in 0..rows {
            let (mut best, mut place) = (0.0, None);
            for other in row..rows {
                for (column, preference) in preference.iter().enumerate() {
                    let size = entries[other * width + column].abs() * preference;
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
        Some((basis, entries))
    }

    /// `x_ml` in units of `2^-bits`, rounded towards zero.
    pub(super) fn rounded(&self, bits: u32) -> impl Iterator<Item = Vec<i64>> {
        let units = (1_u64 << bits) as f64;
        self.multipliers.iter().map(move |row| row.iter().map(|x| (x * units) as i64).collect())
    }
}
