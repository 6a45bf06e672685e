//! The layout of C2SP tlog-tiles: what a path names, which tiles a tree has, and bundles of entries.
//!
//! Format: <https://c2sp.org/tlog-tiles>. A path is the same behind a URL and in a folder.

use std::{fmt, str::FromStr};

use crate::merkle::{TILE_HEIGHT, TILE_WIDTH};

/// Levels of tiles that there can be.
const LEVELS_MAX: u8 = 63;
/// Path elements of an index hold three digits each.
const ELEMENT: u64 = 1_000;
/// Path elements of an index: more than any tree needs.
const ELEMENTS_MAX: usize = 6;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of the tree, of this level of tiles: 0 stands over the leaves.
    Hashes(u8),
    /// The leaves themselves, as a bundle of entries.
    Entries,
}

/// A tile by its place, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    /// Of what.
    pub kind: TileKind,
    /// Which one of its level.
    pub index: u64,
    /// Hashes or entries in it, 1 to 256; fewer than 256 is a partial tile.
    pub width: u16,
}

/// A path that names no tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no path of a tile, such as `tile/0/x001/234.p/5` or `tile/entries/000`")]
pub struct TilePathError(String);

impl TilePath {
    /// Whether it holds all that it can: then it never changes.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width as u64 == TILE_WIDTH
    }

    /// The same tile when it is full.
    #[must_use]
    pub const fn full(self) -> Self {
        Self { width: 1 << TILE_HEIGHT, ..self }
    }

    /// The first hash of its level, or the first leaf, that is in it.
    #[must_use]
    pub const fn start(&self) -> u64 {
        self.index.saturating_mul(TILE_WIDTH)
    }
}

/// An index as path elements of three digits, all but the last beginning with `x`.
#[must_use]
pub fn index_path(index: u64) -> String {
    let mut text = format!("{:03}", index % ELEMENT);
    let mut rest = index / ELEMENT;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % ELEMENT);
        rest /= ELEMENT;
    }
    text
}

/// The index that path elements name, written in no other way than [`index_path`] writes it.
#[must_use]
pub fn parse_index(path: &str) -> Option<u64> {
    let mut index = 0_u64;
    if path.split('/').count() > ELEMENTS_MAX {
        return None;
    }
    for element in path.split('/') {
        let digits = element.strip_prefix('x').unwrap_or(element);
        let three = digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
        let number: u64 = digits.parse().ok().filter(|_| three)?;
        index = index.checked_mul(ELEMENT)?.checked_add(number)?;
    }
    (index_path(index) == path).then_some(index)
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        f.write_str(&index_path(self.index))?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// A number without leading zeros.
fn plain(text: &str) -> Option<u16> {
    let number: u16 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(path: &str) -> Result<Self, TilePathError> {
        let read = || {
            let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
            let kind = match kind {
                "entries" => TileKind::Entries,
                level => TileKind::Hashes(
                    plain(level)?.try_into().ok().filter(|level| *level <= LEVELS_MAX)?,
                ),
            };
            let (index, width) = match rest.split_once(".p/") {
                Some((index, width)) => {
                    let width = plain(width)?;
                    (index, Some(width).filter(|width| (1..256).contains(width))?)
                }
                None => (rest, 1 << TILE_HEIGHT),
            };
            Some(Self { kind, index: parse_index(index)?, width })
        };
        read().ok_or_else(|| TilePathError(path.to_owned()))
    }
}

/// The tiles of one kind in a tree of `size` leaves, in order: full ones, and a partial one last
/// where there is one.
pub fn tiles_of(kind: TileKind, size: u64) -> impl Iterator<Item = TilePath> {
    let level = match kind {
        TileKind::Hashes(level) => level,
        TileKind::Entries => 0,
    };
    let count = size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
    let full = (0..count / TILE_WIDTH).map(move |index| TilePath { kind, index, width: 256 });
    let rest = u16::try_from(count % TILE_WIDTH).ok().filter(|rest| *rest > 0);
    full.chain(rest.map(|width| TilePath { kind, index: count / TILE_WIDTH, width }))
}

/// Levels of tiles in a tree of `size` leaves.
#[must_use]
pub fn levels_of(size: u64) -> u8 {
    let level_has = |level: u8| {
        size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).is_some_and(|count| count > 0)
    };
    (0..LEVELS_MAX).take_while(|level| level_has(*level)).fold(0, |levels, _| levels + 1)
}

/// Appends an entry to a bundle; false when the entry is longer than a bundle can hold.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> bool {
    let Ok(len) = u16::try_from(entry.len()) else { return false };
    bundle.extend_from_slice(&len.to_be_bytes());
    bundle.extend_from_slice(entry);
    true
}

/// The entries of a bundle; none where the bytes are no whole bundle.
#[must_use]
pub fn entries_of(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let (len, rest) = bundle.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        entries.push(entry);
        bundle = rest;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let check = |kind, index, width, path: &str| {
            let tile = TilePath { kind, index, width };
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse(), Ok(tile));
        };
        check(TileKind::Hashes(0), 0, 256, "tile/0/000");
        check(TileKind::Hashes(3), 1_234_067, 256, "tile/3/x001/x234/067");
        check(TileKind::Hashes(1), 1_000, 17, "tile/1/x001/000.p/17");
        check(TileKind::Entries, 273, 112, "tile/entries/273.p/112");
    }

    #[test]
    fn what_is_written_otherwise_is_no_path() {
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/../000",
            "tile/entries/000/",
            "tile/data/000",
            "tile/0/+01",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(bad.parse::<TilePath>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tree_has_the_tiles_of_the_specifications_example() {
        let of = |level| tiles_of(TileKind::Hashes(level), 70_000).collect::<Vec<_>>();
        assert_eq!((of(0).len(), of(0)[273].width), (274, 112));
        assert_eq!((of(1).len(), of(1)[1].width), (2, 17));
        assert_eq!((of(2).len(), of(2)[0].width), (1, 1));
        assert_eq!((of(3).len(), levels_of(70_000)), (0, 3));
        assert_eq!(levels_of(0), 0);
        assert_eq!(
            tiles_of(TileKind::Hashes(1), 256).next().unwrap().to_string(),
            "tile/1/000.p/1"
        );
    }

    #[test]
    fn a_bundle_gives_its_entries_back_or_is_none() {
        let mut bundle = Vec::new();
        assert!(push_entry(&mut bundle, b"one") && push_entry(&mut bundle, b""));
        assert_eq!(bundle, b"\0\x03one\0\0");
        assert_eq!(entries_of(&bundle).unwrap(), [b"one".as_slice(), b""]);
        assert!(entries_of(b"\0\x03on").is_none() && entries_of(b"\0").is_none());
        assert!(!push_entry(&mut bundle, &[0; 65_536]) && push_entry(&mut bundle, &[0; 65_535]));
    }
}
