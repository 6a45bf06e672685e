//! Which bundle decides: the built-in one, or a folder's, followed as it changes.

use std::{path::Path, sync::Arc, time::Duration};

use conductor_engine::service::Engine;
use conductor_policy::Guard;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use crate::exit::{Ended, Kind};

/// How long a folder must be quiet before it is read: editors write in several steps.
const DEBOUNCE: Duration = Duration::from_millis(300);

/// The guard that decides from the start.
pub(crate) fn guard(folder: Option<&Path>) -> Result<Arc<Guard>, Ended> {
    let guard = match folder {
        None => Guard::embedded(),
        Some(folder) => Guard::from_dir(folder),
    };
    let guard = guard.map_err(|error| {
        let what = folder.map_or("the built-in policy bundle".to_owned(), |folder| {
            format!("the policy bundle {}", folder.display())
        });
        Ended::new(Kind::Configuration, anyhow::Error::new(error).context(format!("use {what}")))
    })?;
    Ok(Arc::new(guard))
}

/// Takes the bundle up again from its folder. One that is broken changes nothing.
pub(crate) fn reload(guard: &Guard, engine: &Engine, folder: &Path) {
    let before = guard.revision();
    if let Err(error) = guard.reload(folder) {
        tracing::error!(
            error = format!("{:#}", anyhow::Error::new(error)),
            folder = %folder.display(),
            "the new policy bundle can't be used; the old one goes on"
        );
        return;
    }
    let revision = guard.revision();
    if revision == before {
        return;
    }
    // At once: until the kernel knows it, decisions of the new bundle count as stale.
    match engine.bundle_changed(revision.to_string()) {
        Ok(()) => tracing::info!(%revision, "another policy bundle decides from here on"),
        Err(error) => {
            tracing::error!(%error, "the kernel was not told of the new policy bundle");
        }
    }
}

/// Tells when something in a folder has changed and is quiet again.
#[derive(Debug)]
pub(crate) struct FolderWatch {
    changes: mpsc::Receiver<()>,
    _watcher: RecommendedWatcher,
}

impl FolderWatch {
    /// Watches a folder and everything in it.
    pub(crate) fn begin(folder: &Path) -> notify::Result<Self> {
        // One change that waits stands for all.
        let (tell, changes) = mpsc::channel(1);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<_>| {
            if event.is_ok() {
                tell.try_send(()).ok();
            }
        })?;
        watcher.watch(folder, RecursiveMode::Recursive)?;
        Ok(Self { changes, _watcher: watcher })
    }

    /// The next change, once it is over.
    pub(crate) async fn changed(&mut self) {
        if self.changes.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        while let Ok(Some(())) = tokio::time::timeout(DEBOUNCE, self.changes.recv()).await {}
    }
}
