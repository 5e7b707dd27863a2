//! What both checkers accept, with the claims that they then print.

mod common;

use common::good::{all, named};
use common::{Case, edit, run};
use serde_json::{Value, json};

#[test]
fn good_certificates() {
    run(&all()
        .iter()
        .map(|good| Case::of_values(good.name, &good.instance, &good.certificate, good.line))
        .collect::<Vec<_>>());
}

/// What is not claimed is not printed, and needs no evidence.
#[test]
fn each_claim_alone() {
    let mut cases = Vec::new();
    for good in all() {
        let claims = good.certificate["claims"].as_object().expect("claims").clone();
        for property in
            claims.keys().filter(|key| !["loss", "loss_definition", "mean_squared_error"].contains(&&key[..]))
        {
            let mut certificate = good.certificate.clone();
            certificate["claims"] = json!({"loss": claims["loss"], property: claims[property]});
            let shown = |claim: &&str| claim.split('=').next().is_some_and(|key| key == "loss" || key == property);
            let words: Vec<&str> =
                ["s", "VERIFIED"].into_iter().chain(good.line.split(' ').skip(2).filter(shown)).collect();
            let name = format!("{} {property}", good.name);
            cases.push(Case::of_values(&name, &good.instance, &certificate, &words.join(" ")));
        }
    }
    assert!(cases.len() > 80);
    run(&cases);
}

/// Other evidence for the same claims, and the certificate is as good as before.
#[test]
fn other_evidence() {
    let tree = "/evidence/neurons/0/nonnegative";
    let leaf = |lambda: Value, gamma: Value, mu: Value| json!({"lambda": lambda, "gamma": gamma, "mu": mu});
    let none = json!([]);
    let table = [
        ("dead", "/made_by", json!({"program": "by hand", "version": [1, {"a": null}]})),
        ("dead", "/evidence/neurons", json!([])),
        ("dead", "/evidence/neurons", json!([{"neuron": 0}])),
        // A proof that zero is not negative.
        (
            "dead",
            "/evidence/neurons",
            json!([{"neuron": 0, "nonnegative": [leaf(none.clone(), none.clone(), none.clone())]}]),
        ),
        ("dead", "/evidence/better_network/output_weights/0/0", json!("1/1000000")),
        ("zero", "/evidence/neurons/0/escape_direction/0", json!("1/1000000")),
        ("zero", "/evidence/neurons/0/nonnegative", json!([leaf(none.clone(), none.clone(), none.clone())])),
        ("zero", "/evidence/descent/t0", json!("707/500")),
        ("zero", "/evidence/better_network", json!({"input_weights": [["1"]], "output_weights": [["1"]]})),
        // Directions of escape and descent are not unique.
        ("mixed-term", "/evidence/neurons/0/escape_direction", json!(["-7", "-1/3"])),
        ("mixed-term", "/evidence/descent/t0", json!("1/3")),
        (
            "fourth-order",
            "/evidence/descent/curve/2",
            json!({"input_weights": [["0", "0"], ["0", "0"]], "output_weights": [["0", "0", "0"], ["0", "0", "0"]]}),
        ),
        ("linear", "/evidence/neurons/0/escape_direction/0", json!("5")),
        // Both signs of the third line are tried, although one leaf is enough.
        (
            "three-lines",
            tree,
            json!([{"split": 2}, leaf(json!(["-1", "-1"]), none.clone(), json!(["0"])),
            leaf(json!(["1", "1"]), none.clone(), json!(["0"]))]),
        ),
    ];
    let mut cases = Vec::new();
    for (name, pointer, value) in table {
        let mut good = named(name);
        edit(&mut good.certificate, pointer, Some(value.clone()));
        cases.push(Case::of_values(&format!("{name} {pointer} {value}"), &good.instance, &good.certificate, good.line));
    }
    run(&cases);
}

