//! Evidence that is wrong in one thing, and the code with which both checkers refuse it.

mod common;

use common::good::named;
use common::{Case, edit, refuse, run};
use serde_json::{Value, json};

fn network(input_weights: Value, output_weights: Value) -> Value {
    json!({"input_weights": input_weights, "output_weights": output_weights})
}

const NEURON: &str = "/evidence/neurons/0";
const TREE: &str = "/evidence/neurons/0/nonnegative";
const LEAF: &str = "/evidence/neurons/0/nonnegative/0";
const CONSTANT: &str = "/evidence/neurons/0/constant";
const CURVE: &str = "/evidence/descent/curve/0";

#[test]
fn neurons() {
    let entry = json!({"neuron": 0, "escape_direction": ["1"]});
    refuse(&[
        ("malformed", "zero", "/evidence/neurons", json!({})),
        ("malformed", "zero", "/evidence/neurons", json!("0")),
        ("malformed", "zero", NEURON, json!(0)),
        ("malformed", "zero", NEURON, json!([])),
        ("malformed", "zero", NEURON, json!({"escape_direction": ["1"]})),
        ("malformed", "zero", "/evidence/neurons/0/unknown", json!(1)),
        ("malformed", "zero", "/evidence/neurons/0/neuron", json!("0")),
        ("malformed", "zero", "/evidence/neurons/0/neuron", json!(-1)),
        ("malformed", "zero", "/evidence/neurons/0/neuron", json!(0.0)),
        ("malformed", "zero", "/evidence/neurons/0/neuron", json!(false)),
        ("neuron-order", "zero", "/evidence/neurons/0/neuron", json!(1)),
        ("neuron-order", "zero", "/evidence/neurons/0/neuron", json!(u64::MAX)),
        ("neuron-order", "zero", "/evidence/neurons/1", entry.clone()),
        ("neuron-order", "fourth-order", "/evidence/neurons/1", json!({"neuron": 0})),
        ("malformed", "zero", "/evidence/neurons/1", json!({})),
        ("malformed", "zero", "/evidence/neurons/0/escape_direction", json!({})),
        ("malformed", "zero", "/evidence/neurons/0/escape_direction", json!("1")),
        ("malformed", "zero", "/evidence/neurons/0/escape_direction", json!([1])),
        ("malformed", "zero", "/evidence/neurons/0/escape_direction", json!([["1"]])),
        ("wrong-shape", "zero", "/evidence/neurons/0/escape_direction", json!([])),
        ("wrong-shape", "zero", "/evidence/neurons/0/escape_direction", json!(["1", "0"])),
        ("escape-not-escaping", "zero", "/evidence/neurons/0/escape_direction", json!(["-1"])),
        ("escape-not-escaping", "zero", "/evidence/neurons/0/escape_direction", json!(["0"])),
        ("escape-not-escaping", "mixed-term", "/evidence/neurons/0/escape_direction", json!(["1", "0"])),
        ("escape-not-escaping", "dead", "/evidence/neurons", json!([entry])),
        ("escape-not-tight", "constant", "/evidence/neurons/0/escape_direction", json!(["1", "0"])),
        ("escape-not-tight", "half-line", "/evidence/neurons/0/escape_direction", json!(["1/1000000000000000"])),
    ]);
    let mut cases = Vec::new();
    for (index, code) in [
        ("18446744073709551615", "neuron-order"),
        ("18446744073709551616", "malformed"),
        ("99999999999999999999999999", "malformed"),
        ("-0", "malformed"),
        ("0e0", "malformed"),
        ("0E1", "malformed"),
    ] {
        let good = named("zero");
        let certificate = good.certificate.to_string().replacen("\"neuron\":0", &format!("\"neuron\":{index}"), 1);
        assert!(certificate.contains(&format!(":{index}")));
        cases.push(Case::new(index, good.instance.to_string(), certificate, format!("s REJECTED {code}")));
    }
    run(&cases);
}

