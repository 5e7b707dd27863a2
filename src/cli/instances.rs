//! `relucert instances`

use super::Exit;
use super::generate::Generate;
use super::input::collect;
use super::output::{error, input_error};
use crate::certificate::certify_file;
use crate::kink::Options;
use crate::problem::InstanceFile;
use crate::report::catalogue::{Entry, claims, overview};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// Work with folders of instances
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert instances index instances > instances/README.md
  relucert instances generate escape --seed 7 > member.json")]
pub(super) struct Instances {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Index(Index),
    Generate(Box<Generate>),
}

/// Print the catalogue of a folder as Markdown: what each instance shows and what is proved of it
#[derive(Debug, Args)]
struct Index {
    /// The folder
    #[arg(default_value = "instances")]
    folder: PathBuf,
    /// Print claims, instances, verdicts and commands instead
    #[arg(long)]
    claims: bool,
}

impl Instances {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        match &self.command {
            Command::Index(index) => index.run(),
            Command::Generate(generate) => generate.run(),
        }
    }
}

impl Index {
    fn run(&self) -> std::io::Result<Exit> {
        let mut entries = Vec::new();
        for input in collect(std::slice::from_ref(&self.folder), relucert_checker::MAX_INPUT) {
            let instance = match input.content.and_then(InstanceFile::read) {
                Ok(instance) => instance,
                Err(failure) => {
                    input_error(&input.name, &failure);
                    return Ok(Exit::Unusable);
                }
            };
            let findings = match certify_file(&instance, &Options::default()) {
                Ok(certified) => certified.findings,
                Err(refused) => {
                    error(&refused.to_string());
                    return Ok(Exit::Bug);
                }
            };
            let below = PathBuf::from(&input.name);
            let below = below.strip_prefix(&self.folder).unwrap_or(&below);
            entries.push(Entry { path: below.display().to_string(), instance, findings });
        }
        let folder = self.folder.display().to_string();
        let text = if self.claims { claims(&entries, folder.trim_end_matches('/')) } else { overview(&entries) };
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(Exit::Success)
    }
}
