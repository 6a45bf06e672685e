//! What the kernel looks up that it doesn't hold: runs and approvals that ended, keys that were used.

use std::sync::Arc;

use conductor_domain::{trust::approval::Approval, work::run::Run};
use conductor_protocol::id::{ApprovalId, RunId};

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

    /// What a command with that idempotency key was answered.
    ///
    /// # Errors
    /// [`ViewError`]
    fn remembered(&self, key: &str) -> Result<Option<Remembered>, ViewError>;
}
