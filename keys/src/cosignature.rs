//! Cosignatures of witnesses, and the request by which a log asks for one.
//!
//! Formats: <https://c2sp.org/tlog-cosignature> (`cosignature/v1`, Ed25519) and
//! <https://c2sp.org/tlog-witness>. A cosignature says that its witness saw no other history of the
//! log, as of the time in it.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::{
    merkle::Hash,
    note::{NoteError, SigningKey, split_key},
};

/// C2SP's number for Ed25519 cosignatures, and that of plain Ed25519: a witness's key is written with
/// either.
const ALGORITHM_COSIGNATURE: u8 = 0x04;
const ALGORITHM_ED25519: u8 = 0x01;
/// What a signature's line begins with.
const LINE: &str = "\u{2014} ";
/// Signature lines of a note that are looked at.
const LINES_MAX: usize = 64;
/// Hashes of a proof that a request may carry.
const PROOF_LINES_MAX: usize = 63;

/// The public key of a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    key: VerifyingKey,
}

/// A cosignature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// Whose.
    pub witness: String,
    /// When it was made, in seconds since 1970.
    pub at_seconds: u64,
    /// Its line in the note, with the newline.
    pub line: String,
}

impl WitnessKey {
    /// Reads the text form, `name+hash+key`, with the type of cosignatures or of plain Ed25519.
    ///
    /// # Errors
    /// [`NoteError::Key`]
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let wrong = |problem| NoteError::Key { kind: "witness", problem };
        let (name, id, (algorithm, bytes)) =
            split_key(text.trim_end_matches('\n')).map_err(wrong)?;
        if ![ALGORITHM_COSIGNATURE, ALGORITHM_ED25519].contains(&algorithm) {
            return Err(wrong("its type is neither Ed25519 nor that of its cosignatures"));
        }
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| wrong("it is no curve point"))?;
        let encoded = [&[algorithm], &bytes[..]].concat();
        if signed_note::key_id(name, &encoded) != id {
            return Err(wrong("its hash is not that of the key"));
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn encoded(&self) -> Vec<u8> {
        [&[ALGORITHM_COSIGNATURE], &self.key.as_bytes()[..]].concat()
    }

    /// The witness's cosignature over a note's text, among lines of signatures: of several the newest.
    #[must_use]
    pub fn find(&self, text: &str, lines: &str) -> Option<Cosignature> {
        let found = lines.lines().take(LINES_MAX).filter_map(|line| self.read(text, line));
        found.max_by_key(|cosignature| cosignature.at_seconds)
    }

    fn read(&self, text: &str, line: &str) -> Option<Cosignature> {
        let (name, encoded) = line.strip_prefix(LINE)?.split_once(' ')?;
        let bytes = BASE64_STANDARD.decode(encoded).ok().filter(|_| name == self.name)?;
        let (id, rest) = bytes.split_first_chunk::<4>()?;
        let (time, signature) = rest.split_first_chunk::<8>()?;
        let at_seconds = u64::from_be_bytes(*time);
        let known = u32::from_be_bytes(*id) == signed_note::key_id(&self.name, &self.encoded());
        let signature = Signature::from_slice(signature).ok().filter(|_| known)?;
        let message = format!("cosignature/v1\ntime {at_seconds}\n{text}");
        self.key.verify_strict(message.as_bytes(), &signature).ok()?;
        i64::try_from(at_seconds).ok()?;
        Some(Cosignature { witness: name.to_owned(), at_seconds, line: format!("{line}\n") })
    }
}

impl fmt::Display for WitnessKey {
    /// The text form: `name+hash+key`, with the type of cosignatures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = self.encoded();
        let id = signed_note::key_id(&self.name, &encoded);
        write!(f, "{}+{id:08x}+{}", self.name, BASE64_STANDARD.encode(encoded))
    }
}

