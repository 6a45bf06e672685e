//! Runs, their tasks and attempts.

use conductor_domain::work::{
    run::{Run, RunStatus, spec_of},
    task::{ArtifactRef, Attempt, AttemptEnd, Outcome, Task, TaskStatus},
};
use conductor_protocol::{
    id::RunId,
    manifest::{Manifest, TaskSpec},
    v1,
};

use super::{confinement::confinement, narrow, scope, time};

/// The wire's word for a status.
pub(crate) const fn status(status: RunStatus) -> v1::RunStatus {
    match status {
        RunStatus::Queued => v1::RunStatus::Queued,
        RunStatus::Running => v1::RunStatus::Running,
        RunStatus::Cancelling => v1::RunStatus::Cancelling,
        RunStatus::Succeeded => v1::RunStatus::Succeeded,
        RunStatus::Failed => v1::RunStatus::Failed,
        RunStatus::Cancelled => v1::RunStatus::Cancelled,
        RunStatus::TimedOut => v1::RunStatus::TimedOut,
    }
}

/// The status behind the wire's word; `None` for one that names none.
pub(crate) const fn status_of(status: v1::RunStatus) -> Option<RunStatus> {
    Some(match status {
        v1::RunStatus::Unspecified => return None,
        v1::RunStatus::Queued => RunStatus::Queued,
        v1::RunStatus::Running => RunStatus::Running,
        v1::RunStatus::Cancelling => RunStatus::Cancelling,
        v1::RunStatus::Succeeded => RunStatus::Succeeded,
        v1::RunStatus::Failed => RunStatus::Failed,
        v1::RunStatus::Cancelled => RunStatus::Cancelled,
        v1::RunStatus::TimedOut => RunStatus::TimedOut,
    })
}

/// A run as lists show it.
pub(crate) fn summary(run: &Run) -> v1::RunSummary {
    let count = |wanted: fn(TaskStatus) -> bool| {
        narrow(run.tasks.iter().filter(|task| wanted(task.status)).count())
    };
    v1::RunSummary {
        run_id: run.id.to_string(),
        scope: Some(scope(&run.scope)),
        workflow: run.workflow.name.clone(),
        version: run.workflow.version.clone(),
        status: status(run.status).into(),
        owner: run.owner.to_string(),
        started_at: Some(time(run.started_at)),
        ended_at: run.ended_at.map(time),
        tasks_total: narrow(run.tasks.len()),
        tasks_done: count(TaskStatus::is_terminal),
        tasks_running: count(|status| status == TaskStatus::Running),
        tasks_failed: count(|status| matches!(status, TaskStatus::Failed | TaskStatus::TimedOut)),
        rerun_of: run.rerun_of.map(|old| old.to_string()).unwrap_or_default(),
        schedule: run.schedule.as_ref().map(|by| by.name.clone()).unwrap_or_default(),
        schedule_due: run.schedule.as_ref().map(|by| time(by.due)),
        note: note(run),
    }
}

/// Why it ended as it did, or what it is doing.
fn note(run: &Run) -> String {
    if run.status.is_terminal() {
        return run.note.clone();
    }
    if let Some(stop) = &run.stop {
        return match stop.reason.as_str() {
            "" => format!("being stopped by {}", stop.by),
            reason => format!("being stopped by {}: {reason}", stop.by),
        };
    }
    let running: Vec<&str> = run
        .tasks
        .iter()
        .filter(|task| task.status == TaskStatus::Running)
        .map(|task| task.id.as_str())
        .collect();
    match running.as_slice() {
        [] => run
            .tasks
            .iter()
            .find(|task| matches!(task.status, TaskStatus::Backoff { .. }))
            .map_or_else(String::new, |task| format!("waits to try `{}` again", task.id)),
        [one] => format!("runs `{one}`"),
        [one, rest @ ..] => format!("runs `{one}` and {} more", rest.len()),
    }
}

