//! A passphrase, asked for at the terminal without showing it.

use std::io;

use conductor_keys::ssh_key::Passphrase;
use conductor_tui::signing::{Hidden, Typed};
use crossterm::{
    event::{self, Event},
    terminal::{disable_raw_mode, enable_raw_mode},
};

use crate::cli::{failure::Failure, output::Output};

/// Lets the terminal show again what is typed, however the question ends.
struct Raw;

impl Raw {
    fn begin() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        disable_raw_mode().ok();
    }
}

/// Asks for it. Ctrl-C and Ctrl-D give up.
pub(super) fn ask(question: &str, output: &mut Output) -> Result<Passphrase, Failure> {
    // Hidden first: whoever types ahead is not shown either.
    let raw = Raw::begin()?;
    output.prompt(question)?;
    let read = read();
    drop(raw);
    output.note("")?;
    read.map_err(|error| Failure::local("read the passphrase", error))?.ok_or(Failure::Interrupted)
}

fn read() -> io::Result<Option<Passphrase>> {
    let mut hidden = Hidden::default();
    loop {
        match event::read()? {
            Event::Key(key) => match hidden.on_key(key) {
                Typed::Open => {}
                Typed::Done(passphrase) => return Ok(Some(passphrase)),
                Typed::GaveUp => return Ok(None),
            },
            Event::Paste(pasted) => hidden.paste(&pasted),
            _ => {}
        }
    }
}
