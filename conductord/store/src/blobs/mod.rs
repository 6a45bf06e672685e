//! Artifacts in a folder, each under its own digest; in an S3 store likewise (`s3`).
//!
//! ```text
//! blobs/
//!   sha256/ab/abcdef…   the bytes whose SHA-256 that is, read-only
//!   staging/            files that are being written; cleared at start
//!   follow/             which of them are to go when `[blobs] retain_days` lets them
//! ```

use std::{
    fs::{self, File, Permissions},
    io::{self, Read},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use conductor_domain::time::Timestamp;
use conductor_engine::ports::{BlobRef, BlobStore, OutboxStore, Removal, StagedBlob};
use sha2::{Digest as _, Sha256};

use self::staging::{StagedFile, Staging};
use crate::outboxes::FolderOutboxes;

pub mod s3;
mod staging;
#[cfg(test)]
mod tests;

const PREFIX: &str = "sha256:";
/// Nobody writes to what is kept.
const KEPT_MODE: u32 = 0o444;
/// What came within this time is not removed, in milliseconds: an attempt that left it behind may
/// not have ended yet, and whoever brings the same bytes again must find them.
const FRESH_MS: u64 = 24 * 3_600_000;

/// Blobs in a folder of this machine.
#[derive(Debug)]
pub struct FolderBlobs {
    root: PathBuf,
    staging: Staging,
    follow: PathBuf,
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
        let root = dir.join("sha256");
        fs::create_dir_all(&root)?;
        let staging = Staging::open(&dir.join("staging"))?;
        let follow = dir.join("follow");
        fs::create_dir_all(&follow)?;
        sync_dir(dir)?;
        Ok(Self { root, staging, follow, retain_ms: 0 })
    }

    /// The same, where what is stored is kept for so long whatever somebody wants, in milliseconds.
    #[must_use]
    pub fn retaining(mut self, retain_ms: u64) -> Self {
        self.retain_ms = retain_ms;
        self
    }

    /// Where the blob of a digest is.
    fn place(&self, digest: &str) -> Option<(PathBuf, String)> {
        let hex = hex_of(digest)?;
        Some((self.root.join(&hex[..2]).join(hex), hex.to_owned()))
    }
}

/// The hexadecimal digits of a digest that is one.
fn hex_of(digest: &str) -> Option<&str> {
    let plain = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    digest.strip_prefix(PREFIX).filter(|hex| hex.len() == 64 && hex.bytes().all(plain))
}

/// A staged file on its way to its name.
struct Staged {
    root: PathBuf,
    file: StagedFile,
}

impl StagedBlob for Staged {
    fn blob(&self) -> &BlobRef {
        &self.file.blob
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(&self.file.path)?))
    }

    fn keep(self: Box<Self>) -> io::Result<()> {
        let hex = &self.file.hex;
        let shard = self.root.join(&hex[..2]);
        match fs::create_dir(&shard) {
            Ok(()) => sync_dir(&self.root)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        fs::set_permissions(&self.file.path, Permissions::from_mode(KEPT_MODE))?;
        // The same name means the same bytes: replacing it changes nothing but its age.
        fs::rename(&self.file.path, shard.join(hex))?;
        sync_dir(&shard)
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

impl BlobStore for FolderBlobs {
    fn stage(&self, source: &mut dyn Read, bytes_max: u64) -> io::Result<Box<dyn StagedBlob>> {
        let file = self.staging.take(source, bytes_max)?;
        Ok(Box::new(Staged { root: self.root.clone(), file }))
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
        self.staging.folder()
    }

    /// What is kept for longer than whoever has it removed wants is asked for again when its time comes.
    fn follower(&self) -> Option<Arc<dyn OutboxStore>> {
        let keeps = self.retain_ms > 0;
        keeps.then(|| Arc::new(FolderOutboxes::new(&self.follow)) as Arc<dyn OutboxStore>)
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
