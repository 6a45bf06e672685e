//! Empty folders, used again and again.
//!
//! Making and removing a folder is a change to the file system's journal and may wait for whoever
//! syncs it; a ledger on the same disk does that all the time. To look whether a folder is still
//! empty is not, so a folder that nothing was left in serves the next attempt.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rustix::process::{getegid, geteuid};

/// Only for the worker's user.
const MODE: u32 = 0o700;

/// The folders `<root>/<number>`.
#[derive(Debug)]
pub(super) struct Pool {
    root: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    free: Vec<u64>,
    next: u64,
}

/// One folder of a pool, taken.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) number: u64,
    pub(super) path: PathBuf,
}

impl Pool {
    /// Below a folder that has nothing in it.
    pub(super) fn below(root: PathBuf) -> Self {
        Self { root, state: Mutex::default() }
    }

    /// A folder that is empty and private.
    pub(super) fn take(&self) -> io::Result<Slot> {
        let (number, is_new) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            match state.free.pop() {
                Some(number) => (number, false),
                None => {
                    state.next += 1;
                    (state.next, true)
                }
            }
        };
        let path = self.root.join(number.to_string());
        if is_new {
            DirBuilder::new().mode(MODE).create(&path)?;
        }
        Ok(Slot { number, path })
    }

    /// Takes a folder back that is as it was given. Otherwise gives it back to be removed; its
    /// number is not used again.
    pub(super) fn give_back(&self, slot: Slot) -> Result<(), Slot> {
        if !is_pristine(&slot.path) || !is_ours(&slot.path) {
            return Err(slot);
        }
        self.state.lock().unwrap_or_else(PoisonError::into_inner).free.push(slot.number);
        Ok(())
    }
}

/// Takes a folder back from the user that a sandboxed program ran as.
fn is_ours(folder: &Path) -> bool {
    let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
    fs::symlink_metadata(folder).is_ok_and(|about| {
        about.uid() == uid || (about.is_dir() && chown(folder, Some(uid), Some(gid)).is_ok())
    })
}

fn is_pristine(folder: &Path) -> bool {
    let empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    // `symlink_metadata`: the program may have put a link in its place.
    empty
        && fs::symlink_metadata(folder)
            .is_ok_and(|about| about.is_dir() && about.permissions().mode() & 0o7777 == MODE)
}
