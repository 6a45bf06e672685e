//! Certificates that `ssh-keygen -s` makes: who they are for, when, and what is refused.

use conductor_keys::{
    allowed_signers::{NotAllowed, Revoked, Signatory},
    ssh_key::{Certificate, Credential, KeyError, SecretKey, SecretKeyError},
    sshsig::{self, APPROVAL},
};
use jiff::Timestamp;

use super::stock::{Claim, Stock, TYPES, line, signers, time};

const MESSAGE: &[u8] = b"restart the fleet\n";
const WITHIN: &str = "2026-01-15T12:00:00Z";
const VALIDITY: &str = "-V20260101000000Z:20260201000000Z";

/// A CA, and the allowed signers that trust it for a pattern of principals.
fn authority(stock: &Stock, options: &[&str]) -> String {
    stock.key("ca", options);
    format!("alice,*@ops cert-authority {}\n", line(&stock.path("ca.pub")))
}

/// A certificate over `key`, with these options of `ssh-keygen -s`.
fn certify(stock: &Stock, key: &str, options: &[&str]) -> Certificate {
    let public = format!("{key}.pub");
    stock.must(
        &[&["-q", "-s", "ca", "-I", "alice's laptop", "-z", "7"], options, &[&public]].concat(),
        b"",
    );
    match stock.public(&format!("{key}-cert")) {
        Credential::Certificate(certificate) => *certificate,
        Credential::Key(_) => panic!("it is a key"),
    }
}

fn look(allowed: &str, certificate: &Certificate, at: Timestamp) -> Result<Signatory, NotAllowed> {
    let credential = Credential::Certificate(Box::new(certificate.clone()));
    signers(allowed).find(&credential, APPROVAL, at)
}

#[test]
fn every_type_of_key_signs_under_certificates_of_every_type_of_ca() {
    for (index, (name, options)) in TYPES.into_iter().enumerate() {
        let stock = Stock::new();
        let allowed = authority(&stock, TYPES[TYPES.len() - 1 - index].1);
        let key = stock.key(name, options);
        let certificate = certify(&stock, name, &["-n", "alice,bob,carol@ops", VALIDITY]);
        let mut key = key.with_certificate(certificate).unwrap();
        let ours = sshsig::sign(&mut key, APPROVAL, MESSAGE).unwrap();
        let theirs = stock.sign(&format!("{name}-cert.pub"), APPROVAL, MESSAGE);
        for signature in [ours, theirs] {
            let verified = sshsig::verify(&signature, APPROVAL, MESSAGE).unwrap();
            assert_eq!(verified.credential(), key.credential());
            for (principal, at, expected) in [
                ("alice", WITHIN, true),
                ("carol@ops", WITHIN, true),
                // In the certificate and not in the line, and the other way round.
                ("bob", WITHIN, false),
                ("dave@ops", WITHIN, false),
                ("alice", "2025-12-31T23:59:59Z", false),
                ("alice", "2026-01-01T00:00:00Z", true),
                ("alice", "2026-01-31T23:59:59Z", true),
                ("alice", "2026-02-01T00:00:00Z", false),
            ] {
                let at = time(at);
                let found =
                    signers(&allowed).find_as(principal, verified.credential(), APPROVAL, at);
                assert_eq!(found.is_ok(), expected, "{name}: {principal} at {at}");
                let claim = Claim {
                    allowed: &allowed,
                    revoked: "",
                    principal,
                    namespace: APPROVAL,
                    at,
                    message: MESSAGE,
                    signature: &signature,
                };
                assert_eq!(stock.accepts(&claim), expected, "{name}: {principal} at {at}");
            }
        }
    }
}

#[test]
fn a_certificate_says_who_and_by_whom() {
    let stock = Stock::new();
    let allowed = authority(&stock, TYPES[0].1);
    stock.key("key", TYPES[0].1);
    let certificate = certify(&stock, "key", &["-n", "alice,bob,carol@ops", VALIDITY]);
    let signatory = look(&allowed, &certificate, time(WITHIN)).unwrap();
    assert_eq!(signatory.principals, ["alice", "carol@ops"]);
    let signature = stock.sign("key-cert.pub", APPROVAL, MESSAGE);
    assert_eq!(stock.principals(&allowed, &signature, time(WITHIN)), ["alice", "carol@ops"]);
    assert_eq!(signatory.authority, Some(certificate.authority().fingerprint()));
    assert_eq!((certificate.key_id(), certificate.serial()), ("alice's laptop", 7));
    let early = look(&allowed, &certificate, time("2025-01-01T00:00:00Z")).unwrap_err();
    let late = look(&allowed, &certificate, time("2027-01-01T00:00:00Z")).unwrap_err();
    assert!(early.to_string().ends_with("is not valid before 2026-01-01T00:00:00Z"), "{early}");
    assert!(late.to_string().ends_with("has expired, at 2026-01-31T23:59:59Z"), "{late}");
}

