//! The derivative of one neuron, straight from its definition, as numbers and as SMT-LIB text.

use crate::linear::dot;
use crate::problem::Instance;
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};
use std::fmt::Write;

/// `d_i(u) = sum_k e_k rho'(w_i.x_k; u.x_k)` and `g_i(u) = h_i . d_i(u)`: docs/theory.md, section 3.1.
pub(super) struct Derivative<'a> {
    instance: &'a Instance,
    /// `e_k`: n rows of length J.
    residuals: &'a [Vec<Rational>],
    /// i
    pub(super) neuron: usize,
    /// `w_i.x_k`: length n.
    preactivations: Vec<Rational>,
}

impl<'a> Derivative<'a> {
    /// The derivative of neuron i; `residuals` are those of the candidate.
    pub(super) fn of(instance: &'a Instance, residuals: &'a [Vec<Rational>], neuron: usize) -> Derivative<'a> {
        let w = &instance.candidate.input_weights[neuron];
        let preactivations = instance.samples.inputs.iter().map(|x| dot(w, x)).collect();
        Derivative { instance, residuals, neuron, preactivations }
    }

    fn output_weight(&self) -> &'a [Rational] {
        &self.instance.candidate.output_weights[self.neuron]
    }

    /// `g_i(u)`
    pub(super) fn g_at(&self, u: &[Rational]) -> Rational {
        let samples = self.instance.samples.inputs.iter().zip(&self.preactivations).zip(self.residuals);
        let term = |((x, z), e): ((&Vec<Rational>, &Rational), &Vec<Rational>)| {
            let along = dot(x, u);
            let slope = self.instance.activation.slope(if z.is_zero() { &along } else { z });
            dot(self.output_weight(), e) * slope * &along
        };
        samples.map(term).sum()
    }

    /// The definitions as comments, one line each without the `;`.
    pub(super) fn comments(&self) -> Vec<String> {
        let (i, activation) = (self.neuron, &self.instance.activation);
        let show = |values: &[Rational]| values.iter().map(crate::rational::write).collect::<Vec<_>>().join(", ");
        let mut lines = vec![
            "Neurons, inputs, outputs and samples are counted from 0. From docs/theory.md, section 3.1:".to_owned(),
            format!("  z_k = u.x_k,  t_k = rho'(w_{i}.x_k; z_k),  d_j = d_{i}j(u) = sum_k e_kj t_k,"),
            format!("  g = g_{i}(u) = sum_j h_{i}j d_j = h_{i}.d_{i}(u)."),
            format!("The slopes of rho for z >= 0 and z < 0: {}", {
                show(&[activation.positive.clone(), activation.negative.clone()])
            }),
            format!("w_{i} = ({})", show(&self.instance.candidate.input_weights[i])),
            format!("h_{i} = ({})", show(self.output_weight())),
        ];
        for (k, (z, e)) in self.preactivations.iter().zip(self.residuals).enumerate() {
            let side = if z.is_zero() {
                "a boundary sample".to_owned()
            } else {
                format!("w_{i}.x_{k} = {}", crate::rational::write(z))
            };
            lines.push(format!("sample {k}: e_{k} = ({}), {side}", show(e)));
        }
        lines
    }

    /// `u_a`, and `z_k`, `t_k`, `d_j`, `g` with what they are.
    pub(super) fn declarations(&self) -> String {
        let mut text = String::new();
        let inputs = &self.instance.samples.inputs;
        let activation = &self.instance.activation;
        (0..self.instance.candidate.inputs()).for_each(|a| declare(&mut text, &format!("u_{a}"), None));
        for (k, (x, preactivation)) in inputs.iter().zip(&self.preactivations).enumerate() {
            let z = format!("z_{k}");
            declare(&mut text, &z, Some(&linear(x.iter().cloned().zip(names("u")))));
            let scaled = |slope: &Rational| linear([(slope.clone(), z.clone())]);
            if preactivation.is_zero() {
                let (positive, negative) = (scaled(&activation.positive), scaled(&activation.negative));
                declare(&mut text, &format!("t_{k}"), None);
                line(&mut text, format_args!("(assert (=> (>= {z} 0) (= t_{k} {positive})))"));
                line(&mut text, format_args!("(assert (=> (< {z} 0) (= t_{k} {negative})))"));
            } else {
                declare(&mut text, &format!("t_{k}"), Some(&scaled(activation.slope(preactivation))));
            }
        }
        for j in 0..self.output_weight().len() {
            let column = self.residuals.iter().map(|e| e[j].clone());
            declare(&mut text, &format!("d_{j}"), Some(&linear(column.zip(names("t")))));
        }
        declare(&mut text, "g", Some(&linear(self.output_weight().iter().cloned().zip(names("d")))));
        text
    }
}

/// `prefix_0`, `prefix_1`, ...
fn names(prefix: &str) -> impl Iterator<Item = String> {
    (0..).map(move |index: usize| format!("{prefix}_{index}"))
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string never fails.
    let _ = writeln!(text, "{line}");
}

fn declare(text: &mut String, name: &str, value: Option<&str>) {
    line(text, format_args!("(declare-const {name} Real)"));
    if let Some(value) = value {
        line(text, format_args!("(assert (= {name} {value}))"));
    }
}

/// `sum c x` for constants x, within the letter of QF_LRA: no product but of a number and a constant.
pub(super) fn linear(terms: impl IntoIterator<Item = (Rational, String)>) -> String {
    let term = |(factor, name): (Rational, String)| match factor {
        factor if factor.is_zero() => None,
        factor if factor.is_one() => Some(name),
        factor if (-&factor).is_one() => Some(format!("(- {name})")),
        factor => Some(format!("(* {} {name})", number(&factor))),
    };
    let terms: Vec<String> = terms.into_iter().filter_map(term).collect();
    match terms.as_slice() {
        [] => "0".to_owned(),
        [term] => term.clone(),
        _ => format!("(+ {})", terms.join(" ")),
    }
}

/// `3`, `(- 3)`, `(/ 1 3)`, `(- (/ 1 3))`
fn number(value: &Rational) -> String {
    let (numerator, denominator) = (value.numer().abs(), value.denom());
    let size = if denominator.is_one() { numerator.to_string() } else { format!("(/ {numerator} {denominator})") };
    if value.is_negative() { format!("(- {size})") } else { size }
}
