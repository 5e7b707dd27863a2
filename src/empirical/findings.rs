//! What was found out about a candidate, and why.

use super::descent::Descent;
use super::escape::Constant;
use super::neurons::Neuron;
use super::several_outputs::{Elimination, OpenPolynomial, SecondOrder};
use crate::kink::Tree;
use crate::problem::{Judgement, Network, Property};
use crate::rational::{Rational, write};
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
    /// At a local minimum with escape neurons: no change of every parameter by at most so much lowers the loss
    /// (docs/theory.md, section 7.19).
    pub radius: Option<Rational>,
    /// If it is open whether a candidate with escape neurons is a local minimum: a polynomial that it depends on.
    pub open_polynomial: Option<OpenPolynomial>,
}

/// Findings are a judgement, and what it rests on.
impl Deref for Findings {
    type Target = Judgement;

    fn deref(&self) -> &Judgement {
        &self.judgement
    }
}

impl Findings {
    /// Notes how far the proof of a local minimum with escape neurons reaches.
    pub fn reach(&mut self, radius: Rational) {
        if let Some(reason) = self.judgement.reasons.get_mut(&Property::LocalMinimum) {
            reason.text += &format!("; proved for changes of every weight by at most {}", write(&radius));
        }
        self.radius = Some(radius);
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
