//! The quadratic form on a product of pieces (docs/theory.md, section 7).

use super::super::model::Model;
use super::critical::Piece;
use super::features::Features;
use crate::cone::QuadraticForm;
use crate::linear::{Echelon, add_multiple, combination, dot};
use crate::rational::Rational;
use num_traits::{One, Zero};

/// A product of pieces, one for each moving neuron, in the space of all their directions u.
pub(super) struct Product<'a> {
    /// `(neuron, piece)`
    pub(super) pieces: Vec<(usize, &'a Piece)>,
    /// d
    pub(super) dimension: usize,
}

impl Product<'_> {
    /// A functional of the direction of one neuron as one of all directions.
    pub(super) fn embed(&self, place: usize, functional: &[Rational]) -> Vec<Rational> {
        let mut all = vec![Rational::zero(); self.pieces.len() * self.dimension];
        all[place * self.dimension..][..self.dimension].clone_from_slice(functional);
        all
    }

    fn total(&self) -> usize {
        self.pieces.len() * self.dimension
    }

    /// `Q(u) = sum_j ( p_j.r_j - 1/2 |r_j|^2 )` with
    ///
    /// ```text
    /// p_j = sum_i h_ij z_i(u_i),    r_j = sum_t (y_t.p_j / |y_t|^2) y_t - sum_{i in E} d_ij(u_i) tau_i .
    /// ```
    ///
    /// `rho_i.r_j = -d_ij` for i in A, and `r_j` is orthogonal to W, so that for all output weights and all w in W
    /// `sum_i eta_ij d_ij + 1/2 |p_j + sum_i eta_ij rho_i + w|^2 >= p_j.r_j - 1/2 |r_j|^2`; the best ones give equality.
    pub(super) fn second_order(&self, model: &Model<'_>, features: &Features, escaping: &[usize]) -> QuadraticForm {
        let (count, outputs) = (model.residuals.len(), model.instance.candidate.outputs());
        let mut form = QuadraticForm::zero(self.total());
        let (one, half) = (Rational::one(), Rational::new(1.into(), 2.into()));
        for j in 0..outputs {
            let mut p = vec![vec![Rational::zero(); self.total()]; count];
            let mut r = p.clone();
            for (place, (i, piece)) in self.pieces.iter().enumerate() {
                let h = &model.instance.candidate.output_weights[*i][j];
                for (row, speed) in p.iter_mut().zip(&piece.speeds) {
                    add_multiple(&mut row[place * self.dimension..][..self.dimension], h, speed);
                }
                if let Some(tau) = features.dual(*i).filter(|_| escaping.contains(i)) {
                    let residuals = model.residuals.iter().map(|e| e[j].clone());
                    let speeds = piece.speeds.iter().map(Vec::as_slice);
                    let d = self.embed(place, &combination(self.dimension, residuals.zip(speeds)));
                    r.iter_mut().zip(tau).for_each(|(row, entry)| add_multiple(row, &-entry, &d));
                }
            }
            for y in &features.complement {
                let height = combination(self.total(), y.iter().cloned().zip(p.iter().map(Vec::as_slice)));
                let square = dot(y, y);
                r.iter_mut().zip(y).for_each(|(row, entry)| add_multiple(row, &(entry / &square), &height));
            }
            for (mut p, r) in p.into_iter().zip(&r) {
                add_multiple(&mut p, &-&half, r);
                form.add_product(&one, &p, r);
            }
        }
        form
    }

    /// `M(u) = sum_i |N_i(u_i)|^2`, `N_i` the rest of `z_i` when it is reduced by the reduced row echelon form of W and
    /// `rho_i`: zero exactly where every `z_i(u_i)` is in the span of W and `rho_i`.
    pub(super) fn movement(&self, model: &Model<'_>, features: &Features) -> QuadraticForm {
        let mut form = QuadraticForm::zero(self.total());
        let span = features.projected_span(model);
        for (place, (i, piece)) in self.pieces.iter().enumerate() {
            let mut echelon = Echelon::of(span.iter().map(Vec::as_slice));
            echelon.insert(&model.neurons[*i].activations);
            let column = |c: usize| -> Vec<Rational> { piece.speeds.iter().map(|row| row[c].clone()).collect() };
            let reduced: Vec<Vec<Rational>> = (0..self.dimension).map(|c| echelon.reduce(&column(c))).collect();
            for k in 0..piece.speeds.len() {
                let row: Vec<Rational> = reduced.iter().map(|column| column[k].clone()).collect();
                let row = self.embed(place, &row);
                form.add_product(&Rational::one(), &row, &row);
            }
        }
        form
    }
}
