//! Signatures that other tools make over bundles and tokens: ECDSA over P-256 (`ES256`) and
//! RSA PKCS#1 v1.5 (`RS256`), both with SHA-256, by the public key that `openssl` writes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};

/// Bytes of a public key in PEM. The largest RSA key that is taken has about 1,500.
const PEM_BYTES_MAX: usize = 16 * 1024;
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";
/// Tags of DER.
const SEQUENCE: u8 = 0x30;
const OBJECT_ID: u8 = 0x06;
const BIT_STRING: u8 = 0x03;
/// `id-ecPublicKey`, and the curve P-256.
const EC: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// `rsaEncryption`.
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Why a text is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// Not PEM, or of something else.
    #[error("read the public key: it is no PEM that begins with {BEGIN}")]
    Pem,
    /// The PEM holds no public key.
    #[error("read the public key: it is damaged")]
    Der,
    /// A key of another kind.
    #[error("read the public key: it is neither P-256 nor RSA")]
    Kind,
}

/// Who may sign: a public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    kind: Kind,
    key: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    Rsa,
}

impl Kind {
    /// As the header of a token names it.
    const fn algorithm(self) -> &'static str {
        match self {
            Self::P256 => "ES256",
            Self::Rsa => "RS256",
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED,
            Self::Rsa => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

impl Signer {
    /// Reads a public key as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// [`SignerError`]
    pub fn from_pem(pem: &str) -> Result<Self, SignerError> {
        if pem.len() > PEM_BYTES_MAX {
            return Err(SignerError::Pem);
        }
        let (_, rest) = pem.split_once(BEGIN).ok_or(SignerError::Pem)?;
        let (body, _) = rest.split_once(END).ok_or(SignerError::Pem)?;
        let body: String = body.split_whitespace().collect();
        let der = STANDARD.decode(body).map_err(|_| SignerError::Der)?;
        Self::from_der(&der)
    }

    /// Reads a SubjectPublicKeyInfo (RFC 5280): what it is for, and the key itself.
    fn from_der(der: &[u8]) -> Result<Self, SignerError> {
        let (info, _) = element(der, SEQUENCE).ok_or(SignerError::Der)?;
        let (algorithm, rest) = element(info, SEQUENCE).ok_or(SignerError::Der)?;
        let (kind, parameters) = element(algorithm, OBJECT_ID).ok_or(SignerError::Der)?;
        let kind = if kind == RSA {
            Kind::Rsa
        } else if kind == EC && element(parameters, OBJECT_ID).is_some_and(|(id, _)| id == P256) {
            Kind::P256
        } else {
            return Err(SignerError::Kind);
        };
        let (bits, _) = element(rest, BIT_STRING).ok_or(SignerError::Der)?;
        // The first byte counts the bits at the end that don't belong to it.
        let Some((0, key)) = bits.split_first() else { return Err(SignerError::Der) };
        Ok(Self { kind, key: key.to_vec() })
    }

    /// Whether this key made a signature, by the algorithm that it is for: `ES256` or `RS256`.
    /// A signature of `ES256` is the two numbers side by side, as tokens have it, and not DER.
    #[must_use]
    pub fn verifies(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(self.kind.verification(), &self.key);
        algorithm == self.kind.algorithm() && key.verify(message, signature).is_ok()
    }
}

/// The content of the element that DER begins with, where it has this tag, and what comes after.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), rest.get(2..)?),
        _ => return None,
    };
    (*found == tag && length <= rest.len()).then(|| rest.split_at(length))
}
