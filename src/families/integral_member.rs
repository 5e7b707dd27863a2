//! A member of a family as an instance file with an integral.

use super::BadParameters;
use super::member::head;
use crate::certificate::{lay_out, scalar_network_json};
use crate::problem::{Expected, Integral, IntegralInstance, Piecewise, Property, ScalarNetwork, Source, Verdict};
use crate::rational::{Rational, write};
use num_traits::Zero;
use serde_json::{Map, Value, json};

/// An instance without its file yet, without witnesses and nothing expected.
pub(super) fn draft(negative_slope: Rational, integral: Integral, candidate: ScalarNetwork) -> IntegralInstance {
    IntegralInstance {
        id: String::new(),
        title: None,
        source: Source { citation: Some("relucert".to_owned()), ..Source::default() },
        negative_slope,
        integral,
        candidate,
        better_candidate: None,
        descent: None,
        expected: None,
        text: Vec::new(),
    }
}

/// Verdicts, and a loss, that are expected.
pub(super) fn expect(verdicts: &[(Property, bool)], loss: Option<Rational>, because: &str) -> Expected {
    let verdicts = verdicts.iter().map(|(property, holds)| (*property, Verdict::of(*holds))).collect();
    Expected { verdicts, loss, because: Some(because.to_owned()), ..Expected::default() }
}

/// The instance with its file, read back from it.
///
/// # Errors
/// The file would be refused.
pub(super) fn written(instance: &IntegralInstance) -> Result<IntegralInstance, BadParameters> {
    let text = lay_out(&document(instance)).into_bytes();
    IntegralInstance::read(text).map_err(|error| BadParameters(format!("these parameters give no instance: {error}")))
}

fn document(instance: &IntegralInstance) -> Value {
    let mut document = head(&instance.id, instance.title.as_deref(), &instance.source);
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put(
        "activation",
        match instance.negative_slope.is_zero() {
            true => "relu".into(),
            false => json!({ "positive": "1", "negative": write(&instance.negative_slope) }),
        },
    );
    let Integral { start, end, target, density } = &instance.integral;
    let mut integral = json!({ "interval": [write(start), write(end)], "target": pieces(target) });
    if let Some(density) = density {
        integral["density"] = pieces(density);
    }
    put("integral", integral);
    put("candidate", scalar_network_json(&instance.candidate));
    if let Some(expected) = &instance.expected {
        put("expected", expectations(expected));
    }
    document.into()
}

fn pieces(function: &Piecewise) -> Value {
    let piece = |piece: &crate::problem::Piece| {
        let coefficients: Vec<String> = match piece.polynomial.is_zero() {
            true => vec!["0".to_owned()],
            false => piece.polynomial.0.iter().map(write).collect(),
        };
        json!({ "to": write(&piece.to), "coefficients": coefficients })
    };
    json!({ "pieces": function.0.iter().map(piece).collect::<Value>() })
}

fn expectations(expected: &Expected) -> Value {
    let mut object = Map::new();
    if let Some(loss) = &expected.loss {
        object.insert("loss".to_owned(), write(loss).into());
    }
    for property in Property::INTEGRAL {
        if let Some(verdict) = expected.verdicts.get(&property) {
            object.insert(property.key().to_owned(), verdict.to_string().into());
        }
    }
    if let Some(because) = &expected.because {
        object.insert("because".to_owned(), because.clone().into());
    }
    object.into()
}
