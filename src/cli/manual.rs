//! `relucert completions` and `relucert man`: made from the command line's own description.

use super::output::error;
use super::{Arguments, Exit};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::io::Write;
use std::path::PathBuf;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  relucert completions bash > ~/.local/share/bash-completion/completions/relucert
  relucert completions zsh > ~/.zfunc/_relucert
  relucert completions fish > ~/.config/fish/completions/relucert.fish")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "relucert", &mut script);
        std::io::stdout().write_all(&script)?;
        Ok(Exit::Success)
    }
}

/// Write man pages into a folder, one for each command
#[derive(Debug, Args)]
#[command(after_help = "Example:
  relucert man ~/.local/share/man/man1 && man relucert-report")]
pub(super) struct Man {
    /// The folder, made if need be
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(&self) -> std::io::Result<Exit> {
        let made = std::fs::create_dir_all(&self.folder)
            .and_then(|()| clap_mangen::generate_to(Arguments::command(), &self.folder));
        if let Err(reason) = made {
            error(&format!("{}: {reason}", self.folder.display()));
            return Ok(Exit::Unusable);
        }
        Ok(Exit::Success)
    }
}
