//! The signer's thread: signs checkpoints behind the kernel's back. A key may be slow or away for a
//! while; what is acknowledged is durable without it.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{Shared, kernel_thread::chain};
use crate::{
    limits::SIGN_AGAIN_MS,
    ports::{CheckpointJob, LedgerError},
};

/// How the signing of checkpoints does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signing {
    /// Records that the newest checkpoint covers.
    pub size: u64,
    /// Why newer ones are not signed, while that is so.
    pub problem: Option<String>,
}

/// The way to the thread. When this is dropped the thread ends.
pub(super) struct Signer {
    jobs: Option<SyncSender<CheckpointJob>>,
    thread: Option<JoinHandle<()>>,
}

impl Signer {
    pub(super) fn spawn(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (jobs, from_kernel) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("signer".into())
            .spawn(move || sign(&shared, &from_kernel))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Has a checkpoint signed; false where one before it waits still.
    pub(super) fn sign(&self, job: CheckpointJob) -> bool {
        let sent = self.jobs.as_ref().map(|jobs| jobs.try_send(job));
        !matches!(sent, Some(Err(TrySendError::Full(_))))
    }

    /// Ends the thread once what it does now is done.
    pub(super) fn stop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the signer's thread panicked; the ledger is intact");
        }
    }
}

fn sign(shared: &Shared, jobs: &Receiver<CheckpointJob>) {
    let Ok(mut job) = jobs.recv() else { return };
    loop {
        // One that could not be signed is tried again until there is a newer one.
        let next = if attempt(shared, &mut job) {
            jobs.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            jobs.recv_timeout(Duration::from_millis(SIGN_AGAIN_MS))
        };
        match next {
            Ok(newer) => job = newer,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Tries to sign, and keeps what came of it where others see it.
pub(super) fn attempt(shared: &Shared, job: &mut CheckpointJob) -> bool {
    match job() {
        Ok(signed) => {
            shared.signing.send_modify(|signing| {
                if signing.problem.take().is_some() {
                    tracing::info!(size = signed.size, "checkpoints are signed again");
                }
                signing.size = signing.size.max(signed.size);
            });
            true
        }
        Err(error) => {
            let problem = chain(&error);
            // It is over in a moment, and nothing is wrong.
            let expected = matches!(error, LedgerError::HandingOver);
            if !expected {
                metrics::counter!("conductor_checkpoints_failed_total").increment(1);
            }
            shared.signing.send_if_modified(|signing| {
                let same = signing.problem.as_ref() == Some(&problem);
                match (same, expected) {
                    (true, _) => return false,
                    (_, true) => tracing::debug!(problem, "checkpoints wait"),
                    (_, false) => {
                        tracing::error!(problem, "no checkpoint is signed; nothing is lost by it");
                    }
                }
                signing.problem = Some(problem);
                true
            });
            false
        }
    }
}
