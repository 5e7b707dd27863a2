//! From decisions to verdicts with their reasons (docs/verdicts.md).

use super::decisions::{Decisions, FoundDescent, Origin};
use super::escape::Escape;
use super::model::Model;
use super::neurons::{Neuron, kind, regions};
use super::several_outputs::Gap;
use super::stationary::Stationarity;
use crate::linear::Scaled;
use crate::problem::{EscapeNeurons, Property, Reason, Verdict};
use crate::rational::write;
use std::collections::BTreeMap;

/// What is reported.
pub(super) struct Conclusions {
    pub(super) verdicts: BTreeMap<Property, Verdict>,
    pub(super) escape_neurons: EscapeNeurons,
    pub(super) reasons: BTreeMap<Property, Reason>,
    pub(super) neurons: Vec<Neuron>,
}

type Decided = (Verdict, Reason);

fn decided(verdict: Verdict, code: &'static str, text: impl Into<String>) -> Decided {
    (verdict, Reason::new(code, text))
}

/// Draws the conclusions.
pub(super) fn conclude(model: &Model<'_>, decisions: &Decisions) -> Conclusions {
    let stationary = stationary(model, decisions);
    let (escape_neurons, escape_reason) = escape_neurons(model, decisions);
    let any_width = (Verdict::of(decisions.any_width.0), decisions.any_width.1.clone());
    let minimum = local_minimum(model, decisions, &escape_neurons);
    let global = global_minimum(model, decisions, stationary.0, minimum.0);
    let saddle = saddle(stationary.0, minimum.0);
    let spurious = spurious(minimum.0, global.0);
    let with_regions = minimum.0 == Verdict::Yes && decisions.second_order.is_none() && decisions.elimination.is_none();
    let sizes = with_regions.then(|| model.samples.rows.iter().map(Scaled::l1_norm).collect::<Vec<_>>());
    let neurons = model.neurons.iter().enumerate().map(|(i, neuron)| Neuron {
        kind: kind(model.instance, i, neuron),
        boundary_samples: neuron.boundary.clone(),
        regions: sizes.as_ref().map(|sizes| regions(model, i, decisions.escapes.get(i), sizes)),
    });
    let neurons = neurons.collect();
    let all = [
        (Property::Stationary, stationary),
        (Property::Differentiable, differentiable(model)),
        (Property::LocalMinimum, minimum),
        (Property::Saddle, saddle),
        (Property::Spurious, spurious),
        (Property::GlobalMinimum, global),
        (Property::GlobalMinimumAnyWidth, any_width),
    ];
    let mut reasons = BTreeMap::from([(Property::EscapeNeurons, escape_reason)]);
    let mut verdicts = BTreeMap::new();
    for (property, (verdict, reason)) in all {
        verdicts.insert(property, verdict);
        reasons.insert(property, reason);
    }
    Conclusions { verdicts, escape_neurons, reasons, neurons }
}

fn limit(neuron: usize) -> Reason {
    let text = format!("a proof for neuron {neuron} needs more leaves than --max-leaves allows");
    Reason::new("limit", text)
}

fn stationary(model: &Model<'_>, decisions: &Decisions) -> Decided {
    match (&decisions.stationarity, &decisions.descent) {
        (Stationarity::Limit(neuron), _) => (Verdict::Undecided, limit(*neuron)),
        (Stationarity::No(_, text), Some(FoundDescent { descent, .. })) => {
            let text = format!("{text}: there is a direction with derivative {}", write(&descent.coefficient));
            decided(Verdict::No, "descent-direction", text)
        }
        (Stationarity::No(_, text), None) => decided(Verdict::No, "descent-direction", text.clone()),
        (Stationarity::Yes(proofs), _) => {
            let count = proofs.iter().flatten().count();
            let trained = model.instance.trained;
            let text = match (trained.input_weights, count) {
                (false, _) => "the derivatives in all that is trained are zero".to_owned(),
                (true, 0) => "the derivative is zero in every direction".to_owned(),
                (true, 1) => "no direction has a negative derivative: 1 kink form is proved nonnegative".to_owned(),
                (true, _) => {
                    format!("no direction has a negative derivative: {count} kink forms are proved nonnegative")
                }
            };
            decided(Verdict::Yes, "kink-forms-nonnegative", text)
        }
    }
}

