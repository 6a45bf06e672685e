//! Watches the user's theme folder, so that a theme is tried on by saving it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// How long a folder must be left alone before it counts as saved: editors empty a file before they
/// fill it, and write it under another name before they rename it.
const QUIET: Duration = Duration::from_millis(80);

/// What is watched; it stops when this is dropped.
pub(crate) struct Watching {
    /// The folder's own watcher is begun from the thread that notices that the folder came to be.
    _watcher: Arc<Mutex<RecommendedWatcher>>,
}

/// Calls `changed` after something in the folder was written. Of a folder that is not there yet the
/// nearest one above it is watched until it is; where nothing can be watched there is no answer.
pub(crate) fn watch(folder: &Path, changed: impl Fn() + Send + 'static) -> Option<Watching> {
    let (touched, touches) = channel();
    let report = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| e.kind.is_modify() || e.kind.is_create() || e.kind.is_remove()) {
            // Nobody listens any more only when the console ends.
            touched.send(()).ok();
        }
    };
    let mut watcher = notify::recommended_watcher(report).ok()?;
    let mut at = nearest(folder)?;
    watcher.watch(&at, RecursiveMode::NonRecursive).ok()?;
    let watcher = Arc::new(Mutex::new(watcher));
    // Only the console keeps it alive: the thread ends with the last of its touches.
    let (weak, wanted) = (Arc::downgrade(&watcher), folder.to_owned());
    let settling = thread::Builder::new().name("themes".into());
    let moved = move || {
        // Once more after each step: what came to be before it was watched is not missed.
        while let Some(nearer) = nearest(&wanted).filter(|nearer| *nearer != at)
            && let Some(watcher) = weak.upgrade()
        {
            follow(&watcher, &at, &nearer);
            at = nearer;
        }
        // What goes on in a folder above says nothing of themes.
        if at == wanted {
            changed();
        }
    };
    settling.spawn(move || settle(&touches, QUIET, moved)).ok()?;
    Some(Watching { _watcher: watcher })
}

/// The folder, or the nearest one above it that is there.
fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| folder.is_dir()).map(Path::to_owned)
}

/// Watches another folder in place of the one before.
fn follow(watcher: &Mutex<RecommendedWatcher>, before: &Path, now: &Path) {
    let Ok(mut watcher) = watcher.lock() else { return };
    // It may be gone, and its watch with it.
    watcher.unwatch(before).ok();
    watcher.watch(now, RecursiveMode::NonRecursive).ok();
}

/// Calls `changed` once for each burst of touches, after its end; returns when no more can come.
fn settle(touches: &Receiver<()>, quiet: Duration, mut changed: impl FnMut()) {
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
    }

    #[test]
    fn a_folder_that_comes_to_be_is_watched_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let themes = folder.path().join("conductor").join("themes");
        let (told, news) = channel();
        let watcher = watch(&themes, move || told.send(()).unwrap_or_default());
        assert!(watcher.is_some());
        std::fs::create_dir_all(&themes).unwrap();
        let patience = Duration::from_secs(30);
        assert_eq!(news.recv_timeout(patience), Ok(()), "it is there");
        std::fs::write(themes.join("mine.toml"), "inherits = \"dark\"\n").unwrap();
        assert_eq!(news.recv_timeout(patience), Ok(()), "something is in it");
    }
}
