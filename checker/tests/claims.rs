//! Claims that are not proved, evidence that is missing, and what comes first when two things are wrong.

mod common;

use common::good::named;
use common::{Case, edit, refuse, run};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NEURON: &str = "/evidence/neurons/0";
const TREE: &str = "/evidence/neurons/0/nonnegative";
const LEAF: &str = "/evidence/neurons/0/nonnegative/0";
const CONSTANT: &str = "/evidence/neurons/0/constant";
const CURVE: &str = "/evidence/descent/curve/0";

#[test]
fn identity_and_loss() {
    refuse(&[
        ("wrong-instance", "dead", "/id", json!("fits")),
        ("wrong-instance", "dead", "/id", json!("Dead")),
        ("wrong-instance", "dead", "/id", json!("")),
        ("malformed", "dead", "/id", json!(0)),
        ("malformed", "dead", "/id", Value::Null),
        ("malformed", "dead", "/unknown", json!(1)),
        ("malformed", "dead", "/claims", Value::Null),
        ("malformed", "dead", "/claims", json!([])),
        ("malformed", "dead", "/claims/unknown", json!("yes")),
        ("malformed", "dead", "/claims/", json!("yes")),
        ("malformed", "dead", "/evidence", Value::Null),
        ("wrong-loss", "dead", "/claims/loss", Value::Null),
        ("wrong-loss", "dead", "/claims/loss", json!("1/3")),
        ("wrong-loss", "dead", "/claims/loss", json!("2/4")),
        ("wrong-loss", "dead", "/claims/loss", json!("0.5")),
        ("wrong-loss", "dead", "/claims/loss", json!(0.5)),
        ("wrong-loss", "dead", "/claims/loss", json!("1/2 ")),
        ("wrong-loss", "dead", "/claims/loss", json!(["1/2"])),
        ("wrong-loss", "fits", "/claims/loss", json!(0)),
        ("wrong-loss", "fits", "/claims/loss", json!(false)),
        ("wrong-loss", "fits", "/claims/loss", json!("-0")),
        ("wrong-loss", "six-lines", "/claims/loss", json!(3)),
        ("wrong-loss", "six-lines", "/claims/loss", json!("3/1")),
        ("no-claim", "dead", "/claims", json!({"loss": "1/2"})),
        ("no-claim", "dead", "/claims", json!({"loss": "1/2", "loss_definition": "half sum of squares"})),
        ("no-claim", "dead", "/claims", json!({"loss": "1/2", "mean_squared_error": "7"})),
    ]);
}