fn differentiable(model: &Model<'_>) -> Decided {
    if !model.instance.trained.input_weights {
        return decided(Verdict::Yes, "input-weights-fixed", "the loss is a polynomial in what is trained");
    }
    let kinked: Vec<usize> = (0..model.neurons.len()).filter(|i| !model.neurons[*i].g.is_linear()).collect();
    if kinked.is_empty() {
        return decided(Verdict::Yes, "no-kinks", "the derivative is linear in the direction");
    }
    decided(Verdict::No, "kinks", format!("the derivative in the input weight has kinks at {}", name_neurons(&kinked)))
}

fn escape_neurons(model: &Model<'_>, decisions: &Decisions) -> (EscapeNeurons, Reason) {
    match &decisions.stationarity {
        Stationarity::No(..) => {
            let text = "defined at stationary points only";
            return (EscapeNeurons::NotStationary, Reason::new("not-stationary", text));
        }
        Stationarity::Limit(neuron) => return (EscapeNeurons::Undecided, limit(*neuron)),
        Stationarity::Yes(_) => {}
    }
    if !model.instance.trained.both_layers() {
        let text = "none: they are defined where both layers are trained";
        return (EscapeNeurons::Found(vec![]), Reason::new("one-layer-fixed", text));
    }
    if let Some(i) = decisions.escapes.iter().position(|escape| matches!(escape, Escape::Limit)) {
        return (EscapeNeurons::Undecided, limit(i));
    }
    let found: Vec<usize> =
        (0..decisions.escapes.len()).filter(|i| matches!(decisions.escapes[*i], Escape::Yes(_))).collect();
    let reason = if found.is_empty() {
        Reason::new("none", "d_i vanishes wherever g_i does, for every neuron i")
    } else {
        let direction = |i: &usize| match &decisions.escapes[*i] {
            Escape::Yes(u) => format!("u = ({})", u.iter().map(write).collect::<Vec<_>>().join(", ")),
            _ => String::new(),
        };
        let first = format!("neuron {} by {}", found[0], direction(&found[0]));
        Reason::new("found", format!("g_i(u) = 0 and d_i(u) != 0: {first}"))
    };
    (EscapeNeurons::Found(found), reason)
}

fn local_minimum(model: &Model<'_>, decisions: &Decisions, escape_neurons: &EscapeNeurons) -> Decided {
    if let Some(FoundDescent { descent, origin }) = &decisions.descent {
        let falls = format!("the loss changes by {} t^{} + ...", write(&descent.coefficient), descent.power);
        return match origin {
            Origin::Direction => decided(Verdict::No, "descent-direction", "not stationary"),
            Origin::Witness => decided(Verdict::No, "descent-witness", format!("{falls} along the instance's curve")),
            Origin::ZeroOutputWeight(i) => {
                let text = format!("{falls} along a ray of escape neuron {i}, whose output weight is zero");
                decided(Verdict::No, "escape-neuron-zero-output-weight", text)
            }
            Origin::SecondOrder(neurons) => {
                let text = format!("{falls} along a ray of {}, by its second order", name_neurons(neurons));
                decided(Verdict::No, "escape-neuron-second-order", text)
            }
            Origin::HigherOrder => {
                decided(Verdict::No, "higher-order", format!("{falls} along a curve with terms of several powers"))
            }
            Origin::DependentFeature(i) => {
                let text = format!("{falls} along a ray of escape neuron {i}, whose feature depends on the others");
                decided(Verdict::No, "escape-neuron-dependent-feature", text)
            }
        };
    }
    if decisions.any_width.0 {
        return decided(Verdict::Yes, "globally-optimal", "no network of any width has a smaller loss");
    }
    match escape_neurons {
        EscapeNeurons::Undecided => {
            let limit = decisions.escapes.iter().position(|escape| matches!(escape, Escape::Limit));
            let from_stationarity = if let Stationarity::Limit(neuron) = decisions.stationarity { neuron } else { 0 };
            (Verdict::Undecided, self::limit(limit.unwrap_or(from_stationarity)))
        }
        EscapeNeurons::Found(found) if found.is_empty() && !model.instance.trained.both_layers() => {
            let text = "stationary, and without one of the two layers the change of the loss has no mixed terms";
            decided(Verdict::Yes, "one-layer-fixed", text)
        }
        EscapeNeurons::Found(found) if found.is_empty() => {
            let text = "no escape neuron: the loss isn't smaller anywhere in the region shown for each neuron";
            decided(Verdict::Yes, "no-escape-neuron", text)
        }
        EscapeNeurons::Found(found) if decisions.second_order.is_some() => {
            let text = format!(
                "no way down at {}: wherever the derivative is zero, the second order with the best output weights isn't \
                 negative, or nothing moves",
                name_neurons(found)
            );
            decided(Verdict::Yes, "second-order", text)
        }
        EscapeNeurons::Found(found) if decisions.elimination.is_some() => {
            let text = format!(
                "no way down at {}: with some output weights eliminated the loss difference is a polynomial that is \
                 nonnegative near 0",
                name_neurons(found)
            );
            decided(Verdict::Yes, "elimination", text)
        }
        EscapeNeurons::Found(found) => {
            let why = match decisions.gap {
                Some(Gap::Zero) => "the second order is zero, or next to it, in some direction",
                Some(Gap::Dependent) => "its feature depends on what the other neurons can do",
                Some(Gap::Negative) => "the second order is negative only after a projection",
                Some(Gap::Coupled) => "a neuron without output weight moves, and the features depend on each other",
                Some(Gap::Limit) | None => "the critical cones have too many pieces",
            };
            let text = format!("{} may or may not let the loss fall: {why}", name_neurons(found));
            decided(Verdict::Undecided, "escape-neuron-several-outputs", text)
        }
        EscapeNeurons::NotStationary => decided(Verdict::No, "descent-direction", "not stationary"),
    }
}

