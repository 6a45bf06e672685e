//! The kernel: the only writer. It takes what is waiting, decides it in order, appends all the
//! events as one batch with one sync, and only then answers.
//!
//! [`Kernel::step`] is synchronous and does no I/O but through its ports, so that a simulator can
//! drive it: the same inputs, times and chances give the same events.

mod alarms;
mod approvals;
mod artifacts;
mod author;
mod children;
mod commands;
mod commit;
mod demands;
mod evidence;
mod forget;
mod freezes;
mod hosts;
mod keys;
mod leases;
mod news;
mod notifications;
mod owner;
mod policy;
mod queue;
mod quotas;
mod receipts;
mod repeated;
mod resume;
mod runbooks;
mod runs;
mod schedules;
mod sessions;
mod signing_keys;
mod taken;
mod tenants;
#[cfg(test)]
mod tests;
mod timers;
mod tokens;
mod tracked;
mod turn;
mod turns;
mod workers;
mod workflows;

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    scope::{Principal, Scope},
    time::Timestamp,
    trust::{
        decision::Denials,
        unsigned::{self, Refusals},
    },
    work::task,
};
use conductor_protocol::id::{RunId, WorkerId};

pub use commit::{
    Commit, NamedFreeze, NamedGlass, NamedIncident, NamedSchedule, NamedSession, NamedToken,
};
pub use hosts::{Hosts, HostsWanted};
pub use news::{LoginNews, PolicyNews, SigningKeyNews};
pub use workers::{Inspected, WorkerInfo};

use self::{
    alarms::Alarms, freezes::Frost, queue::Queue, taken::TakenReports, timers::Timers, turn::Turn,
    turns::Turns, workers::Workers,
};
use crate::{
    command::{Answer, Command, Context, Rejection},
    facts::TenantDefaults,
    limits,
    ports::{Archive, Completion, Dice, Keyring, Ledger, Order, Rules, WorkerHello},
    receipts::Made,
    runbooks::Memo,
    sealing::MemoryKeyring,
    state::State,
};

/// Which caller an answer is for.
pub type Ticket = u64;

/// Everything that can happen to the kernel.
#[derive(Debug)]
pub enum Input {
    /// The daemon took over: first of all.
    Resume {
        /// Version of the daemon's program.
        version: String,
        /// Who becomes the first administrator when nobody holds anything.
        first_admin: Principal,
        /// Where.
        scope: Scope,
    },
    /// A request to change something.
    Command {
        /// Who waits.
        ticket: Ticket,
        /// Its circumstances.
        context: Box<Context>,
        /// The request.
        command: Command,
    },
    /// A worker wants orders.
    WorkerOpen {
        /// Who waits.
        ticket: Ticket,
        /// How it introduces itself.
        hello: WorkerHello,
    },
    /// A worker's session ended.
    WorkerClose {
        /// Which worker.
        worker: WorkerId,
        /// Which session; an older one than the present is ignored.
        session: u64,
    },
    /// A worker is alive.
    Heartbeat {
        /// Who waits.
        ticket: Ticket,
        /// Which worker.
        worker: WorkerId,
        /// Its leases.
        tokens: Vec<u64>,
    },
    /// An attempt ended.
    Complete {
        /// Who waits.
        ticket: Ticket,
        /// The report.
        completion: Box<Completion>,
    },
    /// The hosts of a run's tasks were looked up.
    HostsFound {
        /// The run.
        run: RunId,
        /// What was found.
        found: Hosts,
    },
    /// Somebody wants to know of the workers and the queue.
    Inspect {
        /// Who waits.
        ticket: Ticket,
        /// Only what they have of this tenant is counted.
        tenant: Option<String>,
    },
    /// What became of logins and sessions.
    Logins {
        /// Whom to answer.
        ticket: Ticket,
        /// What is new.
        news: LoginNews,
    },
    /// Receipts were made.
    Receipts {
        /// Whom to answer.
        ticket: Ticket,
        /// Each with where its record belongs.
        made: Vec<Made>,
    },
    /// What became of an order to replace the key that signs the log.
    SigningKey {
        /// Whom to answer.
        ticket: Ticket,
        /// What is new.
        news: SigningKeyNews,
    },
    /// What became of a bundle, or of what is wanted.
    Policy {
        /// Whom to answer.
        ticket: u64,
        /// What is new.
        news: PolicyNews,
    },
}

