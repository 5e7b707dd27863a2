//! Instances with an integral loss: what their evidence proves, and the comparison of the claims with it. The format is
//! docs/certificate-integral.md, the mathematics docs/theory-integral.md. Read `instance`, `model`, this file, and then
//! the files of the evidence.

mod curve;
mod elimination;
mod hessian;
pub(crate) mod instance;
mod interval;
mod model;
mod moving;
mod piecewise;
mod quadratic;
mod second_order;
mod step_size;
mod threshold;

use crate::facts::{index, text};
use crate::json::Json;
use crate::number::{Rational, write};
use crate::{Refusal, ensure};
use instance::{Instance, Network};
use model::{Model, Neuron};
use num_traits::{One, Signed, Zero};
use piecewise::{integral, scaled, sign_beside, value};

/// What can be claimed. The claims for finitely many samples are among them, in the same order.
pub(crate) const CLAIMS: [&str; 18] = [
    "loss", "loss_definition", "mean_squared_error", "stationary", "differentiable", "c1", "c2", "escape_neurons",
    "local_minimum", "saddle", "strict_saddle", "spurious", "global_minimum", "global_minimum_any_width",
    "avoided_by_gradient_descent", "step_size", "below_threshold", "neurons",
];
const EVIDENCE: [&str; 9] = [
    "density", "moment", "moment_at", "strict_direction", "descent", "second_order", "elimination", "step_size",
    "better_network",
];

/// Checks all evidence, needed or not, and then that every claim is what the evidence proves.
pub(crate) fn check(instance: &Instance, claims: &Json, evidence: &Json) -> Result<(), Refusal> {
    let model = Model::new(instance, &instance.candidate);
    let is_loss = claims.get("loss") == Some(&text(&write(&model.loss)));
    ensure(is_loss, "wrong-loss", "the loss of the candidate is another")?;
    let is_claimed = |property: &&str| *property != "step_size" && claims.get(property).is_some();
    let claims_something = CLAIMS.iter().skip(3).any(is_claimed);
    ensure(claims_something, "no-claim", "no property of the candidate is claimed")?;
    let evidence = evidence.object(&EVIDENCE)?;
    check_density(instance, evidence)?;
    let moment = evidence.get("moment").map(|proof| check_moment(&model, proof)).transpose()?;
    let descends_at = evidence.get("moment_at").map(|q| check_moment_at(&model, q)).transpose()?.is_some();
    let stationary = if descends_at { Some(false) } else { stationary(&model, moment) };
    let direction = evidence.get("strict_direction").map(|change| read_network(instance, change)).transpose()?;
    direction.as_ref().map(|change| hessian::check_direction(&model, change)).transpose()?;
    let descent = evidence.get("descent").map(|descent| check_descent(instance, descent)).transpose()?;
    let still = || model.neurons.iter().filter(|neuron| neuron.is_flat()).all(|neuron| is_decoupled(&model, neuron));
    let second_order = evidence.get("second_order");
    let fits = second_order.is_some() && stationary == Some(true) && still();
    second_order.map(|proof| second_order::check_second_order(&model, fits, proof)).transpose()?;
    let elimination = evidence.get("elimination");
    elimination.map(|proof| elimination::check_elimination(&model, proof)).transpose()?;
    let step_size = evidence.get("step_size").map(|step| step_size::check_step_size(&model, step)).transpose()?;
    let better = evidence.get("better_network").map(|better| check_better(&model, better)).transpose()?;

    let ways = Ways {
        stationary,
        strict: direction.is_some(),
        descent: descent.is_some(),
        curved: second_order.is_some() || elimination.is_some(),
        step_size,
        better: better.is_some(),
    };
    let claims_strictness = claims.get("strict_saddle").is_some();
    for (property, proved) in conclude(&model, &ways, claims_strictness) {
        if claims.get(property).is_some() && claims.get(property) != proved.as_ref() {
            let code = format!("unproved-{}", property.replace('_', "-"));
            return Err(Refusal::rejected(code, format!("the evidence does not prove what is claimed: {property}")));
        }
    }
    Ok(())
}

/// Reads a network of the candidate's width, or a change of one.
fn read_network(instance: &Instance, json: &Json) -> Result<Network, Refusal> {
    let network = Network::read(json, Json::rational)?;
    let fits = network.has_width(instance.candidate.input_weights.len());
    ensure(fits, "wrong-shape", "a network of the evidence has not the candidate's width").map(|()| network)
}

/// `p >= 0`
fn check_density(instance: &Instance, evidence: &Json) -> Result<(), Refusal> {
    let Some(pieces) = &instance.density else {
        let forbidden = evidence.get("density").is_none();
        return ensure(forbidden, "malformed", "the instance has no density that needs a proof");
    };
    let proofs = evidence.field("density")?.items()?;
    ensure(proofs.len() == pieces.len(), "wrong-shape", "one proof is needed for each piece of the density")?;
    let mut pairs = pieces.iter().zip(proofs);
    pairs.try_for_each(|(piece, proof)| interval::check_interval(&piece.polynomial, &piece.left, &piece.right, proof))
}

