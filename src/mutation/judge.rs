//! What two checkers' answers to a mutant are worth: refused, harmless by a rule, or a failure.

use super::mutants::{Form, Mutant};
use super::rules::Rule;
use num_traits::Signed;
use relucert_checker::number::{Rational, read_certificate};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a checker ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `s VERIFIED <claims>`, `s REJECTED <code>` or `s UNREADABLE <code>`.
    pub line: String,
    /// 0, 20 or 2.
    pub exit_code: u8,
}

impl Answer {
    /// Whether the certificate is accepted; `None` if the checker didn't end as it should.
    fn accepts(&self) -> Option<bool> {
        match (self.line.split(' ').nth(1)?, self.exit_code) {
            _ if !self.line.starts_with("s ") => None,
            ("VERIFIED", 0) => Some(true),
            ("REJECTED", 20) | ("UNREADABLE", 2) => Some(false),
            _ => None,
        }
    }
}

/// What a mutant showed about the checkers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Both refuse it; with what.
    Refused(String),
    /// Both accept it, and it does no harm.
    Harmless(Rule),
    /// At least one of the checkers is wrong.
    Failure(Fault),
}

/// How a checker was found to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A checker ends neither with an acceptance nor with a refusal.
    NoAnswer,
    /// One checker accepts, the other refuses.
    OneAccepts,
    /// Both accept and say different things.
    OtherWords,
    /// Both accept what breaks the format.
    BrokenForm,
    /// Both accept a node of a proof tree of which a single multiplier is changed. They add up multiples of vectors that
    /// are not zero, so that at most one of the two sums can be right.
    FalseIdentity,
    /// Both accept claims that don't follow from those of the original.
    OtherClaims,
}

impl Fault {
    /// What happened, in words.
    pub fn text(self) -> &'static str {
        match self {
            Fault::NoAnswer => "a checker gives no answer",
            Fault::OneAccepts => "accepted by one checker only",
            Fault::OtherWords => "accepted by both checkers, as different claims",
            Fault::BrokenForm => "accepted, though it is no certificate of this format",
            Fault::FalseIdentity => "accepted, though a single multiplier of a proof is changed",
            Fault::OtherClaims => "accepted with another claim",
        }
    }
}

/// Judges a mutant from the answers of two checkers. `original` and `changed` are the texts before and after the change.
///
/// Only what both accept is compared with the original. Nothing is believed that isn't found there: a mutant is harmless
/// only by a [`Rule`], and whatever no rule covers is a failure.
pub fn judge(original: &str, changed: &str, mutant: &Mutant, answers: &[Answer; 2]) -> Judgement {
    let [first, second] = answers;
    match (first.accepts(), second.accepts()) {
        (None, _) | (_, None) => Judgement::Failure(Fault::NoAnswer),
        (Some(false), Some(false)) if first.line == second.line => Judgement::Refused(first.line.clone()),
        (Some(false), Some(false)) => Judgement::Refused(format!("{} / {}", first.line, second.line)),
        (Some(true), Some(true)) if first.line != second.line => Judgement::Failure(Fault::OtherWords),
        (Some(true), Some(true)) => match compare(original, changed, mutant.form) {
            Ok(rule) => Judgement::Harmless(rule),
            Err(fault) => Judgement::Failure(fault),
        },
        _ => Judgement::Failure(Fault::OneAccepts),
    }
}

/// The claims that alone don't make a certificate.
const IS_NO_PROPERTY: [&str; 4] = ["loss", "loss_definition", "mean_squared_error", "step_size"];

/// The rule by which an accepted mutant is harmless.
fn compare(original: &str, changed: &str, form: Form) -> Result<Rule, Fault> {
    let read = |text| serde_json::from_str::<Map<String, Value>>(text).map_err(|_| Fault::BrokenForm);
    let (mut original, mut changed) = (read(original)?, read(changed)?);
    if form == Form::FileBroken {
        return Err(Fault::BrokenForm);
    }
    let made_by = original.remove("made_by") != changed.remove("made_by");
    if original == changed && made_by {
        return Ok(Rule::MadeBy);
    }
    if ["format", "id"].iter().any(|key| original.get(*key) != changed.get(*key)) {
        // The same words about another instance, or in another format.
        return Err(Fault::OtherClaims);
    }
    if form == Form::Broken {
        return Err(Fault::BrokenForm);
    }
    let mut part = |key: &str| original.remove(key).zip(changed.remove(key)).ok_or(Fault::BrokenForm);
    let ((claims, changed_claims), (evidence, changed_evidence)) = (part("claims")?, part("evidence")?);
    if original != changed {
        return Err(Fault::BrokenForm);
    }
    if claims == changed_claims {
        return compare_evidence(&evidence, &changed_evidence);
    }
    let (Some(all), Some(changed)) = (claims.as_object(), changed_claims.as_object()) else {
        return Err(Fault::BrokenForm);
    };
    if !changed.contains_key("loss") || !changed.keys().any(|key| !IS_NO_PROPERTY.contains(&key.as_str())) {
        return Err(Fault::BrokenForm);
    }
    if evidence == changed_evidence && changed.iter().all(|(key, claim)| all.get(key) == Some(claim)) {
        return Ok(Rule::FewerClaims);
    }
    if evidence == changed_evidence && is_other_radius(all, changed) {
        return Ok(Rule::OtherRadius);
    }
    if implied_by_radii(&claims, &changed_claims) { Ok(Rule::LargerConstant) } else { Err(Fault::OtherClaims) }
}

