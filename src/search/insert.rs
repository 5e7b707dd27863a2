//! A found network becomes a witness in the user's file, and nothing else of the file changes.

use crate::certificate::{lay_out, network_json};
use crate::problem::Network;
use serde_json::json;

/// Why a witness can't be put into a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotInsert {
    /// It has witnesses already.
    #[error("the instance has witnesses already; add better_candidate to them by hand")]
    HasWitnesses,
    /// It isn't an object.
    #[error("the file is not a JSON object")]
    NotAnObject,
}

/// The text of an instance with `"witnesses": { "better_candidate": ... }` added at its end; every other byte stays.
///
/// # Errors
/// [`CannotInsert::HasWitnesses`] if the instance has witnesses.
pub fn insert_better_candidate(text: &str, network: &Network) -> Result<String, CannotInsert> {
    let document: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|_| CannotInsert::NotAnObject)?;
    if document.contains_key("witnesses") {
        return Err(CannotInsert::HasWitnesses);
    }
    let end = text.rfind('}').ok_or(CannotInsert::NotAnObject)?;
    let (before, after) = (text[..end].trim_end(), &text[end..]);
    let witnesses = lay_out(&json!({ "better_candidate": network_json(network) }));
    let witnesses = witnesses.trim_end().replace('\n', "\n  ");
    let comma = if document.is_empty() { "" } else { "," };
    Ok(format!("{before}{comma}\n  \"witnesses\": {witnesses}\n{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::read;

    #[test]
    fn every_other_byte_stays() {
        let number = |text: &str| read(text).unwrap();
        let network = Network {
            input_weights: vec![vec![number("1/2")]],
            output_weights: vec![vec![number("1")]],
            output_bias: None,
        };
        let text = "{\n  \"id\": \"a\",\n  \"number\": 0.10000000000000000000001\n}\n";
        let with = insert_better_candidate(text, &network).unwrap();
        assert!(with.starts_with(text.trim_end().trim_end_matches('}').trim_end()), "{with}");
        assert!(with.contains("\"better_candidate\""), "{with}");
        assert_eq!(insert_better_candidate(&with, &network), Err(CannotInsert::HasWitnesses));
    }
}