/// Accepts a proof that D or -D is nonnegative on [T0, T1], and tells whether it is D.
fn check_moment(model: &Model, moment: &Json) -> Result<bool, Refusal> {
    let positive = moment.object(&["sign", "cells"])?.field("sign")?.sign()?;
    let sign = if positive { Rational::one() } else { -Rational::one() };
    let proofs = moment.field("cells")?.items()?;
    ensure(proofs.len() == model.cells.len(), "wrong-shape", "one proof is needed for each cell")?;
    for (cell, proof) in model.cells.iter().zip(proofs) {
        interval::check_interval(&scaled(&sign, &model.kink_moment(cell)), &cell.left, &cell.right, proof)?;
    }
    Ok(positive)
}

/// Degenerate neurons with output weight: v sigma D(q) is the slope of the loss when their kink appears at q.
fn lifted<'a>(model: &'a Model) -> impl Iterator<Item = Rational> + 'a {
    let sigma = Rational::one() - &model.instance.gamma;
    let lifted = model.neurons.iter().filter(|neuron| neuron.is_degenerate() && !neuron.is_flat());
    lifted.map(move |neuron| &neuron.v * &sigma)
}

/// Accepts a place q where a degenerate neuron lets the loss fall, and nothing else does to first order.
fn check_moment_at(model: &Model, q: &Json) -> Result<(), Refusal> {
    let q = q.rational()?;
    // Outside the interval it is 0 at rest.
    let moment = value(&model.kink_moment_beside(&q, true), &q);
    let falls = lifted(model).any(|weight| (weight * &moment).is_negative());
    ensure(falls && rests(model), "moment-at", "no degenerate neuron lets the loss fall there, or others do")
}

/// Whether all one-sided derivatives vanish but those in which degenerate neurons bend.
fn rests(model: &Model) -> bool {
    let neuron_rests = |neuron: &Neuron| {
        let held = neuron.is_flat() || neuron.is_degenerate();
        let sides = || model.side_moments(neuron).iter().all(Zero::is_zero);
        model.slant(&model.activation(neuron)).is_zero() && (held || sides())
    };
    let [zeroth, first] = &model.moments;
    let lines = zeroth.is_zero() && (first.is_zero() || lifted(model).next().is_none());
    lines && model.neurons.iter().all(neuron_rests)
}

fn stationary(model: &Model, moment: Option<bool>) -> Option<bool> {
    if !rests(model) {
        return Some(false);
    }
    let rises = lifted(model).all(|weight| moment == Some(weight.is_positive()));
    (model.loss.is_zero() || rises).then_some(true)
}

/// Whether `v phi(w, b) >= 0` near a neuron of a stationary candidate.
fn is_decoupled(model: &Model, neuron: &Neuron) -> bool {
    let Some(q) = &neuron.breakpoint else {
        let [_, first] = &model.moments;
        return if neuron.is_degenerate() { !neuron.is_flat() } else { neuron.vanishes || first.is_zero() };
    };
    [true, false].iter().all(|right| {
        let sign = sign_beside(&model.turned_moment_beside(&neuron.side(), q, *right), q, *right);
        if neuron.is_flat() { sign.is_zero() } else { !(&neuron.v * sign).is_negative() }
    })
}

fn check_descent(instance: &Instance, descent: &Json) -> Result<(), Refusal> {
    let t0 = descent.object(&["t0", "curve"])?.field("t0")?.rational()?;
    curve::check_descent(instance, &t0, &descent.field("curve")?.list(|change| read_network(instance, change))?)
}

fn check_better(model: &Model, better: &Json) -> Result<(), Refusal> {
    let network = read_network(model.instance, better)?;
    let found = Model::new(model.instance, &network).loss;
    ensure(found < model.loss, "not-better", "the loss of the better network is not smaller")
}

/// What is proved of the candidate as a whole.
struct Ways {
    stationary: Option<bool>,
    /// There is a direction of negative second derivative.
    strict: bool,
    descent: bool,
    /// By the second order or by elimination.
    curved: bool,
    /// No cell is singular for it.
    step_size: Option<Rational>,
    better: bool,
}

