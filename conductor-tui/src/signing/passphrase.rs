//! A passphrase while it is typed: never shown, and wiped however it ends.

use conductor_keys::ssh_key::Passphrase;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// Bytes of the longest one; room for it is made once, so that growing leaves no copy behind.
const BYTES_MAX: usize = 1_024;

/// What came of a key.
#[derive(Debug)]
pub enum Typed {
    /// It goes on.
    Open,
    /// It is whole.
    Done(Passphrase),
    /// Whoever types has given up.
    GaveUp,
}

/// What was typed so far.
pub struct Hidden(String);

impl std::fmt::Debug for Hidden {
    /// Never shows what was typed, nor how long it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl Default for Hidden {
    fn default() -> Self {
        Self(String::with_capacity(BYTES_MAX))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl Hidden {
    /// Takes a key. Ctrl-C, Ctrl-D and Esc give up.
    pub fn on_key(&mut self, key: KeyEvent) -> Typed {
        if key.kind == KeyEventKind::Release {
            return Typed::Open;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Typed::Done(self.take()),
            KeyCode::Char('j' | 'm') if control => return Typed::Done(self.take()),
            KeyCode::Char('c' | 'd') if control => return Typed::GaveUp,
            KeyCode::Esc => return Typed::GaveUp,
            KeyCode::Backspace => drop(self.0.pop()),
            KeyCode::Char(letter) if !control => {
                self.paste(letter.encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
        Typed::Open
    }

    /// Takes a text; more than there is room for is left out whole.
    pub fn paste(&mut self, text: &str) {
        if self.0.len() + text.len() <= BYTES_MAX {
            self.0.push_str(text);
        }
    }

    fn take(&mut self) -> Passphrase {
        Passphrase::new(std::mem::take(&mut self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> (Hidden, Typed) {
        let mut hidden = Hidden::default();
        let mut last = Typed::Open;
        for (code, modifiers) in keys {
            last = hidden.on_key(KeyEvent::new(*code, *modifiers));
        }
        (hidden, last)
    }

    #[test]
    fn keys_are_letters_or_end_it() {
        use KeyModifiers as With;
        let letters = [
            (KeyCode::Char('ä'), With::NONE),
            (KeyCode::Char('A'), With::SHIFT),
            (KeyCode::Char('u'), With::CONTROL),
            (KeyCode::Left, With::NONE),
            (KeyCode::Char('x'), With::NONE),
            (KeyCode::Backspace, With::NONE),
        ];
        let (hidden, last) = typed(&letters);
        assert!(matches!(last, Typed::Open));
        assert_eq!(hidden.0, "äA");
        assert_eq!(format!("{hidden:?}"), "Hidden(…)");
        for code in [KeyCode::Esc, KeyCode::Char('c'), KeyCode::Char('d')] {
            let (_, last) = typed(&[(KeyCode::Char('x'), With::NONE), (code, With::CONTROL)]);
            assert!(matches!(last, Typed::GaveUp), "{code}");
        }
        let (hidden, last) =
            typed(&[(KeyCode::Char('x'), With::NONE), (KeyCode::Enter, With::NONE)]);
        assert!(matches!(last, Typed::Done(_)) && hidden.0.is_empty());
    }

    #[test]
    fn it_never_grows_beyond_its_room() {
        let mut hidden = Hidden::default();
        hidden.paste(&"x".repeat(BYTES_MAX + 1));
        assert_eq!(hidden.0, "");
        hidden.paste(&"x".repeat(BYTES_MAX));
        hidden.paste("y");
        assert_eq!(hidden.0.len(), BYTES_MAX);
    }
}
