//! The first-order questions about a candidate as SMT-LIB 2.6 files (logic QF_LRA), for anyone's solver.
//!
//! The formulas are the definition of docs/theory.md, section 3.1, word for word: a sum over samples, with the sign of
//! `u.x_k` decided by the solver at each boundary sample. Neither kink forms nor activation patterns are used, so a
//! solver that agrees has judged those too.
//!
//! | question | `sat` means | section |
//! |---|---|---|
//! | [`Asked::Stationary`] | not stationary | 3.2 |
//! | [`Asked::Escape`] | an escape neuron, at a stationary candidate | 3.4 |
//! | [`Asked::Constant`] | `C_i` fails | 5.1 |
//! | [`Asked::LeastConstant`] | no smaller `C_i` would do | 5.2 |
//!
//! [`polynomial_question`] is of another kind (QF_NRA): what is left where it is open whether a candidate with escape
//! neurons is a local minimum.

mod formula;
mod polynomial;
mod question;

use crate::empirical::{Evidence, Findings, NeuronEvidence, residuals};
use crate::problem::{Instance, Property, Verdict};
use crate::rational::Rational;
use formula::Derivative;
use num_traits::Signed;
pub use polynomial::polynomial_question;
pub use question::{Asked, Question, Status};

/// All questions about an instance, neuron by neuron, with the answers that its findings contain. None if the input
/// weights are not trained: what is left, (H) and (C), is arithmetic.
pub fn questions(instance: &Instance, findings: &Findings) -> Vec<Question> {
    if !instance.trained.input_weights {
        return Vec::new();
    }
    let residuals = residuals(instance);
    let one_neuron = |neuron: usize| {
        let evidence = findings.evidence.neurons.iter().find(|evidence| evidence.neuron == neuron);
        let descends = descends(&Derivative::of(instance, &residuals, neuron), &findings.evidence);
        let question = move |asked, status| Question { neuron, asked, status };
        let mut questions = vec![
            question(Asked::Stationary, stationary_status(findings, descends)),
            question(Asked::Escape, escape_status(instance, findings, neuron, evidence, descends)),
        ];
        if let Some(constant) = evidence.and_then(|evidence| evidence.constant.as_ref()) {
            let value = || constant.value.clone();
            for output in 0..instance.candidate.outputs() {
                for plus in [true, false] {
                    questions.push(question(Asked::Constant { value: value(), output, plus }, Status::Unsat));
                }
            }
            questions.push(question(Asked::LeastConstant { value: value() }, Status::Sat));
        }
        questions
    };
    (0..instance.candidate.width()).flat_map(one_neuron).collect()
}

/// Whether the curve of descent starts in a direction u of this neuron with `g_i(u) < 0`.
fn descends(derivative: &Derivative<'_>, evidence: &Evidence) -> bool {
    let first = evidence.descent.as_ref().and_then(|descent| descent.coefficients.first());
    let direction: Option<&Vec<Rational>> = first.and_then(|change| change.input_weights.get(derivative.neuron));
    direction.is_some_and(|u| derivative.g_at(u).is_negative())
}

fn stationary_status(findings: &Findings, descends: bool) -> Status {
    match findings.verdicts.get(&Property::Stationary) {
        Some(Verdict::Yes) => Status::Unsat,
        _ if descends => Status::Sat,
        _ => Status::Unknown,
    }
}

fn escape_status(
    instance: &Instance, findings: &Findings, neuron: usize, evidence: Option<&NeuronEvidence>, descends: bool,
) -> Status {
    use crate::problem::EscapeNeurons::Found;
    let escapes = evidence.is_some_and(|evidence| evidence.escape_direction.is_some());
    let bounded = evidence.is_some_and(|evidence| evidence.constant.is_some());
    match &findings.escape_neurons {
        _ if escapes || descends => Status::Sat,
        _ if bounded => Status::Unsat,
        // With one layer fixed the list is empty by definition and answers nothing.
        Found(found) if instance.trained.both_layers() && !found.contains(&neuron) => Status::Unsat,
        _ => Status::Unknown,
    }
}
