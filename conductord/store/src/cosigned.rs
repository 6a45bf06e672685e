//! The newest checkpoint that enough witnesses cosigned: one file.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use conductor_engine::ports::CosignedStore;

/// A note with all its signatures is a few lines.
const NOTE_BYTES_MAX: u64 = 64 * 1024;

/// See the module.
#[derive(Debug, Clone)]
pub struct CosignedFile {
    path: PathBuf,
}

impl CosignedFile {
    /// In a file of a folder that is there.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }
}

impl CosignedStore for CosignedFile {
    fn load(&self) -> io::Result<Option<String>> {
        let mut note = String::new();
        match fs::File::open(&self.path) {
            Ok(file) => file.take(NOTE_BYTES_MAX).read_to_string(&mut note)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(note))
    }

    fn keep(&self, note: &str) -> io::Result<()> {
        let part = self.path.with_extension("part");
        fs::write(&part, note)?;
        fs::File::open(&part)?.sync_all()?;
        fs::rename(&part, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = CosignedFile::new(&folder.path().join("cosigned"));
        assert_eq!(store.load().unwrap(), None);
        store.keep("one\n").unwrap();
        store.keep("two\n").unwrap();
        assert_eq!(store.load().unwrap().as_deref(), Some("two\n"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing beside");
    }
}
