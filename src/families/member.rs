//! A member of a family as an instance file.

use super::BadParameters;
use crate::certificate::{lay_out, network_json};
use crate::problem::{Activation, Expected, Instance, Network, Property, Samples, Source, Trained, Verdict, Witnesses};
use crate::rational::{Rational, write};
use num_traits::One;
use relucert_checker::instance::FORMAT;
use serde_json::{Map, Value, json};

/// The samples with these inputs on which a network has these residuals: `y_k = yhat_k - e_k`.
pub(super) fn with_residuals(
    activation: &Activation, inputs: Vec<Vec<Rational>>, hidden_bias: bool, network: &Network,
    residuals: &[Vec<Rational>],
) -> Samples {
    let target = |(x, e): (&Vec<Rational>, &Vec<Rational>)| {
        network.output(activation, x).iter().zip(e).map(|(output, e)| output - e).collect()
    };
    let targets = inputs.iter().zip(residuals).map(target).collect();
    Samples { inputs, targets, hidden_bias }
}

/// An instance without its file yet, with everything trained, no witnesses and nothing expected.
pub(super) fn draft(activation: Activation, samples: Samples, candidate: Network) -> Instance {
    let output_bias = candidate.output_bias.is_some();
    Instance {
        id: String::new(),
        title: None,
        source: Source { citation: Some("relucert".to_owned()), ..Source::default() },
        activation,
        samples,
        candidate,
        trained: Trained { input_weights: true, output_weights: true, output_bias },
        witnesses: Witnesses::default(),
        expected: None,
        text: Vec::new(),
    }
}

/// Verdicts that are expected.
pub(super) fn expect(verdicts: &[(Property, bool)], because: &str) -> Expected {
    let verdicts = verdicts.iter().map(|(property, holds)| (*property, Verdict::of(*holds))).collect();
    Expected { verdicts, because: Some(because.to_owned()), ..Expected::default() }
}

/// The instance with its file, read back from it.
///
/// # Errors
/// The file would be refused, for example because the id becomes too long.
pub(crate) fn written(instance: &Instance) -> Result<Instance, BadParameters> {
    let text = lay_out(&document(instance)).into_bytes();
    Instance::read(text).map_err(|error| BadParameters(format!("these parameters give no instance: {error}")))
}

fn rows(rows: &[Vec<Rational>]) -> Value {
    rows.iter().map(|row| row.iter().map(|entry| Value::from(write(entry))).collect::<Value>()).collect()
}

/// Format, id, title and source.
pub(super) fn head(id: &str, title: Option<&str>, source: &Source) -> Map<String, Value> {
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("format", FORMAT.into());
    put("id", id.into());
    if let Some(title) = title {
        put("title", title.into());
    }
    let Source { citation, doi, arxiv, location, claim } = source;
    let parts = [("citation", citation), ("doi", doi), ("arxiv", arxiv), ("location", location), ("claim", claim)];
    let source: Map<String, Value> =
        parts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text.clone()?.into()))).collect();
    put("source", source.into());
    document
}

/// A file that reads as this instance (docs/instance.md).
fn document(instance: &Instance) -> Value {
    let mut document = head(&instance.id, instance.title.as_deref(), &instance.source);
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("activation", activation(&instance.activation));
    put("samples", samples(&instance.samples));
    put("candidate", network_json(&instance.candidate));
    let Trained { input_weights, output_weights, output_bias } = instance.trained;
    if !(input_weights && output_weights && output_bias == instance.candidate.output_bias.is_some()) {
        let parts =
            [("input_weights", input_weights), ("output_weights", output_weights), ("output_bias", output_bias)];
        put("trained", parts.into_iter().filter(|(_, trained)| *trained).map(|(key, _)| key).collect());
    }
    let mut witnesses = Map::new();
    if let Some(better) = &instance.witnesses.better_candidate {
        witnesses.insert("better_candidate".to_owned(), network_json(better));
    }
    if let Some(curve) = &instance.witnesses.descent {
        witnesses.insert("descent".to_owned(), curve.iter().map(network_json).collect());
    }
    if !witnesses.is_empty() {
        put("witnesses", witnesses.into());
    }
    if let Some(expected) = &instance.expected {
        put("expected", expectations(expected));
    }
    document.into()
}

fn activation(activation: &Activation) -> Value {
    match super::show_activation(activation).as_str() {
        name @ ("relu" | "absolute-value") => name.into(),
        _ => json!({ "positive": write(&activation.positive), "negative": write(&activation.negative) }),
    }
}

fn samples(samples: &Samples) -> Value {
    if !samples.hidden_bias {
        return json!({ "inputs": rows(&samples.inputs), "targets": rows(&samples.targets) });
    }
    debug_assert!(samples.inputs.iter().all(|x| x.last().is_some_and(One::is_one)));
    let inputs: Vec<Vec<Rational>> = samples.inputs.iter().map(|x| x[..x.len() - 1].to_vec()).collect();
    json!({ "inputs": rows(&inputs), "targets": rows(&samples.targets), "hidden_bias": true })
}

fn expectations(expected: &Expected) -> Value {
    let mut object = Map::new();
    for (key, value) in [("loss", &expected.loss), ("mean_squared_error", &expected.mean_squared_error)] {
        if let Some(value) = value {
            object.insert(key.to_owned(), write(value).into());
        }
    }
    for property in Property::EMPIRICAL {
        let value = match (&expected.escape_neurons, expected.verdicts.get(&property)) {
            (Some(neurons), _) if property == Property::EscapeNeurons => json!(neurons),
            (_, Some(verdict)) => verdict.to_string().into(),
            _ => continue,
        };
        object.insert(property.key().to_owned(), value);
    }
    if let Some(because) = &expected.because {
        object.insert("because".to_owned(), because.clone().into());
    }
    object.into()
}
