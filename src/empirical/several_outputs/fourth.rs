//! Ways down in the third or fourth order, where the second is zero: a search with floating-point numbers for directions,
//! exact curves along them (docs/theory.md, section 7.20).
#![allow(clippy::float_arithmetic)] // It proposes directions; each is judged exactly.

use super::squares::{SumOfSquares, monomial};
use crate::cone::Cone;
use crate::linear::{Polynomial, add_multiple, dot, independent, solve};
use crate::polynomial::{Kind, Multivariate};
use crate::rational::{Rational, to_f64};
use num_traits::{Num, One, Signed, Zero};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Most faces, and directions that are tried on each: at random, and near the best of these.
const MAX_FACES: usize = 8;
const STARTS: usize = 12;
const AT_RANDOM: usize = 60;
const NEAR: usize = 150;
/// Amounts of the generators are multiples of this part of the largest.
const GRID: f64 = 24.0;

/// Curves `t y`, along which f is negative of the third order, or `t y + t^2 w`, of the fourth. At most one for each face of the
/// orthant of the nonnegative variables; `budget` pays (variables)^3 for each.
pub(super) fn curves(sum: &SumOfSquares<'_>, budget: &mut usize) -> impl Iterator<Item = Vec<Polynomial>> {
    let orders = Orders::of(sum);
    let cost = sum.variables().pow(3);
    let faces = faces(&sum.projected.kinds).into_iter().take_while(move |_| {
        let rest = budget.checked_sub(cost).filter(|_| !crate::effort::is_over());
        *budget = rest.unwrap_or(*budget);
        rest.is_some()
    });
    faces.filter_map(move |face| Face::new(&orders, &face)?.curve())
}

/// The sets of variables that may be positive, all of them first: the free ones, and any of the others.
fn faces(kinds: &[Kind]) -> Vec<Vec<bool>> {
    let bounded: Vec<usize> = (0..kinds.len()).filter(|v| kinds[*v] == Kind::Nonnegative).collect();
    let count = 1_usize.checked_shl(u32::try_from(bounded.len()).unwrap_or(u32::MAX)).unwrap_or(usize::MAX);
    let face = |left_out: usize| {
        let is_in = |v: usize| bounded.iter().position(|b| *b == v).is_none_or(|b| b >= 60 || left_out >> b & 1 == 0);
        (0..kinds.len()).map(is_in).collect()
    };
    (0..count.min(MAX_FACES)).map(face).collect()
}

/// `f = sum_s w_s (l_s + q_s)^2 + pull`, `l_s` linear, `q_s` and pull quadratic.
struct Orders {
    kinds: Vec<Kind>,
    squares: Vec<Square<Rational>>,
    /// The same, rounded.
    rounded: Vec<Square<f64>>,
    /// The matrix of the second order, `sum_s w_s l_s^2 + pull`.
    second: Vec<Vec<Rational>>,
}

/// `w (l + q)^2`, q as `(a, b, c)` for each `c x_a x_b`.
struct Square<T> {
    weight: T,
    linear: Vec<T>,
    quadratic: Vec<(usize, usize, T)>,
}

impl Orders {
    fn of(sum: &SumOfSquares<'_>) -> Orders {
        let variables = sum.variables();
        let quadratic = |p: &Multivariate| -> Vec<(usize, usize, Rational)> {
            let terms = p.terms.iter().filter(|(exponents, _)| exponents.iter().sum::<u32>() == 2);
            let places = terms.map(|(exponents, value)| {
                let first = exponents.iter().position(|power| *power > 0).unwrap_or_default();
                let last = exponents.iter().rposition(|power| *power > 0).unwrap_or_default();
                (first, last, value.clone())
            });
            places.collect()
        };
        let linear = |p: &Multivariate| -> Vec<Rational> {
            let slope = |v: usize| p.terms.get(&monomial(variables, &[v])).cloned().unwrap_or_default();
            (0..variables).map(slope).collect()
        };
        let square = |(p, w): &(Multivariate, Rational)| Square {
            weight: w.clone(),
            linear: linear(p),
            quadratic: quadratic(p),
        };
        let squares = sum.squares.iter().map(square).collect();
        Orders::new(sum.projected.kinds.clone(), squares, &quadratic(&sum.pull))
    }

