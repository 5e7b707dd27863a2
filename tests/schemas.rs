//! The JSON Schemas of docs/schemas against the code: what the program reads and writes is valid, the keys are the same,
//! and what the reader refuses for its shape the schema refuses too.

mod common;

use jsonschema::Validator;
use relucert::certificate::{certify, certify_integral};
use relucert::kink::Options;
use relucert::problem::{Instance, InstanceFile};
use relucert::report;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn schema(name: &str) -> Value {
    let path = format!("{}/docs/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn validator(name: &str) -> Validator {
    jsonschema::validator_for(&schema(name)).unwrap()
}

#[test]
fn what_is_read_and_written_is_valid() {
    let (instances, certificates, reports) = (validator("instance"), validator("certificate"), validator("report"));
    let valid = |validator: &Validator, value: &Value, what: &str| {
        let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{what}: {errors:?}");
    };
    for path in [common::files("instances"), common::files("tests/cases")].concat() {
        let name = path.display().to_string();
        let bytes = std::fs::read(&path).unwrap();
        let path = Some("a.certificate.json");
        let (certificate, report) = match InstanceFile::read(bytes.clone()).unwrap() {
            InstanceFile::Empirical(instance) => {
                let certified = certify(&instance, &Options::default()).unwrap();
                let comparison = certified.findings.compare(instance.expected.as_ref());
                let report = report::json::report(&instance, &certified, &comparison, path);
                (certified.certificate, report)
            }
            InstanceFile::Integral(instance) => {
                let certified = certify_integral(&instance, &Default::default()).unwrap();
                let comparison = certified.findings.compare(instance.expected.as_ref());
                let report = report::integral::json(&instance, &certified, &comparison, path);
                (certified.certificate, report)
            }
        };
        valid(&instances, &serde_json::from_slice(&bytes).unwrap(), &name);
        valid(&certificates, &serde_json::from_str(&certificate).unwrap(), &name);
        valid(&reports, &serde_json::from_str(&report).unwrap(), &name);
    }
    let error = Instance::read(b"{".to_vec()).unwrap_err();
    valid(&reports, &serde_json::from_str(&report::json::error("a.json", &error)).unwrap(), "an error");
}

/// With every kind of evidence and node. What made it is not looked at by checkers.
#[test]
fn what_checkers_accept_is_valid() {
    let (validator, instances) = (validator("certificate"), validator("instance"));
    for path in common::files("tests/accepted") {
        let mut document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let Some(certificate) = document.get_mut("certificate") else { continue };
        certificate.as_object_mut().unwrap().remove("made_by");
        let errors: Vec<String> = validator.iter_errors(certificate).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        if document["instance"].get("integral").is_some() {
            assert!(instances.is_valid(&document["instance"]), "{}", path.display());
        }
    }
}

/// What of an integral can be seen without comparing numbers.
#[test]
fn the_schema_refuses_integrals_of_another_shape() {
    let instances = validator("instance");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/unreadable/instance");
    let instance = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join(format!("integral-{name}.instance.json"))).unwrap()).unwrap()
    };
    for name in [
        "interval-of-three", "interval-left-out", "target-with-pieces-and-slope", "target-without-intercept",
        "unknown-key", "pieces-empty", "piece-of-degree-65", "pieces-too-many", "density-with-a-slope",
        "gamma-negative", "absolute-value", "trained", "samples", "null", "no-neurons", "input-weights-as-rows",
        "biases-left-out",
    ] {
        assert!(!instances.is_valid(&instance(name)), "{name}");
    }
}

/// A report says by which loss it is, and has the verdicts and neurons of that one.
#[test]
fn the_schema_refuses_reports_that_mix_the_two_losses() {
    let reports = validator("report");
    let path = format!("{}/instances/integral/no-escape-leaky.json", env!("CARGO_MANIFEST_DIR"));
    let InstanceFile::Integral(instance) = InstanceFile::read(std::fs::read(path).unwrap()).unwrap() else {
        panic!("an integral");
    };
    let certified = certify_integral(&instance, &Default::default()).unwrap();
    let comparison = certified.findings.compare(instance.expected.as_ref());
    let report = report::integral::json(&instance, &certified, &comparison, None);
    let good: Value = serde_json::from_str(&report).unwrap();
    assert!(reports.is_valid(&good), "{good}");
    let table = [
        ("/loss_definition", json!("half sum of squares")),
        ("/verdicts/local_minimum", json!("not applicable")),
        ("/verdicts/below_threshold", json!("undecided")),
        ("/reasons/c2/code", json!("kinks")),
        ("/neurons/0/type", json!("dead")),
        ("/neurons/0/breakpoint", json!("1.5")),
    ];
    for (pointer, value) in table {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!reports.is_valid(&bad), "{pointer}: {bad}");
    }
    let mut without = good;
    without["verdicts"].as_object_mut().unwrap().remove("strict_saddle");
    assert!(!reports.is_valid(&without), "{without}");
}

