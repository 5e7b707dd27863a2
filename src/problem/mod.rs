//! Floor 3: what a user writes. [`Instance`] holds problem, candidate, witnesses and expectations; [`Instance::read`]
//! reads one from JSON strictly and says where in the file something is wrong.

mod activation;
mod error;
mod instance;
pub(crate) mod locate;
mod network;
mod reader;
mod verdict;

pub use activation::Activation;
pub use error::InstanceError;
pub use instance::{Data, Expected, Instance, Samples, Source, Trained, Witnesses};
pub use network::Network;
pub use verdict::{Property, Verdict};
