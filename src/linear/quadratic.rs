//! The least value of a convex quadratic function where some variables are nonnegative.

use super::elimination::solve;
use super::vector::dot;
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// A point y where `1/2 y.Hy + q.y` is least among those with `y_i >= 0` for the marked i, H symmetric and positive
/// semidefinite: `(Hy + q)_i` is 0, or at least 0 where `y_i = 0` is a bound. `None` if there is no least value, or after
/// 50 + 20 n steps.
///
/// Variables enter one after the other, the steepest first; those inside keep a derivative of 0, and leave where they
/// reach their bound. Cost: a system of as many equations as variables are inside at each step.
pub fn least_point(h: &[Vec<Rational>], q: &[Rational], is_bounded: &[bool]) -> Option<Vec<Rational>> {
    let mut y = vec![Rational::zero(); q.len()];
    let mut inside: Vec<usize> = Vec::new();
    let mut entering: Option<usize> = None;
    for _ in 0..50 + 20 * q.len() {
        let slope = |i: usize| dot(&h[i], &y) + &q[i];
        let outside = || (0..q.len()).filter(|i| !inside.contains(i));
        let falls = |i: &usize| if is_bounded[*i] { slope(*i).is_negative() } else { !slope(*i).is_zero() };
        let steepest = || outside().filter(falls).max_by_key(|i| (slope(*i).abs(), std::cmp::Reverse(*i)));
        let Some(i) = entering.or_else(steepest) else { return Some(y) };
        // The direction in which variable i grows and the derivatives of those inside stay 0.
        let columns: Vec<Vec<Rational>> =
            inside.iter().map(|c| inside.iter().map(|r| h[*r][*c].clone()).collect()).collect();
        let columns: Vec<&[Rational]> = columns.iter().map(Vec::as_slice).collect();
        let right = inside.iter().map(|r| -h[*r][i].clone()).collect();
        let factors = if inside.is_empty() { vec![] } else { solve(&columns, &[right])?.pop()? };
        let sign = if slope(i).is_negative() { Rational::one() } else { -Rational::one() };
        let mut direction = vec![Rational::zero(); q.len()];
        inside.iter().zip(factors).for_each(|(s, factor)| direction[*s] = factor * &sign);
        direction[i] = sign;
        let bends = dot(&direction, &h.iter().map(|row| dot(row, &direction)).collect::<Vec<_>>());
        let whole = (!bends.is_zero()).then(|| slope(i).abs() / bends);
        let towards = |s: &usize| is_bounded[*s] && direction[*s].is_negative();
        let bound = inside.iter().filter(|s| towards(s)).map(|s| (-(&y[*s] / &direction[*s]), *s)).min();
        let (step, leaving) = match (whole, bound) {
            (Some(whole), Some((step, s))) if step < whole => (step, Some(s)),
            (Some(whole), _) => (whole, None),
            (None, Some((step, s))) => (step, Some(s)),
            (None, None) => return None,
        };
        y.iter_mut().zip(&direction).for_each(|(y, d)| *y += &step * d);
        if let Some(s) = leaving {
            y[s] = Rational::zero();
            inside.retain(|other| *other != s);
            entering = Some(i);
        } else {
            inside.push(i);
            entering = None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    fn number(value: i64) -> Rational {
        Rational::from_integer(value.into())
    }

    #[test]
    fn the_conditions_hold_at_the_least_point() {
        let seed = 20_261;
        println!("seed {seed}");
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let (mut least, mut none) = (0, 0);
        for _ in 0..400 {
            let (n, rank) = (random.random_range(1..6_usize), random.random_range(1..6_usize));
            let rows: Vec<Vec<Rational>> =
                (0..rank).map(|_| (0..n).map(|_| number(random.random_range(-2..3))).collect()).collect();
            let h: Vec<Vec<Rational>> = (0..n)
                .map(|a| (0..n).map(|b| rows.iter().map(|row| &row[a] * &row[b]).sum::<Rational>()).collect())
                .collect();
            let q: Vec<Rational> = (0..n).map(|_| number(random.random_range(-2..3))).collect();
            let is_bounded: Vec<bool> = (0..n).map(|_| random.random_range(0..3) > 0).collect();
            let Some(y) = least_point(&h, &q, &is_bounded) else {
                none += 1;
                continue;
            };
            least += 1;
            for i in 0..n {
                let slope = dot(&h[i], &y) + &q[i];
                let at_bound = is_bounded[i] && y[i].is_zero() && !slope.is_negative();
                assert!(slope.is_zero() || at_bound, "{h:?} {q:?} {is_bounded:?} {y:?}");
                assert!(!is_bounded[i] || !y[i].is_negative());
            }
        }
        assert!(least > 100 && none > 50, "{least} {none}");
    }

    #[test]
    fn opposite_variables_and_no_least_value() {
        // (x - y - 1)^2 with x, y >= 0, and the same with a slope along the kernel of H.
        let h = [vec![number(2), number(-2)], vec![number(-2), number(2)]];
        let y = least_point(&h, &[number(-2), number(2)], &[true, true]).expect("a least value");
        assert_eq!(&y[0] - &y[1], number(1));
        assert!(least_point(&h, &[number(-3), number(2)], &[true, true]).is_none());
        assert!(least_point(&h, &[number(-1), number(2)], &[true, true]).is_some());
        assert!(least_point(&h, &[number(-1), number(2)], &[false, false]).is_none());
    }
}
