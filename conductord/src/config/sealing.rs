//! `[sealing]`: where the key is that wraps the keys which payloads are sealed with.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::paths;
use crate::exit::Ended;

/// Name of the key's file in the data folder, when it is nowhere else.
const IN_DATA_FOLDER: &str = "sealing.key";

/// `[sealing]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    key_file: Option<PathBuf>,
}

/// What the file says of sealing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SealingSettings {
    key_file: Option<PathBuf>,
}

impl File {
    /// What it comes to.
    pub(super) fn settings(&self) -> Result<SealingSettings, Ended> {
        let key_file = self.key_file.as_deref().map(paths::absolute).transpose()?;
        Ok(SealingSettings { key_file })
    }
}

impl SealingSettings {
    /// Where the key is.
    pub(crate) fn key_file(&self, data_folder: &Path) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| data_folder.join(IN_DATA_FOLDER))
    }
}

/// As `conductord check-config` says it.
pub(super) fn shown(settings: &SealingSettings) -> String {
    let elsewhere = settings.key_file.as_ref().map(|path| path.display().to_string());
    elsewhere.unwrap_or_else(|| format!("the file `{IN_DATA_FOLDER}` of the data folder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_in_the_data_folder_unless_it_is_elsewhere() {
        let read = |text: &str| toml::from_str::<File>(text).unwrap().settings().unwrap();
        let data = Path::new("/var/lib/conductor");
        assert_eq!(read("").key_file(data), data.join("sealing.key"));
        let elsewhere = read("key_file = '/etc/conductor/sealing.key'");
        assert_eq!(elsewhere.key_file(data), Path::new("/etc/conductor/sealing.key"));
        assert!(toml::from_str::<File>("key = 'x'").is_err());
    }
}
