//! The polynomial that is left when output weights are eliminated (docs/theory.md, section 7).

use super::super::model::Model;
use super::features::Features;
use super::form::Product;
use super::spread::Spread;
use crate::cone::Cone;
use crate::linear::{Echelon, add_multiple, combination, dot, is_zero, orthogonal_part};
use crate::polynomial::{Kind, Multivariate, determinant};
use crate::rational::Rational;
use num_traits::{One, Zero};

/// Which output weights are eliminated, and coordinates for the others.
#[derive(Debug)]
pub(super) struct Weights {
    /// S: their features are independent modulo W.
    pub(super) eliminated: Vec<usize>,
    /// T: `(t, basis of Q^J)`, the first vector `h_t` if that isn't zero, the others orthogonal to it and to each other.
    pub(super) weighted: Vec<(usize, Vec<Vec<Rational>>)>,
}

impl Weights {
    /// Chooses S: escape neurons first. `None` if their features depend on each other.
    pub(super) fn choose(model: &Model<'_>, features: &Features, escaping: &[usize]) -> Option<Weights> {
        let mut span = Echelon::of(features.projected_span(model).iter().map(Vec::as_slice));
        let mut eliminated = Vec::new();
        if !escaping.iter().all(|i| span.insert(&model.neurons[*i].activations)) {
            return None;
        }
        eliminated.extend_from_slice(escaping);
        let others: Vec<usize> = features.kept.iter().copied().filter(|i| !escaping.contains(i)).collect();
        let (more, weighted): (Vec<usize>, Vec<usize>) =
            others.into_iter().partition(|i| span.insert(&model.neurons[*i].activations));
        eliminated.extend(more);
        eliminated.sort_unstable();
        let basis = |t: usize| orthogonal_basis(&model.instance.candidate.output_weights[t]);
        Some(Weights { eliminated, weighted: weighted.into_iter().map(|t| (t, basis(t))).collect() })
    }

    /// With S empty.
    pub(super) fn all(model: &Model<'_>, features: &Features) -> Weights {
        let basis = |t: &usize| (*t, orthogonal_basis(&model.instance.candidate.output_weights[*t]));
        Weights { eliminated: vec![], weighted: features.kept.iter().map(basis).collect() }
    }
}

/// An orthogonal basis of the space that begins with a given vector, if that isn't zero.
pub(super) fn orthogonal_basis(first: &[Rational]) -> Vec<Vec<Rational>> {
    let whole = Cone::whole(first.len()).lineality;
    let mut basis: Vec<Vec<Rational>> = Vec::new();
    for vector in std::iter::once(first.to_vec()).chain(whole) {
        let vector = orthogonal_part(vector, &basis);
        if !is_zero(&vector) {
            basis.push(vector);
        }
    }
    basis
}

/// Coordinates of a product of simplicial pieces.
#[derive(Debug)]
pub(super) struct Coordinates {
    /// `(inequality, r_a)`: the variable is the inequality's value.
    pub(super) rays: Vec<(usize, Vec<Rational>)>,
    /// `(f_b, v_b)`; the variable is `f_b(u)`.
    pub(super) lines: Vec<(Vec<Rational>, Vec<Rational>)>,
    /// Which of the lines are an input weight: they only rescale a neuron.
    pub(super) rescalings: Vec<bool>,
}

impl Coordinates {
    /// The coordinates of a product: on each piece its lineality space, with the input weight in its basis, and its rays.
    pub(super) fn new(model: &Model<'_>, product: &Product<'_>, cone: &Cone) -> Option<Coordinates> {
        let (mut lines, mut rescalings) = (Vec::new(), Vec::new());
        for (place, (i, piece)) in product.pieces.iter().enumerate() {
            // Directions that change no activation first: the polynomial doesn't contain their variables.
            let lineality: Vec<&[Rational]> = piece.cone.lineality.iter().map(Vec::as_slice).collect();
            let speeds: Vec<Vec<Rational>> =
                piece.speeds.iter().map(|z| lineality.iter().map(|v| dot(z, v)).collect()).collect();
            let still = Echelon::of(speeds.iter().map(Vec::as_slice)).kernel(lineality.len());
            let still = still
                .into_iter()
                .map(|factors| combination(product.dimension, factors.into_iter().zip(lineality.iter().copied())));
            let w = &model.instance.candidate.input_weights[*i];
            let mut span = Echelon::default();
            let candidates = still.chain([w.clone()]).chain(piece.cone.lineality.iter().cloned());
            for v in candidates {
                if span.insert(&v) {
                    rescalings.push(v == *w);
                    lines.push(product.embed(place, &v));
                }
            }
        }
        let coordinates = cone.coordinates()?;
        let scaled = |(ray, (_, value)): (&Vec<Rational>, &(usize, Rational))| ray.iter().map(|x| x / value).collect();
        let rays: Vec<Vec<Rational>> = cone.rays.iter().zip(&coordinates).map(scaled).collect();
        let basis: Vec<&[Rational]> = lines.iter().chain(&rays).map(Vec::as_slice).collect();
        let dual = crate::cone::dual_basis(&basis, product.dimension * product.pieces.len())?;
        let functionals = dual[..lines.len()].to_vec();
        let rays = coordinates.into_iter().map(|(l, _)| l).zip(rays).collect();
        Some(Coordinates { rays, lines: functionals.into_iter().zip(lines).collect(), rescalings })
    }

