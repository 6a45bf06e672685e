//! The shelf: bundles of policy that were accepted, so that one can go back to them.
//!
//! A folder with a file for each, named by its revision, and `state.json`: which were accepted, in
//! their order, and which one of the source is passed over since somebody went back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Bytes of a packed bundle.
const BUNDLE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What stands in `state.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ShelfState {
    /// Revisions, the one that decides last.
    pub accepted: Vec<String>,
    /// The source's bundle that somebody went back from: it is not taken up again by itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub passed_over: String,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
    keep: usize,
}

impl Shelf {
    /// A shelf in a folder that is there, for so many bundles.
    #[must_use]
    pub fn new(folder: &Path, keep: usize) -> Self {
        Self { folder: folder.to_owned(), keep: keep.max(1) }
    }

    /// What is on it. A state that can't be read is none: what decides comes from elsewhere then.
    #[must_use]
    pub fn state(&self) -> ShelfState {
        let text = fs::read(self.folder.join("state.json")).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// A packed bundle by its revision.
    ///
    /// # Errors
    /// When it is not there, too large, or can't be read.
    pub fn get(&self, revision: &str) -> io::Result<Vec<u8>> {
        let path = self.path(revision)?;
        if fs::metadata(&path)?.len() > BUNDLE_BYTES_MAX {
            return Err(io::Error::other(format!("it has more than {BUNDLE_BYTES_MAX} bytes")));
        }
        fs::read(path)
    }

    /// Puts a bundle on it that decides from here on, and takes the oldest off where there are too
    /// many. `passed_over` is the source's bundle that is not to be taken up by itself.
    ///
    /// # Errors
    /// When the disk refuses; what was on it stays.
    pub fn put(&self, revision: &str, packed: &[u8], passed_over: &str) -> io::Result<()> {
        self.write(revision, packed)?;
        let mut state = self.state();
        state.accepted.retain(|known| known != revision);
        state.accepted.push(revision.to_owned());
        passed_over.clone_into(&mut state.passed_over);
        let surplus = state.accepted.len().saturating_sub(self.keep);
        let old: Vec<String> = state.accepted.drain(..surplus).collect();
        let json = serde_json::to_vec_pretty(&state).map_err(io::Error::other)?;
        write_whole(&self.folder.join("state.json"), &json)?;
        for revision in old {
            // One that stays too long does no harm.
            fs::remove_file(self.path(&revision)?).ok();
        }
        Ok(())
    }

    /// Puts a bundle that is on it there as it came now: of one revision there can be several, signed
    /// by several keys. One that is not on it changes nothing.
    ///
    /// # Errors
    /// When the disk refuses; what was on it stays.
    pub fn renew(&self, revision: &str, packed: &[u8]) -> io::Result<()> {
        if self.state().accepted.iter().any(|known| known == revision) {
            self.write(revision, packed)?;
        }
        Ok(())
    }

    fn write(&self, revision: &str, packed: &[u8]) -> io::Result<()> {
        let path = self.path(revision)?;
        let same = self.get(revision).is_ok_and(|known| known == packed);
        if same { Ok(()) } else { write_whole(&path, packed) }
    }

    /// The file of a revision. A revision is a digest, and nothing else becomes a path.
    fn path(&self, revision: &str) -> io::Result<PathBuf> {
        let hex = revision.strip_prefix("sha256:").unwrap_or_default();
        if hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(self.folder.join(format!("{hex}.tar.gz")));
        }
        Err(io::Error::new(io::ErrorKind::NotFound, "no revision of a bundle is called so"))
    }
}

/// A file is there as a whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::File::open(&part)?.sync_all()?;
    fs::rename(part, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(letter: char) -> String {
        format!("sha256:{}", letter.to_string().repeat(64))
    }

    #[test]
    fn the_newest_are_kept_in_the_order_in_which_they_decided() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path(), 2);
        assert_eq!(shelf.state(), ShelfState::default());
        for letter in ['a', 'b', 'c'] {
            shelf.put(&revision(letter), letter.to_string().as_bytes(), "").unwrap();
        }
        assert_eq!(shelf.state().accepted, [revision('b'), revision('c')]);
        assert_eq!(shelf.get(&revision('b')).unwrap(), b"b");
        assert!(shelf.get(&revision('a')).is_err());
        // Going back moves it to the end, and remembers what it was gone back from.
        shelf.put(&revision('b'), b"b", &revision('c')).unwrap();
        let state = Shelf::new(folder.path(), 2).state();
        assert_eq!(state.accepted, [revision('c'), revision('b')]);
        assert_eq!(state.passed_over, revision('c'));
    }

    #[test]
    fn of_what_is_kept_the_last_that_came_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path(), 2);
        shelf.put(&revision('a'), b"by the old key", "").unwrap();
        shelf.put(&revision('b'), b"b", "").unwrap();
        let before = shelf.state();
        shelf.renew(&revision('a'), b"by the new key").unwrap();
        assert_eq!(shelf.get(&revision('a')).unwrap(), b"by the new key");
        assert_eq!(shelf.state(), before, "nothing else decides");
        shelf.renew(&revision('c'), b"c").unwrap();
        assert!(shelf.get(&revision('c')).is_err(), "it was never accepted");
        shelf.put(&revision('a'), b"by a third", "").unwrap();
        assert_eq!(shelf.get(&revision('a')).unwrap(), b"by a third");
    }

    #[test]
    fn nothing_but_a_digest_becomes_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path(), 2);
        let up = format!("sha256:{}", "../".repeat(21) + "x");
        for odd in ["", "sha256:", "../../etc/passwd", "sha256:abc", &up] {
            assert!(shelf.get(odd).is_err() && shelf.put(odd, b"", "").is_err(), "{odd}");
        }
    }

    #[test]
    fn a_damaged_state_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("state.json"), b"{").unwrap();
        assert_eq!(Shelf::new(folder.path(), 2).state(), ShelfState::default());
    }
}
