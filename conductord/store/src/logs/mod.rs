//! Task output in files, `logs/<run>/<task>.<attempt>.log`, made of frames so that the order of
//! the two streams and the times are kept. How a task's id stands in a name: `name.rs`.
//!
//! What is appended is not synced, so that output costs no waiting. Finishing a log syncs it, with
//! the folders that name it, before its digest is given out: a completion in the ledger never names
//! a log that a power loss can still cut short. A torn last frame is never shown.

mod frame;
mod name;

#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_domain::time::Timestamp;
use conductor_engine::{
    limits::LOG_BYTES_MAX,
    ports::{LogDigest, LogKey, LogRead, LogStore, LogStreamKind},
};
use conductor_protocol::id::RunId;
use sha2::{Digest as _, Sha256};

use crate::blobs::{hex, sync_dir};
use frame::{DATA_BYTES_MAX, HEADER_LEN, Kind, NoFrame};

/// Log files that are kept open for appending.
const HANDLES_MAX: usize = 256;
/// Bytes that one read answers with, at most, whatever is asked for.
const READ_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Length of the marker of dropped bytes.
const MARKER_LEN: u64 = (HEADER_LEN + size_of::<u64>()) as u64;

/// Logs in a folder of this machine.
#[derive(Debug)]
pub struct FolderLogs {
    root: PathBuf,
    bytes_max: u64,
    /// Makes a file or a folder durable. Only tests, which can't cut the power, use another.
    sync: fn(&File) -> io::Result<()>,
    /// Open logs, the one used last at the back.
    open: Mutex<VecDeque<(LogKey, Arc<Mutex<OpenLog>>)>>,
}

/// A log that is appended to.
#[derive(Debug)]
struct OpenLog {
    file: File,
    /// Length of the whole frames, without a marker of dropped bytes.
    end: u64,
    /// Data that was kept.
    kept_bytes: u64,
    /// Data that was dropped, counted in a marker after `end`.
    dropped_bytes: u64,
    finished: bool,
}

impl FolderLogs {
    /// Uses a folder, which is created when it is not there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Self::bounded(folder, LOG_BYTES_MAX)
    }

    /// As [`FolderLogs::open`], with another bound for the data of one log.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn bounded(folder: &Path, bytes_max: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            sync_dir(parent)?;
        }
        let open = Mutex::new(VecDeque::new());
        Ok(Self { root: folder.to_owned(), bytes_max, sync: File::sync_all, open })
    }

    fn path(&self, key: &LogKey) -> io::Result<PathBuf> {
        let name = name::of(&key.task, key.attempt)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it is not a task's id"))?;
        Ok(self.root.join(key.run.to_string()).join(name))
    }

    /// The log, open for appending; created when `create` is set, nothing when there is none.
    fn handle(&self, key: &LogKey, create: bool) -> io::Result<Option<Arc<Mutex<OpenLog>>>> {
        let path = self.path(key)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().rposition(|(other, _)| other == key) {
            let found = open.remove(at);
            let log = found.as_ref().map(|(_, log)| Arc::clone(log));
            open.extend(found);
            return Ok(log);
        }
        if create && let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        let file = match options.read(true).write(true).create(create).open(&path) {
            Err(error) if !create && error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let log = Arc::new(Mutex::new(OpenLog::resume(file)?));
        if open.len() >= HANDLES_MAX
            // A log that is in use stays: two handles would write over each other.
            && let Some(idle) = open.iter().position(|(_, log)| Arc::strong_count(log) == 1)
        {
            drop(open.remove(idle));
        }
        open.push_back((key.clone(), Arc::clone(&log)));
        drop(open);
        Ok(Some(log))
    }

    /// Makes a finished log durable: its bytes, its name and the name of its run's folder.
    ///
    /// All three every time: whether an earlier process synced what it created is not known, and
    /// syncing what is clean costs next to nothing.
    fn keep(&self, file: &File, key: &LogKey) -> io::Result<()> {
        (self.sync)(file)?;
        if let Some(folder) = self.path(key)?.parent() {
            (self.sync)(&File::open(folder)?)?;
        }
        (self.sync)(&File::open(&self.root)?)
    }

    fn forget(&self, key: &LogKey) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(other, _)| other != key);
    }
}

