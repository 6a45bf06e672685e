//! A worker's folder: an empty folder for each attempt, and one workspace for each run, shared by
//! its tasks on this worker.
//!
//! ```text
//! <work dir>/lock
//! <work dir>/attempts/<number>         where the program starts; its TMPDIR
//! <work dir>/attempts/<number>.output  made by the program when it has outputs
//! <work dir>/attempts/<number>.tmp     what a sandboxed program sees as /tmp
//! <work dir>/attempts/<number>         $CONDUCTOR_WORKSPACE while nothing was left in it, and then
//! <work dir>/workspaces/<run id>       $CONDUCTOR_WORKSPACE of the run's next tasks
//! ```
//!
//! What an attempt leaves in its own folder is removed when it ends. A workspace with something in
//! it is removed a day after its last use, or earlier when there are too many.

#![expect(
    clippy::disallowed_methods,
    reason = "the age of a folder is told by the file system's clock"
)]

use std::{
    cmp::Reverse,
    collections::HashMap,
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, chown},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use conductor_protocol::id::RunId;

use super::pool::{Pool, Slot};
use crate::limits::{WORKSPACE_AGE_MAX, WORKSPACES_MAX};

/// The worker's folder, held by a lock.
#[derive(Debug)]
pub(super) struct Folders {
    root: PathBuf,
    attempts: PathBuf,
    workspaces: PathBuf,
    pool: Pool,
    in_use: Mutex<HashMap<RunId, Workspace>>,
    lock: File,
}

/// A run's workspace while attempts use it.
#[derive(Debug)]
struct Workspace {
    users: usize,
    path: PathBuf,
    /// It is a folder of the pool, not yet one of the run's own.
    slot: Option<Slot>,
}

/// What one attempt was given.
#[derive(Debug)]
pub(super) struct AttemptFolders {
    pub(super) run: RunId,
    pub(super) slot: Slot,
    pub(super) output_file: PathBuf,
    pub(super) workspace: PathBuf,
}

impl Drop for Folders {
    /// Lets go at once: a program that another part of this process is starting holds the lock's file, too,
    /// until it has begun.
    fn drop(&mut self) {
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, root = %self.root.display(), "can't let go of the folder");
        }
    }
}

