//! Local minima by the second order, and directions in which it is negative (docs/theory.md, section 7).

use super::super::escape::Escape;
use super::super::model::Model;
use super::critical::{Piece, cut};
use super::features::{Features, Unfit};
use super::form::Product;
use super::walk::{Node, product_cone, walk};
use crate::cone::{Cone, ConeAnswer, ConeProof, QuadraticForm, decide_on_cone, guess_negative};
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

/// What the second order says after a projection.
pub(super) enum Outcome {
    /// The candidate is a local minimum.
    Minimum(Box<SecondOrder>),
    /// The form is negative in these directions of the moving neurons.
    Negative(Vec<(usize, Vec<Rational>)>),
    /// Nothing.
    Open(Gap),
}

/// Why the second order says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::empirical) enum Gap {
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
    /// Whether a negative value has been looked for everywhere, or isn't to be.
    is_guessed: bool,
}

enum Stop {
    Negative(Vec<(usize, Vec<Rational>)>),
    Open(Gap),
    /// A form needs more than one leaf: a negative value should be looked for everywhere first.
    Hard,
}

/// Most products of pieces, and leaves of proofs on them.
const MAX_LEAVES: usize = 20_000;

/// Asks the second order after some non-escape neurons have been projected away.
pub(super) fn decide_second_order(
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
    let is_guessed = !options.use_floats;
    let mut search = Search { model, features: &features, escaping, may_vanish, gap, leaves: MAX_LEAVES, is_guessed };
    let mut result = walk(&critical, &mut |chosen, nodes| search.product(chosen, nodes));
    if let Err(Stop::Hard) = result {
        search = Search { gap, leaves: MAX_LEAVES, is_guessed: true, ..search };
        let guesses = walk(&critical, &mut |chosen, _| search.guess(chosen));
        result = guesses.and_then(|_| walk(&critical, &mut |chosen, nodes| search.product(chosen, nodes)));
    }
    match result {
        Ok(nodes) => {
            search.gap.map_or_else(|| Outcome::Minimum(Box::new(SecondOrder { features, nodes })), Outcome::Open)
        }
        Err(Stop::Negative(directions)) => Outcome::Negative(directions),
        Err(Stop::Open(gap)) => Outcome::Open(gap),
        Err(Stop::Hard) => Outcome::Open(Gap::Limit),
    }
}

impl Search<'_> {
    fn form<'a>(&self, chosen: &[(usize, &'a Piece)]) -> (Product<'a>, Cone, QuadraticForm) {
        let dimension = self.model.instance.samples.inputs[0].len();
        let product = Product { pieces: chosen.to_vec(), dimension };
        let (cone, form) = (product_cone(&product), product.second_order(self.model, self.features, &self.escaping));
        (product, cone, form)
    }

    /// Stops where a negative value is found.
    fn guess(&self, chosen: &[(usize, &Piece)]) -> Result<(), Stop> {
        let (_, cone, form) = self.form(chosen);
        guess_negative(&form, &cone).map_or(Ok(()), |u| Err(negative(chosen, &u)))
    }

    fn product(&mut self, chosen: &[(usize, &Piece)], nodes: &mut Vec<Node>) -> Result<(), Stop> {
        let (product, cone, form) = self.form(chosen);
        let weak = if self.is_guessed { None } else { Some(decide_on_cone(&form, &cone, &mut 1)) };
        let weak = match weak.unwrap_or_else(|| decide_on_cone(&form, &cone, &mut self.leaves)) {
            ConeAnswer::Nonnegative(proof) => proof,
            ConeAnswer::Negative(u) => return Err(negative(chosen, &u)),
            ConeAnswer::Limit if !self.is_guessed => return Err(Stop::Hard),
            ConeAnswer::Limit => return Err(Stop::Open(Gap::Limit)),
        };
        if self.gap.is_some() {
            return Ok(());
        }
        if self.may_vanish {
            write(weak, &Rational::zero(), nodes);
            return Ok(());
        }
        let movement = product.movement(self.model, self.features);
        for shift in [0, 6, 16, 40, 100] {
            let margin = Rational::new(Integer::one(), Integer::one() << shift);
            let mut lowered = form.clone();
            lowered.add(&-&margin, &movement);
            if let ConeAnswer::Nonnegative(proof) = decide_on_cone(&lowered, &cone, &mut self.leaves) {
                write(proof, &margin, nodes);
                return Ok(());
            }
        }
        self.gap = Some(Gap::Zero);
        if self.features.projected.is_empty() { Ok(()) } else { Err(Stop::Open(Gap::Zero)) }
    }
}

fn negative(chosen: &[(usize, &Piece)], u: &[Rational]) -> Stop {
    let directions = u.chunks((u.len() / chosen.len().max(1)).max(1)).map(<[Rational]>::to_vec);
    Stop::Negative(chosen.iter().map(|(i, _)| *i).zip(directions).collect())
}

fn write(proof: ConeProof, margin: &Rational, nodes: &mut Vec<Node>) {
    match proof {
        ConeProof::Split { pair, factors, sides } => {
            nodes.push(Node::Ratio { pair, factors });
            for side in *sides {
                write(side, margin, nodes);
            }
        }
        ConeProof::Leaf(decomposition) => nodes.push(Node::Leaf { margin: margin.clone(), decomposition }),
    }
}
