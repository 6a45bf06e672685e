//! `Ctrl-Z`: stops the whole process group, as the shell's job control expects.

use std::io;

use rustix::process::{Signal, kill_current_process_group};

/// Stops this process group; returns when it is continued. The kernel ignores the signal where
/// nobody could continue us (an orphaned group), so the console can't be stranded by it.
pub(crate) fn stop_process_group() -> io::Result<()> {
    Ok(kill_current_process_group(Signal::TSTP)?)
}
