//! Key files: passphrases, ciphers, damage, and keys that are not taken.

use std::{fs, os::unix::fs::PermissionsExt as _};

use conductor_keys::{
    ssh_key::{Credential, KeyError, Passphrase, PublicKey, SecretKey, SecretKeyError},
    sshsig::{self, APPROVAL},
};

use super::stock::{Claim, Stock, TYPES, time};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn check_signs(stock: &Stock, key: &mut SecretKey) {
    let signature = sshsig::sign(key, APPROVAL, b"message").unwrap();
    let allowed = format!("alice {}\n", key.credential().key().to_openssh());
    assert!(stock.accepts(&Claim {
        allowed: &allowed,
        revoked: "",
        principal: "alice",
        namespace: APPROVAL,
        at: time("2026-01-01T00:00:00Z"),
        message: b"message",
        signature: &signature,
    }));
}

#[test]
fn a_passphrase_opens_its_file_and_no_other_does() {
    for (name, options) in TYPES {
        let stock = Stock::new();
        stock.must(&[&["-q", "-N", "correct horse", "-a", "4", "-f", name], options].concat(), b"");
        let load = |given: Option<&Passphrase>| SecretKey::load(&stock.path(name), given);
        assert!(matches!(load(None), Err(SecretKeyError::Locked)));
        for wrong in ["correct hors", "Correct horse", "", " "] {
            let error = load(Some(&passphrase(wrong))).unwrap_err();
            assert!(matches!(error, SecretKeyError::Passphrase), "{error}");
        }
        check_signs(&stock, &mut load(Some(&passphrase("correct horse"))).unwrap());
    }
}

#[test]
fn ciphers_of_the_usual_kinds_are_taken_and_others_named() {
    let stock = Stock::new();
    for bits in ["128", "192", "256"] {
        for mode in ["ctr", "cbc"] {
            let cipher = format!("aes{bits}-{mode}");
            let options = ["-q", "-t", "ed25519", "-N", "secret", "-a", "1", "-Z", &cipher, "-f"];
            stock.must(&[&options[..], &[&cipher]].concat(), b"");
            let key = SecretKey::load(&stock.path(&cipher), Some(&passphrase("secret")));
            check_signs(&stock, &mut key.unwrap());
        }
    }
    let cipher = "aes256-gcm@openssh.com";
    let options = ["-q", "-t", "ed25519", "-N", "secret", "-Z", cipher, "-f", "other"];
    stock.must(&options, b"");
    let error = SecretKey::load(&stock.path("other"), Some(&passphrase("secret"))).unwrap_err();
    assert!(error.to_string().contains("ssh-keygen -p -Z aes256-ctr"), "{error}");
    stock.must(
        &["-q", "-p", "-P", "secret", "-N", "secret", "-Z", "aes256-ctr", "-f", "other"],
        b"",
    );
    SecretKey::load(&stock.path("other"), Some(&passphrase("secret"))).unwrap();
}

/// A number that begins with zeros is written without them.
#[test]
fn scalars_of_every_length_are_read() {
    let stock = Stock::new();
    for round in 0..24 {
        let name = format!("key-{round}");
        let mut key = stock.key(&name, &["-t", "ecdsa", "-b", "521"]);
        sshsig::sign(&mut key, APPROVAL, b"message").unwrap();
    }
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    let stock = Stock::new();
    stock.key("key", TYPES[0].1);
    let path = stock.path("key");
    for mode in [0o604, 0o640, 0o620] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = SecretKey::load(&path, None).unwrap_err();
        assert!(matches!(error, SecretKeyError::Exposed { .. }), "{error}");
    }
    let error = SecretKey::load(&stock.path("nowhere"), None).unwrap_err();
    assert!(matches!(error, SecretKeyError::Io { .. }), "{error}");
}

#[test]
fn secrets_are_not_printed() {
    let stock = Stock::new();
    let key = stock.key("key", TYPES[0].1);
    let fingerprint = key.credential().key().fingerprint().to_string();
    assert_eq!(
        format!("{key:?} {:?}", passphrase("correct horse")),
        format!("SecretKey {{ key: ssh-ed25519 {fingerprint}, .. }} Passphrase(…)")
    );
}

#[test]
fn damage_is_seen_wherever_it_is() {
    let stock = Stock::new();
    for (name, options) in &TYPES[..5] {
        let mut key = stock.key(name, options);
        let public = key.credential().clone();
        sshsig::sign(&mut key, APPROVAL, b"message").unwrap();
        let text = stock.read(name);
        for place in (36..text.len() - 36).step_by(if *name == "rsa-2048" { 23 } else { 5 }) {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            // What is left is refused, or signs as the same key: in the comment and the check
            // bytes nothing is at stake.
            let Ok(mut key) = SecretKey::parse(&String::from_utf8(bytes).unwrap(), None) else {
                continue;
            };
            assert_eq!(*key.credential(), public);
            if let Ok(signature) = sshsig::sign(&mut key, APPROVAL, b"message") {
                sshsig::verify(&signature, APPROVAL, b"message").unwrap();
            }
        }
        for cut in (0..text.len() - 1).step_by(11) {
            assert!(SecretKey::parse(&text[..cut], None).is_err());
        }
    }
}

#[test]
fn files_of_other_formats_are_named() {
    let stock = Stock::new();
    stock.must(&["-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", "pem"], b"");
    let error = SecretKey::load(&stock.path("pem"), None).unwrap_err();
    assert!(matches!(error, SecretKeyError::Format), "{error}");
    stock.must(&["-q", "-p", "-P", "", "-N", "", "-f", "pem"], b"");
    SecretKey::load(&stock.path("pem"), None).unwrap();
}

#[test]
fn weak_keys_are_refused_by_type_and_by_size() {
    let stock = Stock::new();
    stock.must(&["-q", "-t", "dsa", "-N", "", "-f", "dsa"], b"");
    let error = PublicKey::from_openssh(&stock.read("dsa.pub")).unwrap_err();
    assert_eq!(error, KeyError::Type("ssh-dss".to_owned()));
    stock.must(&["-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", "short"], b"");
    let error = Credential::from_openssh(&stock.read("short.pub")).unwrap_err();
    assert_eq!(error, KeyError::Size { bits: 1024 });
    for name in ["dsa", "short"] {
        let error = SecretKey::load(&stock.path(name), None).unwrap_err();
        assert!(matches!(error, SecretKeyError::Key(_)), "{error}");
        let signature = stock.sign(name, APPROVAL, b"message");
        let error = sshsig::verify(&signature, APPROVAL, b"message").unwrap_err();
        assert!(matches!(error, sshsig::SshsigError::Key(_)), "{error}");
    }
}
