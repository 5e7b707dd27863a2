//! Directional stationarity (docs/theory.md, section 3).

use super::model::{Model, NeuronModel};
use crate::kink::{Answer, Options, Tree, decide_nonnegative};
use crate::linear::is_zero;
use crate::problem::Network;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether the candidate is directionally stationary in what is trained.
#[derive(Debug)]
pub enum Stationarity {
    /// (H) `D_i = 0`, (C) `sum_k e_k = 0` and (W) `g_i >= 0` hold, as far as demanded; a proof of `g_i >= 0` for each
    /// neuron whose `g_i` is not zero anyway.
    Yes(Vec<Option<Tree>>),
    /// The derivative in this direction is negative; the text says which condition fails.
    No(Network, String),
    /// The proof tree of this neuron's `g_i` has too many leaves.
    Limit(usize),
}

/// Decides (H) if output weights are trained, (C) if the output bias is, (W) if input weights are.
pub(super) fn decide_stationarity(model: &Model<'_>, options: &Options) -> Stationarity {
    let trained = model.instance.trained;
    let negated = |vector: &[_]| vector.iter().map(|entry: &crate::rational::Rational| -entry).collect::<Vec<_>>();
    let mut direction = model.instance.candidate.zero_change();
    if trained.output_weights
        && let Some((i, neuron)) = model.neurons.iter().enumerate().find(|(_, n)| !is_zero(&n.output_derivative))
    {
        direction.output_weights[i] = negated(&neuron.output_derivative);
        return Stationarity::No(direction, format!("the derivative in the output weight of neuron {i} isn't zero"));
    }
    if trained.output_bias && !is_zero(&model.residual_sum) {
        direction.output_bias = Some(negated(&model.residual_sum));
        return Stationarity::No(direction, "the residuals don't sum to zero, so the output bias can move".to_owned());
    }
    let mut proofs = vec![None; model.neurons.len()];
    let mut limit = None;
    // The first neuron that refutes it is the one that is named; those after it needn't be decided.
    let first = AtomicUsize::new(usize::MAX);
    // Each form is decided once, for the first neuron that has it.
    let form = |i: usize| &model.neurons[i].g;
    let owners: Vec<usize> =
        (0..model.neurons.len()).map(|i| (0..i).find(|l| form(*l) == form(i)).unwrap_or(i)).collect();
    let answer = |(i, neuron): (usize, &NeuronModel)| {
        let is_decided = owners[i] != i || neuron.g.is_zero();
        if !trained.input_weights || is_decided || i > first.load(Ordering::Relaxed) {
            return None;
        }
        let answer = decide_nonnegative(&neuron.g, options);
        if matches!(answer, Answer::Negative(_)) {
            first.fetch_min(i, Ordering::Relaxed);
        }
        Some(answer)
    };
    let answers: Vec<Option<Answer>> = model.neurons.par_iter().enumerate().map(answer).collect();
    for (i, answer) in answers.into_iter().enumerate().filter_map(|(i, answer)| Some((i, answer?))) {
        match answer {
            Answer::Nonnegative(tree) => proofs[i] = Some(tree),
            Answer::Negative(u) => {
                direction.input_weights[i] = u;
                let text = format!("the derivative in a direction of the input weight of neuron {i} is negative");
                return Stationarity::No(direction, text);
            }
            Answer::Limit => limit = limit.or(Some(i)),
        }
    }
    for (i, owner) in owners.into_iter().enumerate().filter(|(i, owner)| i != owner) {
        proofs[i] = proofs[owner].clone();
    }
    limit.map_or(Stationarity::Yes(proofs), Stationarity::Limit)
}
