//! Runs and tasks, what they acted on, and what they left behind.

use std::collections::BTreeMap;

use conductor_protocol::id::RunId;
use serde_json::{Map, Value};

use super::{EdgeKind, EntityChange, EntityKey, Notes};
use crate::{
    event::Event,
    scope::Principal,
    work::{
        run,
        task::{self, ArtifactRef, Outcome},
    },
};

/// Digests that are looked for in the inputs of one run, at most.
const INPUT_DIGESTS_MAX: usize = 256;
/// How deep inputs are looked into.
const INPUT_DEPTH_MAX: usize = 16;
/// Hexadecimal digits of a digest.
const DIGEST_DIGITS: usize = 64;

impl Notes<'_> {
    /// What runs and tasks add; other facts add nothing.
    pub(super) fn work(&mut self, event: &Event) {
        match event {
            Event::RunStarted(e) => self.run_started(e),
            Event::RunStopRequested(e) => self.run(e.run, "cancelling"),
            Event::RunPaused(e) => self.run(e.run, "paused"),
            Event::RunResumed(e) => self.run(e.run, "running"),
            Event::RunUndoStarted(e) => self.run(e.run, "undoing"),
            Event::RunHostsFound(e) => self.hosts(e.run, &e.hosts),
            Event::RunEnded(e) => self.run_ended(e),
            Event::TaskExpanded(e) => self.expanded(e),
            Event::TaskLeased(e) => self.leased(e),
            Event::TaskCompleted(e) => self.completed(e),
            Event::TaskLost(e) => self.task(e.run, &e.task, "waiting"),
            Event::TaskHeld(e) => self.task(e.run, &e.task, "held"),
            Event::TaskReleased(e) => self.task(e.run, &e.task, "running"),
            Event::TaskDeferred(e) => self.task(e.run, &e.task, "deferred"),
            Event::TaskChildStarted(e) => self.task(e.run, &e.task, "running"),
            Event::TaskSkipped(e) => self.task(e.run, &e.task, "skipped"),
            Event::TaskCancelled(e) => self.task(e.run, &e.task, "cancelled"),
            Event::TaskSettled(e) => self.task(e.run, &e.task, word(e.outcome)),
            Event::TaskFailed(e) => {
                let state = if e.retry_at.is_some() { "backoff" } else { "failed" };
                self.task(e.run, &e.task, state);
            }
            _ => {}
        }
    }

    fn run(&mut self, run: RunId, state: &str) {
        self.entity(EntityChange::seen(EntityKey::run(run)).state(state));
    }

    fn task(&mut self, run: RunId, task: &str, state: &str) {
        self.entity(EntityChange::seen(EntityKey::task(run, task)).state(state));
    }

    fn run_started(&mut self, e: &run::Started) {
        let key = EntityKey::run(e.run);
        let change = self.here(key.clone()).state("queued");
        let change = change.with("workflow", &e.workflow.name);
        let change = change.with("version", &e.workflow.version).with("owner", self.by.as_str());
        let due = e.schedule.as_ref().map(|schedule| schedule.due.rfc3339());
        let parent = e.parent.as_ref().map(|parent| parent.run.to_string());
        let change = change.with("due", due.unwrap_or_default());
        let change = change.with("parent", parent.unwrap_or_default());
        let rehearsal = if e.rehearsal { "yes" } else { "" };
        self.entity(change.with("plan", &e.plan).with("rehearsal", rehearsal));
        let version = EntityKey::workflow(&e.workflow.name, &e.workflow.version);
        self.edge(key.clone(), EdgeKind::OfWorkflow, version);
        self.by(key.clone(), EdgeKind::StartedBy);
        self.decided(key.clone(), e.decision);
        if let Some(schedule) = &e.schedule {
            let name = self.schedule_key(&schedule.name);
            self.noted(key.clone(), EdgeKind::TriggeredBy, name, schedule.cause.word());
        }
        if let Some(parent) = &e.parent {
            let above = EntityKey::run(parent.run);
            self.noted(key.clone(), EdgeKind::TriggeredBy, above, &parent.task);
        }
        if let Some(old) = e.rerun_of {
            self.edge(key.clone(), EdgeKind::Repeats, EntityKey::run(old));
        }
        for task in &e.tasks {
            self.task(e.run, task, "waiting");
            self.edge(EntityKey::task(e.run, task), EdgeKind::PartOf, key.clone());
        }
        for artifact in e.kept.iter().flat_map(|kept| &kept.artifacts) {
            self.artifact(&artifact.name, &artifact.digest, artifact.size_bytes);
            let kept = EntityKey::artifact(&artifact.digest);
            self.noted(key.clone(), EdgeKind::Consumed, kept, &artifact.name);
        }
        for (digest, input) in digests_of(&e.inputs) {
            let given = EntityKey::artifact(&digest);
            self.noted(key.clone(), EdgeKind::Consumed, given, &input);
        }
        self.hosts(e.run, &e.hosts);
    }

    /// The hosts of a run's tasks, by task; those of a workflow below are named `TASK/TASK`, and are
    /// touched by the run that carries that out.
    fn hosts(&mut self, run: RunId, hosts: &BTreeMap<String, Vec<Value>>) {
        for (task, hosts) in hosts.iter().filter(|(task, _)| !task.contains('/')) {
            for name in hosts.iter().filter_map(name_of) {
                let host = EntityKey::host(name);
                self.noted(EntityKey::run(run), EdgeKind::Touched, host.clone(), task);
                self.edge(EntityKey::task(run, task), EdgeKind::Touched, host);
            }
        }
    }

    fn run_ended(&mut self, e: &run::Ended) {
        let change = EntityChange::seen(EntityKey::run(e.run)).state(e.status.word());
        self.entity(change.with("ended_at", self.at.rfc3339()));
    }

    fn expanded(&mut self, e: &task::Expanded) {
        self.task(e.run, &e.task, "running");
        for instance in &e.instances {
            let task = EntityKey::task(e.run, &format!("{}[{}]", e.task, instance.key));
            self.entity(EntityChange::seen(task.clone()).state("waiting"));
            self.edge(task.clone(), EdgeKind::PartOf, EntityKey::run(e.run));
            if let Some(host) = instance.values.get("host").and_then(name_of) {
                self.edge(task, EdgeKind::Touched, EntityKey::host(host));
            }
        }
    }

    fn leased(&mut self, e: &task::Leased) {
        let task = EntityKey::task(e.run, &e.task);
        let change = EntityChange::seen(task.clone()).state("running");
        self.entity(change.with("attempt", e.attempt.to_string()));
        self.run(e.run, "running");
        // Health checks and compensations are named here first.
        self.edge(task.clone(), EdgeKind::PartOf, EntityKey::run(e.run));
        let worker = EntityKey::principal(&Principal::new(format!("worker:{}", e.worker)));
        self.edge(task, EdgeKind::RanOn, worker);
    }

    fn completed(&mut self, e: &task::Completed) {
        let task = EntityKey::task(e.run, &e.task);
        let state = if e.retry_at.is_some() { "backoff" } else { word(e.outcome) };
        let change = EntityChange::seen(task).state(state);
        self.entity(change.with("log_digest", &e.log_digest));
        for artifact in &e.artifacts {
            self.produced(e.run, &e.task, artifact);
        }
    }

    fn produced(&mut self, run: RunId, task: &str, artifact: &ArtifactRef) {
        let file = EntityKey::artifact(&artifact.digest);
        self.artifact(&artifact.name, &artifact.digest, artifact.size_bytes);
        let makers = [EntityKey::task(run, task), EntityKey::run(run)];
        for maker in makers {
            self.noted(maker, EdgeKind::Produced, file.clone(), &artifact.name);
        }
    }
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed => "failed",
        Outcome::TimedOut => "timed_out",
        Outcome::Cancelled => "cancelled",
    }
}

