//! Floor 4: the empirical squared loss `L = 1/2 sum_k |yhat_k - y_k|^2`. [`decide`] goes from an instance to
//! [`Findings`]: first-order model, stationarity, escape neurons, local minimum, global minimum
//! (docs/theory.md, sections 1 to 6).

mod conclude;
mod decide;
mod decisions;
mod descent;
mod escape;
mod exhaustive;
mod findings;
mod global;
mod model;
mod neurons;
mod rays;
mod several_outputs;
mod stationary;
mod witnesses;

pub use decide::{decide, decide_escape_neurons};
pub use descent::{Descent, NotDescending};
pub use escape::{Constant, Escape};
pub use exhaustive::{Exhaustive, Gradients, NeuronPatterns, Patterns, TooLarge, decide_exhaustively, residuals};
pub use findings::{Evidence, Findings, NeuronEvidence};
pub use model::{Model, NeuronModel, loss};
pub use neurons::{Kind, Neuron, Region};
pub use several_outputs::{
    Elimination, Features, LeafCoordinates, LineSign, Node as CriticalNode, OpenPolynomial, SecondOrder, Spread,
};
pub use stationary::Stationarity;
