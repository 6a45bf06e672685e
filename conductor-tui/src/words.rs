//! The words for states: one each, the same in JSON, in tables, in filters and on the screen.

use std::time::Duration;

use conductor_protocol::v1::{RunStatus, TaskStatus, WorkflowState};

/// A run's state.
#[must_use]
pub const fn run_status(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Unspecified => "unspecified",
        RunStatus::Queued => "queued",
        RunStatus::Running => "running",
        RunStatus::Cancelling => "cancelling",
        RunStatus::Succeeded => "succeeded",
        RunStatus::Failed => "failed",
        RunStatus::Cancelled => "cancelled",
        RunStatus::TimedOut => "timed_out",
        RunStatus::Paused => "paused",
        RunStatus::Held => "held",
        RunStatus::Undoing => "undoing",
    }
}

/// A task's state.
#[must_use]
pub const fn task_status(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Unspecified => "unspecified",
        TaskStatus::Waiting => "waiting",
        TaskStatus::Ready => "ready",
        TaskStatus::Running => "running",
        TaskStatus::Backoff => "backoff",
        TaskStatus::Succeeded => "succeeded",
        TaskStatus::Failed => "failed",
        TaskStatus::Skipped => "skipped",
        TaskStatus::Cancelled => "cancelled",
        TaskStatus::TimedOut => "timed_out",
        TaskStatus::Held => "held",
        TaskStatus::Deferred => "deferred",
    }
}

/// How far a version of a workflow has come.
#[must_use]
pub const fn workflow_state(state: WorkflowState) -> &'static str {
    match state {
        WorkflowState::Unspecified => "unspecified",
        WorkflowState::Published => "published",
        WorkflowState::Deprecated => "deprecated",
        WorkflowState::Retired => "retired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_protocol_s_name_in_lower_case() {
        let plain = |prefix: &str, name: &str| name.strip_prefix(prefix).unwrap().to_lowercase();
        let runs: Vec<_> = (0..).map_while(|value| RunStatus::try_from(value).ok()).collect();
        let tasks: Vec<_> = (0..).map_while(|value| TaskStatus::try_from(value).ok()).collect();
        let states: Vec<_> = (0..).map_while(|value| WorkflowState::try_from(value).ok()).collect();
        assert_eq!((runs.len(), tasks.len(), states.len()), (11, 12, 4));
        for state in states {
            assert_eq!(workflow_state(state), plain("WORKFLOW_STATE_", state.as_str_name()));
        }
        for status in runs {
            assert_eq!(run_status(status), plain("RUN_STATUS_", status.as_str_name()));
        }
        for status in tasks {
            assert_eq!(task_status(status), plain("TASK_STATUS_", status.as_str_name()));
        }
    }
}

/// A span of time, two units at most.
#[must_use]
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0 => format!("{} ms", span.as_millis()),
        1..60 => format!("{:.1} s", span.as_secs_f64()),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}
