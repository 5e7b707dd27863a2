//! Local minima and descents by the polynomial that is left when output weights are eliminated (docs/theory.md,
//! section 7).

use super::super::descent::Descent;
use super::super::escape::Escape;
use super::super::model::Model;
use super::OpenPolynomial;
use super::critical::{Piece, cut};
use super::features::{Features, Unfit};
use super::form::Product;
use super::fourth;
use super::lift::lift;
use super::named::{Rescaled, prove_by_names, prove_with_ties};
use super::reduced::{Coordinates, Projected, Weights};
use super::spread::{Spread, spread};
use super::squares::SumOfSquares;
use super::undoing::curves;
use super::walk::{LeafCoordinates, Node, product_cone, walk};
use crate::cone::{Cone, dual_basis};
use crate::kink::Options;
use crate::linear::{Echelon, add_multiple, dot};
use crate::polynomial::{LocalAnswer, LocalNode, decide_near_zero};
use crate::rational::Rational;

/// A proof that the candidate is a local minimum.
#[derive(Debug)]
pub struct Elimination {
    /// What is projected away; its complement is that of W alone.
    pub features: Features,
    /// S, the neurons whose output weights are eliminated.
    pub eliminated: Vec<usize>,
    /// T: `(t, basis of Q^J)`, coordinates for the change of the output weights that are kept.
    pub weighted: Vec<(usize, Vec<Vec<Rational>>)>,
    /// M in groups.
    pub spread: Vec<Spread>,
    /// The critical cones of all kept neurons cut into pieces, and on each product of pieces a proof that the polynomial is
    /// nonnegative near 0, in depth-first order.
    pub nodes: Vec<Node>,
}

/// What the polynomial says after a projection.
pub(super) enum Outcome {
    /// The candidate is a local minimum.
    Minimum(Box<Elimination>),
    /// It isn't.
    Descent(Descent),
    /// Nothing.
    Open(Option<OpenPolynomial>),
}

/// Most products of pieces.
pub(super) const MAX_PRODUCTS: usize = 2_000;
/// Work on what squares with names leave, at once and with ties.
const NAMES_WORK: usize = 100_000;
const TIES_WORK: usize = 3_000_000;
/// Work on ways down of the fourth order on all products of pieces: (variables)^3 for each face of an orthant.
const FOURTH_WORK: usize = 6_000_000;
/// Most output weights that are eliminated (J each).
const MAX_ELIMINATED: usize = 4;

/// A set of neurons that is projected away, one that is spread, and what is tried.
#[derive(Clone)]
pub(super) struct Question {
    /// N2
    pub(super) projected: Vec<usize>,
    /// M
    pub(super) spread: Vec<usize>,
    /// What is tried on each product of pieces.
    pub(super) ways: Ways,
    /// Whether a descent of what is left is one of the loss.
    pub(super) is_exact: bool,
}

/// What is tried on a product of pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ways {
    /// Squares with names, then the polynomial that elimination leaves.
    Fast,
    /// Squares with names, also with ties, and curves along which moves undo each other.
    Names,
    /// Squares with names, also with ties, and the polynomial.
    All,
}

enum Stop {
    Descent(Box<Descent>),
    Open(Option<Box<OpenPolynomial>>),
}

