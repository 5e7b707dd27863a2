//! Sharing out the convex kinks among a and the concave ones, one after the other: a sufficient condition for `f >= 0` on a
//! cone (docs/theory.md, section 2), by feasibility problems of d rows.

use super::nonnegative::Reduced;
use super::tree::Node;
use crate::linear::{Bounds, Feasibility};
use crate::rational::{Integer, Rational};
use num_traits::{Signed, Zero};

/// What is left of a convex kink is counted in parts of this size, so that denominators don't multiply.
const PARTS: u64 = 1 << 12;
/// How often it is tried in another order.
const ROUNDS: usize = 4;

/// The convex kinks and who has how much of them.
#[derive(Debug, Clone)]
pub(super) struct Share<'a> {
    form: &'a Reduced,
    /// `sum_l x_l p_l + x_a a = 0`, x counted in parts.
    problem: Feasibility,
    convex: Vec<usize>,
    /// Parts of each convex kink that are left.
    left: Vec<u64>,
}

impl Share<'_> {
    pub(super) fn new(form: &Reduced) -> Share<'_> {
        let columns: Vec<Vec<Integer>> = form.lines.iter().chain([&form.linear]).cloned().collect();
        let mut problem = Feasibility::new(&columns, &vec![Integer::zero(); form.linear.len()]);
        (0..columns.len()).for_each(|column| problem.set_bounds(column, Bounds::exactly(Integer::zero())));
        Share { form, problem, convex: form.convex(), left: vec![] }
    }

    /// A leaf for the cone of some fixed signs, the other concave kinks being `free`. Who comes away empty is served first the
    /// next time.
    pub(super) fn leaf(&mut self, fixed: &[(usize, bool)], free: &[usize]) -> Option<Node> {
        let linear = self.form.lines.len();
        let mut queue: Vec<usize> = std::iter::once(linear).chain(free.iter().copied()).collect();
        for _ in 0..ROUNDS {
            match self.round(fixed, &queue) {
                Ok(leaf) => return Some(leaf),
                Err(0) => return None,
                Err(place) => queue[..=place].rotate_right(1),
            }
        }
        None
    }

    /// Serves a queue of columns; the place of the first who comes away empty.
    fn round(&mut self, fixed: &[(usize, bool)], queue: &[usize]) -> Result<Node, usize> {
        self.left = vec![PARTS; self.convex.len()];
        let (mut lambda, mut mu, mut gamma) = (vec![], vec![], vec![]);
        for (place, column) in queue.iter().enumerate() {
            if *column == self.form.lines.len() {
                (lambda, mu) = self.serve_linear(fixed).ok_or(place)?;
            } else {
                // |kappa_m| p_m = sum_l gamma_l kappa_l p_l
                let row = self.give(*column, &(&self.form.weights[*column] * PARTS), |_, _| vec![]);
                gamma.push((*column, row.ok_or(place)?.0));
            }
        }
        gamma.sort_unstable_by_key(|(column, _)| *column);
        Ok(Node::Leaf { lambda, gamma: gamma.into_iter().map(|(_, row)| row).collect(), mu })
    }

    fn serve_linear(&mut self, fixed: &[(usize, bool)]) -> Option<(Vec<Rational>, Vec<Rational>)> {
        // a = sum_l lambda_l kappa_l p_l + sum_fixed (|kappa| + mu) sigma p
        for (kink, positive) in fixed {
            let least = self.form.weights[*kink].abs() * PARTS;
            self.problem.set_bounds(
                *kink,
                match positive {
                    true => Bounds { low: Some(least), high: None },
                    false => Bounds { low: None, high: Some(-least) },
                },
            );
        }
        let linear = self.form.lines.len();
        let found = self.give(linear, &-Integer::from(PARTS), |problem, form| {
            let mu = |(kink, _): &(usize, bool)| {
                problem.value(*kink).excess(&(form.weights[*kink].abs() * PARTS), &(&form.denominator * PARTS))
            };
            fixed.iter().map(mu).collect()
        });
        fixed.iter().for_each(|(kink, _)| self.problem.set_bounds(*kink, Bounds::exactly(Integer::zero())));
        found
    }

    /// Makes `-size` times a column from what is left of the convex kinks: the multipliers of these, and what else is asked
    /// for.
    fn give(
        &mut self, column: usize, size: &Integer, more: impl Fn(&Feasibility, &Reduced) -> Vec<Rational>,
    ) -> Option<(Vec<Rational>, Vec<Rational>)> {
        let weights = &self.form.weights;
        for (l, left) in self.convex.iter().zip(&self.left) {
            let most = &weights[*l] * *left;
            self.problem.set_bounds(*l, Bounds { low: Some(-&most), high: Some(most) });
        }
        self.problem.set_bounds(column, Bounds::exactly(size.clone()));
        let solved = self.problem.solve().is_ok();
        let result = solved.then(|| {
            let mut multipliers = Vec::with_capacity(self.convex.len());
            for (l, left) in self.convex.iter().zip(&mut self.left) {
                let value = self.problem.value(*l);
                *left = left.saturating_sub(value.parts(&weights[*l]));
                multipliers.push(value.over(&(&weights[*l] * PARTS)));
            }
            (multipliers, more(&self.problem, self.form))
        });
        self.problem.set_bounds(column, Bounds::exactly(Integer::zero()));
        result
    }
}
