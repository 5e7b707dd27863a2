//! Random instances, judged three ways: by the prover (its certificate accepted by the checker), from all activation
//! patterns, and by an SMT solver that knows nothing of us. It stops at the first disagreement.
//!
//! An optional target, because it needs Python with a solver: docs/trust.md, section "An outside judge".

mod common;

use common::random::{random_instance, setting};
use common::rational;
use num_traits::Signed;
use relucert::certificate::certify;
use relucert::empirical::{Exhaustive, Findings, Model, decide_exhaustively};
use relucert::kink::{Answer, Options, decide_nonnegative};
use relucert::problem::EscapeNeurons;
use relucert::problem::{Instance, Property, Verdict};
use relucert::smt::{Asked, Question, Status, questions};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A solver in a process of its own.
struct Judge {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Judge {
    /// The solver that `RELUCERT_SOLVER` names, or the first that is installed; `none` for no solver.
    fn start() -> Option<Judge> {
        let solver = std::env::var("RELUCERT_SOLVER").ok();
        if solver.as_deref() == Some("none") {
            println!("judge: none");
            return None;
        }
        let mut child = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outside/judge.py"))
            .args(solver)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let (questions, answers) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let mut judge = Judge { child, questions, answers: BufReader::new(answers) };
        let Some(name) = judge.line() else {
            let _ = judge.child.wait();
            panic!("no judge: judge.py says above what to install; RELUCERT_SOLVER=none does without");
        };
        println!("{name}");
        Some(judge)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line).expect("an answer in UTF-8");
        (read > 0).then(|| line.trim_end().to_owned())
    }

    fn ask(&mut self, question: &str) -> String {
        let sent = self.questions.write_all(question.as_bytes()).and_then(|()| self.questions.flush());
        sent.ok().and_then(|()| self.line()).unwrap_or_else(|| "no answer, judge.py has ended".to_owned())
    }

    fn finish(self) {
        let Judge { mut child, questions, .. } = self;
        drop(questions);
        assert!(child.wait().expect("judge.py ends").success());
    }
}

/// What all activation patterns say about a question.
fn by_patterns(exhaustive: &Exhaustive, question: &Question) -> Status {
    let neuron = &exhaustive.neurons[question.neuron];
    let holds = match &question.asked {
        Asked::Stationary => !neuron.nonnegative,
        Asked::Escape => neuron.escapes,
        Asked::Constant { value, .. } => neuron.constant.as_ref().is_none_or(|least| value < least),
        Asked::LeastConstant { value } => neuron.constant.as_ref() == Some(value) && value.is_positive(),
    };
    if holds { Status::Sat } else { Status::Unsat }
}

/// How the prover and the patterns differ, if they do.
fn difference(instance: &Instance, findings: &Findings, exhaustive: &Exhaustive) -> Option<String> {
    if findings.verdicts[&Property::Stationary] == Verdict::Undecided {
        return Some("stationary: undecided".to_owned());
    }
    if findings.escape_neurons == EscapeNeurons::Undecided {
        return Some("escape neurons: undecided".to_owned());
    }
    // Kink form by kink form too, where another neuron or (H) has settled stationarity already.
    let model = Model::new(instance);
    let kinks = exhaustive.neurons.iter().zip(&model.neurons).position(|(patterns, neuron)| {
        let answer = decide_nonnegative(&neuron.g, &Options::default());
        matches!(answer, Answer::Limit) || matches!(answer, Answer::Nonnegative(_)) != patterns.nonnegative
    });
    let kinks = kinks.map(|neuron| format!("whether g of neuron {neuron} is nonnegative"));
    exhaustive.contradiction(instance, findings).or(kinks)
}

#[derive(Default)]
struct Tally(BTreeMap<String, u64>);

impl Tally {
    fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    fn findings(&mut self, findings: &Findings) {
        self.count(format!("stationary: {}", findings.show(Property::Stationary)));
        if findings.verdicts[&Property::Stationary] == Verdict::Yes {
            let escapes = matches!(&findings.escape_neurons, EscapeNeurons::Found(found) if !found.is_empty());
            self.count(format!("escape neurons: {}", if escapes { "some" } else { "none" }));
        }
        for constant in findings.evidence.neurons.iter().filter_map(|evidence| evidence.constant.as_ref()) {
            self.count("constants");
            if constant.value > rational(1_000_000, 1) {
                self.count("constants above 10^6");
            }
        }
    }
}

fn word(asked: &Asked) -> &'static str {
    match asked {
        Asked::Stationary => "stationary",
        Asked::Escape => "escape",
        Asked::Constant { .. } => "constant",
        Asked::LeastConstant { .. } => "constant-is-least",
    }
}

#[test]
fn prover_patterns_and_solver_agree() {
    let (seed, first) = (setting("RELUCERT_SEED", 20_260), setting("RELUCERT_RANDOM_FIRST", 0));
    let count = setting("RELUCERT_RANDOM_COUNT", 300);
    println!("seed {seed}, cases {first} to {}", first + count - 1);
    let mut judge = Judge::start();
    let mut tally = Tally::default();
    for case in first..first + count {
        let text = random_instance(seed, case);
        let here = || format!("seed {seed}, case {case}:\n{text}");
        let instance = Instance::read(text.clone().into_bytes()).unwrap_or_else(|e| panic!("{e}: {}", here()));
        let certified = certify(&instance, &Options::default()).unwrap_or_else(|e| panic!("{e}: {}", here()));
        let findings = &certified.findings;
        let exhaustive = decide_exhaustively(&instance, 1_000_000).unwrap_or_else(|e| panic!("{e}: {}", here()));
        let difference = difference(&instance, findings, &exhaustive);
        assert!(difference.is_none(), "prover and patterns differ: {difference:?}: {}", here());
        tally.findings(findings);
        for question in questions(&instance, findings) {
            let file = question.text(&instance);
            let patterns = by_patterns(&exhaustive, &question);
            let answered = question.status == patterns || question.status == Status::Unknown;
            assert!(answered, "the prover says {}, patterns {patterns}: {}\n{file}", question.status, here());
            let Some(judge) = &mut judge else { continue };
            let answer = judge.ask(&file);
            assert_eq!(answer, patterns.to_string(), "solver (left) and patterns (right): {}\n{file}", here());
            tally.count(format!("question {}: {answer}", word(&question.asked)));
        }
        if (case - first + 1) % 10_000 == 0 {
            println!("{} instances agree", case - first + 1);
        }
    }
    println!("{count} instances agree: {:#?}", tally.0);
    if let Some(judge) = judge {
        judge.finish();
    }
}
