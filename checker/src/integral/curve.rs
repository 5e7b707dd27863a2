//! Descent along a curve `P + t D_1 + t^2 D_2 + ...` on which breakpoints keep their order.

use super::instance::{Instance, Network};
use super::moving::{Mark, Part, inner, strips};
use crate::curve::{add, multiply, split_from, tail};
use crate::number::Rational;
use crate::polynomial::Polynomial;
use crate::vector::Vector;
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};

/// The lowest term of a polynomial in t, with all after it.
fn lowest(polynomial: &[Rational]) -> Option<(&Rational, &[Rational])> {
    split_from(polynomial, polynomial.iter().take_while(|term| term.is_zero()).count())
}

/// Whether a polynomial in t that is not zero has the sign of its lowest term on (0, t0], or is 0.
fn keeps_sign(polynomial: &[Rational], t0: &Rational) -> bool {
    lowest(polynomial).is_none_or(|(first, rest)| tail(rest, t0) <= first.abs())
}

fn difference(left: &Vector, right: &[Rational]) -> Vector {
    add(left.clone(), right.iter().map(|term| -term).collect())
}

fn in_t(polynomial: &[Rational]) -> Polynomial {
    let term = |(power, value): (usize, &Rational)| (vec![power], value.clone());
    Polynomial(polynomial.iter().enumerate().filter(|(_, value)| !value.is_zero()).map(term).collect())
}

/// A neuron along the curve, and what its activation does.
struct Path {
    w: Vector,
    b: Vector,
    v: Vector,
    course: Course,
}

enum Course {
    /// It has this slope on all of [T0, T1].
    Affine(Rational),
    /// It has its kink at q(t), and the sign of w(t).
    Kink(Vector, Rational),
}

impl Path {
    fn course(&self, instance: &Instance, t0: &Rational) -> Result<Course, Refusal> {
        let (start, end) = &instance.interval;
        let at = |x: &Rational| add(self.w.iter().map(|term| term * x).collect(), self.b.clone());
        let ends = [at(start), at(end)];
        let signs: Vec<Rational> = ends.iter().filter_map(|z| lowest(z)).map(|(first, _)| first.signum()).collect();
        let opposite = signs.iter().any(Signed::is_positive) && signs.iter().any(Signed::is_negative);
        if !opposite && ends.iter().all(|z| keeps_sign(z, t0)) {
            let positive = signs.iter().any(Signed::is_positive);
            return Ok(Course::Affine(if positive { Rational::one() } else { instance.gamma.clone() }));
        }
        let power = self.w.iter().take_while(|term| term.is_zero()).count();
        let single = lowest(&self.w).filter(|(_, rest)| rest.iter().all(Zero::is_zero));
        let (before, after) = self.b.split_at(power.min(self.b.len()));
        let quotient = single.filter(|_| before.iter().all(Zero::is_zero));
        let Some((omega, _)) = quotient else {
            return Err(Refusal::rejected("curve-breakpoint", "a breakpoint on the curve is no polynomial in t"));
        };
        Ok(Course::Kink(after.iter().map(|term| -term / omega).collect(), omega.signum()))
    }
    /// The slope of the activation, where the kink has been passed or not.
    fn slope(&self, instance: &Instance, passed: bool) -> Rational {
        match &self.course {
            Course::Affine(slope) => slope.clone(),
            Course::Kink(_, side) if side.is_positive() == passed => Rational::one(),
            Course::Kink(..) => instance.gamma.clone(),
        }
    }
}

/// Accepts a curve along which the loss is smaller than at its beginning on all of (0, t0].
pub(crate) fn check_descent(instance: &Instance, t0: &Rational, changes: &[Network]) -> Result<(), Refusal> {
    ensure(t0.is_positive(), "curve-t0", "t0 is not positive")?;
    let points = || std::iter::once(&instance.candidate).chain(changes);
    let mut paths: Vec<Path> = Vec::new();
    for j in 0..instance.candidate.input_weights.len() {
        let part = |list: fn(&Network) -> &Vector| points().filter_map(|point| list(point).get(j).cloned()).collect();
        let [w, b, v] = [
            part(|point| &point.input_weights),
            part(|point| &point.input_biases),
            part(|point| &point.output_weights),
        ];
        let mut path = Path { w, b, v, course: Course::Affine(Rational::zero()) };
        path.course = path.course(instance, t0)?;
        paths.push(path);
    }
    let mut places: Vec<(Vector, Option<usize>)> = instance
        .spans
        .iter()
        .map(|span| &span.left)
        .chain([&instance.interval.1])
        .map(|x| (vec![x.clone()], None))
        .collect();
    for (j, path) in paths.iter().enumerate() {
        if let Course::Kink(place, _) = &path.course {
            places.push((place.clone(), Some(j)));
        }
    }
    // For small t the first coefficient that differs decides.
    let length = places.iter().map(|(place, _)| place.len()).max().unwrap_or_default();
    places.iter_mut().for_each(|(place, _)| place.resize(length, Rational::zero()));
    places.sort();
    let stays = |(place, (left, _)): (usize, &(Vector, Option<usize>))| {
        places.iter().skip(place + 1).all(|(right, _)| keeps_sign(&difference(right, left), t0))
    };
    let in_order = places.iter().enumerate().all(stays);
    ensure(in_order, "curve-crosses", "a breakpoint can meet another before t0")?;
    let marks: Vec<Mark> = places.iter().map(|(place, kink)| Mark { place: in_t(place), kink: *kink }).collect();
    let strips = strips(&instance.spans, 1, &marks)?;
    let bias: Vector = points().map(|point| point.output_bias.clone()).collect();
    let mut residual = Vec::new();
    for strip in &strips {
        let (mut slope, mut constant) = (Vector::new(), bias.clone());
        for (j, path) in paths.iter().enumerate() {
            let s = path.slope(instance, strip.passed.contains(&j));
            let weight: Vector = path.v.iter().map(|v| &s * v).collect();
            slope = add(slope, multiply(&weight, &path.w));
            constant = add(constant, multiply(&weight, &path.b));
        }
        residual.push(Part { multiple: -Rational::one(), slope: in_t(&slope), constant: in_t(&constant) });
    }
    let loss = inner(&strips, &residual, &residual)?;
    // Coefficients of t, t^2, ...
    let degree = loss.0.keys().flatten().max().copied().unwrap_or_default();
    let later: Vector = (1..=degree).map(|power| loss.0.get(&vec![power]).cloned().unwrap_or_default()).collect();
    let descending = lowest(&later).is_some_and(|(first, rest)| {
        let rises: Vector = rest.iter().map(|term| term.clone().max(Rational::zero())).collect();
        tail(&rises, t0) < -first
    });
    ensure(descending, "curve-not-descending", "the loss is not proved to fall")
}
