//! Instances with an integral that are refused: where, with what code, and in words that help.

use relucert::problem::{InstanceFile, IntegralInstance};
use serde_json::{Value, json};

fn good() -> Value {
    json!({
        "format": "relucert.instance/1",
        "id": "integral",
        "activation": "relu",
        "integral": {
            "interval": ["0", "1"],
            "target": { "pieces": [{ "to": "1/2", "coefficients": ["0", "1"] }, { "to": "1", "coefficients": ["1"] }] },
            "density": { "pieces": [{ "to": "1", "coefficients": ["1", "-2", "1"] }] }
        },
        "candidate": {
            "input_weights": ["1", "-1"],
            "input_biases": ["0", "1/2"],
            "output_weights": ["1", "2"],
            "output_bias": "1"
        },
        "expected": { "stationary": "no", "below_threshold": "not applicable" }
    })
}

/// The good instance with a value put in or, for `None`, taken out at a pointer.
fn with(pointer: &str, value: Option<Value>) -> Value {
    let mut document = good();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap(), value) {
        (Value::Object(entries), Some(value)) => drop(entries.insert(key.to_owned(), value)),
        (Value::Object(entries), None) => drop(entries.remove(key)),
        (Value::Array(items), Some(value)) => items[key.parse::<usize>().unwrap()] = value,
        (Value::Array(items), None) => drop(items.remove(key.parse().unwrap())),
        _ => panic!("{pointer}"),
    }
    document
}

#[test]
fn every_mistake_is_named_at_its_place() {
    IntegralInstance::read(serde_json::to_vec(&good()).unwrap()).unwrap();
    let slopes = |positive: &str, negative: &str| Some(json!({ "positive": positive, "negative": negative }));
    let pieces = |ends: &[&str]| -> Option<Value> {
        Some(ends.iter().map(|to| json!({ "to": to, "coefficients": ["1"] })).collect())
    };
    let many: Vec<String> = (1..=1001).map(|k| format!("{k}/1001")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let target = "/integral/target/pieces";
    let table: Vec<(&str, Option<Value>, &str, &str, &str)> = vec![
        ("/samples", Some(json!({})), "unknown-key", "/samples", "either samples or an integral"),
        ("/trained", Some(json!(["output_bias"])), "unknown-key", "/trained", "everything is trained"),
        ("/activation", Some(json!("absolute-value")), "not-covered", "/activation", "integral theory"),
        ("/activation", slopes("1", "1"), "not-covered", "/activation", "gamma != 1"),
        ("/activation", slopes("2", "0"), "not-covered", "/activation", "slopes 2 and 0"),
        ("/activation", slopes("1", "-1/10"), "not-covered", "/activation", "slopes 1 and -1/10"),
        ("/integral/interval", Some(json!(["1", "1"])), "interval", "/integral/interval", "is empty"),
        ("/integral/interval", Some(json!(["2", "1"])), "interval", "/integral/interval", "from 2 to 1"),
        ("/integral/interval", Some(json!(["0"])), "wrong-type", "/integral/interval", "two numbers"),
        ("/integral/weight", Some(json!(1)), "unknown-key", "/integral/weight", "density"),
        ("/integral/target", None, "missing-key", "/integral", "target"),
        ("/integral/target", Some(json!({ "slope": "1" })), "missing-key", "/integral/target", "intercept"),
        (target, Some(json!([])), "empty", target, "no pieces"),
        (target, pieces(&["1/2"]), "pieces", target, "ends at 1/2, the interval at 1"),
        (target, pieces(&["1/2", "1/2", "1"]), "pieces", "/integral/target/pieces/1/to", "must follow each other"),
        (target, pieces(&["0", "1"]), "pieces", "/integral/target/pieces/0/to", "from 0 to 0"),
        (target, pieces(&["1/2", "2"]), "pieces", "/integral/target/pieces/1/to", "beyond the interval's end"),
        (target, pieces(&many), "limit", target, "1001 pieces"),
        (
            "/integral/target/pieces/0/coefficients",
            Some(json!(vec!["1"; 10_001])),
            "limit",
            "/integral/target/pieces/0/coefficients",
            "a degree of 10000; at most 64",
        ),
        (
            "/integral/target/pieces/0/coefficients",
            Some(json!([])),
            "empty",
            "/integral/target/pieces/0/coefficients",
            "no coefficients",
        ),
        (
            "/integral/density/pieces/0/coefficients",
            Some(json!(["-1/1000000", "0", "1"])),
            "density",
            "/integral/density/pieces/0",
            "must not be negative",
        ),
        (
            "/integral/density/pieces/0/coefficients",
            Some(json!(["0"])),
            "density",
            "/integral/density",
            "zero everywhere",
        ),
        ("/candidate/input_weights", Some(json!([])), "empty", "/candidate/input_weights", "no neurons"),
        ("/candidate/input_weights/0", Some(json!(["1"])), "wrong-type", "/candidate/input_weights/0", "a list of 1"),
        ("/candidate/input_biases/1", None, "ragged", "/candidate/input_biases", "1 numbers for 2 neurons"),
        ("/candidate/input_biases", None, "missing-key", "/candidate", "input_biases"),
        ("/candidate/output_bias", Some(json!("1/0")), "not-a-rational", "/candidate/output_bias", "zero"),
        ("/expected/stationary", Some(json!("not applicable")), "wrong-type", "/expected/stationary", "\"yes\""),
        ("/expected/spurios", Some(json!("yes")), "unknown-key", "/expected/spurios", "strict_saddle"),
    ];
    for (pointer, value, code, place, words) in table {
        let text = serde_json::to_vec_pretty(&with(pointer, value)).unwrap();
        let error = InstanceFile::read(text.clone()).expect_err(pointer);
        assert_eq!((error.code, error.pointer.as_deref()), (code, Some(place)), "{pointer}: {error}");
        assert!(error.to_string().contains(words), "{pointer}: {error}");
        assert!(error.line.is_some() && error.column.is_some(), "{pointer}: {error}");
        // Expectations prove nothing, and that a density is nonnegative is proved by the certificate.
        if !pointer.starts_with("/expected") && code != "density" {
            let status = relucert_checker::verify(&text, b"{}").status_line();
            assert_eq!(status, "s UNREADABLE instance", "{pointer} is read by the checker");
        }
    }
}

#[test]
fn an_output_bias_may_be_left_out() {
    let file = with("/candidate/output_bias", None);
    let instance = IntegralInstance::read(serde_json::to_vec(&file).unwrap()).unwrap();
    assert!(num_traits::Zero::is_zero(&instance.candidate.output_bias));
}