/// All keys that a schema lets an object at a pointer have, following references and alternatives.
fn keys(root: &Value, here: &Value, pointer: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(reference) = here["$ref"].as_str() {
        found.extend(keys(root, root.pointer(reference.trim_start_matches('#')).unwrap(), pointer));
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        here[word].as_array().into_iter().flatten().for_each(|part| found.extend(keys(root, part, pointer)));
    }
    // Of an instance: what it has with samples.
    if here.get("else").is_some() {
        found.extend(keys(root, &here["else"], pointer));
    }
    match pointer {
        [] => found.extend(here["properties"].as_object().into_iter().flat_map(|entries| entries.keys().cloned())),
        ["0", rest @ ..] if here.get("items").is_some() => found.extend(keys(root, &here["items"], rest)),
        [key, rest @ ..] => {
            if let Some(part) = here["properties"].get(key) {
                found.extend(keys(root, part, rest));
            }
        }
    }
    found
}

/// The reader names the keys that it knows where it finds another: they are the schema's.
#[test]
fn the_instance_schema_has_the_keys_of_the_reader() {
    let network = json!({ "input_weights": [["1"]], "output_weights": ["1"] });
    let good = json!({
        "format": "relucert.instance/1", "id": "keys", "source": {},
        "activation": { "positive": 1, "negative": 0 },
        "samples": { "inputs": [["1"]], "targets": ["1"] },
        "candidate": network,
        "witnesses": { "better_candidate": network, "descent": [network] },
        "expected": {},
    });
    let root = schema("instance");
    let objects = [
        "", "/source", "/activation", "/samples", "/candidate", "/witnesses", "/witnesses/better_candidate",
        "/witnesses/descent/0", "/expected",
    ];
    for object in objects {
        let mut instance = good.clone();
        instance.pointer_mut(object).unwrap()["surprise"] = json!(1);
        assert!(!validator("instance").is_valid(&instance), "the schema takes another key at {object}");
        let error = Instance::read(serde_json::to_vec(&instance).unwrap()).unwrap_err();
        assert_eq!(error.pointer.as_deref(), Some(format!("{object}/surprise").as_str()));
        let known = error.text.split("known here: ").nth(1).unwrap_or_else(|| panic!("{error}"));
        let known: BTreeSet<String> = known.split(", ").map(str::to_owned).collect();
        let pointer: Vec<&str> = object.split('/').skip(1).collect();
        assert_eq!(keys(&root, &root, &pointer), known, "keys at {object:?}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let good = json!({
        "format": "relucert.instance/1", "id": "shape", "activation": "relu",
        "samples": { "inputs": [["1"]], "targets": ["1"] },
        "candidate": { "input_weights": [["1"]], "output_weights": ["1"] },
    });
    assert!(validator("instance").is_valid(&good));
    let table = [
        ("/format", json!("relucert.instance/2")),
        ("/id", json!("-")),
        ("/activation", json!("gelu")),
        ("/activation", json!({ "positive": 1 })),
        ("/samples/inputs", json!([])),
        ("/samples/inputs/0/0", json!("1/0")),
        ("/samples/inputs/0/0", json!("+1")),
        ("/samples/inputs/0/0", json!(null)),
        ("/candidate/output_weights/0", json!([])),
        ("/candidate", json!([])),
        ("/samples/targets", json!("1")),
    ];
    for (pointer, value) in table {
        let mut instance = good.clone();
        *instance.pointer_mut(pointer).unwrap() = value;
        assert!(Instance::read(serde_json::to_vec(&instance).unwrap()).is_err(), "the reader takes {instance}");
        assert!(!validator("instance").is_valid(&instance), "the schema takes {instance}");
    }
}
