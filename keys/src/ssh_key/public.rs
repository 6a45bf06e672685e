//! Public keys: which types there are, and reading them.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{Fingerprint, signature};
use crate::wire::{Malformed, Reader, put_positive, put_string};

/// Bits of RSA: fewer don't hold against those who might want in, more are not checked by `ring`.
const RSA_BITS_MIN: usize = 2048;
const RSA_BITS_MAX: usize = 8192;
/// Bytes of a line with a key. A certificate over an RSA key of 8192 bits, by another such key,
/// has about 5,000.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// Bytes of the application of a security key (`ssh:` and what its owner appends).
const APPLICATION_BYTES_MAX: usize = 1024;
const CERTIFICATE: &str = "-cert-v01@openssh.com";

/// Why something is no key that we take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the text of a key.
    #[error("read the key: it is not a type and base64, as a `.pub` file has it")]
    Text,
    /// A key that is cut off or altered.
    #[error("read the key: it is damaged")]
    Damaged,
    /// A type that is not taken.
    #[error(
        "use a key of type {0:?}: take Ed25519, ECDSA or RSA, or a security key of the first two"
    )]
    Type(String),
    /// An RSA key that is too short, or too long to be checked.
    #[error("use an RSA key of {bits} bits: take one of {RSA_BITS_MIN} to {RSA_BITS_MAX}")]
    Size {
        /// Bits of the modulus.
        bits: usize,
    },
    /// A certificate that its CA did not sign.
    #[error("use the certificate: the signature of its CA does not fit")]
    Authority,
}

impl From<Malformed> for KeyError {
    fn from(_: Malformed) -> Self {
        Self::Damaged
    }
}

/// The types of keys that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// `ssh-ed25519`
    Ed25519,
    /// `ecdsa-sha2-nistp256`
    EcdsaP256,
    /// `ecdsa-sha2-nistp384`
    EcdsaP384,
    /// `ecdsa-sha2-nistp521`
    EcdsaP521,
    /// `ssh-rsa`
    Rsa,
    /// `sk-ssh-ed25519@openssh.com`
    SkEd25519,
    /// `sk-ecdsa-sha2-nistp256@openssh.com`
    SkEcdsaP256,
}

impl KeyType {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Ed25519,
        Self::EcdsaP256,
        Self::EcdsaP384,
        Self::EcdsaP521,
        Self::Rsa,
        Self::SkEd25519,
        Self::SkEcdsaP256,
    ];

    /// As OpenSSH names the type of a key.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::EcdsaP256 => "ecdsa-sha2-nistp256",
            Self::EcdsaP384 => "ecdsa-sha2-nistp384",
            Self::EcdsaP521 => "ecdsa-sha2-nistp521",
            Self::Rsa => "ssh-rsa",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkEcdsaP256 => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    /// As OpenSSH names the type of a certificate over such a key.
    #[must_use]
    pub const fn certificate_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519-cert-v01@openssh.com",
            Self::EcdsaP256 => "ecdsa-sha2-nistp256-cert-v01@openssh.com",
            Self::EcdsaP384 => "ecdsa-sha2-nistp384-cert-v01@openssh.com",
            Self::EcdsaP521 => "ecdsa-sha2-nistp521-cert-v01@openssh.com",
            Self::Rsa => "ssh-rsa-cert-v01@openssh.com",
            Self::SkEd25519 => "sk-ssh-ed25519-cert-v01@openssh.com",
            Self::SkEcdsaP256 => "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
        }
    }

    /// Whether the key lives in a device that can ask for a touch.
    #[must_use]
    pub const fn is_security_key(self) -> bool {
        matches!(self, Self::SkEd25519 | Self::SkEcdsaP256)
    }

    /// As a key names its curve. Only keys over a curve of NIST do.
    pub(super) const fn curve(self) -> Option<&'static str> {
        match self {
            Self::EcdsaP256 | Self::SkEcdsaP256 => Some("nistp256"),
            Self::EcdsaP384 => Some("nistp384"),
            Self::EcdsaP521 => Some("nistp521"),
            Self::Ed25519 | Self::Rsa | Self::SkEd25519 => None,
        }
    }
}

/// A public key of one of the types that are taken, with numbers in the range for its type.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    key_type: KeyType,
    pub(super) material: Material,
    /// What the device was told it signs for. Empty where there is no device.
    pub(super) application: String,
    wire: Vec<u8>,
}

