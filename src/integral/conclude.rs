//! From decisions to verdicts with their reasons (docs/verdicts.md).

use super::decisions::{Decisions, Locally, Options};
use super::findings::NeuronType;
use super::model::{Model, Role};
use super::regularity::{breaking_neurons, degenerate_neurons, rough_neurons};
use super::stationary::Stationarity;
use super::step_size::{MAX_WIDTH, StepSize, sample_cells};
use super::threshold::is_below;
use super::types::neuron_type;
use crate::problem::{EscapeNeurons, Property, Reason, Verdict};
use crate::rational::{Rational, decimal, write};
use num_traits::{Signed, Zero};
use std::collections::BTreeMap;

/// What is reported.
pub(super) struct Conclusions {
    pub(super) verdicts: BTreeMap<Property, Verdict>,
    pub(super) escape_neurons: EscapeNeurons,
    pub(super) reasons: BTreeMap<Property, Reason>,
    /// Samples for the step size that was asked for, if they are needed.
    pub(super) step_size: Option<StepSize>,
}

type Decided = (Verdict, Reason);

fn decided(verdict: Verdict, code: &'static str, text: impl Into<String>) -> Decided {
    (verdict, Reason::new(code, text))
}

/// Draws the conclusions.
pub(super) fn conclude(model: &Model<'_>, decisions: &Decisions, options: &Options) -> Conclusions {
    let stationary = decisions.stationarity.holds();
    let minimum = decisions.locally.is_minimum();
    let is_saddle = match (stationary, minimum) {
        (false, _) | (_, Some(true)) => Some(false),
        (true, Some(false)) => Some(true),
        (true, None) => None,
    };
    let is_global = match (model.loss.is_zero(), minimum, decisions.has_better_network) {
        (true, ..) => Some(true),
        (_, Some(false), _) | (.., true) => Some(false),
        _ => None,
    };
    let (escape_neurons, escape_reason) = escape_neurons(model, stationary);
    let mut avoided = avoided(model, decisions, is_saddle);
    let step_size = for_one_step_size(model, options, &mut avoided);
    let all = [
        (Property::Stationary, stationarity(model, &decisions.stationarity)),
        (Property::Differentiable, differentiable(model)),
        (Property::C1, c1(model)),
        (Property::C2, c2(model)),
        (Property::LocalMinimum, local_minimum(model, decisions)),
        (Property::Saddle, saddle(stationary, is_saddle)),
        (Property::StrictSaddle, strict_saddle(decisions, is_saddle)),
        (Property::Spurious, spurious(minimum, is_global)),
        (Property::GlobalMinimum, global_minimum(model, decisions, is_global)),
        (Property::GlobalMinimumAnyWidth, any_width(model)),
        (Property::AvoidedByGradientDescent, avoided),
        (Property::BelowThreshold, below_threshold(model)),
    ];
    let mut reasons = BTreeMap::from([(Property::EscapeNeurons, escape_reason)]);
    let mut verdicts = BTreeMap::new();
    for (property, (verdict, reason)) in all {
        verdicts.insert(property, verdict);
        reasons.insert(property, reason);
    }
    Conclusions { verdicts, escape_neurons, reasons, step_size }
}

fn stationarity(model: &Model<'_>, stationarity: &Stationarity) -> Decided {
    match stationarity {
        Stationarity::Gradient(text) => decided(Verdict::No, "gradient", text.clone()),
        Stationarity::Moment(j, q) => {
            let text = format!(
                "neuron {j}, with zero input weight and bias, lets the loss fall with a breakpoint at {}",
                write(q)
            );
            decided(Verdict::No, "degenerate-neuron", text)
        }
        Stationarity::Yes(Some(_)) => {
            let text = "the gradient is zero, and D has the sign that neurons with zero input weight and bias need";
            decided(Verdict::Yes, "moment-sign", text)
        }
        Stationarity::Yes(None) if model.loss.is_zero() => decided(Verdict::Yes, "zero-loss", "the loss is 0"),
        Stationarity::Yes(None) => decided(Verdict::Yes, "zero-gradient", "the derivative is zero in every direction"),
    }
}

