//! Keeps other programs of the same user out of this process's memory.

use rustix::process::{DumpableBehavior, set_dumpable_behavior};

use crate::config::Settings;

/// From here on no core is dumped, and no task that runs as the same user can read this process's
/// memory or environment, where secrets are. Without secrets it stays open, to debuggers too.
pub(crate) fn close(settings: &Settings) {
    let s3 = settings.blobs.s3.is_some();
    if settings.secrets.is_empty() && settings.notify.is_empty() && !s3 {
        return;
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "tasks of the same user may read secrets in this process's memory");
    }
}
