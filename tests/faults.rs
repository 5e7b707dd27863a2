//! Runs that are killed, full disks, places that can't be written, nobody who reads, several runs at once: never a file
//! that looks whole and isn't, never a panic.
#![cfg(unix)]

mod common;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

type Files = BTreeMap<String, Vec<u8>>;

fn relucert(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relucert"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    relucert(arguments, folder).output().expect("relucert runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code, not a signal")
}

fn errors(output: &Output) -> &str {
    let text = std::str::from_utf8(&output.stderr).expect("UTF-8");
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> Files {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable entry"));
    let paths = entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    let name = |path: &Path| path.strip_prefix(folder).expect("a path below").display().to_string();
    paths.map(|path| (name(&path), std::fs::read(&path).expect("a readable file"))).collect()
}

/// Leftovers of a killed run: no name that a later run, or a person, takes for a result.
fn is_leftover(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.starts_with(".relucert-") && !name.contains(".json") && !name.contains(".smt2")
}

/// Instances of the repository, with certificates of some size.
fn instances() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("in")).expect("a folder");
    for path in ["instances/affine-fit", "instances/kinks", "instances/replication"].into_iter().flat_map(common::files)
    {
        std::fs::copy(&path, folder.path().join("in").join(path.file_name().expect("a name"))).expect("a copy");
    }
    folder
}

/// A dead ReLU neuron, which a search replaces by a living one.
fn searchable(id: &str, target: i64) -> String {
    let instance = json!({
        "format": "relucert.instance/1", "id": id, "activation": "relu",
        "samples": { "inputs": [["1"], ["2"]], "targets": [target, 2 * target] },
        "candidate": { "input_weights": [["-1"]], "output_weights": ["1"] },
    });
    relucert::certificate::lay_out(&instance)
}

fn searchables() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("in")).expect("a folder");
    for target in 1..=8 {
        let id = format!("dead-{target}");
        std::fs::write(folder.path().join("in").join(format!("{id}.json")), searchable(&id, target)).expect("a file");
    }
    folder
}

/// Waits until `reached` holds or the child has ended, then a little, then kills it (SIGKILL). Whether it still ran.
fn kill_when(mut child: Child, reached: impl Fn() -> bool, then: Duration) -> bool {
    while !reached() && child.try_wait().expect("a state").is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
    std::thread::sleep(then);
    let running = child.try_wait().expect("a state").is_none();
    child.kill().expect("SIGKILL, or it has ended");
    child.wait().expect("it has ended");
    running
}

fn silent(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("relucert starts")
}

#[test]
fn a_killed_check_leaves_whole_certificates_or_none() {
    let place = instances();
    let write = |to: &str| ["check", "in", "--certificate", to, "--export-smt2", to].map(str::to_owned);
    let arguments = write("whole");
    assert_eq!(code(&run(&arguments.each_ref().map(String::as_str), place.path())), 0);
    let whole = files(&place.path().join("whole"));
    assert!(whole.len() > 40, "{}", whole.len());

    let mut random = ChaCha8Rng::seed_from_u64(20_250_801);
    let (arguments, out) = (write("killed"), place.path().join("killed"));
    let arguments = arguments.each_ref().map(String::as_str);
    let (mut killed, mut leftovers) = (0, 0);
    for round in 0..30 {
        if round % 3 == 0 {
            // Otherwise the files of the runs before are replaced.
            let _ = std::fs::remove_dir_all(&out);
        }
        let count = random.random_range(0..whole.len());
        let begun = Instant::now();
        let wait = Duration::from_micros(random.random_range(0..40_000));
        let reached = || match round % 3 {
            0 => std::fs::read_dir(&out).map_or(0, Iterator::count) >= count,
            _ => begun.elapsed() >= wait,
        };
        let then = Duration::from_micros(random.random_range(0..3_000));
        killed += usize::from(kill_when(silent(relucert(&arguments, place.path())), reached, then));
        if !out.exists() {
            continue;
        }
        for (name, bytes) in files(&out) {
            match whole.get(&name) {
                Some(expected) => assert!(bytes == *expected, "round {round}: {name} isn't whole"),
                None => {
                    assert!(is_leftover(&name), "round {round}: {name}");
                    leftovers += 1;
                }
            }
        }
    }
    println!("{killed} of 30 runs were killed while they ran; {leftovers} leftovers were seen");
    assert!(killed >= 10, "{killed}");

    // What was left behind disturbs no later run, whether it writes there or reads there.
    assert_eq!(code(&run(&arguments, place.path())), 0);
    let mut after = files(&out);
    after.retain(|name, _| !is_leftover(name));
    assert!(after == whole);
    for (name, bytes) in files(&place.path().join("in")) {
        std::fs::write(out.join(name), bytes).expect("a file");
    }
    std::fs::write(out.join(".relucert-abcdef"), "{\"format\": \"relucert.inst").expect("a leftover");
    let output = run(&["check", "killed", "--quiet"], place.path());
    assert_eq!(code(&output), 0, "{}", errors(&output));
}