/// What a caller gets.
#[derive(Debug)]
pub enum Reply {
    /// A command's answer.
    Answer(Answer),
    /// A worker's session.
    Opened {
        /// The worker's id.
        worker: WorkerId,
        /// Number of the session.
        session: u64,
    },
    /// Tokens that are no longer that worker's.
    Lost(Vec<u64>),
    /// The attempt's end is recorded.
    Completed,
    /// What was told is recorded.
    Heard,
    /// Workers, and the tasks that wait for one.
    Inspected(Vec<WorkerInfo>, usize),
}

/// What a step gives. Everything in it may be acted on: what it rests on is durable.
#[derive(Debug, Default)]
pub struct Output {
    /// Answers to the callers.
    pub replies: Vec<(Ticket, Result<Reply, Rejection>)>,
    /// What changed, when anything did.
    pub commit: Option<Commit>,
    /// What the workers are told, in order.
    pub orders: Vec<(WorkerId, Order)>,
    /// Whose hosts are to be looked up.
    pub hosts_wanted: Vec<HostsWanted>,
    /// Every runbook that was refused because of its signatures, also where it was only counted.
    pub refused_runbooks: Vec<unsigned::Refused>,
    /// When to step again at the latest.
    pub wake_at: Option<Timestamp>,
    /// The ledger failed. Nothing that was answered is lost, but this kernel knows of events that
    /// may not be durable: it must be thrown away and built again from the ledger.
    pub failed: Option<String>,
}

/// See the module.
#[derive(Debug)]
pub struct Kernel {
    state: State,
    queue: Queue,
    workers: Workers,
    timers: Timers,
    turns: Turns,
    alarms: Alarms,
    frost: Frost,
    rules: Arc<dyn Rules>,
    taken: TakenReports,
    denials: Denials,
    refusals: Refusals,
    vouched: Memo,
    defaults: Arc<TenantDefaults>,
    bundle_revision: String,
    /// How long a key may sign the log, in milliseconds; none for as long as anybody likes.
    rotate_signing_key_ms: Option<u64>,
    keyring: Arc<dyn Keyring>,
    /// Something is forgotten: no command is taken before the daemon has begun again.
    forgets: bool,
    /// Where the daemon's own events belong.
    home: Scope,
    next_sweep: Timestamp,
    failed: bool,
}

/// The bounds that the task slice works with.
const TASK_LIMITS: task::Limits = task::Limits {
    backoff_first_ms: limits::RETRY_BACKOFF_FIRST_MS,
    backoff_max_ms: limits::RETRY_BACKOFF_MAX_MS,
    losses_max: limits::LEASE_LOSSES_MAX,
    outputs_bytes_max: limits::OUTPUTS_BYTES_MAX,
};

impl Kernel {
    /// A kernel over a state that was folded from the ledger. [`Input::Resume`] must be its first
    /// input. It asks `rules` whether the owner of a schedule may still start its run.
    #[must_use]
    pub fn new(state: State, bundle_revision: String, rules: Arc<dyn Rules>) -> Self {
        Self {
            turns: Turns::of(state.runs.values().map(|run| &**run)),
            state,
            queue: Queue::default(),
            workers: Workers::default(),
            timers: Timers::default(),
            alarms: Alarms::default(),
            frost: Frost::default(),
            rules,
            taken: TakenReports::default(),
            denials: Denials::default(),
            refusals: Refusals::default(),
            vouched: Memo::default(),
            defaults: Arc::default(),
            bundle_revision,
            rotate_signing_key_ms: None,
            keyring: Arc::new(MemoryKeyring::seeded(0)),
            forgets: false,
            home: Scope::default(),
            next_sweep: Timestamp::default(),
            failed: false,
        }
    }

