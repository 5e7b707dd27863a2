//! Polynomials of which only the terms of low degree are known.
//!
//! A search for a proof works on few terms; the rest is only known to consist of multiples of some monomials. What holds
//! for every polynomial like that holds for the one in question, and the proof is found again on it exactly.

use super::multivariate::{Exponents, Multivariate};
use super::newton::{Kind, is_even, weight};
use crate::rational::Rational;
use num_traits::One;
use std::collections::BTreeSet;

/// A polynomial up to terms that are multiples of some monomials.
#[derive(Debug, Clone)]
pub(super) struct Truncated {
    /// The known terms: none is a multiple of a monomial of the tail.
    pub(super) form: Multivariate,
    /// Every other term is a multiple of one of these, none of which is a multiple of another one.
    pub(super) tail: Vec<Exponents>,
    /// The total degree from which terms are forgotten.
    cut: u32,
    /// For each variable a bound for its degree in the whole polynomial.
    degrees: Vec<u32>,
}

impl Truncated {
    /// A polynomial without its terms of this total degree and higher.
    pub(super) fn new(form: &Multivariate, cut: u32) -> Truncated {
        let highest = |v: usize| form.terms.keys().map(|exponents| exponents[v]).max().unwrap_or(0);
        let degrees = (0..form.variables).map(highest).collect();
        Truncated { form: form.clone(), tail: vec![], cut, degrees }.tidy(BTreeSet::new())
    }

    /// A whole polynomial.
    pub(super) fn whole(form: Multivariate) -> Truncated {
        Truncated::new(&form, u32::MAX)
    }

    fn zero(&self) -> Truncated {
        let variables = self.form.variables;
        Truncated { form: Multivariate::zero(variables), tail: vec![], cut: self.cut, degrees: vec![0; variables] }
    }

    pub(super) fn variables(&self) -> usize {
        self.form.variables
    }

    /// Forgets what is of high degree or a multiple of the tail, to which some monomials are added.
    fn tidy(mut self, more: BTreeSet<Exponents>) -> Truncated {
        let is_high = |exponents: &Exponents| exponents.iter().sum::<u32>() >= self.cut;
        let high = self.form.terms.keys().filter(|exponents| is_high(exponents)).cloned();
        let all: BTreeSet<Exponents> = more.into_iter().chain(std::mem::take(&mut self.tail)).chain(high).collect();
        self.tail = minimal(all);
        if !self.tail.is_empty() {
            self.form.terms.retain(|exponents, _| !self.tail.iter().any(|a| divides(a, exponents)));
        }
        self
    }

    /// With the degrees themselves in the place of their bounds, if all terms are known: a product, or a difference of
    /// products, may be of a lower degree than its factors let expect.
    pub(super) fn with_degrees(mut self) -> Truncated {
        if self.tail.is_empty() {
            let highest = |v: usize| self.form.terms.keys().map(|exponents| exponents[v]).max().unwrap_or(0);
            self.degrees = (0..self.variables()).map(highest).collect();
        }
        self
    }

    /// Known terms and the tail: every monomial is a multiple of one of these.
    fn monomials(&self) -> impl Iterator<Item = &Exponents> {
        self.form.terms.keys().chain(&self.tail)
    }

    /// `self + factor other`
    pub(super) fn plus(mut self, factor: &Rational, other: &Truncated) -> Truncated {
        self.form.add(factor, &other.form);
        self.degrees.iter_mut().zip(&other.degrees).for_each(|(own, other)| *own = (*own).max(*other));
        self.tidy(other.tail.iter().cloned().collect())
    }

    /// `self * other`. Cost: the product of the numbers of terms.
    pub(super) fn times(&self, other: &Truncated) -> Truncated {
        let mut product = self.zero();
        product.degrees = self.degrees.iter().zip(&other.degrees).map(|(l, r)| l.saturating_add(*r)).collect();
        let mut high = BTreeSet::new();
        let sum = |l: &Exponents, r: &Exponents| -> Exponents { l.iter().zip(r).map(|(l, r)| l + r).collect() };
        product.form = self.form.times_where(&other.form, |exponents| {
            let keeps = exponents.iter().sum::<u32>() < self.cut;
            if !keeps {
                high.insert(exponents.clone());
            }
            keeps
        });
        for (tail, all) in [(&self.tail, other), (&other.tail, self)] {
            tail.iter().for_each(|left| high.extend(all.monomials().map(|right| sum(left, right))));
        }
        product.tidy(high)
    }

    /// `factor m self`, m a monomial.
    pub(super) fn scaled(mut self, factor: &Rational, monomial: &Exponents) -> Truncated {
        let raised = |exponents: &Exponents| exponents.iter().zip(monomial).map(|(power, c)| power + c).collect();
        let terms = self.form.terms.iter().map(|(exponents, value)| (raised(exponents), factor * value));
        self.form.terms = terms.collect();
        self.tail = self.tail.iter().map(raised).collect();
        self.cut = self.cut.saturating_add(monomial.iter().sum());
        self.degrees.iter_mut().zip(monomial).for_each(|(degree, c)| *degree = degree.saturating_add(*c));
        self
    }

