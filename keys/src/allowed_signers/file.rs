//! The file as a whole: reading it, and asking it.

use jiff::{Timestamp, tz::TimeZone};

use super::{LineProblem, NotAllowed, Revoked, Signatory, line::Entry, question::Question};
use crate::ssh_key::Credential;

/// Bytes of a file.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Why a file can't be used: one line that is wrong is enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllowedSignersError {
    /// Too much to read.
    #[error("read the allowed signers: they have more than {FILE_BYTES_MAX} bytes")]
    Length,
    /// A line that is none.
    #[error("read the allowed signers: line {line}")]
    Line {
        /// Which one, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        problem: LineProblem,
    },
}

/// A file of allowed signers, with the keys that were taken back.
#[derive(Debug, Clone, Default)]
pub struct AllowedSigners {
    entries: Vec<Entry>,
    revoked: Revoked,
}

impl AllowedSigners {
    /// Reads a file. Times without a `Z` are in this zone, where `ssh-keygen` takes the system's.
    ///
    /// # Errors
    /// [`AllowedSignersError`]
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, AllowedSignersError> {
        let entries = entries(text, zone)?.into_iter().map(|(_, entry)| entry).collect();
        Ok(Self { entries, revoked: Revoked::default() })
    }

    /// Refuses these keys from now on, whatever the file says; a CA among them with all that it
    /// signed.
    #[must_use]
    pub fn with_revoked(self, revoked: Revoked) -> Self {
        Self { revoked, ..self }
    }

    /// Who a key signs for by name, in this namespace and at this time: as
    /// `ssh-keygen -Y find-principals`, but that a pattern names nobody.
    ///
    /// # Errors
    /// [`NotAllowed`]
    pub fn find(
        &self,
        credential: &Credential,
        namespace: &str,
        at: Timestamp,
    ) -> Result<Signatory, NotAllowed> {
        self.ask(&Question { credential, namespace, at: seconds(at), principal: None })
    }

    /// Whether a key signs for this principal, in this namespace and at this time: as
    /// `ssh-keygen -Y verify -I`.
    ///
    /// # Errors
    /// [`NotAllowed`]
    pub fn find_as(
        &self,
        principal: &str,
        credential: &Credential,
        namespace: &str,
        at: Timestamp,
    ) -> Result<Signatory, NotAllowed> {
        let principal = Some(principal);
        self.ask(&Question { credential, namespace, at: seconds(at), principal })
    }

    fn ask(&self, question: &Question<'_>) -> Result<Signatory, NotAllowed> {
        let authority = question.authority();
        let key = question.key();
        if let Some(revoked) = authority.into_iter().chain([key]).find(|key| self.revoked.has(key))
        {
            return Err(NotAllowed::Revoked(revoked));
        }
        let mut principals: Vec<String> = Vec::new();
        let mut closest = NotAllowed::Unknown(key);
        for entry in self.entries.iter().filter(|entry| question.concerns(entry)) {
            match question.answer(entry) {
                Ok(found) => principals.extend(found),
                Err(refusal) => closest = closest.max(refusal),
            }
        }
        if principals.is_empty() {
            return Err(closest);
        }
        principals.sort();
        principals.dedup();
        Ok(Signatory { principals, authority })
    }
}

/// What the lines of a file say, with their numbers, from 1.
pub(super) fn entries(
    text: &str,
    zone: &TimeZone,
) -> Result<Vec<(usize, Entry)>, AllowedSignersError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(AllowedSignersError::Length);
    }
    let mut entries = Vec::new();
    for (text, line) in text.lines().zip(1..) {
        let entry = Entry::parse(text, zone);
        let entry = entry.map_err(|problem| AllowedSignersError::Line { line, problem })?;
        entries.extend(entry.map(|entry| (line, entry)));
    }
    Ok(entries)
}

/// Whole seconds since 1970, which is how both formats count.
fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or(0)
}
