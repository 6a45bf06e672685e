//! A kernel on a bench: everything in memory, the clock in our hand.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use conductor_domain::{
    event::Envelope,
    scope::{Principal, Scope},
    time::Timestamp,
    work::run::Run,
};
use conductor_keys::{
    merkle,
    proof::{self, HashSource},
};
use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, RunId, TraceId, WorkerId},
    manifest,
    verdict::{Obligation, Question, Resource, Situation, Subject, TasksByClass, Verdict},
};
use serde_json::Map;

use crate::{
    command::{Answer, Command, Context, IdempotencyKey, Rejection, Ruling, RunChange},
    facts::TenantDefaults,
    kernel::{Commit, HostsWanted, Input, Kernel, Output, Reply},
    ports::{
        Archive as _, CheckpointJob, Completion, ConsistencyProof, Dice, InclusionProof, KeyFound,
        Keyring as _, Lease, Ledger, LedgerError, LedgerReader, LogDigest, Order, Outcome, Record,
        RecordDraft, Rules, SignedCheckpoint, VerifyReport, ViewError, ViewStore, ViewWrite,
        WorkerHello,
    },
    record,
    sealing::MemoryKeyring,
    state::State,
    views::{self, RunFilter, RunPage, ViewWriter, Views},
};

/// Counts up.
#[derive(Default)]
pub(super) struct Counting(AtomicU64);

impl Dice for Counting {
    fn roll(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)) << 20
    }
}

/// A ledger in memory.
#[derive(Default)]
pub(super) struct MemLedger {
    pub(super) records: Vec<Record>,
    /// Whose records they are: of those whose key was destroyed nothing is read.
    pub(super) keyring: Arc<MemoryKeyring>,
    pub(super) appends: usize,
    pub(super) fails: bool,
}

impl Ledger for MemLedger {
    fn last_seq(&self) -> u64 {
        self.records.len() as u64
    }

    fn append(&mut self, batch: &[RecordDraft]) -> Result<(), LedgerError> {
        if self.fails {
            return Err(LedgerError::Poisoned);
        }
        self.appends += 1;
        for draft in batch {
            let (key_id, _) = self.keyring.key_of(&draft.owner, draft.at)?;
            self.records.push(Record {
                seq: self.records.len() as u64 + 1,
                at: draft.at,
                key_id,
                payload: draft.payload.clone(),
            });
        }
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<SignedCheckpoint, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn checkpoint_later(&mut self) -> Result<CheckpointJob, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn close(self: Box<Self>) -> Result<(), LedgerError> {
        Ok(())
    }
}

impl HashSource for MemLedger {
    type Error = std::convert::Infallible;

    fn hash(&self, level: u8, index: u64) -> Result<merkle::Hash, Self::Error> {
        let place = |index: u64| usize::try_from(index << level).unwrap();
        let leaves = &self.records[place(index)..place(index + 1)];
        let leaves = leaves.iter().map(|record| merkle::leaf_hash(&record.payload));
        Ok(merkle::subtree_root(leaves.collect()))
    }
}

impl MemLedger {
    /// As another daemon wrote it.
    pub(super) fn push(&mut self, envelope: &Envelope) {
        let draft = record::encode(envelope);
        self.append(&[draft]).unwrap();
    }
}

impl LedgerReader for MemLedger {
    fn last_seq(&self) -> u64 {
        self.records.len() as u64
    }

    fn read(&self, after: u64, most: usize, _bytes: usize) -> Result<Vec<Record>, LedgerError> {
        let from = usize::try_from(after).unwrap_or(usize::MAX);
        let found = self.records.iter().skip(from).take(most).cloned();
        found
            .map(|record| match self.keyring.key(&record.key_id)? {
                KeyFound::Live(_) => Ok(record),
                KeyFound::Destroyed(_) => Ok(Record { payload: Vec::new(), ..record }),
            })
            .collect()
    }

    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        Ok(None)
    }

    fn tile(&self, _: u8, _: u64, _: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn entries(&self, _: u64, _: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn verify(&self, _progress: &mut dyn FnMut(u64, u64)) -> Result<VerifyReport, LedgerError> {
        Err(LedgerError::Poisoned)
    }

    fn inclusion_proof(&self, seq: u64, size: u64) -> Result<InclusionProof, LedgerError> {
        let poisoned = |_| LedgerError::Poisoned;
        let path = proof::prove_inclusion(seq - 1, size, self).map_err(poisoned)?;
        let (Ok(root), Ok(leaf)) = (proof::root(size, self), self.hash(0, seq - 1));
        Ok(InclusionProof { index: seq - 1, tree_size: size, leaf, root, path })
    }

    fn consistency_proof(&self, _old: u64, _new: u64) -> Result<ConsistencyProof, LedgerError> {
        Err(LedgerError::Poisoned)
    }
}

/// Views in memory.
#[derive(Default)]
pub(super) struct MapViews(Mutex<BTreeMap<Vec<u8>, Vec<u8>>>);

impl ViewStore for MapViews {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        reverse: bool,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), ViewError> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut rows: Vec<_> = map.range(from.to_vec()..to.to_vec()).collect();
        if reverse {
            rows.reverse();
        }
        rows.into_iter().all(|(key, value)| visit(key, value));
        Ok(())
    }

