//! The data folder: locked, opened, its views brought up to date.
//!
//! ```text
//! data/
//!   key        signs checkpoints; back it up together with the ledger
//!   key.pub    in its place the public half of a key that is elsewhere
//!   key.chain  all keys that signed, where there were several
//!   sealing.key  wraps the keys of the keyring; back it up elsewhere than the keyring
//!   keyring/   the keys that payloads are sealed with, wrapped
//!   cosigned   the newest checkpoint that enough witnesses cosigned
//!   pid        of the daemon that holds the folder
//!   ledger/    the truth
//!   views/     derived from it
//!   logs/      output of tasks
//!   blobs/     artifacts, or those on their way to a bucket
//!   policy/    accepted bundles of policy, to go back to
//!   notify/    how far each target of notifications has come, and what waits for it
//!   work/      workspaces of the daemon's own worker
//! ```

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::Context as _;
use conductor_domain::trust::signing_key::SigningKeys;
use conductor_engine::{
    ports::{Keyring, LedgerError, LedgerReader, ViewError, ViewStore},
    sealing::{SealingLedger, opened},
    views::{FoldError, Folded, fold},
};
use conductor_keys::{chain::Chain, signing::Ring};
use conductor_protocol::id::RunId;
use conductor_store::{
    cosigned::CosignedFile,
    ledger::{
        FilesLedger, LedgerOptions, Lock, disk::RealDisk, lock as lock_folder, open as open_ledger,
    },
    views::{SledViews, open_views, wipe_views},
};
use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
};

use crate::{
    config::Settings,
    exit::{Ended, Kind},
    sealing, service_manager,
    signing::{self, Keys, Pins},
};

/// How often a lock that was left behind is asked for, five seconds long. A process that was about to
/// become a task's program when the daemon was killed shares the lock until it is that program.
const LOCK_TRIES_MAX: u32 = 500;
/// How long it is between two of them.
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// The data folder, held by this process for as long as this lives.
#[derive(Debug)]
pub(crate) struct Data {
    folder: PathBuf,
    _lock: Lock,
}

/// The open ledger.
pub(crate) struct OpenLedger {
    pub(crate) writer: SealingLedger<FilesLedger<RealDisk>>,
    pub(crate) reader: Arc<dyn LedgerReader>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) ring: Arc<Ring>,
    pub(crate) keyring: Arc<dyn Keyring>,
}

impl OpenLedger {
    /// Has the key in force sign that the ledger says is, now that all of it was read.
    pub(crate) fn settle_keys(&self, known: &SigningKeys) -> Result<(), Ended> {
        let newest = self.reader.latest_checkpoint().context("read the newest checkpoint")?;
        self.keys.settle(&self.ring, known, newest.map_or(0, |newest| newest.size))
    }
}

impl Data {
    /// Makes the folder when it is missing, and takes its lock.
    pub(crate) fn hold(folder: &Path) -> Result<Self, Ended> {
        private_folder(folder)
            .with_context(|| format!("prepare the data folder {}", folder.display()))?;
        let ledger = folder.join("ledger");
        private_folder(&ledger).context("prepare the ledger's folder")?;
        let lock = match take_lock(folder, &ledger) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(held(folder)),
            Err(error) => {
                let attempt = format!("lock the data folder {}", folder.display());
                return Err(anyhow::Error::new(error).context(attempt).into());
            }
        };
        fs::write(folder.join("pid"), format!("{}\n", std::process::id()))
            .context("write the file `pid` into the data folder")?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    /// A private folder inside.
    pub(crate) fn sub(&self, name: &str) -> Result<PathBuf, Ended> {
        let folder = self.folder.join(name);
        private_folder(&folder).with_context(|| format!("prepare {}", folder.display()))?;
        Ok(folder)
    }

    /// What the ledger's signatures are checked by.
    pub(crate) fn chain(&self) -> Result<Chain, Ended> {
        signing::chain(&self.folder)
    }

    /// Where the newest checkpoint is kept that enough witnesses cosigned.
    pub(crate) fn cosigned(&self) -> CosignedFile {
        CosignedFile::new(&self.folder.join("cosigned"))
    }

    pub(crate) fn ledger_folder(&self) -> PathBuf {
        self.folder.join("ledger")
    }

    fn views_folder(&self) -> PathBuf {
        self.folder.join("views")
    }

    /// Opens the ledger and the keyring that opens its payloads. A ledger that is damaged in its middle is
    /// left as it is.
    pub(crate) fn open_ledger(&self, settings: &Settings, pins: Pins) -> Result<OpenLedger, Ended> {
        let has_records = has_records(&self.ledger_folder());
        let signing = (&settings.signing, pins);
        let (keys, ring) = Keys::open(&self.folder, signing, has_records)?;
        let key_file = settings.sealing.key_file(&self.folder);
        let keyring: Arc<dyn Keyring> = sealing::keyring(&self.sub("keyring")?, &key_file)?;
        let options = LedgerOptions::signed_in_turn(Arc::clone(&ring));
        let parts = open_ledger(&self.ledger_folder(), options);
        let (writer, reader) = parts.map_err(|error| self.not_opened(error))?;
        let writer = SealingLedger::new(writer, Arc::clone(&keyring));
        let reader = Arc::new(opened(reader, Arc::clone(&keyring)));
        Ok(OpenLedger { writer, reader, keys: Arc::new(keys), ring, keyring })
    }

    fn not_opened(&self, error: LedgerError) -> Ended {
        match error {
            LedgerError::Damaged { .. } => {
                let message = format!(
                    "open the ledger: {error}; nothing was changed; restore a backup, or run \
                     `conductord ledger repair --data-dir {}`, which keeps a copy and says what is lost",
                    self.folder.display()
                );
                Ended::because(Kind::Damaged, message)
            }
            error => anyhow::Error::new(error).context("open the ledger").into(),
        }
    }

