//! The kernel's thread: gathers what waits, steps, hands out what the step gave.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender},
    },
    thread::JoinHandle,
    time::Duration,
};

use conductor_domain::{
    time::Timestamp,
    trust::{
        approval::{Approval, Ended, Ending},
        unsigned::Refused,
    },
};
use conductor_protocol::id::WorkerId;
use tokio::sync::{mpsc, oneshot};

use super::{
    Call, Options, Shared,
    signer_thread::{self, Signer},
};
use crate::{
    command::Rejection,
    kernel::{Commit, HostsWanted, Input, Kernel, Output, Reply},
    limits,
    ports::{Ledger, LedgerError, Order},
};

/// How long the thread sleeps when nothing is due: it then looks whether it is to stop.
const IDLE: Duration = Duration::from_secs(60);

type Answer = oneshot::Sender<Result<Reply, Rejection>>;

/// Where what a step gave goes on to.
pub(super) struct Outlets {
    pub(super) views: SyncSender<Arc<Commit>>,
    pub(super) hosts: Sender<HostsWanted>,
}

pub(super) struct KernelThread {
    shared: Arc<Shared>,
    kernel: Kernel,
    ledger: Box<dyn Ledger>,
    outlets: Outlets,
    answers: HashMap<u64, (Option<Answer>, Option<mpsc::Sender<Order>>)>,
    sessions: HashMap<WorkerId, (u64, mpsc::Sender<Order>)>,
    ticket: u64,
    checkpoint_due: Option<Timestamp>,
    /// The ledger is new: nothing was signed in it so far.
    unsigned: bool,
    signer: Signer,
}

impl KernelThread {
    pub(super) fn new(
        shared: Arc<Shared>,
        kernel: Kernel,
        ledger: Box<dyn Ledger>,
        (outlets, signer): (Outlets, Signer),
    ) -> Self {
        let unsigned = matches!(shared.reader.latest_checkpoint(), Ok(None));
        Self {
            shared,
            kernel,
            ledger,
            outlets,
            answers: HashMap::new(),
            sessions: HashMap::new(),
            ticket: 0,
            checkpoint_due: None,
            unsigned,
            signer,
        }
    }

    pub(super) fn spawn(
        mut self,
        inbox: Receiver<Call>,
        options: Options,
    ) -> std::io::Result<JoinHandle<()>> {
        std::thread::Builder::new().name("kernel".into()).spawn(move || {
            let resume = Input::Resume {
                version: options.version,
                first_admin: options.first_admin,
                scope: options.scope,
            };
            let mut wake_at = self.step(vec![resume]);
            while !self.shared.failure.borrow().is_some() {
                let inputs = self.gather(&inbox, wake_at);
                let idle = inputs.is_empty();
                wake_at = self.step(inputs);
                if idle && self.shared.stopping.load(Ordering::Acquire) {
                    break;
                }
            }
            self.signer.stop();
            if let Err(error) = self.ledger.close() {
                tracing::error!(error = %chain(&error), "failed to close the ledger; the next start reads it whole");
            }
        })
    }

    /// What waits: at least one thing, unless something is due before.
    fn gather(&mut self, inbox: &Receiver<Call>, wake_at: Option<Timestamp>) -> Vec<Input> {
        let wake_at = [wake_at, self.checkpoint_due].into_iter().flatten().min();
        let now = self.shared.clock.now();
        let wait = wake_at.map_or(IDLE, |at| Duration::from_millis(at.ms_since(now)).min(IDLE));
        let wait = if self.shared.stopping.load(Ordering::Acquire) { Duration::ZERO } else { wait };
        let first = match inbox.recv_timeout(wait) {
            Ok(call) => call,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Vec::new(),
        };
        let mut inputs = vec![self.admit(first)];
        while inputs.len() < limits::BATCH_COMMANDS_MAX {
            match inbox.try_recv() {
                Ok(call) => inputs.push(self.admit(call)),
                Err(_) => break,
            }
        }
        inputs
    }

    fn admit(&mut self, call: Call) -> Input {
        self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
        self.ticket += 1;
        self.answers.insert(self.ticket, (call.answer, call.orders));
        (call.input)(self.ticket)
    }

    fn step(&mut self, inputs: Vec<Input>) -> Option<Timestamp> {
        let now = self.shared.clock.now();
        let shared = Arc::clone(&self.shared);
        let output =
            self.kernel.step(inputs, (now, &*shared.dice), &mut *self.ledger, &*shared.views);
        let wake_at = output.wake_at;
        // The first commit says who may look: by then there is a checkpoint to look at.
        if output.commit.is_some() && std::mem::take(&mut self.unsigned) {
            self.first_checkpoint();
        }
        self.hand_out(output);
        if self.checkpoint_due.is_some_and(|due| due <= now) {
            self.checkpoint(now);
        }
        wake_at
    }

