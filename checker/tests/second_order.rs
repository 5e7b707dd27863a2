//! Proofs by the second order that are spoilt, and what comes first when two things are wrong.

mod common;

use common::good::named;
use common::{Case, edit, refuse, run};
use serde_json::{Value, json};

const HERE: &str = "/evidence/second_order";

/// Rows of [`refuse`] with pointers into the evidence.
fn refuse_here(rows: &[(&str, &str, &str, Value)]) {
    let pointers: Vec<String> = rows.iter().map(|(.., pointer, _)| format!("{HERE}/{pointer}")).collect();
    let rows = rows.iter().zip(&pointers);
    refuse(
        &rows.map(|((code, name, _, value), pointer)| (*code, *name, &pointer[..], value.clone())).collect::<Vec<_>>(),
    );
}

#[test]
fn what_is_projected() {
    let (dead, two) = ("escape-beside-dead", "two-escape-neurons");
    refuse_here(&[
        ("malformed", dead, "radius", json!("1")),
        ("malformed", dead, "projected", Value::Null),
        ("malformed", dead, "projected", json!(["1"])),
        ("neuron-order", dead, "projected", json!([1, 1])),
        ("neuron-order", dead, "projected", json!([9, 1])),
        ("projected-escape", dead, "projected", json!([0])),
        ("projected-escape", dead, "projected", json!([1, 2])),
        ("projected-escape", two, "projected", json!([1])),
        ("malformed", dead, "tangents/0/length", json!(1)),
        ("wrong-shape", dead, "tangents/0/direction", json!(["0"])),
        ("tangent-not-critical", dead, "tangents/0/neuron", json!(0)),
        ("tangent-not-critical", dead, "tangents/0/neuron", json!(2)),
        ("not-orthogonal", dead, "complement/0", json!(["0", "0"])),
        ("not-orthogonal", dead, "complement/0", json!(["1", "1"])),
        ("not-orthogonal", dead, "complement/0", json!(["-1"])),
        ("not-orthogonal", two, "complement/0", json!(["-1", "1", "0", "1"])),
        ("neuron-order", two, "duals/1/neuron", json!(0)),
        ("not-orthogonal", two, "duals/1/neuron", json!(2)),
        ("not-orthogonal", two, "duals/1/vector", json!(["0", "0", "1", "1"])),
        ("not-orthogonal", two, "duals/1/vector", json!(["0", "1", "1/2", "1/2"])),
        ("not-orthogonal", dead, "duals/1", json!({"neuron": 1, "vector": ["0", "0"]})),
        ("wrong-shape", dead, "bounds", json!([])),
        ("wrong-shape", dead, "bounds/0/minus/1", Value::Null),
        ("negative-constant", dead, "bounds/0/value", json!("-1")),
        ("multiplier-count", dead, "bounds/0/minus/1/0/lambda", json!(["1"])),
        ("no-dual", two, "duals/1", Value::Null),
        ("wrong-shape", dead, "duals", json!([])),
    ]);
}

