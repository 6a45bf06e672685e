//! What is different in a plan from one that was made before, in sentences.

use std::collections::BTreeMap;

use conductor_protocol::v1::{Plan, PlannedTask};

use super::{Word, plain};

/// Differences that are told.
const TOLD_MAX: usize = 20;

/// What is different now; nothing where the two would run the same.
#[must_use]
pub fn changed(before: &Plan, now: &Plan) -> Vec<String> {
    let mut told = Vec::new();
    let mut differ = |what: &str, old: &str, new: &str| {
        if old != new {
            told.push(format!("{what}: {} before, {} now", or_none(old), or_none(new)));
        }
    };
    differ("version", &before.version, &now.version);
    differ("inputs", &before.inputs_json, &now.inputs_json);
    differ("policy", &before.bundle_revision, &now.bundle_revision);
    differ("secrets", &before.secrets.join(", "), &now.secrets.join(", "));
    let allowed = |plan: &Plan| Word::of_any(plan.start.as_ref()).text();
    differ("the start", allowed(before), allowed(now));
    let (old, new) = (by_id(&before.tasks), by_id(&now.tasks));
    for (id, task) in &new {
        match old.get(id) {
            None => told.push(format!("{id} is new")),
            Some(before) => tasks(id, before, task, &mut told),
        }
    }
    told.extend(old.keys().filter(|id| !new.contains_key(*id)).map(|id| format!("{id} is gone")));
    let needs = |plan: &Plan| {
        let named = plan.approvals.iter().map(|one| format!("{} {}", one.task_id, one.kind));
        named.collect::<Vec<_>>().join(", ")
    };
    let (before_needs, now_needs) = (needs(before), needs(now));
    if before_needs != now_needs {
        let now = or_none(now_needs.trim()).to_owned();
        told.push(format!("a person is needed otherwise: {now} now"));
    }
    if told.is_empty() && before.digest != now.digest {
        told.push("what a task is given is different".to_owned());
    }
    let more = told.len().saturating_sub(TOLD_MAX);
    told.truncate(TOLD_MAX);
    if more > 0 {
        told.push(format!("and {more} more differences"));
    }
    told.iter().map(|line| plain(line)).collect()
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

fn by_id(tasks: &[PlannedTask]) -> BTreeMap<&str, &PlannedTask> {
    tasks.iter().map(|task| (task.id.as_str(), task)).collect()
}

fn tasks(id: &str, before: &PlannedTask, now: &PlannedTask, told: &mut Vec<String>) {
    let keys =
        |task: &PlannedTask| task.instances.iter().map(|each| each.key.clone()).collect::<Vec<_>>();
    let (old, new) = (keys(before), keys(now));
    let added: Vec<String> = new.iter().filter(|key| !old.contains(key)).cloned().collect();
    let gone: Vec<String> = old.iter().filter(|key| !new.contains(key)).cloned().collect();
    if !added.is_empty() {
        told.push(format!("{id} is done for {}, too", added.join(", ")));
    }
    if !gone.is_empty() {
        told.push(format!("{id} is not done for {} any more", gone.join(", ")));
    }
    if before.uses != now.uses {
        told.push(format!("{id} is done by {} and not by {}", now.uses, before.uses));
    }
    if before.fate != now.fate {
        told.push(format!("{id}: whether it runs is different"));
    }
    if before.batches != now.batches && old == new {
        told.push(format!("{id} goes in other batches"));
    }
    let call = |task: &PlannedTask| {
        let own = task.call.as_ref().map(|call| call.with_json.clone());
        let each = task.instances.iter().filter_map(|each| each.call.as_ref());
        own.into_iter().chain(each.map(|call| call.with_json.clone())).collect::<Vec<_>>()
    };
    if old == new && call(before) != call(now) {
        told.push(format!("{id} is given something else"));
    }
    let word = |task: &PlannedTask| Word::of_any(task.decision.as_ref());
    match word(now) {
        same if same == word(before) => {}
        Word::Waits => told.push(format!("{id} waits for approval now")),
        other => told.push(format!("{id} is {} by policy now", other.text())),
    }
}
