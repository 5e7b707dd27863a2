//! `relucert verify`

use super::Exit;
use super::input::certificate;
use super::output::error;
use crate::mutation::{Answer, PythonChecker, find_checker, try_mutants};
use crate::report;
use clap::Args;
use relucert_checker::{Outcome, read_file, verify};
use std::io::{IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Check a certificate against its instance; the same as relucert-check and checker/check.py
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert verify point.json point.certificate.json
  relucert verify --mutate point.json point.certificate.json

The last line is 's VERIFIED <claims>' (exit 0), 's REJECTED <code>' (20) or
's UNREADABLE <code>' (2); the codes are listed in docs/certificate.md.

With --mutate it is 'm PASSED <count> mutants' (exit 0) or 'm FAILED <count>' (20), if the certificate is
verified; the rules by which an accepted mutant is harmless are listed in docs/trust.md.")]
pub(super) struct Verify {
    /// The instance file, or - for standard input
    instance: String,
    /// The certificate file, gzipped if its name ends in .gz, or - for standard input
    certificate: String,
    /// Print the status line only; with --mutate also the failures
    #[arg(long, short)]
    quiet: bool,
    /// Largest input file, in bytes; of a gzipped certificate also what it may inflate to
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    max_input: u64,
    /// Test the checkers: change every number and every part of the certificate once; the checkers, this one and
    /// check.py, must refuse each mutant, unless it is harmless
    #[arg(long)]
    mutate: bool,
    /// Most mutants for --mutate; of more, so many are chosen evenly, the same each time
    #[arg(long, value_name = "COUNT", default_value = "20000", requires = "mutate")]
    max_mutants: NonZeroUsize,
    /// Where check.py is, for --mutate; otherwise it is looked for where relucert was built, then in ./checker
    #[arg(long, value_name = "PATH", requires = "mutate")]
    python_checker: Option<PathBuf>,
}

impl Verify {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        if self.instance == "-" && self.certificate == "-" {
            error("only one of the two can be standard input");
            return Ok(Exit::Unusable);
        }
        let files = read_file(self.instance.as_ref(), self.max_input)
            .and_then(|instance| Ok((instance, certificate(self.certificate.as_ref(), self.max_input)?)));
        let outcome = match &files {
            Ok((instance, certificate)) => verify(instance, certificate),
            Err(refusal) => Outcome(Err(refusal.clone())),
        };
        if let (Ok((instance, certificate)), Ok(_), true) = (&files, &outcome.0, self.mutate) {
            return self.try_mutants(instance, &String::from_utf8_lossy(certificate));
        }
        if let (Err(refusal), false) = (&outcome.0, self.quiet) {
            error(&report::harmless(&refusal.text));
        }
        writeln!(anstream::stdout(), "{}", outcome.status_line())?;
        Ok(match outcome.0 {
            Ok(_) => Exit::Success,
            Err(refusal) if refusal.unreadable => Exit::Unusable,
            Err(_) => Exit::Different,
        })
    }

    /// `--mutate`, for a certificate that is verified.
    fn try_mutants(&self, instance: &[u8], certificate: &str) -> std::io::Result<Exit> {
        let mut rust = |certificate: &str| {
            let outcome = verify(instance, certificate.as_bytes());
            Ok(Answer { line: outcome.status_line(), exit_code: outcome.exit_code() })
        };
        let shows_progress = !self.quiet && std::io::stderr().is_terminal();
        let mut progress = |tried: usize, count: usize| {
            if shows_progress && (tried.is_multiple_of(100) || tried == count) {
                let end = if tried == count { "\r\u{1b}[K" } else { "" };
                let _ = write!(anstream::stderr(), "\r{tried} of {count} mutants{end}");
            }
        };
        let python = find_checker(self.python_checker.as_deref());
        let tally = python.and_then(|script| PythonChecker::start(&script, instance)).and_then(|mut python| {
            let mut python = |certificate: &str| python.check(certificate.as_bytes());
            try_mutants(certificate, self.max_mutants.get(), [&mut rust, &mut python], &mut progress)
        });
        let tally = match tally {
            Ok(tally) => tally,
            Err(text) => {
                error(&report::harmless(&text));
                return Ok(Exit::Unusable);
            }
        };
        let mut out = anstream::stdout();
        if !self.quiet {
            write!(out, "{}", report::mutation::counts(&tally))?;
        }
        write!(out, "{}{}", report::mutation::failures(&tally), report::mutation::last_line(&tally))?;
        Ok(if tally.failures.is_empty() { Exit::Success } else { Exit::Different })
    }
}
