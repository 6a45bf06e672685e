//! What the kernel tells of processes, in `/proc`. A process may vanish between any two looks, so
//! nothing here is an error: what can't be read is not there.

use std::{
    fs::{self, File},
    io::Read,
    path::PathBuf,
};

use rustix::process::Pid;

use crate::limits::{ENVIRON_BYTES_MAX, FILES_MAX};

/// How often the list of children is read until two readings are alike.
const CHILDREN_READS_MAX: usize = 8;

/// State, parent and start of a process.
pub(super) struct Stat {
    pub(super) zombie: bool,
    pub(super) parent: i32,
    /// Clock ticks after the system's own start.
    pub(super) started: u64,
}

/// The orphans that this process adopted, and children that its first thread started.
///
/// Linux gives an orphan to the first living thread of the process that adopts it, and lists
/// children by thread: while others start the programs, this list is empty and cheap to read.
///
/// A list that is read while one of it goes may lack the next one: the kernel goes on by the place
/// of the one that went (`get_children_pid` in its `fs/proc/array.c`). One that went is in that list
/// and in no later one, so a list that is read twice alike is whole.
pub(super) fn adopted() -> Vec<Pid> {
    let own = rustix::process::getpid().as_raw_nonzero();
    let path = format!("/proc/self/task/{own}/children");
    let mut before = None;
    for _ in 0..CHILDREN_READS_MAX {
        let Ok(text) = fs::read_to_string(&path) else { break };
        if before.as_ref() == Some(&text) {
            return text.split_ascii_whitespace().filter_map(pid_of).collect();
        }
        before = Some(text);
    }
    // Not every kernel has that file, and where much goes there may be no end of differences.
    all().filter(|pid| stat(*pid).is_some_and(|stat| stat.parent == own.get())).collect()
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

/// The inodes of the pipes that a process holds; none where another user's are not ours to see.
pub(super) fn pipes(pid: Pid) -> impl Iterator<Item = u64> {
    let folder = fs::read_dir(format!("/proc/{}/fd", pid.as_raw_nonzero()));
    let entries = folder.into_iter().flatten().flatten().take(FILES_MAX);
    entries.filter_map(|entry| {
        let target = fs::read_link(entry.path()).ok()?;
        target.to_str()?.strip_prefix("pipe:[")?.strip_suffix(']')?.parse().ok()
    })
}

/// These processes and all that descend from them.
pub(super) fn with_descendants(roots: Vec<Pid>) -> Vec<Pid> {
    let parents: Vec<(Pid, i32)> = all().filter_map(|pid| Some((pid, stat(pid)?.parent))).collect();
    let mut family = roots;
    let mut at = 0;
    while let Some(parent) = family.get(at).map(|pid| pid.as_raw_nonzero().get()) {
        let children = parents.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child);
        let fresh: Vec<Pid> = children.filter(|child| !family.contains(child)).collect();
        family.extend(fresh);
        at += 1;
    }
    family
}

/// State, parent and start.
pub(super) fn stat(pid: Pid) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name, in parentheses, may hold anything; what counts comes after the last of them.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let zombie = matches!(fields.next()?, "Z" | "X");
    let parent = fields.next()?.parse().ok()?;
    // The 22nd field of all; state and parent were the third and the fourth.
    let started = fields.nth(17)?.parse().ok()?;
    Some(Stat { zombie, parent, started })
}

fn pid_of(text: &str) -> Option<Pid> {
    Pid::from_raw(text.parse().ok()?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "a test needs processes to look at")]

    use std::{
        process::{Command, Stdio},
        sync::atomic::{AtomicBool, Ordering},
        thread,
    };

    use rustix::process::{WaitOptions, getpid, set_child_subreaper, waitpid};

    use super::*;

    /// Orphans that end at once, or one that stays.
    fn orphans(script: &str) -> Vec<Pid> {
        let mut shell = Command::new("/bin/sh");
        let output = shell.args(["-c", script]).stderr(Stdio::null()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_ascii_whitespace().filter_map(pid_of).collect()
    }

    #[test]
    fn an_orphan_is_seen_whatever_ends_beside_it() {
        const ROUNDS: usize = 8;
        set_child_subreaper(Some(getpid())).unwrap();
        // What other tests look for are no orphans of this one.
        let _claim = super::super::claims::begin();
        for _ in 0..ROUNDS {
            let short = orphans(
                "i=0; while [ $i -lt 60 ]; do sleep 0.1 >/dev/null 2>&1 & echo $!; i=$((i+1)); done",
            );
            let [stays] = orphans("sleep 100 >/dev/null 2>&1 & echo $!")[..] else {
                panic!("no orphan")
            };
            let over = AtomicBool::new(false);
            thread::scope(|scope| {
                scope.spawn(|| {
                    for pid in &short {
                        waitpid(Some(*pid), WaitOptions::empty()).ok();
                    }
                    over.store(true, Ordering::Release);
                });
                while !over.load(Ordering::Acquire) {
                    assert!(adopted().contains(&stays), "it is not seen");
                }
            });
            rustix::process::kill_process(stays, rustix::process::Signal::KILL).unwrap();
            waitpid(Some(stays), WaitOptions::empty()).ok();
        }
    }
}
