//! One turn of the kernel: events are decided, folded at once, and gathered for one append.

use std::{collections::HashMap, sync::Arc};

use conductor_domain::{
    event::{Envelope, Event},
    scope::Scope,
    time::Timestamp,
    trust::{
        artifact::{Artifact, Standing},
        gate::Checked,
        unsigned::Refused,
    },
    work::run::{self, Run, Step},
};
use conductor_protocol::{
    id::{ArtifactId, RunId, WorkerId},
    manifest::{Manifest, workflow_of},
};

pub(super) use super::author::Author;
use super::{
    Commit, HostsWanted, Input, Kernel, Output, Reply, Ticket, quotas::InUse, timers::Timer,
};
use crate::{
    command::Rejection,
    limits,
    ports::{Archive, Dice, Order, Owner, RecordDraft, StopReason},
    record,
    state::{Changes, Remembered},
};

/// An artifact, and how it stands, where a turn has said so.
pub(super) type FreshArtifact = (Option<Arc<Artifact>>, Option<Option<Arc<Standing>>>);

pub(super) struct Turn<'k> {
    pub(super) kernel: &'k mut Kernel,
    pub(super) now: Timestamp,
    pub(super) dice: &'k dyn Dice,
    pub(super) archive: &'k dyn Archive,
    /// Keys used in this very turn, which the archive can't know yet.
    pub(super) fresh: HashMap<String, Remembered>,
    /// What is begun now goes through freezes.
    pub(super) through_frost: bool,
    /// What tenants have open, where that was asked in this turn.
    pub(super) in_use: InUse,
    /// Whose data is worked on now: what says neither run nor approval is theirs.
    pub(super) about: Owner,
    seq: u64,
    batch: Vec<RecordDraft>,
    changes: Changes,
    output: Output,
}

