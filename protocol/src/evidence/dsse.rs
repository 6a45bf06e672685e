//! DSSE envelopes and sigstore bundles: what is in them. Whose signature it is says `keys`.

use serde::Deserialize;

use super::{EvidenceError, Found, limits::PARTS_MAX, statement};

const FORMAT: &str = "DSSE envelope";
const BUNDLE: &str = "sigstore bundle";
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle";
/// What the payload has to be to be looked at.
const IN_TOTO: &str = "application/vnd.in-toto+json";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

#[derive(Deserialize)]
struct Signature {
    sig: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bundle {
    media_type: String,
    dsse_envelope: Envelope,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let envelope: Envelope =
        serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(FORMAT, &error))?;
    open(&envelope)
}

pub(super) fn read_bundle(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let bundle: Bundle =
        serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(BUNDLE, &error))?;
    if !bundle.media_type.starts_with(MEDIA_TYPE) {
        return Err(EvidenceError::new(BUNDLE, format!("`mediaType` is not {MEDIA_TYPE}…")));
    }
    if bundle.dsse_envelope.signatures.len() != 1 {
        return Err(EvidenceError::new(BUNDLE, "its envelope has not exactly one signature"));
    }
    open(&bundle.dsse_envelope)
}

fn open(envelope: &Envelope) -> Result<Found, EvidenceError> {
    let refuse = |problem: &str| Err(EvidenceError::new(FORMAT, problem));
    if envelope.signatures.is_empty() || envelope.signatures.len() > PARTS_MAX {
        return refuse("it has no signature");
    }
    if envelope.signatures.iter().any(|one| decode(&one.sig).is_none_or(|sig| sig.is_empty())) {
        return refuse("a signature is empty, or no base64");
    }
    let Some(payload) = decode(&envelope.payload) else {
        return refuse("its payload is no base64");
    };
    if envelope.payload_type != IN_TOTO {
        return Ok(Found { enveloped: true, ..Found::default() });
    }
    Ok(Found { enveloped: true, ..statement::read(&payload)? })
}

/// Base64 of either alphabet, as DSSE lets it be.
fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 3);
    for group in digits.chunks(4) {
        if group.len() == 1 {
            return None;
        }
        let mut bits = 0_u32;
        for digit in group {
            bits = bits << 6 | value(*digit)?;
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    Some(match digit {
        b'A'..=b'Z' => u32::from(digit - b'A'),
        b'a'..=b'z' => u32::from(digit - b'a') + 26,
        b'0'..=b'9' => u32::from(digit - b'0') + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_both_alphabets() {
        assert_eq!(decode("").unwrap(), b"");
        assert_eq!(decode("Zg==").unwrap(), b"f");
        assert_eq!(decode("Zm8").unwrap(), b"fo");
        assert_eq!(decode("Zm9v").unwrap(), b"foo");
        assert_eq!(decode("-_-_"), decode("+/+/"));
        for bad in ["Z", "Zm9v Zg", "Zm9v!", "Z===="] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
