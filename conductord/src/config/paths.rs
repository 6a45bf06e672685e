//! Where things are when nobody says: the XDG base directories.

#![expect(
    clippy::disallowed_methods,
    reason = "the owner of the folders that the environment names"
)]

use std::path::{Path, PathBuf};

use crate::exit::{Ended, Kind};

/// An environment variable that names an absolute path, as the XDG specification asks.
fn folder_of(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Where everything is kept.
pub(super) fn data_dir() -> Result<PathBuf, Ended> {
    let home = || folder_of("HOME").map(|home| home.join(".local/share"));
    let base = folder_of("XDG_DATA_HOME").or_else(home).ok_or_else(|| {
        let message = "find a data folder: neither XDG_DATA_HOME nor HOME is set; use --data-dir";
        Ended::because(Kind::Configuration, message)
    })?;
    Ok(base.join("conductor"))
}

/// The Unix socket.
pub(super) fn socket() -> PathBuf {
    let folder = folder_of("XDG_RUNTIME_DIR").map(|folder| folder.join("conductor"));
    let uid = rustix::process::getuid().as_raw();
    let folder = folder.unwrap_or_else(|| PathBuf::from(format!("/tmp/conductor-{uid}")));
    folder.join("conductord.sock")
}

/// Where a configuration file may be, the first one counts.
pub(super) fn config_files() -> Vec<PathBuf> {
    let home = || folder_of("HOME").map(|home| home.join(".config"));
    let own = folder_of("XDG_CONFIG_HOME").or_else(home);
    let own = own.map(|base| base.join("conductor/conductord.toml"));
    own.into_iter().chain([Path::new("/etc/conductor/conductord.toml").to_owned()]).collect()
}

/// A path that stays right wherever the process goes.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, Ended> {
    std::path::absolute(path).map_err(|error| {
        let message = format!("use the path `{}`: {error}", path.display());
        Ended::because(Kind::Configuration, message)
    })
}
