//! Modes of a terminal that are on after all that it was told.

use std::collections::BTreeSet;

/// The cursor is seen.
const CURSOR: u16 = 25;

/// Private modes that were switched on and not off again; a cursor that is hidden counts as one.
pub(crate) fn left_on(bytes: &[u8]) -> BTreeSet<u16> {
    let mut on = BTreeSet::new();
    for at in starts(bytes) {
        let rest = &bytes[at..];
        let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b';');
        let Some(end) = end.filter(|end| matches!(rest[*end], b'h' | b'l')) else { continue };
        let numbers = String::from_utf8_lossy(&rest[..end]).into_owned();
        for number in numbers.split(';').filter_map(|number| number.parse().ok()) {
            // Of all of them the cursor alone is on by itself.
            let set = (rest[end] == b'h') != (number == CURSOR);
            if set {
                on.insert(number);
            } else {
                on.remove(&number);
            }
        }
    }
    on
}

/// Where parameters of private modes begin.
fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.windows(3).enumerate().filter(|(_, window)| *window == b"\x1b[?").map(|(at, _)| at + 3)
}

#[test]
fn what_was_switched_off_again_is_not_left_on() {
    let all = b"\x1b[?1049h\x1b[?25l\x1b[?1000;1006hx\x1b[?2026l\x1b[?1006l";
    assert_eq!(left_on(all), BTreeSet::from([25, 1000, 1049]));
    assert!(left_on(b"\x1b[?25l\x1b[?25h\x1b[0m").is_empty());
}
