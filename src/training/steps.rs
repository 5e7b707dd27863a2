//! Steps of gradient descent: one pass over the network each, in vector instructions of the processor that is found.
//!
//! A pass takes the residuals of the last one, moves a block of four, and adds what the moved block puts out to the next
//! outputs. A block is four neurons (`singles`) or, where several neurons have one activation pattern, four groups of
//! them (`groups`). The neurons are divided up anew as soon as one may have left its pattern, and from time to time.
//!
//! Every sum has one order, which depends on neither the processor nor the kernel: no fused multiply-adds, neurons lane
//! by lane; and neurons are divided up at steps that don't depend on what is asked in between. So a run gives the same
//! bytes on every machine.

use super::arrays::{LANES, Lanes, Parameters, Samples};
use super::groups::{Groups, divide};
use super::singles::Singles;
use pulp::{Arch, NullaryFnOnce};
use std::marker::PhantomData;

/// After so many steps the neurons are divided up again.
pub(super) const PERIOD: usize = 1024;

/// A division that lasts fewer steps than this isn't worth its cost: then neurons are moved singly for a while.
const WORTH: usize = 24;

/// A network on its way downhill.
pub(super) struct Descent<'s> {
    samples: &'s Samples,
    arch: Arch,
    /// Where it was when its neurons were divided up; of the output bias, where it is.
    network: Parameters,
    singles: Singles,
    groups: Groups,
    /// Steps since the neurons were divided up; [`PERIOD`] at the start, where they are moved singly.
    since: usize,
    /// What the derivatives of half the sum of squares are multiplied with: input weights, output weights, output bias.
    rates: [f64; 3],
    /// `e_k`, n rows of length J.
    residuals: Vec<f64>,
    /// What the four lanes have put out so far: n rows of J arrays.
    outputs: Vec<Lanes>,
    /// Sum of the squares of the residuals.
    squares: f64,
}

/// What a pass does to a block: moves it, and adds what it puts out then to the outputs. Types, and not closures, because
/// these aren't always compiled into the function that has the vector instructions.
trait Kernel {
    /// Whether neurons are divided into groups at all.
    const GROUPS: bool;

    fn singles(
        part: &mut Singles, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    );

    /// Whether a neuron may have left its pattern.
    fn groups(
        part: &mut Groups, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    ) -> bool;
}

/// For numbers of inputs and outputs that the compiler knows, so that sums stay in registers. `E = D + J`.
struct Small<const D: usize, const J: usize, const E: usize>;

/// For any number of inputs and outputs, and without groups.
struct General;

impl<const D: usize, const J: usize, const E: usize> Kernel for Small<D, J, E> {
    const GROUPS: bool = true;

    #[inline(always)]
    fn singles(
        part: &mut Singles, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    ) {
        part.small_block::<D, J>(block, samples, residuals, rates, outputs);
    }

    #[inline(always)]
    fn groups(
        part: &mut Groups, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    ) -> bool {
        part.block::<D, J, E>(block, samples, residuals, rates, outputs)
    }
}

impl Kernel for General {
    const GROUPS: bool = false;

    #[inline(always)]
    fn singles(
        part: &mut Singles, block: usize, samples: &Samples, residuals: &[f64], rates: [f64; 3], outputs: &mut [Lanes],
    ) {
        part.block(block, samples, residuals, rates, outputs);
    }

    #[inline(always)]
    fn groups(_: &mut Groups, _: usize, _: &Samples, _: &[f64], _: [f64; 3], _: &mut [Lanes]) -> bool {
        false
    }
}

/// Steps to be made with the instructions of the processor that is found.
struct Stretch<'d, 's, K> {
    descent: &'d mut Descent<'s>,
    count: usize,
    stop: f64,
    kernel: PhantomData<K>,
}

impl<K: Kernel> NullaryFnOnce for Stretch<'_, '_, K> {
    type Output = (usize, bool);

    #[inline(always)]
    fn call(self) -> (usize, bool) {
        self.descent.run::<K>(self.count, self.stop)
    }
}

