//! A bundle as OPA packs it: a gzipped tar of its files, bounded.

use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
};

use conductor_protocol::archive::{self, ArchiveError, Bounds};

use super::{
    error::PolicyError,
    source::{BUNDLE_BYTES_MAX, FILE_BYTES_MAX, FILES_MAX, over},
};

/// Bytes of a packed bundle.
pub const ARCHIVE_BYTES_MAX: u64 = 8 * 1024 * 1024;
const BOUNDS: Bounds = Bounds {
    packed_bytes_max: ARCHIVE_BYTES_MAX,
    files_max: FILES_MAX,
    file_bytes_max: FILE_BYTES_MAX,
    bytes_max: BUNDLE_BYTES_MAX,
};

/// A file of a bundle as it came: its name inside of it, and its bytes.
pub(super) use conductor_protocol::archive::Entry;

/// The files of a packed bundle.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<Entry>, PolicyError> {
    archive::unpack(packed, &BOUNDS).map_err(refused)
}

/// A packed bundle's bytes.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, PolicyError> {
    let failed = |source| PolicyError::Io { path: path.to_owned(), source };
    let mut packed = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(ARCHIVE_BYTES_MAX + 1).read_to_end(&mut packed).map_err(failed)?;
    Ok(packed)
}

/// All files of a folder, as they would be packed.
pub(super) fn read_dir(folder: &Path) -> Result<Vec<Entry>, PolicyError> {
    let mut entries = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(next) = waiting.pop() {
        let failed = |source| PolicyError::Io { path: next.clone(), source };
        for found in fs::read_dir(&next).map_err(failed)? {
            let path = found.map_err(failed)?.path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let failed = |source| PolicyError::Io { path: path.clone(), source };
            let mut content = Vec::new();
            let file = File::open(&path).map_err(failed)?;
            file.take(FILE_BYTES_MAX + 1).read_to_end(&mut content).map_err(failed)?;
            bytes += content.len() as u64;
            let large = content.len() as u64 > FILE_BYTES_MAX || bytes > BUNDLE_BYTES_MAX;
            if large || entries.len() + waiting.len() >= FILES_MAX {
                return Err(over());
            }
            entries.push((name(path.strip_prefix(folder).unwrap_or(&path))?, content));
        }
    }
    Ok(entries)
}

/// Packs files: names inside of the bundle, and contents. The same files give the same bytes.
///
/// # Errors
/// When a name is no path below the bundle, or something is over the bounds.
pub fn pack<'a, Files>(files: Files) -> Result<Vec<u8>, PolicyError>
where
    Files: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    archive::pack(files, &BOUNDS).map_err(refused)
}

fn name(path: &Path) -> Result<String, PolicyError> {
    archive::name(path).map_err(refused)
}

fn refused(error: ArchiveError) -> PolicyError {
    match error {
        ArchiveError::Packed(_) => PolicyError::Bounds(error.to_string()),
        ArchiveError::Over(_) => over(),
        ArchiveError::Name(name) => {
            PolicyError::Format(format!("{name} is no path below a bundle"))
        }
        other => PolicyError::Format(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
