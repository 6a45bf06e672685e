//! Has receipts made as their records come, and knows how that goes.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use conductor_domain::time::Timestamp;
use conductor_keys::{
    bundle::Bundle,
    chain::Chain,
    note::VerifierKey,
    signing::{Ring, SignError},
};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    oneshot,
};

use super::maker::{Made, MakeError, Maker, Sources};
use crate::{
    command::Rejection,
    kernel::Commit,
    limits::{
        RECEIPT_LATE_MS, RECEIPTS_AT_ONCE_MAX, RECEIPTS_GATHER_FROM, RECEIPTS_GATHER_MS,
        RECEIPTS_HANDOVER_MS, RECEIPTS_PAUSE_MS,
    },
    service::Engine,
};

/// Receipts, or why there are none.
type Answer = Result<Vec<Made>, Unmade>;

/// Asks the thread that makes receipts.
type Desk = SyncSender<oneshot::Sender<Answer>>;

/// Why receipts were not made.
#[derive(Debug)]
enum Unmade {
    /// One key is just taking over from another: they are made by whichever it is.
    HandingOver,
    /// Somebody should look into it when it stays.
    Problem(String),
}

impl From<MakeError> for Unmade {
    fn from(error: MakeError) -> Self {
        match error {
            MakeError::HandingOver => Self::HandingOver,
            error => Self::Problem(error.to_string()),
        }
    }
}

/// When the next receipts are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// When a record comes that waits for one: nothing waits now.
    WhenDue,
    /// At once.
    AtOnce,
    /// After a while, with all that comes until then.
    Gathered,
}

impl Next {
    /// After so many were made, while others came. One that comes alone, or with a few, is made at once, so
    /// that it is there when somebody looks. Those that come faster than they are made are made together:
    /// that is one append, and one signature under the log, for all of them.
    const fn after(made: usize, waiting: usize) -> Self {
        match waiting {
            0 => Self::WhenDue,
            RECEIPTS_GATHER_FROM..RECEIPTS_AT_ONCE_MAX if waiting > made => Self::Gathered,
            // Of more than that there is no room for all in one go.
            _ => Self::AtOnce,
        }
    }
}

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
            let pause_ms = match self.make_some(&desk).await {
                Ok(made) => match Next::after(made, self.engine.views().receipts_due().0) {
                    Next::AtOnce => continue,
                    Next::Gathered => RECEIPTS_GATHER_MS,
                    Next::WhenDue => {
                        if self.none_comes(&mut commits).await {
                            return;
                        }
                        continue;
                    }
                },
                Err(Unmade::HandingOver) => {
                    let problem = SignError::HandingOver.to_string();
                    tracing::debug!(problem, "receipts wait");
                    self.keep(&problem);
                    RECEIPTS_HANDOVER_MS
                }
                Err(Unmade::Problem(problem)) => {
                    self.note(&problem);
                    RECEIPTS_PAUSE_MS
                }
            };
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        }
    }

    /// Waits until a record waits for its receipt; whether none will any more.
    async fn none_comes(&self, commits: &mut broadcast::Receiver<Arc<Commit>>) -> bool {
        while self.engine.views().receipts_due().0 == 0 {
            // One that fell behind looks at what waits anyway.
            if matches!(commits.recv().await, Err(RecvError::Closed)) {
                return true;
            }
        }
        false
    }

    /// A thread of its own that makes what waits each time it is asked: a key may make it wait, and it
    /// gives way to what somebody waits for. It ends when nobody can ask any more.
    fn desk(self: &Arc<Self>) -> std::io::Result<Desk> {
        let (desk, asked) = sync_channel::<oneshot::Sender<Answer>>(1);
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
    async fn make_some(&self, desk: &Desk) -> Result<usize, Unmade> {
        let gone = || Unmade::Problem("the thread that makes receipts is gone".to_owned());
        let (answer, made) = oneshot::channel();
        desk.try_send(answer).map_err(|_| gone())?;
        let made = made.await.map_err(|_| gone())??;
        if made.is_empty() {
            self.note("");
            return Ok(0);
        }
        let times: Vec<Timestamp> = made.iter().map(|made| made.issued.recorded_at).collect();
        match self.engine.issue_receipts(made).await {
            Ok(()) => self.count(&times),
            // The kernel is behind with what people wait for; receipts come after that.
            Err(Rejection::Busy { retry_after_ms, .. }) => {
                tokio::time::sleep(Duration::from_millis(retry_after_ms)).await;
            }
            Err(error) => return Err(Unmade::Problem(error.to_string())),
        }
        Ok(times.len())
    }

    fn made(&self) -> Answer {
        let views = self.engine.views();
        let sources = Sources { ledger: &**self.engine.ledger(), views };
        let due = views.records_due(RECEIPTS_AT_ONCE_MAX);
        Ok(self.maker.make(sources, &due)?)
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

    /// Keeps how the last attempt went, and says so where somebody should know.
    fn note(&self, problem: &str) {
        let (waiting, before) = self.keep(problem);
        if !problem.is_empty() && problem != before {
            tracing::error!(problem, waiting, "receipts can't be made; it is tried again");
        }
    }

    /// Keeps how the last attempt went. Gives how many wait, and how the one before went.
    fn keep(&self, problem: &str) -> (usize, String) {
        let waiting = self.engine.views().receipts_due().0;
        metrics::gauge!("conductor_receipts_waiting").set(waiting as f64);
        (waiting, std::mem::replace(&mut *self.problem(), problem.to_owned()))
    }

    fn problem(&self) -> MutexGuard<'_, String> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_alone_is_made_at_once_and_what_comes_fast_is_gathered() {
        assert_eq!(Next::after(1, 0), Next::WhenDue);
        assert_eq!(Next::after(0, 0), Next::WhenDue);
        // They come as fast as they are made.
        assert_eq!(Next::after(1, 1), Next::AtOnce);
        assert_eq!(Next::after(20, 20), Next::AtOnce);
        // Some that come together are not worth waiting for others.
        assert_eq!(Next::after(1, RECEIPTS_GATHER_FROM - 1), Next::AtOnce);
        // They come faster.
        assert_eq!(Next::after(1, RECEIPTS_GATHER_FROM), Next::Gathered);
        assert_eq!(Next::after(20, RECEIPTS_AT_ONCE_MAX - 1), Next::Gathered);
        // No more of them would be made together for waiting.
        assert_eq!(Next::after(20, RECEIPTS_AT_ONCE_MAX), Next::AtOnce);
        assert_eq!(Next::after(RECEIPTS_AT_ONCE_MAX, 5_000), Next::AtOnce);
    }
}
