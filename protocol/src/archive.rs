//! A gzipped tar of a few files: bounded on the way in, and the same bytes for the same files on the
//! way out.

use std::{
    collections::{BTreeMap, HashSet},
    io::{self, Read, Write as _},
    path::{Component, Path},
};

use flate2::{Compression, Crc, read::GzDecoder, write::GzEncoder};
use tar::{Archive, Builder, EntryType, Header};

/// What a tar takes for a file besides its contents: headers, padding, a long name.
const FILE_BYTES_EXTRA: u64 = 2_048;
/// Bytes of a name.
const NAME_BYTES_MAX: usize = 512;
/// How a gzip begins that nothing is said of: deflated, no time, no name, an unknown system.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// Bytes of one block that is stored as it is.
const BLOCK_BYTES_MAX: usize = 65_535;

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
/// When a name is no path below the archive or is there twice, or the files are over the bounds.
pub fn pack<'a, Files>(files: Files, bounds: &Bounds) -> Result<Vec<u8>, ArchiveError>
where
    Files: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(&tar(files, bounds)?).map_err(ArchiveError::Damaged)?;
    packing.finish().map_err(ArchiveError::Damaged)
}

/// As [`pack`], with nothing compressed: the bytes follow from the files alone, whichever version of
/// whichever library compresses. So what was stored once is stored the same years later.
///
/// # Errors
/// As [`pack`].
pub fn store<'a, Files>(files: Files, bounds: &Bounds) -> Result<Vec<u8>, ArchiveError>
where
    Files: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let tar = tar(files, bounds)?;
    let mut stored = GZIP_HEADER.to_vec();
    let mut blocks = tar.chunks(BLOCK_BYTES_MAX).peekable();
    while let Some(block) = blocks.next() {
        stored.push(u8::from(blocks.peek().is_none()));
        // No block is longer than two bytes can say.
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stored.extend(length.to_le_bytes());
        stored.extend((!length).to_le_bytes());
        stored.extend_from_slice(block);
    }
    let mut crc = Crc::new();
    crc.update(&tar);
    stored.extend(crc.sum().to_le_bytes());
    stored.extend(crc.amount().to_le_bytes());
    Ok(stored)
}

/// Whether these bytes are what [`store`] makes of these files, so that nothing else is in them: no
/// names of owners, no times, nothing after the end.
#[must_use]
pub fn is_stored(packed: &[u8], entries: &[Entry], bounds: &Bounds) -> bool {
    let files = entries.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    store(files, bounds).is_ok_and(|stored| stored == packed)
}

/// The files by their names, none twice.
fn tar<'a, Files>(files: Files, bounds: &Bounds) -> Result<Vec<u8>, ArchiveError>
where
    Files: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let mut sorted = BTreeMap::new();
    let mut bytes = 0;
    for (given, content) in files {
        bytes += content.len() as u64;
        if content.len() as u64 > bounds.file_bytes_max {
            return Err(ArchiveError::Over(*bounds));
        }
        let name = name(Path::new(given))?;
        if sorted.contains_key(&name) {
            return Err(ArchiveError::Twice(name));
        }
        sorted.insert(name, content);
    }
    if bytes > bounds.bytes_max || sorted.len() > bounds.files_max {
        return Err(ArchiveError::Over(*bounds));
    }
    let mut builder = Builder::new(Vec::new());
    for (name, content) in sorted {
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, content).map_err(ArchiveError::Damaged)?;
    }
    builder.into_inner().map_err(ArchiveError::Damaged)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jcs::sha256_hex;

    const BOUNDS: Bounds = Bounds {
        packed_bytes_max: 500_000,
        files_max: 3,
        file_bytes_max: 200_000,
        bytes_max: 250_000,
    };

    fn files(long: &[u8]) -> [(&'static str, &[u8]); 3] {
        [("b/two.txt", b"two\n"), ("a.txt", b""), ("long", long)]
    }

    #[test]
    fn what_is_stored_is_the_same_bytes_with_every_version_of_every_library() {
        let long: Vec<u8> = (0..150_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let stored = store(files(&long), &BOUNDS).unwrap();
        let digest = sha256_hex(&stored);
        assert_eq!(digest, "b44f1aca804ea846e8d0b7bbe3f2de32210385e26a890ffee89d949c00be7781");
        let entries = unpack(&stored, &BOUNDS).unwrap();
        let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.txt", "b/two.txt", "long"]);
        assert_eq!(entries[2].1, long);
        assert!(is_stored(&stored, &entries, &BOUNDS));
        let packed = pack(files(&long), &BOUNDS).unwrap();
        assert_eq!(unpack(&packed, &BOUNDS).unwrap(), entries);
        assert!(!is_stored(&packed, &entries, &BOUNDS), "the same files, packed otherwise");
    }

    #[test]
    fn no_bit_of_what_is_stored_can_be_another() {
        let stored = store([("a.txt", &b"a"[..])], &BOUNDS).unwrap();
        let entries = unpack(&stored, &BOUNDS).unwrap();
        let holds = |changed: &[u8]| match unpack(changed, &BOUNDS) {
            Ok(found) => found == entries && is_stored(changed, &found, &BOUNDS),
            Err(_) => false,
        };
        assert!(holds(&stored));
        for at in 0..stored.len() {
            for bit in 0..8 {
                let mut changed = stored.clone();
                changed[at] ^= 1 << bit;
                assert!(!holds(&changed), "bit {bit} of byte {at}");
            }
            assert!(!holds(&stored[..at]), "cut off at {at}");
        }
        assert!(!holds(&[&stored[..], b"x"].concat()), "one more byte");
    }

    #[test]
    fn what_is_over_the_bounds_or_twice_is_refused() {
        let over = [0; 200_001];
        assert!(matches!(store([("a", &over[..])], &BOUNDS), Err(ArchiveError::Over(_))));
        let half = [0; 150_000];
        let both = [("a", &half[..]), ("b", &half[..])];
        assert!(matches!(store(both, &BOUNDS), Err(ArchiveError::Over(_))));
        let twice = [("a", &b"1"[..]), ("./a", &b"2"[..])];
        assert!(matches!(store(twice, &BOUNDS), Err(ArchiveError::Twice(_))));
        assert!(matches!(store([("../a", &b""[..])], &BOUNDS), Err(ArchiveError::Name(_))));
    }
}
