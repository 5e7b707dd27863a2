//! The kink form and its canonical form.

use crate::linear::{add_multiple, dot, primitive, to_integers};
use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;

/// One kink `kappa |p.u|`: p primitive with its first non-zero entry positive, kappa != 0, times the denominator of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kink {
    /// `p`
    pub line: Vec<Integer>,
    /// `kappa`, convex where positive, concave where negative.
    pub weight: Integer,
}

/// `f(u) = ( a.u + sum_l kappa_l |p_l.u| ) / s` on Q^d in canonical form: all numbers are integers, the p_l primitive,
/// pairwise different and sorted, the weights not zero, `s > 0` as small as possible. Two forms are the same function exactly
/// if they are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KinkForm {
    /// `a`
    pub linear: Vec<Integer>,
    /// The kinks, sorted by their lines.
    pub kinks: Vec<Kink>,
    /// `s`
    pub denominator: Integer,
}

impl KinkForm {
    /// The canonical form of `a.u + sum_k c_k |x_k.u|`: samples on one line merge, zero vectors and zero coefficients
    /// drop out. Cost: n d operations and a sort.
    pub fn new<'a>(linear: Vec<Rational>, terms: impl IntoIterator<Item = (Rational, &'a [Rational])>) -> KinkForm {
        let mut lines: BTreeMap<Vec<Integer>, Rational> = BTreeMap::new();
        for (coefficient, vector) in terms.into_iter().filter(|(coefficient, _)| !coefficient.is_zero()) {
            if let Some((line, scale)) = primitive(vector) {
                *lines.entry(line).or_default() += coefficient * scale;
            }
        }
        KinkForm::of_lines(&linear, lines)
    }

    /// The form with these kinks, whose weights may be zero.
    fn of_lines(linear: &[Rational], lines: BTreeMap<Vec<Integer>, Rational>) -> KinkForm {
        let (lines, weights): (Vec<_>, Vec<_>) = lines.into_iter().filter(|(_, weight)| !weight.is_zero()).unzip();
        let (mut linear, left) = to_integers(linear);
        let (mut weights, right) = to_integers(&weights);
        let denominator = left.lcm(&right);
        let scale = |entries: &mut [Integer], by: Integer| {
            if !by.is_one() {
                entries.iter_mut().for_each(|entry| *entry *= &by);
            }
        };
        scale(&mut linear, &denominator / left);
        scale(&mut weights, &denominator / right);
        let kinks = lines.into_iter().zip(weights).map(|(line, weight)| Kink { line, weight }).collect();
        KinkForm { linear, kinks, denominator }
    }

    /// The canonical form of `sum_j factor_j f_j`, for forms on Q^dimension.
    pub fn combination(dimension: usize, parts: &[(Rational, &KinkForm)]) -> KinkForm {
        let mut linear = vec![Rational::zero(); dimension];
        let mut lines: BTreeMap<Vec<Integer>, Rational> = BTreeMap::new();
        for (factor, form) in parts.iter().filter(|(factor, _)| !factor.is_zero()) {
            let scaled = |number: &Integer| Rational::new(factor.numer() * number, factor.denom() * &form.denominator);
            linear.iter_mut().zip(&form.linear).for_each(|(sum, entry)| *sum += scaled(entry));
            for kink in &form.kinks {
                *lines.entry(kink.line.clone()).or_default() += scaled(&kink.weight);
            }
        }
        KinkForm::of_lines(&linear, lines)
    }

    /// Dimension d of the space.
    pub fn dimension(&self) -> usize {
        self.linear.len()
    }

    /// `kappa_l / s`, the weight of a kink in f itself.
    pub fn weight(&self, kink: &Kink) -> Rational {
        Rational::new(kink.weight.clone(), self.denominator.clone())
    }

    /// `a / s`, the linear part of f itself.
    pub fn linear(&self) -> Vec<Rational> {
        self.linear.iter().map(|entry| Rational::new(entry.clone(), self.denominator.clone())).collect()
    }

    /// `f(u)`
    pub fn value(&self, u: &[Rational]) -> Rational {
        let (direction, scale) = to_integers(u);
        Rational::new(self.value_at(&direction), &self.denominator * scale)
    }

    /// `s f(u)`
    pub fn value_at(&self, u: &[Integer]) -> Integer {
        let along = |vector: &[Integer]| vector.iter().zip(u).map(|(p, u)| p * u).sum::<Integer>();
        along(&self.linear) + self.kinks.iter().map(|kink| &kink.weight * along(&kink.line).abs()).sum::<Integer>()
    }

    /// Whether f is linear: no kinks are left.
    pub fn is_linear(&self) -> bool {
        self.kinks.is_empty()
    }

    /// Whether f is zero everywhere: by uniqueness of the canonical form, no kinks and `a = 0`.
    pub fn is_zero(&self) -> bool {
        self.is_linear() && self.linear.iter().all(Zero::is_zero)
    }

    /// `s` times the gradient of f on the cell that contains u in its interior; u on a kink's line counts as its positive
    /// side.
    pub fn gradient_at(&self, u: &[Rational]) -> Vec<Rational> {
        let mut gradient: Vec<Rational> = self.linear.iter().cloned().map(Rational::from).collect();
        for kink in &self.kinks {
            let line: Vec<Rational> = kink.line.iter().cloned().map(Rational::from).collect();
            let weight = Rational::from(kink.weight.clone());
            let signed = if dot(&line, u).is_negative() { -weight } else { weight };
            add_multiple(&mut gradient, &signed, &line);
        }
        gradient
    }

    /// The lines of all kinks.
    pub fn lines(&self) -> Vec<Vec<Rational>> {
        let rational = |kink: &Kink| kink.line.iter().cloned().map(Rational::from).collect();
        self.kinks.iter().map(rational).collect()
    }

    /// Some u with `f(u) != 0`, as simple as easily found, or `None` if f is zero everywhere.
    ///
    /// If a kink is left, take v on its line and on no other: `f(v + e p) + f(v - e p) - 2 f(v) = 2 e kappa |p|^2 / s` for
    /// small e, so one of the three is not zero.
    pub fn non_zero_point(&self) -> Option<Vec<Rational>> {
        let lines = self.lines();
        let simple = simple_points(self.dimension(), &lines);
        if let Some(u) = simple.into_iter().find(|u| !self.value(u).is_zero()) {
            return Some(u);
        }
        let (line, others) = lines.split_first()?;
        let square = dot(line, line);
        // v = m - (m.p / p.p) p for m on the moment curve (1, N, N^2, ...): generic for all but finitely many N.
        let on_line = |n: i64| {
            let base = Rational::from_integer(n.into());
            let moment: Vec<Rational> =
                (0..self.dimension()).map(|power| num_traits::pow(base.clone(), power)).collect();
            let mut v = moment.clone();
            add_multiple(&mut v, &-(dot(&moment, line) / &square), line);
            v
        };
        let v = (1..).map(on_line).find(|v| others.iter().all(|other| !dot(other, v).is_zero()))?;
        // Small enough not to cross another line.
        let room = others.iter().filter_map(|other| {
            let speed = dot(other, line).abs();
            (!speed.is_zero()).then(|| dot(other, &v).abs() / speed)
        });
        let step =
            room.min().map_or_else(|| Rational::from_integer(1.into()), |room| room / Rational::from_integer(2.into()));
        let shifted = |step: Rational| {
            let mut u = v.clone();
            add_multiple(&mut u, &step, line);
            u
        };
        [shifted(Rational::zero()), shifted(step.clone()), shifted(-step)]
            .into_iter()
            .find(|u| !self.value(u).is_zero())
    }
}

/// Unit vectors and lines, both signs.
fn simple_points(dimension: usize, lines: &[Vec<Rational>]) -> Vec<Vec<Rational>> {
    let unit = |axis: usize| (0..dimension).map(|i| Rational::from_integer(i64::from(i == axis).into())).collect();
    let points = (0..dimension).map(unit).chain(lines.iter().cloned());
    points.flat_map(|u: Vec<Rational>| [u.clone(), u.iter().map(|entry| -entry).collect()]).collect()
}
