//! Signatures of people in a receipt: each by the key that it names.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Part, ReceiptError, hash_of, list, text};
use crate::sshsig;

const PART: Part = Part::Approvals;

/// Checks each approval, and says what holds.
pub(super) fn check(predicate: &Value) -> Result<Vec<String>, ReceiptError> {
    let mut held = Vec::new();
    for approval in list(predicate, "conductor_approvals", PART)? {
        let id = text(approval, "id", PART)?;
        let wrong = |problem: String| ReceiptError::new(PART, format!("{id}: {problem}"));
        let statement = text(approval, "statement", PART)?;
        let digest = text(approval, "statementDigest", PART)?;
        let digest = digest.strip_prefix("sha256:").and_then(hash_of);
        let found: [u8; 32] = Sha256::digest(statement).into();
        if digest != Some(found) {
            return Err(wrong("statementDigest is not the digest of its statement".to_owned()));
        }
        for signature in list(approval, "signatures", PART)? {
            let principal = text(signature, "principal", PART)?;
            let armored = text(signature, "sshsig", PART)?;
            let fingerprint = text(signature, "fingerprint", PART)?;
            let verified = sshsig::verify(armored, sshsig::APPROVAL, statement.as_bytes())
                .map_err(|error| wrong(format!("the signature of {principal}: {error}")))?;
            if verified.fingerprint().to_string() != fingerprint {
                let problem = format!("the signature of {principal} is not by {fingerprint}");
                return Err(wrong(problem));
            }
            held.push(format!("{principal} signed {id} with {fingerprint}"));
        }
    }
    Ok(held)
}
