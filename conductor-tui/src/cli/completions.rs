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

/// The name that this program was called by: a shell completes by that name only.
fn called() -> &'static str {
    let name = std::env::args_os().next();
    let name = name.as_deref().and_then(|path| std::path::Path::new(path).file_name());
    if name.is_some_and(|name| name == "maestro") { "maestro" } else { "conductor" }
}

/// Runs the command.
pub(super) fn run(args: &CompletionsArgs, output: &mut Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), called(), &mut script);
    Ok(output.raw(&script)?)
}
