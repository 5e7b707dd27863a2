//! Local minima by the second order, and directions in which it is negative (docs/theory.md, section 7).

use super::super::escape::Escape;
use super::super::model::Model;
use super::critical::{Critical, LineSign, Piece, cut};
use super::features::{Features, Unfit};
use super::form::Product;
use crate::cone::{Cone, ConeAnswer, ConeLeaf, ConeProof, decide_on_cone};
use crate::kink::Options;
use crate::linear::is_zero;
use crate::rational::{Integer, Rational};
use num_traits::{One, Zero};

/// A proof that the candidate is a local minimum.
#[derive(Debug)]
pub struct SecondOrder {
    /// What is projected away.
    pub features: Features,
    /// The critical cones of all moving neurons cut into pieces, and on each product of pieces a proof, in depth-first
    /// order.
    pub nodes: Vec<Node>,
}

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
}

/// What the second order says after a projection.
pub(crate) enum Outcome {
    /// The candidate is a local minimum.
    Minimum(Box<SecondOrder>),
    /// The form is negative in these directions of the moving neurons.
    Negative(Vec<(usize, Vec<Rational>)>),
    /// Nothing.
    Open(Gap),
}

/// Why the second order says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The form is nonnegative, and zero somewhere where a neuron moves.
    Zero,
    /// The feature of an escape neuron lies in what is projected away and the span of the others.
    Dependent,
    /// The form is negative somewhere, after a projection that may pay too little.
    Negative,
    /// A neuron without output weight moves, and the features depend on each other.
    Coupled,
    /// Too many pieces or leaves.
    Limit,
}

struct Search<'a> {
    model: &'a Model<'a>,
    features: &'a Features,
    escaping: Vec<usize>,
    /// One escape neuron, and all others projected away: then the form may be zero.
    may_vanish: bool,
    /// Why there will be no proof; then only a negative value is sought, which is a way down if nothing is projected.
    gap: Option<Gap>,
    leaves: usize,
    nodes: Vec<Node>,
}

enum Stop {
    Negative(Vec<(usize, Vec<Rational>)>),
    Open(Gap),
}

/// Most products of pieces, and leaves of proofs on them.
const MAX_LEAVES: usize = 20_000;

/// Asks the second order after some non-escape neurons have been projected away.
pub(crate) fn decide_second_order(
    model: &Model<'_>, escapes: &[Escape], projected: &[usize], options: &Options,
) -> Outcome {
    let features = match Features::without(model, escapes, projected, options) {
        Ok(features) => features,
        Err(Unfit::Dependent) => return Outcome::Open(Gap::Dependent),
        Err(Unfit::Limit) => return Outcome::Open(Gap::Limit),
    };
    let output_weights = &model.instance.candidate.output_weights;
    let moving: Vec<usize> = features.kept.iter().copied().filter(|i| !is_zero(&output_weights[*i])).collect();
    let is_coupled = moving.len() < features.kept.len() && features.duals.len() < features.kept.len();
    let gap = is_coupled.then_some(Gap::Coupled);
    if let Some(gap) = gap.filter(|_| !projected.is_empty()) {
        return Outcome::Open(gap);
    }
    let mut critical = Vec::new();
    for i in moving {
        match cut(model, i, MAX_LEAVES) {
            Ok(pieces) => critical.push((i, pieces)),
            Err(_) => return Outcome::Open(Gap::Limit),
        }
    }
    let escaping: Vec<usize> =
        features.kept.iter().copied().filter(|i| matches!(escapes[*i], Escape::Yes(_))).collect();
    let may_vanish = escaping.len() == 1 && features.kept == escaping;
    let leaves = MAX_LEAVES;
    let mut search = Search { model, features: &features, escaping, may_vanish, gap, leaves, nodes: Vec::new() };
    let parts: Vec<(usize, &Critical)> = critical.iter().map(|(i, pieces)| (*i, pieces)).collect();
    match search.pieces(&parts, &mut Vec::new(), (0, 0), None) {
        Ok(()) => {
            let (nodes, gap) = (search.nodes, search.gap);
            gap.map_or_else(|| Outcome::Minimum(Box::new(SecondOrder { features, nodes })), Outcome::Open)
        }
        Err(Stop::Negative(directions)) => Outcome::Negative(directions),
        Err(Stop::Open(gap)) => Outcome::Open(gap),
    }
}