/// Text and signature lines of a note. The text has its last newline.
#[must_use]
pub fn split_note(note: &str) -> Option<(&str, &str)> {
    let at = note.rfind("\n\n")?;
    Some((note.get(..=at)?, note.get(at + 2..)?))
}

/// What a log sends to have a checkpoint cosigned: that the tree of `old_size` is a beginning of it.
/// Nothing where the proof is longer than a request takes.
#[must_use]
pub fn add_checkpoint(old_size: u64, proof: &[Hash], note: &str) -> Option<String> {
    if proof.len() > PROOF_LINES_MAX {
        return None;
    }
    let mut body = format!("old {old_size}\n");
    for hash in proof {
        body.push_str(&BASE64_STANDARD.encode(hash));
        body.push('\n');
    }
    body.push('\n');
    body.push_str(note);
    Some(body)
}

/// A witness's part: the line that says that it saw this text at that time, in seconds since 1970.
#[must_use]
pub fn cosign(key: &SigningKey, text: &str, at_seconds: u64) -> String {
    let signed = key.sign_bytes(format!("cosignature/v1\ntime {at_seconds}\n{text}").as_bytes());
    let verifier = key.verifier();
    let encoded = [&[ALGORITHM_COSIGNATURE], &verifier.as_bytes()[..]].concat();
    let id = signed_note::key_id(key.name(), &encoded);
    let bytes = [&id.to_be_bytes()[..], &at_seconds.to_be_bytes(), &signed].concat();
    format!("{LINE}{} {}\n", key.name(), BASE64_STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> SigningKey {
        SigningKey::from_seed("w.example/1", [9; 32]).unwrap()
    }

    fn witness() -> WitnessKey {
        WitnessKey::parse(&signer().verifier().to_string()).unwrap()
    }

    fn line(text: &str, at: u64) -> String {
        cosign(&signer(), text, at)
    }

    #[test]
    fn a_cosignature_holds_for_its_text_time_and_witness_alone() {
        let log = SigningKey::from_seed("ldg", [1; 32]).unwrap();
        let note = log.sign_checkpoint(7, &[2; 32]).unwrap();
        let (text, lines) = split_note(&note).unwrap();
        assert!(text.ends_with("=\n") && lines.starts_with(LINE));
        let good = format!("{lines}{}{}", line(text, 5), line(text, 6));
        let found = witness().find(text, &good).unwrap();
        assert_eq!((found.at_seconds, found.line), (6, line(text, 6)));
        assert!(log.verifier().verify_checkpoint(&format!("{text}\n{good}")).is_ok());
        assert!(witness().find("another\n", &good).is_none());
        assert!(witness().find(text, lines).is_none());
        assert!(witness().find(text, &line(text, u64::MAX)).is_none());
        let other = WitnessKey { name: "w.example/2".to_owned(), ..witness() };
        assert!(other.find(text, &good).is_none());
    }

    #[test]
    fn a_witness_is_known_by_either_form_of_its_key() {
        let text = witness().to_string();
        assert_eq!(WitnessKey::parse(&text), Ok(witness()));
        let plain = [&[ALGORITHM_ED25519], &witness().key.as_bytes()[..]].concat();
        let id = signed_note::key_id("w.example/1", &plain);
        let plain = format!("w.example/1+{id:08x}+{}", BASE64_STANDARD.encode(plain));
        assert_eq!(WitnessKey::parse(&plain), Ok(witness()));
        assert!(WitnessKey::parse(&plain.replace("/1", "/2")).is_err());
    }

    #[test]
    fn a_request_is_as_witnesses_read_it() {
        let body = add_checkpoint(0, &[], "ldg\n").unwrap();
        assert_eq!(body, "old 0\n\nldg\n");
        let body = add_checkpoint(7, &[[0; 32]], "ldg\n").unwrap();
        assert!(body.starts_with("old 7\nAAAA") && body.ends_with("=\n\nldg\n"), "{body}");
        assert!(add_checkpoint(7, &[[0; 32]; 64], "").is_none());
    }
}
