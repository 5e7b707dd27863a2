//! What is said of a candidate, whatever the loss: verdicts with reasons, held against what the instance expects.

use super::{Expected, Property, Verdict};
use crate::rational::{Rational, write};
use std::collections::BTreeMap;

/// Verdicts and reasons. The verdicts are for the checker to confirm; nothing of this is shown before.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// L
    pub loss: Rational,
    /// What is averaged over samples and outputs, or over the interval.
    pub mean_squared_error: Rational,
    /// The properties that are decided for this loss, in the order of reports.
    pub properties: &'static [Property],
    /// Verdicts on all of them but the escape neurons.
    pub verdicts: BTreeMap<Property, Verdict>,
    /// The escape neurons.
    pub escape_neurons: EscapeNeurons,
    /// A reason for each property.
    pub reasons: BTreeMap<Property, Reason>,
    /// Witnesses of the instance that fail.
    pub failed_witnesses: Vec<Difference>,
}

/// The escape neurons of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EscapeNeurons {
    /// Exactly these.
    Found(Vec<usize>),
    /// Not defined: the candidate isn't stationary.
    NotStationary,
    /// Not known.
    Undecided,
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A fixed word (docs/verdicts.md).
    pub code: &'static str,
    /// A sentence.
    pub text: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: &'static str, text: impl Into<String>) -> Reason {
        Reason { code, text: text.into() }
    }

    /// That the time is over, for what is still open then.
    pub fn out_of_time() -> Reason {
        Reason::new("time-limit", "the time of --time-limit is over")
    }
}

/// Something that the instance says and that isn't so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: a property, or a witness.
    pub property: String,
    /// What the instance says.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// The result of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What was found otherwise than expected, failed witnesses included.
    pub differences: Vec<Difference>,
    /// What was expected and is undecided.
    pub open: Vec<Property>,
}

impl Judgement {
    /// Holds the findings against the expectations: without any, stationary, escape neurons and local minimum are
    /// expected to be decided, one way or the other.
    pub fn compare(&self, expected: Option<&Expected>) -> Comparison {
        let mut comparison = Comparison { differences: self.failed_witnesses.clone(), open: vec![] };
        let Some(expected) = expected.filter(|expected| expected.names_a_property()) else {
            let wanted = [Property::Stationary, Property::EscapeNeurons, Property::LocalMinimum];
            comparison.open = wanted.into_iter().filter(|property| self.is_open(*property)).collect();
            return comparison;
        };
        let mut differ = |property: &str, expected: String, found: String| {
            if expected != found {
                let property = property.to_owned();
                comparison.differences.push(Difference { property, expected, found });
            }
        };
        for (key, expected, found) in [
            ("loss", &expected.loss, &self.loss),
            ("mean_squared_error", &expected.mean_squared_error, &self.mean_squared_error),
        ] {
            if let Some(expected) = expected {
                differ(key, write(expected), write(found));
            }
        }
        for property in self.properties.iter().copied() {
            let wanted = match property {
                Property::EscapeNeurons => expected.escape_neurons.as_ref().map(show_escape_neurons),
                _ => expected.verdicts.get(&property).map(Verdict::to_string),
            };
            match wanted {
                Some(_) if self.is_open(property) => comparison.open.push(property),
                Some(wanted) => differ(property.key(), wanted, self.show(property)),
                None => {}
            }
        }
        comparison
    }

    /// Whether a property is undecided.
    pub fn is_open(&self, property: Property) -> bool {
        match property {
            Property::EscapeNeurons => self.escape_neurons == EscapeNeurons::Undecided,
            _ => self.verdicts.get(&property).is_none_or(|verdict| *verdict == Verdict::Undecided),
        }
    }

    /// The verdict on a property as text; escape neurons as `[0, 3]`, `null` or `undecided`.
    pub fn show(&self, property: Property) -> String {
        match (property, &self.escape_neurons) {
            (Property::EscapeNeurons, EscapeNeurons::Found(neurons)) => format!("{neurons:?}"),
            (Property::EscapeNeurons, EscapeNeurons::NotStationary) => "null".to_owned(),
            _ => self.verdicts.get(&property).unwrap_or(&Verdict::Undecided).to_string(),
        }
    }
}

fn show_escape_neurons(neurons: &Option<Vec<usize>>) -> String {
    neurons.as_ref().map_or_else(|| "null".to_owned(), |neurons| format!("{neurons:?}"))
}
