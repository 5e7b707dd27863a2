//! Curves along which a polynomial is negative near 0.

use super::multivariate::{Exponents, Multivariate};
use super::newton::{Kind, Position};
use super::truncated::Truncated;
use crate::linear::Polynomial;
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};

/// Highest power of t in a curve.
const MAX_WEIGHT: u32 = 200;

/// `x_a = c_a t^omega_a`
fn curve(omega: &[u32], point: &[Rational]) -> Vec<Polynomial> {
    let monomial = |(power, c): (&u32, &Rational)| {
        let mut terms = vec![Rational::zero(); *power as usize];
        terms.push(c.clone());
        Polynomial(terms)
    };
    omega.iter().zip(point).map(monomial).collect()
}

/// Weight vectors with entries from 1, small ones first; all 1 for variables that don't occur.
fn small_weights(form: &Multivariate) -> Vec<Vec<u32>> {
    let used: Vec<bool> = (0..form.variables).map(|v| form.terms.keys().any(|exponents| exponents[v] > 0)).collect();
    let highest: u32 = match used.iter().filter(|used| **used).count() {
        0..=3 => 6,
        4 => 4,
        5..=6 => 3,
        7..=9 => 2,
        _ => 1,
    };
    let mut all = vec![vec![]];
    for is_used in used {
        let highest = if is_used { highest } else { 1 };
        all = all.iter().flat_map(|w: &Vec<u32>| (1..=highest).map(move |next| [&w[..], &[next]].concat())).collect();
    }
    all.sort_by_key(|w: &Vec<u32>| w.iter().sum::<u32>());
    all
}

/// A point with coordinates of the right signs at which one bad monomial is negative.
fn signs_for(kinds: &[Kind], exponents: &Exponents, coefficient: &Rational) -> Vec<Rational> {
    let mut point = vec![Rational::one(); kinds.len()];
    if coefficient.is_positive() {
        let odd = (0..kinds.len()).find(|place| kinds[*place] == Kind::Free && exponents[*place] % 2 == 1);
        odd.into_iter().for_each(|place| point[place] = -Rational::one());
    }
    point
}

/// A curve along which one bad term is lower than all others.
pub(super) fn negative_vertex(form: &Truncated, kinds: &[Kind], positions: &[Position]) -> Option<Vec<Polynomial>> {
    let single = |omega: &Vec<u32>| {
        let initial = form.initial(omega)?;
        let (exponents, coefficient) = initial.terms.first_key_value().filter(|_| initial.terms.len() == 1)?;
        let point = signs_for(kinds, exponents, coefficient);
        initial.value(&point).is_negative().then(|| curve(omega, &point))
    };
    if let Some(found) = small_weights(&form.form).iter().find_map(single) {
        return Some(found);
    }
    // The separating weights of linear programming, moved a little so that they are positive and generic.
    let degree = form.form.terms.keys().map(|exponents| exponents.iter().sum::<u32>()).max().unwrap_or(1);
    let outside = positions.iter().filter_map(|position| match position {
        Position::Outside(omega) => Some(omega),
        Position::Absorbed(_) | Position::Tight => None,
    });
    outside.into_iter().find_map(|omega| {
        (1..40_u32).find_map(|attempt| {
            let small = |place: u32| 1 + (place * place * 7 + place * attempt * 5 + attempt) % (2 + attempt);
            let scale = (3 + attempt) * degree + 1;
            let moved = (0..).zip(omega).map(|(place, w)| w.checked_mul(scale)?.checked_add(small(place)));
            // A curve is written down with all its coefficients.
            let moved = moved.map(|w| w.filter(|w| *w <= MAX_WEIGHT));
            single(&moved.collect::<Option<Vec<u32>>>()?)
        })
    })
}

/// A curve along which the terms on a face are negative together: small weights and simple points are tried.
pub(super) fn negative_face(form: &Truncated, kinds: &[Kind], tight: &[Exponents]) -> Option<Vec<Polynomial>> {
    let mut faces: Vec<Multivariate> = Vec::new();
    for omega in small_weights(&form.form) {
        let Some(initial) = form.initial(&omega).map(|initial| initial.integer_multiple()) else { continue };
        if faces.len() > 60 || faces.contains(&initial) || !initial.terms.keys().any(|b| tight.contains(b)) {
            continue;
        }
        let used = |place: usize| initial.terms.keys().any(|exponents| exponents[place] > 0);
        let places: Vec<usize> = (0..form.variables()).filter(|place| used(*place)).collect();
        for number in 0..300_u64 {
            let point = simple_point(kinds, &places, number);
            if initial.multiple_of_value(&point).is_negative() {
                return Some(curve(&omega, &point));
            }
        }
        faces.push(initial);
    }
    None
}

/// The points with coordinates 1, -1, 2, ... in some order without repetition: first all signs, then more values.
fn simple_point(kinds: &[Kind], places: &[usize], number: u64) -> Vec<Rational> {
    let values: [(i64, i64); 9] = [(1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (3, 2), (2, 3), (5, 1), (1, 5)];
    let mut point = vec![Rational::one(); kinds.len()];
    // A fixed sequence that fills the grid evenly; no random numbers.
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    for place in places {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let range = if number < 64 { 1 } else { values.len() as u64 };
        let (numerator, denominator) = values[((state >> 20) % range) as usize];
        let negative = kinds[*place] == Kind::Free && state >> 50 & 1 == 1;
        point[*place] =
            Rational::new(Integer::from(if negative { -numerator } else { numerator }), Integer::from(denominator));
    }
    point
}

/// A polynomial along a curve: one univariate polynomial for each variable. Cost: (number of terms) (degree) products.
pub fn along(form: &Multivariate, curve: &[Polynomial]) -> Polynomial {
    let mut sum = Polynomial(vec![]);
    for (exponents, coefficient) in &form.terms {
        let mut product = Polynomial(vec![coefficient.clone()]);
        for (power, path) in exponents.iter().zip(curve) {
            (0..*power).for_each(|_| product = product.times(path));
        }
        sum.add(&product);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::multivariate::polynomial;
    use super::super::newton::{position, split_terms};
    use super::*;

    #[test]
    fn curves_of_huge_degree_are_not_written_down() {
        // x^3 y^k is below x^4 only where the weight of x is more than k times that of y.
        for (k, found) in [(3, true), (20, true), (400, false)] {
            let form = polynomial(&[(1, &[4, 0]), (-1, &[3, k])]);
            let kinds = [Kind::Nonnegative; 2];
            let (good, bad) = split_terms(&form, &kinds);
            let positions: Vec<Position> = bad.iter().map(|b| position(b, &good)).collect();
            let curve = negative_vertex(&Truncated::whole(form.clone()), &kinds, &positions);
            assert_eq!(curve.is_some(), found, "{k}");
            if let Some(curve) = curve {
                assert!(curve.iter().all(|path| path.0.len() <= 201));
                assert!(along(&form, &curve).lowest_term().is_some_and(|(_, value)| value.is_negative()));
            }
        }
    }
}
