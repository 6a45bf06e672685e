//! Artifacts: bytes found again by their digest.

use std::{io::Read, path::Path};

use conductor_domain::time::Timestamp;

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

    /// Removes a stored blob, unless it came so lately that somebody may be about to name it, or is
    /// kept for longer than until `now`.
    ///
    /// # Errors
    /// When the disk refuses.
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
}
