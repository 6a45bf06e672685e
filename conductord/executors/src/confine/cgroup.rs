//! cgroup v2: one folder for each attempt, below one that is this worker's alone.
//!
//! ```text
//! <base>/daemon                the worker itself, where the base was its own cgroup
//! <base>/conductor-<worker>    the controllers of its attempts are switched on here
//! <base>/conductor-<worker>/<token>
//! ```
//!
//! A folder is removed with its attempt; what is in it then is killed, wherever it hides. What a
//! worker left that was killed itself is found by the worker's name at its next start.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use sha2::{Digest as _, Sha256};

use super::options::{Bounds, CgroupChoice};
use crate::limits::{CGROUP_POLL, KILL_WAIT};

/// Length of the span in which CPU time is counted, in microseconds.
const CPU_PERIOD_US: u64 = 100_000;
/// The controllers that classes need.
const CONTROLLERS: [&str; 3] = ["cpu", "memory", "pids"];

/// The folders of one worker's attempts.
#[derive(Debug)]
pub(super) struct Cgroups {
    folder: PathBuf,
    controllers: BTreeSet<&'static str>,
}

/// The folder of one attempt; removed, with all that is in it, when it is dropped.
#[derive(Debug)]
pub(crate) struct AttemptCgroup {
    folder: PathBuf,
}

/// What was counted in an attempt's cgroup.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Processes that were killed because there was no memory left.
    pub(crate) memory_kills: u64,
    /// Forks that were refused because there were too many processes.
    pub(crate) forks_refused: u64,
}

impl Cgroups {
    /// Finds where this worker may make cgroups, and prepares its folder there. Otherwise says why
    /// there is no such place.
    pub(super) fn open(choice: &CgroupChoice, work_dir: &Path) -> Result<Self, String> {
        let name = format!("conductor-{}", name_of(work_dir));
        match choice {
            CgroupChoice::Off => Err("switched off in the configuration".into()),
            CgroupChoice::At(base) => Self::below(base, &name).map_err(|error| error.to_string()),
            CgroupChoice::Auto => Self::found(&name),
        }
    }

    fn found(name: &str) -> Result<Self, String> {
        let Some((root, own)) = hierarchy() else {
            return Err("no cgroup v2 hierarchy is mounted".into());
        };
        let mut problem = None;
        let own_is_root = own == root;
        if !own_is_root {
            match leave_alone(&own).and_then(|()| Self::below(&own, name)) {
                Ok(found) => return Ok(found),
                Err(error) => problem = Some(error.to_string()),
            }
        }
        if own_is_root || rustix::process::geteuid().is_root() {
            match Self::below(&root, name) {
                Ok(found) => return Ok(found),
                Err(error) => problem = Some(error.to_string()),
            }
        }
        Err(problem.unwrap_or_else(|| "its own cgroup is not delegated to it".into()))
    }

    /// Below a folder in which no process is, or which is the root.
    pub(super) fn below(base: &Path, name: &str) -> io::Result<Self> {
        let folder = base.join(name);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => end_leftovers(&folder),
        }
        let mut controllers = BTreeSet::new();
        for name in CONTROLLERS {
            if enable(base, name) && enable(&folder, name) {
                controllers.insert(name);
            }
        }
        if controllers.is_empty() {
            let offered = fs::read_to_string(base.join("cgroup.controllers"))?;
            drop(fs::remove_dir(&folder));
            return Err(io::Error::other(format!(
                "the hierarchy at {} has none of the controllers cpu, memory, pids (it has: {})",
                base.display(),
                if offered.trim().is_empty() { "none" } else { offered.trim() }
            )));
        }
        Ok(Self { folder, controllers })
    }

    /// Whether it bounds this.
    pub(super) fn has(&self, controller: &str) -> bool {
        self.controllers.contains(controller)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn controllers(&self) -> String {
        self.controllers.iter().copied().collect::<Vec<_>>().join(", ")
    }

    /// A folder for one attempt, with the bounds of its class.
    pub(super) fn enter(&self, token: u64, bounds: Option<&Bounds>) -> io::Result<AttemptCgroup> {
        let folder = self.folder.join(token.to_string());
        fs::create_dir(&folder)?;
        let made = AttemptCgroup { folder };
        if let Some(bounds) = bounds {
            for (controller, file, value) in settings(bounds) {
                if self.has(controller) {
                    made.set(file, &value)?;
                }
            }
        }
        Ok(made)
    }
}

