//! The daemon's key on disk: one line, C2SP's signer key text `PRIVATE+KEY+name+hash+key`.
//!
//! The file is readable by its owner only (0600). A file that others can read is refused: the key
//! may have been copied, and nobody should go on signing with it unaware.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use crate::note::{NoteError, SigningKey};

const MODE_OWNER_ONLY: u32 = 0o600;
const MODE_OTHERS: u32 = 0o077;
/// A key file is one short line.
const FILE_BYTES_MAX: u64 = 4096;

/// Why a key file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The disk refused.
    #[error("{attempt} the key file {path}")]
    Io {
        /// What was tried: `read`, `create`.
        attempt: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others can read or change it.
    #[error(
        "use the key file {path}: its mode is {mode:04o}, so that others can get at it; make a new key, or, when nobody did, set the mode to 0600"
    )]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// What is in it is no key.
    #[error("use the key file {path}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: NoteError,
    },
}

/// Reads a key.
///
/// # Errors
/// [`KeyFileError`]; [`io::ErrorKind::NotFound`] is kept in the source.
pub fn load(path: &Path) -> Result<SigningKey, KeyFileError> {
    let failed = |source| KeyFileError::Io { attempt: "read", path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    if mode & MODE_OTHERS != 0 {
        return Err(KeyFileError::Exposed { path: path.to_owned(), mode });
    }
    let mut text = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
    SigningKey::parse(&text)
        .map_err(|source| KeyFileError::Content { path: path.to_owned(), source })
}

/// Keeps a new key in a file that must not exist yet. When this returns the file is complete and
/// durable; a crash before leaves nothing under this name.
///
/// # Errors
/// [`KeyFileError::Io`], of kind [`io::ErrorKind::AlreadyExists`] when there is a file already.
pub fn create(path: &Path, key: &SigningKey) -> Result<(), KeyFileError> {
    let failed = |source| KeyFileError::Io { attempt: "create", path: path.to_owned(), source };
    let scratch = path.with_extension(format!("new-{}", std::process::id()));
    let written = write_scratch(&scratch, key).and_then(|()| {
        // A link, unlike a rename, never replaces a key that somebody else made meanwhile.
        fs::hard_link(&scratch, path)
    });
    let removed = fs::remove_file(&scratch);
    written.and(removed).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).and_then(|dir| dir.sync_all()).map_err(failed)
}

/// Reads the key, or makes one with `name` and 32 random bytes when there is none.
///
/// # Errors
/// [`KeyFileError`]
pub fn load_or_create(
    path: &Path,
    name: &str,
    seed: impl FnOnce() -> [u8; 32],
) -> Result<SigningKey, KeyFileError> {
    match load(path) {
        Err(KeyFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let key = SigningKey::from_seed(name, seed())
                .map_err(|source| KeyFileError::Content { path: path.to_owned(), source })?;
            create(path, &key)?;
            Ok(key)
        }
        loaded => loaded,
    }
}

fn write_scratch(path: &Path, key: &SigningKey) -> io::Result<()> {
    // What a crash left behind under our own process number is nobody's.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(MODE_OWNER_ONLY).open(path)?;
    writeln!(file, "{}", key.secret_text())?;
    file.sync_all()
}
