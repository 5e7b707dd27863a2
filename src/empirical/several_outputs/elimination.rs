//! Local minima and descents by the polynomial that is left when output weights are eliminated (docs/theory.md,
//! section 7).

use super::super::descent::Descent;
use super::super::escape::Escape;
use super::super::model::Model;
use super::OpenPolynomial;
use super::critical::{Piece, cut};
use super::features::{Features, Unfit};
use super::form::Product;
use super::lift::lift;
use super::named::prove_by_names;
use super::reduced::{Coordinates, Projected, Weights};
use super::spread::{Spread, spread};
use super::walk::{LeafCoordinates, Node, product_cone, walk};
use crate::cone::{Cone, dual_basis};
use crate::kink::Options;
use crate::linear::{Echelon, add_multiple, dot};
use crate::polynomial::{LocalAnswer, decide_near_zero};
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
/// Work on what squares with names leave.
const NAMES_WORK: usize = 100_000;
/// Most output weights that are eliminated (J each).
const MAX_ELIMINATED: usize = 4;

enum Stop {
    Descent(Box<Descent>),
    Open(Option<Box<OpenPolynomial>>),
}

/// Asks the polynomial after some non-escape neurons have been projected away and others spread. `budget` as for
/// [`decide_near_zero`].
pub(super) fn decide_by_elimination(
    model: &Model<'_>, escapes: &[Escape], [projected, loose]: [&[usize]; 2], options: &Options, budget: &mut usize,
) -> Outcome {
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
    let mut products = MAX_PRODUCTS;
    // Where one product of pieces stays open, another one may still show a way down.
    let mut open = None;
    let result = walk(&critical, &mut |chosen, nodes| {
        products = products.checked_sub(1).ok_or(Stop::Open(None))?;
        if *budget == 0 || options.is_over() {
            return Err(Stop::Open(None));
        }
        match on_product(model, &features, &weights, &groups, chosen, budget, nodes) {
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

fn on_product(
    model: &Model<'_>, features: &Features, weights: &Weights, groups: &[Spread], chosen: &[(usize, &Piece)],
    budget: &mut usize, nodes: &mut Vec<Node>,
) -> Result<(), Stop> {
    let dimension = model.instance.samples.inputs[0].len();
    let product = Product { pieces: chosen.to_vec(), dimension };
    let cone = product_cone(&product);
    let limit = || Stop::Open(None);
    let coordinates = Coordinates::new(model, &product, &cone).ok_or_else(limit)?;
    let leaf = |coordinates: Coordinates| -> Option<Box<LeafCoordinates>> {
        let zeros = factors_of_zeros(&cone, &coordinates)?;
        let Coordinates { rays, lines, .. } = coordinates;
        Some(Box::new(LeafCoordinates { rays, lines, zeros }))
    };
    // Squares with names settle most at once.
    let all = Weights::all(model, features);
    let mut little = NAMES_WORK.min(*budget);
    *budget -= little;
    let proof = prove_by_names(&Projected::new(model, features, &all, groups, &product, &coordinates), &mut little);
    *budget += little;
    if let Some(proof) = proof {
        let coordinates = leaf(coordinates).ok_or_else(limit)?;
        nodes.push(Node::Polynomial { coordinates, weighted: Some(all.weighted), proof });
        return Ok(());
    }
    let projected = Projected::new(model, features, weights, groups, &product, &coordinates);
    let (polynomial, kinds) = (projected.polynomial(), projected.kinds);
    // Multiplying the determinants out has cost about this much.
    *budget = budget.saturating_sub(50 * polynomial.terms.len());
    // One hard product leaves enough for the others.
    let mut share = budget.div_ceil(3);
    *budget -= share;
    let answer = decide_near_zero(&polynomial, &kinds, &mut share);
    *budget += share;
    match answer {
        LocalAnswer::Nonnegative(proof) => {
            let coordinates = leaf(coordinates).ok_or_else(limit)?;
            nodes.push(Node::Polynomial { coordinates, weighted: None, proof });
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
