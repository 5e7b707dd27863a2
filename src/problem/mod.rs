//! Floor 3: what a user writes. [`Instance`] holds problem, candidate, witnesses and expectations of an empirical loss,
//! [`IntegralInstance`] those of an integral loss; [`InstanceFile::read`] reads either from JSON strictly and says where
//! in the file something is wrong. [`Judgement`] is what is said of a candidate, held against what is expected.

mod activation;
mod error;
mod instance;
mod integral;
mod integral_reader;
mod judgement;
pub(crate) mod locate;
mod network;
mod reader;
mod verdict;

pub use activation::Activation;
pub use error::{Excerpt, InstanceError};
pub use instance::{Data, Expected, Instance, Samples, Source, Trained, Witnesses};
pub use integral::{Integral, IntegralInstance, Piece, Piecewise, ScalarNetwork};
pub use judgement::{Comparison, Difference, EscapeNeurons, Judgement, Reason};
pub use network::Network;
pub use verdict::{Property, Verdict};

/// An instance file of either kind.
#[derive(Debug, Clone)]
pub enum InstanceFile {
    /// With samples.
    Empirical(Box<Instance>),
    /// With an integral.
    Integral(Box<IntegralInstance>),
}

impl InstanceFile {
    /// The instance's name.
    pub fn id(&self) -> &str {
        match self {
            InstanceFile::Empirical(instance) => &instance.id,
            InstanceFile::Integral(instance) => &instance.id,
        }
    }

    /// Its title in words.
    pub fn title(&self) -> Option<&str> {
        match self {
            InstanceFile::Empirical(instance) => instance.title.as_deref(),
            InstanceFile::Integral(instance) => instance.title.as_deref(),
        }
    }

    /// Where it comes from.
    pub fn source(&self) -> &Source {
        match self {
            InstanceFile::Empirical(instance) => &instance.source,
            InstanceFile::Integral(instance) => &instance.source,
        }
    }

    /// What is expected of it.
    pub fn expected(&self) -> Option<&Expected> {
        match self {
            InstanceFile::Empirical(instance) => instance.expected.as_ref(),
            InstanceFile::Integral(instance) => instance.expected.as_ref(),
        }
    }

    /// The file.
    pub fn text(&self) -> &[u8] {
        match self {
            InstanceFile::Empirical(instance) => &instance.text,
            InstanceFile::Integral(instance) => &instance.text,
        }
    }
}
