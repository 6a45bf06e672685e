//! Artifacts in a folder, each under its own digest.
//!
//! ```text
//! blobs/
//!   sha256/ab/abcdef…   the bytes whose SHA-256 that is, read-only
//!   staging/            files that are being written; cleared at start
//! ```

use std::{
    fs::{self, File, Permissions},
    io::{self, Read, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::UNIX_EPOCH,
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{BlobRef, BlobStore, Removal, StagedBlob};
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

const PREFIX: &str = "sha256:";
const COPY_BYTES: usize = 64 * 1024;
/// Nobody writes to what is kept.
const KEPT_MODE: u32 = 0o444;
/// What came within this time is not removed, in milliseconds: an attempt that left it behind may
/// not have ended yet, and whoever brings the same bytes again must find them.
const FRESH_MS: u64 = 24 * 3_600_000;

/// Blobs in a folder of this machine.
#[derive(Debug)]
pub struct FolderBlobs {
    root: PathBuf,
    staging: PathBuf,
    /// Files staged so far, for their names.
    staged: AtomicU64,
    /// How long a blob is kept at least, in milliseconds.
    retain_ms: u64,
}

impl FolderBlobs {
    /// Uses a folder, which is created when it is not there. What an earlier process left
    /// unfinished is removed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let (root, staging) = (dir.join("sha256"), dir.join("staging"));
        match fs::remove_dir_all(&staging) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(&root)?;
        fs::create_dir_all(&staging)?;
        sync_dir(dir)?;
        Ok(Self { root, staging, staged: AtomicU64::new(0), retain_ms: 0 })
    }

    /// The same, where what is stored is kept for so long whatever somebody wants, in milliseconds.
    #[must_use]
    pub const fn retaining(mut self, retain_ms: u64) -> Self {
        self.retain_ms = retain_ms;
        self
    }

    /// Where the blob of a digest is.
    fn place(&self, digest: &str) -> Option<(PathBuf, String)> {
        let hex = digest.strip_prefix(PREFIX).filter(|hex| {
            hex.len() == 64 && hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        })?;
        Some((self.root.join(&hex[..2]).join(hex), hex.to_owned()))
    }
}

/// A staged file; dropped, it is gone.
struct Staged {
    root: PathBuf,
    path: PathBuf,
    hex: String,
    blob: BlobRef,
}

impl StagedBlob for Staged {
    fn blob(&self) -> &BlobRef {
        &self.blob
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.path)?))
    }

    fn keep(self: Box<Self>) -> io::Result<()> {
        let shard = self.root.join(&self.hex[..2]);
        match fs::create_dir(&shard) {
            Ok(()) => sync_dir(&self.root)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        fs::set_permissions(&self.path, Permissions::from_mode(KEPT_MODE))?;
        // The same name means the same bytes: replacing it changes nothing but its age.
        fs::rename(&self.path, shard.join(&self.hex))?;
        sync_dir(&shard)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // It has its name already, or nobody wants it: a start cleans up, too.
        drop(fs::remove_file(&self.path));
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

impl BlobStore for FolderBlobs {
    fn stage(&self, source: &mut dyn Read, bytes_max: u64) -> io::Result<Box<dyn StagedBlob>> {
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let path = self.staging.join(format!("put-{number}"));
        let (hex, size_bytes) = write_hashed(source, &path, bytes_max).inspect_err(|_| {
            // The first error says more than one of cleaning up, and a start cleans up, too.
            drop(fs::remove_file(&path));
        })?;
        let blob = BlobRef { digest: format!("{PREFIX}{hex}"), size_bytes };
        Ok(Box::new(Staged { root: self.root.clone(), path, hex, blob }))
    }

    fn open(&self, digest: &str) -> io::Result<Box<dyn Read + Send>> {
        let place = self.place(digest);
        let (path, hex) = place.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(Box::new(Checked { file: File::open(path)?, hasher: Sha256::new(), hex }))
    }

    fn remove(&self, digest: &str, now: Timestamp) -> io::Result<Removal> {
        self.remove_after(self.retain_ms.max(FRESH_MS), digest, now)
    }

    fn forget(&self, digest: &str, now: Timestamp) -> io::Result<Removal> {
        self.remove_after(self.retain_ms, digest, now)
    }

    fn staging(&self) -> &Path {
        &self.staging
    }
}

impl FolderBlobs {
    /// Removes a blob that has been there for so long.
    fn remove_after(&self, age_ms: u64, digest: &str, now: Timestamp) -> io::Result<Removal> {
        let Some((path, _)) = self.place(digest) else { return Ok(Removal::Absent) };
        let since = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Removal::Absent),
            found => found?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default(),
        };
        let since_ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        let until_ms = since_ms.saturating_add(age_ms);
        if age_ms > 0 && until_ms > now.unix_ms {
            return Ok(Removal::Kept { until: Timestamp::from_unix_ms(until_ms) });
        }
        fs::remove_file(&path)?;
        path.parent().map_or(Ok(()), sync_dir)?;
        Ok(Removal::Removed)
    }
}

/// Writes what a source gives to a new file and syncs it. Gives its hash and size.
fn write_hashed(source: &mut dyn Read, path: &Path, bytes_max: u64) -> io::Result<(String, u64)> {
    let mut file = File::create_new(path)?;
    let (mut hasher, mut size_bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; COPY_BYTES];
    loop {
        let have = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(have) => have,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        size_bytes += have as u64;
        if size_bytes > bytes_max {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it is larger than the bound of {bytes_max} bytes"),
            ));
        }
        hasher.update(&buffer[..have]);
        file.write_all(&buffer[..have])?;
    }
    file.sync_all()?;
    Ok((hex(&hasher.finalize()), size_bytes))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A stored blob; its end is an error when what was read is not what its name says.
struct Checked {
    file: File,
    hasher: Sha256,
    hex: String,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let have = self.file.read(buffer)?;
        self.hasher.update(&buffer[..have]);
        if have == 0 && !buffer.is_empty() && hex(&self.hasher.clone().finalize()) != self.hex {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("the stored bytes of {PREFIX}{} were changed", self.hex),
            ));
        }
        Ok(have)
    }
}
