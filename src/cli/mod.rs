//! Floor 8: the commands, one per file.

mod check;
mod embed;
mod folder;
mod generate;
mod input;
mod instances;
mod made;
mod manual;
mod output;
mod patterns;
mod progress;
mod questions;
mod report;
mod report_folder;
mod report_run;
mod run;
mod snap;
mod train;
mod verify;

use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;

/// How a command ended; of several outcomes the gravest counts (docs/verdicts.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Everything that was asked for is decided, and as expected; or the certificate is verified.
    Success,
    /// Something is undecided.
    Undecided,
    /// A verdict differs from the expected one, or the certificate is rejected.
    Different,
    /// Usage, input or output.
    Unusable,
    /// A bug of this program.
    Bug,
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Undecided => 10,
            Exit::Different => 20,
            Exit::Unusable => 2,
            Exit::Bug => 101,
        }
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Takes a candidate point of a one-hidden-layer ReLU-like network in exact rational arithmetic and proves what it is.
#[derive(Debug, Parser)]
#[command(name = "relucert", version, about, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Color,
    /// Threads that decide; all cores by default. The output doesn't depend on it
    #[arg(long, global = true, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

const EXAMPLES: &str = "Examples:
  relucert check instances                     all instances of a folder, held against what they expect
  relucert check point.json --certificate point.certificate.json
  relucert verify point.json point.certificate.json
  relucert verify --mutate point.json point.certificate.json    a test of the checkers
  relucert report point.json -o point.html     a page that shows what is proved, and how to check it

Exit codes: 0 decided as expected, or verified; 10 undecided; 20 different from what is expected, rejected, or a
mutant that shows an error in a checker; 2 usage, unreadable input, or output that can't be written; 101 a bug.";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Verify(verify::Verify),
    Report(report::Report),
    Patterns(patterns::ListPatterns),
    Train(train::Train),
    Snap(snap::Snap),
    Run(run::RunAll),
    Embed(embed::Embed),
    Instances(instances::Instances),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    if let Some(threads) = arguments.threads {
        // Nothing has used the pool yet, so that it can't exist already.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build_global();
    }
    let result = match arguments.command {
        Command::Check(check) => check.run(),
        Command::Verify(verify) => verify.run(),
        Command::Report(report) => report.run(),
        Command::Patterns(patterns) => patterns.run(),
        Command::Train(train) => train.run(),
        Command::Snap(snap) => snap.run(),
        Command::Run(run) => run.run(),
        Command::Embed(embed) => embed.run(),
        Command::Instances(instances) => instances.run(),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    };
    match result {
        Ok(exit) => ExitCode::from(exit.code()),
        // Whoever reads our output has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&format!("standard output can't be written: {error}"));
            ExitCode::from(Exit::Unusable.code())
        }
    }
}
