//! What `update` wants done in the world. Describing is all that happens here; the runtime does.

use std::{path::PathBuf, sync::Arc};

use conductor_protocol::v1;
use serde_json::{Map, Value};

use super::{
    approval::{Countersign, Say, Secret, Signs},
    fetch::Fetch,
    frost::Frost,
    kept::Keep,
    once::Trial,
    query::Query,
    tenancy::TenantChange,
};
use crate::{
    input::{SecretNames, has_secret},
    screen::Tab,
    terminal::Notifier,
    widget::{Confirmed, Purpose},
};

/// Names a subscription, so that news of one that was dropped is not taken for its successor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FeedId(pub(crate) u64);

/// What an answer is for; comes back with it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ticket {
    /// A page of runs; older generations are thrown away.
    RunsPage {
        generation: u64,
        page: usize,
    },
    Workflows,
    /// A manifest, to make a form of, with values given already.
    Form {
        purpose: Purpose,
        inputs: Vec<(String, String)>,
    },
    /// What a run would do, to be looked at.
    Plan,
    Schedules,
    /// The next times of a schedule as it is now.
    NextTimes(Box<v1::Schedule>),
    Verdicts(Vec<v1::Question>),
    /// The ledger's end, to hear of approvals from there on.
    ApprovalsFrom,
    /// A page of approvals: of those that wait, or of those that have ended, too.
    Approvals {
        generation: u64,
        all: bool,
    },
    /// How long approvals waited.
    ApprovalTimes,
    /// One approval, with everything that is signed.
    Approval(String),
    /// What policy said when it asked for this approval.
    Because(String),
    /// Something that a screen asked, by a number that is its own business.
    Screen(Tab, u64),
    Changed(Mutation),
}

/// A stream from the daemon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Feed {
    Runs(v1::WatchRunsRequest),
    Run(v1::WatchRunRequest),
    Logs(v1::RunLogsRequest),
    Ledger(v1::TailRequest),
    /// The ledger, verified once.
    Verify(v1::VerifyRequest),
    /// A bundle of policy, tried out once.
    Trial(Trial),
    /// An artifact's bytes, read once.
    Artifact(Fetch),
}

/// A request that changes something. It reaches the daemon only inside a [`Confirmed`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mutation {
    /// A run, and which inputs are named in no text.
    Start(v1::StartRunRequest, SecretNames),
    Cancel(v1::CancelRunRequest),
    Rerun(v1::RerunRunRequest),
    Pause(v1::PauseRunRequest),
    Resume(v1::ResumeRunRequest),
    Skip(v1::SkipTaskRequest),
    Release(v1::ReleaseTaskRequest),
    PauseSchedule(v1::PauseScheduleRequest),
    ResumeSchedule(v1::ResumeScheduleRequest),
    Deprecate(v1::DeprecateWorkflowRequest),
    Retire(v1::RetireWorkflowRequest),
    /// Policy decides by a bundle of before.
    RollBack(v1::RollBackRequest),
    Review(v1::ReviewWorkflowRequest),
    /// A version is signed by its reviewer.
    Countersign(Box<Countersign>),
    /// Something is said to an approval.
    Approval(Say),
    /// A part of the tenant is frozen, stopped or let go on.
    Frost(Frost),
    /// A tenant is made, set, suspended, resumed or forgotten.
    Tenant(Box<TenantChange>),
}

impl Mutation {
    /// The command that does the same.
    pub(crate) fn twin(&self) -> String {
        match self {
            Self::Approval(say) => say.twin(),
            Self::Countersign(signed) => signed.twin(),
            Self::Frost(frost) => frost.twin(),
            Self::Tenant(change) => change.twin(),
            Self::Start(request, secrets) => start_twin(request, secrets),
            Self::Cancel(request) => {
                let kill = if request.kill { " --kill" } else { "" };
                format!("conductor runs cancel {}{kill}", request.run_id)
            }
            Self::Rerun(request) if request.undo => {
                format!("conductor runs undo {}", request.run_id)
            }
            Self::Rerun(request) => {
                let part = if request.from_failed { " --from-failed" } else { "" };
                format!("conductor runs rerun {}{part}", request.run_id)
            }
            Self::Pause(request) => format!("conductor runs pause {}", request.run_id),
            Self::Resume(request) => format!("conductor runs resume {}", request.run_id),
            Self::Skip(request) => {
                let (run, task) = (&request.run_id, shell_word(&request.task_id));
                let reason = shell_word(&request.reason);
                format!("conductor runs skip {run} {task} --reason {reason}")
            }
            Self::Release(request) => {
                let (run, task) = (&request.run_id, shell_word(&request.task_id));
                let reason = match request.reason.as_str() {
                    "" => String::new(),
                    reason => format!(" --reason {}", shell_word(reason)),
                };
                format!("conductor runs release {run} {task} --answer {}{reason}", request.answer)
            }
            Self::PauseSchedule(request) => format!("conductor schedules pause {}", request.name),
            Self::ResumeSchedule(request) => {
                format!("conductor schedules resume {}", request.name)
            }
            Self::Deprecate(request) => {
                let which = format!("{}@{}", request.name, request.version);
                let how = match (request.undo, request.instead.as_str()) {
                    (true, _) => "--undo".to_owned(),
                    (false, "") => format!("--reason {}", shell_word(&request.reason)),
                    (false, instead) => {
                        let reason = shell_word(&request.reason);
                        format!("--reason {reason} --use {}", shell_word(instead))
                    }
                };
                format!("conductor workflows deprecate {which} {how}")
            }
            Self::Retire(request) => {
                let which = format!("{}@{}", request.name, request.version);
                let reason = shell_word(&request.reason);
                format!("conductor workflows retire {which} --yes --reason {reason}")
            }
            Self::RollBack(request) => {
                let reason = shell_word(&request.reason);
                format!("conductor policy rollback {} --reason {reason}", request.revision)
            }
            Self::Review(request) => {
                let which = format!("{}@{}", request.name, request.version);
                let word = if request.accepted { "--accept" } else { "--reject" };
                let reason = match request.reason.as_str() {
                    "" => String::new(),
                    reason => format!(" --reason {}", shell_word(reason)),
                };
                format!("conductor runbooks review {which} {word}{reason}")
            }
        }
    }
}

