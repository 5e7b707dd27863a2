//! The two commands: arguments, files, exit codes, and what is written where.

mod common;

use common::good::named;
use common::{CHECK_PY, exit_code, python};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The Rust command, and the Python one where there is a Python.
fn checkers() -> Vec<Vec<&'static str>> {
    let mut checkers = vec![vec![env!("CARGO_BIN_EXE_relucert-check")]];
    checkers.extend(python().map(|python| vec![python, "-B", CHECK_PY]));
    checkers
}

fn command(checker: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new(checker[0]);
    command.args(&checker[1..]).args(arguments);
    command
}

fn run(checker: &[&str], arguments: &[&str], input: &[u8]) -> Output {
    let mut command = command(checker, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the checker starts");
    // A checker that doesn't read its input closes it.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("the checker ends")
}

/// An empty folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("agree-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// Demands a last line, its exit code, and an explanation of every refusal on the standard error.
fn demand(output: &Output, line: &str, what: &str) {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(stdout, format!("{line}\n"), "{what}: {stderr}");
    assert_eq!(output.status.code(), Some(exit_code(line).into()), "{what}");
    assert_eq!(stderr.is_empty(), line.starts_with("s VERIFIED"), "{what}: {stderr}");
    assert!(!stderr.contains("Traceback") && !stderr.contains("panicked"), "{what}: {stderr}");
}

#[test]
fn arguments() {
    for checker in checkers() {
        for arguments in [
            &[][..],
            &["a"],
            &["a", "b", "c"],
            &["-", "-"],
            &["--help", "-h", "-V"],
            &["-v"],
            &["--quiet"],
            &["-"],
            &[""],
        ] {
            let output = run(&checker, arguments, b"");
            assert_eq!(output.status.code(), Some(2), "{checker:?} {arguments:?}");
            assert!(output.stdout.is_empty(), "{checker:?} {arguments:?}");
            assert!(String::from_utf8_lossy(&output.stderr).starts_with("usage: "), "{checker:?} {arguments:?}");
        }
        for (arguments, start) in
            [("--help", "usage: "), ("-h", "usage: "), ("--version", "relucert-check "), ("-V", "relucert-check ")]
        {
            let output = run(&checker, &[arguments], b"");
            let stdout = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(0), "{checker:?} {arguments:?}");
            assert!(stdout.starts_with(start) && output.stderr.is_empty(), "{checker:?} {arguments:?}: {stdout}");
            let version = stdout.contains(env!("CARGO_PKG_VERSION"));
            assert_eq!(version, start.starts_with("relucert"), "{checker:?} {arguments:?}: {stdout}");
            for line in ["s VERIFIED", "s REJECTED", "s UNREADABLE"] {
                assert!(start != "usage: " || stdout.contains(line), "{checker:?} {arguments:?}: {stdout}");
            }
        }
    }
}

#[test]
fn files_and_standard_input() {
    let folder = folder("files");
    for good in ["dead", "slope", "six-lines", "fourth-order"].map(named) {
        let (instance, certificate) = (good.instance.to_string(), good.certificate.to_string());
        let first = write(&folder, &format!("{} é.json", good.name), &instance);
        let second = write(&folder, &format!("{}.certificate.json", good.name), &certificate);
        for checker in checkers() {
            demand(&run(&checker, &[&first, &second], b""), good.line, "from files");
            if good.name == "dead" {
                demand(&run(&checker, &["-", &second], instance.as_bytes()), good.line, "instance from stdin");
                demand(&run(&checker, &[&first, "-"], certificate.as_bytes()), good.line, "certificate from stdin");
                demand(&run(&checker, &[&second, &first], b""), "s UNREADABLE format", "exchanged");
                demand(&run(&checker, &["-", &second], b""), "s UNREADABLE not-json", "empty stdin");
            }
        }
    }
    let mut wrong = named("dead");
    wrong.certificate["claims"]["loss"] = "0".into();
    wrong.certificate["made_by"] = "\u{7}é\u{1b}[31m".into();
    let first = write(&folder, "instance", wrong.instance.to_string());
    let second = write(&folder, "certificate", wrong.certificate.to_string());
    for checker in checkers() {
        demand(&run(&checker, &[&first, &second], b""), "s REJECTED wrong-loss", "wrong loss");
    }
}

#[test]
fn files_that_are_not_there_or_too_large() {
    let folder = folder("io");
    let file = write(&folder, "instance", named("dead").instance.to_string());
    let missing = folder.join("missing").to_str().expect("UTF-8").to_owned();
    let directory = folder.to_str().expect("UTF-8").to_owned();
    let large = write(&folder, "large", "");
    // A sparse file takes no room.
    File::options().write(true).open(&large).and_then(|file| file.set_len((256 << 20) + 1)).expect("a large file");
    for checker in checkers() {
        for (arguments, line) in [
            ([&file, &missing], "s UNREADABLE io"),
            ([&missing, &file], "s UNREADABLE io"),
            ([&file, &directory], "s UNREADABLE io"),
            ([&file, &String::new()], "s UNREADABLE io"),
            ([&"--help".to_owned(), &file], "s UNREADABLE io"),
            ([&large, &missing], "s UNREADABLE limit"),
            // Both files are read before either is looked into.
            ([&missing, &large], "s UNREADABLE io"),
            ([&file, &large], "s UNREADABLE limit"),
        ] {
            let arguments = arguments.map(String::as_str);
            demand(&run(&checker, &arguments, b""), line, &format!("{checker:?} {arguments:?}"));
        }
    }
    fs::remove_file(large).expect("the large file goes");
}

/// Certificates that are gzipped are in tests/gzip.rs of the repository.
#[test]
fn a_name_that_says_gzipped() {
    let folder = folder("gzip");
    let good = named("dead");
    let first = write(&folder, "i.json.gz", good.instance.to_string());
    let second = write(&folder, "c.json.gz", good.certificate.to_string());
    let plain = write(&folder, "c.json", good.certificate.to_string());
    let missing = folder.join("missing.gz").to_str().expect("UTF-8").to_owned();
    for checker in checkers() {
        for (certificate, line) in [
            (&second, "s UNREADABLE gzip"),
            (&missing, "s UNREADABLE io"),
            // An instance is what it is, whatever its name.
            (&plain, good.line),
        ] {
            demand(&run(&checker, &[&first, certificate], b""), line, &format!("{checker:?} {certificate}"));
        }
    }
}

#[test]
fn nobody_reads_the_answer() {
    let folder = folder("closed");
    let good = named("dead");
    let first = write(&folder, "instance", good.instance.to_string());
    let second = write(&folder, "certificate", good.certificate.to_string());
    for checker in checkers() {
        for (arguments, code) in [(&[&first[..], &second][..], 0), (&[&second, &first], 2), (&["--help"], 0), (&[], 2)]
        {
            let mut child = command(&checker, arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the checker starts");
            drop((child.stdout.take(), child.stderr.take()));
            assert_eq!(child.wait().expect("the checker ends").code(), Some(code), "{checker:?} {arguments:?}");
        }
        #[cfg(target_os = "linux")]
        {
            let full = File::options().write(true).open("/dev/full").expect("/dev/full");
            let output = command(&checker, &[&first, &second]).stdout(full).output().expect("the checker runs");
            assert_eq!(output.status.code(), Some(0), "{checker:?}");
            assert!(output.stderr.is_empty(), "{checker:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
