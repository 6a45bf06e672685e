//! The Unix socket: only its owner's, one daemon's, and gone when that stops.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use tokio::net::{UnixListener, UnixStream};

use super::Door;
use crate::peer::Peer;

/// A bound socket. It is removed when this is dropped.
#[derive(Debug)]
pub struct UnixDoor {
    listener: UnixListener,
    path: PathBuf,
    inode: u64,
}

/// Why a socket could not be bound.
#[derive(Debug, thiserror::Error)]
pub enum SocketTaken {
    /// Another daemon answers there.
    #[error("{path} is answered by another daemon; stop it, or choose another path with --socket")]
    Live {
        /// Which path.
        path: PathBuf,
    },
    /// Something else has that name.
    #[error("{path} is there and is no socket; choose another path with --socket")]
    NoSocket {
        /// Which path.
        path: PathBuf,
    },
    /// Its folder lets others in.
    #[error("{folder} belongs to user {owner}; choose a folder of your own with --socket")]
    ForeignFolder {
        /// Which folder.
        folder: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// The system refused.
    #[error("{attempt} {path}")]
    Io {
        /// What was tried.
        attempt: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

fn failed(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SocketTaken {
    let path = path.to_owned();
    move |source| SocketTaken::Io { attempt, path, source }
}

impl UnixDoor {
    /// Binds a socket that only its owner may use. A folder that is made for it is private; a
    /// socket that a dead daemon left behind is replaced.
    ///
    /// # Errors
    /// [`SocketTaken`]
    pub async fn bind(path: &Path) -> Result<Self, SocketTaken> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        prepare(folder)?;
        clear(path).await?;
        // Bound under another name and moved into place once it is private: nobody can come in
        // between, and the name never stands for a socket that nobody answers.
        let fresh = path.with_extension(format!("{}.new", std::process::id()));
        drop(fs::remove_file(&fresh));
        let listener = UnixListener::bind(&fresh).map_err(failed("bind the socket", path))?;
        fs::set_permissions(&fresh, Permissions::from_mode(0o600))
            .map_err(failed("make private the socket", path))?;
        fs::rename(&fresh, path).map_err(failed("put in place the socket", path))?;
        let inode = fs::metadata(path).map_err(failed("look at the socket", path))?.ino();
        Ok(Self { listener, path: path.to_owned(), inode })
    }
}

/// Makes the folder when it is missing. One in which others could put a socket of their own in
/// place of ours is refused, unless it is one where everybody may only remove what is their own.
fn prepare(folder: &Path) -> Result<(), SocketTaken> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(folder).map_err(failed("make the folder", folder))?;
    let found = fs::metadata(folder).map_err(failed("look at the folder", folder))?;
    let own = found.uid() == rustix::process::geteuid().as_raw();
    let sticky = found.mode() & 0o1000 != 0;
    if own || sticky || found.uid() == 0 {
        return Ok(());
    }
    Err(SocketTaken::ForeignFolder { folder: folder.to_owned(), owner: found.uid() })
}

/// Removes what a dead daemon left behind.
async fn clear(path: &Path) -> Result<(), SocketTaken> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("look at the socket", path)(error)),
    };
    if !found.file_type().is_socket() {
        return Err(SocketTaken::NoSocket { path: path.to_owned() });
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(failed("remove the stale socket", path))
        }
        // Whether it answers or merely has no room: somebody listens.
        _ => Err(SocketTaken::Live { path: path.to_owned() }),
    }
}

impl Door for UnixDoor {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<(UnixStream, Peer)> {
        let (stream, _) = self.listener.accept().await?;
        let uid = stream.peer_cred()?.uid();
        Ok((stream, Peer::unix(uid)))
    }
}

impl Drop for UnixDoor {
    fn drop(&mut self) {
        // Another daemon may have taken the name meanwhile.
        if fs::metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            drop(fs::remove_file(&self.path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_private_and_gone_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private").join("d.sock");
        let door = UnixDoor::bind(&path).await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
        drop(door);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_live_socket_is_refused_and_a_dead_one_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.sock");
        let live = UnixDoor::bind(&path).await.unwrap();
        assert!(matches!(UnixDoor::bind(&path).await, Err(SocketTaken::Live { .. })));
        // As a killed daemon leaves it: the name stays, nobody listens.
        drop(live);
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        UnixDoor::bind(&path).await.unwrap();
    }

    #[tokio::test]
    async fn a_file_of_that_name_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes");
        fs::write(&path, "mine").unwrap();
        assert!(matches!(UnixDoor::bind(&path).await, Err(SocketTaken::NoSocket { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }

    #[tokio::test]
    async fn the_peer_is_the_user_that_the_kernel_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.sock");
        let door = UnixDoor::bind(&path).await.unwrap();
        let connecting = UnixStream::connect(&path);
        let (accepted, connected) = tokio::join!(door.accept(), connecting);
        connected.unwrap();
        let own = rustix::process::getuid().as_raw();
        assert_eq!(accepted.unwrap().1, Peer::unix(own));
    }
}