/// The command that starts the same.
fn start_twin(request: &v1::StartRunRequest, secrets: &SecretNames) -> String {
    let mut flags = input_flags(&request.inputs_json, secrets);
    if !request.reason.is_empty() {
        flags.push_str(" --reason ");
        flags.push_str(&shell_word(&request.reason));
    }
    match request.plan.as_str() {
        "" if request.rehearsal => {
            format!("conductor runbooks rehearse {}{flags}", request.workflow)
        }
        "" => format!("conductor run {}{flags}", request.workflow),
        plan => {
            let which = format!("{}@{}", request.workflow, request.version);
            format!("conductor run {which}{flags} --plan {plan}")
        }
    }
}

/// Inputs as the command line takes them, each with a space before it. A shell takes a secret from a
/// variable, and stops where there is none.
pub(crate) fn input_flags(inputs_json: &str, secrets: &SecretNames) -> String {
    let inputs: Map<String, Value> = serde_json::from_str(inputs_json).unwrap_or_default();
    let flag = |(key, value): (&String, &Value)| {
        if has_secret(key, value, secrets) {
            let named =
                |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
            let variable: String = key.chars().map(named).collect();
            return format!(" -i {key}=\"${{{variable}:?}}\"");
        }
        let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!(" -i {key}={}", shell_word(&plain))
    };
    inputs.iter().map(flag).collect()
}

/// Quotes for a shell where needed.
pub(super) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "moved once each; boxes would cost more")]
pub(crate) enum Effect {
    Ask(Ticket, Query),
    Watch(FeedId, Feed),
    Unwatch(FeedId),
    Change(Confirmed<Mutation>),
    /// The same, with the passphrase of the key that it is signed by.
    Unlock(Confirmed<Mutation>, Secret),
    /// Look for the keys that something can be signed with.
    FindKeys(Signs),
    /// Tell somebody who looks elsewhere.
    Notify {
        by: Notifier,
        title: String,
        text: String,
    },
    /// Write a setting into the config file.
    WriteSetting {
        name: String,
        value: String,
    },
    /// Put a text on the clipboard.
    Copy(String),
    /// Write a new file into the current folder.
    Export {
        name: String,
        text: String,
    },
    /// Rank texts against a pattern, off the drawing thread.
    Rank {
        generation: u64,
        pattern: String,
        texts: Arc<[String]>,
    },
    LoadTheme(String),
    /// Keep something for later sessions.
    Keep(Keep),
    /// Take clicks and the wheel, or not.
    Mouse(bool),
    /// From now on everything is asked about another scope; what was asked before comes back with the
    /// number before.
    Move {
        scope: v1::Scope,
        epoch: u64,
    },
    /// Find the daemon of a context, by its name.
    Reach(String),
    /// Hand the terminal to the editor for a file, and take it back afterwards.
    Edit(PathBuf),
    Redraw,
    /// Record from here on, in this file; nothing ends the recording.
    Record(Option<PathBuf>),
    /// Play the tour, and go on here afterwards.
    Tour,
    Suspend,
    Quit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_has_a_twin_that_a_shell_takes() {
        let inputs_json = r#"{"host":"pay 1","n":3,"why":"it's"}"#.to_owned();
        let start =
            v1::StartRunRequest { workflow: "triage".into(), inputs_json, ..<_>::default() };
        let twin = Mutation::Start(start, <_>::default()).twin();
        assert_eq!(twin, r"conductor run triage -i host='pay 1' -i n=3 -i why='it'\''s'");
        let inputs_json = r#"{"db-password":"hunter2","host":"a","key":"k"}"#.to_owned();
        let start = v1::StartRunRequest { workflow: "d".into(), inputs_json, ..<_>::default() };
        let twin = Mutation::Start(start, ["key".to_owned()].into()).twin();
        let expected =
            r#"conductor run d -i db-password="${DB_PASSWORD:?}" -i host=a -i key="${KEY:?}""#;
        assert_eq!(twin, expected);
    }
}
