//! A state as shape, word and colour, always all three.

use conductor_protocol::v1::{RunStatus, TaskStatus};

use crate::{
    theme::{Glyphs, Meaning},
    words,
};

/// How a state is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) glyph: &'static str,
    pub(crate) word: &'static str,
    pub(crate) meaning: Meaning,
}

/// A run's state.
pub(crate) fn run_mark(status: RunStatus, g: &Glyphs) -> Mark {
    let (glyph, meaning) = match status {
        RunStatus::Unspecified => (g.waiting, Meaning::Dim),
        RunStatus::Queued => (g.queued, Meaning::Waiting),
        RunStatus::Running => (g.running, Meaning::Running),
        RunStatus::Cancelling => (g.cancelling, Meaning::Warn),
        RunStatus::Succeeded => (g.succeeded, Meaning::Ok),
        RunStatus::Failed => (g.failed, Meaning::Danger),
        RunStatus::Cancelled => (g.cancelled, Meaning::Warn),
        RunStatus::TimedOut => (g.timed_out, Meaning::Danger),
        RunStatus::Paused => (g.paused, Meaning::Warn),
        RunStatus::Held => (g.held, Meaning::Accent),
        RunStatus::Undoing => (g.undoing, Meaning::Warn),
    };
    Mark { glyph, word: words::run_status(status), meaning }
}

/// A task's state.
pub(crate) fn task_mark(status: TaskStatus, g: &Glyphs) -> Mark {
    let (glyph, meaning) = match status {
        TaskStatus::Unspecified | TaskStatus::Waiting => (g.waiting, Meaning::Dim),
        TaskStatus::Ready => (g.queued, Meaning::Waiting),
        TaskStatus::Running => (g.running, Meaning::Running),
        TaskStatus::Backoff => (g.backoff, Meaning::Warn),
        TaskStatus::Succeeded => (g.succeeded, Meaning::Ok),
        TaskStatus::Failed => (g.failed, Meaning::Danger),
        TaskStatus::Skipped => (g.skipped, Meaning::Dim),
        TaskStatus::Cancelled => (g.cancelled, Meaning::Warn),
        TaskStatus::TimedOut => (g.timed_out, Meaning::Danger),
        TaskStatus::Held => (g.held, Meaning::Accent),
        TaskStatus::Deferred => (g.timed_out, Meaning::Waiting),
    };
    Mark { glyph, word: words::task_status(status), meaning }
}
