//! May this run start, stop, pause, go on?

use std::collections::BTreeMap;

use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, RunId},
    manifest::{GROUP_CHARS_MAX, Manifest, Spread},
};
use serde_json::{Map, Value, json};

use super::{
    Kept, Parent, Pause, Paused, Resumed, Run, ScheduledFor, Started, StopCause, StopRequested,
    Turn, WorkflowRef,
};
use crate::{
    Refusal,
    intent::workflow::Workflow,
    scope::Scope,
    template::{self, Names},
    time::Timestamp,
};

/// Bytes of a data subject's name.
pub const SUBJECT_BYTES_MAX: usize = 128;

/// A wish to start a run.
#[derive(Debug, Clone)]
pub struct StartRequest {
    /// Fresh id.
    pub run: RunId,
    /// As the caller gave them.
    pub inputs: Map<String, Value>,
    /// Why, in the caller's words.
    pub reason: String,
    /// The run it repeats.
    pub rerun_of: Option<RunId>,
    /// The schedule that starts it.
    pub schedule: Option<ScheduledFor>,
    /// The decision that allows it.
    pub decision: DecisionId,
    /// The task of another run that it carries out.
    pub parent: Option<Parent>,
    /// Results of the run that it repeats.
    pub kept: Vec<Kept>,
    /// It only undoes what those say.
    pub undo_only: bool,
    /// The hosts of its tasks, by task; to be looked up when absent.
    pub hosts: Option<BTreeMap<String, Vec<Value>>>,
    /// Digest of the plan that it carries out; empty for none.
    pub plan: String,
    /// It is to show whether it works.
    pub rehearsal: bool,
    /// The data subject that it is about; empty for none.
    pub subject: String,
}

impl StartRequest {
    /// A plain start.
    #[must_use]
    pub fn new(run: RunId, inputs: Map<String, Value>, decision: DecisionId) -> Self {
        Self {
            run,
            inputs,
            reason: String::new(),
            rerun_of: None,
            schedule: None,
            decision,
            parent: None,
            kept: Vec::new(),
            undo_only: false,
            hosts: None,
            plan: String::new(),
            rehearsal: false,
            subject: String::new(),
        }
    }
}

/// Bounds that the engine sets on runs, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// A run whose manifest has no bound.
    pub timeout_default_ms: u64,
    /// A run that waits for its turn.
    pub wait_max_ms: u64,
    /// A run that is paused.
    pub pause_max_ms: u64,
}

/// Starts a run. Whether it has to wait for its turn the caller knows, who knows the others.
///
/// # Errors
/// `INPUTS_INVALID` when the inputs don't fit the workflow's schema, or the name of its
/// concurrency group or a filter of hosts can't be made of them.
pub fn start(
    workflow: &Workflow,
    scope: &Scope,
    request: StartRequest,
    at: Timestamp,
    bounds: &Bounds,
) -> Result<Started, Refusal> {
    let manifest: &Manifest = &workflow.manifest;
    check_subject(&request.subject)?;
    let inputs = match manifest.validate_inputs(&Value::Object(request.inputs)) {
        Ok(Value::Object(inputs)) => inputs,
        Ok(_) => Map::new(),
        Err(problems) => {
            let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
            return Err(Refusal::new(
                Code::InputsInvalid,
                all.join("; "),
                format!("`conductor workflows show {}` lists the inputs", manifest.name),
            ));
        }
    };
    let names = early_names(manifest, scope, &inputs);
    let turn = turn(manifest, &names)?;
    // What only undoes is not spread over hosts again.
    let looked_up = request.hosts.is_some() || request.undo_only;
    let hosts_wanted = !looked_up && !filters(manifest, &names)?.is_empty();
    Ok(Started {
        run: request.run,
        workflow: WorkflowRef {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            digest: workflow.digest.clone(),
        },
        inputs,
        tasks: manifest.tasks.iter().map(|task| task.id.clone()).collect(),
        reason: request.reason,
        rerun_of: request.rerun_of,
        schedule: request.schedule,
        deadline: at + manifest.timeout_ms.unwrap_or(bounds.timeout_default_ms),
        decision: request.decision,
        turn,
        parent: request.parent,
        kept: request.kept,
        hosts: request.hosts.unwrap_or_default(),
        hosts_wanted,
        undo_only: request.undo_only,
        plan: request.plan,
        rehearsal: request.rehearsal,
        subject: request.subject,
    })
}

/// Whether a text may name a data subject: what its tenant calls them, and no more.
///
/// # Errors
/// `REQUEST_INVALID`
pub fn check_subject(subject: &str) -> Result<(), Refusal> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.@:+".contains(c);
    if subject.len() <= SUBJECT_BYTES_MAX && subject.chars().all(fits) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::RequestInvalid,
        "that is no name for a data subject",
        format!(
            "use at most {SUBJECT_BYTES_MAX} ASCII letters, digits and `-_.@:+`, such as `customer-4711`"
        ),
    ))
}

/// What templates see before there is a run: inputs, and what is known of the run.
pub(super) fn early_names(
    manifest: &Manifest,
    scope: &Scope,
    inputs: &Map<String, Value>,
) -> Names {
    let names = json!({
        "inputs": inputs,
        "run": {
            "workflow": manifest.name,
            "version": manifest.version,
            "tenant": scope.tenant,
            "environment": scope.environment,
            "region": scope.region,
        },
    });
    names.into()
}

