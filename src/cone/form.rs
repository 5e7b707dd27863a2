//! Quadratic forms.

use crate::linear::{add_multiple, combination, dot};
use crate::rational::Rational;
use num_traits::Zero;

/// `q(u) = u . M u`, M symmetric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuadraticForm {
    /// `M`, row by row.
    pub matrix: Vec<Vec<Rational>>,
}

impl QuadraticForm {
    /// The form that is zero, on a space of the given dimension.
    pub fn zero(dimension: usize) -> QuadraticForm {
        QuadraticForm { matrix: vec![vec![Rational::zero(); dimension]; dimension] }
    }

    /// Dimension of the space.
    pub fn dimension(&self) -> usize {
        self.matrix.len()
    }

    /// `q += factor (l.u) (m.u)`
    pub fn add_product(&mut self, factor: &Rational, l: &[Rational], m: &[Rational]) {
        let half = factor / Rational::from_integer(2.into());
        for (i, row) in self.matrix.iter_mut().enumerate() {
            add_multiple(row, &(&half * &l[i]), m);
            add_multiple(row, &(&half * &m[i]), l);
        }
    }

    /// Bits of the longest entry.
    pub fn longest(&self) -> u64 {
        let bits = |entry: &Rational| entry.numer().bits() + entry.denom().bits();
        self.matrix.iter().flatten().map(bits).max().unwrap_or(0)
    }

    /// `q += factor p`
    pub fn add(&mut self, factor: &Rational, other: &QuadraticForm) {
        self.matrix.iter_mut().zip(&other.matrix).for_each(|(row, more)| add_multiple(row, factor, more));
    }

    /// `M u`
    pub fn apply(&self, u: &[Rational]) -> Vec<Rational> {
        self.matrix.iter().map(|row| dot(row, u)).collect()
    }

    /// `q(u)`
    pub fn value(&self, u: &[Rational]) -> Rational {
        dot(u, &self.apply(u))
    }

    /// The form in the coordinates x of `u = sum_i x_i b_i`.
    pub fn in_coordinates(&self, basis: &[&[Rational]]) -> QuadraticForm {
        let images: Vec<Vec<Rational>> = basis.iter().map(|b| self.apply(b)).collect();
        QuadraticForm { matrix: basis.iter().map(|b| images.iter().map(|image| dot(b, image)).collect()).collect() }
    }

    /// `c_z` with `q(u) = sum_z (l_z.u) (c_z.u)`, for a form that is zero wherever all `l_z`, independent, are.
    ///
    /// With F such that `l_z.F_z' = [z = z']`, u - F L u lies where q vanishes, so `q(u) = 2 u.M F L u - (F L u).M (F L u)`.
    pub fn factors_of_zeros(&self, zeros: &[&[Rational]]) -> Option<Vec<Vec<Rational>>> {
        let right = dual_basis(zeros, self.dimension())?;
        let images: Vec<Vec<Rational>> = right.iter().map(|f| self.apply(f)).collect();
        let factor = |image: &Vec<Rational>| {
            let mut c: Vec<Rational> = image.iter().map(|entry| entry + entry).collect();
            right.iter().zip(zeros).for_each(|(f, l)| add_multiple(&mut c, &-dot(f, image), l));
            c
        };
        Some(images.iter().map(factor).collect())
    }
}

/// The vectors `f_i` in the span of some independent vectors `b_i` with `b_i.f_j = [i = j]`; `None` if they depend on
/// each other.
pub(crate) fn dual_basis(vectors: &[&[Rational]], dimension: usize) -> Option<Vec<Vec<Rational>>> {
    if vectors.is_empty() {
        return Some(vec![]);
    }
    let gram: Vec<Vec<Rational>> = vectors.iter().map(|b| vectors.iter().map(|c| dot(b, c)).collect()).collect();
    let unit = |i: usize| {
        let entry = |j: usize| Rational::from_integer(i64::from(i == j).into());
        (0..vectors.len()).map(entry).collect::<Vec<_>>()
    };
    let units: Vec<Vec<Rational>> = (0..vectors.len()).map(unit).collect();
    let columns: Vec<&[Rational]> = gram.iter().map(Vec::as_slice).collect();
    let factors = crate::linear::solve(&columns, &units)?;
    Some(factors.iter().map(|row| combination(dimension, row.iter().cloned().zip(vectors.iter().copied()))).collect())
}
