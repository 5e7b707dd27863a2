//! Steps of gradient descent: one pass over the neurons each, in vector instructions of the processor that is found.
//!
//! A pass takes the residuals of the last one, moves a block of eight neurons, and adds what the moved block puts out
//! to the next outputs. Every sum has one order, which depends on neither the processor nor the kernel: no fused
//! multiply-adds, neurons lane by lane. So a run gives the same bytes on every machine.

use super::arrays::{LANES, Lanes, Parameters, Samples};
use pulp::Arch;

/// A network on its way downhill.
pub(super) struct Descent<'s> {
    samples: &'s Samples,
    arch: Arch,
    /// Where it is.
    pub(super) parameters: Parameters,
    /// What the derivatives of half the sum of squares are multiplied with: input weights, output weights, output bias.
    rates: [f64; 3],
    /// `w_i . x_k`: for each block n arrays.
    preactivations: Vec<Lanes>,
    /// `e_k`, n rows of length J.
    residuals: Vec<f64>,
    /// What the eight lanes have put out so far: n rows of J arrays.
    outputs: Vec<Lanes>,
    /// Sum of the squares of the residuals.
    squares: f64,
    scratch: Vec<Lanes>,
}

impl<'s> Descent<'s> {
    /// At a point, with step sizes for the gradient of the mean squared error `2L / (nJ)`; 0 for what isn't trained.
    pub(super) fn at(samples: &'s Samples, parameters: Parameters, step_sizes: [f64; 3]) -> Descent<'s> {
        let (count, outputs) = (samples.count(), samples.outputs);
        let mut descent = Descent {
            samples,
            arch: Arch::new(),
            rates: step_sizes.map(|size| size * 2.0 / (count * outputs) as f64),
            preactivations: vec![[0.0; LANES]; parameters.width.div_ceil(LANES) * count],
            residuals: vec![0.0; count * outputs],
            outputs: vec![[0.0; LANES]; count * outputs],
            squares: 0.0,
            scratch: vec![[0.0; LANES]; samples.inputs + outputs],
            parameters,
        };
        // A step of length 0 gives the outputs.
        let rates = std::mem::replace(&mut descent.rates, [0.0; 3]);
        descent.advance(1, f64::NEG_INFINITY);
        descent.rates = rates;
        descent
    }

    /// The mean squared error where it is.
    pub(super) fn mean_squared_error(&self) -> f64 {
        self.squares / self.residuals.len() as f64
    }

    /// Makes `count` steps, or fewer: it stops after the one that brings the mean squared error to `stop` or below, and
    /// after one that makes it infinite or undefined. Returns how many it made. Cost: 6 n m (d + J) operations a step.
    pub(super) fn advance(&mut self, count: usize, stop: f64) -> usize {
        let arch = self.arch;
        let stop = stop * self.residuals.len() as f64;
        // Small numbers of inputs and outputs are known to the compiler, so that sums stay in registers.
        match (self.samples.inputs, self.samples.outputs) {
            (1, 1) => arch.dispatch(|| self.run(count, stop, Descent::small_block::<1, 1>)),
            (2, 1) => arch.dispatch(|| self.run(count, stop, Descent::small_block::<2, 1>)),
            (3, 1) => arch.dispatch(|| self.run(count, stop, Descent::small_block::<3, 1>)),
            (4, 1) => arch.dispatch(|| self.run(count, stop, Descent::small_block::<4, 1>)),
            (1, 2) => arch.dispatch(|| self.run(count, stop, Descent::small_block::<1, 2>)),
            (2, 2) => arch.dispatch(|| self.run(count, stop, Descent::small_block::<2, 2>)),
            (3, 2) => arch.dispatch(|| self.run(count, stop, Descent::small_block::<3, 2>)),
            _ => arch.dispatch(|| self.run(count, stop, Descent::block)),
        }
    }

    /// The same by the kernel for any number of inputs and outputs.
    #[cfg(test)]
    pub(super) fn advance_generally(&mut self, count: usize) {
        self.run(count, f64::NEG_INFINITY, Descent::block);
    }

    #[inline(always)]
    fn run(&mut self, count: usize, stop: f64, block: impl Fn(&mut Descent<'s>, usize)) -> usize {
        for done in 0..count {
            self.outputs.fill([0.0; LANES]);
            for index in 0..self.parameters.width.div_ceil(LANES) {
                block(self, index);
            }
            self.finish_step();
            if !self.squares.is_finite() || self.squares <= stop {
                return done + 1;
            }
        }
        count
    }

    /// Moves the output bias and turns outputs into residuals.
    #[inline(always)]
    fn finish_step(&mut self) {
        let outputs = self.samples.outputs;
        if let Some(bias) = &mut self.parameters.output_bias {
            for (j, c) in bias.iter_mut().enumerate() {
                let sum: f64 = self.residuals.iter().skip(j).step_by(outputs).sum();
                *c -= self.rates[2] * sum;
            }
        }
        let mut squares = 0.0;
        for (index, (e, y)) in self.residuals.iter_mut().zip(&self.samples.y).enumerate() {
            let [a, b, c, d, f, g, h, i] = self.outputs[index];
            let bias = self.parameters.output_bias.as_ref().map_or(0.0, |bias| bias[index % outputs]);
            *e = (((a + f) + (b + g)) + ((c + h) + (d + i))) + (bias - y);
            squares += *e * *e;
        }
        self.squares = squares;
    }

    /// One block, with sums in registers.
    #[inline(always)]
    fn small_block<const D: usize, const J: usize>(&mut self, block: usize) {
        let [positive, negative] = self.samples.slopes;
        let count = self.residuals.len() / J;
        let inputs: &mut [Lanes; D] = self.parameters.input_weights.as_chunks_mut().0.get_mut(block).expect(IN_RANGE);
        let outputs: &mut [Lanes; J] = self.parameters.output_weights.as_chunks_mut().0.get_mut(block).expect(IN_RANGE);
        let (mut w, mut h) = (*inputs, *outputs);
        let (mut to_w, mut to_h) = ([[0.0; LANES]; D], [[0.0; LANES]; J]);
        let preactivations = &mut self.preactivations[block * count..(block + 1) * count];
        let x: &[[f64; D]] = self.samples.x.as_chunks().0;
        let residuals: &[[f64; J]] = self.residuals.as_chunks().0;
        for ((z, x), e) in preactivations.iter().zip(x).zip(residuals) {
            for lane in 0..LANES {
                let slope = if z[lane] < 0.0 { negative } else { positive };
                let activation = slope * z[lane];
                let mut pull = 0.0;
                for j in 0..J {
                    pull += e[j] * h[j][lane];
                    to_h[j][lane] += e[j] * activation;
                }
                pull *= slope;
                for a in 0..D {
                    to_w[a][lane] += pull * x[a];
                }
            }
        }
        for lane in 0..LANES {
            (0..D).for_each(|a| w[a][lane] -= self.rates[0] * to_w[a][lane]);
            (0..J).for_each(|j| h[j][lane] -= self.rates[1] * to_h[j][lane]);
        }
        (*inputs, *outputs) = (w, h);
        let sums: &mut [[Lanes; J]] = self.outputs.as_chunks_mut().0;
        for ((z, x), sums) in preactivations.iter_mut().zip(x).zip(sums) {
            for lane in 0..LANES {
                let mut sum = 0.0;
                (0..D).for_each(|a| sum += w[a][lane] * x[a]);
                z[lane] = sum;
                let activation = if sum < 0.0 { negative } else { positive } * sum;
                (0..J).for_each(|j| sums[j][lane] += h[j][lane] * activation);
            }
        }
    }

    /// One block, for any number of inputs and outputs: the same sums in the same order.
    #[inline(always)]
    fn block(&mut self, block: usize) {
        let (d, outputs, count) = (self.samples.inputs, self.samples.outputs, self.samples.count());
        let [positive, negative] = self.samples.slopes;
        let w = &mut self.parameters.input_weights[block * d..(block + 1) * d];
        let h = &mut self.parameters.output_weights[block * outputs..(block + 1) * outputs];
        let preactivations = &mut self.preactivations[block * count..(block + 1) * count];
        self.scratch.fill([0.0; LANES]);
        let (to_w, to_h) = self.scratch.split_at_mut(d);
        let samples = self.samples.x.chunks_exact(d);
        for ((z, x), e) in preactivations.iter().zip(samples.clone()).zip(self.residuals.chunks_exact(outputs)) {
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
        for (rate, weights, sums) in [(self.rates[0], &mut *w, to_w), (self.rates[1], &mut *h, to_h)] {
            for (weight, sum) in weights.iter_mut().zip(sums) {
                (0..LANES).for_each(|lane| weight[lane] -= rate * sum[lane]);
            }
        }
        for ((z, x), sums) in preactivations.iter_mut().zip(samples).zip(self.outputs.chunks_exact_mut(outputs)) {
            *z = [0.0; LANES];
            for (x, w) in x.iter().zip(&*w) {
                (0..LANES).for_each(|lane| z[lane] += w[lane] * x);
            }
            for (sum, h) in sums.iter_mut().zip(&*h) {
                for lane in 0..LANES {
                    sum[lane] += h[lane] * (if z[lane] < 0.0 { negative } else { positive } * z[lane]);
                }
            }
        }
    }
}

const IN_RANGE: &str = "blocks are counted";
