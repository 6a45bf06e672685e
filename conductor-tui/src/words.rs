//! The words for states: one each, the same in JSON, in tables, in filters and on the screen.

use std::time::Duration;

use conductor_protocol::v1::{
    Confinement, Run, RunStatus, TaskStatus, TrackedStatus, WorkflowState,
};

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

/// The state of a run that something else carries out.
#[must_use]
pub const fn tracked_status(status: TrackedStatus) -> &'static str {
    match status {
        TrackedStatus::Unspecified => "unspecified",
        TrackedStatus::Pending => "pending",
        TrackedStatus::Running => "running",
        TrackedStatus::Succeeded => "succeeded",
        TrackedStatus::Failed => "failed",
        TrackedStatus::Cancelled => "cancelled",
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

/// How it stands with the receipt of a run's end; nothing before that.
#[must_use]
pub fn receipt(run: &Run) -> String {
    let ended = run.summary.as_ref().is_some_and(|summary| summary.ended_at.is_some());
    match run.receipt_id.as_str() {
        "" if ended => "pending".to_owned(),
        "" => String::new(),
        id => format!("issued {id}"),
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

/// What bounded an attempt's program, in few words: `small by cgroup, standard sandbox as nobody`.
#[must_use]
pub fn confinement(confinement: &Confinement) -> String {
    let Confinement { resources, cpu, memory, processes, sandbox, user, missing, refused } =
        confinement;
    let mut parts = Vec::new();
    if !resources.is_empty() {
        let mut means = Vec::new();
        for word in [cpu, memory, processes] {
            if word != "none" && !word.is_empty() && !means.contains(&word.as_str()) {
                means.push(word.as_str());
            }
        }
        match means.as_slice() {
            [] => parts.push(resources.clone()),
            means => parts.push(format!("{resources} by {}", means.join(" and "))),
        }
    }
    if !sandbox.is_empty() {
        let user = if user.is_empty() { String::new() } else { format!(" as {user}") };
        parts.push(format!("{sandbox} sandbox{user}"));
    }
    parts.extend(missing.iter().map(|missing| format!("no {missing}")));
    if !refused.is_empty() {
        parts.push("refused".to_owned());
    }
    parts.join(", ")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confinement_is_told_in_few_words() {
        let check = |confinement: Confinement, expected: &str| {
            assert_eq!(super::confinement(&confinement), expected);
        };
        let small = Confinement {
            resources: "small".into(),
            cpu: "cgroup".into(),
            memory: "cgroup".into(),
            processes: "cgroup".into(),
            ..Confinement::default()
        };
        check(small.clone(), "small by cgroup");
        let mixed = Confinement {
            processes: "none".into(),
            memory: "rlimit".into(),
            missing: vec!["process limit".into()],
            ..small
        };
        check(mixed, "small by cgroup and rlimit, no process limit");
        let boxed = Confinement {
            sandbox: "strict".into(),
            user: "nobody".into(),
            ..Confinement::default()
        };
        check(boxed.clone(), "strict sandbox as nobody");
        let refused = Confinement { refused: "CONFINEMENT_UNAVAILABLE".into(), ..boxed };
        check(refused, "strict sandbox as nobody, refused");
        check(Confinement::default(), "");
    }

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
