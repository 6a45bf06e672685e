//! Carries out what was decided to be forgotten, when the daemon begins and nothing else runs.
//!
//! The record that something is forgotten comes first, the destruction after it; whatever a crash leaves
//! undone is done again at the next start, and what was done already is not undone by that. The order is: logs
//! and contents, the views, the key last of all, so that what is to be removed can be found for as long as
//! anything of it is left.

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

/// Removes the logs and the contents that only these runs have. Gives the runs, and how many contents went.
///
/// # Errors
/// [`ForgetError`]
pub fn remove(
    gone: &Gone,
    views: &Views,
    keyring: &dyn Keyring,
    (logs, blobs, now): (&dyn LogStore, &dyn BlobStore, Timestamp),
) -> Result<(BTreeSet<RunId>, usize), ForgetError> {
    let tenant = gone.of.tenant.as_str();
    let runs = runs_of(gone, views, keyring)?;
    for run in &runs {
        logs.remove(*run).map_err(|source| {
            let attempt = format!("remove the logs of run {run}");
            ForgetError::Io { attempt, source }
        })?;
    }
    let digests = views.contents_only_of(tenant, &runs)?;
    let mut removed = 0;
    for digest in &digests {
        let went = blobs.forget(digest, now).map_err(|source| {
            let attempt = format!("remove the content {digest}");
            ForgetError::Io { attempt, source }
        })?;
        match went {
            Removal::Kept { until } => {
                tracing::warn!(
                    digest,
                    until_ms = until.unix_ms,
                    "a content of what is forgotten is kept by `[blobs] retain_days`"
                );
            }
            Removal::Removed => removed += 1,
            Removal::Absent => {}
        }
    }
    Ok((runs, removed))
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
