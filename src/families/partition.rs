//! The hardness of testing stationarity: PARTITION as a kink form (docs/theory.md, section 2.8).
//!
//! For integers `a_1, ..., a_N`, none zero, let `A = max |a_i|` and let delta be the least `|sum_i a_i v_i|` over
//! all signs v. On (v, s) in Q^N x Q
//!
//! ```text
//! f(v, s) = A sum_i ( |v_i + s| + |v_i - s| - |v_i| - |s| ) + |sum_i a_i v_i| - scale delta |s|
//! ```
//!
//! is nonnegative exactly if `scale <= 1`: for s = 0 it is, and for s = 1 it is at least `|sum a_i v'_i| - scale
//! delta`, v' the nearest signs, with equality for v = v'. delta comes from the set of all reachable sums. The linear
//! sufficient condition fails near the threshold, and proofs branch on all N signs. The candidate is that of the module
//! `gadget`.

use super::draw::Draw;
use super::gadget::{Form, check_scale, expect_nonnegative, one_neuron, show_scale};
use super::member::written;
use super::{BadParameters, id_part, show_activation};
use crate::problem::{Activation, Instance};
use crate::rational::{Rational, write};
use num_traits::{One, Zero};
use std::collections::BTreeSet;

/// What members look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// N: between 2 and 64; proofs have about 2^N leaves.
    pub numbers: usize,
    /// `scale > 0`
    pub scale: Rational,
    /// `rho`, with a kink and a positive slope that isn't zero.
    pub activation: Activation,
}

/// Largest number.
const LARGEST: usize = 9;

/// The member of a seed: N numbers between 1 and 9 that can't be split into two equal sums. Cost: N^2 operations.
///
/// # Errors
/// Parameters out of range.
pub fn generate(seed: u64, parameters: &Parameters) -> Result<Instance, BadParameters> {
    let Parameters { numbers: count, scale, activation } = parameters;
    if !(2..=64).contains(count) {
        return Err(BadParameters(format!("{count} numbers; between 2 and 64 make sense")));
    }
    check_scale(scale)?;
    let mut draw = Draw::of_seed(seed);
    let (numbers, delta) = loop {
        let numbers: Vec<u64> = (0..*count).map(|_| 1 + draw.below(LARGEST) as u64).collect();
        let delta = least_difference(&numbers);
        if delta > 0 {
            break (numbers, delta);
        }
    };
    let mut instance = one_neuron(&form(&numbers, &(scale * integer(delta))), activation)?;
    let name = show_activation(activation);
    instance.id = format!("partition-{}-n{count}-x{}-s{seed}", id_part(&name), id_part(&write(scale)));
    instance.title = Some(format!("PARTITION of {count} numbers as a question of stationarity, {}", show_scale(scale)));
    instance.source.location = Some(format!(
        "docs/theory.md, section 2.8; relucert instances generate partition --numbers {count} --scale {} --activation \
         {name} --seed {seed}",
        write(scale)
    ));
    let listed = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let because = format!(
        "the sums of {listed} with signs come as near to zero as {delta} and not nearer, and the gadget is nonnegative \
         up to {delta}; here it has {}",
        write(&(scale * integer(delta)))
    );
    expect_nonnegative(&mut instance, *scale <= Rational::one(), &because);
    written(&instance)
}

fn integer(value: u64) -> Rational {
    Rational::from_integer(value.into())
}

/// The least `|sum_i +-a_i|`.
fn least_difference(numbers: &[u64]) -> u64 {
    let reach = |sums: BTreeSet<u64>, a: &u64| sums.iter().flat_map(|sum| [sum + a, sum.abs_diff(*a)]).collect();
    numbers.iter().fold(BTreeSet::from([0]), reach).first().copied().unwrap_or_default()
}

/// `f` with `strength` for `scale delta`.
fn form(numbers: &[u64], strength: &Rational) -> Form {
    let dimension = numbers.len() + 1;
    let largest = integer(numbers.iter().max().copied().unwrap_or_default());
    let line = |entries: &[(usize, i64)]| {
        let mut line = vec![Rational::zero(); dimension];
        entries.iter().for_each(|(axis, entry)| line[*axis] = Rational::from_integer((*entry).into()));
        line
    };
    let s = numbers.len();
    let mut kinks = Vec::new();
    for i in 0..s {
        kinks.push((largest.clone(), line(&[(i, 1), (s, 1)])));
        kinks.push((largest.clone(), line(&[(i, 1), (s, -1)])));
        kinks.push((-&largest, line(&[(i, 1)])));
    }
    kinks.push((Rational::one(), numbers.iter().map(|a| integer(*a)).chain([Rational::zero()]).collect()));
    kinks.push((-(largest * integer(s as u64)) - strength, line(&[(s, 1)])));
    Form { linear: vec![Rational::zero(); dimension], kinks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_differences() {
        for (numbers, expected) in [(&[3, 1, 4][..], 0), (&[3, 1, 5], 1), (&[9, 1, 1], 7), (&[7], 7), (&[5, 5, 5], 5)] {
            assert_eq!(least_difference(numbers), expected, "{numbers:?}");
        }
    }
}
