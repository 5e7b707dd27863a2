//! A network embedded in a wider one that computes the same on the samples, and what becomes of it (docs/theory.md,
//! sections 3 to 7; after Wu, Simsek and Ged, arXiv 2402.05626, on network embedding).
//!
//! - *Replication*: neuron i becomes neurons `(g_l w_i, (b_l / g_l) h_i)`, `g_l > 0`, `sum_l b_l = 1`. Then replica l
//!   has `d_l = d_i` and `g_l(u) = (b_l / g_l) g_i(u)`.
//! - *Inactive unit*: `(w, h)` with w strictly on the side of slope 0 for all non-zero samples. It has `d = 0`.
//! - *Inactive propagation*: `(w, 0)`. It has `g = 0`; stationary only if `D = sum_k e_k rho(w.x_k) = 0`.

use super::{instance, written};
use crate::empirical::{Findings, Model};
use crate::families::{BadParameters, read_number};
use crate::linear::{dot, is_zero};
use crate::problem::EscapeNeurons;
use crate::problem::{Data, Instance, Network, Property, Verdict};
use crate::rational::{Rational, write};
use num_traits::{One, Signed, Zero};
use std::str::FromStr;

/// One embedding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Embedding {
    /// `I:b1[*g1],b2[*g2],...`
    Replicate {
        /// i
        neuron: usize,
        /// `(b_l, g_l)`
        shares: Vec<(Rational, Rational)>,
    },
    /// `W:H`
    Dead {
        /// w, a hidden bias last.
        input_weight: Vec<Rational>,
        /// h
        output_weight: Vec<Rational>,
    },
    /// `W`
    ZeroOutput {
        /// w, a hidden bias last.
        input_weight: Vec<Rational>,
    },
}

fn numbers(text: &str) -> Result<Vec<Rational>, BadParameters> {
    text.split(',').map(read_number).collect()
}

fn bad(text: impl Into<String>) -> BadParameters {
    BadParameters(text.into())
}

impl Embedding {
    /// Reads `I:b1[*g1],b2[*g2],...`.
    ///
    /// # Errors
    /// Anything else; shares that don't sum to 1; factors that aren't positive.
    pub fn read_replicate(text: &str) -> Result<Embedding, BadParameters> {
        let expected =
            || bad(format!("not a replication: {text:?}; write NEURON:SHARE[*FACTOR],..., as in 0:1/3,2/3*2"));
        let (neuron, shares) = text.split_once(':').ok_or_else(expected)?;
        let neuron = usize::from_str(neuron).map_err(|_| expected())?;
        let share = |part: &str| match part.split_once('*') {
            Some((share, factor)) => Ok((read_number(share)?, read_number(factor)?)),
            None => Ok((read_number(part)?, Rational::one())),
        };
        let shares: Vec<(Rational, Rational)> = shares.split(',').map(share).collect::<Result<_, BadParameters>>()?;
        if let Some((_, factor)) = shares.iter().find(|(_, factor)| !factor.is_positive()) {
            return Err(bad(format!(
                "the factor {} isn't positive: it would turn the input weight around",
                write(factor)
            )));
        }
        let sum: Rational = shares.iter().map(|(share, _)| share).sum();
        if !sum.is_one() {
            return Err(bad(format!(
                "the shares sum to {}, not to 1: the network would compute something else",
                write(&sum)
            )));
        }
        Ok(Embedding::Replicate { neuron, shares })
    }

    /// Reads `w1,w2,...:h1,...`.
    ///
    /// # Errors
    /// Anything else.
    pub fn read_dead(text: &str) -> Result<Embedding, BadParameters> {
        let (w, h) = text
            .split_once(':')
            .ok_or_else(|| bad(format!("not an inactive unit: {text:?}; write W1,W2,...:H1,...")))?;
        Ok(Embedding::Dead { input_weight: numbers(w)?, output_weight: numbers(h)? })
    }

    /// Reads `w1,w2,...`.
    ///
    /// # Errors
    /// Anything else.
    pub fn read_zero_output(text: &str) -> Result<Embedding, BadParameters> {
        Ok(Embedding::ZeroOutput { input_weight: numbers(text)? })
    }

