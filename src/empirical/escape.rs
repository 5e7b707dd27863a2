//! Escape neurons, and the constants that exclude them (docs/theory.md, sections 3, 5 and 8).

use super::model::Model;
use crate::kink::{Answer, Arrangement, KinkForm, Options, Tree, decide_nonnegative};
use crate::rational::Rational;
use num_traits::{One, Signed, Zero};

/// Whether one neuron of a stationary candidate escapes.
#[derive(Debug)]
pub enum Escape {
    /// `d_i` vanishes wherever `g_i` does. With several outputs and `d_i` not zero, a constant proves it; otherwise
    /// `g_i >= 0` does, or `d_i` is zero everywhere.
    No(Option<Constant>),
    /// u with `g_i(u) = 0` and `d_i(u) != 0`.
    Yes(Vec<Rational>),
    /// A proof tree has too many leaves.
    Limit,
}

/// `C_i` with proofs of `C_i g_i + s d_ij >= 0` for all outputs j and both signs s: (5.1) of docs/theory.md.
#[derive(Debug)]
pub struct Constant {
    /// The best, that is least, `C_i`: `1 / C_i` is the l1-distance from `h_i` to the boundary of the cone `H_i`.
    pub value: Rational,
    /// The proofs for s = 1, one for each output.
    pub plus: Vec<Tree>,
    /// The proofs for s = -1.
    pub minus: Vec<Tree>,
}

/// Decides whether neuron i escapes, at a stationary point with both layers trained.
pub(super) fn decide_escape(model: &Model<'_>, i: usize, options: &Options) -> Escape {
    let neuron = &model.neurons[i];
    if neuron.d_is_zero() {
        return Escape::No(None);
    }
    if neuron.g.is_zero() {
        // h_i = 0, or h_i is orthogonal to all values of d_i: every u with d_i(u) != 0 escapes.
        let u = neuron.d.iter().find_map(KinkForm::non_zero_point);
        return Escape::Yes(u.unwrap_or_default());
    }
    if neuron.d.len() == 1 {
        return Escape::No(None);
    }
    match bound(model, i, &neuron.d, options) {
        Bound::Constant(constant) => Escape::No(Some(constant)),
        Bound::Exceeded(u) => Escape::Yes(u),
        Bound::Limit => Escape::Limit,
    }
}

/// Whether forms are bounded by multiples of `g_i`.
#[derive(Debug)]
pub(super) enum Bound {
    /// `C g_i + s f >= 0` for all forms f and both signs s.
    Constant(Constant),
    /// `g_i(u) = 0` and `f(u) != 0` for one of the forms.
    Exceeded(Vec<Rational>),
    /// A proof tree has too many leaves.
    Limit,
}

/// The least constant C with `|f| <= C g_i` for all of some forms that have their kinks on boundary lines of neuron i.
///
/// `C` is the largest `|f(u)| / g_i(u)` seen so far. A direction that refutes `C g_i + s f >= 0` raises it or has
/// `g_i(u) = 0 != f(u)`. Taken on rays of the arrangement of all boundary lines there are finitely many, so the loop
/// ends, with the least constant.
pub(super) fn bound(model: &Model<'_>, i: usize, forms: &[KinkForm], options: &Options) -> Bound {
    let g = &model.neurons[i].g;
    let dimension = g.dimension();
    let arrangement = Arrangement::new(model.boundary_lines(i), dimension);
    let mut constant = Rational::zero();
    'raised: loop {
        let mut proofs: [Vec<Tree>; 2] = [vec![], vec![]];
        for (sign, proofs) in [Rational::one(), -Rational::one()].into_iter().zip(&mut proofs) {
            for f in forms {
                let form = KinkForm::combination(dimension, &[(constant.clone(), g), (sign.clone(), f)]);
                let u = match decide_nonnegative(&form, options) {
                    Answer::Nonnegative(tree) => {
                        proofs.push(tree);
                        continue;
                    }
                    Answer::Limit => return Bound::Limit,
                    Answer::Negative(u) => arrangement.to_ray(&form, u),
                };
                let rise = g.value(&u);
                let values = forms.iter().map(|f| f.value(&u).abs());
                if rise.is_zero() {
                    return Bound::Exceeded(u);
                }
                constant = values.max().unwrap_or_default() / rise;
                continue 'raised;
            }
        }
        let [plus, minus] = proofs;
        return Bound::Constant(Constant { value: constant, plus, minus });
    }
}
