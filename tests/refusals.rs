//! What no checker may accept, one file for each way to be wrong, and beside it what is accepted: a near miss has its
//! twin under the same claim in tests/accepted. All files go through all three checkers.
//!
//! A file of tests/refused and tests/accepted is a JSON object: `expect`, the last line; `why`, one sentence;
//! `instance` and `certificate`, or `instance_text` and `certificate_text` where the bytes matter. A file of
//! tests/unreadable/CODE is an instance or a certificate as it stands; the other one of the two is in order.

mod checkers;

use checkers::{Case, demand, folder};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");

const CLAIMS: [&str; 18] = [
    "avoided_by_gradient_descent", "below_threshold", "c1", "c2", "differentiable", "escape_neurons", "global_minimum",
    "global_minimum_any_width", "local_minimum", "loss", "neurons", "radius", "saddle", "shape", "spurious",
    "stationary", "step_size", "strict_saddle",
];

/// The certificate that most files of shape and unreadable are made from.
const IN_ORDER: &str = "accepted/shape/the-certificate-that-is-spoilt-here.json";

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8")
}

/// Two levels of folders: the files, each as a path from the folder of all tests.
fn files(verdict: &str) -> Vec<String> {
    let folders = entries(&Path::new(TESTS).join(verdict));
    let below = |folder: &PathBuf| {
        entries(folder).iter().map(|file| format!("{verdict}/{}/{}", name(folder), name(file))).collect::<Vec<_>>()
    };
    folders.iter().flat_map(below).collect()
}

/// The two files of one case, written into a folder.
fn case(file: &str, folder: &Path) -> Case {
    let document: Value = serde_json::from_slice(&fs::read(Path::new(TESTS).join(file)).expect("a file")).expect(file);
    let keys: BTreeSet<&str> = document.as_object().expect(file).keys().map(String::as_str).collect();
    let why = document["why"].as_str().unwrap_or_default();
    assert!(keys.len() == 4 && why.ends_with('.') && keys.contains("expect"), "{file}: expect, why, and two files");
    let stem = file.trim_end_matches(".json").replace('/', ".");
    let write = |key: &str| {
        let text = match &document[format!("{key}_text")] {
            Value::String(text) => text.clone(),
            _ => document.get(key).unwrap_or_else(|| panic!("{file}: no {key}")).to_string(),
        };
        let path = folder.join(format!("{stem}.{key}.json"));
        fs::write(&path, text).expect("a temporary file");
        path
    };
    let expected = document["expect"].as_str().expect(file).to_owned();
    Case { name: file.to_owned(), instance: write("instance"), certificate: write("certificate"), expected }
}

fn cases(verdict: &str, folder: &Path) -> Vec<Case> {
    files(verdict).iter().map(|file| case(file, folder)).collect()
}

#[test]
fn refused() {
    let cases = cases("refused", &folder("refused"));
    assert!(cases.iter().all(|case| case.expected.starts_with("s REJECTED ")));
    demand(&cases);
}

#[test]
fn accepted() {
    let cases = cases("accepted", &folder("accepted"));
    assert!(cases.iter().all(|case| case.expected.starts_with("s VERIFIED ")));
    demand(&cases);
}

#[test]
fn unreadable() {
    let good = case(IN_ORDER, &folder("in-order"));
    let unreadable = |file: &String| {
        let (code, kind) =
            (file.split('/').nth(1).expect("a code"), file.trim_end_matches(".gz").rsplit('.').nth(1).expect("a kind"));
        let mut case = Case { name: file.clone(), expected: format!("s UNREADABLE {code}"), ..good.clone() };
        let path = Path::new(TESTS).join(file);
        match kind {
            "instance" => case.instance = path,
            "certificate" => case.certificate = path,
            _ => panic!("{file}: neither an instance nor a certificate"),
        }
        case
    };
    demand(&files("unreadable").iter().map(unreadable).collect::<Vec<_>>());
}

