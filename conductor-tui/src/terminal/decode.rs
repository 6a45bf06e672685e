//! From the bytes that a terminal sends to keys, pastes and what it says of itself.
//!
//! crossterm has a reader of its own, but it takes every sequence that it does not know for keys, or
//! swallows the keys after it: an answer about the terminal's ground would be typed into the console.
//! Here whatever is not known is dropped, whole.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEventKind};

use super::sequence;

/// A longer paste is cut there.
const PASTE_BYTES_MAX: usize = 256 * 1024;
/// No sequence and no answer that is waited for is longer.
const SEQUENCE_BYTES_MAX: usize = 4096;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const PASTE_BEGIN: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// What came from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// A key, a paste, the mouse, the focus or a new size.
    Event(Event),
    /// The terminal's ground is light, or dark.
    Ground { light: bool },
    /// It has come to the question whether it is there, and so has shown all that went before.
    Here,
}

impl Input {
    /// The column and the row of a click with the left button.
    pub(crate) fn clicked(&self) -> Option<(u16, u16)> {
        match self {
            Self::Event(Event::Mouse(mouse))
                if mouse.kind == MouseEventKind::Down(MouseButton::Left) =>
            {
                Some((mouse.column, mouse.row))
            }
            _ => None,
        }
    }

    pub(super) fn key(code: KeyCode, modifiers: KeyModifiers) -> Self {
        Self::Event(Event::Key(KeyEvent::new(code, modifiers)))
    }
}

/// What the first bytes are: so many of them, and what they mean, if anything.
pub(super) type Step = Option<(usize, Option<Input>)>;

/// Bytes that have not become input so far.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    bytes: Vec<u8>,
    /// The rest of a paste that was too long is dropped up to its end.
    dropping: bool,
}

impl Decoder {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next input that is complete.
    pub(crate) fn next(&mut self) -> Option<Input> {
        loop {
            let (taken, input) = if self.dropping { self.drop_paste() } else { self.step() }?;
            self.bytes.drain(..taken.min(self.bytes.len()));
            if input.is_some() {
                return input;
            }
        }
    }

    /// Whether something has begun that time decides about: a paste takes as long as it takes.
    pub(crate) fn waits(&self) -> bool {
        !self.bytes.is_empty() && !self.dropping && !self.bytes.starts_with(PASTE_BEGIN)
    }

    /// Whether the one byte that waits may be the Esc key.
    pub(crate) fn is_lone_escape(&self) -> bool {
        self.bytes == [ESC]
    }

    /// Nothing more came in time: what waits is a key by itself, or is nothing.
    pub(crate) fn give_up(&mut self) -> Option<Input> {
        let bytes = std::mem::take(&mut self.bytes);
        match bytes.as_slice() {
            [ESC] => Some(Input::key(KeyCode::Esc, KeyModifiers::NONE)),
            [ESC, rest] => plain(&[*rest]).and_then(|(_, input)| input).map(with_alt),
            _ => None,
        }
    }

    fn step(&mut self) -> Step {
        if self.bytes.starts_with(PASTE_BEGIN) {
            return self.paste();
        }
        step(&self.bytes)
    }

    fn paste(&mut self) -> Step {
        let text = &self.bytes[PASTE_BEGIN.len()..];
        let (text, taken) = match find(text, PASTE_END) {
            Some(end) => (&text[..end], PASTE_BEGIN.len() + end + PASTE_END.len()),
            None if text.len() > PASTE_BYTES_MAX => {
                self.dropping = true;
                (text, self.bytes.len())
            }
            None => return None,
        };
        let text = String::from_utf8_lossy(text).into_owned();
        Some((taken, Some(Input::Event(Event::Paste(text)))))
    }

