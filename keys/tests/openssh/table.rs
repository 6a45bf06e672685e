//! Every type of key, every maker of signatures, and everything that can be wrong with one.

use conductor_keys::{
    allowed_signers::{NotAllowed, Revoked},
    ssh_key::{Credential, Fingerprint, KeyType, SignatureError},
    sshsig::{self, APPROVAL, RUNBOOK, Signs, SshsigError, Verified},
};

use super::stock::{Claim, Device, Stock, TYPES, signers, time};

const MESSAGE: &[u8] = b"restart the fleet\n";
const WINDOW: &str =
    r#"namespaces="approval@conductor",valid-after="20260101Z",valid-before="20260201Z""#;
const WITHIN: &str = "2026-01-15T12:00:00Z";

/// What we say, in a word.
fn verdict(claim: &Claim<'_>) -> &'static str {
    let verified = match sshsig::verify(claim.signature, claim.namespace, claim.message) {
        Ok(verified) => verified,
        Err(SshsigError::Signature(SignatureError::Unfit)) => return "unfit",
        Err(SshsigError::Namespace { .. }) => return "namespace",
        Err(other) => panic!("{other}"),
    };
    let found = signers(claim.allowed)
        .with_revoked(Revoked::parse(claim.revoked).unwrap())
        .find_as(claim.principal, verified.credential(), verified.namespace(), claim.at);
    match found {
        Ok(signatory) => {
            assert_eq!(signatory.principals, [claim.principal]);
            "good"
        }
        Err(NotAllowed::Expired { .. }) => "expired",
        Err(NotAllowed::NotYetValid { .. }) => "not yet valid",
        Err(NotAllowed::Revoked(_)) => "revoked",
        Err(NotAllowed::Unknown(_)) => "unknown",
        Err(NotAllowed::Principal(_)) => "principal",
        Err(NotAllowed::Namespace { .. }) => "not for this namespace",
        Err(other) => panic!("{other}"),
    }
}

/// A signature of which one bit is another.
fn tampered(signature: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let (begin, end) = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----");
    let body: String = signature.lines().filter(|line| !line.starts_with("-----")).collect();
    let mut bytes = BASE64_STANDARD.decode(body).unwrap();
    // Behind the signature of a security key stand five bytes more.
    let place = bytes.len() - 12;
    bytes[place] ^= 1;
    format!("{begin}\n{}\n{end}\n", BASE64_STANDARD.encode(bytes))
}

/// The whole row of one signature: ours and OpenSSH's verdict for everything that can be wrong.
fn check_row(stock: &Stock, credential: &Credential, signature: &str, maker: &str) {
    let key = credential.key();
    let name = key.key_type().name();
    let allowed = format!("alice,*@ops {WINDOW} {} alice's key\n", key.to_openssh());
    let other = format!("alice {}\n", Device::ed25519(0).public().to_openssh());
    let other = if key == Device::ed25519(0).public() { String::new() } else { other };
    let revoked = format!("hash: {}\n", key.fingerprint());
    let altered = tampered(signature);
    let good = Claim {
        allowed: &allowed,
        revoked: "",
        principal: "alice",
        namespace: APPROVAL,
        at: time(WITHIN),
        message: MESSAGE,
        signature,
    };
    let early = time("2025-12-31T23:59:59Z");
    let late = time("2026-02-01T00:00:01Z");
    for (expected, claim) in [
        ("good", good),
        ("good", Claim { principal: "carol@ops", ..good }),
        ("good", Claim { at: time("2026-01-01T00:00:00Z"), ..good }),
        ("good", Claim { at: time("2026-02-01T00:00:00Z"), ..good }),
        ("unfit", Claim { message: b"restart the fleet", ..good }),
        ("unfit", Claim { signature: &altered, ..good }),
        ("namespace", Claim { namespace: RUNBOOK, ..good }),
        ("expired", Claim { at: late, ..good }),
        ("not yet valid", Claim { at: early, ..good }),
        ("revoked", Claim { revoked: &revoked, ..good }),
        ("unknown", Claim { allowed: &other, ..good }),
        ("principal", Claim { principal: "bob", ..good }),
    ] {
        assert_eq!(verdict(&claim), expected, "{name} by {maker}");
        assert_eq!(stock.accepts(&claim), expected == "good", "{name} by {maker}: {expected}");
    }
    let elsewhere = allowed.replace("approval@conductor", "file,login@*");
    let claim = Claim { allowed: &elsewhere, ..good };
    assert_eq!(verdict(&claim), "not for this namespace");
    assert!(!stock.accepts(&claim));
}

#[test]
fn every_type_of_key_and_everything_that_can_be_wrong() {
    for (name, options) in TYPES {
        let stock = Stock::new();
        let mut key = stock.key(name, options);
        let ours = sshsig::sign(&mut key, APPROVAL, MESSAGE).unwrap();
        check_row(&stock, key.credential(), &ours, "us");
        let theirs = stock.sign(name, APPROVAL, MESSAGE);
        check_row(&stock, key.credential(), &theirs, "ssh-keygen");
        assert_eq!(lines(&ours), lines(&theirs), "the lines are as long as ssh-keygen's");
        let sha256 = ["-q", "-Y", "sign", "-f", name, "-n", APPROVAL, "-O", "hashalg=sha256"];
        let sha256 = stock.must(&sha256, MESSAGE);
        assert_ne!(sha256, theirs);
        check_row(&stock, key.credential(), &sha256, "ssh-keygen over SHA-256");
    }
}

fn lines(text: &str) -> Vec<usize> {
    let mut lengths: Vec<usize> = text.lines().map(str::len).collect();
    // A number of an ECDSA signature may be a byte shorter.
    let last = lengths.len() - 2;
    lengths.remove(last);
    lengths
}

#[test]
fn security_keys_and_everything_that_can_be_wrong() {
    let stock = Stock::new();
    for flags in [0x00, 0x01, 0x04, 0x05, 0xff] {
        for mut device in [Device::ed25519(flags), Device::p256(flags)] {
            let signature = sshsig::sign(&mut device, APPROVAL, MESSAGE).unwrap();
            check_row(&stock, device.credential(), &signature, "a device");
            let verified = sshsig::verify(&signature, APPROVAL, MESSAGE).unwrap();
            assert!(verified.is_security_key());
            assert_eq!(verified.is_user_present(), flags & 1 != 0, "{flags:x}");
            assert_eq!(verified.is_user_verified(), flags & 4 != 0, "{flags:x}");
        }
    }
}

#[test]
fn a_touch_can_not_be_added_to_a_signature() {
    for mut device in [Device::ed25519(0), Device::p256(0)] {
        let signature = sshsig::sign(&mut device, APPROVAL, MESSAGE).unwrap();
        let forged = with_byte_from_end(&signature, 5, 1);
        let verified = sshsig::verify(&forged, APPROVAL, MESSAGE);
        assert_eq!(verified, Err(SshsigError::Signature(SignatureError::Unfit)));
        let counted = with_byte_from_end(&signature, 1, 0xfe);
        let verified = sshsig::verify(&counted, APPROVAL, MESSAGE);
        assert_eq!(verified, Err(SshsigError::Signature(SignatureError::Unfit)));
    }
}

fn with_byte_from_end(signature: &str, place: usize, byte: u8) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let body: String = signature.lines().filter(|line| !line.starts_with("-----")).collect();
    let mut bytes = BASE64_STANDARD.decode(body).unwrap();
    let place = bytes.len() - place;
    bytes[place] = byte;
    let body = BASE64_STANDARD.encode(bytes);
    format!("-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----")
}

#[test]
fn a_key_without_a_device_has_no_touch() {
    let stock = Stock::new();
    let mut key = stock.key("key", TYPES[0].1);
    let signature = sshsig::sign(&mut key, sshsig::LOGIN, MESSAGE).unwrap();
    let verified = sshsig::verify(&signature, sshsig::LOGIN, MESSAGE).unwrap();
    let said = |verified: &Verified| {
        (verified.is_security_key(), verified.is_user_present(), verified.is_user_verified())
    };
    assert_eq!(said(&verified), (false, false, false));
    assert_eq!(verified.key_type(), KeyType::Ed25519);
    assert_eq!(verified.namespace(), sshsig::LOGIN);
    let listed = stock.must(&["-l", "-f", "key.pub"], b"");
    let fingerprint = listed.split(' ').nth(1).unwrap();
    assert_eq!(verified.fingerprint().to_string(), fingerprint);
    assert_eq!(fingerprint.parse::<Fingerprint>(), Ok(verified.fingerprint()));
}
