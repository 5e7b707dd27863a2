//! The generated pages are current, and the golden certificates are the same byte for byte.

mod common;

use relucert::certificate::certify_file;
use relucert::kink::Options;
use relucert::problem::InstanceFile;
use relucert::report::catalogue::{Entry, claims, overview};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn entries() -> Vec<Entry> {
    let entry = |path: std::path::PathBuf| {
        let instance = InstanceFile::read(std::fs::read(&path).unwrap()).unwrap();
        let findings = certify_file(&instance, &Options::default()).unwrap().findings;
        let path = path.strip_prefix(root().join("instances")).unwrap().display().to_string();
        Entry { path, instance, findings }
    };
    common::files("instances").into_iter().map(entry).collect()
}

#[test]
fn the_pages_are_current() {
    let entries = entries();
    for (page, expected, command) in [
        ("instances/README.md", overview(&entries), "relucert instances index > instances/README.md"),
        ("docs/claims.md", claims(&entries, "instances"), "relucert instances index --claims > docs/claims.md"),
    ] {
        let found = std::fs::read_to_string(root().join(page)).unwrap();
        assert!(found == expected, "{page} is not current: {command}");
    }
}

#[test]
fn the_catalogue_is_current() {
    let arguments = ["report", "instances", "--format", "markdown", "--links", "../../instances/"];
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_relucert"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("relucert runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let found = std::fs::read(root().join("docs/catalogue/README.md")).unwrap();
    let command = format!("relucert {} > docs/catalogue/README.md", arguments.join(" "));
    assert!(found == output.stdout, "docs/catalogue/README.md is not current: {command}");
}

#[test]
fn golden_certificates_are_the_same_byte_for_byte() {
    let golden = common::files("tests/golden");
    assert!(golden.len() >= 12);
    for path in golden {
        let expected = std::fs::read_to_string(&path).unwrap();
        let id = path.file_name().unwrap().to_str().unwrap().trim_end_matches(".certificate.json").to_owned();
        let instance =
            common::files("instances").into_iter().find(|path| path.file_stem().unwrap().to_str() == Some(&id));
        let instance = InstanceFile::read(std::fs::read(instance.expect("an instance of this name")).unwrap()).unwrap();
        assert_eq!(certify_file(&instance, &Options::default()).unwrap().certificate, expected, "{id}");
    }
}
