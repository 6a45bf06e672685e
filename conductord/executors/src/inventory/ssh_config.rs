//! The hosts that an OpenSSH client's configuration names, with what it includes.

use std::path::{Path, PathBuf};

use conductor_protocol::inventory::ssh_config;

use super::{Drafts, Unread, files::read_text};
use crate::limits::INVENTORY_GLOB_ENTRIES_MAX;

/// The configuration; it is small and read every time, since it includes others.
#[derive(Debug)]
pub(super) struct SshConfig {
    path: PathBuf,
}

impl SshConfig {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn read(&self) -> Result<Drafts, Unread> {
        let text = read_text(&self.path).map_err(|error| Unread::Unavailable(error.to_string()))?;
        // As `ssh` has it: relative to the folder of the user's, or the system's, configuration.
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        let mut include = |pattern: &str| included(pattern, folder);
        ssh_config::hosts(&text, &mut include).map(Into::into).map_err(Unread::Invalid)
    }
}

/// The texts of the files that a pattern names; a pattern that names none is no mistake.
fn included(pattern: &str, folder: &Path) -> Result<Vec<String>, String> {
    let path = match pattern.strip_prefix("~/") {
        // `~` is the home of whose configuration it is: the folder above `.ssh`.
        Some(rest) => folder.parent().unwrap_or(folder).join(rest),
        None => folder.join(pattern),
    };
    let (Some(parent), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str()))
    else {
        return Ok(Vec::new());
    };
    if !name.contains(['*', '?']) {
        return Ok(read_text(&path).into_iter().collect());
    }
    let Ok(entries) = std::fs::read_dir(parent) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .take(INVENTORY_GLOB_ENTRIES_MAX)
        .filter(|entry| {
            let entry = entry.file_name();
            let entry = entry.to_string_lossy();
            !entry.starts_with('.') && ssh_config::matches(name, &entry)
        })
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.is_file())
        .map(|path| read_text(path).map_err(|error| format!("{}: {error}", path.display())))
        .collect()
}
