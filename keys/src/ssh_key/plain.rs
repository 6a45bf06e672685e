//! Keys and signatures as tools other than OpenSSH write them: SubjectPublicKeyInfo, and signatures
//! without the frame that SSH puts around them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ed25519_dalek::VerifyingKey;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

use super::{KeyError, KeyType, PublicKey, public::Material};
use crate::wire::put_string;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";
/// What stands before the key in DER (RFC 8410, RFC 5480): the algorithm, and a bit string's head.
const ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const P384: &[u8] = &[
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b,
    0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00,
];

impl PublicKey {
    /// Reads PEM of a SubjectPublicKeyInfo, as `openssl pkey -pubout` and `cosign public-key` write it:
    /// Ed25519, and ECDSA over P-256 and P-384.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let body = pem.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
        let body: String = body.ok_or(KeyError::Text)?.split_ascii_whitespace().collect();
        let der = BASE64_STANDARD.decode(body).map_err(|_| KeyError::Text)?;
        let heads = [
            (KeyType::Ed25519, ED25519, 32),
            (KeyType::EcdsaP256, P256, 65),
            (KeyType::EcdsaP384, P384, 97),
        ];
        let read = |(key_type, head, bytes): (KeyType, &[u8], usize)| {
            let key = der.strip_prefix(head).filter(|key| key.len() == bytes)?;
            Some((key_type, key))
        };
        let (key_type, key) = heads
            .into_iter()
            .find_map(read)
            .ok_or_else(|| KeyError::Type("that of the PEM".to_owned()))?;
        let mut wire = Vec::new();
        put_string(&mut wire, key_type.name().as_bytes());
        if let Some(curve) = key_type.curve() {
            put_string(&mut wire, curve.as_bytes());
        }
        put_string(&mut wire, key);
        Self::from_wire(&wire)
    }

    /// As a SubjectPublicKeyInfo in DER; none for keys of which [`Self::from_pem`] reads no PEM.
    #[must_use]
    pub fn to_spki(&self) -> Option<Vec<u8>> {
        match (self.key_type(), &self.material) {
            (KeyType::Ed25519, Material::Ed25519(key)) => Some([ED25519, key].concat()),
            (KeyType::EcdsaP256, Material::Point(point)) => Some([P256, point].concat()),
            (KeyType::EcdsaP384, Material::Point(point)) => Some([P384, point].concat()),
            _ => None,
        }
    }

    /// Whether it made a signature as tools other than OpenSSH write them: Ed25519 as it is, ECDSA in DER
    /// over SHA-256 (P-256) or SHA-384 (P-384), RSA over SHA-256, padded by either rule. No other key
    /// makes such a one; what a security key signs has its device's counter in it.
    #[must_use]
    pub fn made_plain(&self, message: &[u8], signature: &[u8]) -> bool {
        let by_curve = |algorithm: &'static dyn VerificationAlgorithm, point: &[u8]| {
            UnparsedPublicKey::new(algorithm, point).verify(message, signature).is_ok()
        };
        match (self.key_type(), &self.material) {
            (KeyType::Ed25519, Material::Ed25519(key)) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                VerifyingKey::from_bytes(key)
                    .and_then(|key| signature.and_then(|made| key.verify_strict(message, &made)))
                    .is_ok()
            }
            (KeyType::EcdsaP256, Material::Point(point)) => {
                by_curve(&ECDSA_P256_SHA256_ASN1, point)
            }
            (KeyType::EcdsaP384, Material::Point(point)) => {
                by_curve(&ECDSA_P384_SHA384_ASN1, point)
            }
            (KeyType::Rsa, Material::Rsa { e, n }) => {
                let key = RsaPublicKeyComponents { n, e };
                [&RSA_PKCS1_2048_8192_SHA256, &RSA_PSS_2048_8192_SHA256]
                    .into_iter()
                    .any(|rule| key.verify(rule, message, signature).is_ok())
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of RFC 8410, section 10.1.
    const PEM: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----\n";

    #[test]
    fn a_key_in_pem_is_the_one_that_openssh_writes() {
        let key = PublicKey::from_pem(PEM).unwrap();
        assert_eq!(key.key_type(), KeyType::Ed25519);
        assert_eq!(PublicKey::from_openssh(&key.to_openssh()).unwrap(), key);
        let der = BASE64_STANDARD.encode(key.to_spki().unwrap());
        assert!(PEM.contains(&der), "{der}");
    }

    #[test]
    fn what_is_no_key_in_pem_is_refused() {
        let body = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        for odd in [
            String::new(),
            body.to_owned(),
            PEM.replace("PUBLIC", "PRIVATE"),
            PEM.replace("MCow", "MCox"),
            PEM.replace("MCow", "!"),
            PEM.replace("ZuE=", "ZuE"),
        ] {
            assert!(PublicKey::from_pem(&odd).is_err(), "{odd}");
        }
    }
}
