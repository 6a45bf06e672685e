//! The keyring of the data folder, and the key that wraps its keys.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use conductor_engine::ports::KeyringError;
use conductor_store::keyring::{FileKeyring, wrapping::WrappingKey};

use crate::{
    chance::seed,
    exit::{Ended, Kind},
};

/// Opens the keyring in a folder that is there. The wrapping key is made for a keyring that is empty, never
/// for one that another key wrapped.
pub(crate) fn keyring(folder: &Path, key_file: &Path) -> Result<Arc<FileKeyring>, Ended> {
    let known = WrappingKey::load(key_file).map_err(not_usable)?;
    let has_keys = FileKeyring::has_keys(folder).context("read the keyring")?;
    let wrapping = match known {
        Some(known) => known,
        None if has_keys => {
            let message = format!(
                "read the sealing key {}: it is gone, and the keys in {} are wrapped with it; restore it \
                 from a backup, or name the file that it is in under `[sealing]` of conductord.toml",
                key_file.display(),
                folder.display()
            );
            return Err(Ended::because(Kind::Damaged, message));
        }
        None => {
            let bytes = seed().context("get random bytes")?;
            WrappingKey::create(key_file, bytes).map_err(not_usable)?
        }
    };
    let keyring = FileKeyring::open(folder, wrapping, Box::new(seed)).map_err(not_usable)?;
    Ok(Arc::new(keyring))
}

fn not_usable(error: KeyringError) -> Ended {
    let kind = match &error {
        KeyringError::Io { .. } => Kind::Fault,
        KeyringError::Missing { .. } | KeyringError::Damaged { .. } => Kind::Damaged,
    };
    Ended::new(kind, anyhow::Error::new(error).context("open the keyring"))
}

#[cfg(test)]
mod tests {
    use conductor_domain::time::Timestamp;
    use conductor_engine::ports::{Keyring as _, Owner};

    use super::*;

    #[test]
    fn a_keyring_whose_wrapping_key_is_gone_gets_no_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let (keys, key_file) = (folder.path().join("keyring"), folder.path().join("sealing.key"));
        std::fs::create_dir(&keys).unwrap();
        let made = keyring(&keys, &key_file).unwrap();
        made.key_of(&Owner::default(), Timestamp::from_unix_ms(1)).unwrap();
        drop(made);
        keyring(&keys, &key_file).unwrap();
        std::fs::remove_file(&key_file).unwrap();
        let told = format!("{:?}", keyring(&keys, &key_file).unwrap_err());
        assert!(told.contains("restore it") && told.contains("sealing.key"), "{told}");
        assert!(!key_file.exists());
    }
}
