//! What bounded an attempt's program, as its worker enforced it.

use conductor_protocol::manifest::{ResourceClass, SandboxLevel};
use serde::{Deserialize, Serialize};

/// What the kernel of the worker's machine bounded something with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Nothing.
    #[default]
    #[serde(rename = "none")]
    Nothing,
    /// A cgroup: all processes together.
    Cgroup,
    /// A resource limit: each process by itself; of processes, all of the attempt's.
    Rlimit,
}

impl Means {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Cgroup => "cgroup",
            Self::Rlimit => "rlimit",
        }
    }

    /// The means of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        [Self::Nothing, Self::Cgroup, Self::Rlimit].into_iter().find(|means| means.word() == word)
    }
}

/// What bounded an attempt's program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Confinement {
    /// Its resource class.
    pub class: Option<ResourceClass>,
    /// What bounded its CPU.
    pub cpu: Means,
    /// What bounded its memory.
    pub memory: Means,
    /// What bounded the number of its processes.
    pub processes: Means,
    /// Its sandbox.
    pub sandbox: Option<SandboxLevel>,
    /// The user that it ran as, where that was another than the worker's.
    pub user: String,
    /// What was wished for and could not be had, in few words each.
    pub missing: Vec<String>,
    /// Why its program was not started, as a stable code; empty when it was. What the worker can't
    /// enforce now it can't enforce at the next try either.
    pub refused: String,
}
