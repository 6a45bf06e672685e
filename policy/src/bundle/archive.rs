//! A bundle as OPA packs it: a gzipped tar of its files. Bounded on the way in, and the same bytes
//! for the same files on the way out.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Component, Path},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use tar::{Archive, Builder, EntryType, Header};

use super::{
    error::PolicyError,
    source::{BUNDLE_BYTES_MAX, FILE_BYTES_MAX, FILES_MAX, over},
};

/// Bytes of a packed bundle.
pub const ARCHIVE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// What a tar takes besides the contents of its files: headers, padding, long names.
const TAR_BYTES_EXTRA: u64 = FILES_MAX as u64 * 2_048;
/// Bytes of a name.
const NAME_BYTES_MAX: usize = 512;

/// A file of a bundle as it came: its name inside of it, and its bytes.
pub(super) type Entry = (String, Vec<u8>);

/// The files of a packed bundle.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<Entry>, PolicyError> {
    if packed.len() as u64 > ARCHIVE_BYTES_MAX {
        return Err(PolicyError::Bounds(format!("it is over {ARCHIVE_BYTES_MAX} bytes, packed")));
    }
    // A small archive can hold much: what comes out is bounded, not only what goes in.
    let unpacked = GzDecoder::new(packed).take(BUNDLE_BYTES_MAX + TAR_BYTES_EXTRA);
    let mut archive = Archive::new(unpacked);
    let mut entries: Vec<Entry> = Vec::new();
    let mut bytes = 0;
    for entry in archive.entries().map_err(|error| unreadable(&error))? {
        let mut entry = entry.map_err(|error| unreadable(&error))?;
        let kind = entry.header().entry_type();
        if kind == EntryType::Directory || kind == EntryType::XGlobalHeader {
            continue;
        }
        let name = name(&entry.path().map_err(|error| unreadable(&error))?)?;
        if kind != EntryType::Regular {
            return Err(PolicyError::Format(format!("{name} is neither a file nor a folder")));
        }
        if entries.iter().any(|(known, _)| *known == name) {
            return Err(PolicyError::Format(format!("{name} is in it twice")));
        }
        let mut content = Vec::new();
        entry
            .by_ref()
            .take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut content)
            .map_err(|error| unreadable(&error))?;
        bytes += content.len() as u64;
        let large = content.len() as u64 > FILE_BYTES_MAX || bytes > BUNDLE_BYTES_MAX;
        if large || entries.len() >= FILES_MAX {
            return Err(over());
        }
        entries.push((name, content));
    }
    Ok(entries)
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
    let mut sorted: Vec<_> = files.into_iter().collect();
    sorted.sort_unstable();
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (given, content) in sorted {
        if content.len() as u64 > FILE_BYTES_MAX {
            return Err(over());
        }
        let name = name(Path::new(given))?;
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, content).map_err(|error| unreadable(&error))?;
    }
    builder.into_inner().and_then(GzEncoder::finish).map_err(|error| unreadable(&error))
}

fn unreadable(error: &io::Error) -> PolicyError {
    PolicyError::Format(format!("unpack it: {error}"))
}

/// A path inside of the bundle, its parts between slashes. Other tools put a slash before it.
fn name(path: &Path) -> Result<String, PolicyError> {
    let refused = || PolicyError::Format(format!("{} is no path below a bundle", path.display()));
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str().ok_or_else(refused)?),
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) => return Err(refused()),
        }
    }
    let name = parts.join("/");
    let fits = !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.contains(char::is_control);
    if fits { Ok(name) } else { Err(refused()) }
}

#[cfg(test)]
mod tests;