#[test]
fn trees() {
    let at = |pointer: &str| format!("{TREE}/{pointer}");
    let leaf = json!({"lambda": ["1", "1"], "gamma": [], "mu": ["0"]});
    let (one, two, implied) = (at("1"), at("2"), at("2"));
    refuse(&[
        ("malformed", "split", TREE, json!({})),
        ("malformed", "split", TREE, json!("")),
        ("tree-incomplete", "split", TREE, json!([])),
        ("tree-incomplete", "split", TREE, json!([{"split": 2}])),
        ("tree-incomplete", "split", &two, Value::Null),
        ("tree-incomplete", "six-lines", &at("8"), Value::Null),
        ("tree-trailing", "split", &at("3"), leaf.clone()),
        ("tree-trailing", "three-lines", &one, json!({"split": 2})),
        ("tree-trailing", "three-lines", &one, json!("no node at all")),
        ("tree-split", "split", LEAF, json!({"split": 0})),
        ("tree-split", "split", LEAF, json!({"split": 3})),
        ("tree-split", "split", LEAF, json!({"split": 1_000_000_000_000_u64})),
        ("tree-split", "split", &one, json!({"split": 2})),
        ("tree-split", "six-lines", &one, json!({"split": 0})),
        ("tree-split", "six-lines", &implied, json!({"implied": 2, "sign": "+", "multipliers": ["0", "1"]})),
        ("tree-split", "six-lines", &implied, json!({"implied": 4, "sign": "+", "multipliers": ["1", "1"]})),
        ("malformed", "split", LEAF, json!({"split": "2"})),
        ("malformed", "split", LEAF, json!({"split": null})),
        ("malformed", "split", LEAF, json!({"split": 2, "sign": "+"})),
        ("malformed", "split", LEAF, json!({"split": 2, "implied": 2})),
        ("malformed", "split", LEAF, json!({})),
        ("malformed", "split", LEAF, json!([])),
        ("malformed", "split", LEAF, json!(2)),
        ("malformed", "split", &one, json!({"lambda": ["-1", "-1"], "mu": ["0"]})),
        ("malformed", "split", &one, json!({"lambda": ["-1", "-1"], "gamma": []})),
        ("malformed", "split", &one, json!({"gamma": [], "mu": ["0"]})),
        ("malformed", "split", &one, json!({"lambda": [-1, -1], "gamma": [], "mu": ["0"]})),
        ("malformed", "split", &one, json!({"lambda": ["-1", "-1"], "gamma": ["1"], "mu": ["0"]})),
        ("malformed", "split", &one, json!({"lambda": ["-1", "-1"], "gamma": [], "mu": ["0"], "nu": []})),
        ("malformed", "six-lines", &implied, json!({"implied": 3, "multipliers": ["1", "1"]})),
        ("malformed", "six-lines", &implied, json!({"implied": 3, "sign": 1, "multipliers": ["1", "1"]})),
        ("malformed", "six-lines", &implied, json!({"implied": 3, "sign": "+"})),
        ("malformed", "six-lines", &implied, json!({"implied": 3, "sign": "", "multipliers": ["1", "1"]})),
        ("malformed", "six-lines", &implied, json!({"implied": 3, "sign": "minus", "multipliers": ["1", "1"]})),
        ("malformed", "six-lines", &implied, json!({"implied": 3, "sign": "+", "multipliers": [1, 1]})),
        ("malformed", "six-lines", &implied, json!({"implied": "3", "sign": "+", "multipliers": ["1", "1"]})),
        ("multiplier-count", "six-lines", &implied, json!({"implied": 3, "sign": "+", "multipliers": ["1"]})),
        ("multiplier-count", "six-lines", &implied, json!({"implied": 3, "sign": "+", "multipliers": ["1", "1", "0"]})),
        ("multiplier-range", "six-lines", &implied, json!({"implied": 3, "sign": "+", "multipliers": ["1", "-1"]})),
        ("multiplier-identity", "six-lines", &implied, json!({"implied": 3, "sign": "+", "multipliers": ["1", "2"]})),
        ("multiplier-identity", "six-lines", &implied, json!({"implied": 3, "sign": "-", "multipliers": ["1", "1"]})),
    ]);
    // A sign that is implied where the second side of its last split is open: that side must not inherit it.
    let mut good = named("six-lines");
    let leaf = good.certificate["evidence"]["neurons"][0]["nonnegative"][3].clone();
    edit(&mut good.certificate, &at("4"), Some(leaf));
    run(&[Case::of_values("inherited sign", &good.instance, &good.certificate, "s REJECTED multiplier-count")]);
}

