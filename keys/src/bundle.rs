//! Sigstore bundles, version 0.3: one DSSE envelope, one signature, and a public key that is known
//! otherwise. Format: `protobuf-specs` of sigstore, as JSON.
//!
//! What a bundle may hold besides (certificates, entries of Rekor, timestamps) is none of ours, and a
//! bundle that has it is refused: nobody should take for checked what was not looked at.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{dsse, note::VerifierKey, signing::SIGNATURE_BYTES, strict_json};

/// Of which form a bundle says that it is.
pub const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// Bytes of a bundle.
pub const BUNDLE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Longer than any of ours.
    #[error("it has more than {BUNDLE_BYTES_MAX} bytes")]
    Length,
    /// Not JSON of this form.
    #[error("{0}")]
    Form(String),
    /// Of another version, or something else altogether.
    #[error("its mediaType is `{0}`, and taken is `{MEDIA_TYPE}`")]
    MediaType(String),
    /// An entry of a log of another form.
    #[error("it has entries in tlogEntries, which are not looked at: ours stand in the predicate")]
    Entries,
    /// None, or more than one.
    #[error("it has {0} signatures, and taken is one")]
    Signatures(usize),
    /// Base64 that is none, or too long or short.
    #[error("{0} is damaged")]
    Damaged(&'static str),
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What the payload is.
    pub payload_type: String,
    /// What was signed, with its type.
    pub payload: Vec<u8>,
    /// The signature, Ed25519.
    pub signature: Vec<u8>,
    /// Which key made it.
    pub hint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form {
    media_type: String,
    verification_material: Material,
    dsse_envelope: Envelope,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Material {
    public_key: PublicKey,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tlog_entries: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicKey {
    hint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    sig: String,
    keyid: String,
}

impl Bundle {
    /// A statement under a signature over [`dsse::pae`] of it that this key made.
    #[must_use]
    pub fn of_statement(statement: Vec<u8>, signature: Vec<u8>, key: &VerifierKey) -> Self {
        let payload_type = dsse::IN_TOTO.to_owned();
        Self { payload_type, payload: statement, signature, hint: key.hint() }
    }

    /// As JSON, without a space.
    #[must_use]
    pub fn to_json(&self) -> String {
        let form = Form {
            media_type: MEDIA_TYPE.to_owned(),
            verification_material: Material {
                public_key: PublicKey { hint: self.hint.clone() },
                tlog_entries: Vec::new(),
            },
            dsse_envelope: Envelope {
                payload: BASE64_STANDARD.encode(&self.payload),
                payload_type: self.payload_type.clone(),
                signatures: vec![Signature {
                    sig: BASE64_STANDARD.encode(&self.signature),
                    keyid: self.hint.clone(),
                }],
            },
        };
        // Text in structs of text: there is nothing in it that JSON can't have.
        serde_json::to_string(&form).unwrap_or_default()
    }

    /// Reads one. Nothing is checked by it but the form.
    ///
    /// # Errors
    /// [`BundleError`]
    pub fn parse(text: &[u8]) -> Result<Self, BundleError> {
        if text.len() > BUNDLE_BYTES_MAX {
            return Err(BundleError::Length);
        }
        let wrong = |error: serde_json::Error| BundleError::Form(error.to_string());
        let value = strict_json::read(text).map_err(wrong)?;
        let known = value.get("mediaType").and_then(Value::as_str);
        if let Some(other) = known.filter(|known| *known != MEDIA_TYPE) {
            return Err(BundleError::MediaType(other.chars().take(100).collect()));
        }
        let form: Form = serde_json::from_value(value).map_err(wrong)?;
        if !form.verification_material.tlog_entries.is_empty() {
            return Err(BundleError::Entries);
        }
        let envelope = form.dsse_envelope;
        let count = envelope.signatures.len();
        let Ok([signed]) = <[Signature; 1]>::try_from(envelope.signatures) else {
            return Err(BundleError::Signatures(count));
        };
        let hint = form.verification_material.public_key.hint;
        if signed.keyid != hint {
            return Err(BundleError::Damaged("the keyid of the signature, which is not the hint,"));
        }
        let decode =
            |text: &str, what| BASE64_STANDARD.decode(text).map_err(|_| BundleError::Damaged(what));
        let signature = decode(&signed.sig, "the base64 of the signature")?;
        if signature.len() != SIGNATURE_BYTES {
            return Err(BundleError::Damaged("the signature, which is not of 64 bytes,"));
        }
        let payload = decode(&envelope.payload, "the base64 of the payload")?;
        Ok(Self { payload_type: envelope.payload_type, payload, signature, hint })
    }
}