#[test]
fn a_killed_search_leaves_each_instance_as_it_was_or_with_its_witness() {
    let (place, reference) = (searchables(), searchables());
    let old = files(&place.path().join("in"));
    let output = run(&["check", "in", "--search"], reference.path());
    assert_eq!(code(&output), 0, "{}", errors(&output));
    let new = files(&reference.path().join("in"));
    assert!(old.keys().eq(new.keys()) && old.iter().all(|(name, bytes)| new[name] != *bytes));

    let mut random = ChaCha8Rng::seed_from_u64(7);
    for round in 0..16 {
        for (name, bytes) in &old {
            std::fs::write(place.path().join("in").join(name), bytes).expect("a file");
        }
        let count = random.random_range(0..old.len());
        let changed = || {
            // By name, because temporary files come and go; an instance is there at every moment.
            let now = |name: &String| std::fs::read(place.path().join("in").join(name)).expect("an instance");
            old.iter().filter(|(name, bytes)| now(name) != **bytes).count() >= count
        };
        let then = Duration::from_micros(random.random_range(0..4_000));
        kill_when(silent(relucert(&["check", "in", "--search"], place.path())), changed, then);
        for (name, bytes) in files(&place.path().join("in")) {
            let whole = old.get(&name) == Some(&bytes) || new.get(&name) == Some(&bytes);
            assert!(whole || is_leftover(&name), "round {round}: {name} is neither the old nor the new file");
        }
        assert!(old.keys().all(|name| place.path().join("in").join(name).exists()), "round {round}: one is gone");
    }
    assert_eq!(code(&run(&["check", "in", "--search"], place.path())), 0);
    let mut after = files(&place.path().join("in"));
    after.retain(|name, _| !is_leftover(name));
    assert!(after == new);
}

#[test]
fn a_killed_index_changes_nothing() {
    let place = instances();
    let before = files(place.path());
    for wait in [0, 10, 40, 80] {
        let begun = Instant::now();
        let reached = || begun.elapsed() >= Duration::from_millis(wait);
        kill_when(silent(relucert(&["instances", "index", "in"], place.path())), reached, Duration::ZERO);
        assert!(files(place.path()) == before);
    }
    assert_eq!(code(&run(&["instances", "index", "in"], place.path())), 0);
}

/// Commands that print results.
const PRINTING: [&[&str]; 5] = [
    &["check", "in"],
    &["check", "in", "--format", "json"],
    &["instances", "index", "in"],
    &["patterns", "in/one-concave-kink-tight.json", "--neuron", "0"],
    &["verify", "in/one-concave-kink-tight.json", "tight.certificate.json"],
];

fn with_certificate() -> TempDir {
    let place = instances();
    let arguments = ["check", "in/one-concave-kink-tight.json", "--certificate", "tight.certificate.json"];
    assert_eq!(code(&run(&arguments, place.path())), 0);
    place
}

