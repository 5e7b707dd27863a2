//! `relucert check`

use super::Exit;
use super::input::{Input, collect};
use super::output::{Certificates, error, input_error};
use super::questions::Questions;
use crate::certificate::certify;
use crate::empirical::decide_exhaustively;
use crate::kink::Options;
use crate::problem::{Instance, InstanceError};
use crate::report;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Decide what the candidates of instances are, prove it, and compare with what is expected
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert check instances
  relucert check point.json --certificate point.certificate.json
  relucert check instances --format json | jq .verdicts
  relucert check - < point.json")]
pub(super) struct Check {
    /// Instance files, - for standard input, or folders (all *.json below them)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Write the certificate here; for several instances a folder, made if need be
    #[arg(long, value_name = "PATH")]
    certificate: Option<PathBuf>,
    /// Write the first-order questions for SMT solvers into this folder, made if need be: SMT-LIB 2.6, QF_LRA
    #[arg(long, value_name = "DIR")]
    export_smt2: Option<PathBuf>,
    /// Print differences and errors only
    #[arg(long, short)]
    quiet: bool,
    /// Most leaves of one proof tree; beyond it a verdict is undecided
    #[arg(long, value_name = "COUNT", default_value_t = Options::default().max_leaves, value_parser = at_least_one)]
    max_leaves: usize,
    /// Let no floating-point number propose anything: slower, the same answers
    #[arg(long)]
    no_float: bool,
    /// Decide the first-order questions a second time, from all activation patterns; a disagreement is a bug (101)
    #[arg(long)]
    exhaustive: bool,
    /// Most patterns around a neuron for --exhaustive
    #[arg(long, value_name = "COUNT", default_value_t = 1_000_000)]
    max_patterns: usize,
    /// Largest input file, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    max_input: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "expected a count of at least 1".to_owned())
}

/// What is printed for one input, and how it counts.
struct Outcome {
    exit: Exit,
    /// For standard output.
    report: String,
    line: report::summary::Line,
}

impl Check {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let several = self.paths.len() > 1 || self.paths.iter().any(|path| path.is_dir());
        let places = Certificates::at(self.certificate.as_deref(), several)
            .and_then(|certificates| Ok((certificates, Questions::at(self.export_smt2.as_deref())?)));
        let (certificates, questions) = match places {
            Ok(places) => places,
            Err(text) => {
                error(&text);
                return Ok(Exit::Unusable);
            }
        };
        // JSON goes out as it is; only text can have colours to strip.
        let mut out: Box<dyn Write> = match self.format {
            Format::Text => Box::new(anstream::stdout()),
            Format::Json => Box::new(std::io::stdout()),
        };
        let mut lines = Vec::new();
        let mut gravest = Exit::Success;
        let mut names = BTreeMap::new();
        for input in collect(&self.paths, self.max_input) {
            let outcome = self.check_one(input, &certificates, &questions, &mut names);
            gravest = gravest.max(outcome.exit);
            out.write_all(outcome.report.as_bytes())?;
            out.flush()?;
            lines.push(outcome.line);
        }
        if self.format == Format::Text && several && !self.quiet {
            write!(out, "{}", report::summary::table(&lines))?;
        }
        out.flush()?;
        Ok(gravest)
    }

    fn check_one(
        &self, input: Input, certificates: &Certificates, questions: &Questions, names: &mut BTreeMap<String, String>,
    ) -> Outcome {
        let name = input.name;
        let instance = match input.content.and_then(Instance::read) {
            Ok(instance) => instance,
            Err(failure) => return self.failed(&name, &failure, Exit::Unusable),
        };
        if let Some(other) = names.insert(instance.id.clone(), name.clone()) {
            let text = format!("{other} has the id {:?} too; every instance of a run needs its own", instance.id);
            return self.failed(&name, &InstanceError::at("duplicate-id", "/id", text), Exit::Unusable);
        }
        let mut too_large_exit = Exit::Success;
        let options = Options { max_leaves: self.max_leaves, use_floats: !self.no_float };
        let certified = match certify(&instance, &options) {
            Ok(certified) => certified,
            Err(refused) => {
                return self.failed(&name, &InstanceError::of_file("bug", refused.to_string()), Exit::Bug);
            }
        };
        let mut second_way = String::new();
        if self.exhaustive {
            match decide_exhaustively(&instance, self.max_patterns) {
                Ok(exhaustive) => {
                    if let Some(contradiction) = exhaustive.contradiction(&instance, &certified.findings) {
                        let text =
                            format!("the two ways disagree: {contradiction}; please report this bug of relucert");
                        return self.failed(&name, &InstanceError::of_file("bug", text), Exit::Bug);
                    }
                    second_way = format!("  {} activation patterns agree\n", exhaustive.cells());
                }
                Err(too_large) => {
                    error(&format!("{name}: not decided exhaustively: {too_large}; --max-patterns allows more"));
                    too_large_exit = Exit::Undecided;
                }
            }
        }
        let comparison = certified.findings.compare(instance.expected.as_ref());
        let mut exit = match (comparison.differences.is_empty(), comparison.open.is_empty()) {
            (true, true) => Exit::Success,
            (true, false) => Exit::Undecided,
            (false, _) => Exit::Different,
        }
        .max(too_large_exit);
        let path = certificates.write(&instance.id, &certified.certificate).unwrap_or_else(|text| {
            error(&format!("the certificate can't be written: {text}"));
            exit = exit.max(Exit::Unusable);
            None
        });
        if let Err(text) = questions.write(&instance, &certified.findings) {
            error(&format!("the questions can't be written: {text}"));
            exit = exit.max(Exit::Unusable);
        }
        let report = match self.format {
            Format::Json => report::json::report(&instance, &certified, &comparison, path.as_deref()) + "\n",
            Format::Text if self.quiet && comparison.differences.is_empty() => String::new(),
            Format::Text => {
                report::text::report(&instance, &certified, &comparison, path.as_deref()) + &second_way + "\n"
            }
        };
        let expects = instance.expected.is_some();
        let line = report::summary::Line::decided(&instance.id, &certified.findings, &comparison, expects);
        Outcome { exit, report, line }
    }

    fn failed(&self, name: &str, failure: &InstanceError, exit: Exit) -> Outcome {
        let report = match self.format {
            Format::Json => report::json::error(name, failure) + "\n",
            Format::Text => {
                input_error(name, failure);
                String::new()
            }
        };
        let line = report::summary::Line::failed(
            &report::harmless(name),
            if exit == Exit::Bug { "BUG" } else { "UNREADABLE" },
        );
        Outcome { exit, report, line }
    }
}
