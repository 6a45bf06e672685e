//! Artifacts: bytes found again by their digest.

use std::{
    io::{self, ErrorKind, Read},
    path::Path,
    sync::Arc,
};

use conductor_domain::time::Timestamp;

use super::OutboxStore;

/// What names stored bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRef {
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// Length in bytes.
    pub size_bytes: u64,
}

/// Bytes that came whole and are not kept yet. What is dropped is gone.
pub trait StagedBlob: Send {
    /// What names them.
    fn blob(&self) -> &BlobRef;

    /// Opens them.
    ///
    /// # Errors
    /// When the disk refuses.
    fn open(&self) -> std::io::Result<Box<dyn Read + Send>>;

    /// Keeps them, durably.
    ///
    /// # Errors
    /// When the disk refuses.
    fn keep(self: Box<Self>) -> std::io::Result<()>;
}

/// What came of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// There was none of that digest.
    Absent,
    /// It stays until then: it came too lately, or what is stored is kept for so long.
    Kept {
        /// Until when.
        until: Timestamp,
    },
}

/// Why a store refused, in words for people, and what would mend it. Carried by an [`io::Error`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BlobRefusal {
    /// What is wrong, and where.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl BlobRefusal {
    /// An error of a kind that says so.
    pub fn error(kind: ErrorKind, message: String, hint: &str) -> io::Error {
        io::Error::new(kind, Self { message, hint: hint.to_owned() })
    }

    /// What would mend an error, where it says that.
    #[must_use]
    pub fn hint_of(error: &io::Error) -> Option<&str> {
        let refusal = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>());
        refusal.map(|refusal| refusal.hint.as_str())
    }
}

/// How well something about a store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Ok,
    /// It works, and should be looked at.
    Warn,
    /// It does not work.
    Fail,
}

/// Something that an operator can look at about a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobCheck {
    /// What was looked at.
    pub name: String,
    /// How well it is.
    pub health: Health,
    /// What was found.
    pub message: String,
    /// What to do about it; empty where nothing is.
    pub hint: String,
}

/// Content-addressed storage. A blob is durable before `put` returns.
pub trait BlobStore: Send + Sync {
    /// Takes what `source` gives, up to `bytes_max`, without keeping it.
    ///
    /// # Errors
    /// When the disk refuses, or there is more than `bytes_max`
    /// ([`std::io::ErrorKind::FileTooLarge`]).
    fn stage(&self, source: &mut dyn Read, bytes_max: u64) -> std::io::Result<Box<dyn StagedBlob>>;

    /// Stores what `source` gives, up to `bytes_max`.
    ///
    /// # Errors
    /// As [`BlobStore::stage`].
    fn put(&self, source: &mut dyn Read, bytes_max: u64) -> std::io::Result<BlobRef> {
        let staged = self.stage(source, bytes_max)?;
        let blob = staged.blob().clone();
        staged.keep()?;
        Ok(blob)
    }

    /// Removes a stored blob for good, unless it came so lately that somebody may be about to name it,
    /// or is kept for longer than until `now`. Whether anything still names it is the caller's to know;
    /// to remove what is gone does no harm.
    ///
    /// # Errors
    /// When the disk refuses; [`ErrorKind::PermissionDenied`] where a store does not let it go, which
    /// another attempt does not change by itself.
    fn remove(&self, digest: &str, now: Timestamp) -> std::io::Result<Removal>;

    /// The same of a blob that nobody is about to name, however lately it came: only what is kept for
    /// longer stays.
    ///
    /// # Errors
    /// When the disk refuses.
    fn forget(&self, digest: &str, now: Timestamp) -> std::io::Result<Removal> {
        self.remove(digest, now)
    }

    /// Opens a stored blob.
    ///
    /// # Errors
    /// [`std::io::ErrorKind::NotFound`] when there is none of that digest.
    fn open(&self, digest: &str) -> std::io::Result<Box<dyn Read + Send>>;

    /// Where new files may be prepared on the same file system.
    fn staging(&self) -> &Path;

    /// Where whoever tells this store what the ledger says of its blobs keeps how far that has come, and
    /// which of them are to go as soon as it lets them. None where a store has nobody but the kernel to
    /// hold blobs, and removing one is a matter of an instant.
    fn follower(&self) -> Option<Arc<dyn OutboxStore>> {
        None
    }

    /// Puts a hold of the store's own on a blob, whoever asks for its removal, or takes it off.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none of that digest.
    fn hold(&self, _digest: &str, _held: bool) -> io::Result<()> {
        Ok(())
    }

    /// Whether blobs are to be kept by the store itself for as long as their tenants' retention says.
    fn keeps_retention(&self) -> bool {
        false
    }

    /// Keeps a blob until then at least, whoever asks for its removal.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none of that digest.
    fn retain(&self, _digest: &str, _until: Timestamp) -> io::Result<()> {
        Ok(())
    }

    /// How the store is. May wait for it.
    fn checks(&self) -> Vec<BlobCheck> {
        Vec::new()
    }

    /// Lets what waits for the store go on with an error: the daemon ends.
    fn stop(&self) {}
}
