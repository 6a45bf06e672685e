//! The console's binary, `conductor`: a command line, and the full-screen console when it is
//! started without a subcommand.

mod cli;
mod config;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
