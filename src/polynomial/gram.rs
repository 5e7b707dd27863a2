//! Terms on the faces as sums of squares.

use super::multivariate::{Exponents, Multivariate};
use crate::cone::QuadraticForm;
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};

/// `c m p^2`: c > 0, m a monomial that is nonnegative where it counts, p a polynomial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedSquare {
    /// `c`
    pub factor: Rational,
    /// `m`
    pub monomial: Exponents,
    /// `p`
    pub base: Multivariate,
}

impl WeightedSquare {
    /// `c m p^2` multiplied out.
    pub fn expand(&self) -> Multivariate {
        let mut monomial = Multivariate::zero(self.base.variables);
        monomial.add_term(self.monomial.clone(), self.factor.clone());
        monomial.times(&self.base.times(&self.base))
    }
}

/// Squares that contain all the given tight terms, each of them the middle of two good ones, and leave a part of each
/// good term. With nonnegative variables written as squares every good monomial is one, so that the terms are a quadratic
/// form in monomials; if its matrix is positive definite, completing squares gives them. `None` if it isn't, or if a term
/// isn't such a middle.
pub(super) fn squares(form: &Multivariate, good: &[Exponents], tight: &[Exponents]) -> Option<Vec<WeightedSquare>> {
    let mut gram = QuadraticForm::zero(good.len());
    let two = Rational::from_integer(2.into());
    for b in tight {
        let middle = |l: &usize, r: &usize| {
            good[*l].iter().zip(&good[*r]).zip(b).all(|((left, right), b)| left + right == 2 * b)
        };
        let pairs = (0..good.len()).flat_map(|l| (0..l).map(move |r| (l, r)));
        let (l, r) = pairs.into_iter().find(|(l, r)| middle(l, r))?;
        let half = form.terms.get(b)? / &two;
        gram.matrix[l][r] += &half;
        gram.matrix[r][l] += &half;
    }
    let involved: Vec<usize> = (0..good.len()).filter(|l| gram.matrix[*l].iter().any(|x| !x.is_zero())).collect();
    // A part of each good term stays, to absorb what is higher; the smaller it is, the more matrices pass.
    [2, 8, 24, 80].into_iter().find_map(|shift| {
        let part = Rational::one() - Rational::new(Integer::one(), Integer::one() << shift);
        let mut gram = gram.clone();
        for l in &involved {
            gram.matrix[*l][*l] += &part * form.terms.get(&good[*l])?;
        }
        complete_squares(gram, &involved, good, form.variables)
    })
}

fn complete_squares(
    mut gram: QuadraticForm, involved: &[usize], good: &[Exponents], variables: usize,
) -> Option<Vec<WeightedSquare>> {
    let mut found = Vec::new();
    for (place, l) in involved.iter().enumerate() {
        let pivot = gram.matrix[*l][*l].clone();
        if !pivot.is_positive() {
            return None;
        }
        let rest = &involved[place..];
        // All monomials of one square have the same parities, because their middles with the first one are monomials.
        let monomial: Exponents = good[*l].iter().map(|power| power % 2).collect();
        let mut base = Multivariate::zero(variables);
        let row = gram.matrix[*l].clone();
        for r in rest.iter().filter(|r| !row[**r].is_zero()) {
            let root = good[*r].iter().zip(&monomial).map(|(power, parity)| (power - parity) / 2).collect();
            base.add_term(root, &row[*r] / &pivot);
        }
        for r in &rest[1..] {
            for s in &rest[1..] {
                let change = &row[*r] * &row[*s] / &pivot;
                gram.matrix[*r][*s] -= change;
            }
        }
        found.push(WeightedSquare { factor: pivot, monomial, base });
    }
    Some(found)
}
