//! The few words that attributes of principals and tenants are made of.

/// How much may go wrong.
pub const RISKS: [&str; 3] = ["low", "medium", "high"];

/// How sensitive data is, from the least on.
pub const SENSITIVITIES: [&str; 4] = ["public", "internal", "confidential", "restricted"];

/// How a tenant is governed.
pub const PROFILES: [&str; 3] = ["internal", "white-label", "saas"];

/// Characters of a name.
pub(super) const NAME_CHARS_MAX: usize = 64;

/// Whether a word has the form of a name: letters, digits, `_`, `.` and `-`.
pub(crate) fn is_name(word: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    !word.is_empty() && word.len() <= NAME_CHARS_MAX && word.bytes().all(known)
}

/// A caller's word for a message, cut where it is long.
pub(crate) fn shown(word: &str) -> String {
    word.chars().take(NAME_CHARS_MAX).flat_map(char::escape_debug).collect()
}
