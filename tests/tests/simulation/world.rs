//! The world: what happens when, by a seed.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use conductor_domain::{
    scope::{Principal, Scope},
    time::Timestamp,
    trust::approval::Approval,
    work::{
        run::{Rerun, Run},
        task::{Answer, Hold, TaskStatus},
    },
};
use conductor_engine::{
    command::{Answer as Answered, Command, Context, Rejection, RunChange},
    kernel::{Commit, Input, Kernel, Output, Reply, Ticket},
    ports::{Archive as _, Completion, LedgerReader, Rules as _},
    sealing::{MemoryKeyring, SealingLedger},
    views::{ViewWriter, Views},
};
use conductor_store::{
    ledger::{FilesLedger, Quirks},
    testing::{DiskFaults, SimDisk},
};
use serde_json::Map;

use super::{
    agreed,
    chance::Chance,
    client::{self, Request},
    invariant,
    model::{AckedEnd, Model},
    people::{self, People, REQUESTERS, Said},
    torn_views::TornViews,
    worker::Worker,
};

/// How long a world is troubled before it may come to rest.
const TROUBLED_STEPS: u64 = 30;
/// Steps within which everything must have come to its end after that.
const RESTING_STEPS: u64 = 4_000;

/// Bugs to plant.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Planted {
    pub(crate) ledger: Quirks,
    /// Idempotency keys are not known any more after a restart.
    pub(crate) forgets_keys: bool,
    /// The views' index is written before its data.
    pub(crate) index_first: bool,
}

impl Planted {
    pub(crate) fn ledger(plant: impl FnOnce(&mut Quirks)) -> Self {
        let mut planted = Self::default();
        plant(&mut planted.ledger);
        planted
    }
}

/// Who waits for an answer.
enum Waiting {
    Client(Box<Request>),
    Person(Box<Said>),
    Open(usize),
    Beat(usize),
    Complete(usize, Box<Completion>),
}

/// The daemon while it lives.
pub(crate) struct Life {
    pub(crate) kernel: Kernel,
    pub(crate) ledger: SealingLedger<FilesLedger<SimDisk>>,
    pub(crate) reader: Arc<dyn LedgerReader>,
    pub(crate) views: Views,
    pub(crate) writer: ViewWriter,
    /// Commits that the store has not got yet.
    pub(crate) unwritten: Vec<Commit>,
    pub(crate) wake_at: Option<Timestamp>,
    /// Records up to here were there when it was born.
    pub(crate) born_at: u64,
}

pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) planted: Planted,
    pub(crate) now: u64,
    pub(crate) disk: SimDisk,
    pub(crate) store: Arc<TornViews>,
    /// As durable as its files are: each is synced before the first record that is sealed with its key.
    pub(crate) keyring: Arc<MemoryKeyring>,
    pub(crate) life: Option<Life>,
    pub(crate) model: Model,
    pub(crate) workers: Vec<Worker>,
    pub(crate) troubled: bool,
    /// Sessions whose end the kernel hears of next.
    pub(crate) closes: Vec<Input>,
    pub(crate) requests: Vec<Request>,
    waiting: HashMap<Ticket, Waiting>,
    tickets: Ticket,
    keys: u64,
    history: Vec<(u64, u64)>,
    /// Who approves, where policy wants that. What the seeds of worlds without them mean stays.
    pub(crate) people: Option<People>,
    granted: usize,
    /// Whoever is left was asked to be forgotten, at the end.
    pub(crate) all_asked: bool,
}

impl World {
    /// Lives through a seed's world and checks every invariant; how many records nobody reads any more.
    pub(crate) fn run(seed: u64, planted: Planted) -> Result<usize, String> {
        Self::live(seed, planted, false)?.forgotten()
    }

    /// The same where policy wants approvals; how many were granted.
    pub(crate) fn with_people(seed: u64) -> Result<usize, String> {
        Self::live(seed, Planted::default(), true).map(|world| world.granted)
    }

    /// What happened when: the same for the same seed.
    pub(crate) fn history(seed: u64, people: bool) -> Result<Vec<(u64, u64)>, String> {
        Self::live(seed, Planted::default(), people).map(|world| world.history)
    }

