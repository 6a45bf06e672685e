//! Files of the user's own that are written whole or not at all.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// Who may read a file that is nobody else's business.
const PRIVATE: u32 = 0o600;

/// Writes a file that nobody else can read, whoever could read what was there before, with folders on the
/// way to it that are not there. Whoever reads it meanwhile, or after a crash, finds what it was before or
/// what it is now.
///
/// # Errors
///
/// It can't be written: the file is as it was, and nothing is left beside it.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    exchange(path, bytes, PRIVATE)
}

/// The same for a file that the user writes, too: it keeps who may read it, and where it is a link, what it
/// leads to is written. A config file is often a link into a folder under version control.
///
/// # Errors
///
/// As of [`put`].
pub fn rewrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let mode = match fs::metadata(&path) {
        Ok(found) => found.permissions().mode() & 0o7777,
        Err(error) if error.kind() == io::ErrorKind::NotFound => PRIVATE,
        Err(error) => return Err(error),
    };
    exchange(&path, bytes, mode)
}

fn exchange(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let fresh = beside(path);
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = fill(&fresh, bytes, mode).and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        // What is in the way of writing may be in the way of this, too: it is tidying, no more.
        fs::remove_file(&fresh).ok();
    }
    written
}

/// The new file, until it is whole: its name says whose it is.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

fn fill(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path)?;
    file.write_all(bytes)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    // A full disk is told here, not after the old file is gone.
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_there_whole_and_nobody_else_reads_it() {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().join("a/b/config.toml");
        put(&path, b"one").unwrap();
        put(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let folder = path.parent().unwrap();
        assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(names(folder), ["config.toml"], "nothing is left beside");
    }

    #[test]
    fn who_may_read_it_and_where_it_really_is_stay() {
        let there = tempfile::tempdir().unwrap();
        let (real, link) = (there.path().join("real.toml"), there.path().join("config.toml"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        rewrite(&link, b"new").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o644);
        put(&link, b"own").unwrap();
        assert_eq!(fs::metadata(&link).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(
            !fs::symlink_metadata(&link).unwrap().is_symlink(),
            "nobody else's link is followed"
        );
        let fresh = there.path().join("fresh.toml");
        rewrite(&fresh, b"new").unwrap();
        assert_eq!(fs::metadata(&fresh).unwrap().permissions().mode() & 0o777, 0o600);
    }

    /// A folder where the file should be is refused to everybody, to the superuser, too.
    #[test]
    fn what_cannot_be_written_leaves_everything_as_it_was() {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().join("config.toml");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("in-it"), "").unwrap();
        assert!(put(&path, b"new").is_err() && rewrite(&path, b"new").is_err());
        assert_eq!(names(there.path()), ["config.toml"]);
        let below_a_file = there.path().join("config.toml/in-it/config.toml");
        assert!(put(&below_a_file, b"new").is_err());
        assert_eq!(names(&path), ["in-it"]);
    }
}
