//! Whatever somebody sends: refused, without a panic and without a wait.

use std::sync::LazyLock;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use conductor_keys::{
    allowed_signers::{self, AllowedSigners, AllowedSignersError, Revoked},
    ssh_key::{Credential, Passphrase, PublicKey, SecretKey},
    sshsig::{self, APPROVAL, MESSAGE_BYTES_MAX, SIGNATURE_BYTES_MAX, SignError, SshsigError},
};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::stock::{Device, Stock, TYPES};

const MESSAGE: &[u8] = b"restart the fleet\n";

/// One signature of each type of key, in its bytes.
static SIGNATURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let stock = Stock::new();
    let mut texts: Vec<String> = TYPES[..5]
        .iter()
        .map(|(name, options)| {
            let mut key = stock.key(name, options);
            sshsig::sign(&mut key, APPROVAL, MESSAGE).unwrap()
        })
        .collect();
    for mut device in [Device::ed25519(1), Device::p256(1)] {
        texts.push(sshsig::sign(&mut device, APPROVAL, MESSAGE).unwrap());
    }
    texts.iter().map(|text| bytes_of(text)).collect()
});

static KEY_FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let stock = Stock::new();
    stock.key("plain", TYPES[1].1);
    stock.must(&["-q", "-t", "ed25519", "-N", "secret", "-a", "1", "-f", "locked"], b"");
    ["plain", "locked"].map(|name| stock.read(name)).to_vec()
});

fn bytes_of(text: &str) -> Vec<u8> {
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(body).unwrap()
}

fn armored(bytes: &[u8]) -> String {
    let body = BASE64_STANDARD.encode(bytes);
    format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n")
}

fn is_refused(bytes: &[u8]) -> bool {
    sshsig::verify(&armored(bytes), APPROVAL, MESSAGE).is_err()
}

#[test]
fn every_byte_of_a_signature_counts() {
    for bytes in SIGNATURES.iter() {
        assert!(!is_refused(bytes));
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << (place % 8);
            assert!(is_refused(&changed), "byte {place} of {}", bytes.len());
            assert!(is_refused(&bytes[..place]), "cut at {place}");
        }
        assert!(is_refused(&[bytes, &[0][..]].concat()));
    }
}

#[test]
fn other_text_than_armor_is_refused() {
    let good = armored(&SIGNATURES[0]);
    for wrong in [
        String::new(),
        "-----BEGIN SSH SIGNATURE-----".to_owned(),
        "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE".to_owned(),
        good.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        format!("before\n{good}"),
        format!("{good}after"),
        format!("{good}{good}"),
        good.replace("U1NI", "U1N*"),
        good.replace("U1NI", "U1N"),
    ] {
        let verified = sshsig::verify(&wrong, APPROVAL, MESSAGE);
        assert_eq!(verified, Err(SshsigError::Armor), "{wrong}");
    }
    let empty = "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----";
    assert_eq!(sshsig::verify(empty, APPROVAL, MESSAGE), Err(SshsigError::Damaged));
    let windows = good.replace('\n', "\r\n");
    assert!(sshsig::verify(&windows, APPROVAL, MESSAGE).is_ok());
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    let text = " ".repeat(SIGNATURE_BYTES_MAX + 1);
    assert_eq!(sshsig::verify(&text, APPROVAL, MESSAGE), Err(SshsigError::SignatureLength));
    let message = vec![0; MESSAGE_BYTES_MAX + 1];
    let good = armored(&SIGNATURES[0]);
    assert_eq!(sshsig::verify(&good, APPROVAL, &message), Err(SshsigError::MessageLength));
    let device = &mut Device::ed25519(1);
    let error = sshsig::sign(device, APPROVAL, &message).unwrap_err();
    assert!(matches!(error, SignError::MessageLength), "{error}");
    for namespace in [String::new(), "x".repeat(129)] {
        let error = sshsig::sign(device, &namespace, MESSAGE).unwrap_err();
        assert!(matches!(error, SignError::Namespace(_)), "{error}");
    }
    let file = "#".repeat(allowed_signers::FILE_BYTES_MAX + 1);
    let error = AllowedSigners::parse(&file, &TimeZone::UTC).unwrap_err();
    assert_eq!(error, AllowedSignersError::Length);
}

