//! Reports: golden files, hostile titles, rejected certificates, folders.

mod common;

use relucert::certificate::certify_file;
use relucert::exhibit::{Exhibit, Paths};
use relucert::kink::Options;
use relucert::problem::InstanceFile;
use relucert::report::{html, latex, markdown, svg};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn exhibit(file: Vec<u8>, path: &str) -> Exhibit {
    let instance = InstanceFile::read(file).unwrap_or_else(|failure| panic!("{path}: {failure}"));
    let certificate = certify_file(&instance, &Options::default()).unwrap().certificate;
    let paths = Paths { instance: path.to_owned(), certificate: format!("{}.certificate.json", instance.id()) };
    Exhibit::new(&instance, &certificate, &paths, &BTreeMap::new()).unwrap()
}

/// All formats of a report, by their endings.
fn pages(exhibit: &Exhibit) -> [(&'static str, String); 4] {
    [
        ("html", html::page(exhibit)),
        ("tex", latex::page(exhibit, false)),
        ("md", markdown::page(exhibit)),
        ("svg", svg::file(&exhibit.pictures)),
    ]
}

fn relucert(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let output: Output =
        Command::new(env!("CARGO_BIN_EXE_relucert")).args(arguments).current_dir(folder).output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// With `RELUCERT_GOLDEN=write` the files are written instead of compared (docs/contributing.md).
#[test]
fn golden_reports_are_the_same_byte_for_byte() {
    let folder = root().join("tests/golden/report");
    for path in [
        "instances/kinks/one-concave-kink-tight.json",
        "instances/two-outputs/escape-beside-dead-neuron.json",
        "instances/one-neuron/hidden-bias.json",
        "instances/integral/no-escape-zigzag.json",
    ] {
        let exhibit = exhibit(std::fs::read(root().join(path)).unwrap(), path);
        for (ending, page) in pages(&exhibit) {
            let golden = folder.join(format!("{}.{ending}", exhibit.id));
            if std::env::var_os("RELUCERT_GOLDEN").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&golden, &page).unwrap();
            }
            let expected = std::fs::read_to_string(&golden).unwrap_or_default();
            let command = "RELUCERT_GOLDEN=write cargo test --test report golden";
            assert!(page == expected, "{} has changed; look at it, then: {command}", golden.display());
        }
    }
}

#[test]
fn every_instance_has_a_whole_report() {
    for path in common::files("instances") {
        let exhibit = exhibit(std::fs::read(&path).unwrap(), &path.display().to_string());
        assert!(!exhibit.sentence.0.is_empty() && exhibit.verdict != "open", "{}", exhibit.id);
        for (format, page) in pages(&exhibit) {
            for broken in ["NaN", "inf\"", "inf,", "&lt;span"] {
                assert!(!page.contains(broken), "{} as {format}: {broken}", exhibit.id);
            }
        }
        // All evidence is shown below some claim.
        let page = html::page(&exhibit);
        let shown = exhibit.evidence.iter().filter(|piece| page.contains(&piece.pointer)).count();
        let homes =
            exhibit.evidence.iter().all(|piece| exhibit.claims.iter().any(|claim| claim.property == piece.home));
        assert!(shown == exhibit.evidence.len() && homes, "{}", exhibit.id);
    }
}

const HOSTILE: &str = "</title><script>alert(1)</script>\" onload=\"x' $\\input{/etc/passwd}$ %_#&~^ [l](javascript:x) `|` \
                       \u{1b}[31mred\u{202e}evil\u{0}";

fn hostile() -> Vec<u8> {
    let path = root().join("instances/kinks/one-concave-kink-tight.json");
    let mut instance: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    instance["title"] = HOSTILE.into();
    instance["source"] = json!({
        "citation": HOSTILE, "doi": HOSTILE, "arxiv": HOSTILE, "location": HOSTILE, "claim": HOSTILE
    });
    instance["expected"] = json!({ "because": HOSTILE });
    instance.to_string().into_bytes()
}

#[test]
fn hostile_titles_are_shown_as_text() {
    let exhibit = exhibit(hostile(), "a'; rm -rf \u{202e}b.json");
    for (format, page) in pages(&exhibit) {
        let hidden = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert_eq!(page.chars().find(|c| hidden(*c)), None, "{format}");
        match format {
            "html" => {
                assert!(!page.contains("<script"), "{format}");
                assert!(page.contains("&lt;/title&gt;&lt;script&gt;alert(1)"), "{format}");
                assert!(!page.contains("\" onload=\"") && page.contains("\\u{202e}evil"), "{format}");
            }
            "tex" => {
                // In the text; what stands in a listing is no TeX.
                let title = page.lines().find(|line| line.starts_with("\\subsection")).unwrap();
                assert!(title.contains("\\textbackslash{}input\\{/etc/passwd\\}\\$ \\%\\_\\#\\&"), "{title}");
                assert!(!page.contains("\\input{/etc"), "{format}");
            }
            "md" => {
                let title = page.lines().next().unwrap();
                assert!(title.contains("&lt;script>") && title.contains("\\[l\\](javascript:x) \\`\\|\\`"), "{title}");
            }
            _ => {}
        }
    }
}