/// Controller, file and value for each bound.
fn settings(bounds: &Bounds) -> [(&'static str, &'static str, String); 5] {
    let quota = u64::from(bounds.cpu_milli) * CPU_PERIOD_US / 1_000;
    [
        ("cpu", "cpu.max", format!("{} {CPU_PERIOD_US}", quota.max(1_000))),
        ("memory", "memory.max", bounds.memory_bytes.to_string()),
        ("memory", "memory.swap.max", "0".into()),
        // All of the attempt or nothing: half of a script is nobody's wish.
        ("memory", "memory.oom.group", "1".into()),
        ("pids", "pids.max", bounds.processes.to_string()),
    ]
}

impl AttemptCgroup {
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was counted so far.
    pub(crate) fn counted(&self) -> Counted {
        let count = |file: &str, key: &str| {
            let text = fs::read_to_string(self.folder.join(file)).unwrap_or_default();
            count_of(&text, key)
        };
        Counted {
            memory_kills: count("memory.events", "oom_kill"),
            forks_refused: count("pids.events", "max"),
        }
    }

    fn set(&self, file: &str, value: &str) -> io::Result<()> {
        match fs::write(self.folder.join(file), value) {
            // A kernel without swap has no file for it.
            Err(error) if error.kind() == io::ErrorKind::NotFound && file == "memory.swap.max" => {
                Ok(())
            }
            set => set,
        }
    }
}

impl Drop for AttemptCgroup {
    fn drop(&mut self) {
        if let Err(error) = end(&self.folder) {
            tracing::warn!(%error, folder = %self.folder.display(), "can't remove a cgroup");
        }
    }
}

/// The number behind a key of a file of such lines.
fn count_of(text: &str, key: &str) -> u64 {
    let line = |line: &str| {
        let (name, number) = line.split_once(' ')?;
        (name == key).then(|| number.trim().parse().ok())?
    };
    text.lines().find_map(line).unwrap_or(0)
}

/// Where the hierarchy is mounted, and this process's own folder in it.
fn hierarchy() -> Option<(PathBuf, PathBuf)> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let root = PathBuf::from(mount_point(&mounts)?);
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = own.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let folder = if own.is_empty() { root.clone() } else { root.join(own) };
    folder.is_dir().then_some((root, folder))
}

/// The mount point of the first cgroup2 file system in a `mountinfo`.
fn mount_point(mounts: &str) -> Option<&str> {
    mounts.lines().find_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        kind.starts_with("cgroup2 ").then(|| mount.split(' ').nth(4))?
    })
}

/// Moves this process out of the folder, where controllers can be switched on for none but empty
/// ones. Only when it is alone there: the others are not ours to move.
fn leave_alone(own: &Path) -> io::Result<()> {
    let inside = fs::read_to_string(own.join("cgroup.procs"))?;
    let me = rustix::process::getpid().as_raw_nonzero().to_string();
    if inside.lines().any(|pid| pid != me) {
        let message = "other processes are in its own cgroup: it is not delegated to it";
        return Err(io::Error::other(message));
    }
    let leaf = own.join("daemon");
    match fs::create_dir(&leaf) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::write(leaf.join("cgroup.procs"), "0"),
    }
}

/// Switches a controller on for the folders below. Gives whether it is.
fn enable(folder: &Path, controller: &str) -> bool {
    let file = folder.join("cgroup.subtree_control");
    let is_on = || {
        let on = fs::read_to_string(&file).unwrap_or_default();
        on.split_whitespace().any(|name| name == controller)
    };
    is_on() || (fs::write(&file, format!("+{controller}")).is_ok() && is_on())
}

/// Attempts of an earlier life of this worker.
fn end_leftovers(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for left in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        match end(&left.path()) {
            Ok(()) => tracing::info!(cgroup = %left.path().display(), "ended a leftover attempt"),
            Err(error) => tracing::warn!(%error, "can't end what is left in a cgroup"),
        }
    }
}

/// Kills what is in a folder and removes it.
#[expect(clippy::disallowed_methods, reason = "killed processes tell nobody when they are gone")]
fn end(folder: &Path) -> io::Result<()> {
    let until = Instant::now() + KILL_WAIT;
    let mut killed = false;
    loop {
        match fs::remove_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                if !killed {
                    fs::write(folder.join("cgroup.kill"), "1")?;
                    killed = true;
                }
                if Instant::now() > until {
                    return Err(error);
                }
                std::thread::sleep(CGROUP_POLL);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => return removed,
        }
    }
}

/// Tells one worker of a machine from another.
fn name_of(work_dir: &Path) -> String {
    let digest = Sha256::digest(work_dir.as_os_str().as_encoded_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