/// A run with everything about it. The manifest is missing only when the catalogue lost it.
pub(crate) fn whole(run: &Run, manifest: Option<&Manifest>, reruns: &[RunId]) -> v1::Run {
    let spec = |task: &Task| manifest.and_then(|manifest| spec_of(manifest, &task.id));
    v1::Run {
        summary: Some(summary(run)),
        workflow_digest: run.workflow.digest.clone(),
        inputs_json: object(&run.inputs),
        outputs_json: object(&run.outputs),
        tasks: run.tasks.iter().map(|known| task(run, known, spec(known))).collect(),
        artifacts: run
            .tasks
            .iter()
            .flat_map(|task| task.artifacts.iter().map(|found| artifact(&task.id, found)))
            .collect(),
        decision_id: run.decision.to_string(),
        reason: run.reason.clone(),
        seq: run.last_seq(),
        reruns: reruns.iter().map(ToString::to_string).collect(),
    }
}

fn object(json: &str) -> String {
    if json.is_empty() { "{}".to_owned() } else { json.to_owned() }
}

fn task(run: &Run, task: &Task, spec: Option<&TaskSpec>) -> v1::Task {
    let next_attempt_at = match task.status {
        TaskStatus::Backoff { until } => Some(time(until)),
        _ => None,
    };
    v1::Task {
        id: task.id.clone(),
        uses: spec.map(|spec| spec.uses.as_str().to_owned()).unwrap_or_default(),
        status: task_status(run, task, spec).into(),
        needs: spec.map(|spec| spec.needs.clone()).unwrap_or_default(),
        attempts: task.attempts.iter().map(attempt).collect(),
        retries: spec.map(|spec| spec.retries).unwrap_or_default(),
        next_attempt_at,
        outputs_json: object(&task.outputs),
        message: task.message.clone(),
    }
}

fn task_status(run: &Run, task: &Task, spec: Option<&TaskSpec>) -> v1::TaskStatus {
    match task.status {
        TaskStatus::Waiting if spec.is_some_and(|spec| run.needs_settled(spec)) => {
            v1::TaskStatus::Ready
        }
        TaskStatus::Waiting => v1::TaskStatus::Waiting,
        TaskStatus::Running => v1::TaskStatus::Running,
        TaskStatus::Backoff { .. } => v1::TaskStatus::Backoff,
        TaskStatus::Succeeded => v1::TaskStatus::Succeeded,
        TaskStatus::Failed => v1::TaskStatus::Failed,
        TaskStatus::TimedOut => v1::TaskStatus::TimedOut,
        TaskStatus::Skipped(_) => v1::TaskStatus::Skipped,
        TaskStatus::Cancelled => v1::TaskStatus::Cancelled,
    }
}

fn attempt(attempt: &Attempt) -> v1::Attempt {
    v1::Attempt {
        number: attempt.number,
        worker_id: attempt.worker.to_string(),
        started_at: Some(time(attempt.started_at)),
        ended_at: attempt.end.map(|(at, _)| time(at)),
        outcome: attempt.end.map(|(_, end)| end_word(end).to_owned()).unwrap_or_default(),
        message: attempt.message.clone(),
        exit_code: attempt.exit_code,
        failure: attempt.failure.map(|kind| kind.word().to_owned()).unwrap_or_default(),
        log_digest: attempt.log_digest.clone(),
        log_bytes: attempt.log_bytes,
        confinement: attempt.confinement.as_ref().map(confinement),
    }
}

const fn end_word(end: AttemptEnd) -> &'static str {
    match end {
        AttemptEnd::Reported(Outcome::Succeeded) => "succeeded",
        AttemptEnd::Reported(Outcome::Failed) => "failed",
        AttemptEnd::Reported(Outcome::TimedOut) => "timed_out",
        AttemptEnd::Reported(Outcome::Cancelled) => "cancelled",
        AttemptEnd::Lost => "lost",
    }
}

fn artifact(task: &str, artifact: &ArtifactRef) -> v1::Artifact {
    v1::Artifact {
        name: artifact.name.clone(),
        digest: artifact.digest.clone(),
        size_bytes: artifact.size_bytes,
        task_id: task.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_comes_back_as_itself() {
        for known in RunStatus::ALL {
            assert_eq!(status_of(status(known)), Some(known));
        }
        assert_eq!(status_of(v1::RunStatus::Unspecified), None);
    }
}
