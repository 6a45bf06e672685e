//! A daemon of a few lines: as many runs as wanted, one of them in every detail.

use conductor_protocol::v1::{
    Artifact, Attempt, AuthorizeResponse, ChangeRunResponse, Decision, DoctorResponse, Event,
    GetWorkflowRequest, LifecycleNotice, ListRunsRequest, ListRunsResponse, ListWorkflowsRequest,
    ListWorkflowsResponse, LogChunk, LogStream, Obligation, PlanRunResponse, Question, Rehearsal,
    Run, RunStatus, RunSummary, StartRunResponse, Task, TaskStatus, TimelineEntry,
    WatchRunResponse, Workflow, WorkflowReview, WorkflowSource, WorkflowState,
};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::approvals::Desk;
use crate::app::{
    Answer, Effect, Fault, FaultKind, Feed, FeedNews, Mutation, Query, Signs, Ticket, msg::What,
    rank::rank, time::to_wire,
};

pub(crate) struct Daemon {
    now: Timestamp,
    /// Runs there are.
    pub(crate) runs: u64,
    /// Questions on runs that were answered.
    pub(crate) pages: usize,
    /// It lists runs from the oldest on where it is asked to.
    pub(crate) knows_orders: bool,
    /// Policy actions that are denied.
    pub(crate) denied: Vec<&'static str>,
    pub(crate) faults: bool,
    /// What everything is answered with that is asked or watched.
    pub(crate) refusal: Option<Fault>,
    /// There is nothing, of any kind.
    pub(crate) bare: bool,
    pub(crate) changes: Vec<Mutation>,
    /// Runs roll out over hosts, and wait for an answer after the canary.
    pub(crate) rolls_out: bool,
    /// How every workflow stands.
    pub(crate) state: WorkflowState,
    /// Whether there are any.
    pub(crate) books: bool,
    /// Approvals, and the keys they are signed with.
    pub(crate) desk: Desk,
    /// How it is itself.
    pub(crate) ward: super::pulse::Ward,
    /// There are no schedules, workers and artifacts.
    pub(crate) calm: bool,
    /// A runbook with versions that can be signed.
    pub(crate) shelf: Option<super::countersign::Shelf>,
    /// The runs have ended, over many hosts, and have their receipts.
    pub(crate) ended: bool,
    /// The tenants that may be read of.
    pub(crate) realm: super::tenants::Realm,
    /// A runbook takes secrets, and runs and plans have them.
    pub(crate) confides: bool,
    /// What policy asks for besides, where it allows something.
    pub(crate) obliges: Vec<Obligation>,
}

/// A key as it is written in the keymap.
pub(crate) fn key(text: &str) -> KeyEvent {
    let named = match text {
        "Enter" => Some(KeyCode::Enter),
        "Esc" => Some(KeyCode::Esc),
        "Tab" => Some(KeyCode::Tab),
        "S-Tab" => Some(KeyCode::BackTab),
        "Up" => Some(KeyCode::Up),
        "Down" => Some(KeyCode::Down),
        "Left" => Some(KeyCode::Left),
        "Right" => Some(KeyCode::Right),
        "Space" => Some(KeyCode::Char(' ')),
        "PgDn" => Some(KeyCode::PageDown),
        "PgUp" => Some(KeyCode::PageUp),
        "Backspace" => Some(KeyCode::Backspace),
        _ => None,
    };
    if let Some(code) = named {
        return code.into();
    }
    match text.strip_prefix('^').and_then(|rest| rest.chars().next()) {
        Some(c) => KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL),
        None => KeyCode::Char(text.chars().next().unwrap()).into(),
    }
}

