//! [`ViewStore`] on sled 0.34.
//!
//! Three facts about sled 0.34 shape this file; `docs/decisions/0021-sled-for-views.md` has the
//! measurements. From files that lost something it opens without a word a mixture of old and new
//! values, so that each batch carries a sum over everything stored, and a store that was not
//! closed is read through and compared with it. It may panic on damaged files, so that every call
//! is guarded. And it collects the pages that a batch replaced only now and then, eight bags of
//! garbage at a time, which without help after each batch grows to gigabytes.

#![expect(clippy::disallowed_methods, reason = "sled does not tell when it lets go of its lock")]

use std::{
    collections::BTreeMap,
    fs,
    ops::Bound,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, mpsc},
    time::{Duration, Instant},
};

use conductor_engine::ports::{ViewError, ViewStore, ViewWrite};

use super::seal::{self, Seal};

/// Memory for pages, as they are on disk; in memory a page takes about three times that. Files of
/// views are read through the system's cache, so a small one costs little.
const CACHE_BYTES: u64 = 8 * 1024 * 1024;
/// How long opening may take before the store counts as damaged: sled can loop on bad files.
const OPEN_WAIT_MAX: Duration = Duration::from_secs(120);
/// How long sled may hold its files after it was dropped, and how often they are tried.
const LET_GO_WAIT_MAX: Duration = Duration::from_secs(2);
const LET_GO_POLL: Duration = Duration::from_millis(5);
/// Each value ends with a crc32 of its key and itself.
const CRC_LEN: usize = 4;
/// Where the sum over all entries is kept; nobody else's key.
const SUM_KEY: &[u8] = b"\xff\xff\xff\xffconductor sum";
/// Writes whose garbage one round of collection takes care of, less than what it could.
const WRITES_PER_COLLECTION: usize = 64;
/// Keys read between two rounds of collection.
const READS_PER_COLLECTION: usize = 1024;

/// Views in a sled tree.
#[derive(Debug)]
pub struct SledViews {
    dir: PathBuf,
    db: sled::Db,
    /// Sum over all entries; whoever holds it is the one who writes.
    sum: Mutex<u64>,
}

/// Opens the view store in `dir`, which is created when it is not there.
///
/// # Errors
/// [`ViewError::Damaged`] when what is there is not what was left: wipe it and rebuild.
pub fn open_views(dir: &Path) -> Result<SledViews, ViewError> {
    let io_error = |error: std::io::Error| ViewError::Io {
        attempt: format!("open the view store in {}", dir.display()),
        problem: error.to_string(),
    };
    fs::create_dir_all(dir).map_err(io_error)?;
    let folder = database(dir);
    let fresh = !folder.exists();
    let state = seal::check(dir, &folder).map_err(io_error)?;
    if let Seal::Broken(problem) = state {
        return Err(ViewError::Damaged { problem });
    }
    let db = open_guarded(&folder)?;
    let sum = stored_sum(&db)?;
    seal::remove(dir).map_err(io_error)?;
    let views = SledViews { dir: dir.to_owned(), db, sum: Mutex::new(sum) };
    if state == Seal::Missing && !fresh {
        views.check_all(sum)?;
    }
    Ok(views)
}

/// Removes the view store in `dir`, so that the next open begins with nothing.
///
/// # Errors
/// [`ViewError::Io`] when the disk refuses.
pub fn wipe_views(dir: &Path) -> Result<(), ViewError> {
    let removed = seal::remove(dir).and_then(|()| match fs::remove_dir_all(database(dir)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    });
    removed.map_err(|error| ViewError::Io {
        attempt: format!("remove the view store in {}", dir.display()),
        problem: error.to_string(),
    })
}

fn database(dir: &Path) -> PathBuf {
    dir.join("db")
}

/// Opens sled on a thread of its own: it may panic, or never come back.
fn open_guarded(folder: &Path) -> Result<sled::Db, ViewError> {
    let folder = folder.to_owned();
    let (tell, told) = mpsc::channel();
    let open = move || {
        let opened = catch_unwind(AssertUnwindSafe(|| {
            sled::Config::default()
                .path(folder)
                .cache_capacity(CACHE_BYTES)
                .flush_every_ms(None)
                .open()
        }));
        // Nobody listens any more when it took too long.
        drop(tell.send(opened));
    };
    let attempt = "open the view store";
    let spawned = std::thread::Builder::new().name("views-open".to_owned()).spawn(open);
    if let Err(error) = spawned {
        return Err(ViewError::Io { attempt: attempt.to_owned(), problem: error.to_string() });
    }
    match told.recv_timeout(OPEN_WAIT_MAX) {
        Ok(Ok(Ok(db))) => Ok(db),
        Ok(Ok(Err(error))) => Err(failed(attempt, &error)),
        Ok(Err(_)) => Err(damaged("sled panicked over its files")),
        Err(_) => Err(damaged("sled did not come to an end with its files")),
    }
}

/// Opens what was just closed: sled's own threads let go of the files a moment after the drop.
fn open_again(folder: &Path) -> Result<sled::Db, ViewError> {
    let begun = Instant::now();
    loop {
        match open_guarded(folder) {
            Err(ViewError::Io { .. }) if begun.elapsed() < LET_GO_WAIT_MAX => {
                collect_garbage(1);
                std::thread::sleep(LET_GO_POLL);
            }
            opened => return opened,
        }
    }
}

fn damaged(problem: &str) -> ViewError {
    ViewError::Damaged { problem: problem.to_owned() }
}

