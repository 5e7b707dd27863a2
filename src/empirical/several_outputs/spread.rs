//! Non-escape neurons that are *spread*: each ray of their critical cones gets an output weight of its own (docs/theory.md,
//! section 7.16). What such neurons can do is then linear in few variables, however many replicas they have.

use super::super::model::Model;
use super::critical::{Critical, Piece, cut};
use super::elimination::{MAX_PRODUCTS, factors_of_zeros};
use super::form::Product;
use super::reduced::{Coordinates, orthogonal_basis};
use super::walk::{LeafCoordinates, Node, product_cone, walk};
use crate::linear::{Echelon, dot, is_zero, shortest_multiple};
use crate::rational::Rational;
use num_traits::{Signed, Zero};

/// Neurons with the same input weight and positive multiples of one output weight h, which are spread together: modulo W
/// they change output j by `sum_r c_r (h_j + sum_c delta_rc b_cj) m_r`, `c_r >= 0`.
#[derive(Debug)]
pub struct Spread {
    /// The neurons.
    pub neurons: Vec<usize>,
    /// `m_r`: on the critical cone the changes of the activations are nonnegative combinations of these modulo W.
    pub moves: Vec<Vec<Rational>>,
    /// `b_c`: with h a basis of Q^J.
    pub basis: Vec<Vec<Rational>>,
    /// The critical cone cut into pieces, on each of which the moves are enough.
    pub cover: Vec<Node>,
}

/// Most moves of a group.
const MAX_MOVES: usize = 12;

/// Spreads some non-escape neurons with output weights that aren't zero. `complement`: an orthogonal basis of what is
/// orthogonal to W. `None` beyond the limits.
pub(super) fn spread(
    model: &Model<'_>, neurons: &[usize], escaping: &[usize], complement: &[Vec<Rational>],
) -> Option<Vec<Spread>> {
    let candidate = &model.instance.candidate;
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for l in neurons {
        let fits = |group: &&mut Vec<usize>| {
            candidate.input_weights[group[0]] == candidate.input_weights[*l]
                && is_positive_multiple(&candidate.output_weights[*l], &candidate.output_weights[group[0]])
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(*l),
            None => groups.push(vec![*l]),
        }
    }
    groups.into_iter().map(|neurons| spread_group(model, neurons, escaping, complement)).collect()
}

fn spread_group(
    model: &Model<'_>, neurons: Vec<usize>, escaping: &[usize], complement: &[Vec<Rational>],
) -> Option<Spread> {
    let first = neurons[0];
    let dimension = model.instance.samples.inputs[0].len();
    let mut moves: Vec<Vec<Rational>> = Vec::new();
    let mut known: Vec<Vec<Rational>> = Vec::new();
    let mut add = |piece: &Piece, direction: &[Rational], sign: i64| {
        let sign = Rational::from_integer(sign.into());
        let z: Vec<Rational> = piece.speeds.iter().map(|row| dot(row, direction) * &sign).collect();
        let heights: Vec<Rational> = complement.iter().map(|y| dot(y, &z)).collect();
        let heights = shortest_multiple(&heights);
        if !is_zero(&heights) && !known.contains(&heights) {
            moves.push(shortest_multiple(&z));
            known.push(heights);
        }
    };
    let parts: [(usize, Critical); 1] = [(first, cut(model, first, MAX_PRODUCTS).ok()?)];
    let cover = walk(&parts, &mut |chosen, nodes| {
        let (_, piece) = chosen[0];
        piece.cone.rays.iter().for_each(|ray| add(piece, ray, 1));
        for line in &piece.cone.lineality {
            add(piece, line, 1);
            add(piece, line, -1);
        }
        let product = Product { pieces: chosen.to_vec(), dimension };
        let cone = product_cone(&product);
        let coordinates = Coordinates::new(model, &product, &cone).ok_or(())?;
        let zeros = factors_of_zeros(&cone, &coordinates).ok_or(())?;
        let Coordinates { rays, lines, .. } = coordinates;
        nodes.push(Node::Covered(Box::new(LeafCoordinates { rays, lines, zeros })));
        Ok::<(), ()>(())
    });
    let cover = cover.ok()?;
    // Where escape neurons do the same as this one, what they do together is zero where polynomials are, and not fractions,
    // if their output weights are in the basis.
    let output_weights = &model.instance.candidate.output_weights;
    let mut span = Echelon::of([output_weights[first].as_slice()]);
    let others = orthogonal_basis(&output_weights[first]);
    let candidates = escaping.iter().map(|i| &output_weights[*i]).chain(&others);
    let basis = candidates.filter(|vector| span.insert(vector)).cloned().collect();
    (moves.len() <= MAX_MOVES).then_some(Spread { neurons, moves, basis, cover })
}

/// Whether `x = c y`, c > 0, for vectors that aren't zero.
fn is_positive_multiple(x: &[Rational], y: &[Rational]) -> bool {
    let pairs = || x.iter().zip(y);
    let Some((value, unit)) = pairs().find(|(_, unit)| !unit.is_zero()) else { return false };
    let factor = value / unit;
    factor.is_positive() && pairs().all(|(x, y)| *x == y * &factor)
}