    /// The polynomial divided by a monomial, if that divides all terms.
    pub(super) fn divided(&self, content: &Exponents) -> Option<Truncated> {
        let lower = |exponents: &Exponents| -> Option<Exponents> {
            exponents.iter().zip(content).map(|(power, c)| power.checked_sub(*c)).collect()
        };
        let mut quotient = self.zero();
        if self.cut < u32::MAX {
            quotient.cut = self.cut.saturating_sub(content.iter().sum());
        }
        for (exponents, value) in &self.form.terms {
            quotient.form.add_term(lower(exponents)?, value.clone());
        }
        quotient.tail = self.tail.iter().map(lower).collect::<Option<_>>()?;
        quotient.degrees = self.degrees.iter().zip(content).map(|(degree, c)| degree.saturating_sub(*c)).collect();
        Some(quotient)
    }

    /// The largest nonnegative monomial that divides all terms.
    pub(super) fn content(&self, kinds: &[Kind]) -> Exponents {
        let least = self.common();
        least.iter().zip(kinds).map(|(power, kind)| if *kind == Kind::Free { power / 2 * 2 } else { *power }).collect()
    }

    /// The largest monomial that divides all terms.
    fn common(&self) -> Exponents {
        let least = |v: usize| self.monomials().map(|exponents| exponents[v]).min().unwrap_or(0);
        (0..self.variables()).map(least).collect()
    }

    /// The polynomial with a polynomial in the other variables, or in all, in the place of one variable.
    pub(super) fn substitute(&self, variable: usize, value: &Multivariate) -> Truncated {
        let mut value = Truncated::new(value, u32::MAX);
        value.cut = self.cut;
        let highest = self.monomials().map(|exponents| exponents[variable]).max().unwrap_or(0) as usize;
        let mut parts = vec![self.zero(); highest + 1];
        let without = |exponents: &Exponents| {
            let mut others = exponents.clone();
            (std::mem::take(&mut others[variable]) as usize, others)
        };
        for (exponents, coefficient) in &self.form.terms {
            let (power, others) = without(exponents);
            parts[power].form.add_term(others, coefficient.clone());
        }
        for exponents in &self.tail {
            let (power, others) = without(exponents);
            parts[power].tail.push(others);
        }
        // Horner
        let one = Rational::one();
        let mut sum = parts.into_iter().rev().fold(self.zero(), |sum, part| sum.times(&value).plus(&one, &part));
        let power = self.degrees[variable];
        let degree = |(v, own): (usize, &u32)| {
            let own = if v == variable { 0 } else { *own };
            own.saturating_add(power.saturating_mul(value.degrees[v]))
        };
        sum.degrees = self.degrees.iter().enumerate().map(degree).collect();
        sum
    }

    /// The coefficients of 1, x, x^2; `None` unless x is of degree 2.
    pub(super) fn quadratic_in(&self, variable: usize) -> Option<[Truncated; 3]> {
        if self.degrees[variable] != 2 {
            return None;
        }
        let mut parts = [self.zero(), self.zero(), self.zero()];
        for part in &mut parts {
            part.degrees.clone_from(&self.degrees);
            part.degrees[variable] = 0;
        }
        let without = |exponents: &Exponents| {
            let mut others = exponents.clone();
            (std::mem::take(&mut others[variable]) as usize, others)
        };
        for (exponents, coefficient) in &self.form.terms {
            let (power, others) = without(exponents);
            parts.get_mut(power)?.form.add_term(others, coefficient.clone());
        }
        // A multiple of x^p a may be a part of each coefficient from that of x^p on.
        let tails = [0, 1, 2].map(|power| {
            self.tail.iter().map(without).filter(|(low, _)| *low <= power).map(|(_, others)| others).collect()
        });
        let mut tails: std::array::IntoIter<BTreeSet<Exponents>, 3> = tails.into_iter();
        Some(parts.map(|part| part.tidy(tails.next().unwrap_or_default())))
    }

    /// `m` and `self / m`, m the largest monomial that divides all terms, if m is nonnegative.
    pub(super) fn without_content(&self, kinds: &[Kind]) -> Option<(Exponents, Truncated)> {
        let content = self.common();
        let quotient = self.divided(&content).filter(|_| is_even(kinds, &content))?;
        Some((content, quotient))
    }

