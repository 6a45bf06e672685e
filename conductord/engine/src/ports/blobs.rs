//! Artifacts: bytes found again by their digest.

use std::{io::Read, path::Path};

/// What names stored bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRef {
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// Length in bytes.
    pub size_bytes: u64,
}

/// Content-addressed storage. A blob is durable before `put` returns.
pub trait BlobStore: Send + Sync {
    /// Stores what `source` gives, up to `bytes_max`.
    ///
    /// # Errors
    /// When the disk refuses, or there is more than `bytes_max`
    /// ([`std::io::ErrorKind::FileTooLarge`]).
    fn put(&self, source: &mut dyn Read, bytes_max: u64) -> std::io::Result<BlobRef>;

    /// Opens a stored blob.
    ///
    /// # Errors
    /// [`std::io::ErrorKind::NotFound`] when there is none of that digest.
    fn open(&self, digest: &str) -> std::io::Result<Box<dyn Read + Send>>;

    /// Where new files may be prepared on the same file system.
    fn staging(&self) -> &Path;
}
