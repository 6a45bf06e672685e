//! What an enrolled key is made of: the types that there are, the characters that may stand in a
//! line of allowed signers.
//!
//! That a key is one, and has this fingerprint, whoever read it knows.

use conductor_protocol::error_code::Code;

use super::{
    Enrolled, NAMESPACES,
    limits::{COMMENT_BYTES_MAX, KEY_BYTES_MAX, PRINCIPAL_BYTES_MAX},
};
use crate::{Refusal, org::words::shown, time::Timestamp};

/// The types of keys that are taken.
const TYPES: [&str; 7] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];
/// Kinds of principals that are nobody who could hold a key: programs come with tokens.
const NOBODY: [&str; 4] = ["service", "system", "task", "worker"];

/// The types of keys that are taken.
#[must_use]
pub const fn types_taken() -> &'static [&'static str] {
    &TYPES
}

/// Whether a principal's name means several, as that of a CA may.
#[must_use]
pub fn is_pattern(principal: &str) -> bool {
    principal.contains(['*', '?', '!', ','])
}

/// Whether everything about a key is as it can be.
pub(super) fn check(wanted: &Enrolled, now: Timestamp) -> Result<(), Refusal> {
    check_principal(wanted)?;
    let (kind, base64) = wanted.key.split_once(' ').unwrap_or((&wanted.key, ""));
    if !TYPES.contains(&kind) {
        let message = format!("a key of type `{}` is not taken", shown(kind));
        return Err(invalid(message, format!("the types are {}", TYPES.join(", "))));
    }
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if base64.is_empty() || wanted.key.len() > KEY_BYTES_MAX || !base64.bytes().all(known) {
        return Err(invalid("the key is not a type and base64".into(), "give the `.pub` file"));
    }
    if wanted.comment.len() > COMMENT_BYTES_MAX || wanted.comment.contains(char::is_control) {
        let message = format!("a comment is of up to {COMMENT_BYTES_MAX} bytes, in one line");
        return Err(invalid(message, "shorten it, or leave it out"));
    }
    check_namespaces(&wanted.namespaces)?;
    match (wanted.valid_after, wanted.valid_before) {
        (Some(first), Some(last)) if last <= first => {
            Err(invalid("the key would end before it begins".into(), "name a later end"))
        }
        (_, Some(last)) if last <= now => {
            Err(invalid("the key's time is over already".into(), "name an end that is to come"))
        }
        _ => Ok(()),
    }
}

fn check_namespaces(namespaces: &[String]) -> Result<(), Refusal> {
    let names = || format!("the namespaces are {}", NAMESPACES.join(", "));
    if namespaces.is_empty() {
        return Err(invalid("the key may sign nothing".into(), names()));
    }
    match namespaces.iter().find(|name| !NAMESPACES.contains(&name.as_str())) {
        Some(bad) => {
            let message = format!("there is no namespace `{}` that keys sign for here", shown(bad));
            Err(invalid(message, names()))
        }
        None => Ok(()),
    }
}

fn check_principal(wanted: &Enrolled) -> Result<(), Refusal> {
    let name = wanted.principal.as_str();
    if is_pattern(name) && !wanted.cert_authority {
        return Err(invalid(
            format!("a key is one principal's, and `{}` may be several", shown(name)),
            "name one; a CA may vouch for several",
        ));
    }
    let known = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'#');
    let well = name.len() <= PRINCIPAL_BYTES_MAX && name.bytes().all(known);
    if well && name.split(',').all(is_somebody) {
        return Ok(());
    }
    let hint = "name them like `uid:1000`; of a CA the part after the colon may be a pattern, as in \
                `uid:*`";
    Err(invalid(format!("`{}` is nobody who could hold a key", shown(name)), hint))
}

/// Whether a name, or a pattern, says of what kind the principals are, and they are people.
fn is_somebody(name: &str) -> bool {
    let name = name.strip_prefix('!').unwrap_or(name);
    name.split_once(':').is_some_and(|(kind, name)| {
        !kind.is_empty() && !is_pattern(kind) && !NOBODY.contains(&kind) && !name.is_empty()
    })
}

pub(super) fn invalid(message: String, hint: impl Into<String>) -> Refusal {
    Refusal::new(Code::KeyInvalid, message, hint)
}
