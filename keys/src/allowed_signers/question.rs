//! One question, the answer of one line to it, and why it may be no.

use jiff::Timestamp;

use super::line::Entry;
use crate::ssh_key::{Certificate, CertificateKind, Credential, Fingerprint};

/// Why a key does not sign for anybody here. Of several lines with the key the one is told that
/// came closest; they are in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NotAllowed {
    /// No line has the key, or the CA of the certificate.
    #[error("accept the key {0}: it is not known")]
    Unknown(Fingerprint),
    /// It may sign other things only.
    #[error("accept the key {key}: it may not sign for the namespace {namespace:?}")]
    Namespace {
        /// Which key.
        key: Fingerprint,
        /// What it signed for.
        namespace: String,
    },
    /// The certificate is over a machine.
    #[error("accept the certificate {0:?}: it is not over a user's key")]
    Host(String),
    /// The certificate sets a condition that nobody here enforces.
    #[error("accept the certificate {key_id:?}: its critical option {option:?} is not supported")]
    CriticalOption {
        /// The CA's words for the certificate.
        key_id: String,
        /// The condition.
        option: String,
    },
    /// Too early.
    #[error("accept the key {key}: it is not valid before {from}")]
    NotYetValid {
        /// Which key.
        key: Fingerprint,
        /// From when on it is.
        from: Timestamp,
    },
    /// Too late.
    #[error("accept the key {key}: it has expired, at {at}")]
    Expired {
        /// Which key.
        key: Fingerprint,
        /// When it did.
        at: Timestamp,
    },
    /// It signs for others, or for nobody by name.
    #[error("accept the key {0}: it does not sign for this principal")]
    Principal(Fingerprint),
    /// It was taken back.
    #[error("accept the key {0}: it is revoked")]
    Revoked(Fingerprint),
}

/// Who a key signs for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// Their names, of which there is at least one.
    pub principals: Vec<String>,
    /// The CA that vouches for it, where a certificate does.
    pub authority: Option<Fingerprint>,
}

/// What is asked of every line.
pub(super) struct Question<'a> {
    pub(super) credential: &'a Credential,
    pub(super) namespace: &'a str,
    /// Seconds since 1970.
    pub(super) at: u64,
    /// Who it has to be; anybody when there is nothing.
    pub(super) principal: Option<&'a str>,
}

impl Question<'_> {
    pub(super) fn key(&self) -> Fingerprint {
        self.credential.key().fingerprint()
    }

    pub(super) fn authority(&self) -> Option<Fingerprint> {
        match self.credential {
            Credential::Key(_) => None,
            Credential::Certificate(certificate) => Some(certificate.authority().fingerprint()),
        }
    }

    /// Whether a line is about this key, or about the CA of this certificate.
    pub(super) fn concerns(&self, entry: &Entry) -> bool {
        match self.credential {
            Credential::Key(key) => !entry.is_authority && entry.key == *key,
            Credential::Certificate(certificate) => {
                entry.is_authority && entry.key == *certificate.authority()
            }
        }
    }

    /// Whom the line lets the key sign for, which is at least one.
    pub(super) fn answer(&self, entry: &Entry) -> Result<Vec<String>, NotAllowed> {
        let key = self.key();
        if entry.namespaces.as_ref().is_some_and(|allowed| !allowed.matches(self.namespace)) {
            return Err(NotAllowed::Namespace { key, namespace: self.namespace.to_owned() });
        }
        if let Credential::Certificate(certificate) = self.credential {
            check_use(certificate)?;
            // A certificate's end is the first second without it, a line's the last one with it.
            let last = certificate.valid_before().checked_sub(1);
            let last = last.ok_or(NotAllowed::Expired { key, at: moment(0) })?;
            self.check_time(certificate.valid_after(), last)?;
        }
        let (after, before) = (entry.valid_after, entry.valid_before);
        self.check_time(after.unwrap_or(0), before.unwrap_or(u64::MAX))?;
        let principals = self.principals(entry);
        if principals.is_empty() { Err(NotAllowed::Principal(key)) } else { Ok(principals) }
    }

    fn check_time(&self, first: u64, last: u64) -> Result<(), NotAllowed> {
        if self.at < first {
            Err(NotAllowed::NotYetValid { key: self.key(), from: moment(first) })
        } else if self.at > last {
            Err(NotAllowed::Expired { key: self.key(), at: moment(last) })
        } else {
            Ok(())
        }
    }

    /// The names that the line allows: of the certificate, or of the line itself.
    fn principals(&self, entry: &Entry) -> Vec<String> {
        let names: Vec<&str> = match (self.credential, self.principal) {
            (Credential::Certificate(certificate), _) => {
                certificate.principals().iter().map(String::as_str).collect()
            }
            (Credential::Key(_), Some(principal)) => vec![principal],
            (Credential::Key(_), None) => entry.principals.names().collect(),
        };
        names
            .into_iter()
            .filter(|name| self.principal.is_none_or(|principal| principal == *name))
            .filter(|name| entry.principals.matches(name))
            .map(str::to_owned)
            .collect()
    }
}

/// That a certificate is one for signing by a person, without conditions.
fn check_use(certificate: &Certificate) -> Result<(), NotAllowed> {
    let key_id = || certificate.key_id().to_owned();
    if certificate.kind() != CertificateKind::User {
        return Err(NotAllowed::Host(key_id()));
    }
    match certificate.critical_options().first() {
        Some(option) => {
            Err(NotAllowed::CriticalOption { key_id: key_id(), option: option.clone() })
        }
        None => Ok(()),
    }
}

/// The time for people to read; what lies beyond the calendar is its end.
fn moment(seconds: u64) -> Timestamp {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
}