#[test]
fn hostile_titles_are_text_in_an_index_too() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("in/a.json"), hostile()).unwrap();
    let (_, index, errors) = relucert(&["report", "in"], folder.path());
    assert!(index.contains("&lt;script&gt;alert(1)") && !index.contains("<script>alert"), "{errors}");
    assert!(!index.contains('\u{202e}') && !index.contains('\u{1b}'));
    let (code, index, _) = relucert(&["report", "in", "--format", "markdown"], folder.path());
    assert!(code == 0 && index.contains("&lt;script>alert(1)") && !index.contains("\n\n\n"), "{index}");

    // What is unreadable is said, and the others are shown all the same.
    std::fs::write(folder.path().join("in/b.json"), "{").unwrap();
    let (code, index, errors) = relucert(&["report", "in"], folder.path());
    assert!(code == 2 && index.contains("<td") && errors.contains("b.json"), "{errors}");
}

#[test]
fn a_report_shows_what_the_certificate_proves_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let source = root().join("instances/two-outputs/pinned-with-radius.json");
    std::fs::copy(&source, folder.path().join("a.json")).unwrap();
    let certificate = "pinned-with-radius.certificate.json";
    assert_eq!(relucert(&["check", "a.json", "--certificate", certificate, "--quiet"], folder.path()).0, 0);
    let (code, made, _) = relucert(&["report", "a.json"], folder.path());
    let (with, shown, _) = relucert(&["report", "a.json", certificate], folder.path());
    assert_eq!((code, with, made == shown), (0, 0, true));

    // Claims that are taken away are open; claims that are changed are refused, without a page.
    let path = folder.path().join(certificate);
    let mut document: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    document["claims"].as_object_mut().unwrap().remove("spurious");
    std::fs::write(&path, document.to_string()).unwrap();
    let (code, page, _) = relucert(&["report", "a.json", certificate, "--format", "markdown"], folder.path());
    assert_eq!(
        (code, page.contains("| spurious | **open** | The certificate claims nothing here. |")),
        (0, true),
        "{page}"
    );
    document["claims"]["local_minimum"] = "no".into();
    std::fs::write(&path, document.to_string()).unwrap();
    for format in ["html", "latex", "markdown", "svg"] {
        let (code, page, errors) = relucert(&["report", "a.json", certificate, "--format", format], folder.path());
        assert_eq!((code, page.as_str()), (20, ""), "{errors}");
        assert!(errors.contains("rejected"), "{errors}");
    }
    std::fs::write(&path, "[").unwrap();
    assert_eq!(relucert(&["report", "a.json", certificate], folder.path()).0, 2);
    assert_eq!(relucert(&["report", "missing.json"], folder.path()).0, 2);
}

#[test]
fn pictures_bibliography_and_documents() {
    let path = "instances/wu-simsek-ged-2025/scalar-origin.json";
    let (code, entries, _) = relucert(&["report", path, "--cite"], root());
    assert_eq!((code, entries.matches("\n}\n").count()), (0, 3), "{entries}");
    let (code, picture, _) = relucert(&["report", path, "--format", "svg", "--picture", "descent"], root());
    assert_eq!((code, picture.matches("<desc").count()), (0, 1));
    let (code, _, errors) = relucert(&["report", path, "--format", "svg", "--picture", "nothing"], root());
    assert!(code == 2 && errors.contains("descent"), "{errors}");
    let (code, document, _) = relucert(&["report", path, "--format", "latex", "--standalone"], root());
    assert!(code == 0 && document.contains("\\documentclass{article}") && document.ends_with("\\end{document}\n"));
}

#[test]
fn a_folder_has_an_index_and_a_page_for_each_instance() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    let arguments = ["report", "instances/kinks", "-o", pages.to_str().unwrap()];
    let (code, stdout, errors) = relucert(&arguments, root());
    assert_eq!((code, stdout.as_str()), (0, ""), "{errors}");
    let index = std::fs::read_to_string(pages.join("index.html")).unwrap();
    let linked: Vec<&str> = index.split("<td><a href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(linked.len(), common::files("instances/kinks").len());
    assert!(linked.iter().all(|page| pages.join(page).is_file()), "{linked:?}");
    assert!(index.contains("data-verdict=\"spurious local minimum\""), "{index}");
    assert_eq!(relucert(&arguments, root()).0, 2, "the folder isn't empty any more");
    assert_eq!(relucert(&["report", "instances/kinks", "--format", "svg"], root()).0, 2);
    let (code, text, _) = relucert(&["report", "instances/kinks", "--format", "markdown"], root());
    assert!(code == 0 && text.starts_with("# kinks\n"), "{text}");
}

#[test]
fn a_run_is_shown_with_what_its_plateaus_are() {
    let folder = tempfile::tempdir().unwrap();
    let data = root().join("instances/wu-simsek-ged-2025/experiment-1.data.json");
    let run =
        ["run", data.to_str().unwrap(), "--width", "6", "--init-scale", "1e-4", "--steps", "60000", "--out", "run"];
    let (code, stdout, errors) = relucert(&run, folder.path());
    assert!(code == 0 || code == 10, "{stdout}{errors}");
    let (code, page, errors) = relucert(&["report", "run"], folder.path());
    assert_eq!(code, 0, "{errors}");
    assert!(page.contains("The loss over a training run") && page.contains("id=\"plateaus\""));
    assert!(page.contains("Norms over time") && page.contains("Angles over time") && !page.contains("NaN"));
    let (code, picture, _) = relucert(&["report", "run", "--format", "svg"], folder.path());
    assert!(code == 0 && picture.contains("class=\"graph\"") && !picture.contains("NaN"));
    assert_eq!(relucert(&["report", "run", "--format", "latex"], folder.path()).0, 2);
}
