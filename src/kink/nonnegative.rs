//! Is a kink form nonnegative everywhere? The order of the ways to find out.

use super::branch::{Stop, branch};
use super::form::KinkForm;
use super::ray::Arrangement;
use super::sufficient::sufficient_condition;
use super::tree::{Node, Tree};
use crate::linear::{Echelon, dot};
use crate::rational::Rational;
use num_traits::{Signed, Zero};

/// How to search. The answer is the same for all options, except that a small limit may leave it open.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most leaves of one proof tree.
    pub max_leaves: usize,
    /// Whether floating-point numbers may propose multipliers.
    pub use_floats: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { max_leaves: 200_000, use_floats: true }
    }
}

/// Whether `f >= 0` everywhere, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is.
    Nonnegative(Tree),
    /// It isn't: `f(u) < 0`, u on a ray of the arrangement of f's kinks or in its lineality space.
    Negative(Vec<Rational>),
    /// The proof would need more leaves than allowed.
    Limit,
}

/// Decides whether `f >= 0` everywhere. co-NP-hard in general; the cost is a handful of exact linear feasibility
/// problems of d rows, times the number of leaves where concave kinks have to be branched on.
pub fn decide_nonnegative(form: &KinkForm, options: &Options) -> Answer {
    let negative = |u: Vec<Rational>| {
        debug_assert!(form.value(&u).is_negative());
        Answer::Negative(Arrangement::of_form(form).to_ray(form, u))
    };
    let convex = form.kinks.iter().filter(|kink| kink.weight.is_positive()).map(|kink| kink.line.as_slice());
    let span = Echelon::of(convex);
    if let Some(u) = outside_span(form, &span) {
        return negative(u);
    }
    // a and all lines lie in the span of the convex lines: its pivot coordinates say everything.
    let reduced = restrict(form, span.pivots());
    let lift = |u: Vec<Rational>| {
        let mut lifted = vec![Rational::zero(); form.dimension()];
        span.pivots().iter().zip(u).for_each(|(pivot, entry)| lifted[*pivot] = entry);
        lifted
    };
    if form.is_linear() {
        return Answer::Nonnegative(vec![Node::Leaf { lambda: vec![], gamma: vec![], mu: vec![] }]);
    }
    match branch(
        &reduced,
        options.max_leaves,
        || {
            if options.use_floats { sufficient_condition(&reduced) } else { None }
        },
    ) {
        Ok(tree) => Answer::Nonnegative(tree),
        Err(Stop::Negative(u)) => negative(lift(u)),
        Err(Stop::Limit) => Answer::Limit,
    }
}

/// A vector u orthogonal to all convex lines refutes f if `a.u < 0`, or if `a.u = 0` and some `p_m.u != 0`.
fn outside_span(form: &KinkForm, span: &Echelon) -> Option<Vec<Rational>> {
    let kernel = span.kernel(form.dimension());
    let against_linear = |u: &Vec<Rational>| {
        let slope = dot(&form.linear, u);
        (!slope.is_zero()).then(|| u.iter().map(|entry| -entry * slope.signum()).collect())
    };
    let on_concave = |u: &&Vec<Rational>| form.kinks.iter().any(|kink| !dot(&kink.line, u).is_zero());
    kernel.iter().find_map(against_linear).or_else(|| kernel.iter().find(on_concave).cloned())
}

/// The same kinks in the same order, in some of the coordinates: not canonical, but the multipliers are the same.
fn restrict(form: &KinkForm, coordinates: &[usize]) -> KinkForm {
    let pick = |vector: &[Rational]| coordinates.iter().map(|i| vector[*i].clone()).collect::<Vec<_>>();
    let kinks = form.kinks.iter().map(|kink| super::Kink { line: pick(&kink.line), weight: kink.weight.clone() });
    KinkForm { linear: pick(&form.linear), kinks: kinks.collect() }
}
