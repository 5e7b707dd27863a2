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
//!
//! Which signs can follow is known from a list of all cells of the concave lines, if there aren't too many.

use super::joint::{Joint, joint};
use super::nonnegative::{Options, Reduced, most_cells};
use super::share::Share;
use super::tree::{Node, Tree};
use crate::linear::{Bounds, Feasibility, rank_is};
use crate::patterns::{HalfOfCells, half_of_cells_if_short};
use crate::rational::{Integer, Rational};
use num_traits::{One, Signed, Zero};
use rayon::prelude::*;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Why branching ended without a proof.
#[derive(Debug)]
pub(super) enum Stop {
    /// f(u) < 0
    Negative(Vec<Integer>),
    /// Too many leaves, or too much time.
    Limit,
}

/// Longest list of cells that is made.
const MOST_CELLS: u64 = 1_000_000;
/// Leaves of the first tree, which is tried before anything that costs more.
const FIRST_LEAVES: usize = 32;
/// From so many cells on, subtrees are worth threads of their own: those below the first few signs.
const CELLS_FOR_THREADS: u64 = 5_000;
const PARALLEL_DEPTH: usize = 4;

/// What is tried, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The form without its concave kinks, which may refute, and, without floating point, sharing at the root.
    Root,
    /// A tree of few leaves.
    SmallTree,
    /// A tree of as many leaves as allowed.
    Tree,
}

#[derive(Clone)]
pub(super) struct Branching<'a> {
    form: &'a Reduced,
    options: &'a Options,
    /// Multipliers of all kinks that give a.
    membership: Feasibility,
    /// Multipliers of fixed concave kinks that give a concave line.
    cone: Feasibility,
    share: Share<'a>,
    /// How often a leaf was found by sharing at each depth, and how often it was tried.
    shared: Vec<(u32, u32)>,
    /// `(kink, sign is +)` in the order in which they were fixed.
    fixed: Vec<(usize, bool)>,
    /// The concave kinks, in the order in which they are fixed.
    order: Vec<usize>,
    /// Most cells of their lines.
    most_cells: u64,
    /// How many lines at the beginning of the order are independent: none of their signs is forced by the others.
    independent: usize,
    /// The cells of the concave lines in this order, once they are needed.
    cells: OnceCell<Option<Arc<HalfOfCells>>>,
    tree: Tree,
    leaves: usize,
    max_leaves: usize,
}

/// The cells that begin with the fixed signs: a part of the list, or of the list of opposite cells.
#[derive(Clone)]
struct Prefix {
    cells: Range<usize>,
    opposite: bool,
}