    fn new(kinds: Vec<Kind>, squares: Vec<Square<Rational>>, pull: &[(usize, usize, Rational)]) -> Orders {
        let variables = kinds.len();
        let mut second = vec![vec![Rational::zero(); variables]; variables];
        for Square { weight, linear, .. } in &squares {
            let entries = second.iter_mut().zip(linear).filter(|(_, l)| !l.is_zero());
            entries.for_each(|(row, l)| add_multiple(row, &(weight * l), linear));
        }
        let half = Rational::new(1.into(), 2.into());
        for (a, b, value) in pull {
            second[*a][*b] += value * &half;
            second[*b][*a] += value * &half;
        }
        let rounded = |x: &Rational| to_f64(x).unwrap_or(f64::NAN);
        let round = |square: &Square<Rational>| Square {
            weight: rounded(&square.weight),
            linear: square.linear.iter().map(rounded).collect(),
            quadratic: square.quadratic.iter().map(|(a, b, c)| (*a, *b, rounded(c))).collect(),
        };
        let rounded = squares.iter().map(round).collect();
        Orders { kinds, squares, rounded, second }
    }
}

/// What stands behind the second order along `t y + t^2 w`, y in the kernel of the second order Q:
/// `f = third t^3 + (fourth + 2 slopes.w + Q(w)) t^4 + ...`
struct Behind<T> {
    third: T,
    fourth: T,
    slopes: Vec<T>,
}

fn behind<T: Num + Clone>(squares: &[Square<T>], y: &[T]) -> Behind<T> {
    let mut found = Behind { third: T::zero(), fourth: T::zero(), slopes: vec![T::zero(); y.len()] };
    for Square { weight, linear, quadratic } in squares {
        let l = linear.iter().zip(y).fold(T::zero(), |sum, (l, y)| sum + l.clone() * y.clone());
        let value = |(a, b, c): &(usize, usize, T)| c.clone() * y[*a].clone() * y[*b].clone();
        let q = quadratic.iter().map(value).fold(T::zero(), |sum, term| sum + term);
        let wq = weight.clone() * q.clone();
        found.third = found.third + (T::one() + T::one()) * wq.clone() * l.clone();
        found.fourth = found.fourth + wq.clone() * q;
        for (slope, l) in found.slopes.iter_mut().zip(linear).filter(|(_, l)| !l.is_zero()) {
            *slope = slope.clone() + wq.clone() * l.clone();
        }
        if !l.is_zero() {
            let wl = weight.clone() * l;
            for (a, b, c) in quadratic {
                let along = wl.clone() * c.clone();
                found.slopes[*a] = found.slopes[*a].clone() + along.clone() * y[*b].clone();
                found.slopes[*b] = found.slopes[*b].clone() + along * y[*a].clone();
            }
        }
    }
    found
}

/// Where some of the nonnegative variables are positive and the others zero.
struct Face<'a> {
    orders: &'a Orders,
    /// The nonnegative variables that are positive.
    positive: Vec<usize>,
    /// Generators of the kernel of the second order: rays, then lines.
    generators: Vec<Vec<Rational>>,
    rays: usize,
    rounded: Vec<Vec<f64>>,
    /// Variables on which the second order is regular, as many as its rank, and its inverse there.
    regular: Vec<usize>,
    inverse: Vec<Vec<Rational>>,
    rounded_inverse: Vec<Vec<f64>>,
}

