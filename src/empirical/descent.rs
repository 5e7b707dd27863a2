//! Curves along which the loss falls (docs/theory.md, section 5).

use crate::linear::{Polynomial, Scaled, is_zero};
use crate::problem::{Instance, Network};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// A curve `P + t D_1 + t^2 D_2 + ...` with `L < L(P)` on all of `(0, t0]`.
#[derive(Debug, Clone)]
pub struct Descent {
    /// `t0`, a unit fraction.
    pub t0: Rational,
    /// `D_1, D_2, ...`
    pub coefficients: Vec<Network>,
    /// The lowest power of t in the loss difference; 1 if the derivative along `D_1` is negative.
    pub power: usize,
    /// Its coefficient, negative.
    pub coefficient: Rational,
}

/// Why a curve is not one of descent: the lowest term of the loss difference, if it isn't zero altogether.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDescending(pub Option<(usize, Rational)>);

impl Descent {
    /// The loss along a curve, expanded exactly: descent with an explicit t0, or the term that rises. Cost: n m
    /// polynomial products.
    pub fn along(instance: &Instance, coefficients: Vec<Network>) -> Result<Descent, NotDescending> {
        let candidate = &instance.candidate;
        let points: Vec<&Network> = std::iter::once(candidate).chain(&coefficients).collect();
        let mut t0 = Rational::one();
        let mut difference = Polynomial(vec![]);
        // Most changes of a network leave most weights alone.
        let moving = |w: &Vec<Rational>| (!is_zero(w)).then(|| Scaled::of(w));
        let weights: Vec<Vec<Option<Scaled>>> = (0..candidate.width())
            .map(|i| points.iter().map(|point| moving(&point.input_weights[i])).collect())
            .collect();
        for (x, y) in instance.samples.inputs.iter().zip(&instance.samples.targets) {
            let x = Scaled::of(x);
            let mut residual: Vec<Polynomial> = y.iter().map(|y| Polynomial(vec![-y])).collect();
            for (j, residual) in residual.iter_mut().enumerate() {
                residual.add(&Polynomial(points.iter().flat_map(|p| &p.output_bias).map(|c| c[j].clone()).collect()));
            }
            let along = |w: &Option<Scaled>| w.as_ref().map_or_else(Rational::zero, |w| w.dot(&x));
            for (i, weights) in weights.iter().enumerate() {
                let preactivation = Polynomial(weights.iter().map(along).collect());
                let Some((_, lowest)) = preactivation.lowest_term() else { continue };
                // Up to t0 the preactivation keeps the sign of its lowest term, so the activation is a polynomial.
                let slope = instance.activation.slope(lowest);
                t0 = t0.min(preactivation.sign_holds_until());
                let activation = Polynomial(preactivation.0.iter().map(|term| term * slope).collect());
                for (j, residual) in residual.iter_mut().enumerate() {
                    let weight = Polynomial(points.iter().map(|p| p.output_weights[i][j].clone()).collect());
                    residual.add(&weight.times(&activation));
                }
            }
            residual.iter().for_each(|residual| difference.add(&residual.times(residual)));
        }
        let two = Rational::from_integer(2.into());
        difference.0.iter_mut().for_each(|term| *term /= &two);
        // The constant term is L(P).
        difference.0[0] = Rational::zero();
        let Some((power, lowest)) = difference.lowest_term().filter(|(_, lowest)| lowest.is_negative()) else {
            return Err(NotDescending(difference.lowest_term().map(|(power, term)| (power, term.clone()))));
        };
        let rises: Rational = difference.0[power + 1..].iter().filter(|term| term.is_positive()).sum();
        if rises.is_positive() {
            // With t0 <= 1 what rises stays below half of what falls.
            t0 = t0.min(-lowest / (rises * two));
        }
        let (power, coefficient) = (power, lowest.clone());
        Ok(Descent { t0: t0.recip().ceil().recip(), coefficients, power, coefficient })
    }

    /// The curve's end `P + t0 D_1 + ...`: a better network.
    pub fn end(&self, candidate: &Network) -> Network {
        let mut factor = Rational::one();
        self.coefficients.iter().fold(candidate.clone(), |network, change| {
            factor *= &self.t0;
            network.shifted(&factor, change)
        })
    }
}
