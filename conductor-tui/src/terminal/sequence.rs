//! What control sequences and answers of a terminal mean.

use crossterm::event::{Event, KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::decode::Input;

/// Luminance at which black and white can be read equally well on a ground.
const LUMINANCE_MIDDLE: f64 = 0.179;

/// A character that was typed; Shift is told with capital letters.
pub(super) fn character(c: char, modifiers: KeyModifiers) -> Input {
    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    Input::key(KeyCode::Char(c), modifiers | shift)
}

/// `ESC [`, these parameters, this last byte.
pub(super) fn of(parameters: &[u8], last: u8) -> Option<Input> {
    let text = std::str::from_utf8(parameters).ok()?;
    if let Some(mouse) = text.strip_prefix('<') {
        return of_mouse(mouse, last);
    }
    if let Some(private) = text.strip_prefix('?') {
        // Mode 2031: the terminal has become dark or light.
        return match (private, last) {
            ("997;1", b'n') => Some(Input::Ground { light: false }),
            ("997;2", b'n') => Some(Input::Ground { light: true }),
            _ => None,
        };
    }
    if (text, last) == ("0", b'n') {
        return Some(Input::Here);
    }
    let numbers: Vec<u32> = text.split(';').map(|part| first_number(part).unwrap_or(0)).collect();
    // A key that was let go is no key.
    if text.split(';').nth(1).is_some_and(|part| part.ends_with(":3")) {
        return None;
    }
    let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
    let modifiers = modifiers(at(1));
    match last {
        b'~' if at(0) == 27 => of_code(at(2), modifiers),
        b'~' => of_number(at(0)).map(|code| Input::key(code, modifiers)),
        b'u' => of_code(at(0), modifiers),
        // Where the cursor is, unless it is F3 with modifiers.
        b'R' if at(0) != 1 || numbers.len() != 2 => None,
        last => of_final(last, modifiers),
    }
}

fn first_number(part: &str) -> Option<u32> {
    part.split(':').next().and_then(|number| number.parse().ok())
}

fn modifiers(number: u32) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier)
}

/// A key by the last byte of its sequence.
pub(super) fn of_final(last: u8, modifiers: KeyModifiers) -> Option<Input> {
    let code = match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        b'Z' => return Some(Input::key(KeyCode::BackTab, modifiers | KeyModifiers::SHIFT)),
        b'I' => return Some(Input::Event(Event::FocusGained)),
        b'O' => return Some(Input::Event(Event::FocusLost)),
        _ => return None,
    };
    Some(Input::key(code, modifiers))
}

/// A key by the number before `~`.
fn of_number(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11 => KeyCode::F(1),
        12 => KeyCode::F(2),
        13 => KeyCode::F(3),
        14 => KeyCode::F(4),
        15 => KeyCode::F(5),
        17 => KeyCode::F(6),
        18 => KeyCode::F(7),
        19 => KeyCode::F(8),
        20 => KeyCode::F(9),
        21 => KeyCode::F(10),
        23 => KeyCode::F(11),
        24 => KeyCode::F(12),
        _ => return None,
    })
}

/// A key by its character's number, as terminals send it that are asked to tell all keys apart.
fn of_code(number: u32, modifiers: KeyModifiers) -> Option<Input> {
    let code = match number {
        9 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        127 => KeyCode::Backspace,
        number => {
            let c = char::from_u32(number).filter(|c| !c.is_control())?;
            let shifted = modifiers.contains(KeyModifiers::SHIFT);
            let c = if shifted { c.to_uppercase().next().unwrap_or(c) } else { c };
            return Some(character(c, modifiers));
        }
    };
    Some(Input::key(code, modifiers))
}

/// `<button;column;row` and `M`, or `m` where it was let go.
fn of_mouse(text: &str, last: u8) -> Option<Input> {
    let mut numbers = text.split(';').map(|part| part.parse::<u16>().ok());
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let which = match button & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (button & 0b110_0000, button & 3, last) {
        (64, 0, _) => MouseEventKind::ScrollUp,
        (64, 1, _) => MouseEventKind::ScrollDown,
        (0, 0..=2, b'M') => MouseEventKind::Down(which),
        (0, 0..=2, b'm') => MouseEventKind::Up(which),
        (32, 0..=2, _) => MouseEventKind::Drag(which),
        _ => return None,
    };
    let modifiers = [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)]
        .into_iter()
        .filter(|(bit, _)| button & bit != 0)
        .fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier);
    let (column, row) = (column.saturating_sub(1), row.saturating_sub(1));
    Some(Input::Event(Event::Mouse(MouseEvent { kind, column, row, modifiers })))
}

/// `ESC ]` and this text: of all answers only the colour of the ground was asked for.
pub(super) fn of_answer(text: &[u8]) -> Option<Input> {
    let colour = std::str::from_utf8(text).ok()?.strip_prefix("11;")?;
    let parts = colour.strip_prefix("rgb:").or_else(|| colour.strip_prefix("rgba:"))?;
    let mut light = parts.split('/').map(|part| {
        let digits = u32::try_from(part.len()).ok().filter(|digits| (1..=4).contains(digits))?;
        let value = u32::from_str_radix(part, 16).ok()?;
        let most = 16_u32.pow(digits) - 1;
        Some((f64::from(value) / f64::from(most)).powf(2.2))
    });
    let (red, green, blue) = (light.next()??, light.next()??, light.next()??);
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(Input::Ground { light: luminance > LUMINANCE_MIDDLE })
}
