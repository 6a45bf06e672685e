//! Which runs are meant: the filter that `runs list` and the changes of many runs take.

use clap::{Args, ValueEnum as _};
use conductor_protocol::v1;
use pbjson_types::Timestamp;

use super::when;

/// Which runs are meant. Without anything all are.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunFilter {
    /// Only runs in one of these states
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_enum)]
    status: Vec<StatusWord>,
    /// Only runs of this workflow
    #[arg(long, value_name = "NAME")]
    workflow: Option<String>,
    /// No runs in one of these states
    #[arg(
        long,
        value_name = "STATE",
        value_delimiter = ',',
        value_enum,
        conflicts_with = "status"
    )]
    not_status: Vec<StatusWord>,
    /// No runs of these workflows
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    not_workflow: Vec<String>,
    /// Only runs that this principal started
    #[arg(long, value_name = "PRINCIPAL")]
    owner: Option<String>,
    /// No runs that these principals started
    #[arg(long, value_name = "PRINCIPAL", value_delimiter = ',')]
    not_owner: Vec<String>,
    /// Only runs that are about this data subject
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,
    /// Only runs started since: `2h`, `3d`, or a date and time
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    since: Option<Timestamp>,
    /// Only runs started before: `2h`, `3d`, or a date and time
    #[arg(long, value_name = "WHEN", value_parser = when::parse)]
    until: Option<Timestamp>,
    /// Only runs with these words in their id, workflow or owner; `!word` has none of it, and `~word` its letters in
    /// this order
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
}

impl RunFilter {
    /// The request for the first page of what it means, of the daemon's own size.
    pub(super) fn request(self, scope: Option<v1::Scope>) -> v1::ListRunsRequest {
        v1::ListRunsRequest {
            scope,
            page_size: 0,
            page_token: String::new(),
            statuses: statuses(self.status, &self.not_status),
            workflow: self.workflow.unwrap_or_default(),
            owner: self.owner.unwrap_or_default(),
            subject: self.subject.unwrap_or_default(),
            since: self.since,
            until: self.until,
            text: self.text.unwrap_or_default(),
            not_workflows: self.not_workflow,
            not_owners: self.not_owner,
            oldest_first: false,
        }
    }

    /// Says nothing, so it means everything.
    pub(super) const fn is_empty(&self) -> bool {
        self.status.is_empty()
            && self.workflow.is_none()
            && self.owner.is_none()
            && self.not_status.is_empty()
            && self.not_workflow.is_empty()
            && self.not_owner.is_empty()
            && self.subject.is_none()
            && self.since.is_none()
            && self.until.is_none()
            && self.text.is_none()
    }
}

/// The states that are asked for: these, or all but the others.
fn statuses(these: Vec<StatusWord>, others: &[StatusWord]) -> Vec<i32> {
    let words = match others {
        [] => these,
        _ => StatusWord::value_variants().iter().copied().filter(|w| !others.contains(w)).collect(),
    };
    // Where none is left the daemon is asked for a state that it refuses, not for all of them.
    let none = (words.is_empty() && !others.is_empty()).then_some(v1::RunStatus::Unspecified);
    words.into_iter().map(v1::RunStatus::from).chain(none).map(i32::from).collect()
}

/// A run's state as `--status` takes it; the words of the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum StatusWord {
    Queued,
    Running,
    Cancelling,
    Succeeded,
    Failed,
    Cancelled,
    TimedOut,
    Paused,
    Held,
    Undoing,
}

impl From<StatusWord> for v1::RunStatus {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Queued => Self::Queued,
            StatusWord::Running => Self::Running,
            StatusWord::Cancelling => Self::Cancelling,
            StatusWord::Succeeded => Self::Succeeded,
            StatusWord::Failed => Self::Failed,
            StatusWord::Cancelled => Self::Cancelled,
            StatusWord::TimedOut => Self::TimedOut,
            StatusWord::Paused => Self::Paused,
            StatusWord::Held => Self::Held,
            StatusWord::Undoing => Self::Undoing,
        }
    }
}

#[cfg(test)]
mod tests {
    use conductor_tui::words;

    use super::*;

    #[test]
    fn states_that_are_left_out_leave_the_others_and_never_all() {
        let all = StatusWord::value_variants();
        assert_eq!(statuses(Vec::new(), &[]), Vec::<i32>::new());
        let left = statuses(Vec::new(), &[StatusWord::Failed]);
        assert_eq!(left.len(), all.len() - 1);
        assert!(!left.contains(&v1::RunStatus::Failed.into()));
        assert_eq!(statuses(Vec::new(), all), [i32::from(v1::RunStatus::Unspecified)]);
    }

    #[test]
    fn a_state_is_asked_for_by_the_word_that_is_shown() {
        for asked in StatusWord::value_variants() {
            let value = asked.to_possible_value().unwrap();
            assert_eq!(value.get_name(), words::run_status((*asked).into()));
        }
    }
}
