//! Signed checkpoints and key files.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fs, os::unix::fs::PermissionsExt as _};

use conductor_keys::{
    key_file::{self, KeyFileError},
    note::{NoteError, SigningKey, VerifierKey},
};
use proptest::prelude::*;
use signed_note::{Note, StandardVerifier, VerifierList};

const ROOT: [u8; 32] = [7; 32];

fn key() -> SigningKey {
    SigningKey::from_seed("example.org/log", [42; 32]).unwrap()
}

#[test]
fn a_checkpoint_verifies_with_its_key_only() {
    let note = key().sign_checkpoint(12, &ROOT).unwrap();
    let stated = key().verifier().verify_checkpoint(&note).unwrap();
    assert_eq!((stated.origin.as_str(), stated.size, stated.root), ("example.org/log", 12, ROOT));
    let other = SigningKey::from_seed("example.org/log", [43; 32]).unwrap().verifier();
    assert!(matches!(other.verify_checkpoint(&note), Err(NoteError::Unverified(_))));
}

#[test]
fn another_implementation_accepts_key_and_note() {
    let note = key().sign_checkpoint(12, &ROOT).unwrap();
    let verifier = StandardVerifier::new(&key().verifier().to_string()).unwrap();
    let note = Note::from_bytes(note.as_bytes()).unwrap();
    assert!(note.verify(&VerifierList::new(vec![Box::new(verifier)])).is_ok());
    assert!(signed_note::StandardSigner::new(&key().secret_text()).is_ok());
}

#[test]
fn the_format_stays_as_it_is() {
    let note = key().sign_checkpoint(12, &ROOT).unwrap();
    assert!(note.starts_with(
        "example.org/log\n12\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\n— example.org/log "
    ));
}

proptest! {
    #[test]
    fn a_changed_byte_is_noticed(at in 0_usize..1000, mask in 1_u8..=255) {
        let note = key().sign_checkpoint(12, &ROOT).unwrap();
        let mut bytes = note.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= mask;
        if let Ok(changed) = String::from_utf8(bytes) {
            prop_assert!(key().verifier().verify_checkpoint(&changed).is_err());
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC*") {
        prop_assert!(VerifierKey::parse(&text).is_err());
        prop_assert!(SigningKey::parse(&text).is_err());
        prop_assert!(key().verifier().verify_checkpoint(&text).is_err());
    }

    #[test]
    fn keys_survive_their_text(seed: [u8; 32]) {
        let key = SigningKey::from_seed("log", seed).unwrap();
        prop_assert_eq!(SigningKey::parse(&key.secret_text()).unwrap().verifier(), key.verifier());
        prop_assert_eq!(VerifierKey::parse(&key.verifier().to_string()).unwrap(), key.verifier());
    }
}

#[test]
fn names_that_a_note_cannot_carry_are_refused() {
    for name in ["", "two words", "plus+plus", "line\nbreak"] {
        assert!(matches!(SigningKey::from_seed(name, [1; 32]), Err(NoteError::Name(_))), "{name}");
    }
}

#[test]
fn a_key_file_is_private_and_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.key");
    let made = key_file::load_or_create(&path, "log", || [9; 32]).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    let again = key_file::load_or_create(&path, "log", || [10; 32]).unwrap();
    assert_eq!(again.verifier(), made.verifier());
    assert!(key_file::create(&path, &key()).is_err());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no scratch file stays");
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.key");
    key_file::create(&path, &key()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = key_file::load(&path).unwrap_err();
    assert!(matches!(error, KeyFileError::Exposed { mode: 0o640, .. }));
    assert!(error.to_string().contains("0640"));
}

#[test]
fn a_file_that_is_no_key_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.key");
    key_file::create(&path, &key()).unwrap();
    fs::write(&path, "PRIVATE+KEY+log+00000000+AAAA\n").unwrap();
    assert!(matches!(key_file::load(&path), Err(KeyFileError::Content { .. })));
}
