//! The views' thread: writes commits into the store behind the kernel's back, many at once.

use std::{
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{Shared, artifacts, kernel_thread::chain};
use crate::{kernel::Commit, limits, ports::ViewStore, views::ViewWriter};

/// How long commits are gathered before they are written: what changes often is written once.
const GATHER: Duration = Duration::from_millis(200);

pub(super) fn spawn(
    shared: Arc<Shared>,
    (store, mut writer): (Arc<dyn ViewStore>, ViewWriter),
    commits: Receiver<Arc<Commit>>,
    behind: Vec<SyncSender<()>>,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("views".into()).spawn(move || {
        // A store that is elsewhere is told by a thread of its own.
        let sweeps = shared.blobs.follower().is_none();
        if sweeps {
            artifacts::sweep_all(&shared);
        }
        let mut open = true;
        while open {
            let Ok(first) = commits.recv() else { break };
            nudge(&behind);
            let mut rows = first.runs.len();
            let mut batch = vec![first];
            let until = Instant::now() + GATHER;
            while rows < limits::VIEW_ROWS_MAX {
                match commits.recv_timeout(until.saturating_duration_since(Instant::now())) {
                    Ok(commit) => {
                        rows += commit.runs.len();
                        batch.push(commit);
                    }
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => {
                        open = false;
                        break;
                    }
                }
            }
            if let Err(error) = writer.apply(&*store, &batch) {
                let problem = format!("write the views: {}", chain(&error));
                shared.failure.send_if_modified(|failure| {
                    failure.get_or_insert(problem);
                    true
                });
                return;
            }
            nudge(&behind);
            shared.views.forget(&batch);
            if sweeps {
                artifacts::sweep(&shared, &batch);
            }
            if let Some(last) = batch.last() {
                shared.views_seq.store(last.last_seq, Ordering::Relaxed);
            }
        }
        if let Err(error) = store.flush() {
            tracing::warn!(error = %chain(&error), "failed to flush the views; they catch up at the next start");
        }
    })
}

/// There is something new for those that follow behind. One that knows so already, or has given up, need
/// not be told.
fn nudge(behind: &[SyncSender<()>]) {
    for one in behind {
        let _ = one.try_send(());
    }
}
