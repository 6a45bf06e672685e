//! What contents of artifacts show, whose signature they came with, and the removal of those whose
//! time is over.

use std::{
    collections::HashMap,
    io::Read as _,
    sync::{Mutex, PoisonError},
};

use conductor_domain::{
    time::Timestamp,
    trust::artifact::{Artifact, Flags, Signature, Signer, Standing},
};
use conductor_keys::{
    ssh_key::{Credential, PublicKey},
    sshsig,
};
use conductor_protocol::{
    evidence::{self, EVIDENCE_BYTES_MAX, Enveloped, EvidenceError, Found},
    id::{ArtifactId, RunId},
};

use super::{Engine, Shared};
use crate::{
    kernel::Commit,
    limits::LOOKED_INTO_MAX,
    ports::{Removal, ViewError},
    run_known::{RunSummary, run_known},
    signers,
    views::{ReceiptFilter, Views},
    within,
};

/// What was found in contents, by their digests: the same bytes always show the same.
#[derive(Debug, Default)]
pub(super) struct LookedInto {
    known: Mutex<HashMap<String, Looked>>,
}

#[derive(Debug, Clone, Default)]
struct Looked {
    flags: Flags,
    words: String,
    /// There are signatures inside.
    enveloped: bool,
}

impl Engine {
    /// A run of a tenant, whoever carries it out.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn run_known(&self, tenant: &str, id: RunId) -> Result<Option<RunSummary>, ViewError> {
        run_known(&**self.views(), tenant, id)
    }

    /// Whether a run has the receipt of how it stands: of its end, or, where something else carries it
    /// out, of what was said of it last.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn receipted(&self, tenant: &str, id: RunId) -> Result<bool, ViewError> {
        let views = self.views();
        let Some(tracked) = views.tracked(tenant, id)? else {
            return Ok(views.receipt_of_run(tenant, id)?.is_some());
        };
        let of_it = ReceiptFilter { run: Some(id), kind: Some("tracked.".to_owned()) };
        let newest = views.find_receipts(tenant, &of_it, None, 1)?.receipts;
        Ok(newest.first().is_some_and(|receipt| receipt.record == tracked.seq))
    }

    /// What an artifact proves, and that in words: as it is recorded, or, of what a task left behind,
    /// as its content shows. Reads the disk. A content that can't be read proves nothing.
    #[must_use]
    pub fn shown_by(&self, artifact: &Artifact) -> (Flags, String) {
        if artifact.task.is_none() {
            return (artifact.flags, artifact.found.clone());
        }
        let Some(digest) = artifact.location.digest() else { return <_>::default() };
        let known = &self.shared.looked_into.known;
        if let Some(found) = known.lock().unwrap_or_else(PoisonError::into_inner).get(digest) {
            return (found.flags, found.words.clone());
        }
        let Some(found) = self.look_into(digest, artifact.location.stored_bytes()) else {
            return <_>::default();
        };
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= LOOKED_INTO_MAX {
            known.clear();
        }
        known.insert(digest.to_owned(), found.clone());
        drop(known);
        (found.flags, found.words)
    }

    fn look_into(&self, digest: &str, size_bytes: u64) -> Option<Looked> {
        if size_bytes > EVIDENCE_BYTES_MAX as u64 {
            return Some(Looked::default());
        }
        Some(match self.found_in(digest) {
            Ok(found) => Looked {
                flags: found.flags,
                words: if found.what.is_empty() { String::new() } else { found.words() },
                enveloped: !found.envelopes.is_empty(),
            },
            Err(Some(error)) => Looked { words: error.to_string(), ..Looked::default() },
            Err(None) => return None,
        })
    }

    /// What is found in a content; no error where it can't be read.
    fn found_in(&self, digest: &str) -> Result<Found, Option<EvidenceError>> {
        let mut bytes = Vec::new();
        let read = self.blobs().open(digest).and_then(|mut blob| blob.read_to_end(&mut bytes));
        read.map_err(|_| None)?;
        evidence::read(&bytes).map_err(Some)
    }

    /// Whose the signatures of a content are, in a tenant, now: that under it, which is empty where it
    /// came with none, and those that stand inside of what was found in it. One that proves nothing is
    /// enough for all of it to prove nothing.
    #[must_use]
    pub fn signature_of(
        &self,
        tenant: &str,
        (signature, found): (&str, &Found),
        bytes: &[u8],
    ) -> Signature {
        let at = self.now();
        let within = match self.signed_within(tenant, &found.envelopes, at) {
            Ok(within) => within,
            Err(problem) => return Signature::Unverifiable { problem },
        };
        if signature.is_empty() {
            return signed_inside(within, found);
        }
        self.signed_under(tenant, signature, bytes, (at, within))
    }

    /// Whose signature an artifact has: as it is recorded, or, of what a task left behind, as those in its
    /// content show, by the keys as they were then. Reads the disk.
    #[must_use]
    pub fn signature_shown(&self, artifact: &Artifact) -> Signature {
        let digest = artifact.location.digest();
        let Some(digest) = digest.filter(|_| artifact.task.is_some()) else {
            return artifact.signature.clone();
        };
        // Most have none, and are known by their digest to have none.
        drop(self.shown_by(artifact));
        let known = &self.shared.looked_into.known;
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let enveloped = known.get(digest).is_some_and(|looked| looked.enveloped);
        drop(known);
        let found = enveloped.then(|| self.found_in(digest)).and_then(Result::ok);
        let Some(found) = found else { return Signature::Unsigned };
        match self.signed_within(&artifact.scope.tenant, &found.envelopes, artifact.at) {
            Err(problem) => Signature::Unverifiable { problem },
            Ok(within) => signed_inside(within, &found),
        }
    }

    /// Whose the signatures inside are, or why one of them proves nothing.
    fn signed_within(
        &self,
        tenant: &str,
        envelopes: &[Enveloped],
        at: Timestamp,
    ) -> Result<Vec<Signer>, String> {
        if envelopes.is_empty() {
            return Ok(Vec::new());
        }
        let enrolled = self.views().enrolled_keys(tenant);
        // What the ledger holds and is not taken any more signs nothing.
        let keys = enrolled.iter().filter_map(|key| PublicKey::from_openssh(&key.terms.key).ok());
        within::signers(envelopes, keys.collect(), |key| {
            let credential = &Credential::Key(key.clone());
            let asked = signers::Signature { credential, namespace: sshsig::ARTIFACT, at };
            self.views().signed_by((tenant, None), asked)
        })
    }

    /// Whose the signature under a content is.
    fn signed_under(
        &self,
        tenant: &str,
        signature: &str,
        bytes: &[u8],
        (at, within): (Timestamp, Vec<Signer>),
    ) -> Signature {
        let verified = match sshsig::verify(signature, sshsig::ARTIFACT, bytes) {
            Ok(verified) => verified,
            Err(error) => return Signature::Unverifiable { problem: error.to_string() },
        };
        let asked = signers::Signature {
            credential: verified.credential(),
            namespace: sshsig::ARTIFACT,
            at,
        };
        match self.views().signed_by((tenant, None), asked) {
            Ok(signed) => Signature::Signed {
                by: signed.principal,
                key: signed.key.to_string(),
                signature: signature.to_owned(),
                within,
            },
            Err(error) => Signature::Unverifiable { problem: error.to_string() },
        }
    }
}