    fn drop_paste(&mut self) -> Step {
        if let Some(end) = find(&self.bytes, PASTE_END) {
            self.dropping = false;
            return Some((end + PASTE_END.len(), None));
        }
        // Its end may have come in part.
        let kept = self.bytes.len().min(PASTE_END.len() - 1);
        self.bytes.drain(..self.bytes.len() - kept);
        None
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn step(bytes: &[u8]) -> Step {
    match bytes {
        [] | [ESC] => None,
        // Two of them are the Esc key, and whatever the second begins.
        [ESC, ESC, ..] => Some((1, Some(Input::key(KeyCode::Esc, KeyModifiers::NONE)))),
        [ESC, b'[', ..] => control(bytes),
        [ESC, b'O'] => None,
        [ESC, b'O', last, ..] => Some((3, sequence::of_final(*last, KeyModifiers::NONE))),
        [ESC, b']' | b'P' | b'_' | b'^' | b'X', ..] => string(bytes),
        [ESC, rest @ ..] => plain(rest).map(|(taken, input)| (taken + 1, input.map(with_alt))),
        _ => plain(bytes),
    }
}

/// `ESC [`, parameters, a last byte.
fn control(bytes: &[u8]) -> Step {
    if bytes.get(2) == Some(&b'[') {
        // The Linux console's first function keys.
        let last = *bytes.get(3)?;
        let number = last.wrapping_sub(b'A').wrapping_add(1);
        let key = (1..=5).contains(&number).then_some(KeyCode::F(number));
        return Some((4, key.map(|code| Input::key(code, KeyModifiers::NONE))));
    }
    for (at, byte) in bytes.iter().enumerate().skip(2) {
        match byte {
            // The old form of the mouse: three bytes follow.
            b'M' if at == 2 => return (bytes.len() >= 6).then_some((6, None)),
            0x40..=0x7e => return Some((at + 1, sequence::of(&bytes[2..at], *byte))),
            0x20..=0x3f if at < SEQUENCE_BYTES_MAX => {}
            // It broke off; what follows is something of its own.
            _ => return Some((at, None)),
        }
    }
    None
}

/// `ESC ]` and its kin: text up to BEL or `ESC \`.
fn string(bytes: &[u8]) -> Step {
    for (at, byte) in bytes.iter().enumerate().skip(2) {
        let (end, taken) = match (*byte, bytes.get(at + 1)) {
            (BEL, _) => (at, at + 1),
            (ESC, Some(b'\\')) => (at, at + 2),
            (ESC, None) => return None,
            (ESC, Some(_)) => return Some((at, None)),
            _ if at >= SEQUENCE_BYTES_MAX => return Some((at, None)),
            _ => continue,
        };
        let said = (bytes[1] == b']').then(|| sequence::of_answer(&bytes[2..end])).flatten();
        return Some((taken, said));
    }
    None
}

/// A key that sends what it is.
fn plain(bytes: &[u8]) -> Step {
    let control = |c: u8| (KeyCode::Char(char::from(c)), KeyModifiers::CONTROL);
    let (code, modifiers) = match *bytes.first()? {
        b'\r' => (KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => (KeyCode::Tab, KeyModifiers::NONE),
        0x7f => (KeyCode::Backspace, KeyModifiers::NONE),
        0 => control(b' '),
        c @ 0x01..=0x1a => control(c - 1 + b'a'),
        c @ 0x1c..=0x1f => control(c - 0x1c + b'4'),
        ESC => (KeyCode::Esc, KeyModifiers::NONE),
        _ => return letter(bytes),
    };
    Some((1, Some(Input::key(code, modifiers))))
}

/// A character in UTF-8; a byte that begins none is dropped.
fn letter(bytes: &[u8]) -> Step {
    let cells = match bytes[0] {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Some((1, None)),
    };
    let Some(character) = bytes.get(..cells) else {
        let whole = bytes[1..].iter().all(|byte| (0x80..0xc0).contains(byte));
        return if whole { None } else { Some((1, None)) };
    };
    let Some(c) = std::str::from_utf8(character).ok().and_then(|text| text.chars().next()) else {
        return Some((1, None));
    };
    Some((cells, Some(sequence::character(c, KeyModifiers::NONE))))
}

fn with_alt(input: Input) -> Input {
    match input {
        Input::Event(Event::Key(mut key)) => {
            key.modifiers |= KeyModifiers::ALT;
            Input::Event(Event::Key(key))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::input::Key;

    /// What bytes are, in words; `!` is what was given up on at their end.
    fn read(bytes: &[u8]) -> String {
        let mut decoder = Decoder::default();
        decoder.feed(bytes);
        let mut said: Vec<String> = Vec::new();
        while let Some(input) = decoder.next() {
            said.push(word(&input));
        }
        if decoder.waits() {
            said.push(decoder.give_up().map_or("!".into(), |input| format!("!{}", word(&input))));
        }
        said.join(" ")
    }

    fn word(input: &Input) -> String {
        match input {
            Input::Event(Event::Key(key)) => Key::from(*key).to_string(),
            Input::Event(Event::Paste(text)) => format!("paste({text})"),
            Input::Event(Event::Mouse(mouse)) => format!("{:?}", mouse.kind),
            Input::Event(other) => format!("{other:?}"),
            Input::Ground { light: true } => "light".into(),
            Input::Ground { light: false } => "dark".into(),
            Input::Here => "here".into(),
        }
    }

    #[test]
    fn keys_are_what_terminals_send_for_them() {
        assert_eq!(read(b"cG? \r\t\x7f\x04\x1a"), "c G ? Space Enter Tab Backspace ^d ^z");
        assert_eq!(read("é日".as_bytes()), "é 日");
        assert_eq!(read(b"\x1b[A\x1bOB\x1b[1;5C\x1b[D"), "Up Down ^Right Left");
        assert_eq!(read(b"\x1b[Z\x1b[H\x1bOF\x1b[5~\x1b[6~"), "S-Tab Home End PgUp PgDn");
        assert_eq!(read(b"\x1bOP\x1b[15~\x1b[24~\x1b[[A\x1b[3~"), "F1 F5 F12 F1 Delete");
        assert_eq!(read(b"\x1bx\x1b\x1b[A"), "A-x Esc Up");
        assert_eq!(read(b"\x1b[97;5u\x1b[27;5;13~"), "^a ^Enter");
    }

    #[test]
    fn time_tells_the_esc_key_from_a_sequence() {
        assert_eq!(read(b"\x1b"), "!Esc");
        assert_eq!(read(b"a\x1b]"), "a !A-]");
        assert_eq!(read(b"\x1b[1;"), "!");
        let mut decoder = Decoder::default();
        decoder.feed(b"\x1b");
        assert_eq!(decoder.next(), None);
        assert!(decoder.is_lone_escape());
        decoder.feed(b"[A");
        assert_eq!(decoder.next().map(|input| word(&input)), Some("Up".into()));
    }

    /// sxyazi/yazi#2843: whenever an answer comes, it is one, and no keys.
    #[test]
    fn what_a_terminal_says_of_itself_is_never_typed() {
        assert_eq!(read(b"\x1b]11;rgb:1414/1717/1c1c\x1b\\j"), "dark j");
        assert_eq!(read(b"\x1b]11;rgb:ff/ff/ff\x07"), "light");
        assert_eq!(read(b"\x1b]11;rgba:f/f/f/f\x07"), "light");
        assert_eq!(read(b"\x1b[?997;1nx\x1b[?997;2n"), "dark x light");
        assert_eq!(read(b"\x1b[0nj\x1b[3n"), "here j");
        assert_eq!(read(b"\x1b[?62;4c\x1b[24;80R\x1b[?2031;2$yq"), "q");
        assert_eq!(read(b"\x1bP1+r544e\x1b\\q\x1b_Gi=1;OK\x1b\\r"), "q r");
        assert_eq!(read(b"\x1b]11;rgb:zz\x07\x1b]52;c;Y2FuY2Vs\x07"), "");
        assert_eq!(read(b"\x1b[<64;3;4Mj\x1b[M !!k"), "ScrollUp j k");
        assert_eq!(read(b"\x1b[I\x1b[O"), "FocusGained FocusLost");
    }

    #[test]
    fn a_paste_is_one_piece_whatever_is_in_it() {
        assert_eq!(read(b"\x1b[200~c\rq\x1b[A\x1b[201~x"), "paste(c\rq\x1b[A) x");
        let mut decoder = Decoder::default();
        for byte in b"\x1b[200~yes\x1b[201~" {
            assert!(decoder.next().is_none());
            decoder.feed(&[*byte]);
        }
        assert_eq!(decoder.next().map(|input| word(&input)), Some("paste(yes)".into()));
    }

    #[test]
    fn a_paste_without_end_is_bounded() {
        let mut decoder = Decoder::default();
        decoder.feed(PASTE_BEGIN);
        let mut pastes = 0;
        for _ in 0..200 {
            decoder.feed(&[b'r'; 4096]);
            while let Some(input) = decoder.next() {
                assert!(matches!(input, Input::Event(Event::Paste(_))));
                pastes += 1;
            }
        }
        assert_eq!(pastes, 1);
        assert!(decoder.bytes.len() < 16);
        decoder.feed(b"\x1b[201~j");
        assert_eq!(decoder.next().map(|input| word(&input)), Some("j".into()));
    }

    proptest! {
        /// However the bytes are cut up, they are the same input, and nothing waits for ever.
        #[test]
        fn it_does_not_matter_how_bytes_arrive(
            bytes in prop::collection::vec(
                prop_oneof![
                    Just(0x1b_u8), Just(b'['), Just(b']'), Just(b';'), Just(b'O'), Just(b'?'),
                    Just(b'2'), Just(b'0'), Just(b'~'), Just(0x07), Just(b'\\'), any::<u8>(),
                ],
                0..60,
            ),
            cut in 0_usize..60,
        ) {
            let whole = read(&bytes);
            let mut decoder = Decoder::default();
            let mut said = Vec::new();
            for part in [&bytes[..cut.min(bytes.len())], &bytes[cut.min(bytes.len())..]] {
                decoder.feed(part);
                while let Some(input) = decoder.next() {
                    said.push(word(&input));
                }
            }
            if decoder.waits() {
                said.push(decoder.give_up().map_or("!".into(), |i| format!("!{}", word(&i))));
            }
            prop_assert_eq!(said.join(" "), whole);
        }
    }
}
