//! The claims of a certificate, each with what it means and what it rests on.

use super::numbers::index;
use super::{Certified, Text, enumeration};
use crate::problem::Property;

/// One claim, or a question that stays open.
#[derive(Debug, Clone)]
pub struct Claim {
    /// What it is about.
    pub property: Property,
    /// The property's name in words.
    pub name: String,
    /// The answer.
    pub answer: Answer,
    /// What the property means.
    pub meaning: Text,
    /// Why the answer is right; for an open question, what is known about it.
    pub proof: Text,
}

/// The answer to the question whether a property holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Proved.
    Yes,
    /// Disproved.
    No,
    /// Exactly these neurons, proved.
    Neurons(Vec<usize>),
    /// The notion needs a stationary point.
    Undefined,
    /// The theorem that the question is about has another setting.
    NotApplicable,
    /// Nothing is claimed.
    Open,
}

impl Answer {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Answer::Yes => "yes".to_owned(),
            Answer::No => "no".to_owned(),
            Answer::Neurons(found) if found.is_empty() => "none".to_owned(),
            Answer::Neurons(found) if found.len() == 1 => format!("neuron {}", found[0]),
            Answer::Neurons(found) => format!("neurons {}", enumeration(found, 8)),
            Answer::Undefined => "undefined".to_owned(),
            Answer::NotApplicable => "not applicable".to_owned(),
            Answer::Open => "open".to_owned(),
        }
    }

    /// A fixed word for style sheets: `yes`, `no`, `open` or `other`.
    pub fn class(&self) -> &'static str {
        match self {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Open => "open",
            Answer::Neurons(_) | Answer::Undefined | Answer::NotApplicable => "other",
        }
    }
}

/// The name of a property in words.
pub(super) fn name(property: Property, width: usize) -> String {
    let words = match property {
        Property::EscapeNeurons => "escape neurons",
        Property::LocalMinimum => "local minimum",
        Property::GlobalMinimum => return format!("global minimum, width {width}"),
        Property::GlobalMinimumAnyWidth => "global minimum, any width",
        Property::StrictSaddle => "strict saddle",
        Property::C1 => "C^1 nearby",
        Property::C2 => "C^2 nearby",
        Property::AvoidedByGradientDescent => "avoided by gradient descent",
        Property::BelowThreshold => "below threshold",
        Property::Stationary | Property::Differentiable | Property::Saddle | Property::Spurious => property.key(),
    };
    words.to_owned()
}

/// The claims about some properties. `proof` says what an answer rests on.
pub(super) fn claims(
    certified: &Certified<'_>, properties: &[Property], width: usize, meaning: impl Fn(Property) -> Text,
    proof: impl Fn(Property, &Answer) -> Text,
) -> Vec<Claim> {
    let claim = |property: Property| {
        let answer = answer(certified, property);
        let proof = match answer {
            Answer::Open => open(certified, property),
            _ => proof(property, &answer),
        };
        Claim { property, name: name(property, width), answer, meaning: meaning(property), proof }
    };
    properties.iter().copied().map(claim).collect()
}

fn answer(certified: &Certified<'_>, property: Property) -> Answer {
    match certified.claims.get(property.key()) {
        None => Answer::Open,
        Some(serde_json::Value::Array(found)) => Answer::Neurons(found.iter().filter_map(index).collect()),
        Some(serde_json::Value::Null) => Answer::Undefined,
        Some(value) => match value.as_str() {
            Some("yes") => Answer::Yes,
            Some("no") => Answer::No,
            _ => Answer::NotApplicable,
        },
    }
}

fn open(certified: &Certified<'_>, property: Property) -> Text {
    let text = Text::plain("The certificate claims nothing here");
    match certified.open.get(&property) {
        Some(reason) => text.words(format!(". relucert found no decision: {reason}.")),
        None => text.words("."),
    }
}

/// What is proved in two words and in a sentence.
pub(super) fn sentence(certified: &Certified<'_>) -> (&'static str, Text) {
    let yes = |property| certified.says(property, "yes");
    let no = |property| certified.says(property, "no");
    let escape = certified.escape_neurons().unwrap_or_default();
    if yes(Property::GlobalMinimumAnyWidth) {
        let text = "The candidate is a global minimum: no network of any width has a smaller loss.";
        return ("global minimum", Text::plain(text));
    }
    if no(Property::Stationary) {
        let text = "The candidate is not stationary: there is a direction in which the loss falls at first order.";
        return ("not stationary", Text::plain(text));
    }
    if yes(Property::GlobalMinimum) {
        let text = "The candidate is a global minimum at its width: no network with as many neurons, and with the same values of \
                    what is not trained, has a smaller loss.";
        return ("global minimum", Text::plain(text));
    }
    if yes(Property::Spurious) {
        let text = "The candidate is a spurious local minimum: no network near it has a smaller loss, and yet another one of \
                    the same width does.";
        return ("spurious local minimum", Text::plain(text));
    }
    if yes(Property::LocalMinimum) {
        let text = "The candidate is a local minimum: no network near it has a smaller loss.";
        let rest = match no(Property::GlobalMinimum) {
            true => " It is not global at its width.",
            false => " Whether it is global at its width is open.",
        };
        return ("local minimum", Text::plain(text).words(rest));
    }
    if yes(Property::Saddle) {
        let strict = if yes(Property::StrictSaddle) { "strict saddle" } else { "saddle" };
        let text =
            format!("The candidate is a {strict}: it is stationary, and yet the loss falls along a curve from it.");
        let rest = match &escape[..] {
            [] => String::new(),
            [one] => format!(" Neuron {one} is an escape neuron."),
            several => format!(" Neurons {} are escape neurons.", enumeration(several, 8)),
        };
        return (if strict == "saddle" { "saddle" } else { "strict saddle" }, Text::plain(text + &rest));
    }
    if no(Property::LocalMinimum) {
        let text = "The candidate is not a local minimum: the loss falls along a curve from it.";
        return ("not a local minimum", Text::plain(text));
    }
    if yes(Property::Stationary) {
        let text = "The candidate is stationary: no direction lets the loss fall at first order. Whether it is a local minimum is \
                    not proved here.";
        return ("stationary", Text::plain(text));
    }
    ("open", Text::plain("Neither is it proved that the candidate is stationary, nor that it is not."))
}