/// The run number `n` from the newest on.
pub(crate) fn summary(n: u64, now: Timestamp) -> RunSummary {
    use RunStatus::{Cancelled, Cancelling, Failed, Queued, Running, Succeeded, TimedOut};
    let kinds = [
        ("restart-payments", Running, "alice", 125, 0),
        ("drain-node", Queued, "bob", 130, 0),
        ("disk-clean", Succeeded, "carol", 310, 12),
        ("failover-db", Failed, "dave", 900, 44),
        ("rotate-certs", Cancelling, "alice", 1_000, 0),
        ("first-response-triage", Succeeded, "bob", 4_000, 3),
        ("reindex-search", TimedOut, "carol", 9_000, 3_600),
        ("warm-caches", Cancelled, "dave", 90_000, 5),
    ];
    let (workflow, status, owner, age_s, lasted_s) = kinds[(n % 8) as usize];
    let age_s = age_s + (n / 8) as i64 * 100_000;
    let started = now - SignedDuration::from_secs(age_s);
    let ended = started + SignedDuration::from_secs(lasted_s);
    let running = u32::from(status == Running);
    RunSummary {
        run_id: format!("run_01jd{:022}", 9_999_999_999 - n),
        workflow: workflow.into(),
        version: "1.4.0".into(),
        status: status as i32,
        owner: owner.into(),
        started_at: Some(to_wire(started)),
        ended_at: (lasted_s > 0).then(|| to_wire(ended)),
        tasks_total: 7,
        tasks_done: if lasted_s > 0 { 7 } else { 3 },
        tasks_running: running,
        tasks_failed: u32::from(status == Failed),
        note: if status == Failed {
            "task `promote` failed: exit code 1".into()
        } else {
            String::new()
        },
        ..RunSummary::default()
    }
}

/// A run in every detail: parallel tasks, a retry, a skipped one, one that runs now.
pub(crate) fn run(run_id: &str, now: Timestamp) -> Run {
    let number = run_id.trim_start_matches("run_01jd").parse::<u64>().unwrap_or(0);
    // One that it made, or the newest.
    let number = if number == 0 { 9_999_999_999 } else { number };
    let summary = summary(9_999_999_999_u64.saturating_sub(number) % 1_000_000, now);
    let start = now - SignedDuration::from_secs(125);
    let at = |s: i64| Some(to_wire(start + SignedDuration::from_secs(s)));
    let attempt = |number, from, to: Option<i64>, outcome: &str| Attempt {
        number,
        worker_id: "wrk_01jd0000000000000000000001".into(),
        started_at: at(from),
        ended_at: to.and_then(at),
        outcome: outcome.into(),
        ..Attempt::default()
    };
    let task = |id: &str, status: TaskStatus, needs: &[&str], attempts: Vec<Attempt>| Task {
        id: id.into(),
        uses: "pkg:builtin/shell@1".into(),
        status: status as i32,
        needs: needs.iter().map(|n| (*n).to_owned()).collect(),
        attempts,
        ..Task::default()
    };
    use TaskStatus::{Running, Skipped, Succeeded, Waiting};
    Run {
        summary: Some(RunSummary { rerun_of: "run_01jd0000000000000000000042".into(), ..summary }),
        workflow_digest: format!("sha256:{}", "9f2c71aa".repeat(8)),
        inputs_json: r#"{"service":"payments"}"#.into(),
        tasks: vec![
            task("check", Succeeded, &[], vec![attempt(1, 0, Some(8), "succeeded")]),
            task(
                "drain",
                Succeeded,
                &["check"],
                vec![attempt(1, 8, Some(30), "failed"), attempt(2, 35, Some(70), "succeeded")],
            ),
            task("snapshot", Succeeded, &["check"], vec![attempt(1, 8, Some(52), "succeeded")]),
            task("page-owner", Skipped, &["check"], vec![]),
            task("restart", Running, &["drain", "snapshot"], vec![attempt(1, 70, None, "")]),
            task("verify", Waiting, &["restart"], vec![]),
            task("report", Waiting, &["verify"], vec![]),
        ],
        artifacts: vec![Artifact {
            name: "snapshot.tar.zst".into(),
            digest: format!("sha256:{}", "ab".repeat(32)),
            size_bytes: 34_000_000,
            task_id: "snapshot".into(),
        }],
        decision_id: "dec_01jd0000000000000000000007".into(),
        reason: "p99 5 s since deploy 812".into(),
        seq: 90,
        reruns: vec!["run_01jd0000000000000000000055".into()],
        ..Run::default()
    }
}

