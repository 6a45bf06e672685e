//! Undoing what a run finished: in the reverse order of its ends, one after another.

use conductor_protocol::manifest::{Manifest, Undo};

use super::{Ended, Run, RunStatus, UndoStarted, call::spec_at};
use crate::{
    event::Event,
    time::Timestamp,
    work::task::{Role, SkipCause, Skipped, Task, TaskStatus},
};

/// Time that undoing gets when the manifest bounds the run by none: a day.
const UNDO_TIMEOUT_DEFAULT_MS: u64 = 24 * 3_600_000;

/// What can be undone, what ended last first.
pub(super) fn undoable<'r>(run: &'r Run, manifest: &Manifest) -> Vec<&'r Task> {
    let can_be = |task: &&Task| {
        matches!(task.role, Role::Plain | Role::Instance)
            && !task.expanded
            && task.status == TaskStatus::Succeeded
            && spec_at(manifest, task).is_some_and(|spec| spec.compensate.is_some())
    };
    let mut found: Vec<&Task> = run.tasks.iter().filter(can_be).collect();
    found.sort_by_key(|task| std::cmp::Reverse(task.ended_seq));
    found
}

/// Begins the undoing of a run whose tasks have all ended, if it is to be undone.
pub(super) fn begin(
    run: &Run,
    manifest: &Manifest,
    end: &Ended,
    now: Timestamp,
) -> Option<UndoStarted> {
    let by_itself = manifest.undo == Undo::OnFailure && end.status == RunStatus::Failed;
    // One that was stopped while it waited for its turn undoes nothing.
    let asked_for = run.undo_only && run.stop.is_none();
    if run.undoing.is_some() || !(by_itself || asked_for) {
        return None;
    }
    let tasks: Vec<String> = undoable(run, manifest).iter().map(|task| task.id.clone()).collect();
    if tasks.is_empty() {
        return None;
    }
    let (status, note) = if run.undo_only {
        (RunStatus::Succeeded, String::new())
    } else {
        (end.status, end.note.clone())
    };
    let deadline = now + manifest.timeout_ms.unwrap_or(UNDO_TIMEOUT_DEFAULT_MS);
    Some(UndoStarted { run: run.id, tasks, status, note, deadline })
}

/// Whether an undo task may start: all before it have ended well, or were left out.
pub(super) fn next_of(run: &Run, task: &Task) -> Option<Event> {
    let before = run.tasks.iter().take_while(|other| other.id != task.id);
    let given_up = before.filter(|other| other.role == Role::Undo).find(|other| other.has_failed());
    given_up.map(|failed| {
        Event::TaskSkipped(Skipped {
            run: run.id,
            task: task.id.clone(),
            cause: SkipCause::Needs,
            message: format!("`{}` was given up", failed.id),
            decision: None,
        })
    })
}

/// Whether it is this undo task's turn.
pub(super) fn is_next(run: &Run, task: &Task) -> bool {
    let open = run.tasks.iter().find(|t| t.role == Role::Undo && !t.status.is_terminal());
    open.is_some_and(|open| open.id == task.id)
}

/// How a run ends after its undoing.
pub(super) fn end(run: &Run, status: RunStatus, note: &str) -> Ended {
    let undo = || run.tasks.iter().filter(|task| task.role == Role::Undo);
    let undone = undo().filter(|task| task.status == TaskStatus::Succeeded).count();
    let total = undo().count();
    let failed = undone < total && run.undo_only;
    let what = match total - undone {
        0 => format!("undone: {undone} of {total}"),
        left => format!("undone: {undone} of {total}; {left} still stand"),
    };
    let note = if note.is_empty() { what } else { format!("{note}; {what}") };
    let status = match &run.stop {
        Some(stop) if run.undo_only => match stop.cause {
            super::StopCause::TimedOut => RunStatus::TimedOut,
            super::StopCause::Cancelled
            | super::StopCause::Killed
            | super::StopCause::TaskFailed
            | super::StopCause::HostsUnknown => RunStatus::Cancelled,
        },
        _ if failed => RunStatus::Failed,
        _ => status,
    };
    Ended { run: run.id, status, note, outputs: Default::default() }
}
