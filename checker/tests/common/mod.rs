//! Cases, and the two checkers run on them: the Rust library in this process, check.py in one Python process.
#![allow(dead_code)] // each test uses a part of this module

pub(crate) mod good;

use relucert_checker::verify;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A pair of files and the last line that checking it must end with.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) instance: Vec<u8>,
    pub(crate) certificate: Vec<u8>,
    pub(crate) expected: String,
}

impl Case {
    pub(crate) fn new(
        name: impl Into<String>, instance: impl AsRef<[u8]>, certificate: impl AsRef<[u8]>, expected: impl Into<String>,
    ) -> Case {
        let (instance, certificate) = (instance.as_ref().to_vec(), certificate.as_ref().to_vec());
        Case { name: name.into(), instance, certificate, expected: expected.into() }
    }

    pub(crate) fn of_values(name: &str, instance: &Value, certificate: &Value, expected: &str) -> Case {
        Case::new(name, instance.to_string(), certificate.to_string(), expected)
    }
}

/// The exit code that belongs to a last line.
pub(crate) fn exit_code(line: &str) -> u8 {
    match line.split(' ').nth(1) {
        Some("VERIFIED") => 0,
        Some("REJECTED") => 20,
        Some("UNREADABLE") => 2,
        _ => panic!("not a last line: {line:?}"),
    }
}

/// Path of the Python checker.
pub(crate) const CHECK_PY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/check.py");

/// The Python on the PATH, if there is one; under continuous integration there has to be one.
///
/// Asked for its own path, so that the tests don't start it through a slow wrapper each time.
pub(crate) fn python() -> Option<&'static str> {
    static PYTHON: OnceLock<Option<String>> = OnceLock::new();
    let find = || {
        let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
        let found = output.ok().filter(|output| output.status.success());
        assert!(found.is_some() || std::env::var_os("CI").is_none(), "python3 is not on the PATH");
        if found.is_none() {
            eprintln!("note: python3 is not on the PATH; only the Rust checker is tested");
        }
        found.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    PYTHON.get_or_init(find).as_deref()
}

/// Reads pairs of files in hexadecimal, one pair a line, and writes exit code and last line for each.
const DRIVER: &str = r#"
import importlib.util, os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
spec = importlib.util.spec_from_file_location("check", sys.argv[1])
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)
for pair in sys.stdin.read().splitlines():
    try:
        line, code, words = check.outcome(*map(bytes.fromhex, pair.split(",")))
        if (code == 0) != (words == ""):
            line = "a refusal has an explanation, nothing else has one: " + line
    except Exception as error:
        line, code = ascii(error), 101
    print(code, line)
"#;

/// Exit code and last line of check.py for each pair of instance and certificate.
pub(crate) fn run_python(python: &str, cases: &[Case]) -> Vec<(u8, String)> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let pairs: String =
        cases.iter().map(|case| format!("{},{}\n", hex(&case.instance), hex(&case.certificate))).collect();
    let mut child = Command::new(python)
        .args(["-B", "-c", DRIVER, CHECK_PY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    // The driver reads everything before it writes anything.
    child.stdin.take().expect("a pipe").write_all(pairs.as_bytes()).expect("the driver reads its input");
    let output = child.wait_with_output().expect("the driver ends");
    assert!(output.status.success(), "the driver failed");
    let lines = String::from_utf8(output.stdout).expect("the driver writes UTF-8");
    let answer = |line: &str| {
        let (code, line) = line.split_once(' ').expect("code and last line");
        (code.parse().expect("an exit code"), line.to_owned())
    };
    let answers: Vec<_> = lines.lines().map(answer).collect();
    assert_eq!(answers.len(), cases.len());
    answers
}

/// Demands the expected last line, and the exit code that belongs to it, of both checkers.
pub(crate) fn run(cases: &[Case]) {
    let python = python().map_or(vec![], |python| run_python(python, cases));
    let mut failures = Vec::new();
    let mut compare = |checker: &str, case: &Case, code: u8, line: &str| {
        if line != case.expected || code != exit_code(&case.expected) {
            failures.push(format!("{checker}, {}: {line:?} ({code}) instead of {:?}", case.name, case.expected));
        }
    };
    for (k, case) in cases.iter().enumerate() {
        let outcome = verify(&case.instance, &case.certificate);
        compare("Rust", case, outcome.exit_code(), &outcome.status_line());
        if let Some((code, line)) = python.get(k) {
            compare("Python", case, *code, line);
        }
    }
    println!("{} cases", cases.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Sets what stands at a pointer (in an object or a list, at its end too), or takes it away.
pub(crate) fn edit(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match (document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")), value) {
        (Value::Object(object), Some(value)) => drop(object.insert(key.to_owned(), value)),
        (Value::Object(object), None) => drop(object.remove(key).expect("a key to take away")),
        (Value::Array(list), value) => {
            let index = key.parse::<usize>().expect("an index");
            if index < list.len() {
                list.remove(index);
            }
            list.splice(index..index, value);
        }
        _ => panic!("{parent} is neither an object nor a list"),
    }
}

/// Code, certificate that is spoilt, pointer into it, and what is put there (null: it is taken away).
pub(crate) type Row<'a> = (&'a str, &'a str, &'a str, Value);

pub(crate) fn refuse(rows: &[Row<'_>]) {
    let case = |(code, name, pointer, value): &Row<'_>| {
        let mut good = good::named(name);
        edit(&mut good.certificate, pointer, (!value.is_null()).then(|| value.clone()));
        let title = format!("{name} {pointer} {value}");
        Case::of_values(&title, &good.instance, &good.certificate, &format!("s REJECTED {code}"))
    };
    run(&rows.iter().map(case).collect::<Vec<_>>());
}
