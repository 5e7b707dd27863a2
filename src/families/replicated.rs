//! A neuron of a base split into several with shares of its output weight.
//!
//! Neuron i becomes r >= 2 neurons with its input weight and output weights `s_l h_i`, `sum_l s_l = 1`. The network
//! computes the same, so the residuals, the loss, (C) and the forms of section 6.1 of docs/theory.md stay; replica l
//! has `D = D_i`, `d = d_i` and `g = s_l g_i`. With both layers trained:
//!
//! - not stationary stays so: if `g_i` is negative somewhere, so is `s_l g_i` for a positive share, and there is one;
//! - stationary stays so exactly if no share is negative or `g_i` is zero everywhere (`g_i >= 0` and `-g_i >= 0`);
//! - then a replica with `s_l != 0` escapes exactly if neuron i does, one with `s_l = 0` exactly if `d_i` isn't
//!   zero everywhere, and the other neurons as before;
//! - a replica that escapes has a feature that depends on the others: not a local minimum (section 7);
//! - without escape neurons: a local minimum (section 5.1);
//! - a better network, near or far, is split in the same way, so what isn't a local or global minimum stays so.
//!
//! The verdicts on the base are those that the prover finds; what they don't settle is left out of `expected`. After
//! Fukumizu, Yamaguchi, Mototake and Tanaka.

use super::member::{expect, written};
use super::{BadParameters, id_part};
use crate::empirical::{Findings, Model, decide};
use crate::kink::Options;
use crate::problem::EscapeNeurons;
use crate::problem::{Expected, Instance, Network, Property, Source, Verdict, Witnesses};
use crate::rational::{Rational, write};
use num_traits::{One, Signed, Zero};

/// What the member looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// i, counted from 0.
    pub neuron: usize,
    /// `s_l`: at least two, with sum 1.
    pub shares: Vec<Rational>,
}

/// The member. The first replica stands in the place of the neuron, the others at the end. Cost: that of deciding the
/// base.
///
/// # Errors
/// No such neuron, shares that don't sum to 1, a base with a layer that isn't trained.
pub fn generate(base: &Instance, parameters: &Parameters) -> Result<Instance, BadParameters> {
    let Parameters { neuron, shares } = parameters;
    let width = base.candidate.width();
    if *neuron >= width {
        let text = format!("there is no neuron {neuron}: they are counted from 0 to {}", width - 1);
        return Err(BadParameters(text));
    }
    let sum: Rational = shares.iter().sum();
    if shares.len() < 2 || !sum.is_one() {
        let text = format!("{} shares with sum {}; at least two with sum 1 are needed", shares.len(), write(&sum));
        return Err(BadParameters(text));
    }
    if !base.trained.both_layers() {
        return Err(BadParameters::new("one layer of the base isn't trained; take one where both are"));
    }
    // Also a change is split in this way: the curve of networks computes the same.
    let also = |network: &Network| split(network, *neuron, shares);
    let witnesses = Witnesses {
        better_candidate: base.witnesses.better_candidate.as_ref().map(also),
        descent: base.witnesses.descent.as_ref().map(|curve| curve.iter().map(also).collect()),
    };
    let listed = shares.iter().map(write).collect::<Vec<_>>();
    let instance = Instance {
        id: format!("replicated-{}-n{neuron}-{}", base.id, id_part(&listed.join("-"))),
        title: Some(format!("Neuron {neuron} of {} with shares {}", base.id, listed.join(", "))),
        source: Source {
            citation: Some(
                "after Fukumizu, Yamaguchi, Mototake, Tanaka. Semi-flat minima and saddle points by embedding neural networks \
                 to overparameterization. NeurIPS 2019"
                    .to_owned(),
            ),
            arxiv: Some("1906.04868".to_owned()),
            location: Some(format!(
                "replication of a neuron: relucert instances generate replicated --base {}.json --neuron {neuron} \
                 --shares={}",
                base.id,
                listed.join(",")
            )),
            ..Source::default()
        },
        candidate: also(&base.candidate),
        witnesses,
        expected: Some(expected(base, parameters)),
        ..base.clone()
    };
    written(&instance)
}

