//! Floor 4: the integral loss `L = int p (N - f)^2` with scalar input: decisions from the definitions
//! (docs/theory-integral.md), and the classification theorems for affine targets as a second way.
//!
//! [`Model`] holds the residual on each cell and its moments; [`decide`] leads from an instance to [`Findings`]:
//! stationarity (`stationary`), regularity (`regularity`), the sign of what one neuron can do (`nearby`), the Hessian
//! (`hessian`), the one-sided second order (`second_order`), elimination of what enters quadratically (`elimination`), curves
//! along which the loss falls (`curve`, `descent`), and what gradient descent does (`threshold`).

mod arrangement;
mod better;
mod classification;
mod conclude;
mod curve;
mod decide;
mod decisions;
mod descent;
mod elimination;
mod findings;
mod hessian;
mod model;
mod nearby;
mod profile;
mod regularity;
mod second_order;
mod stationary;
mod step_size;
mod threshold;
mod types;

pub use arrangement::Order;
pub use classification::{Classification, Family, classify};
pub use curve::Descent;
pub use decide::decide;
pub use decisions::Options;
pub use elimination::{Eliminated, Elimination, EliminationCell, eliminated};
pub use findings::{Evidence, Findings, MomentSign, Neuron, NeuronType};
pub use hessian::second_derivative;
pub use model::{Model, loss_of};
pub use second_order::{SecondOrder, split_neurons};
pub use step_size::StepSize;