    fn live(seed: u64, planted: Planted, people: bool) -> Result<Self, String> {
        let chance = Chance::new(seed);
        let people = people.then(|| People::new(&chance));
        let disk = SimDisk::new(chance.bits(), DiskFaults::default());
        let mut world = Self {
            planted,
            now: 1_700_000_000_000,
            disk,
            store: Arc::new(TornViews::new(planted.index_first)),
            keyring: Arc::new(MemoryKeyring::seeded(seed)),
            life: None,
            model: Model::default(),
            workers: vec![Worker::new(true), Worker::new(false), Worker::new(false)],
            troubled: true,
            closes: Vec::new(),
            requests: Vec::new(),
            waiting: HashMap::new(),
            tickets: 0,
            keys: 0,
            history: Vec::new(),
            people,
            granted: 0,
            all_asked: false,
            chance,
        };
        world.begin()?;
        let steps = if world.people.is_some() { TROUBLED_STEPS * 2 } else { TROUBLED_STEPS };
        for _ in 0..steps {
            world.trouble()?;
            world.turn()?;
        }
        world.rest()?;
        Ok(world)
    }

    fn begin(&mut self) -> Result<(), String> {
        self.start_daemon()?;
        for (name, child) in [("one", None), ("two", Some("one")), ("three", Some("two"))] {
            let manifest = Box::new(client::random_manifest(name, child, &self.chance));
            let command =
                Command::Publish { manifest, provenance: Box::default(), signatures: Vec::new() };
            self.requests.push(Request { command, key: None, cancels: None });
        }
        self.turn()
    }

    /// No more faults: everything must come to its end, and be as the outside was told.
    fn rest(&mut self) -> Result<(), String> {
        self.troubled = false;
        self.disk.set_faults(DiskFaults::default());
        for _ in 0..RESTING_STEPS {
            self.turn()?;
            let Some(life) = &self.life else { continue };
            let waits = life.kernel.state().approvals.pending().next().is_some();
            let done = life.kernel.state().active() == 0 && !waits;
            if done && self.requests.is_empty() && self.waiting.is_empty() {
                if self.all_asked || self.people.is_some() {
                    return self.check();
                }
                self.ask_to_forget_all();
            }
        }
        let open = self.life.as_ref().map_or(0, |life| life.kernel.state().active());
        let waiting: Vec<_> = self.requests.iter().map(|request| &request.command).collect();
        Err(format!(
            "{open} runs did not end, {} answers did not come, {waiting:?} waits",
            self.waiting.len()
        ))
    }

    fn check(&mut self) -> Result<(), String> {
        self.write_views(true)?;
        let Some(life) = &self.life else { return Err("the daemon is down".into()) };
        for run in &self.model.started.clone() {
            let seen = life.views.run("default", *run).map_err(|error| error.to_string())?;
            let seen = seen.ok_or_else(|| format!("run {run} is not in the views"))?;
            self.model.saw(*run, seen.status)?;
        }
        invariant::check_ledger(&*life.reader, &self.model)?;
        self.who_is_forgotten_is_gone(life)?;
        if let Some(people) = &self.people {
            self.granted = agreed::check(&*life.reader, people)?;
        }
        self.views_equal_a_fresh_fold()?;
        if self.chance.once_in(4) { self.damage_is_found() } else { Ok(()) }
    }

    /// One step of the daemon, with what came in.
    fn turn(&mut self) -> Result<(), String> {
        if self.life.is_none() {
            self.start_daemon()?;
            if self.life.is_none() {
                return Ok(());
            }
        }
        self.now += self.pace();
        let inputs = self.inputs();
        let Some(life) = &mut self.life else { return Ok(()) };
        let archive = super::crash::Memory {
            views: &life.views,
            forgets_before: self.planted.forgets_keys.then_some(life.born_at),
        };
        let now = Timestamp::from_unix_ms(self.now);
        let output = life.kernel.step(inputs, (now, &self.chance), &mut life.ledger, &archive);
        self.history.push((self.now, life.reader.last_seq()));
        self.take(output)
    }

    /// How far the clock goes: to what is due next, or less.
    fn pace(&self) -> u64 {
        if self.troubled {
            return match self.chance.below(10) {
                0 => self.chance.below(30_000),
                1..4 => self.chance.below(1_000),
                _ => self.chance.below(20),
            };
        }
        let wake = self.life.as_ref().and_then(|life| life.wake_at).map(|at| at.unix_ms);
        let due = self.workers.iter().filter_map(Worker::next_due);
        let beats = self.workers.iter().map(|worker| worker.heartbeat_due);
        let next = due.chain(wake).chain(beats).filter(|at| *at > self.now).min();
        next.map_or(1_000, |at| (at - self.now).min(5_000))
    }