impl<'a> Face<'a> {
    /// `None` if the kernel of the second order does not meet the face.
    fn new(orders: &'a Orders, is_in: &[bool]) -> Option<Face<'a>> {
        let variables = is_in.len();
        let coordinate = |v: usize| -> Vec<Rational> {
            (0..variables).map(|other| if other == v { Rational::one() } else { Rational::zero() }).collect()
        };
        let mut kernel = Cone::whole(variables);
        (0..variables).filter(|v| !is_in[*v]).for_each(|v| kernel.flatten(coordinate(v)));
        (0..variables).filter(|v| is_in[*v]).for_each(|v| kernel.flatten(orders.second[v].clone()));
        let positive: Vec<usize> =
            (0..variables).filter(|v| is_in[*v] && orders.kinds[*v] == Kind::Nonnegative).collect();
        positive.iter().for_each(|v| kernel.cut(coordinate(*v)));
        if !positive.iter().all(|v| kernel.rays.iter().any(|ray| ray[*v].is_positive())) {
            return None;
        }
        let places: Vec<usize> = (0..variables).filter(|v| is_in[*v]).collect();
        let part = |rows: &[usize]| -> Vec<Vec<Rational>> {
            rows.iter().map(|a| rows.iter().map(|b| orders.second[*a][*b].clone()).collect()).collect()
        };
        let columns = part(&places);
        let independent = independent(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let regular: Vec<usize> = independent.into_iter().map(|place| places[place]).collect();
        let units: Vec<Vec<Rational>> = regular
            .iter()
            .map(|a| regular.iter().map(|b| Rational::from_integer(u8::from(a == b).into())).collect())
            .collect();
        let columns = part(&regular);
        let inverse = solve(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>(), &units)?;
        let round = |rows: &[Vec<Rational>]| -> Vec<Vec<f64>> {
            rows.iter().map(|row| row.iter().map(|x| to_f64(x).unwrap_or(f64::NAN)).collect()).collect()
        };
        let Cone { rays, lineality, .. } = kernel;
        let (count, generators) = (rays.len(), [rays, lineality].concat());
        let (rounded, rounded_inverse) = (round(&generators), round(&inverse));
        Some(Face { orders, positive, rays: count, rounded, generators, regular, rounded_inverse, inverse })
    }

    fn curve(&self) -> Option<Vec<Polynomial>> {
        if self.generators.is_empty() {
            return None;
        }
        let mut random = ChaCha8Rng::seed_from_u64(0);
        (0..STARTS).find_map(|_| self.exact_curve(&self.search(&mut random)))
    }

    /// Amounts of the generators along whose sum f is low in comparison with its length.
    fn search(&self, random: &mut ChaCha8Rng) -> Vec<f64> {
        let count = self.generators.len();
        let amount = |g: usize, x: f64| if g < self.rays { x.abs() } else { x };
        let mut best = (f64::INFINITY, vec![0.0; count]);
        for step in 0..AT_RANDOM + NEAR {
            let sizes: Vec<f64> = (0..count).map(|_| random.random_range(-1.0..1.0)).collect();
            let reach = 0.5_f64.powi((step.saturating_sub(AT_RANDOM) / 20).try_into().unwrap_or(i32::MAX));
            let tried: Vec<f64> = (0..count)
                .map(|g| match step < AT_RANDOM {
                    // Many directions of the kernel do nothing.
                    true if random.random_range(0..3) == 0 && g >= self.rays => 0.0,
                    true => amount(g, sizes[g]),
                    false => amount(g, best.1[g] + reach * sizes[g]),
                })
                .collect();
            let value = self.value(&tried);
            if value < best.0 {
                best = (value, tried);
            }
        }
        best.1
    }

    /// The coefficient of the fourth order with the best w, divided by `|y|^4`, or less where f falls by less.
    fn value(&self, amounts: &[f64]) -> f64 {
        let mut y = vec![0.0; self.orders.second.len()];
        for (amount, generator) in amounts.iter().zip(&self.rounded) {
            y.iter_mut().zip(generator).for_each(|(y, entry)| *y += amount * entry);
        }
        let length = y.iter().map(|y| y * y).sum::<f64>().sqrt();
        if length < 1e-9 {
            return f64::INFINITY;
        }
        y.iter_mut().for_each(|y| *y /= length);
        let Behind { third, fourth, slopes } = behind(&self.orders.rounded, &y);
        let inner = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let along = self.rounded.iter().map(|generator| inner(generator, &slopes).abs()).fold(0.0, f64::max);
        let own: Vec<f64> = self.regular.iter().map(|v| slopes[*v]).collect();
        let gain = own.iter().zip(&self.rounded_inverse).map(|(slope, row)| slope * inner(row, &own)).sum::<f64>();
        fourth - gain - 1e3 * (along + third.abs())
    }

    /// The curve along the sum of these amounts, rounded, of the generators, if f is negative along it.
    fn exact_curve(&self, amounts: &[f64]) -> Option<Vec<Polynomial>> {
        let largest = amounts.iter().fold(0.0_f64, |largest, amount| largest.max(amount.abs()));
        let mut y = vec![Rational::zero(); self.orders.second.len()];
        for (place, (amount, generator)) in amounts.iter().zip(&self.generators).enumerate() {
            // A ray stays in: without it the curve may leave the face.
            let steps = (amount / largest * GRID).round().max(if place < self.rays { 1.0 } else { -GRID });
            add_multiple(&mut y, &Rational::from_float(steps)?, generator);
        }
        let Behind { third, fourth, slopes } = behind(&self.orders.squares, &y);
        let curve = |y: &[Rational], w: &[Rational]| -> Vec<Polynomial> {
            let path =
                |(y, w): (&Rational, &Rational)| Polynomial(vec![Rational::zero(), y.clone(), w.clone()]).trimmed();
            y.iter().zip(w).map(path).collect()
        };
        let mut w = vec![Rational::zero(); y.len()];
        if !third.is_zero() {
            let turned: Vec<Rational> = y.iter().map(|y| -y * third.signum()).collect();
            return (third.is_negative() || self.positive.is_empty()).then(|| curve(&turned, &w));
        }
        let along = |generator: &&Vec<Rational>| !dot(generator, &slopes).is_zero();
        if let Some(generator) = self.generators.iter().find(along) {
            let two = Rational::from_integer(2.into());
            add_multiple(&mut w, &-((fourth + Rational::one()) / (two * dot(generator, &slopes))), generator);
            return Some(curve(&y, &w));
        }
        let own: Vec<Rational> = self.regular.iter().map(|v| -&slopes[*v]).collect();
        for (v, row) in self.regular.iter().zip(&self.inverse) {
            w[*v] = dot(row, &own);
        }
        (fourth + dot(&slopes, &w)).is_negative().then(|| curve(&y, &w))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The curve of the first face for `(x + y^2)^2 + factor x^2`, x of this kind and y free.
    fn curve(factor: Rational, kind: Kind) -> Option<Vec<Polynomial>> {
        let whole = |x: i64| Rational::from_integer(x.into());
        let square = Square { weight: whole(1), linear: vec![whole(1), whole(0)], quadratic: vec![(1, 1, whole(1))] };
        let orders = Orders::new(vec![kind, Kind::Free], vec![square], &[(0, 0, factor)]);
        let faces = faces(&orders.kinds);
        faces.iter().find_map(|face| Face::new(&orders, face)?.curve())
    }

    fn lowest(x: &Polynomial) -> (usize, Rational) {
        let (power, coefficient) = x.lowest_term().expect("it isn't zero");
        (power, coefficient.clone())
    }

    #[test]
    fn the_fourth_order_falls_below_the_second() {
        // x^2 / 2 + 2 x y^2 + y^4 = (x + 2 y^2)^2 / 2 - y^4
        let found = curve(-Rational::new(1.into(), 2.into()), Kind::Free).expect("a curve");
        let [(x, a), (y, b)] = [lowest(&found[0]), lowest(&found[1])];
        assert_eq!((x, y), (2, 1));
        assert_eq!(a, -(&b * &b + &b * &b));
        // For nonnegative x it is a sum of nonnegative terms, and without the pull it is a square.
        assert_eq!(curve(-Rational::new(1.into(), 2.into()), Kind::Nonnegative), None);
        assert_eq!(curve(Rational::zero(), Kind::Free), None);
    }

    #[test]
    fn the_third_order_falls() {
        // 2 x y^2 + y^4
        let found = curve(-Rational::one(), Kind::Free).expect("a curve");
        let ((x, a), (y, _)) = (lowest(&found[0]), lowest(&found[1]));
        assert!((x, y) == (1, 1) && a.is_negative());
        assert_eq!(curve(-Rational::one(), Kind::Nonnegative), None);
    }
}
