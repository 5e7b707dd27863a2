//! `relucert instances generate`

use super::Exit;
use super::input::collect;
use super::output::{error, input_error, write_file};
use crate::families::affine_fit::{Data, Spare};
use crate::families::{
    BadParameters, Member, affine_fit, escape, integral_critical, integral_residual, partition, read_activation,
    read_number, replicated, thin_cell, zonotope,
};
use crate::problem::{Activation, Instance};
use crate::rational::Rational;
use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

/// Write members of families with parameters: instances whose verdicts follow from how they are made
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert instances generate escape --seed 7 > member.json
  relucert instances generate escape --count 100 --output members
  relucert instances generate affine-fit --data point.json --spare dead
  relucert instances generate replicated --base point.json --neuron 1 --shares=1/3,2/3
  relucert check members

The families are described in docs/families.md. The same parameters give the same bytes on every machine.")]
pub(super) struct Generate {
    #[command(subcommand)]
    family: Family,
}

#[derive(Debug, Subcommand)]
enum Family {
    AffineFit(AffineFit),
    Replicated(Replicated),
    Zonotope(Zonotope),
    Partition(Partition),
    ThinCell(ThinCell),
    Escape(Escape),
    IntegralCritical(IntegralCritical),
    IntegralResidual(IntegralResidual),
}

/// The least-squares affine fit of any data, written by neurons that never switch, with or without spare ones
#[derive(Debug, Args)]
struct AffineFit {
    /// Samples n
    #[arg(long, value_name = "N", default_value_t = 5)]
    samples: usize,
    /// Inputs d; a hidden bias comes to them
    #[arg(long, value_name = "D", default_value_t = 1)]
    dimension: usize,
    /// Outputs J
    #[arg(long, value_name = "J", default_value_t = 1)]
    outputs: usize,
    /// Take the samples of this instance instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["samples", "dimension", "outputs"])]
    data: Option<PathBuf>,
    /// Neurons m; otherwise as many as outputs, and one to spare if there is to be one
    #[arg(long, value_name = "M")]
    neurons: Option<usize>,
    /// What neurons are that the fit doesn't need
    #[arg(long, value_enum, default_value = "none")]
    spare: Spare,
    #[command(flatten)]
    rho: Rho,
    #[command(flatten)]
    seeds: Seeds,
    #[command(flatten)]
    to: To,
}

impl ValueEnum for Spare {
    fn value_variants<'a>() -> &'a [Spare] {
        const VARIANTS: [Spare; 6] = {
            let all = Spare::ALL;
            [all[0].0, all[1].0, all[2].0, all[3].0, all[4].0, all[5].0]
        };
        &VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Spare::ALL.iter().find(|(spare, _)| spare == self).map(|(_, name)| PossibleValue::new(*name))
    }
}

/// A neuron of an instance split into several, with shares of its output weight
#[derive(Debug, Args)]
struct Replicated {
    /// The instance
    #[arg(long, value_name = "FILE")]
    base: PathBuf,
    /// The neuron, counted from 0
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    neuron: usize,
    /// Shares with sum 1; zero and negative ones are allowed
    #[arg(long, value_name = "SHARES", allow_hyphen_values = true, value_delimiter = ',', value_parser = read_number, default_value = "1/2,1/2")]
    shares: Vec<Rational>,
    #[command(flatten)]
    to: To,
}

/// Zonotope containment with a known threshold, as a question of stationarity
#[derive(Debug, Args)]
struct Zonotope {
    /// Dimension of the zonotopes, at least 2
    #[arg(long, value_name = "D", default_value_t = 3)]
    dimension: usize,
    /// Generators of the outer zonotope, at least 2
    #[arg(long, value_name = "COUNT", default_value_t = 6)]
    generators: usize,
    /// Size of the inner one; 1 is the threshold
    #[arg(long, value_name = "SCALE", allow_hyphen_values = true, value_parser = read_number, default_value = "49/50")]
    scale: Rational,
    #[command(flatten)]
    rho: Rho,
    #[command(flatten)]
    seeds: Seeds,
    #[command(flatten)]
    to: To,
}

/// PARTITION as a question of stationarity: proofs have about 2^N leaves
#[derive(Debug, Args)]
struct Partition {
    /// Numbers N, between 2 and 64
    #[arg(long, value_name = "N", default_value_t = 5)]
    numbers: usize,
    /// Strength of the concave kink; 1 is the threshold
    #[arg(long, value_name = "SCALE", allow_hyphen_values = true, value_parser = read_number, default_value = "49/50")]
    scale: Rational,
    #[command(flatten)]
    rho: Rho,
    #[command(flatten)]
    seeds: Seeds,
    #[command(flatten)]
    to: To,
}

