//! From an instance to findings: the order of the decisions.

use super::conclude::conclude;
use super::decisions::{Decisions, FoundDescent, Origin};
use super::descent::Descent;
use super::escape::{Escape, decide_escape};
use super::findings::{Evidence, Findings, NeuronEvidence};
use super::global::decide_any_width;
use super::model::Model;
use super::several_outputs::{Several, decide_several_outputs};
use super::stationary::{Stationarity, decide_stationarity};
use super::witnesses;
use crate::effort;
use crate::kink::Options;
use crate::problem::{EscapeNeurons, Instance, Judgement, Property, Reason, Verdict};
use rayon::prelude::*;

/// Decides everything about the candidate of an instance. Cost: the first-order model, then for each neuron 1 (J = 1)
/// or about 2 J questions of nonnegativity; with several outputs and escape neurons then what docs/theory.md, section 7,
/// says of the cost.
pub fn decide(instance: &Instance, options: &Options) -> Findings {
    let model = Model::new(instance);
    let checked = witnesses::check(&model);
    let stationarity = match &checked.descent {
        Some(descent) if descent.power == 1 => {
            Stationarity::No(descent.coefficients[0].clone(), "by the instance's own curve".to_owned())
        }
        _ => decide_stationarity(&model, options),
    };
    let stationary = matches!(stationarity, Stationarity::Yes(_));
    let both_layers = stationary && instance.trained.both_layers();
    let neurons = 0..model.neurons.len();
    let escapes: Vec<Escape> = match both_layers {
        true => neurons.into_par_iter().map(|i| decide_escape(&model, i, options)).collect(),
        false => vec![],
    };

    let from_witness = checked.descent.map(|descent| FoundDescent { descent, origin: Origin::Witness });
    let mut descent = match &stationarity {
        Stationarity::No(direction, _) => {
            let descent = Descent::along(instance, vec![direction.clone()]).ok();
            descent.map(|descent| FoundDescent { descent, origin: Origin::Direction })
        }
        _ => from_witness,
    };
    let escape_neurons_known = !escapes.iter().any(|escape| matches!(escape, Escape::Limit));
    let has_escape_neuron = escapes.iter().any(|escape| matches!(escape, Escape::Yes(_)));
    let (mut second_order, mut elimination, mut gap, mut open_polynomial) = (None, None, None, None);
    if descent.is_none() && has_escape_neuron && escape_neurons_known {
        match effort::until(options.deadline, || decide_several_outputs(&model, &escapes, options)) {
            Several::Descent(found) => descent = Some(found),
            Several::SecondOrder(proof) => second_order = Some(proof),
            Several::Elimination(proof) => elimination = Some(proof),
            Several::Open(found, polynomial) => (gap, open_polynomial) = (Some(found), polynomial),
        }
    }
    let decisions = Decisions {
        any_width: decide_any_width(&model),
        has_better_network: checked.better_network.is_some(),
        stationarity,
        escapes,
        descent,
        second_order,
        elimination,
        gap,
    };
    let mut conclusions = conclude(&model, &decisions);
    if options.is_over() {
        let open = |property: &Property| conclusions.verdicts.get(property) == Some(&Verdict::Undecided);
        let by_time = [Property::Stationary, Property::EscapeNeurons, Property::LocalMinimum, Property::Saddle];
        for property in by_time.into_iter().filter(open) {
            conclusions.reasons.insert(property, Reason::out_of_time());
        }
    }
    let evidence = Evidence {
        neurons: neuron_evidence(decisions.stationarity, decisions.escapes),
        descent: decisions.descent.map(|found| found.descent),
        second_order: decisions.second_order,
        elimination: decisions.elimination,
        better_network: checked.better_network,
    };
    let judgement = Judgement {
        loss: model.loss.clone(),
        mean_squared_error: model.mean_squared_error(),
        properties: &Property::EMPIRICAL,
        verdicts: conclusions.verdicts,
        escape_neurons: conclusions.escape_neurons,
        reasons: conclusions.reasons,
        failed_witnesses: checked.failed,
    };
    Findings { judgement, neurons: conclusions.neurons, evidence, radius: None, open_polynomial }
}

/// The escape neurons alone, without asking what they mean. Both layers have to be trained.
pub fn decide_escape_neurons(instance: &Instance, options: &Options) -> EscapeNeurons {
    let model = Model::new(instance);
    match decide_stationarity(&model, options) {
        Stationarity::Yes(_) => {}
        Stationarity::No(..) => return EscapeNeurons::NotStationary,
        Stationarity::Limit(_) => return EscapeNeurons::Undecided,
    }
    let mut found = Vec::new();
    for i in 0..model.neurons.len() {
        match decide_escape(&model, i, options) {
            Escape::Yes(_) => found.push(i),
            Escape::No(_) => {}
            Escape::Limit => return EscapeNeurons::Undecided,
        }
    }
    EscapeNeurons::Found(found)
}

fn neuron_evidence(stationarity: Stationarity, escapes: Vec<Escape>) -> Vec<NeuronEvidence> {
    let Stationarity::Yes(proofs) = stationarity else { return Vec::new() };
    let mut escapes = escapes.into_iter();
    let evidence = proofs.into_iter().enumerate().map(|(neuron, nonnegative)| {
        let (constant, escape_direction) = match escapes.next() {
            Some(Escape::No(constant)) => (constant, None),
            Some(Escape::Yes(u)) => (None, Some(u)),
            Some(Escape::Limit) | None => (None, None),
        };
        // (5.1) contains g_i >= 0.
        let nonnegative = nonnegative.filter(|_| constant.is_none());
        NeuronEvidence { neuron, nonnegative, constant, escape_direction }
    });
    let says_something = |entry: &NeuronEvidence| {
        entry.nonnegative.is_some() || entry.constant.is_some() || entry.escape_direction.is_some()
    };
    evidence.filter(says_something).collect()
}
