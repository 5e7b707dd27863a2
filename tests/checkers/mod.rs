//! The three checkers as commands: `relucert verify`, `relucert-check` and check.py.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

pub const RELUCERT: &str = env!("CARGO_BIN_EXE_relucert");
pub const CHECK_PY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/checker/check.py");

/// What a checker answers: its last line (nothing if there is none) and its exit code.
pub type Answer = (String, i32);

/// Two files, and the last line that checking them must end with.
#[derive(Clone)]
pub struct Case {
    pub name: String,
    pub instance: PathBuf,
    pub certificate: PathBuf,
    pub expected: String,
}

/// The exit code that belongs to a last line.
pub fn exit_code(line: &str) -> i32 {
    match line.split(' ').nth(1) {
        Some("VERIFIED") => 0,
        Some("REJECTED") => 20,
        Some("UNREADABLE") => 2,
        _ => panic!("not a last line: {line:?}"),
    }
}

/// An empty folder of its own for each test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The command of the checker crate, built now: cargo builds no command of another package for a test, and what lies
/// beside the test may be an old one.
pub fn relucert_check() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        // TARGET/PROFILE/deps/this-test
        let test = std::env::current_exe().expect("a path of this test");
        let profile = test.ancestors().nth(2).expect("the folder of the profile");
        let target = profile.parent().expect("the target folder");
        let name = profile.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--package", "relucert-checker", "--bin", "relucert-check"])
            .args(["--profile", if name == "debug" { "dev" } else { name }, "--target-dir"])
            .arg(target)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(status.is_ok_and(|status| status.success()), "relucert-check can't be built");
        profile.join(format!("relucert-check{}", std::env::consts::EXE_SUFFIX))
    })
}

/// The Python on the PATH, if there is one; under continuous integration there has to be one.
///
/// Asked for its own path, so that the tests don't start it through a slow wrapper each time.
pub fn python() -> Option<&'static str> {
    static PYTHON: OnceLock<Option<String>> = OnceLock::new();
    let find = || {
        let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
        let found = output.ok().filter(|output| output.status.success());
        assert!(found.is_some() || std::env::var_os("CI").is_none(), "python3 is not on the PATH");
        if found.is_none() {
            eprintln!("note: python3 is not on the PATH; checker/check.py is not tested");
        }
        found.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    PYTHON.get_or_init(find).as_deref()
}

/// Runs the command of check.py, `main`, for each line of two paths: one start of Python for all of them.
const DRIVER: &str = r#"
import importlib.util, os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
spec = importlib.util.spec_from_file_location("check", sys.argv[1])
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)
for pair in sys.stdin.buffer.read().decode().splitlines():
    try:
        code = check.main(pair.split("\t"))
    except Exception as error:
        code = 101
    os.write(1, b"exit %d\n" % code)
"#;

fn ask_command(program: &Path, arguments: &[&str], case: &Case) -> Answer {
    let output = Command::new(program)
        .args(arguments)
        .args([&case.instance, &case.certificate])
        .stdin(Stdio::null())
        .output()
        .expect("the checker runs");
    let shown = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
    (shown, output.status.code().unwrap_or(-1))
}

fn ask_python(python: &str, cases: &[Case]) -> Vec<Answer> {
    // Tests run side by side, and `folder` empties.
    let list = folder(&format!("pairs-{:?}", std::thread::current().id())).join("list");
    let pair = |case: &Case| format!("{}\t{}\n", case.instance.display(), case.certificate.display());
    fs::write(&list, cases.iter().map(pair).collect::<String>()).expect("a list of files");
    let output = Command::new(python)
        .args(["-B", "-c", DRIVER, CHECK_PY])
        .stdin(fs::File::open(&list).expect("the list of files"))
        .stderr(Stdio::null())
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "the driver of check.py failed");
    let (mut answers, mut shown) = (Vec::new(), Vec::new());
    for line in String::from_utf8(output.stdout).expect("UTF-8").lines() {
        match line.strip_prefix("exit ") {
            Some(code) => {
                answers.push((shown.join("\n"), code.parse().expect("an exit code")));
                shown.clear();
            }
            None => shown.push(line.to_owned()),
        }
    }
    assert_eq!(answers.len(), cases.len());
    answers
}

/// Demands of all three checkers the expected last line, nothing else, and the exit code that belongs to it.
pub fn demand(cases: &[Case]) {
    let check = relucert_check();
    let answers: Vec<(&str, Vec<Answer>)> = std::thread::scope(|scope| {
        let running = [
            ("check.py", scope.spawn(|| python().map(|python| ask_python(python, cases)).unwrap_or_default())),
            (
                "relucert verify",
                scope.spawn(|| cases.iter().map(|case| ask_command(RELUCERT.as_ref(), &["verify"], case)).collect()),
            ),
            ("relucert-check", scope.spawn(|| cases.iter().map(|case| ask_command(check, &[], case)).collect())),
        ];
        running.into_iter().map(|(name, thread)| (name, thread.join().expect("all cases are asked"))).collect()
    });
    let mut failures = Vec::new();
    for (checker, answers) in answers {
        for (case, (line, code)) in cases.iter().zip(answers) {
            if line != case.expected || code != exit_code(&case.expected) {
                failures.push(format!("{}\n  {checker}: {line:?} ({code}), not {:?}", case.name, case.expected));
            }
        }
    }
    assert!(failures.is_empty(), "{} wrong answers\n{}", failures.len(), failures.join("\n"));
}