/// Each property with the one claim about it that is proved, if any.
fn conclude(model: &Model, ways: &Ways, claims_strictness: bool) -> Vec<(&'static str, Option<Json>)> {
    let Model { instance, neurons, loss, .. } = model;
    let stationary = ways.stationary;
    let still = stationary == Some(true);
    let differentiable = loss.is_zero() || lifted(model).next().is_none();
    let c1 = !neurons.iter().any(Neuron::is_degenerate);
    let c2 = neurons.iter().all(|neuron| model.is_smooth(neuron));
    let escapes = |neuron: &Neuron| {
        let slanted = model.side_moments(neuron).iter().any(|moment| !moment.is_zero());
        neuron.is_flat() && if neuron.is_degenerate() { !loss.is_zero() } else { slanted }
    };
    let escaping = || (0..).zip(neurons).filter(|(_, neuron)| escapes(neuron)).map(|(j, _)| index(j)).collect();
    let escape_neurons = stationary.map(|yes| if yes { Json::List(escaping()) } else { Json::Null });

    let decoupled = || neurons.iter().all(|neuron| is_decoupled(model, neuron));
    let minimum = if stationary == Some(false) || (still && ways.strict) || ways.descent {
        Some(false)
    } else {
        (loss.is_zero() || ways.curved || (still && decoupled())).then_some(true)
    };
    let saddle = if minimum == Some(true) { Some(false) } else { stationary.filter(|_| minimum.is_some()) };
    let strict = match saddle {
        _ if still && ways.strict => Some(true),
        Some(true) => (claims_strictness && hessian::is_semidefinite(model)).then_some(false),
        _ => saddle,
    };
    let not_global = (minimum == Some(false) || ways.better).then_some(false);
    let global = if loss.is_zero() { Some(true) } else { not_global };
    let spurious = match (minimum, global) {
        (Some(false), _) | (_, Some(true)) => Some(false),
        (Some(true), Some(false)) => Some(true),
        _ => None,
    };
    let yes_no = |verdict: Option<bool>| verdict.map(|yes| text(if yes { "yes" } else { "no" }));
    let for_affine = |verdict: &dyn Fn(&Rational) -> Option<bool>| match &instance.affine_slope {
        Some(slope) => yes_no(verdict(slope)),
        None => Some(text("not applicable")),
    };
    let avoided = match saddle {
        Some(true) => is_avoided(model, ways.strict).then_some(true),
        _ => saddle,
    };
    // Its evidence is accepted for affine targets and density 1 only.
    let step_size = ways.step_size.as_ref().filter(|_| avoided == Some(true));
    let below = |slope: &Rational| Some(slope.is_zero() || threshold::is_below(instance, slope, loss));
    let mass: Rational = instance.spans.iter().map(|span| integral(&span.density, &span.left, &span.right)).sum();
    vec![
        ("stationary", yes_no(stationary)),
        ("differentiable", yes_no(Some(differentiable))),
        ("c1", yes_no(Some(c1))),
        ("c2", yes_no(Some(c2))),
        ("escape_neurons", escape_neurons),
        ("local_minimum", yes_no(minimum)),
        ("saddle", yes_no(saddle)),
        ("strict_saddle", yes_no(strict)),
        ("spurious", yes_no(spurious)),
        ("global_minimum", yes_no(global)),
        ("global_minimum_any_width", yes_no(Some(loss.is_zero()))),
        ("avoided_by_gradient_descent", for_affine(&|_| avoided)),
        ("step_size", step_size.map(|eta| text(&write(eta)))),
        ("below_threshold", for_affine(&below)),
        ("neurons", Some(Json::List(neurons.iter().map(|neuron| describe(instance, neuron)).collect()))),
        ("loss_definition", Some(text("integral of density times squared residual"))),
        ("mean_squared_error", Some(text(&write(&(loss / mass))))),
    ]
}

/// Whether gradient descent avoids a saddle for almost every start (section 9).
fn is_avoided(model: &Model, strict: bool) -> bool {
    let smooth_or_silent = |neuron: &Neuron| !neuron.is_degenerate() && (neuron.vanishes || model.is_smooth(neuron));
    let (start, end) = &model.instance.interval;
    let turns_down = |neuron: &Neuron| {
        // With density 1 a kink at an end is not smooth, and so its neuron is silent if all are fit; p e is e.
        let at_end = neuron.kink.as_ref().filter(|q| *q == start || *q == end);
        at_end.is_some_and(|q| (&neuron.v * model.limit(q, q == start, |cell| &cell.pe)).is_negative())
    };
    model.neurons.iter().all(smooth_or_silent) && (strict || model.neurons.iter().any(turns_down))
}

/// The type of a neuron and its breakpoint.
fn describe(instance: &Instance, neuron: &Neuron) -> Json {
    let (start, end) = &instance.interval;
    let kind = match &neuron.breakpoint {
        _ if neuron.is_degenerate() => "degenerate",
        Some(q) if start < q && q < end => "type-2-active",
        Some(_) if !neuron.vanishes => "type-1-active",
        Some(_) if neuron.kink.is_some() => "semi-inactive",
        None if !neuron.vanishes => "semi-active",
        _ => "inactive",
    };
    let place = neuron.breakpoint.as_ref().map_or(Json::Null, |q| text(&write(q)));
    let entries = [("type", text(kind)), ("breakpoint", place)];
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
