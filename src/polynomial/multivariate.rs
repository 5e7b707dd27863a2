//! Polynomials in several variables.

use crate::rational::Rational;
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
        let mut product = Multivariate::zero(self.variables);
        for (left, l) in &self.terms {
            for (right, r) in &other.terms {
                product.add_term(left.iter().zip(right).map(|(a, b)| a + b).collect(), l * r);
            }
        }
        product
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