#[test]
fn multipliers() {
    let leaf = |lambda: Value, gamma: Value, mu: Value| json!({"lambda": lambda, "gamma": gamma, "mu": mu});
    let one = format!("{TREE}/1");
    let (none, zeros) = (json!([]), json!(["0", "0"]));
    refuse(&[
        ("multiplier-count", "three-lines", LEAF, leaf(none.clone(), json!([["1", "1"]]), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(json!(["0"]), json!([["1", "1"]]), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(json!(["0", "0", "0"]), json!([["1", "1"]]), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(zeros.clone(), none.clone(), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(zeros.clone(), json!([["1", "1"], ["0", "0"]]), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(zeros.clone(), json!([["1"]]), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(zeros.clone(), json!([["1", "1", "0"]]), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(zeros.clone(), json!([[]]), none.clone())),
        ("multiplier-count", "three-lines", LEAF, leaf(zeros.clone(), json!([["1", "1"]]), json!(["0"]))),
        ("multiplier-count", "split", &one, leaf(json!(["-1", "-1"]), none.clone(), none.clone())),
        ("multiplier-count", "split", &one, leaf(json!(["-1", "-1"]), json!([["1", "1"]]), json!(["0"]))),
        ("multiplier-range", "three-lines", LEAF, leaf(zeros.clone(), json!([["2", "0"]]), none.clone())),
        (
            "multiplier-range",
            "three-lines",
            LEAF,
            leaf(zeros.clone(), json!([["1", "-1000001/1000000"]]), none.clone()),
        ),
        ("multiplier-range", "three-lines", LEAF, leaf(json!(["1/1000000", "0"]), json!([["1", "1"]]), none.clone())),
        ("multiplier-range", "three-lines", LEAF, leaf(json!(["0", "-1/9"]), json!([["1", "1"]]), none.clone())),
        ("multiplier-range", "split", &one, leaf(json!(["-2", "-2"]), none.clone(), json!(["1"]))),
        ("multiplier-range", "split", &one, leaf(zeros.clone(), none.clone(), json!(["-1"]))),
        ("multiplier-identity", "three-lines", LEAF, leaf(zeros.clone(), json!([["1", "0"]]), none.clone())),
        ("multiplier-identity", "three-lines", LEAF, leaf(zeros.clone(), json!([["-1", "-1"]]), none.clone())),
        ("multiplier-identity", "three-lines", LEAF, leaf(json!(["1", "0"]), json!([["0", "1"]]), none.clone())),
        ("multiplier-identity", "split", &one, leaf(json!(["1", "1"]), none.clone(), json!(["0"]))),
        ("multiplier-identity", "split", &one, leaf(json!(["-1", "-1"]), none.clone(), json!(["1"]))),
        ("multiplier-identity", "half-line", LEAF, leaf(json!(["-1"]), none.clone(), none.clone())),
        ("multiplier-identity", "half-line", LEAF, leaf(json!(["0"]), none.clone(), none.clone())),
        // Not even with no kinks: g is 0, which needs no multiplier.
        (
            "multiplier-count",
            "dead",
            "/evidence/neurons",
            json!([{"neuron": 0, "nonnegative":
            [leaf(json!(["0"]), none.clone(), none.clone())]}]),
        ),
    ]);
}

#[test]
fn constants() {
    let at = |pointer: &str| format!("{CONSTANT}/{pointer}");
    let simple = json!([{"lambda": ["0", "0"], "gamma": [], "mu": []}]);
    refuse(&[
        ("malformed", "constant", CONSTANT, json!([])),
        ("malformed", "constant", CONSTANT, json!("1")),
        ("malformed", "constant", &at("unknown"), json!(1)),
        ("malformed", "constant", &at("value"), Value::Null),
        ("malformed", "constant", &at("value"), json!(1)),
        ("malformed", "constant", &at("value"), json!("1/1")),
        ("malformed", "constant", &at("plus"), Value::Null),
        ("malformed", "constant", &at("minus"), Value::Null),
        ("malformed", "constant", &at("plus"), json!({})),
        ("malformed", "constant", &at("plus/0"), json!({})),
        ("negative-constant", "constant", &at("value"), json!("-1")),
        ("negative-constant", "constant", CONSTANT, json!({"value": "-1/2"})),
        ("wrong-shape", "constant", &at("plus"), json!([])),
        ("wrong-shape", "constant", &at("plus/2"), json!([])),
        ("wrong-shape", "constant", &at("minus/0"), Value::Null),
        ("tree-incomplete", "constant", &at("plus/0"), json!([])),
        ("tree-incomplete", "constant", &at("minus/1"), json!([])),
        // The forms are 2 |u_1| + 2 |u_2| and 0, whatever the evidence would like them to be.
        ("multiplier-count", "constant", &at("minus/0"), simple.clone()),
        ("multiplier-count", "constant", &at("plus/1"), simple),
        // Too small, and too large for these proofs: the kinks of g - d_1 cancel for C = 1 only.
        ("multiplier-count", "constant", &at("value"), json!("1/2")),
        ("multiplier-count", "constant", &at("value"), json!("2")),
        ("multiplier-count", "constant", &at("value"), json!("0")),
    ]);
}

#[test]
fn other_networks() {
    let t0 = "/evidence/descent/t0";
    let (still, up) = (network(json!([["0"]]), json!([["0"]])), network(json!([["0"]]), json!([["1"]])));
    let better = "/evidence/better_network";
    let with_bias = |mut network: Value| {
        network["output_bias"] = json!(["0"]);
        network
    };
    let across = |u: i32| network(json!([["0", u.to_string()]]), json!([["0", "1"]]));
    refuse(&[
        ("malformed", "zero", "/evidence/descent", json!([])),
        ("malformed", "zero", "/evidence/descent/unknown", json!(1)),
        ("malformed", "zero", t0, Value::Null),
        ("malformed", "zero", t0, json!(1)),
        ("malformed", "zero", t0, json!("0.5")),
        ("malformed", "zero", "/evidence/descent/curve", Value::Null),
        ("malformed", "zero", "/evidence/descent/curve", json!({})),
        ("malformed", "zero", CURVE, json!([])),
        ("malformed", "zero", CURVE, json!({"input_weights": [["1"]]})),
        ("malformed", "zero", CURVE, json!({"output_weights": [["1"]]})),
        ("malformed", "zero", CURVE, network(json!([["1"]]), json!(["1"]))),
        ("malformed", "zero", CURVE, network(json!(["1"]), json!([["1"]]))),
        ("malformed", "zero", CURVE, network(json!([[1]]), json!([["1"]]))),
        ("malformed", "zero", &format!("{CURVE}/unknown"), json!(1)),
        ("malformed", "linear", &format!("{CURVE}/output_bias"), json!("0")),
        ("malformed", "dead", better, json!([])),
        ("wrong-shape", "zero", CURVE, network(json!([["1"], ["1"]]), json!([["1"]]))),
        ("wrong-shape", "zero", CURVE, network(json!([["1", "1"]]), json!([["1"]]))),
        ("wrong-shape", "zero", CURVE, network(json!([["1"]]), json!([["1", "1"]]))),
        ("wrong-shape", "zero", CURVE, network(json!([]), json!([]))),
        ("wrong-shape", "zero", CURVE, with_bias(up.clone())),
        ("wrong-shape", "linear", CURVE, up.clone()),
        ("wrong-shape", "dead", better, with_bias(network(json!([["1"]]), json!([["1"]])))),
        ("wrong-shape", "dead", better, network(json!([["1"], ["1"]]), json!([["1"], ["0"]]))),
        ("curve-t0", "zero", t0, json!("0")),
        ("curve-t0", "zero", t0, json!("-1")),
        ("curve-crosses-kink", "mixed-term", t0, json!("1000001/1000000")),
        ("curve-crosses-kink", "mixed-term", CURVE, across(2)),
        ("curve-crosses-kink", "mixed-term", CURVE, across(-2)),
        ("curve-crosses-kink", "fourth-order", t0, json!("20")),
        ("curve-not-descending", "zero", "/evidence/descent/curve", json!([])),
        ("curve-not-descending", "zero", CURVE, still.clone()),
        ("curve-not-descending", "zero", CURVE, up.clone()),
        ("curve-not-descending", "zero", CURVE, network(json!([["1"]]), json!([["-1"]]))),
        ("curve-not-descending", "zero", CURVE, network(json!([["-1"]]), json!([["1"]]))),
        ("curve-not-descending", "zero", t0, json!("2")),
        ("curve-not-descending", "slope", t0, json!("2")),
        ("curve-not-descending", "slope", CURVE, up),
        ("curve-not-descending", "mixed-term", CURVE, across(0)),
        ("curve-not-descending", "fourth-order", "/evidence/descent/curve/1", Value::Null),
        // The loss first falls in the order t^4; without the change of w_2 it rises.
        ("curve-not-descending", "fourth-order", "/evidence/descent/curve/1/input_weights/1/0", json!("0")),
        (
            "moves-fixed",
            "least-squares",
            "/evidence/descent",
            json!({"t0": "1", "curve":
            [{"input_weights": [["0", "1"]], "output_weights": [["0"]], "output_bias": ["0"]}]}),
        ),
        (
            "moves-fixed",
            "least-squares",
            better,
            json!({"input_weights": [["1", "1"]], "output_weights": [["1"]], "output_bias": ["0"]}),
        ),
        ("moves-fixed", "leaky", better, network(json!([["1"]]), json!([["-1"]]))),
        (
            "moves-fixed",
            "leaky",
            "/evidence/descent",
            json!({"t0": "0", "curve": [still, network(json!([["0"]]), json!([["1"]]))]}),
        ),
        ("not-better", "dead", better, network(json!([["-1"]]), json!([["1"]]))),
        ("not-better", "dead", better, network(json!([["1"]]), json!([["-1"]]))),
        ("not-better", "dead", better, network(json!([["1"]]), json!([["2"]]))),
        ("not-better", "fits", better, network(json!([["1"]]), json!([["1"]]))),
        ("not-better", "leaky", better, network(json!([["0"]]), json!([["1"]]))),
    ]);
}

#[test]
fn what_is_trained() {
    let mut cases = Vec::new();
    let mut train = |name: &str, trained: Value, line: &str| {
        let mut good = named(name);
        edit(&mut good.instance, "/trained", Some(trained));
        cases.push(Case::of_values(&format!("{name} {line}"), &good.instance, &good.certificate, line));
    };
    // The curve and the network move what is now fixed.
    train("zero", json!(["input_weights"]), "s REJECTED moves-fixed");
    train("zero", json!(["output_weights"]), "s REJECTED moves-fixed");
    train("dead", json!(["input_weights"]), "s REJECTED unproved-neurons");
    train("dead", json!(["output_weights"]), "s REJECTED moves-fixed");
    // Twice the same proof, of other claims.
    train("leaky", json!(["input_weights", "output_weights"]), "s REJECTED unproved-neurons");
    train("least-squares", json!(["input_weights", "output_weights", "output_bias"]), "s REJECTED unproved-spurious");
    train("least-squares", json!(["output_bias"]), "s REJECTED unproved-neurons");
    run(&cases);
}
