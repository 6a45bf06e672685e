//! How the program ends: one line on standard error, and an exit code that tells supervisors and
//! scripts what to do.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

/// Why the program ends before it should.
#[derive(Debug)]
pub(crate) struct Ended {
    kind: Kind,
    error: anyhow::Error,
}

/// What kind of end it is, and its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The world failed.
    Fault = 1,
    /// It was asked for what it does not do.
    Usage = 2,
    /// Another daemon is there, or the state forbids it.
    Refused = 7,
    /// The configuration is wrong.
    Configuration = 8,
    /// The ledger is damaged: nobody should start it again before somebody looked.
    Damaged = 9,
    /// No daemon is where it was looked for.
    NoDaemon = 69,
    /// It gave up to be started again.
    StartAgain = 75,
    /// The daemon's socket is not for this user.
    NotPermitted = 77,
}

impl Ended {
    pub(crate) fn new(kind: Kind, error: impl Into<anyhow::Error>) -> Self {
        Self { kind, error: error.into() }
    }

    /// An end with a sentence of its own.
    pub(crate) fn because(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, error: anyhow::Error::msg(message.into()) }
    }

    /// Says why, on standard error.
    pub(crate) fn tell(self) -> ExitCode {
        let line = format!("conductord: {}", self.line());
        // Nobody may be listening; the exit code tells all the same.
        writeln!(io::stderr().lock(), "{line}").ok();
        ExitCode::from(self.kind as u8)
    }

    /// Why, in one line.
    pub(crate) fn line(&self) -> String {
        let chain: Vec<String> = self.error.chain().map(ToString::to_string).collect();
        chain.join(": ")
    }
}

impl From<anyhow::Error> for Ended {
    fn from(error: anyhow::Error) -> Self {
        Self { kind: Kind::Fault, error }
    }
}

/// A line on standard output. A reader that went away is no failure.
pub(crate) fn say(line: &str) -> Result<(), Ended> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Ended::new(Kind::Fault, anyhow::Error::new(error).context("write the answer")))
        }
        _ => Ok(()),
    }
}
