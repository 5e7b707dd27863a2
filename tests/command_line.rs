//! The commands as a user runs them: what they print, where, and how they exit.

mod common;

use common::program::relucert;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Output;

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// ReLU, one sample (1, 1), one neuron.
fn instance(id: &str, w: &str, h: &str, extra: Value) -> String {
    let mut instance = json!({
        "format": "relucert.instance/1", "id": id, "activation": "relu",
        "samples": { "inputs": [["1"]], "targets": ["1"] },
        "candidate": { "input_weights": [[w]], "output_weights": [h] },
    });
    for (key, value) in extra.as_object().expect("an object") {
        instance[key] = value.clone();
    }
    instance.to_string()
}

/// A point whose proof has more than one leaf: open with `--max-leaves 1`.
fn undecided(id: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/families/partition-relu-n5-x49_50-s1.json");
    let mut instance: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    instance["id"] = id.into();
    instance.as_object_mut().expect("an object").remove("expected");
    instance.to_string()
}

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    folder
}

#[test]
fn exit_codes_follow_the_table() {
    let dead = |extra| instance("dead", "-1", "1", extra);
    let better =
        |w: &str| json!({ "witnesses": { "better_candidate": { "input_weights": [[w]], "output_weights": ["1"] } } });
    let table: Vec<(&str, String, i32)> = vec![
        ("decided", dead(json!({})), 0),
        ("as expected", dead(json!({ "expected": { "local_minimum": "yes", "loss": 0.5 } })), 0),
        ("only a reason", dead(json!({ "expected": { "because": "why not" } })), 0),
        ("another verdict", dead(json!({ "expected": { "local_minimum": "no" } })), 20),
        ("another loss", dead(json!({ "expected": { "loss": "1/3" } })), 20),
        ("other escape neurons", dead(json!({ "expected": { "escape_neurons": [0] } })), 20),
        ("a good witness", dead(better("1")), 0),
        ("a failing witness", dead(better("-2")), 20),
        ("expected, but open", dead(json!({ "expected": { "spurious": "yes" } })), 10),
        ("open, not expected", undecided("u"), 10),
        ("a broken file", "{".to_owned(), 2),
    ];
    let folder = folder_with(&[]);
    for (what, file, expected) in table {
        for format in ["text", "json"] {
            let output = relucert(&["check", "-", "--format", format, "--max-leaves", "1"], folder.path(), &file);
            assert_eq!(code(&output), expected, "{what}: {}{}", text(&output.stdout), text(&output.stderr));
        }
    }
    for usage in [
        &["check"][..],
        &["chek"],
        &["check", "-", "--max-leaves", "0"],
        &["check", "-", "--certificate", "-"],
        &["verify", "-", "-"],
    ] {
        assert_eq!(code(&relucert(usage, folder.path(), "")), 2, "{usage:?}");
    }
}

