//! What the kernel tells of processes, in `/proc`. A process may vanish between any two looks, so
//! nothing here is an error: what can't be read is not there.

use std::{
    fs::{self, File},
    io::Read,
    path::PathBuf,
};

use rustix::process::Pid;

use crate::limits::ENVIRON_BYTES_MAX;

/// State and parent of a process.
pub(super) struct Stat {
    pub(super) zombie: bool,
    pub(super) parent: i32,
}

/// The orphans that this process adopted, and children that its first thread started.
///
/// Linux gives an orphan to the first living thread of the process that adopts it, and lists
/// children by thread: while others start the programs, this list is empty and cheap to read.
pub(super) fn adopted() -> Vec<Pid> {
    let own = rustix::process::getpid().as_raw_nonzero();
    match fs::read_to_string(format!("/proc/self/task/{own}/children")) {
        Ok(text) => text.split_ascii_whitespace().filter_map(pid_of).collect(),
        // Not every kernel has that file.
        Err(_) => {
            all().filter(|pid| stat(*pid).is_some_and(|stat| stat.parent == own.get())).collect()
        }
    }
}

/// Every process there is.
pub(super) fn all() -> impl Iterator<Item = Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| pid_of(entry.file_name().to_str()?))
}

/// The environment that a process was started with; empty for a zombie.
pub(super) fn environ(pid: Pid) -> Option<Vec<u8>> {
    let file = File::open(format!("/proc/{}/environ", pid.as_raw_nonzero())).ok()?;
    let mut bytes = Vec::new();
    file.take(ENVIRON_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Where a process works.
pub(super) fn cwd(pid: Pid) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).ok()
}

/// State and parent.
pub(super) fn stat(pid: Pid) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name, in parentheses, may hold anything; what counts comes after the last of them.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let zombie = matches!(fields.next()?, "Z" | "X");
    Some(Stat { zombie, parent: fields.next()?.parse().ok()? })
}

fn pid_of(text: &str) -> Option<Pid> {
    Pid::from_raw(text.parse().ok()?)
}
