//! Is a kink form nonnegative everywhere? The order of the ways to find out.

use super::branch::{Branching, Step, Stop};
use super::form::KinkForm;
use super::joint::{Joint, joint, joint_by_library};
use super::ray::Arrangement;
use super::rays::{self, Rays};
use super::span::{Span, span};
use super::tree::{Node, Tree};
use crate::linear::{normal, primitive, shortest_multiple};
use crate::rational::{Integer, Rational};
use num_traits::{Signed, Zero};
use std::time::Instant;

/// How to search. The answer is the same for all options, except that a small limit may leave it open.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most leaves of one proof tree.
    pub max_leaves: usize,
    /// Whether floating-point numbers may propose multipliers.
    pub use_floats: bool,
    /// Most multiplications for one guess by column generation, about as many nanoseconds. With 0 there is none, and only the
    /// library for linear programs guesses.
    pub max_work: usize,
    /// Whether a proof is wanted. Without it [`Answer::Nonnegative`] may come with an empty tree, and sooner.
    pub prove: bool,
    /// When to give up; what is open then stays so.
    pub deadline: Option<Instant>,
}

impl Options {
    /// Whether the deadline has passed.
    pub fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl Default for Options {
    fn default() -> Options {
        Options { max_leaves: 200_000, use_floats: true, max_work: 1_000_000_000, prove: true, deadline: None }
    }
}

/// Whether `f >= 0` everywhere, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is.
    Nonnegative(Tree),
    /// It isn't: `f(u) < 0`, u on a ray of the arrangement of f's kinks or in its lineality space.
    Negative(Vec<Rational>),
    /// The proof would need more leaves than allowed, or more time.
    Limit,
}

/// A form whose convex lines span the space: `a.u + sum_l kappa_l |p_l.u|`, in integers. The multipliers of a proof for it are
/// those for the form that it comes from.
#[derive(Debug)]
pub(super) struct Reduced {
    /// `a`
    pub(super) linear: Vec<Integer>,
    /// `p_l`
    pub(super) lines: Vec<Vec<Integer>>,
    /// `kappa_l`
    pub(super) weights: Vec<Integer>,
    /// The form of the caller is this one divided by it.
    pub(super) denominator: Integer,
}

/// Rays and lines that take about as long to test as one cell of the concave lines takes to prove.
const RAYS_FOR_A_CELL: u64 = 3_000;
/// Rays times lines that take less time to test than a small tree takes to grow.
const LITTLE_RAY_WORK: u64 = 50_000;

/// Up to this dimension the exact simplex method alone is fastest where there are no concave kinks.
const EXACT_DIMENSION: usize = 10;

/// Decides whether `f >= 0` everywhere. co-NP-hard in general.
///
/// 1. Everything must lie in the span of the convex lines, or a vector orthogonal to them refutes f. From here on in this
///    span.
/// 2. Without a proof, the rays of the convex lines decide if they are very few (`rays.rs`).
/// 3. A guess in floating point of how to share out the convex kinks among a and the concave ones, made exact, is a proof
///    of one leaf; or a ray is guessed that refutes (`joint.rs`). This decides nearly always.
/// 4. Leaving out all concave kinks gives an upper bound of f, and an exact feasibility problem of d rows; without concave
///    kinks it decides.
/// 5. A small tree that branches on the signs of concave kinks (`branch.rs`), and shares out where less is left to share: all
///    at once, or, without floating point, one after the other (`share.rs`).
/// 6. The rays, if they are few compared with the cells of the concave lines. They refute, or it is known that there is a
///    proof.
/// 7. A tree without bounds.
///
/// Where the guess of the third step gets to no end, a library for linear programs guesses before the seventh; without concave
/// kinks before the fourth.
///
/// Cost: C(p, d - 1) vector products for each line on the way of the rays; on that of trees a handful of feasibility problems
/// for each cell of the concave lines, at most `2 sum_{i < d} C(q - 1, i)`; p convex and q concave lines.
pub fn decide_nonnegative(form: &KinkForm, options: &Options) -> Answer {
    let negative = |u: Vec<Rational>| {
        debug_assert!(form.value(&u).is_negative());
        Answer::Negative(Arrangement::of_form(form).to_ray(form, u))
    };
    let pivots = match span(form) {
        Span::Coordinates(pivots) => pivots,
        // In the lineality space of all kinks already.
        Span::Outside(u) if form.kinks.iter().all(|kink| is_orthogonal(&kink.line, &u)) => {
            return Answer::Negative(shortest_multiple(&u));
        }
        Span::Outside(u) => return negative(u),
    };
    let lift = |u: Vec<Integer>| {
        let mut lifted = vec![Rational::zero(); form.dimension()];
        pivots.iter().zip(u).for_each(|(pivot, entry)| lifted[*pivot] = Rational::from(entry));
        lifted
    };
    if form.is_linear() {
        return Answer::Nonnegative(vec![Node::Leaf { lambda: vec![], gamma: vec![], mu: vec![] }]);
    }
    let reduced = Reduced::new(form, &pivots);
    let convex = reduced.weights.iter().filter(|weight| weight.is_positive()).count();
    let concave = reduced.weights.len() - convex;
    let dimension = reduced.linear.len();
    let answer = |result: Result<Tree, Stop>| match result {
        Ok(tree) => Answer::Nonnegative(tree),
        Err(Stop::Negative(u)) => negative(lift(u)),
        Err(Stop::Limit) => Answer::Limit,
    };
    let ray_work = rays::count(convex, dimension).saturating_mul(reduced.weights.len() as u64);
    let by_rays = || match rays::test(&reduced, options) {
        // On a ray of the convex lines already.
        Rays::Negative(u) => Some(Answer::Negative(lift(u))),
        Rays::Nonnegative if !options.prove => Some(Answer::Nonnegative(vec![])),
        Rays::Nonnegative | Rays::Open => None,
    };
    // Before which step the rays cost less than what is likely to follow, if ever.
    let rays_before = if concave == 0 {
        None
    } else if !options.prove && ray_work <= RAYS_FOR_A_CELL * concave as u64 {
        Some(Step::Root)
    } else if ray_work <= LITTLE_RAY_WORK {
        Some(Step::SmallTree)
    } else if ray_work / RAYS_FOR_A_CELL <= most_cells(concave, dimension) {
        Some(Step::Tree)
    } else {
        None
    };
    if rays_before == Some(Step::Root)
        && let Some(answer) = by_rays()
    {
        return answer;
    }
    let free: Vec<usize> = (0..reduced.weights.len()).filter(|m| reduced.weights[*m].is_negative()).collect();
    // Before which step the library is asked, if ever.
    let mut library_before = None;
    if options.use_floats && (concave > 0 || dimension > EXACT_DIMENSION) && !options.is_over() {
        match joint(&reduced, options, &[], &free) {
            Joint::Proof(leaf) => return Answer::Nonnegative(vec![leaf]),
            // On a ray of the convex lines already.
            Joint::Negative(u) => return Answer::Negative(lift(u)),
            Joint::No => {}
            Joint::Open => library_before = Some(if concave == 0 { Step::Root } else { Step::Tree }),
        }
    }
    let by_library = || match joint_by_library(&reduced, options, &free) {
        Joint::Proof(leaf) => Some(Answer::Nonnegative(vec![leaf])),
        _ => None,
    };
    if library_before == Some(Step::Root)
        && let Some(answer) = by_library()
    {
        return answer;
    }
    let mut branching = Branching::new(&reduced, options);
    for (step, next) in [(Step::Root, Step::SmallTree), (Step::SmallTree, Step::Tree)] {
        match branching.run(step) {
            Err(Stop::Limit) => {}
            found => return answer(found),
        }
        if library_before == Some(next)
            && let Some(answer) = by_library()
        {
            return answer;
        }
        if rays_before == Some(next)
            && let Some(answer) = by_rays()
        {
            return answer;
        }
    }
    answer(branching.run(Step::Tree))
}

