//! One run as it changes: first as it stands, then each change, until it has ended.

use std::sync::Arc;

use conductor_domain::{scope::Scope, work::run::Run};
use conductor_engine::{kernel::Commit, service::Engine};
use conductor_protocol::{id::RunId, v1};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::read;
use crate::{
    call::Call,
    failure::{Failure, Outcome},
    limits::{WATCH_ENTRIES_MAX, WATCH_RECEIPT_WAIT},
    outlet::{Cut, Messages, Outlet},
};

pub(super) async fn watch(
    call: &Call,
    request: v1::WatchRunRequest,
) -> Outcome<Messages<v1::WatchRunResponse>> {
    let scope = call.scope(request.scope)?;
    // Before the run is read: what comes between is seen twice rather than never.
    let commits = call.engine().watch();
    let (run, standing) = read::follow(call, &scope, &request.run_id).await?;
    let engine = call.engine().clone();
    // A reader that is ahead of this ledger knows another one: it gets everything.
    let ahead = request.after_seq > engine.ledger().last_seq();
    let seen = if ahead { 0 } else { request.after_seq };
    Ok(Outlet::start(standing, |outlet| {
        let id = run.id;
        let waits = request.with_receipt;
        let watcher = Watcher { engine, scope, id, commits, outlet, seen, waits };
        watcher.run(run)
    }))
}

struct Watcher {
    engine: Engine,
    scope: Scope,
    id: RunId,
    commits: Receiver<Arc<Commit>>,
    outlet: Outlet<v1::WatchRunResponse>,
    /// The reader has the timeline up to here.
    seen: u64,
    /// The receipt of the run's end is waited for.
    waits: bool,
}

impl Watcher {
    async fn run(mut self, first: Arc<Run>) -> Result<(), Cut> {
        let mut run = first;
        loop {
            if run.status.is_terminal() {
                return self.end(&run).await;
            }
            self.send(&run, false).await?;
            run = self.next(&run).await?;
        }
    }

    /// The end, and the receipt where it is waited for. Without it, in the time given, it ends as well:
    /// the run has ended, and when the receipt comes is not for a reader to wait for.
    async fn end(&mut self, run: &Arc<Run>) -> Result<(), Cut> {
        if self.waits && !self.has_receipt()? {
            self.send(run, false).await?;
            // Dropped when the time is over; what is sent then is the run as it is.
            let waited = tokio::time::timeout(WATCH_RECEIPT_WAIT, self.receipt()).await;
            waited.unwrap_or(Ok(()))?;
        }
        self.send(run, true).await
    }

    async fn receipt(&mut self) -> Result<(), Cut> {
        while !self.has_receipt()? {
            if let Err(RecvError::Closed) = self.outlet.wait(self.commits.recv()).await? {
                return Err(Failure::shutting_down().into());
            }
        }
        Ok(())
    }

    fn has_receipt(&self) -> Result<bool, Cut> {
        let found = self.engine.views().receipt_of_run(&self.scope.tenant, self.id);
        Ok(found.map_err(Failure::from)?.is_some())
    }

    /// The run's next state.
    async fn next(&mut self, known: &Run) -> Result<Arc<Run>, Cut> {
        loop {
            let changed = match self.outlet.wait(self.commits.recv()).await? {
                Ok(commit) => of(&commit, self.id),
                Err(RecvError::Lagged(_)) => Some(read::again(&self.engine, &self.scope, self.id)?),
                Err(RecvError::Closed) => return Err(Failure::shutting_down().into()),
            };
            if let Some(run) = changed.filter(|run| run.last_seq() > known.last_seq()) {
                return Ok(run);
            }
        }
    }

    /// The run with what is new in its timeline, in as many messages as that takes.
    async fn send(&mut self, run: &Arc<Run>, ends: bool) -> Result<(), Cut> {
        loop {
            let terms = self.outlet.terms().await?;
            let mask = read::mask(&self.engine, run, &terms)?;
            let whole = read::whole(&self.engine, run, mask)?;
            let run_masked = (Arc::clone(run), mask);
            let entries =
                read::entries(&self.engine, run_masked, self.seen, WATCH_ENTRIES_MAX).await?;
            self.seen = entries.last().map_or(run.last_seq(), |last| last.seq);
            let complete = self.seen >= run.last_seq();
            let message = v1::WatchRunResponse {
                seq: self.seen,
                run: Some(whole),
                entries,
                last: complete && ends,
            };
            self.outlet.send(message).await?;
            if complete {
                return Ok(());
            }
        }
    }
}

/// The run in a commit, which has its runs in the order of their ids.
fn of(commit: &Commit, id: RunId) -> Option<Arc<Run>> {
    let place = commit.runs.binary_search_by_key(&id, |run| run.id).ok()?;
    Some(Arc::clone(&commit.runs[place]))
}
