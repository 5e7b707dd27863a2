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

/// What `train`, `snap`, `run` and `embed` print and write.
#[test]
fn what_leads_to_instances_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let reported = |arguments: &[&str]| -> Value {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_relucert"));
        let output = command.args(arguments).args(["--format", "json"]).current_dir(folder.path()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{arguments:?}: {text} {:?}", output.stderr))
    };
    let written =
        |name: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.path().join(name)).unwrap()).unwrap() };
    let [one, three] = [1, 3].map(|k| format!("{root}/instances/wu-simsek-ged-2025/experiment-{k}.data.json"));
    let point = format!("{root}/instances/wu-simsek-ged-2025/scalar-end-three-neurons.json");
    let network =
        |name: &str| [format!("{root}/tests/networks/{name}.npz"), format!("{root}/tests/networks/{name}.json")];
    let [saddle, irrational] = [network("saddle"), network("irrational")];
    // Two of its plateaus have no exact point.
    let run = ["run", &three, "--init-scale", "1e-6", "--step-size", "1e-2", "--steps", "60000", "--width", "20"];
    let start = ["train", &point, "--from-candidate", "--steps", "10", "--stop-loss", "1e-9", "--out", "b"];
    let documents = [
        ("training", reported(&["train", &one, "--steps", "5000", "--step-size", "1e-2", "--out", "a"])),
        ("training", written("a/plateaus.json")),
        ("training", reported(&start)),
        ("training", written("b/plateaus.json")),
        ("snap", reported(&["snap", &saddle[0], "--data", &saddle[1], "--out", "point.json"])),
        ("snap", reported(&["snap", &irrational[0], "--data", &irrational[1]])),
        ("run", reported(&[&run[..], &["--out", "c"]].concat())),
        ("run", written("c/summary.json")),
        ("training", written("c/plateaus.json")),
        ("embedding", reported(&["embed", &point, "--replicate", "0:1/2,1/2", "--zero-output", "1,2"])),
        ("embedding", reported(&["embed", &point, "--dead", "0,-1:5", "--out", "wide.json"])),
    ];
    for (name, document) in &documents {
        let validator = validator(name);
        let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?} {document}");
        // Every key is needed or known: another one is refused, wherever it stands.
        let mut places = vec![String::new()];
        while let Some(place) = places.pop() {
            let here = document.pointer(&place).unwrap();
            let below = match here {
                Value::Object(entries) => entries.keys().cloned().collect(),
                Value::Array(items) => (0..items.len().min(3)).map(|index| index.to_string()).collect(),
                _ => Vec::new(),
            };
            if here.is_object() {
                let mut bad = document.clone();
                bad.pointer_mut(&place).unwrap()["surprise"] = json!(1);
                assert!(!validator.is_valid(&bad), "{name} takes another key at {place:?}");
            }
            places.extend(below.into_iter().map(|key| format!("{place}/{key}")));
        }
    }
    let table = [
        ("training", 0, "/plateaus", json!([])),
        ("training", 1, "/plateaus/0/file", json!("plateau-0.json")),
        ("training", 1, "/start/width", json!(0)),
        ("training", 3, "/start", json!("random")),
        ("snap", 4, "/loss_after", json!("0.5")),
        ("snap", 4, "/snapped", json!(false)),
        ("snap", 5, "/neurons", json!(null)),
        ("run", 6, "/plateaus/0/proved", json!("minimum")),
        ("run", 6, "/plateaus/0/verdicts/saddle", json!("maybe")),
        ("embedding", 9, "/steps/0/predicted/stationary", json!("nothing")),
        ("embedding", 9, "/steps", json!([])),
    ];
    for (name, index, pointer, value) in table {
        let mut bad = documents[index].1.clone();
        *bad.pointer_mut(pointer).expect(pointer) = value;
        assert!(!validator(name).is_valid(&bad), "{name}: {pointer}");
    }
}