fn differentiable(model: &Model<'_>) -> Decided {
    let breaking = breaking_neurons(model);
    if breaking.is_empty() {
        return decided(Verdict::Yes, "linear", "the derivative is linear in the direction");
    }
    let text = format!("{} with zero input weight and bias, and with output weight", name(&breaking));
    decided(Verdict::No, "degenerate-neuron", text)
}

fn c1(model: &Model<'_>) -> Decided {
    let degenerate = degenerate_neurons(model);
    if degenerate.is_empty() {
        return decided(Verdict::Yes, "no-degenerate-neuron", "no neuron has zero input weight and bias");
    }
    let text = format!("not differentiable at points nearby: {} with zero input weight and bias", name(&degenerate));
    decided(Verdict::No, "degenerate-neuron", text)
}

fn c2(model: &Model<'_>) -> Decided {
    let rough = rough_neurons(model);
    if rough.is_empty() {
        return decided(
            Verdict::Yes,
            "no-jump",
            "no breakpoint lies where the density, or density times target, jumps",
        );
    }
    let degenerate = rough.iter().all(|j| model.neurons[*j].role == Role::Degenerate);
    let why = if degenerate { "with zero input weight and bias" } else { "with a breakpoint at an end or at a jump" };
    decided(Verdict::No, "rough-neuron", format!("the second derivative jumps at {}, {why}", name(&rough)))
}

fn escape_neurons(model: &Model<'_>, stationary: bool) -> (EscapeNeurons, Reason) {
    if !stationary {
        return (EscapeNeurons::NotStationary, Reason::new("not-stationary", "defined at stationary points only"));
    }
    let escapes = |j: &usize| {
        let neuron = &model.neurons[*j];
        let moves = match neuron.role {
            Role::Degenerate => !model.loss.is_zero(),
            _ => neuron.slope_moments.iter().any(|moment| !moment.is_zero()),
        };
        neuron.is_flat() && moves
    };
    let found: Vec<usize> = (0..model.neurons.len()).filter(escapes).collect();
    let reason = if found.is_empty() {
        Reason::new("none", "the derivative of every neuron without output weight is zero")
    } else {
        Reason::new("found", format!("the derivative isn't zero for {}, without output weight", name(&found)))
    };
    (EscapeNeurons::Found(found), reason)
}

fn local_minimum(model: &Model<'_>, decisions: &Decisions) -> Decided {
    let (yes, no) = (Verdict::Yes, Verdict::No);
    match &decisions.locally {
        Locally::ZeroLoss => decided(yes, "zero-loss", "the loss is 0"),
        Locally::NotStationary => decided(no, "not-stationary", "not stationary"),
        Locally::Witness => decided(no, "descent-witness", "the loss falls along the instance's curve"),
        Locally::Strict(value) => decided(no, "negative-curvature", curvature(value)),
        Locally::Flat(j) => {
            let kind = match model.neurons[*j].role {
                Role::Degenerate => ", with all parameters zero",
                _ => ", without output weight",
            };
            decided(no, "flat-neuron", format!("neuron {j}{kind}, lets the loss fall"))
        }
        Locally::Decoupled => {
            let text = "no neuron can let the loss fall alone, and what they do together adds int p (N' - N)^2 >= 0";
            decided(yes, "decoupled", text)
        }
        Locally::SecondOrder(true) => {
            let text = "the second order is positive wherever breakpoints move, the rest at its best values";
            decided(yes, "second-order", text)
        }
        Locally::SecondOrder(false) => decided(no, "second-order", "the one-sided second order is negative somewhere"),
        Locally::Elimination(true) => {
            let text = "with output weights and bias eliminated the loss difference is a polynomial that is nonnegative near 0";
            decided(yes, "elimination", text)
        }
        Locally::Elimination(false) => {
            decided(no, "higher-order", "the loss falls along a curve with terms of several powers")
        }
        Locally::Open(why) => decided(Verdict::Undecided, "second-order-zero", *why),
    }
}

