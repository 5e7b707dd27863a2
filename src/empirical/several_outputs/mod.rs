//! Several outputs: what an escape neuron means (docs/theory.md, section 7). The ways from cheap to dear: an escape neuron
//! without output weight (V0), one whose feature depends on the others (V1), one direction (V2), then the second order on
//! the whole critical cone, as it is (V2) and after projections (V3), then the polynomial that is left when the output
//! weights are eliminated.
//!
//! [`features`] projects some non-escape neurons away, [`critical`] finds where `g_i` is zero and [`walk`] goes through the
//! pieces of a product of these cones; [`form`] and [`second_order`] are about the quadratic form there, [`reduced`] and
//! [`elimination`] about the polynomial, [`squares`], [`named`], [`relations`] and [`kept`] about the squares in it, [`undoing`] about
//! curves along which they stay small, [`fourth`] about curves where the second order is zero, and [`lift`] makes a curve of networks from one in its variables.

mod critical;
mod elimination;
mod features;
mod form;
mod fourth;
mod kept;
mod lift;
mod named;
mod reduced;
mod relations;
mod second_order;
mod spread;
mod squares;
mod undoing;
mod walk;

pub use critical::LineSign;
pub use elimination::Elimination;
pub use features::Features;
pub(super) use second_order::Gap;
pub use second_order::SecondOrder;
pub use spread::Spread;
pub use walk::{LeafCoordinates, Node};

use super::decisions::{FoundDescent, Origin};
use super::descent::Descent;
use super::escape::Escape;
use super::model::Model;
use super::rays::{from_dependent_feature, from_second_order, from_zero_output_weight};
use crate::kink::Options;
use crate::linear::is_zero;
use crate::polynomial::{Kind, Multivariate};
use crate::problem::Network;
use crate::rational::Rational;
use elimination::{Question, Ways, decide_by_elimination};
use second_order::{Outcome, decide_second_order};

/// What is found out about a stationary candidate with escape neurons.
pub(super) enum Several {
    /// It is no local minimum.
    Descent(FoundDescent),
    /// It is a local minimum.
    SecondOrder(Box<SecondOrder>),
    /// It is a local minimum.
    Elimination(Box<Elimination>),
    /// Neither is proved.
    Open(Gap, Option<OpenPolynomial>),
}

/// A polynomial of which it is open whether it is nonnegative near 0, and the kinds of its variables: the candidate is a
/// local minimum if all polynomials like it are, and if nothing moving is projected away, only then.
pub type OpenPolynomial = (Multivariate, Vec<Kind>);

/// Most work on polynomials, in products of terms.
const MAX_WORK: usize = 60_000_000;
/// Work on one of the sets that are tried first, and how many of these are only projected.
const LITTLE_WORK: usize = 3_000_000;
/// Work on the set with spread neurons after that.
const SPREAD_WORK: usize = 20_000_000;
const MAX_LITTLE: usize = 8;
/// Most sets of non-escape neurons that are tried for projection.
const MAX_PROJECTIONS: usize = 64;

/// Decides whether a stationary candidate with at least one escape neuron, all neurons decided, is a local minimum.
pub(super) fn decide_several_outputs(model: &Model<'_>, escapes: &[Escape], options: &Options) -> Several {
    if let Some(descent) = along_zero_output_weight(model, escapes).or_else(|| along_escape_direction(model, escapes)) {
        return Several::Descent(descent);
    }
    let mut gap = None;
    for projected in projections(escapes).into_iter().take_while(|_| !options.is_over()) {
        match decide_second_order(model, escapes, &projected, options) {
            Outcome::Minimum(proof) => return Several::SecondOrder(proof),
            Outcome::Negative(directions) if projected.is_empty() => {
                let ray = from_second_order(model, &directions);
                let descent = ray.and_then(|ray| Descent::along(model.instance, vec![ray]).ok());
                if let Some(descent) = descent {
                    let neurons = directions.into_iter().filter(|(_, u)| !is_zero(u)).map(|(i, _)| i).collect();
                    return Several::Descent(FoundDescent { descent, origin: Origin::SecondOrder(neurons) });
                }
            }
            Outcome::Negative(_) => gap = gap.or(Some(Gap::Negative)),
            Outcome::Open(found) => gap = gap.or(Some(found)),
        }
    }
    by_polynomial(model, escapes, options).unwrap_or_else(|open| Several::Open(gap.unwrap_or(Gap::Limit), open))
}

