//! One JSON object per instance (`relucert.report/1`, docs/report.md).

use crate::certificate::{Certified, EMPIRICAL_LOSS, region_json};
use crate::empirical::{Findings, Neuron};
use crate::problem::{Comparison, EscapeNeurons, Instance, InstanceError, Judgement, Property};
use crate::rational::write;
use serde_json::{Map, Value, json};

/// The format of the reports.
pub const FORMAT: &str = "relucert.report/1";

/// The report on an instance, on one line. `path`: where the certificate was written.
pub fn report(instance: &Instance, certified: &Certified, comparison: &Comparison, path: Option<&str>) -> String {
    object(&Parts {
        id: &instance.id,
        loss_definition: EMPIRICAL_LOSS,
        findings: &certified.findings,
        neurons: neurons(&certified.findings),
        radius: certified.findings.radius.as_ref().map(write),
        comparison,
        path,
        verified: !certified.certificate.is_empty(),
    })
}

/// What stands in the report on any instance.
pub(super) struct Parts<'a> {
    pub(super) id: &'a str,
    pub(super) loss_definition: &'a str,
    pub(super) findings: &'a Judgement,
    pub(super) neurons: Value,
    /// Of an empirical loss.
    pub(super) radius: Option<String>,
    pub(super) comparison: &'a Comparison,
    pub(super) path: Option<&'a str>,
    /// Whether the checker has accepted a certificate.
    pub(super) verified: bool,
}

pub(super) fn object(parts: &Parts<'_>) -> String {
    let findings = parts.findings;
    let mut verdicts = Map::new();
    let mut reasons = Map::new();
    for property in findings.properties.iter().copied() {
        let verdict = match (property, &findings.escape_neurons) {
            (Property::EscapeNeurons, EscapeNeurons::Found(neurons)) => json!(neurons),
            (Property::EscapeNeurons, EscapeNeurons::NotStationary) => Value::Null,
            _ => findings.show(property).into(),
        };
        verdicts.insert(property.key().into(), verdict);
        if let Some(reason) = findings.reasons.get(&property) {
            reasons.insert(property.key().into(), json!({ "code": reason.code, "text": reason.text }));
        }
    }
    let differences: Value = parts
        .comparison
        .differences
        .iter()
        .map(|difference| {
            json!({
                "property": difference.property,
                "expected": difference.expected,
                "found": difference.found,
            })
        })
        .collect();
    let mut report = json!({
        "format": FORMAT,
        "id": parts.id,
        "loss": write(&findings.loss),
        "loss_definition": parts.loss_definition,
        "mean_squared_error": write(&findings.mean_squared_error),
        "verdicts": verdicts,
        "reasons": reasons,
        "neurons": parts.neurons,
        "radius": parts.radius,
        "differences": differences,
        "certificate": parts.path,
    });
    if !parts.verified {
        report["certified"] = false.into();
    }
    report.to_string()
}

fn neurons(findings: &Findings) -> Value {
    let neuron = |(index, neuron): (usize, &Neuron)| {
        json!({
            "index": index,
            "kind": neuron.kind.to_string(),
            "boundary_samples": neuron.boundary_samples,
            "output_weight_region": neuron.regions.as_ref().map(|(output, _)| region_json(output)),
            "input_weight_region": neuron.regions.as_ref().map(|(_, input)| region_json(input)),
        })
    };
    findings.neurons.iter().enumerate().map(neuron).collect()
}

/// The report on an instance that could not be read, on one line.
pub fn error(path: &str, error: &InstanceError) -> String {
    json!({
        "format": FORMAT,
        "path": path,
        "error": {
            "code": error.code,
            "pointer": error.pointer,
            "line": error.line,
            "column": error.column,
            "text": error.text,
        },
    })
    .to_string()
}
