//! Several outputs, escape neurons: local minima by the second order on the critical cones, after projection
//! (docs/theory.md, section 7).
//!
//! [`features`] projects some non-escape neurons away, [`critical`] finds where `g_i` is zero, [`form`] is the quadratic
//! form that is left there once the output weights have their best values, [`prove`] asks whether it is nonnegative.

mod critical;
mod features;
mod form;
mod prove;

pub use critical::LineSign;
pub use features::Features;
pub(super) use prove::{Gap, Outcome, decide_second_order};
pub use prove::{Node, SecondOrder};