    /// What it does, in words.
    pub fn describe(&self) -> String {
        let list = |row: &[Rational]| row.iter().map(write).collect::<Vec<_>>().join(",");
        match self {
            Embedding::Replicate { neuron, shares } => {
                let shares: Vec<String> = shares
                    .iter()
                    .map(|(b, g)| if g.is_one() { write(b) } else { format!("{}*{}", write(b), write(g)) })
                    .collect();
                format!("neuron {neuron} replicated with shares {}", shares.join(", "))
            }
            Embedding::Dead { input_weight, output_weight } => {
                format!("an inactive unit with w = ({}), h = ({})", list(input_weight), list(output_weight))
            }
            Embedding::ZeroOutput { input_weight } => format!("inactive propagation with w = ({})", list(input_weight)),
        }
    }
}

/// What the theory says of a property after an embedding, and why; `None`: nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prediction {
    /// Whether the wide point is stationary.
    pub stationary: Option<bool>,
    /// Whether it is a local minimum.
    pub local_minimum: Option<bool>,
    /// Why.
    pub because: String,
}

/// An instance embedded in a wider one.
#[derive(Debug)]
pub struct Embedded {
    /// The wide one, without expectations.
    pub instance: Instance,
    /// What the theory predicts.
    pub prediction: Prediction,
}

fn known(findings: &Findings, property: Property) -> Option<bool> {
    match findings.verdicts.get(&property) {
        Some(Verdict::Yes) => Some(true),
        Some(Verdict::No) => Some(false),
        _ => None,
    }
}

/// Applies one embedding to an instance, of which is known what `findings` say.
///
/// # Errors
/// No such neuron, vectors of another length, a unit that isn't inactive, a layer that isn't trained.
pub fn embed(base: &Instance, findings: &Findings, embedding: &Embedding) -> Result<Embedded, BadParameters> {
    if !base.trained.both_layers() || base.trained.output_bias != base.candidate.output_bias.is_some() {
        return Err(bad(
            "something of the instance isn't trained; embeddings are about networks that are trained whole",
        ));
    }
    let wide = widen(base, embedding)?;
    let data = Data {
        id: base.id.clone(),
        title: base.title.clone(),
        source: base.source.clone(),
        activation: base.activation.clone(),
        samples: base.samples.clone(),
        candidate: None,
        trained: base.trained,
    };
    let id = format!("{}-embedded", base.id.trim_end_matches("-embedded").chars().take(90).collect::<String>());
    let mut draft = instance(&data, &wide, id);
    draft.title = Some(format!("{}, with {}", base.title.as_deref().unwrap_or(&base.id), embedding.describe()));
    let instance = written(&draft)?;
    let prediction = predict(base, findings, embedding, &instance);
    Ok(Embedded { instance, prediction })
}

fn widen(base: &Instance, embedding: &Embedding) -> Result<Network, BadParameters> {
    let mut network = base.candidate.clone();
    let lengths = |w: &[Rational], h: Option<&[Rational]>| {
        let (inputs, outputs) = (network.inputs(), network.outputs());
        if w.len() != inputs {
            let bias = if base.samples.hidden_bias { ", the hidden bias included" } else { "" };
            return Err(bad(format!("an input weight of length {}; the network has {inputs} inputs{bias}", w.len())));
        }
        match h.filter(|h| h.len() != outputs) {
            Some(h) => Err(bad(format!("an output weight of length {}; the network has {outputs} outputs", h.len()))),
            None => Ok(()),
        }
    };
    match embedding {
        Embedding::Replicate { neuron, shares } => {
            let width = network.width();
            if *neuron >= width {
                return Err(bad(format!("there is no neuron {neuron}: they are counted from 0 to {}", width - 1)));
            }
            let (w, h) = (network.input_weights[*neuron].clone(), network.output_weights[*neuron].clone());
            let replica = |(share, factor): &(Rational, Rational)| {
                let w: Vec<Rational> = w.iter().map(|entry| entry * factor).collect();
                let h: Vec<Rational> = h.iter().map(|entry| entry * share / factor).collect();
                (w, h)
            };
            let mut replicas = shares.iter().map(replica);
            // The first stands in the place of the neuron, the others at the end.
            (network.input_weights[*neuron], network.output_weights[*neuron]) =
                replicas.next().unwrap_or((w.clone(), h.clone()));
            for (w, h) in replicas {
                network.input_weights.push(w);
                network.output_weights.push(h);
            }
        }
        Embedding::Dead { input_weight, output_weight } => {
            lengths(input_weight, Some(output_weight))?;
            for (k, x) in base.samples.inputs.iter().enumerate().filter(|(_, x)| !is_zero(x)) {
                let z = dot(input_weight, x);
                if z.is_zero() || !base.activation.slope(&z).is_zero() {
                    let side = if z.is_zero() { "on the kink" } else { "active" };
                    return Err(bad(format!(
                        "the unit is {side} on sample {k} (w.x = {}); it must be strictly on the side of slope 0 for all non-zero samples",
                        write(&z)
                    )));
                }
            }
            network.input_weights.push(input_weight.clone());
            network.output_weights.push(output_weight.clone());
        }
        Embedding::ZeroOutput { input_weight } => {
            lengths(input_weight, None)?;
            let outputs = network.outputs();
            network.input_weights.push(input_weight.clone());
            network.output_weights.push(vec![Rational::zero(); outputs]);
        }
    }
    Ok(network)
}

