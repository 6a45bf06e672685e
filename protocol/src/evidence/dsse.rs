//! DSSE envelopes and sigstore bundles: what is in them. Whose signature it is says `keys`.

use serde::{Deserialize, de::IgnoredAny};

use super::{EvidenceError, Found, limits::SIGNATURES_MAX, statement};

const FORMAT: &str = "DSSE envelope";
const BUNDLE: &str = "sigstore bundle";
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle";
/// What the payload has to be to be looked at.
pub(super) const IN_TOTO: &str = "application/vnd.in-toto+json";

/// A payload with the signatures over it, as they stand in a file. Nothing of it is checked here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enveloped {
    /// What the payload is. It is signed, too.
    pub payload_type: String,
    /// What was signed.
    pub payload: Vec<u8>,
    /// At least one.
    pub signatures: Vec<SignatureInside>,
    /// What the signatures are said to be checked with.
    pub material: Material,
}

/// A signature in an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureInside {
    /// What is said of the key, which nobody signed; empty where nothing is.
    pub keyid: String,
    /// The signature itself.
    pub bytes: Vec<u8>,
}

/// What signatures are said to be checked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Material {
    /// A public key that is known otherwise.
    Key,
    /// A certificate that stands beside them.
    Certificate,
}

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
    #[serde(default)]
    keyid: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bundle {
    media_type: String,
    #[serde(default)]
    verification_material: Option<Verification>,
    dsse_envelope: Envelope,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    public_key: Option<PublicKey>,
    certificate: Option<IgnoredAny>,
    x509_certificate_chain: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct PublicKey {
    #[serde(default)]
    hint: String,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, EvidenceError> {
    let envelope: Envelope =
        serde_json::from_slice(bytes).map_err(|error| EvidenceError::json(FORMAT, &error))?;
    open(envelope, Material::Key, "")
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
    let said = bundle.verification_material;
    let by_certificate = said
        .as_ref()
        .is_some_and(|said| said.certificate.is_some() || said.x509_certificate_chain.is_some());
    let material = if by_certificate { Material::Certificate } else { Material::Key };
    let hint = said.and_then(|said| said.public_key).map(|key| key.hint).unwrap_or_default();
    open(bundle.dsse_envelope, material, &hint)
}

fn open(envelope: Envelope, material: Material, hint: &str) -> Result<Found, EvidenceError> {
    let refuse = |problem: &str| Err(EvidenceError::new(FORMAT, problem));
    if envelope.signatures.is_empty() {
        return refuse("it has no signature");
    }
    if envelope.signatures.len() > SIGNATURES_MAX {
        return refuse("it has more signatures than are looked at");
    }
    let mut signatures = Vec::with_capacity(envelope.signatures.len());
    for Signature { sig, keyid } in envelope.signatures {
        let Some(bytes) = decode(&sig).filter(|bytes| !bytes.is_empty()) else {
            return refuse("a signature is empty, or no base64");
        };
        let keyid = keyid.filter(|keyid| !keyid.is_empty()).unwrap_or_else(|| hint.to_owned());
        signatures.push(SignatureInside { keyid, bytes });
    }
    let Some(payload) = decode(&envelope.payload) else {
        return refuse("its payload is no base64");
    };
    let payload_type = envelope.payload_type;
    let found = match payload_type.as_str() {
        IN_TOTO => statement::read(&payload)?,
        _ => Found::default(),
    };
    let one = Enveloped { payload_type, payload, signatures, material };
    Ok(Found { envelopes: vec![one], ..found })
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
