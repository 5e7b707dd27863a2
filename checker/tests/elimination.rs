//! Proofs by elimination that are spoilt; more are in tests/refused/local_minimum.

mod common;

use common::refuse;
use serde_json::{Value, json};

const HERE: &str = "/evidence/elimination";

/// Rows of [`refuse`] for one certificate, with pointers into the evidence.
fn refuse_here(rows: &[(&str, &str, Value)]) {
    let pointers: Vec<String> = rows.iter().map(|(_, pointer, _)| format!("{HERE}/{pointer}")).collect();
    let rows = rows.iter().zip(&pointers);
    refuse(
        &rows.map(|((code, _, value), pointer)| (*code, "polynomial", &pointer[..], value.clone())).collect::<Vec<_>>(),
    );
}

#[test]
fn what_is_eliminated() {
    refuse_here(&[
        ("malformed", "tangents", json!([])),
        ("projected-escape", "projected", json!([0])),
        ("not-orthogonal", "complement/2", json!(["1", "0", "1"])),
        ("residual-outside", "complement/1", Value::Null),
        ("wrong-shape", "bounds", json!([0])),
        ("neuron-order", "weighted", json!([])),
        ("wrong-shape", "weighted/0/basis/1", json!(["2", "0"])),
    ]);
    let only_across = json!({
        "projected": [], "complement": [["-1", "1", "0"], ["0", "0", "1"]], "bounds": [], "eliminated": [0], "weighted": [],
        "nodes": [
            {"line": 0, "neuron": 0},
            {"rays": [[0, ["0", "1"]]], "lines": [[["1", "0"], ["1", "0"]]], "zeros": [], "proof": []},
        ],
    });
    refuse(&[("dependent-features", "polynomial", HERE, only_across)]);
}

#[test]
fn leaves() {
    refuse_here(&[
        ("cone-open", "nodes/0", Value::Null),
        ("tree-incomplete", "nodes/2", Value::Null),
        ("cone-index", "nodes/1/rays/0/0", json!(1)),
        ("cone-identity", "nodes/1/rays/0/1", json!(["0", "2"])),
        ("wrong-shape", "nodes/1/lines/0/0", json!(["1"])),
        ("tree-incomplete", "nodes/1/proof", json!([])),
        ("tree-trailing", "nodes/1/proof/2", json!({})),
        ("polynomial-node", "nodes/1/proof/0/by", json!([[[0, 0, 1], "1"]])),
        ("polynomial-size", "nodes/1/proof/0/by", json!([[[10_001, 0, 0], "1"]])),
        ("polynomial-leaf", "nodes/1/proof/1/absorptions", json!([])),
        ("polynomial-leaf", "nodes/2/proof/0/squares/0/0", json!("-1")),
    ]);
}
