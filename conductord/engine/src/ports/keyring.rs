//! The keys that payloads are sealed with: one for each tenant, and one for each data subject of a tenant.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::time::Timestamp;
use conductor_keys::sealing::DataKey;

/// Whose a record is: it can be read for as long as the owner's key is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// The tenant.
    pub tenant: String,
    /// The data subject that it is about; empty when it is the tenant's own.
    pub subject: String,
}

/// A key by its id.
#[derive(Debug, Clone)]
pub enum KeyFound {
    /// It is there.
    Live(Arc<DataKey>),
    /// It was destroyed, and it is on record that it was.
    Destroyed(Destroyed),
}

/// What is left of a key that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// Its id.
    pub id: String,
    /// The tenant whose it was.
    pub tenant: String,
    /// SHA-256 of the data subject in hexadecimal; empty when it was the tenant's own.
    pub subject_digest: String,
    /// When that was decided.
    pub at: Timestamp,
    /// The record that says so.
    pub record: u64,
}

/// How many keys there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyringReport {
    /// Keys that seal and open.
    pub live: usize,
    /// Keys that were destroyed.
    pub destroyed: usize,
    /// Where the key is that wraps them.
    pub wrapped_by: String,
}

/// Why a key could not be had. Nothing here ever holds a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Records name a key that is not there, and nothing says that it was destroyed.
    #[error(
        "the key {id} is missing: there is no {place}, and nothing says that it was destroyed; restore the \
         keyring from a backup"
    )]
    Missing {
        /// The key.
        id: String,
        /// The file that should be there.
        place: String,
    },
    /// A key is there and can't be used.
    #[error("{place} can't be used: {problem}")]
    Damaged {
        /// Which file.
        place: String,
        /// What is wrong, and what mends it.
        problem: String,
    },
    /// The disk refused.
    #[error("{attempt}")]
    Io {
        /// What was tried, on what.
        attempt: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// See the module.
pub trait Keyring: std::fmt::Debug + Send + Sync {
    /// The key of an owner and its id, made and durable when it was not there.
    ///
    /// # Errors
    /// [`KeyringError`]
    fn key_of(&self, owner: &Owner, at: Timestamp) -> Result<(String, Arc<DataKey>), KeyringError>;

    /// A key by its id.
    ///
    /// # Errors
    /// [`KeyringError::Missing`] when there is none and none was destroyed.
    fn key(&self, id: &str) -> Result<KeyFound, KeyringError>;

    /// The keys of a tenant that are there, with their ids; only that of a subject where one is named.
    fn held(&self, tenant: &str, subject: Option<&str>) -> Vec<(String, Owner)>;

    /// The tenants that were forgotten as a whole, each with the newest record that says so.
    fn forgotten_tenants(&self) -> Arc<BTreeMap<String, u64>>;

    /// Destroys a key for good, and keeps that it was. One that was destroyed before stays so.
    ///
    /// # Errors
    /// [`KeyringError`]; it may be tried again.
    fn destroy(&self, id: &str, at: Timestamp, record: u64) -> Result<(), KeyringError>;

    /// How many there are, and where the key is that wraps them.
    fn report(&self) -> KeyringReport;
}

/// SHA-256 of a data subject's name in hexadecimal, by which it is known once it is forgotten; nothing
/// of nobody.
#[must_use]
pub fn subject_digest(subject: &str) -> String {
    use sha2::{Digest as _, Sha256};
    if subject.is_empty() {
        return String::new();
    }
    Sha256::digest(subject.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