    /// The same with a multiple of the input weight of its neuron added to the vector of each variable.
    pub(super) fn rescaled(
        &self, model: &Model<'_>, product: &Product<'_>, factors: &[Rational],
    ) -> Option<Coordinates> {
        let dimension = product.dimension;
        let moved = |v: &Vec<Rational>, factor: &Rational| {
            let place = v.iter().position(|entry| !entry.is_zero()).unwrap_or(0) / dimension;
            let mut moved = v.clone();
            let w = &model.instance.candidate.input_weights[product.pieces[place].0];
            add_multiple(&mut moved[place * dimension..][..dimension], factor, w);
            moved
        };
        let mut factors = factors.iter();
        let rays: Vec<Vec<Rational>> =
            self.rays.iter().map(|(_, r)| Some(moved(r, factors.next()?))).collect::<Option<_>>()?;
        let line = |((_, v), rescaling): (&(Vec<Rational>, Vec<Rational>), &bool)| {
            Some(if *rescaling { v.clone() } else { moved(v, factors.next()?) })
        };
        let lines: Vec<Vec<Rational>> = self.lines.iter().zip(&self.rescalings).map(line).collect::<Option<_>>()?;
        let basis: Vec<&[Rational]> = lines.iter().chain(&rays).map(Vec::as_slice).collect();
        let dual = crate::cone::dual_basis(&basis, dimension * product.pieces.len())?;
        let rays = self.rays.iter().map(|(l, _)| *l).zip(rays).collect();
        Some(Coordinates {
            rays,
            lines: dual[..lines.len()].iter().cloned().zip(lines).collect(),
            rescalings: self.rescalings.clone(),
        })
    }

    /// The vectors of the variables: rays, then lines that are no rescalings.
    pub(super) fn vectors(&self) -> Vec<&Vec<Rational>> {
        let lines = self.lines.iter().zip(&self.rescalings).filter(|(_, rescaling)| !**rescaling);
        self.rays.iter().map(|(_, r)| r).chain(lines.map(|((_, v), _)| v)).collect()
    }
}

/// What is projected on the complement on a product of pieces: polynomials in the variables of the coordinates, then J for
/// each t in T, then for each move of the spread neurons c and J - 1 delta.
#[derive(Debug)]
pub(super) struct Projected {
    /// The kinds of the variables.
    pub(super) kinds: Vec<Kind>,
    /// How many variables are coordinates.
    pub(super) coordinates: usize,
    /// The first variable of a move.
    pub(super) first_move: usize,
    /// `|y_t|^2`
    pub(super) squares: Vec<Rational>,
    /// For each i in S the `y_t.(rho_i + z_i(u_i))`.
    features: Vec<Vec<Multivariate>>,
    /// For each output the `y_t.ytil_j`, where
    ///
    /// ```text
    /// ytil_j = sum_A h_ij rho_i - e_j - sum_T (h_tj + zeta_tj)(rho_t + z_t(u_t)) - sum_r c_r (h_j + sum_c delta_rc b_cj) m_r
    /// ```
    ///
    /// and the last sum is over the moves of the spread neurons.
    pub(super) targets: Vec<Vec<Multivariate>>,
    /// `sum_j |e_j|^2`
    residual: Rational,
}

