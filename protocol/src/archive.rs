//! A gzipped tar of a few files: bounded on the way in, and the same bytes for the same files on the
//! way out.

use std::{
    collections::HashSet,
    io::{self, Read},
    path::{Component, Path},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use tar::{Archive, Builder, EntryType, Header};

/// What a tar takes for a file besides its contents: headers, padding, a long name.
const FILE_BYTES_EXTRA: u64 = 2_048;
/// Bytes of a name.
const NAME_BYTES_MAX: usize = 512;

/// A file: its name inside of the archive, and its bytes.
pub type Entry = (String, Vec<u8>);

/// What an archive may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes as it is packed.
    pub packed_bytes_max: u64,
    /// Files.
    pub files_max: usize,
    /// Bytes of one of them.
    pub file_bytes_max: u64,
    /// Bytes of all of them.
    pub bytes_max: u64,
}

/// What a run's disclosure pack may hold. What makes one has lower bounds for each of its parts.
pub const DISCLOSURE: Bounds = Bounds {
    packed_bytes_max: 64 * 1024 * 1024,
    files_max: 100_000,
    file_bytes_max: 64 * 1024 * 1024,
    bytes_max: 256 * 1024 * 1024,
};

/// Why something is no archive, or can't be one.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// More packed bytes than are looked at.
    #[error("it is over {0} bytes, packed")]
    Packed(u64),
    /// More files, or more in them, than is taken.
    #[error("it is over the bounds: {} files, {} bytes in one and {} in all", .0.files_max, .0.file_bytes_max, .0.bytes_max)]
    Over(Bounds),
    /// Bytes that don't unpack.
    #[error("unpack it: {0}")]
    Damaged(#[source] io::Error),
    /// A name that leads out of it, or none.
    #[error("{0} is no path below it")]
    Name(String),
    /// A link, a device, a pipe.
    #[error("{0} is neither a file nor a folder")]
    NoFile(String),
    /// Two files of one name.
    #[error("{0} is in it twice")]
    Twice(String),
}

/// The files of an archive, in its order.
///
/// # Errors
/// [`ArchiveError`]
pub fn unpack(packed: &[u8], bounds: &Bounds) -> Result<Vec<Entry>, ArchiveError> {
    if packed.len() as u64 > bounds.packed_bytes_max {
        return Err(ArchiveError::Packed(bounds.packed_bytes_max));
    }
    // A small archive can hold much: what comes out is bounded, not only what goes in.
    let extra = bounds.files_max as u64 * FILE_BYTES_EXTRA;
    let unpacked = GzDecoder::new(packed).take(bounds.bytes_max.saturating_add(extra));
    let mut archive = Archive::new(unpacked);
    let mut entries: Vec<Entry> = Vec::new();
    let mut names = HashSet::new();
    let mut bytes = 0;
    for entry in archive.entries().map_err(ArchiveError::Damaged)? {
        let mut entry = entry.map_err(ArchiveError::Damaged)?;
        let kind = entry.header().entry_type();
        if kind == EntryType::Directory || kind == EntryType::XGlobalHeader {
            continue;
        }
        let name = name(&entry.path().map_err(ArchiveError::Damaged)?)?;
        if kind != EntryType::Regular {
            return Err(ArchiveError::NoFile(name));
        }
        if !names.insert(name.clone()) {
            return Err(ArchiveError::Twice(name));
        }
        let mut content = Vec::new();
        let read = entry.by_ref().take(bounds.file_bytes_max + 1).read_to_end(&mut content);
        read.map_err(ArchiveError::Damaged)?;
        bytes += content.len() as u64;
        let large = content.len() as u64 > bounds.file_bytes_max || bytes > bounds.bytes_max;
        if large || entries.len() >= bounds.files_max {
            return Err(ArchiveError::Over(*bounds));
        }
        entries.push((name, content));
    }
    Ok(entries)
}

/// Packs files: names inside of the archive, and contents. The same files give the same bytes.
///
/// # Errors
/// When a name is no path below the archive, or a file is over the bounds.
pub fn pack<'a, Files>(files: Files, bounds: &Bounds) -> Result<Vec<u8>, ArchiveError>
where
    Files: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let mut sorted: Vec<_> = files.into_iter().collect();
    sorted.sort_unstable();
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (given, content) in sorted {
        if content.len() as u64 > bounds.file_bytes_max {
            return Err(ArchiveError::Over(*bounds));
        }
        let name = name(Path::new(given))?;
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, content).map_err(ArchiveError::Damaged)?;
    }
    builder.into_inner().and_then(GzEncoder::finish).map_err(ArchiveError::Damaged)
}

/// A path inside of an archive, its parts between slashes. Other tools put a slash before it.
///
/// # Errors
/// [`ArchiveError::Name`]
pub fn name(path: &Path) -> Result<String, ArchiveError> {
    let refused = || ArchiveError::Name(path.display().to_string());
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
