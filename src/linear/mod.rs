//! Floor 1: exact vectors, elimination, feasibility of linear systems with bounds, symmetric matrices, and univariate
//! polynomials with their sign on an interval.

mod cramer;
mod dictionary;
mod elimination;
mod feasibility;
mod interval;
mod lifting;
mod limbs;
mod polynomial;
mod quadratic;
mod residues;
mod scaled;
mod symmetric;
mod vector;
mod width;

pub use cramer::{Cramer, normal};
pub use elimination::{Echelon, independent, solve};
pub use feasibility::{Bounds, Feasibility};
pub use interval::{IntervalAnswer, IntervalProof, nonnegative_on};
pub(crate) use lifting::Lifting;
pub(crate) use limbs::Limbs;
pub use polynomial::Polynomial;
pub use quadratic::least_point;
pub use residues::{Profile, rank_is};
pub use scaled::{Scaled, ScaledMatrix};
pub use symmetric::{Definiteness, definiteness};
pub use vector::{add_multiple, combination, dot, is_zero, orthogonal_part, primitive, shortest_multiple, to_integers};
pub(crate) use width::{Overflow, Width};