fn timeline(now: Timestamp) -> Vec<TimelineEntry> {
    let start = now - SignedDuration::from_secs(125);
    let table = [
        (0, "run.started", "", "started by alice", "alice"),
        (0, "task.leased", "check", "check started, attempt 1", "wrk_1"),
        (8, "task.completed", "check", "check succeeded in 8 s", "wrk_1"),
        (8, "task.leased", "drain", "drain started, attempt 1", "wrk_1"),
        (8, "task.leased", "snapshot", "snapshot started, attempt 1", "wrk_1"),
        (30, "task.failed", "drain", "drain failed: exit code 75, tried again in 5 s", "wrk_1"),
        (35, "task.leased", "drain", "drain started, attempt 2", "wrk_1"),
        (52, "task.completed", "snapshot", "snapshot succeeded in 44 s", "wrk_1"),
        (70, "task.completed", "drain", "drain succeeded in 35 s", "wrk_1"),
        (70, "task.leased", "restart", "restart started, attempt 1", "wrk_1"),
    ];
    (81..)
        .zip(table)
        .map(|(seq, (s, kind, task, text, actor))| TimelineEntry {
            seq,
            at: Some(to_wire(start + SignedDuration::from_secs(s))),
            kind: kind.into(),
            task_id: task.into(),
            attempt: 1,
            text: text.into(),
            actor: actor.into(),
            decision_id: String::new(),
        })
        .collect()
}

pub(crate) fn manifest() -> String {
    json!({
        "name": "restart-payments", "version": "1.4.0",
        "description": "Drains one host after the other and restarts the payment service on it.",
        "inputs": {
            "type": "object", "required": ["service"],
            "properties": {
                "service": {"type": "string", "description": "what to restart", "minLength": 2},
                "hosts": {"type": "integer", "default": 2, "minimum": 1, "maximum": 8},
                "mode": {"enum": ["rolling", "all"], "default": "rolling"},
                "dry": {"type": "boolean", "default": true},
            },
        },
        "tasks": [
            {"id": "check", "uses": "pkg:builtin/shell@1", "with": {"run": "true"}},
            {"id": "drain", "uses": "pkg:builtin/shell@1", "with": {"run": "true"},
             "needs": ["check"], "retries": 3},
            {"id": "verify", "uses": "pkg:builtin/http@1", "with": {"url": "http://localhost"},
             "needs": ["drain"], "when": "tasks.drain.status == 'succeeded'"},
        ],
    })
    .to_string()
}

fn workflows(now: Timestamp) -> Vec<Workflow> {
    let names = [
        ("disk-clean", "Removes what fills the disk, oldest first."),
        ("first-response-triage", "Looks at disk, memory, load and failed units; writes a report."),
        ("restart-payments", "Drains one host after the other and restarts the service."),
    ];
    let workflow = |(name, description): &(&str, &str)| Workflow {
        name: (*name).into(),
        version: "1.4.0".into(),
        digest: format!("sha256:{}", "9f2c71aa".repeat(8)),
        description: (*description).into(),
        task_count: 7,
        published_by: "carol".into(),
        published_at: Some(to_wire(now - SignedDuration::from_hours(30))),
        ..Workflow::default()
    };
    let mut workflows: Vec<Workflow> = names.iter().map(workflow).collect();
    workflows[1].signature_problem = "revoked: the key of bob was revoked".into();
    workflows[1].signatures = vec![super::runbooks::signature("bob", false, now)];
    let runbook = &mut workflows[2];
    runbook.signatures = vec![
        super::runbooks::signature("carol", false, now),
        super::runbooks::signature("alice", true, now),
    ];
    runbook.title = "Restart the payment service".into();
    runbook.tags = vec!["incident".into(), "payments".into()];
    runbook.owners = vec!["team-payments".into()];
    runbook.rehearsed = Some(Rehearsal {
        run_id: "run_01kah6t4s0e9bsz7m2tqk0x3q5".into(),
        version: "1.3.0".into(),
        at: Some(to_wire(now - SignedDuration::from_hours(24 * 12))),
        environment: "staging".into(),
        declared: false,
    });
    runbook.reviews = vec![WorkflowReview {
        by: "bob".into(),
        at: Some(to_wire(now - SignedDuration::from_hours(20))),
        accepted: true,
        reason: "tried on pay-3".into(),
        decision_id: String::new(),
    }];
    workflows
}

