//! Neurons one by one, whatever their patterns: the sign of each preactivation is looked at in every step.

use super::arrays::{LANES, Lanes, Parameters, Samples, add, times};

/// Neurons in blocks of four, with their preactivations.
#[derive(Debug)]
pub(super) struct Singles {
    /// Which neurons of the network, in rising order.
    pub(super) neurons: Vec<usize>,
    /// Their weights.
    pub(super) weights: Parameters,
    /// `w_i . x_k`: for each block n arrays.
    preactivations: Vec<Lanes>,
    /// Sums of a block for its d input and J output weights.
    scratch: Vec<Lanes>,
}

impl Singles {
    /// These neurons of a network.
    pub(super) fn of(samples: &Samples, network: &Parameters, neurons: Vec<usize>) -> Singles {
        let mut weights = Parameters::zero(neurons.len(), samples.inputs, samples.outputs, false);
        for (position, i) in neurons.iter().enumerate() {
            weights.neuron_mut(position).zip(network.neuron(*i)).for_each(|(to, from)| *to = from);
        }
        Singles {
            preactivations: vec![[0.0; LANES]; neurons.len().div_ceil(LANES) * samples.count()],
            scratch: vec![[0.0; LANES]; samples.inputs + samples.outputs],
            neurons,
            weights,
        }
    }

    pub(super) fn blocks(&self) -> usize {
        self.neurons.len().div_ceil(LANES)
    }

    /// Moves a block, and adds to `outputs` what it puts out then; with sums in registers.
    #[inline(always)]
    pub(super) fn small_block<const D: usize, const J: usize>(
        &mut self, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    ) {
        let count = samples.count();
        let inner: &mut [Lanes; D] = self.weights.input_weights.as_chunks_mut().0.get_mut(block).expect(IN_RANGE);
        let outer: &mut [Lanes; J] = self.weights.output_weights.as_chunks_mut().0.get_mut(block).expect(IN_RANGE);
        let (mut w, mut h) = (*inner, *outer);
        let (mut to_w, mut to_h) = ([[0.0; LANES]; D], [[0.0; LANES]; J]);
        let preactivations = &mut self.preactivations[block * count..(block + 1) * count];
        let x: &[[f64; D]] = samples.x.as_chunks().0;
        let residuals: &[[f64; J]] = residuals.as_chunks().0;
        for ((z, x), e) in preactivations.iter().zip(x).zip(residuals) {
            let slope = slope(z, samples.slopes);
            let activation = times(&slope, z);
            let mut pull = [0.0; LANES];
            for j in 0..J {
                add(&mut pull, &[e[j]; LANES], &h[j]);
                add(&mut to_h[j], &[e[j]; LANES], &activation);
            }
            let pull = times(&pull, &slope);
            for a in 0..D {
                add(&mut to_w[a], &pull, &[x[a]; LANES]);
            }
        }
        for a in 0..D {
            add(&mut w[a], &[-rates[0]; LANES], &to_w[a]);
        }
        for j in 0..J {
            add(&mut h[j], &[-rates[1]; LANES], &to_h[j]);
        }
        (*inner, *outer) = (w, h);
        let sums: &mut [[Lanes; J]] = outputs.as_chunks_mut().0;
        for ((z, x), sums) in preactivations.iter_mut().zip(x).zip(sums) {
            let mut sum = [0.0; LANES];
            for a in 0..D {
                add(&mut sum, &w[a], &[x[a]; LANES]);
            }
            *z = sum;
            let activation = times(&slope(&sum, samples.slopes), &sum);
            for j in 0..J {
                add(&mut sums[j], &h[j], &activation);
            }
        }
    }

