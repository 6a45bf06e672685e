//! Which changes make sense for a run and its task as they are.

use conductor_protocol::v1::{RunStatus, RunSummary, Task, TaskStatus};

use super::open::is_ended;
use crate::{app::Subject, input::Action};

/// What an action would be done to: the run that keys act on, its chosen task, the task that waits
/// for an answer.
pub(crate) fn subject(
    action: Action,
    run: Option<&RunSummary>,
    task: Option<&Task>,
    held: Option<&Task>,
) -> Subject {
    let Some(run) = run else {
        return if needs_run(action) { Subject::Absent } else { Subject::Of(String::new()) };
    };
    let status = run.status();
    let ended = is_ended(status);
    let not_now = match action {
        Action::Answer if held.is_none() => return Subject::Absent,
        Action::SkipTask => match task {
            None => return Subject::Absent,
            Some(_) if ended => Some("the run has ended; `R` takes up what failed"),
            Some(task) => not_skipped(task.status()),
        },
        Action::Cancel | Action::Kill | Action::PauseRun if ended => Some("the run has ended"),
        Action::Cancel | Action::PauseRun if status == RunStatus::Cancelling => {
            Some("it is being cancelled already; `K` ends it at once")
        }
        Action::Rerun | Action::RerunFailed | Action::Undo if !ended => {
            Some("the run has not ended yet")
        }
        Action::RerunFailed if status == RunStatus::Succeeded => Some("nothing of it failed"),
        _ => None,
    };
    not_now.map_or_else(|| Subject::Of(run.workflow.clone()), Subject::NotNow)
}

/// What the screen of logs is asked for: the run that keys act on, and the task where it is chosen.
pub(crate) fn logs_of(run_id: Option<&str>, task: Option<&Task>) -> Option<String> {
    let run_id = run_id?;
    Some(task.map_or_else(|| run_id.to_owned(), |task| format!("{run_id} {}", task.id)))
}

fn needs_run(action: Action) -> bool {
    matches!(
        action,
        Action::Open
            | Action::Logs
            | Action::Copy
            | Action::MarkRow
            | Action::MarkRange
            | Action::MarkAll
            | Action::Cancel
            | Action::Kill
            | Action::Rerun
            | Action::RerunFailed
            | Action::PauseRun
            | Action::SkipTask
            | Action::Undo
            | Action::InGraph
            | Action::Answer
    )
}

fn not_skipped(status: TaskStatus) -> Option<&'static str> {
    use TaskStatus::{Backoff, Deferred, Held, Ready, Running, Waiting};
    match status {
        Running => Some("the task is running: cancel the run, or wait"),
        Waiting | Ready | Backoff | Held | Deferred => None,
        _ => Some("the task has ended"),
    }
}
