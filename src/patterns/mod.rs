//! Floor 2: the activation patterns around a neuron, that is the cells of a central arrangement, one by one. This is
//! the exhaustive second way to first-order verdicts. [`crate::kink`] asks for nothing but the order of its branches here,
//! and its proofs are checked without it.

mod cells;
mod coordinate;
mod rays;

pub use cells::{Cell, HalfOfCells, TooManyCells, for_each_cell, half_of_cells, half_of_cells_if_short};
pub use rays::{TooManySubsets, rays};
