//! A variable of degree 2 is eliminated by its discriminant.

use super::descend::along;
use super::multivariate::{Exponents, Multivariate};
use super::newton::{Kind, is_even};
use crate::linear::Polynomial;
use crate::rational::Rational;
use num_traits::{One, Signed};

/// `f = m (A x^2 + B x) + C` in a variable x.
pub(super) struct Elimination {
    pub(super) variable: usize,
    /// m
    pub(super) content: Exponents,
    /// A
    square: Multivariate,
    /// B
    linear: Multivariate,
    /// C
    constant: Multivariate,
    /// `4 A C - m B^2`
    pub(super) left: Multivariate,
}

impl Elimination {
    pub(super) fn new(form: &Multivariate, kinds: &[Kind], variable: usize) -> Option<Elimination> {
        let zero = || Multivariate::zero(form.variables);
        let mut parts = [zero(), zero(), zero()];
        for (exponents, value) in &form.terms {
            let mut others = exponents.clone();
            let power = std::mem::take(&mut others[variable]) as usize;
            parts.get_mut(power)?.add_term(others, value.clone());
        }
        let [constant, linear, square] = parts;
        if square.is_zero() {
            return None;
        }
        let least = |v: usize| square.terms.keys().map(|exponents| exponents[v]).min().unwrap_or(0);
        let content: Exponents = (0..form.variables).map(least).collect();
        let divisible = linear.terms.keys().all(|exponents| exponents.iter().zip(&content).all(|(a, m)| a >= m));
        if !is_even(kinds, &content) || !divisible {
            return None;
        }
        let (square, linear) = (divide(&square, &content), divide(&linear, &content));
        let origin = vec![0; form.variables];
        if !square.terms.get(&origin).is_some_and(Signed::is_positive) || linear.terms.contains_key(&origin) {
            return None;
        }
        Some(Elimination { variable, content, square, linear, constant, left: zero() })
    }

    /// Products of terms that multiplying out takes.
    pub(super) fn cost(&self) -> usize {
        let terms = |form: &Multivariate| form.terms.len();
        terms(&self.square) * terms(&self.constant) + terms(&self.linear) * terms(&self.linear)
    }

    pub(super) fn multiply_out(&mut self) {
        self.left.add(&Rational::from_integer(4.into()), &self.square.times(&self.constant));
        let mut monomial = Multivariate::zero(self.left.variables);
        monomial.add_term(self.content.clone(), Rational::one());
        self.left.add(&-Rational::one(), &monomial.times(&self.linear.times(&self.linear)));
    }

    /// The curve with the best x, a power series, cut off where the form is negative along it.
    pub(super) fn lift(&self, form: &Multivariate, mut curve: Vec<Polynomial>) -> Option<Vec<Polynomial>> {
        let (square, linear) = (along(&self.square, &curve), along(&self.linear, &curve));
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
            let value = along(form, &curve);
            value.lowest_term().is_some_and(|(_, lowest)| lowest.is_negative()).then(|| curve.clone())
        })
    }
}

/// A polynomial divided by a monomial that divides all its terms.
pub(super) fn divide(form: &Multivariate, content: &Exponents) -> Multivariate {
    let lower = |exponents: &Exponents| exponents.iter().zip(content).map(|(power, c)| power - c).collect();
    let terms = form.terms.iter().map(|(exponents, value)| (lower(exponents), value.clone()));
    Multivariate { variables: form.variables, terms: terms.collect() }
}