    fn inputs(&mut self) -> Vec<Input> {
        let mut inputs = std::mem::take(&mut self.closes);
        if self.troubled {
            self.new_requests();
        }
        self.people();
        self.approvers(&mut inputs);
        for request in std::mem::take(&mut self.requests) {
            let mut context = Box::new(client::context(&request, self.now, &self.chance));
            let command = self.as_policy_wants(&request, &mut context);
            let ticket = self.ticket(Waiting::Client(Box::new(request)));
            inputs.push(Input::Command { ticket, context, command });
        }
        for place in 0..self.workers.len() {
            self.worker_inputs(place, &mut inputs);
        }
        inputs
    }

    /// What people say to what waits.
    fn approvers(&mut self, inputs: &mut Vec<Input>) {
        let Some(mut people) = self.people.take() else { return };
        if let Some(life) = &self.life {
            people.act(&life.views.waiting("default"), &self.chance, self.troubled);
        }
        for said in std::mem::take(&mut people.said) {
            let context = Box::new(people::context(said.by, self.now, &self.chance));
            let command = said.command.clone();
            let ticket = self.ticket(Waiting::Person(Box::new(said)));
            inputs.push(Input::Command { ticket, context, command });
        }
        self.people = Some(people);
    }

    /// A request as the API gives it to the kernel: what others must approve is asked of them. Now and
    /// then by a caller who does not care.
    fn as_policy_wants(&self, request: &Request, context: &mut Context) -> Command {
        let command = request.command.clone();
        let Some(people) = &self.people else { return command };
        let (action, workflow) = match &command {
            Command::Start { workflow, .. } => ("run.start", workflow.clone()),
            Command::Rerun { run, .. } => {
                let known =
                    self.life.as_ref().and_then(|life| life.views.run("default", *run).ok()?);
                ("run.rerun", known.map(|run| run.workflow.name.clone()).unwrap_or_default())
            }
            _ => return command,
        };
        let number = request.key.as_ref().map(|key| number_of(key));
        let whose = number.unwrap_or_else(|| self.chance.below(2));
        context.principal = Principal::uid(REQUESTERS[usize::from(whose % 2 == 1)]);
        let question = &mut context.ruling.question;
        question.subject.principal = context.principal.to_string();
        question.action = action.into();
        question.resource.kind = "workflow".into();
        question.resource.id = workflow;
        context.ruling.verdict = people.rules.decide(&context.ruling.question);
        let waits = !context.ruling.verdict.obligations.is_empty();
        if waits && !self.chance.once_in(8) { Command::Ask(Box::new(command)) } else { command }
    }

    fn new_requests(&mut self) {
        for _ in 0..self.chance.below(3) {
            let key = self.chance.once_in(2).then(|| {
                // Sometimes an old key again: the same request, so the same answer.
                if self.keys > 0 && self.chance.once_in(3) {
                    format!("key-{}", self.chance.below(self.keys))
                } else {
                    self.keys += 1;
                    format!("key-{}", self.keys - 1)
                }
            });
            let mut workflow = self.chance.pick(&["one", "two", "three"]).copied().unwrap_or("one");
            let mut reason = String::new();
            if self.people.is_some()
                && let Some(key) = &key
            {
                // The same key is the same request, of the same person, and no other one's.
                workflow = if (number_of(key) / 2).is_multiple_of(2) { "two" } else { "three" };
                reason.clone_from(key);
            }
            let subject = match (&self.people, &key) {
                (None, Some(key)) => client::subject_of(number_of(key)),
                _ => String::new(),
            };
            let command = Command::Start {
                workflow: workflow.into(),
                version: String::new(),
                inputs: Map::new(),
                reason,
                hosts: BTreeMap::new(),
                plan: None,
                rehearsal: false,
                subject,
            };
            self.requests.push(Request { command, key, cancels: None });
        }
        self.ask_to_forget();
        let workflow = self.chance.pick(&["one", "two", "three"]).copied().unwrap_or("one");
        if let Some(command) = client::random_lifecycle(workflow, &self.chance) {
            self.requests.push(Request { command, key: None, cancels: None });
        }
        let started: Vec<_> = self.model.started.iter().copied().collect();
        let Some(run) = self.chance.pick(&started).copied() else { return };
        if self.chance.once_in(6) {
            let reason = "simulated".to_owned();
            // Half of them at once. Which ones is no matter of chance: what the seeds mean stays.
            let change = match run.to_string().ends_with(|last| last < 'g') {
                true => RunChange::Kill { reason },
                false => RunChange::Cancel { reason },
            };
            let command = Command::Change { run, change };
            self.requests.push(Request { command, key: None, cancels: Some(run) });
        }
        if self.chance.once_in(12) {
            let command = Command::Rerun {
                run,
                how: match self.chance.below(4) {
                    0 => Rerun::Whole,
                    1 => Rerun::Undo,
                    _ => Rerun::FromFailed { skip: Vec::new() },
                },
                inputs: Map::new(),
                version: String::new(),
                reason: String::new(),
                hosts: None,
            };
            self.requests.push(Request { command, key: None, cancels: None });
        }
    }

