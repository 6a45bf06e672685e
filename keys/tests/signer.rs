//! Signatures that openssl makes are good, and nothing else is.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]
#![expect(clippy::disallowed_methods, reason = "openssl is a program")]

use std::{fs, path::Path, process::Command};

use conductor_keys::signer::{Signer, SignerError};

const MESSAGE: &[u8] = b"eyJhbGciOiJFUzI1NiJ9.e30";

fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A fresh key, its public half in PEM, and its signature of the message.
fn made(folder: &Path, options: &[&str]) -> (Signer, String, Vec<u8>) {
    openssl(folder, &[&["genpkey", "-out", "key.pem"], options].concat());
    let pem = String::from_utf8(openssl(folder, &["pkey", "-in", "key.pem", "-pubout"])).unwrap();
    fs::write(folder.join("message"), MESSAGE).unwrap();
    let signature = openssl(folder, &["dgst", "-sha256", "-sign", "key.pem", "message"]);
    (Signer::from_pem(&pem).unwrap(), pem, signature)
}

/// Two numbers side by side, out of the DER that openssl writes.
fn fixed(der: &[u8]) -> Vec<u8> {
    let r_length = usize::from(der[3]);
    let (r, s) = (&der[4..4 + r_length], &der[6 + r_length..]);
    [r, s]
        .into_iter()
        .flat_map(|number| {
            let number = &number[number.len().saturating_sub(32)..];
            let mut fixed = vec![0; 32 - number.len()];
            fixed.extend_from_slice(number);
            fixed
        })
        .collect()
}

fn check(signer: &Signer, algorithm: &str, signature: &[u8]) {
    assert!(signer.verifies(algorithm, MESSAGE, signature));
    assert!(!signer.verifies(algorithm, b"something else", signature));
    for other in ["ES256", "RS256", "HS256", "none", ""] {
        assert_eq!(signer.verifies(other, MESSAGE, signature), other == algorithm, "{other}");
    }
    for place in [0, signature.len() / 2, signature.len() - 1] {
        let mut changed = signature.to_vec();
        changed[place] ^= 1;
        assert!(!signer.verifies(algorithm, MESSAGE, &changed), "byte {place}");
    }
    assert!(!signer.verifies(algorithm, MESSAGE, &signature[1..]));
    assert!(!signer.verifies(algorithm, MESSAGE, b""));
}

const CURVE: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const LENGTH: [&str; 4] = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

#[test]
fn a_signature_by_p256_is_good_for_its_key_and_message_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (signer, _, signature) = made(folder.path(), &CURVE);
    check(&signer, "ES256", &fixed(&signature));
    assert!(!signer.verifies("ES256", MESSAGE, &signature), "tokens hold no DER");
    let (other, _, _) = made(folder.path(), &CURVE);
    assert!(!other.verifies("ES256", MESSAGE, &fixed(&signature)));
}

#[test]
fn a_signature_by_rsa_is_good_for_its_key_and_message_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (signer, _, signature) = made(folder.path(), &LENGTH);
    check(&signer, "RS256", &signature);
}

#[test]
fn what_is_no_public_key_of_these_kinds_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (_, pem, _) = made(folder.path(), &CURVE);
    openssl(folder.path(), &["genpkey", "-algorithm", "ED25519", "-out", "ed.pem"]);
    let other = openssl(folder.path(), &["pkey", "-in", "ed.pem", "-pubout"]);
    let other = String::from_utf8(other).unwrap();
    let private = fs::read_to_string(folder.path().join("key.pem")).unwrap();
    assert_eq!(Signer::from_pem(&other), Err(SignerError::Kind));
    assert_eq!(Signer::from_pem(&private), Err(SignerError::Pem));
    assert_eq!(Signer::from_pem(""), Err(SignerError::Pem));
    let body = pem.lines().nth(1).unwrap();
    assert_eq!(Signer::from_pem(&pem.replace(body, "AAAA")), Err(SignerError::Der));
    assert_eq!(Signer::from_pem(&pem.replace(body, "*")), Err(SignerError::Der));
    for cut in 0..body.len() {
        // Never a panic, however much of it is missing.
        Signer::from_pem(&pem.replace(body, &body[..cut])).ok();
    }
}
