//! A program's process group, ended with whoever waits for it.

use rustix::process::{Pid, Signal, kill_process_group};

/// Ends the group, whatever becomes of who waits for it.
pub(crate) struct Group(Pid);

impl Group {
    /// Of a program that leads one.
    pub(crate) fn of(child: &tokio::process::Child) -> Option<Self> {
        child.id().and_then(|id| Pid::from_raw(id.cast_signed())).map(Self)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Err(error) = kill_process_group(self.0, Signal::KILL) {
            tracing::trace!(%error, "nothing is left of a program's group");
        }
    }
}
