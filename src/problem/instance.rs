//! The instance: a problem, a candidate, a user's evidence, and what is expected.

use super::{Activation, Network, Property, Verdict};
use crate::rational::Rational;
use std::collections::BTreeMap;

/// An instance file, read (docs/instance.md).
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its name, unique in a run; the certificate repeats it.
    pub id: String,
    /// A title in words.
    pub title: Option<String>,
    /// Where the candidate or the claim about it comes from.
    pub source: Source,
    /// `rho`
    pub activation: Activation,
    /// The data.
    pub samples: Samples,
    /// The network that is judged.
    pub candidate: Network,
    /// Which of its parameters are trained.
    pub trained: Trained,
    /// A user's own evidence: never trusted, checked exactly before any search.
    pub witnesses: Witnesses,
    /// What is expected of the verdicts, if the file says so.
    pub expected: Option<Expected>,
    /// The file itself: what the checker reads.
    pub text: Vec<u8>,
}

/// What training needs: an instance in which the candidate may be missing, and then also what is said about it.
#[derive(Debug, Clone)]
pub struct Data {
    /// Its name.
    pub id: String,
    /// A title in words.
    pub title: Option<String>,
    /// Where the data come from.
    pub source: Source,
    /// `rho`
    pub activation: Activation,
    /// The data.
    pub samples: Samples,
    /// A network, if the file has one.
    pub candidate: Option<Network>,
    /// Which parameters are trained; without a candidate, `output_bias` says that there is to be one.
    pub trained: Trained,
}

/// The samples; a hidden bias is written out as a last constant input 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Samples {
    /// `x_k`: n rows of length d.
    pub inputs: Vec<Vec<Rational>>,
    /// `y_k`: n rows of length J.
    pub targets: Vec<Vec<Rational>>,
    /// Whether the last input is the constant 1 of a hidden bias.
    pub hidden_bias: bool,
}

/// Where a candidate comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The reference in words.
    pub citation: Option<String>,
    /// Its DOI.
    pub doi: Option<String>,
    /// Its arXiv number.
    pub arxiv: Option<String>,
    /// Where in the source.
    pub location: Option<String>,
    /// What the source claims of the candidate.
    pub claim: Option<String>,
}

/// Which parameters are trained: stationarity and minimality are over these, the others stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trained {
    /// The `w_i`.
    pub input_weights: bool,
    /// The `h_i`.
    pub output_weights: bool,
    /// `c`.
    pub output_bias: bool,
}

impl Trained {
    /// Whether both layers are trained: only then there are escape neurons.
    pub fn both_layers(self) -> bool {
        self.input_weights && self.output_weights
    }
}

/// A user's own evidence.
#[derive(Debug, Clone, Default)]
pub struct Witnesses {
    /// A network of the same width with a smaller loss.
    pub better_candidate: Option<Network>,
    /// `D_1, D_2, ...` of a curve `P + t D_1 + t^2 D_2 + ...` along which the loss falls.
    pub descent: Option<Vec<Network>>,
}

/// What is expected: true statements, compared with the verdicts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// `yes` and `no` only, for all properties but the escape neurons.
    pub verdicts: BTreeMap<Property, Verdict>,
    /// The escape neurons; `Some(None)`: none are defined, because the candidate isn't stationary.
    pub escape_neurons: Option<Option<Vec<usize>>>,
    /// `L`
    pub loss: Option<Rational>,
    /// `2 L / (n J)`
    pub mean_squared_error: Option<Rational>,
    /// Why, in words; never compared.
    pub because: Option<String>,
}

impl Expected {
    /// Whether any property is named.
    pub fn names_a_property(&self) -> bool {
        !self.verdicts.is_empty()
            || self.escape_neurons.is_some()
            || self.loss.is_some()
            || self.mean_squared_error.is_some()
    }
}
