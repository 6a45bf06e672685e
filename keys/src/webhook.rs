//! Signatures over webhooks, as the specification Standard Webhooks has them.
//!
//! The secret is `whsec_` and base64 of 24 to 64 bytes. What is signed is the message's id, the time of
//! the attempt in seconds and the body, with dots between them; the signature is HMAC-SHA256 in base64,
//! behind `v1,`.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ring::hmac::{HMAC_SHA256, Key, sign};
use zeroize::Zeroizing;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes that a secret may have, as the specification says.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is no secret for webhooks: `whsec_` and base64 of 24 to 64 bytes, as \
     `echo whsec_$(openssl rand -base64 32)` prints one"
)]
pub struct BadSecret;

/// A secret that webhooks are signed with. Nothing prints it.
pub struct Secret(Key);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// As it is written.
    ///
    /// # Errors
    /// [`BadSecret`]
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(BadSecret)?;
        let bytes = BASE64_STANDARD.decode(encoded).map(Zeroizing::new).map_err(|_| BadSecret)?;
        if !SECRET_BYTES.contains(&bytes.len()) {
            return Err(BadSecret);
        }
        Ok(Self(Key::new(HMAC_SHA256, &bytes)))
    }

    /// The value of the header `webhook-signature`.
    #[must_use]
    pub fn signature(&self, id: &str, unix_seconds: u64, body: &str) -> String {
        let tag = sign(&self.0, format!("{id}.{unix_seconds}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example_holds() {
        // From the README of Standard Webhooks' own libraries.
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let signature = secret.signature(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_is_no_secret_is_refused_and_none_is_printed() {
        for odd in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"] {
            assert_eq!(Secret::parse(odd).err(), Some(BadSecret), "{odd}");
        }
        let long = format!("whsec_{}", BASE64_STANDARD.encode([7; 65]));
        assert_eq!(Secret::parse(&long).err(), Some(BadSecret));
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
