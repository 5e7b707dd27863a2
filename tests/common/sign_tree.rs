//! The naive twin of the enumeration of cells: a tree over the signs, an exact feasibility problem for each node.

use num_traits::{One, Signed, Zero};
use relucert::linear::{Bounds, Feasibility, add_multiple, dot, shortest_multiple};
use relucert::rational::{Integer, Rational};

/// The signs of each cell that is positive on the first line, in the order of the tree, + before -.
///
/// The cells of the first lines are cut by the next one exactly if neither of its signs is forced,
/// `sigma p = sum_f nu_f sigma_f p_f` with `nu >= 0` (Farkas).
pub fn half_of_cells(lines: &[Vec<Integer>], dimension: usize) -> Vec<Vec<bool>> {
    let mut cone = Feasibility::new(lines, &vec![Integer::zero(); dimension]);
    (0..lines.len()).for_each(|l| cone.set_bounds(l, Bounds::exactly(Integer::zero())));
    let vectors: Vec<Vec<Rational>> =
        lines.iter().map(|line| line.iter().cloned().map(Rational::from).collect()).collect();
    let first = vectors[0].clone();
    let mut search = Search { lines: vectors, cone, signs: vec![], found: vec![] };
    search.enter(true, first);
    search.found
}

struct Search {
    lines: Vec<Vec<Rational>>,
    /// `sum_l nu_l p_l = 0`, the nu of fixed lines free to one side.
    cone: Feasibility,
    signs: Vec<bool>,
    found: Vec<Vec<bool>>,
}

impl Search {
    /// Fixes the next sign; `u` is inside the cell that results.
    fn enter(&mut self, sign: bool, u: Vec<Rational>) {
        let line = self.signs.len();
        let zero = Some(Integer::zero());
        let half_line = if sign { Bounds { low: zero, high: None } } else { Bounds { low: None, high: zero } };
        self.cone.set_bounds(line, half_line);
        self.signs.push(sign);
        self.cut(u);
        self.signs.pop();
        self.cone.set_bounds(line, Bounds::exactly(Integer::zero()));
    }

    fn cut(&mut self, u: Vec<Rational>) {
        let next = self.signs.len();
        if next == self.lines.len() {
            return self.found.push(self.signs.clone());
        }
        let height = dot(&self.lines[next], &u);
        for sign in [true, false] {
            let inside = if height.is_zero() {
                Some(self.beside(&u, next, sign))
            } else if height.is_positive() == sign {
                Some(u.clone())
            } else {
                self.across(&u, &height, next)
            };
            if let Some(inside) = inside {
                self.enter(sign, inside);
            }
        }
    }

    /// u lies on line `next`: a small step to one side of it crosses no other line.
    fn beside(&self, u: &[Rational], next: usize, sign: bool) -> Vec<Rational> {
        let line = &self.lines[next];
        let room = self.lines[..next].iter().filter_map(|other| {
            let speed = dot(other, line).abs();
            (!speed.is_zero()).then(|| dot(other, u).abs() / speed)
        });
        let step = room.min().map_or_else(Rational::one, |room| room / two());
        let mut inside = u.to_vec();
        add_multiple(&mut inside, &if sign { step } else { -step }, line);
        inside
    }

    /// A point of the current cell on the other side of line `next` than u, if there is one.
    fn across(&mut self, u: &[Rational], height: &Rational, next: usize) -> Option<Vec<Rational>> {
        // Is sigma p, sigma the sign of p.u, a nonnegative combination of the fixed sigma_f p_f?
        let sigma = if height.is_positive() { -Integer::one() } else { Integer::one() };
        self.cone.set_bounds(next, Bounds::exactly(sigma));
        let answer = self.cone.solve();
        self.cone.set_bounds(next, Bounds::exactly(Integer::zero()));
        // If not: y with sigma_f p_f.y >= 0 for all f and sigma p.y < 0. A little of u makes the first strict.
        let mut inside: Vec<Rational> = answer.err()?.into_iter().map(Rational::from).collect();
        let other_height = dot(&self.lines[next], &inside);
        add_multiple(&mut inside, &(-other_height / height / two()), u);
        Some(shortest_multiple(&inside))
    }
}

fn two() -> Rational {
    Rational::from_integer(2.into())
}
