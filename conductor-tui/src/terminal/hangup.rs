//! Ends the process when its terminal is gone.
//!
//! A terminal that goes away sends SIGHUP, but only to those whose controlling terminal it is. To
//! everybody else it is an input that has ended, while what is written may wait for ever. So a thread
//! of its own waits for the end. There is nothing to restore then, and nobody to tell.

#![expect(
    clippy::disallowed_methods,
    reason = "the terminal is gone, and nothing is left to restore"
)]

use std::{fs::File, io, os::fd::AsFd, thread};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    termios::isatty,
};

/// What a shell reports of a program that SIGHUP ended.
const HUNG_UP: i32 = 129;

/// Watches the terminal that keys come from, until the process ends.
pub(crate) fn end_with_terminal() -> io::Result<()> {
    let watcher = thread::Builder::new().name("hangup".into());
    let stdin = io::stdin();
    // As crossterm chooses it.
    if isatty(&stdin) {
        watcher.spawn(move || end_with(&stdin))?;
    } else {
        let terminal = File::open("/dev/tty")?;
        watcher.spawn(move || end_with(&terminal))?;
    }
    Ok(())
}

fn end_with(terminal: &impl AsFd) {
    // Nothing is asked for: an end is told of unasked, and keys are not.
    let mut watched = [PollFd::new(terminal, PollFlags::empty())];
    loop {
        match poll(&mut watched, None) {
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => std::process::exit(HUNG_UP),
            // It can't be watched; SIGHUP is left.
            Err(_) => return,
        }
    }
}
