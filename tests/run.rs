//! `relucert run`: the experiments of Wu, Simsek and Ged from their data to certified plateaus.

mod common;

use relucert::problem::Instance;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn relucert(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_relucert")).args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The data of an experiment, as they lie beside its instances.
fn data(name: &str) -> String {
    format!("{}/instances/wu-simsek-ged-2025/{name}.data.json", env!("CARGO_MANIFEST_DIR"))
}

/// The first experiment.
#[test]
fn plateaus_of_a_run_are_certified() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (data("experiment-1"), folder.path().join("out"));
    let arguments = ["run", &path, "--init-scale", "8e-6", "--steps", "600000", "--out", "out"];
    let (code, stdout, stderr) = relucert(&arguments, folder.path());
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(stdout, std::fs::read_to_string(out.join("table.txt")).unwrap());
    let summary: Value = serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap();
    let plateaus = summary["plateaus"].as_array().unwrap();
    let of = |key: &str| plateaus.iter().map(|plateau| plateau[key].clone()).collect::<Vec<Value>>();
    assert_eq!(of("loss"), ["953/10000", "50749/672500", "16139/231500"].map(Value::from));
    assert_eq!(of("proved"), ["saddle", "saddle", "local minimum"].map(Value::from));
    // Only escape neurons grow, and they are the small living ones.
    for plateau in &plateaus[..2] {
        assert_eq!(plateau["growth"]["not_small_living"], json!([]), "{plateau}");
        assert_eq!(plateau["growth"]["small_living"], plateau["escape_neurons"], "{plateau}");
        assert!(!plateau["growth"]["grown"].as_array().unwrap().is_empty(), "{plateau}");
    }
    for plateau in plateaus {
        let id = plateau["id"].as_str().unwrap();
        let instance = Instance::read(std::fs::read(out.join(format!("{id}.json"))).unwrap()).unwrap();
        assert_eq!(instance.candidate.width(), 50);
        let certificate = std::fs::read(out.join(format!("{id}.certificate.json"))).unwrap();
        assert_eq!(relucert_checker::verify(&instance.text, &certificate).exit_code(), 0, "{id}");
    }
    // The folder is one that check takes, and it can't be mixed with another run.
    assert_eq!(relucert(&["check", "out", "--quiet"], folder.path()).0, 0);
    let (code, _, stderr) = relucert(&arguments, folder.path());
    assert!(code == 2 && stderr.contains("isn't empty"), "{stderr}");
}

/// Two plateaus of the third experiment have coordinates in Q(sqrt 29).
#[test]
fn what_has_no_exact_point_is_said() {
    let path = data("experiment-3");
    let arguments = [
        "run", &path, "--init-scale", "1e-6", "--step-size", "1e-2", "--steps", "60000", "--width", "20", "--format",
        "json",
    ];
    let (code, stdout, stderr) = relucert(&arguments, Path::new("."));
    let summary: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
    assert_eq!(code, 10, "{summary}");
    let reasons = summary["plateaus"].as_array().unwrap().iter().filter_map(|plateau| plateau["reason"].as_str());
    assert!(reasons.filter(|reason| reason.contains("t^2 - 29")).count() >= 1, "{summary}");
    let end = summary["plateaus"].as_array().unwrap().last().unwrap();
    assert_eq!((&end["loss"], &end["proved"]), (&json!("17/50"), &json!("local minimum")), "{summary}");
}
