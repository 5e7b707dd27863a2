//! Floor 6: new candidates from others: a float network snapped to an exact stationary point.

pub mod embed;
pub mod names;
pub mod run;
pub mod snap;

use crate::families::{BadParameters, written as write_member};
use crate::problem::{Data, Instance, Network, Source, Trained, Witnesses};

/// The instance with its file.
///
/// # Errors
/// The file would be refused.
pub fn written(instance: &Instance) -> Result<Instance, BadParameters> {
    write_member(instance)
}

/// Data with a candidate, everything trained, nothing expected, and no file yet.
pub fn instance(data: &Data, network: &Network, id: String) -> Instance {
    Instance {
        id,
        title: data.title.clone(),
        source: Source { claim: None, ..data.source.clone() },
        activation: data.activation.clone(),
        samples: data.samples.clone(),
        candidate: network.clone(),
        trained: Trained { input_weights: true, output_weights: true, output_bias: network.output_bias.is_some() },
        witnesses: Witnesses::default(),
        expected: None,
        text: Vec::new(),
    }
}
