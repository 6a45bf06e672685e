//! DSSE: what is signed where a payload has a type (<https://github.com/secure-systems-lab/dsse>).

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example_holds() {
        let encoded = pae("http://example.com/HelloWorld", b"hello world");
        let text = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(encoded, text.as_bytes());
    }
}
