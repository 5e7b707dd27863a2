//! The cells of a central arrangement, each with an interior direction.

use crate::linear::{Bounds, Feasibility, add_multiple, dot, shortest_multiple};
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};

/// An open cell `{ u : sign_l p_l.u > 0 }` of an arrangement of lines p_l.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Whether `p_l.u > 0` (true) or `< 0`, for each line.
    pub signs: Vec<bool>,
    /// A direction inside.
    pub direction: Vec<Rational>,
}

/// There are more cells than were allowed for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {0} activation patterns")]
pub struct TooManyCells(pub usize);

/// Calls `visit` for each cell of the arrangement of some lines (primitive integer vectors, pairwise different, each
/// with its first non-zero entry positive), in a fixed order; without lines there is one cell, the whole space.
///
/// A tree over the signs: the cells of the first lines are cut by the next one exactly if neither of its signs is forced,
/// `sigma p = sum_f nu_f sigma_f p_f` with `nu >= 0`, which is one exact feasibility problem (Farkas). Half of the tree
/// is enough, because `-u` lies in the opposite cell. Cost: about one such problem per node.
///
/// # Errors
/// [`TooManyCells`] as soon as there are more than `limit`.
pub fn for_each_cell(
    lines: &[Vec<Integer>], dimension: usize, limit: usize, mut visit: impl FnMut(&Cell),
) -> Result<(), TooManyCells> {
    let Some(first) = lines.first() else {
        let direction = vec![Rational::zero(); dimension];
        visit(&Cell { signs: vec![], direction });
        return Ok(());
    };
    let mut cone = Feasibility::new(lines, &vec![Integer::zero(); dimension]);
    (0..lines.len()).for_each(|l| cone.set_bounds(l, Bounds::exactly(Integer::zero())));
    let vectors = lines.iter().map(|line| line.iter().cloned().map(Rational::from).collect()).collect();
    let mut search = Search { lines: vectors, cone, signs: vec![], count: 0, limit };
    let direction: Vec<Rational> = first.iter().cloned().map(Rational::from).collect();
    search.enter(true, direction, &mut |cell| {
        visit(cell);
        let opposite = |u: &Rational| -u;
        let direction = cell.direction.iter().map(opposite).collect();
        visit(&Cell { signs: cell.signs.iter().map(|sign| !sign).collect(), direction });
    })
}

struct Search {
    lines: Vec<Vec<Rational>>,
    /// `sum_l nu_l p_l = 0`, the nu of fixed lines free to one side.
    cone: Feasibility,
    signs: Vec<bool>,
    count: usize,
    limit: usize,
}

impl Search {
    /// Fixes the next sign; `u` is inside the cell that results.
    fn enter(&mut self, sign: bool, u: Vec<Rational>, visit: &mut dyn FnMut(&Cell)) -> Result<(), TooManyCells> {
        let line = self.signs.len();
        let zero = Some(Integer::zero());
        let half_line = if sign { Bounds { low: zero, high: None } } else { Bounds { low: None, high: zero } };
        self.cone.set_bounds(line, half_line);
        self.signs.push(sign);
        let result = self.cut(u, visit);
        self.signs.pop();
        self.cone.set_bounds(line, Bounds::exactly(Integer::zero()));
        result
    }

    fn cut(&mut self, u: Vec<Rational>, visit: &mut dyn FnMut(&Cell)) -> Result<(), TooManyCells> {
        let next = self.signs.len();
        if next == self.lines.len() {
            self.count += 2;
            if self.count > self.limit {
                return Err(TooManyCells(self.limit));
            }
            visit(&Cell { signs: self.signs.clone(), direction: shortest_multiple(&u) });
            return Ok(());
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
                self.enter(sign, inside, visit)?;
            }
        }
        Ok(())
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
