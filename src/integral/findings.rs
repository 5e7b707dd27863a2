//! What was found out about a candidate, and why.

use super::curve::Descent;
use super::elimination::Elimination;
use super::second_order::SecondOrder;
use super::step_size::StepSize;
use crate::linear::IntervalProof;
use crate::problem::{Judgement, ScalarNetwork};
use crate::rational::Rational;
use std::fmt;
use std::ops::Deref;

/// Judgement and evidence.
#[derive(Debug)]
pub struct Findings {
    /// The verdicts: for the checker to confirm; nothing of this is shown before.
    pub judgement: Judgement,
    /// What is said of each neuron.
    pub neurons: Vec<Neuron>,
    /// What proves the verdicts.
    pub evidence: Evidence,
}

/// Findings are a judgement, and what it rests on.
impl Deref for Findings {
    type Target = Judgement;

    fn deref(&self) -> &Judgement {
        &self.judgement
    }
}

/// What is said of a neuron.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neuron {
    /// Its type.
    pub kind: NeuronType,
    /// `q = -b / w`, for w != 0.
    pub breakpoint: Option<Rational>,
}

/// The types of neurons of Cheridito, Jentzen and Rossmannek (docs/theory-integral.md, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeuronType {
    /// `w = b = 0`
    Degenerate,
    /// Zero on the interval and nearby.
    Inactive,
    /// Zero on the interval, with its breakpoint at an end.
    SemiInactive,
    /// Constant and not zero: w = 0.
    SemiActive,
    /// Affine on the interval and not constant.
    Type1Active,
    /// With its breakpoint inside of the interval.
    Type2Active,
}

impl fmt::Display for NeuronType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NeuronType::Degenerate => "degenerate",
            NeuronType::Inactive => "inactive",
            NeuronType::SemiInactive => "semi-inactive",
            NeuronType::SemiActive => "semi-active",
            NeuronType::Type1Active => "type-1-active",
            NeuronType::Type2Active => "type-2-active",
        })
    }
}

/// What proves the verdicts (docs/certificate-integral.md).
#[derive(Debug, Default)]
pub struct Evidence {
    /// The density is nonnegative: a proof for each of its pieces.
    pub density: Vec<IntervalProof>,
    /// The sign of D, for degenerate neurons with output weight.
    pub moment: Option<MomentSign>,
    /// A point where D has the wrong sign for one of them.
    pub moment_at: Option<Rational>,
    /// A direction of negative curvature in the parameters of the smooth neurons.
    pub strict_direction: Option<ScalarNetwork>,
    /// A curve along which the loss falls.
    pub descent: Option<Descent>,
    /// A proof by the one-sided second order that the candidate is a local minimum.
    pub second_order: Option<SecondOrder>,
    /// A proof of the same by elimination.
    pub elimination: Option<Elimination>,
    /// For the verdict on gradient descent with one given step size.
    pub step_size: Option<StepSize>,
    /// A network of the same width with a smaller loss.
    pub better_network: Option<ScalarNetwork>,
}

/// `D >= 0`, or `-D >= 0`, on the interval: a proof on each cell.
#[derive(Debug)]
pub struct MomentSign {
    /// Which of the two.
    pub positive: bool,
    /// One for each cell.
    pub proofs: Vec<IntervalProof>,
}
