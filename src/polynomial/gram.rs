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
    let gram = gram_matrix(form, good, tight)?;
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

/// The tight terms, each the middle of two good exponents, as the entries beside the diagonal of a matrix.
pub(super) fn gram_matrix(form: &Multivariate, good: &[Exponents], tight: &[Exponents]) -> Option<QuadraticForm> {
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
    Some(gram)
}

/// `c p^2`, if a polynomial that isn't zero is that with c > 0: its root, term after term. `None` also for a polynomial of
/// one term, which is good or bad by itself.
///
/// Cost: the number of terms of p, at most that of the polynomial, times as many.
pub(super) fn perfect_square(form: &Multivariate) -> Option<WeightedSquare> {
    let is_even = |exponents: &Exponents| exponents.iter().all(|power| power % 2 == 0);
    let (lowest, least) = form.terms.first_key_value()?;
    let (highest, factor) = form.terms.last_key_value().filter(|(highest, _)| *highest != lowest)?;
    if !(is_even(lowest) && is_even(highest) && factor.is_positive() && least.is_positive()) {
        return None;
    }
    // With p = x^a + ... + q + ..., from the lexicographically highest term down: the highest term of the rest is 2 x^a q.
    let lead: Exponents = highest.iter().map(|power| power / 2).collect();
    let mut base = Multivariate::zero(form.variables);
    base.add_term(lead.clone(), Rational::one());
    let mut rest = Multivariate::zero(form.variables);
    rest.add(&factor.recip(), form);
    rest.add(&-Rational::one(), &base.times(&base));
    let two = Rational::from_integer(2.into());
    while let Some((exponents, value)) = rest.terms.last_key_value() {
        let divided = exponents.iter().zip(&lead).map(|(power, a)| power.checked_sub(*a));
        let next: Exponents = divided.collect::<Option<_>>()?;
        let root = value / &two;
        let falls = base.terms.first_key_value().is_some_and(|(last, _)| next < *last);
        let double: Exponents = next.iter().map(|power| 2 * power).collect();
        if !falls || double < *lowest || base.terms.len() > form.terms.len() {
            return None;
        }
        let mut term = Multivariate::zero(form.variables);
        term.add_term(next.clone(), root.clone());
        rest.add(&-two.clone(), &base.times(&term));
        rest.add(&-Rational::one(), &term.times(&term));
        base.add_term(next, root);
    }
    Some(WeightedSquare { factor: factor.clone(), monomial: vec![0; form.variables], base })
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

#[cfg(test)]
mod tests {
    use super::super::multivariate::polynomial;
    use super::*;

    #[test]
    fn perfect_squares_are_told_from_what_is_next_to_them() {
        let roots = [
            polynomial(&[(1, &[1, 0, 0]), (-1, &[1, 0, 1]), (-1, &[0, 1, 1])]),
            polynomial(&[(-2, &[2, 0, 0]), (3, &[1, 1, 0]), (5, &[0, 0, 1]), (7, &[0, 0, 0])]),
            polynomial(&[(1, &[0, 3, 0]), (-4, &[0, 0, 3])]),
        ];
        for root in &roots {
            for factor in [1, 2, 45] {
                let factor = Rational::from_integer(factor.into());
                let mut square = Multivariate::zero(3);
                square.add(&factor, &root.times(root));
                let found = perfect_square(&square).expect("a square");
                assert_eq!(found.expand(), square);
                let mut negative = Multivariate::zero(3);
                negative.add(&-factor, &root.times(root));
                assert_eq!(perfect_square(&negative), None);
                for changed in square.terms.keys() {
                    let mut other = square.clone();
                    other.add_term(changed.clone(), Rational::one());
                    assert!(perfect_square(&other).is_none_or(|found| found.expand() == other));
                }
            }
        }
        // Not squares: an odd end, a coefficient that is none, a term too many in the middle.
        for form in [
            polynomial(&[(1, &[2]), (2, &[1])]),
            polynomial(&[(1, &[2]), (2, &[1]), (2, &[0])]),
            polynomial(&[(1, &[4]), (1, &[3]), (2, &[2]), (1, &[0])]),
            polynomial(&[(1, &[2, 0]), (1, &[1, 1]), (1, &[0, 2])]),
            polynomial(&[(9, &[2, 0])]),
            Multivariate::zero(2),
        ] {
            assert_eq!(perfect_square(&form), None, "{form:?}");
        }
    }
}