#[test]
fn hashes_and_algorithms_of_yesterday_are_named() {
    let [ed25519, rsa] = [&SIGNATURES[0], &SIGNATURES[4]];
    let sha1 = replaced(ed25519, b"\0\0\0\x06sha512", b"\0\0\0\x04sha1");
    let verified = sshsig::verify(&armored(&sha1), APPROVAL, MESSAGE);
    assert_eq!(verified, Err(SshsigError::Hash("sha1".to_owned())));
    // The name of the algorithm stands behind the length of the signature.
    let text = b"rsa-sha2-512";
    let named = replaced(rsa, text, b"rsa-sha1-512");
    let error = sshsig::verify(&armored(&named), APPROVAL, MESSAGE).unwrap_err();
    assert!(error.to_string().contains("\"rsa-sha1-512\" for a key of type ssh-rsa"), "{error}");
    let weaker = replaced(rsa, text, b"rsa-sha2-256");
    assert!(is_refused(&weaker));
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let place = bytes.windows(old.len()).rposition(|window| window == old).unwrap();
    [&bytes[..place], new, &bytes[place + old.len()..]].concat()
}

proptest! {
    #[test]
    fn any_text_is_no_signature(text in "\\PC{0,300}", body in "[A-Za-z0-9+/=\\s]{0,300}") {
        prop_assert!(sshsig::verify(&text, APPROVAL, MESSAGE).is_err());
        let text = format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n");
        prop_assert!(sshsig::verify(&text, APPROVAL, MESSAGE).is_err());
    }

    #[test]
    fn any_bytes_are_no_signature_and_no_key(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(is_refused(&bytes));
        prop_assert!(is_refused(&[b"SSHSIG\0\0\0\x01", &bytes[..]].concat()));
        prop_assert!(Credential::from_wire(&bytes).is_err());
    }

    #[test]
    fn a_key_has_one_form(
        which in 0_usize..7,
        at in any::<prop::sample::Index>(),
        bytes in proptest::collection::vec(any::<u8>(), 0..3),
    ) {
        let text = armored(&SIGNATURES[which]);
        let key = sshsig::verify(&text, APPROVAL, MESSAGE).unwrap().credential().key().clone();
        prop_assert_eq!(PublicKey::from_openssh(&key.to_openssh()), Ok(key.clone()));
        let mut wire = key.wire().to_vec();
        let at = at.index(wire.len());
        wire.splice(at..(at + bytes.len()).min(wire.len()), bytes);
        if let Ok(read) = Credential::from_wire(&wire) {
            prop_assert_eq!(read.wire(), &wire);
        }
    }

    #[test]
    fn a_signature_with_pieces_moved_is_refused(
        which in 0_usize..7,
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        length in 1_usize..40,
    ) {
        let good = &SIGNATURES[which];
        let (from, to) = (from.index(good.len()), to.index(good.len()));
        let piece = good[from..(from + length).min(good.len())].to_vec();
        let mut moved = good.clone();
        moved.splice(to..(to + length).min(good.len()), piece);
        prop_assume!(moved != *good);
        prop_assert!(is_refused(&moved));
    }

    #[test]
    fn a_signature_is_for_one_namespace_and_one_message(
        which in 0_usize..7,
        namespace in "[a-z@]{1,20}",
        message in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let text = armored(&SIGNATURES[which]);
        prop_assume!(message != MESSAGE);
        prop_assert!(sshsig::verify(&text, &namespace, MESSAGE).is_err());
        prop_assert!(sshsig::verify(&text, APPROVAL, &message).is_err());
    }

    #[test]
    fn any_file_of_signers_is_read_or_refused(
        text in "\\PC{0,200}",
        line in "[a-z*?!,\"]{1,12}( [a-zA-Z=\",-]{0,40})?( ssh-ed25519 [A-Za-z0-9+/=]{0,70})?",
    ) {
        for text in [&text, &line] {
            AllowedSigners::parse(text, &TimeZone::UTC).ok();
            Revoked::parse(text).ok();
        }
    }

    #[test]
    fn a_damaged_key_file_is_read_or_refused(
        which in 0_usize..2,
        at in any::<prop::sample::Index>(),
        bytes in proptest::collection::vec(any::<u8>(), 1..20),
    ) {
        let good = &KEY_FILES[which];
        let mut wire: Vec<u8> = bytes_of(good);
        let at = at.index(wire.len());
        let end = (at + bytes.len()).min(wire.len());
        wire.splice(at..end, bytes);
        let body = BASE64_STANDARD.encode(wire);
        let text = format!(
            "-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----\n"
        );
        SecretKey::parse(&text, Some(&Passphrase::new("secret".to_owned()))).ok();
    }
}
