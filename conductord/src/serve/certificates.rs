//! The certificate files: read before anything else is opened, and followed while the daemon runs.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use conductor_api::{Looked, Tls, TlsFiles};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{Notify, mpsc};

use crate::{
    chance::SystemClock,
    config::Settings,
    exit::{Ended, Kind},
};

/// How long files must be quiet before they are read: a certificate and its key come one by one.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// How often they are looked at without a reason, and their end is warned of.
const LOOK_EVERY: Duration = Duration::from_secs(12 * 3600);

/// The certificates, where the daemon listens on TCP and has any. They are read where it doesn't, too:
/// what is wrong with `[tls]` is told now, and not on the day when `listen` is added.
pub(super) fn load(settings: &Settings) -> Result<Option<Tls>, Ended> {
    let Some(files) = &settings.tls else { return Ok(None) };
    let loaded = Tls::load(files.clone(), Arc::new(SystemClock));
    let tls = loaded.map_err(|error| Ended::new(Kind::Configuration, anyhow::Error::new(error)))?;
    if settings.listen.is_none() {
        tracing::warn!("`[tls]` has certificates, and nothing uses them: there is no `listen`");
        return Ok(None);
    }
    Ok(Some(tls))
}

/// Follows the files for ever. `again` asks for a look now.
pub(super) async fn follow(tls: Tls, again: Arc<Notify>) {
    // One change that waits stands for all.
    let (tell, mut changes) = mpsc::channel(1);
    let _watcher = match watch(tls.files(), tell) {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::error!(%error, "certificate files can't be watched; send SIGHUP to reload them");
            None
        }
    };
    // What changed before they were watched.
    loop {
        look(&tls).await;
        tokio::select! {
            Some(()) = changes.recv() => {
                while let Ok(Some(())) = tokio::time::timeout(DEBOUNCE, changes.recv()).await {}
            }
            () = again.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn look(tls: &Tls) {
    let looking = tls.clone();
    match tokio::task::spawn_blocking(move || looking.look()).await {
        Ok(Looked::Same) => {}
        Ok(Looked::Taken) => tracing::info!("new certificates are taken"),
        Ok(Looked::Kept(problem)) => {
            tracing::error!(problem, "new certificate files can't be used; the old ones go on");
            return;
        }
        Err(error) => tracing::error!(%error, "a look at the certificate files failed"),
    }
    if let Some(warning) = tls.warning() {
        tracing::warn!("{warning}: renew it");
    }
}

/// Watches the folders of the files, for a file that is replaced as a whole is another one.
fn watch(files: &TlsFiles, tell: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // To be read is no change: every look would be followed by another.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            tell.try_send(()).ok();
        }
    })?;
    let named = [Some(&files.certificate), Some(&files.key)];
    let all = named.into_iter().chain([files.client_ca.as_ref(), files.client_crl.as_ref()]);
    let folders: BTreeSet<&Path> = all.flatten().filter_map(|file| file.parent()).collect();
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}