/// The table of embeddings. What it says rests on these, all of docs/theory.md: the residuals stay, so (H) and (C) do
/// and the forms of the other neurons; a descent of the narrow network is one of the wide one; without escape neurons a
/// stationary point is a local minimum; with one output an escape neuron makes a stationary point a saddle; a
/// replicated escape neuron does with any number.
fn predict(base: &Instance, findings: &Findings, embedding: &Embedding, wide: &Instance) -> Prediction {
    let scalar = base.candidate.outputs() == 1;
    let (stationary, minimum) = (known(findings, Property::Stationary), known(findings, Property::LocalMinimum));
    let say = |stationary, local_minimum, because: &str| Prediction {
        stationary,
        local_minimum,
        because: because.to_owned(),
    };
    if stationary == Some(false) {
        return say(
            Some(false),
            Some(false),
            "the narrow point isn't stationary, and each of its descents is one of the wide network",
        );
    }
    let Some(true) = stationary else {
        return say(None, None, "it isn't decided whether the narrow point is stationary");
    };
    let model = Model::new(base);
    let found = match &findings.escape_neurons {
        EscapeNeurons::Found(found) => Some(found),
        _ => None,
    };
    // Beside escape neurons that sit at a local minimum, with several outputs, a unit that adds no escape neuron can
    // still add features that let these escape: nothing is predicted there.
    let stays = if found.is_some_and(Vec::is_empty) || minimum == Some(false) { minimum } else { None };
    match embedding {
        Embedding::Replicate { neuron, shares } => {
            let of = &model.neurons[*neuron];
            let (d_is_zero, g_is_zero) = (of.d_is_zero(), of.g.is_zero());
            let negative = shares.iter().any(|(share, _)| share.is_negative());
            let has_zero = shares.iter().any(|(share, _)| share.is_zero());
            if negative && !g_is_zero {
                return say(
                    Some(false),
                    Some(false),
                    "a negative share turns g_i, which is positive somewhere, into its negative: not stationary",
                );
            }
            if d_is_zero {
                let kept = if negative || has_zero { stays } else { minimum };
                return say(
                    Some(true),
                    kept,
                    "d vanishes for the neuron and its replicas, so the verdict stays, whatever the shares",
                );
            }
            let escapes = found.map(|found| found.contains(neuron));
            match (escapes, shares.len()) {
                (_, 1) => say(Some(true), minimum, "the neuron is only rescaled, which changes no verdict"),
                (Some(true), _) => {
                    say(Some(true), Some(false), "the replicas of an escape neuron that are stationary are a saddle")
                }
                (Some(false), _) if has_zero => say(
                    Some(true),
                    Some(false),
                    "a zero share makes an escape neuron whose activations depend on the others': a saddle",
                ),
                (Some(false), _) if minimum == Some(false) => {
                    say(Some(true), Some(false), "a descent of the narrow network is one of the wide one")
                }
                (Some(false), _) => {
                    say(Some(true), minimum, "positive shares of a neuron that doesn't escape keep the verdict")
                }
                (None, _) => say(Some(true), None, "the escape neurons of the narrow point aren't decided"),
            }
        }
        Embedding::Dead { .. } => say(Some(true), minimum, "a strictly inactive unit changes nothing nearby"),
        Embedding::ZeroOutput { .. } => {
            let model = Model::new(wide);
            let Some(added) = model.neurons.last() else { return say(None, None, "there is no added unit") };
            if !is_zero(&added.output_derivative) {
                return say(
                    Some(false),
                    Some(false),
                    "D isn't zero for the added unit: the loss falls with its output weight",
                );
            }
            if added.d_is_zero() {
                return say(Some(true), stays, "d vanishes for the added unit, so that the verdict stays");
            }
            let because = "the added unit has output weight 0 and d isn't zero: an escape neuron, and a saddle";
            let because = if scalar {
                because
            } else {
                "the added unit is an escape neuron with output weight 0: a saddle, with any number of outputs"
            };
            say(Some(true), Some(false), because)
        }
    }
}