/// In words what a negative second derivative says.
fn curvature(value: &Rational) -> String {
    let exact = write(value);
    let shown = if exact.len() <= 24 { exact } else { decimal(value, 6) };
    format!("the second derivative is {shown} in the direction that the certificate names")
}

fn saddle(stationary: bool, is_saddle: Option<bool>) -> Decided {
    match is_saddle {
        Some(true) => decided(Verdict::Yes, "stationary-not-minimum", "stationary and not a local minimum"),
        Some(false) if !stationary => decided(Verdict::No, "not-stationary", "not stationary"),
        Some(false) => decided(Verdict::No, "local-minimum", "a local minimum"),
        None => decided(Verdict::Undecided, "local-minimum-undecided", "depends on local minimum"),
    }
}

fn strict_saddle(decisions: &Decisions, is_saddle: Option<bool>) -> Decided {
    match (is_saddle, &decisions.locally) {
        (Some(false), _) => decided(Verdict::No, "not-a-saddle", "not a saddle"),
        (Some(true), Locally::Strict(value)) => decided(Verdict::Yes, "negative-curvature", curvature(value)),
        (Some(true), Locally::SecondOrder(false)) => {
            let text = "negative curvature on one side of a breakpoint only, where the loss isn't C^2";
            decided(Verdict::No, "one-sided", text)
        }
        (Some(true), Locally::Flat(j)) => {
            let text = format!(
                "no negative curvature where the loss is C^2: it falls by neuron {j} along a ray or at third order"
            );
            decided(Verdict::No, "higher-order", text)
        }
        (Some(true), _) => decided(Verdict::No, "higher-order", "no negative curvature where the loss is C^2"),
        (None, _) => decided(Verdict::Undecided, "local-minimum-undecided", "depends on local minimum"),
    }
}

fn spurious(minimum: Option<bool>, global: Option<bool>) -> Decided {
    match (minimum, global) {
        (Some(false), _) => decided(Verdict::No, "not-local-minimum", "not a local minimum"),
        (_, Some(true)) => decided(Verdict::No, "global-minimum", "a global minimum"),
        (Some(true), Some(false)) => {
            decided(Verdict::Yes, "local-not-global", "a local minimum, and another network of this width is better")
        }
        (Some(true), None) => decided(Verdict::Undecided, "global-minimum-undecided", "depends on global minimum"),
        (None, _) => decided(Verdict::Undecided, "local-minimum-undecided", "depends on local minimum"),
    }
}

fn global_minimum(model: &Model<'_>, decisions: &Decisions, is_global: Option<bool>) -> Decided {
    match is_global {
        Some(true) => decided(Verdict::Yes, "zero-loss", "the loss is 0"),
        Some(false) if decisions.locally.is_minimum() == Some(false) => {
            decided(Verdict::No, "not-local-minimum", "not even a local minimum")
        }
        Some(false) if model.instance.better_candidate.is_some() => {
            decided(Verdict::No, "better-network", "the instance's witness has a smaller loss")
        }
        Some(false) => decided(Verdict::No, "better-network", "another network of this width has a smaller loss"),
        None => {
            let text = "no better network is known: witnesses.better_candidate takes yours";
            decided(Verdict::Undecided, "no-better-network-known", text)
        }
    }
}

fn any_width(model: &Model<'_>) -> Decided {
    if model.loss.is_zero() {
        return decided(Verdict::Yes, "zero-loss", "the loss is 0");
    }
    decided(Verdict::No, "dense", "wide networks come as near to the target as one likes")
}

/// Why the setting of the theorems about gradient descent isn't given.
fn out_of_place(model: &Model<'_>) -> Option<Decided> {
    let text = "stated for affine targets and density 1 only";
    model.instance.integral.affine().is_none().then(|| decided(Verdict::NotApplicable, "not-affine", text))
}

