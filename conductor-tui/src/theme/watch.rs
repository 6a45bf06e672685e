//! Watches the user's theme folder, so that a theme is tried on by saving it.

use std::path::Path;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// Calls `changed` after something in the folder was written. Watching stops when the answer is
/// dropped; a folder that is not there is not watched.
pub(crate) fn watch(
    folder: &Path,
    changed: impl Fn() + Send + 'static,
) -> Option<RecommendedWatcher> {
    if !folder.is_dir() {
        return None;
    }
    let report = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| e.kind.is_modify() || e.kind.is_create() || e.kind.is_remove()) {
            changed();
        }
    };
    let mut watcher = notify::recommended_watcher(report).ok()?;
    watcher.watch(folder, RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}
