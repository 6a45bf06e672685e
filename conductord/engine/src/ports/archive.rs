//! What the kernel looks up that it doesn't hold: runs and approvals that ended, what is tracked and
//! disclosed, keys that were used.

use std::sync::Arc;

use conductor_domain::{
    trust::{approval::Approval, disclosure::Disclosure},
    work::{run::Run, tracked::Tracked},
};
use conductor_protocol::id::{ApprovalId, DisclosureId, RunId};

use super::ViewError;
use crate::state::Remembered;

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

    /// What a command with that idempotency key was answered.
    ///
    /// # Errors
    /// [`ViewError`]
    fn remembered(&self, key: &str) -> Result<Option<Remembered>, ViewError>;
}
