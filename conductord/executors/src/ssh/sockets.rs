//! The folder with the sockets of shared connections, and with what their clients have to say.
//!
//! A Unix socket's path has at most 107 bytes, and the client binds a longer one first; where the
//! worker's own folder is too long for that, the sockets go to one in `/tmp` that is this user's.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};

use crate::{limits::SSH_LOG_BYTES_MAX, shell::strays::KEPT_FOLDER};

/// Bytes of a socket's path, less the zero at its end.
const SOCKET_PATH_BYTES_MAX: usize = 107;
/// What the client appends while it binds.
const BIND_SUFFIX_BYTES: usize = 17;
/// Hexadecimal digits of a connection's name.
const NAME_BYTES: usize = 16;
/// What a client said is kept for so long after its connection went.
const LOG_AGE_MAX: Duration = Duration::from_secs(3600);

#[derive(Debug)]
pub(super) struct Sockets {
    /// Where clients work: it marks them as this worker's.
    home: PathBuf,
    folder: PathBuf,
}

/// Where one shared connection is.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) socket: PathBuf,
    /// What its clients say.
    pub(super) log: PathBuf,
    /// How much they had said before.
    said_before: u64,
}

impl Sockets {
    /// In a folder of the worker, made when it is missing, and emptied.
    pub(super) fn open(work_dir: &Path) -> io::Result<Self> {
        let home = work_dir.join(KEPT_FOLDER);
        make_private(&home)?;
        let room = SOCKET_PATH_BYTES_MAX - BIND_SUFFIX_BYTES - NAME_BYTES - 1;
        let folder = if home.as_os_str().len() <= room {
            home.clone()
        } else {
            let uid = rustix::process::geteuid().as_raw();
            let base = PathBuf::from(format!("/tmp/conductor-{uid}"));
            make_private(&base)?;
            let folder =
                base.join(format!("ssh-{}", name_of([home.as_os_str().as_encoded_bytes()])));
            make_private(&folder)?;
            folder
        };
        let sockets = Self { home, folder };
        sockets.clear();
        Ok(sockets)
    }

    /// Where clients work.
    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// The place of the connection that is made with these arguments.
    pub(super) fn place(&self, arguments: &[String]) -> Place {
        let name = name_of(arguments.iter().map(String::as_bytes));
        let log = self.folder.join(format!("{name}.log"));
        let mut said_before = fs::metadata(&log).map_or(0, |about| about.len());
        if said_before > SSH_LOG_BYTES_MAX {
            // Clients append, so they go on at the new end.
            if fs::File::create(&log).is_ok() {
                said_before = 0;
            }
        }
        Place { socket: self.folder.join(name), log, said_before }
    }

    /// Removes what was said of connections that are long gone.
    pub(super) fn tidy(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_log = path.extension().is_some_and(|extension| extension == "log");
            let is_old = || {
                let changed = fs::metadata(&path).and_then(|about| about.modified());
                changed.is_ok_and(|at| age(at) > LOG_AGE_MAX)
            };
            if is_log && !path.with_extension("").exists() && is_old() {
                remove(&path);
            }
        }
    }

    /// Removes everything.
    pub(super) fn clear(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        entries.flatten().for_each(|entry| remove(&entry.path()));
    }
}

impl Place {
    /// What the clients said since this place was asked for.
    pub(super) fn said(&self) -> String {
        use std::io::{Read as _, Seek as _};
        let read = || {
            let mut file = fs::File::open(&self.log)?;
            let from = self.said_before.min(file.metadata()?.len());
            file.seek(io::SeekFrom::Start(from))?;
            let mut bytes = Vec::new();
            file.take(SSH_LOG_BYTES_MAX).read_to_end(&mut bytes)?;
            io::Result::Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        read().unwrap_or_default()
    }
}

#[expect(clippy::disallowed_methods, reason = "ages of files are told in the wall clock's time")]
fn age(at: SystemTime) -> Duration {
    SystemTime::now().duration_since(at).unwrap_or_default()
}

fn name_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    digest.iter().take(NAME_BYTES / 2).map(|byte| format!("{byte:02x}")).collect()
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::debug!(%error, path = %path.display(), "can't remove what a connection left");
    }
}

/// Makes the folder, or makes sure that it is this user's alone.
fn make_private(folder: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    let about = fs::symlink_metadata(folder)?;
    let own = about.uid() == rustix::process::geteuid().as_raw();
    if about.is_dir() && own && about.mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "the folder {} for connections is not this user's alone",
        folder.display()
    )))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_long_folder_gives_way_to_a_short_one() {
        let folder = tempfile::tempdir().unwrap();
        let short = Sockets::open(folder.path()).unwrap();
        assert!(short.folder.starts_with(folder.path()));
        let deep = folder.path().join("x".repeat(100));
        fs::create_dir(&deep).unwrap();
        let long = Sockets::open(&deep).unwrap();
        let socket = long.place(&["a".into()]).socket;
        assert!(socket.as_os_str().len() + BIND_SUFFIX_BYTES <= SOCKET_PATH_BYTES_MAX);
        assert_eq!(fs::metadata(&long.folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::remove_dir(&long.folder).unwrap();
    }

    #[test]
    fn another_way_is_another_connection() {
        let folder = tempfile::tempdir().unwrap();
        let sockets = Sockets::open(folder.path()).unwrap();
        let socket = |parts: &[&str]| {
            sockets.place(&parts.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>()).socket
        };
        assert_eq!(socket(&["-p", "22", "a"]), socket(&["-p", "22", "a"]));
        assert_ne!(socket(&["-p", "22", "a"]), socket(&["-p", "222", "a"]));
        assert_ne!(socket(&["ab", "c"]), socket(&["a", "bc"]));
    }

    #[test]
    fn only_what_was_said_since_counts() {
        let folder = tempfile::tempdir().unwrap();
        let sockets = Sockets::open(folder.path()).unwrap();
        let first = sockets.place(&["a".into()]);
        assert_eq!(first.said(), "");
        fs::write(&first.log, "one\n").unwrap();
        assert_eq!(first.said(), "one\n");
        let second = sockets.place(&["a".into()]);
        assert_eq!(second.said(), "");
        fs::write(&first.log, "one\ntwo\n").unwrap();
        assert_eq!(second.said(), "two\n");
        fs::write(&first.log, vec![b'x'; SSH_LOG_BYTES_MAX as usize + 1]).unwrap();
        assert_eq!(sockets.place(&["a".into()]).said(), "");
        assert_eq!(fs::metadata(&first.log).unwrap().len(), 0);
    }

    #[test]
    fn a_folder_that_others_may_enter_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("ssh")).unwrap();
        fs::set_permissions(folder.path().join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(Sockets::open(folder.path()).is_err());
    }
}
