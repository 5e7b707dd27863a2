//! Branching on the signs of concave kinks; one exact feasibility problem per node.
//!
//! On the cone `sigma_m p_m.u >= 0` (m fixed) the form with its free concave kinks left out is convex, and it is
//! nonnegative there exactly if
//!
//! ```text
//! a = sum_l x_l p_l + sum_fixed nu_m p_m,    |x_l| <= kappa_l,    sigma_m nu_m >= |kappa_m|
//! ```
//!
//! has a solution (`lambda_l = x_l / kappa_l`, `mu_m = sigma_m nu_m - |kappa_m|`). Fixing a sign changes the bounds of
//! one variable and nothing else, so one dictionary serves the whole tree. Where there is no solution, Farkas' lemma
//! gives u with f(u) < 0, because concave kinks that are left out only lower f.

use super::form::KinkForm;
use super::tree::{Node, Tree};
use crate::linear::{Bounds, Feasibility, to_integers};
use crate::rational::{Integer, Rational};
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

/// Why branching ended without a proof.
#[derive(Debug)]
pub(super) enum Stop {
    /// f(u) < 0
    Negative(Vec<Rational>),
    /// Too many leaves.
    Limit,
}

struct Branching {
    /// Multipliers of all kinks that give a.
    membership: Feasibility,
    /// Multipliers of fixed concave kinks that give a concave line.
    cone: Feasibility,
    /// `s kappa_l`, integers with a common factor s > 0.
    weights: Vec<Integer>,
    /// `|kappa_l|`
    strengths: Vec<Rational>,
    /// `(kink, sign is +)` in the order in which they were fixed.
    fixed: Vec<(usize, bool)>,
    /// The concave kinks, in the order in which they are fixed.
    order: Vec<usize>,
    tree: Tree,
    leaves: usize,
    max_leaves: usize,
}

/// Proves `f >= 0` or refutes it. `at_root` may give a leaf that proves it at once; it is asked only if there are
/// concave kinks and the first relaxation doesn't refute f.
pub(super) fn branch(form: &KinkForm, max_leaves: usize, at_root: impl FnOnce() -> Option<Node>) -> Result<Tree, Stop> {
    let mut branching = Branching::new(form, max_leaves);
    if !branching.order.is_empty() {
        branching.relax()?;
        if let Some(leaf) = at_root() {
            return Ok(vec![leaf]);
        }
    }
    branching.descend()?;
    Ok(branching.tree)
}

impl Branching {
    fn new(form: &KinkForm, max_leaves: usize) -> Branching {
        // One factor for a and all weights keeps every bound an integer.
        let (linear, linear_factor) = to_integers(&form.linear);
        let (weights, weight_factor) =
            to_integers(&form.kinks.iter().map(|kink| kink.weight.clone()).collect::<Vec<_>>());
        let factor = linear_factor.lcm(&weight_factor);
        let scale =
            |entries: Vec<Integer>, by: Integer| entries.into_iter().map(|entry| entry * &by).collect::<Vec<_>>();
        let (linear, weights) = (scale(linear, &factor / linear_factor), scale(weights, &factor / weight_factor));
        let columns: Vec<Vec<Integer>> =
            form.kinks.iter().map(|kink| kink.line.iter().map(Rational::to_integer).collect()).collect();
        let mut membership = Feasibility::new(&columns, &linear);
        let mut cone = Feasibility::new(&columns, &vec![Integer::zero(); linear.len()]);
        for (l, weight) in weights.iter().enumerate() {
            let size = if weight.is_positive() { weight.clone() } else { Integer::zero() };
            membership.set_bounds(l, Bounds { low: Some(-&size), high: Some(size) });
            cone.set_bounds(l, Bounds::exactly(Integer::zero()));
        }
        let mut order: Vec<usize> = (0..weights.len()).filter(|l| weights[*l].is_negative()).collect();
        // Strong concave kinks first: they refute, or settle the rest, soonest.
        let strength = |l: &usize| &weights[*l] * &weights[*l] * columns[*l].iter().map(|p| p * p).sum::<Integer>();
        order.sort_by_key(|l| (std::cmp::Reverse(strength(l)), *l));
        let strengths = form.kinks.iter().map(|kink| kink.weight.abs()).collect();
        Branching { membership, cone, weights, strengths, fixed: vec![], order, tree: vec![], leaves: 0, max_leaves }
    }

    /// A solution with the free concave kinks left out, or a refutation of f.
    fn relax(&mut self) -> Result<Vec<Rational>, Stop> {
        self.membership.solve().map_err(|u| Stop::Negative(u.into_iter().map(Rational::from).collect()))
    }

    fn descend(&mut self) -> Result<(), Stop> {
        let solution = self.relax()?;
        let Some(&kink) = self.order.get(self.fixed.len()) else { return self.leaf(&solution) };
        if let Some((positive, multipliers)) = self.implied(kink) {
            self.tree.push(Node::Implied { kink, positive, multipliers });
            return self.with_sign(kink, positive);
        }
        self.tree.push(Node::Split { kink });
        self.with_sign(kink, true)?;
        self.with_sign(kink, false)
    }

    fn with_sign(&mut self, kink: usize, positive: bool) -> Result<(), Stop> {
        let half_line = |least: Integer| match positive {
            true => Bounds { low: Some(least), high: None },
            false => Bounds { low: None, high: Some(-least) },
        };
        self.membership.set_bounds(kink, half_line(self.weights[kink].abs()));
        self.cone.set_bounds(kink, half_line(Integer::zero()));
        self.fixed.push((kink, positive));
        let result = self.descend();
        self.fixed.pop();
        self.membership.set_bounds(kink, Bounds::exactly(Integer::zero()));
        self.cone.set_bounds(kink, Bounds::exactly(Integer::zero()));
        result
    }

    /// The sign of a concave kink that the fixed signs force, with its multipliers.
    fn implied(&mut self, kink: usize) -> Option<(bool, Vec<Rational>)> {
        [true, false].into_iter().find_map(|positive| {
            // sum_fixed nu_m p_m - sigma p = 0
            let sigma = if positive { -Integer::one() } else { Integer::one() };
            self.cone.set_bounds(kink, Bounds::exactly(sigma));
            let solution = self.cone.solve().ok();
            self.cone.set_bounds(kink, Bounds::exactly(Integer::zero()));
            let multipliers = |solution: Vec<Rational>| self.fixed.iter().map(|(m, _)| solution[*m].abs()).collect();
            Some((positive, multipliers(solution?)))
        })
    }

    fn leaf(&mut self, solution: &[Rational]) -> Result<(), Stop> {
        self.leaves += 1;
        if self.leaves > self.max_leaves {
            return Err(Stop::Limit);
        }
        let relative = |l: usize| &solution[l] / Rational::from(self.weights[l].abs());
        let lambda = (0..self.weights.len()).filter(|l| self.weights[*l].is_positive()).map(relative).collect();
        let mu = self.fixed.iter().map(|(m, _)| (relative(*m).abs() - Rational::one()) * &self.strengths[*m]).collect();
        self.tree.push(Node::Leaf { lambda, gamma: vec![], mu });
        Ok(())
    }
}
