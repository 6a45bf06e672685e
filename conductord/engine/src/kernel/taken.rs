//! Reports that were taken lately, so that one that comes again is answered as it was.
//!
//! A worker whose answer got lost reports again, and by then the run may be over and forgotten
//! by the kernel. The memory is bounded, the oldest goes first, and it is empty after a restart:
//! a report that comes again only then is refused with `LEASE_LOST`, which tells the worker to
//! drop an attempt that it has ended already.

use std::collections::VecDeque;

use conductor_protocol::id::{RunId, WorkerId};

use crate::{
    limits,
    ports::{Completion, Outcome},
};

/// What tells a report from every other. The token alone names the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) run: RunId,
    pub(super) worker: WorkerId,
    token: u64,
    /// As it was reported; what was recorded may differ, for example when outputs were wrong.
    outcome: Outcome,
}

impl Taken {
    pub(super) const fn of(report: &Completion) -> Self {
        Self {
            run: report.run,
            worker: report.worker,
            token: report.token,
            outcome: report.outcome,
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct TakenReports(VecDeque<Taken>);

impl TakenReports {
    pub(super) fn remember(&mut self, report: Taken) {
        if self.0.len() >= limits::TAKEN_REPORTS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(report);
    }

    pub(super) fn knows(&self, report: &Taken) -> bool {
        // What comes again was mostly taken a moment ago.
        self.0.iter().rev().any(|taken| taken == report)
    }
}
