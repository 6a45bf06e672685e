//! May this run start, stop, be run again?

use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, RunId},
    manifest::Manifest,
};
use serde_json::{Map, Value};

use super::{Run, ScheduledFor, Started, StopCause, StopRequested, WorkflowRef};
use crate::{Refusal, intent::workflow::Workflow, time::Timestamp};

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
}

/// Starts a run. `timeout_default_ms` bounds one whose manifest has no bound.
///
/// # Errors
/// `INPUTS_INVALID` when the inputs don't fit the workflow's schema.
pub fn start(
    workflow: &Workflow,
    request: StartRequest,
    at: Timestamp,
    timeout_default_ms: u64,
) -> Result<Started, Refusal> {
    let manifest: &Manifest = &workflow.manifest;
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
        deadline: at + manifest.timeout_ms.unwrap_or(timeout_default_ms),
        decision: request.decision,
    })
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
    if run.status.is_terminal() {
        return Err(Refusal::new(
            Code::RunAlreadyEnded,
            format!("run {} has ended: {}", run.id, run.status.word()),
            "an end never changes; `conductor runs rerun` starts it again",
        ));
    }
    Ok(run.stop.is_none().then_some(StopRequested {
        run: run.id,
        cause: StopCause::Cancelled,
        reason,
        decision: Some(decision),
    }))
}

/// Whether a run can be run again.
///
/// # Errors
/// `RUN_NOT_ENDED`
pub fn check_rerun(run: &Run) -> Result<(), Refusal> {
    if run.status.is_terminal() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::RunNotEnded,
        format!("run {} is {}", run.id, run.status.word()),
        "wait for its end or cancel it first",
    ))
}

/// Stops a run whose time is over.
#[must_use]
pub fn time_out(run: &Run, now: Timestamp) -> Option<StopRequested> {
    let due = run.stop.is_none() && !run.status.is_terminal() && run.deadline <= now;
    due.then(|| StopRequested {
        run: run.id,
        cause: StopCause::TimedOut,
        reason: "the run's time is over".into(),
        decision: None,
    })
}
