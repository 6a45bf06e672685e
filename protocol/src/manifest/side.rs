//! A task beside a task: what undoes it, or what looks whether all is well after a batch.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Uses,
    check::{mapping, required, unknown_fields},
    duration::timeout,
    executor::{SSH, check_with, needs_worker},
    node::{Data, Node, field_path, to_map},
    problem::{Problem, Problems},
    task,
};
use crate::error_code::Code;

/// What a compensation or a health check runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct SideTask {
    /// What runs it.
    pub uses: Uses,
    /// Parameters of the executor; strings in it are templates.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// Added to the workflow's environment; values are templates.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
    /// How often it is tried again after a failure, 0–10.
    #[serde(default, skip_serializing_if = "super::types::is_zero")]
    pub retries: u32,
    /// One attempt's bound, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

const FIELDS: &[&str] = &["uses", "with", "env", "retries", "timeout"];

/// Reads a side task. `on_host`: the task that it belongs to is for hosts, one of which it is for.
pub(super) fn read(
    (node, on_host): (&Node, bool),
    path: &str,
    problems: &mut Problems,
) -> Option<SideTask> {
    let entries = mapping(node, path, "a mapping: what runs", problems)?;
    unknown_fields(entries, FIELDS, path, problems);
    let hint = "add `uses: pkg:builtin/shell@1` or another executor";
    let uses = required(node, "uses", path, hint, problems)?;
    let uses_path = field_path(path, "uses");
    let uses = task::read_uses(&uses.value, &uses_path, problems);
    let get = |name: &str| node.entry(name).map(|entry| (&entry.value, field_path(path, name)));
    let with = get("with");
    if let Some((with, path)) = &with {
        mapping(with, path, "a mapping: the executor's parameters", problems);
    }
    if let Some(uses) = &uses {
        if !needs_worker(uses.as_str()) {
            let at = node.entry("uses").map_or(node.at, |entry| entry.value.at);
            let message = "nothing that runs beside a task can wait or be a workflow".to_owned();
            let problem = Problem::new(Code::ManifestUses, at, &uses_path, message);
            problems.add(problem.mend("use an executor that does its work at once"));
        }
        let with = with.as_ref().map(|(with, _)| *with);
        let path = field_path(path, "with");
        check_with(uses.as_str(), with, node, &path, problems);
        if uses.as_str() == SSH && !on_host {
            let nothing = Node { at: node.at, data: Data::Map(Vec::new()) };
            let hint = "add `host: NAME`: this is for no host of its own";
            required(with.unwrap_or(&nothing), "host", &path, hint, problems);
        }
    }
    Some(SideTask {
        uses: uses?,
        with: match with.map(|(with, _)| &with.data) {
            Some(Data::Map(entries)) => to_map(entries),
            _ => Map::new(),
        },
        env: get("env").map(|(n, p)| task::env(n, &p, problems)).unwrap_or_default(),
        retries: get("retries").map_or(0, |(n, p)| task::retries(n, &p, problems)),
        timeout_ms: get("timeout").and_then(|(n, p)| timeout(n, &p, problems)),
    })
}
