//! A variable of degree 2 is eliminated by its discriminant.

use super::descend::along;
use super::multivariate::Exponents;
use super::newton::Kind;
use super::truncated::Truncated;
use crate::linear::Polynomial;
use crate::rational::Rational;
use num_traits::{One, Signed};

/// `f = m (A x^2 + B x) + C` in a variable x.
pub(super) struct Elimination {
    pub(super) variable: usize,
    /// m
    pub(super) content: Exponents,
    /// A
    square: Truncated,
    /// B
    pub(super) linear: Truncated,
    /// C
    constant: Truncated,
}

impl Elimination {
    /// `None` unless m is nonnegative, `A(0) > 0` and `B(0) = 0`.
    pub(super) fn new(form: &Truncated, kinds: &[Kind], variable: usize) -> Option<Elimination> {
        let [constant, linear, square] = form.quadratic_in(variable)?;
        let (content, square) = square.without_content(kinds)?;
        let linear = linear.divided(&content)?;
        let origin = vec![0; form.variables()];
        let is_zero = !linear.form.terms.contains_key(&origin) && !linear.tail.contains(&origin);
        let is_positive = square.form.terms.get(&origin).is_some_and(Signed::is_positive);
        (is_zero && is_positive).then_some(Elimination { variable, content, square, linear, constant })
    }

    /// Products of terms that multiplying out takes.
    pub(super) fn cost(&self) -> usize {
        let terms = |form: &Truncated| form.form.terms.len();
        terms(&self.square) * terms(&self.constant) + terms(&self.linear) * terms(&self.linear)
    }

    /// `4 A C - m B^2`
    pub(super) fn left(&self) -> Truncated {
        let whole = vec![0; self.content.len()];
        let four = Rational::from_integer(4.into());
        let subtracted = self.linear.times(&self.linear).scaled(&-Rational::one(), &self.content);
        self.constant.times(&self.square).scaled(&four, &whole).plus(&Rational::one(), &subtracted)
    }

    /// The curve with the best x, a power series, cut off where the known part of the form is negative along it.
    pub(super) fn lift(&self, form: &Truncated, mut curve: Vec<Polynomial>) -> Option<Vec<Polynomial>> {
        let (square, linear) = (along(&self.square.form, &curve), along(&self.linear.form, &curve));
        [2, 4, 8, 16, 32].into_iter().find_map(|order| {
            // x = -B / (2 A)
            let mut x: Vec<Rational> = Vec::new();
            let at = |series: &Polynomial, power: usize| series.0.get(power).cloned().unwrap_or_default();
            let twice = at(&square, 0) * Rational::from_integer(2.into());
            for power in 0..=order {
                let earlier = x.iter().enumerate().map(|(low, x)| x * at(&square, power - low)).sum::<Rational>();
                x.push(-(at(&linear, power) + earlier * Rational::from_integer(2.into())) / &twice);
            }
            curve[self.variable] = Polynomial(x);
            let value = along(&form.form, &curve);
            value.lowest_term().is_some_and(|(_, lowest)| lowest.is_negative()).then(|| curve.clone())
        })
    }
}
