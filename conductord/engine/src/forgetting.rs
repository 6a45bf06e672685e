//! Carries out what was decided to be forgotten, when the daemon begins and nothing else runs.
//!
//! The record that something is forgotten comes first, the destruction after it; whatever a crash leaves
//! undone is done again at the next start, and what was done already is not undone by that. The order is: logs
//! and contents, the views, the key last of all, so that what is to be removed can be found for as long as
//! anything of it is left. Where contents are elsewhere, or are kept for longer, they are noted for whoever tells
//! their store what expired, and go right after the start, or as soon as they may.

use std::{collections::BTreeSet, io, sync::Arc};

use conductor_domain::{
    time::Timestamp,
    trust::forgotten::{Forgets, Gone},
};
use conductor_protocol::id::RunId;

use crate::{
    ports::{
        BlobStore, KeyFound, Keyring, KeyringError, LogStore, Owner, Removal, ViewError,
        subject_digest,
    },
    service::left_contents,
    views::Views,
};

/// Why something could not be forgotten. It is tried again at the next start.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// The views can't be read.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// A key can't be destroyed.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// A file can't be removed.
    #[error("{attempt}")]
    Io {
        /// What was tried.
        attempt: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// What was decided to be forgotten and has keys that are still there.
#[must_use]
pub fn due(forgets: &Forgets, keyring: &dyn Keyring) -> Vec<Arc<Gone>> {
    let is_live = |id: &String| matches!(keyring.key(id), Ok(KeyFound::Live(_)));
    forgets.all().filter(|gone| gone.of.keys.iter().any(is_live)).cloned().collect()
}

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// The runs whose logs are gone.
    pub runs: BTreeSet<RunId>,
    /// Contents that are gone.
    pub contents: usize,
    /// Contents that go after the start, or as soon as their store lets them.
    pub noted: usize,
}

/// Removes the logs and the contents that only these runs have, or only this tenant.
///
/// # Errors
/// [`ForgetError`]
pub fn remove(
    gone: &Gone,
    views: &Views,
    keyring: &dyn Keyring,
    (logs, blobs, now): (&dyn LogStore, &dyn BlobStore, Timestamp),
) -> Result<Removed, ForgetError> {
    let tenant = gone.of.tenant.as_str();
    let runs = runs_of(gone, views, keyring)?;
    for run in &runs {
        logs.remove(*run).map_err(|source| {
            let attempt = format!("remove the logs of run {run}");
            ForgetError::Io { attempt, source }
        })?;
    }
    let some = (!gone.of.subject_digest.is_empty()).then_some(&runs);
    let digests = views.contents_only_of(tenant, some)?;
    let (contents, noted) = remove_contents(digests, blobs, now)?;
    Ok(Removed { runs, contents, noted })
}

/// How many contents went, and how many are to go.
fn remove_contents(
    digests: BTreeSet<String>,
    blobs: &dyn BlobStore,
    now: Timestamp,
) -> Result<(usize, usize), ForgetError> {
    let all = digests.len();
    let at_once = match blobs.follower() {
        None => digests.into_iter().collect(),
        Some(notes) => left_contents::note(&*notes, digests, now).map_err(|source| {
            let attempt = "note which contents of what is forgotten are to go".to_owned();
            ForgetError::Io { attempt, source }
        })?,
    };
    let noted = all - at_once.len();
    let mut removed = 0;
    for digest in at_once {
        let went = blobs.forget(&digest, now).map_err(|source| {
            let attempt = format!("remove the content {digest}");
            ForgetError::Io { attempt, source }
        })?;
        match went {
            Removal::Removed => removed += 1,
            Removal::Absent => {}
            Removal::Kept { until } => {
                let until_ms = until.unix_ms;
                tracing::warn!(
                    digest,
                    until_ms,
                    "a content of what is forgotten is left to its store"
                );
            }
        }
    }
    Ok((removed, noted))
}

/// Destroys the keys. From here on nobody reads what they sealed.
///
/// # Errors
/// [`ForgetError`]
pub fn destroy(gone: &Gone, keyring: &dyn Keyring) -> Result<(), ForgetError> {
    for id in &gone.of.keys {
        keyring.destroy(id, gone.at, gone.seq)?;
    }
    Ok(())
}

fn runs_of(
    gone: &Gone,
    views: &Views,
    keyring: &dyn Keyring,
) -> Result<BTreeSet<RunId>, ForgetError> {
    let tenant = gone.of.tenant.as_str();
    if gone.of.subject_digest.is_empty() {
        return Ok(views.runs_of_tenant(tenant)?);
    }
    let same = |owner: &Owner| subject_digest(&owner.subject) == gone.of.subject_digest;
    let mut runs = BTreeSet::new();
    for (_, owner) in keyring.held(tenant, None).into_iter().filter(|(_, owner)| same(owner)) {
        runs.extend(views.runs_of_subject(tenant, &owner.subject)?);
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use std::{io::Read, path::Path};

    use super::*;
    use crate::ports::{BlobRef, OutboxStore, StagedBlob};

    const NOW: Timestamp = Timestamp::from_unix_ms(1_790_000_000_000);

    /// Answers by the name of a content; elsewhere, or on this machine.
    struct Store {
        elsewhere: bool,
    }

    struct Nothing;

    impl OutboxStore for Nothing {
        fn load(&self, _: &str) -> io::Result<Option<Vec<u8>>> {
            Ok(None)
        }

        fn keep(&self, _: &str, _: &[u8]) -> io::Result<()> {
            Ok(())
        }

        fn targets(&self) -> io::Result<Vec<String>> {
            Ok(Vec::new())
        }
    }

    struct Never(BlobRef);

    impl StagedBlob for Never {
        fn blob(&self) -> &BlobRef {
            &self.0
        }

        fn open(&self) -> io::Result<Box<dyn Read + Send>> {
            Err(io::ErrorKind::Unsupported.into())
        }

        fn keep(self: Box<Self>) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    impl BlobStore for Store {
        fn stage(&self, _: &mut dyn Read, _: u64) -> io::Result<Box<dyn StagedBlob>> {
            Ok(Box::new(Never(BlobRef { digest: String::new(), size_bytes: 0 })))
        }

        fn remove(&self, digest: &str, now: Timestamp) -> io::Result<Removal> {
            match digest {
                "there" => Ok(Removal::Removed),
                "locked" => Ok(Removal::Kept { until: now + 5 }),
                "away" => Err(io::Error::other("it does not answer")),
                _ => Ok(Removal::Absent),
            }
        }

        fn open(&self, _: &str) -> io::Result<Box<dyn Read + Send>> {
            Err(io::ErrorKind::NotFound.into())
        }

        fn staging(&self) -> &Path {
            Path::new("/")
        }

        fn follower(&self) -> Option<Arc<dyn OutboxStore>> {
            self.elsewhere.then(|| Arc::new(Nothing) as Arc<dyn OutboxStore>)
        }
    }

    fn digests(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn no_start_waits_for_a_store_that_is_elsewhere() {
        let all = digests(&["there", "locked", "away", "gone"]);
        let elsewhere = Store { elsewhere: true };
        assert_eq!(remove_contents(all, &elsewhere, NOW).unwrap(), (0, 4));
    }

    #[test]
    fn a_disk_of_this_machine_that_refuses_is_an_error() {
        let here = Store { elsewhere: false };
        assert_eq!(remove_contents(digests(&["there", "gone"]), &here, NOW).unwrap(), (1, 0));
        let failed = remove_contents(digests(&["away"]), &here, NOW).unwrap_err();
        assert_eq!(failed.to_string(), "remove the content away");
    }
}
