//! `relucert train` as a user runs it.

use relucert::arrays::read_arrays;
use relucert::rational::to_f64;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn command(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relucert"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn relucert(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command(arguments, folder).output().expect("relucert starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("an exit code"), text(stdout), text(stderr))
}

/// The first experiment of Wu, Simsek and Ged, without a candidate.
fn folder_with_data() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = json!({
        "format": "relucert.instance/1", "id": "scalar", "activation": "relu",
        "samples": {
            "inputs": [["-1", "1"], ["-0.6", "1"], ["-0.1", "1"], ["0.3", "1"], ["0.7", "1"]],
            "targets": ["0.28", "-0.1", "0.03", "0.23", "-0.22"],
        },
    });
    std::fs::write(folder.path().join("data.json"), data.to_string()).expect("a file");
    folder
}

/// Names in a folder, hidden ones too.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const SHORT: [&str; 8] = ["train", "data.json", "--init-scale", "1e-3", "--step-size", "1e-2", "--steps", "60000"];

#[test]
fn a_run_leaves_what_numpy_and_snap_read() {
    let folder = folder_with_data();
    let run = |more: &[&str]| relucert(&[&SHORT[..], more].concat(), folder.path());
    let (code, stdout, stderr) = run(&["--keep", "0,7", "--out", "deep/run"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains("(end)"), "{stdout}");
    let out = folder.path().join("deep/run");
    let listed: Value = serde_json::from_slice(&std::fs::read(out.join("plateaus.json")).unwrap()).unwrap();
    let plateaus = listed["plateaus"].as_array().unwrap();
    assert!(plateaus.len() >= 2 && plateaus.last().unwrap()["end"] == true, "{listed}");
    for file in plateaus.iter().map(|plateau| plateau["file"].as_str().unwrap()).chain(["step-0.npz", "step-7.npz"]) {
        let path = out.join(file);
        let arrays = read_arrays(&path, &std::fs::read(&path).unwrap(), 1 << 20).unwrap();
        let shapes: Vec<_> = arrays.iter().map(|(name, array)| (name.as_str(), array.shape.as_slice())).collect();
        assert_eq!(shapes, [("input_weights", &[50, 2][..]), ("output_weights", &[50, 1]), ("step", &[])], "{file}");
    }
    let path = out.join("curve.npz");
    let curve = read_arrays(&path, &std::fs::read(&path).unwrap(), 1 << 20).unwrap();
    let losses: Vec<f64> = curve[0].1.values.iter().filter_map(to_f64).collect();
    assert!(losses.len() > 1000 && losses.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-3)), "it falls");

    // The same seed gives the same bytes, another one another run.
    assert_eq!(run(&["--keep", "0,7", "--out", "again", "--quiet"]), (0, String::new(), String::new()));
    assert_eq!(names(&out), names(&folder.path().join("again")));
    for name in names(&out) {
        let read = |folder: &Path| std::fs::read(folder.join(&name)).unwrap();
        assert!(read(&out) == read(&folder.path().join("again")), "{name}");
    }
    assert_ne!(run(&["--seed", "2"]).1, stdout);
    let (_, line, _) = run(&["--format", "json"]);
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["format"], &line["steps"]), (&json!("relucert.training/1"), &json!(60000)));
}

#[test]
fn nothing_is_left_of_a_run_that_fails() {
    let folder = folder_with_data();
    // With one slope 0 the neurons would soon be dead, which is no divergence.
    let leaky =
        std::fs::read_to_string(folder.path().join("data.json")).unwrap().replace("\"relu\"", "\"absolute-value\"");
    std::fs::write(folder.path().join("data.json"), leaky).unwrap();
    let (code, stdout, stderr) = relucert(&["train", "data.json", "--step-size", "1e9", "--out", "run"], folder.path());
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("diverged: at step") && stderr.contains("smaller step size"), "{stderr}");
    std::fs::create_dir(folder.path().join("full")).unwrap();
    std::fs::write(folder.path().join("full/notes"), "mine").unwrap();
    for (arguments, words) in [
        (&["train", "data.json", "--out", "full"][..], "isn't empty"),
        (&["train", "data.json", "--out", "data.json"], "data.json"),
        (&["train", "data.json", "--from-candidate"], "there is none"),
        (&["train", "nowhere.json"], "nowhere.json"),
        (&["train", "data.json", "--width", "0"], "--width"),
        (&["train", "data.json", "--step-size", "nan"], "--step-size"),
        (&["check", "data.json"], "relucert train"),
    ] {
        let (code, _, stderr) = relucert(arguments, folder.path());
        assert!(code == 2 && stderr.contains(words), "{arguments:?}: {code} {stderr}");
    }
    assert_eq!(names(folder.path()), ["data.json", "full"]);
    assert_eq!(names(&folder.path().join("full")), ["notes"]);
}

/// A run that is killed leaves nothing under the name that it was to have.
#[test]
fn nothing_whole_looking_is_left_of_a_run_that_is_killed() {
    let folder = folder_with_data();
    let mut child =
        command(&["train", "data.json", "--steps", "4000000000", "--out", "run"], folder.path()).spawn().unwrap();
    while names(folder.path()).len() < 2 {
        assert!(child.try_wait().unwrap().is_none(), "it is still running");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.path().join("run").exists());
    assert_eq!(relucert(&["train", "data.json", "--steps", "10", "--out", "run"], folder.path()).0, 0);
}
