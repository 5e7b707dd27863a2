//! Squares of which a part is kept as it is and gets no name: they give good terms that the names hide (docs/theory.md, section
//! 7.17).

use super::relations::Kept;
use super::squares::{SumOfSquares, first_factor};
use crate::linear::{Echelon, add_multiple, dot, is_zero};
use crate::polynomial::{Exponents, Kind};
use crate::rational::Rational;
use num_traits::Zero;
use std::collections::BTreeSet;

/// For each nonnegative o that isn't flat a sum of the p_s in which x_o has a positive coefficient, other nonnegative variables
/// none that is negative, and free variables, and products of flat coordinates, the coefficient 0: its square has the good
/// term `x_o^2`.
/// Small parts of them are enough, since what is absorbed is so by any multiple.
pub(super) fn steep(sum: &SumOfSquares<'_>) -> Vec<Kept> {
    let steep: Vec<usize> = (0..sum.variables()).filter(|o| sum.is_bounded(*o) && !sum.is_flat(*o)).collect();
    let products: Vec<Exponents> =
        sum.products().into_iter().filter(|product| !steep.contains(&first_factor(product))).collect();
    let share = Rational::new(1.into(), (1_000 * steep.len().max(1)).into());
    let of = |o: &usize| {
        let values = sum.shortest(*o, &products).filter(|values| !is_zero(values))?;
        let factors = values.iter().zip(&sum.squares).map(|(value, (_, w))| value * w).collect();
        Some(kept(sum, factors, &share))
    };
    steep.iter().filter_map(of).collect()
}

/// Halves of squares of sums of the p_s that are zero to the first order: for each o of some coordinates those that contain
/// products of o, and of as few other variables as can be.
pub(super) fn bent(sum: &SumOfSquares<'_>, coordinates: &BTreeSet<usize>) -> Vec<Kept> {
    let half = Rational::new(1.into(), 2.into());
    let mut all: Vec<Vec<Rational>> = Vec::new();
    for mut factors in coordinates.iter().flat_map(|o| bent_along(sum, *o)) {
        // Orthogonal to each other, so that the halves of their squares are at most half of all squares.
        for other in &all {
            let along = -inner(sum, &factors, other) / inner(sum, other, other);
            add_multiple(&mut factors, &along, other);
        }
        if !is_zero(&factors) {
            all.push(factors);
        }
    }
    all.into_iter().map(|factors| kept(sum, factors, &half)).collect()
}

fn bent_along(sum: &SumOfSquares<'_>, o: usize) -> Vec<Vec<Rational>> {
    let products = sum.products();
    let columns_of = |o: usize| -> Vec<Vec<Rational>> {
        products.iter().filter(|product| first_factor(product) == o).map(|product| sum.column(product)).collect()
    };
    let own = columns_of(o);
    let first_order = sum.directions(&[]);
    let mut zero = Echelon::of(first_order.iter().map(|(.., column)| column.as_slice()));
    let others = (0..sum.variables()).filter(|v| *v != o && !sum.active.contains(v));
    let (free, bounded): (Vec<usize>, Vec<usize>) = others.partition(|v| sum.projected.kinds[*v] == Kind::Free);
    for other in free.into_iter().chain(bounded) {
        let mut more = zero.clone();
        for column in columns_of(other) {
            more.insert(&column);
        }
        if own.iter().any(|column| !more.contains(column)) {
            zero = more;
        }
    }
    let sums = zero.kernel(sum.squares.len()).into_iter();
    sums.filter(|factors| own.iter().any(|column| !dot(column, factors).is_zero())).collect()
}

/// `(sum_s f_s p_s)^2 <= (sum_s f_s^2 / w_s) (sum_s w_s p_s^2)`: the given part of the largest multiple that the squares
/// allow.
fn kept(sum: &SumOfSquares<'_>, factors: Vec<Rational>, part: &Rational) -> Kept {
    let share = part / inner(sum, &factors, &factors);
    Kept { factors, share }
}

/// `sum_s l_s r_s / w_s`
fn inner(sum: &SumOfSquares<'_>, left: &[Rational], right: &[Rational]) -> Rational {
    left.iter().zip(right).zip(&sum.squares).map(|((l, r), (_, w))| l * r / w).sum()
}
