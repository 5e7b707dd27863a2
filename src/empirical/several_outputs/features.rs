//! The features that are left when some non-escape neurons are projected away (docs/theory.md, section 7).

use super::super::escape::{Bound, Constant, Escape, bound};
use super::super::model::Model;
use super::critical::cut;
use super::elimination::MAX_PRODUCTS;
use crate::kink::{KinkForm, Options};
use crate::linear::{Echelon, add_multiple, combination, dot, is_zero, orthogonal_part, shortest_multiple, solve};
use crate::rational::Rational;
use num_traits::One;

/// A set N2 of non-escape neurons projected away, `W = span { 1 (if the output bias is trained), rho_l, z_l(k) : l in N2,
/// g_l(k) = 0 }`, and what is orthogonal to it.
#[derive(Debug)]
pub struct Features {
    /// N2, in rising order.
    pub projected: Vec<usize>,
    /// M, in rising order: non-escape neurons of which only the features are projected away (file spread.rs).
    pub spread: Vec<usize>,
    /// A: the others.
    pub kept: Vec<usize>,
    /// `(l, k)`: `g_l(k) = 0` for l in N2; for l in M k is a line of a piece of the critical cone. With 1 and the rho_l the
    /// `z_l(k)` span W.
    pub tangents: Vec<(usize, Vec<Rational>)>,
    /// A basis of the orthogonal complement of W and all `rho_i`, i in A; its vectors are orthogonal to each other.
    pub complement: Vec<Vec<Rational>>,
    /// `(i, tau_i)`: `tau_i.rho_i = 1`, and `tau_i` is orthogonal to W and to the other `rho_l`, l in A. One for each escape
    /// neuron, and for other members of A where there is one.
    pub duals: Vec<(usize, Vec<Rational>)>,
    /// For each l in N2 a constant C with `|y.z_l(u)| <= C g_l(u)` for all u and all y above, so that `y.z_l` is zero
    /// wherever `g_l` is.
    pub bounds: Vec<Constant>,
}

/// Why a set can't be projected away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The feature of an escape neuron lies in W plus the span of the others.
    Dependent,
    /// A proof tree has too many leaves.
    Limit,
}

impl Features {
    /// Projects the given non-escape neurons away and leaves the features of the others out of account: the complement is
    /// that of W alone, and there are no duals. W contains the features of the neurons that are spread, and the lines of their
    /// critical cones.
    pub(super) fn of_projection(
        model: &Model<'_>, projected: &[usize], spread: &[usize], options: &Options,
    ) -> Result<Features, Unfit> {
        let mut features = Features::empty(model, projected);
        features.kept.retain(|i| !spread.contains(i));
        features.spread = spread.to_vec();
        // What a spread neuron can do in both directions, it can do with any output weight, so that it is projected away too.
        for l in spread {
            let Ok(critical) = cut(model, *l, MAX_PRODUCTS) else { continue };
            for line in critical.pieces().into_iter().flat_map(|piece| &piece.cone.lineality) {
                let span = features.projected_span(model);
                if !Echelon::of(span.iter().map(Vec::as_slice)).contains(&model.speeds(*l, line)) {
                    features.tangents.push((*l, line.clone()));
                }
            }
        }
        loop {
            features.complement = orthogonal_complement(&features.projected_span(model), model.residuals.len());
            match features.bound_projected(model, options)? {
                None => return Ok(features),
                Some(tangent) => features.tangents.push(tangent),
            }
        }
    }

    fn empty(model: &Model<'_>, projected: &[usize]) -> Features {
        let kept: Vec<usize> = (0..model.neurons.len()).filter(|i| !projected.contains(i)).collect();
        let projected = projected.to_vec();
        Features {
            projected,
            spread: vec![],
            kept,
            tangents: vec![],
            complement: vec![],
            duals: vec![],
            bounds: vec![],
        }
    }

    /// Projects the given non-escape neurons away. W grows by a tangent each time that a vector orthogonal to what is
    /// known of W turns out not to be orthogonal to all of it; at most n times.
    pub(super) fn without(
        model: &Model<'_>, escapes: &[Escape], projected: &[usize], options: &Options,
    ) -> Result<Features, Unfit> {
        let mut features = Features::empty(model, projected);
        loop {
            features.orthogonalise(model);
            let escaping = |i: &&usize| matches!(escapes[**i], Escape::Yes(_));
            if features.kept.iter().filter(escaping).any(|i| features.dual(*i).is_none()) {
                return Err(Unfit::Dependent);
            }
            match features.bound_projected(model, options)? {
                None => return Ok(features),
                Some(tangent) => features.tangents.push(tangent),
            }
        }
    }

