//! How smooth the loss is near the candidate (docs/theory-integral.md, section 3).

use super::model::{Model, Role};
use num_traits::Zero;

/// Whether the loss is C^2 nearby as a function of what neuron j moves: it is not degenerate, and the density and the
/// density times the target are continuous at its breakpoint, 0 outside of the interval.
///
/// Where p jumps, `p e` jumps at almost all networks nearby, whether it does at the candidate or not; so this is also
/// necessary.
pub(super) fn is_smooth(model: &Model<'_>, j: usize) -> bool {
    let neuron = &model.neurons[j];
    let Some(q) = neuron.breakpoint.as_ref().filter(|_| neuron.role == Role::Kink) else {
        return neuron.role != Role::Degenerate;
    };
    let beside = |cell: Option<usize>| {
        let values = cell.map(|cell| {
            let density = model.cells[cell].density.value(q);
            let product = &density * model.cells[cell].target.value(q);
            (density, product)
        });
        values.unwrap_or_default()
    };
    let (left, right) = (model.cell_left_of(q), model.cell_right_of(q));
    match (left, right) {
        (Some(_), Some(_)) => beside(left) == beside(right),
        _ => beside(left).0.is_zero() && beside(right).0.is_zero(),
    }
}

/// Neurons with zero input weight and bias: the loss is C^1 nearby if and only if there is none.
pub(super) fn degenerate_neurons(model: &Model<'_>) -> Vec<usize> {
    (0..model.neurons.len()).filter(|j| model.neurons[*j].role == Role::Degenerate).collect()
}

/// Neurons that are not smooth: the loss is C^2 nearby if and only if there is none.
pub(super) fn rough_neurons(model: &Model<'_>) -> Vec<usize> {
    (0..model.neurons.len()).filter(|j| !is_smooth(model, *j)).collect()
}

/// Degenerate neurons with output weight: the loss is differentiable if and only if there is none, or the loss is 0.
pub(super) fn breaking_neurons(model: &Model<'_>) -> Vec<usize> {
    let breaks = |j: &usize| !model.neurons[*j].is_flat() && !model.loss.is_zero();
    degenerate_neurons(model).into_iter().filter(breaks).collect()
}
