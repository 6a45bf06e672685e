//! What the daemon said, part by part, and when each part is asked for again.

use conductor_protocol::v1::{self, RunStatus};
use jiff::{SignedDuration, Timestamp};

use crate::app::{Answer, Effect, Fault, Query, Shared, Ticket};
use crate::screen::Tab;

/// Parts of a page that is read once: how much of a list is looked at.
const APPROVALS_ROWS: u32 = 100;
const RUNS_ROWS: u32 = 200;
const SCHEDULES_ROWS: u32 = 500;
/// A part is read again after so long, whatever was heard.
const EVERY: SignedDuration = SignedDuration::from_secs(15);
/// The daemon's own checks look at disks and ask providers of secrets.
const CHECKS_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Between two readings of a part at least, however much is new.
const AT_LEAST: SignedDuration = SignedDuration::from_secs(2);

/// What is asked, each by a question of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Status,
    Approvals,
    Incidents,
    Active,
    Failed,
    Succeeded,
    Schedules,
    Checks,
}

/// How many there are.
const PARTS: usize = 8;

impl Part {
    pub(super) const ALL: [Self; PARTS] = [
        Self::Status,
        Self::Approvals,
        Self::Incidents,
        Self::Active,
        Self::Failed,
        Self::Succeeded,
        Self::Schedules,
        Self::Checks,
    ];
    /// Those that a change of a run may change.
    const RUNS: [Self; 4] = [Self::Status, Self::Active, Self::Failed, Self::Succeeded];
    /// Those that other records may change.
    const OTHERS: [Self; 4] = [Self::Status, Self::Approvals, Self::Incidents, Self::Schedules];

    const fn at(self) -> usize {
        self as usize
    }

    const fn every(self) -> SignedDuration {
        match self {
            Self::Checks => CHECKS_EVERY,
            _ => EVERY,
        }
    }

    fn query(self, shared: &Shared) -> Query {
        let scope = Some(shared.scope.clone());
        let runs = |statuses: &[RunStatus]| {
            let statuses = statuses.iter().map(|status| i32::from(*status)).collect();
            let scope = Some(shared.scope.clone());
            let page_size = RUNS_ROWS;
            Query::Runs(v1::ListRunsRequest { scope, page_size, statuses, ..<_>::default() })
        };
        match self {
            Self::Status => Query::Status(v1::StatusRequest { scope }),
            Self::Approvals => {
                let page_size = APPROVALS_ROWS;
                Query::Approvals(v1::ListApprovalsRequest { scope, page_size, ..<_>::default() })
            }
            Self::Incidents => Query::Incidents(v1::ListIncidentsRequest { scope, all: false }),
            Self::Active => runs(&[
                RunStatus::Queued,
                RunStatus::Running,
                RunStatus::Cancelling,
                RunStatus::Paused,
                RunStatus::Held,
                RunStatus::Undoing,
            ]),
            Self::Failed => runs(&[RunStatus::Failed, RunStatus::TimedOut]),
            Self::Succeeded => runs(&[RunStatus::Succeeded]),
            Self::Schedules => {
                let page_size = SCHEDULES_ROWS;
                Query::Schedules(v1::ListSchedulesRequest { scope, page_size, ..<_>::default() })
            }
            Self::Checks => Query::Doctor(v1::DoctorRequest { scope }),
        }
    }
}

/// How it stands with a part.
#[derive(Debug, Clone, Default)]
struct Pace {
    asked_at: Option<Timestamp>,
    /// When it is asked for next; nothing while the screen is at the back.
    due: Option<Timestamp>,
    under_way: bool,
    /// Something may have changed since it was asked for.
    dirty: bool,
    fault: Option<Fault>,
}

/// Everything that was heard, as it was heard last.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) status: Option<v1::StatusResponse>,
    pub(super) approvals: Option<v1::ListApprovalsResponse>,
    pub(super) incidents: Option<Vec<v1::Incident>>,
    pub(super) active: Option<v1::ListRunsResponse>,
    pub(super) failed: Option<v1::ListRunsResponse>,
    pub(super) succeeded: Option<v1::ListRunsResponse>,
    pub(super) schedules: Option<v1::ListSchedulesResponse>,
    pub(super) checks: Option<Vec<v1::DoctorCheck>>,
    pace: [Pace; PARTS],
    /// Counted with every time that the screen comes to the front: older answers don't count.
    generation: u64,
}

