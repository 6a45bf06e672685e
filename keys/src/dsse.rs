//! DSSE: what is signed where a payload has a type (<https://github.com/secure-systems-lab/dsse>), and
//! by which words others name the keys that signed it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256};

use crate::ssh_key::PublicKey;

/// The type of payloads that are in-toto statements.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// What a signature is over: the pre-authentication encoding of a payload and its type. A signature
/// over it is none over a note, a login or anything else that this project signs.
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head =
        format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    [head.as_slice(), payload].concat()
}

/// Whether an envelope's `keyid`, or a sigstore bundle's hint, names a key: by its fingerprint, or by the
/// SHA-256 over its DER in base64 or hexadecimal. Nobody signed it, so that it is good for nothing but to
/// know where to begin.
#[must_use]
pub fn names(keyid: &str, key: &PublicKey) -> bool {
    if keyid.is_empty() {
        return false;
    }
    let fingerprint = key.fingerprint().to_string();
    let of_der = key.to_spki().map(|der| Sha256::digest(der));
    let is_der = |digest: &[u8]| {
        let hex = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hex = hex.map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or_default());
        keyid == BASE64_STANDARD.encode(digest) || hex.eq(keyid.chars())
    };
    keyid == fingerprint || of_der.is_some_and(|digest| is_der(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_names_that_others_give_it() {
        let key = PublicKey::from_pem(
            "-----BEGIN PUBLIC KEY-----\n\
             MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
             -----END PUBLIC KEY-----\n",
        )
        .unwrap();
        let digest = Sha256::digest(key.to_spki().unwrap());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        for named in [key.fingerprint().to_string(), BASE64_STANDARD.encode(digest), hex] {
            assert!(names(&named, &key), "{named}");
        }
        for other in ["", "SHA256:", "example"] {
            assert!(!names(other, &key), "{other}");
        }
    }

    #[test]
    fn the_specifications_example_holds() {
        let encoded = pae("http://example.com/HelloWorld", b"hello world");
        let text = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(encoded, text.as_bytes());
    }
}
