//! What the theory predicts of an embedding, and what was found.

use crate::certificate::Certified;
use crate::problem::{Instance, Property};
use crate::transform::embed::Prediction;
use serde_json::{Value, json};
use std::fmt::Write;

/// The format of the JSON reports.
pub const FORMAT: &str = "relucert.embedding/1";

/// An embedding that was applied.
#[derive(Debug)]
pub struct Step {
    /// The embedding in words.
    pub what: String,
    /// What the theory predicts.
    pub prediction: Prediction,
    /// What is proved of the wide instance.
    pub certified: Certified,
}

/// How a prediction compares with what is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// They are the same, or nothing is predicted.
    Agrees,
    /// Something is predicted that isn't decided.
    Open,
    /// They contradict each other.
    Differs,
}

impl Step {
    fn pairs(&self) -> [(Property, Option<bool>); 2] {
        [(Property::Stationary, self.prediction.stationary), (Property::LocalMinimum, self.prediction.local_minimum)]
    }

    fn compare(&self, property: Property, predicted: Option<bool>) -> Agreement {
        match (predicted, self.certified.findings.show(property).as_str()) {
            (None, _) | (Some(true), "yes") | (Some(false), "no") => Agreement::Agrees,
            (Some(_), "yes" | "no") => Agreement::Differs,
            (Some(_), _) => Agreement::Open,
        }
    }

    /// The gravest of both comparisons.
    pub fn agreement(&self) -> Agreement {
        let [one, other] = self.pairs().map(|(property, predicted)| self.compare(property, predicted));
        one.max(other)
    }
}

fn word(predicted: Option<bool>) -> &'static str {
    match predicted {
        Some(true) => "yes",
        Some(false) => "no",
        None => "nothing",
    }
}

/// The report. `path`: where the instance was written.
pub fn text(instance: &Instance, steps: &[Step], path: Option<&str>) -> String {
    let mut text = format!("{} - width {}\n", instance.id, instance.candidate.width());
    for step in steps {
        let _ = writeln!(text, "  {}: {}", step.what, step.prediction.because);
        for (property, predicted) in step.pairs() {
            let agreement = match step.compare(property, predicted) {
                Agreement::Agrees => "",
                Agreement::Open => "   OPEN",
                Agreement::Differs => "   DIFFERENT",
            };
            let found = step.certified.findings.show(property);
            let _ =
                writeln!(text, "    {:<16}predicted {:<9}proved {found}{agreement}", property.key(), word(predicted));
        }
    }
    if let Some(path) = path {
        let _ = writeln!(text, "  written to {}", super::harmless(path));
    }
    text
}

/// The same on one line.
pub fn json(instance: &Instance, steps: &[Step], path: Option<&str>) -> String {
    let predicted = |value: Option<bool>| value.map(|_| word(value));
    let step = |step: &Step| {
        let mut object = json!({ "embedding": step.what, "because": step.prediction.because });
        for (property, value) in step.pairs() {
            object["predicted"][property.key()] = json!(predicted(value));
            object["proved"][property.key()] = step.certified.findings.show(property).into();
        }
        object["agrees"] = (step.agreement() == Agreement::Agrees).into();
        object
    };
    let steps: Value = steps.iter().map(step).collect();
    json!({ "format": FORMAT, "id": instance.id, "width": instance.candidate.width(), "path": path, "steps": steps })
        .to_string()
}
