//! Proofs by elimination that are spoilt; more are in tests/refused/local_minimum.

mod common;

use common::{Case, edit, refuse, run};
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

/// Groups of replicas that are spread: the file of the accepted cases, spoilt.
#[test]
fn spread_neurons() {
    let file = include_str!("../../tests/accepted/local_minimum/elimination-spread-replicas.json");
    let good: Value = serde_json::from_str(file).expect("a case");
    let spoilt = |(code, pointer, value): (&str, &str, Value)| {
        let mut certificate = good["certificate"].clone();
        edit(&mut certificate, &format!("{HERE}/spread/{pointer}"), (!value.is_null()).then_some(value));
        Case::of_values(pointer, &good["instance"], &certificate, &format!("s REJECTED {code}"))
    };
    let rows = [
        ("projected-escape", "0/neurons", json!([0, 1])),
        ("neuron-order", "0/neurons", json!([0])),
        ("not-covered", "0/moves/0", Value::Null),
        ("not-covered", "0/moves/0/1", json!("-1")),
        ("residual-outside", "0/moves/0/4", json!("1")),
        ("wrong-shape", "0/basis", json!([])),
        ("tree-incomplete", "0/cover/2", Value::Null),
    ];
    let mut cases: Vec<Case> = rows.map(spoilt).into();
    // Neuron 4 with a neuron that is no replica of it.
    let mut certificate = good["certificate"].clone();
    edit(&mut certificate, &format!("{HERE}/spread/0/neurons"), Some(json!([0])));
    edit(&mut certificate, &format!("{HERE}/spread/1/neurons"), Some(json!([2, 3, 4])));
    cases.push(Case::of_values("[2, 3, 4]", &good["instance"], &certificate, "s REJECTED spread-neurons"));
    run(&cases);
}