/// What a signature is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Material {
    Ed25519([u8; 32]),
    /// A point in its uncompressed form; whether it is on the curve is seen when it is used.
    Point(Vec<u8>),
    Rsa {
        e: Vec<u8>,
        n: Vec<u8>,
    },
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key_type.name(), self.fingerprint())
    }
}

impl PublicKey {
    /// Reads the binary form.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn from_wire(wire: &[u8]) -> Result<Self, KeyError> {
        let mut reader = Reader::new(wire);
        let name = reader.text()?;
        let key_type = KeyType::ALL
            .into_iter()
            .find(|key_type| key_type.name() == name)
            .ok_or_else(|| KeyError::Type(known_part(name)))?;
        let key = Self::read_fields(key_type, &mut reader)?;
        reader.finish()?;
        Ok(key)
    }

    /// Reads a line of a `.pub` file: type, base64, and possibly a comment.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn from_openssh(line: &str) -> Result<Self, KeyError> {
        let (name, wire) = split_line(line)?;
        let key = Self::from_wire(&wire)?;
        if key.key_type.name() == name { Ok(key) } else { Err(KeyError::Damaged) }
    }

    /// What follows the type, in keys and in certificates alike.
    pub(super) fn read_fields(
        key_type: KeyType,
        reader: &mut Reader<'_>,
    ) -> Result<Self, KeyError> {
        let mut wire = Vec::new();
        put_string(&mut wire, key_type.name().as_bytes());
        let material = match key_type.curve() {
            Some(curve) => {
                if reader.text()? != curve {
                    return Err(KeyError::Damaged);
                }
                let point = reader.string()?;
                put_string(&mut wire, curve.as_bytes());
                put_string(&mut wire, point);
                Material::Point(point.to_vec())
            }
            None if key_type == KeyType::Rsa => read_rsa(reader, &mut wire)?,
            None => {
                let key = reader.string()?;
                put_string(&mut wire, key);
                Material::Ed25519(key.try_into().map_err(|_| KeyError::Damaged)?)
            }
        };
        let mut application = String::new();
        if key_type.is_security_key() {
            application = reader.text()?.to_owned();
            if application.len() > APPLICATION_BYTES_MAX {
                return Err(KeyError::Damaged);
            }
            put_string(&mut wire, application.as_bytes());
        }
        let key = Self { key_type, material, application, wire };
        if signature::is_usable(&key) { Ok(key) } else { Err(KeyError::Damaged) }
    }

    /// Its type.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The binary form.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// The hash by which people name it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.wire)
    }

    /// The line of a `.pub` file, without a comment.
    #[must_use]
    pub fn to_openssh(&self) -> String {
        format!("{} {}", self.key_type.name(), BASE64_STANDARD.encode(&self.wire))
    }
}

fn read_rsa(reader: &mut Reader<'_>, wire: &mut Vec<u8>) -> Result<Material, KeyError> {
    let (e, n) = (reader.positive()?.to_vec(), reader.positive()?.to_vec());
    let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
    if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) {
        return Err(KeyError::Size { bits });
    }
    put_positive(wire, &e);
    put_positive(wire, &n);
    Ok(Material::Rsa { e, n })
}

/// The type and the decoded key of a line.
pub(super) fn split_line(line: &str) -> Result<(&str, Vec<u8>), KeyError> {
    if line.len() > LINE_BYTES_MAX {
        return Err(KeyError::Text);
    }
    let mut words = line.split_ascii_whitespace();
    let (name, key) = words.next().zip(words.next()).ok_or(KeyError::Text)?;
    let wire = BASE64_STANDARD.decode(key).map_err(|_| KeyError::Text)?;
    Ok((name, wire))
}

/// The type that bytes say they are of, shortened to what can stand in a message.
pub(super) fn known_part(name: &str) -> String {
    name.chars().take(64).collect()
}

/// The type of key that a certificate of this name is over.
pub(super) fn certified(name: &str) -> Option<KeyType> {
    KeyType::ALL.into_iter().find(|key_type| key_type.certificate_name() == name)
}

/// Whether this is the name of a certificate, of a type that is taken or not.
pub(super) fn names_certificate(name: &str) -> bool {
    name.ends_with(CERTIFICATE)
}
