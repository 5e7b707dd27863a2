//! `relucert run`

use super::folder::Folder;
use super::output::error;
use super::train::{Training, write_run};
use super::{Exit, Format};
use crate::certificate::lay_out;
use crate::kink::Options;
use crate::problem::Property;
use crate::report;
use crate::transform::run::{NoOutcome, Outcome, Point, name, outcome};
use crate::transform::snap::{NotSnapped, SnapOptions};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Train, snap every plateau to an exact point, and certify what it is
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert run data.json --width 50 --init-scale 8e-6 --step-size 1e-3 --steps 600000 --out run
  relucert run data.json --seed 7 --format json | jq .plateaus

Besides the files of `relucert train`, --out DIR gets <id>-<plateau>.json and <id>-<plateau>.certificate.json for each
plateau that has an exact stationary point nearby, table.txt and summary.json.

Exit codes: 0 every plateau was snapped and decided, 10 one wasn't, 2 unusable input, divergence or output that can't be
written, 101 a bug.")]
pub(super) struct RunAll {
    #[command(flatten)]
    training: Training,
    /// Write instances, certificates and networks into this folder, a new one
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn unusable(text: &str) -> std::io::Result<Exit> {
    error(text);
    Ok(Exit::Unusable)
}

impl RunAll {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let Some(data) = self.training.read() else { return Ok(Exit::Unusable) };
        if !data.trained.output_weights {
            return unusable(&NotSnapped::NotTrained.to_string());
        }
        let folder = match self.out.as_deref().map(Folder::at).transpose() {
            Ok(folder) => folder,
            Err(text) => return unusable(&text),
        };
        let settings = self.training.settings();
        let Some(run) = self.training.train(&data, &settings) else { return Ok(Exit::Unusable) };
        let mut outcomes = Vec::new();
        for index in 0..run.plateaus.len() {
            match outcome(&data, &run, index, &SnapOptions::default(), &Options::default()) {
                Ok(outcome) => outcomes.push(outcome),
                Err(bug @ NoOutcome::Refused(_)) => {
                    error(&bug.to_string());
                    return Ok(Exit::Bug);
                }
                Err(reason) => return unusable(&format!("{}: {reason}", name(&run, index))),
            }
        }
        let text = report::run::text(&data, &run, &outcomes);
        let json = report::run::json(&data, &run, &outcomes);
        if let Some(folder) = folder {
            let written = write_run(&folder, &data, &settings, &run)
                .and_then(|()| write_points(&folder, &outcomes))
                .and_then(|()| folder.write("table.txt", text.as_bytes()))
                .and_then(|()| folder.write("summary.json", lay_out(&json).as_bytes()))
                .and_then(|()| folder.finish());
            if let Err(text) = written {
                return unusable(&text);
            }
        }
        match self.training.format {
            Format::Json => writeln!(std::io::stdout(), "{json}")?,
            Format::Text if self.training.quiet => {}
            Format::Text => write!(anstream::stdout(), "{text}")?,
        }
        Ok(if outcomes.iter().all(is_decided) { Exit::Success } else { Exit::Undecided })
    }
}

fn write_points(folder: &Folder, outcomes: &[Outcome]) -> Result<(), String> {
    for Point { instance, certified, .. } in outcomes.iter().filter_map(|outcome| outcome.point.as_ref().ok()) {
        folder.write(&format!("{}.json", instance.id), &instance.text)?;
        folder.write(&format!("{}.certificate.json", instance.id), certified.certificate.as_bytes())?;
    }
    Ok(())
}

fn is_decided(outcome: &Outcome) -> bool {
    let open = |property| outcome.point.as_ref().map_or(true, |point| point.certified.findings.is_open(property));
    ![Property::Stationary, Property::EscapeNeurons, Property::LocalMinimum].into_iter().any(open)
}
