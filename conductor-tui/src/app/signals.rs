//! The signals that end the console or give it its terminal back.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// See the module.
pub(super) struct Signals {
    term: Signal,
    hangup: Signal,
    interrupt: Signal,
    quit: Signal,
    go_on: Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            go_on: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// The number of the signal that came; none for going on after a stop.
    pub(super) async fn next(&mut self) -> Option<i32> {
        tokio::select! {
            _ = self.term.recv() => Some(SignalKind::terminate().as_raw_value()),
            _ = self.hangup.recv() => Some(SignalKind::hangup().as_raw_value()),
            _ = self.interrupt.recv() => Some(SignalKind::interrupt().as_raw_value()),
            _ = self.quit.recv() => Some(SignalKind::quit().as_raw_value()),
            _ = self.go_on.recv() => None,
        }
    }

    /// A `^C` in an editor was meant for the editor, though all of the terminal's programs got it.
    pub(super) async fn forget_interrupts(&mut self) {
        loop {
            tokio::select! {
                biased;
                _ = self.interrupt.recv() => {}
                () = std::future::ready(()) => return,
            }
        }
    }
}