    /// What people do to runs that wait for them: sooner or later somebody does.
    fn people(&mut self) {
        let Some(life) = &self.life else { return };
        let mut runs: Vec<_> = life.kernel.state().runs.values().cloned().collect();
        runs.sort_by_key(|run| run.id);
        for run in runs {
            let mut change = None;
            let reason = String::new;
            if run.pause.is_some() && (!self.troubled || self.chance.once_in(4)) {
                change = Some(RunChange::Resume { reason: reason() });
            } else if self.troubled && self.chance.once_in(40) {
                change = Some(RunChange::Pause { reason: reason() });
            } else if let Some((task, cause)) = held(&run)
                && (!self.troubled || self.chance.once_in(4))
            {
                let answer = self.chance.pick(cause.answers()).copied().unwrap_or(Answer::GiveUp);
                change = Some(RunChange::Release { task, answer, reason: reason() });
            } else if self.troubled && self.chance.once_in(40) {
                let place = self.chance.below(run.tasks.len() as u64) as usize;
                let task = run.tasks[place].id.clone();
                change = Some(RunChange::Skip { task, reason: "simulated".into() });
            }
            if let Some(change) = change {
                let command = Command::Change { run: run.id, change };
                self.requests.push(Request { command, key: None, cancels: None });
            }
        }
    }

    fn worker_inputs(&mut self, place: usize, inputs: &mut Vec<Input>) {
        let now = self.now;
        let worker = &mut self.workers[place];
        if worker.session.is_none() {
            let opening = self
                .waiting
                .values()
                .any(|waiting| matches!(waiting, Waiting::Open(other) if *other == place));
            if !opening {
                let hello = worker.hello();
                let ticket = self.ticket(Waiting::Open(place));
                inputs.push(Input::WorkerOpen { ticket, hello });
            }
            return;
        }
        worker.finish_due(now, &self.chance);
        let reports = worker.unacknowledged.clone();
        let beat = worker.id.filter(|_| worker.heartbeat_due <= now);
        if beat.is_some() {
            worker.heartbeat_due = now + 5_000;
        }
        let tokens = worker.tokens();
        for report in reports {
            // Late, or twice, as it comes.
            let times = if !self.troubled { 1 } else { self.chance.below(3) };
            for _ in 0..times {
                let waiting = Waiting::Complete(place, Box::new(report.clone()));
                let ticket = self.ticket(waiting);
                let completion = Box::new(report.clone());
                inputs.push(Input::Complete { ticket, completion });
            }
        }
        if let Some(worker) = beat {
            let ticket = self.ticket(Waiting::Beat(place));
            inputs.push(Input::Heartbeat { ticket, worker, tokens });
        }
    }

    fn ticket(&mut self, waiting: Waiting) -> Ticket {
        self.tickets += 1;
        self.waiting.insert(self.tickets, waiting);
        self.tickets
    }

    pub(crate) fn take(&mut self, output: Output) -> Result<(), String> {
        let failed = output.failed.is_some();
        if let (Some(commit), Some(life)) = (output.commit, &mut self.life) {
            life.views.publish(&commit);
            let runs = commit.runs.iter();
            let seen: Vec<_> = runs.map(|run| (run.id, run.status, run.subject.clone())).collect();
            life.unwritten.push(commit);
            life.wake_at = output.wake_at;
            for (run, status, subject) in seen {
                self.model.saw(run, status)?;
                self.model.subjects.insert(run, subject);
            }
            self.remember_records()?;
        } else if let Some(life) = &mut self.life {
            life.wake_at = output.wake_at;
        }
        for (ticket, reply) in output.replies {
            if let Some(waiting) = self.waiting.remove(&ticket) {
                self.answered(waiting, reply)?;
            }
        }
        for (id, order) in output.orders {
            let welcome = matches!(order, conductor_engine::ports::Order::Welcome { .. });
            let known =
                |worker: &&mut Worker| worker.id == Some(id) || (welcome && worker.id.is_none());
            if let Some(worker) = self.workers.iter_mut().find(known) {
                worker.obey(order, self.now, &self.chance);
            }
        }
        if failed {
            self.crash(self.chance.once_in(2));
        } else if self.is_to_forget() {
            // It begins again, as the daemon does.
            self.crash(false);
        } else if self.chance.once_in(4) {
            self.write_views(false)?;
        }
        Ok(())
    }

