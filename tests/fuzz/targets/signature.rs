//! Any bytes, as a signature, a key or certificate, a file of signers and a key file: refused, or
//! read into what writes the same bytes again.
#![no_main]

use conductor_keys::{
    allowed_signers::{AllowedSigners, Revoked, SignerLine},
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
    written_again(text);
    if let Ok(revoked) = Revoked::parse(text) {
        assert_eq!(Revoked::parse(&revoked.to_string()), Ok(revoked));
    }
});

/// Lines that are taken apart and written say the same. A backslash outside of quotation marks
/// can't be written inside of them.
fn written_again(text: &str) {
    let utc = jiff::tz::TimeZone::UTC;
    let Ok(lines) = SignerLine::read_all(text, &utc) else { return };
    for (_, line) in lines.into_iter().filter(|_| !text.contains('\\')) {
        assert_eq!(SignerLine::read_all(&line.to_string(), &utc), Ok(vec![(1, line)]));
    }
}
