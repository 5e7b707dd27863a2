//! The instances and the reference cases: every verdict as expected, with and without floating-point proposals, every
//! certificate accepted, the same bytes each time.

mod common;

use relucert::certificate::certify_file;
use relucert::kink::Options;
use relucert::problem::{InstanceFile, Property};
use std::collections::BTreeSet;

fn check(folder: &str, may_be_open: bool) -> usize {
    let files = common::files(folder);
    let mut ids = BTreeSet::new();
    for path in &files {
        let name = path.display();
        let instance =
            InstanceFile::read(std::fs::read(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(ids.insert(instance.id().to_owned()), "{name}: the id {} is taken", instance.id());
        assert_eq!(path.file_stem().unwrap().to_str(), Some(instance.id()), "a file is named after its id");
        let expected = instance.expected().unwrap_or_else(|| panic!("{name} expects nothing"));
        let mut shown = BTreeSet::new();
        for use_floats in [true, false] {
            let options = Options { use_floats, ..Options::default() };
            let certified = certify_file(&instance, &options).unwrap_or_else(|refused| panic!("{name}: {refused}"));
            assert_eq!(certified.certificate, certify_file(&instance, &options).unwrap().certificate, "{name}");
            let comparison = certified.findings.compare(Some(expected));
            assert_eq!(comparison.differences, [], "{name}, floats: {use_floats}");
            for property in &comparison.open {
                let code = certified.findings.reasons[&Property::LocalMinimum].code;
                assert!(may_be_open && code == "escape-neuron-several-outputs", "{name}: {property:?} is open");
            }
            let properties = certified.findings.properties.iter();
            shown.insert(properties.map(|property| certified.findings.show(*property)).collect::<Vec<_>>());
        }
        assert_eq!(shown.len(), 1, "{name}: floats change a verdict");
    }
    files.len()
}

#[test]
fn instances_are_as_expected() {
    assert!(check("instances", false) >= 12);
}

#[test]
fn reference_cases_are_as_expected() {
    // Points with several outputs and an escape neuron of non-zero output weight may be open, and nothing else.
    assert!(check("tests/cases", true) >= 120);
}
