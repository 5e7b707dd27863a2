//! Escape neurons, and the constants that exclude them (docs/theory.md, sections 3, 5 and 8).

use super::model::{Model, NeuronModel};
use crate::kink::{Answer, Arrangement, KinkForm, Options, Tree, decide_nonnegative};
use crate::linear::{is_zero, primitive};
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};
use std::collections::BTreeSet;

/// Whether one neuron of a stationary candidate escapes.
#[derive(Debug)]
pub enum Escape {
    /// `d_i` vanishes wherever `g_i` does. With several outputs and `d_i` not zero, a constant proves it; otherwise
    /// `g_i >= 0` does, or `d_i` is zero everywhere.
    No(Option<Constant>),
    /// u with `g_i(u) = 0` and `d_i(u) != 0`.
    Yes(Vec<Rational>),
    /// A proof tree has too many leaves.
    Limit,
}

/// `C_i` with proofs of `C_i g_i + s d_ij >= 0` for all outputs j and both signs s: (5.1) of docs/theory.md.
#[derive(Debug)]
pub struct Constant {
    /// The best, that is least, `C_i`: `1 / C_i` is the l1-distance from `h_i` to the boundary of the cone `H_i`.
    pub value: Rational,
    /// The proofs for s = 1, one for each output.
    pub plus: Vec<Tree>,
    /// The proofs for s = -1.
    pub minus: Vec<Tree>,
}

/// Decides whether neuron i escapes, at a stationary point with both layers trained.
pub(super) fn decide_escape(model: &Model<'_>, i: usize, options: &Options) -> Escape {
    let neuron = &model.neurons[i];
    if neuron.d_is_zero() {
        return Escape::No(None);
    }
    if neuron.g.is_zero() {
        // h_i = 0, or h_i is orthogonal to all values of d_i: every u with d_i(u) != 0 escapes.
        let u = neuron.d.iter().find_map(KinkForm::non_zero_point);
        return Escape::Yes(u.unwrap_or_default());
    }
    if neuron.d.len() == 1 {
        return Escape::No(None);
    }
    least_constant(model, neuron, options)
}

/// `C` is the largest `|d_ij(u)| / g_i(u)` seen so far. A direction that refutes `C g_i + s d_ij >= 0` raises it or
/// has `g_i(u) = 0 != d_i(u)`. Taken on rays of the arrangement of all boundary lines there are finitely many, so the
/// loop ends, with the least constant.
fn least_constant(model: &Model<'_>, neuron: &NeuronModel, options: &Options) -> Escape {
    let inputs = &model.instance.samples.inputs;
    let lines: BTreeSet<Vec<Integer>> =
        neuron.boundary.iter().filter_map(|k| Some(primitive(&inputs[*k])?.0)).collect();
    let dimension = inputs[0].len();
    let rational = |line: Vec<Integer>| line.into_iter().map(Rational::from).collect();
    let arrangement = Arrangement::new(lines.into_iter().map(rational).collect(), dimension);
    let mut constant = Rational::zero();
    'raised: loop {
        let mut proofs: [Vec<Tree>; 2] = [vec![], vec![]];
        for (sign, proofs) in [Rational::one(), -Rational::one()].into_iter().zip(&mut proofs) {
            for d in &neuron.d {
                let form = KinkForm::combination(dimension, &[(constant.clone(), &neuron.g), (sign.clone(), d)]);
                let u = match decide_nonnegative(&form, options) {
                    Answer::Nonnegative(tree) => {
                        proofs.push(tree);
                        continue;
                    }
                    Answer::Limit => return Escape::Limit,
                    Answer::Negative(u) => arrangement.to_ray(&form, u),
                };
                let rise = neuron.g.value(&u);
                if rise.is_zero() {
                    return Escape::Yes(u);
                }
                let d_at = neuron.d_at(&u);
                debug_assert!(!is_zero(&d_at));
                constant = d_at.iter().map(Signed::abs).max().unwrap_or_default() / rise;
                continue 'raised;
            }
        }
        let [plus, minus] = proofs;
        return Escape::No(Some(Constant { value: constant, plus, minus }));
    }
}
