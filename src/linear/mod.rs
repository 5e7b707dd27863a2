//! Floor 1: exact vectors, elimination, and feasibility of linear systems with bounds.

mod elimination;
mod feasibility;
mod polynomial;
mod vector;

pub use elimination::{Echelon, solve};
pub use feasibility::{Bounds, Feasibility};
pub use polynomial::Polynomial;
pub use vector::{add_multiple, combination, dot, is_zero, orthogonal_part, primitive, shortest_multiple, to_integers};
