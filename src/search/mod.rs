//! Floor 6: the search for a better network of the same width. Floating point descends from many starts; what it finds is
//! rounded to short rationals and its loss compared exactly, so that a bad guess costs time and nothing else.

mod descend;
mod insert;

pub use insert::{CannotInsert, insert_better_candidate};

use crate::empirical::loss;
use crate::problem::{Instance, Network};
use crate::rational::{Rational, simplest_near};
use descend::{Problem, descend};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// How hard to search. The same options find the same network.
#[derive(Debug, Clone, Copy)]
pub struct SearchOptions {
    /// Starts beside the candidate itself.
    pub starts: usize,
    /// Steps from each start.
    pub steps: usize,
    /// Seed of the random starts.
    pub seed: u64,
}

impl Default for SearchOptions {
    fn default() -> SearchOptions {
        SearchOptions { starts: 24, steps: 4_000, seed: 1 }
    }
}

/// A network of the candidate's width, equal to it in what isn't trained, with an exactly smaller loss, if the search
/// finds one: the first that it finds, in as short numbers as keep it better. Cost: (starts + 1) * steps passes over the
/// samples in floating point.
pub fn better_network(instance: &Instance, options: &SearchOptions) -> Option<Network> {
    let candidate_loss = loss(instance, &instance.candidate);
    let problem = Problem::of(instance)?;
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    (0..=options.starts).find_map(|start| {
        let found = descend(&problem, start, options.steps, &mut random);
        shortest_better(instance, &problem, &found, &candidate_loss)
    })
}

/// The network of some float parameters in ever more digits, until its loss is below that of the candidate.
fn shortest_better(instance: &Instance, problem: &Problem, found: &[f64], below: &Rational) -> Option<Network> {
    [1, 2, 3, 4, 6, 9, 12].into_iter().find_map(|digits| {
        let tolerance = Rational::new(1.into(), num_traits::pow(10.into(), digits));
        let rounded: Option<Vec<Rational>> = found.iter().map(|value| simplest_near(*value, &tolerance)).collect();
        let network = problem.network(instance, &rounded?);
        (loss(instance, &network) < *below).then_some(network)
    })
}
