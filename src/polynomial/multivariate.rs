//! Polynomials in several variables.

use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// The exponents of a monomial, one for each variable.
pub type Exponents = Vec<u32>;

/// A polynomial in a fixed number of variables, by its non-zero terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multivariate {
    /// Number of variables.
    pub variables: usize,
    /// The coefficient of each monomial, never zero.
    pub terms: BTreeMap<Exponents, Rational>,
}

impl Multivariate {
    /// 0
    pub fn zero(variables: usize) -> Multivariate {
        Multivariate { variables, terms: BTreeMap::new() }
    }

    /// A constant.
    pub fn constant(variables: usize, value: Rational) -> Multivariate {
        let mut constant = Multivariate::zero(variables);
        constant.add_term(vec![0; variables], value);
        constant
    }

    /// A variable.
    pub fn variable(variables: usize, place: usize) -> Multivariate {
        let mut exponents = vec![0; variables];
        exponents[place] = 1;
        let mut variable = Multivariate::zero(variables);
        variable.add_term(exponents, Rational::one());
        variable
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// Adds a multiple of a monomial.
    pub fn add_term(&mut self, exponents: Exponents, coefficient: Rational) {
        use std::collections::btree_map::Entry;
        match self.terms.entry(exponents) {
            Entry::Vacant(entry) if !coefficient.is_zero() => drop(entry.insert(coefficient)),
            Entry::Vacant(_) => {}
            Entry::Occupied(mut entry) => {
                *entry.get_mut() += coefficient;
                if entry.get().is_zero() {
                    entry.remove();
                }
            }
        }
    }

    /// `self += factor * other`
    pub fn add(&mut self, factor: &Rational, other: &Multivariate) {
        other.terms.iter().for_each(|(exponents, value)| self.add_term(exponents.clone(), factor * value));
    }

    /// `self * other`. Cost: the product of the numbers of terms.
    pub fn times(&self, other: &Multivariate) -> Multivariate {
        self.times_where(other, |_| true)
    }

    /// The terms of `self * other` with exponents that are to be kept.
    pub(super) fn times_where(&self, other: &Multivariate, mut keep: impl FnMut(&Exponents) -> bool) -> Multivariate {
        // Over common denominators: one fraction for each term is reduced, and none for each product of terms.
        let (left, right) = (self.over_common_denominator(), other.over_common_denominator());
        let mut sums: BTreeMap<Exponents, Integer> = BTreeMap::new();
        for (left, l) in &left.1 {
            for (right, r) in &right.1 {
                let exponents: Exponents = left.iter().zip(*right).map(|(a, b)| a + b).collect();
                if keep(&exponents) {
                    *sums.entry(exponents).or_default() += l * r;
                }
            }
        }
        let denominator = left.0 * right.0;
        let sums = sums.into_iter().filter(|(_, sum)| !sum.is_zero());
        let terms = sums.map(|(exponents, sum)| (exponents, Rational::new(sum, denominator.clone()))).collect();
        Multivariate { variables: self.variables, terms }
    }

    /// A positive multiple of the polynomial with integer coefficients.
    pub(super) fn integer_multiple(&self) -> Multivariate {
        let terms = self.over_common_denominator().1.into_iter();
        let terms = terms.map(|(exponents, value)| (exponents.clone(), Rational::from_integer(value)));
        Multivariate { variables: self.variables, terms: terms.collect() }
    }

    /// A positive multiple of the value at a point, without a fraction being reduced on the way.
    pub(super) fn multiple_of_value(&self, x: &[Rational]) -> Integer {
        let power = |v: usize, numerator: u32, denominator: u32| {
            num_traits::pow(x[v].numer().clone(), numerator as usize)
                * num_traits::pow(x[v].denom().clone(), denominator as usize)
        };
        let tables: Vec<Vec<Integer>> = (0..self.variables)
            .map(|v| {
                let highest = self.terms.keys().map(|exponents| exponents[v]).max().unwrap_or(0);
                (0..=highest).map(|low| power(v, low, highest - low)).collect()
            })
            .collect();
        let (_, terms) = self.over_common_denominator();
        let value = |(exponents, coefficient): (&Exponents, Integer)| {
            let factors = exponents.iter().zip(&tables).map(|(power, table)| &table[*power as usize]);
            factors.filter(|factor| !factor.is_one()).fold(coefficient, |product, factor| product * factor)
        };
        terms.into_iter().map(value).sum()
    }

    /// The largest number of bits of a coefficient.
    pub(super) fn longest(&self) -> usize {
        let bits =
            |value: &Rational| usize::try_from(value.numer().bits() + value.denom().bits()).unwrap_or(usize::MAX);
        self.terms.values().map(bits).max().unwrap_or(0)
    }

    fn over_common_denominator(&self) -> (Integer, Vec<(&Exponents, Integer)>) {
        let denominators = self.terms.values().map(Rational::denom).filter(|denominator| !denominator.is_one());
        let denominator = denominators.fold(Integer::one(), |lcm, denominator| lcm.lcm(denominator));
        let integer = |value: &Rational| value.numer() * (&denominator / value.denom());
        let terms = self.terms.iter().map(|(exponents, value)| (exponents, integer(value))).collect();
        (denominator, terms)
    }

    /// The polynomial with a polynomial in the place of one variable.
    pub fn substitute(&self, place: usize, value: &Multivariate) -> Multivariate {
        let highest = self.terms.keys().map(|exponents| exponents[place]).max().unwrap_or(0);
        let mut parts = vec![Multivariate::zero(self.variables); highest as usize + 1];
        for (exponents, coefficient) in &self.terms {
            let mut others = exponents.clone();
            others[place] = 0;
            parts[exponents[place] as usize].add_term(others, coefficient.clone());
        }
        // Horner
        let zero = Multivariate::zero(self.variables);
        parts.into_iter().rev().fold(zero, |sum, part| {
            let mut next = sum.times(value);
            next.add(&Rational::one(), &part);
            next
        })
    }

    /// The value at a point.
    pub fn value(&self, x: &[Rational]) -> Rational {
        let monomial = |exponents: &Exponents| -> Rational {
            exponents.iter().zip(x).map(|(power, x)| num_traits::pow(x.clone(), *power as usize)).product()
        };
        self.terms.iter().map(|(exponents, coefficient)| coefficient * monomial(exponents)).sum()
    }
}

/// The determinant of a symmetric matrix of polynomials, by expansion along the first row. Cost: k! products.
pub fn determinant(matrix: &[Vec<Multivariate>], variables: usize) -> Multivariate {
    let mut unlimited = usize::MAX;
    determinant_within(matrix, variables, &mut unlimited).unwrap_or_else(|| Multivariate::zero(variables))
}

/// The same, unless more than `budget` products of terms are needed, from which they are taken.
pub fn determinant_within(matrix: &[Vec<Multivariate>], variables: usize, budget: &mut usize) -> Option<Multivariate> {
    let columns: Vec<usize> = (0..matrix.len()).collect();
    expand(matrix, &columns, variables, budget)
}

fn expand(rows: &[Vec<Multivariate>], columns: &[usize], variables: usize, budget: &mut usize) -> Option<Multivariate> {
    let Some((first, rest)) = rows.split_first() else {
        return Some(Multivariate::constant(variables, Rational::one()));
    };
    let mut sum = Multivariate::zero(variables);
    for (place, column) in columns.iter().enumerate().filter(|(_, column)| !first[**column].is_zero()) {
        let others: Vec<usize> = columns.iter().copied().filter(|other| other != column).collect();
        let sign = if place % 2 == 0 { Rational::one() } else { -Rational::one() };
        let minor = expand(rest, &others, variables, budget)?;
        *budget = budget.checked_sub(first[*column].terms.len() * minor.terms.len())?;
        sum.add(&sign, &first[*column].times(&minor));
    }
    Some(sum)
}

/// The polynomial with these terms, `[(coefficient, exponents)]`: for the tests of this folder.
#[cfg(test)]
pub(super) fn polynomial(terms: &[(i64, &[u32])]) -> Multivariate {
    let mut form = Multivariate::zero(terms[0].1.len());
    terms.iter().for_each(|(c, exponents)| form.add_term(exponents.to_vec(), Rational::from_integer((*c).into())));
    form
}
