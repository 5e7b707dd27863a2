//! The loss along a curve `P + t D_1 + t^2 D_2 + ...` of networks, exactly (docs/theory-integral.md, section 4).
//!
//! A breakpoint inside of the interval must be a polynomial in t, so that the loss is one. That loses nothing: a neuron
//! with w != 0 may keep it, because `(w, b, v)` and `(s w, s b, v / s)` are the same for s > 0.

use super::model::data_breakpoints;
use crate::linear::Polynomial;
use crate::problem::{IntegralInstance, ScalarNetwork};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// A curve along which the loss falls.
#[derive(Debug, Clone)]
pub struct Descent {
    /// `L(P + ...) < L(P)` for `0 < t <= t0`.
    pub t0: Rational,
    /// `D_1, D_2, ...`
    pub coefficients: Vec<ScalarNetwork>,
    /// The lowest power of t in the loss difference.
    pub power: usize,
    /// Its coefficient, negative.
    pub coefficient: Rational,
}

/// A neuron along the curve.
struct Moving {
    /// `v(t) w(t)`, `v(t) b(t)`
    slope: Polynomial,
    constant: Polynomial,
    /// The breakpoint, and whether the active side is to the right of it; or the slope of the activation everywhere.
    kink: Result<(Polynomial, bool), Rational>,
}

impl Descent {
    /// The descent along a curve, if the loss falls along it: `Err` has the lowest term of the loss difference
    /// otherwise, `None` if the loss is constant or a breakpoint is no polynomial.
    ///
    /// Cost: for each part of the interval between breakpoints a few products of polynomials in t.
    pub fn along(
        instance: &IntegralInstance, coefficients: Vec<ScalarNetwork>,
    ) -> Result<Descent, Option<(usize, Rational)>> {
        let path = |of: &dyn Fn(&ScalarNetwork) -> Rational| {
            Polynomial(std::iter::once(&instance.candidate).chain(&coefficients).map(of).collect()).trimmed()
        };
        let integral = &instance.integral;
        let mut t0 = Rational::one();
        let mut keep = |polynomial: &Polynomial| t0 = t0.clone().min(polynomial.sign_holds_until());
        let mut neurons = Vec::new();
        for j in 0..instance.candidate.width() {
            let (w, b) = (path(&|n| n.input_weights[j].clone()), path(&|n| n.input_biases[j].clone()));
            let v = path(&|n| n.output_weights[j].clone());
            let at = |x: &Rational| {
                let mut z = w.scaled(x);
                z.add(&b);
                z
            };
            let ends = [at(&integral.start), at(&integral.end)];
            let signs = ends.each_ref().map(|z| z.lowest_term().map(|(_, lowest)| lowest.is_positive()));
            let kink = match signs {
                [Some(left), Some(right)] if left != right => {
                    let Some((power, omega)) = w.lowest_term().filter(|(power, _)| w.0.len() == power + 1) else {
                        return Err(None);
                    };
                    if b.0.iter().take(power).any(|term| !term.is_zero()) {
                        return Err(None);
                    }
                    let quotient = Polynomial(b.0.iter().skip(power).map(|term| -term / omega).collect());
                    Ok((quotient, omega.is_positive()))
                }
                _ => {
                    ends.iter().for_each(&mut keep);
                    let positive = signs.contains(&Some(true));
                    Err(if positive { Rational::one() } else { instance.negative_slope.clone() })
                }
            };
            neurons.push(Moving { slope: v.times(&w), constant: v.times(&b), kink });
        }
        // All breakpoints in the order that they have for small t.
        let data = data_breakpoints(instance);
        let mut points: Vec<Polynomial> = data.iter().cloned().map(Polynomial::constant).collect();
        points.extend(neurons.iter().filter_map(|neuron| neuron.kink.as_ref().ok()).map(|(q, _)| q.clone()));
        let later = |left: &Polynomial, right: &Polynomial| {
            let difference = left.minus(right);
            difference.lowest_term().map_or(std::cmp::Ordering::Equal, |(_, lowest)| lowest.cmp(&Rational::zero()))
        };
        points.sort_by(later);
        points.dedup_by(|right, left| right.minus(left).is_zero());
        // Not only neighbours: a checker compares any two.
        for (place, left) in points.iter().enumerate() {
            points[place + 1..].iter().for_each(|right| keep(&right.minus(left)));
        }
        let bias = path(&|n| n.output_bias.clone());
        let mut loss = Polynomial(vec![]);
        for pair in points.windows(2) {
            loss.add(&loss_between(instance, &neurons, &bias, &data, &pair[0], &pair[1], &later));
        }
        loss.0.resize(loss.0.len().max(1), Rational::zero());
        let mut difference = loss;
        difference.0[0] = Rational::zero();
        let Some((power, lowest)) = difference.lowest_term().map(|(power, lowest)| (power, lowest.clone())) else {
            return Err(None);
        };
        if !lowest.is_negative() {
            return Err(Some((power, lowest)));
        }
        let rises: Rational = difference.0[power + 1..].iter().filter(|term| term.is_positive()).sum();
        if rises.is_positive() {
            t0 = t0.min(-&lowest / (Rational::from_integer(2.into()) * rises));
        }
        Ok(Descent { t0: shorter(t0), coefficients, power, coefficient: lowest })
    }
}

/// A power of 1/2 that isn't larger, if the number is not short itself.
fn shorter(t0: Rational) -> Rational {
    if t0.denom().bits() + t0.numer().bits() <= 24 {
        return t0;
    }
    let half = Rational::new(1.into(), 2.into());
    let mut power = Rational::one();
    while power > t0 {
        power *= &half;
    }
    power
}

/// `int p (N - f)^2` between two breakpoints, as a polynomial in t.
fn loss_between(
    instance: &IntegralInstance, neurons: &[Moving], bias: &Polynomial, data: &[Rational], left: &Polynomial,
    right: &Polynomial, later: &dyn Fn(&Polynomial, &Polynomial) -> std::cmp::Ordering,
) -> Polynomial {
    let (mut constant, mut slope) = (bias.clone(), Polynomial(vec![]));
    for neuron in neurons {
        let factor = match &neuron.kink {
            Ok((q, rising)) => {
                let is_right = later(left, q).is_ge();
                if is_right == *rising { Rational::one() } else { instance.negative_slope.clone() }
            }
            Err(factor) => factor.clone(),
        };
        constant.add(&neuron.constant.scaled(&factor));
        slope.add(&neuron.slope.scaled(&factor));
    }
    // The first data breakpoint that isn't left of the right end.
    let beyond = data.iter().find(|point| later(&Polynomial::constant((*point).clone()), right).is_ge());
    let Some(beyond) = beyond else { return Polynomial(vec![]) };
    let integral = &instance.integral;
    let target = integral.target.up_to(beyond);
    let density = integral.density_up_to(beyond);
    let x = Polynomial(vec![Rational::zero(), Rational::one()]);
    let between = |function: &Polynomial| {
        let primitive = function.antiderivative();
        primitive.of(right).minus(&primitive.of(left))
    };
    let weighted = density.times(target);
    let two = Rational::from_integer(2.into());
    // p (slope x + constant - f)^2
    let mut sum = slope.times(&slope).times(&between(&density.times(&x).times(&x)));
    sum.add(&slope.times(&constant).times(&between(&density.times(&x))).scaled(&two));
    sum.add(&constant.times(&constant).times(&between(&density)));
    sum.add(&slope.times(&between(&weighted.times(&x))).scaled(&-&two));
    sum.add(&constant.times(&between(&weighted)).scaled(&-&two));
    sum.add(&between(&weighted.times(target)));
    sum
}
