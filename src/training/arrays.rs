//! Samples and parameters as arrays of doubles, laid out for vector instructions: four neurons stand side by side.

use crate::problem::{Data, Network};
use crate::rational::{Rational, to_f64};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Neurons that stand side by side. Sums over neurons are taken lane by lane first, so this number is part of what a
/// seed gives: another one would round differently.
pub(super) const LANES: usize = 4;

/// One number of each of four neurons.
pub(super) type Lanes = [f64; LANES];

/// Adds a product, lane by lane.
#[inline(always)]
pub(super) fn add(sum: &mut Lanes, left: &Lanes, right: &Lanes) {
    for lane in 0..LANES {
        sum[lane] += left[lane] * right[lane];
    }
}

/// The product, lane by lane.
#[inline(always)]
pub(super) fn times(left: &Lanes, right: &Lanes) -> Lanes {
    let mut product = [0.0; LANES];
    for lane in 0..LANES {
        product[lane] = left[lane] * right[lane];
    }
    product
}

/// What is trained on: samples in doubles.
#[derive(Debug, Clone)]
pub(super) struct Samples {
    /// d, a hidden bias included.
    pub(super) inputs: usize,
    /// J
    pub(super) outputs: usize,
    /// `x_k`, n rows of length d one after the other.
    pub(super) x: Vec<f64>,
    /// `y_k`, n rows of length J one after the other.
    pub(super) y: Vec<f64>,
    /// `alpha_plus`, `alpha_minus`
    pub(super) slopes: [f64; 2],
}

/// A number of the data is too large for a double; where it stands, as a JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {0}: too large for training, which calculates in doubles; scale the data")]
pub struct TooLarge(pub String);

impl Samples {
    /// # Errors
    /// [`TooLarge`]
    pub(super) fn of(data: &Data) -> Result<Samples, TooLarge> {
        let samples = &data.samples;
        Ok(Samples {
            inputs: samples.inputs[0].len(),
            outputs: samples.targets[0].len(),
            x: flat(&samples.inputs, "/samples/inputs")?,
            y: flat(&samples.targets, "/samples/targets")?,
            slopes: [
                float(&data.activation.positive, "/activation")?,
                float(&data.activation.negative, "/activation")?,
            ],
        })
    }

    /// n
    pub(super) fn count(&self) -> usize {
        self.x.len() / self.inputs
    }
}

fn float(value: &Rational, place: &str) -> Result<f64, TooLarge> {
    to_f64(value).ok_or_else(|| TooLarge(place.to_owned()))
}

fn flat(rows: &[Vec<Rational>], place: &str) -> Result<Vec<f64>, TooLarge> {
    let entries =
        rows.iter().enumerate().flat_map(|(i, row)| row.iter().enumerate().map(move |(j, entry)| (i, j, entry)));
    entries.map(|(i, j, entry)| float(entry, &format!("{place}/{i}/{j}"))).collect()
}

/// The parameters of a network: m neurons in blocks of four, the last filled up with neurons of weight 0, which stay
/// 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// m
    pub(super) width: usize,
    /// d, a hidden bias included.
    inputs: usize,
    /// J
    outputs: usize,
    /// For each block d arrays: one input weight of its four neurons.
    pub(super) input_weights: Vec<Lanes>,
    /// For each block J arrays: one output weight of its four neurons.
    pub(super) output_weights: Vec<Lanes>,
    /// `c`, of length J, if the network has one.
    pub(super) output_bias: Option<Vec<f64>>,
}

impl Parameters {
    pub(super) fn zero(width: usize, inputs: usize, outputs: usize, has_bias: bool) -> Parameters {
        let blocks = width.div_ceil(LANES);
        Parameters {
            width,
            inputs,
            outputs,
            input_weights: vec![[0.0; LANES]; blocks * inputs],
            output_weights: vec![[0.0; LANES]; blocks * outputs],
            output_bias: has_bias.then(|| vec![0.0; outputs]),
        }
    }

    /// Weights of both layers drawn from the normal distribution with mean 0 and this standard deviation, neuron after
    /// neuron, input weights first (ChaCha8); the output bias starts at 0. The same seed gives the same on every
    /// machine.
    pub(super) fn normal(
        width: usize, inputs: usize, outputs: usize, has_bias: bool, scale: f64, seed: u64,
    ) -> Parameters {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut parameters = Parameters::zero(width, inputs, outputs, has_bias);
        for i in 0..width {
            let mut draw = || scale * Distribution::<f64>::sample(&StandardNormal, &mut random);
            let (block, lane) = (i / LANES, i % LANES);
            (0..inputs).for_each(|a| parameters.input_weights[block * inputs + a][lane] = draw());
            (0..outputs).for_each(|j| parameters.output_weights[block * outputs + j][lane] = draw());
        }
        parameters
    }