#[test]
fn a_full_disk_is_said_and_leaves_no_certificate() {
    let place = with_certificate();
    if Path::new("/dev/full").exists() {
        for arguments in PRINTING {
            let full = File::options().write(true).open("/dev/full").expect("/dev/full");
            let output = relucert(arguments, place.path()).stdout(full).output().expect("relucert runs");
            assert_eq!(code(&output), 2, "{arguments:?}");
            assert!(errors(&output).contains("standard output can't be written: "), "{}", errors(&output));
        }
        let output =
            run(&["check", "in/one-concave-kink-tight.json", "--certificate", "/dev/full", "--quiet"], place.path());
        assert_eq!(code(&output), 2);
        assert!(
            errors(&output).contains("error: the certificate can't be written: /dev/full: "),
            "{}",
            errors(&output)
        );
    } else {
        println!("skipped: full devices, because there is no /dev/full");
    }

    // A limit on the size of files is what a full disk is to a file: writing ends in its middle. The certificate has
    // more than one block (512 bytes in sh, 1024 in others).
    let path = place.path().join("long.certificate.json");
    for (traps, expected) in [("trap '' XFSZ", Some(2)), ("true", None)] {
        let script = format!(
            "ulimit -c 0; ulimit -f 1; {traps}; exec \"$0\" check in/thin-cell-nonnegative.json --certificate {}",
            path.display()
        );
        let output = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_relucert")])
            .current_dir(place.path())
            .output()
            .expect("sh runs");
        assert_eq!(output.status.code(), expected, "{traps}: {}", errors(&output));
        if expected.is_some() {
            assert!(errors(&output).contains("error: the certificate can't be written: "), "{}", errors(&output));
        }
        assert!(!path.exists(), "{traps}");
    }
    let names = files(place.path()).into_keys().filter(|name| !name.starts_with("in/"));
    let unknown: Vec<String> = names.filter(|name| name != "tight.certificate.json" && !is_leftover(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    // An older certificate of the same name stays as it was.
    std::fs::write(&path, "old").expect("a file");
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" check in/thin-cell-nonnegative.json --certificate long.certificate.json";
    let mut command = Command::new("sh");
    let output = command
        .args(["-c", script, env!("CARGO_BIN_EXE_relucert")])
        .current_dir(place.path())
        .output()
        .expect("sh runs");
    assert_eq!(code(&output), 2);
    assert_eq!(std::fs::read(&path).expect("the old file"), b"old");
}

#[test]
fn places_that_cannot_be_written_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = with_certificate();
    let path = |name: &str| place.path().join(name);
    let file = "in/one-concave-kink-tight.json";
    std::fs::write(path("a-file"), "").expect("a file");
    let refused = |arguments: &[&str], named: &str| {
        let before = files(place.path());
        let output = run(arguments, place.path());
        assert_eq!(code(&output), 2, "{arguments:?}: {}", errors(&output));
        assert!(errors(&output).contains("error: ") && errors(&output).contains(named), "{}", errors(&output));
        assert!(files(place.path()) == before, "{arguments:?}");
    };
    // These hold for everyone, root included.
    refused(&["check", file, "--certificate", "a-file/x.json"], "a-file/x.json: ");
    refused(&["check", "in", "--certificate", "a-file"], "a-file: ");
    refused(&["check", file, "--export-smt2", "a-file"], "a-file: ");
    refused(&["check", file, "--certificate", "no-folder/x.json"], "no-folder/x.json: ");
    refused(&["check", "in", "--certificate", "/proc/relucert/x"], "/proc/relucert/x: ");
    std::fs::write(path("kept.json"), "kept").expect("a file");
    std::fs::set_permissions(path("kept.json"), PermissionsExt::from_mode(0o444)).expect("permissions");
    refused(&["check", file, "--certificate", "kept.json"], "kept.json: the file is read-only");

    std::fs::create_dir(path("closed")).expect("a folder");
    std::fs::set_permissions(path("closed"), PermissionsExt::from_mode(0o555)).expect("permissions");
    if File::create(path("closed/probe")).is_ok() {
        println!("skipped: a folder without write permission, because this user (root?) may write there all the same");
        std::fs::remove_file(path("closed/probe")).expect("the probe");
    } else {
        refused(&["check", file, "--certificate", "closed/x.json"], "closed/x.json: ");
        refused(&["check", "in", "--certificate", "closed"], "closed/");
    }
    std::fs::set_permissions(path("closed"), PermissionsExt::from_mode(0o755)).expect("permissions");

    // A search that can't write its witness says so; the verdict is the same, and the file too.
    let place = searchables();
    let file = place.path().join("in/dead-1.json");
    let old = std::fs::read(&file).expect("a file");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o444)).expect("permissions");
    let output = run(&["check", "in/dead-1.json", "--search"], place.path());
    assert!(errors(&output).contains("a better network was found, but can't be written: "), "{}", errors(&output));
    assert_eq!(std::fs::read(&file).expect("a file"), old);
    // A private file stays private.
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("permissions");
    assert_eq!(code(&run(&["check", "in/dead-1.json", "--search"], place.path())), 0);
    assert!(std::fs::read(&file).expect("a file") != old);
    assert_eq!(std::fs::metadata(&file).expect("metadata").permissions().mode() & 0o777, 0o600);
}

