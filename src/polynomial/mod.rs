//! Floor 2: polynomials in several variables, and the question about them that the exact criterion for several outputs
//! asks: *is a polynomial nonnegative near 0 on an orthant?* ([`decide_near_zero`]). See docs/theory.md, section 7.

mod copositive;
mod descend;
mod eliminate;
mod factor;
mod gram;
mod guard;
mod local;
mod multivariate;
mod newton;
mod search;
mod truncated;

pub use descend::along;
pub use gram::WeightedSquare;
pub use local::{LocalAnswer, LocalNode, decide_near_zero, prove_near_zero, with_names};
pub use multivariate::{Exponents, Multivariate, determinant, determinant_within};
pub use newton::{Absorption, Kind, Position, is_good, position};
pub use truncated::divides;