impl Folders {
    /// Makes and locks the folder.
    pub(super) fn open(work_dir: &Path) -> io::Result<Self> {
        make_private(work_dir)?;
        // Processes are recognised by this path, so there must be one spelling of it.
        let root = work_dir.canonicalize()?;
        let lock = File::create(root.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::new(
                io::ErrorKind::WouldBlock,
                format!("another worker uses the folder {}", root.display()),
            ),
            TryLockError::Error(error) => error,
        })?;
        let (attempts, workspaces) = (root.join("attempts"), root.join("workspaces"));
        make_private(&attempts)?;
        make_private(&workspaces)?;
        let pool = Pool::below(attempts.clone());
        Ok(Self { root, attempts, workspaces, pool, in_use: Mutex::default(), lock })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Removes the attempts' folders of an earlier life; before any attempt enters.
    pub(super) fn remove_leftovers(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.attempts)? {
            remove_any(&entry?.path());
        }
        Ok(())
    }

    /// Gives an attempt its folders.
    pub(super) fn enter(&self, run: RunId) -> io::Result<AttemptFolders> {
        let workspace = self.enter_workspace(run)?;
        match self.pool.take() {
            Ok(slot) => {
                let output_file = self.attempts.join(format!("{}.output", slot.number));
                Ok(AttemptFolders { run, slot, output_file, workspace })
            }
            Err(error) => {
                self.leave_workspace(run);
                Err(error)
            }
        }
    }

    /// Makes a temporary folder for an attempt, and all that it was given `owner`'s. Its file for
    /// outputs is made too: a confined program may not make one beside those of others.
    pub(super) fn open_to(
        &self,
        folders: &AttemptFolders,
        owner: Option<(u32, u32)>,
    ) -> io::Result<PathBuf> {
        let tmp = self.tmp_of(&folders.slot);
        DirBuilder::new().mode(0o700).create(&tmp)?;
        drop(File::create(&folders.output_file)?);
        if let Some((uid, gid)) = owner {
            for path in [&tmp, &folders.output_file, &folders.slot.path, &folders.workspace] {
                chown(path, Some(uid), Some(gid))?;
            }
        }
        Ok(tmp)
    }

    fn tmp_of(&self, slot: &Slot) -> PathBuf {
        self.attempts.join(format!("{}.tmp", slot.number))
    }

    /// Takes an attempt's folders back and removes what it left in its own.
    pub(super) async fn leave(&self, folders: AttemptFolders) {
        let AttemptFolders { run, slot, output_file, workspace: _ } = folders;
        self.leave_workspace(run);
        let output_gone = match fs::remove_file(&output_file) {
            Ok(()) => true,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        let tmp = self.tmp_of(&slot);
        // Most attempts have none.
        let tmp_gone = match fs::remove_dir(&tmp) {
            Ok(()) => true,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        let left = match output_gone && tmp_gone {
            true => self.pool.give_back(slot).err(),
            // Whatever stands there must not be the next attempt's.
            false => Some(slot),
        };
        let Some(Slot { path, .. }) = left else { return };
        let removed = tokio::task::spawn_blocking(move || {
            remove_any(&path);
            remove_any(&tmp);
            remove_any(&output_file);
        });
        if let Err(error) = removed.await {
            tracing::warn!(%error, "can't remove an attempt's folder");
        }
    }

    /// Removes the workspaces that were not used for long, and the oldest when there are many.
    pub(super) fn remove_old_workspaces(&self) {
        let Ok(entries) = fs::read_dir(&self.workspaces) else { return };
        let mut found: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .collect();
        found.sort_unstable_by_key(|(used_at, _)| Reverse(*used_at));
        for (place, (used_at, path)) in found.into_iter().enumerate() {
            let old = used_at.elapsed().is_ok_and(|age| age > WORKSPACE_AGE_MAX);
            if old || place >= WORKSPACES_MAX {
                self.remove_unused(&path);
            }
        }
    }

    fn enter_workspace(&self, run: RunId) -> io::Result<PathBuf> {
        let mut in_use = self.in_use();
        if let Some(workspace) = in_use.get_mut(&run) {
            workspace.users += 1;
            return Ok(workspace.path.clone());
        }
        let own = self.workspaces.join(run.to_string());
        let workspace = if own.is_dir() {
            Workspace { users: 1, path: own, slot: None }
        } else {
            let slot = self.pool.take()?;
            Workspace { users: 1, path: slot.path.clone(), slot: Some(slot) }
        };
        let path = workspace.path.clone();
        in_use.insert(run, workspace);
        drop(in_use);
        Ok(path)
    }

    fn leave_workspace(&self, run: RunId) {
        let mut in_use = self.in_use();
        let Some(workspace) = in_use.get_mut(&run) else { return };
        workspace.users -= 1;
        if workspace.users > 0 {
            return;
        }
        // Under the lock to its end, so that the run's next task finds it in its place.
        if let Some(Workspace { path, slot, .. }) = in_use.remove(&run) {
            match slot.map(|slot| self.pool.give_back(slot)) {
                None => touch(&path),
                Some(Ok(())) => {}
                Some(Err(slot)) => self.keep_workspace(run, &slot.path),
            }
        }
        drop(in_use);
    }

    /// Something was left in it: from now on it is the run's own.
    fn keep_workspace(&self, run: RunId, path: &Path) {
        let own = self.workspaces.join(run.to_string());
        match fs::rename(path, &own) {
            // Its age counts from here.
            Ok(()) => touch(&own),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "can't keep a run's workspace");
            }
        }
    }

    fn remove_unused(&self, workspace: &Path) {
        let name = workspace.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // Held until it is gone, so that no attempt enters a folder that vanishes; rare enough.
        let in_use = self.in_use();
        if name.parse().is_ok_and(|run: RunId| in_use.contains_key(&run)) {
            return;
        }
        remove_any(workspace);
        drop(in_use);
    }

    fn in_use(&self) -> MutexGuard<'_, HashMap<RunId, Workspace>> {
        // Every change is one insertion, removal or count, whole even when a holder panicked.
        self.in_use.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn touch(folder: &Path) {
    if let Err(error) = File::open(folder).and_then(|file| file.set_modified(SystemTime::now())) {
        tracing::debug!(%error, folder = %folder.display(), "can't mark a workspace as used");
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Removes a file or a whole folder; links are removed, never followed.
fn remove_any(path: &Path) {
    let removed = match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "can't remove what an attempt left");
        }
        Ok(()) | Err(_) => {}
    }
}
