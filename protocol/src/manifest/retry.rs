//! When a task is tried again, and after what wait.

use serde::{Deserialize, Serialize};

use super::{
    check::{list, mapping, unknown_fields, wrong_type},
    duration::timeout,
    executor::HTTP,
    limits::RETRY_LIST_MAX,
    node::{Data, Node, field_path, item_path},
    problem::{Problem, Problems, quoted},
};
use crate::error_code::Code;

/// Which statuses of an answer are meant: one, or a whole class such as `5xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Statuses {
    /// This one.
    One(u16),
    /// All of a class.
    Class(StatusClass),
}

/// A class of statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatusClass {
    /// 300 to 399.
    #[serde(rename = "3xx")]
    Redirection,
    /// 400 to 499.
    #[serde(rename = "4xx")]
    ClientError,
    /// 500 to 599.
    #[serde(rename = "5xx")]
    ServerError,
}

impl StatusClass {
    /// All of them with their words.
    const WORDS: [(&'static str, Self); 3] =
        [("3xx", Self::Redirection), ("4xx", Self::ClientError), ("5xx", Self::ServerError)];

    const fn digit(self) -> u16 {
        match self {
            Self::Redirection => 3,
            Self::ClientError => 4,
            Self::ServerError => 5,
        }
    }
}

impl Statuses {
    /// Whether this status is among them.
    #[must_use]
    pub const fn holds(self, status: u16) -> bool {
        match self {
            Self::One(one) => one == status,
            Self::Class(class) => status / 100 == class.digit(),
        }
    }
}

/// Which failures are worth another try, and how long to wait before it. What is absent is as
/// the daemon has it: every failure, half a second doubled up to a minute, half of it by chance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct RetryRule {
    /// Exit codes of the program; another one is final. Empty: every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_exit: Vec<i32>,
    /// Statuses of an answer; another one is final. Empty: every one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_status: Vec<Statuses>,
    /// The first wait, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff_ms: Option<u64>,
    /// What each wait is multiplied by for the next, in percent: 200 doubles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor_percent: Option<u32>,
    /// The longest wait, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_ms: Option<u64>,
    /// Which part of a wait is by chance, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter_percent: Option<u32>,
}

const FIELDS: &[&str] = &["on_exit", "on_status", "backoff", "factor", "max", "jitter"];

pub(super) fn read(
    (task, node): (&Node, &Node),
    path: &str,
    problems: &mut Problems,
) -> Option<RetryRule> {
    let entries = mapping(node, path, "a mapping: when to try again", problems)?;
    unknown_fields(entries, FIELDS, path, problems);
    if task.entry("retries").is_none() {
        let message = "the task has no `retries`";
        let hint = "add `retries: 3`, or remove it";
        problems.add(Problem::new(Code::ManifestRetries, node.at, path, message).mend(hint));
    }
    let get = |name: &str| node.entry(name).map(|entry| (&entry.value, field_path(path, name)));
    let uses = task.entry("uses").and_then(|entry| entry.value.text()).unwrap_or_default();
    if let Some((statuses, path)) = get("on_status")
        && uses.starts_with("pkg:builtin/")
        && uses != HTTP
    {
        let message = format!("{} gets no status as an answer", quoted(uses));
        let problem = Problem::new(Code::ManifestRetries, statuses.at, path, message);
        problems.add(problem.mend(format!("remove it, or use `{HTTP}`")));
    }
    Some(RetryRule {
        on_exit: get("on_exit").map(|(n, p)| numbers(n, &p, 1, 255, problems)).unwrap_or_default(),
        on_status: get("on_status").map(|(n, p)| statuses(n, &p, problems)).unwrap_or_default(),
        backoff_ms: get("backoff").and_then(|(n, p)| timeout(n, &p, problems)),
        factor_percent: get("factor").and_then(|(n, p)| hundredth(n, &p, (1.0, 10.0), problems)),
        max_ms: get("max").and_then(|(n, p)| timeout(n, &p, problems)),
        jitter_percent: get("jitter").and_then(|(n, p)| hundredth(n, &p, (0.0, 1.0), problems)),
    })
}

/// Whole numbers from `min` to `max`, at least one.
fn numbers(node: &Node, path: &str, min: i32, max: i32, problems: &mut Problems) -> Vec<i32> {
    let Some(items) = list(node, path, "a list of whole numbers", problems) else {
        return Vec::new();
    };
    let mut refuse = |node: &Node, path: &str, message: String| {
        let hint = format!("give 1 to {RETRY_LIST_MAX} whole numbers from {min} to {max}");
        problems.add(Problem::new(Code::ManifestRetries, node.at, path, message).mend(hint));
    };
    if items.is_empty() || items.len() > RETRY_LIST_MAX {
        refuse(node, path, format!("a list of {} numbers", items.len()));
    }
    let mut numbers = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let number = match &item.data {
            Data::Refused => continue,
            Data::Number(number, _) => number.as_i64(),
            _ => None,
        };
        match number.and_then(|n| i32::try_from(n).ok()).filter(|n| (min..=max).contains(n)) {
            Some(number) => numbers.push(number),
            None => refuse(item, &item_path(path, index), "not one that can be".to_owned()),
        }
    }
    numbers
}

/// Statuses that a request can fail with, and classes of them, at least one.
fn statuses(node: &Node, path: &str, problems: &mut Problems) -> Vec<Statuses> {
    let Some(items) = list(node, path, "a list of statuses", problems) else {
        return Vec::new();
    };
    let mut refuse = |node: &Node, path: &str, message: &str| {
        let hint = format!(
            "give 1 to {RETRY_LIST_MAX} statuses from 300 to 599, or classes: `3xx`, `4xx`, `5xx`"
        );
        problems.add(Problem::new(Code::ManifestRetries, node.at, path, message).mend(hint));
    };
    if items.is_empty() || items.len() > RETRY_LIST_MAX {
        refuse(node, path, &format!("a list of {} statuses", items.len()));
    }
    let mut statuses = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let read = match &item.data {
            Data::Refused => continue,
            Data::Number(number, _) => number
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (300..=599).contains(status))
                .map(Statuses::One),
            Data::Text(text, _) => StatusClass::WORDS
                .into_iter()
                .find(|(word, _)| word == text)
                .map(|(_, class)| Statuses::Class(class)),
            _ => None,
        };
        match read {
            Some(read) => statuses.push(read),
            None => refuse(item, &item_path(path, index), "no status that a request fails with"),
        }
    }
    statuses
}

/// A decimal in a range, as hundredths: manifests are hashed, and floats have many forms.
fn hundredth(
    node: &Node,
    path: &str,
    (min, max): (f64, f64),
    problems: &mut Problems,
) -> Option<u32> {
    let Data::Number(number, _) = &node.data else {
        if !node.is_refused() {
            problems.add(wrong_type(node, path, "a number"));
        }
        return None;
    };
    let number = number.as_f64().filter(|number| (min..=max).contains(number));
    if number.is_none() {
        let message = format!("not a number from {min} to {max}");
        let hint = format!("write {min} to {max}");
        problems.add(Problem::new(Code::ManifestRetries, node.at, path, message).mend(hint));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1,000 by the check above"
    )]
    number.map(|number| (number * 100.0).round() as u32)
}