    fn apply(&self, writes: Vec<ViewWrite>) -> Result<(), ViewError> {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in writes {
            match value {
                Some(value) => map.insert(key, value),
                None => map.remove(&key),
            };
        }
        drop(map);
        Ok(())
    }

    fn flush(&self) -> Result<(), ViewError> {
        Ok(())
    }
}

/// Allows everything that is in its quota, until it denies everything.
#[derive(Debug, Default)]
pub(super) struct Leave {
    pub(super) denies: AtomicBool,
    /// What it asks for besides.
    pub(super) obliges: Mutex<Vec<Obligation>>,
    /// What it asks for of whoever goes ahead alone.
    pub(super) alone: Mutex<Vec<Obligation>>,
    /// The questions about starts, oldest first.
    pub(super) asked: Mutex<Vec<Question>>,
}

impl Leave {
    pub(super) fn oblige(&self, obligations: &[Obligation]) {
        *self.obliges.lock().unwrap_or_else(PoisonError::into_inner) = obligations.to_vec();
    }

    /// What is over the quota that the question itself names.
    fn over(question: &Question) -> Option<String> {
        let load = question.context.load.as_ref()?;
        let number = |tasks: &TasksByClass, class: &str| tasks.get(class).copied();
        load.asked.iter().find_map(|(class, asked)| {
            let in_use = number(&load.in_use, class).unwrap_or(0);
            let limit = number(&load.limit, class).unwrap_or(u32::MAX);
            (in_use + asked > limit).then(|| format!("{in_use} + {asked} {class} of {limit}"))
        })
    }
}

impl Rules for Leave {
    fn decide(&self, question: &Question) -> Verdict {
        if question.action == "run.start" {
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(question.clone());
        }
        let over = Self::over(question);
        let allow = over.is_none() && !self.denies.load(Ordering::Relaxed);
        let principal = &question.subject.principal;
        let reasons = vec![over.unwrap_or_else(|| format!("asked for {principal}"))];
        let alone = question.action == "approval.break_glass";
        let wanted = if alone { &self.alone } else { &self.obliges };
        let obligations = wanted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (risk, bundle_revision) = ("low".into(), BUNDLE.into());
        Verdict {
            allow,
            reasons,
            obligations,
            risk,
            bundle_revision,
            cached: false,
            ..Verdict::default()
        }
    }
}

/// See the module.
pub(super) struct Bench {
    pub(super) kernel: Kernel,
    pub(super) ledger: MemLedger,
    pub(super) views: Views,
    pub(super) store: Arc<MapViews>,
    writer: ViewWriter,
    unwritten: Vec<Commit>,
    dice: Counting,
    /// Whether the owners of schedules may start runs.
    pub(super) leave: Arc<Leave>,
    pub(super) now: u64,
    pub(super) orders: Vec<Order>,
    pub(super) wanted: Vec<HostsWanted>,
    worker: Option<WorkerId>,
    ticket: u64,
}

const BUNDLE: &str = "bundle";

/// One whose only tenant with a quota may have three small tasks.
fn kernel(state: State, leave: &Arc<Leave>) -> Kernel {
    let quotas = [("default".to_owned(), TasksByClass::from([("small".to_owned(), 3)]))];
    let kernel = Kernel::new(state, BUNDLE.into(), Arc::<Leave>::clone(leave));
    let quotas = quotas.into();
    kernel.with_defaults(Arc::new(TenantDefaults { quotas, ..TenantDefaults::default() }))
}

impl Bench {
    pub(super) fn new() -> Self {
        let store = Arc::new(MapViews::default());
        let leave = Arc::new(Leave::default());
        let ledger = MemLedger::default();
        let mut bench = Self {
            kernel: kernel(Default::default(), &leave).with_keyring(ledger.keyring.clone()),
            ledger,
            views: Views::new(Arc::clone(&store) as Arc<dyn ViewStore>, &Default::default(), 0),
            store,
            writer: ViewWriter::default(),
            unwritten: Vec::new(),
            dice: Counting::default(),
            leave,
            now: 1_700_000_000_000,
            orders: Vec::new(),
            wanted: Vec::new(),
            worker: None,
            ticket: 1_000_000,
        };
        bench.resume();
        bench
    }