#[test]
fn nobody_who_reads_is_no_error() {
    let place = with_certificate();
    for arguments in PRINTING {
        for redirection in [">&-", ">&- 2>&-", ">&- 2>&- <&-"] {
            let script = format!("exec \"$0\" \"$@\" {redirection}");
            let output = Command::new("sh")
                .args(["-c", &script, env!("CARGO_BIN_EXE_relucert")])
                .args(arguments)
                .current_dir(place.path())
                .output()
                .expect("sh runs");
            assert_eq!(code(&output), 0, "{arguments:?} {redirection}: {}", errors(&output));
        }
        // A pipe whose reader is gone before anything is written, and one that is closed after a few bytes.
        for bytes in [0, 10] {
            let mut child = relucert(arguments, place.path()).spawn().expect("relucert starts");
            let mut reader = child.stdout.take().expect("a pipe");
            let _ = reader.read(&mut vec![0; bytes]).expect("a read");
            drop(reader);
            let output = child.wait_with_output().expect("relucert ends");
            assert_eq!(code(&output), 0, "{arguments:?}: {}", errors(&output));
            assert_eq!(errors(&output), "", "{arguments:?}");
        }
    }
}

#[test]
fn runs_at_the_same_time_write_the_same_files() {
    let (place, alone) = (instances(), instances());
    for folder in [&place, &alone] {
        for (name, bytes) in files(searchables().path()) {
            std::fs::write(folder.path().join(name), bytes).expect("a file");
        }
    }
    // Certificates among the instances, which a search changes meanwhile.
    let arguments = ["check", "in", "--search", "--certificate", "in", "--export-smt2", "in", "--quiet"];
    let exit = code(&run(&arguments, alone.path()));
    let children: Vec<Child> =
        (0..4).map(|_| relucert(&arguments, place.path()).spawn().expect("relucert starts")).collect();
    for child in children {
        let output = child.wait_with_output().expect("relucert ends");
        assert_eq!(code(&output), exit, "{}", errors(&output));
        assert!(!errors(&output).contains("error"), "{}", errors(&output));
    }
    let (found, expected) = (files(place.path()), files(alone.path()));
    assert!(found.keys().eq(expected.keys()), "{:?}", found.keys());
    for (name, bytes) in &expected {
        assert!(found[name] == *bytes, "{name}");
    }
}

/// The commands from data to instances: what they print, and where they write a file or a folder.
fn making() -> [Vec<String>; 4] {
    let root = env!("CARGO_MANIFEST_DIR");
    let data = format!("{root}/instances/wu-simsek-ged-2025/experiment-1.data.json");
    let point = format!("{root}/instances/wu-simsek-ged-2025/scalar-end-three-neurons.json");
    let [network, its_data] = ["npz", "json"].map(|ending| format!("{root}/tests/networks/groups.{ending}"));
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    [
        words(&["train", &data, "--steps", "2000", "--step-size", "1e-2", "--keep", "7"]),
        words(&["run", &data, "--steps", "2000", "--step-size", "1e-2", "--width", "9"]),
        words(&["snap", &network, "--data", &its_data]),
        words(&["embed", &point, "--replicate", "0:1/3,2/3"]),
    ]
}

