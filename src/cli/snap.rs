//! `relucert snap`

use super::input::{Input, collect};
use super::made::Made;
use super::output::{error, input_error};
use super::{Exit, Format};
use crate::arrays::{Array, read_arrays};
use crate::families::read_activation;
use crate::problem::{Activation, Data, Instance, InstanceError};
use crate::report::harmless;
use crate::report::snap::{Refusal, failure_json, failure_text, success_json, success_text};
use crate::transform::names::{FoundNetwork, Map, Misnamed, data, network, read_map};
use crate::transform::snap::{NotSnapped, SnapOptions, Snapped, snap};
use crate::transform::written;
use clap::Args;
use relucert_checker::instance::is_id;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Turn a trained float network into an exact stationary point with the same activation pattern
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert snap run/plateau-1.npz --data data.json --out point.json
  relucert snap model.safetensors --data data.npz --activation leaky:1/100 --out point.json
  relucert snap input_weights.npy output_weights.npy --data inputs.npy --data targets.npy
  relucert snap model.npz --data data.npz --map input_weights=W1 --map output_weights.T=W2

NETWORK is an .npz, .safetensors or .json file, or .npy files that are called like their arrays. Arrays are called
input_weights (m x d), output_weights (m x J), and optionally input_biases (m) and output_bias (J); or as PyTorch calls
those of exactly two linear layers. --data is an instance, or a file of arrays inputs (n x d) and targets (n x J or n).
The layout follows from the names alone, never from the shapes. Floats are read exactly.

Exit codes: 0 snapped, 10 no exact stationary point was found, and why, 2 unreadable.")]
pub(super) struct Snap {
    /// The network: one file, or several .npy files
    #[arg(required = true, value_name = "NETWORK")]
    network: Vec<PathBuf>,
    /// The data: an instance file, with or without a candidate, or a file of arrays
    #[arg(long, value_name = "DATA")]
    data: Vec<PathBuf>,
    /// relu, absolute-value, leaky:SLOPE or slopes:PLUS,MINUS; an instance says it itself, arrays are taken for relu
    #[arg(long, value_name = "ACTIVATION", value_parser = read_activation)]
    activation: Option<Activation>,
    /// Say which array is what: one of our names, with .T if it is to be transposed, and that of the file
    #[arg(long, value_name = "OURS=THEIRS", value_parser = read_map)]
    map: Vec<(String, String)>,
    /// The id of the instance; otherwise that of the data, with -snapped
    #[arg(long, value_name = "ID", value_parser = id)]
    id: Option<String>,
    /// Significant digits of weights that the equations leave free
    #[arg(long, value_name = "COUNT", default_value_t = SnapOptions::default().digits, value_parser = digits)]
    digits: usize,
    /// How far the network may move, in proportion to its size
    #[arg(long, value_name = "DISTANCE", default_value_t = SnapOptions::default().max_distance, value_parser = distance)]
    max_distance: f64,
    #[command(flatten)]
    made: Made,
}

fn id(text: &str) -> Result<String, String> {
    let advice = "an id has at most 100 letters, digits, '.', '_', '-' and starts with a letter or digit";
    if is_id(text) { Ok(text.to_owned()) } else { Err(advice.to_owned()) }
}

fn digits(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|digits| (1..=40).contains(digits))
        .ok_or_else(|| "expected a number from 1 to 40".to_owned())
}

fn distance(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|d: &f64| *d >= 0.0).ok_or_else(|| "expected a number that isn't negative".to_owned())
}

/// Input that can't be used; already said.
struct Unusable;

fn say<T>(name: &Path, result: Result<T, impl std::fmt::Display>) -> Result<T, Unusable> {
    result.map_err(|reason| {
        error(&format!("{}: {}", harmless(&name.display().to_string()), harmless(&reason.to_string())));
        Unusable
    })
}

