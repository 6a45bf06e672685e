//! The text of a signature: base64 between two lines.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{SIGNATURE_BYTES_MAX, SshsigError};

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
/// Characters of a line of base64, as `ssh-keygen` breaks it.
const LINE_CHARS: usize = 70;

pub(super) fn encode(bytes: &[u8]) -> String {
    let packed = BASE64_STANDARD.encode(bytes);
    let mut text = format!("{BEGIN}\n");
    let mut rest = packed.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE_CHARS));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(END);
    text.push('\n');
    text
}

/// The bytes of a text that is a signature and nothing else, however its lines are broken.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, SshsigError> {
    if text.len() > SIGNATURE_BYTES_MAX {
        return Err(SshsigError::SignatureLength);
    }
    let body = text.trim_ascii().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    let packed: String = body.ok_or(SshsigError::Armor)?.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(packed).map_err(|_| SshsigError::Armor)
}
