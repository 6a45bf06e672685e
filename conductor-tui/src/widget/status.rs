//! A state as shape, word and colour, always all three.

use conductor_protocol::v1::{RunStatus, TaskStatus};

use crate::theme::{Glyphs, Meaning};

/// How a state is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) glyph: &'static str,
    pub(crate) word: &'static str,
    pub(crate) meaning: Meaning,
}

const fn mark(glyph: &'static str, word: &'static str, meaning: Meaning) -> Mark {
    Mark { glyph, word, meaning }
}

/// A run's state.
pub(crate) fn run_mark(status: RunStatus, g: &Glyphs) -> Mark {
    match status {
        RunStatus::Unspecified => mark(g.waiting, "unknown", Meaning::Dim),
        RunStatus::Queued => mark(g.queued, "queued", Meaning::Waiting),
        RunStatus::Running => mark(g.running, "running", Meaning::Running),
        RunStatus::Cancelling => mark(g.cancelling, "cancelling", Meaning::Warn),
        RunStatus::Succeeded => mark(g.succeeded, "succeeded", Meaning::Ok),
        RunStatus::Failed => mark(g.failed, "failed", Meaning::Danger),
        RunStatus::Cancelled => mark(g.cancelled, "cancelled", Meaning::Warn),
        RunStatus::TimedOut => mark(g.timed_out, "timed out", Meaning::Danger),
    }
}

/// A task's state.
pub(crate) fn task_mark(status: TaskStatus, g: &Glyphs) -> Mark {
    match status {
        TaskStatus::Unspecified => mark(g.waiting, "unknown", Meaning::Dim),
        TaskStatus::Waiting => mark(g.waiting, "waiting", Meaning::Dim),
        TaskStatus::Ready => mark(g.queued, "ready", Meaning::Waiting),
        TaskStatus::Running => mark(g.running, "running", Meaning::Running),
        TaskStatus::Backoff => mark(g.backoff, "retrying", Meaning::Warn),
        TaskStatus::Succeeded => mark(g.succeeded, "succeeded", Meaning::Ok),
        TaskStatus::Failed => mark(g.failed, "failed", Meaning::Danger),
        TaskStatus::Skipped => mark(g.skipped, "skipped", Meaning::Dim),
        TaskStatus::Cancelled => mark(g.cancelled, "cancelled", Meaning::Warn),
        TaskStatus::TimedOut => mark(g.timed_out, "timed out", Meaning::Danger),
    }
}
