//! Outboxes of notifications: a folder with a file for each target, there as a whole or as it was.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use conductor_engine::ports::OutboxStore;

/// What the files end with.
const ENDING: &str = "json";
/// Bytes of one: all letters that a target may have, with room to spare.
const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// See the module.
#[derive(Debug, Clone)]
pub struct FolderOutboxes {
    folder: PathBuf,
}

impl FolderOutboxes {
    /// In a folder that is there.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The file of a target. Nothing but a plain name becomes a path.
    fn path(&self, target: &str) -> io::Result<PathBuf> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !target.is_empty() && target.bytes().all(plain) {
            return Ok(self.folder.join(target).with_extension(ENDING));
        }
        Err(io::Error::new(io::ErrorKind::InvalidInput, "no target is called so"))
    }
}

impl OutboxStore for FolderOutboxes {
    fn load(&self, target: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path(target)?;
        match fs::metadata(&path) {
            Ok(about) if about.len() > BYTES_MAX => {
                Err(io::Error::other(format!("it has more than {BYTES_MAX} bytes")))
            }
            Ok(_) => fs::read(path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn keep(&self, target: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(target)?;
        let part = path.with_extension("part");
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(part, path)?;
        // The name has to be as durable as what it stands for.
        File::open(&self.folder)?.sync_all()
    }

    fn targets(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|name| name.to_str());
            if let (Some(name), true) = (name, path.extension().is_some_and(|end| end == ENDING)) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_last_is_there_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderOutboxes::new(folder.path());
        assert_eq!(store.load("ops").unwrap(), None);
        store.keep("ops", b"first").unwrap();
        store.keep("ops", b"second").unwrap();
        store.keep("mail", b"other").unwrap();
        // As a crash in the middle of writing leaves it.
        fs::write(folder.path().join("ops.part"), b"thi").unwrap();
        let again = FolderOutboxes::new(folder.path());
        assert_eq!(again.load("ops").unwrap().unwrap(), b"second");
        assert_eq!(again.targets().unwrap(), ["mail", "ops"]);
    }

    #[test]
    fn nothing_but_a_plain_name_becomes_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderOutboxes::new(folder.path());
        for odd in ["", "..", "../ops", "a/b", "a.json", "a b"] {
            assert!(store.load(odd).is_err() && store.keep(odd, b"").is_err(), "{odd}");
        }
    }
}