/// What a content that came with no signature is by those inside of it.
fn signed_inside(within: Vec<Signer>, found: &Found) -> Signature {
    match within.first().cloned() {
        // What stands beside its envelopes nobody signed.
        Some(Signer { by, key }) if !found.partly => {
            Signature::Signed { by, key, signature: String::new(), within }
        }
        _ => Signature::Unsigned,
    }
}

/// Removes the contents that commits let go.
pub(super) fn sweep(shared: &Shared, commits: &[std::sync::Arc<Commit>]) {
    for commit in commits {
        for ((tenant, id), _, standing) in &commit.changes.standings {
            if matches!(standing.as_deref(), Some(Standing::Expired { .. })) {
                remove(shared, tenant, *id);
            }
        }
    }
}

/// Removes what an earlier process was to remove and did not, or might not yet.
pub(super) fn sweep_all(shared: &Shared) {
    match shared.views.expired() {
        Ok(expired) => expired.iter().for_each(|(tenant, id)| remove(shared, tenant, *id)),
        Err(error) => tracing::warn!(%error, "failed to look for contents that are to be removed"),
    }
}

fn remove(shared: &Shared, tenant: &str, id: ArtifactId) {
    match removed(shared, &shared.views, (tenant, id), shared.clock.now()) {
        Ok(Some(Removal::Kept { until })) => {
            tracing::info!(%id, until_ms = until.unix_ms, "the content of an expired artifact is kept");
        }
        Ok(_) => {}
        Err(error) => {
            tracing::warn!(%id, %error, "failed to remove the content of an expired artifact");
        }
    }
}

/// What came of it; nothing where somebody else's artifact has the same content.
fn removed(
    shared: &Shared,
    views: &Views,
    (tenant, id): (&str, ArtifactId),
    now: Timestamp,
) -> Result<Option<Removal>, String> {
    let known = views.artifact(tenant, id).map_err(|error| error.to_string())?;
    let Some((known, _)) = known else { return Ok(None) };
    let Some(digest) = known.location.digest() else { return Ok(None) };
    if views.is_content_used(digest).map_err(|error| error.to_string())? {
        return Ok(None);
    }
    shared.blobs.remove(digest, now).map(Some).map_err(|error| error.to_string())
}
