//! The checker stays by itself: no arrow leaves it for anything but the five crates that it may use.

use std::collections::BTreeSet;
use std::process::Command;

fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["tree", "-p", "relucert-checker", "-e", "normal,build", "--prefix", "none", "--locked", "--offline"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn the_checker_depends_on_five_crates() {
    let expected = ["num-bigint", "num-rational", "num-traits", "relucert-checker", "serde", "serde_json"];
    assert_eq!(tree(&["--depth", "1"]), expected.map(str::to_owned).into());
}

#[test]
fn nothing_of_the_prover_is_below_the_checker() {
    let below = tree(&[]);
    assert!(!below.contains("relucert") && !below.contains("good_lp") && below.len() < 30, "{below:?}");
}

/// Its numbers are guesses: nobody else should take them for more.
#[test]
fn one_file_has_a_solver_of_linear_programs_in_it() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["src", "checker/src"].into_iter().flat_map(|folder| walkdir::WalkDir::new(root.join(folder)));
    let names = files
        .map(|file| file.unwrap().into_path())
        .filter(|path| path.is_file() && std::fs::read_to_string(path).is_ok_and(|text| text.contains("good_lp::")));
    assert_eq!(names.collect::<Vec<_>>(), [root.join("src/kink/guess/library.rs")]);
}

#[test]
fn the_checkers_are_small() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("checker");
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let text = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let sources = |folder: &str| {
        let paths = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    // What only some certificates need stands in files of its own, which one can leave unread.
    let names = ["second_order.rs", "elimination.rs", "polynomial.rs", "radius.rs", "echelon.rs"];
    let is_more = |path: &std::path::PathBuf| names.iter().any(|name| path.ends_with(name));
    let (more, core): (Vec<_>, Vec<_>) = sources("src").into_iter().partition(is_more);
    let lines = |paths: Vec<std::path::PathBuf>| -> usize {
        paths.into_iter().map(|path| text(path).lines().filter(is_code).count()).sum()
    };
    let (more, core, integral) = (lines(more), lines(core), lines(sources("src/integral")));
    assert!(core < 1060 && more < 1350, "checker/src has {core} and {more} lines of code");
    assert!(integral < 1260, "checker/src/integral has {integral} lines of code");
    let python = |name: &str| text(root.join(name)).lines().count();
    let core = python("check.py");
    let beside = [
        "second_order", "elimination", "polynomial", "radius", "integral", "integral_minimum", "integral_model",
        "gzipped",
    ];
    let more = beside.iter().map(|name| python(&format!("{name}.py"))).max().unwrap();
    assert!(core < 400 && more < 300, "check.py has {core} lines, the files beside it up to {more}");
}
