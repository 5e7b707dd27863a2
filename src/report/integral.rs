//! The reports on integral losses: for the terminal, and one JSON object per instance.

use super::json::{Parts, object};
use super::text::{Head, exact_and_decimal, frame};
use crate::certificate::{Certified, INTEGRAL_LOSS, neuron_json};
use crate::integral::Findings;
use crate::problem::{Comparison, IntegralInstance};
use comfy_table::{Table, presets};
use serde_json::Value;

/// The report for the terminal, with ANSI colours. `path`: where the certificate was written.
pub fn text(
    instance: &IntegralInstance, certified: &Certified<Findings>, comparison: &Comparison, path: Option<&str>,
) -> String {
    let head = Head {
        id: &instance.id,
        title: instance.title.as_deref(),
        source: &instance.source,
        loss_definition: INTEGRAL_LOSS,
        width: instance.candidate.width(),
        expected: instance.expected.as_ref(),
        verified: !certified.certificate.is_empty(),
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["neuron", "type", "breakpoint"]);
    for (j, neuron) in certified.findings.neurons.iter().enumerate() {
        let breakpoint = neuron.breakpoint.as_ref().map_or_else(|| "none".to_owned(), exact_and_decimal);
        table.add_row([j.to_string(), neuron.kind.to_string(), breakpoint]);
    }
    let neurons: String = table.lines().map(|line| format!(" {}\n", line.trim_end())).collect();
    frame(&head, &certified.findings, &neurons, comparison, path)
}

/// The report as JSON, on one line. `path`: where the certificate was written.
pub fn json(
    instance: &IntegralInstance, certified: &Certified<Findings>, comparison: &Comparison, path: Option<&str>,
) -> String {
    let neuron = |(index, neuron)| {
        let mut value = neuron_json(neuron);
        value["index"] = Value::from(index as u64);
        value
    };
    object(&Parts {
        id: &instance.id,
        loss_definition: INTEGRAL_LOSS,
        findings: &certified.findings,
        neurons: certified.findings.neurons.iter().enumerate().map(neuron).collect(),
        radius: None,
        comparison,
        path,
        verified: !certified.certificate.is_empty(),
    })
}