/// The rule for another evidence that both checkers say proves the same claims.
fn compare_evidence(original: &Value, changed: &Value) -> Result<Rule, Fault> {
    let (before, after) = pieces(original).zip(pieces(changed)).ok_or(Fault::BrokenForm)?;
    let different = after.iter().find(|(place, piece)| before.get(*place) != Some(piece));
    let Some(((_, kind), _)) = different else { return Ok(Rule::LessEvidence) };
    match *kind {
        "nonnegative" | "plus" | "minus" if differing_numbers(original, changed) == Some(1) => {
            Err(Fault::FalseIdentity)
        }
        "nonnegative" | "plus" | "minus" => Ok(Rule::OtherTree),
        "value" => Ok(Rule::OtherConstant),
        "escape_direction" => Ok(Rule::OtherDirection),
        "descent" => Ok(Rule::OtherCurve),
        "second_order" => Ok(Rule::OtherSecondOrder),
        "elimination" => Ok(Rule::OtherElimination),
        "better_network" => Ok(Rule::OtherNetwork),
        "strict_direction" => Ok(Rule::OtherCurvature),
        "density" | "moment" | "moment_at" => Ok(Rule::OtherSigns),
        "step_size" => Ok(Rule::OtherSamples),
        _ => Err(Fault::BrokenForm),
    }
}

/// The pieces of evidence, each under its neuron and its key. `None` for what the format doesn't know.
fn pieces(evidence: &Value) -> Option<BTreeMap<(Option<u64>, &str), &Value>> {
    let mut pieces = BTreeMap::new();
    for (key, value) in evidence.as_object()? {
        if key != "neurons" {
            pieces.insert((None, key.as_str()), value);
            continue;
        }
        let mut indices = std::collections::BTreeSet::new();
        for entry in value.as_array()? {
            let index = entry.get("neuron")?.as_u64()?;
            if !indices.insert(index) {
                return None;
            }
            for (key, value) in entry.as_object()? {
                match value {
                    Value::Object(parts) if key == "constant" => {
                        pieces.extend(parts.iter().map(|(key, value)| ((Some(index), key.as_str()), value)));
                    }
                    _ if key == "neuron" => {}
                    _ => drop(pieces.insert((Some(index), key.as_str()), value)),
                }
            }
        }
    }
    Some(pieces)
}

/// How many numbers differ, if nothing else does.
fn differing_numbers(original: &Value, changed: &Value) -> Option<usize> {
    match (original, changed) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            one.iter().map(|(key, value)| differing_numbers(value, other.get(key)?)).sum()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).map(|(one, other)| differing_numbers(one, other)).sum()
        }
        (Value::String(one), Value::String(other)) if one != other => {
            read_certificate(one).and(read_certificate(other)).ok().map(|_| 1)
        }
        _ => (original == changed).then_some(0),
    }
}

/// Whether claims differ in nothing but the radius, which is less than twice what it was. The larger ones among them follow
/// from nothing here: the program claims the largest power of 1/2, and what is between it and its double is for the
/// checkers to say.
fn is_other_radius(original: &Map<String, Value>, changed: &Map<String, Value>) -> bool {
    let radius = |claims: &Map<String, Value>| read_certificate(claims.get("radius")?.as_str()?).ok();
    let without = |claims: &Map<String, Value>| {
        let mut claims = claims.clone();
        claims.remove("radius");
        claims
    };
    let fits = |(old, new): (Rational, Rational)| new.is_positive() && new < &old + &old;
    without(original) == without(changed) && radius(original).zip(radius(changed)).is_some_and(fits)
}

/// Whether claims differ in nothing but smaller radii for output weights: less is claimed then.
fn implied_by_radii(original: &Value, changed: &Value) -> bool {
    match (original, changed) {
        (Value::Object(one), Value::Object(other)) => {
            let implied = |(key, claim): (&String, &Value)| match (claim, other.get(key)) {
                (Value::String(one), Some(Value::String(other))) if key == "l1_radius" => {
                    let radii = read_certificate(one).ok().zip(read_certificate(other).ok());
                    radii.is_some_and(|(one, other)| other <= one)
                }
                (claim, Some(other)) => implied_by_radii(claim, other),
                (_, None) => false,
            };
            one.len() == other.len() && one.iter().all(implied)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| implied_by_radii(one, other))
        }
        _ => original == changed,
    }
}
