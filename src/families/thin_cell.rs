//! Stationarity that fails in one thin cell only.
//!
//! In the plane let `tent(u) = |u1| + |u1 - width u2| - 2 |u1 - width/2 u2|`: zero outside the cone
//! `0 < u1 < width u2` and its opposite, at most `width |u2|` inside, with equality in the middle. The form
//!
//! ```text
//! f(u) = relu(-u2) - tent(u)                          open
//! f(u) = relu(-u2) - tent(u) + width |u2|             closed
//! ```
//!
//! with `width <= 1` is, if open, negative exactly inside that cone (the opposite one is filled by `relu(-u2)`), whose
//! slopes `u1 / u2` make an interval of the given width; if closed, it is nonnegative, and zero in the middle of that
//! cone and on `u2 = 0`. The candidate is that of the module `gadget` (docs/theory.md, sections 2.2, 3.2 and 9).

use super::gadget::{Form, expect_nonnegative, one_neuron};
use super::member::written;
use super::{BadParameters, id_part, show_activation};
use crate::problem::{Activation, Instance};
use crate::rational::{Rational, write};
use num_traits::{One, Zero};

/// What the member looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Between 0 and 1, not 0.
    pub width: Rational,
    /// Whether the cell is just closed.
    pub closed: bool,
    /// `rho`, with a kink and a positive slope that isn't zero.
    pub activation: Activation,
}

/// The member. Cost: a handful of operations on numbers as long as the width.
///
/// # Errors
/// Parameters out of range.
pub fn generate(parameters: &Parameters) -> Result<Instance, BadParameters> {
    let Parameters { width, closed, activation } = parameters;
    if *width <= Rational::zero() || *width > Rational::one() {
        return Err(BadParameters(format!("the width is {}; it must be positive and at most 1", write(width))));
    }
    let rational = |value: i64| Rational::from_integer(value.into());
    let half = rational(2).recip();
    let second_line = if *closed { &half + width } else { half.clone() };
    let form = Form {
        // relu(-u2) = |u2|/2 - u2/2
        linear: vec![Rational::zero(), -&half],
        kinks: vec![
            (second_line, vec![Rational::zero(), Rational::one()]),
            (rational(-1), vec![Rational::one(), Rational::zero()]),
            (rational(-1), vec![Rational::one(), -width]),
            (rational(2), vec![Rational::one(), -width * &half]),
        ],
    };
    let mut instance = one_neuron(&form, activation)?;
    let (name, short) = (show_activation(activation), short(width));
    let (mark, option) = if *closed { ("-closed", " --closed") } else { ("", "") };
    instance.id = format!("thin-cell-{}-{}{mark}", id_part(&name), id_part(&short));
    instance.title = Some(match closed {
        true => format!("A cell of width {short} where descent is only just excluded: stationary"),
        false => format!("Descent inside one cell of width {short} and nowhere else: not stationary"),
    });
    instance.source.location = Some(format!(
        "docs/theory.md, sections 2.2 and 3.2; relucert instances generate thin-cell --width {short} --activation \
         {name}{option}"
    ));
    let tent = format!("t(u) = |u1| + |u1 - w u2| - 2 |u1 - w/2 u2|, w = {short}");
    let because = match closed {
        true => format!("g(u) = relu(-u2) - t(u) + w |u2| >= 0, zero at (w/2, 1), with {tent}"),
        false => {
            format!("g(u) = relu(-u2) - t(u), which is -w at (w/2, 1) and negative in that cell only, with {tent}")
        }
    };
    expect_nonnegative(&mut instance, *closed, &because);
    written(&instance)
}

/// `1e-9` for `1/1000000000`; other numbers in full.
fn short(width: &Rational) -> String {
    let text = width.denom().to_string();
    let is_power = width.numer().is_one() && text.len() > 4 && text.bytes().skip(1).all(|digit| digit == b'0');
    if is_power && text.starts_with('1') { format!("1e-{}", text.len() - 1) } else { write(width) }
}