fn saddle(stationary: Verdict, minimum: Verdict) -> Decided {
    match (stationary, minimum) {
        (Verdict::No, _) => decided(Verdict::No, "not-stationary", "not stationary"),
        (_, Verdict::Yes) => decided(Verdict::No, "local-minimum", "a local minimum"),
        (Verdict::Yes, Verdict::No) => {
            decided(Verdict::Yes, "stationary-not-minimum", "stationary and not a local minimum")
        }
        (Verdict::Undecided, Verdict::No) => {
            decided(Verdict::Undecided, "stationary-undecided", "not a local minimum; depends on stationary")
        }
        _ => decided(Verdict::Undecided, "local-minimum-undecided", "depends on local minimum"),
    }
}

fn spurious(minimum: Verdict, global: Verdict) -> Decided {
    match (minimum, global) {
        (Verdict::No, _) => decided(Verdict::No, "not-local-minimum", "not a local minimum"),
        (_, Verdict::Yes) => decided(Verdict::No, "global-minimum", "a global minimum"),
        (Verdict::Yes, Verdict::No) => {
            decided(Verdict::Yes, "local-not-global", "a local minimum, and another network of this width is better")
        }
        (Verdict::Yes, Verdict::Undecided) => {
            decided(Verdict::Undecided, "global-minimum-undecided", "depends on global minimum")
        }
        _ => decided(Verdict::Undecided, "local-minimum-undecided", "depends on local minimum"),
    }
}

fn global_minimum(model: &Model<'_>, decisions: &Decisions, stationary: Verdict, minimum: Verdict) -> Decided {
    let (optimal, reason) = &decisions.any_width;
    if *optimal {
        let code = if reason.code == "zero-loss" { "zero-loss" } else { "all-width-optimal" };
        return decided(Verdict::Yes, code, reason.text.clone());
    }
    if !model.instance.trained.input_weights && stationary == Verdict::Yes {
        let text = "stationary, and the loss is convex in what is trained";
        return decided(Verdict::Yes, "convex", text);
    }
    if minimum == Verdict::No {
        return decided(Verdict::No, "not-local-minimum", "not even a local minimum");
    }
    if decisions.has_better_network {
        return decided(Verdict::No, "better-network", "the instance's witness has a smaller loss");
    }
    let text = "no better network is known: --search looks for one, and witnesses.better_candidate takes yours";
    decided(Verdict::Undecided, "no-better-network-known", text)
}

/// `neuron 3`, `neurons 0, 2`, at most eight of them.
fn name_neurons(neurons: &[usize]) -> String {
    let shown: Vec<String> = neurons.iter().take(8).map(usize::to_string).collect();
    let more = if neurons.len() > 8 { format!(" and {} more", neurons.len() - 8) } else { String::new() };
    format!("neuron{} {}{more}", if neurons.len() == 1 { "" } else { "s" }, shown.join(", "))
}