    /// The same, where a key that signs the log is to be replaced after so long, until it dies.
    pub(super) fn rotating(self, ms: u64) -> Self {
        Self { kernel: self.kernel.with_key_rotation(Some(ms)), ..self }
    }

    pub(super) fn with_workflow() -> Self {
        let mut bench = Self::new();
        bench
            .publish("name: laws\nversion: 1.0.0\ntasks:\n- {id: a, uses: 'pkg:builtin/noop@1'}\n");
        bench
    }

    pub(super) fn publish(&mut self, source: &str) {
        let manifest = Box::new(manifest::parse(source).unwrap());
        let context = self.context(None);
        self.submit(
            context,
            Command::Publish { manifest, provenance: Box::default(), signatures: Vec::new() },
        )
        .unwrap();
    }

    /// Starts a run of that workflow, without inputs.
    pub(super) fn start_of(&mut self, workflow: &str) -> Result<Answer, Rejection> {
        let context = self.context(None);
        let command = match self.start_command() {
            Command::Start { version, inputs, reason, hosts, .. } => {
                let (workflow, plan, rehearsal) = (workflow.into(), None, false);
                let subject = String::new();
                Command::Start {
                    workflow,
                    version,
                    inputs,
                    reason,
                    hosts,
                    plan,
                    rehearsal,
                    subject,
                }
            }
            other => other,
        };
        self.submit(context, command)
    }

    pub(super) fn change(&mut self, run: RunId, change: RunChange) -> Result<Answer, Rejection> {
        let context = self.context(None);
        self.submit(context, Command::Change { run, change })
    }

    /// The run as views show it.
    pub(super) fn run(&self, id: RunId) -> Arc<Run> {
        self.views.run("default", id).unwrap().unwrap()
    }

    /// The leases that were given out since this was asked last.
    pub(super) fn leases(&mut self) -> Vec<Lease> {
        let orders = std::mem::take(&mut self.orders);
        let lease = |order| match order {
            Order::Start(lease) => Some(*lease),
            _ => None,
        };
        orders.into_iter().filter_map(lease).collect()
    }

    /// Starts a run that is about somebody.
    pub(super) fn start_about(&mut self, about: &str) -> Result<Answer, Rejection> {
        let (context, mut command) = (self.context(None), self.start_command());
        if let Command::Start { subject, .. } = &mut command {
            about.clone_into(subject);
        }
        self.submit(context, command)
    }

    fn resume(&mut self) {
        self.step(vec![Input::Resume {
            version: "0".into(),
            first_admin: Principal::uid(1000),
            scope: Scope::default(),
        }]);
    }

    /// Dies, and starts again from what the ledger and the store have.
    pub(super) fn restart(&mut self) {
        let folded = views::fold(&*self.store, &self.ledger, &mut |_, _| {}).unwrap();
        let store: Arc<dyn ViewStore> = Arc::clone(&self.store) as _;
        self.views = Views::new(store, &folded.state, LedgerReader::last_seq(&self.ledger));
        self.writer = folded.writer;
        self.unwritten.clear();
        self.kernel = kernel(folded.state, &self.leave).with_keyring(self.ledger.keyring.clone());
        self.orders.clear();
        self.wanted.clear();
        self.resume();
    }

    pub(super) fn time(&self, ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(self.now.saturating_add_signed(ms))
    }

    pub(super) fn step(&mut self, inputs: Vec<Input>) -> Output {
        let mut output =
            self.kernel.step(inputs, (self.time(0), &self.dice), &mut self.ledger, &self.views);
        if let Some(commit) = output.commit.take() {
            self.views.publish(&commit);
            self.unwritten.push(commit);
        }
        self.wanted.append(&mut output.hosts_wanted);
        self.orders.extend(output.orders.drain(..).map(|(_, order)| order));
        output
    }

    pub(super) fn write_views(&mut self) {
        let written = std::mem::take(&mut self.unwritten);
        self.writer.apply(&*self.store, &written).unwrap();
        self.views.forget(&written);
    }

