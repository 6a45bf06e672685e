//! Has receipts made as their records come, and knows how that goes.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use conductor_domain::{scope::Scope, time::Timestamp, trust::receipt::Issued};
use conductor_keys::{bundle::Bundle, chain::Chain, note::VerifierKey, signing::Ring};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    oneshot,
};

use super::maker::{Maker, Sources};
use crate::{
    command::Rejection,
    kernel::Commit,
    limits::{RECEIPT_LATE_MS, RECEIPTS_AT_ONCE_MAX, RECEIPTS_GATHER_MS, RECEIPTS_PAUSE_MS},
    service::Engine,
};

/// Receipts with the scope of their records, or why there are none.
type Made = Result<Vec<(Scope, Issued)>, String>;

/// Asks the thread that makes receipts.
type Desk = SyncSender<oneshot::Sender<Made>>;

/// How long nothing is looked at when nothing waits.
const IDLE: Duration = Duration::from_secs(60);

/// How it goes with receipts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Records that wait for theirs.
    pub waiting: usize,
    /// Since when the first of them does.
    pub since: Option<Timestamp>,
    /// Why the last attempt came to nothing; empty when it did not.
    pub problem: String,
    /// The first one waits for longer than it should.
    pub late: bool,
}

/// See the module.
pub struct Notary {
    engine: Engine,
    maker: Maker,
    ring: Arc<Ring>,
    problem: Mutex<String>,
}

impl std::fmt::Debug for Notary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notary").field("ring", &self.ring).finish_non_exhaustive()
    }
}

impl Notary {
    /// One for an engine, that signs with the key in force for a daemon of this version.
    #[must_use]
    pub fn new(engine: Engine, ring: Arc<Ring>, version: String) -> Self {
        let maker = Maker::new(Arc::clone(&ring), version);
        Self { engine, maker, ring, problem: Mutex::default() }
    }

    /// The keys that sign and signed, as those have them who check.
    #[must_use]
    pub fn chain(&self) -> Arc<Chain> {
        self.ring.chain()
    }

    /// The key that signed a bundle of the log's; the one in force where it does not say.
    #[must_use]
    pub fn key_of(&self, bundle: &str) -> VerifierKey {
        let chain = self.chain();
        let hint = Bundle::parse(bundle.as_bytes()).map(|bundle| bundle.hint).unwrap_or_default();
        chain.of_hint(&hint).map_or_else(|| chain.current().clone(), |span| span.key.clone())
    }

    /// A statement under the signature of the key that signs receipts. Blocks.
    ///
    /// # Errors
    /// Why it can't sign now.
    pub fn vouch(&self, statement: Vec<u8>) -> Result<Bundle, String> {
        self.maker.vouch(statement)
    }

    /// How it goes.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let (waiting, since) = self.engine.views().receipts_due();
        let now = self.engine.now();
        let late = since.is_some_and(|since| now.ms_since(since) >= RECEIPT_LATE_MS);
        Standing { waiting, since, problem: self.problem().clone(), late }
    }

    /// Makes receipts until the engine is gone.
    pub async fn run(self: Arc<Self>, mut commits: broadcast::Receiver<Arc<Commit>>) {
        let desk = match self.desk() {
            Ok(desk) => desk,
            Err(error) => return self.note(&format!("start the thread that makes them: {error}")),
        };
        loop {
            match self.make_some(&desk).await {
                Ok(made) if made >= RECEIPTS_AT_ONCE_MAX => continue,
                Ok(made) if made > 0 => {
                    tokio::time::sleep(Duration::from_millis(RECEIPTS_GATHER_MS)).await;
                    continue;
                }
                Ok(_) => {}
                Err(problem) => {
                    self.note(&problem);
                    tokio::time::sleep(Duration::from_millis(RECEIPTS_PAUSE_MS)).await;
                    continue;
                }
            }
            tokio::select! {
                // One that fell behind looks at what waits anyway.
                commit = commits.recv() => if matches!(commit, Err(RecvError::Closed)) { return },
                () = tokio::time::sleep(IDLE) => {}
            }
            // What comes meanwhile is made together: it is one append, and one signature under the log.
            tokio::time::sleep(Duration::from_millis(RECEIPTS_GATHER_MS)).await;
        }
    }

    /// A thread of its own that makes what waits each time it is asked: a key may make it wait, and it
    /// gives way to what somebody waits for. It ends when nobody can ask any more.
    fn desk(self: &Arc<Self>) -> std::io::Result<Desk> {
        let (desk, asked) = sync_channel::<oneshot::Sender<Made>>(1);
        let this = Arc::clone(self);
        thread::Builder::new().name("receipts".into()).spawn(move || {
            this.engine.give_way();
            for answer in asked {
                // Whoever asked may be gone: then it is made again.
                drop(answer.send(this.made()));
            }
        })?;
        Ok(desk)
    }

    /// Makes what waits, up to a bound; how many there were.
    async fn make_some(&self, desk: &Desk) -> Result<usize, String> {
        let gone = || "the thread that makes receipts is gone".to_owned();
        let (answer, made) = oneshot::channel();
        desk.try_send(answer).map_err(|_| gone())?;
        let made = made.await.map_err(|_| gone())??;
        if made.is_empty() {
            self.note("");
            return Ok(0);
        }
        let times: Vec<Timestamp> = made.iter().map(|(_, issued)| issued.recorded_at).collect();
        match self.engine.issue_receipts(made).await {
            Ok(()) => self.count(&times),
            // The kernel is behind with what people wait for; receipts come after that.
            Err(Rejection::Busy { retry_after_ms, .. }) => {
                tokio::time::sleep(Duration::from_millis(retry_after_ms)).await;
            }
            Err(error) => return Err(error.to_string()),
        }
        Ok(times.len())
    }

    fn made(&self) -> Made {
        let views = self.engine.views();
        let sources = Sources { ledger: &**self.engine.ledger(), views };
        let due = views.records_due(RECEIPTS_AT_ONCE_MAX);
        self.maker.make(sources, &due).map_err(|error| error.to_string())
    }

    fn count(&self, times: &[Timestamp]) {
        self.note("");
        let now = self.engine.now();
        metrics::counter!("conductor_receipts_issued_total").increment(times.len() as u64);
        for at in times {
            let took = Duration::from_millis(now.ms_since(*at));
            metrics::histogram!("conductor_receipt_seconds").record(took.as_secs_f64());
        }
    }

    /// Keeps how the last attempt went.
    fn note(&self, problem: &str) {
        let waiting = self.engine.views().receipts_due().0;
        metrics::gauge!("conductor_receipts_waiting").set(waiting as f64);
        let before = std::mem::replace(&mut *self.problem(), problem.to_owned());
        if !problem.is_empty() && problem != before {
            tracing::error!(problem, waiting, "receipts can't be made; it is tried again");
        }
    }

    fn problem(&self) -> MutexGuard<'_, String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