/// What that one is written as.
const RUNBOOK: &str = "---\nname: restart-payments\nversion: 1.4.0\n---\n# Restart the payment service\n\n\
    **When.** Payments are slow, and the queue grows.\n\n## Check\n\nIs it the service at all? Nothing is \
    changed here.\n\n```sh step=check\nsystemctl is-active payments\n```\n\n## Drain\n\nFrom here on \
    nobody new is sent to the host.\n\n```sh step=drain retries=3\nhctl drain \"$HOST\"\n```\n\n\
    ```yaml step=verify\nuses: pkg:builtin/http@1\nwith: {url: http://localhost}\n```\n\nIf it does not \
    help, call team-payments.\n";

pub(crate) fn fault(kind: FaultKind) -> Fault {
    Fault {
        kind,
        code: "POLICY_DENIED".into(),
        message: "read_only may not read runs of acme/prod".into(),
        hint: "ask a tenant_admin for the role operator".into(),
        approval: String::new(),
    }
}

impl Daemon {
    pub(crate) fn new(now: Timestamp) -> Self {
        let (runs, pages) = (40, 0);
        let (denied, changes, state) = (Vec::new(), Vec::new(), WorkflowState::Published);
        let (faults, rolls_out, books, desk) = (false, false, true, Desk::default());
        let (ward, calm) = (super::pulse::Ward::well(now), false);
        Self {
            now,
            runs,
            pages,
            knows_orders: true,
            denied,
            faults,
            changes,
            rolls_out,
            state,
            books,
            desk,
            ward,
            calm,
            shelf: None,
            ended: false,
            realm: super::tenants::Realm::new(now),
            confides: false,
            obliges: Vec::new(),
            refusal: None,
            bare: false,
        }
    }

    /// What it says where it has nothing, or refuses everything.
    fn instead(&mut self, effect: &Effect) -> Option<Vec<What>> {
        match effect {
            Effect::Ask(ticket, query) if self.bare => {
                // How it is itself it knows all the same, and what is permitted.
                let own = matches!(query, Query::Status(_) | Query::Doctor(_) | Query::Verdicts(_));
                let answer = if own { self.query(query.clone()) } else { query.nothing() };
                Some(vec![What::Reply(ticket.clone(), Ok(answer))])
            }
            Effect::Watch(id, Feed::Logs(_)) if self.bare => {
                Some(vec![What::Feed(*id, FeedNews::Ended(None))])
            }
            Effect::Watch(..) if self.bare => Some(Vec::new()),
            Effect::Ask(ticket, _) => {
                self.refusal.clone().map(|fault| vec![What::Reply(ticket.clone(), Err(fault))])
            }
            Effect::Watch(id, _) => {
                let fault = self.refusal.clone()?;
                Some(vec![What::Feed(*id, FeedNews::Ended(Some(fault)))])
            }
            _ => None,
        }
    }

