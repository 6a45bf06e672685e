//! The key that wraps the keys of the keyring: one line in a file that its owner alone can read (0600).
//!
//! ```text
//! CONDUCTOR+SEALING+KEY+1+<id>+<32 bytes in base64>
//! ```

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use conductor_engine::ports::KeyringError;
use conductor_keys::sealing::{DataKey, KEY_LEN};
use zeroize::Zeroizing;

const PREFIX: &str = "CONDUCTOR+SEALING+KEY+1+";
const MODE_OTHERS: u32 = 0o077;
const FILE_BYTES_MAX: u64 = 4096;

/// See the module.
pub struct WrappingKey {
    key: DataKey,
    place: String,
}

impl std::fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WrappingKey").field("place", &self.place).finish_non_exhaustive()
    }
}

impl WrappingKey {
    /// Reads it; nothing where there is no file.
    ///
    /// # Errors
    /// [`KeyringError`] when others can read it, or it holds no key.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyringError> {
        let place = path.display().to_string();
        let failed = |source| KeyringError::Io { attempt: format!("read {place}"), source };
        let damaged = |problem: String| KeyringError::Damaged { place: place.clone(), problem };
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(failed)?,
        };
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
        if mode & MODE_OTHERS != 0 {
            return Err(damaged(format!(
                "its mode is {mode:04o}, so that others can get at it; when nobody did, set it to 0600"
            )));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        let no_key = || {
            damaged("it holds no sealing key, or not all of one; restore it from a backup".into())
        };
        let (id, encoded) = text
            .trim_end()
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('+'))
            .ok_or_else(no_key)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| no_key())?);
        let key = DataKey::new(bytes.as_slice().try_into().map_err(|_| no_key())?);
        if key.id() != id {
            return Err(no_key());
        }
        Ok(Some(Self { key, place }))
    }

    /// Makes it of 32 random bytes, in a file that is not there. It is durable when this returns.
    ///
    /// # Errors
    /// [`KeyringError`] when the disk refuses.
    pub fn create(path: &Path, bytes: [u8; KEY_LEN]) -> Result<Self, KeyringError> {
        let place = path.display().to_string();
        let key = DataKey::new(bytes);
        let encoded = Zeroizing::new(STANDARD.encode(key.secret()));
        let text = Zeroizing::new(format!("{PREFIX}{}+{}\n", key.id(), *encoded));
        put(path, text.as_bytes())
            .map_err(|source| KeyringError::Io { attempt: format!("create {place}"), source })?;
        Ok(Self { key, place })
    }

    /// What it is called.
    #[must_use]
    pub fn id(&self) -> String {
        self.key.id()
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    pub(super) const fn key(&self) -> &DataKey {
        &self.key
    }
}

/// Whole or not at all, and never over another one.
fn put(path: &Path, text: &[u8]) -> io::Result<()> {
    let part = path.with_extension("new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(text)?;
    file.sync_all()?;
    let linked = fs::hard_link(&part, path);
    fs::remove_file(&part)?;
    linked?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
