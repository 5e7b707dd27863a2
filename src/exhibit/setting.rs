//! What the problem is: rows of name and value.

use super::Text;
use crate::problem::{Activation, Instance, IntegralInstance, Trained};
use crate::rational::Rational;
use num_traits::{One, Zero};

fn slopes(positive: &Rational, negative: &Rational) -> Text {
    let text = |name: &str| Text::plain(name).and(": $rho(z)|\\rho(z)$ = ");
    if positive.is_one() && negative.is_zero() {
        return text("ReLU").and("$max(z, 0)|\\max(z,0)$");
    }
    if positive.is_one() && *negative == -Rational::one() {
        return text("absolute value").and("$abs(z)|\\lvert z\\rvert$");
    }
    let name = if positive == negative { "linear" } else { "two slopes" };
    text(name).number(positive).and(" $z$ for $z >= 0|z\\ge 0$, ").number(negative).and(" $z$ for $z < 0$")
}

fn activation(activation: &Activation) -> Text {
    slopes(&activation.positive, &activation.negative)
}

fn trained(trained: Trained, has_bias: bool) -> Text {
    let parts = [
        (trained.input_weights, "input weights"),
        (trained.output_weights, "output weights"),
        (trained.output_bias, "output bias"),
    ];
    if trained.both_layers() && (trained.output_bias || !has_bias) {
        return Text::plain("everything");
    }
    let names: Vec<&str> = parts.into_iter().filter_map(|(is, name)| is.then_some(name)).collect();
    Text::plain(format!("{} only; the rest stays as it is", names.join(" and ")))
}

pub(super) fn empirical(instance: &Instance) -> Vec<(&'static str, Text)> {
    let (inputs, candidate) = (&instance.samples.inputs, &instance.candidate);
    let hidden = if instance.samples.hidden_bias { ", the last of them the constant 1 of a hidden bias" } else { "" };
    let bias = if candidate.output_bias.is_some() { " and an output bias" } else { "" };
    let network = "$yhat(x) = sum_i h_i rho(w_i.x)|\\hat y(x)=\\sum_i h_i\\,\\rho(w_i\\cdot x)$";
    let network = match candidate.output_bias {
        None => Text::of(network),
        Some(_) => Text::of("$yhat(x) = c + sum_i h_i rho(w_i.x)|\\hat y(x)=c+\\sum_i h_i\\,\\rho(w_i\\cdot x)$"),
    };
    let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    vec![
        (
            "network",
            network.words(format!(
                ", {}, {}{hidden}, {}{bias}",
                count(candidate.width(), "neuron"),
                count(candidate.inputs(), "input"),
                count(candidate.outputs(), "output"),
            )),
        ),
        ("activation", activation(&instance.activation)),
        ("data", Text::plain(count(inputs.len(), "sample"))),
        ("trained", trained(instance.trained, candidate.output_bias.is_some())),
    ]
}

pub(super) fn integral(instance: &IntegralInstance) -> Vec<(&'static str, Text)> {
    let integral = &instance.integral;
    let pieces = |count: usize| match count {
        1 => "one polynomial".to_owned(),
        count => format!("{count} polynomials, piece by piece"),
    };
    let density = integral.density.as_ref();
    let width = instance.candidate.width();
    let network = "$N(x) = c + sum_j v_j rho(w_j x + b_j)|N(x)=c+\\sum_j v_j\\,\\rho(w_jx+b_j)$";
    vec![
        ("network", Text::of(network).words(format!(", {width} neuron{}", if width == 1 { "" } else { "s" }))),
        ("activation", slopes(&Rational::one(), &instance.negative_slope)),
        ("interval", Text::of("$T_0$ = ").number(&integral.start).and(" to $T_1$ = ").number(&integral.end)),
        ("target", Text::of("$f$: ").words(pieces(integral.target.0.len()))),
        ("density", Text::of("$p$: ").words(density.map_or_else(|| "1".to_owned(), |density| pieces(density.0.len())))),
        ("trained", Text::plain("everything")),
    ]
}
