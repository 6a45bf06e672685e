//! Names of parts: what somebody else chose is one part of a path and no more.

use crate::limits::PACK_NAME_CHARS_MAX;

/// A name as one part of a path: what is no letter, digit or harmless sign is written as `%` and two
/// hexadecimal digits. So no name leads elsewhere, and no two names are one.
pub(super) fn one_part(name: &str) -> String {
    let plain = |at: usize, byte: u8| match byte {
        // A name of dots would be a folder.
        b'.' => at > 0,
        b'_' | b'-' | b'[' | b']' | b'=' | b',' | b'+' | b'@' | b':' => true,
        _ => byte.is_ascii_alphanumeric(),
    };
    let written = |(at, byte): (usize, u8)| match plain(at, byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    let mut part = String::new();
    for letters in name.bytes().enumerate().map(written) {
        if part.len() + letters.len() > PACK_NAME_CHARS_MAX {
            break;
        }
        part.push_str(&letters);
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_elsewhere_and_no_two_are_one() {
        for (name, written) in [
            ("a", "a"),
            ("patch[web-1]", "patch[web-1]"),
            ("patch[../../a]", "patch[..%2F..%2Fa]"),
            ("..", "%2E."),
            ("a//b", "a%2F%2Fb"),
            ("a%2Fb", "a%252Fb"),
            ("ü b", "%C3%BC%20b"),
        ] {
            assert_eq!(one_part(name), written);
        }
        assert_eq!(one_part(&"/".repeat(1_000)).len(), PACK_NAME_CHARS_MAX);
    }
}
