//! `relucert verify`

use super::Exit;
use super::output::error;
use clap::Args;
use relucert_checker::{Outcome, read_file, verify};
use std::io::Write;

/// Check a certificate against its instance; the same as relucert-check and checker/check.py
#[derive(Debug, Args)]
#[command(after_help = "The last line is 's VERIFIED <claims>' (exit 0), 's REJECTED <code>' (20) or
's UNREADABLE <code>' (2); the codes are listed in docs/certificate.md.")]
pub(super) struct Verify {
    /// The instance file, or - for standard input
    instance: String,
    /// The certificate file, or - for standard input
    certificate: String,
    /// Print the status line only
    #[arg(long, short)]
    quiet: bool,
    /// Largest input file, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    max_input: u64,
}

impl Verify {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        if self.instance == "-" && self.certificate == "-" {
            error("only one of the two can be standard input");
            return Ok(Exit::Unusable);
        }
        let files = read_file(self.instance.as_ref(), self.max_input)
            .and_then(|instance| Ok((instance, read_file(self.certificate.as_ref(), self.max_input)?)));
        let outcome = match files {
            Ok((instance, certificate)) => verify(&instance, &certificate),
            Err(refusal) => Outcome(Err(refusal)),
        };
        if let (Err(refusal), false) = (&outcome.0, self.quiet) {
            error(&crate::report::harmless(&refusal.text));
        }
        writeln!(anstream::stdout(), "{}", outcome.status_line())?;
        Ok(match outcome.0 {
            Ok(_) => Exit::Success,
            Err(refusal) if refusal.unreadable => Exit::Unusable,
            Err(_) => Exit::Different,
        })
    }
}