fn avoided(model: &Model<'_>, decisions: &Decisions, is_saddle: Option<bool>) -> Decided {
    if let Some(out_of_place) = out_of_place(model) {
        return out_of_place;
    }
    match is_saddle {
        Some(false) => return decided(Verdict::No, "not-a-saddle", "the statement is about saddles"),
        None => return decided(Verdict::Undecided, "local-minimum-undecided", "depends on local minimum"),
        Some(true) => {}
    }
    let degenerate = degenerate_neurons(model);
    if !degenerate.is_empty() {
        let text = format!("not covered by the theorem: {} with zero input weight and bias", name(&degenerate));
        return decided(Verdict::Undecided, "degenerate-neuron", text);
    }
    let silent = |j: &usize| neuron_type(model.instance, *j).0 == NeuronType::SemiInactive;
    let felt: Vec<usize> = rough_neurons(model).into_iter().filter(|j| !silent(j)).collect();
    if !felt.is_empty() {
        return decided(
            Verdict::Undecided,
            "rough-neuron",
            format!("not covered by the theorem: the loss isn't C^2 at {}", name(&felt)),
        );
    }
    // The Hessian of the active extension: the kink of a semi-inactive neuron switched on.
    let badly_signed = (0..model.neurons.len()).filter(silent).find(|j| {
        let neuron = &model.neurons[*j];
        let at_end = neuron.breakpoint.as_ref().map(|q| model.weighted_at(q, true) + model.weighted_at(q, false));
        at_end.is_some_and(|value| (value * &neuron.v).is_negative())
    });
    let for_almost_all = "gradient descent, with almost every step size, converges here from a null set only";
    match (matches!(decisions.locally, Locally::Strict(_)), badly_signed) {
        (true, _) => decided(Verdict::Yes, "strict-saddle", for_almost_all),
        (false, Some(j)) => decided(
            Verdict::Yes,
            "active-extension",
            format!("{for_almost_all}: negative curvature once neuron {j} is active"),
        ),
        (false, None) => {
            let text =
                "not covered by the theorem: a saddle only because of semi-inactive neurons without output weight";
            decided(Verdict::Undecided, "flat-semi-inactive", text)
        }
    }
}

/// Turns a verdict about almost every step size into one about the one that was asked for.
fn for_one_step_size(model: &Model<'_>, options: &Options, avoided: &mut Decided) -> Option<StepSize> {
    let eta = options.step_size.as_ref().filter(|_| avoided.0 == Verdict::Yes)?;
    if model.neurons.len() > MAX_WIDTH {
        let text =
            format!("almost every step size; for one step size there are too many cells beyond width {MAX_WIDTH}");
        *avoided = decided(Verdict::Undecided, "too-many-cells", text);
        return None;
    }
    match sample_cells(model.instance, eta) {
        Some(samples) => {
            let text = format!("gradient descent with step size {} converges here from a null set only", write(eta));
            *avoided = decided(Verdict::Yes, "step-size", text);
            Some(StepSize { eta: eta.clone(), samples })
        }
        None => {
            let text = format!("almost every step size; with {} a step may map a cell to a null set", write(eta));
            *avoided = decided(Verdict::Undecided, "singular-step", text);
            None
        }
    }
}

fn below_threshold(model: &Model<'_>) -> Decided {
    if let Some(out_of_place) = out_of_place(model) {
        return out_of_place;
    }
    let integral = &model.instance.integral;
    let Some((alpha, _)) = integral.affine() else {
        return decided(Verdict::Undecided, "not-affine", "no affine target");
    };
    if is_below(&model.loss, &alpha, model.gamma(), &integral.length(), model.neurons.len()) {
        let text =
            "below the loss of every critical point that isn't global: a convergent run ends in a global minimum";
        return decided(Verdict::Yes, "below-threshold", text);
    }
    decided(Verdict::No, "above-threshold", "some critical point that isn't global has this loss or a smaller one")
}

/// `neuron 3`, `neurons 0, 2`, at most eight of them.
fn name(neurons: &[usize]) -> String {
    let shown: Vec<String> = neurons.iter().take(8).map(usize::to_string).collect();
    let more = if neurons.len() > 8 { format!(" and {} more", neurons.len() - 8) } else { String::new() };
    format!("neuron{} {}{more}", if neurons.len() == 1 { "" } else { "s" }, shown.join(", "))
}