    /// Opens the views and folds into them what they lack. Views that can't be used are made
    /// again from the ledger.
    pub(crate) fn open_views(
        &self,
        ledger: &dyn LedgerReader,
    ) -> Result<(Arc<SledViews>, Folded), Ended> {
        let folder = self.views_folder();
        private_folder(&folder).context("prepare the views' folder")?;
        match self.try_views(ledger) {
            Ok(opened) => Ok(opened),
            Err(FoldError::Views(ViewError::Damaged { problem })) => {
                tracing::warn!(problem, "the views can't be used and are made again");
                self.rebuild_views(ledger)
            }
            Err(error) => Err(not_folded(error)),
        }
    }

    /// Removes the views, durably: the next start makes them again.
    pub(crate) fn wipe_views(&self) -> Result<(), Ended> {
        wipe_views(&self.views_folder()).context("remove the views")?;
        let folder = fs::File::open(&self.folder).and_then(|folder| folder.sync_all());
        Ok(folder.context("remove the views")?)
    }

    /// Removes what runs that have ended left in the folder of the daemon's own worker.
    pub(crate) fn remove_workspaces(&self, runs: &BTreeSet<RunId>) -> Result<(), Ended> {
        let workspaces = self.folder.join("work").join("workspaces");
        for run in runs {
            match fs::remove_dir_all(workspaces.join(run.to_string())) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed.context("remove the workspaces of runs")?,
            }
        }
        Ok(())
    }

    /// Makes the views again from the ledger's first record.
    pub(crate) fn rebuild_views(
        &self,
        ledger: &dyn LedgerReader,
    ) -> Result<(Arc<SledViews>, Folded), Ended> {
        service_manager::status("making the views again from the ledger");
        wipe_views(&self.views_folder()).context("remove the views")?;
        self.try_views(ledger).map_err(not_folded)
    }

    fn try_views(&self, ledger: &dyn LedgerReader) -> Result<(Arc<SledViews>, Folded), FoldError> {
        let views = Arc::new(open_views(&self.views_folder())?);
        let store: &dyn ViewStore = &*views;
        let mut progress = Progress::default();
        let folded = fold(store, ledger, &mut |seq, last| progress.step(seq, last))?;
        Ok((views, folded))
    }
}

fn not_folded(error: FoldError) -> Ended {
    let kind = match &error {
        FoldError::Ledger(LedgerError::Damaged { .. } | LedgerError::Keyring(_))
        | FoldError::Decode(_) => Kind::Damaged,
        _ => Kind::Fault,
    };
    Ended::new(kind, anyhow::Error::new(error).context("bring the views up to date"))
}

/// Tells of a fold that takes long, a line every tenth of it.
#[derive(Debug, Default)]
struct Progress {
    told_percent: u64,
}

impl Progress {
    fn step(&mut self, seq: u64, last: u64) {
        let percent = seq.saturating_mul(100) / last.max(1);
        if percent >= self.told_percent + 10 || seq == last {
            self.told_percent = percent - percent % 10;
            tracing::info!(seq, last, "bringing the views up to date: {percent} %");
            service_manager::status(&format!("bringing the views up to date: {percent} %"));
        }
    }
}

/// Takes the lock, and waits a moment for one that a killed daemon left behind.
fn take_lock(folder: &Path, ledger: &Path) -> io::Result<Lock> {
    for _ in 1..LOCK_TRIES_MAX {
        match lock_folder(ledger) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && holder_is_gone(folder) => {
                thread::park_timeout(LOCK_PAUSE);
            }
            taken => return taken,
        }
    }
    lock_folder(ledger)
}

/// Whether the daemon that noted its process id here does not run any more.
fn holder_is_gone(folder: &Path) -> bool {
    let noted = fs::read_to_string(folder.join("pid")).unwrap_or_default();
    let pid = noted.trim().parse().ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(Errno::SRCH))
}

/// Somebody else holds the folder.
fn held(folder: &Path) -> Ended {
    let pid = fs::read_to_string(folder.join("pid")).unwrap_or_default();
    let who = match pid.trim() {
        "" => "another daemon".to_owned(),
        pid => format!("another daemon (pid {pid})"),
    };
    let message = format!(
        "lock the data folder {}: {who} uses it; stop that one, or use another --data-dir",
        folder.display()
    );
    Ended::because(Kind::Refused, message)
}

/// Makes a folder that nobody else can look into. One that is there and lets others in is shut
/// when it is our own.
fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = fs::metadata(folder)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other(format!("it belongs to user {}", found.uid())));
    }
    if found.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn has_records(ledger: &Path) -> bool {
    let files = fs::read_dir(ledger).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.path().extension().is_some_and(|end| end == "seg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_with_the_first_ones_pid() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let held = Data::hold(&data).unwrap();
        assert_eq!(fs::metadata(&data).unwrap().mode() & 0o777, 0o700);
        let refused = format!("{:?}", Data::hold(&data).unwrap_err());
        assert!(refused.contains(&format!("pid {}", std::process::id())), "{refused}");
        drop(held);
        Data::hold(&data).unwrap();
    }

    #[test]
    fn a_lock_that_a_killed_daemon_left_behind_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        drop(Data::hold(&data).unwrap());
        // One more than the largest process id that Linux gives.
        fs::write(data.join("pid"), "4194304\n").unwrap();
        let left_behind = lock_folder(&data.join("ledger")).unwrap();
        let lets_go = thread::spawn(move || {
            thread::park_timeout(20 * LOCK_PAUSE);
            drop(left_behind);
        });
        Data::hold(&data).unwrap();
        lets_go.join().unwrap();
    }
}
