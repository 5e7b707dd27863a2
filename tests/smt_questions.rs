//! The questions for SMT solvers: the formulas are those of docs/theory.md, the answers that they carry are right, and
//! the command writes them where it should.

mod common;

use common::random::random_instance;
use common::smt::holds_at;
use common::{rational, rays};
use num_traits::{One, Signed};
use relucert::certificate::certify;
use relucert::empirical::{Model, NeuronModel, decide_exhaustively};
use relucert::kink::Options;
use relucert::linear::{is_zero, primitive};
use relucert::problem::Instance;
use relucert::rational::Rational;
use relucert::smt::{Asked, Question, Status, questions};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

/// What is asked, in kink forms.
fn by_kink_forms(neuron: &NeuronModel, asked: &Asked, u: &[Rational]) -> bool {
    let (g, d) = (neuron.g.value(u), neuron.d_at(u));
    match asked {
        Asked::Stationary => g.is_negative(),
        Asked::Escape => !g.is_positive() && !is_zero(&d),
        Asked::Constant { value, output, plus } => {
            let d = if *plus { d[*output].clone() } else { -&d[*output] };
            (value * g + d).is_negative()
        }
        Asked::LeastConstant { value } => {
            let less = value * (Rational::one() - rational(1, 1_000_000_000)) * g;
            d.iter().any(|d| less < d.abs())
        }
    }
}

/// Rays of the neuron's boundary arrangement, and sums of two of them.
fn directions(instance: &Instance, neuron: &NeuronModel) -> Vec<Vec<Rational>> {
    let boundary = neuron.boundary.iter().filter_map(|k| primitive(&instance.samples.inputs[*k]));
    let lines: std::collections::BTreeSet<Vec<_>> = boundary.map(|(line, _)| line).collect();
    let lines: Vec<Vec<Rational>> =
        lines.into_iter().map(|line| line.into_iter().map(Rational::from).collect()).collect();
    let rays = rays(&lines, instance.candidate.inputs());
    let sums = rays.windows(2).map(|pair| pair[0].iter().zip(&pair[1]).map(|(a, b)| a + b).collect());
    sums.collect::<Vec<_>>().into_iter().chain(rays.clone()).take(40).collect()
}

#[test]
fn formulas_say_what_kink_forms_say() {
    let (seed, mut tally) = (7, BTreeMap::new());
    for case in 0..150 {
        let text = random_instance(seed, case);
        let instance = Instance::read(text.clone().into_bytes()).expect("an instance");
        let findings = certify(&instance, &Options::default()).expect("a certificate").findings;
        let exhaustive = decide_exhaustively(&instance, 1_000_000).expect("a small instance");
        let model = Model::new(&instance);
        for question in questions(&instance, &findings) {
            let Question { neuron, asked, status } = &question;
            let file = question.text(&instance);
            assert!(file.contains(&format!("\n(set-info :status {status})\n")), "{file}");
            let found = directions(&instance, &model.neurons[*neuron]).into_iter().fold(false, |found, u| {
                let holds = holds_at(&file, &u);
                assert_eq!(holds, by_kink_forms(&model.neurons[*neuron], asked, &u), "at {u:?}: {file}");
                found || holds
            });
            assert!(!found || *status != Status::Unsat, "refuted: {file}");
            let patterns = &exhaustive.neurons[*neuron];
            let expected = match asked {
                Asked::Stationary => !patterns.nonnegative,
                Asked::Escape => patterns.escapes,
                Asked::Constant { value, .. } => patterns.constant.as_ref() != Some(value),
                Asked::LeastConstant { value } => patterns.constant.as_ref() == Some(value),
            };
            assert!(*status == Status::Unknown || (*status == Status::Sat) == expected, "patterns disagree: {file}");
            let word = format!("{asked:?}").split([' ', '{']).next().unwrap_or_default().to_owned();
            *tally.entry(format!("{word} {status}")).or_insert(0) += 1;
        }
        // Evidence answers its question.
        for evidence in &findings.evidence.neurons {
            let Some(u) = &evidence.escape_direction else { continue };
            let escape = Question { neuron: evidence.neuron, asked: Asked::Escape, status: Status::Sat };
            assert!(holds_at(&escape.text(&instance), u), "{text}");
        }
    }
    println!("{tally:#?}");
    assert!(tally.values().all(|count| *count >= 3) && tally.len() == 8, "the instances are too much alike: {tally:?}");
}

