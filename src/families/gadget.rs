//! Any kink form as the derivative in an input weight: the bridge from zonotopes to networks.

use super::member::{draft, expect, with_residuals};
use super::{BadParameters, show_activation};
use crate::linear::is_zero;
use crate::problem::{Activation, Instance, Network, Property};
use crate::rational::{Rational, write};
use num_traits::{One, Zero};

/// `f(u) = a.u + sum_l kappa_l |p_l.u|` on Q^d; lines may repeat.
pub(super) struct Form {
    /// `a`
    pub(super) linear: Vec<Rational>,
    /// `(kappa_l, p_l)`
    pub(super) kinks: Vec<(Rational, Vec<Rational>)>,
}

/// One output, one neuron with `w = (0, ..., 0, 1)` in Q^(d + 1) and `h = 1`, whose `g(u, s)` is `f(u)`.
///
/// Samples `+-(p_l, 0)` lie on the boundary; with the residual `kappa_l / (alpha_plus - alpha_minus)` both together
/// give `kappa_l |p_l.u|` (one of twice that residual does where `alpha_plus + alpha_minus = 0`). The samples `(a, 1)`
/// and `(0, 1)` are active, with residuals `+-1 / alpha_plus`: they give `a.u`, and (H) holds. So the candidate is
/// stationary exactly if f is nonnegative; then it has no escape neuron, because `d = g`, and is a local minimum
/// (docs/theory.md, sections 3.4 and 5.4).
///
/// # Errors
/// An activation without kink, or without a positive slope.
pub(super) fn one_neuron(form: &Form, activation: &Activation) -> Result<Instance, BadParameters> {
    let half_jump = activation.half_jump();
    if half_jump.is_zero() {
        let text = format!("{} has equal slopes and so no kinks; take another activation", show_activation(activation));
        return Err(BadParameters(text));
    }
    if activation.positive.is_zero() {
        let text = "the slope of the positive side is zero; take an activation where the negative side has it";
        return Err(BadParameters::new(text));
    }
    let dimension = form.linear.len();
    let extended = |x: &[Rational], last: Rational| x.iter().cloned().chain([last]).collect::<Vec<_>>();
    let mut samples: Vec<(Vec<Rational>, Rational)> = Vec::new();
    for (weight, line) in &form.kinks {
        let residual = weight / &half_jump;
        if activation.mean_slope().is_zero() {
            samples.push((extended(line, Rational::zero()), residual));
            continue;
        }
        let half = residual / Rational::from_integer(2.into());
        let opposite: Vec<Rational> = line.iter().map(|entry| -entry).collect();
        samples.push((extended(line, Rational::zero()), half.clone()));
        samples.push((extended(&opposite, Rational::zero()), half));
    }
    let origin = vec![Rational::zero(); dimension];
    if is_zero(&form.linear) {
        // Keeps the neuron active.
        samples.push((extended(&origin, Rational::one()), Rational::zero()));
    } else {
        let residual = activation.positive.recip();
        samples.push((extended(&form.linear, Rational::one()), residual.clone()));
        samples.push((extended(&origin, Rational::one()), -residual));
    }
    let (inputs, residuals): (Vec<_>, Vec<_>) = samples.into_iter().map(|(x, e)| (x, vec![e])).unzip();
    let candidate = Network {
        input_weights: vec![extended(&origin, Rational::one())],
        output_weights: vec![vec![Rational::one()]],
        output_bias: None,
    };
    let samples = with_residuals(activation, inputs, false, &candidate, &residuals);
    Ok(draft(activation.clone(), samples, candidate))
}

/// What is expected of [`one_neuron`] for a nonnegative form, and for another one.
pub(super) fn expect_nonnegative(instance: &mut Instance, nonnegative: bool, because: &str) {
    use Property::{GlobalMinimum, GlobalMinimumAnyWidth, LocalMinimum, Saddle, Spurious, Stationary};
    let mut expected = match nonnegative {
        true => expect(&[(Stationary, true), (LocalMinimum, true), (Saddle, false)], because),
        false => {
            let not = [Stationary, LocalMinimum, Saddle, Spurious, GlobalMinimum, GlobalMinimumAnyWidth];
            expect(&not.map(|property| (property, false)), because)
        }
    };
    expected.escape_neurons = Some(nonnegative.then(Vec::new));
    instance.expected = Some(expected);
}

/// `49/50` as people say it: how far from 1.
pub(super) fn show_scale(scale: &Rational) -> String {
    let percent = (scale - Rational::one()) * Rational::from_integer(100.into());
    match percent.cmp(&Rational::zero()) {
        std::cmp::Ordering::Less => format!("{} % below the threshold", write(&-percent)),
        std::cmp::Ordering::Equal => "at the threshold".to_owned(),
        std::cmp::Ordering::Greater => format!("{} % above the threshold", write(&percent)),
    }
}

/// Refuses a scale that isn't positive.
pub(super) fn check_scale(scale: &Rational) -> Result<(), BadParameters> {
    if *scale > Rational::zero() {
        return Ok(());
    }
    Err(BadParameters(format!("the scale is {}; it must be positive, 1 is the threshold", write(scale))))
}
