//! Runs, their tasks and attempts.

use conductor_domain::work::{
    run::{Run, RunStatus},
    task::{ArtifactRef, Attempt, AttemptEnd, Outcome, Role, Task, TaskStatus},
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
        RunStatus::Paused => v1::RunStatus::Paused,
        RunStatus::Held => v1::RunStatus::Held,
        RunStatus::Undoing => v1::RunStatus::Undoing,
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
        v1::RunStatus::Paused => RunStatus::Paused,
        v1::RunStatus::Held => RunStatus::Held,
        v1::RunStatus::Undoing => RunStatus::Undoing,
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
    if let Some(pause) = &run.pause {
        return match pause.reason.as_str() {
            "" => format!("paused by {}", pause.by),
            reason => format!("paused by {}: {reason}", pause.by),
        };
    }
    if let Some(turn) = run.turn.as_ref().filter(|_| run.waits) {
        return format!("waits for its turn in group `{}`", turn.group);
    }
    let held = |task: &&Task| matches!(task.status, TaskStatus::Held { .. });
    if let Some(task) = run.tasks.iter().find(held) {
        return format!("`{}` waits for an answer: {}", task.id, task.message);
    }
    let running: Vec<&str> = run
        .tasks
        .iter()
        .filter(|task| task.status == TaskStatus::Running && !task.expanded)
        .map(|task| task.id.as_str())
        .collect();
    match running.as_slice() {
        [] => waits(run),
        [one] => format!("runs `{one}`"),
        [one, rest @ ..] => format!("runs `{one}` and {} more", rest.len()),
    }
}

/// What a run waits for of which nothing runs.
fn waits(run: &Run) -> String {
    let waits = run.tasks.iter().find_map(|task| match task.status {
        TaskStatus::Backoff { .. } => Some(format!("waits to try `{}` again", task.id)),
        TaskStatus::Deferred { .. } => Some(format!("`{}` waits for its time", task.id)),
        _ => None,
    });
    waits.unwrap_or_default()
}

/// A run with everything about it. The manifest is missing only when the catalogue lost it.
pub(crate) fn whole(run: &Run, manifest: Option<&Manifest>, reruns: &[RunId]) -> v1::Run {
    let spec = |task: &Task| manifest?.tasks.get(task.place as usize);
    v1::Run {
        summary: Some(summary(run)),
        workflow_digest: run.workflow.digest.clone(),
        inputs_json: object(&run.inputs),
        outputs_json: object(&run.outputs),
        tasks: in_order(run)
            .into_iter()
            .map(|known| task(run, known, (manifest, spec(known))))
            .collect(),
        artifacts: run
            .tasks
            .iter()
            .flat_map(|task| task.artifacts.iter().map(|found| artifact(&task.id, found)))
            .collect(),
        decision_id: run.decision.to_string(),
        reason: run.reason.clone(),
        seq: run.last_seq(),
        // Filled in by who can look it up.
        receipt_id: String::new(),
        reruns: reruns.iter().map(ToString::to_string).collect(),
        parent: run.parent.as_ref().map(|parent| v1::ParentTask {
            run_id: parent.run.to_string(),
            task_id: parent.task.clone(),
        }),
        pause: run.pause.as_ref().map(|pause| v1::Pause {
            by: pause.by.to_string(),
            reason: pause.reason.clone(),
            at: Some(time(pause.at)),
        }),
        group: run.turn.as_ref().map(|turn| turn.group.clone()).unwrap_or_default(),
        waits_for_turn: run.waits,
        undo_only: run.undo_only,
        deadline: Some(time(run.deadline)),
        plan: run.plan.clone(),
        rehearsal: run.rehearsal,
        subject: run.subject.clone(),
    }
}

/// Tasks as people read them: a group, its instances batch by batch, each batch with its health
/// check; what is undone last, as it is undone.
fn in_order(run: &Run) -> Vec<&Task> {
    let mut tasks: Vec<&Task> = run.tasks.iter().collect();
    tasks.sort_by_key(|task| match task.role {
        Role::Plain => (task.place, 0, 0),
        Role::Instance => (task.place, task.batch + 1, 0),
        Role::Health => (task.place, task.batch + 1, 1),
        Role::Undo => (u32::MAX, 0, 0),
    });
    tasks
}

fn object(json: &str) -> String {
    if json.is_empty() { "{}".to_owned() } else { json.to_owned() }
}

fn task(
    run: &Run,
    task: &Task,
    (manifest, spec): (Option<&Manifest>, Option<&TaskSpec>),
) -> v1::Task {
    let next_attempt_at = match task.status {
        TaskStatus::Backoff { until } => Some(time(until)),
        _ => None,
    };
    let until = match task.status {
        TaskStatus::Deferred { until } | TaskStatus::Held { until: Some(until), .. } => {
            Some(time(until))
        }
        _ => None,
    };
    let (held_as, answers) = match task.status {
        TaskStatus::Held { cause, .. } => (
            cause.word().to_owned(),
            cause.answers().iter().map(|answer| answer.word().to_owned()).collect(),
        ),
        _ => Default::default(),
    };
    let call = manifest.and_then(|manifest| run.call_of(manifest, task));
    let rolls_out = task.role != Role::Plain && spec.is_some_and(|spec| spec.rollout.is_some());
    v1::Task {
        id: task.id.clone(),
        uses: call.map(|call| call.uses.to_owned()).unwrap_or_default(),
        status: task_status(run, task, spec).into(),
        needs: match task.role {
            Role::Plain => spec.map(|spec| spec.needs.clone()).unwrap_or_default(),
            _ => Vec::new(),
        },
        attempts: task.attempts.iter().map(attempt).collect(),
        retries: call.map(|call| call.retries).unwrap_or_default(),
        next_attempt_at,
        outputs_json: object(&task.outputs),
        message: task.message.clone(),
        role: role(task.role).into(),
        group_id: match (task.role, spec) {
            (Role::Plain, _) | (_, None) => String::new(),
            (_, Some(spec)) => spec.id.clone(),
        },
        batch: if rolls_out { task.batch + 1 } else { 0 },
        held_as,
        answers,
        until,
        child_run_id: task.child.map(|child| child.to_string()).unwrap_or_default(),
        values_json: task.values.clone(),
    }
}

const fn role(role: Role) -> v1::TaskRole {
    match role {
        Role::Plain => v1::TaskRole::Plain,
        Role::Instance => v1::TaskRole::Instance,
        Role::Health => v1::TaskRole::Health,
        Role::Undo => v1::TaskRole::Undo,
    }
}

fn task_status(run: &Run, task: &Task, spec: Option<&TaskSpec>) -> v1::TaskStatus {
    match task.status {
        TaskStatus::Waiting
            if task.role == Role::Plain && spec.is_some_and(|spec| run.needs_settled(spec)) =>
        {
            v1::TaskStatus::Ready
        }
        TaskStatus::Waiting => v1::TaskStatus::Waiting,
        TaskStatus::Running => v1::TaskStatus::Running,
        TaskStatus::Held { .. } => v1::TaskStatus::Held,
        TaskStatus::Deferred { .. } => v1::TaskStatus::Deferred,
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
        status_code: attempt.status_code.map(u32::from),
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