fn check(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relucert"));
    command.arg("check").args(arguments).current_dir(folder).output().expect("relucert runs")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn files_are_written_for_every_instance() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let instances = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances");
    let at = |name: &str| instances.join(name).to_string_lossy().into_owned();
    let pinned = at("two-outputs/pinned-with-radius.json");
    let output = check(&[&pinned, &at("one-neuron/dead-neuron.json"), "--export-smt2", "new/folder"], folder.path());
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    let expected = [
        "dead-neuron.neuron-0.escape.smt2",
        "dead-neuron.neuron-0.stationary.smt2",
        "pinned-with-radius.neuron-0.constant-0-minus.smt2",
        "pinned-with-radius.neuron-0.constant-0-plus.smt2",
        "pinned-with-radius.neuron-0.constant-1-minus.smt2",
        "pinned-with-radius.neuron-0.constant-1-plus.smt2",
        "pinned-with-radius.neuron-0.constant-is-least.smt2",
        "pinned-with-radius.neuron-0.escape.smt2",
        "pinned-with-radius.neuron-0.stationary.smt2",
    ];
    assert_eq!(names(&folder.path().join("new/folder")), expected);
    let file = folder.path().join("new/folder").join(expected[6]);
    let file = std::fs::read_to_string(file).expect("a question");
    let formula = file.split_once("\n\n").expect("a header, a blank line, a formula").1;
    assert_eq!(
        formula,
        "(set-info :smt-lib-version 2.6)
(set-logic QF_LRA)
(set-info :source |relucert 0.1.0, instance pinned-with-radius|)
(set-info :status sat)

(declare-const u_0 Real)
(declare-const z_0 Real)
(assert (= z_0 u_0))
(declare-const t_0 Real)
(assert (=> (>= z_0 0) (= t_0 z_0)))
(assert (=> (< z_0 0) (= t_0 0)))
(declare-const d_0 Real)
(assert (= d_0 (- t_0)))
(declare-const d_1 Real)
(assert (= d_1 0))
(declare-const g Real)
(assert (= g (- d_0)))

(assert (or (< (+ (* (/ 999999999 1000000000) g) d_0) 0) (< (+ (* (/ 999999999 1000000000) g) (- d_0)) 0) \
         (< (+ (* (/ 999999999 1000000000) g) d_1) 0) (< (+ (* (/ 999999999 1000000000) g) (- d_1)) 0)))
(check-sat)
(exit)
"
        .replace("0.1.0", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn without_trained_input_weights_there_is_nothing_to_ask() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let instance = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/one-neuron/output-weights-only.json");
    let output = check(&[&instance.to_string_lossy(), "--export-smt2", "out"], folder.path());
    assert_eq!(output.status.code(), Some(0));
    let said = "note: output-weights-only: nothing to ask a solver, because the input weights are not trained\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), said);
    assert!(names(&folder.path().join("out")).is_empty());
}

#[test]
fn a_folder_that_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let instance = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/one-neuron/dead-neuron.json");
    let instance = instance.to_string_lossy().into_owned();
    std::fs::write(folder.path().join("wall"), "a file").expect("a file");
    std::fs::create_dir_all(folder.path().join("taken/dead-neuron.neuron-0.escape.smt2")).expect("a folder");
    for (place, words) in [("-", "takes a folder"), ("wall", "wall"), ("wall/in", "wall/in"), ("taken", "escape.smt2")]
    {
        let output = check(&[&instance, "--export-smt2", place], folder.path());
        assert_eq!(output.status.code(), Some(2), "{place}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{place}: {output:?}");
    }
    let left: Vec<String> = names(&folder.path().join("taken"));
    assert!(left.iter().all(|name| !name.starts_with(".relucert")), "{left:?}");
}
