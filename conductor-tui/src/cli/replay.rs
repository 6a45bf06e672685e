//! `conductor replay`: plays a session that `conductor --record` or `:record` wrote.

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
};

use clap::Args;
use conductor_tui::app::{self, Exit as Ended, Manner, RecordingProblem};

use super::{failure::Failure, grammar, output::Output};

/// See the module.
#[derive(Debug, Args)]
#[command(after_help = "\
It asks no daemon and changes nothing. Space pauses, the right arrow goes on by one key or answer, + \
and - change the pace, Home or g begins again, q leaves. Where the console is told in lines (--plain, or \
TERM is dumb) the recording is, too.

Examples:
  conductor --record session.jsonl      record what happens on the screen
  conductor replay session.jsonl        see it again
  conductor replay session.jsonl --last its last screen, as text")]
pub(crate) struct ReplayArgs {
    /// The recording
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print its last screen as text
    #[arg(long)]
    last: bool,
    /// Tell it in lines, as `conductor --plain` tells the console
    #[arg(long, conflicts_with = "last")]
    pub(super) plain: bool,
}

/// Runs the command.
pub(super) fn run(args: &ReplayArgs, manner: Manner, output: &mut Output) -> Result<(), Failure> {
    if args.last {
        let screen = app::last_screen(&args.file, grammar::grammar).map_err(wrong)?;
        return Ok(output.raw(screen.as_bytes())?);
    }
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        let message = "a recording is played on a terminal";
        return Err(Failure::usage(message, "with --last its last screen is printed as text"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::local("start the runtime", error))?;
    let played = runtime.block_on(app::replay(&args.file, manner, grammar::grammar));
    runtime.shutdown_background();
    match played {
        Ok(Ended::Quit) => Ok(()),
        Ok(Ended::Signal(signal)) => Err(Failure::Signal(signal)),
        Err(app::Error::Recording(problem)) => Err(wrong(problem)),
        Err(app::Error::Config(message)) => Err(Failure::usage(message, "correct the flag")),
        Err(app::Error::Terminal(error)) => Err(Failure::local("use the terminal", error)),
    }
}

/// A recording that can't be played or made.
pub(super) fn wrong(problem: RecordingProblem) -> Failure {
    match problem {
        RecordingProblem::File(path, error) => Failure::local(format!("open {path}"), error),
        line @ RecordingProblem::Line { .. } => {
            Failure::usage(line.to_string(), "`conductor --record FILE` makes a recording")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_can_not_be_opened_ends_the_sentence_failed_to() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        let told = wrong(RecordingProblem::File("/nope/x.jsonl".to_owned(), missing)).to_string();
        assert!(told.starts_with("open /nope/x.jsonl: "), "{told}");
    }
}