    fn answered(
        &mut self,
        waiting: Waiting,
        reply: Result<Reply, Rejection>,
    ) -> Result<(), String> {
        match (waiting, reply) {
            (Waiting::Client(request), Ok(Reply::Answer(Answered::Started { run, .. }))) => {
                self.model.started.insert(run);
                // What is answered again may have been written by a daemon that died over it.
                let known = self.life.as_ref().map(|life| life.views.run("default", run));
                if let Some(Ok(Some(known))) = known {
                    self.model.subjects.insert(run, known.subject.clone());
                }
                if let Some(key) = &request.key {
                    self.model.answered(key, run)?;
                }
            }
            (Waiting::Client(request), Ok(Reply::Answer(Answered::Approval(approval)))) => {
                self.waits(&request, &approval)?;
            }
            (Waiting::Person(said), Ok(Reply::Answer(Answered::Approval(approval)))) => {
                if let Some(people) = &mut self.people {
                    people.saw(said.by, &approval)?;
                }
            }
            // What administers has to be there: it is said again.
            (Waiting::Person(said), Err(Rejection::Unavailable(_))) if said.by == people::ADMIN => {
                if let Some(people) = &mut self.people {
                    people.said.push(*said);
                }
            }
            (Waiting::Person(_), _) => {}
            (Waiting::Client(request), Ok(_)) => self.model.cancelled.extend(request.cancels),
            // What people do they do anew by what they then see.
            (Waiting::Client(request), Err(Rejection::Unavailable(_))) if !request.is_change() => {
                self.requests.push(*request);
            }
            (Waiting::Client(_) | Waiting::Open(_) | Waiting::Beat(_), Err(_)) => {}
            (Waiting::Open(place), Ok(Reply::Opened { worker, session })) => {
                self.workers[place].id = Some(worker);
                self.workers[place].session = Some(session);
            }
            (Waiting::Beat(place), Ok(Reply::Lost(tokens))) => self.workers[place].lost(&tokens),
            (Waiting::Complete(place, report), reply) => {
                let token = report.token;
                match reply {
                    Ok(_) if report.outcome != conductor_engine::ports::Outcome::Cancelled => {
                        self.model.completed.insert(AckedEnd {
                            run: report.run,
                            task: report.task,
                            attempt: report.attempt,
                            token,
                        });
                    }
                    Err(Rejection::Unavailable(_)) => return Ok(()),
                    Ok(_) | Err(_) => {}
                }
                self.workers[place].unacknowledged.retain(|known| known.token != token);
            }
            (Waiting::Open(_) | Waiting::Beat(_), Ok(_)) => {}
        }
        Ok(())
    }

    /// Somebody was told that what they asked for waits.
    fn waits(&mut self, request: &Request, approval: &Approval) -> Result<(), String> {
        let (Some(people), Some(life), Some(key)) = (&mut self.people, &self.life, &request.key)
        else {
            return Ok(());
        };
        if let Some(run) = self.model.by_key.get(key) {
            return Err(format!("key {key} started run {run}, and waits for {}", approval.id));
        }
        // What was asked for under another key, or none, has that one's.
        if approval.idempotency.as_ref().is_none_or(|mark| mark.body != client::body_of(key)) {
            return Ok(());
        }
        let ended = |id| {
            let known = life.views.approval("default", id).ok().flatten()?;
            known.ended.as_ref().map(|ended| ended.how.clone())
        };
        people.waits(key, approval, ended)
    }

    /// Nobody gets an answer any more; clients and workers ask again.
    pub(crate) fn forget_waiting(&mut self) {
        let mut waiting: Vec<_> = self.waiting.drain().collect();
        waiting.sort_by_key(|(ticket, _)| *ticket);
        for (_, waiting) in waiting {
            if let Waiting::Client(request) = waiting
                && !request.is_change()
            {
                self.requests.push(*request);
            }
        }
    }

    /// The daemon's name for itself.
    pub(crate) fn resume() -> Input {
        Input::Resume {
            version: "0.0.0".into(),
            first_admin: Principal::uid(1000),
            scope: Scope::default(),
        }
    }
}

/// The number in an idempotency key of these worlds.
fn number_of(key: &str) -> u64 {
    key.trim_start_matches("key-").parse().unwrap_or(0)
}

/// A task of the run that waits for an answer, and why.
fn held(run: &Run) -> Option<(String, Hold)> {
    run.tasks.iter().find_map(|task| match task.status {
        TaskStatus::Held { cause, .. } => Some((task.id.clone(), cause)),
        _ => None,
    })
}
