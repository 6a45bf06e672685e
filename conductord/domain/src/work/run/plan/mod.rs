//! What a run would do, worked out without doing any of it.
//!
//! A plan is made by the code that runs are made by: the same defaults of inputs, the same
//! expansion, the same templates, the same conditions. What depends on what tasks give is not
//! guessed at: it is shown as it is written, with the tasks that it comes after. Nothing stops a
//! plan half-way: every problem is found in one go.

mod binding;
mod changes;
mod estimate;
mod history;
mod make;
mod task;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use conductor_protocol::{
    error_code::Code,
    manifest::{Canary, Manifest, OnFailure, Problem, TaskSpec},
    token::TokenScope,
};
use serde_json::{Map, Value};

use super::{Turn, WorkflowRef};
use crate::{Refusal, intent::workflow::Workflow, scope::Scope};

pub use binding::Binding;
pub use changes::changes;
pub use estimate::{Cost, Estimate};
pub use history::{History, Span};
pub use make::{demands, plan};

/// Calls that one plan fills in; what is beyond is planned by its key alone.
pub const CALLS_MAX: usize = 5_000;
/// Problems that one plan lists.
pub const PROBLEMS_MAX: usize = 200;

/// What stands after a task's id for what looks after its batches. No id has a full stop in it.
pub const HEALTH: &str = ".health";
/// What stands after a task's id for what undoes it.
pub const UNDO: &str = ".undo";

/// Finds a version of a workflow by its name and number.
type Find<'a> = dyn Fn(&str, &str) -> Result<Arc<Workflow>, Refusal> + 'a;
/// Chooses hosts by a node filter.
type Choose<'a> = dyn Fn(&str) -> Result<Vec<Value>, Refusal> + 'a;

/// What a plan is made with, beside the workflow and the inputs.
pub struct Basis<'a> {
    /// Where the run would live.
    pub scope: &'a Scope,
    /// The version of a workflow that a start takes.
    pub find: &'a Find<'a>,
    /// The hosts that a node filter names, as they are frozen into a run.
    pub hosts: &'a Choose<'a>,
    /// How deep workflows may be nested in one another.
    pub depth_max: u32,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Where.
    pub scope: Scope,
    /// The workflow itself, with what it is given.
    pub top: Level,
    /// Everything that is in the way, in the order of the manifest.
    pub problems: Vec<PlanProblem>,
    /// Its turn among the runs that it excludes.
    pub turn: Option<Turn>,
    /// Calls that are beyond [`CALLS_MAX`] and were not filled in.
    pub left_out: usize,
}

/// A workflow in a plan: the one that is planned, or one that a task of it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Which version.
    pub workflow: WorkflowRef,
    /// What it does.
    pub manifest: Arc<Manifest>,
    /// Its inputs, defaults filled in, as far as they are known.
    pub inputs: Map<String, Value>,
    /// The hosts of its tasks, by task.
    pub hosts: BTreeMap<String, Vec<Value>>,
    /// In the order that they may start in; those that may start together in the manifest's.
    pub tasks: Vec<PlannedTask>,
    /// What its tasks ask of policy.
    pub demands: Vec<Demand>,
}

/// Something in the way of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanProblem {
    /// Stable code.
    pub code: Code,
    /// Where in the manifest, after the workflow's name where it is not the one that is planned.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl PlanProblem {
    fn of_inputs(problem: Problem, path: &str) -> Self {
        let Problem { code, message, path: inner, hint, .. } = problem;
        let path = match inner.as_str() {
            "" => path.to_owned(),
            inner if inner.starts_with('[') => format!("{path}{inner}"),
            inner => format!("{path}.{}", inner.trim_start_matches('.')),
        };
        Self { code, path, message, hint }
    }

    fn of_refusal(refusal: Refusal, path: String) -> Self {
        Self { code: refusal.code, path, message: refusal.message, hint: refusal.hint }
    }

    /// The place of the task that it is about, counted from 1; 0 for the workflow as a whole.
    fn task(&self) -> usize {
        let number = self.path.strip_prefix("tasks[").and_then(|path| path.split(']').next());
        number.and_then(|number| number.parse::<usize>().ok()).map_or(0, |place| place + 1)
    }

    fn impossible(path: String, message: String) -> Self {
        let hint = "mend the manifest, or give other inputs".to_owned();
        Self { code: Code::TaskImpossible, path, message, hint }
    }
}

/// A task of the manifest in a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedTask {
    /// Its place in the manifest.
    pub place: usize,
    /// The longest way to it through what it needs, counted from 1.
    pub step: u32,
    /// Whether it runs.
    pub fate: Fate,
    /// What it gives its executor. Of a task with instances: what each of them would, as far as
    /// that is the same for all.
    pub call: PlannedCall,
    /// What it is done for.
    pub spread: Option<PlannedSpread>,
    /// What looks after each batch: one each, or one for all where the batches are not known.
    pub health: Vec<PlannedCall>,
    /// What undoes it. Of a task with instances as [`Self::call`]; what is known of each is there.
    pub undo: Option<PlannedCall>,
    /// The workflow that it runs.
    pub sub: Option<Box<Level>>,
    /// How long it takes, by those that have ended.
    pub span: Option<Span>,
}

impl PlannedTask {
    /// What the manifest says of it.
    #[must_use]
    pub fn spec<'m>(&self, manifest: &'m Manifest) -> Option<&'m TaskSpec> {
        manifest.tasks.get(self.place)
    }
}

