//! The LaTeX of reports compiles, where pdflatex is installed; otherwise the test says so and passes.

use std::path::Path;
use std::process::{Command, Stdio};

fn compiles(folder: &Path, name: &str) {
    let output = Command::new("pdflatex")
        .args(["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", name])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("pdflatex runs");
    let log = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {log}");
}

#[test]
fn documents_and_fragments_compile() {
    if Command::new("pdflatex").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: pdflatex is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (index, path) in [
        "instances/kinks/one-concave-kink-tight.json",
        "instances/wu-simsek-ged-2025/three-inputs-first-plateau.json",
        "instances/wu-simsek-ged-2025/experiment-2-end.json",
        "instances/two-outputs/fourth-order-saddle.json",
        "instances/integral/touching-at-irrational-points.json",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("report-{index}.tex");
        let status = Command::new(env!("CARGO_BIN_EXE_relucert"))
            .args(["report", path, "--format", "latex", "--standalone", "-o"])
            .arg(folder.path().join(&name))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("relucert runs");
        assert!(status.success(), "{path}");
        compiles(folder.path(), &name);
    }
    // A fragment in an article, with a title that tries to be TeX.
    let instance = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/one-neuron/zero-weight-pinned.json"),
    );
    let mut instance: serde_json::Value = serde_json::from_str(&instance.expect("a file")).expect("JSON");
    instance["title"] = "\\undefined $x^ {%_# & ~ \" ` ' <>| -- \u{202e} \u{4f60}\u{e9}\u{15f}\u{1b}".into();
    instance["source"] = serde_json::json!({ "citation": "\\end{document} \u{2265} $", "location": "}{" });
    std::fs::write(folder.path().join("a.json"), instance.to_string()).expect("a file");
    let status = Command::new(env!("CARGO_BIN_EXE_relucert"))
        .args(["report", "a.json", "--format", "latex", "-o", "fragment.tex"])
        .current_dir(folder.path())
        .status()
        .expect("relucert runs");
    assert!(status.success());
    let article =
        "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\\appendix\\input{fragment}\\end{document}\n";
    std::fs::write(folder.path().join("article.tex"), article).expect("a file");
    compiles(folder.path(), "article.tex");
}