    /// The same, told of what tenants' records leave open.
    #[must_use]
    pub fn with_defaults(self, defaults: Arc<TenantDefaults>) -> Self {
        Self { defaults, ..self }
    }

    /// The same, told of how long a key may sign the log, in milliseconds.
    #[must_use]
    pub fn with_key_rotation(self, rotate_signing_key_ms: Option<u64>) -> Self {
        Self { rotate_signing_key_ms, ..self }
    }

    /// What it knows.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Tasks that wait for a worker.
    #[must_use]
    pub fn queue_depth(&self) -> usize {
        self.queue.len()
    }

    /// The workers that it knows.
    #[must_use]
    pub fn workers(&self) -> Vec<WorkerInfo> {
        self.workers.list(|_| true)
    }

    /// Decides what is waiting at `now`, makes it durable, answers.
    pub fn step(
        &mut self,
        inputs: Vec<Input>,
        (now, dice): (Timestamp, &dyn Dice),
        ledger: &mut dyn Ledger,
        archive: &dyn Archive,
    ) -> Output {
        if self.failed {
            return self.refuse_all(&inputs);
        }
        let mut turn = Turn::new(self, (now, dice), archive, ledger.last_seq());
        for input in inputs {
            turn.take(input);
        }
        turn.timers();
        turn.schedules();
        turn.stop_switched();
        turn.lease_ready();
        let (batch, mut output) = turn.finish();
        if !batch.is_empty()
            && let Err(error) = ledger.append(&batch)
        {
            self.failed = true;
            return fail_all(output, &error.to_string());
        }
        if let Some(commit) = &output.commit {
            self.state.forget_ended(&commit.changes);
        }
        output.wake_at = self.next_wake();
        output
    }

    fn next_wake(&self) -> Option<Timestamp> {
        let sweep = self.workers.has_leases().then_some(self.next_sweep);
        let counted = [self.denials.next_end(), self.refusals.next_end()];
        let due = self.rotate_signing_key_ms;
        let due = due.and_then(|every_ms| self.state.signing_keys.due_untold(every_ms));
        [self.timers.next(), self.alarms.next(), self.frost.next(), sweep, due]
            .into_iter()
            .chain(counted)
            .flatten()
            .min()
    }

    fn refuse_all(&self, inputs: &[Input]) -> Output {
        let tickets = inputs.iter().filter_map(|input| match input {
            Input::Command { ticket, .. }
            | Input::WorkerOpen { ticket, .. }
            | Input::Heartbeat { ticket, .. }
            | Input::Inspect { ticket, .. }
            | Input::Policy { ticket, .. }
            | Input::SigningKey { ticket, .. }
            | Input::Logins { ticket, .. }
            | Input::Receipts { ticket, .. }
            | Input::Complete { ticket, .. } => Some(*ticket),
            Input::Resume { .. } | Input::WorkerClose { .. } | Input::HostsFound { .. } => None,
        });
        let problem = "the ledger failed; the daemon is opening it again";
        let replies =
            tickets.map(|ticket| (ticket, Err(Rejection::Unavailable(problem.into())))).collect();
        Output { replies, failed: Some(problem.into()), ..Output::default() }
    }
}

/// Turns every answer of a batch that did not become durable into a fault.
fn fail_all(output: Output, problem: &str) -> Output {
    let replies = output
        .replies
        .into_iter()
        .map(|(ticket, _)| (ticket, Err(Rejection::Unavailable(problem.to_owned()))))
        .collect();
    Output { replies, failed: Some(problem.to_owned()), ..Output::default() }
}

/// A refusal as an answer.
fn refused(refusal: Refusal) -> Result<Reply, Rejection> {
    Err(Rejection::Refused(refusal))
}