#[test]
fn the_gravest_of_several_counts_and_all_are_reported() {
    let folder = folder_with(&[
        ("all/a.json", &instance("a", "-1", "1", json!({}))),
        ("all/b.json", &undecided("b")),
        ("all/deep/c.json", &instance("c", "-1", "1", json!({ "expected": { "saddle": "yes" } }))),
        ("all/report.json", r#"{ "format": "relucert.report/1" }"#),
        ("all/notes.txt", "not looked at"),
        ("bad/x.json", "[1"),
        ("none/notes.txt", ""),
    ]);
    let output = relucert(&["check", "all", "--max-leaves", "1"], folder.path(), "");
    assert_eq!(code(&output), 20);
    let shown = text(&output.stdout);
    assert!(shown.contains("differs: saddle: expected yes, found no"), "{shown}");
    assert!(shown.contains("3 instances, 1 decided as expected, 2 not"), "{shown}");
    assert_eq!(code(&relucert(&["check", "all", "bad"], folder.path(), "")), 2);
    assert_eq!(code(&relucert(&["check", "none"], folder.path(), "")), 2);
    assert_eq!(code(&relucert(&["check", "all/report.json"], folder.path(), "")), 2);
    let twice = relucert(&["check", "all/a.json", "all/a.json"], folder.path(), "");
    assert_eq!(code(&twice), 2);
    assert!(text(&twice.stderr).contains("needs its own"), "{}", text(&twice.stderr));
}

#[test]
fn json_is_one_object_a_line_and_nothing_else() {
    let folder = folder_with(&[
        ("all/a.json", &instance("a", "-1", "1", json!({}))),
        ("all/b.json", "{\n \"format\": 1 1}"),
        ("all/c.json", &instance("c", "0", "1", json!({}))),
    ]);
    let output = relucert(&["check", "all", "--format", "json"], folder.path(), "");
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["verdicts"]["local_minimum"], "yes");
    assert_eq!(lines[0]["neurons"][0]["kind"], "dead");
    assert_eq!(lines[0]["neurons"][0]["input_weight_region"], json!({ "max_norm": "1" }));
    assert_eq!((&lines[1]["error"]["code"], &lines[1]["error"]["line"]), (&json!("not-json"), &json!(2)));
    assert_eq!(lines[2]["verdicts"]["escape_neurons"], Value::Null);
    assert_eq!(lines[2]["certificate"], Value::Null);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn certificates_are_written_and_verified() {
    let folder = folder_with(&[
        ("all/a.json", &instance("a", "-1", "1", json!({}))),
        ("all/c.json", &instance("c", "0", "1", json!({}))),
        ("wall", "a file where a folder is needed"),
    ]);
    let run = |arguments: &[&str]| relucert(arguments, folder.path(), "");
    assert_eq!(code(&run(&["check", "all", "--certificate", "out", "--quiet"])), 0);
    assert_eq!(code(&run(&["check", "all/a.json", "--certificate", "single.json"])), 0);
    let single = std::fs::read(folder.path().join("single.json")).unwrap();
    assert_eq!(single, std::fs::read(folder.path().join("out/a.certificate.json")).unwrap());

    let verified = run(&["verify", "all/a.json", "single.json"]);
    assert_eq!(code(&verified), 0);
    assert!(text(&verified.stdout).starts_with("s VERIFIED loss=1/2 "), "{}", text(&verified.stdout));
    let other = run(&["verify", "all/c.json", "single.json"]);
    assert_eq!((code(&other), text(&other.stdout)), (20, "s REJECTED wrong-instance\n"));
    let missing = run(&["verify", "all/c.json", "nowhere.json"]);
    assert_eq!((code(&missing), text(&missing.stdout)), (2, "s UNREADABLE io\n"));
    std::fs::write(
        folder.path().join("forged.json"),
        text(&single).replace("\"saddle\": \"no\"", "\"saddle\": \"yes\""),
    )
    .unwrap();
    let forged = run(&["verify", "all/a.json", "forged.json"]);
    assert_eq!((code(&forged), text(&forged.stdout)), (20, "s REJECTED unproved-saddle\n"));

    // Where nothing can be written, nothing is half-written.
    assert_eq!(code(&run(&["check", "all", "--certificate", "wall"])), 2);
    assert_eq!(code(&run(&["check", "all/a.json", "--certificate", "wall/a.json"])), 2);
    assert_eq!(std::fs::read_to_string(folder.path().join("wall")).unwrap(), "a file where a folder is needed");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".relucert")), "{left:?}");
}

#[test]
fn limits_are_said() {
    let folder = folder_with(&[]);
    let large = relucert(&["check", "-", "--max-input", "10"], folder.path(), &undecided("u"));
    assert_eq!(code(&large), 2);
    assert!(text(&large.stderr).contains("--max-input"), "{}", text(&large.stderr));
    // 3 |u2| + 2 |u1 - u2| - |u1| - |u1 + u2| needs several leaves: its convex kinks can't be shared out.
    let kinked = json!({
        "format": "relucert.instance/1", "id": "kinked", "activation": "absolute-value",
        "samples": { "inputs": [["0", "1"], ["1", "-1"], ["1", "0"], ["1", "1"]], "targets": ["-3", "-2", "1", "1"] },
        "candidate": { "input_weights": [["0", "0"]], "output_weights": ["1"] },
    });
    let run = |leaves: &str| {
        relucert(
            &["check", "-", "--format", "json", "--no-float", "--max-leaves", leaves],
            folder.path(),
            &kinked.to_string(),
        )
    };
    let report: Value = serde_json::from_slice(&run("1").stdout).unwrap();
    assert_eq!(code(&run("1")), 10);
    assert_eq!(report["verdicts"]["stationary"], "undecided");
    assert_eq!(report["reasons"]["local_minimum"]["code"], "limit");
    assert_eq!(code(&run("9")), 0);
}