/// Asks the polynomial after some non-escape neurons have been projected away and others spread. `budget` as for
/// [`decide_near_zero`].
pub(super) fn decide_by_elimination(
    model: &Model<'_>, escapes: &[Escape], question: &Question, options: &Options, budget: &mut usize,
) -> Outcome {
    let Question { projected, spread: loose, .. } = question;
    let features = match Features::of_projection(model, projected, loose, options) {
        Ok(features) => features,
        Err(Unfit::Dependent | Unfit::Limit) => return Outcome::Open(None),
    };
    let escaping: Vec<usize> =
        features.kept.iter().copied().filter(|i| matches!(escapes[*i], Escape::Yes(_))).collect();
    let Some(weights) = Weights::choose(model, &features, &escaping) else {
        return Outcome::Open(None);
    };
    if weights.eliminated.len() > MAX_ELIMINATED {
        return Outcome::Open(None);
    }
    let Some(groups) = spread(model, loose, &escaping, &features.complement) else {
        return Outcome::Open(None);
    };
    let mut critical = Vec::new();
    for i in &features.kept {
        match cut(model, *i, MAX_PRODUCTS) {
            Ok(pieces) => critical.push((*i, pieces)),
            Err(_) => return Outcome::Open(None),
        }
    }
    let (mut products, mut fourth) = (MAX_PRODUCTS, FOURTH_WORK);
    // Where one product of pieces stays open, another one may still show a way down.
    let mut open = None;
    let result = walk(&critical, &mut |chosen, nodes| {
        products = products.checked_sub(1).ok_or(Stop::Open(None))?;
        if *budget == 0 || options.is_over() {
            return Err(Stop::Open(None));
        }
        let on = OnProduct { model, features: &features, weights: &weights, groups: &groups, question, options };
        match on.ask(chosen, open.is_some(), (budget, &mut fourth), nodes) {
            Err(Stop::Open(left)) => {
                open.get_or_insert(left);
                Ok(())
            }
            other => other,
        }
    });
    match (result, open) {
        (Ok(_), Some(open)) => Outcome::Open(open.map(|open| *open)),
        (Ok(nodes), None) => {
            let Weights { eliminated, weighted } = weights;
            Outcome::Minimum(Box::new(Elimination { features, eliminated, weighted, spread: groups, nodes }))
        }
        (Err(Stop::Descent(descent)), _) => Outcome::Descent(*descent),
        (Err(Stop::Open(left)), _) => Outcome::Open(left.map(|open| *open)),
    }
}

/// What is the same on all products of pieces.
struct OnProduct<'a> {
    model: &'a Model<'a>,
    features: &'a Features,
    weights: &'a Weights,
    groups: &'a [Spread],
    question: &'a Question,
    options: &'a Options,
}