#[test]
fn a_full_disk_leaves_nothing_of_a_run_or_an_instance() {
    let place = tempfile::tempdir().expect("a temporary folder");
    for arguments in making() {
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if Path::new("/dev/full").exists() {
            let full = File::options().write(true).open("/dev/full").expect("/dev/full");
            let output = relucert(&arguments, place.path()).stdout(full).output().expect("relucert runs");
            assert_eq!(code(&output), 2, "{arguments:?}");
            assert!(errors(&output).contains("standard output can't be written: "), "{}", errors(&output));
        } else {
            println!("skipped: full devices, because there is no /dev/full");
        }
        // Sizes at which the first file fails, or one of the later ones (a curve has tens of kilobytes).
        let is_folder = ["train", "run"].contains(&arguments[0]);
        arguments.extend(["--out", "out"]);
        for limit in if is_folder { &[1, 8, 40][..] } else { &[1] } {
            for (traps, expected) in [("trap '' XFSZ", Some(2)), ("true", None)] {
                let script = format!("ulimit -c 0; ulimit -f {limit}; {traps}; exec \"$0\" \"$@\"");
                let output = Command::new("sh")
                    .args(["-c", &script, env!("CARGO_BIN_EXE_relucert")])
                    .args(&arguments)
                    .current_dir(place.path())
                    .output()
                    .expect("sh runs");
                assert_eq!(output.status.code(), expected, "{arguments:?}, {limit}, {traps}: {}", errors(&output));
                assert!(!place.path().join("out").exists(), "{arguments:?}, {limit}, {traps}");
                if expected.is_some() {
                    // It names the place that the user has named, and nothing is left.
                    let named = errors(&output).contains("error: ") && errors(&output).contains("out");
                    assert!(named && !errors(&output).contains(".relucert-"), "{}", errors(&output));
                    assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 0, "{arguments:?}");
                    continue;
                }
                for entry in std::fs::read_dir(place.path()).expect("a folder") {
                    let entry = entry.expect("an entry");
                    assert!(is_leftover(&entry.file_name().to_string_lossy()), "{arguments:?}: {entry:?}");
                    let path = entry.path();
                    let _ = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
                }
            }
        }
        // With room enough it works.
        let output = run(&arguments, place.path());
        assert!([0, 10].contains(&code(&output)), "{arguments:?}: {}", errors(&output));
        let out = place.path().join("out");
        assert!(out.exists(), "{arguments:?}");
        let _ = std::fs::remove_dir_all(&out).or_else(|_| std::fs::remove_file(&out));
    }
}

#[test]
fn a_killed_run_leaves_a_whole_folder_or_none() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut running = 0;
    for arguments in making() {
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        arguments.extend(["--out", "out"]);
        let out = place.path().join("out");
        let found =
            || if out.is_dir() { Some(files(&out)) } else { Some(files(place.path())).filter(|_| out.exists()) };
        let begun = Instant::now();
        assert!([0, 10].contains(&code(&run(&arguments, place.path()))), "{arguments:?}");
        let long = begun.elapsed();
        let whole = found().expect("a result");
        for round in 0..12 {
            let _ = std::fs::remove_dir_all(place.path().join("out")).or_else(|_| std::fs::remove_file(&out));
            for entry in std::fs::read_dir(place.path()).expect("a folder") {
                let path = entry.expect("an entry").path();
                let _ = std::fs::remove_dir_all(&path).or_else(|_| std::fs::remove_file(&path));
            }
            let wait = long.mul_f64(random.random_range(0.0..1.1));
            let begun = Instant::now();
            // From when on there is something, or after a part of the time that it takes.
            let reached = || match round % 2 {
                0 => std::fs::read_dir(place.path()).expect("a folder").next().is_some(),
                _ => begun.elapsed() >= wait,
            };
            let then = Duration::from_micros(random.random_range(0..3_000));
            running += usize::from(kill_when(silent(relucert(&arguments, place.path())), reached, then));
            for entry in std::fs::read_dir(place.path()).expect("a folder") {
                let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
                assert!(name == "out" || is_leftover(&name), "{arguments:?}, round {round}: {name}");
            }
            if out.exists() {
                let mut left = found().expect("a result");
                left.retain(|name, _| !is_leftover(name));
                assert!(left == whole, "{arguments:?}, round {round}: what is there isn't whole");
            }
        }
        let _ = std::fs::remove_dir_all(&out).or_else(|_| std::fs::remove_file(&out));
    }
    println!("{running} of 48 runs were killed while they ran");
    assert!(running >= 10, "{running}");
}
