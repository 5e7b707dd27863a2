//! The search for a better network finds what is known to exist, and the same one each time.

use relucert::empirical::loss;
use relucert::problem::Instance;
use relucert::search::{SearchOptions, better_network, insert_better_candidate};

fn read(path: &str) -> Instance {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    Instance::read(std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn spurious_minima_are_beaten() {
    for path in [
        "instances/one-neuron/zero-weight-pinned.json",
        "instances/two-outputs/pinned-with-radius.json",
        "tests/cases/E1-end-reduced.json",
    ] {
        let instance = read(path);
        let found = better_network(&instance, &SearchOptions::default()).unwrap_or_else(|| panic!("{path}: nothing"));
        assert!(loss(&instance, &found) < loss(&instance, &instance.candidate));
        assert_eq!(Some(found), better_network(&instance, &SearchOptions::default()));
    }
}

#[test]
fn a_global_minimum_is_not_beaten() {
    for path in ["instances/one-neuron/antiparallel-samples.json", "instances/one-neuron/output-weights-only.json"] {
        assert_eq!(better_network(&read(path), &SearchOptions { starts: 2, ..SearchOptions::default() }), None);
    }
}

#[test]
fn what_is_found_becomes_a_witness_of_the_file() {
    let instance = read("tests/cases/E1-end-reduced.json");
    let found = better_network(&instance, &SearchOptions::default()).unwrap();
    let text = std::str::from_utf8(&instance.text).unwrap();
    let with = insert_better_candidate(text, &found).unwrap();
    let again = Instance::read(with.into_bytes()).unwrap();
    assert_eq!(again.witnesses.better_candidate, Some(found));
    assert_eq!(again.candidate, instance.candidate);
}
