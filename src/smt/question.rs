//! One question: its name, its words and its formula.

use super::formula::{Derivative, linear};
use crate::empirical::residuals;
use crate::problem::Instance;
use crate::rational::{Rational, write};
use num_traits::One;
use std::fmt;

/// A question about one neuron i: is there u with ...?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// i
    pub neuron: usize,
    /// What is asked.
    pub asked: Asked,
    /// What relucert answers.
    pub status: Status,
}

/// What is asked of u.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// `g_i(u) < 0`
    Stationary,
    /// `g_i(u) <= 0` and `d_ij(u) != 0` for some output j
    Escape,
    /// `C_i g_i(u) + s d_ij(u) < 0`
    Constant {
        /// `C_i`
        value: Rational,
        /// j
        output: usize,
        /// Whether s = +1.
        plus: bool,
    },
    /// `C g_i(u) + s d_ij(u) < 0` for some output j and sign s, with `C = C_i (1 - 10^-9)`
    LeastConstant {
        /// `C_i`
        value: Rational,
    },
}

/// The answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// There is such a u.
    Sat,
    /// There is none.
    Unsat,
    /// Not answered.
    Unknown,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Sat => "sat",
            Status::Unsat => "unsat",
            Status::Unknown => "unknown",
        })
    }
}

/// `C (1 - 10^-9)`
fn slightly_less(constant: &Rational) -> Rational {
    constant * (Rational::one() - Rational::new(1.into(), 1_000_000_000.into()))
}

impl Question {
    /// The name of the question's file: `<id>.neuron-<i>.<question>.smt2`.
    pub fn file_name(&self, id: &str) -> String {
        let asked = match &self.asked {
            Asked::Stationary => "stationary".to_owned(),
            Asked::Escape => "escape".to_owned(),
            Asked::Constant { output, plus, .. } => {
                format!("constant-{output}-{}", if *plus { "plus" } else { "minus" })
            }
            Asked::LeastConstant { .. } => "constant-is-least".to_owned(),
        };
        format!("{id}.neuron-{}.{asked}.smt2", self.neuron)
    }

    /// The whole file. Cost: the residuals, and n (d + J) numbers of text.
    pub fn text(&self, instance: &Instance) -> String {
        let residuals = residuals(instance);
        let derivative = Derivative::of(instance, &residuals, self.neuron);
        let mut comments =
            vec![format!("relucert {}: instance {}, neuron {}", env!("CARGO_PKG_VERSION"), instance.id, self.neuron)];
        comments.push(String::new());
        comments.extend(self.words(instance));
        comments.push(match self.status {
            Status::Unknown => "relucert gives no answer to this question.".to_owned(),
            answer => format!("relucert answers: {answer}"),
        });
        comments.push(String::new());
        comments.extend(derivative.comments());
        let comments: String = comments.iter().map(|line| format!("; {line}").trim_end().to_owned() + "\n").collect();
        format!(
            "{comments}\n(set-info :smt-lib-version 2.6)\n(set-logic QF_LRA)\n(set-info :source |relucert {}, instance {}|)\n\
             (set-info :status {})\n\n{}\n{}(check-sat)\n(exit)\n",
            env!("CARGO_PKG_VERSION"),
            instance.id,
            self.status,
            derivative.declarations(),
            self.assertions(instance.candidate.outputs()),
        )
    }

    /// The question, and what its answers mean.
    fn words(&self, instance: &Instance) -> Vec<String> {
        let i = self.neuron;
        let mut lines: Vec<String> = match &self.asked {
            Asked::Stationary => vec![
                format!("Question: is there u with g_{i}(u) < 0? (docs/theory.md, section 3.2)"),
                format!("sat: yes, and the loss falls when w_{i} moves along u; the candidate is not stationary."),
                format!("unsat: no, g_{i} is nonnegative: (W) holds for this neuron."),
            ],
            Asked::Escape => vec![
                format!(
                    "Question: is there u with g_{i}(u) <= 0 and some d_{i}j(u) != 0? (docs/theory.md, section 3.4)"
                ),
                format!(
                    "sat: yes. At a stationary candidate neuron {i} is an escape neuron, and u an escape direction;"
                ),
                format!("     elsewhere u may just have g_{i}(u) < 0."),
                format!("unsat: no. At a stationary candidate neuron {i} is not an escape neuron."),
            ],
            Asked::Constant { value, output, plus } => {
                let (constant, sign) = (write(value), if *plus { '+' } else { '-' });
                vec![
                    format!("Question: is there u with C g_{i}(u) {sign} d_{i}{output}(u) < 0 for C = {constant}?"),
                    "(docs/theory.md, section 5.1)".to_owned(),
                    format!("sat: yes, and (5.1) fails for this C_{i}."),
                    format!("unsat: no: (5.1) holds for this C_{i}, this output and this sign."),
                ]
            }
            Asked::LeastConstant { value } => vec![
                format!("Question: with C = {} (1 - 10^-9),", write(value)),
                format!("is there u with C g_{i}(u) + s d_{i}j(u) < 0 for some output j and s = +1 or -1?"),
                "(docs/theory.md, section 5.2)".to_owned(),
                format!("sat: yes, a C_{i} that is smaller by one part in 10^9 would not do."),
                format!("unsat: no, {} is not the least C_{i}.", write(value)),
                format!("(A certificate proves that C_{i} will do. That it is the least rests on Proposition 8.1.)"),
            ],
        };
        if self.asked == Asked::Escape && !instance.trained.output_weights {
            lines
                .push("The output weights are not trained: by definition there are no escape neurons here.".to_owned());
        }
        lines
    }

    fn assertions(&self, outputs: usize) -> String {
        let negative = |constant: &Rational, output: usize, plus: bool| {
            let sign = if plus { Rational::one() } else { -Rational::one() };
            let form = linear([(constant.clone(), "g".to_owned()), (sign, format!("d_{output}"))]);
            format!("(< {form} 0)")
        };
        match &self.asked {
            Asked::Stationary => "(assert (< g 0))\n".to_owned(),
            Asked::Escape => {
                let not_zero = (0..outputs).map(|j| format!("(not (= d_{j} 0))")).collect();
                format!("(assert (<= g 0))\n(assert {})\n", any(not_zero))
            }
            Asked::Constant { value, output, plus } => format!("(assert {})\n", negative(value, *output, *plus)),
            Asked::LeastConstant { value } => {
                let less = slightly_less(value);
                let both = |output| [true, false].map(|plus| negative(&less, output, plus));
                format!("(assert {})\n", any((0..outputs).flat_map(both).collect()))
            }
        }
    }
}

/// The disjunction of at least one statement; `or` takes two or more.
fn any(statements: Vec<String>) -> String {
    match statements.as_slice() {
        [statement] => statement.clone(),
        _ => format!("(or {})", statements.join(" ")),
    }
}
