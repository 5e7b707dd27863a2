//! What was found out about a candidate, and why.

use super::descent::Descent;
use super::escape::Constant;
use super::neurons::Neuron;
use super::several_outputs::{Elimination, OpenPolynomial, SecondOrder};
use crate::kink::Tree;
use crate::problem::{Network, Property, Verdict};
use crate::rational::Rational;
use std::collections::BTreeMap;

/// Verdicts, reasons and evidence. The verdicts are for the checker to confirm; nothing of this is shown before.
#[derive(Debug)]
pub struct Findings {
    /// `L = 1/2 sum_k |e_k|^2`
    pub loss: Rational,
    /// `2 L / (n J)`
    pub mean_squared_error: Rational,
    /// Verdicts on all properties but the escape neurons.
    pub verdicts: BTreeMap<Property, Verdict>,
    /// The escape neurons.
    pub escape_neurons: EscapeNeurons,
    /// A reason for each property.
    pub reasons: BTreeMap<Property, Reason>,
    /// What is said of each neuron.
    pub neurons: Vec<Neuron>,
    /// What proves the verdicts.
    pub evidence: Evidence,
    /// Witnesses of the instance that fail.
    pub failed_witnesses: Vec<Difference>,
    /// If it is open whether a candidate with escape neurons is a local minimum: a polynomial that it depends on.
    pub open_polynomial: Option<OpenPolynomial>,
}

/// The escape neurons of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EscapeNeurons {
    /// Exactly these.
    Found(Vec<usize>),
    /// Not defined: the candidate isn't stationary.
    NotStationary,
    /// Not known.
    Undecided,
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A fixed word (docs/verdicts.md).
    pub code: &'static str,
    /// A sentence.
    pub text: String,
}

impl Reason {
    /// A reason.
    pub fn new(code: &'static str, text: impl Into<String>) -> Reason {
        Reason { code, text: text.into() }
    }
}

/// What proves the verdicts.
#[derive(Debug, Default)]
pub struct Evidence {
    /// What is proved of single neurons, in rising order of the neurons.
    pub neurons: Vec<NeuronEvidence>,
    /// A curve along which the loss falls.
    pub descent: Option<Descent>,
    /// A proof by the second order that the candidate is a local minimum.
    pub second_order: Option<Box<SecondOrder>>,
    /// A proof of the same by elimination.
    pub elimination: Option<Box<Elimination>>,
    /// A network of the same width with a smaller loss.
    pub better_network: Option<Network>,
}

/// What is proved of one neuron.
#[derive(Debug)]
pub struct NeuronEvidence {
    /// i
    pub neuron: usize,
    /// `g_i >= 0`
    pub nonnegative: Option<Tree>,
    /// (5.1)
    pub constant: Option<Constant>,
    /// u with `g_i(u) = 0 != d_i(u)`
    pub escape_direction: Option<Vec<Rational>>,
}

/// Something that the instance says and that isn't so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: a property, or a witness.
    pub property: String,
    /// What the instance says.
    pub expected: String,
    /// What was found.
    pub found: String,
}
