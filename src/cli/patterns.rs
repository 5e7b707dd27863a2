//! `relucert patterns`

use super::input::{Input, collect};
use super::output::{error, input_error};
use super::{Exit, Format};
use crate::empirical::{Patterns, residuals};
use crate::patterns::Cell;
use crate::problem::Instance;
use crate::rational::{Rational, write};
use clap::Args;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;

/// List the activation patterns around a neuron, each with a direction inside and the linear derivatives there
#[derive(Debug, Args)]
#[command(after_help = "Example:
  relucert patterns point.json --neuron 0

A pattern gives each boundary sample of the neuron a sign (0 for a zero sample). In its cell the one-sided derivative of
the loss in a change u of the input weight is g.u, and that of the output-weighted activations is d.u for each output.")]
pub(super) struct ListPatterns {
    /// The instance file, or - for standard input
    instance: PathBuf,
    /// The neuron, counted from 0
    #[arg(long, value_name = "INDEX")]
    neuron: usize,
    /// How patterns are printed; json: one object per line
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Most patterns; beyond it the command stops and says so
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000)]
    max_patterns: usize,
    /// Largest input file, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    max_input: u64,
}

fn numbers(row: &[Rational]) -> String {
    format!("({})", row.iter().map(write).collect::<Vec<_>>().join(", "))
}

impl ListPatterns {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let paths = [self.instance.clone()];
        let Some(Input { name, content }) = collect(&paths, self.max_input).next() else { return Ok(Exit::Unusable) };
        let instance = match content.and_then(Instance::read) {
            Ok(instance) => instance,
            Err(failure) => {
                input_error(&name, &failure);
                return Ok(Exit::Unusable);
            }
        };
        let width = instance.candidate.width();
        if self.neuron >= width {
            error(&format!("there is no neuron {}: they are counted from 0 to {}", self.neuron, width - 1));
            return Ok(Exit::Unusable);
        }
        let residuals = residuals(&instance);
        let patterns = Patterns::around(&instance, &residuals, self.neuron);
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut failure = Ok(());
        let mut count = 0;
        let result = patterns.for_each(self.max_patterns, |cell| {
            count += 1;
            if failure.is_ok() {
                failure = out.write_all(self.show(&patterns, cell).as_bytes());
            }
        });
        failure?;
        if self.format == Format::Text {
            let lines = patterns.lines.len();
            writeln!(out, "{count} patterns around neuron {} of {} ({lines} lines)", self.neuron, instance.id)?;
        }
        out.flush()?;
        if let Err(too_many) = result {
            error(&format!("{too_many}; --max-patterns allows more"));
            return Ok(Exit::Undecided);
        }
        Ok(Exit::Success)
    }

    fn show(&self, patterns: &Patterns<'_>, cell: &Cell) -> String {
        let gradients = patterns.gradients(cell);
        let signs = patterns
            .sample_signs(cell)
            .into_iter()
            .map(|(k, sign)| (k, sign.map_or("0", |s| if s { "+" } else { "-" })));
        if self.format == Format::Json {
            let values = |row: &[Rational]| row.iter().map(|entry| Value::from(write(entry))).collect::<Value>();
            let signs: Map<String, Value> = signs.map(|(k, sign)| (k.to_string(), sign.into())).collect();
            let d: Value = gradients.d.iter().map(|row| values(row)).collect();
            let pattern =
                json!({ "signs": signs, "direction": values(&cell.direction), "g": values(&gradients.g), "d": d });
            return format!("{pattern}\n");
        }
        let signs: Vec<String> = signs.map(|(k, sign)| format!("{k}{sign}")).collect();
        let d: Vec<String> = gradients.d.iter().map(|row| numbers(row)).collect();
        let (direction, g) = (numbers(&cell.direction), numbers(&gradients.g));
        format!("{}  u = {direction}  g = {g}  d = {}\n", signs.join(" "), d.join(" "))
    }
}
