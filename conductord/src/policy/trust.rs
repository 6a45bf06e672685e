//! Who must have signed a bundle.

use std::{fs, path::Path};

use conductor_keys::signer::Signer;

use crate::config::PolicySettings;

/// Bytes of a public key.
const KEY_BYTES_MAX: u64 = 16 * 1024;

/// A key, and the id that a signature must name for it.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    signer: Signer,
    key_id: String,
}

impl Trust {
    /// The one that is configured; none where nobody has to be trusted.
    pub(super) fn of(settings: &PolicySettings) -> Result<Option<Self>, String> {
        let Some(path) = &settings.key else { return Ok(None) };
        let signer = read(path).map_err(|why| format!("use the key {}: {why}", path.display()))?;
        Ok(Some(Self { signer, key_id: settings.key_id.clone() }))
    }

    /// Whether a signature is theirs.
    pub(super) fn trusts(
        &self,
        algorithm: &str,
        key: &str,
        signed: &[u8],
        signature: &[u8],
    ) -> bool {
        (self.key_id.is_empty() || self.key_id == key)
            && self.signer.verifies(algorithm, signed, signature)
    }
}

fn read(path: &Path) -> Result<Signer, String> {
    let bytes = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if bytes > KEY_BYTES_MAX {
        return Err(format!("it has more than {KEY_BYTES_MAX} bytes"));
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    Signer::from_pem(&text).map_err(|error| error.to_string())
}