    /// The terms of least weight, if nothing of the tail can be among them.
    pub(super) fn initial(&self, omega: &[u32]) -> Option<Multivariate> {
        let least = self.form.terms.keys().map(|exponents| weight(omega, exponents)).min()?;
        if self.tail.iter().any(|exponents| weight(omega, exponents) <= least) {
            return None;
        }
        let terms = self.form.terms.iter().filter(|(exponents, _)| weight(omega, exponents) == least);
        Some(Multivariate {
            variables: self.form.variables,
            terms: terms.map(|(exponents, value)| (exponents.clone(), value.clone())).collect(),
        })
    }
}

/// Whether the first monomial divides the second one.
pub fn divides(a: &Exponents, b: &Exponents) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b)
}

/// Those that no other one divides.
fn minimal(monomials: BTreeSet<Exponents>) -> Vec<Exponents> {
    let mut all: Vec<Exponents> = monomials.into_iter().collect();
    all.sort_by_key(|exponents| exponents.iter().sum::<u32>());
    let mut found: Vec<Exponents> = Vec::new();
    for exponents in all {
        if !found.iter().any(|a| divides(a, &exponents)) {
            found.push(exponents);
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::super::multivariate::polynomial;
    use super::*;

    /// The terms of the whole polynomial are the known ones and multiples of the tail.
    fn agrees(truncated: &Truncated, whole: &Multivariate) -> bool {
        let known = |exponents: &Exponents| !truncated.tail.iter().any(|a| divides(a, exponents));
        let terms = whole.terms.iter().filter(|(exponents, _)| known(exponents));
        terms.eq(&truncated.form.terms)
            && whole.terms.keys().all(|exponents| exponents.iter().zip(&truncated.degrees).all(|(e, d)| e <= d))
    }

    #[test]
    fn operations_on_truncated_polynomials_are_those_on_whole_ones() {
        let left = polynomial(&[(2, &[2, 0, 0]), (-3, &[1, 2, 0]), (1, &[0, 4, 1]), (5, &[2, 3, 3]), (7, &[0, 0, 6])]);
        let right = polynomial(&[(1, &[0, 0, 1]), (4, &[1, 1, 0]), (-1, &[0, 5, 1])]);
        let by = polynomial(&[(3, &[0, 1, 1]), (1, &[1, 0, 0])]);
        for cut in 1..12 {
            let (l, r) = (Truncated::new(&left, cut), Truncated::new(&right, cut));
            assert!(agrees(&l, &left) && agrees(&r, &right), "{cut}");
            assert!(agrees(&l.times(&r), &left.times(&right)), "{cut}");
            assert!(agrees(&l.substitute(0, &by), &left.substitute(0, &by)), "{cut}");
            let mut sum = left.clone();
            sum.add(&Rational::from_integer(2.into()), &right);
            assert!(agrees(&l.clone().plus(&Rational::from_integer(2.into()), &r), &sum), "{cut}");
            // x is of degree 2: 4 A C - B^2 is what it is for the whole polynomial.
            let [c, b, a] = l.quadratic_in(0).unwrap();
            let [whole_c, whole_b, whole_a] = Truncated::whole(left.clone()).quadratic_in(0).unwrap();
            assert!(agrees(&a, &whole_a.form) && agrees(&b, &whole_b.form) && agrees(&c, &whole_c.form), "{cut}");
            assert!(agrees(&a.times(&c), &whole_a.form.times(&whole_c.form)), "{cut}");
        }
        assert!(Truncated::new(&left, 6).quadratic_in(1).is_none());
    }

    #[test]
    fn a_known_polynomial_has_its_own_degree() {
        // (1 + y) w^2 + x w + x^2: what is left without w is of degree 2 in x, as 4 (1 + y) x^2 - x^2 is.
        let form = polynomial(&[(1, &[2, 0, 0]), (1, &[2, 0, 1]), (1, &[1, 1, 0]), (1, &[0, 2, 0])]);
        let [c, b, a] = Truncated::whole(form.clone()).quadratic_in(0).unwrap();
        let left = a.times(&c).plus(&-Rational::one(), &b.times(&b)).with_degrees();
        assert_eq!(left.degrees, [0, 2, 1]);
        assert!(left.quadratic_in(1).is_some());
        // With terms that are not known the bound stays.
        let mut cut = Truncated::new(&form, 3);
        cut.degrees[1] = 4;
        assert!(cut.with_degrees().quadratic_in(1).is_none());
    }

    #[test]
    fn the_tail_stops_initial_forms_and_divisions() {
        let form = polynomial(&[(1, &[2, 0]), (-1, &[1, 3]), (1, &[0, 5])]);
        let truncated = Truncated::new(&form, 5);
        assert_eq!(truncated.tail, vec![vec![0, 5]]);
        assert!(truncated.initial(&[1, 1]).is_some_and(|initial| initial.terms.len() == 1));
        assert_eq!(truncated.initial(&[3, 1]), None);
        assert!(truncated.divided(&vec![1, 0]).is_none());
    }
}
