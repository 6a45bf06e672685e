//! Runs that must not run beside one another.

use serde::{Deserialize, Serialize};

use super::{
    check::{choice, mapping, required, text, unknown_fields, wrong_type},
    limits::{CONCURRENCY_LIMIT_MAX, GROUP_CHARS_MAX},
    node::{Data, Node, field_path},
    problem::{Problem, Problems},
};
use crate::error_code::Code;

/// How many runs of a group run at once, and what happens to one more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Concurrency {
    /// Name of the group in the tenant, a template over `inputs` and `run`.
    pub group: String,
    /// Runs of the group that run at once.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub limit: u32,
    /// What becomes of one more.
    #[serde(default, skip_serializing_if = "WhenBusy::is_default")]
    pub when_busy: WhenBusy,
}

/// What becomes of a run whose group is busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenBusy {
    /// It waits for its turn.
    #[default]
    Queue,
    /// The others are cancelled; it starts when they have ended.
    Replace,
    /// It is refused.
    Refuse,
}

impl WhenBusy {
    fn is_default(&self) -> bool {
        *self == Self::Queue
    }
}

const FIELDS: &[&str] = &["group", "limit", "when_busy"];

pub(super) fn read(node: &Node, problems: &mut Problems) -> Option<Concurrency> {
    let path = "concurrency";
    let entries = mapping(node, path, "a mapping: which runs exclude one another", problems)?;
    unknown_fields(entries, FIELDS, path, problems);
    let hint = "add `group: \"deploy-{{ run.environment }}\"`";
    let group = required(node, "group", path, hint, problems)
        .and_then(|entry| group(&entry.value, &field_path(path, "group"), problems));
    let get = |name: &str| node.entry(name).map(|entry| (&entry.value, field_path(path, name)));
    let words =
        [("queue", WhenBusy::Queue), ("replace", WhenBusy::Replace), ("refuse", WhenBusy::Refuse)];
    Some(Concurrency {
        group: group?,
        limit: get("limit").and_then(|(n, p)| limit(n, &p, problems)).unwrap_or(1),
        when_busy: get("when_busy")
            .and_then(|(n, p)| choice(n, &p, &words, problems))
            .unwrap_or_default(),
    })
}

fn group(node: &Node, path: &str, problems: &mut Problems) -> Option<String> {
    let group = text(node, path, problems)?;
    let length = group.chars().count();
    if group.trim().is_empty() || length > GROUP_CHARS_MAX {
        let message = format!("a name of {length} characters");
        let problem = Problem::new(Code::ManifestConcurrency, node.at, path, message);
        problems.add(problem.mend(format!("use 1 to {GROUP_CHARS_MAX} characters")));
    }
    Some(group.to_owned())
}

fn limit(node: &Node, path: &str, problems: &mut Problems) -> Option<u32> {
    let number = match &node.data {
        Data::Refused => return None,
        Data::Number(number, _) => number.as_u64(),
        _ => {
            problems.add(wrong_type(node, path, "a whole number"));
            return None;
        }
    };
    let fits = number.and_then(|number| u32::try_from(number).ok());
    let fits = fits.filter(|limit| (1..=CONCURRENCY_LIMIT_MAX).contains(limit));
    if fits.is_none() {
        let message = "not a number of runs";
        let problem = Problem::new(Code::ManifestConcurrency, node.at, path, message);
        problems
            .add(problem.mend(format!("write a whole number from 1 to {CONCURRENCY_LIMIT_MAX}")));
    }
    fits
}

const fn one() -> u32 {
    1
}

const fn is_one(number: &u32) -> bool {
    *number == 1
}
