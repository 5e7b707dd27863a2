//! `--time-limit` ends every kind of search, and what is open then is said to be; without it these take minutes. And who
//! waits is told what is going on, on a terminal only.

mod common;

use common::program;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Exit code, report and errors of `relucert check` on an instance.
fn check(instance: &str, arguments: &[&str]) -> (i32, Value, String) {
    let arguments = [&["check", "-", "--format", "json"][..], arguments].concat();
    let output = program::relucert(&arguments, root(), instance);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().expect("an exit code"), report, String::from_utf8(output.stderr).expect("UTF-8"))
}

/// A member of a family, without what it expects.
fn member(arguments: &[&str]) -> String {
    let output = program::relucert(&[&["instances", "generate"], arguments].concat(), root(), "");
    let mut member: Value = serde_json::from_slice(&output.stdout).expect("an instance");
    member.as_object_mut().expect("an object").remove("expected");
    member.to_string()
}

fn is_out_of_time(instance: &str, limit: &str) {
    let (code, report, errors) = check(instance, &["--time-limit", limit]);
    assert_eq!(code, 10, "{report} {errors}");
    assert_eq!(report["verdicts"]["local_minimum"], "undecided", "{report}");
    assert_eq!(report["reasons"]["local_minimum"]["code"], "time-limit", "{report}");
}

#[test]
fn polynomials_end_in_time() {
    // 50 and more than 100 seconds in a release build, and the expansion of one long curve.
    for (dimension, outputs, width, replicas, activation, seed) in [
        ("3", "2", "2", "1", "relu", "3072"),
        ("3", "3", "3", "0", "relu", "3003"),
        ("3", "2", "3", "0", "leaky:1/10", "3100"),
    ] {
        let arguments = [
            "escape", "--samples", "6", "--dimension", dimension, "--outputs", outputs, "--width", width,
            "--replicate", replicas, "--activation", activation, "--seed", seed,
        ];
        is_out_of_time(&member(&arguments), "0.3");
    }
}

#[test]
fn the_second_order_ends_in_time() {
    let path = root().join("instances/two-outputs/escape-beside-dead-neuron.json");
    let instance = std::fs::read_to_string(path).expect("a file");
    let (_, report, _) = check(&instance, &["--time-limit", "3600"]);
    assert_eq!(report["reasons"]["local_minimum"]["code"], "second-order", "{report}");
    is_out_of_time(&instance, "1e-9");
}

#[test]
fn integral_losses_end_in_time() {
    let path = root().join("instances/integral/kink-at-threshold.json");
    let by_elimination = std::fs::read_to_string(path).expect("a file");
    let by_second_order = member(&["integral-residual", "--width", "2", "--seed", "1", "--scale", "1/1000"]);
    for (instance, proof) in [(by_elimination, "elimination"), (by_second_order, "second-order")] {
        let (code, report, errors) = check(&instance, &["--time-limit", "3600"]);
        assert_eq!((code, &report["verdicts"]["local_minimum"]), (0, &"yes".into()), "{errors}");
        assert_eq!(report["reasons"]["local_minimum"]["code"], proof);
        is_out_of_time(&instance, "1e-9");
    }
}

/// A neuron at the origin, so that all samples are boundary samples: some 10^5 patterns, each asked by linear programs.
fn many_patterns() -> String {
    let row = |k: i64| (1..7).map(move |j: i64| ((k * k * j + 7 * k * j * j + 3 * j + k) % 19 - 9).to_string());
    let inputs: Vec<Vec<String>> = (1..27).map(|k| row(k).collect()).collect();
    serde_json::json!({
        "format": "relucert.instance/1", "id": "patterns", "activation": "relu",
        "samples": {"inputs": inputs, "targets": vec!["-1"; 26]},
        "candidate": {"input_weights": [vec!["0"; 6]], "output_weights": ["1"]}
    })
    .to_string()
}

#[test]
fn patterns_end_in_time() {
    let (code, report, errors) = check(&many_patterns(), &["--exhaustive", "--time-limit", "0.3"]);
    assert_eq!(code, 10, "{report} {errors}");
    assert!(errors.contains("not decided exhaustively: the time of --time-limit is over"), "{errors}");
    assert_eq!(report["verdicts"]["stationary"], "yes", "the first way has answered: {report}");
}

/// The same question, with standard error on a terminal of its own, by util-linux's script; otherwise the test says so and
/// passes.
#[test]
fn progress_is_for_terminals() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.json");
    std::fs::write(&path, many_patterns()).expect("a file");
    let arguments = ["check", "a.json", "--exhaustive", "--time-limit", "2.5"];
    let output = program::relucert(&arguments, folder.path(), "");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.lines().count() == 1 && !errors.contains('\u{1b}') && !errors.contains("decided,"), "{errors}");
    if Command::new("script").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: script (util-linux) is not installed");
        return;
    }
    let shown = |quiet: &str| {
        let command = format!("{} {} {quiet}", env!("CARGO_BIN_EXE_relucert"), arguments.join(" "));
        let output = Command::new("script")
            .args(["-qec", &command, "/dev/null"])
            .current_dir(folder.path())
            .env("TERM", "xterm")
            .stdin(Stdio::null())
            .output()
            .expect("script runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let text = shown("");
    assert!(text.contains("1 instance decided") && text.contains("local minimum"), "{text}");
    assert!(!shown("--quiet").contains("instance decided"));
}