#[test]
fn claims_that_are_not_proved() {
    let claim = |code, name, value| (code, name, value);
    let table = [
        claim("loss_definition", "dead", json!("sum of squares")),
        claim("loss_definition", "dead", json!(["half sum of squares"])),
        claim("mean_squared_error", "dead", json!("1/2")),
        claim("mean_squared_error", "dead", json!(1)),
        claim("mean_squared_error", "dead", json!("2/2")),
        claim("stationary", "dead", json!("no")),
        claim("stationary", "dead", json!("undecided")),
        claim("stationary", "dead", json!("Yes")),
        claim("stationary", "dead", json!(true)),
        claim("stationary", "slope", json!("yes")),
        claim("differentiable", "dead", json!("no")),
        claim("differentiable", "three-lines", json!("yes")),
        claim("escape_neurons", "dead", json!([0])),
        claim("escape_neurons", "dead", json!("[]")),
        claim("escape_neurons", "dead", json!({})),
        claim("escape_neurons", "zero", json!([])),
        claim("escape_neurons", "zero", json!(["0"])),
        claim("escape_neurons", "zero", json!([0.0])),
        claim("escape_neurons", "zero", json!([false])),
        claim("escape_neurons", "zero", json!([0, 0])),
        claim("escape_neurons", "zero", json!([0, 1])),
        claim("escape_neurons", "slope", json!([])),
        claim("escape_neurons", "fourth-order", json!([1, 0])),
        claim("local_minimum", "dead", json!("no")),
        claim("local_minimum", "zero", json!("yes")),
        claim("local_minimum", "constant", json!("no")),
        claim("saddle", "dead", json!("yes")),
        claim("saddle", "slope", json!("yes")),
        claim("saddle", "zero", json!("no")),
        claim("spurious", "dead", json!("no")),
        claim("spurious", "zero", json!("yes")),
        claim("spurious", "least-squares", json!("yes")),
        claim("global_minimum", "dead", json!("yes")),
        claim("global_minimum", "fits", json!("no")),
        claim("global_minimum", "leaky", json!("no")),
        claim("global_minimum", "leaky", json!("yes")),
        claim("global_minimum_any_width", "least-squares", json!("yes")),
        claim("global_minimum_any_width", "fits", json!("no")),
        claim("neurons", "dead", json!([])),
        claim("neurons", "dead", json!({})),
        claim("neurons", "zero", json!([{"kind": "dead", "boundary_samples": [0]}])),
        claim("neurons", "zero", json!([{"kind": "zero", "boundary_samples": []}])),
        claim("neurons", "zero", json!([{"kind": "zero", "boundary_samples": ["0"]}])),
        claim("neurons", "zero", json!([{"kind": "zero", "boundary_samples": [0], "input_weight_region": "any"}])),
        claim("neurons", "dead", json!([{"kind": "dead", "boundary_samples": []}])),
        claim("radius", "dead", json!("1")),
    ];
    let rows: Vec<_> = table
        .iter()
        .map(|(property, name, value)| {
            (format!("unproved-{}", property.replace('_', "-")), *name, format!("/claims/{property}"), value.clone())
        })
        .collect();
    refuse(
        &rows
            .iter()
            .map(|(code, name, pointer, value)| (&code[..], *name, &pointer[..], value.clone()))
            .collect::<Vec<_>>(),
    );
    refuse(&[
        ("unproved-radius", "polynomial", "/claims/radius", json!("1")),
        ("unproved-radius", "polynomial", "/claims/radius", json!("0")),
        // Null as a verdict of a neuron list is a claim of its own.
        ("unproved-neurons", "dead", "/claims/neurons/0/output_weight_region", json!("keeps sign")),
        ("unproved-neurons", "dead", "/claims/neurons/0/input_weight_region/max_norm", json!("2")),
        ("unproved-neurons", "dead", "/claims/neurons/0/input_weight_region/max_norm", json!(1)),
        ("unproved-neurons", "dead", "/claims/neurons/0/input_weight_region", Value::Null),
        ("unproved-neurons", "dead", "/claims/neurons/0/unknown", json!(1)),
        ("unproved-neurons", "half-line", "/claims/neurons/0/output_weight_region", json!("any")),
        ("unproved-neurons", "constant", "/claims/neurons/0/output_weight_region/l1_radius", json!("2")),
        ("unproved-neurons", "constant", "/claims/neurons/0/output_weight_region", json!("keeps sign")),
        ("unproved-neurons", "fourth-order", "/claims/neurons/0/kind", json!("dead")),
        ("unproved-neurons", "leaky", "/claims/neurons/0/output_weight_region", json!("any")),
        ("unproved-neurons", "least-squares", "/claims/neurons/0/kind", json!("dead")),
    ]);
}

#[test]
fn evidence_that_is_missing() {
    refuse(&[
        ("unproved-stationary", "half-line", NEURON, Value::Null),
        ("unproved-stationary", "three-lines", TREE, Value::Null),
        ("unproved-stationary", "constant", CONSTANT, Value::Null),
        ("unproved-stationary", "slope", "/evidence/descent", Value::Null),
        ("unproved-stationary", "leaky", "/evidence/neurons", Value::Null),
        ("unproved-escape-neurons", "zero", NEURON, Value::Null),
        ("unproved-escape-neurons", "mixed-term", "/evidence/neurons", json!([{"neuron": 0}])),
        ("unproved-escape-neurons", "fourth-order", "/evidence/neurons", json!([])),
        ("unproved-local-minimum", "zero", "/evidence/descent", Value::Null),
        ("unproved-local-minimum", "mixed-term", "/evidence/descent", Value::Null),
        ("unproved-spurious", "dead", "/evidence/better_network", Value::Null),
        (
            "unproved-spurious",
            "three-lines",
            "/evidence",
            json!({"neurons":
            [{"neuron": 0, "nonnegative": [{"lambda": ["0", "0"], "gamma": [["1", "1"]], "mu": []}]}]}),
        ),
    ]);
    // (W) alone says nothing about escape neurons when there are several outputs.
    let mut good = named("constant");
    let tree = good.certificate["evidence"]["neurons"][0]["constant"]["plus"][0].clone();
    edit(&mut good.certificate, NEURON, Some(json!({"neuron": 0, "nonnegative": tree})));
    run(&[Case::of_values("(W) alone", &good.instance, &good.certificate, "s REJECTED unproved-escape-neurons")]);
}

