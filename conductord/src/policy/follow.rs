//! Follows the source of the bundle: a folder or a file by the system's word, a URL by asking again.

use std::{path::Path, sync::Arc, time::Duration};

use conductor_executors::{Fetched, Fetcher};
use conductor_policy::ARCHIVE_BYTES_MAX;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{Notify, mpsc};

use super::{Deployment, drift};
use crate::config::BundleSource;

/// How long a source must be quiet before it is read: editors write in several steps.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// How often what is deployed is compared with what is wanted.
const DRIFT_EVERY: Duration = Duration::from_secs(10);

/// Fetches what a URL has at the start; nothing for other sources.
pub(crate) async fn first(source: &BundleSource) -> Option<Result<Vec<u8>, String>> {
    let BundleSource::Url(url) = source else { return None };
    let fetched = match Fetcher::new(url, ARCHIVE_BYTES_MAX) {
        Ok(mut fetcher) => fetcher.fetch().await,
        Err(problem) => Err(problem),
    };
    Some(fetched.and_then(|fetched| match fetched {
        Fetched::Whole(bytes) => Ok(bytes),
        Fetched::Unchanged => Err("the server says it is unchanged, and nothing was there".into()),
    }))
}

/// Follows the source for ever. `again` asks for a look now: the configuration was read again.
pub(crate) async fn follow(deployment: Arc<Deployment>, again: Arc<Notify>) {
    loop {
        let settings = deployment.settings();
        let watching = async {
            match &settings.source {
                BundleSource::BuiltIn => std::future::pending().await,
                BundleSource::Path(path) => watch(&deployment, path).await,
                BundleSource::Url(url) => poll(&deployment, url, settings.poll).await,
            }
        };
        let comparing = async {
            loop {
                compare(&deployment).await;
                tokio::time::sleep(DRIFT_EVERY).await;
            }
        };
        tokio::select! {
            () = watching => {}
            () = comparing => {}
            () = again.notified() => {}
        }
        if !matches!(deployment.settings().source, BundleSource::Url(_)) {
            look(&deployment, None).await;
        }
    }
}

async fn compare(deployment: &Arc<Deployment>) {
    let deployment = Arc::clone(deployment);
    if tokio::task::spawn_blocking(move || drift::look(&deployment)).await.is_err() {
        tracing::error!("what is deployed could not be compared with what is wanted");
    }
}

async fn look(deployment: &Arc<Deployment>, fetched: Option<Result<Vec<u8>, String>>) {
    let deployment = Arc::clone(deployment);
    // Compiling a bundle and running its tests takes a while.
    let looked = tokio::task::spawn_blocking(move || {
        deployment.look(fetched);
        drift::look(&deployment);
    });
    if looked.await.is_err() {
        tracing::error!("a look at the policy bundle panicked; the one before it goes on");
    }
}

async fn watch(deployment: &Arc<Deployment>, path: &Path) {
    // One change that waits stands for all.
    let (tell, mut changes) = mpsc::channel(1);
    let begun = begin(path, tell);
    let _watcher = match begun {
        Ok(watcher) => watcher,
        Err(error) => {
            tracing::error!(%error, "the policy bundle can't be watched; send SIGHUP to reload it");
            return std::future::pending().await;
        }
    };
    while changes.recv().await.is_some() {
        while let Ok(Some(())) = tokio::time::timeout(DEBOUNCE, changes.recv()).await {}
        look(deployment, None).await;
    }
}

/// Watches a folder and everything in it; of a file the folder that it is in, for a file that is
/// replaced as a whole is another one.
fn begin(path: &Path, tell: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // To be read is no change: every look would be followed by another.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            tell.try_send(()).ok();
        }
    })?;
    match (path.is_dir(), path.parent()) {
        (false, Some(folder)) => watcher.watch(folder, RecursiveMode::NonRecursive)?,
        _ => watcher.watch(path, RecursiveMode::Recursive)?,
    }
    Ok(watcher)
}

async fn poll(deployment: &Arc<Deployment>, url: &str, every: Duration) {
    let mut fetcher = match Fetcher::new(url, ARCHIVE_BYTES_MAX) {
        Ok(fetcher) => fetcher,
        Err(problem) => {
            look(deployment, Some(Err(problem))).await;
            return std::future::pending().await;
        }
    };
    loop {
        match fetcher.fetch().await {
            Ok(Fetched::Unchanged) => {}
            Ok(Fetched::Whole(bytes)) => look(deployment, Some(Ok(bytes))).await,
            Err(problem) => {
                // Whatever comes next is looked at as a whole, so that the alarm can end.
                fetcher.forget();
                look(deployment, Some(Err(problem))).await;
            }
        }
        tokio::time::sleep(every).await;
    }
}
