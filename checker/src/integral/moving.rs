//! Integrals over [T0, T1] of products of functions that are affine, or affine and a multiple of the target, between
//! breakpoints that move: the places of breakpoints are polynomials in some variables, and so are the integrals.

use super::instance::Span;
use super::piecewise::{primitive, times_power};
use crate::Refusal;
use crate::curve::multiply;
use crate::number::Rational;
use crate::polynomial::Polynomial;
use crate::vector::Vector;
use num_traits::{One, Zero};

/// A breakpoint: of the data, or of a neuron.
pub(crate) struct Mark {
    pub(crate) place: Polynomial,
    pub(crate) kink: Option<usize>,
}

/// Between two neighbouring breakpoints in [T0, T1]: integrals of `p x^k` (k = 0, 1, 2), `p f x^k` (k = 0, 1), `p f^2`.
pub(crate) struct Strip {
    /// The neurons whose breakpoints are to the left.
    pub(crate) passed: Vec<usize>,
    p: [Polynomial; 3],
    pf: [Polynomial; 2],
    pff: Polynomial,
}

/// `multiple f + slope x + constant` on a strip.
pub(crate) struct Part {
    pub(crate) multiple: Rational,
    pub(crate) slope: Polynomial,
    pub(crate) constant: Polynomial,
}

/// The strips between breakpoints in this order. Those of the data are all there; the first of them is T0, the last T1.
pub(crate) fn strips(spans: &[Span], variables: usize, marks: &[Mark]) -> Result<Vec<Strip>, Refusal> {
    let (mut found, mut passed, mut coming) = (Vec::new(), Vec::new(), spans.iter());
    let mut span = None;
    for (mark, next) in marks.iter().zip(marks.iter().skip(1)) {
        match mark.kink {
            Some(neuron) => passed.push(neuron),
            None => span = coming.next(),
        }
        let Some(Span { density, target, .. }) = span else { continue };
        let over = |g: &Vector, k: usize| integral(variables, &times_power(g, k), &mark.place, &next.place);
        let (pf, passed) = (multiply(density, target), passed.clone());
        found.push(Strip {
            passed,
            p: [over(density, 0)?, over(density, 1)?, over(density, 2)?],
            pf: [over(&pf, 0)?, over(&pf, 1)?],
            pff: over(&multiply(&pf, target), 0)?,
        });
    }
    Ok(found)
}

fn integral(variables: usize, g: &[Rational], left: &Polynomial, right: &Polynomial) -> Result<Polynomial, Refusal> {
    let primitive = primitive(g);
    let at = |place: &Polynomial| {
        primitive.iter().rev().try_fold(Polynomial::default(), |sum, coefficient| {
            let mut next = sum.times(place)?;
            next.add(&Rational::one(), &Polynomial::constant(variables, coefficient.clone()));
            Ok(next)
        })
    };
    let mut sum = at(right)?;
    sum.add(&-Rational::one(), &at(left)?);
    Ok(sum)
}

/// The integral of `p g h`.
pub(crate) fn inner(strips: &[Strip], left: &[Part], right: &[Part]) -> Result<Polynomial, Refusal> {
    let mut sum = Polynomial::default();
    for (strip, (g, h)) in strips.iter().zip(left.iter().zip(right)) {
        let [zeroth, first, second] = &strip.p;
        let [with_target, with_line] = &strip.pf;
        sum.add(&(&g.multiple * &h.multiple), &strip.pff);
        for (one, other) in [(g, h), (h, g)].into_iter().filter(|(one, _)| !one.multiple.is_zero()) {
            sum.add(&one.multiple, &with_target.times(&other.constant)?);
            sum.add(&one.multiple, &with_line.times(&other.slope)?);
        }
        for (one, other, moment) in [
            (&g.constant, &h.constant, zeroth),
            (&g.constant, &h.slope, first),
            (&g.slope, &h.constant, first),
            (&g.slope, &h.slope, second),
        ] {
            sum.add(&Rational::one(), &one.times(other)?.times(moment)?);
        }
    }
    Ok(sum)
}
