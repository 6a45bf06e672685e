//! A worker's folder: one folder for each attempt, gone when it ends, and one workspace for each
//! run, shared by its tasks on this worker.
//!
//! ```text
//! <work dir>/lock
//! <work dir>/attempts/<token>         where the program starts; its TMPDIR
//! <work dir>/attempts/<token>.output  made by the program when it has outputs
//! <work dir>/workspaces/<run id>      $CONDUCTOR_WORKSPACE
//! ```
//!
//! A workspace that is empty is removed with the run's last attempt here, one with files in it a
//! day after its last use, or earlier when there are too many.

use std::{
    cmp::Reverse,
    collections::HashMap,
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use conductor_engine::ports::Lease;
use conductor_protocol::id::RunId;

use crate::limits::{WORKSPACE_AGE_MAX, WORKSPACES_MAX};

/// The worker's folder, held by a lock.
#[derive(Debug)]
pub(super) struct Folders {
    root: PathBuf,
    attempts: PathBuf,
    workspaces: PathBuf,
    /// Attempts that use a run's workspace now.
    in_use: Mutex<HashMap<RunId, usize>>,
    _lock: File,
}

/// What one attempt was given.
#[derive(Debug)]
pub(super) struct AttemptFolders {
    pub(super) run: RunId,
    pub(super) cwd: PathBuf,
    pub(super) output_file: PathBuf,
    pub(super) workspace: PathBuf,
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
        Ok(Self { root, attempts, workspaces, in_use: Mutex::default(), _lock: lock })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Removes the attempts' folders of an earlier life.
    pub(super) fn remove_leftovers(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.attempts)? {
            remove_any(&entry?.path());
        }
        Ok(())
    }

    /// Makes the attempt's folders.
    pub(super) fn enter(&self, lease: &Lease) -> io::Result<AttemptFolders> {
        let token = lease.token.to_string();
        let folders = AttemptFolders {
            run: lease.run,
            output_file: self.attempts.join(token.clone() + ".output"),
            cwd: self.attempts.join(token),
            workspace: self.workspaces.join(lease.run.to_string()),
        };
        make_one(&folders.cwd)?;
        let mut in_use = self.in_use();
        let users = in_use.entry(lease.run).or_default();
        // Under the lock, so that a last user that leaves can't remove what was just made.
        if *users == 0
            && let Err(error) = make_one(&folders.workspace)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            in_use.remove(&lease.run);
            drop(in_use);
            remove_any(&folders.cwd);
            return Err(error);
        }
        *users += 1;
        Ok(folders)
    }

    /// Removes the attempt's folder, and the workspace when nobody uses it and it is empty.
    pub(super) async fn leave(&self, folders: AttemptFolders) {
        self.release(&folders);
        let AttemptFolders { cwd, output_file, .. } = folders;
        // Nearly always there is nothing in it; only real work is worth a thread.
        let output_left = matches!(fs::remove_file(&output_file), Err(error) if error.kind() != io::ErrorKind::NotFound);
        if fs::remove_dir(&cwd).is_ok() && !output_left {
            return;
        }
        let removed = tokio::task::spawn_blocking(move || {
            remove_any(&cwd);
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

    fn release(&self, folders: &AttemptFolders) {
        let mut in_use = self.in_use();
        let users = in_use.get_mut(&folders.run);
        let last = match users {
            Some(users) if *users > 1 => {
                *users -= 1;
                false
            }
            _ => true,
        };
        if last {
            in_use.remove(&folders.run);
            match fs::remove_dir(&folders.workspace) {
                // Its age counts from here.
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
                    touch(&folders.workspace);
                }
                Ok(()) | Err(_) => {}
            }
        }
        drop(in_use);
    }

    fn in_use(&self) -> MutexGuard<'_, HashMap<RunId, usize>> {
        // Counts are whole even when a holder panicked.
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

fn make_one(folder: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)
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
