//! Quadratic forms in coordinates of which some are free and the others nonnegative: nonnegative, or negative at a
//! point, by eliminating one coordinate after the other.
//!
//! A free coordinate with a positive coefficient is removed by a square. A nonnegative one, x_a, whose row has no
//! negative entries is removed as `x_a (m_aa x_a + 2 sum_b m_ab x_b)`, a product of nonnegative factors; one whose other
//! entries are all <= 0 by a square, because the best x_a is then >= 0. If no row is of one sign, the cone is split at
//! a point of an edge where the row is zero; on both parts it has one mixed pair less. So the elimination ends, and it
//! is exact both ways.

use super::form::QuadraticForm;
use crate::linear::{add_multiple, dot};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// `q(x) = sum c x_a x_b + sum c (v.x)^2` with `c >= 0`, the x_a and x_b nonnegative coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decomposition {
    /// `(a, b, c)`
    pub products: Vec<(usize, usize, Rational)>,
    /// `(c, v)`
    pub squares: Vec<(Rational, Vec<Rational>)>,
}

/// Split the cone by the sign of `s x_a - t x_b`, s and t positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// `(a, b)`
    pub pair: (usize, usize),
    /// `(s, t)`
    pub factors: (Rational, Rational),
}

/// What one elimination shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrthantAnswer {
    /// `q >= 0`
    Nonnegative(Decomposition),
    /// `q(x) < 0`
    Negative(Vec<Rational>),
    /// It has to be asked again on both parts.
    Split(Split),
}

struct Elimination {
    /// What is left of the form: rows and columns of removed coordinates are stale.
    left: QuadraticForm,
    open: Vec<usize>,
    found: Decomposition,
    /// `(a, row of a, m_aa)` of squares; other coordinates are zero at the point that is sought.
    squared: Vec<(usize, Vec<Rational>)>,
}

/// Asks about a form whose first `free` coordinates are free. Nonnegative coordinates are removed in the order of
/// `order` first; those chosen here are appended to it. Asking again on the parts with the order that a split leaves
/// (and the same coordinates) ends after finitely many splits.
pub(super) fn eliminate(form: &QuadraticForm, free: usize, order: &mut Vec<usize>) -> OrthantAnswer {
    let open = (0..form.dimension()).collect();
    let mut elimination =
        Elimination { left: form.clone(), open, found: Decomposition::default(), squared: Vec::new() };
    for f in 0..free {
        if let Some(x) = elimination.remove_free(f) {
            return OrthantAnswer::Negative(x);
        }
    }
    let mut place = 0;
    while !elimination.open.is_empty() {
        if place == order.len() {
            let one_signed = elimination.open.iter().find(|a| elimination.mixed(**a).is_none());
            order.push(*one_signed.unwrap_or(&elimination.open[0]));
        }
        let a = order[place];
        if let Some(x) = elimination.negative_through(a) {
            return OrthantAnswer::Negative(x);
        }
        if let Some(split) = elimination.mixed(a) {
            return OrthantAnswer::Split(split);
        }
        elimination.remove(a);
        place += 1;
    }
    OrthantAnswer::Nonnegative(elimination.found)
}

impl Elimination {
    fn entry(&self, a: usize, b: usize) -> &Rational {
        &self.left.matrix[a][b]
    }

    fn others(&self, a: usize) -> impl Iterator<Item = usize> + '_ {
        self.open.iter().copied().filter(move |b| *b != a)
    }

    /// A point from some coordinates, all other open ones zero: the removed ones take their best values.
    fn complete(&self, coordinates: &[(usize, Rational)]) -> Vec<Rational> {
        let mut x = vec![Rational::zero(); self.left.dimension()];
        coordinates.iter().for_each(|(a, value)| x[*a] = value.clone());
        for (a, row) in self.squared.iter().rev() {
            x[*a] = Rational::zero();
            x[*a] = -(dot(row, &x) / &row[*a]);
        }
        x
    }

    fn remove_free(&mut self, f: usize) -> Option<Vec<Rational>> {
        let own = self.entry(f, f).clone();
        if own.is_positive() {
            self.remove_by_square(f);
            return None;
        }
        if own.is_negative() {
            return Some(self.complete(&[(f, Rational::one())]));
        }
        let Some(b) = self.others(f).find(|b| !self.entry(f, *b).is_zero()) else {
            self.open.retain(|other| *other != f);
            return None;
        };
        // m_bb + 2 x_f m_fb = -1
        let two = Rational::from_integer(2.into());
        let x_f = -(self.entry(b, b) + Rational::one()) / (two * self.entry(f, b));
        Some(self.complete(&[(b, Rational::one()), (f, x_f)]))
    }

    /// A negative value that a nonnegative coordinate with `m_aa <= 0` shows.
    fn negative_through(&self, a: usize) -> Option<Vec<Rational>> {
        if self.entry(a, a).is_negative() {
            return Some(self.complete(&[(a, Rational::one())]));
        }
        let b = self.others(a).find(|b| self.entry(a, a).is_zero() && self.entry(a, *b).is_negative())?;
        // m_bb + 2 x_a m_ab <= -1, and x_a > 0
        let two = Rational::from_integer(2.into());
        let x_a = -(self.entry(b, b).abs() + Rational::one()) / (two * self.entry(a, b));
        Some(self.complete(&[(b, Rational::one()), (a, x_a)]))
    }

    /// Where to split if the row of a has entries of both signs.
    fn mixed(&self, a: usize) -> Option<Split> {
        let plus = self.others(a).find(|b| self.entry(a, *b).is_positive())?;
        let minus = self.others(a).find(|b| self.entry(a, *b).is_negative())?;
        // The row is zero at x_plus : x_minus = -m_minus : m_plus.
        let factors = (self.entry(a, plus).clone(), -self.entry(a, minus));
        Some(Split { pair: (plus, minus), factors })
    }

    /// Removes a nonnegative coordinate whose row has one sign.
    fn remove(&mut self, a: usize) {
        if self.others(a).any(|b| self.entry(a, b).is_negative()) {
            return self.remove_by_square(a);
        }
        let two = Rational::from_integer(2.into());
        for b in self.open.clone() {
            let factor = if a == b { self.entry(a, a).clone() } else { &two * self.entry(a, b) };
            if !factor.is_zero() {
                self.found.products.push((a, b, factor));
            }
        }
        self.open.retain(|other| *other != a);
    }

    /// `q = (row.x)^2 / m_aa + ...`
    fn remove_by_square(&mut self, a: usize) {
        let mut row = vec![Rational::zero(); self.left.dimension()];
        self.open.iter().for_each(|b| row[*b] = self.entry(a, *b).clone());
        let inverse = row[a].recip();
        self.open.retain(|other| *other != a);
        for b in &self.open {
            let factor = -(&row[*b] * &inverse);
            add_multiple(&mut self.left.matrix[*b], &factor, &row);
        }
        self.found.squares.push((inverse, row.clone()));
        self.squared.push((a, row));
    }
}
