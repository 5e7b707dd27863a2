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

/// Data with a candidate, nothing expected, and no file yet.
pub fn instance(data: &Data, network: &Network, id: String) -> Instance {
    Instance {
        id,
        title: data.title.clone(),
        source: Source { claim: None, ..data.source.clone() },
        activation: data.activation.clone(),
        samples: data.samples.clone(),
        candidate: network.clone(),
        trained: trained(data, network),
        witnesses: Witnesses::default(),
        expected: None,
        text: Vec::new(),
    }
}

/// Which parameters of a network for the data are trained: the layers as the data say; an output bias, unless the data
/// have a candidate with one and don't name it.
fn trained(data: &Data, network: &Network) -> Trained {
    let is_held = data.candidate.as_ref().is_some_and(|old| old.output_bias.is_some()) && !data.trained.output_bias;
    Trained { output_bias: network.output_bias.is_some() && !is_held, ..data.trained }
}
