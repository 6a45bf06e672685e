//! Files of the user's own that are written whole or not at all.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{
        DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
    },
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Who may read a file that is nobody else's business, and look into its folder.
const PRIVATE: u32 = 0o600;
const PRIVATE_FOLDER: u32 = 0o700;
/// Who may read any other new file, and look into its folder, as far as the user's mask lets them.
const SHARED: u32 = 0o666;
const SHARED_FOLDER: u32 = 0o777;
/// Links that lead to links.
const LINKS_MAX: usize = 32;
/// Names that are tried for a file until it is whole.
const NAMES_MAX: usize = 64;
/// Makes the names of this process differ.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Writes a file that nobody else can read, whoever could read what was there before, with folders on the
/// way to it that are not there. Whoever reads it meanwhile, or after a crash, finds what it was before or
/// what it is now. Where it is a link of the user's own, what it leads to is written.
///
/// # Errors
///
/// It can't be written: the file is as it was, and nothing is left beside it.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = behind_links(path, true)?;
    Part::of(&path, Some(PRIVATE), PRIVATE_FOLDER)?.filled(bytes)
}

/// The same for a file that the user writes, too: it keeps who may read it, and where it is a link, what it
/// leads to is written. A config file is often a link into a folder under version control.
///
/// # Errors
///
/// As of [`put`].
pub fn rewrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = behind_links(path, false)?;
    let mode = mode(&path)?.unwrap_or(PRIVATE);
    Part::of(&path, Some(mode), PRIVATE_FOLDER)?.filled(bytes)
}

/// The same for a file that the user named, to be handed on: a new one may be read by whoever the user's mask
/// lets read.
///
/// # Errors
///
/// As of [`put`].
pub fn share(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Part::begin(path)?.filled(bytes)
}

/// The same for a file that is not there: it is never written over another.
///
/// # Errors
///
/// As of [`put`]; there is one of that name already.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Its name is taken first: whoever comes meanwhile is the one who is refused.
    drop(OpenOptions::new().write(true).create_new(true).open(path)?);
    let written = share(path, bytes);
    if written.is_err() {
        fs::remove_file(path).ok();
    }
    written
}

/// A file that grows under another name beside its own, which it gets once it is whole. Dropped before that
/// it is gone.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    /// None where it is no file, as `/dev/stdout` is: what is written there is written.
    fresh: Option<PathBuf>,
    file: Option<File>,
}

impl Part {
    /// Begins a file that the user named, with folders on the way to it that are not there. As in
    /// [`share`], one that is there keeps who may read it, and a link leads to what is written.
    ///
    /// # Errors
    ///
    /// There can't be a file.
    pub fn begin(path: &Path) -> io::Result<Self> {
        if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok(Self { path: path.to_owned(), fresh: None, file: Some(file) });
        }
        let path = behind_links(path, false)?;
        let mode = mode(&path)?;
        Self::of(&path, mode, SHARED_FOLDER)
    }

    fn of(path: &Path, mode: Option<u32>, folder_mode: u32) -> io::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            DirBuilder::new().recursive(true).mode(folder_mode).create(folder)?;
        }
        let (fresh, file) = fresh(path, if mode.is_some() { PRIVATE } else { SHARED })?;
        let part = Self { path: path.to_owned(), fresh: Some(fresh), file: Some(file) };
        if let (Some(mode), Some(file)) = (mode, &part.file) {
            file.set_permissions(Permissions::from_mode(mode))?;
        }
        Ok(part)
    }

    fn filled(mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        self.finish()
    }

    /// It is whole: from now on it has its name.
    ///
    /// # Errors
    ///
    /// A full disk is told here, and what was there before is as it was.
    pub fn finish(mut self) -> io::Result<()> {
        if let (Some(file), Some(fresh)) = (&self.file, &self.fresh) {
            file.sync_all()?;
            fs::rename(fresh, &self.path)?;
        }
        self.file = None;
        Ok(())
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let (Some(_), Some(fresh)) = (self.file.take(), &self.fresh) {
            // What was in the way of writing may be in the way of this, too: it is tidying, no more.
            fs::remove_file(fresh).ok();
        }
    }
}

