//! What the instance expects, held against what was found.

use super::findings::{Difference, EscapeNeurons, Findings};
use crate::problem::{Expected, Property, Verdict};
use crate::rational::write;

/// The result of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What was found otherwise than expected, failed witnesses included.
    pub differences: Vec<Difference>,
    /// What was expected and is undecided.
    pub open: Vec<Property>,
}

impl Findings {
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
        for property in Property::ALL {
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