/// What is too big to keep: numbers beyond the limit of digits, brackets without end, a file beyond the limit of size.
#[test]
fn too_big_to_keep() {
    let folder = folder("too-big");
    let good = case(IN_ORDER, &folder);
    let mut cases = Vec::new();
    let mut add = |what: &str, code: &str, kind: &str, path: PathBuf| {
        let mut case = Case { name: what.to_owned(), expected: format!("s {code}"), ..good.clone() };
        *if kind == "instance" { &mut case.instance } else { &mut case.certificate } = path;
        cases.push(case);
    };
    let texts = [&good.instance, &good.certificate].map(|path| fs::read_to_string(path).expect("a file in order"));
    let file = |name: String, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a temporary file");
        path
    };
    let nines = |count: usize| "9".repeat(count);
    for (what, code, number) in [
        ("numerator of 1000001 digits", "UNREADABLE limit", nines(1_000_001)),
        ("denominator of 1000001 digits", "UNREADABLE limit", format!("1/{}", nines(1_000_001))),
        ("leading zeros over the limit", "UNREADABLE limit", "0".repeat(1_000_001)),
        ("1000000 digits and a blank", "REJECTED malformed", format!("{} ", nines(1_000_000))),
        ("million decimals", "REJECTED malformed", format!("0.{}", nines(1_000_000))),
    ] {
        let spoilt = texts[1].replace("\"lambda\":[]", &format!("\"lambda\":[\"{number}\"]"));
        assert_ne!(spoilt, texts[1]);
        add(what, code, "certificate", file(format!("{what}.json"), &spoilt));
    }
    for (what, number) in [
        ("10001 digits", nines(10_001)),
        ("a million digits", nines(1_000_000)),
        ("a million decimals", format!("0.{}", nines(1_000_000))),
        ("a denominator of 10001 digits", format!("\"1/{}\"", nines(10_001))),
        ("an exponent of a million digits", format!("1e{}", nines(1_000_000))),
        ("a million zeros in an exponent", format!("1e{}5", "0".repeat(1_000_000))),
    ] {
        let spoilt = texts[0].replace("\"targets\":[\"1\"]", &format!("\"targets\":[{number}]"));
        assert_ne!(spoilt, texts[0]);
        add(what, "UNREADABLE instance", "instance", file(format!("{what}.json"), &spoilt));
    }
    let brackets = folder.join("brackets");
    let mut writer = BufWriter::new(File::create(&brackets).expect("a temporary file"));
    let chunk = [b'['; 1 << 16];
    (0..100_000_000 / chunk.len()).for_each(|_| writer.write_all(&chunk).expect("room for 100 MB"));
    writer.into_inner().expect("room for 100 MB");
    // A sparse file takes no room.
    let large = folder.join("large");
    File::create(&large).and_then(|file| file.set_len(300_000_000)).expect("a sparse file");
    for kind in ["instance", "certificate"] {
        add("100 MB of brackets", "UNREADABLE limit", kind, brackets.clone());
        add("300 MB", "UNREADABLE limit", kind, large.clone());
        add("no file", "UNREADABLE io", kind, folder.join("missing"));
        add("a folder", "UNREADABLE io", kind, folder.clone());
    }
    demand(&cases);
    fs::remove_dir_all(&folder).expect("the large files go");
}

#[test]
fn more_refusals_than_acceptances() {
    let (refused, accepted, unreadable) = (files("refused"), files("accepted"), files("unreadable"));
    println!("{} refused, {} unreadable, {} accepted", refused.len(), unreadable.len(), accepted.len());
    assert!(refused.len() > accepted.len());
    for claim in CLAIMS {
        let count = |files: &[String]| files.iter().filter(|file| file.split('/').nth(1) == Some(claim)).count();
        assert!(count(&refused) > count(&accepted) && count(&accepted) > 0, "{claim}");
    }
    let known = |file: &String| CLAIMS.contains(&file.split('/').nth(1).expect("a claim"));
    assert!(refused.iter().chain(&accepted).all(known), "folders are claims");
    let words = |file: &&String| {
        let name = file.rsplit('/').next().expect("a name");
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
    };
    assert!([refused, accepted, unreadable].iter().flatten().all(|file| words(&file)), "small letters and hyphens");
}

/// Every code of the two pages about certificates has its files; `io` has none to keep.
#[test]
fn every_code_has_a_file() {
    let row = |line: &str| line.strip_prefix("| `")?.split_once('`').map(|(code, _)| code.to_owned());
    let page = |name: &str| {
        let page = fs::read_to_string(Path::new(TESTS).join("../docs").join(name)).expect(name);
        let (_, tables) = page.split_once("\n## Codes\n").expect("a list of codes");
        tables.lines().filter_map(row).filter(|code| code != "io").collect::<Vec<_>>()
    };
    let listed: BTreeSet<String> = ["certificate.md", "certificate-integral.md"].into_iter().flat_map(page).collect();
    let folder = folder("codes");
    let refused = cases("refused", &folder).into_iter().map(|case| case.expected["s REJECTED ".len()..].to_owned());
    let unreadable = files("unreadable").into_iter().map(|file| file.split('/').nth(1).expect("a code").to_owned());
    assert_eq!(refused.chain(unreadable).collect::<BTreeSet<_>>(), listed, "files (left), documentation (right)");
}
