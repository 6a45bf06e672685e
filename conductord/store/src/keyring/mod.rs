//! The keyring on disk: a folder with a small file for each key that payloads are sealed with.
//!
//! ```text
//! <key id>.json   {"version": 1, "id": …, "tenant": …, "subject": …, "created": …,
//!                  "wrappedBy": id of the wrapping key, "wrapped": base64}
//!                 or, once the key was destroyed,
//!                 {"version": 1, "id": …, "tenant": …, "subjectDigest": …, "destroyed": …, "record": …}
//! ```
//!
//! A file is there, durable, before the first record that is sealed with its key. What is wrapped is
//! bound to the rest of the file: a key can't be given to somebody else. `docs/SEALING.md` has the formats.

mod file;
#[cfg(test)]
mod tests;
pub mod wrapping;

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{
    Destroyed, KeyFound, Keyring, KeyringError, KeyringReport, Owner, subject_digest,
};
use conductor_keys::sealing::{DataKey, KEY_LEN, wrap_context};

use self::file::{Kept, KeyFile, LiveFile};
use self::wrapping::WrappingKey;

/// Keys that are held unwrapped at once.
const KEYS_OPEN_MAX: usize = 1_024;

/// Where random bytes come from.
pub type Chance = Box<dyn Fn() -> io::Result<[u8; KEY_LEN]> + Send + Sync>;

#[derive(Default)]
struct Inner {
    files: HashMap<String, KeyFile>,
    live: BTreeMap<Owner, String>,
    open: HashMap<String, Arc<DataKey>>,
    /// Whole tenants, each with the newest record that says so.
    forgotten: Arc<BTreeMap<String, u64>>,
}

/// See the module.
pub struct FileKeyring {
    folder: PathBuf,
    wrapping: WrappingKey,
    chance: Chance,
    inner: Mutex<Inner>,
}

