//! `relucert embed`

use super::Exit;
use super::input::{Input, collect};
use super::made::Made;
use super::output::{error, input_error};
use crate::certificate::certify;
use crate::kink::Options;
use crate::problem::Instance;
use crate::report::embed::{Agreement, Step, json, text};
use crate::transform::embed::{Embedded, Embedding, embed};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::path::PathBuf;

/// Embed the candidate of an instance in a wider network, and hold what the theory predicts against what is proved
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert embed point.json --replicate 0:1/3,2/3 --out wide.json
  relucert embed point.json --replicate 1:3/2,-1/2*2 --dead=-1,0:5
  relucert embed point.json --zero-output 1,2 --format json

--replicate I:b1[*g1],b2[*g2],... makes neuron I the neurons (g w, (b/g) h), with shares b that sum to 1 and factors g > 0
(1 if left out). New neurons stand at the end; the first replica stays in the place of the neuron.

Exit codes: 0 as predicted, 10 something predicted is undecided, 20 a prediction is wrong, 2 unusable input, 101 a bug.")]
pub(super) struct Embed {
    /// The instance file, or - for standard input
    instance: PathBuf,
    #[command(flatten)]
    embeddings: Embeddings,
    #[command(flatten)]
    made: Made,
}

/// The embeddings in the order of the command line, whatever their kinds.
#[derive(Debug)]
struct Embeddings(Vec<Embedding>);

impl FromArgMatches for Embeddings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Embeddings, clap::Error> {
        let mut found: Vec<(usize, Embedding)> = Vec::new();
        for name in ["replicate", "dead", "zero-output"] {
            let values = matches.get_many::<Embedding>(name).into_iter().flatten().cloned();
            found.extend(matches.indices_of(name).into_iter().flatten().zip(values));
        }
        found.sort_by_key(|(index, _)| *index);
        Ok(Embeddings(found.into_iter().map(|(_, embedding)| embedding).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Embeddings::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Embeddings {
    fn augment_args(command: Command) -> Command {
        let flag = |name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name).long(name).value_name(value).help(help).action(ArgAction::Append).allow_hyphen_values(true)
        };
        command
            .arg(
                flag(
                    "replicate",
                    "I:SHARES",
                    "Split neuron I into several with shares of its output weight, and factors",
                )
                .value_parser(Embedding::read_replicate),
            )
            .arg(
                flag("dead", "W:H", "Add an inactive unit: strictly on the side of slope 0 for all non-zero samples")
                    .value_parser(Embedding::read_dead),
            )
            .arg(
                flag("zero-output", "W", "Add inactive propagation: a neuron with output weight 0")
                    .value_parser(Embedding::read_zero_output),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Embeddings::augment_args(command)
    }
}

impl Embed {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let Some(Input { name, content }) = collect(std::slice::from_ref(&self.instance), self.made.max_input).next()
        else {
            return Ok(Exit::Unusable);
        };
        let mut instance = match content.and_then(Instance::read) {
            Ok(instance) => instance,
            Err(failure) => {
                input_error(&name, &failure);
                return Ok(Exit::Unusable);
            }
        };
        if self.embeddings.0.is_empty() {
            error("nothing to embed; give --replicate, --dead or --zero-output");
            return Ok(Exit::Unusable);
        }
        let bug = |refused: &dyn std::fmt::Display| {
            error(&refused.to_string());
            Ok(Exit::Bug)
        };
        let findings = match certify(&instance, &Options::default()) {
            Ok(certified) => certified.findings,
            Err(refused) => return bug(&refused),
        };
        let mut steps: Vec<Step> = Vec::new();
        for embedding in &self.embeddings.0 {
            let known = steps.last().map_or(&findings, |step| &step.certified.findings);
            let Embedded { instance: wide, prediction } = match embed(&instance, known, embedding) {
                Ok(embedded) => embedded,
                Err(refused) => {
                    error(&format!("{name}: {}: {refused}", embedding.describe()));
                    return Ok(Exit::Unusable);
                }
            };
            match certify(&wide, &Options::default()) {
                Ok(certified) => steps.push(Step { what: embedding.describe(), prediction, certified }),
                Err(refused) => return bug(&refused),
            }
            instance = wide;
        }
        let gravest = steps.iter().map(Step::agreement).max().unwrap_or(Agreement::Agrees);
        let exit = match gravest {
            Agreement::Agrees => Exit::Success,
            Agreement::Open => Exit::Undecided,
            Agreement::Differs => Exit::Different,
        };
        self.made.print(&instance, |path| text(&instance, &steps, path), |path| json(&instance, &steps, path), exit)
    }
}
