//! What a training run and its plateaus came to: a table for people, an object for programs.

use super::{harmless, snap::failure_text};
use crate::problem::EscapeNeurons;
use crate::problem::{Data, Property};
use crate::rational::{decimal, write};
use crate::training::Run;
use crate::transform::run::{Growth, Outcome, name};
use comfy_table::{Table, presets};
use serde_json::{Value, json};
use std::fmt::Write;

/// The format of the JSON summary.
pub const FORMAT: &str = "relucert.run/1";

fn list(neurons: &[usize]) -> String {
    let shown: Vec<String> = neurons.iter().take(12).map(usize::to_string).collect();
    match neurons.len() - shown.len() {
        _ if neurons.is_empty() => "none".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn escape_neurons(outcome: &Outcome) -> Option<&[usize]> {
    match &outcome.point.as_ref().ok()?.certified.findings.escape_neurons {
        EscapeNeurons::Found(found) => Some(found),
        _ => None,
    }
}

fn verdict(outcome: &Outcome) -> String {
    let Ok(point) = &outcome.point else { return "not snapped".to_owned() };
    let show = |property| point.certified.findings.show(property);
    match (show(Property::LocalMinimum).as_str(), show(Property::GlobalMinimumAnyWidth).as_str()) {
        (_, "yes") => "global minimum".to_owned(),
        ("yes", _) => "local minimum".to_owned(),
        ("no", _) => "saddle".to_owned(),
        _ => "stationary, minimum undecided".to_owned(),
    }
}

/// The table, why plateaus have no exact point, and the escape.
pub fn text(data: &Data, run: &Run, outcomes: &[Outcome]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "plateau", "step", "mean squared error", "exact loss (half sum of squares)", "proved", "escape neurons",
    ]);
    for (index, (plateau, outcome)) in run.plateaus.iter().zip(outcomes).enumerate() {
        let loss = outcome.point.as_ref().map_or_else(
            |_| "-".to_owned(),
            |point| {
                let (exact, short) = (write(&point.snapped.loss_after), decimal(&point.snapped.loss_after, 9));
                if exact.len() <= 40 { exact } else { format!("≈ {short}") }
            },
        );
        table.add_row([
            name(run, index),
            plateau.step.to_string(),
            format!("{:.9}", plateau.mean_squared_error),
            loss,
            verdict(outcome),
            escape_neurons(outcome).map_or_else(|| "-".to_owned(), list),
        ]);
    }
    let rows: String = table.lines().map(|line| format!(" {}\n", line.trim_end())).collect();
    let mut text =
        format!("{} - {} steps, {} plateaus\n{rows}", harmless(&data.id), run.end().step, run.plateaus.len());
    for (index, outcome) in outcomes.iter().enumerate() {
        if let Err(refusal) = &outcome.point {
            let id = name(run, index);
            let _ = write!(text, "\n  {}", failure_text(&super::snap::Refusal { id: &id, refusal }));
        }
    }
    text.push_str("\nEscapes: of neurons that are small and living on a plateau, those that grow until the next\n");
    for (index, growth) in
        outcomes.iter().enumerate().filter_map(|(index, outcome)| Some((index, outcome.growth.as_ref()?)))
    {
        let _ = writeln!(text, "  {:<12}{}", name(run, index), escape(growth));
    }
    text
}

fn escape(growth: &Growth) -> String {
    let escaped: Vec<usize> = growth.grown.iter().copied().filter(|i| growth.small.contains(i)).collect();
    let claim = match (&growth.unexpected[..], &growth.grown[..]) {
        ([], []) => "no neuron's norm doubles".to_owned(),
        ([], _) => "only small living neurons at least double, as the paper says".to_owned(),
        (others, _) => format!("not only small living neurons at least double: neurons {} too", list(others)),
    };
    format!("{} of {} small: {}; {claim}", escaped.len(), growth.small.len(), list(&escaped))
}

/// The summary as JSON. `files`: whether instances and certificates were written.
pub fn json(data: &Data, run: &Run, outcomes: &[Outcome]) -> Value {
    let outcome = |(index, outcome): (usize, &Outcome)| {
        let plateau = &run.plateaus[index];
        let mut entry = json!({
            "name": name(run, index), "step": plateau.step, "from": plateau.from, "to": plateau.to,
            "mean_squared_error": plateau.mean_squared_error, "proved": verdict(outcome),
        });
        match &outcome.point {
            Ok(point) => {
                entry["id"] = point.instance.id.clone().into();
                entry["loss"] = write(&point.snapped.loss_after).into();
                entry["distance"] = point.snapped.moved.relative.into();
                for property in Property::EMPIRICAL {
                    if property != Property::EscapeNeurons {
                        entry["verdicts"][property.key()] = point.certified.findings.show(property).into();
                    }
                }
                entry["escape_neurons"] = json!(escape_neurons(outcome));
            }
            Err(refusal) => entry["reason"] = refusal.to_string().into(),
        }
        if let Some(Growth { small, grown, unexpected }) = &outcome.growth {
            entry["growth"] = json!({ "small_living": small, "grown": grown, "not_small_living": unexpected });
        }
        entry
    };
    let plateaus: Value = outcomes.iter().enumerate().map(outcome).collect();
    json!({ "format": FORMAT, "id": data.id, "steps": run.end().step, "plateaus": plateaus })
}