impl Heard {
    /// Asks for everything anew.
    pub(super) fn begin(&mut self, shared: &Shared) -> Vec<Effect> {
        self.generation += 1;
        for pace in &mut self.pace {
            (pace.under_way, pace.dirty, pace.due) = (false, false, None);
        }
        if !shared.link.is_live() {
            return Vec::new();
        }
        Part::ALL.into_iter().map(|part| self.ask(part, shared)).collect()
    }

    /// Asks for nothing more.
    pub(super) fn rest(&mut self) {
        self.pace.iter_mut().for_each(|pace| pace.due = None);
    }

    fn ask(&mut self, part: Part, shared: &Shared) -> Effect {
        let pace = &mut self.pace[part.at()];
        *pace = Pace {
            asked_at: Some(shared.now),
            due: None,
            under_way: true,
            dirty: false,
            fault: pace.fault.take(),
        };
        let number = self.generation * PARTS as u64 + part.at() as u64;
        Effect::Ask(Ticket::Screen(Tab::Pulse, number), part.query(shared))
    }

    /// What is due now.
    pub(super) fn due(&mut self, shared: &Shared) -> Vec<Effect> {
        let due = |at: &Pace| shared.refreshes_now(at.due);
        let parts: Vec<Part> =
            Part::ALL.into_iter().filter(|part| due(&self.pace[part.at()])).collect();
        parts.into_iter().map(|part| self.ask(part, shared)).collect()
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.pace.iter().filter_map(|pace| pace.due).min()
    }

    /// A run changed, or something else did.
    pub(super) fn changed(&mut self, runs: bool, now: Timestamp) {
        for part in if runs { Part::RUNS } else { Part::OTHERS } {
            let pace = &mut self.pace[part.at()];
            pace.dirty |= pace.under_way;
            let soonest = pace.asked_at.map_or(now, |asked| (asked + AT_LEAST).max(now));
            pace.due = pace.due.map(|due| due.min(soonest));
        }
    }

    /// Takes an answer; says of which part, unless it is one of before.
    pub(super) fn take(
        &mut self,
        number: u64,
        answer: Result<Answer, Fault>,
        shared: &Shared,
    ) -> Option<Part> {
        let parts = PARTS as u64;
        let at = usize::try_from(number % parts).ok()?;
        if number / parts != self.generation {
            return None;
        }
        let part = Part::ALL[at];
        let pace = &mut self.pace[at];
        let wait = if pace.dirty { AT_LEAST } else { part.every() };
        pace.under_way = false;
        pace.due = Some(pace.asked_at.unwrap_or(shared.now).max(shared.now - wait) + wait);
        match answer {
            Ok(answer) => {
                pace.fault = None;
                self.keep(part, answer);
            }
            Err(fault) => pace.fault = Some(fault),
        }
        Some(part)
    }

    fn keep(&mut self, part: Part, answer: Answer) {
        match (part, answer) {
            (Part::Status, Answer::Status(status)) => self.status = Some(*status),
            (Part::Approvals, Answer::Approvals(page)) => self.approvals = Some(*page),
            (Part::Incidents, Answer::Incidents(page)) => self.incidents = Some(page.incidents),
            (Part::Active, Answer::Runs(page)) => self.active = Some(*page),
            (Part::Failed, Answer::Runs(page)) => self.failed = Some(*page),
            (Part::Succeeded, Answer::Runs(page)) => self.succeeded = Some(*page),
            (Part::Schedules, Answer::Schedules(page)) => self.schedules = Some(*page),
            (Part::Checks, Answer::Doctor(answer)) => self.checks = Some(answer.checks),
            // An answer of another kind than was asked for can't come: the client pairs them.
            _ => {}
        }
    }

    /// Why a part could not be read the last time.
    pub(super) fn fault(&self, part: Part) -> Option<&Fault> {
        self.pace[part.at()].fault.as_ref()
    }

    /// Whether nothing at all was answered so far.
    pub(super) fn is_new(&self) -> bool {
        self.pace.iter().all(|pace| pace.fault.is_none())
            && self.status.is_none()
            && self.active.is_none()
            && self.approvals.is_none()
    }

    /// The fault of all parts, when none could ever be read.
    pub(super) fn shut(&self) -> Option<&Fault> {
        let any = self.status.is_some() || self.active.is_some() || self.approvals.is_some();
        let all = self.pace.iter().all(|pace| pace.fault.is_some());
        if any || !all { None } else { self.fault(Part::Status) }
    }
}