    pub(super) fn context(&self, idempotency: Option<(&str, &str)>) -> Context {
        let scope = Scope::default();
        let question = Question {
            subject: Subject {
                principal: "uid:1000".into(),
                roles: vec!["operator".into()],
                ..Subject::default()
            },
            action: "run.start".into(),
            resource: Resource {
                kind: "workflow".into(),
                id: "laws".into(),
                owner: String::new(),
                ..Resource::default()
            },
            context: Situation {
                tenant_id: scope.tenant.clone(),
                environment: scope.environment.clone(),
                region: scope.region.clone(),
                channel: "unix".into(),
                ..Situation::default()
            },
        };
        let verdict = Verdict {
            allow: true,
            reasons: vec![],
            obligations: vec![],
            risk: "low".into(),
            bundle_revision: BUNDLE.into(),
            cached: false,
            ..Verdict::default()
        };
        Context {
            scope,
            principal: Principal::uid(1000),
            trace: TraceId::new(self.now, self.dice.roll()),
            ruling: Ruling { id: DecisionId::new(self.now, self.dice.roll()), question, verdict },
            tasks: Vec::new(),
            idempotency: idempotency
                .map(|(key, body)| IdempotencyKey { key: key.into(), body: body.into() }),
        }
    }

    pub(super) fn start_command(&self) -> Command {
        Command::Start {
            workflow: "laws".into(),
            version: String::new(),
            inputs: Map::new(),
            reason: String::new(),
            hosts: BTreeMap::new(),
            plan: None,
            rehearsal: false,
            subject: String::new(),
        }
    }

    pub(super) fn input(
        &self,
        ticket: u64,
        command: Command,
        idempotency: Option<(&str, &str)>,
    ) -> Input {
        Input::Command { ticket, context: Box::new(self.context(idempotency)), command }
    }

    pub(super) fn submit(
        &mut self,
        context: Context,
        command: Command,
    ) -> Result<Answer, Rejection> {
        self.ticket += 1;
        let context = Box::new(context);
        let input = Input::Command { ticket: self.ticket, context, command };
        match self.step(vec![input]).replies.pop() {
            Some((_, Ok(Reply::Answer(answer)))) => Ok(answer),
            Some((_, Err(rejection))) => Err(rejection),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn start(&mut self, idempotency: Option<(&str, &str)>) -> Result<Answer, Rejection> {
        let (context, command) = (self.context(idempotency), self.start_command());
        self.submit(context, command)
    }

    pub(super) fn hello(in_process: bool) -> WorkerHello {
        WorkerHello {
            worker: None,
            name: "bench".into(),
            capacity: 4,
            executors: vec!["pkg:builtin/noop@1".into(), "pkg:builtin/shell@1".into()],
            held_tokens: vec![],
            in_process,
        }
    }

    pub(super) fn open_worker(&mut self, in_process: bool) {
        let hello = Self::hello(in_process);
        let output = self.step(vec![Input::WorkerOpen { ticket: 1, hello }]);
        match &output.replies[..] {
            [(_, Ok(Reply::Opened { worker, .. }))] => self.worker = Some(*worker),
            other => panic!("{other:?}"),
        }
        self.orders.retain(|order| !matches!(order, Order::Welcome { .. }));
    }

    pub(super) fn heartbeat(&mut self, lease: &Lease) {
        let worker = self.worker.unwrap();
        self.step(vec![Input::Heartbeat { ticket: 1, worker, tokens: vec![lease.token] }]);
    }

    pub(super) fn complete(&mut self, lease: &Lease, outcome: Outcome) -> Result<(), Option<Code>> {
        let completion = Box::new(Completion {
            worker: self.worker.unwrap(),
            run: lease.run,
            task: lease.task.clone(),
            attempt: lease.attempt,
            token: lease.token,
            outcome,
            message: String::new(),
            exit_code: None,
            status_code: None,
            failure: None,
            outputs: Map::new(),
            log: LogDigest::default(),
            artifacts: vec![],
            confinement: None,
        });
        match self.step(vec![Input::Complete { ticket: 1, completion }]).replies.pop() {
            Some((_, Ok(Reply::Completed))) => Ok(()),
            Some((_, Err(Rejection::Refused(refusal)))) => Err(Some(refusal.code)),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn list(&self, filter: &RunFilter, before: Option<RunId>, size: usize) -> RunPage {
        self.views.list_runs(&Scope::default(), filter, before, size).unwrap()
    }

    /// All events.
    pub(super) fn envelopes(&self) -> Vec<Envelope> {
        self.ledger.records.iter().filter_map(|found| record::decode(found).unwrap()).collect()
    }

    /// The kinds of all events.
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        self.envelopes().iter().map(|envelope| envelope.event.kind()).collect()
    }
}

pub(super) fn started(answer: Result<Answer, Rejection>) -> RunId {
    match answer {
        Ok(Answer::Started { run, .. }) => run,
        other => panic!("{other:?}"),
    }
}

pub(super) fn code(answer: Result<Answer, Rejection>) -> Option<Code> {
    match answer {
        Err(Rejection::Refused(refusal)) => Some(refusal.code),
        other => panic!("{other:?}"),
    }
}
