//! A passphrase, asked for at the terminal without showing it.

use std::io;

use conductor_keys::ssh_key::Passphrase;
use crossterm::{
    event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    terminal::{disable_raw_mode, enable_raw_mode},
};

use crate::cli::{failure::Failure, output::Output};

/// Bytes of the longest one; room for it is made once, so that growing leaves no copy behind.
const BYTES_MAX: usize = 1_024;

/// Lets the terminal show again what is typed, however the question ends.
struct Hidden;

impl Hidden {
    fn begin() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        disable_raw_mode().ok();
    }
}

/// Asks for it. Ctrl-C and Ctrl-D give up.
pub(super) fn ask(question: &str, output: &mut Output) -> Result<Passphrase, Failure> {
    // Hidden first: whoever types ahead is not shown either.
    let hidden = Hidden::begin()?;
    output.prompt(question)?;
    let read = read();
    drop(hidden);
    output.note("")?;
    read.map_err(|error| Failure::local("read the passphrase", error))?.ok_or(Failure::Interrupted)
}

fn read() -> io::Result<Option<Passphrase>> {
    let mut text = String::with_capacity(BYTES_MAX);
    loop {
        match event::read()? {
            Event::Key(key) => match typed(key) {
                Typed::Letter(letter) if text.len() + letter.len_utf8() <= BYTES_MAX => {
                    text.push(letter);
                }
                Typed::Back => drop(text.pop()),
                Typed::Done => return Ok(Some(Passphrase::new(text))),
                Typed::GaveUp => {
                    drop(Passphrase::new(text));
                    return Ok(None);
                }
                Typed::Letter(_) | Typed::Nothing => {}
            },
            Event::Paste(pasted) if text.len() + pasted.len() <= BYTES_MAX => {
                text.push_str(&pasted)
            }
            _ => {}
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Letter(char),
    Back,
    Done,
    GaveUp,
    Nothing,
}

fn typed(key: KeyEvent) -> Typed {
    if key.kind == KeyEventKind::Release {
        return Typed::Nothing;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => Typed::Done,
        KeyCode::Char('j' | 'm') if control => Typed::Done,
        KeyCode::Char('c' | 'd') if control => Typed::GaveUp,
        KeyCode::Esc => Typed::GaveUp,
        KeyCode::Backspace => Typed::Back,
        KeyCode::Char(letter) if !control => Typed::Letter(letter),
        _ => Typed::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_letters_or_end_it() {
        let check = |code, modifiers, expected| {
            assert_eq!(typed(KeyEvent::new(code, modifiers)), expected);
        };
        check(KeyCode::Char('ä'), KeyModifiers::NONE, Typed::Letter('ä'));
        check(KeyCode::Char('A'), KeyModifiers::SHIFT, Typed::Letter('A'));
        check(KeyCode::Char('c'), KeyModifiers::CONTROL, Typed::GaveUp);
        check(KeyCode::Char('u'), KeyModifiers::CONTROL, Typed::Nothing);
        check(KeyCode::Enter, KeyModifiers::NONE, Typed::Done);
        check(KeyCode::Backspace, KeyModifiers::NONE, Typed::Back);
        check(KeyCode::Left, KeyModifiers::NONE, Typed::Nothing);
    }
}
