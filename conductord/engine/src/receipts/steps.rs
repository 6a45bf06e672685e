//! The steps of a run as its receipt has them: each by itself, or by task in numbers.

use std::collections::BTreeMap;

use conductor_domain::work::{
    run::Run,
    task::{Attempt, AttemptEnd, Outcome, Role, Task},
};
use conductor_protocol::{
    jcs::{canonical_json, sha256_hex},
    manifest::Manifest,
};
use serde_json::{Map, Value, json};

/// The steps of a run, and what they were carried out from.
pub(super) struct Steps<'r> {
    run: &'r Run,
    manifest: Option<&'r Manifest>,
    inputs: String,
    /// Of the outputs of each task that has some.
    outputs: BTreeMap<&'r str, String>,
}

impl<'r> Steps<'r> {
    pub(super) fn of(run: &'r Run, manifest: Option<&'r Manifest>) -> Self {
        let has = |task: &&Task| !task.outputs.is_empty();
        let digest = |task: &'r Task| (task.id.as_str(), sha256_hex(task.outputs.as_bytes()));
        let outputs = run.tasks.iter().filter(has).map(digest).collect();
        Self { run, manifest, inputs: sha256_hex(run.inputs.as_bytes()), outputs }
    }

    /// Each step.
    pub(super) fn list(&self) -> Vec<Value> {
        self.run.tasks.iter().map(|task| self.step(task)).collect()
    }

    fn step(&self, task: &Task) -> Value {
        let mut step = json!({
            "task": task.id,
            "outcome": task.status.word(),
            "attempts": task.attempts.len(),
            "inputSha256": self.input(task),
        });
        let mut add = |name: &str, value: Option<Value>| {
            if let (Some(value), Some(step)) = (value, step.as_object_mut()) {
                step.insert(name.to_owned(), value);
            }
        };
        let role = match task.role {
            Role::Plain | Role::Instance => None,
            Role::Health => Some("health"),
            Role::Undo => Some("undo"),
        };
        add("role", role.map(|role| json!(role)));
        add("outputSha256", self.outputs.get(task.id.as_str()).map(|digest| json!(digest)));
        let last = task.attempts.iter().rev().find(|attempt| !attempt.log_digest.is_empty());
        let bare = |digest: &str| json!(digest.strip_prefix("sha256:").unwrap_or(digest));
        add("logSha256", last.map(|attempt| bare(&attempt.log_digest)));
        add("host", host(task).map(Value::String));
        add("childRun", task.child.map(|child| json!(child)));
        step
    }

    /// The digest of all that a step was made of: the manifest, the run's inputs, the values that are
    /// its own, and what the tasks gave that it needs.
    fn input(&self, task: &Task) -> String {
        let place = usize::try_from(task.place).unwrap_or(usize::MAX);
        let spec = self.manifest.and_then(|manifest| manifest.tasks.get(place));
        let needs = spec.into_iter().flat_map(|spec| &spec.needs);
        let needs: Map<String, Value> = needs
            .filter_map(|need| Some((need.clone(), json!(self.outputs.get(need.as_str())?))))
            .collect();
        let whole = json!({
            "manifest": self.run.workflow.digest,
            "task": task.id,
            "inputs": self.inputs,
            "values": sha256_hex(task.values.as_bytes()),
            "needs": needs,
        });
        sha256_hex(canonical_json(&whole).unwrap_or_default().as_bytes())
    }

    /// By task of the manifest: how many steps it had, what became of them, and a digest over them as
    /// [`Self::list`] has them.
    pub(super) fn by_task(&self) -> Vec<Value> {
        let mut tasks: BTreeMap<u32, Vec<&Task>> = BTreeMap::new();
        for task in &self.run.tasks {
            tasks.entry(task.place).or_default().push(task);
        }
        tasks.into_values().map(|tasks| self.summed(&tasks)).collect()
    }

    fn summed(&self, tasks: &[&Task]) -> Value {
        let name = tasks.first().map(|task| task.id.split('[').next().unwrap_or(&task.id));
        let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
        let (mut attempts, mut lines) = (0, String::new());
        for task in tasks {
            *outcomes.entry(task.status.word()).or_default() += 1;
            attempts += task.attempts.len();
            lines.push_str(&canonical_json(&self.step(task)).unwrap_or_default());
            lines.push('\n');
        }
        json!({
            "task": name,
            "steps": tasks.len(),
            "outcomes": outcomes,
            "attempts": attempts,
            "stepsSha256": sha256_hex(lines.as_bytes()),
        })
    }

    /// What the attempts printed, by digest.
    pub(super) fn logs(&self) -> Vec<Value> {
        let of = |task: &Task| {
            let id = task.id.clone();
            let printed = |attempt: &&Attempt| !attempt.log_digest.is_empty();
            let logs: Vec<Value> =
                task.attempts.iter().filter(printed).map(|a| log(&id, a)).collect();
            logs
        };
        self.run.tasks.iter().flat_map(of).collect()
    }
}

fn log(task: &str, attempt: &Attempt) -> Value {
    let outcome = match attempt.end {
        Some((_, AttemptEnd::Reported(Outcome::Succeeded))) => "succeeded",
        Some((_, AttemptEnd::Reported(Outcome::Failed))) => "failed",
        Some((_, AttemptEnd::Reported(Outcome::TimedOut))) => "timed_out",
        Some((_, AttemptEnd::Reported(Outcome::Cancelled))) => "cancelled",
        Some((_, AttemptEnd::Lost)) => "lost",
        None => "running",
    };
    json!({
        "name": format!("log:{task}#{}", attempt.number),
        "digest": super::statement::digest(&attempt.log_digest),
        "annotations": {"outcome": outcome, "bytes": attempt.log_bytes},
    })
}

/// The host that a step is done for.
fn host(task: &Task) -> Option<String> {
    if !task.values.contains("\"host\"") {
        return None;
    }
    let values: Map<String, Value> = serde_json::from_str(&task.values).ok()?;
    let host = values.get("host")?;
    host.get("name").unwrap_or(host).as_str().map(str::to_owned)
}
