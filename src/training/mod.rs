//! Floor 6: training runs. Full-batch gradient descent in doubles on the mean squared error `2L / (nJ)`, and the
//! plateaus of a run: where candidates come from. Nothing that is computed here is believed by anything that decides.
#![allow(clippy::float_arithmetic)] // A run is floating point; `transform` makes exact points of what it finds.

mod arrays;
mod files;
mod groups;
mod plateaus;
mod singles;
mod steps;

pub use arrays::{Parameters, TooLarge};
pub use files::{curve_file, network_file, plateaus_file};
pub use plateaus::{DISTANCE, FACTOR, Plateau};

use crate::problem::{Data, Trained};
use arrays::Samples;
use plateaus::Finder;
use steps::Descent;

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where to start.
    pub start: Start,
    /// What the gradient of the mean squared error is multiplied with in a step.
    pub step_size: f64,
    /// Most steps.
    pub steps: usize,
    /// Stop once the mean squared error is not larger than this.
    pub stop_loss: Option<f64>,
    /// Steps at which the network is kept.
    pub keep: Vec<usize>,
}

/// Where to start.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// At the candidate of the data.
    Candidate,
    /// At random weights from the normal distribution.
    Normal {
        /// m
        width: usize,
        /// The standard deviation.
        scale: f64,
        /// Gives the same weights on every machine.
        seed: u64,
    },
}

/// A training run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Step and mean squared error, from the start to the end: some [`WINDOWS`] of them, evenly.
    pub curve: Vec<(usize, f64)>,
    /// The plateaus, the end last.
    pub plateaus: Vec<Plateau>,
    /// The networks that were to be kept, with their steps.
    pub kept: Vec<(usize, Parameters)>,
}

impl Run {
    /// Where it ended.
    pub fn end(&self) -> &Plateau {
        self.plateaus.last().expect("a run has an end")
    }
}

/// Windows into which the steps are divided to look for plateaus.
pub const WINDOWS: usize = 4096;

/// Why there is no run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoRun {
    /// A number that doubles don't have.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The loss became infinite or undefined.
    #[error(
        "diverged: at step {step} the loss isn't a finite number any more (the last finite one looked at, at step {last_step}: {last}); take a smaller step size"
    )]
    Diverged {
        /// The step.
        step: usize,
        /// The last step whose loss was looked at and finite.
        last_step: usize,
        /// That loss, as a mean squared error.
        last: f64,
    },
    /// The data have no candidate to start from.
    #[error("the data have no candidate to start from")]
    NoCandidate,
}

/// Trains. `progress` is called now and then with the step and the mean squared error. The same data and settings give
/// the same bytes on every machine. Cost: 6 n m (d + J) operations a step, or less where neurons have patterns in common.
///
/// # Errors
/// [`NoRun`]
pub fn train(data: &Data, settings: &Settings, mut progress: impl FnMut(usize, f64)) -> Result<Run, NoRun> {
    let samples = Samples::of(data)?;
    let Trained { input_weights, output_weights, output_bias } = data.trained;
    let parameters = match &settings.start {
        Start::Candidate => Parameters::of(data.candidate.as_ref().ok_or(NoRun::NoCandidate)?)?,
        Start::Normal { width, scale, seed } => {
            let has_bias = data.candidate.as_ref().map_or(output_bias, |candidate| candidate.output_bias.is_some());
            Parameters::normal(*width, samples.inputs, samples.outputs, has_bias, *scale, *seed)
        }
    };
    let rates = [input_weights, output_weights, output_bias].map(|is| if is { settings.step_size } else { 0.0 });
    let stop = settings.stop_loss.unwrap_or(f64::NEG_INFINITY);
    let window = (settings.steps / WINDOWS).max(1);

    let mut descent = Descent::at(&samples, parameters, rates);
    let mut curve = vec![(0, descent.mean_squared_error())];
    let (mut finder, mut kept, mut step, mut window_start) = (Finder::default(), Vec::new(), 0, 0);
    let mut before = descent.network();
    let mut keep: Vec<usize> = settings.keep.iter().copied().filter(|step| *step <= settings.steps).collect();
    keep.sort_unstable_by(|left, right| right.cmp(left));
    keep.dedup();
    loop {
        if !descent.mean_squared_error().is_finite() {
            let (last_step, last) = curve.iter().rev().find(|(_, loss)| loss.is_finite()).copied().unwrap_or_default();
            return Err(NoRun::Diverged { step, last_step, last });
        }
        if keep.last() == Some(&step) {
            keep.pop();
            kept.push((step, descent.network()));
        }
        let stops = step == settings.steps || descent.mean_squared_error() <= stop;
        if step > window_start && (stops || step == window_start + window) {
            let loss = descent.mean_squared_error();
            let network = descent.network();
            let squares = network.entries().zip(before.entries()).map(|(now, then)| (now - then) * (now - then));
            let speed = squares.sum::<f64>().sqrt() / (step - window_start) as f64;
            finder.observe(step, speed, loss, &network);
            curve.push((step, loss));
            progress(step, loss);
            before = network;
            window_start = step;
        }
        if stops {
            break;
        }
        let until = keep.last().copied().unwrap_or(usize::MAX).min(window_start + window).min(settings.steps);
        step += descent.advance(until - step, stop);
    }
    let loss = descent.mean_squared_error();
    Ok(Run { curve, plateaus: finder.finish(step, loss, descent.network()), kept })
}

#[cfg(test)]
mod tests;