impl std::fmt::Debug for FileKeyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileKeyring").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl FileKeyring {
    /// Opens the keyring in a folder that is there. Every file of it is read; one that can't be is an
    /// error, since what it opens could not be read either.
    ///
    /// # Errors
    /// [`KeyringError`] names the file and what mends it.
    pub fn open(
        folder: &Path,
        wrapping: WrappingKey,
        chance: Chance,
    ) -> Result<Self, KeyringError> {
        let mut inner = Inner::default();
        let failed = |source| {
            let attempt = format!("read the keyring {}", folder.display());
            KeyringError::Io { attempt, source }
        };
        for found in fs::read_dir(folder).map_err(failed)? {
            let path = found.map_err(failed)?.path();
            match path.extension().and_then(|end| end.to_str()) {
                Some("json") => inner.take(file::read(&path)?),
                // What a crash left behind was never used.
                Some("part") => fs::remove_file(&path).map_err(failed)?,
                _ => {}
            }
        }
        let keyring =
            Self { folder: folder.to_owned(), wrapping, chance, inner: Mutex::new(inner) };
        keyring.try_one()?;
        Ok(keyring)
    }

    /// Whether a folder holds keys: a wrapping key must not be made anew then.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn has_keys(folder: &Path) -> io::Result<bool> {
        let mut files = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            files => files?,
        };
        Ok(files.any(|file| file.is_ok_and(|file| file.path().extension().is_some_and(is_json))))
    }

    /// A wrapping key that is not the one is noticed at the start, and not with some record.
    fn try_one(&self) -> Result<(), KeyringError> {
        let inner = self.inner();
        let live = inner.live.values().next().and_then(|id| inner.files.get(id)).cloned();
        drop(inner);
        match live.map(|file| file.kept) {
            Some(Kept::Live(file)) => self.unwrap(&file).map(drop),
            _ => Ok(()),
        }
    }

    fn unwrap(&self, file: &LiveFile) -> Result<Arc<DataKey>, KeyringError> {
        let damaged = |problem: String| KeyringError::Damaged {
            place: self.place(&file.id).display().to_string(),
            problem,
        };
        if file.wrapped_by != self.wrapping.id() {
            return Err(damaged(format!(
                "it is wrapped with the key {}, and {} holds the key {}; restore the one that belongs to \
                 this keyring",
                file.wrapped_by,
                self.wrapping.place(),
                self.wrapping.id()
            )));
        }
        let context =
            wrap_context(&file.id, &file.owner.tenant, &file.owner.subject, file.created.unix_ms);
        let key = self
            .wrapping
            .key()
            .open(&context, &file.wrapped)
            .map_err(|error| damaged(format!("{error}; restore it from a backup")))?;
        let key = zeroize::Zeroizing::new(key);
        let bytes: [u8; KEY_LEN] = key
            .as_slice()
            .try_into()
            .map_err(|_| damaged("it holds no key; restore it from a backup".into()))?;
        let key = DataKey::new(bytes);
        if key.id() != file.id {
            return Err(damaged("it holds another key; restore it from a backup".into()));
        }
        Ok(Arc::new(key))
    }

    fn make(&self, owner: &Owner, created: Timestamp) -> Result<LiveFile, KeyringError> {
        let bytes = (self.chance)().map_err(|source| KeyringError::Io {
            attempt: "get random bytes for a key".into(),
            source,
        })?;
        let key = DataKey::new(bytes);
        let id = key.id();
        let context = wrap_context(&id, &owner.tenant, &owner.subject, created.unix_ms);
        let wrapped = self.wrapping.key().seal(&context, key.secret());
        let wrapped_by = self.wrapping.id();
        let file = LiveFile { id, owner: owner.clone(), created, wrapped_by, wrapped };
        self.keep(&KeyFile { id: file.id.clone(), kept: Kept::Live(file.clone()) })?;
        Ok(file)
    }

    fn keep(&self, file: &KeyFile) -> Result<(), KeyringError> {
        file::write(&self.folder, &self.place(&file.id), file)
    }

    fn place(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn open_key(&self, inner: &mut Inner, id: &str) -> Result<KeyFound, KeyringError> {
        if let Some(key) = inner.open.get(id) {
            return Ok(KeyFound::Live(Arc::clone(key)));
        }
        match inner.files.get(id).map(|file| &file.kept) {
            None => Err(KeyringError::Missing {
                id: id.to_owned(),
                place: self.place(id).display().to_string(),
            }),
            Some(Kept::Destroyed(destroyed)) => Ok(KeyFound::Destroyed(destroyed.clone())),
            Some(Kept::Live(file)) => {
                let key = self.unwrap(file)?;
                // Which of them are used next nobody knows: all make room at once.
                if inner.open.len() >= KEYS_OPEN_MAX {
                    inner.open.clear();
                }
                inner.open.insert(id.to_owned(), Arc::clone(&key));
                Ok(KeyFound::Live(key))
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // What a panic left half done is on disk as a whole or not at all.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn take(&mut self, file: KeyFile) {
        match &file.kept {
            Kept::Live(live) => {
                self.live.insert(live.owner.clone(), live.id.clone());
            }
            Kept::Destroyed(left) if left.subject_digest.is_empty() => {
                let forgotten = Arc::make_mut(&mut self.forgotten);
                let newest = forgotten.entry(left.tenant.clone()).or_insert(left.record);
                *newest = left.record.max(*newest);
            }
            Kept::Destroyed(_) => {}
        }
        self.files.insert(file.id.clone(), file);
    }
}

impl Keyring for FileKeyring {
    fn key_of(&self, owner: &Owner, at: Timestamp) -> Result<(String, Arc<DataKey>), KeyringError> {
        let mut inner = self.inner();
        let id = match inner.live.get(owner) {
            Some(id) => id.clone(),
            None => {
                let made = self.make(owner, at)?;
                let id = made.id.clone();
                inner.take(KeyFile { id: id.clone(), kept: Kept::Live(made) });
                id
            }
        };
        let found = self.open_key(&mut inner, &id);
        drop(inner);
        match found? {
            KeyFound::Live(key) => Ok((id, key)),
            KeyFound::Destroyed(_) => {
                let place = self.place(&id).display().to_string();
                Err(KeyringError::Missing { id, place })
            }
        }
    }

    fn key(&self, id: &str) -> Result<KeyFound, KeyringError> {
        self.open_key(&mut self.inner(), id)
    }

    fn held(&self, tenant: &str, subject: Option<&str>) -> Vec<(String, Owner)> {
        let inner = self.inner();
        let meant = inner.files.values().filter_map(|file| match &file.kept {
            Kept::Live(live) => Some((live.id.clone(), live.owner.clone())),
            Kept::Destroyed(_) => None,
        });
        let mut held: Vec<_> = meant
            .filter(|(_, owner)| owner.tenant == tenant)
            .filter(|(_, owner)| subject.is_none_or(|subject| owner.subject == subject))
            .collect();
        drop(inner);
        held.sort();
        held
    }

    fn destroy(&self, id: &str, at: Timestamp, record: u64) -> Result<(), KeyringError> {
        let mut inner = self.inner();
        let Some(KeyFile { kept: Kept::Live(live), .. }) = inner.files.get(id).cloned() else {
            return Ok(());
        };
        let destroyed = Destroyed {
            id: id.to_owned(),
            tenant: live.owner.tenant.clone(),
            subject_digest: subject_digest(&live.owner.subject),
            at,
            record,
        };
        let kept = KeyFile { id: id.to_owned(), kept: Kept::Destroyed(destroyed) };
        file::replace(&self.folder, &self.place(id), &kept)?;
        inner.open.remove(id);
        if inner.live.get(&live.owner).is_some_and(|known| known == id) {
            inner.live.remove(&live.owner);
        }
        inner.take(kept);
        drop(inner);
        Ok(())
    }

    fn forgotten_tenants(&self) -> Arc<BTreeMap<String, u64>> {
        Arc::clone(&self.inner().forgotten)
    }

    fn report(&self) -> KeyringReport {
        let inner = self.inner();
        let live = inner.files.values().filter(|file| matches!(file.kept, Kept::Live(_))).count();
        let destroyed = inner.files.len() - live;
        drop(inner);
        KeyringReport { live, destroyed, wrapped_by: self.wrapping.place().to_owned() }
    }
}

fn is_json(end: &std::ffi::OsStr) -> bool {
    end == "json"
}
