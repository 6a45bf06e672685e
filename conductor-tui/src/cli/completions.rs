//! `conductor completions`: made of the command line itself.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{args::Cli, failure::Failure, output::Output};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  conductor completions bash > ~/.local/share/bash-completion/completions/conductor
  conductor completions zsh > ~/.zfunc/_conductor
  conductor completions fish > ~/.config/fish/completions/conductor.fish")]
pub(crate) struct CompletionsArgs {
    /// For this shell
    shell: Shell,
}

/// Runs the command.
pub(super) fn run(args: &CompletionsArgs, output: &mut Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "conductor", &mut script);
    Ok(output.raw(&script)?)
}
