//! The load: callers that start runs, and one reader that learns of their ends.
//!
//! It shares its machine with the daemon that it measures, so it is kept cheap: one thread, one
//! stream for all ends, no JSON, one map of what is under way. Ends are read from the ledger's
//! tail, which tells each as soon as it is durable; the stream of changes for lists gathers for
//! some time before it tells, as is right for a screen.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use conductor_client::{ClientError, Connection, Endpoint, Link, Resuming, Update};
use conductor_protocol::v1::{self, Scope};
use hdrhistogram::Histogram;
use rustix::time::{ClockId, clock_gettime};
use tokio::{sync::Notify, task::JoinSet};

use super::measures::Measured;

/// Callers that share a connection.
const CALLERS_PER_CONNECTION: u32 = 32;
/// A run whose end is not seen for so long is counted as an error.
const END_WITHIN: Duration = Duration::from_secs(60);
/// How long to wait after a push-back that names no time.
const PUSHED_BACK: Duration = Duration::from_millis(50);
/// The kind of event that is an end.
const RUN_ENDED: &str = "run.ended";
/// How a good end stands in its event.
const SUCCEEDED: &str = r#""status":"succeeded""#;
/// Ends of unknown runs that are kept before the old ones are forgotten, and how old those are.
const EARLY_MAX: usize = 10_000;
const EARLY_FOR: Duration = Duration::from_secs(30);
/// Digits of the histograms, and the longest span that they tell apart, in microseconds.
const DIGITS: u8 = 3;
const SPAN_MAX_MICROS: u64 = 3_600_000_000;

/// What to do.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) endpoint: Endpoint,
    pub(super) scope: Scope,
    pub(super) workflow: &'static str,
    pub(super) runs: u64,
    pub(super) concurrency: u32,
    /// A caller waits for its run's end before it starts the next.
    pub(super) closed: bool,
    /// Ends are read from here on.
    pub(super) after_seq: u64,
}

/// A run that was started and has not been seen to end.
struct Open {
    started: Instant,
    caller: usize,
}

struct Board {
    /// Runs not yet started.
    left: u64,
    open: HashMap<String, Open>,
    /// Ends that were seen before their start was acknowledged.
    early: HashMap<String, (Instant, bool)>,
    first_start: Option<Instant>,
    last_end: Option<Instant>,
    finished: u64,
    errors: u64,
    pushed_back: u64,
    ack: Histogram<u64>,
    end: Histogram<u64>,
}

struct Shared {
    board: Mutex<Board>,
    /// One a caller: its run has ended.
    ended: Vec<Notify>,
    /// A run has ended, whosever.
    any_ended: Notify,
    closed: bool,
}

impl Load {
    /// Does it. Fails when the stream of ends can't be had.
    pub(super) async fn run(self) -> Result<Measured, ClientError> {
        let callers = usize::try_from(self.concurrency).unwrap_or(1);
        let shared = Arc::new(Shared {
            board: Mutex::new(Board::new(self.runs)),
            ended: (0..callers).map(|_| Notify::new()).collect(),
            any_ended: Notify::new(),
            closed: self.closed,
        });
        let watcher = Connection::lazy(self.endpoint.clone(), self.scope.clone());
        let mut ends = watcher.tail(v1::TailRequest {
            scope: watcher.scope(),
            after_seq: self.after_seq,
            follow: true,
            kinds: vec![RUN_ENDED.to_owned()],
            ..<_>::default()
        });
        connected(&mut ends).await?;
        let reader = tokio::spawn(read_ends(ends, Arc::clone(&shared)));

        let cpu_before = cpu();
        let mut tasks = JoinSet::new();
        let mut connection = Connection::lazy(self.endpoint.clone(), self.scope.clone());
        for caller in 0..callers {
            let number = u32::try_from(caller).unwrap_or(0);
            if caller > 0 && number.is_multiple_of(CALLERS_PER_CONNECTION) {
                connection = Connection::lazy(self.endpoint.clone(), self.scope.clone());
            }
            tasks.spawn(call(caller, connection.clone(), Arc::clone(&shared), self.workflow));
        }
        while tasks.join_next().await.is_some() {}
        shared.drained().await;
        reader.abort();
        let measured = shared.board().measured(cpu().saturating_sub(cpu_before));
        Ok(measured)
    }
}

#[expect(clippy::expect_used, reason = "both bounds are constants that fit each other")]
fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(SPAN_MAX_MICROS, DIGITS).expect("an hour fits three digits")
}

impl Board {
    fn new(runs: u64) -> Self {
        Self {
            left: runs,
            open: HashMap::new(),
            early: HashMap::new(),
            first_start: None,
            last_end: None,
            finished: 0,
            errors: 0,
            pushed_back: 0,
            ack: histogram(),
            end: histogram(),
        }
    }

    fn record(histogram: &mut Histogram<u64>, span: Duration) {
        histogram.saturating_record(u64::try_from(span.as_micros()).unwrap_or(u64::MAX));
    }

    fn ended(&mut self, open: &Open, at: Instant, good: bool) {
        Self::record(&mut self.end, at.saturating_duration_since(open.started));
        self.last_end = self.last_end.max(Some(at));
        match good {
            true => self.finished += 1,
            false => self.errors += 1,
        }
    }

    /// An end without an acknowledged start: one that is about to be, or somebody else's run.
    fn saw_early(&mut self, run_id: String, at: Instant, good: bool) {
        if self.early.len() >= EARLY_MAX {
            self.early.retain(|_, (seen, _)| at.saturating_duration_since(*seen) < EARLY_FOR);
        }
        self.early.insert(run_id, (at, good));
    }