/// The exact polynomial, after the projection that loses nothing, and lower bounds by others: first with the neurons that
/// don't escape spread, which leaves the smallest polynomials.
fn by_polynomial(model: &Model<'_>, escapes: &[Escape], options: &Options) -> Result<Several, Option<OpenPolynomial>> {
    let quiet: Vec<usize> = (0..escapes.len()).filter(|i| matches!(escapes[*i], Escape::No(_))).collect();
    let weightless = |l: &usize| is_zero(&model.instance.candidate.output_weights[*l]);
    let (still, moving): (Vec<usize>, Vec<usize>) = quiet.iter().partition(|l| weightless(l));
    let fixed: Vec<usize> = quiet.iter().copied().filter(|l| elimination::is_static(model, *l, options)).collect();
    let question = |[projected, spread]: [Vec<usize>; 2], is_exact: bool| Question {
        projected,
        spread,
        ways: Ways::Fast,
        is_exact,
    };
    let mut spread = vec![];
    if !moving.is_empty() {
        spread.push(question([still.clone(), moving.clone()], false));
        if !still.is_empty() {
            spread.push(question([vec![], moving], false));
        }
    }
    let exact = [question([fixed.clone(), vec![]], true)];
    let others = projections(escapes).into_iter().filter(|set| *set != fixed).take(MAX_LITTLE);
    let others: Vec<Question> = others.map(|set| question([set, vec![]], false)).collect();
    // A little work on each set first, since any may settle it at once; then more on those that can settle most.
    let tries: [(&[Question], Ways, usize); 7] = [
        (&spread, Ways::Fast, LITTLE_WORK),
        (&spread, Ways::Names, SPREAD_WORK),
        (&exact, Ways::Names, SPREAD_WORK),
        (&exact, Ways::Fast, LITTLE_WORK),
        (&others, Ways::Fast, LITTLE_WORK),
        (&spread, Ways::All, SPREAD_WORK),
        (&exact, Ways::All, MAX_WORK),
    ];
    let asked = |(questions, ways, work): (&[Question], Ways, usize)| -> Vec<(Question, usize)> {
        questions.iter().map(|question| (Question { ways, ..question.clone() }, work)).collect()
    };
    let mut open = None;
    for (question, mut budget) in tries.into_iter().flat_map(asked).take_while(|_| !options.is_over()) {
        match decide_by_elimination(model, escapes, &question, options, &mut budget) {
            elimination::Outcome::Minimum(proof) => return Ok(Several::Elimination(proof)),
            elimination::Outcome::Descent(descent) => {
                return Ok(Several::Descent(FoundDescent { descent, origin: Origin::HigherOrder }));
            }
            elimination::Outcome::Open(polynomial) => open = open.or(polynomial),
        }
    }
    Err(open)
}

/// Sets of non-escape neurons: all of them, none, then the others from large to small.
fn projections(escapes: &[Escape]) -> Vec<Vec<usize>> {
    let quiet: Vec<usize> = (0..escapes.len()).filter(|i| matches!(escapes[*i], Escape::No(_))).collect();
    let mut sets = vec![quiet.clone()];
    if !quiet.is_empty() {
        sets.push(vec![]);
    }
    // Breadth first, so that a limit cuts off the small sets.
    let mut layer = vec![quiet];
    while sets.len() < MAX_PROJECTIONS && !layer.is_empty() {
        let smaller = |set: &Vec<usize>| -> Vec<Vec<usize>> {
            set.iter().map(|left| set.iter().copied().filter(|l| l != left).collect()).collect()
        };
        let mut next: Vec<Vec<usize>> = layer.iter().flat_map(smaller).filter(|set| !set.is_empty()).collect();
        next.sort();
        next.dedup();
        sets.extend(next.iter().cloned());
        layer = next;
    }
    sets.truncate(MAX_PROJECTIONS);
    sets
}

/// V0: complete for scalar output.
fn along_zero_output_weight(model: &Model<'_>, escapes: &[Escape]) -> Option<FoundDescent> {
    let output_weights = &model.instance.candidate.output_weights;
    let escaping = escapes.iter().enumerate().filter(|(i, _)| is_zero(&output_weights[*i]));
    escaping.into_iter().find_map(|(i, escape)| {
        let Escape::Yes(u) = escape else { return None };
        let ray = from_zero_output_weight(model, i, u);
        let descent = Descent::along(model.instance, vec![ray]).ok()?;
        Some(FoundDescent { descent, origin: Origin::ZeroOutputWeight(i) })
    })
}

/// V1, an escape neuron whose feature depends on the others, replicas among them; then V2 along the one escape direction
/// that is known of each neuron.
fn along_escape_direction(model: &Model<'_>, escapes: &[Escape]) -> Option<FoundDescent> {
    type Way = (fn(&Model<'_>, usize, &[Rational]) -> Option<Network>, fn(usize) -> Origin);
    let ways: [Way; 2] = [
        (from_dependent_feature, Origin::DependentFeature),
        (|model, i, u| from_second_order(model, &[(i, u.to_vec())]), |i| Origin::SecondOrder(vec![i])),
    ];
    ways.into_iter().find_map(|(ray, origin)| {
        escapes.iter().enumerate().find_map(|(i, escape)| {
            let Escape::Yes(u) = escape else { return None };
            let descent = Descent::along(model.instance, vec![ray(model, i, u)?]).ok()?;
            Some(FoundDescent { descent, origin: origin(i) })
        })
    })
}
