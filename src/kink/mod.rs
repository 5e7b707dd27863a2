//! Floor 2: kink forms `f(u) = a.u + sum_l kappa_l |p_l.u|`, and the two questions that everything else is made of:
//! *is f identically zero?* ([`KinkForm::is_zero`]) and *is f nonnegative everywhere?* ([`decide_nonnegative`]).
//! See docs/theory.md, section 2.

mod branch;
mod form;
mod guess;
mod joint;
mod nonnegative;
mod ray;
mod rays;
mod share;
mod span;
mod tree;

pub use form::{Kink, KinkForm};
pub use nonnegative::{Answer, Options, decide_nonnegative};
pub use ray::Arrangement;
pub use tree::{Node, Tree};