fn locked(log: &Mutex<OpenLog>) -> MutexGuard<'_, OpenLog> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OpenLog {
    /// Finds where a log ends. A torn frame at its end is written over by the next one.
    fn resume(file: File) -> io::Result<Self> {
        let mut log = Self { file, end: 0, kept_bytes: 0, dropped_bytes: 0, finished: false };
        let mut buffer = vec![0; HEADER_LEN + DATA_BYTES_MAX];
        loop {
            let have = read_at(&log.file, &mut buffer, log.end + log.marker_len())?;
            let Ok(found) = frame::decode(&buffer[..have]) else { return Ok(log) };
            match found.kind {
                Kind::Stdout | Kind::Stderr => {
                    log.kept_bytes += found.data.len() as u64;
                    log.end += found.len() as u64;
                }
                Kind::Dropped if log.dropped_bytes == 0 => {
                    log.dropped_bytes = found.dropped_bytes().max(1);
                }
                Kind::Dropped => return Ok(log),
                Kind::End => {
                    log.finished = true;
                    return Ok(log);
                }
            }
        }
    }

    /// Length of the marker of dropped bytes, when there is one.
    const fn marker_len(&self) -> u64 {
        if self.dropped_bytes == 0 { 0 } else { MARKER_LEN }
    }

    fn append(&mut self, kind: Kind, at_ms: u64, data: &[u8], bytes_max: u64) -> io::Result<()> {
        if self.finished {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the log is finished"));
        }
        // After the first byte that did not fit nothing is kept: the rest would mislead.
        let room =
            if self.dropped_bytes > 0 { 0 } else { bytes_max.saturating_sub(self.kept_bytes) };
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let (kept, dropped) = data.split_at(room.min(data.len()));
        let mut bytes = Vec::with_capacity(kept.len() + 2 * HEADER_LEN);
        for piece in kept.chunks(DATA_BYTES_MAX) {
            frame::encode(kind, at_ms, piece, &mut bytes);
        }
        let frames_len = bytes.len() as u64;
        let dropped_bytes = self.dropped_bytes + dropped.len() as u64;
        if !dropped.is_empty() {
            frame::encode(Kind::Dropped, at_ms, &dropped_bytes.to_le_bytes(), &mut bytes);
        }
        self.file.write_all_at(&bytes, self.end)?;
        self.end += frames_len;
        self.kept_bytes += kept.len() as u64;
        self.dropped_bytes = dropped_bytes;
        Ok(())
    }

    fn finish(&mut self) -> io::Result<LogDigest> {
        let end = self.end + self.marker_len();
        if !self.finished {
            let mut bytes = Vec::new();
            frame::encode(Kind::End, 0, &[], &mut bytes);
            self.file.write_all_at(&bytes, end)?;
            self.file.set_len(end + HEADER_LEN as u64)?;
            self.finished = true;
        }
        let (mut hasher, mut at) = (Sha256::new(), 0);
        let mut buffer = vec![0; DATA_BYTES_MAX];
        loop {
            match read_at(&self.file, &mut buffer, at)? {
                0 => break,
                have => {
                    hasher.update(&buffer[..have]);
                    at += have as u64;
                }
            }
        }
        Ok(LogDigest { digest: format!("sha256:{}", hex(&hasher.finalize())), bytes: at })
    }
}

/// Fills `buffer` from `offset`; less only at the file's end.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    crate::ledger::disk::DiskFile::read_at(file, buffer, offset)
}

impl LogStore for FolderLogs {
    fn append(
        &self,
        key: &LogKey,
        stream: LogStreamKind,
        at: Timestamp,
        data: &[u8],
    ) -> io::Result<()> {
        if data.is_empty() {
            return Ok(());
        }
        let kind = match stream {
            LogStreamKind::Stdout => Kind::Stdout,
            LogStreamKind::Stderr => Kind::Stderr,
        };
        match self.handle(key, true)? {
            Some(log) => locked(&log).append(kind, at.unix_ms, data, self.bytes_max),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn finish(&self, key: &LogKey) -> io::Result<LogDigest> {
        let Some(log) = self.handle(key, false)? else { return Ok(LogDigest::default()) };
        let finished = {
            let mut log = locked(&log);
            log.finish().and_then(|digest| self.keep(&log.file, key).map(|()| digest))
        };
        self.forget(key);
        finished
    }

    fn remove(&self, run: RunId) -> io::Result<()> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|(key, _)| key.run != run);
        match fs::remove_dir_all(self.root.join(run.to_string())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => {
                removed?;
                (self.sync)(&File::open(&self.root)?)
            }
        }
    }

    fn read(&self, key: &LogKey, offset: u64, bytes_max: usize) -> io::Result<Vec<LogRead>> {
        let file = match File::open(self.path(key)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            file => file?,
        };
        let wrong =
            || io::Error::new(io::ErrorKind::InvalidInput, "no piece of the log begins there");
        let left = file.metadata()?.len().checked_sub(offset).ok_or_else(wrong)?;
        let bytes_max = bytes_max.min(READ_BYTES_MAX);
        let room = bytes_max + HEADER_LEN + DATA_BYTES_MAX;
        let mut buffer = vec![0; room.min(usize::try_from(left).unwrap_or(usize::MAX))];
        let have = read_at(&file, &mut buffer, offset)?;
        let (mut at, mut pieces) = (0, Vec::new());
        while at == 0 || at < bytes_max {
            let found = match frame::decode(&buffer[at..have]) {
                Ok(found) => found,
                Err(NoFrame::Wrong) if at == 0 => return Err(wrong()),
                Err(_) => break,
            };
            at += found.len();
            let (stream, data) = match found.kind {
                Kind::Stdout => (LogStreamKind::Stdout, found.data.to_vec()),
                Kind::Stderr => (LogStreamKind::Stderr, found.data.to_vec()),
                Kind::Dropped => (LogStreamKind::Stderr, Vec::new()),
                Kind::End => break,
            };
            let (next_offset, dropped_bytes) = (offset + at as u64, found.dropped_bytes());
            let at = Timestamp::from_unix_ms(found.at_ms);
            pieces.push(LogRead { stream, at, data, next_offset, dropped_bytes });
        }
        Ok(pieces)
    }
}