impl Snap {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let Ok((data, found)) = self.read() else { return Ok(Exit::Unusable) };
        let options = SnapOptions { digits: self.digits, max_distance: self.max_distance };
        let snapped = match snap(&data, &found.network, &options) {
            Ok(snapped) => snapped,
            Err(refusal @ NotSnapped::NoPoint { .. }) => {
                let refusal = Refusal { id: &data.id, refusal: &refusal };
                match self.made.format {
                    Format::Json => writeln!(std::io::stdout(), "{}", failure_json(&refusal))?,
                    Format::Text => write!(anstream::stdout(), "{}", failure_text(&refusal))?,
                }
                return Ok(Exit::Undecided);
            }
            Err(unfit) => {
                error(&unfit.to_string());
                return Ok(Exit::Unusable);
            }
        };
        let instance = match written(&snapped_instance(&data, &snapped, self.id.as_deref())) {
            Ok(instance) => instance,
            Err(failure) => {
                error(&failure.to_string());
                return Ok(Exit::Unusable);
            }
        };
        let text = |path: Option<&str>| success_text(&instance, &snapped, path);
        self.made.print(&instance, text, |path| success_json(&instance, &snapped, path), Exit::Success)
    }

    fn read(&self) -> Result<(Data, FoundNetwork), Unusable> {
        let map: Map = self.map.iter().cloned().collect();
        let first = &self.network[0];
        let found: FoundNetwork = say(first, network(&self.arrays(&self.network)?, &map))?;
        let Some(path) = self.data.first() else {
            error("--data is missing: an instance file, or a file of arrays inputs and targets");
            return Err(Unusable);
        };
        if let Some(data) = self.instance(path)? {
            if self.activation.as_ref().is_some_and(|activation| *activation != data.activation) {
                error(&format!("{}: the instance has another activation than --activation", path.display()));
                return Err(Unusable);
            }
            if data.samples.hidden_bias != found.hidden_bias {
                let (data, network) = if found.hidden_bias { ("no", "has") } else { ("a", "has no") };
                let text = format!("the data have {data} hidden bias, the network {network} input_biases");
                return say(path, Err(Misnamed(text)));
            }
            return Ok((data, found));
        }
        let relu = || Activation { positive: num_traits::One::one(), negative: num_traits::Zero::zero() };
        let activation = self.activation.clone().unwrap_or_else(relu);
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let id = if is_id(&stem) { stem } else { "data".to_owned() };
        let data = say(path, data(&self.arrays(&self.data)?, &map, &id, activation, &found))?;
        Ok((data, found))
    }

    /// The data of an instance file; `None` if a file isn't one by its name or its content.
    fn instance(&self, path: &Path) -> Result<Option<Data>, Unusable> {
        let is_stdin = path == Path::new("-");
        if !is_stdin && path.extension().is_none_or(|ending| ending != "json") {
            return Ok(None);
        }
        let Some(Input { name, content }) = collect(&[path.to_owned()], self.made.max_input).next() else {
            return Ok(None);
        };
        let unreadable = |failure: InstanceError| {
            input_error(&name, &failure);
            Unusable
        };
        let content = content.map_err(unreadable)?;
        let has_format = matches!(relucert_checker::json::parse(&content), Ok(json) if json.get("format").is_none());
        if has_format && !is_stdin {
            return Ok(None);
        }
        Data::read(&content).map(Some).map_err(unreadable)
    }

    /// The arrays of some files together.
    fn arrays(&self, paths: &[PathBuf]) -> Result<Vec<(String, Array)>, Unusable> {
        let mut all = Vec::new();
        for path in paths {
            let bytes = relucert_checker::read_file(path, self.made.max_input).map_err(|refusal| {
                error(&harmless(&refusal.text));
                Unusable
            })?;
            all.extend(say(path, read_arrays(path, &bytes, self.made.max_input))?);
        }
        Ok(all)
    }
}

/// The snapped network as an instance with the data.
pub(super) fn snapped_instance(data: &Data, snapped: &Snapped, id: Option<&str>) -> Instance {
    let id = id.map_or_else(|| format!("{}-snapped", data.id.chars().take(92).collect::<String>()), str::to_owned);
    crate::transform::instance(data, &snapped.network, id)
}