    /// The nearest doubles to the parameters of a network.
    ///
    /// # Errors
    /// [`TooLarge`]
    pub(super) fn of(network: &Network) -> Result<Parameters, TooLarge> {
        let (inputs, outputs) = (network.inputs(), network.outputs());
        let mut parameters = Parameters::zero(network.width(), inputs, outputs, network.output_bias.is_some());
        for (rows, lanes, what) in [
            (&network.input_weights, &mut parameters.input_weights, "input_weights"),
            (&network.output_weights, &mut parameters.output_weights, "output_weights"),
        ] {
            for (i, row) in rows.iter().enumerate() {
                for (a, entry) in row.iter().enumerate() {
                    let place = format!("/candidate/{what}/{i}/{a}");
                    lanes[i / LANES * row.len() + a][i % LANES] = float(entry, &place)?;
                }
            }
        }
        if let Some(bias) = &network.output_bias {
            parameters.output_bias = Some(flat(std::slice::from_ref(bias), "/candidate/output_bias")?);
        }
        Ok(parameters)
    }

    /// The weights of a neuron: d input weights, then J output weights.
    pub(super) fn neuron(&self, i: usize) -> impl Iterator<Item = f64> {
        let (block, lane) = (i / LANES, i % LANES);
        let w = &self.input_weights[block * self.inputs..(block + 1) * self.inputs];
        let h = &self.output_weights[block * self.outputs..(block + 1) * self.outputs];
        w.iter().chain(h).map(move |lanes| lanes[lane])
    }

    /// The same, to be written.
    pub(super) fn neuron_mut(&mut self, i: usize) -> impl Iterator<Item = &mut f64> {
        let (block, lane) = (i / LANES, i % LANES);
        let w = &mut self.input_weights[block * self.inputs..(block + 1) * self.inputs];
        let h = &mut self.output_weights[block * self.outputs..(block + 1) * self.outputs];
        w.iter_mut().chain(h).map(move |lanes| &mut lanes[lane])
    }

    /// The input weights, m rows of length d one after the other.
    pub fn input_rows(&self) -> Vec<f64> {
        self.rows(&self.input_weights, self.inputs)
    }

    /// The output weights, m rows of length J one after the other.
    pub fn output_rows(&self) -> Vec<f64> {
        self.rows(&self.output_weights, self.outputs)
    }

    /// The output bias.
    pub fn output_bias(&self) -> Option<&[f64]> {
        self.output_bias.as_deref()
    }

    /// m
    pub fn width(&self) -> usize {
        self.width
    }

    fn rows(&self, lanes: &[Lanes], length: usize) -> Vec<f64> {
        let row = |i: usize| (0..length).map(move |a| lanes[i / LANES * length + a][i % LANES]);
        (0..self.width).flat_map(row).collect()
    }

    /// All numbers, those of the filling neurons too.
    pub(super) fn entries(&self) -> impl Iterator<Item = f64> {
        let lanes = self.input_weights.iter().chain(&self.output_weights).flatten();
        lanes.chain(self.output_bias.iter().flatten()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let number = |text: &str| crate::rational::read(text).unwrap();
        let network = Network {
            input_weights: (0..11).map(|i| vec![number(&format!("{i}")), number(&format!("-{i}.5"))]).collect(),
            output_weights: (0..11).map(|i| vec![number(&format!("{i}e-3"))]).collect(),
            output_bias: Some(vec![number("1/4")]),
        };
        let parameters = Parameters::of(&network).unwrap();
        assert_eq!(parameters.input_weights.len(), 6);
        assert_eq!(parameters.neuron(9).collect::<Vec<f64>>(), [9.0, -9.5, 0.009]);
        assert_eq!(parameters.input_rows()[20..], [10.0, -10.5]);
        assert_eq!((parameters.output_rows()[10], parameters.output_bias()), (0.01, Some(&[0.25][..])));
        let huge = Network { output_bias: Some(vec![number("1e400")]), ..network };
        assert_eq!(Parameters::of(&huge), Err(TooLarge("/candidate/output_bias/0/0".to_owned())));
    }

    #[test]
    fn a_seed_gives_the_same_everywhere() {
        let draw = |seed| Parameters::normal(3, 2, 1, true, 0.5, seed);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(7).entries().all(|entry| entry.abs() < 5.0));
    }
}