    pub(crate) fn answer(&mut self, effect: Effect) -> Vec<What> {
        if let Some(said) = self.instead(&effect) {
            return said;
        }
        match effect {
            Effect::Ask(ticket, _) if self.faults => {
                vec![What::Reply(ticket, Err(fault(FaultKind::Denied)))]
            }
            Effect::Ask(ticket, query) => {
                let answer = self.query(query);
                vec![What::Reply(ticket, Ok(answer))]
            }
            Effect::Watch(id, feed) => {
                self.feed(feed).into_iter().map(|news| What::Feed(id, news)).collect()
            }
            Effect::FindKeys(Signs::Approvals) => vec![What::Keys(Ok(self.desk.keys.clone()))],
            Effect::FindKeys(Signs::Runbooks) => vec![What::BookKeys(Ok(self.desk.keys.clone()))],
            Effect::Change(confirmed) | Effect::Unlock(confirmed, _)
                if matches!(confirmed.get(), Mutation::Approval(_))
                    || self.desk.asks_for(&confirmed) =>
            {
                let mutation = confirmed.get().clone();
                self.changes.push(mutation.clone());
                let answer = self.desk.take(&mutation);
                vec![What::Reply(Ticket::Changed(mutation), answer)]
            }
            Effect::Change(confirmed) if matches!(confirmed.get(), Mutation::Tenant(_)) => {
                let mutation = confirmed.get().clone();
                self.changes.push(mutation.clone());
                let answer = self.realm.change(&mutation);
                vec![What::Reply(Ticket::Changed(mutation), answer)]
            }
            Effect::Change(confirmed) | Effect::Unlock(confirmed, _) => {
                let mutation = confirmed.get().clone();
                self.changes.push(mutation.clone());
                let started =
                    StartRunResponse { run_id: summary(0, self.now).run_id, ..<_>::default() };
                let answer = match &mutation {
                    Mutation::Cancel(_) => Answer::Cancelled(<_>::default()),
                    Mutation::Pause(_)
                    | Mutation::Resume(_)
                    | Mutation::Skip(_)
                    | Mutation::Release(_) => Answer::ChangedRun(ChangeRunResponse {
                        status: RunStatus::Running.into(),
                        seq: 91,
                    }),
                    Mutation::Countersign(_) => Answer::Countersigned(Box::new(
                        conductor_protocol::v1::CountersignWorkflowResponse {
                            changed: true,
                            ..<_>::default()
                        },
                    )),
                    Mutation::Deprecate(_) | Mutation::Retire(_) | Mutation::Review(_) => {
                        Answer::Lifecycle(<_>::default())
                    }
                    Mutation::RollBack(request) => {
                        Answer::RolledBack(conductor_protocol::v1::RollBackResponse {
                            revision: request.revision.clone(),
                        })
                    }
                    _ => super::schedules::changed(&mutation, self.now)
                        .unwrap_or(Answer::Started(started)),
                };
                vec![What::Reply(Ticket::Changed(mutation), Ok(answer))]
            }
            Effect::Rank { generation, pattern, texts } => {
                vec![What::Ranked { generation, order: rank(&pattern, &texts) }]
            }
            _ => Vec::new(),
        }
    }

    fn workflows(&self) -> Vec<Workflow> {
        let mut all = workflows(self.now);
        let notice = LifecycleNotice {
            by: "alice".into(),
            reason: "misses /var".into(),
            instead: "it-2@1.0.0".into(),
            ..<_>::default()
        };
        for workflow in &mut all {
            workflow.state = self.state.into();
            if let Some(shelf) =
                self.shelf.as_ref().filter(|_| workflow.name == super::countersign::NAME)
            {
                *workflow = shelf.newest();
            }
            workflow.notice = (self.state != WorkflowState::Published).then(|| notice.clone());
        }
        all
    }

    fn obliged(&self) -> Decision {
        Decision { obligations: self.obliges.clone(), ..Decision::default() }
    }