    /// `tau_i`
    pub fn dual(&self, i: usize) -> Option<&Vec<Rational>> {
        self.duals.iter().find(|(other, _)| *other == i).map(|(_, tau)| tau)
    }

    /// The vectors that are known to span W.
    pub(super) fn projected_span(&self, model: &Model<'_>) -> Vec<Vec<Rational>> {
        let count = model.residuals.len();
        let constant = model.instance.trained.output_bias.then(|| vec![Rational::one(); count]);
        let features = self.projected.iter().chain(&self.spread).map(|l| model.neurons[*l].activations.clone());
        let tangents = self.tangents.iter().map(|(l, k)| model.speeds(*l, k));
        constant.into_iter().chain(features).chain(tangents).collect()
    }

    fn orthogonalise(&mut self, model: &Model<'_>) {
        let span = self.projected_span(model);
        let feature = |i: usize| &model.neurons[i].activations;
        let all: Vec<Vec<Rational>> = span.iter().chain(self.kept.iter().map(|i| feature(*i))).cloned().collect();
        let complement = orthogonal_complement(&all, model.residuals.len());
        let dual = |i: &usize| {
            let others = span.iter().chain(self.kept.iter().filter(|l| *l != i).map(|l| feature(*l)));
            let tau = away_from(feature(*i), others)?;
            let square = dot(&tau, &tau);
            Some((*i, tau.iter().map(|entry| entry / &square).collect()))
        };
        let duals = self.kept.iter().filter_map(dual).collect();
        (self.complement, self.duals) = (complement, duals);
    }

    /// The bounds for all projected neurons, or a direction k of one of them with `g_l(k) = 0` whose tangent isn't in the
    /// known part of W.
    fn bound_projected(
        &mut self, model: &Model<'_>, options: &Options,
    ) -> Result<Option<(usize, Vec<Rational>)>, Unfit> {
        self.bounds.clear();
        for l in &self.projected {
            let orthogonal = self.complement.iter().chain(self.duals.iter().map(|(_, tau)| tau));
            let forms: Vec<KinkForm> = orthogonal.map(|y| model.weighted_speed(*l, y)).collect();
            match bound(model, *l, &forms, options) {
                Bound::Constant(constant) => self.bounds.push(constant),
                Bound::Exceeded(k) => return Ok(Some((*l, k))),
                Bound::Limit => return Err(Unfit::Limit),
            }
        }
        Ok(None)
    }
}

/// A basis of the orthogonal complement of some vectors, its members orthogonal to each other.
fn orthogonal_complement(vectors: &[Vec<Rational>], dimension: usize) -> Vec<Vec<Rational>> {
    let kernel = Echelon::of(vectors.iter().map(Vec::as_slice)).kernel(dimension);
    let mut complement: Vec<Vec<Rational>> = Vec::new();
    for y in kernel {
        complement.push(shortest_multiple(&orthogonal_part(y, &complement)));
    }
    complement
}

/// The part of a vector that is orthogonal to some others; `None` if it lies in their span.
fn away_from<'v>(vector: &[Rational], others: impl Iterator<Item = &'v Vec<Rational>>) -> Option<Vec<Rational>> {
    let mut span = Echelon::default();
    let basis: Vec<&Vec<Rational>> = others.filter(|other| span.insert(other)).collect();
    let gram: Vec<Vec<Rational>> = basis.iter().map(|b| basis.iter().map(|c| dot(b, c)).collect()).collect();
    let columns: Vec<&[Rational]> = gram.iter().map(Vec::as_slice).collect();
    let heights: Vec<Rational> = basis.iter().map(|b| -dot(b, vector)).collect();
    let mut rest = vector.to_vec();
    if !basis.is_empty() {
        let factors = solve(&columns, &[heights])?.pop()?;
        let back = combination(vector.len(), factors.into_iter().zip(basis.into_iter().map(Vec::as_slice)));
        add_multiple(&mut rest, &Rational::one(), &back);
    }
    (!is_zero(&rest)).then_some(rest)
}