    fn measured(&self, cpu: Duration) -> Measured {
        let elapsed = self.last_end.zip(self.first_start).map(|(end, start)| end - start);
        Measured {
            finished: self.finished,
            errors: self.errors,
            pushed_back: self.pushed_back,
            elapsed: elapsed.unwrap_or_default(),
            cpu,
            ack: self.ack.clone(),
            end: self.end.clone(),
        }
    }
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        // A caller that panicked leaves counts that are still true.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the right to start one more run.
    fn take_one(&self) -> bool {
        let mut board = self.board();
        let more = board.left > 0;
        board.left = board.left.saturating_sub(1);
        more
    }

    /// A start was acknowledged; gives whether its end is still to come.
    fn acknowledged(&self, run_id: String, open: Open) -> bool {
        let now = Instant::now();
        let mut board = self.board();
        let ack = now - open.started;
        Board::record(&mut board.ack, ack);
        match board.early.remove(&run_id) {
            Some((at, good)) => {
                board.ended(&open, at, good);
                false
            }
            None => {
                board.open.insert(run_id, open);
                true
            }
        }
    }

    /// A run was seen to end.
    fn saw_end(&self, run_id: &str, good: bool) {
        let now = Instant::now();
        let mut board = self.board();
        let Some(open) = board.open.remove(run_id) else {
            board.saw_early(run_id.to_owned(), now, good);
            return;
        };
        board.ended(&open, now, good);
        drop(board);
        if self.closed {
            self.ended[open.caller].notify_one();
        } else {
            self.any_ended.notify_one();
        }
    }

    /// Waits until every acknowledged run has ended, as long as ends come at all.
    async fn drained(&self) {
        while !self.board().open.is_empty() {
            let waited = tokio::time::timeout(END_WITHIN, self.any_ended.notified()).await;
            if waited.is_err() {
                let mut board = self.board();
                board.errors += board.open.len() as u64;
                board.open.clear();
            }
        }
    }
}

/// Waits until the stream of ends stands: an end that comes before would not be seen.
async fn connected(ends: &mut Resuming<v1::Event>) -> Result<(), ClientError> {
    while let Some(update) = ends.next().await {
        match update? {
            Update::Link(Link::Stale { error, .. }) => return Err(error),
            Update::Link(Link::Retrying { .. }) => {}
            Update::Link(Link::Connected) | Update::Item(_) => break,
        }
    }
    Ok(())
}

async fn call(caller: usize, connection: Connection, shared: Arc<Shared>, workflow: &'static str) {
    let scope = connection.scope();
    while shared.take_one() {
        let request = v1::StartRunRequest {
            scope: scope.clone(),
            workflow: workflow.to_owned(),
            ..<_>::default()
        };
        let started = Instant::now();
        shared.board().first_start.get_or_insert(started);
        let Some(run_id) = start(&connection, request, &shared).await else { continue };
        let open = Open { started, caller };
        if shared.acknowledged(run_id.clone(), open) && shared.closed {
            let ended = shared.ended[caller].notified();
            if tokio::time::timeout(END_WITHIN, ended).await.is_err() {
                let mut board = shared.board();
                board.open.remove(&run_id);
                board.errors += 1;
            }
        }
    }
}

/// Starts a run, as often as the daemon pushes back.
async fn start(
    connection: &Connection,
    request: v1::StartRunRequest,
    shared: &Shared,
) -> Option<String> {
    loop {
        let error = match connection.start_run(request.clone()).await {
            Ok(started) => return Some(started.run_id),
            Err(error) => error,
        };
        let pushed_back =
            error.refusal().is_some_and(|refusal| refusal.grpc == tonic::Code::ResourceExhausted);
        if !pushed_back {
            shared.board().errors += 1;
            return None;
        }
        shared.board().pushed_back += 1;
        tokio::time::sleep(error.push_back().unwrap_or(PUSHED_BACK)).await;
    }
}

async fn read_ends(mut ends: Resuming<v1::Event>, shared: Arc<Shared>) {
    while let Some(Ok(event)) = ends.next_item().await {
        // A text inside of the JSON would have its quotes escaped.
        shared.saw_end(&event.subject, event.data_json.contains(SUCCEEDED));
    }
}

/// Processor time of this process.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(runs: u64) -> Shared {
        let ended = vec![Notify::new()];
        let board = Mutex::new(Board::new(runs));
        Shared { board, ended, any_ended: Notify::new(), closed: true }
    }

    const AGO: Duration = Duration::from_millis(50);

    fn open() -> Open {
        Open { started: Instant::now().checked_sub(AGO).unwrap(), caller: 0 }
    }

    #[test]
    fn an_end_counts_once_whether_it_comes_before_or_after_its_acknowledgement() {
        let shared = shared(2);
        assert!(shared.acknowledged("run_1".into(), open()));
        shared.saw_end("run_1", true);
        shared.saw_end("run_2", false);
        assert!(!shared.acknowledged("run_2".into(), open()));
        let board = shared.board.into_inner().unwrap();
        assert_eq!((board.finished, board.errors), (1, 1));
        assert_eq!((board.ack.len(), board.end.len()), (2, 2));
        let shortest = board.ack.min().min(board.end.min());
        assert!(u128::from(shortest) >= AGO.as_micros() * 99 / 100, "spans are kept: {shortest}");
        assert!(board.open.is_empty() && board.early.is_empty());
    }

    #[test]
    fn no_more_runs_are_started_than_asked_for() {
        let shared = shared(2);
        let taken = (0..5).filter(|_| shared.take_one()).count();
        assert_eq!(taken, 2);
    }
}