#[test]
fn a_certificate_without_an_end_holds() {
    let stock = Stock::new();
    let allowed = authority(&stock, TYPES[0].1);
    stock.key("key", TYPES[0].1);
    let certificate = certify(&stock, "key", &["-n", "alice"]);
    assert_eq!(certificate.valid_before(), u64::MAX);
    assert!(look(&allowed, &certificate, time("2999-01-01T00:00:00Z")).is_ok());
}

#[test]
fn what_a_certificate_can_not_be_is_refused() {
    let stock = Stock::new();
    let allowed = authority(&stock, TYPES[0].1);
    stock.key("key", TYPES[0].1);
    let refused = |options: &[&str]| {
        let certificate = certify(&stock, "key", &[options, &[VALIDITY]].concat());
        look(&allowed, &certificate, time(WITHIN)).unwrap_err()
    };
    assert!(matches!(refused(&["-h", "-n", "alice"]), NotAllowed::Host(_)));
    assert!(matches!(refused(&[]), NotAllowed::Principal(_)), "nobody is named");
    assert!(matches!(refused(&["-n", "bob"]), NotAllowed::Principal(_)));
    for option in ["force-command=true", "source-address=192.0.2.1", "critical:own@example=1"] {
        let refusal = refused(&["-n", "alice", "-O", option]);
        assert!(matches!(refusal, NotAllowed::CriticalOption { .. }), "{option}: {refusal}");
    }
    let certificate =
        certify(&stock, "key", &["-n", "alice", "-O", "no-pty", "-O", "extension:x=1"]);
    assert!(look(&allowed, &certificate, time(WITHIN)).is_ok(), "extensions are not critical");
}

#[test]
fn who_is_not_the_ca_signs_for_nobody() {
    let stock = Stock::new();
    let allowed = authority(&stock, TYPES[0].1);
    stock.key("key", TYPES[0].1);
    let certificate = certify(&stock, "key", &["-n", "alice", VALIDITY]);
    // The CA's key by itself, the certified key by itself, and the CA without `cert-authority`.
    let find = |allowed: &str, credential: &Credential| {
        signers(allowed).find(credential, APPROVAL, time(WITHIN)).map_err(|error| {
            assert!(matches!(error, NotAllowed::Unknown(_)), "{error}");
        })
    };
    assert!(find(&allowed, &stock.public("ca")).is_err());
    assert!(find(&allowed, &stock.public("key")).is_err());
    let plain = allowed.replace(" cert-authority", "");
    assert!(find(&plain, &Credential::Certificate(Box::new(certificate))).is_err());
}

#[test]
fn a_revoked_ca_or_key_takes_the_certificate_along() {
    let stock = Stock::new();
    let allowed = authority(&stock, TYPES[0].1);
    let key = stock.key("key", TYPES[0].1);
    let certificate = certify(&stock, "key", &["-n", "alice", VALIDITY]);
    let mut key = key.with_certificate(certificate.clone()).unwrap();
    let signature = sshsig::sign(&mut key, APPROVAL, MESSAGE).unwrap();
    for revoked in [certificate.key(), certificate.authority()] {
        let list: Revoked = [revoked.fingerprint()].into_iter().collect();
        let found = signers(&allowed).with_revoked(list.clone()).find(
            key.credential(),
            APPROVAL,
            time(WITHIN),
        );
        assert_eq!(found, Err(NotAllowed::Revoked(revoked.fingerprint())));
        assert!(!stock.accepts(&Claim {
            allowed: &allowed,
            revoked: &list.to_string(),
            principal: "alice",
            namespace: APPROVAL,
            at: time(WITHIN),
            message: MESSAGE,
            signature: &signature,
        }));
    }
}

#[test]
fn a_certificate_is_for_its_own_key() {
    let stock = Stock::new();
    authority(&stock, TYPES[0].1);
    stock.key("key", TYPES[0].1);
    let certificate = certify(&stock, "key", &["-n", "alice", VALIDITY]);
    let other: SecretKey = stock.key("other", TYPES[0].1);
    let error = other.with_certificate(certificate).unwrap_err();
    assert!(matches!(error, SecretKeyError::Certificate), "{error}");
}

#[test]
fn every_byte_of_a_certificate_is_signed() {
    let stock = Stock::new();
    authority(&stock, TYPES[0].1);
    stock.key("key", TYPES[0].1);
    let certificate = certify(&stock, "key", &["-n", "alice", VALIDITY]);
    for place in 0..certificate.wire().len() {
        let mut wire = certificate.wire().to_vec();
        wire[place] ^= 0x10;
        assert!(Credential::from_wire(&wire).is_err(), "byte {place}");
        assert!(Credential::from_wire(&certificate.wire()[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn sha1_and_dsa_are_no_better_in_a_ca() {
    let stock = Stock::new();
    authority(&stock, TYPES[4].1);
    stock.key("key", TYPES[0].1);
    let sign = ["-q", "-s", "ca", "-I", "x", "-n", "alice", "-t", "ssh-rsa", "key.pub"];
    stock.must(&sign, b"");
    let error = Credential::from_openssh(&stock.read("key-cert.pub")).unwrap_err();
    assert_eq!(error, KeyError::Authority);
}
