//! What the kernel looks up that it doesn't hold: runs and approvals that ended, what is tracked and
//! disclosed, artifacts, keys that were used.

use std::{collections::BTreeSet, sync::Arc};

use conductor_domain::{
    trust::{approval::Approval, artifact::Artifact, disclosure::Disclosure, gate::Checked},
    work::{run::Run, tracked::Tracked},
};
use conductor_protocol::id::{ApprovalId, ArtifactId, DisclosureId, RunId};

use super::ViewError;
use crate::{state::Remembered, views::ArtifactRow};

/// Look-ups in the views; they see everything committed before.
pub trait Archive {
    /// A run of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    fn run(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Run>>, ViewError>;

    /// An approval of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    fn approval(&self, tenant: &str, id: ApprovalId) -> Result<Option<Arc<Approval>>, ViewError>;

    /// A tracked run of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    fn tracked(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Tracked>>, ViewError>;

    /// A disclosure pack of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    fn disclosure(
        &self,
        tenant: &str,
        id: DisclosureId,
    ) -> Result<Option<Arc<Disclosure>>, ViewError>;

    /// An artifact of a tenant, and how it stands.
    ///
    /// # Errors
    /// [`ViewError`]
    fn artifact(&self, tenant: &str, id: ArtifactId) -> Result<Option<ArtifactRow>, ViewError>;

    /// How many artifacts a run of a tenant has.
    ///
    /// # Errors
    /// [`ViewError`]
    fn artifacts_of_run(&self, tenant: &str, run: RunId) -> Result<usize, ViewError>;

    /// What the release gate of a run answered last.
    ///
    /// # Errors
    /// [`ViewError`]
    fn gate(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Checked>>, ViewError>;

    /// The runs of a tenant that are about a data subject.
    ///
    /// # Errors
    /// [`ViewError`]
    fn runs_of_subject(&self, tenant: &str, subject: &str) -> Result<BTreeSet<RunId>, ViewError>;

    /// The artifacts of a tenant that are held.
    ///
    /// # Errors
    /// [`ViewError`]
    fn held_artifacts(&self, tenant: &str) -> Result<Vec<Arc<Artifact>>, ViewError>;

    /// What a command with that idempotency key was answered.
    ///
    /// # Errors
    /// [`ViewError`]
    fn remembered(&self, key: &str) -> Result<Option<Remembered>, ViewError>;
}