/// Stationarity that fails in one thin cell only
#[derive(Debug, Args)]
struct ThinCell {
    /// Width of the cell, at most 1
    #[arg(long, value_name = "WIDTH", allow_hyphen_values = true, value_parser = read_number, default_value = "1e-9")]
    width: Rational,
    /// Just closed: stationary
    #[arg(long)]
    closed: bool,
    #[command(flatten)]
    rho: Rho,
    #[command(flatten)]
    to: To,
}

/// Stationary points with several outputs and escape neurons whose output weights aren't zero
#[derive(Debug, Args)]
struct Escape {
    /// Samples n
    #[arg(long, value_name = "N", default_value_t = 6)]
    samples: usize,
    /// Inputs d, at least 2
    #[arg(long, value_name = "D", default_value_t = 3)]
    dimension: usize,
    /// Outputs J, at least 2
    #[arg(long, value_name = "J", default_value_t = 2)]
    outputs: usize,
    /// Neurons m, replicas not counted
    #[arg(long, value_name = "M", default_value_t = 2)]
    width: usize,
    #[command(flatten)]
    rho: Rho,
    /// With an output bias
    #[arg(long)]
    output_bias: bool,
    /// So many neurons that don't escape get a replica
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    replicate: usize,
    #[command(flatten)]
    seeds: Seeds,
    #[command(flatten)]
    to: To,
}

/// Critical points of the integral loss for affine targets, by the classification theorems
#[derive(Debug, Args)]
struct IntegralCritical {
    /// Breakpoints of the network; 0 for constant ones
    #[arg(long, value_name = "N", default_value_t = 2)]
    breakpoints: usize,
    /// Neurons beyond those, of kinds that keep the point critical
    #[arg(long, value_name = "COUNT", default_value_t = 2)]
    spare: usize,
    /// Slope of the activation on the negative side, 0 for relu
    #[arg(long, value_name = "GAMMA", value_parser = read_number, default_value = "0")]
    negative_slope: Rational,
    /// The first breakpoint is that of a neuron with negative input weight (leaky activations)
    #[arg(long)]
    falling_first: bool,
    /// Change something so that the point isn't critical
    #[arg(long)]
    spoilt: bool,
    #[command(flatten)]
    seeds: Seeds,
    #[command(flatten)]
    to: To,
}

/// Stationary points of the integral loss for targets made from a drawn residual
#[derive(Debug, Args)]
struct IntegralResidual {
    /// Neurons
    #[arg(long, value_name = "M", default_value_t = 2)]
    width: usize,
    /// Pieces of the drawn residual
    #[arg(long, value_name = "K", default_value_t = 2)]
    pieces: usize,
    /// Its degree on each piece
    #[arg(long, value_name = "DEGREE", default_value_t = 2)]
    degree: usize,
    /// Slope of the activation on the negative side, 0 for relu
    #[arg(long, value_name = "GAMMA", value_parser = read_number, default_value = "0")]
    negative_slope: Rational,
    /// Size of the residual: small ones make minima, large ones saddles
    #[arg(long, value_name = "SCALE", allow_hyphen_values = true, value_parser = read_number, default_value = "1/10")]
    scale: Rational,
    /// With a density that is drawn, and may vanish on a piece
    #[arg(long)]
    density: bool,
    #[command(flatten)]
    seeds: Seeds,
    #[command(flatten)]
    to: To,
}

#[derive(Debug, Args)]
struct Rho {
    /// relu, absolute-value, leaky:SLOPE or slopes:PLUS,MINUS
    #[arg(long, value_name = "RHO", default_value = "relu", value_parser = read_activation)]
    activation: Activation,
}

#[derive(Debug, Args)]
struct Seeds {
    /// Seed of the (first) member
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// So many members, with the seeds that follow; more than one are written into a folder
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    count: u64,
}

#[derive(Debug, Args)]
struct To {
    /// Write into this file, or as ID.json into this folder (made if need be, if there are several or the name ends in /)
    #[arg(long, value_name = "PATH")]
    output: Option<PathBuf>,
}

impl Generate {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        match &self.family {
            Family::AffineFit(family) => family.run(),
            Family::Replicated(family) => family.run(),
            Family::Zonotope(family) => family.run(),
            Family::Partition(family) => family.run(),
            Family::ThinCell(family) => family.run(),
            Family::Escape(family) => family.run(),
            Family::IntegralCritical(family) => family.run(),
            Family::IntegralResidual(family) => family.run(),
        }
    }
}

/// The instance of a file, or `None` after an error has been printed.
fn read_instance(path: &PathBuf) -> Option<Instance> {
    let input =
        if path.is_dir() { None } else { collect(std::slice::from_ref(path), relucert_checker::MAX_INPUT).next() };
    let Some(input) = input else {
        error(&format!("{}: a folder; name one instance in it", path.display()));
        return None;
    };
    input.content.and_then(Instance::read).map_err(|failure| input_error(&input.name, &failure)).ok()
}

