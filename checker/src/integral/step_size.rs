//! Gradient descent with a given step size eta: `det(I - eta H)` is not identically zero on any cell of analyticity of
//! the loss, by one network of each cell where it is not zero (docs/theory-integral.md, section 9).

use super::hessian::hessian;
use super::instance::{Instance, Network};
use super::model::Model;
use super::quadratic::is_invertible;
use super::read_network;
use crate::json::Json;
use crate::number::Rational;
use crate::{Refusal, ensure};
use num_traits::{One, Signed, Zero};
use std::collections::BTreeSet;

/// Most neurons, so that there are at most 125248 cells.
const MAX_NEURONS: usize = 6;

/// A cell: for each neuron whether its breakpoint is inside the interval, and whether w is positive then, or `w x + b` on
/// all of the interval if it is not; and the neurons with a breakpoint inside, from left to right.
type Cell = (Vec<(bool, bool)>, Vec<usize>);

/// Accepts samples of all cells at which `I - eta H` is invertible, and returns eta.
pub(crate) fn check_step_size(model: &Model, evidence: &Json) -> Result<Rational, Refusal> {
    let instance = model.instance;
    let eta = evidence.object(&["eta", "samples"])?.field("eta")?.rational()?;
    let fits = instance.affine_slope.is_some() && eta.is_positive();
    ensure(fits, "step-size-unfit", "the target is not affine, the density not 1, or eta is not positive")?;
    let width = model.neurons.len();
    ensure(width <= MAX_NEURONS, "step-size-cells", "there are too many neurons")?;
    let samples = evidence.field("samples")?.list(|sample| read_network(instance, sample))?;
    let mut seen = BTreeSet::new();
    for sample in &samples {
        let is_new = cell(instance, sample).is_some_and(|cell| seen.insert(cell));
        ensure(is_new, "step-size-cells", "a sample is of no cell, or of that of another sample")?;
        let model = Model::new(instance, sample);
        let mut step = hessian(&model, &model.neurons.iter().collect::<Vec<_>>());
        step.iter_mut().flatten().for_each(|entry| *entry *= &eta);
        // eta H - I
        step.iter_mut().enumerate().filter_map(|(i, row)| row.get_mut(i)).for_each(|entry| *entry -= Rational::one());
        ensure(is_invertible(step), "singular-step", "I - eta H is singular at a sample")?;
    }
    // sum_k (m choose k) k! = 1 + m (1 + (m - 1) (1 + ...)), and two signs for each neuron.
    let cells = (1..=width).fold(1, |cells, m| 1 + m * cells) << width;
    let expected = cells - usize::from(instance.gamma.is_zero());
    ensure(seen.len() == expected, "step-size-cells", "not all cells have a sample").map(|()| eta)
}

/// The cell that a network is in, if it is in one that needs a sample.
fn cell(instance: &Instance, sample: &Network) -> Option<Cell> {
    let (start, end) = &instance.interval;
    let (mut states, mut inside) = (Vec::new(), Vec::new());
    for (j, (w, b)) in sample.input_weights.iter().zip(&sample.input_biases).enumerate() {
        let (at_start, at_end) = (w * start + b, w * end + b);
        if w.is_zero() || at_start.is_zero() || at_end.is_zero() {
            return None;
        }
        let crosses = at_start.is_positive() != at_end.is_positive();
        states.push((crosses, at_end.is_positive()));
        if crosses {
            inside.push((-b / w, j));
        }
    }
    inside.sort();
    let distinct = inside.iter().zip(inside.iter().skip(1)).all(|((q, _), (next, _))| q < next);
    // With gamma = 0 nothing moves any more where all neurons are negative.
    let moves = instance.gamma.is_positive() || states.iter().any(|(crosses, positive)| *crosses || *positive);
    (distinct && moves).then(|| (states, inside.into_iter().map(|(_, j)| j).collect()))
}
