//! Artifacts in a folder, each under its own digest.
//!
//! ```text
//! blobs/
//!   sha256/ab/abcdef…   the bytes whose SHA-256 that is
//!   staging/            files that are being written; cleared at start
//! ```

use std::{
    fs::{self, File},
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use conductor_engine::ports::{BlobRef, BlobStore};
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

const PREFIX: &str = "sha256:";
const COPY_BYTES: usize = 64 * 1024;

/// Blobs in a folder of this machine.
#[derive(Debug)]
pub struct FolderBlobs {
    root: PathBuf,
    staging: PathBuf,
    /// Files staged so far, for their names.
    staged: AtomicU64,
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
        Ok(Self { root, staging, staged: AtomicU64::new(0) })
    }

    /// Moves a complete staged file to its place, durably.
    fn keep(&self, staged: &Path, hex: &str) -> io::Result<()> {
        let shard = self.root.join(&hex[..2]);
        match fs::create_dir(&shard) {
            Ok(()) => sync_dir(&self.root)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        // The same name means the same bytes: replacing it changes nothing.
        fs::rename(staged, shard.join(hex))?;
        sync_dir(&shard)
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

impl BlobStore for FolderBlobs {
    fn put(&self, source: &mut dyn Read, bytes_max: u64) -> io::Result<BlobRef> {
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let path = self.staging.join(format!("put-{number}"));
        let stored = write_hashed(source, &path, bytes_max).and_then(|(hex, size_bytes)| {
            self.keep(&path, &hex)?;
            Ok(BlobRef { digest: format!("{PREFIX}{hex}"), size_bytes })
        });
        if stored.is_err() {
            // The first error says more than one of cleaning up, and a start cleans up, too.
            drop(fs::remove_file(&path));
        }
        stored
    }

    fn open(&self, digest: &str) -> io::Result<Box<dyn Read + Send>> {
        let hex = digest.strip_prefix(PREFIX).filter(|hex| {
            hex.len() == 64 && hex.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        });
        let hex = hex.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let file = File::open(self.root.join(&hex[..2]).join(hex))?;
        Ok(Box::new(Checked { file, hasher: Sha256::new(), hex: hex.to_owned() }))
    }

    fn staging(&self) -> &Path {
        &self.staging
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
