//! Numbers and networks of a certificate. The checker has accepted it, so they are there in the form that is expected; what
//! isn't gives nothing.

use crate::problem::{Network, ScalarNetwork};
use crate::rational::{Rational, read};
use serde_json::Value;

pub(super) fn number(value: &Value) -> Rational {
    value.as_str().and_then(read).unwrap_or_default()
}

pub(super) fn numbers(value: &Value) -> Vec<Rational> {
    value.as_array().map(|row| row.iter().map(number).collect()).unwrap_or_default()
}

pub(super) fn index(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn network(value: &Value) -> Network {
    let rows = |key: &str| items(&value[key]).iter().map(numbers).collect();
    Network {
        input_weights: rows("input_weights"),
        output_weights: rows("output_weights"),
        output_bias: value.get("output_bias").map(numbers),
    }
}

pub(super) fn scalar_network(value: &Value) -> ScalarNetwork {
    ScalarNetwork {
        input_weights: numbers(&value["input_weights"]),
        input_biases: numbers(&value["input_biases"]),
        output_weights: numbers(&value["output_weights"]),
        output_bias: number(&value["output_bias"]),
    }
}
