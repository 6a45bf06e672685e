//! Changes to any run of a scope, for lists: what changes quickly is told once.

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{event::Event, scope::Scope, work::run::Run};
use conductor_engine::{kernel::Commit, record, service::Engine};
use conductor_protocol::{id::RunId, v1};
use tokio::{
    sync::broadcast::{
        Receiver,
        error::{RecvError, TryRecvError},
    },
    time::{Instant, sleep_until},
};

use super::{list, read};
use crate::{
    call::{Ask, Call},
    disk::on_disk,
    failure::{Failure, Outcome},
    lens::Lens,
    limits::{CATCH_UP_RECORDS_MAX, LIST_GAP, LIST_RUNS_MAX, TAIL_BYTES, TAIL_RECORDS},
    outlet::{Cut, Messages, Outlet},
    request,
    standing::Standing,
};

pub(super) async fn watch(
    call: &Call,
    request: v1::WatchRunsRequest,
) -> Outcome<Messages<v1::WatchRunsResponse>> {
    let scope = call.scope(request.scope)?;
    let owner = request::filter("owner", request.owner)?;
    let asking = |call: &Call, scope: &Scope| call.rule(scope, Ask::all("run.read", "run"));
    let standing = Standing::to_show(call, &scope, asking).await?;
    let (engine, asked) = (call.engine().clone(), call.clone());
    // Before anything is read: what comes between is seen twice rather than never.
    let commits = engine.watch();
    let after = request.after_seq;
    Ok(Outlet::start(standing, move |outlet| {
        let changed = Changed::default();
        let of = Of { scope, owner };
        let lens = Lens::on_runs(&asked, &of.scope);
        Watcher { engine, of, commits, outlet, changed, call: asked, lens }.run(after)
    }))
}

/// Which runs are told of.
#[derive(Debug, Clone)]
struct Of {
    scope: Scope,
    owner: Option<String>,
}

impl Of {
    fn has(&self, run: &Run) -> bool {
        run.scope == self.scope
            && self.owner.as_ref().is_none_or(|owner| run.owner.as_str() == owner)
    }
}

/// Runs that changed since the last message, the newest state of each.
#[derive(Debug, Default)]
struct Changed {
    runs: BTreeMap<RunId, Arc<Run>>,
    seq: u64,
    reset: bool,
}

impl Changed {
    fn is_empty(&self) -> bool {
        self.runs.is_empty() && !self.reset
    }

    fn take_up(&mut self, commit: &Commit, of: &Of) {
        self.seq = self.seq.max(commit.last_seq);
        for run in commit.runs.iter().filter(|run| of.has(run)) {
            self.runs.insert(run.id, Arc::clone(run));
        }
    }

    /// The reader has to read the list again: what changed is in it.
    fn reset(&mut self, seq: u64) {
        *self = Self { runs: BTreeMap::new(), seq, reset: true };
    }
}

struct Watcher {
    engine: Engine,
    of: Of,
    commits: Receiver<Arc<Commit>>,
    outlet: Outlet<v1::WatchRunsResponse>,
    changed: Changed,
    call: Call,
    lens: Lens,
}

impl Watcher {
    async fn run(mut self, after: u64) -> Result<(), Cut> {
        self.catch_up(after).await?;
        let mut quiet_until = Instant::now();
        loop {
            while self.changed.is_empty() {
                let next = self.outlet.wait(self.commits.recv()).await?;
                self.take(next)?;
            }
            // The first change goes out at once, those that follow it are gathered.
            self.outlet.wait(sleep_until(quiet_until)).await?;
            self.take_what_waits()?;
            self.send().await?;
            quiet_until = Instant::now() + LIST_GAP;
        }
    }

    /// Brings a reader that knows the list as of `after` up to date.
    async fn catch_up(&mut self, after: u64) -> Result<(), Cut> {
        let now = self.engine.views().seq();
        if after == now {
            return Ok(());
        }
        if after > now || now - after > CATCH_UP_RECORDS_MAX {
            self.changed.reset(now);
            return Ok(());
        }
        let (engine, of) = (self.engine.clone(), self.of.clone());
        self.changed.runs = on_disk(move || changed_since(&engine, &of, after, now)).await?;
        self.changed.seq = now;
        // Even when no run of this scope changed, the reader is told how far it has come.
        if self.changed.runs.is_empty() { self.send().await } else { Ok(()) }
    }

    fn take(&mut self, next: Result<Arc<Commit>, RecvError>) -> Result<(), Cut> {
        match next {
            Ok(commit) => self.changed.take_up(&commit, &self.of),
            Err(RecvError::Lagged(_)) => self.lagged(),
            Err(RecvError::Closed) => return Err(Failure::shutting_down().into()),
        }
        Ok(())
    }

    fn take_what_waits(&mut self) -> Result<(), Cut> {
        while self.changed.runs.len() < LIST_RUNS_MAX {
            match self.commits.try_recv() {
                Ok(commit) => self.changed.take_up(&commit, &self.of),
                Err(TryRecvError::Lagged(_)) => self.lagged(),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Closed) => return Err(Failure::shutting_down().into()),
            }
        }
        Ok(())
    }

    fn lagged(&mut self) {
        metrics::counter!("conductor_watch_resets_total").increment(1);
        self.commits = self.commits.resubscribe();
        self.changed.reset(self.engine.views().seq());
    }

    async fn send(&mut self) -> Result<(), Cut> {
        let Changed { runs, seq, reset } = std::mem::take(&mut self.changed);
        let total = self.engine.views().counts(&self.of.scope.tenant).total;
        let terms = self.outlet.terms().await?;
        let (runs, total) = list::shown((&self.call, &self.lens), runs.values(), (&terms, total));
        let message = v1::WatchRunsResponse { seq, runs, reset, total };
        self.outlet.send(message).await
    }
}

/// Runs that records of the ledger are about, as they are now.
fn changed_since(
    engine: &Engine,
    of: &Of,
    after: u64,
    until: u64,
) -> Outcome<BTreeMap<RunId, Arc<Run>>> {
    let mut runs = BTreeMap::new();
    let mut seq = after;
    while seq < until {
        let records = engine.ledger().read(seq, TAIL_RECORDS, TAIL_BYTES)?;
        let Some(last) = records.last() else { break };
        seq = last.seq;
        for found in &records {
            let envelope =
                record::decode(found).map_err(conductor_engine::service::ReadError::from)?;
            let Some(envelope) = envelope else { continue };
            if envelope.scope != of.scope || matches!(envelope.event, Event::DecisionRecorded(_)) {
                continue;
            }
            if let Some(id) = envelope.event.run()
                && !runs.contains_key(&id)
                && let Some(run) = read::look_up(engine, &of.scope, id)?
                && of.has(&run)
            {
                runs.insert(id, run);
            }
        }
    }
    Ok(runs)
}
