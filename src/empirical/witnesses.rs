//! A user's own evidence: checked exactly, before any search, and never trusted.

use super::descent::{Descent, NotDescending};
use super::model::{Model, loss};
use crate::linear::is_zero;
use crate::problem::{Difference, Network};
use crate::rational::{Rational, write};
use num_traits::One;

/// What is left of the witnesses once they are checked.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) better_network: Option<Network>,
    pub(super) descent: Option<Descent>,
    pub(super) failed: Vec<Difference>,
}

/// Checks both kinds of witnesses of the instance.
pub(super) fn check(model: &Model<'_>) -> Checked {
    let mut checked = Checked::default();
    let mut fail = |witness: &str, expected: String, found: String| {
        let property = format!("witnesses.{witness}");
        checked.failed.push(Difference { property, expected, found });
    };
    let witnesses = &model.instance.witnesses;
    if let Some(better) = &witnesses.better_candidate {
        let found = loss(model.instance, better);
        let change = better.shifted(&-Rational::one(), &model.instance.candidate);
        match moves_fixed(model, &change) {
            Some(part) => fail("better_candidate", format!("the candidate's {part}, not trained"), "others".to_owned()),
            None if found < model.loss => checked.better_network = Some(better.clone()),
            None => fail("better_candidate", format!("a loss below {}", write(&model.loss)), write(&found)),
        }
    }
    if let Some(curve) = &witnesses.descent {
        let expected = "a curve along which the loss falls".to_owned();
        match curve.iter().find_map(|change| moves_fixed(model, change)) {
            Some(part) => fail("descent", format!("no change of {part}, not trained"), "a change".to_owned()),
            None => match Descent::along(model.instance, curve.clone()) {
                Ok(descent) => checked.descent = Some(descent),
                Err(NotDescending(None)) => fail("descent", expected, "the loss doesn't change at all".to_owned()),
                Err(NotDescending(Some((power, term)))) => {
                    fail("descent", expected, format!("the loss changes by {} t^{power} + ...", write(&term)));
                }
            },
        }
    }
    checked
}

/// The first part that isn't trained and that a change moves.
fn moves_fixed(model: &Model<'_>, change: &Network) -> Option<&'static str> {
    let trained = model.instance.trained;
    let moves = |rows: &[Vec<Rational>]| rows.iter().any(|row| !is_zero(row));
    let parts = [
        ("input_weights", trained.input_weights, moves(&change.input_weights)),
        ("output_weights", trained.output_weights, moves(&change.output_weights)),
        ("output_bias", trained.output_bias, moves(change.output_bias.as_slice())),
    ];
    parts.into_iter().find(|(_, trained, moves)| !trained && *moves).map(|(part, ..)| part)
}
