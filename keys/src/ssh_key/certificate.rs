//! OpenSSH certificates: a key, who it may act for, and for how long, signed by a CA.

use super::{KeyError, PublicKey, public};
use crate::wire::Reader;

/// Principals of one certificate.
const PRINCIPALS_MAX: usize = 256;

/// What a certificate identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateKind {
    /// A person or a service.
    User,
    /// A machine.
    Host,
}

/// A certificate whose CA did sign it. Whether that CA is trusted, and whether the certificate
/// holds now, is for [`crate::allowed_signers`] to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    key: PublicKey,
    serial: u64,
    kind: CertificateKind,
    key_id: String,
    principals: Vec<String>,
    valid_after: u64,
    valid_before: u64,
    critical_options: Vec<String>,
    authority: PublicKey,
    wire: Vec<u8>,
}

impl Certificate {
    /// Whether bytes begin with the name of a certificate.
    pub(super) fn is_named_in(wire: &[u8]) -> bool {
        Reader::new(wire).text().is_ok_and(public::names_certificate)
    }

    /// Reads the binary form and checks the signature of the CA.
    ///
    /// # Errors
    /// [`KeyError`]
    pub fn from_wire(wire: &[u8]) -> Result<Self, KeyError> {
        let mut reader = Reader::new(wire);
        let name = reader.text()?;
        let key_type =
            public::certified(name).ok_or_else(|| KeyError::Type(public::known_part(name)))?;
        let _nonce = reader.string()?;
        let key = PublicKey::read_fields(key_type, &mut reader)?;
        let serial = reader.u64()?;
        let kind = match reader.u32()? {
            1 => CertificateKind::User,
            2 => CertificateKind::Host,
            _ => return Err(KeyError::Damaged),
        };
        let key_id = reader.text()?.to_owned();
        let principals = read_principals(reader.string()?)?;
        let (valid_after, valid_before) = (reader.u64()?, reader.u64()?);
        let critical_options = read_option_names(reader.string()?)?;
        let _extensions = reader.string()?;
        let _reserved = reader.string()?;
        let authority = PublicKey::from_wire(reader.string()?)?;
        let signed = &wire[..wire.len() - reader.rest().len()];
        let signature = reader.string()?;
        reader.finish()?;
        authority.verify(signed, signature).map_err(|_| KeyError::Authority)?;
        Ok(Self {
            key,
            serial,
            kind,
            key_id,
            principals,
            valid_after,
            valid_before,
            critical_options,
            authority,
            wire: wire.to_vec(),
        })
    }

    /// The key that it is over.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The CA's number for it.
    #[must_use]
    pub const fn serial(&self) -> u64 {
        self.serial
    }

    /// What it identifies.
    #[must_use]
    pub const fn kind(&self) -> CertificateKind {
        self.kind
    }

    /// The CA's words for it, meant for logs.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Who the key may act for. None at all means everybody to sshd, and nobody here.
    #[must_use]
    pub fn principals(&self) -> &[String] {
        &self.principals
    }

    /// The first second in which it holds, since 1970.
    #[must_use]
    pub const fn valid_after(&self) -> u64 {
        self.valid_after
    }

    /// The first second in which it holds no more, since 1970; [`u64::MAX`] for never.
    #[must_use]
    pub const fn valid_before(&self) -> u64 {
        self.valid_before
    }

    /// Names of the conditions that whoever accepts it must enforce.
    #[must_use]
    pub fn critical_options(&self) -> &[String] {
        &self.critical_options
    }

    /// The key of the CA that signed it.
    #[must_use]
    pub const fn authority(&self) -> &PublicKey {
        &self.authority
    }

    /// The binary form.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }
}

fn read_principals(packed: &[u8]) -> Result<Vec<String>, KeyError> {
    let mut reader = Reader::new(packed);
    let mut principals = Vec::new();
    while reader.finish().is_err() {
        if principals.len() == PRINCIPALS_MAX {
            return Err(KeyError::Damaged);
        }
        principals.push(reader.text()?.to_owned());
    }
    Ok(principals)
}

fn read_option_names(packed: &[u8]) -> Result<Vec<String>, KeyError> {
    let mut reader = Reader::new(packed);
    let mut names = Vec::new();
    while reader.finish().is_err() {
        names.push(reader.text()?.to_owned());
        let _value = reader.string()?;
    }
    Ok(names)
}
