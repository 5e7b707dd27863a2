//! The loss along the curve of a certificate, at rational points of its interval.

use super::super::{Certified, Text};
use super::{Content, Picture, Point};
use crate::empirical::{Model, loss};
use crate::exhibit::numbers::{items, network, number, scalar_network};
use crate::integral::loss_of;
use crate::problem::IntegralInstance;
use crate::rational::{Rational, decimal};
use num_traits::Zero;

/// `L(P + t D_1 + ...) - L(P)` at `t = k t0 / 40`.
#[derive(Debug, Clone)]
pub struct Descent {
    /// The points, exact.
    pub points: Vec<Point>,
    /// `L(P)`
    pub loss: Rational,
}

/// Number of steps.
const STEPS: i64 = 40;

pub(super) fn empirical(model: &Model<'_>, certified: &Certified<'_>) -> Option<Picture> {
    let terms: Vec<_> = items(&certified.evidence["descent"]["curve"]).iter().map(network).collect();
    let candidate = &model.instance.candidate;
    let at = |powers: &[Rational]| {
        let point = terms.iter().zip(powers).fold(candidate.clone(), |point, (term, power)| point.shifted(power, term));
        loss(model.instance, &point)
    };
    picture(certified, &model.loss, terms.len(), at)
}

pub(super) fn integral(instance: &IntegralInstance, certified: &Certified<'_>) -> Option<Picture> {
    let terms: Vec<_> = items(&certified.evidence["descent"]["curve"]).iter().map(scalar_network).collect();
    let at = |powers: &[Rational]| {
        let point = terms.iter().zip(powers);
        loss_of(instance, &point.fold(instance.candidate.clone(), |point, (term, power)| point.shifted(power, term)))
    };
    picture(certified, &loss_of(instance, &instance.candidate), terms.len(), at)
}

fn picture(
    certified: &Certified<'_>, start: &Rational, terms: usize, at: impl Fn(&[Rational]) -> Rational,
) -> Option<Picture> {
    if !certified.has("descent") {
        return None;
    }
    let t0 = number(&certified.evidence["descent"]["t0"]);
    let point = |step: i64| {
        let t = &t0 * Rational::new(step.into(), STEPS.into());
        let mut power = Rational::from_integer(1.into());
        let powers = (0..terms).map(|_| {
            power *= &t;
            power.clone()
        });
        let powers: Vec<Rational> = powers.collect();
        [t, at(&powers) - start]
    };
    let points: Vec<Point> = (0..=STEPS).map(point).collect();
    let fall = points.last().map_or_else(Rational::zero, |point| point[1].clone());
    Some(Picture {
        name: "descent".to_owned(),
        title: "The loss along the curve of the certificate".to_owned(),
        description: format!(
            "The loss minus that of the candidate, for t from 0 to {}: it starts at 0, stays below it and ends at {}.",
            decimal(&t0, 6),
            decimal(&fall, 6)
        ),
        caption: Text::of("$L(P + t D_1 + ...) - L(P)|L(P+tD_1+\\dots)-L(P)$ at 41 rational $t$ up to $t_0$ = ")
            .number(&t0)
            .words(", each computed exactly before it was drawn. The certificate proves it negative on all of the interval."),
        content: Content::Descent(Descent { points, loss: start.clone() }),
    })
}
