//! Keys that were taken back, by fingerprint.
//!
//! A list of them is a specification of `ssh-keygen -k` (KEY REVOCATION LISTS) too, so that
//! `ssh-keygen -k -f krl LIST` makes from it what `ssh-keygen -Y verify -r krl` takes.

use std::{collections::BTreeSet, fmt};

use crate::ssh_key::{Fingerprint, FingerprintError};

/// Keys that are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revoked(BTreeSet<Fingerprint>);

/// A line that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read the revoked keys: line {line}")]
pub struct RevokedError {
    /// Which one, from 1.
    pub line: usize,
    /// What is wrong with it.
    #[source]
    pub problem: FingerprintError,
}

impl Revoked {
    /// Reads a list: lines of `hash: SHA256:…`, or of the fingerprint alone; comments begin with
    /// `#`.
    ///
    /// # Errors
    /// [`RevokedError`]
    pub fn parse(text: &str) -> Result<Self, RevokedError> {
        let mut keys = BTreeSet::new();
        for (text, line) in text.lines().zip(1..) {
            let text = text.split_once('#').map_or(text, |(before, _)| before).trim();
            let text = text.strip_prefix("hash:").unwrap_or(text).trim_start();
            if !text.is_empty() {
                keys.insert(text.parse().map_err(|problem| RevokedError { line, problem })?);
            }
        }
        Ok(Self(keys))
    }

    /// Whether this key was taken back.
    #[must_use]
    pub fn has(&self, key: &Fingerprint) -> bool {
        self.0.contains(key)
    }
}

impl FromIterator<Fingerprint> for Revoked {
    fn from_iter<I: IntoIterator<Item = Fingerprint>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl fmt::Display for Revoked {
    /// A list that [`Self::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|key| writeln!(f, "hash: {key}"))
    }
}