/// A host's name, as the inventory or a template has it.
fn name_of(host: &Value) -> Option<&str> {
    host.get("name").unwrap_or(host).as_str().filter(|name| !name.is_empty())
}

/// The digests that inputs name, with the name of the input: whoever is given a file by its digest is
/// given that file.
fn digests_of(inputs: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (name, value) in inputs {
        look(name, value, 0, &mut found);
    }
    found
}

fn look(input: &str, value: &Value, depth: usize, found: &mut BTreeMap<String, String>) {
    if depth > INPUT_DEPTH_MAX || found.len() >= INPUT_DIGESTS_MAX {
        return;
    }
    match value {
        Value::String(text) => {
            for rest in text.split("sha256:").skip(1) {
                let hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                let digits = rest.bytes().take_while(hex).count();
                if digits == DIGEST_DIGITS && found.len() < INPUT_DIGESTS_MAX {
                    let digest = format!("sha256:{}", &rest[..digits]);
                    found.entry(digest).or_insert_with(|| input.to_owned());
                }
            }
        }
        Value::Array(values) => {
            values.iter().for_each(|value| look(input, value, depth + 1, found));
        }
        Value::Object(values) => {
            values.values().for_each(|value| look(input, value, depth + 1, found));
        }
        _ => {}
    }
}
