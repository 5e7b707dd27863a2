//! What is asked and what is decided, before it becomes verdicts.

use super::stationary::Stationarity;
use crate::rational::Rational;
use std::time::Instant;

/// What is asked beyond the point itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A step size of gradient descent, positive: then `avoided_by_gradient_descent` is about this one and not about almost
    /// every one.
    pub step_size: Option<Rational>,
    /// When to give up; what is open then stays so.
    pub deadline: Option<Instant>,
}

/// Why a candidate is a local minimum, or not, or neither is known.
#[derive(Debug)]
pub(super) enum Locally {
    /// The loss is 0.
    ZeroLoss,
    /// Not stationary.
    NotStationary,
    /// Along the instance's own curve the loss falls.
    Witness,
    /// A direction of negative curvature, and the second derivative there.
    Strict(Rational),
    /// A neuron without output weight lets the loss fall.
    Flat(usize),
    /// No neuron can let the loss fall alone, and what they do together only adds to it.
    Decoupled,
    /// The one-sided second order: positive, or negative somewhere.
    SecondOrder(bool),
    /// Elimination: nonnegative, or negative somewhere.
    Elimination(bool),
    /// Open: why.
    Open(&'static str),
}

impl Locally {
    /// Whether the candidate is a local minimum.
    pub(super) fn is_minimum(&self) -> Option<bool> {
        match self {
            Locally::ZeroLoss | Locally::Decoupled => Some(true),
            Locally::SecondOrder(holds) | Locally::Elimination(holds) => Some(*holds),
            Locally::NotStationary | Locally::Witness | Locally::Strict(_) | Locally::Flat(_) => Some(false),
            Locally::Open(_) => None,
        }
    }
}

/// All decisions, before they become verdicts.
pub(super) struct Decisions {
    pub(super) stationarity: Stationarity,
    pub(super) locally: Locally,
    pub(super) has_better_network: bool,
}