#[test]
fn nodes() {
    let (dead, two, kink) = ("escape-beside-dead", "two-escape-neurons", "pinned-kink");
    refuse_here(&[
        ("tree-incomplete", dead, "nodes", json!([])),
        ("tree-incomplete", kink, "nodes/10", Value::Null),
        ("tree-trailing", dead, "nodes/1", json!(0)),
        ("malformed", dead, "nodes/0", json!(0)),
        ("malformed", kink, "nodes/1/ratio", json!([0, 0])),
        ("cone-line", kink, "nodes/1/line", json!(1)),
        ("cone-line", kink, "nodes/1/line", json!(3)),
        ("cone-line", kink, "nodes/1/neuron", json!(1)),
        ("cone-line", kink, "nodes/0/neuron", json!(1)),
        ("cone-line", dead, "nodes/0", json!({"line": 0, "neuron": 0})),
        ("cone-index", kink, "nodes/2/ratio", json!([0, 2])),
        ("wrong-shape", kink, "nodes/2/ratio", json!([0])),
        ("wrong-shape", kink, "nodes/2/factors", json!(["1", "1", "1"])),
        ("malformed", kink, "nodes/9/sign", json!("plus")),
        ("malformed", kink, "nodes/9/nu/0", json!([0])),
        ("cone-line", kink, "nodes/9/implied", json!(1)),
        ("cone-index", kink, "nodes/9/nu/0", json!([2, "1"])),
        ("cone-index", kink, "nodes/9/xi/0", json!([0, "1"])),
        ("multiplier-range", kink, "nodes/9/nu/0", json!([0, "-2"])),
        ("multiplier-range", kink, "nodes/9/sign", json!("0")),
        ("multiplier-identity", kink, "nodes/9/sign", json!("-")),
        ("multiplier-identity", kink, "nodes/9/nu/0", json!([0, "1"])),
        ("multiplier-count", kink, "nodes/0/tight", json!(["-1"])),
        ("multiplier-range", kink, "nodes/0/tight/1", json!("-2")),
        ("multiplier-range", kink, "nodes/0/tight/0", json!("1")),
        ("multiplier-identity", kink, "nodes/0/tight/1", json!("1")),
        ("cone-open", kink, "nodes/0", json!({"margin": "0", "products": [], "squares": [], "zeros": []})),
        ("cone-margin", two, "nodes/0/margin", json!("0")),
        ("cone-margin", two, "nodes/0/margin", json!("-1/2")),
        ("cone-margin", dead, "nodes/0/margin", json!("-1/2")),
        ("cone-identity", two, "nodes/0/margin", json!("1")),
        ("malformed", kink, "nodes/10/products/0", json!([1, 1])),
        ("cone-index", kink, "nodes/10/products/0", json!([1, 3, "1/2"])),
        ("cone-identity", kink, "nodes/10/products/0", json!([0, 1, "1/2"])),
        ("multiplier-range", kink, "nodes/10/products/0", json!([1, 1, "-1/2"])),
        ("malformed", dead, "nodes/0/squares/0", json!(["3"])),
        ("wrong-shape", dead, "nodes/0/squares/0", json!(["3", ["0", "1", "0"]])),
        ("multiplier-range", dead, "nodes/0/squares/0", json!(["-3", ["0", "1"]])),
        ("cone-identity", dead, "nodes/0/squares/0", json!(["3", ["1", "1"]])),
        ("wrong-shape", dead, "nodes/0/zeros/0", json!([0, ["0"]])),
        ("cone-index", dead, "nodes/0/zeros/0", json!([0, ["0", "0"]])),
    ]);
}

/// Of two mistakes the one that is met first gives the code (docs/certificate.md, "Order of checks").
#[test]
fn the_first_mistake_counts() {
    let one = "5/7";
    let table = [
        ("neuron-order", [("projected", json!([1, 1])), ("tangents", Value::Null)]),
        ("projected-escape", [("projected", json!([0])), ("tangents/0/neuron", json!(0))]),
        ("tangent-not-critical", [("tangents/0/neuron", json!(0)), ("complement", json!([["1", "1"]]))]),
        ("not-orthogonal", [("complement/0", json!(["1", "1"])), ("duals", json!(0))]),
        ("not-orthogonal", [("duals/0/vector/0", json!(one)), ("bounds", json!([]))]),
        ("wrong-shape", [("bounds", json!([])), ("nodes", json!([]))]),
        ("no-dual", [("nodes", json!([])), ("duals", json!([]))]),
        ("malformed", [("nodes/0/margin", json!("-0")), ("nodes/0/squares", json!(0))]),
        ("cone-margin", [("nodes/0/margin", json!("-1")), ("nodes/0/squares", json!(0))]),
        ("multiplier-range", [("nodes/0/margin", json!("1")), ("nodes/0/squares/0/0", json!("-3"))]),
        ("unproved-local-minimum", [("nodes/0/margin", json!("0")), ("/claims/local_minimum", json!("no"))]),
    ];
    let case = |(code, edits): &(&str, [(&str, Value); 2])| {
        let mut good = named("escape-beside-dead");
        for (pointer, value) in edits {
            let pointer = if pointer.starts_with('/') { (*pointer).to_owned() } else { format!("{HERE}/{pointer}") };
            // A bound has a tree for each vector: with the dual vectors those go too.
            if pointer.ends_with("duals") && *code == "no-dual" {
                for key in ["plus", "minus"] {
                    edit(&mut good.certificate, &format!("{HERE}/bounds/0/{key}/1"), None);
                }
            }
            edit(&mut good.certificate, &pointer, (!value.is_null()).then(|| value.clone()));
        }
        let title = format!("{edits:?}");
        Case::of_values(&title, &good.instance, &good.certificate, &format!("s REJECTED {code}"))
    };
    run(&table.iter().map(case).collect::<Vec<_>>());
}