    fn workflow(&self, request: &GetWorkflowRequest) -> Answer {
        if let Some(shelf) = &self.shelf
            && request.name == super::countersign::NAME
        {
            return shelf.version(&request.version);
        }
        let known = self.workflows().into_iter().find(|w| w.name == request.name);
        let manifest_json = if self.confides { super::secrets::manifest() } else { manifest() };
        let source = (request.name == "restart-payments")
            .then(|| WorkflowSource { media_type: "text/markdown".into(), text: RUNBOOK.into() });
        let workflow = known.map(|workflow| Workflow { manifest_json, source, ..workflow });
        Answer::Workflow(Box::new(super::runbooks::version(workflow, &request.version)))
    }

    fn versions(&self, request: &ListWorkflowsRequest) -> Answer {
        let own = || super::runbooks::versions(&self.workflows(), request);
        let listed = |shelf: &super::countersign::Shelf| ListWorkflowsResponse {
            workflows: shelf.listed(),
            ..<_>::default()
        };
        Answer::Workflows(Box::new(self.shelf.as_ref().map_or_else(own, listed)))
    }

    fn query(&mut self, query: Query) -> Answer {
        match query {
            Query::Runs(request) => {
                let page = self.page(&request);
                Answer::Runs(Box::new(self.ward.add(&request.statuses, page)))
            }
            Query::Workflows(request) if request.all_versions => self.versions(&request),
            Query::Workflows(_) => Answer::Workflows(Box::new(ListWorkflowsResponse {
                workflows: if self.books { self.workflows() } else { Vec::new() },
                ..<_>::default()
            })),
            Query::Workflow(request) => self.workflow(&request),
            Query::Plan(request) => {
                let plan = super::plans::plan(&request);
                let plan = Some(if self.confides { super::secrets::filled(plan) } else { plan });
                Answer::Plan(Box::new(PlanRunResponse { plan }))
            }
            Query::Schedules(_) if self.calm => Answer::Schedules(<_>::default()),
            Query::Schedules(_) => {
                Answer::Schedules(Box::new(super::schedules::schedules(self.now)))
            }
            Query::Freezes(_) => Answer::Freezes(Box::new(super::schedules::freezes(self.now))),
            Query::NextTimes(_) => {
                Answer::NextTimes(Box::new(super::schedules::next_times(self.now)))
            }
            Query::Verdicts(request) => {
                let decide = |question: &Question| Decision {
                    allow: !self.denied.contains(&question.action.as_str()),
                    reasons: vec!["operator is needed in acme/prod".into()],
                    risk: super::runbooks::risk(question),
                    ..self.obliged()
                };
                let decisions = request.questions.iter().map(decide).collect();
                Answer::Verdicts(Box::new(AuthorizeResponse { decisions }))
            }
            Query::Approvals(request) => self.desk.list(&request),
            Query::Approval(request) => self.desk.get(&request.approval_id),
            Query::ApprovalTimes(_) => super::approvals::times(),
            Query::Decision(request) => super::policy::decision(&request.decision_id, self.now)
                .unwrap_or_else(super::approvals::decision),
            Query::Decisions(request) => super::policy::decisions(&request, self.now),
            Query::Bundles(_) => super::policy::bundles(self.now),
            Query::Checkpoint(_) => super::ledger::checkpoint(),
            Query::Consistency(_) => super::ledger::consistency(),
            Query::Inclusion(request) => super::ledger::inclusion(&request),
            Query::SigningKeys(_) => Answer::SigningKeys(Box::default()),
            Query::Witnesses(_) => super::ledger::witnesses(),
            Query::Receipts(request) => super::ledger::receipts(&request, self.now),
            Query::Receipt(_) => super::ledger::receipt(self.now),
            Query::Entity(request) => super::graph::entity(&request.entity, self.now),
            Query::Walk(request) => super::graph::walk(&request, self.now),
            Query::GraphRuns(_) => super::graph::runs(self.now),
            Query::Status(_) => Answer::Status(Box::new(self.ward.status.clone())),
            Query::Incidents(_) => self.ward.incidents(),
            Query::Doctor(_) => {
                let checks = self.ward.checks.clone();
                Answer::Doctor(Box::new(DoctorResponse { checks }))
            }
            Query::Run(request) => super::run::got(&request.run_id, self.now),
            Query::Artifacts(request) => super::run::artifacts(&request, self.now, self.calm),
            Query::Workers(_) => super::queues::workers(self.now, self.calm),
            other => self.realm.answer(&other, self.now),
        }
    }

