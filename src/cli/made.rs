//! Options of the commands that make one instance from another or from a network: where it goes, and how the report on it
//! is printed.

use super::output::{error, write_file};
use super::{Exit, Format};
use crate::problem::Instance;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Made {
    /// Write the instance here; otherwise to standard output, after the report on standard error
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How the report is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
    /// No report where everything went as it should
    #[arg(long, short)]
    quiet: bool,
    /// Largest input file, in bytes, also unpacked
    #[arg(long, value_name = "BYTES", default_value_t = relucert_checker::MAX_INPUT)]
    pub(super) max_input: u64,
}

impl Made {
    /// Writes the instance, and prints the report in the form that is asked for; each is told the path of the instance.
    /// `exit`: how the command ends, if all of this can be written. JSON reports are one line.
    pub(super) fn print(
        &self, instance: &Instance, text: impl FnOnce(Option<&str>) -> String,
        json: impl FnOnce(Option<&str>) -> String, exit: Exit,
    ) -> std::io::Result<Exit> {
        if let Some(path) = &self.out
            && let Err(text) = write_file(path, &instance.text)
        {
            error(&text);
            return Ok(Exit::Unusable);
        }
        let path = self.out.as_ref().map(|path| path.display().to_string());
        if self.format == Format::Json {
            writeln!(std::io::stdout(), "{}", json(path.as_deref()))?;
            return Ok(exit);
        }
        let report = if self.quiet && exit == Exit::Success { String::new() } else { text(path.as_deref()) };
        if path.is_some() {
            write!(anstream::stdout(), "{report}")?;
        } else {
            // The instance is the result then, and the report an explanation.
            write!(anstream::stderr(), "{report}")?;
            std::io::stdout().write_all(&instance.text)?;
        }
        Ok(exit)
    }
}
