//! From an instance to findings: the order of the decisions.

use super::better::better_network;
use super::conclude::conclude;
use super::curve::Descent;
use super::decisions::{Decisions, Locally, Options};
use super::descent::flat_neuron;
use super::elimination::{Outcome, decide_by_elimination};
use super::findings::{Evidence, Findings, Neuron};
use super::hessian::negative_direction;
use super::model::{Model, loss_of};
use super::nearby::cannot_descend_alone;
use super::second_order::{Curvature, decide_second_order};
use super::stationary::{Stationarity, decide_stationarity};
use super::types::neuron_type;
use crate::effort;
use crate::linear::{IntervalAnswer, IntervalProof, nonnegative_on};
use crate::problem::{Difference, IntegralInstance, Judgement, Property, Reason, Verdict};
use crate::rational::write;
use num_traits::Zero;

/// Decides everything about the candidate of an instance.
///
/// Cost: the model; one LDL^T in 2 m + 1 variables; where that decides nothing the forms of the second order on 2^k cells for
/// k breakpoints at jumps, and then elimination (`decide_by_elimination`).
pub fn decide(instance: &IntegralInstance, options: &Options) -> Findings {
    effort::until(options.deadline, || decide_in_time(instance, options))
}

fn decide_in_time(instance: &IntegralInstance, options: &Options) -> Findings {
    let model = Model::new(instance);
    let mut evidence = Evidence { density: density_proofs(instance), ..Evidence::default() };
    let stationarity = decide_stationarity(&model);
    let mut failed_witnesses = Vec::new();
    let from_witness = witness_descent(instance, &mut failed_witnesses);
    let locally = if model.loss.is_zero() {
        Locally::ZeroLoss
    } else if !stationarity.holds() {
        Locally::NotStationary
    } else {
        locally(&model, from_witness, &mut evidence)
    };
    if let Stationarity::Moment(_, q) = &stationarity {
        evidence.moment_at = Some(q.clone());
    }
    witness_network(instance, &model, &mut evidence, &mut failed_witnesses);
    if locally.is_minimum() == Some(true) && !model.loss.is_zero() && evidence.better_network.is_none() {
        evidence.better_network = better_network(&model);
    }
    let decisions = Decisions { locally, has_better_network: evidence.better_network.is_some(), stationarity };
    let mut conclusions = conclude(&model, &decisions, options);
    if effort::is_over() {
        let open = |property: &Property| conclusions.verdicts.get(property) == Some(&Verdict::Undecided);
        for property in [Property::LocalMinimum, Property::Saddle].into_iter().filter(open) {
            conclusions.reasons.insert(property, Reason::out_of_time());
        }
    }
    evidence.step_size = conclusions.step_size;
    if let Stationarity::Yes(moment) = decisions.stationarity {
        evidence.moment = moment;
    }
    let neurons = (0..instance.candidate.width()).map(|j| {
        let (kind, breakpoint) = neuron_type(instance, j);
        Neuron { kind, breakpoint }
    });
    let neurons = neurons.collect();
    let judgement = Judgement {
        loss: model.loss.clone(),
        mean_squared_error: model.mean_squared_error(),
        properties: &Property::INTEGRAL,
        verdicts: conclusions.verdicts,
        escape_neurons: conclusions.escape_neurons,
        reasons: conclusions.reasons,
        failed_witnesses,
    };
    Findings { judgement, neurons, evidence }
}

/// Decides a stationary candidate whose loss is not 0.
fn locally(model: &Model<'_>, from_witness: Option<Descent>, evidence: &mut Evidence) -> Locally {
    if let Some((direction, value)) = negative_direction(model) {
        evidence.strict_direction = Some(direction);
        return Locally::Strict(value);
    }
    if let Some(descent) = from_witness {
        evidence.descent = Some(descent);
        return Locally::Witness;
    }
    if model.neurons.iter().all(|neuron| cannot_descend_alone(model, neuron)) {
        return Locally::Decoupled;
    }
    for j in 0..model.neurons.len() {
        if let Some(descent) = flat_neuron(model, j) {
            evidence.descent = Some(descent);
            return Locally::Flat(j);
        }
    }
    let second = match decide_second_order(model) {
        Curvature::Minimum(proof) => {
            evidence.second_order = Some(proof);
            return Locally::SecondOrder(true);
        }
        Curvature::Descent(descent) => {
            evidence.descent = Some(descent);
            return Locally::SecondOrder(false);
        }
        Curvature::Open(why) => why,
    };
    match decide_by_elimination(model) {
        Outcome::Minimum(proof) => {
            evidence.elimination = Some(proof);
            Locally::Elimination(true)
        }
        Outcome::Descent(descent) => {
            evidence.descent = Some(descent);
            Locally::Elimination(false)
        }
        Outcome::TooLarge => Locally::Open(second),
        Outcome::Open(why) => Locally::Open(why),
    }
}

/// Proofs that each piece of the density is nonnegative; the reader has refused all others.
fn density_proofs(instance: &IntegralInstance) -> Vec<IntervalProof> {
    let mut from = &instance.integral.start;
    let mut proofs = Vec::new();
    for piece in instance.integral.density.iter().flat_map(|density| &density.0) {
        if let IntervalAnswer::Nonnegative(proof) = nonnegative_on(&piece.polynomial, from, &piece.to) {
            proofs.push(proof);
        }
        from = &piece.to;
    }
    proofs
}

fn witness_descent(instance: &IntegralInstance, failed: &mut Vec<Difference>) -> Option<Descent> {
    let found = match Descent::along(instance, instance.descent.clone()?) {
        Ok(descent) => return Some(descent),
        Err(Some((power, term))) => format!("the loss changes by {} t^{power} + ...", write(&term)),
        Err(None) => "the loss doesn't change, or a breakpoint is no polynomial in t".to_owned(),
    };
    let expected = "a curve along which the loss falls".to_owned();
    failed.push(Difference { property: "witnesses.descent".to_owned(), expected, found });
    None
}

fn witness_network(
    instance: &IntegralInstance, model: &Model<'_>, evidence: &mut Evidence, failed: &mut Vec<Difference>,
) {
    let Some(better) = &instance.better_candidate else { return };
    let found = loss_of(instance, better);
    if found < model.loss {
        evidence.better_network = Some(better.clone());
    } else {
        let expected = format!("a loss below {}", write(&model.loss));
        let property = "witnesses.better_candidate".to_owned();
        failed.push(Difference { property, expected, found: write(&found) });
    }
}