    /// Newest first, or oldest first; the token is the number of the first run.
    fn page(&mut self, request: &ListRunsRequest) -> ListRunsResponse {
        self.pages += 1;
        let from: u64 = request.page_token.parse().unwrap_or(0);
        let wanted = |run: &RunSummary| {
            (request.statuses.is_empty() || request.statuses.contains(&run.status))
                && (request.workflow.is_empty() || request.workflow == run.workflow)
                && run.workflow.contains(&request.text)
        };
        let numbers = from..self.runs.min(from + u64::from(request.page_size));
        let next = numbers.end;
        let turns = request.oldest_first && self.knows_orders;
        let number = |n: u64| if turns { self.runs - 1 - n } else { n };
        let runs = numbers.map(|n| summary(number(n), self.now)).filter(wanted).collect();
        let next_page_token = if next < self.runs { next.to_string() } else { String::new() };
        ListRunsResponse { runs, next_page_token, total: self.runs, seq: 90, oldest_first: turns }
    }

    fn feed(&self, feed: Feed) -> Vec<FeedNews> {
        match feed {
            Feed::Run(request) => vec![FeedNews::Run(Box::new(WatchRunResponse {
                seq: 90,
                run: Some(match self.rolls_out {
                    _ if self.ended => super::run::ended(&request.run_id, self.now),
                    true => super::rollout::run(&request.run_id, self.now),
                    false if self.confides => super::secrets::given(run(&request.run_id, self.now)),
                    false => run(&request.run_id, self.now),
                }),
                entries: timeline(self.now),
                last: false,
            }))],
            Feed::Logs(request) if request.task_id.is_empty() => super::logs::said(self.now),
            Feed::Logs(request) => {
                let text: String = (1..=40)
                    .map(|i| {
                        format!(
                            "{}: host pay-{} answers, {i} connections left\n",
                            request.task_id,
                            i % 4
                        )
                    })
                    .collect();
                let chunk = |stream: LogStream, text: &str| {
                    FeedNews::Log(LogChunk {
                        task_id: request.task_id.clone(),
                        attempt: request.attempt,
                        stream: stream as i32,
                        data: text.as_bytes().to_vec(),
                        ..LogChunk::default()
                    })
                };
                vec![
                    chunk(LogStream::Stdout, &text),
                    chunk(LogStream::Stderr, "warning: pay-3 is slow to drain\n"),
                    chunk(LogStream::Stdout, "waiting for pay-3\n"),
                ]
            }
            Feed::Ledger(request) if !request.kinds.is_empty() => Vec::new(),
            Feed::Ledger(request) => (request.after_seq + 1..=90)
                .map(|seq| {
                    let run_id = summary(seq % 3, self.now).run_id;
                    FeedNews::Event(Event {
                        seq,
                        at: Some(to_wire(self.now - SignedDuration::from_secs(90 - seq as i64))),
                        kind: if seq % 2 == 0 { "task.leased" } else { "task.completed" }.into(),
                        subject: run_id.clone(),
                        principal: "uid:1000".into(),
                        trace_id: "trc_01jd0000000000000000000001".into(),
                        data_json: json!({"run": run_id, "task": "drain", "attempt": 1})
                            .to_string(),
                        ..Event::default()
                    })
                })
                .collect(),
            Feed::Runs(_) => Vec::new(),
            Feed::Verify(_) => super::ledger::verified(),
            Feed::Trial(_) => super::policy::tried(self.now),
            Feed::Artifact(wanted) => super::run::fetched(&wanted),
        }
    }
}
