//! The `relucert` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    relucert::cli::run()
}