    /// The same for any number of inputs and outputs: the same sums in the same order.
    #[inline(always)]
    pub(super) fn block(
        &mut self, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    ) {
        let (d, count) = (samples.inputs, samples.count());
        let [positive, negative] = samples.slopes;
        let w = &mut self.weights.input_weights[block * d..(block + 1) * d];
        let h = &mut self.weights.output_weights[block * samples.outputs..(block + 1) * samples.outputs];
        let preactivations = &self.preactivations[block * count..(block + 1) * count];
        self.scratch.fill([0.0; LANES]);
        let (to_w, to_h) = self.scratch.split_at_mut(d);
        let rows = samples.x.chunks_exact(d).zip(residuals.chunks_exact(samples.outputs));
        for (z, (x, e)) in preactivations.iter().zip(rows) {
            let (mut slope, mut activation, mut pull) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            for lane in 0..LANES {
                slope[lane] = if z[lane] < 0.0 { negative } else { positive };
                activation[lane] = slope[lane] * z[lane];
            }
            for ((e, h), to_h) in e.iter().zip(&*h).zip(&mut *to_h) {
                for lane in 0..LANES {
                    pull[lane] += e * h[lane];
                    to_h[lane] += e * activation[lane];
                }
            }
            (0..LANES).for_each(|lane| pull[lane] *= slope[lane]);
            for (x, to_w) in x.iter().zip(&mut *to_w) {
                (0..LANES).for_each(|lane| to_w[lane] += pull[lane] * x);
            }
        }
        for (rate, weights, sums) in [(rates[0], w, to_w), (rates[1], h, to_h)] {
            for (weight, sum) in weights.iter_mut().zip(sums) {
                (0..LANES).for_each(|lane| weight[lane] -= rate * sum[lane]);
            }
        }
        self.put_out(block, samples, outputs);
    }

    /// Reads the preactivations of a block, and adds what it puts out to `outputs`.
    #[inline(always)]
    pub(super) fn put_out(&mut self, block: usize, samples: &Samples, outputs: &mut [Lanes]) {
        let (d, count) = (samples.inputs, samples.count());
        let [positive, negative] = samples.slopes;
        let w = &self.weights.input_weights[block * d..(block + 1) * d];
        let h = &self.weights.output_weights[block * samples.outputs..(block + 1) * samples.outputs];
        let preactivations = &mut self.preactivations[block * count..(block + 1) * count];
        let sums = outputs.chunks_exact_mut(samples.outputs);
        for ((z, x), sums) in preactivations.iter_mut().zip(samples.x.chunks_exact(d)).zip(sums) {
            *z = [0.0; LANES];
            for (x, w) in x.iter().zip(w) {
                (0..LANES).for_each(|lane| z[lane] += w[lane] * x);
            }
            for (sum, h) in sums.iter_mut().zip(h) {
                for lane in 0..LANES {
                    sum[lane] += h[lane] * (if z[lane] < 0.0 { negative } else { positive } * z[lane]);
                }
            }
        }
    }
}

/// The slopes at preactivations; at 0 the positive one.
#[inline(always)]
fn slope(z: &Lanes, [positive, negative]: [f64; 2]) -> Lanes {
    let mut slope = [positive; LANES];
    for lane in 0..LANES {
        if z[lane] < 0.0 {
            slope[lane] = negative;
        }
    }
    slope
}

const IN_RANGE: &str = "blocks are counted";

#[cfg(test)]
mod tests {
    use super::*;

    /// The kernels for few inputs and outputs round as the one for all does.
    #[test]
    fn kernels_agree_to_the_last_bit() {
        let draw = |length: usize, seed: u64| Parameters::normal(length, 1, 1, false, 1.0, seed).input_rows();
        fn check<const D: usize, const J: usize>(draw: impl Fn(usize, u64) -> Vec<f64>) {
            let samples = Samples { inputs: D, outputs: J, x: draw(6 * D, 1), y: draw(6 * J, 2), slopes: [1.0, 0.25] };
            let network = Parameters::normal(21, D, J, false, 0.5, 3);
            let mut small = Singles::of(&samples, &network, (0..21).collect());
            let mut general = Singles::of(&samples, &network, (0..21).collect());
            let mut outputs = [vec![[0.0; LANES]; 6 * J], vec![[0.0; LANES]; 6 * J]];
            for block in 0..small.blocks() {
                small.put_out(block, &samples, &mut outputs[0]);
                general.put_out(block, &samples, &mut outputs[1]);
            }
            for step in 0..100 {
                let residuals = draw(6 * J, 4 + step);
                for block in 0..small.blocks() {
                    small.small_block::<D, J>(block, &samples, &residuals, [1e-2, 2e-2, 0.0], &mut outputs[0]);
                    general.block(block, &samples, &residuals, [1e-2, 2e-2, 0.0], &mut outputs[1]);
                }
            }
            assert_eq!((&small.weights, &outputs[0]), (&general.weights, &outputs[1]), "{D} {J}");
        }
        check::<1, 1>(draw);
        check::<2, 1>(draw);
        check::<3, 1>(draw);
        check::<4, 1>(draw);
        check::<1, 2>(draw);
        check::<2, 2>(draw);
        check::<3, 2>(draw);
    }
}
