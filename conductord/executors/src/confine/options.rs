//! How a worker confines what it starts.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use conductor_protocol::manifest::{ResourceClass, SandboxLevel};

/// What a class comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Thousandths of a core.
    pub cpu_milli: u32,
    /// Bytes.
    pub memory_bytes: u64,
    /// Processes and threads.
    pub processes: u32,
    /// How long an attempt may take.
    pub wall: Duration,
}

/// The three classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classes {
    /// `small`
    pub small: Bounds,
    /// `medium`
    pub medium: Bounds,
    /// `large`
    pub large: Bounds,
}

impl Classes {
    /// What this class comes to.
    #[must_use]
    pub const fn of(&self, class: ResourceClass) -> Bounds {
        match class {
            ResourceClass::Small => self.small,
            ResourceClass::Medium => self.medium,
            ResourceClass::Large => self.large,
        }
    }
}

impl Default for Classes {
    fn default() -> Self {
        let bounds = |cpu_milli, memory_mib: u64, processes, minutes: u64| Bounds {
            cpu_milli,
            memory_bytes: memory_mib << 20,
            processes,
            wall: Duration::from_secs(minutes * 60),
        };
        Self {
            small: bounds(500, 256, 64, 5),
            medium: bounds(1_000, 1_024, 256, 30),
            large: bounds(4_000, 8_192, 1_024, 240),
        }
    }
}

/// Where attempts get their cgroups.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CgroupChoice {
    /// Where the worker may make them: below its own cgroup, or, for root on a machine that gives
    /// it none of its own, below the root of the hierarchy.
    #[default]
    Auto,
    /// Nowhere.
    Off,
    /// Below this folder, which is the worker's alone.
    At(PathBuf),
}

/// How a worker confines what it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfineOptions {
    /// The program that goes before the shell, with its first arguments; it calls
    /// [`super::enter`]. Without one nothing can be confined.
    pub program: Vec<OsString>,
    /// What the classes come to.
    pub classes: Classes,
    /// The class of tasks that ask for none.
    pub default_class: Option<ResourceClass>,
    /// The sandbox of tasks that ask for none.
    pub default_sandbox: SandboxLevel,
    /// Whom a sandboxed program becomes when the worker is root: a name of `/etc/passwd`, or a
    /// number.
    pub user: String,
    /// What no sandboxed program sees: the daemon's data, its socket.
    pub hidden: Vec<PathBuf>,
    /// Where attempts get their cgroups.
    pub cgroup: CgroupChoice,
}

impl Default for ConfineOptions {
    fn default() -> Self {
        Self {
            program: Vec::new(),
            classes: Classes::default(),
            default_class: None,
            default_sandbox: SandboxLevel::None,
            user: "nobody".into(),
            hidden: Vec::new(),
            cgroup: CgroupChoice::default(),
        }
    }
}