impl<'k> Turn<'k> {
    pub(super) fn new(
        kernel: &'k mut Kernel,
        (now, dice): (Timestamp, &'k dyn Dice),
        archive: &'k dyn Archive,
        seq: u64,
    ) -> Self {
        Self {
            kernel,
            now,
            dice,
            archive,
            fresh: HashMap::new(),
            through_frost: false,
            in_use: InUse::default(),
            about: Owner::default(),
            seq,
            batch: Vec::new(),
            changes: Changes::default(),
            output: Output::default(),
        }
    }

    pub(super) fn take(&mut self, input: Input) {
        self.about = self.owner_of_input(&input);
        match input {
            Input::Resume { version, first_admin, scope } => {
                self.resume(version, first_admin, &scope);
            }
            Input::Command { ticket, .. } if self.kernel.forgets => {
                self.reply(ticket, Err(super::forget::closed()));
            }
            Input::Command { ticket, context, command } => {
                let answer = self.command(&context, command).map(Reply::Answer);
                self.reply(ticket, answer);
            }
            Input::WorkerOpen { ticket, hello } => {
                let opened = self.worker_open(hello);
                self.reply(ticket, opened);
            }
            Input::WorkerClose { worker, session } => self.worker_close(worker, session),
            Input::Heartbeat { ticket, worker, tokens } => {
                let lost = self.kernel.workers.heartbeat(worker, &tokens, self.now);
                self.reply(ticket, Ok(Reply::Lost(lost)));
            }
            Input::Complete { ticket, completion } => {
                let completed = self.complete(*completion);
                self.reply(ticket, completed);
            }
            Input::Inspect { ticket, tenant } => {
                let inspected = self.inspected(tenant.as_deref());
                self.reply(ticket, Ok(inspected));
            }
            Input::HostsFound { run, found } => self.hosts_found(run, found),
            Input::Logins { ticket, news } => {
                self.login_news(news);
                self.reply(ticket, Ok(Reply::Heard));
            }
            Input::Receipts { ticket, made } => {
                self.issue(made);
                self.reply(ticket, Ok(Reply::Heard));
            }
            Input::SigningKey { ticket, news } => {
                self.signing_key_news(news);
                self.reply(ticket, Ok(Reply::Heard));
            }
            Input::Policy { ticket, news } => {
                self.policy_news(news);
                self.reply(ticket, Ok(Reply::Heard));
            }
        }
    }

    /// What is due by the clock.
    pub(super) fn timers(&mut self) {
        self.about = Owner::default();
        for (scope, recorded) in self.kernel.denials.expire(self.now) {
            self.record(&scope, Author::system(), Event::DecisionRecorded(Box::new(recorded)));
        }
        self.count_refusals();
        self.signing_key_is_due();
        while let Some(timer) = self.kernel.timers.pop_due(self.now) {
            match timer {
                Timer::RunDeadline(id) => {
                    let Some(run) = self.run(id).filter(|run| !run.status.is_terminal()) else {
                        continue;
                    };
                    if let Some(stop) = run::time_out(&run, self.now) {
                        drop(run);
                        self.record_of_run(id, Author::system(), Event::RunStopRequested(stop));
                        self.settle(id);
                    } else if run.deadline > self.now {
                        // It was moved: by a pause, a turn that was waited for, an undoing.
                        self.kernel.timers.add(run.deadline, Timer::RunDeadline(id));
                    }
                }
                Timer::Retry(id) => self.settle(id),
                Timer::Approval(id) => self.approval_is_due(id),
                Timer::Session(id) => self.session_is_due(id),
                Timer::Thaw => self.thaw(),
                Timer::Review(of) => self.review_is_due(of),
            }
        }
        if self.kernel.workers.has_leases() && self.kernel.next_sweep <= self.now {
            self.kernel.next_sweep = self.now + limits::SWEEP_INTERVAL_MS;
            self.sweep();
        }
    }

    /// The workers and the length of the queue; of one tenant only its own leases and tasks.
    fn inspected(&self, tenant: Option<&str>) -> Reply {
        let (workers, queue) = (&self.kernel.workers, &self.kernel.queue);
        let Some(tenant) = tenant else {
            return Reply::Inspected(workers.list(|_| true), queue.len());
        };
        let runs = &self.kernel.state.runs;
        let own = |run: RunId| runs.get(&run).is_some_and(|run| run.scope.tenant == tenant);
        Reply::Inspected(workers.list(own), queue.runs().filter(|run| own(*run)).count())
    }

    pub(super) fn run(&self, id: RunId) -> Option<Arc<Run>> {
        self.kernel.state.runs.get(&id).cloned()
    }

    pub(super) fn manifest_of(&self, run: &Run) -> Option<Arc<Manifest>> {
        let catalogue = &self.kernel.state.catalogue;
        let workflow =
            catalogue.get(&run.scope.tenant, &run.workflow.name, &run.workflow.version)?;
        Some(Arc::clone(&workflow.manifest))
    }

    pub(super) fn reply(&mut self, ticket: Ticket, reply: Result<Reply, Rejection>) {
        self.output.replies.push((ticket, reply));
    }

    pub(super) fn want(&mut self, hosts: HostsWanted) {
        self.output.hosts_wanted.push(hosts);
    }

    pub(super) fn tell(&mut self, refused: Refused) {
        self.output.refused_runbooks.push(refused);
    }

    pub(super) fn order(&mut self, worker: WorkerId, order: Order) {
        self.output.orders.push((worker, order));
    }

    /// Sequence number of the last event, durable or not yet.
    pub(super) const fn seq(&self) -> u64 {
        self.seq
    }

    /// Adds an event to the batch and folds it. Gives its sequence number.
    pub(super) fn record(&mut self, scope: &Scope, author: Author, event: Event) -> u64 {
        self.seq += 1;
        let envelope = Envelope {
            at: self.now,
            scope: scope.clone(),
            principal: author.principal,
            trace: author.trace,
            idempotency: author.mark,
            event,
        };
        let owner = self.owner_of(scope, &envelope.event);
        self.batch.push(RecordDraft { owner, ..record::encode(&envelope) });
        let known = self.changes.remembered.len();
        self.kernel.state.apply(self.seq, &envelope, &mut self.changes);
        self.fresh.extend(self.changes.remembered[known..].iter().cloned());
        self.after(&envelope.event);
        self.after_schedule(&envelope.scope, &envelope.event);
        self.after_tenant(&envelope.scope, &envelope.event);
        self.after_load(&envelope.event);
        self.after_approval(&envelope.event);
        self.after_freeze(&envelope.scope, &envelope.event);
        if touches_signatures(&envelope.event) {
            self.kernel.vouched.clear();
        }
        self.after_glass(&envelope.event);
        self.seq
    }

    /// Adds an event about a run.
    pub(super) fn record_of_run(&mut self, id: RunId, author: Author, event: Event) -> u64 {
        let scope = self.run(id).map(|run| run.scope.clone()).unwrap_or_default();
        self.record(&scope, author, event)
    }

    /// What the kernel itself keeps up to date with an event: timers, leases, orders to stop.
    fn after(&mut self, event: &Event) {
        match event {
            Event::RunStarted(event) => {
                self.kernel.timers.add(event.deadline, Timer::RunDeadline(event.run));
                if let Some(run) = self.run(event.run) {
                    self.kernel.turns.add(&run);
                }
                self.want_hosts(event.run);
            }
            Event::RunAdmitted(event) => {
                self.kernel.timers.add(event.deadline, Timer::RunDeadline(event.run));
            }
            Event::RunPaused(event) => {
                self.kernel.timers.add(event.deadline, Timer::RunDeadline(event.run));
            }
            Event::RunResumed(event) => {
                self.kernel.timers.add(event.deadline, Timer::RunDeadline(event.run));
            }
            Event::RunUndoStarted(event) => {
                self.kernel.timers.add(event.deadline, Timer::RunDeadline(event.run));
            }
            Event::TaskDeferred(event) => {
                self.kernel.timers.add(event.until, Timer::Retry(event.run));
            }
            Event::TaskHeld(event) => {
                if let Some(until) = event.until {
                    self.kernel.timers.add(until, Timer::Retry(event.run));
                }
            }
            Event::RunEnded(event) => {
                if let Some(run) = self.run(event.run) {
                    self.kernel.timers.remove(run.deadline, Timer::RunDeadline(run.id));
                }
            }
            Event::RunStopRequested(event) => self.stop_attempts(event.run),
            Event::TaskCompleted(event) => {
                self.kernel.workers.release(event.token);
                if let Some(retry_at) = event.retry_at {
                    self.kernel.timers.add(retry_at, Timer::Retry(event.run));
                }
            }
            Event::TaskLost(event) => {
                self.kernel.workers.release(event.token);
            }
            Event::TaskFailed(event) => {
                if let Some(retry_at) = event.retry_at {
                    self.kernel.timers.add(retry_at, Timer::Retry(event.run));
                }
            }
            _ => {}
        }
    }

    fn stop_attempts(&mut self, id: RunId) {
        let Some(run) = self.run(id) else { return };
        let reason = match run.stop.as_ref().map(|stop| stop.cause) {
            Some(run::StopCause::TimedOut) => StopReason::TimedOut,
            Some(run::StopCause::Killed) => StopReason::Killed,
            _ => StopReason::Cancelled,
        };
        for attempt in run.tasks.iter().filter_map(|task| task.running()) {
            self.order(attempt.worker, Order::Stop { token: attempt.token, reason });
        }
    }

    /// Lets a run go on as far as its state allows.
    pub(super) fn settle(&mut self, id: RunId) {
        if let Some(run) = self.run(id).filter(|run| run.stop.is_some()) {
            self.stop_children(&run);
        }
        loop {
            let Some(run) = self.run(id) else { return };
            let Some(manifest) = self.manifest_of(&run) else { return };
            match run::advance(&run, &manifest, self.now) {
                Step::Ready(places) => {
                    let mut children = Vec::new();
                    for place in places {
                        let Some(call) = run.call_of(&manifest, &run.tasks[place]) else {
                            continue;
                        };
                        if workflow_of(call.uses).is_some() {
                            children.push(place);
                        } else {
                            self.kernel.queue.push(call.uses, (id, place));
                        }
                    }
                    drop(run);
                    for place in children {
                        self.start_child(id, place);
                    }
                    return;
                }
                Step::Facts(facts) => {
                    drop(run);
                    let ends = facts.iter().any(|fact| matches!(fact, Event::RunEnded(_)));
                    for fact in facts {
                        self.record_of_run(id, Author::system(), fact);
                    }
                    if ends {
                        return self.ended(id);
                    }
                }
            }
        }
    }

    /// An artifact that was added in this very turn, and how it stands where that was said in it.
    pub(super) fn fresh_artifact(&self, tenant: &str, id: ArtifactId) -> FreshArtifact {
        let own = |known: &&Arc<Artifact>| known.id == id && known.scope.tenant == tenant;
        let known = self.changes.artifacts.iter().find(own).cloned();
        let said = self.changes.standings.iter().rev();
        let mut said = said.filter(|((of, about), ..)| of == tenant && *about == id);
        (known, said.next().map(|(_, _, standing)| standing.clone()))
    }

    /// How many artifacts were added to a run in this very turn.
    pub(super) fn fresh_artifacts_of(&self, tenant: &str, run: RunId) -> usize {
        let own = |known: &&Arc<Artifact>| known.run == run && known.scope.tenant == tenant;
        self.changes.artifacts.iter().filter(own).count()
    }

    /// What the gate of a run answered in this very turn.
    pub(super) fn fresh_gate(&self, tenant: &str, run: RunId) -> Option<Arc<Checked>> {
        let mut answers = self.changes.gates.iter().rev();
        let found = answers.find(|((of, about), ..)| of == tenant && *about == run);
        found.map(|(_, _, answer)| Arc::clone(answer))
    }

    pub(super) fn finish(mut self) -> (Vec<RecordDraft>, Output) {
        if !self.batch.is_empty() {
            let changes = std::mem::take(&mut self.changes);
            self.output.commit = Some(Commit::of(&self.kernel.state, changes, self.seq, self.now));
        }
        (self.batch, self.output)
    }
}

/// Whether signatures may come to something else after an event.
const fn touches_signatures(event: &Event) -> bool {
    matches!(
        event,
        Event::KeyEnrolled(_)
            | Event::KeyRevoked(_)
            | Event::IdentityGranted(_)
            | Event::IdentityRevoked(_)
            | Event::WorkflowCountersigned(_)
    )
}
