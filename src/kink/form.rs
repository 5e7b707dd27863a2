//! The kink form and its canonical form.

use crate::linear::{add_multiple, combination, dot, is_zero, primitive};
use crate::rational::{Integer, Rational};
use num_traits::{Signed, Zero};
use std::collections::BTreeMap;

/// One kink `kappa |p.u|`: p primitive with its first non-zero entry positive, kappa != 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kink {
    /// `p`
    pub line: Vec<Rational>,
    /// `kappa`: convex where positive, concave where negative.
    pub weight: Rational,
}

/// `f(u) = a.u + sum_l kappa_l |p_l.u|` on Q^d in canonical form: the p_l are primitive integer vectors, pairwise
/// different, sorted, with non-zero weights. Two forms are the same function exactly if they are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KinkForm {
    /// `a`
    pub linear: Vec<Rational>,
    /// The kinks, sorted by their lines.
    pub kinks: Vec<Kink>,
}

impl KinkForm {
    /// The canonical form of `a.u + sum_k c_k |x_k.u|`: samples on one line merge, zero vectors and zero coefficients
    /// drop out. Cost: n d operations and a sort.
    pub fn new<'a>(linear: Vec<Rational>, terms: impl IntoIterator<Item = (Rational, &'a [Rational])>) -> KinkForm {
        let mut lines: BTreeMap<Vec<Integer>, Rational> = BTreeMap::new();
        for (coefficient, vector) in terms {
            if let Some((line, scale)) = primitive(vector) {
                *lines.entry(line).or_default() += coefficient * scale;
            }
        }
        let kinks = lines.into_iter().filter(|(_, weight)| !weight.is_zero());
        let rational = |line: Vec<Integer>| line.into_iter().map(Rational::from).collect();
        KinkForm { linear, kinks: kinks.map(|(line, weight)| Kink { line: rational(line), weight }).collect() }
    }

    /// The canonical form of `sum_j factor_j f_j`, for forms on Q^dimension.
    pub fn combination(dimension: usize, parts: &[(Rational, &KinkForm)]) -> KinkForm {
        let linear = parts.iter().map(|(factor, form)| (factor.clone(), form.linear.as_slice()));
        let scaled = |kink: &Kink, factor: &Rational| factor * &kink.weight;
        let kinks = parts
            .iter()
            .flat_map(|(factor, form)| form.kinks.iter().map(move |kink| (scaled(kink, factor), kink.line.as_slice())));
        KinkForm::new(combination(dimension, linear), kinks)
    }

    /// Dimension d of the space.
    pub fn dimension(&self) -> usize {
        self.linear.len()
    }

    /// `f(u)`
    pub fn value(&self, u: &[Rational]) -> Rational {
        dot(&self.linear, u) + self.kinks.iter().map(|kink| &kink.weight * dot(&kink.line, u).abs()).sum::<Rational>()
    }

    /// Whether f is linear: no kinks are left.
    pub fn is_linear(&self) -> bool {
        self.kinks.is_empty()
    }

    /// Whether f is zero everywhere: by uniqueness of the canonical form, no kinks and `a = 0`.
    pub fn is_zero(&self) -> bool {
        self.is_linear() && is_zero(&self.linear)
    }

    /// The gradient of f on the cell that contains u in its interior; u on a kink's line counts as its positive side.
    pub fn gradient_at(&self, u: &[Rational]) -> Vec<Rational> {
        let mut gradient = self.linear.clone();
        for kink in &self.kinks {
            let signed = if dot(&kink.line, u).is_negative() { -&kink.weight } else { kink.weight.clone() };
            add_multiple(&mut gradient, &signed, &kink.line);
        }
        gradient
    }

    /// Some u with `f(u) != 0`, as simple as easily found, or `None` if f is zero everywhere.
    ///
    /// If a kink is left, take v on its line and on no other: `f(v + e p) + f(v - e p) - 2 f(v) = 2 e kappa |p|^2` for
    /// small e, so one of the three is not zero.
    pub fn non_zero_point(&self) -> Option<Vec<Rational>> {
        let simple = self.simple_points();
        if let Some(u) = simple.into_iter().find(|u| !self.value(u).is_zero()) {
            return Some(u);
        }
        let kink = self.kinks.first()?;
        let square = dot(&kink.line, &kink.line);
        // v = m - (m.p / p.p) p for m on the moment curve (1, N, N^2, ...): generic for all but finitely many N.
        let on_line = |n: i64| {
            let base = Rational::from_integer(n.into());
            let moment: Vec<Rational> =
                (0..self.dimension()).map(|power| num_traits::pow(base.clone(), power)).collect();
            let mut v = moment.clone();
            add_multiple(&mut v, &-(dot(&moment, &kink.line) / &square), &kink.line);
            v
        };
        let others = || self.kinks.iter().filter(|other| other.line != kink.line);
        let v = (1..).map(on_line).find(|v| others().all(|other| !dot(&other.line, v).is_zero()))?;
        // Small enough not to cross another line.
        let room = others().filter_map(|other| {
            let speed = dot(&other.line, &kink.line).abs();
            (!speed.is_zero()).then(|| dot(&other.line, &v).abs() / speed)
        });
        let step =
            room.min().map_or_else(|| Rational::from_integer(1.into()), |room| room / Rational::from_integer(2.into()));
        let shifted = |step: Rational| {
            let mut u = v.clone();
            add_multiple(&mut u, &step, &kink.line);
            u
        };
        [shifted(Rational::zero()), shifted(step.clone()), shifted(-step)]
            .into_iter()
            .find(|u| !self.value(u).is_zero())
    }

    /// Unit vectors and kink lines, both signs.
    fn simple_points(&self) -> Vec<Vec<Rational>> {
        let unit =
            |axis: usize| (0..self.dimension()).map(|i| Rational::from_integer(i64::from(i == axis).into())).collect();
        let points = (0..self.dimension()).map(unit).chain(self.kinks.iter().map(|kink| kink.line.clone()));
        points.flat_map(|u: Vec<Rational>| [u.clone(), u.iter().map(|entry| -entry).collect()]).collect()
    }
}
