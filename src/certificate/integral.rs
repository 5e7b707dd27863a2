//! The certificate of an integral loss as JSON (docs/certificate-integral.md).

use super::several_outputs::local_json;
use super::write::{claims, document, number, numbers};
use crate::integral::{Elimination, EliminationCell, Evidence, Findings, Neuron, SecondOrder, StepSize};
use crate::linear::{IntervalProof, Polynomial};
use crate::problem::{IntegralInstance, ScalarNetwork};
use serde_json::{Map, Value, json};

pub(super) fn certificate(instance: &IntegralInstance, findings: &Findings) -> Value {
    let mut claims = claims(findings, INTEGRAL_LOSS);
    if let Some(step_size) = &findings.evidence.step_size {
        claims.insert("step_size".into(), number(&step_size.eta));
    }
    claims.insert("neurons".into(), findings.neurons.iter().map(neuron_json).collect());
    document(&instance.id, claims, evidence(&findings.evidence))
}

/// How the integral loss is defined, in claims and reports.
pub const INTEGRAL_LOSS: &str = "integral of density times squared residual";

/// Type and breakpoint of a neuron, as they stand in claims and reports.
pub fn neuron_json(neuron: &Neuron) -> Value {
    json!({ "type": neuron.kind.to_string(), "breakpoint": neuron.breakpoint.as_ref().map(number) })
}

fn evidence(evidence: &Evidence) -> Value {
    let mut value = Map::new();
    let proofs = |proofs: &[IntervalProof]| proofs.iter().map(interval_json).collect::<Value>();
    if !evidence.density.is_empty() {
        value.insert("density".into(), proofs(&evidence.density));
    }
    if let Some(moment) = &evidence.moment {
        let sign = if moment.positive { "+" } else { "-" };
        value.insert("moment".into(), json!({ "sign": sign, "cells": proofs(&moment.proofs) }));
    }
    if let Some(q) = &evidence.moment_at {
        value.insert("moment_at".into(), number(q));
    }
    if let Some(direction) = &evidence.strict_direction {
        value.insert("strict_direction".into(), scalar_network_json(direction));
    }
    if let Some(descent) = &evidence.descent {
        let curve: Value = descent.coefficients.iter().map(scalar_network_json).collect();
        value.insert("descent".into(), json!({ "t0": number(&descent.t0), "curve": curve }));
    }
    if let Some(SecondOrder { cells }) = &evidence.second_order {
        let cell = |products: &Vec<_>| products.iter().map(|(i, k, n)| json!([i, k, number(n)])).collect::<Value>();
        value.insert("second_order".into(), json!({ "cells": cells.iter().map(cell).collect::<Value>() }));
    }
    if let Some(Elimination { basis, cells }) = &evidence.elimination {
        let cell = |EliminationCell { order, proof }: &EliminationCell| json!({ "order": order, "proof": proof.iter().map(local_json).collect::<Value>() });
        value.insert(
            "elimination".into(),
            json!({ "basis": basis, "cells": cells.iter().map(cell).collect::<Value>() }),
        );
    }
    if let Some(StepSize { eta, samples }) = &evidence.step_size {
        let samples: Value = samples.iter().map(scalar_network_json).collect();
        value.insert("step_size".into(), json!({ "eta": number(eta), "samples": samples }));
    }
    if let Some(network) = &evidence.better_network {
        value.insert("better_network".into(), scalar_network_json(network));
    }
    value.into()
}

fn interval_json(proof: &IntervalProof) -> Value {
    let polynomial = |polynomial: &Polynomial| numbers(&polynomial.clone().trimmed().0);
    json!({ "square": polynomial(&proof.square), "rest": polynomial(&proof.rest), "cuts": numbers(&proof.cuts) })
}

/// A network with scalar input, or a change of one, as it stands in instances and certificates.
pub fn scalar_network_json(network: &ScalarNetwork) -> Value {
    json!({
        "input_weights": numbers(&network.input_weights),
        "input_biases": numbers(&network.input_biases),
        "output_weights": numbers(&network.output_weights),
        "output_bias": number(&network.output_bias),
    })
}
