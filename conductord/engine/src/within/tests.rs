//! Files that other tools signed, and what becomes of them where a bit is another.

use std::sync::Arc;

use conductor_domain::{
    org::key::{Enrolled, Key},
    scope::Principal,
    time::Timestamp,
};
use conductor_keys::allowed_signers::NotAllowed;
use conductor_protocol::evidence::{self, Flags, Found};

use super::*;

// Signed by securesystemslib with these keys: lines of envelopes, an envelope, a sigstore bundle.
const LINES: &[u8] = include_bytes!("../../../../protocol/tests/evidence/all.intoto.jsonl");
const ENVELOPE: &[u8] = include_bytes!("../../../../protocol/tests/evidence/slsa-v1.dsse.json");
const BUNDLE: &[u8] = include_bytes!("../../../../protocol/tests/evidence/slsa-v1.sigstore.json");
const ED25519: &str = include_str!("../../../../protocol/tests/evidence/key-ed25519.pem");
const P256: &str = include_str!("../../../../protocol/tests/evidence/key-p256.pem");
const OTHER: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIFuvh8FgC69DTTUivjrnbHuA8LyAk05NhDc8Rxbuiy8";

fn key(pem: &str) -> PublicKey {
    PublicKey::from_pem(pem).unwrap()
}

fn all() -> Vec<PublicKey> {
    vec![PublicKey::from_openssh(OTHER).unwrap(), key(P256), key(ED25519)]
}

/// Everybody's key counts, and is its fingerprint's.
fn anybody(key: &PublicKey) -> Result<Signed, SignerError> {
    let (at, principal) = (Timestamp::from_unix_ms(0), Principal::new("svc:build"));
    let terms = Enrolled {
        principal: principal.clone(),
        fingerprint: key.fingerprint().to_string(),
        key: key.to_openssh(),
        comment: String::new(),
        namespaces: Vec::new(),
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: String::new(),
    };
    let by = principal.clone();
    let enrolled = Key { tenant: "home".into(), terms, by, at, since: at, revoked: None };
    Ok(Signed { principal, key: key.fingerprint(), enrolled: Arc::new(enrolled) })
}

fn found(bytes: &[u8]) -> Found {
    evidence::read(bytes).unwrap()
}

fn ask(bytes: &[u8], keys: Vec<PublicKey>) -> Result<Vec<Signer>, String> {
    signers(&found(bytes).envelopes, keys, anybody)
}

#[test]
fn what_other_tools_signed_is_whose_key_it_was() {
    for (bytes, pem) in [(LINES, ED25519), (ENVELOPE, ED25519), (BUNDLE, P256)] {
        let signer =
            Signer { by: Principal::new("svc:build"), key: key(pem).fingerprint().to_string() };
        assert_eq!(ask(bytes, all()), Ok(vec![signer.clone()]), "once, however often");
        assert_eq!(ask(bytes, vec![key(pem)]), Ok(vec![signer]));
    }
    assert_eq!(ask(b"{}", all()), Ok(vec![]));
}

#[test]
fn a_signature_by_nobody_s_key_proves_nothing() {
    for (bytes, pem) in [(LINES, P256), (ENVELOPE, P256), (BUNDLE, ED25519)] {
        let problem = ask(bytes, vec![key(pem)]).unwrap_err();
        assert!(problem.contains("by no key that is enrolled here"), "{problem}");
        assert!(ask(bytes, vec![]).is_err());
    }
    // One good signature does not make up for another one.
    let text = String::from_utf8(ENVELOPE.to_vec()).unwrap();
    let two = text.replace("\"signatures\": [", "\"signatures\": [ {\"sig\": \"AAAA\"},");
    assert!(ask(two.as_bytes(), all()).is_err());
    let lines =
        [LINES, &text.replace("\"sig\": \"", "\"sig\": \"A").replace('\n', "").into_bytes()];
    let problem = ask(&lines.concat(), all()).unwrap_err();
    assert!(problem.contains("envelope 4 of 4"), "{problem}");
}

#[test]
fn the_key_that_is_named_is_told_where_it_did_not_sign() {
    let signed = found(ENVELOPE).envelopes.remove(0);
    let mut named = [Enveloped { payload: b"another".to_vec(), ..signed }];
    let fingerprint = key(ED25519).fingerprint().to_string();
    named[0].signatures[0].keyid.clone_from(&fingerprint);
    let problem = signers(&named, all(), anybody).unwrap_err();
    assert!(problem.contains(&fingerprint) && problem.contains("did not make it"), "{problem}");
}

#[test]
fn a_certificate_is_not_taken_for_checked() {
    let text = String::from_utf8(BUNDLE.to_vec()).unwrap();
    let certified = text.replace("\"publicKey\"", "\"certificate\"");
    let problem = ask(certified.as_bytes(), all()).unwrap_err();
    assert!(problem.contains("by a certificate"), "{problem}");
}

#[test]
fn a_key_that_does_not_count_says_why() {
    let refuse =
        |key: &PublicKey| Err(SignerError::NotAllowed(NotAllowed::Revoked(key.fingerprint())));
    let problem = signers(&found(ENVELOPE).envelopes, all(), refuse).unwrap_err();
    let fingerprint = key(ED25519).fingerprint().to_string();
    assert!(problem.contains(&fingerprint) && problem.contains("revoked"), "{problem}");
}

#[test]
fn no_more_keys_are_tried_than_are_bounded() {
    let signed = found(ENVELOPE).envelopes.remove(0);
    let message = dsse::pae(&signed.payload_type, &signed.payload);
    let unnamed = SignatureInside { keyid: String::new(), ..signed.signatures[0].clone() };
    let mut search = Search::new(all(), anybody);
    search.checks = WITHIN_CHECKS_MAX - 2;
    let problem = search.signer("it", &message, &unnamed).unwrap_err();
    assert!(problem.contains("it was not checked"), "{problem}");
    let fingerprint = key(ED25519).fingerprint().to_string();
    let named = SignatureInside { keyid: fingerprint, ..unnamed.clone() };
    for (next, why) in [(named, "what is named is tried first"), (unnamed, "then the last")] {
        search.checks = WITHIN_CHECKS_MAX - 1;
        assert!(search.signer("it", &message, &next).is_ok(), "{why}");
    }
}

#[test]
fn whatever_bit_is_another_no_signature_counts_for_something_else() {
    for bytes in [ENVELOPE, BUNDLE] {
        let whole = found(bytes);
        for at in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1 << (at % 7);
            // What breaks the rules is not taken at all.
            let Ok(looked) = evidence::read(&changed) else { continue };
            if looked.envelopes.is_empty() {
                assert_eq!(looked.flags, Flags::default(), "byte {at} makes it prove something");
                continue;
            }
            let signed = |found: &Found| -> Vec<(String, Vec<u8>, Vec<u8>)> {
                let envelopes = found.envelopes.iter();
                let each = |one: &Enveloped| {
                    let made = one.signatures[0].bytes.clone();
                    (one.payload_type.clone(), one.payload.clone(), made)
                };
                envelopes.map(each).collect()
            };
            // What is said of the key, and how it is laid out, nobody signed.
            if signed(&looked) != signed(&whole) {
                let came = signers(&looked.envelopes, all(), anybody);
                assert!(came.is_err(), "byte {at}: {came:?}");
            }
        }
    }
}
