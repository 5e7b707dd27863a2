//! `relucert instances generate`

use super::Exit;
use super::output::{error, write_file};
use crate::families::{BadParameters, escape, read_activation};
use crate::problem::{Activation, Instance};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// Write members of families with parameters: instances whose verdicts follow from how they are made
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert instances generate escape --seed 7 > member.json
  relucert instances generate escape --count 100 --output members
  relucert check members

The families are described in docs/families.md. The same parameters give the same bytes on every machine.")]
pub(super) struct Generate {
    #[command(subcommand)]
    family: Family,
}

#[derive(Debug, Subcommand)]
enum Family {
    Escape(Escape),
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
            Family::Escape(escape) => escape.run(),
        }
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

impl To {
    /// Writes the members of all seeds.
    fn write_all(
        &self, seeds: &Seeds, member: impl Fn(u64) -> Result<Instance, BadParameters>,
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

    fn write(&self, several: bool, member: Result<Instance, BadParameters>) -> std::io::Result<Exit> {
        let written = match (member, &self.output) {
            (Err(BadParameters(text)), _) => Err(text),
            (Ok(instance), None) => {
                std::io::stdout().write_all(&instance.text)?;
                Ok(())
            }
            (Ok(instance), Some(path)) => {
                let is_folder = several || path.is_dir() || path.as_os_str().to_string_lossy().ends_with('/');
                let made = if is_folder { std::fs::create_dir_all(path) } else { Ok(()) };
                let file = if is_folder { path.join(format!("{}.json", instance.id)) } else { path.clone() };
                made.map_err(|e| format!("{}: {e}", path.display())).and_then(|()| write_file(&file, &instance.text))
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
