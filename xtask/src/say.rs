//! The only place where chores write to the terminal.

use std::io::{self, Write};

/// A line on standard output: the chore's result.
pub(crate) fn line(text: &str) {
    write(&mut io::stdout(), text);
}

/// A line on standard error: what is being done.
pub(crate) fn step(text: &str) {
    write(&mut io::stderr(), &format!("── {text}"));
}

/// A line on standard error: why it did not work.
pub(crate) fn error(text: &str) {
    write(&mut io::stderr(), &format!("error: {text}"));
}

fn write(to: &mut impl Write, text: &str) {
    // A reader that went away is no reason to fail.
    writeln!(to, "{text}").ok();
}
