//! Contents that came whole and are not kept yet: files in a folder that a start clears.

use std::{
    fs::{self, File},
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use conductor_engine::ports::BlobRef;
use sha2::{Digest as _, Sha256};

use super::{PREFIX, hex};

const COPY_BYTES: usize = 64 * 1024;

/// The folder.
#[derive(Debug)]
pub(super) struct Staging {
    folder: PathBuf,
    /// Files staged so far, for their names.
    staged: AtomicU64,
}

impl Staging {
    /// Uses a folder. What an earlier process left in it is removed.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), staged: AtomicU64::new(0) })
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes what a source gives, up to so many bytes.
    pub(super) fn take(&self, source: &mut dyn Read, bytes_max: u64) -> io::Result<StagedFile> {
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("put-{number}"));
        let (hex, size_bytes) = write_hashed(source, &path, bytes_max).inspect_err(|_| {
            // The first error says more than one of cleaning up, and a start cleans up, too.
            drop(fs::remove_file(&path));
        })?;
        let blob = BlobRef { digest: format!("{PREFIX}{hex}"), size_bytes };
        Ok(StagedFile { path, hex, blob })
    }
}

/// A staged file; dropped, it is gone.
#[derive(Debug)]
pub(super) struct StagedFile {
    pub(super) path: PathBuf,
    pub(super) hex: String,
    pub(super) blob: BlobRef,
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        // It has its name already, or nobody wants it: a start cleans up, too.
        drop(fs::remove_file(&self.path));
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
