//! `relucert train`

use super::folder::Folder;
use super::input::{Input, collect};
use super::output::{error, input_error};
use super::{Exit, Format};
use crate::problem::{Data, InstanceError};
use crate::report::training::{json_line, table};
use crate::training::{Run, Settings, Start, curve_file, network_file, plateaus_file, train};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::path::PathBuf;

/// Train a network on the data of an instance and find the plateaus of the run
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert train data.json --width 50 --init-scale 8e-6 --step-size 1e-3 --steps 600000 --out run
  relucert train point.json --from-candidate --step-size 1e-2 --steps 1000
  relucert train data.json --width 20 --stop-loss 1e-9 --keep 0,1000,5000 --out run

DATA is an instance file; it needs no candidate. A hidden bias is trained if the data have one, an output bias if the
candidate has one or \"trained\" names it. --out DIR gets plateaus.json, a plateau-<k>.npz for each plateau (the last is
the end), step-<t>.npz for each step of --keep, and curve.npz: files that numpy and `relucert snap` read.")]
pub(super) struct Train {
    #[command(flatten)]
    pub(super) training: Training,
    /// Write the networks into this folder, a new one
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What `train` and `run` have in common.
#[derive(Debug, Args)]
pub(super) struct Training {
    /// The data: an instance file, with or without a candidate, or - for standard input
    #[arg(value_name = "DATA")]
    data: PathBuf,
    /// Neurons m
    #[arg(long, value_name = "M", default_value = "50", value_parser = width)]
    width: usize,
    /// Of the random start; the same seed gives the same run on every machine
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// Standard deviation of the normal distribution that the weights of both layers are drawn from
    #[arg(long, value_name = "SCALE", default_value = "1e-5", value_parser = not_negative)]
    init_scale: f64,
    /// Start from the candidate of the data instead
    #[arg(long, conflicts_with_all = ["width", "seed", "init_scale"])]
    from_candidate: bool,
    /// What the gradient of the mean squared error 2L/(nJ) is multiplied with in a step
    #[arg(long, value_name = "SIZE", default_value = "1e-3", value_parser = not_negative)]
    step_size: f64,
    /// Most steps of full-batch gradient descent
    #[arg(long, value_name = "STEPS", default_value_t = 500_000)]
    steps: usize,
    /// Stop once the mean squared error is not larger than this
    #[arg(long, value_name = "LOSS", value_parser = not_negative)]
    stop_loss: Option<f64>,
    /// Keep the networks at these steps too
    #[arg(long, value_name = "STEPS", value_delimiter = ',')]
    keep: Vec<usize>,
    /// How results are printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
    /// Print errors only
    #[arg(long, short)]
    pub(super) quiet: bool,
    /// Largest input file, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    pub(super) max_input: u64,
}

fn width(text: &str) -> Result<usize, String> {
    let found = text.parse().ok().filter(|width| (1..=10_000_000).contains(width));
    found.ok_or_else(|| "expected a number of neurons, from 1 to 10000000".to_owned())
}

fn not_negative(text: &str) -> Result<f64, String> {
    let found = text.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0);
    found.ok_or_else(|| "expected a number that isn't negative, for example 1e-3".to_owned())
}

impl Training {
    /// The data, or what is wrong with them, already said.
    pub(super) fn read(&self) -> Option<Data> {
        let Input { name, content } = collect(std::slice::from_ref(&self.data), self.max_input).next()?;
        let data = content.and_then(|content| Data::read(&content)).and_then(|data| {
            if self.from_candidate && data.candidate.is_none() {
                let text = "--from-candidate starts from the candidate, but there is none";
                return Err(InstanceError::of_file("missing-key", text));
            }
            Ok(data)
        });
        data.map_err(|failure| input_error(&name, &failure)).ok()
    }

    pub(super) fn settings(&self) -> Settings {
        let start = match self.from_candidate {
            true => Start::Candidate,
            false => Start::Normal { width: self.width, scale: self.init_scale, seed: self.seed },
        };
        let Training { step_size, steps, stop_loss, .. } = *self;
        Settings { start, step_size, steps, stop_loss, keep: self.keep.clone() }
    }

    /// The run, or why there is none, already said. Progress goes to standard error, if that is a terminal.
    pub(super) fn train(&self, data: &Data, settings: &Settings) -> Option<Run> {
        let bar = if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(settings.steps as u64) };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} steps, {per_sec}, mean squared error {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let run = train(data, settings, |step, loss| {
            bar.set_position(step as u64);
            bar.set_message(format!("{loss:.6e}"));
        });
        bar.finish_and_clear();
        run.map_err(|no_run| error(&no_run.to_string())).ok()
    }
}

/// The name of the file of a plateau.
pub(super) fn plateau_name(index: usize) -> String {
    format!("plateau-{index}.npz")
}

/// Writes the networks and the curve of a run.
pub(super) fn write_run(folder: &Folder, data: &Data, settings: &Settings, run: &Run) -> Result<(), String> {
    for (index, plateau) in run.plateaus.iter().enumerate() {
        folder.write(&plateau_name(index), &network_file(data, &plateau.parameters, plateau.step))?;
    }
    for (step, parameters) in &run.kept {
        folder.write(&format!("step-{step}.npz"), &network_file(data, parameters, *step))?;
    }
    folder.write("curve.npz", &curve_file(run))?;
    folder.write("plateaus.json", plateaus_file(data, settings, run, plateau_name).as_bytes())
}

impl Train {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let Some(data) = self.training.read() else { return Ok(Exit::Unusable) };
        // A folder that can't be written is said before the work, not after it.
        let folder = match self.out.as_deref().map(Folder::at).transpose() {
            Ok(folder) => folder,
            Err(text) => {
                error(&text);
                return Ok(Exit::Unusable);
            }
        };
        let settings = self.training.settings();
        let Some(run) = self.training.train(&data, &settings) else { return Ok(Exit::Unusable) };
        if let Some(folder) = folder {
            let written = write_run(&folder, &data, &settings, &run).and_then(|()| folder.finish());
            if let Err(text) = written {
                error(&text);
                return Ok(Exit::Unusable);
            }
        }
        match self.training.format {
            Format::Json => writeln!(std::io::stdout(), "{}", json_line(&data, &run))?,
            Format::Text if self.training.quiet => {}
            Format::Text => write!(anstream::stdout(), "{}", table(&data, &run))?,
        }
        Ok(Exit::Success)
    }
}