    fn hand_out(&mut self, output: Output) {
        if let Some(problem) = output.failed {
            self.fail(problem);
        }
        output.refused_runbooks.iter().for_each(warn);
        if let Some(commit) = output.commit {
            let commit = Arc::new(commit);
            self.shared.views.publish(&commit);
            if commit.changes.touch_permissions() {
                self.shared.standing.send_modify(|version| *version += 1);
            }
            if self.outlets.views.send(Arc::clone(&commit)).is_err() {
                self.fail("the views' writer stopped".into());
            }
            if !commit.changes.forgotten.is_empty() {
                self.shared.again.send_replace(true);
            }
            let due = commit.at + limits::CHECKPOINT_INTERVAL_MS;
            self.checkpoint_due.get_or_insert(due);
            metrics::counter!("conductor_commits_total").increment(1);
            metrics::gauge!("conductor_ledger_seq").set(commit.last_seq as f64);
            commit.approvals.iter().for_each(|approval| measure(approval));
            alert(&commit);
            // Nobody may be watching.
            drop(self.shared.commits.send(commit));
        }
        for (ticket, reply) in output.replies {
            let Some((answer, orders)) = self.answers.remove(&ticket) else { continue };
            if let (Ok(Reply::Opened { worker, session }), Some(orders)) = (&reply, orders) {
                self.sessions.insert(*worker, (*session, orders));
            }
            if let Some(answer) = answer {
                // The caller may have gone.
                drop(answer.send(reply));
            }
        }
        self.answers.clear();
        for (worker, order) in output.orders {
            self.send_order(worker, order);
        }
        for wanted in output.hosts_wanted {
            if self.outlets.hosts.send(wanted).is_err() {
                self.fail("what looks up hosts stopped".into());
            }
        }
    }

    /// A worker that takes no orders is told no more: its session ends, its leases expire.
    fn send_order(&mut self, worker: WorkerId, order: Order) {
        let Some((_, orders)) = self.sessions.get(&worker) else { return };
        if orders.try_send(order).is_err() {
            self.sessions.remove(&worker);
        }
    }

    /// The first one is waited for, once; where the key is away the next will do.
    fn first_checkpoint(&mut self) {
        match self.ledger.checkpoint_later() {
            Ok(mut job) => {
                if !signer_thread::attempt(&self.shared, &mut job) {
                    self.signer.sign(job);
                }
            }
            Err(error) => unkept(&error),
        }
    }

    fn checkpoint(&mut self, now: Timestamp) {
        self.checkpoint_due = None;
        match self.ledger.checkpoint_later() {
            Ok(job) => {
                if !self.signer.sign(job) {
                    self.checkpoint_due = Some(now + limits::CHECKPOINT_INTERVAL_MS);
                }
            }
            Err(error) => unkept(&error),
        }
    }

    fn fail(&self, problem: String) {
        tracing::error!(%problem, "the engine gives up; what was acknowledged is safe");
        self.shared.failure.send_if_modified(|failure| {
            let first = failure.is_none();
            failure.get_or_insert(problem);
            first
        });
    }
}

fn unkept(error: &LedgerError) {
    tracing::error!(error = %chain(error), "failed to keep a checkpoint");
}

/// How long it took from being asked for to being done, where a commit did it.
fn measure(approval: &Approval) {
    let Some(ended) = &approval.ended else { return };
    if matches!(ended.how, Ending::Granted { .. }) {
        let took = Duration::from_millis(ended.at.ms_since(approval.requested_at));
        metrics::histogram!("conductor_approval_seconds").record(took.as_secs_f64());
    }
}

/// The alert `unsigned_runbook`, for whoever looks after the daemon.
fn warn(refused: &Refused) {
    let Refused { workflow, version, action, by, why, problem, .. } = refused;
    let reason = why.word();
    metrics::counter!("conductor_unsigned_runbook_total", "reason" => reason).increment(1);
    tracing::warn!(
        alert = "unsigned_runbook",
        %workflow, %version, %action, %by, reason, %problem,
        "a runbook was refused because of its signatures"
    );
}

/// What somebody did alone, and what has to be looked into: counted and said as it comes.
fn alert(commit: &Commit) {
    let broken = commit.approvals.iter().filter(|approval| approval.glass.is_some());
    for approval in broken {
        let Some(Ended { how: Ending::Granted { run, .. }, .. }) = &approval.ended else {
            continue;
        };
        metrics::counter!("conductor_break_glass_total").increment(1);
        let (tenant, by, run) = (&approval.scope.tenant, &approval.requester, run.as_ref());
        tracing::warn!(tenant, %by, approval = %approval.id, ?run, "glass was broken");
    }
    let open = commit.incidents.iter().filter_map(|(_, incident)| incident.as_ref());
    for incident in open.filter(|incident| incident.ended.is_none()) {
        let kind = incident.kind.word();
        metrics::counter!("conductor_incidents_total", "kind" => kind).increment(1);
        let tenant = &incident.scope.tenant;
        tracing::warn!(tenant, kind, incident = %incident.id, "an incident was opened");
    }
}

/// An error with its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
