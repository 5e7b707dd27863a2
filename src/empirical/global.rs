//! Optimality over networks of every width (docs/theory.md, section 6).

use super::model::{Model, directional_form};
use crate::linear::is_zero;
use crate::problem::Reason;
use num_traits::Zero;

/// Whether no network of any width has a smaller loss: exactly if each `u -> sum_k e_jk rho(u.x_k)` is identically zero,
/// and `sum_k e_k = 0` if there is an output bias. Cost: J kink forms of n samples.
pub(super) fn decide_any_width(model: &Model<'_>) -> (bool, Reason) {
    if model.loss.is_zero() {
        return (true, Reason::new("zero-loss", "the loss is zero"));
    }
    if model.instance.candidate.output_bias.is_some() && !is_zero(&model.residual_sum) {
        let text = "the residuals don't sum to zero, so another output bias has a smaller loss";
        return (false, Reason::new("residual-sum", text));
    }
    let outputs = model.instance.candidate.outputs();
    let column = |j: usize| model.residuals.iter().map(move |e| &e[j]);
    let grows = |j: &usize| !directional_form(model.instance, &model.samples, column(*j), |_| None).is_zero();
    match (0..outputs).find(grows) {
        Some(j) => {
            let text = format!("sum_k e_k rho(u.x_k) isn't zero for all u (output {j}), so an added neuron has a use");
            (false, Reason::new("form-does-not-vanish", text))
        }
        None => {
            let text =
                "sum_k e_k rho(u.x_k) is zero for all u: no added neuron has a use, and the loss is convex in them";
            (true, Reason::new("forms-vanish", text))
        }
    }
}
