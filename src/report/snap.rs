//! What became of a float network that was snapped, or why there is no exact point.

use crate::problem::Instance;
use crate::rational::{Rational, decimal, write};
use crate::transform::snap::{NotSnapped, Part, Reading, Snapped};
use serde_json::{Value, json};
use std::fmt::Write;

/// The format of the JSON reports.
pub const FORMAT: &str = "relucert.snap/1";

/// A network that couldn't be snapped.
#[derive(Debug)]
pub struct Refusal<'a> {
    /// The id of the data.
    pub id: &'a str,
    /// Why.
    pub refusal: &'a NotSnapped,
}

fn indices(neurons: &[usize]) -> String {
    let shown: Vec<String> = neurons.iter().take(16).map(usize::to_string).collect();
    let more = neurons.len() - shown.len();
    match (shown.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (_, 0) => shown.join(", "),
        _ => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The neurons of a reading by what they are.
fn parts(reading: &Reading) -> [(&'static str, Vec<usize>); 4] {
    let kinked = |part: &Part| matches!(part, Part::Living { kinks } if !kinks.is_empty());
    let plain = |part: &Part| matches!(part, Part::Living { kinks } if kinks.is_empty());
    [
        ("living", reading.neurons(plain)),
        ("on a kink", reading.neurons(kinked)),
        ("set to zero", reading.neurons(|part| *part == Part::Zero)),
        ("dead, kept", reading.neurons(|part| *part == Part::Dead)),
    ]
}

fn number(value: &Rational) -> String {
    let exact = write(value);
    if exact.len() <= 40 { format!("{exact} ≈ {}", decimal(value, 9)) } else { format!("≈ {}", decimal(value, 9)) }
}

fn pattern(text: &mut String, reading: &Reading) {
    for (what, neurons) in parts(reading) {
        let _ = writeln!(text, "  {:<24}{:<5}{}", format!("neurons {what}"), neurons.len(), indices(&neurons));
    }
}

/// The report on a snapped network. `path`: where the instance was written.
pub fn success_text(instance: &Instance, snapped: &Snapped, path: Option<&str>) -> String {
    let mut text = format!("{} - snapped to an exact stationary point with the same pattern\n", instance.id);
    pattern(&mut text, &snapped.reading);
    let Snapped { equations, rank, free, moved, .. } = snapped;
    let _ =
        writeln!(text, "  {:<24}{equations} solved exactly, of rank {rank}; {free} unknowns left free", "equations");
    let onto: Vec<String> = snapped
        .onto_kinks
        .iter()
        .take(8)
        .map(|(i, k, positive)| format!("neuron {i} sample {k} (was {})", if *positive { '+' } else { '-' }))
        .collect();
    let more = snapped.onto_kinks.len() - onto.len();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let _ = writeln!(
        text,
        "  {:<24}none turned; {} became 0{}{}{more}",
        "signs",
        snapped.onto_kinks.len(),
        if onto.is_empty() { "" } else { ": " },
        onto.join(", ")
    );
    let farthest = moved.neurons.iter().enumerate().max_by(|(_, left), (_, right)| left.0.total_cmp(&right.0));
    let farthest = farthest.map_or_else(String::new, |(i, (absolute, relative))| {
        format!("; farthest: neuron {i} by {absolute:.3e}, {relative:.3e} of its norm")
    });
    let _ = writeln!(text, "  {:<24}{:.3e}, {:.3e} of its size{farthest}", "moved", moved.absolute, moved.relative);
    let _ =
        writeln!(text, "  {:<24}{} before, {} now", "loss", number(&snapped.loss_before), number(&snapped.loss_after));
    if let Some(path) = path {
        let _ = writeln!(text, "  written to {}", super::harmless(path));
    }
    text
}

fn parts_json(reading: &Reading) -> Value {
    let [living, kinked, zero, dead] = parts(reading).map(|(_, neurons)| neurons);
    json!({ "living": living, "on_kinks": kinked, "set_to_zero": zero, "dead": dead })
}

/// The same on one line.
pub fn success_json(instance: &Instance, snapped: &Snapped, path: Option<&str>) -> String {
    let neurons: Value = snapped
        .moved
        .neurons
        .iter()
        .map(|(absolute, relative)| json!({ "absolute": absolute, "relative": relative }))
        .collect();
    let onto: Value = snapped
        .onto_kinks
        .iter()
        .map(|(i, k, positive)| json!({ "neuron": i, "sample": k, "was": if *positive { "+" } else { "-" } }))
        .collect();
    json!({
        "format": FORMAT, "id": instance.id, "snapped": true, "path": path, "neurons": parts_json(&snapped.reading),
        "equations": snapped.equations, "rank": snapped.rank, "free": snapped.free, "onto_kinks": onto,
        "moved": { "absolute": snapped.moved.absolute, "relative": snapped.moved.relative, "neurons": neurons },
        "loss_before": write(&snapped.loss_before), "loss_after": write(&snapped.loss_after),
    })
    .to_string()
}

/// Why a network couldn't be snapped.
pub fn failure_text(refusal: &Refusal<'_>) -> String {
    let mut text = format!("{} - not snapped: {}\n", refusal.id, refusal.refusal);
    if let NotSnapped::NoPoint { reading, tried, .. } = refusal.refusal {
        pattern(&mut text, reading);
        let _ = writeln!(
            text,
            "  {:<24}{tried} tried, none with an exact stationary point; this is the most plausible",
            "readings"
        );
    }
    text
}

/// The same on one line.
pub fn failure_json(refusal: &Refusal<'_>) -> String {
    let (neurons, tried) = match refusal.refusal {
        NotSnapped::NoPoint { reading, tried, .. } => (parts_json(reading), json!(tried)),
        _ => (Value::Null, Value::Null),
    };
    json!({
        "format": FORMAT, "id": refusal.id, "snapped": false, "reason": refusal.refusal.to_string(), "neurons": neurons,
        "readings": tried,
    })
    .to_string()
}