pub(super) fn turn(manifest: &Manifest, names: &Names) -> Result<Option<Turn>, Refusal> {
    let Some(concurrency) = &manifest.concurrency else { return Ok(None) };
    let group = template::render_text(&concurrency.group, names).map_err(|problem| {
        let hint = "mend the template, or give the input that it reads";
        Refusal::new(Code::InputsInvalid, format!("concurrency.group: {problem}"), hint)
    })?;
    let group: String = group.trim().chars().take(GROUP_CHARS_MAX).collect();
    Ok(Some(Turn { group, limit: concurrency.limit, waits: false }))
}

/// The filters of a workflow's tasks with `hosts`, filled in, by task.
///
/// # Errors
/// `INPUTS_INVALID` when the inputs don't fit, or a filter can't be made of them.
pub fn host_filters(
    manifest: &Manifest,
    scope: &Scope,
    inputs: &Map<String, Value>,
) -> Result<BTreeMap<String, String>, Refusal> {
    // Inputs that don't fit are the start's to refuse; here they are what they are.
    let inputs = match manifest.validate_inputs(&Value::Object(inputs.clone())) {
        Ok(Value::Object(inputs)) => inputs,
        _ => inputs.clone(),
    };
    filters(manifest, &early_names(manifest, scope, &inputs))
}

fn filters(manifest: &Manifest, names: &Names) -> Result<BTreeMap<String, String>, Refusal> {
    let spread_over_hosts = manifest.tasks.iter().filter_map(|task| match &task.spread {
        Some(Spread::Hosts(filter)) => Some((task.id.clone(), filter)),
        _ => None,
    });
    spread_over_hosts
        .map(|(task, filter)| {
            let rendered = template::render_text(filter, names).map_err(|problem| {
                let hint = "mend the filter, or give the input that it reads";
                Refusal::new(Code::InputsInvalid, format!("hosts of `{task}`: {problem}"), hint)
            })?;
            Ok((task, rendered))
        })
        .collect()
}

/// Lets a run start no more tasks for now. `None` when it is paused already.
///
/// # Errors
/// `RUN_ALREADY_ENDED`, also for one that is being stopped.
pub fn pause(
    run: &Run,
    reason: String,
    decision: DecisionId,
    (at, bounds): (Timestamp, &Bounds),
) -> Result<Option<Paused>, Refusal> {
    refuse_ended(run)?;
    if run.stop.is_some() {
        return Err(Refusal::new(
            Code::RunAlreadyEnded,
            format!("run {} is being stopped", run.id),
            "its tasks start no more",
        ));
    }
    let deadline = at + bounds.pause_max_ms;
    let paused = Paused { run: run.id, reason, deadline, decision };
    Ok(run.pause.is_none().then_some(paused))
}

/// Lets a paused run go on. `None` when it is not paused.
///
/// # Errors
/// `RUN_ALREADY_ENDED`.
pub fn resume(
    run: &Run,
    reason: String,
    decision: DecisionId,
    at: Timestamp,
) -> Result<Option<Resumed>, Refusal> {
    refuse_ended(run)?;
    let resumed =
        |pause: &Pause| Resumed { run: run.id, reason, deadline: at + pause.left_ms, decision };
    Ok(run.pause.as_ref().filter(|_| run.stop.is_none()).map(resumed))
}

fn refuse_ended(run: &Run) -> Result<(), Refusal> {
    if !run.status.is_terminal() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::RunAlreadyEnded,
        format!("run {} has ended: {}", run.id, run.status.word()),
        "an end never changes; `conductor runs rerun` starts it again",
    ))
}

/// Cancels a run. `None` when it is being stopped already.
///
/// # Errors
/// `RUN_ALREADY_ENDED`: an end never changes.
pub fn cancel(
    run: &Run,
    reason: String,
    decision: DecisionId,
) -> Result<Option<StopRequested>, Refusal> {
    refuse_ended(run)?;
    let cause = StopCause::Cancelled;
    let wanted = StopRequested { run: run.id, cause, reason, decision: Some(decision) };
    Ok(run.stop.is_none().then_some(wanted))
}

/// Ends a run at once, also one that is being stopped already. `None` when it is being killed.
///
/// # Errors
/// `RUN_ALREADY_ENDED`: an end never changes.
pub fn kill(
    run: &Run,
    reason: String,
    decision: DecisionId,
) -> Result<Option<StopRequested>, Refusal> {
    refuse_ended(run)?;
    let cause = StopCause::Killed;
    let wanted = StopRequested { run: run.id, cause, reason, decision: Some(decision) };
    Ok((!run.is_killed()).then_some(wanted))
}

/// Stops a run whose time is over.
#[must_use]
pub fn time_out(run: &Run, now: Timestamp) -> Option<StopRequested> {
    let due = run.stop.is_none() && !run.status.is_terminal() && run.deadline <= now;
    due.then(|| StopRequested {
        run: run.id,
        cause: StopCause::TimedOut,
        reason: match (run.pause.is_some(), run.waits) {
            (true, _) => "nobody resumed it in time".into(),
            (_, true) => "its turn did not come in time".into(),
            _ => "the run's time is over".into(),
        },
        decision: None,
    })
}
