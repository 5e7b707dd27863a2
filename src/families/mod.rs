//! Floor 6: families of instances with parameters (docs/families.md). A generator writes down a candidate whose
//! verdicts follow from how it is made; what doesn't follow is left out of `expected`. The same parameters and the same
//! seed give the same bytes on every machine.

pub mod affine_fit;
mod draw;
pub mod escape;
mod gadget;
pub mod integral_critical;
mod integral_member;
pub mod integral_residual;
mod member;
pub mod partition;
pub mod replicated;
pub mod thin_cell;
pub mod zonotope;

pub(crate) use member::written;

use crate::problem::{Activation, Instance, IntegralInstance};
use crate::rational::{Rational, read, write};
use num_traits::{One, Zero};

/// Parameters without a member: what was found, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadParameters(pub String);

impl BadParameters {
    fn new(text: impl Into<String>) -> BadParameters {
        BadParameters(text.into())
    }
}

/// An instance file that was made.
pub trait Member {
    /// Its name.
    fn id(&self) -> &str;
    /// The file.
    fn text(&self) -> &[u8];
}

impl Member for Instance {
    fn id(&self) -> &str {
        &self.id
    }

    fn text(&self) -> &[u8] {
        &self.text
    }
}

impl Member for IntegralInstance {
    fn id(&self) -> &str {
        &self.id
    }

    fn text(&self) -> &[u8] {
        &self.text
    }
}

/// A number as it stands in instances (docs/instance.md).
///
/// # Errors
/// Any other text.
pub fn read_number(text: &str) -> Result<Rational, BadParameters> {
    read(text).ok_or_else(|| BadParameters(format!("not a rational: {text:?}; write 3, -0.28, 1e-6 or 7/25")))
}

/// The activation that a user names: `relu`, `absolute-value`, `leaky:SLOPE` (1 and that slope) or
/// `slopes:POSITIVE,NEGATIVE`.
///
/// # Errors
/// Any other text, and slopes that are both zero.
pub fn read_activation(text: &str) -> Result<Activation, BadParameters> {
    let (positive, negative) = match text.split_once(':') {
        None if text == "relu" => (Rational::one(), Rational::zero()),
        None if text == "absolute-value" => (Rational::one(), -Rational::one()),
        Some(("leaky", slope)) => (Rational::one(), read_number(slope)?),
        Some(("slopes", slopes)) if slopes.contains(',') => {
            let (positive, negative) = slopes.split_once(',').unwrap_or_default();
            (read_number(positive)?, read_number(negative)?)
        }
        _ => {
            let text = format!("no activation: {text:?}; one of relu, absolute-value, leaky:SLOPE, slopes:PLUS,MINUS");
            return Err(BadParameters(text));
        }
    };
    if positive.is_zero() && negative.is_zero() {
        return Err(BadParameters::new("both slopes are zero: such a network is constant; give one a value"));
    }
    Ok(Activation { positive, negative })
}

/// The text that [`read_activation`] reads as this activation.
pub fn show_activation(activation: &Activation) -> String {
    let Activation { positive, negative } = activation;
    if !positive.is_one() {
        return format!("slopes:{},{}", write(positive), write(negative));
    }
    match negative {
        slope if slope.is_zero() => "relu".to_owned(),
        slope if *slope == -Rational::one() => "absolute-value".to_owned(),
        slope => format!("leaky:{}", write(slope)),
    }
}

/// A text in the letters of an id: `leaky:1/10` becomes `leaky-1_10`.
fn id_part(text: &str) -> String {
    text.replace([':', ','], "-").replace('/', "_")
}
