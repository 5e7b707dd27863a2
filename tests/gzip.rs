//! Gzipped certificates: written, verified, and refused where they are spoilt. The files of tests/unreadable/gzip go
//! through all three checkers in refusals.rs; here are what must be accepted, what is too big to keep, and the commands.

mod checkers;

use checkers::{CHECK_PY, RELUCERT, exit_code, folder, python, relucert_check};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const POINT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/one-neuron/zero-weight-pinned.json");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/one-neuron");

fn relucert(arguments: &[&str], folder: &Path) -> Output {
    Command::new(RELUCERT).args(arguments).current_dir(folder).output().expect("relucert runs")
}

/// The last line of a checker and its explanation; the exit code must fit.
fn ask(program: &Path, arguments: &[&str], instance: &Path, certificate: &Path) -> (String, String) {
    let output = Command::new(program).args(arguments).args([instance, certificate]).output().expect("a checker runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").trim_end().to_owned();
    let line = text(output.stdout);
    assert_eq!(output.status.code(), Some(exit_code(&line)), "{line}");
    (line, text(output.stderr))
}

/// What the two that inflate say, which is the same, with the explanation of `relucert verify`.
fn inflating(instance: &Path, certificate: &Path) -> (String, String) {
    let answer = ask(RELUCERT.as_ref(), &["verify"], instance, certificate);
    if let Some(python) = python() {
        let (line, _) = ask(python.as_ref(), &["-B", CHECK_PY], instance, certificate);
        assert_eq!(line, answer.0, "check.py and relucert verify");
    }
    answer
}

/// A folder with a certificate of POINT as text and gzipped.
fn written(name: &str) -> PathBuf {
    let folder = folder(name);
    for certificate in ["c.json", "c.json.gz"] {
        let output = relucert(&["check", "--quiet", POINT, "--certificate", certificate], &folder);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    folder
}

#[test]
fn what_is_written_is_verified() {
    let folder = written("gzip-written");
    let [plain, gzipped] = ["c.json", "c.json.gz"].map(|name| folder.join(name));
    let [text, bytes] = [&plain, &gzipped].map(|path| fs::read(path).expect("a certificate"));
    assert!(bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() < text.len());
    let expected = inflating(POINT.as_ref(), &plain);
    assert!(expected.0.starts_with("s VERIFIED loss=1/2 "), "{}", expected.0);
    assert_eq!(inflating(POINT.as_ref(), &gzipped), expected);

    // As gzip writes it: with a name, a time and another level.
    let mut other = GzBuilder::new()
        .filename("c.json")
        .comment("ours")
        .extra([0, 0, 0, 0])
        .mtime(1_700_000_000)
        .write(Vec::new(), Compression::fast());
    other.write_all(&text).expect("memory");
    let path = folder.join("other.json.gz");
    fs::write(&path, other.finish().expect("memory")).expect("a file");
    assert_eq!(inflating(POINT.as_ref(), &path), expected);

    // The mutants are made of what was inflated.
    if python().is_some() {
        let arguments = ["verify", "--mutate", "--quiet", "--max-mutants", "5", POINT, "c.json.gz"];
        let output = relucert(&arguments, &folder);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "m PASSED 5 mutants\n");
    }

    // The stand-alone checker says what to do.
    let (line, hint) = ask(relucert_check(), &[], POINT.as_ref(), &gzipped);
    assert_eq!(line, "s UNREADABLE gzip");
    assert!(hint.contains("gunzip first"), "{hint}");

    // Under a name that doesn't say that it is gzipped it isn't text.
    let named_wrong = folder.join("named-wrong.json");
    fs::copy(&gzipped, &named_wrong).expect("a copy");
    for answer in [inflating(POINT.as_ref(), &named_wrong), ask(relucert_check(), &[], POINT.as_ref(), &named_wrong)] {
        assert_eq!(answer.0, "s UNREADABLE not-utf8");
        assert!(answer.1.contains("gunzip first"), "{}", answer.1);
    }
}

#[test]
fn a_folder_of_them() {
    let folder = folder("gzip-folder");
    for out in ["one", "two"] {
        let output = relucert(&["check", FOLDER, "--quiet", "--certificate", out, "--gzip"], &folder);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let names = |out: &str| -> Vec<String> {
        let entries = fs::read_dir(folder.join(out)).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    };
    let found = names("one");
    assert!(!found.is_empty() && found.iter().all(|name| name.ends_with(".certificate.json.gz")), "{found:?}");
    assert_eq!(found, names("two"));
    for name in &found {
        let [one, two] = ["one", "two"].map(|out| fs::read(folder.join(out).join(name)).expect("a certificate"));
        assert_eq!(one, two, "{name}: the same bytes in each run");
    }
    let name = "zero-weight-pinned.certificate.json.gz";
    assert!(inflating(POINT.as_ref(), &folder.join("one").join(name)).0.starts_with("s VERIFIED "));
    // Certificates among instances are no instances.
    fs::copy(POINT, folder.join("one/point.json")).expect("a copy");
    assert!(relucert(&["check", "one", "--quiet"], &folder).status.success());

    for (arguments, hint) in [
        (&["check", POINT, "--certificate", "c.json", "--gzip"][..], "c.json.gz"),
        (&["check", POINT, "--gzip"], "--certificate"),
    ] {
        let output = relucert(arguments, &folder);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && errors.contains(hint), "{errors}");
    }
    assert!(!folder.join("c.json").exists());
}

/// A few hundred kilobytes that inflate to 300 MB: refused at the limit, not after.
#[test]
fn a_bomb_is_refused() {
    let folder = written("gzip-bomb");
    let mut member = GzEncoder::new(Vec::new(), Compression::best());
    let blanks = vec![b' '; 1 << 20];
    (0..300).for_each(|_| member.write_all(&blanks).expect("memory"));
    let bomb = folder.join("bomb.json.gz");
    fs::write(&bomb, member.finish().expect("memory")).expect("a file");
    let (line, why) = inflating(POINT.as_ref(), &bomb);
    assert_eq!(line, "s UNREADABLE limit");
    assert!(why.contains("inflates to more than 268435456 bytes"), "{why}");
    assert_eq!(ask(relucert_check(), &[], POINT.as_ref(), &bomb).0, "s UNREADABLE gzip");

    // The same limit as for a file, to the byte. What proves nothing is left out, so that the instance is the shorter one.
    let mut instance: serde_json::Value = serde_json::from_slice(&fs::read(POINT).expect("a file")).expect("JSON");
    for key in ["title", "source", "witnesses", "expected"] {
        instance.as_object_mut().expect("an object").remove(key);
    }
    fs::write(folder.join("i.json"), instance.to_string()).expect("a file");
    let length = fs::read(folder.join("c.json")).expect("a certificate").len();
    assert!(instance.to_string().len() < length);
    for (limit, expected) in [(length, "s VERIFIED "), (length - 1, "s UNREADABLE limit")] {
        for certificate in ["c.json", "c.json.gz"] {
            let output = relucert(&["verify", "--max-input", &limit.to_string(), "i.json", certificate], &folder);
            assert!(String::from_utf8_lossy(&output.stdout).starts_with(expected), "{certificate}, {limit}");
        }
    }
    fs::remove_dir_all(&folder).expect("it goes");
}