fn failed(attempt: &str, error: &sled::Error) -> ViewError {
    match error {
        sled::Error::Io(_) => {
            ViewError::Io { attempt: attempt.to_owned(), problem: error.to_string() }
        }
        other => ViewError::Damaged { problem: format!("{attempt}: {other}") },
    }
}

/// Runs a call of sled; a panic in it means that its files are not what it wrote.
fn guarded<T>(attempt: &str, call: impl FnOnce() -> sled::Result<T>) -> Result<T, ViewError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| failed(attempt, &error)),
        Err(_) => Err(damaged("sled panicked over its files")),
    }
}

/// Frees what sled has replaced. Its collector does a fixed amount each time.
fn collect_garbage(rounds: usize) {
    for _ in 0..rounds {
        crossbeam_epoch::pin().flush();
    }
}

/// The sum as the last batch left it; zero of nothing.
fn stored_sum(db: &sled::Db) -> Result<u64, ViewError> {
    let stored = guarded("read the view store", || db.get(SUM_KEY))?;
    let Some(stored) = stored else { return Ok(0) };
    let sum = <[u8; 8]>::try_from(decode(SUM_KEY, &stored)?);
    sum.map(u64::from_le_bytes).map_err(|_| damaged("its sum is not a number"))
}

/// What an entry adds to the sum: FNV-1a over key and value, mixed so that sums spread.
fn share(key: &[u8], value: &[u8]) -> u64 {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    let hash = key.iter().fold(0xcbf2_9ce4_8422_2325, fnv);
    let hash = value.iter().fold(fnv(hash, &0xff), fnv);
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

fn encode(key: &[u8], mut value: Vec<u8>) -> Vec<u8> {
    let crc = checksum(key, &value);
    value.extend_from_slice(&crc.to_le_bytes());
    value
}

fn decode<'a>(key: &[u8], stored: &'a [u8]) -> Result<&'a [u8], ViewError> {
    stored
        .split_last_chunk::<CRC_LEN>()
        .filter(|(value, crc)| u32::from_le_bytes(**crc) == checksum(key, value))
        .map(|(value, _)| value)
        .ok_or_else(|| damaged("a value is not what was written"))
}

fn checksum(key: &[u8], value: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(value);
    hasher.finalize()
}

impl SledViews {
    /// Closes the store and seals it, so that the next open need not read it through.
    ///
    /// # Errors
    /// [`ViewError::Io`] when the disk refuses; nothing is lost then but time at the next open.
    pub fn close(self) -> Result<(), ViewError> {
        let Self { dir, db, .. } = self;
        guarded("flush the view store", || db.flush())?;
        guarded("close the view store", || {
            drop(db);
            Ok(())
        })?;
        // Opening is what makes sled write a snapshot of its page table; with a fresh one the next
        // open takes a fifth of the time.
        let folder = database(&dir);
        drop(open_again(&folder)?);
        seal::seal(&dir, &folder).map_err(|error| ViewError::Io {
            attempt: "seal the view store".to_owned(),
            problem: error.to_string(),
        })
    }

    /// Reads every key and value, and compares their sum with the one that was stored.
    fn check_all(&self, stored: u64) -> Result<(), ViewError> {
        let mut sum = 0_u64;
        self.visit(self.db.iter(), &mut |key, value| {
            sum = sum.wrapping_add(share(key, value));
            true
        })?;
        if sum == stored { Ok(()) } else { Err(damaged("not everything in it is of one moment")) }
    }

    fn visit(
        &self,
        entries: impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), ViewError> {
        let mut entries = entries;
        for read in 1_usize.. {
            let next = guarded("read the view store", || entries.next().transpose())?;
            let Some((key, stored)) = next else { break };
            let value = decode(&key, &stored)?;
            if key != SUM_KEY && !visit(&key, value) {
                break;
            }
            if read.is_multiple_of(READS_PER_COLLECTION) {
                collect_garbage(1);
            }
        }
        Ok(())
    }
}

impl ViewStore for SledViews {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError> {
        let stored = guarded("read the view store", || self.db.get(key))?;
        stored.map(|stored| decode(key, &stored).map(<[u8]>::to_vec)).transpose()
    }

    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        reverse: bool,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), ViewError> {
        if from >= to {
            return Ok(());
        }
        let entries = self.db.range::<&[u8], _>((Bound::Included(from), Bound::Excluded(to)));
        if reverse { self.visit(entries.rev(), visit) } else { self.visit(entries, visit) }
    }

    fn apply(&self, writes: Vec<ViewWrite>) -> Result<(), ViewError> {
        let rounds = writes.len() / WRITES_PER_COLLECTION + 1;
        // The last write of a key is the one that counts; sorted, neighbours share pages.
        let writes: BTreeMap<Vec<u8>, Option<Vec<u8>>> = writes.into_iter().collect();
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut batch, mut new_sum) = (sled::Batch::default(), *sum);
        for (key, value) in writes {
            if let Some(before) = self.get(&key)? {
                new_sum = new_sum.wrapping_sub(share(&key, &before));
            }
            match value {
                Some(value) => {
                    new_sum = new_sum.wrapping_add(share(&key, &value));
                    let stored = encode(&key, value);
                    batch.insert(key, stored);
                }
                None => batch.remove(key),
            }
        }
        batch.insert(SUM_KEY, encode(SUM_KEY, new_sum.to_le_bytes().to_vec()));
        guarded("write the view store", || self.db.apply_batch(batch))?;
        *sum = new_sum;
        drop(sum);
        collect_garbage(rounds);
        Ok(())
    }

    fn flush(&self) -> Result<(), ViewError> {
        guarded("flush the view store", || self.db.flush()).map(drop)
    }
}
