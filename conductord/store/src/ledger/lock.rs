//! One daemon at a time: an advisory lock that ends with the process that holds it.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use rustix::fs::{FlockOperation, flock};

/// Name of the lock file within a folder.
const NAME: &str = "lock";

/// Held as long as it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock on a folder, which is created when it is not there.
///
/// # Errors
/// [`io::ErrorKind::WouldBlock`] when another process holds it; otherwise what the disk said.
pub fn lock(dir: &Path) -> io::Result<Lock> {
    fs::create_dir_all(dir)?;
    let path = dir.join(NAME);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    Ok(Lock { _file: file })
}