impl Projected {
    pub(super) fn new(
        model: &Model<'_>, features: &Features, weights: &Weights, groups: &[Spread], product: &Product<'_>,
        coordinates: &Coordinates,
    ) -> Projected {
        let (count, outputs) = (model.residuals.len(), model.instance.candidate.outputs());
        let vectors = coordinates.vectors();
        let mut kinds = vec![Kind::Nonnegative; coordinates.rays.len()];
        kinds.resize(vectors.len() + outputs * weights.weighted.len(), Kind::Free);
        let first_move = kinds.len();
        for _ in groups.iter().flat_map(|group| &group.moves) {
            kinds.push(Kind::Nonnegative);
            kinds.resize(kinds.len() + outputs - 1, Kind::Free);
        }
        let variables = kinds.len();
        // Vectors of Q^n as their products with the y_t.
        let heights = |v: &[Rational]| features.complement.iter().map(|y| dot(y, v)).collect::<Vec<Rational>>();
        let feature = |i: usize| -> Vec<Multivariate> {
            let constants = heights(&model.neurons[i].activations).into_iter();
            let mut entries: Vec<Multivariate> = constants.map(|c| Multivariate::constant(variables, c)).collect();
            let Some(place) = product.pieces.iter().position(|(other, _)| *other == i) else { return entries };
            for (x, vector) in vectors.iter().enumerate() {
                let u = &vector[place * product.dimension..][..product.dimension];
                let speeds: Vec<Rational> = (0..count).map(|k| dot(&product.pieces[place].1.speeds[k], u)).collect();
                let variable = Multivariate::variable(variables, x);
                entries.iter_mut().zip(heights(&speeds)).for_each(|(entry, height)| entry.add(&height, &variable));
            }
            entries
        };
        let kept: Vec<Vec<Multivariate>> = weights.weighted.iter().map(|(t, _)| feature(*t)).collect();
        let mut residual = Rational::zero();
        let mut targets = Vec::new();
        for j in 0..outputs {
            let e: Vec<Rational> = model.residuals.iter().map(|e| e[j].clone()).collect();
            residual += dot(&e, &e);
            let mut target: Vec<Rational> = e.iter().map(|entry| -entry).collect();
            for i in &features.kept {
                let h = &model.instance.candidate.output_weights[*i][j];
                add_multiple(&mut target, h, &model.neurons[*i].activations);
            }
            let mut ytil: Vec<Multivariate> =
                heights(&target).into_iter().map(|c| Multivariate::constant(variables, c)).collect();
            for (place, ((t, basis), entries)) in weights.weighted.iter().zip(&kept).enumerate() {
                let h = model.instance.candidate.output_weights[*t][j].clone();
                let mut weight = Multivariate::constant(variables, h);
                for (c, vector) in basis.iter().enumerate() {
                    let variable = Multivariate::variable(variables, vectors.len() + place * outputs + c);
                    weight.add(&vector[j], &variable);
                }
                ytil.iter_mut().zip(entries).for_each(|(y, entry)| y.add(&-Rational::one(), &weight.times(entry)));
            }
            let moves = groups.iter().flat_map(|group| group.moves.iter().map(move |m| (group, m)));
            for (place, (group, m)) in moves.enumerate() {
                let c = first_move + place * outputs;
                let h = model.instance.candidate.output_weights[group.neurons[0]][j].clone();
                let mut weight = Multivariate::constant(variables, h);
                for (delta, vector) in group.basis.iter().enumerate() {
                    weight.add(&vector[j], &Multivariate::variable(variables, c + 1 + delta));
                }
                let weight = weight.times(&Multivariate::variable(variables, c));
                ytil.iter_mut().zip(heights(m)).for_each(|(y, height)| y.add(&-height, &weight));
            }
            targets.push(ytil);
        }
        let features_of = weights.eliminated.iter().map(|i| feature(*i)).collect();
        let squares = features.complement.iter().map(|y| dot(y, y)).collect();
        Projected { kinds, coordinates: vectors.len(), first_move, squares, features: features_of, targets, residual }
    }

    /// `sum_j Gram(Phi, ytil_j) - |e|^2 Gram(Phi)`, Phi the projected features of S: 2 det G times the least loss difference
    /// over the eliminated output weights.
    pub(super) fn polynomial(&self) -> Multivariate {
        let variables = self.kinds.len();
        let inner = |left: &[Multivariate], right: &[Multivariate]| {
            let mut sum = Multivariate::zero(variables);
            let terms = left.iter().zip(right).zip(&self.squares);
            terms.for_each(|((l, r), square)| sum.add(&square.recip(), &l.times(r)));
            sum
        };
        let phi = &self.features;
        let gram: Vec<Vec<Multivariate>> = phi.iter().map(|l| phi.iter().map(|r| inner(l, r)).collect()).collect();
        let mut sum = Multivariate::zero(variables);
        for ytil in &self.targets {
            let last: Vec<Multivariate> = phi.iter().map(|column| inner(column, ytil)).collect();
            let mut bordered = gram.clone();
            bordered.iter_mut().zip(&last).for_each(|(row, entry)| row.push(entry.clone()));
            bordered.push(last.into_iter().chain([inner(ytil, ytil)]).collect());
            sum.add(&Rational::one(), &determinant(&bordered, variables));
        }
        sum.add(&-&self.residual, &determinant(&gram, variables));
        sum
    }
}
