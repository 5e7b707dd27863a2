//! Reports: golden files, hostile titles, rejected certificates, folders.

mod common;

use relucert::certificate::certify_file;
use relucert::exhibit::{Exhibit, Paths, Step};
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
    Exhibit::new(&instance, &certificate, &paths, &BTreeMap::new(), None).unwrap()
}

fn exhibit_of(path: &str) -> Exhibit {
    exhibit(std::fs::read(root().join(path)).unwrap(), path)
}

/// All formats of a report, by their endings.
fn pages(exhibit: &Exhibit) -> [(&'static str, String); 4] {
    [
        ("html", html::page(exhibit)),
        ("tex", latex::page(exhibit, false)),
        ("md", markdown::page(exhibit, Some("the page"))),
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
fn directions_of_projections_can_be_chosen() {
    let path = "instances/wu-simsek-ged-2025/three-inputs-first-plateau.json";
    let report =
        |directions: &str| relucert(&["report", path, "--format", "markdown", "--directions", directions], root());
    let svg = |directions: &str| {
        relucert(&["report", path, "--format", "svg", "--picture", "weights", "--directions", directions], root())
    };
    for directions in ["0,2", "2, 0", "1,0,2;0,1,-1/2", "-1,0,0; 0,0.5,1e-3"] {
        let (code, picture, errors) = svg(directions);
        assert!(code == 0 && picture.contains("Input weights"), "{directions}: {errors}");
    }
    // The same plane by two names of it.
    let without_names = |svg: String| svg.lines().filter(|line| !line.contains("\u{2192}")).collect::<String>();
    assert_eq!(without_names(svg("0,2").1), without_names(svg("1,0,0;0,0,7").1));
    for (directions, reason) in [
        ("0,3", "there is no input 3: they are 0 to 2"),
        ("1,1", "input 1 twice spans no plane"),
        ("0", "expected two inputs, as in 0,2, or two vectors of 3 numbers"),
        ("1,0,0", "found 3 entries and no ;"),
        ("a,1", "\"a\" is no input"),
        ("1,0;0,1,0", "a direction needs 3 numbers"),
        ("1,0,0;0,1,1/0", "not a rational: \"1/0\""),
        ("1,2,3;-2,-4,-6", "the two vectors span no plane"),
        ("0,0,0;0,1,0", "the two vectors span no plane"),
        ("1,0,0;0,1,0;0,0,1", "found 3 parts"),
        ("\u{202e}0,1", "is no input"),
    ] {
        let (code, page, errors) = report(directions);
        assert!(code == 2 && page.is_empty() && errors.contains(reason), "{directions}: {errors}");
        assert!(!errors.contains('\u{202e}'), "{errors}");
    }
    for (path, reason) in [
        ("instances/kinks/one-concave-kink-tight.json", "there is no plane to choose"),
        ("instances/integral/no-escape-zigzag.json", "an integral loss has one input"),
        ("instances/kinks", "are for one instance"),
    ] {
        let (code, page, errors) = relucert(&["report", path, "--directions", "0,1"], root());
        assert!(code == 2 && page.is_empty() && errors.contains(reason), "{errors}");
    }
}

#[test]
fn directions_that_show_most_are_found_and_named() {
    // An escape neuron with its direction, and none.
    let escape = exhibit_of("instances/wu-simsek-ged-2025/three-inputs-first-plateau.json");
    let minimum = exhibit_of("instances/wu-simsek-ged-2025/three-inputs-end.json");
    let caption = |exhibit: &Exhibit, name: &str| {
        let picture = exhibit.pictures.iter().find(|picture| picture.name.starts_with(name)).expect(name);
        format!("{:?}", picture.caption)
    };
    for name in ["weights", "derivative"] {
        let caption = caption(&escape, name);
        assert!(caption.contains("escape direction of neuron"), "{caption}");
        assert!(caption.contains("input weight of neuron") || caption.contains("axis of input"), "{caption}");
    }
    let caption = caption(&minimum, "weights");
    assert!(
        caption.contains("the plane of the input weight of neuron 0 and the input weight of neuron 1"),
        "{caption}"
    );
}

/// Two inputs and a hidden bias: a neuron at the origin that can escape, and one with a kink.
#[test]
fn escape_directions_are_drawn_among_the_data() {
    let instance = json!({
        "format": "relucert.instance/1", "id": "slice", "activation": "relu",
        "samples": {"inputs": [["0", "0"], ["1", "0"], ["0", "1"], ["2", "1"]], "hidden_bias": true,
            "targets": ["1", "3", "-1", "2"]},
        "candidate": {"input_weights": [["0", "0", "0"]], "output_weights": ["0"]}
    });
    let exhibit = exhibit(instance.to_string().into_bytes(), "slice.json");
    let picture = exhibit.pictures.iter().find(|picture| picture.name == "inputs").expect("the plane of the inputs");
    assert!(picture.description.contains("Neuron 0 has the escape direction ("), "{}", picture.description);
    let drawn = svg::file(std::slice::from_ref(picture));
    assert!(drawn.contains("class=\"direction moved\"") && drawn.contains("0\u{2032}"), "{drawn}");
}

/// How many parts are shown as they stand in the certificate.
fn listings(steps: &[Step]) -> usize {
    let count = |step: &Step| match step {
        Step::Listing(_) => 1,
        Step::Fold(_, inner) => listings(inner),
        Step::Sentence(_) | Step::Table(_) => 0,
    };
    steps.iter().map(count).sum()
}

/// The examples of docs/certificate.md, by their ids: instance and certificate.
fn documented() -> BTreeMap<String, [String; 2]> {
    let page = std::fs::read_to_string(root().join("docs/certificate.md")).unwrap();
    let mut found: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for block in page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let Ok(value) = serde_json::from_str::<Value>(block) else { continue };
        let place = match value["format"].as_str() {
            Some("relucert.instance/1") => 0,
            Some("relucert.certificate/1") => 1,
            _ => continue,
        };
        found.entry(value["id"].as_str().unwrap().to_owned()).or_default()[place] = block.to_owned();
    }
    found.retain(|_, pair| pair.iter().all(|text| !text.is_empty()));
    found
}

fn documented_exhibit(id: &str, certificate: &str) -> Exhibit {
    let instance = InstanceFile::read(documented()[id][0].clone().into_bytes()).unwrap();
    let paths = Paths { instance: format!("{id}.json"), certificate: format!("{id}.certificate.json") };
    Exhibit::new(&instance, certificate, &paths, &BTreeMap::new(), None).unwrap()
}

#[test]
fn documented_certificates_are_put_in_words_and_formulas() {
    let documented = documented();
    assert!(documented.len() >= 4, "{:?}", documented.keys());
    for (id, [_, certificate]) in &documented {
        let exhibit = documented_exhibit(id, certificate);
        assert!(exhibit.evidence.iter().all(|piece| listings(&piece.steps) == 0), "{id}");
        for (format, page) in pages(&exhibit) {
            assert!(!page.contains("as it stands in the certificate"), "{id} as {format}");
        }
    }
    let exhibit =
        documented_exhibit("larger-singular-value-and-a-kink", &documented["larger-singular-value-and-a-kink"][1]);
    let [(_, html), (_, tex), (_, markdown), _] = pages(&exhibit);
    // docs/certificate.md gives this polynomial: 12 y^2 + 2 a^2 + 2 b^2 - 4 y b + 12 y^2 a + 3 y^2 a^2 + 3 y^2 b^2
    let polynomial = "12 x\u{2080}\u{b2} \u{2212} 4 x\u{2080} x\u{2082} + 2 x\u{2081}\u{b2} + 2 x\u{2082}\u{b2} + 12 x\u{2080}\u{b2} x\u{2081}";
    let spaced = |page: String| page.replace('\u{a0}', " ");
    assert!(spaced(html).contains(polynomial) && spaced(markdown).contains(polynomial));
    assert!(tex.contains("12x_{0}^{2}-4x_{0}x_{2}+2x_{1}^{2}+2x_{2}^{2}+12x_{0}^{2}x_{1}"), "{tex}");
}

/// Of every instance all evidence is put in words and formulas; nothing of it stands there as data.
#[test]
fn no_evidence_is_left_as_data() {
    let mut kinds = std::collections::BTreeSet::new();
    for path in common::files("instances") {
        let exhibit = exhibit(std::fs::read(&path).unwrap(), &path.display().to_string());
        for piece in &exhibit.evidence {
            assert_eq!(listings(&piece.steps), 0, "{} {}", exhibit.id, piece.pointer);
            kinds.insert(piece.pointer.rsplit('/').next().unwrap_or_default().to_owned());
        }
    }
    for kind in ["nonnegative", "constant", "second_order", "elimination", "descent", "strict_direction", "moment"] {
        assert!(kinds.contains(kind), "no instance has {kind}: {kinds:?}");
    }
}

#[test]
fn pictures_lie_beside_a_page_of_markdown() {
    let folder = tempfile::tempdir().unwrap();
    let instance = root().join("instances/kinks/one-concave-kink-tight.json");
    let instance = instance.to_str().unwrap();
    let page = folder.path().join("a page.md");
    let arguments = ["report", instance, "--format", "markdown", "-o", page.to_str().unwrap()];
    assert_eq!(relucert(&arguments, folder.path()).0, 0);
    let text = std::fs::read_to_string(&page).unwrap();
    let named: Vec<&str> = text.split("](a%20page.").skip(1).filter_map(|rest| rest.split(".svg)").next()).collect();
    assert_eq!(named, ["weights", "derivative-0"]);
    for name in named {
        let picture = std::fs::read_to_string(folder.path().join(format!("a page.{name}.svg"))).unwrap();
        assert!(picture.starts_with("<svg ") && picture.contains("<style>"), "{picture}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    // One picture of them; none on standard output, and none beside what is no file.
    let one = folder.path().join("one.md");
    let (code, _, _) =
        relucert(&["report", instance, "--format", "markdown", "--picture", "weights", "-o", "one.md"], folder.path());
    assert_eq!((code, std::fs::read_to_string(one).unwrap().matches(".svg)").count()), (0, 1));
    let (code, text, _) = relucert(&["report", instance, "--format", "markdown"], folder.path());
    assert!(code == 0 && !text.contains(".svg"), "{text}");
    let (code, _, _) = relucert(&["report", instance, "--format", "markdown", "-o", "/dev/null"], folder.path());
    assert_eq!((code, std::fs::read_dir(folder.path()).unwrap().count()), (0, 5));
    // A picture that can't be written: no page.
    std::fs::create_dir(folder.path().join("two.weights.svg")).unwrap();
    let (code, _, errors) = relucert(&["report", instance, "--format", "markdown", "-o", "two.md"], folder.path());
    assert!(code == 2 && errors.contains("two.weights.svg") && !folder.path().join("two.md").exists(), "{errors}");
    let (code, _, _) = relucert(
        &["report", root().join("instances/kinks").to_str().unwrap(), "--format", "markdown", "-o", "pages"],
        folder.path(),
    );
    assert!(code == 0 && folder.path().join("pages/one-concave-kink-tight.weights.svg").is_file());
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
