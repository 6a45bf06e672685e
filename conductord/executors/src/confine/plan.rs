//! What the worker asks of the program that goes before the script, and what that one answers.
//! Both are the same build, so the form may change at will.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Everything that is done before the script is started. What stands here is done, or the script
/// is not started: the worker has left out what the machine does not give.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// A folder of a cgroup to be in.
    pub(crate) cgroup: Option<PathBuf>,
    /// Bounds of each process.
    pub(crate) limits: Limits,
    /// What is around it.
    pub(crate) walls: Option<Walls>,
}

/// Resource limits, as the kernel knows them of old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Seconds of CPU time of a process.
    pub(crate) cpu_s: Option<u64>,
    /// Bytes of private memory of a process.
    pub(crate) memory_bytes: Option<u64>,
    /// Processes and threads. They are counted in a user namespace of the attempt's own.
    pub(crate) processes: Option<u64>,
}

/// The walls of a sandbox.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Walls {
    /// Whom it becomes, when the worker is root.
    pub(crate) user: Option<User>,
    /// A view of the file system of its own.
    pub(crate) mounts: Option<Mounts>,
    /// Where it starts.
    pub(crate) cwd: PathBuf,
    /// Its own folders and files.
    pub(crate) own: Vec<PathBuf>,
    /// What it can't see, although it may read everything.
    pub(crate) hidden: Vec<PathBuf>,
    /// Whether it may read everything else, not the system's programs only.
    pub(crate) reads_everything: bool,
    /// What the manifest lets it read.
    pub(crate) read: Vec<PathBuf>,
    /// What the manifest lets it write.
    pub(crate) write: Vec<PathBuf>,
    /// Whether it may make sockets.
    pub(crate) network: bool,
}

/// A user and its group, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// What its view of the file system has in other places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mounts {
    /// The folder that it sees as `/tmp` and `/var/tmp`.
    pub(crate) tmp: PathBuf,
}

/// What can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// The plan itself could not be read.
    Plan,
    Cgroup,
    Limits,
    /// A user namespace that counts its processes.
    Counting,
    Mounts,
    User,
    NoNewPrivileges,
    Landlock,
    Seccomp,
    /// The program that was to be started.
    Program,
}

/// Why a plan was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refused {
    /// What is missing.
    pub(crate) part: Part,
    /// A sentence.
    pub(crate) message: String,
}

impl Refused {
    /// For the part, with what the system said of an attempt.
    pub(crate) fn because(part: Part, attempt: &str, error: impl std::fmt::Display) -> Self {
        Self { part, message: format!("can't {attempt}: {error}") }
    }
}