impl AffineFit {
    fn run(&self) -> std::io::Result<Exit> {
        let data = match self.data.as_ref().map(read_instance) {
            None => Data::Drawn { samples: self.samples, dimension: self.dimension, outputs: self.outputs },
            Some(None) => return Ok(Exit::Unusable),
            Some(Some(Instance { id, samples, .. })) => Data::Of { id, samples },
        };
        let activation = self.rho.activation.clone();
        let parameters = affine_fit::Parameters { data, neurons: self.neurons, spare: self.spare, activation };
        self.to.write_all(&self.seeds, |seed| affine_fit::generate(seed, &parameters))
    }
}

impl Replicated {
    fn run(&self) -> std::io::Result<Exit> {
        let Some(base) = read_instance(&self.base) else { return Ok(Exit::Unusable) };
        let parameters = replicated::Parameters { neuron: self.neuron, shares: self.shares.clone() };
        self.to.write(false, replicated::generate(&base, &parameters))
    }
}

impl Zonotope {
    fn run(&self) -> std::io::Result<Exit> {
        let (scale, activation) = (self.scale.clone(), self.rho.activation.clone());
        let (dimension, generators) = (self.dimension, self.generators);
        let parameters = zonotope::Parameters { dimension, generators, scale, activation };
        self.to.write_all(&self.seeds, |seed| zonotope::generate(seed, &parameters))
    }
}

impl Partition {
    fn run(&self) -> std::io::Result<Exit> {
        let (scale, activation) = (self.scale.clone(), self.rho.activation.clone());
        let parameters = partition::Parameters { numbers: self.numbers, scale, activation };
        self.to.write_all(&self.seeds, |seed| partition::generate(seed, &parameters))
    }
}

impl ThinCell {
    fn run(&self) -> std::io::Result<Exit> {
        let (width, activation) = (self.width.clone(), self.rho.activation.clone());
        self.to.write(false, thin_cell::generate(&thin_cell::Parameters { width, closed: self.closed, activation }))
    }
}

impl Escape {
    fn run(&self) -> std::io::Result<Exit> {
        let parameters = escape::Parameters {
            samples: self.samples,
            dimension: self.dimension,
            outputs: self.outputs,
            width: self.width,
            activation: self.rho.activation.clone(),
            output_bias: self.output_bias,
            replicate: self.replicate,
        };
        self.to.write_all(&self.seeds, |seed| escape::generate(seed, &parameters))
    }
}

impl IntegralCritical {
    fn run(&self) -> std::io::Result<Exit> {
        let parameters = integral_critical::Parameters {
            breakpoints: self.breakpoints,
            spare: self.spare,
            negative_slope: self.negative_slope.clone(),
            falling_first: self.falling_first,
            spoilt: self.spoilt,
        };
        self.to.write_all(&self.seeds, |seed| integral_critical::generate(seed, &parameters))
    }
}

impl IntegralResidual {
    fn run(&self) -> std::io::Result<Exit> {
        let parameters = integral_residual::Parameters {
            width: self.width,
            pieces: self.pieces,
            degree: self.degree,
            negative_slope: self.negative_slope.clone(),
            scale: self.scale.clone(),
            density: self.density,
        };
        self.to.write_all(&self.seeds, |seed| integral_residual::generate(seed, &parameters))
    }
}

impl To {
    /// Writes the members of all seeds.
    fn write_all<M: Member>(
        &self, seeds: &Seeds, member: impl Fn(u64) -> Result<M, BadParameters>,
    ) -> std::io::Result<Exit> {
        let Some(last) = seeds.seed.checked_add(seeds.count - 1) else {
            error("the last seed would be larger than 18446744073709551615; take smaller seeds");
            return Ok(Exit::Unusable);
        };
        let several = seeds.count > 1;
        if several && self.output.is_none() {
            error("several members go into a folder; name one with --output");
            return Ok(Exit::Unusable);
        }
        for seed in seeds.seed..=last {
            let exit = self.write(several, member(seed))?;
            if exit != Exit::Success {
                return Ok(exit);
            }
        }
        Ok(Exit::Success)
    }

    fn write<M: Member>(&self, several: bool, member: Result<M, BadParameters>) -> std::io::Result<Exit> {
        let written = match (member, &self.output) {
            (Err(BadParameters(text)), _) => Err(text),
            (Ok(instance), None) => {
                std::io::stdout().write_all(instance.text())?;
                Ok(())
            }
            (Ok(instance), Some(path)) => {
                let is_folder = several || path.is_dir() || path.as_os_str().to_string_lossy().ends_with('/');
                let made = if is_folder { std::fs::create_dir_all(path) } else { Ok(()) };
                let file = if is_folder { path.join(format!("{}.json", instance.id())) } else { path.clone() };
                made.map_err(|e| format!("{}: {e}", path.display())).and_then(|()| write_file(&file, instance.text()))
            }
        };
        Ok(match written {
            Ok(()) => Exit::Success,
            Err(text) => {
                error(&text);
                Exit::Unusable
            }
        })
    }
}
