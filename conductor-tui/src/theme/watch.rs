//! Watches the user's theme folder, so that a theme is tried on by saving it.

use std::{
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// How long a folder must be left alone before it counts as saved: editors empty a file before they
/// fill it, and write it under another name before they rename it.
const QUIET: Duration = Duration::from_millis(80);

/// Calls `changed` after something in the folder was written. Watching stops when the answer is
/// dropped; a folder that is not there is not watched.
pub(crate) fn watch(
    folder: &Path,
    changed: impl Fn() + Send + 'static,
) -> Option<RecommendedWatcher> {
    if !folder.is_dir() {
        return None;
    }
    let (touched, touches) = channel();
    let report = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| e.kind.is_modify() || e.kind.is_create() || e.kind.is_remove()) {
            // Nobody listens any more only when the console ends.
            touched.send(()).ok();
        }
    };
    let settling = thread::Builder::new().name("themes".into());
    settling.spawn(move || settle(&touches, QUIET, changed)).ok()?;
    let mut watcher = notify::recommended_watcher(report).ok()?;
    watcher.watch(folder, RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}

/// Calls `changed` once for each burst of touches, after its end; returns when no more can come.
fn settle(touches: &Receiver<()>, quiet: Duration, changed: impl Fn()) {
    while touches.recv().is_ok() {
        loop {
            match touches.recv_timeout(quiet) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return changed(),
            }
        }
        changed();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_burst_is_one_change() {
        let (touched, touches) = channel();
        for _ in 0..100 {
            touched.send(()).unwrap();
        }
        drop(touched);
        let changes = Cell::new(0);
        settle(&touches, Duration::from_secs(60), || changes.set(changes.get() + 1));
        assert_eq!(changes.get(), 1);
    }

    #[test]
    fn saving_a_theme_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (told, news) = channel();
        let watcher = watch(folder.path(), move || told.send(()).unwrap_or_default());
        assert!(watcher.is_some());
        std::fs::write(folder.path().join("mine.toml"), "inherits = \"dark\"\n").unwrap();
        assert_eq!(news.recv_timeout(Duration::from_secs(30)), Ok(()));
        assert!(watch(&folder.path().join("nothing"), || {}).is_none());
    }
}
