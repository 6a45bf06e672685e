//! Which lines are shown, and lists of lines that are made a piece at a time, so that no key waits
//! for them.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::{
    needle::Needle,
    ring::{Line, Ring},
    sources::Sources,
};

/// How far back lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Window {
    #[default]
    All,
    /// So many minutes.
    Minutes(i64),
}

impl Window {
    /// What it is called; nothing for all.
    pub(crate) fn word(self) -> String {
        match self {
            Self::All => String::new(),
            Self::Minutes(minutes @ 60..) => format!("last {} h", minutes / 60),
            Self::Minutes(minutes) => format!("last {minutes} m"),
        }
    }

    /// The first moment that is shown, in milliseconds since 1970.
    fn begins_ms(self, now: Timestamp) -> i64 {
        match self {
            Self::All => i64::MIN,
            Self::Minutes(minutes) => {
                let begin = now.checked_sub(SignedDuration::from_mins(minutes));
                begin.map_or(i64::MIN, Timestamp::as_millisecond)
            }
        }
    }
}

/// Only what comes from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Only {
    /// A task and its instances.
    Task(String),
    /// One host, by its number among the sources.
    Host(u16),
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sieve {
    source: String,
    with: Vec<Needle>,
    without: Vec<Needle>,
    pub(crate) task: Option<Only>,
    pub(crate) host: Option<Only>,
    /// Only stderr, or only stdout.
    pub(crate) stderr: Option<bool>,
    pub(crate) window: Window,
}

impl Sieve {
    /// Everything, of one task or of all.
    pub(crate) fn of_task(task: Option<Only>) -> Self {
        Self { task, ..Self::default() }
    }

    /// As it was typed.
    pub(crate) fn text(&self) -> &str {
        &self.source
    }

    /// Takes another text: parts between `&` that have to be there, or with `!` must not.
    pub(crate) fn set_text(&mut self, text: &str) {
        text.clone_into(&mut self.source);
        let parts = || text.split('&').map(str::trim);
        let (with, without) = (
            parts().filter(|part| !part.starts_with('!')).filter_map(Needle::new).collect(),
            parts().filter_map(|part| part.strip_prefix('!')).filter_map(Needle::new).collect(),
        );
        (self.with, self.without) = (with, without);
    }

    /// Whether everything goes through.
    pub(crate) fn is_open(&self) -> bool {
        self.with.is_empty()
            && self.without.is_empty()
            && self.task.is_none()
            && self.host.is_none()
            && self.stderr.is_none()
            && self.window == Window::All
    }

    pub(crate) fn begins_ms(&self, now: Timestamp) -> i64 {
        self.window.begins_ms(now)
    }

    /// Whether a line goes through; the window's begin is given because it moves.
    pub(crate) fn lets(&self, line: &Line<'_>, sources: &Sources, begins_ms: i64) -> bool {
        let tag = line.tag;
        let from = |only: &Option<Only>| {
            let Some(only) = only else { return true };
            sources.get(tag.source).is_some_and(|source| match only {
                Only::Host(host) => source.host == *host,
                Only::Task(task) => source
                    .task
                    .strip_prefix(task.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.'])),
            })
        };
        (tag.at_ms >= begins_ms || tag.at_ms == 0)
            && self.stderr.is_none_or(|stderr| stderr == tag.stderr)
            && from(&self.task)
            && from(&self.host)
            && self.with.iter().all(|needle| needle.is_in(line.text))
            && !self.without.iter().any(|needle| needle.is_in(line.text))
    }
}

/// Numbers of lines that passed a test, in order; the test is made a piece at a time.
#[derive(Debug, Default)]
pub(crate) struct Picked {
    numbers: VecDeque<u64>,
    /// The first line that was not tested.
    next: u64,
}

impl Picked {
    pub(crate) fn numbers(&self) -> &VecDeque<u64> {
        &self.numbers
    }

    /// Whether every line was tested.
    pub(crate) fn is_whole(&self, ring: &Ring) -> bool {
        self.next >= ring.end()
    }

    /// Tests on, for as many bytes of text as are given; gives how many are left.
    pub(crate) fn advance(
        &mut self,
        ring: &Ring,
        mut bytes: usize,
        passes: impl Fn(&Line<'_>) -> bool,
    ) -> usize {
        self.next = self.next.max(ring.first());
        while let Some(line) = ring.get(self.next).filter(|_| bytes > 0) {
            if passes(&line) {
                self.numbers.push_back(line.number);
            }
            self.next += 1;
            // A line without text is work, too.
            bytes = bytes.saturating_sub(line.text.len() + 32);
        }
        bytes
    }

    /// Lets go what the ring let go, and lines from before a moment.
    pub(crate) fn forget(&mut self, ring: &Ring, begins_ms: i64) {
        let gone = |number: u64| {
            let tag = ring.get(number).map(|line| line.tag);
            tag.is_none_or(|tag| tag.at_ms != 0 && tag.at_ms < begins_ms)
        };
        while self.numbers.front().is_some_and(|number| gone(*number)) {
            self.numbers.pop_front();
        }
    }

    /// The first after a line, and the last before it.
    pub(crate) fn around(&self, number: u64) -> (Option<u64>, Option<u64>) {
        let after = self.numbers.partition_point(|known| *known <= number);
        let before = self.numbers.partition_point(|known| *known < number);
        let last = before.checked_sub(1).and_then(|at| self.numbers.get(at));
        (self.numbers.get(after).copied(), last.copied())
    }
}
