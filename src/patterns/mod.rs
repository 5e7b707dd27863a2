//! Floor 2: the activation patterns around a neuron, that is the cells of a central arrangement, one by one. This is
//! the exhaustive second way to first-order verdicts; it shares nothing with [`crate::kink`] but linear algebra.

mod cells;
mod rays;

pub use cells::{Cell, TooManyCells, for_each_cell};
pub use rays::{TooManySubsets, rays};
