//! What a plan reaches and what of it lasts: which tasks work on which host, and what nothing undoes.

use std::collections::BTreeMap;

use conductor_protocol::v1::{self, PlannedFate};

use super::{Tone, Word, executor, lay::Page, plain};

/// Hosts that are listed with what is done on each.
const HOSTS_MAX: usize = 24;
/// Executors that change nothing by themselves.
const HARMLESS: [&str; 2] = ["noop", "gate"];

/// Host by host.
pub(super) fn hosts(plan: &v1::Plan, page: &mut Page) {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    gather(&plan.tasks, "", &mut found);
    if found.is_empty() {
        return;
    }
    page.heading("On which host");
    for (host, tasks) in found.iter().take(HOSTS_MAX) {
        page.line(vec![
            (Tone::Strong, format!("  {:<16} ", plain(host))),
            (Tone::Plain, tasks.join(", ")),
        ]);
    }
    if let Some(more @ 1..) = found.len().checked_sub(HOSTS_MAX) {
        page.line(vec![(Tone::Dim, format!("  and {more} more hosts"))]);
    }
}

fn gather<'p>(
    tasks: &'p [v1::PlannedTask],
    within: &str,
    found: &mut BTreeMap<&'p str, Vec<String>>,
) {
    for task in tasks.iter().filter(|task| task.fate() != PlannedFate::Skipped) {
        let id = format!("{within}{}", task.id);
        let later = if task.fate() == PlannedFate::Later { " (perhaps)" } else { "" };
        if task.spread == "hosts" {
            for instance in &task.instances {
                found.entry(&instance.key).or_default().push(format!("{id}{later}"));
            }
        }
        for sub in subs(task) {
            gather(&sub.tasks, &format!("{id}/"), found);
        }
    }
}

/// The workflows that a task runs; of many instances the first stands for all.
fn subs(task: &v1::PlannedTask) -> impl Iterator<Item = &v1::PlannedWorkflow> {
    let first = task.instances.iter().find_map(|each| each.runs.as_ref());
    task.runs.iter().chain(first)
}

/// What has been done when it has been done.
pub(super) fn lasting(plan: &v1::Plan, page: &mut Page) {
    let mut names = Vec::new();
    unowned(&plan.tasks, "", &mut names);
    if names.is_empty() {
        return;
    }
    page.heading("Nothing undoes");
    page.line(vec![(Tone::Warn, format!("  {}", names.join(", ")))]);
}

fn unowned(tasks: &[v1::PlannedTask], within: &str, names: &mut Vec<String>) {
    for task in tasks.iter().filter(|task| task.fate() != PlannedFate::Skipped) {
        let id = format!("{within}{}", task.id);
        let runs_others = subs(task).next().is_some();
        let harmless = HARMLESS.contains(&executor(&task.uses).as_str());
        if task.undone_by.is_empty() && !runs_others && !harmless {
            names.push(id.clone());
        }
        for sub in subs(task) {
            unowned(&sub.tasks, &format!("{id}/"), names);
        }
    }
}

/// Policy's word on the start and on each task, with its reasons and what it asks for besides.
pub(super) fn verdicts(plan: &v1::Plan, page: &mut Page) {
    if plan.workflow.is_empty() {
        return;
    }
    page.heading("Policy, task by task");
    verdict("the start", plan.start.as_ref(), page);
    each(&plan.tasks, "", page);
    if !plan.bundle_revision.is_empty() {
        page.line(vec![(Tone::Dim, format!("  by bundle {}", plain(&plan.bundle_revision)))]);
    }
}

fn each(tasks: &[v1::PlannedTask], within: &str, page: &mut Page) {
    for task in tasks {
        let id = format!("{within}{}", task.id);
        verdict(&id, task.decision.as_ref(), page);
        let beside = [("health", &task.health_decision), ("undo", &task.undo_decision)];
        for (what, decision) in beside {
            if decision.is_some() {
                verdict(&format!("{id} {what}"), decision.as_ref(), page);
            }
        }
        for sub in subs(task) {
            if let Some(start) = sub.start.as_ref().filter(|start| !start.allow) {
                verdict(&format!("{id} start"), Some(start), page);
            }
            each(&sub.tasks, &format!("{id}/"), page);
        }
    }
}

fn verdict(name: &str, decision: Option<&v1::Decision>, page: &mut Page) {
    let decision = decision.cloned().unwrap_or_default();
    let word = Word::of(&decision);
    let (tone, word) = (word.tone(), word.text());
    let risk = match decision.risk.as_str() {
        "" => String::new(),
        risk => format!(", {risk} risk"),
    };
    let why = match decision.reasons.is_empty() {
        true => String::new(),
        false => format!(": {}", plain(&decision.reasons.join("; "))),
    };
    page.line(vec![
        (Tone::Strong, format!("  {:<16} ", plain(name))),
        (tone, format!("{word}{risk}")),
        (Tone::Plain, why),
    ]);
    for asked in &decision.obligations {
        page.line(vec![
            (Tone::Dim, format!("  {:<16} ", "")),
            (Tone::Warn, format!("asks for: {}", plain(&asked.text))),
        ]);
    }
}