/// Who may do what with a file that is there.
fn mode(path: &Path) -> io::Result<Option<u32>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found.permissions().mode() & 0o7777)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a path leads to in the end, also where nothing is there yet. Of links that somebody else has made
/// `own` follows none: they are replaced.
fn behind_links(path: &Path, own: bool) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..LINKS_MAX {
        let found = match fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => found,
            // What else is in the way is told by whoever writes there.
            _ => return Ok(at),
        };
        if own && found.uid() != rustix::process::geteuid().as_raw() {
            return Ok(at);
        }
        let to = fs::read_link(&at)?;
        let to = at.parent().map_or_else(|| to.clone(), |folder| folder.join(&to));
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            let told = format!("it is a link to {}, and that folder is not there", to.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, told));
        }
        at = to;
    }
    Err(io::Error::other("it is a link to a link, and so on without an end"))
}

/// A new file beside another, by a name that says whose it is.
fn fresh(path: &Path, mode: u32) -> io::Result<(PathBuf, File)> {
    let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
    for _ in 0..NAMES_MAX {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        name.push(format!(".{}-{count}.new", std::process::id()));
        let fresh = path.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).mode(mode).open(&fresh) {
            Ok(file) => return Ok((fresh, file)),
            // Left by a process that had this number before, or of one on another machine.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
            Err(error) => return Err(error),
        }
    }
    Err(taken)
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
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"own");
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

    #[test]
    fn a_link_to_what_is_not_there_yet_stays_one() {
        let there = tempfile::tempdir().unwrap();
        for (at, write) in [put, rewrite, share].into_iter().enumerate() {
            let (real, link) = (format!("real-{at}"), there.path().join(format!("link-{at}")));
            std::os::unix::fs::symlink(&real, &link).unwrap();
            write(&link, b"new").unwrap();
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read(there.path().join(real)).unwrap(), b"new");
        }
        let (nowhere, round) = (there.path().join("nowhere"), there.path().join("round"));
        std::os::unix::fs::symlink("not/there/config.toml", &nowhere).unwrap();
        std::os::unix::fs::symlink("round", &round).unwrap();
        for write in [put, rewrite, share] {
            let told = write(&nowhere, b"new").unwrap_err().to_string();
            assert!(told.contains("not/there/config.toml, and that folder is not there"), "{told}");
            assert!(write(&round, b"new").unwrap_err().to_string().contains("without an end"));
        }
        assert!(fs::symlink_metadata(&nowhere).unwrap().is_symlink());
        assert!(!names(there.path()).iter().any(|name| name.ends_with(".new")));
    }

    /// Only the superuser can make a link that is somebody else's.
    #[test]
    fn nobody_else_s_link_is_followed() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let there = tempfile::tempdir().unwrap();
        let (real, link) = (there.path().join("theirs"), there.path().join("sessions.json"));
        std::os::unix::fs::symlink(&real, &link).unwrap();
        std::os::unix::fs::lchown(&link, Some(65_534), None).unwrap();
        put(&link, b"own").unwrap();
        assert!(!real.exists() && !fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn many_who_write_at_once_leave_one_of_what_they_wrote() {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().join("used.json");
        let texts: Vec<String> = (0..8).map(|n| n.to_string().repeat(40_000)).collect();
        std::thread::scope(|threads| {
            for text in &texts {
                let path = &path;
                threads.spawn(move || (0..20).for_each(|_| put(path, text.as_bytes()).unwrap()));
            }
        });
        let found = fs::read_to_string(&path).unwrap();
        assert!(texts.contains(&found), "{} bytes", found.len());
        assert_eq!(names(there.path()), ["used.json"]);
    }

    #[test]
    fn what_is_created_is_never_written_over_and_what_is_given_up_is_gone() {
        let there = tempfile::tempdir().unwrap();
        let path = there.path().join("runs.json");
        create(&path, b"one").unwrap();
        let again = create(&path, b"two").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let mut part = Part::begin(&path).unwrap();
        part.write_all(b"half").unwrap();
        drop(part);
        assert_eq!(
            (fs::read(&path).unwrap(), names(there.path())),
            (b"one".into(), vec!["runs.json".into()])
        );
        share(&path, b"three").unwrap();
        share(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
