//! Descent along a rational curve `P + t D_1 + t^2 D_2 + ...` (docs/theory.md, section 5).

use crate::instance::{Instance, Network};
use crate::number::Rational;
use crate::vector::Vector;
use crate::{Refusal, ensure};
use num_traits::{Signed, Zero};

/// A polynomial in t: its coefficients in rising powers.
type Polynomial = Vector;

pub(crate) fn add(mut left: Polynomial, right: Polynomial) -> Polynomial {
    left.resize(left.len().max(right.len()), Rational::zero());
    left.iter_mut().zip(&right).for_each(|(l, r)| *l += r);
    left
}

pub(crate) fn multiply(left: &[Rational], right: &[Rational]) -> Polynomial {
    let term = |(power, factor): (usize, &Rational)| {
        let shift = std::iter::repeat_n(Rational::zero(), power);
        shift.chain(right.iter().map(|r| factor * r)).collect::<Polynomial>()
    };
    left.iter().enumerate().map(term).fold(Polynomial::new(), add)
}

pub(crate) fn split_from(terms: &[Rational], power: usize) -> Option<(&Rational, &[Rational])> {
    terms.get(power..)?.split_first()
}

/// `sum_j |rest_j| t0^(j+1)`: what the terms after a first one can add up to on [0, t0].
pub(crate) fn tail(rest: &[Rational], t0: &Rational) -> Rational {
    rest.iter().rev().fold(Rational::zero(), |sum, term| (sum + term.abs()) * t0)
}

/// Accepts a curve along which the loss is below `L(P)` on all of (0, t0], and tells the lowest power of t in the loss
/// difference: 1 if the one-sided derivative along `D_1` is negative.
pub(crate) fn check_descent(instance: &Instance, t0: &Rational, changes: &[Network]) -> Result<usize, Refusal> {
    ensure(t0.is_positive(), "curve-t0", "t0 is not positive")?;
    let points = || std::iter::once(&instance.candidate).chain(changes);
    // rho(w_i(t).x_k): a polynomial, because the preactivation keeps the sign of its first non-zero term.
    let products: Vec<_> = points().map(|point| point.preactivations(&instance.inputs)).collect();
    let mut activations: Vec<Vec<Polynomial>> = Vec::new();
    for i in 0..instance.candidate.input_weights.len() {
        let activation = |k: usize| {
            let preactivation: Polynomial = products.iter().filter_map(|z| z.get(i)?.get(k).cloned()).collect();
            let zeros = preactivation.iter().take_while(|term| term.is_zero()).count();
            let Some((first, rest)) = split_from(&preactivation, zeros) else { return Ok(vec![]) };
            let keeps_sign = tail(rest, t0) <= first.abs();
            ensure(keeps_sign, "curve-crosses-kink", "a preactivation can change its sign before t0")?;
            Ok(preactivation.iter().map(|term| term * instance.slope(first)).collect())
        };
        activations.push((0..instance.inputs.len()).map(activation).collect::<Result<_, _>>()?);
    }
    // 2 L(P + ...) as a polynomial; its constant coefficient is 2 L(P).
    let mut twice_loss = Polynomial::new();
    for (k, target) in instance.targets.iter().enumerate() {
        for (j, y) in target.iter().enumerate() {
            let bias = points().flat_map(|point| &point.output_bias).filter_map(|c| c.get(j).cloned()).collect();
            let mut residual = add(vec![-y], bias);
            for (i, activation) in activations.iter().enumerate() {
                let weight = |point: &Network| point.output_weights.get(i)?.get(j).cloned();
                let weights: Polynomial = points().filter_map(weight).collect();
                residual = add(residual, multiply(&weights, activation.get(k).map_or(&[], Vec::as_slice)));
            }
            twice_loss = add(twice_loss, multiply(&residual, &residual));
        }
    }
    let power = 1 + twice_loss.iter().skip(1).take_while(|term| term.is_zero()).count();
    let descending = split_from(&twice_loss, power).is_some_and(|(first, rest)| {
        let rises: Vec<_> = rest.iter().map(|term| term.clone().max(Rational::zero())).collect();
        tail(&rises, t0) < -first
    });
    ensure(descending, "curve-not-descending", "the loss is not proved to fall")?;
    Ok(power)
}