impl OnProduct<'_> {
    /// `is_open`: another product stays open already.
    fn ask(
        &self, chosen: &[(usize, &Piece)], is_open: bool, (budget, fourth): (&mut usize, &mut usize),
        nodes: &mut Vec<Node>,
    ) -> Result<(), Stop> {
        let OnProduct { model, features, weights, groups, question, .. } = *self;
        let dimension = model.instance.samples.inputs[0].len();
        let product = Product { pieces: chosen.to_vec(), dimension };
        let cone = product_cone(&product);
        let limit = || Stop::Open(None);
        let coordinates = Coordinates::new(model, &product, &cone).ok_or_else(limit)?;
        let node = |coordinates: Coordinates, weighted: Option<Vec<_>>, proof: Vec<LocalNode>| -> Result<Node, Stop> {
            let zeros = factors_of_zeros(&cone, &coordinates).ok_or_else(limit)?;
            let Coordinates { rays, lines, .. } = coordinates;
            Ok(Node::Polynomial { coordinates: Box::new(LeafCoordinates { rays, lines, zeros }), weighted, proof })
        };
        // Squares with names settle most at once.
        let all = Weights::all(model, features);
        let squares = Projected::new(model, features, &all, groups, &product, &coordinates);
        if let Some(proof) = with_part(budget, NAMES_WORK, |little| prove_by_names(&squares, little)) {
            nodes.push(node(coordinates, Some(all.weighted), proof)?);
            return Ok(());
        }
        if question.ways == Ways::Names && question.is_exact {
            self.curve_down(&squares, &product, &coordinates, fourth)?;
        }
        if question.ways == Ways::All || question.ways == Ways::Names && !is_open {
            let rescaled = |factors: &[Rational]| {
                let coordinates = coordinates.rescaled(model, &product, factors)?;
                Some(Projected::new(model, features, &all, groups, &product, &coordinates))
            };
            let proof = with_part(budget, TIES_WORK, |little| prove_with_ties(&squares, &rescaled, little));
            if let Some(Rescaled { factors, proof }) = proof {
                let coordinates = coordinates.rescaled(model, &product, &factors).ok_or_else(limit)?;
                nodes.push(node(coordinates, Some(all.weighted), proof)?);
                return Ok(());
            }
        }
        if question.ways == Ways::Names {
            return Err(Stop::Open(None));
        }
        let projected = Projected::new(model, features, weights, groups, &product, &coordinates);
        let (polynomial, kinds) = (projected.polynomial(), projected.kinds);
        // Multiplying the determinants out has cost about this much.
        *budget = budget.saturating_sub(50 * polynomial.terms.len());
        // One hard product leaves enough for the others.
        let third = budget.div_ceil(3);
        match with_part(budget, third, |share| decide_near_zero(&polynomial, &kinds, share)) {
            LocalAnswer::Nonnegative(proof) => {
                nodes.push(node(coordinates, None, proof)?);
                Ok(())
            }
            // Spread neurons may do more than they can.
            LocalAnswer::Negative(_) if !groups.is_empty() => Err(Stop::Open(None)),
            LocalAnswer::Negative(curve) => match lift(model, weights, &product, &coordinates, &curve) {
                Some(descent) => Err(Stop::Descent(Box::new(descent))),
                None => Err(Stop::Open(None)),
            },
            LocalAnswer::Open => Err(Stop::Open(Some(Box::new((polynomial, kinds))))),
        }
    }

    /// Stops with a descent that begins where moves undo each other, or one of the fourth order, if there is one.
    fn curve_down(
        &self, squares: &Projected, product: &Product<'_>, coordinates: &Coordinates, budget: &mut usize,
    ) -> Result<(), Stop> {
        let outputs = self.model.instance.candidate.outputs();
        let sum = SumOfSquares::new(squares);
        let fourth = self.options.use_floats.then(|| fourth::curves(&sum, budget)).into_iter().flatten();
        for curve in curves(&sum).into_iter().chain(fourth) {
            // The output weights of S follow.
            let mut own = curve[..squares.coordinates].to_vec();
            for (t, _) in &self.weights.weighted {
                let place = self.features.kept.iter().take_while(|i| *i != t).count();
                own.extend_from_slice(&curve[squares.coordinates + place * outputs..][..outputs]);
            }
            if let Some(descent) = lift(self.model, self.weights, product, coordinates, &own) {
                return Err(Stop::Descent(Box::new(descent)));
            }
        }
        Ok(())
    }
}

/// Does something with a part of the budget; what is left of the part goes back.
fn with_part<T>(budget: &mut usize, part: usize, ask: impl FnOnce(&mut usize) -> T) -> T {
    let mut part = part.min(*budget);
    *budget -= part;
    let answer = ask(&mut part);
    *budget += part;
    answer
}

/// `c_z` with `u = sum_a l_a(u) r_a + sum_b f_b(u) v_b + sum_z l_z(u) c_z` for all u.
pub(super) fn factors_of_zeros(cone: &Cone, coordinates: &Coordinates) -> Option<Vec<(usize, Vec<Rational>)>> {
    let mut span = Echelon::default();
    let independent: Vec<usize> = (0..cone.zeros.len()).filter(|z| span.insert(&cone.zeros[*z])).collect();
    let functionals: Vec<&[Rational]> = independent.iter().map(|z| cone.zeros[*z].as_slice()).collect();
    let dimension = functionals.first().map_or(0, |l| l.len());
    // u - F L u lies where the zeros are zero, and there the coordinates are complete.
    let right = dual_basis(&functionals, dimension)?;
    let rest = |f: Vec<Rational>| {
        let mut rest = f.clone();
        for (a, r) in &coordinates.rays {
            add_multiple(&mut rest, &-dot(&cone.inequalities[*a], &f), r);
        }
        for (functional, v) in &coordinates.lines {
            add_multiple(&mut rest, &-dot(functional, &f), v);
        }
        rest
    };
    Some(independent.into_iter().zip(right.into_iter().map(rest)).collect())
}

/// Whether the tangents of a non-escape neuron are multiples of its feature and 1: to project it away loses nothing.
pub(super) fn is_static(model: &Model<'_>, l: usize, options: &Options) -> bool {
    Features::of_projection(model, &[l], &[], options).is_ok_and(|features| features.tangents.is_empty())
}
