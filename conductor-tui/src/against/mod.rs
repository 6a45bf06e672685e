//! A run beside its plan: what was planned and came otherwise, for the command line and the console
//! alike. Only what is recorded of the run is told of it. Of its plan the daemon keeps the digest: a plan
//! that is made now is that plan where the digests are the same, and is called what it is otherwise.

mod lines;
mod tasks;
#[cfg(test)]
mod tests;
mod times;

use conductor_protocol::v1::{self, RunStatus};
use serde::Serialize;

pub use self::lines::lines;

/// What a run is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Basis {
    /// The plan that it was started by, byte for byte: the digests are the same.
    Recorded,
    /// What the manifest gives now; the plan that it was started by was another one.
    Changed,
    /// What the manifest gives now; it was started without a plan.
    Unrecorded,
}

/// In what something came otherwise than planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// It ended in another way than by success.
    Outcome,
    /// It was planned, and the run has no such task.
    Missing,
    /// It was not planned.
    Added,
    /// It was to run, and was left out.
    Skipped,
    /// It was to run, and the run ended before it.
    NotReached,
    /// It was to be left out, and ran.
    Ran,
    /// It ran on other hosts, or for other things.
    Hosts,
    /// It took more than one attempt.
    Retried,
    /// It took longer than nine of ten did.
    Longer,
    /// It took less than half of what half of them took.
    Shorter,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Outcome => "other outcome",
            Self::Missing => "missing",
            Self::Added => "added",
            Self::Skipped => "skipped",
            Self::NotReached => "not reached",
            Self::Ran => "ran",
            Self::Hosts => "other hosts",
            Self::Retried => "retried",
            Self::Longer => "longer",
            Self::Shorter => "shorter",
        }
    }

    /// Its shape: one letter that every terminal has.
    #[must_use]
    pub const fn shape(self) -> char {
        match self {
            Self::Outcome => '!',
            Self::Missing | Self::Skipped | Self::NotReached => '-',
            Self::Added | Self::Ran => '+',
            Self::Hosts | Self::Retried => '~',
            Self::Longer => '>',
            Self::Shorter => '<',
        }
    }
}

/// One thing that came otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Of which task; empty for the run itself.
    pub task: String,
    /// In what.
    pub kind: Kind,
    /// What was planned, in words.
    pub planned: String,
    /// What came, in words.
    pub came: String,
}

/// A task that came as it was planned, or has not ended yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// Its id.
    pub task: String,
    /// How it stands, in words.
    pub came: String,
}

/// A run beside a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Against {
    /// The run's id.
    pub run_id: String,
    /// What it is compared with.
    pub basis: Basis,
    /// The digest of the plan that it was started by; empty where there was none.
    pub recorded: String,
    /// The digest of the plan that it is compared with; empty where none could be made.
    pub plan: String,
    /// Why it can't be compared, a sentence each; then nothing else is told.
    pub problems: Vec<String>,
    /// What came otherwise, what matters most first.
    pub differences: Vec<Difference>,
    /// Tasks that came as they were planned.
    pub as_planned: Vec<Told>,
    /// Tasks that have not ended.
    pub open: Vec<Told>,
    /// Finished runs that the times of the plan are by.
    pub runs_before: u32,
}

/// What is asked of the daemon to compare a run with: the plan of the same version with the same inputs.
#[must_use]
pub fn request(run: &v1::Run, scope: Option<v1::Scope>) -> v1::PlanRunRequest {
    let summary = run.summary.clone().unwrap_or_default();
    v1::PlanRunRequest {
        scope,
        workflow: summary.workflow,
        version: summary.version,
        inputs_json: run.inputs_json.clone(),
        ..<_>::default()
    }
}

/// Compares a run with a plan of it.
#[must_use]
pub fn compare(run: &v1::Run, plan: &v1::Plan) -> Against {
    let summary = run.summary.clone().unwrap_or_default();
    let basis = match run.plan.as_str() {
        "" => Basis::Unrecorded,
        digest if digest == plan.digest => Basis::Recorded,
        _ => Basis::Changed,
    };
    let mut against = Against {
        run_id: summary.run_id.clone(),
        basis,
        recorded: run.plan.clone(),
        plan: plan.digest.clone(),
        problems: problems(run, plan),
        differences: Vec::new(),
        as_planned: Vec::new(),
        open: Vec::new(),
        runs_before: plan.estimate.as_ref().map_or(0, |estimate| estimate.runs),
    };
    if !against.problems.is_empty() {
        return against;
    }
    tasks::compare(run, plan, &mut against);
    times::whole(run, plan, &mut against.differences);
    // Of one kind they stay in the order of the plan: the sort is stable.
    against.differences.sort_by_key(|difference| difference.kind);
    against
}

/// Why there is nothing to compare.
fn problems(run: &v1::Run, plan: &v1::Plan) -> Vec<String> {
    if run.undo_only {
        return vec!["it only undoes another run: that is planned by what was done".to_owned()];
    }
    if !plan.tasks.is_empty() {
        return Vec::new();
    }
    let problem = |problem: &v1::PlanProblem| format!("{}: {}", problem.code, problem.message);
    let mut problems = vec!["no plan of it can be made now".to_owned()];
    problems.extend(plan.problems.iter().map(problem));
    problems
}

/// Whether a run can't change any more.
fn is_over(run: &v1::Run) -> bool {
    use RunStatus::{Cancelled, Failed, Succeeded, TimedOut};
    let status = run.summary.as_ref().map_or(RunStatus::Unspecified, v1::RunSummary::status);
    matches!(status, Succeeded | Failed | Cancelled | TimedOut)
}
