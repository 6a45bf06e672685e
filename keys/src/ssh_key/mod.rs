//! SSH keys as people have them: public keys, certificates over them, and secret keys in files.
//!
//! Formats: RFC 4253 and 5656 (keys), `PROTOCOL.u2f` (security keys), `PROTOCOL.certkeys`
//! (certificates), `PROTOCOL.key` (files) of OpenSSH. DSA, RSA of less than 2048 bits and
//! signatures over SHA-1 are not understood at all, so that nobody can forget to refuse them.

mod certificate;
mod credential;
mod fingerprint;
mod plain;
mod public;
mod secret;
mod signature;

pub use certificate::{Certificate, CertificateKind};
pub use credential::Credential;
pub use fingerprint::{Fingerprint, FingerprintError};
pub use public::{KeyError, KeyType, PublicKey};
pub use secret::{Passphrase, SecretKey, SecretKeyError};
pub use signature::{SignatureError, Touch};
