//! The Unix socket: only its owner's unless others are let in, one daemon's, and gone when that
//! stops.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{
        DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown,
    },
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

/// Whom a socket is open to. The kernel tells who each of them is, whoever they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketAccess {
    /// Its permissions.
    pub mode: u32,
    /// Its group, where that is not the daemon's own.
    pub group: Option<u32>,
}

impl Default for SocketAccess {
    /// To its owner alone.
    fn default() -> Self {
        Self { mode: 0o600, group: None }
    }
}

impl SocketAccess {
    const fn is_shared(self) -> bool {
        self.mode & 0o077 != 0
    }
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
    /// Others could put a socket of their own in its place.
    #[error(
        "{folder} can be written by others (mode {mode:04o}); `chmod go-w` it, or choose another \
         folder with --socket"
    )]
    OpenFolder {
        /// Which folder.
        folder: PathBuf,
        /// Its permissions.
        mode: u32,
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
        Self::bind_for(path, SocketAccess::default()).await
    }

    /// The same for others, too. A folder that is made for it can be passed through by all.
    ///
    /// # Errors
    /// [`SocketTaken`]
    pub async fn bind_for(path: &Path, access: SocketAccess) -> Result<Self, SocketTaken> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        prepare(folder, access)?;
        clear(path).await?;
        // Bound under another name and moved into place once it is as it has to be: nobody can come
        // in between, and the name never stands for a socket that nobody answers.
        let fresh = path.with_extension(format!("{}.new", std::process::id()));
        drop(fs::remove_file(&fresh));
        let listener = UnixListener::bind(&fresh).map_err(failed("bind the socket", path))?;
        fs::set_permissions(&fresh, Permissions::from_mode(0o600))
            .map_err(failed("make private the socket", path))?;
        open_for(&fresh, access).map_err(failed("let others in at the socket", path))?;
        fs::rename(&fresh, path).map_err(failed("put in place the socket", path))?;
        let inode = fs::metadata(path).map_err(failed("look at the socket", path))?.ino();
        Ok(Self { listener, path: path.to_owned(), inode })
    }
}

/// Gives a private socket the group and the permissions that it is to have.
fn open_for(socket: &Path, access: SocketAccess) -> io::Result<()> {
    if let Some(group) = access.group {
        chown(socket, None, Some(group))?;
    }
    match access.is_shared() {
        true => fs::set_permissions(socket, Permissions::from_mode(access.mode)),
        false => Ok(()),
    }
}

/// Makes the folder when it is missing. One in which others could put a socket of their own in
/// place of ours is refused, unless it is one where everybody may only remove what is their own.
fn prepare(folder: &Path, access: SocketAccess) -> Result<(), SocketTaken> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(if access.is_shared() { 0o711 } else { 0o700 });
    builder.create(folder).map_err(failed("make the folder", folder))?;
    let found = fs::metadata(folder).map_err(failed("look at the folder", folder))?;
    let own = found.uid() == rustix::process::geteuid().as_raw();
    if found.mode() & 0o1000 != 0 {
        return Ok(());
    }
    if !own && found.uid() != 0 {
        let (folder, owner) = (folder.to_owned(), found.uid());
        return Err(SocketTaken::ForeignFolder { folder, owner });
    }
    // A group that is let in at the socket is not let in to replace it.
    let others = if access.is_shared() { 0o022 } else { 0o002 };
    if found.mode() & others != 0 {
        let (folder, mode) = (folder.to_owned(), found.mode() & 0o7777);
        return Err(SocketTaken::OpenFolder { folder, mode });
    }
    if access.is_shared() && found.mode() & 0o011 == 0 {
        tracing::warn!(
            folder = %folder.display(),
            "the socket is for others, too, but its folder lets nobody through: chmod 711 it"
        );
    }
    Ok(())
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
    async fn others_are_let_in_where_it_is_said_and_may_never_replace_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shared").join("d.sock");
        let group = rustix::process::getgid().as_raw();
        let access = SocketAccess { mode: 0o660, group: Some(group) };
        let door = UnixDoor::bind_for(&path, access).await.unwrap();
        let found = fs::metadata(&path).unwrap();
        assert_eq!((found.mode() & 0o777, found.gid()), (0o660, group));
        let shared = path.parent().unwrap();
        assert_eq!(fs::metadata(shared).unwrap().mode() & 0o777, 0o711);
        drop(door);
        for (mode, taken, taken_shared) in [
            (0o755, false, false),
            (0o775, false, true),
            (0o777, true, true),
            (0o1777, false, false),
        ] {
            fs::set_permissions(shared, Permissions::from_mode(mode)).unwrap();
            let is_open = |bound: Result<UnixDoor, SocketTaken>| {
                matches!(bound, Err(SocketTaken::OpenFolder { .. }))
            };
            assert_eq!(is_open(UnixDoor::bind(&path).await), taken, "{mode:o}");
            assert_eq!(is_open(UnixDoor::bind_for(&path, access).await), taken_shared, "{mode:o}");
        }
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
