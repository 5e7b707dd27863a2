//! Products of pieces of critical cones, one after the other, and the nodes of the proofs that go through them.

use super::critical::{Critical, LineSign, Piece};
use super::form::Product;
use crate::cone::{Cone, ConeLeaf};
use crate::polynomial::LocalNode;
use crate::rational::Rational;

/// A node of the proof. Inequalities and zeros are counted in the order in which they came along the branch.
#[derive(Debug, Clone)]
pub enum Node {
    /// Two branches follow: `p.u_i >= 0`, then `p.u_i <= 0`, p a boundary line of the neuron.
    Line {
        /// The neuron.
        neuron: usize,
        /// The line.
        line: usize,
    },
    /// The sign of `p.u_i` that follows: `p` for +, `-p` for -, the opposite of the known sign for zero is
    /// `sum nu_a l_a + sum xi_z l_z`, `nu >= 0`.
    Implied {
        /// The neuron.
        neuron: usize,
        /// The line.
        line: usize,
        /// The sign.
        sign: LineSign,
        /// `(a, nu_a)`
        nu: Vec<(usize, Rational)>,
        /// `(z, xi_z)`
        xi: Vec<(usize, Rational)>,
    },
    /// Multipliers of all boundary lines of the neuron that show where `g_i` is zero.
    Tight {
        /// The neuron.
        neuron: usize,
        /// One for each line.
        multipliers: Vec<Rational>,
    },
    /// Two branches follow: `s l_a - t l_b >= 0`, then `<= 0`.
    Ratio {
        /// `(a, b)`
        pair: (usize, usize),
        /// `(s, t)`
        factors: (Rational, Rational),
    },
    /// `Q - margin M` is nonnegative on the cone of the branch.
    Leaf {
        /// At least 0.
        margin: Rational,
        /// The decomposition that shows it.
        decomposition: ConeLeaf,
    },
    /// In coordinates of the branch the polynomial that elimination leaves is nonnegative near 0.
    Polynomial {
        /// The coordinates.
        coordinates: Box<LeafCoordinates>,
        /// On this branch no output weights are eliminated: T is A, with these bases of Q^J.
        weighted: Option<Vec<(usize, Vec<Vec<Rational>>)>>,
        /// The nodes of the proof, in the variables of the rays, of the lines, of the output weights that are kept, and of the
        /// neurons that are spread.
        proof: Vec<LocalNode>,
    },
    /// The rays move the outputs along nonnegative multiples of a spread neuron's moves, the lines too in both directions.
    Covered(Box<LeafCoordinates>),
}

/// Coordinates on a branch: `u = sum_a l_a(u) r_a + sum_b f_b(u) v_b + sum_z l_z(u) c_z` for all u.
#[derive(Debug, Clone)]
pub struct LeafCoordinates {
    /// `(a, r_a)`: nonnegative variables.
    pub rays: Vec<(usize, Vec<Rational>)>,
    /// `(f_b, v_b)`: free variables, but for the `v_b` that are the input weight of a neuron, which change nothing.
    pub lines: Vec<(Vec<Rational>, Vec<Rational>)>,
    /// `(z, c_z)`
    pub zeros: Vec<(usize, Vec<Rational>)>,
}

/// What is asked at a product of pieces; it may add nodes.
type Ask<'a, 'f, E> = dyn FnMut(&[(usize, &'a Piece)], &mut Vec<Node>) -> Result<(), E> + 'f;

/// Asks at each product of pieces of some neurons' critical cones, in depth-first order; gives all nodes.
pub(super) fn walk<'a, E>(parts: &'a [(usize, Critical)], ask: &mut Ask<'a, '_, E>) -> Result<Vec<Node>, E> {
    let mut nodes = Vec::new();
    descend(parts, &mut Vec::new(), (0, 0), None, &mut nodes, ask)?;
    Ok(nodes)
}

/// `offset`: inequalities and zeros of the parts before; `within`: where in the first part.
fn descend<'a, E>(
    parts: &'a [(usize, Critical)], chosen: &mut Vec<(usize, &'a Piece)>, offset: (usize, usize),
    within: Option<&'a Critical>, nodes: &mut Vec<Node>, ask: &mut Ask<'a, '_, E>,
) -> Result<(), E> {
    let Some(((neuron, start), rest)) = parts.split_first() else { return ask(chosen, nodes) };
    let neuron = *neuron;
    let shifted = |entries: &[(usize, Rational)], by: usize| -> Vec<(usize, Rational)> {
        entries.iter().map(|(place, value)| (place + by, value.clone())).collect()
    };
    match within.unwrap_or(start) {
        Critical::Line { line, sides } => {
            nodes.push(Node::Line { neuron, line: *line });
            sides.iter().try_for_each(|side| descend(parts, chosen, offset, Some(side), nodes, ask))
        }
        Critical::Ratio { pair: (a, b), factors, sides } => {
            nodes.push(Node::Ratio { pair: (a + offset.0, b + offset.0), factors: factors.clone() });
            sides.iter().try_for_each(|side| descend(parts, chosen, offset, Some(side), nodes, ask))
        }
        Critical::Implied { line, sign, nu, xi, then } => {
            let (nu, xi) = (shifted(nu, offset.0), shifted(xi, offset.1));
            nodes.push(Node::Implied { neuron, line: *line, sign: *sign, nu, xi });
            descend(parts, chosen, offset, Some(then), nodes, ask)
        }
        Critical::Tight { multipliers, then } => {
            nodes.push(Node::Tight { neuron, multipliers: multipliers.clone() });
            descend(parts, chosen, offset, Some(then), nodes, ask)
        }
        Critical::Piece(piece) => {
            chosen.push((neuron, piece));
            let next = (offset.0 + piece.cone.inequalities.len(), offset.1 + piece.cone.zeros.len());
            let result = descend(rest, chosen, next, None, nodes, ask);
            chosen.pop();
            result
        }
    }
}

/// A product of pieces as one cone in the space of all directions.
pub(super) fn product_cone(product: &Product<'_>) -> Cone {
    let embedded = |part: fn(&Cone) -> &Vec<Vec<Rational>>| -> Vec<Vec<Rational>> {
        let places = product.pieces.iter().enumerate();
        let vectors = places.flat_map(|(place, (_, piece))| part(&piece.cone).iter().map(move |v| (place, v)));
        vectors.map(|(place, v)| product.embed(place, v)).collect()
    };
    Cone {
        inequalities: embedded(|cone| &cone.inequalities),
        zeros: embedded(|cone| &cone.zeros),
        lineality: embedded(|cone| &cone.lineality),
        rays: embedded(|cone| &cone.rays),
    }
}