/// Whether a task runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It does, when what it needs succeeds.
    Runs,
    /// Its condition is false.
    Skipped,
    /// Its condition is decided after these.
    Later(BTreeSet<String>),
}

/// What is given to an executor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlannedCall {
    /// Parameters; a secret is its name in brackets.
    pub with: Map<String, Value>,
    /// Environment of its program.
    pub env: BTreeMap<String, String>,
    /// What stays as it is written, and after what it is known: `with.run` after `disk`.
    pub after: BTreeMap<String, BTreeSet<String>>,
}

/// What a task is done for, once each.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedSpread {
    /// `foreach`, `matrix` or `hosts`.
    pub kind: &'static str,
    /// The node filter, filled in.
    pub filter: String,
    /// The instances are known after these.
    pub after: BTreeSet<String>,
    /// Batch by batch.
    pub instances: Vec<PlannedInstance>,
    /// Their sizes.
    pub batches: Vec<usize>,
}

/// One of the instances of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedInstance {
    /// Unique in the task.
    pub key: String,
    /// Counted from 0.
    pub batch: u32,
    /// What its templates know of itself.
    pub values: Map<String, Value>,
    /// What it gives its executor; nothing where that was left out.
    pub call: Option<PlannedCall>,
    /// What undoes it.
    pub undo: Option<PlannedCall>,
    /// The workflow that it runs.
    pub sub: Option<Box<Level>>,
}

/// What policy is asked about a task before anything starts: `task.run`. What looks after its batches
/// and what undoes it are asked about as tasks of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Demand {
    /// Its id; `restart.health` for what looks after its batches, `restart.undo` for what undoes it.
    pub task: String,
    /// What runs it.
    pub executor: String,
    /// The hosts that it acts on, sorted.
    pub hosts: Vec<String>,
    /// No other host comes in later.
    pub hosts_known: bool,
    /// Names of its secrets, sorted.
    pub secrets: Vec<String>,
    /// Its resource class; empty for none.
    pub resources: String,
    /// What the token of its attempts is for, beside reading its own run, sorted.
    pub scopes: Vec<TokenScope>,
}

/// A point at which a person has to say go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The task.
    pub task: String,
    /// What is looked at, in a sentence.
    pub message: String,
    /// How long there is for it, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// It is the canary of a rollout, not a gate.
    pub canary: bool,
}

impl Demand {
    /// Whether it is about undoing a task.
    #[must_use]
    pub fn undoes(&self) -> bool {
        self.task.ends_with(UNDO)
    }
}

impl Level {
    /// The points at which a person is needed, those of the workflows that it runs included.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        let mut people = Vec::new();
        self.add_people("", &mut people);
        people
    }

    fn add_people(&self, above: &str, people: &mut Vec<Person>) {
        for task in self.tasks.iter().filter(|task| task.fate != Fate::Skipped) {
            let Some(spec) = task.spec(&self.manifest) else { continue };
            let id = format!("{above}{}", spec.id);
            if spec.uses.as_str() == conductor_protocol::manifest::GATE {
                let message = task.call.with.get("message").and_then(Value::as_str);
                people.push(Person {
                    task: id.clone(),
                    message: message.unwrap_or_default().to_owned(),
                    timeout_ms: spec.timeout_ms,
                    canary: false,
                });
            }
            let manual = spec.rollout.as_ref().is_some_and(|r| r.canary == Some(Canary::Manual));
            let more = task.spread.as_ref().is_none_or(|spread| spread.batches.len() != 1);
            if manual && more {
                let message = "the first batch has ended: are the others to follow?".to_owned();
                people.push(Person { task: id.clone(), message, timeout_ms: None, canary: true });
            }
            let of_instances = task.spread.iter().flat_map(|spread| &spread.instances);
            let subs = task.sub.iter().chain(of_instances.filter_map(|each| each.sub.as_ref()));
            for sub in subs {
                sub.add_people(&format!("{id}/"), people);
            }
        }
    }

    /// The hosts of its tasks and of those of the workflows that they run, whose names stand after
    /// the task's: `deploy/restart`. A run freezes them so.
    #[must_use]
    pub fn frozen_hosts(&self) -> BTreeMap<String, Vec<Value>> {
        let mut frozen = self.hosts.clone();
        for task in &self.tasks {
            let Some(spec) = task.spec(&self.manifest) else { continue };
            let of_instances = task.spread.iter().flat_map(|spread| &spread.instances);
            let of_instances = of_instances.filter_map(|each| {
                Some((format!("{}[{}]", spec.id, each.key), each.sub.as_ref()?))
            });
            let own = task.sub.iter().map(|sub| (spec.id.clone(), sub));
            for (id, sub) in own.chain(of_instances) {
                let hosts = sub.frozen_hosts().into_iter();
                frozen.extend(hosts.map(|(inner, hosts)| (format!("{id}/{inner}"), hosts)));
            }
        }
        frozen
    }

    /// Every level, this one first.
    #[must_use]
    pub fn levels(&self) -> Vec<&Self> {
        let mut levels = vec![self];
        for task in &self.tasks {
            let of_instances = task.spread.iter().flat_map(|spread| &spread.instances);
            let subs = task.sub.iter().chain(of_instances.filter_map(|each| each.sub.as_ref()));
            levels.extend(subs.flat_map(|sub| sub.levels()));
        }
        levels
    }
}

/// What a task's final failure means, in a word.
#[must_use]
pub const fn on_failure(spec: &TaskSpec) -> &'static str {
    match spec.on_failure {
        OnFailure::Fail => "fail",
        OnFailure::Continue => "continue",
        OnFailure::Stop => "stop",
    }
}
