//! A network of one hidden layer.

use super::activation::Activation;
use crate::linear::{add_multiple, dot};
use crate::rational::Rational;
use num_traits::Zero;

/// The parameters of `yhat(x) = c + sum_i h_i rho(w_i . x)`, or a change of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// `w_i`: m rows of length d; with a hidden bias the last entry is the bias.
    pub input_weights: Vec<Vec<Rational>>,
    /// `h_i`: m rows of length J.
    pub output_weights: Vec<Vec<Rational>>,
    /// `c` of length J, if the network has one.
    pub output_bias: Option<Vec<Rational>>,
}

impl Network {
    /// Number of neurons m.
    pub fn width(&self) -> usize {
        self.input_weights.len()
    }

    /// Number of inputs d, a hidden bias included.
    pub fn inputs(&self) -> usize {
        self.input_weights.first().map_or(0, Vec::len)
    }

    /// Number of outputs J.
    pub fn outputs(&self) -> usize {
        self.output_weights.first().map_or(0, Vec::len)
    }

    /// The zero change of this network.
    pub fn zero_change(&self) -> Network {
        let zeros = |rows: &[Vec<Rational>]| rows.iter().map(|row| vec![Rational::zero(); row.len()]).collect();
        Network {
            input_weights: zeros(&self.input_weights),
            output_weights: zeros(&self.output_weights),
            output_bias: self.output_bias.as_ref().map(|bias| vec![Rational::zero(); bias.len()]),
        }
    }

    /// This network and `factor` times a change of it.
    pub fn shifted(&self, factor: &Rational, change: &Network) -> Network {
        let mut shifted = self.clone();
        let shift = |rows: &mut [Vec<Rational>], changes: &[Vec<Rational>]| {
            rows.iter_mut().zip(changes).for_each(|(row, change)| add_multiple(row, factor, change));
        };
        shift(&mut shifted.input_weights, &change.input_weights);
        shift(&mut shifted.output_weights, &change.output_weights);
        shift(shifted.output_bias.as_mut_slice(), change.output_bias.as_slice());
        shifted
    }

    /// `yhat(x)` of length J. Cost: m (d + J) operations.
    pub fn output(&self, activation: &Activation, x: &[Rational]) -> Vec<Rational> {
        let mut output = self.output_bias.clone().unwrap_or_else(|| vec![Rational::zero(); self.outputs()]);
        for (w, h) in self.input_weights.iter().zip(&self.output_weights) {
            add_multiple(&mut output, &activation.apply(&dot(w, x)), h);
        }
        output
    }
}