impl<'s> Descent<'s> {
    /// At a point, with step sizes for the gradient of the mean squared error `2L / (nJ)`; 0 for what isn't trained.
    pub(super) fn at(samples: &'s Samples, network: Parameters, step_sizes: [f64; 3]) -> Descent<'s> {
        let (count, outputs) = (samples.count(), samples.outputs);
        let mut descent = Descent {
            samples,
            arch: Arch::new(),
            singles: Singles::of(samples, &network, (0..network.width).collect()),
            groups: Groups::default(),
            network,
            since: PERIOD,
            rates: step_sizes.map(|size| size * 2.0 / (count * outputs) as f64),
            residuals: vec![0.0; count * outputs],
            outputs: vec![[0.0; LANES]; count * outputs],
            squares: 0.0,
        };
        descent.look();
        descent
    }

    /// The mean squared error where it is.
    pub(super) fn mean_squared_error(&self) -> f64 {
        self.squares / self.residuals.len() as f64
    }

    /// Where it is.
    pub(super) fn network(&self) -> Parameters {
        let mut network = self.network.clone();
        self.groups.apply(&mut network);
        for (position, i) in self.singles.neurons.iter().enumerate() {
            network.neuron_mut(*i).zip(self.singles.weights.neuron(position)).for_each(|(to, from)| *to = from);
        }
        network
    }

    /// Makes `count` steps, or fewer: it stops after the one that brings the mean squared error to `stop` or below, and
    /// after one that makes it infinite or undefined. Returns how many it made. Cost: 6 n m (d + J) operations a step, or
    /// less where neurons have patterns in common.
    pub(super) fn advance(&mut self, count: usize, stop: f64) -> usize {
        match (self.samples.inputs, self.samples.outputs) {
            (1, 1) => self.repeat::<Small<1, 1, 2>>(count, stop),
            (2, 1) => self.repeat::<Small<2, 1, 3>>(count, stop),
            (3, 1) => self.repeat::<Small<3, 1, 4>>(count, stop),
            (4, 1) => self.repeat::<Small<4, 1, 5>>(count, stop),
            (1, 2) => self.repeat::<Small<1, 2, 3>>(count, stop),
            (2, 2) => self.repeat::<Small<2, 2, 4>>(count, stop),
            (3, 2) => self.repeat::<Small<3, 2, 5>>(count, stop),
            _ => self.repeat::<General>(count, stop),
        }
    }

    fn repeat<K: Kernel>(&mut self, count: usize, stop: f64) -> usize {
        let mut done = 0;
        if K::GROUPS && self.since >= PERIOD {
            self.divide(true);
        }
        while done < count {
            let (made, strayed) = self.stretch::<K>(count - done, stop);
            done += made;
            // At once, because after a neuron has strayed the residuals aren't those of this step.
            if K::GROUPS && (strayed || self.since >= PERIOD) {
                self.divide(!strayed || self.since >= WORTH);
            }
            if self.ends(stop) {
                break;
            }
        }
        done
    }

    fn stretch<K: Kernel>(&mut self, count: usize, stop: f64) -> (usize, bool) {
        self.arch.dispatch(Stretch { descent: self, count, stop, kernel: PhantomData::<K> })
    }

    /// Makes steps until one of the reasons to stop, or until a neuron may have left its pattern or a period is over.
    #[inline(always)]
    fn run<K: Kernel>(&mut self, count: usize, stop: f64) -> (usize, bool) {
        for done in 1..=count {
            self.outputs.fill([0.0; LANES]);
            let mut strayed = false;
            for index in 0..self.groups.blocks() {
                strayed |=
                    K::groups(&mut self.groups, index, self.samples, &self.residuals, self.rates, &mut self.outputs);
            }
            for index in 0..self.singles.blocks() {
                K::singles(&mut self.singles, index, self.samples, &self.residuals, self.rates, &mut self.outputs);
            }
            self.move_bias();
            self.set_residuals();
            self.since += 1;
            if strayed || (K::GROUPS && self.since >= PERIOD) || self.ends(stop) {
                return (done, strayed);
            }
        }
        (count, false)
    }

    #[inline(always)]
    fn ends(&self, stop: f64) -> bool {
        !self.squares.is_finite() || self.squares <= stop * self.residuals.len() as f64
    }

    #[inline(always)]
    fn move_bias(&mut self) {
        let outputs = self.samples.outputs;
        if let Some(bias) = &mut self.network.output_bias {
            for (j, c) in bias.iter_mut().enumerate() {
                let sum: f64 = self.residuals.iter().skip(j).step_by(outputs).sum();
                *c -= self.rates[2] * sum;
            }
        }
    }

    /// Turns outputs into residuals.
    #[inline(always)]
    fn set_residuals(&mut self) {
        let outputs = self.samples.outputs;
        let mut squares = 0.0;
        for (index, (e, y)) in self.residuals.iter_mut().zip(&self.samples.y).enumerate() {
            let [a, b, c, d] = self.outputs[index];
            let bias = self.network.output_bias.as_ref().map_or(0.0, |bias| bias[index % outputs]);
            *e = ((a + c) + (b + d)) + (bias - y);
            squares += *e * *e;
        }
        self.squares = squares;
    }

    /// Divides the neurons up where they are, into groups too or only singly, and takes the residuals from there.
    fn divide(&mut self, into_groups: bool) {
        self.network = self.network();
        let (groups, singles) = match into_groups {
            true => divide(self.samples, &self.network, &self.residuals, self.rates),
            false => (Groups::default(), (0..self.network.width).collect()),
        };
        self.groups = groups;
        self.singles = Singles::of(self.samples, &self.network, singles);
        self.since = 0;
        self.look();
    }

    /// How many blocks of groups there are now.
    #[cfg(test)]
    pub(super) fn blocks_of_groups(&self) -> usize {
        self.groups.blocks()
    }

    /// Takes the residuals from where the network is; nothing has moved since its neurons were divided up.
    fn look(&mut self) {
        self.outputs.fill([0.0; LANES]);
        (0..self.groups.blocks()).for_each(|block| self.groups.put_out(block, self.samples, &mut self.outputs));
        (0..self.singles.blocks()).for_each(|block| self.singles.put_out(block, self.samples, &mut self.outputs));
        self.set_residuals();
    }
}