/// The same point is another one when something else is trained.
#[test]
fn trained_subsets() {
    let all = "stationary=yes differentiable=yes escape_neurons=[] local_minimum=yes saddle=no";
    let regions = |kind: &str, boundary: Value, input: Value, output: &str| {
        let mut neuron = json!({"kind": kind, "boundary_samples": boundary});
        neuron["input_weight_region"] = input;
        neuron["output_weight_region"] = json!(output);
        json!([neuron])
    };
    let fixed = |input: &str, output: &str| regions("zero", json!([0]), json!(input), output);
    let mut cases = Vec::new();
    let mut add = |name: &str, trained: Value, claims: &str, neurons: Option<Value>, evidence: Value| {
        let mut good = named(name);
        edit(&mut good.instance, "/trained", Some(trained.clone()));
        let loss = good.certificate["claims"]["loss"].as_str().expect("a loss").to_owned();
        let line = format!("s VERIFIED loss={loss} {claims}{}", if neurons.is_some() { " neurons" } else { "" });
        let mut object = json!({"loss": loss});
        for (key, value) in claims.split(' ').filter_map(|claim| claim.split_once('=')) {
            object[key] = if value.starts_with(['[', 'n']) && value != "no" {
                serde_json::from_str(value).expect("a list or null")
            } else {
                json!(value)
            };
        }
        neurons.into_iter().for_each(|neurons| object["neurons"] = neurons);
        good.certificate["claims"] = object;
        good.certificate["evidence"] = evidence;
        cases.push(Case::of_values(&format!("{name} {trained}"), &good.instance, &good.certificate, &line));
    };
    // One layer at zero: nothing moves to first order, and there are no mixed terms.
    add(
        "zero",
        json!(["output_weights"]),
        &format!("{all} spurious=no global_minimum=yes"),
        Some(fixed("fixed", "any")),
        json!({}),
    );
    add("zero", json!(["input_weights"]), all, Some(fixed("any", "fixed")), json!({}));
    add(
        "linear",
        json!(["output_bias"]),
        &format!("{all} spurious=no global_minimum=yes global_minimum_any_width=no"),
        None,
        json!({}),
    );
    add("linear", json!(["output_bias", "input_weights"]), all, None, json!({}));
    // Without input weights a kink does not matter.
    add(
        "half-line",
        json!(["output_weights"]),
        &format!("{all} spurious=no global_minimum=yes"),
        Some(fixed("fixed", "any")),
        json!({}),
    );
    add(
        "slope",
        json!(["output_weights"]),
        "stationary=no differentiable=yes escape_neurons=null local_minimum=no saddle=no spurious=no global_minimum=no",
        None,
        named("slope").certificate["evidence"].clone(),
    );
    // The input weight alone may be lowered as well.
    add(
        "slope",
        json!(["input_weights"]),
        "stationary=no differentiable=yes escape_neurons=null local_minimum=no saddle=no spurious=no global_minimum=no",
        None,
        json!({"descent": {"t0": "1", "curve": [{"input_weights": [["-1"]], "output_weights": [["0"]]}]}}),
    );
    // All of it: a bias that is trained, and input weights that are now free to move.
    add(
        "least-squares",
        json!(["output_bias", "output_weights", "input_weights"]),
        &format!("{all} global_minimum_any_width=no"),
        Some(regions("active", json!([]), json!({"max_norm": "1/2"}), "any")),
        json!({}),
    );
    run(&cases);
}

/// An instance whose samples are spelt and arranged in other ways.
#[test]
fn hidden_bias_and_several_samples_on_a_line() {
    // Inputs (-1, 1) and (1, 1) with the bias written out; w = 0, so that g(u) = rho(u_2 - u_1) + rho(u_1 + u_2).
    let instance = |samples: Value| {
        json!({"format": "relucert.instance/1", "id": "bias", "title": "é", "source": [], "expected": {"saddle": 1},
            "witnesses": null, "activation": {"negative": "0.0e5", "positive": "4/2"}, "samples": samples,
            "candidate": {"output_weights": [["1/2"]], "input_weights": [["0", "-0"]]}})
    };
    let certificate = json!({"format": "relucert.certificate/1", "id": "bias",
        "claims":
            {"loss": "1", "stationary": "yes", "local_minimum": "yes", "differentiable": "no", "escape_neurons": []},
        "evidence": {"neurons": [{"neuron": 0, "nonnegative": [{"lambda": ["-1", "1"], "gamma": [], "mu": []}]}]}});
    let line = "s VERIFIED loss=1 stationary=yes differentiable=no escape_neurons=[] local_minimum=yes";
    run(&[
        Case::of_values(
            "hidden bias",
            &instance(json!({"inputs": [["-1"], [1.0]], "targets": ["-1", [-1]], "hidden_bias": true})),
            &certificate,
            line,
        ),
        Case::of_values(
            "written out",
            &instance(json!({"inputs": [[1, "1"], ["-1e0", 1]], "targets": [-1, -1], "hidden_bias": false})),
            &certificate,
            line,
        ),
        // Two halves of each sample; that both are on one line is seen, and opposite signs cancel.
        Case::of_values(
            "halves",
            &instance(json!({"inputs": [["1/2", "0.5"], ["-1/3", "1/3"], ["-5", "-5"], [0, 0]],
                "targets": [-1, -1, 0, 0], "hidden_bias": false})),
            &certificate,
            line,
        ),
    ]);
}