impl<'a> Branching<'a> {
    pub(super) fn new(form: &'a Reduced, options: &'a Options) -> Branching<'a> {
        let mut membership = Feasibility::new(&form.lines, &form.linear);
        let mut cone = Feasibility::new(&form.lines, &vec![Integer::zero(); form.linear.len()]);
        for (l, weight) in form.weights.iter().enumerate() {
            let size = if weight.is_positive() { weight.clone() } else { Integer::zero() };
            membership.set_bounds(l, Bounds { low: Some(-&size), high: Some(size) });
            cone.set_bounds(l, Bounds::exactly(Integer::zero()));
        }
        let mut order: Vec<usize> = (0..form.weights.len()).filter(|l| form.weights[*l].is_negative()).collect();
        // Strong concave kinks first: they refute, or settle the rest, soonest.
        let square = |l: &usize| form.lines[*l].iter().map(|p| p * p).sum::<Integer>();
        order.sort_by_cached_key(|l| (std::cmp::Reverse(&form.weights[*l] * &form.weights[*l] * square(l)), *l));
        let lines = |count: usize| order[..count].iter().map(|l| form.lines[*l].as_slice());
        let independent = (1..=order.len()).take_while(|count| rank_is(lines(*count), *count)).count();
        Branching {
            form,
            options,
            membership,
            cone,
            share: Share::new(form),
            shared: vec![(0, 0); order.len()],
            fixed: vec![],
            most_cells: most_cells(order.len(), form.linear.len()),
            order,
            independent,
            cells: OnceCell::new(),
            tree: vec![],
            leaves: 0,
            max_leaves: 0,
        }
    }

    /// Goes a step. The statistics of what is worth a try are kept.
    ///
    /// # Errors
    /// A refutation; or [`Stop::Limit`] if this step doesn't decide.
    pub(super) fn run(&mut self, step: Step) -> Result<Tree, Stop> {
        let options = self.options;
        let leaf = match step {
            Step::Root => {
                self.relax()?;
                // With floats everything has been shared at once before.
                if self.order.is_empty() || options.use_floats { None } else { self.share_leaf(u64::MAX) }
            }
            Step::SmallTree | Step::Tree => None,
        };
        if let Some(leaf) = leaf {
            return Ok(vec![leaf]);
        }
        if matches!(step, Step::Root) && !self.order.is_empty() {
            return Err(Stop::Limit);
        }
        let most = if matches!(step, Step::Tree) { usize::MAX } else { FIRST_LEAVES };
        (self.leaves, self.max_leaves) = (0, options.max_leaves.min(most));
        self.tree.clear();
        self.cells = OnceCell::new();
        if matches!(step, Step::Tree) && self.most_cells >= CELLS_FOR_THREADS && self.independent >= PARALLEL_DEPTH {
            return self.in_parallel();
        }
        self.descend(None)?;
        Ok(std::mem::take(&mut self.tree))
    }

    /// The subtrees below the first few signs, each by itself. What each of them finds doesn't depend on the others, so that
    /// the number of threads changes nothing.
    fn in_parallel(&mut self) -> Result<Tree, Stop> {
        // Made once for all.
        self.prefix();
        let first = AtomicUsize::new(usize::MAX);
        let subtree = |(place, mut branching): (usize, Branching<'_>)| {
            if place > first.load(Ordering::Relaxed) {
                return Err(Stop::Limit);
            }
            for depth in 0..PARALLEL_DEPTH {
                // + before -, the first sign being the highest bit.
                branching.fix(branching.order[depth], place >> (PARALLEL_DEPTH - 1 - depth) & 1 == 0);
            }
            let result = branching.descend(None).map(|()| (branching.tree, branching.leaves));
            if result.is_err() {
                first.fetch_min(place, Ordering::Relaxed);
            }
            result
        };
        let branchings: Vec<Branching<'_>> = vec![self.clone(); 1 << PARALLEL_DEPTH];
        let subtrees: Vec<_> = branchings.into_par_iter().enumerate().map(subtree).collect();
        let (mut tree, mut leaves) = (Tree::new(), 0);
        for (place, subtree) in subtrees.into_iter().enumerate() {
            let (nodes, more) = subtree?;
            // The splits that this subtree is the first to need.
            let new = if place == 0 { PARALLEL_DEPTH } else { place.trailing_zeros() as usize };
            tree.extend((PARALLEL_DEPTH - new..PARALLEL_DEPTH).map(|depth| Node::Split { kink: self.order[depth] }));
            tree.extend(nodes);
            leaves += more;
        }
        if leaves > self.max_leaves { Err(Stop::Limit) } else { Ok(tree) }
    }

    /// Solves with the free concave kinks left out, or refutes f.
    fn relax(&mut self) -> Result<(), Stop> {
        self.membership.solve().map_err(Stop::Negative)
    }

    /// Whether sharing is worth a try with so many cells below, and the leaf that it gives.
    fn share_leaf(&mut self, cells: u64) -> Option<Node> {
        let depth = self.fixed.len();
        let (found, tried) = self.shared[depth];
        let free = (self.order.len() - depth) as u64;
        // Laplace's rule of succession for the chance; a feasibility problem for each free kink is the price.
        if cells.saturating_mul(u64::from(found) + 1) < (free + 1) * (u64::from(tried) + 2) / 2 {
            return None;
        }
        let leaf = if self.options.use_floats {
            // In the order of the kinks, as a leaf has them.
            let mut free = self.order[depth..].to_vec();
            free.sort_unstable();
            match joint(self.form, self.options, &self.fixed, &free) {
                Joint::Proof(leaf) => Some(leaf),
                Joint::Negative(_) | Joint::No | Joint::Open => None,
            }
        } else {
            self.share.leaf(&self.fixed, &self.order[depth..])
        };
        self.shared[depth] = (found + u32::from(leaf.is_some()), tried + 1);
        leaf
    }

    fn descend(&mut self, prefix: Option<&Prefix>) -> Result<(), Stop> {
        if self.options.is_over() {
            return Err(Stop::Limit);
        }
        self.relax()?;
        let depth = self.fixed.len();
        let Some(&kink) = self.order.get(depth) else { return self.leaf() };
        let below = prefix.map_or(1 << (self.order.len() - depth).min(20), |prefix| prefix.cells.len() as u64);
        if depth > 0
            && let Some(leaf) = self.share_leaf(below)
        {
            return self.push_leaf(leaf);
        }
        let mut sides = None;
        if depth >= self.independent {
            let found = match prefix {
                Some(prefix) => Some(prefix.clone()),
                None => self.prefix(),
            };
            sides = found.and_then(|prefix| self.sides(&prefix, depth));
            if let Some((positive, multipliers)) = self.implied(kink, sides.as_ref()) {
                self.tree.push(Node::Implied { kink, positive, multipliers });
                let prefix = sides.map(|(plus, minus)| if positive { plus } else { minus });
                return self.with_sign(kink, positive, prefix.as_ref());
            }
        }
        self.tree.push(Node::Split { kink });
        let (plus, minus) = sides.unzip();
        self.with_sign(kink, true, plus.as_ref())?;
        self.with_sign(kink, false, minus.as_ref())
    }

    /// The cells that begin with the fixed signs; `None` if there are too many in all.
    fn prefix(&self) -> Option<Prefix> {
        let list = || {
            let lines: Vec<Vec<Integer>> = self.order.iter().map(|l| self.form.lines[*l].clone()).collect();
            // A small tree needs few of them.
            let few = self.most_cells <= MOST_CELLS && self.max_leaves > FIRST_LEAVES;
            few.then(|| half_of_cells_if_short(&lines, self.form.linear.len()).map(Arc::new))?
        };
        let count = self.cells.get_or_init(list).as_ref()?.count();
        let all = Prefix { cells: 0..count, opposite: false };
        self.fixed.iter().enumerate().try_fold(all, |prefix, (depth, (_, positive))| {
            let (plus, minus) = self.sides(&prefix, depth)?;
            Some(if *positive { plus } else { minus })
        })
    }

    /// The cells on both sides of the line at a depth.
    fn sides(&self, prefix: &Prefix, depth: usize) -> Option<(Prefix, Prefix)> {
        let cells = self.cells.get()?.as_ref()?;
        if depth == 0 {
            return Some((prefix.clone(), Prefix { cells: prefix.cells.clone(), opposite: true }));
        }
        // + before - in the list.
        let mut middle = prefix.cells.clone();
        while !middle.is_empty() {
            let half = middle.start + middle.len() / 2;
            if cells.is_positive(half, depth) { middle.start = half + 1 } else { middle.end = half }
        }
        let part = |cells: Range<usize>| Prefix { cells, opposite: prefix.opposite };
        let (first, second) = (part(prefix.cells.start..middle.start), part(middle.start..prefix.cells.end));
        Some(if prefix.opposite { (second, first) } else { (first, second) })
    }

    fn fix(&mut self, kink: usize, positive: bool) {
        let half_line = |least: Integer| match positive {
            true => Bounds { low: Some(least), high: None },
            false => Bounds { low: None, high: Some(-least) },
        };
        self.membership.set_bounds(kink, half_line(self.form.weights[kink].abs()));
        self.cone.set_bounds(kink, half_line(Integer::zero()));
        self.fixed.push((kink, positive));
    }

    fn with_sign(&mut self, kink: usize, positive: bool, prefix: Option<&Prefix>) -> Result<(), Stop> {
        self.fix(kink, positive);
        let result = self.descend(prefix);
        self.fixed.pop();
        self.membership.set_bounds(kink, Bounds::exactly(Integer::zero()));
        self.cone.set_bounds(kink, Bounds::exactly(Integer::zero()));
        result
    }

    /// The sign of a concave kink that the fixed signs force, with its multipliers. `sides` tells which, if it is known.
    fn implied(&mut self, kink: usize, sides: Option<&(Prefix, Prefix)>) -> Option<(bool, Vec<Rational>)> {
        let possible = |positive: &bool| match sides {
            Some((plus, minus)) => (if *positive { minus } else { plus }).cells.is_empty(),
            None => true,
        };
        [true, false].into_iter().filter(possible).find_map(|positive| {
            // sum_fixed nu_m p_m - sigma p = 0
            let sigma = if positive { -Integer::one() } else { Integer::one() };
            self.cone.set_bounds(kink, Bounds::exactly(sigma));
            let solved = self.cone.solve().is_ok();
            let multiplier = |m: usize| self.cone.value(m).excess(&Integer::zero(), &Integer::one());
            let multipliers = solved.then(|| self.fixed.iter().map(|(m, _)| multiplier(*m)).collect());
            self.cone.set_bounds(kink, Bounds::exactly(Integer::zero()));
            Some((positive, multipliers?))
        })
    }

    fn leaf(&mut self) -> Result<(), Stop> {
        let (weights, membership) = (&self.form.weights, &self.membership);
        let relative = |l: usize| membership.value(l).over(&weights[l]);
        let lambda = (0..weights.len()).filter(|l| weights[*l].is_positive()).map(relative).collect();
        let spare = |(m, _): &(usize, bool)| membership.value(*m).excess(&weights[*m].abs(), &self.form.denominator);
        let mu = self.fixed.iter().map(spare).collect();
        self.push_leaf(Node::Leaf { lambda, gamma: vec![], mu })
    }

    fn push_leaf(&mut self, leaf: Node) -> Result<(), Stop> {
        crate::effort::leaf();
        self.leaves += 1;
        if self.leaves > self.max_leaves {
            return Err(Stop::Limit);
        }
        self.tree.push(leaf);
        Ok(())
    }
}
