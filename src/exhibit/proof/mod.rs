//! The evidence of certificates in words and formulas, down to the multipliers (docs/certificate.md,
//! docs/certificate-integral.md). A node of a kind that isn't known here is shown as it stands in the certificate.

mod cones;
mod elimination;
mod integral;
mod kink;
mod local;
mod networks;
mod neurons;
mod second_order;

pub(super) use integral::integral;
pub(super) use neurons::empirical;

use super::{Step, Text};
use crate::certificate::lay_out;
use serde_json::Value;

/// Nodes that aren't understood, as they are.
fn as_they_stand(nodes: &[Value]) -> Vec<Step> {
    let words = "The rest as it stands in the certificate; docs/certificate.md says how it is read:";
    vec![Step::Sentence(Text::plain(words)), Step::Listing(lay_out(&Value::Array(nodes.to_vec())))]
}
