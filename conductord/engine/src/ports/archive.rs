//! What the kernel looks up that it doesn't hold: runs that ended, keys that were used.

use std::sync::Arc;

use conductor_domain::work::run::Run;
use conductor_protocol::id::RunId;

use super::ViewError;
use crate::state::Remembered;

/// Look-ups in the views; they see everything committed before.
pub trait Archive {
    /// A run of a tenant.
    ///
    /// # Errors
    /// [`ViewError`]
    fn run(&self, tenant: &str, run: RunId) -> Result<Option<Arc<Run>>, ViewError>;

    /// What a command with that idempotency key was answered.
    ///
    /// # Errors
    /// [`ViewError`]
    fn remembered(&self, key: &str) -> Result<Option<Remembered>, ViewError>;
}