impl Search<'_> {
    /// Walks through the pieces of the first part, below each of its pieces through those of the next one, and at the
    /// end asks about the product. `offset`: inequalities and zeros of the parts before; `within`: where in the first part.
    fn pieces<'a>(
        &mut self, parts: &[(usize, &'a Critical)], chosen: &mut Vec<(usize, &'a Piece)>, offset: (usize, usize),
        within: Option<&'a Critical>,
    ) -> Result<(), Stop> {
        let Some(((neuron, start), rest)) = parts.split_first() else { return self.product(chosen) };
        let neuron = *neuron;
        let shifted = |entries: &[(usize, Rational)], by: usize| -> Vec<(usize, Rational)> {
            entries.iter().map(|(place, value)| (place + by, value.clone())).collect()
        };
        match within.unwrap_or(start) {
            Critical::Line { line, sides } => {
                self.nodes.push(Node::Line { neuron, line: *line });
                sides.iter().try_for_each(|side| self.pieces(parts, chosen, offset, Some(side)))
            }
            Critical::Ratio { pair: (a, b), factors, sides } => {
                let pair = (a + offset.0, b + offset.0);
                self.nodes.push(Node::Ratio { pair, factors: factors.clone() });
                sides.iter().try_for_each(|side| self.pieces(parts, chosen, offset, Some(side)))
            }
            Critical::Implied { line, sign, nu, xi, then } => {
                let (nu, xi) = (shifted(nu, offset.0), shifted(xi, offset.1));
                self.nodes.push(Node::Implied { neuron, line: *line, sign: *sign, nu, xi });
                self.pieces(parts, chosen, offset, Some(then))
            }
            Critical::Tight { multipliers, then } => {
                self.nodes.push(Node::Tight { neuron, multipliers: multipliers.clone() });
                self.pieces(parts, chosen, offset, Some(then))
            }
            Critical::Piece(piece) => {
                chosen.push((neuron, piece));
                let next = (offset.0 + piece.cone.inequalities.len(), offset.1 + piece.cone.zeros.len());
                let result = self.pieces(rest, chosen, next, None);
                chosen.pop();
                result
            }
        }
    }

    fn product(&mut self, chosen: &[(usize, &Piece)]) -> Result<(), Stop> {
        let dimension = self.model.instance.samples.inputs[0].len();
        let product = Product { pieces: chosen.to_vec(), dimension };
        let embedded = |part: fn(&Cone) -> &Vec<Vec<Rational>>| -> Vec<Vec<Rational>> {
            let places = chosen.iter().enumerate();
            places
                .flat_map(|(place, (_, piece))| part(&piece.cone).iter().map(move |v| (place, v)))
                .map(|(place, v)| product.embed(place, v))
                .collect()
        };
        let cone = Cone {
            inequalities: embedded(|cone| &cone.inequalities),
            zeros: embedded(|cone| &cone.zeros),
            lineality: embedded(|cone| &cone.lineality),
            rays: embedded(|cone| &cone.rays),
        };
        let form = product.second_order(self.model, self.features, &self.escaping);
        let weak = match decide_on_cone(&form, &cone, &mut self.leaves) {
            ConeAnswer::Nonnegative(proof) => proof,
            ConeAnswer::Negative(u) => {
                let directions = u.chunks(dimension).map(<[Rational]>::to_vec);
                return Err(Stop::Negative(chosen.iter().map(|(i, _)| *i).zip(directions).collect()));
            }
            ConeAnswer::Limit => return Err(Stop::Open(Gap::Limit)),
        };
        if self.gap.is_some() {
            return Ok(());
        }
        if self.may_vanish {
            self.write(weak, &Rational::zero());
            return Ok(());
        }
        let movement = product.movement(self.model, self.features);
        for shift in [0, 6, 16, 40, 100] {
            let margin = Rational::new(Integer::one(), Integer::one() << shift);
            let mut lowered = form.clone();
            lowered.add(&-&margin, &movement);
            if let ConeAnswer::Nonnegative(proof) = decide_on_cone(&lowered, &cone, &mut self.leaves) {
                self.write(proof, &margin);
                return Ok(());
            }
        }
        self.gap = Some(Gap::Zero);
        if self.features.projected.is_empty() { Ok(()) } else { Err(Stop::Open(Gap::Zero)) }
    }

    fn write(&mut self, proof: ConeProof, margin: &Rational) {
        match proof {
            ConeProof::Split { pair, factors, sides } => {
                self.nodes.push(Node::Ratio { pair, factors });
                for side in *sides {
                    self.write(side, margin);
                }
            }
            ConeProof::Leaf(decomposition) => self.nodes.push(Node::Leaf { margin: margin.clone(), decomposition }),
        }
    }
}