/// `2 sum_{i < d} C(q - 1, i)`: most cells that q lines have.
pub(super) fn most_cells(lines: usize, dimension: usize) -> u64 {
    let sum = (0..dimension as u64)
        .fold(0_u64, |sum, i| sum.saturating_add(rays::binomial((lines as u64).saturating_sub(1), i)));
    if lines == 0 { 1 } else { sum.saturating_mul(2) }
}

fn is_orthogonal(line: &[Integer], u: &[Rational]) -> bool {
    line.iter().zip(u).filter(|(_, u)| !u.is_zero()).map(|(p, u)| u * p).sum::<Rational>().is_zero()
}

impl Reduced {
    /// The same kinks in the same order, in some of the coordinates: the lines are not primitive any more, but the
    /// multipliers are the same.
    fn new(form: &KinkForm, coordinates: &[usize]) -> Reduced {
        let pick = |vector: &[Integer]| coordinates.iter().map(|i| vector[*i].clone()).collect::<Vec<_>>();
        Reduced {
            linear: pick(&form.linear),
            lines: form.kinks.iter().map(|kink| pick(&kink.line)).collect(),
            weights: form.kinks.iter().map(|kink| kink.weight.clone()).collect(),
            denominator: form.denominator.clone(),
        }
    }

    /// `a.u + sum_l kappa_l |p_l.u|`
    pub(super) fn value(&self, u: &[Integer]) -> Integer {
        let along = |vector: &[Integer]| vector.iter().zip(u).map(|(p, u)| p * u).sum::<Integer>();
        let kinks = self.lines.iter().zip(&self.weights);
        along(&self.linear) + kinks.map(|(line, weight)| weight * along(line).abs()).sum::<Integer>()
    }

    /// The shortest integer vector on the ray on which d - 1 lines are zero, with `a.u <= 0`; `None` if they are dependent.
    pub(super) fn ray(&self, zero: impl Iterator<Item = usize>) -> Option<Vec<Integer>> {
        let rows: Vec<&[Integer]> = zero.map(|l| self.lines[l].as_slice()).collect();
        let normal: Vec<Rational> = normal(&rows, self.linear.len())?.into_iter().map(Rational::from).collect();
        let (u, _) = primitive(&normal)?;
        let slope: Integer = self.linear.iter().zip(&u).map(|(a, u)| a * u).sum();
        Some(if slope.is_positive() { u.into_iter().map(|entry| -entry).collect() } else { u })
    }

    /// Places of the convex kinks.
    pub(super) fn convex(&self) -> Vec<usize> {
        (0..self.weights.len()).filter(|l| self.weights[*l].is_positive()).collect()
    }
}