fn split(network: &Network, neuron: usize, shares: &[Rational]) -> Network {
    let mut split = network.clone();
    let part = |share: &Rational| network.output_weights[neuron].iter().map(|entry| entry * share).collect();
    split.output_weights[neuron] = part(&shares[0]);
    for share in &shares[1..] {
        split.input_weights.push(network.input_weights[neuron].clone());
        split.output_weights.push(part(share));
    }
    split
}

fn expected(base: &Instance, Parameters { neuron, shares }: &Parameters) -> Expected {
    use Property::{Differentiable, GlobalMinimum, GlobalMinimumAnyWidth, LocalMinimum, Saddle, Spurious, Stationary};
    let findings = decide(base, &Options::default());
    let model = Model::new(base);
    let (d_is_zero, g_is_zero) = (model.neurons[*neuron].d_is_zero(), model.neurons[*neuron].g.is_zero());
    let was = |property: Property| match findings.verdicts.get(&property) {
        Some(Verdict::Yes) => Some(true),
        Some(Verdict::No) => Some(false),
        _ => None,
    };
    let stays = shares.iter().all(|share| !share.is_negative()) || g_is_zero;
    let stationary = was(Stationary).map(|stationary| stationary && stays);
    let escaping = match stationary {
        Some(true) => replicas_that_escape(&findings, base.candidate.width(), *neuron, shares, d_is_zero),
        _ => None,
    };
    let replica_escapes =
        escaping.as_ref().is_some_and(|found| found.iter().any(|i| i == neuron || *i >= base.candidate.width()));
    let minimum = match (stationary, &escaping) {
        (Some(false), _) => Some(false),
        (Some(true), Some(found)) if found.is_empty() => Some(true),
        _ if replica_escapes || was(LocalMinimum) == Some(false) => Some(false),
        _ => None,
    };
    let any_width = was(GlobalMinimumAnyWidth);
    let global = match (any_width, was(GlobalMinimum), minimum) {
        (Some(true), _, _) => Some(true),
        (_, Some(false), _) | (_, _, Some(false)) => Some(false),
        _ => None,
    };
    let saddle = stationary.zip(minimum).map(|(stationary, minimum)| stationary && !minimum);
    let spurious = if minimum == Some(false) || global == Some(true) {
        Some(false)
    } else {
        minimum.zip(global).map(|(minimum, global)| minimum && !global)
    };
    let all = [
        (Stationary, stationary),
        (Differentiable, was(Differentiable)),
        (LocalMinimum, minimum),
        (Saddle, saddle),
        (Spurious, spurious),
        (GlobalMinimum, global),
        (GlobalMinimumAnyWidth, any_width),
    ];
    let verdicts: Vec<(Property, bool)> = all.into_iter().filter_map(|(property, is)| Some((property, is?))).collect();
    let because = match (was(Stationary), stationary) {
        (Some(true), Some(false)) => "a negative share turns g_i >= 0, which isn't zero everywhere, into its negative",
        (_, Some(false)) => "the base isn't stationary, and a replica with a positive share has the same descent",
        _ if replica_escapes => "a replica escapes, and its feature depends on the others",
        (_, Some(true)) if minimum == Some(true) => "the shares keep g_i nonnegative, and no replica escapes",
        _ => "the network computes the same as the base, and replicas have d = d_i and g = share g_i",
    };
    let mut expected = expect(&verdicts, because);
    expected.loss = Some(findings.loss.clone());
    expected.escape_neurons = match stationary {
        Some(false) => Some(None),
        _ => escaping.map(Some),
    };
    expected
}

/// The escape neurons of the split network, which is stationary; `None` if those of the base aren't decided.
fn replicas_that_escape(
    findings: &Findings, width: usize, neuron: usize, shares: &[Rational], d_is_zero: bool,
) -> Option<Vec<usize>> {
    let EscapeNeurons::Found(of_base) = &findings.escape_neurons else { return None };
    let replica_escapes = |share: &Rational| if share.is_zero() { !d_is_zero } else { of_base.contains(&neuron) };
    let index = |l: usize| if l == 0 { neuron } else { width + l - 1 };
    let replicas = shares.iter().enumerate().filter(|(_, share)| replica_escapes(share)).map(|(l, _)| index(l));
    let mut found: Vec<usize> = of_base.iter().copied().filter(|i| *i != neuron).chain(replicas).collect();
    found.sort_unstable();
    Some(found)
}
