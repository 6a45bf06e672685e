//! Resource classes and sandboxes: what a script may take of its machine, and what it may touch.
//!
//! For a task that asks for either, the worker puts a small program before the script's shell: its
//! own binary, called with `confine`. That program is alone in its process, so it can do to itself
//! what a worker with many threads can't do to a child without unsafe code: enter a cgroup and
//! namespaces, become another user, forbid itself files (landlock) and system calls (seccomp). Then
//! it becomes the shell. Tasks that ask for nothing are started as ever.
//!
//! The worker learns once what its machine gives (`machine.rs`), turns a task's wishes into a plan of
//! exactly that (`prepare.rs`), and the program carries out the plan or refuses (`enter.rs`). So what
//! the attempt's record says was enforced, was. cgroups are the worker's side of it (`cgroup.rs`).

mod cgroup;
mod ending;
mod enter;
mod limits;
mod machine;
mod namespaces;
mod options;
mod paths;
mod plan;
mod prepare;
mod start;
mod syscalls;

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::Duration,
};

use conductor_engine::ports::Lease;
use conductor_protocol::manifest::ResourceClass;

pub(crate) use ending::explain;
pub use enter::{REFUSED, enter};
pub use machine::{Finding, Found};
pub use options::{Bounds, CgroupChoice, Classes, ConfineOptions};
pub(crate) use plan::Refused;
pub(crate) use prepare::{Given, Prepared};
pub(crate) use start::Channel;

use self::{cgroup::Cgroups, machine::Machine};

/// Shuts in what a worker starts.
#[derive(Debug)]
pub(crate) struct Confiner {
    work_dir: PathBuf,
    options: ConfineOptions,
    cgroups: Result<Cgroups, String>,
    machine: OnceLock<Machine>,
}

impl Confiner {
    /// For the worker with this folder. Ends what an earlier life of it left in its cgroups.
    pub(crate) fn open(work_dir: &Path, options: &ConfineOptions) -> io::Result<Self> {
        let cgroups = Cgroups::open(&options.cgroup, work_dir);
        if let (Err(problem), CgroupChoice::At(folder)) = (&cgroups, &options.cgroup) {
            let message = format!("use the cgroup {}: {problem}", folder.display());
            return Err(io::Error::other(message));
        }
        let (work_dir, options) = (work_dir.to_owned(), options.clone());
        Ok(Self { work_dir, options, cgroups, machine: OnceLock::new() })
    }

    /// What goes before a shell, with its first arguments.
    pub(crate) fn program(&self) -> &[OsString] {
        &self.options.program
    }

    /// What this machine gives. Blocks at the first time, while it is tried out.
    pub(crate) fn machine(&self) -> &Machine {
        self.machine.get_or_init(|| Machine::probe(&self.options, &self.work_dir))
    }

    /// What of it an operator should know, for `conductor doctor`. Blocks at the first time.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        machine::findings(self)
    }

    /// The bound of an attempt: its own, or its class's where that is shorter.
    pub(crate) fn wall(&self, lease: &Lease) -> Option<(ResourceClass, Duration)> {
        let class = lease.resources.or(self.options.default_class)?;
        let wall = self.options.classes.of(class).wall;
        let own = Duration::from_millis(lease.timeout_ms);
        (own.is_zero() || wall < own).then_some((class, wall))
    }
}
