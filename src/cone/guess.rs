//! Looking for a point where a form is negative on a cone, with floating-point numbers; what is found is rounded and tested
//! exactly.
#![allow(clippy::float_arithmetic)] // It proposes directions; each is judged exactly.

use super::form::QuadraticForm;
use super::polyhedral::Cone;
use crate::linear::combination;
use crate::rational::{Rational, to_f64};
use num_traits::Signed;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Starts at random, and rounds of descent along the coordinates from each.
const STARTS: usize = 40;
const ROUNDS: usize = 30;
/// Coordinates are multiples of this part of the largest.
const GRID: f64 = 1024.0;

/// A point of a simplicial cone with `q(u) < 0`, if one is found. Cost: some thousand values of derivatives, and mostly no
/// exact number.
pub fn guess_negative(form: &QuadraticForm, cone: &Cone) -> Option<Vec<Rational>> {
    let basis: Vec<&[Rational]> = cone.lineality.iter().chain(&cone.rays).map(Vec::as_slice).collect();
    let free = cone.lineality.len();
    let here = form.in_coordinates(&basis);
    let rounded: Vec<Vec<f64>> =
        here.matrix.iter().map(|row| row.iter().map(|x| to_f64(x).unwrap_or(f64::NAN)).collect()).collect();
    let mut random = ChaCha8Rng::seed_from_u64(0);
    (0..STARTS).find_map(|_| {
        let start = (0..basis.len()).map(|v| random.random_range(if v < free { -1.0 } else { 0.0 }..1.0)).collect();
        let x = descend(&rounded, free, start);
        let along = |row: &Vec<f64>| row.iter().zip(&x).map(|(entry, x)| entry * x).sum::<f64>();
        let value: f64 = rounded.iter().zip(&x).map(|(row, x)| x * along(row)).sum();
        if value >= 0.0 {
            return None;
        }
        let exact = |x: &f64| Rational::from_float((x * GRID).round());
        let x: Vec<Rational> = x.iter().map(exact).collect::<Option<_>>()?;
        here.value(&x).is_negative().then(|| combination(form.dimension(), x.into_iter().zip(basis.iter().copied())))
    })
}

/// The largest coordinate stays 1, each other one goes where the form is least, within -1 or 0 and 1.
fn descend(matrix: &[Vec<f64>], free: usize, mut x: Vec<f64>) -> Vec<f64> {
    for _ in 0..ROUNDS {
        let sizes = x.iter().enumerate().max_by(|(_, x), (_, y)| x.abs().total_cmp(&y.abs()));
        let Some((largest, size)) = sizes.map(|(place, x)| (place, x.abs())).filter(|(_, size)| *size > 0.0) else {
            return x;
        };
        x.iter_mut().for_each(|x| *x /= size);
        for v in (0..x.len()).filter(|v| *v != largest) {
            let others: f64 = (0..x.len()).filter(|w| *w != v).map(|w| matrix[v][w] * x[w]).sum();
            let low = if v < free { -1.0 } else { 0.0 };
            x[v] = match matrix[v][v] {
                own if own > 0.0 => (-others / own).clamp(low, 1.0),
                _ if others > 0.0 => low,
                _ => 1.0,
            };
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(matrix: &[&[i64]]) -> QuadraticForm {
        let row = |row: &&[i64]| row.iter().map(|x| Rational::from_integer((*x).into())).collect();
        QuadraticForm { matrix: matrix.iter().map(row).collect() }
    }

    fn orthant(dimension: usize) -> Cone {
        let mut cone = Cone::whole(dimension);
        let axes = cone.lineality.clone();
        axes.into_iter().for_each(|axis| cone.cut(axis));
        cone
    }

    #[test]
    fn a_negative_value_is_found_inside_only() {
        // (x - 2 y)^2 - z^2 / 4 + ..., negative where x = 2 y and z is large.
        let dent = form(&[&[4, -8, 0], &[-8, 16, 1], &[0, 1, -1]]);
        let u = guess_negative(&dent, &orthant(3)).unwrap();
        assert!(dent.value(&u).is_negative() && u.iter().all(|entry| !entry.is_negative()));
        // Negative only where the signs differ.
        assert_eq!(guess_negative(&form(&[&[1, 2], &[2, 1]]), &orthant(2)), None);
        assert!(guess_negative(&form(&[&[1, 2], &[2, 1]]), &Cone::whole(2)).is_some());
        // The form of Horn, nonnegative on the orthant and no sum of a semidefinite and a nonnegative one.
        let horn: [&[i64]; 5] =
            [&[1, -1, 1, 1, -1], &[-1, 1, -1, 1, 1], &[1, -1, 1, -1, 1], &[1, 1, -1, 1, -1], &[-1, 1, 1, -1, 1]];
        assert_eq!(guess_negative(&form(&horn), &orthant(5)), None);
    }
}