/// What comes first when two things are wrong.
#[test]
fn order() {
    let mut cases = Vec::new();
    let mut both = |name: &str, edits: &[(&str, Value)], code: &str| {
        let mut good = named(name);
        for (pointer, value) in edits {
            edit(&mut good.certificate, pointer, (!value.is_null()).then(|| value.clone()));
        }
        let title = format!("{name} {edits:?}");
        cases.push(Case::of_values(&title, &good.instance, &good.certificate, &format!("s REJECTED {code}")));
    };
    let (loss, t0, better) = ("/claims/loss", "/evidence/descent/t0", "/evidence/better_network");
    both("dead", &[("/id", json!("x")), ("/claims", json!([]))], "wrong-instance");
    both("dead", &[("/id", json!("x")), ("/unknown", json!(1))], "malformed");
    both("dead", &[("/evidence", Value::Null), (loss, json!("1"))], "malformed");
    both("dead", &[("/evidence", json!([])), (loss, json!("1"))], "wrong-loss");
    both("dead", &[("/evidence", json!([])), ("/claims", json!({"loss": "1/2"}))], "no-claim");
    both("zero", &[("/evidence/unknown", json!(1)), (NEURON, json!(1)), (t0, json!("0"))], "malformed");
    both("zero", &[("/evidence/neurons/0/neuron", json!(1)), (t0, json!(1))], "neuron-order");
    both("zero", &[("/claims/stationary", json!("no")), (t0, json!("0"))], "curve-t0");
    both("zero", &[(CURVE, json!([])), (t0, json!("0"))], "malformed");
    both("linear", &[(better, json!([])), (t0, json!("2"))], "curve-not-descending");
    both("split", &[(&format!("{TREE}/3"), json!(1)), (&format!("{TREE}/2/mu/0"), json!("-1"))], "multiplier-range");
    both(
        "three-lines",
        &[(&format!("{LEAF}/mu/0"), json!("-1")), (&format!("{LEAF}/lambda/0"), json!("2"))],
        "multiplier-count",
    );
    both("dead", &[("/claims/stationary", json!("no")), ("/claims/saddle", json!("yes"))], "unproved-stationary");
    both("dead", &[("/claims/mean_squared_error", json!("7")), ("/claims/saddle", json!("yes"))], "unproved-saddle");
    run(&cases);
}

/// What stands between quotation marks in a source and looks like a code.
fn codes(source: &str) -> BTreeSet<&str> {
    let quotes: Vec<usize> = source.match_indices('"').map(|(place, _)| place).collect();
    let between = quotes.windows(2).map(|pair| &source[pair[0] + 1..pair[1]]);
    let is_code = |text: &&str| {
        let words = text
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'8' || b == b'0'));
        let single = ["io", "limit", "gzip", "format", "instance", "malformed"].contains(text);
        words && (single || text.contains('-')) && !["absolute-value", "semi-dead"].contains(text)
    };
    between.filter(is_code).collect()
}

/// Every code that the Rust checker can give occurs in these tests, and in the list of docs/certificate.md.
#[test]
fn every_code_is_tried() {
    let sources = [
        include_str!("../src/lib.rs"),
        include_str!("../src/json.rs"),
        include_str!("../src/number.rs"),
        include_str!("../src/instance.rs"),
        include_str!("../src/kink.rs"),
        include_str!("../src/curve.rs"),
        include_str!("../src/facts.rs"),
        include_str!("../src/second_order.rs"),
        include_str!("../src/elimination.rs"),
        include_str!("../src/polynomial.rs"),
        include_str!("../src/radius.rs"),
    ];
    let tests = [
        include_str!("claims.rs"),
        include_str!("refusals.rs"),
        include_str!("second_order.rs"),
        include_str!("elimination.rs"),
        include_str!("unreadable.rs"),
        include_str!("agree.rs"),
    ]
    .concat();
    let mut found: BTreeSet<String> = sources.into_iter().flat_map(codes).map(str::to_owned).collect();
    assert!(found.len() > 25, "only {found:?}: are the codes written in another way now?");
    for code in &found {
        assert!(tests.contains(&format!("\"{code}\"")) || tests.contains(&format!(" {code}\"")), "{code} is not tried");
    }
    let properties = "loss_definition mean_squared_error stationary differentiable escape_neurons local_minimum saddle \
                      spurious global_minimum global_minimum_any_width neurons radius";
    for property in properties.split(' ') {
        let code = format!("unproved-{}", property.replace('_', "-"));
        assert!(tests.contains(&format!("claim(\"{property}\"")) || tests.contains(&code), "{code} is not tried");
        found.insert(code);
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/certificate.md");
    // The page is not there when the crate is tested by itself.
    if let Ok(page) = std::fs::read_to_string(page) {
        let (_, tables) = page.split_once("\n## Codes\n").expect("a list of codes");
        let row = |line: &str| line.strip_prefix("| `")?.split_once('`').map(|(code, _)| code.to_owned());
        let listed: BTreeSet<String> = tables.lines().filter_map(row).collect();
        assert_eq!(listed, found, "the list of docs/certificate.md (left) and the codes of the checker (right)");
    }
}
