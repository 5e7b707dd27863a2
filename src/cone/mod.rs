//! Floor 2: polyhedral cones, and the question about them that second order asks: *is a quadratic form nonnegative on
//! a cone?* ([`decide_on_cone`]). See docs/theory.md, section 7.

mod form;
mod guess;
mod orthant;
mod polyhedral;
mod quadratic;

pub use form::QuadraticForm;
pub(crate) use form::dual_basis;
pub use guess::guess_negative;
pub use orthant::{Decomposition, OrthantAnswer, Split};
pub use polyhedral::{Cone, Sign};
pub use quadratic::{ConeAnswer, ConeLeaf, ConeProof, decide_on_cone, split_on_cone};