/// What the README shows is what the program prints.
#[test]
fn the_readme_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let block = readme.split("```console\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a console block");
    let mut commands = block.split("$ ").skip(1).map(|shown| shown.split_once('\n').expect("a command and its output"));
    let folder = folder_with(&[]);
    let instance = root.join("instances/one-neuron/zero-weight-pinned.json");
    let instance = instance.to_str().expect("UTF-8");

    let (command, shown) = commands.next().expect("the first command");
    assert!(command.starts_with("cargo run --release -- check instances/one-neuron/zero-weight-pinned.json"));
    let output = relucert(&["check", instance, "--certificate", "pinned.certificate.json"], folder.path(), "");
    assert_eq!((text(&output.stdout), code(&output)), (shown, 0));

    let (command, shown) = commands.next().expect("the second command");
    assert!(command.starts_with("python3 checker/check.py"));
    let output = relucert(&["verify", instance, "pinned.certificate.json"], folder.path(), "");
    assert_eq!((text(&output.stdout), code(&output)), (shown, 0));
}

#[test]
fn strange_titles_are_shown_as_text() {
    let folder = folder_with(&[]);
    let file = instance("t", "-1", "1", json!({ "title": "a\u{1b}[31m\u{202e}b" }));
    let output = relucert(&["check", "-", "--color", "always"], folder.path(), &file);
    assert!(text(&output.stdout).contains("a\\u{1b}[31m\\u{202e}b"), "{}", text(&output.stdout));
    let plain = relucert(&["check", "-"], folder.path(), &file);
    assert!(!text(&plain.stdout).contains('\u{1b}'), "no colours without a terminal");
}

/// 3 |u2| + 2 |u1 - u2| - |u1| - |u1 + u2| >= 0 as the derivative at a neuron; the same for its negative part, larger.
fn with_concave_kinks(id: &str, strength: &str) -> String {
    json!({
        "format": "relucert.instance/1", "id": id, "activation": "absolute-value",
        "samples": {
            "inputs": [["0", "1"], ["1", "-1"], ["1", "0"], ["1", "1"]],
            "targets": ["-3", "-2", strength, "1"],
        },
        "candidate": { "input_weights": [["0", "0"]], "output_weights": ["1"] },
    })
    .to_string()
}

#[test]
fn without_a_certificate_the_verdicts_are_the_same_and_it_says_so() {
    let folder = folder_with(&[]);
    for (strength, verdict) in [("1", "yes"), ("11/10", "no")] {
        let run = |flags: &[&str]| {
            let arguments = [&["check", "-", "--format", "json"], flags].concat();
            let output = relucert(&arguments, folder.path(), &with_concave_kinks("k", strength));
            assert_eq!(code(&output), 0, "{}", text(&output.stderr));
            serde_json::from_slice::<Value>(&output.stdout).unwrap()
        };
        let (with, without) = (run(&[]), run(&["--no-certificate"]));
        assert_eq!(with["verdicts"], without["verdicts"]);
        assert_eq!(with["verdicts"]["stationary"], verdict);
        assert_eq!((with.get("certified"), &without["certified"]), (None, &json!(false)));
    }
    let shown = relucert(&["check", "-", "--no-certificate"], folder.path(), &with_concave_kinks("k", "1"));
    assert!(text(&shown.stdout).contains("without a certificate"), "{}", text(&shown.stdout));
    let both = relucert(
        &["check", "-", "--no-certificate", "--certificate", "c.json"],
        folder.path(),
        &with_concave_kinks("k", "1"),
    );
    assert_eq!(code(&both), 2);
}

#[test]
fn a_time_limit_is_said() {
    let folder = folder_with(&[]);
    let arguments = ["check", "-", "--format", "json", "--time-limit"];
    let run =
        |limit: &str| relucert(&[&arguments[..], &[limit]].concat(), folder.path(), &with_concave_kinks("k", "1"));
    let report: Value = serde_json::from_slice(&run("1e-9").stdout).unwrap();
    assert_eq!(code(&run("1e-9")), 10);
    assert_eq!(report["verdicts"]["local_minimum"], "undecided");
    assert_eq!(report["reasons"]["local_minimum"]["code"], "time-limit");
    assert_eq!(code(&run("3600")), 0);
    assert_eq!(code(&run("0")), 2);
    assert_eq!(code(&run("nan")), 2);
}

#[test]
fn any_number_of_threads_prints_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |threads: &str| {
        let output = relucert(&["check", "instances/kinks", "--format", "json", "--threads", threads], root, "");
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        output.stdout
    };
    let one = run("1");
    assert!(!one.is_empty());
    assert_eq!(one, run("2"));
    assert_eq!(one, run("7"));
    assert_eq!(code(&relucert(&["check", "instances/kinks", "--threads", "0"], root, "")), 2);
}
