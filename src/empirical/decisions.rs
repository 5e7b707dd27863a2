//! What has been decided about a candidate, before verdicts and reasons are drawn from it.

use super::descent::Descent;
use super::escape::Escape;
use super::several_outputs::{Elimination, Gap, SecondOrder};
use super::stationary::Stationarity;
use crate::problem::Reason;

/// What the conclusions are drawn from.
pub(super) struct Decisions {
    pub(super) stationarity: Stationarity,
    /// One for each neuron, at a stationary point with both layers trained; otherwise empty.
    pub(super) escapes: Vec<Escape>,
    /// Optimality over all widths, with its reason.
    pub(super) any_width: (bool, Reason),
    pub(super) descent: Option<FoundDescent>,
    /// A local minimum in spite of escape neurons.
    pub(super) second_order: Option<Box<SecondOrder>>,
    /// The same.
    pub(super) elimination: Option<Box<Elimination>>,
    /// Why it is open whether a candidate with escape neurons is a local minimum.
    pub(super) gap: Option<Gap>,
    pub(super) has_better_network: bool,
}

/// A curve of descent and where it comes from.
pub(super) struct FoundDescent {
    pub(super) descent: Descent,
    pub(super) origin: Origin,
}

/// Where a curve of descent comes from.
pub(super) enum Origin {
    /// A direction with negative derivative.
    Direction,
    /// The instance's own witness.
    Witness,
    /// An escape neuron whose output weight is zero.
    ZeroOutputWeight(usize),
    /// An escape neuron whose feature depends on the others.
    DependentFeature(usize),
    /// Neurons along whose directions the second order is negative.
    SecondOrder(Vec<usize>),
    /// A curve on which the polynomial that elimination leaves is negative.
    HigherOrder,
}
