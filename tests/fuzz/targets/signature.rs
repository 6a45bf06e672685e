//! Any bytes, as a signature, a key or certificate, a file of signers and a key file: refused, or
//! read into what writes the same bytes again.
#![no_main]

use conductor_keys::{
    allowed_signers::{AllowedSigners, Revoked},
    ssh_key::{Credential, SecretKey},
    sshsig::{APPROVAL, verify},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(credential) = Credential::from_wire(bytes) {
        assert_eq!(credential.wire(), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert!(verify(text, APPROVAL, b"message that nobody signed").is_err());
    SecretKey::parse(text, None).ok();
    AllowedSigners::parse(text, &jiff::tz::TimeZone::UTC).ok();
    if let Ok(revoked) = Revoked::parse(text) {
        assert_eq!(Revoked::parse(&revoked.to_string()), Ok(revoked));
    }
});
