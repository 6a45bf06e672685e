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

/// By which words an envelope's `keyid`, or a sigstore bundle's hint, may name a key: its fingerprint, and
/// the SHA-256 over its DER in base64 and in hexadecimal. Nobody signs these, so that they are good for
/// nothing but to know where to begin.
#[must_use]
pub fn names(key: &PublicKey) -> Vec<String> {
    let mut names = vec![key.fingerprint().to_string()];
    if let Some(der) = key.to_spki() {
        let digest = Sha256::digest(der);
        names.push(BASE64_STANDARD.encode(digest));
        let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        names.push(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect());
    }
    names
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
        let expected = [key.fingerprint().to_string(), BASE64_STANDARD.encode(digest), hex];
        assert_eq!(names(&key), expected);
    }

    #[test]
    fn the_specifications_example_holds() {
        let encoded = pae("http://example.com/HelloWorld", b"hello world");
        let text = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(encoded, text.as_bytes());
    }
}
