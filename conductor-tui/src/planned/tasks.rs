//! The tasks of a plan, each with what is given to it.

use conductor_protocol::v1;
use serde_json::{Map, Value};

use super::{Tone, Word, executor, lay::Page, plain};
use crate::words::span;

/// How far what is said of a task stands from the left.
const INDENT: usize = 4;
/// How much further the tasks of a workflow stand that a task runs.
const DEEPER: usize = 4;
/// Parameters of one call that are shown.
const FIELDS_MAX: usize = 8;
/// Characters of one of them.
const VALUE_CHARS_MAX: usize = 240;
/// Instances of one batch that are named.
const KEYS_MAX: usize = 24;
/// Batches that are listed.
const BATCHES_MAX: usize = 16;

/// All of them, in the order that they may start in.
pub(super) fn tasks(plan: &v1::Plan, page: &mut Page) {
    if plan.tasks.is_empty() {
        return;
    }
    page.heading("Tasks, in the order that they may start in");
    list(&plan.tasks, 0, page);
    if plan.left_out > 0 {
        let text = format!("{} more are planned by their keys alone", plan.left_out);
        page.labelled(INDENT, "", &[(Tone::Dim, text)]);
    }
    if plan.cut > 0 {
        let plural = if plan.cut == 1 { " is" } else { "s are" };
        let text = format!("{} value{plural} too long for this; the digest is over all", plan.cut);
        page.labelled(INDENT, "", &[(Tone::Dim, text)]);
    }
}

fn list(tasks: &[v1::PlannedTask], indent: usize, page: &mut Page) {
    let mut wave = 0;
    for task in tasks {
        if indent == 0 && task.step != wave {
            wave = task.step;
            page.line(vec![(Tone::Dim, format!("wave {wave}"))]);
        }
        first_line(task, indent, page);
        details(task, indent + INDENT, page);
        if let Some(sub) = &task.runs {
            below(sub, indent + DEEPER, page);
        }
        if let Some((key, sub)) = first_sub(task) {
            let more = task.instances.len().saturating_sub(1);
            let text = format!("{key}{}", and_more(more, "like it"));
            page.labelled(indent + INDENT, "for", &[(Tone::Plain, text)]);
            below(sub, indent + DEEPER, page);
        }
    }
}

fn first_sub(task: &v1::PlannedTask) -> Option<(&str, &v1::PlannedWorkflow)> {
    task.instances.iter().find_map(|each| Some((each.key.as_str(), each.runs.as_ref()?)))
}

fn below(sub: &v1::PlannedWorkflow, indent: usize, page: &mut Page) {
    denied(sub.start.as_ref(), indent, page);
    let chosen = |task: &v1::PlannedTask| task.spread == "hosts" && task.instances_after.is_empty();
    if sub.tasks.iter().any(chosen) {
        let text = "as they are now with --plan; without it they are chosen when this starts";
        page.labelled(indent, "hosts", &[(Tone::Dim, text.to_owned())]);
    }
    list(&sub.tasks, indent, page);
}

fn first_line(task: &v1::PlannedTask, indent: usize, page: &mut Page) {
    let skipped = task.fate() == v1::PlannedFate::Skipped;
    let name = if skipped { Tone::Dim } else { Tone::Strong };
    let mut line = vec![
        (Tone::Dim, format!("{}{:>2} ", " ".repeat(indent), task.step)),
        (name, format!("{:<14} ", task.id)),
        (Tone::Plain, executor(&task.uses)),
    ];
    match task.fate() {
        v1::PlannedFate::Skipped => line.push((Tone::Warn, ", skipped".to_owned())),
        v1::PlannedFate::Later => {
            let after = task.fate_after.join(", ");
            line.push((Tone::Warn, format!(", decided after {after}")));
        }
        _ => {}
    }
    if !skipped && let Some(many) = many(task) {
        line.push((Tone::Plain, format!(" {many}")));
    }
    if let Some(span) = &task.span {
        line.push((Tone::Dim, format!(", {}", long(span))));
    }
    page.line(line);
}

/// What it is done for, in few words.
fn many(task: &v1::PlannedTask) -> Option<String> {
    let what = if task.spread == "hosts" { "host" } else { "instance" };
    if task.spread.is_empty() {
        return None;
    }
    if !task.instances_after.is_empty() {
        return Some(format!("for what is known after {}", task.instances_after.join(", ")));
    }
    let count = task.instances_total;
    let plural = if count == 1 { "" } else { "s" };
    let batches = match task.batches.len() {
        0 | 1 => String::new(),
        batches => format!(" in {batches} batches"),
    };
    Some(format!("on {count} {what}{plural}{batches}"))
}

fn long(each: &v1::PlanSpan) -> String {
    let (p50, p90) = (span_ms(each.p50_ms), span_ms(each.p90_ms));
    format!("{p50}, nine of ten within {p90}")
}

/// A span of time in milliseconds.
pub(super) fn span_ms(ms: u64) -> String {
    span(std::time::Duration::from_millis(ms))
}

/// A bound in milliseconds, as short as it is written.
pub(super) fn bound(ms: u64) -> String {
    match ms {
        ms if ms % 3_600_000 == 0 => format!("{} h", ms / 3_600_000),
        ms if ms % 60_000 == 0 => format!("{} min", ms / 60_000),
        ms if ms % 1_000 == 0 && ms < 60_000 => format!("{} s", ms / 1_000),
        ms => span_ms(ms),
    }
}

fn details(task: &v1::PlannedTask, indent: usize, page: &mut Page) {
    let mut say = |label: &str, tone: Tone, text: String| {
        page.labelled(indent, label, &[(tone, text)]);
    };
    if !task.needs.is_empty() {
        let any = if task.needs_any { "any of " } else { "" };
        say("after", Tone::Plain, format!("{any}{}", task.needs.join(", ")));
    }
    if !task.when.is_empty() {
        say("if", Tone::Plain, plain(&task.when));
    }
    if let Some((tone, text)) = in_the_way(task.decision.as_ref()) {
        say("policy", tone, text);
    }
    if task.fate() == v1::PlannedFate::Skipped {
        return;
    }
    if !task.filter.is_empty() {
        say("hosts", Tone::Plain, plain(&task.filter));
    }
    for (number, size) in task.batches.iter().enumerate().take(BATCHES_MAX) {
        let label =
            if task.batches.len() > 1 { format!("batch {}", number + 1) } else { "for".into() };
        say(&label, Tone::Plain, batch(task, number, *size));
    }
    let more = task.batches.len().saturating_sub(BATCHES_MAX);
    if more > 0 {
        say("", Tone::Dim, format!("{more} more batches"));
    }
    for (label, text) in manners(task) {
        say(label, Tone::Plain, text);
    }
    let first = task.instances.first();
    if let Some(call) = first.and_then(|first| first.call.as_ref()) {
        let of =
            if task.instances.len() > 1 { first.map(|first| first.key.as_str()) } else { None };
        given(call, (indent, of), page);
    } else if let Some(call) = &task.call {
        given(call, (indent, None), page);
    }
    health(task, indent, page);
    undo(task, indent, page);
}

/// What looks after the batches, by what it is given after the first of them.
fn health(task: &v1::PlannedTask, indent: usize, page: &mut Page) {
    if task.health.is_empty() {
        return;
    }
    let text = format!("{} after each batch", executor(&task.health));
    page.labelled(indent, "health", &[(Tone::Plain, text)]);
    denied(task.health_decision.as_ref(), indent + INDENT, page);
    if let Some(call) = task.health_calls.first() {
        let of = (task.health_calls.len() > 1).then_some("the first batch");
        given(call, (indent + INDENT, of), page);
    }
}

/// What undoes it, by what the first instance would be given.
fn undo(task: &v1::PlannedTask, indent: usize, page: &mut Page) {
    if task.undone_by.is_empty() {
        return;
    }
    page.labelled(indent, "undone by", &[(Tone::Plain, executor(&task.undone_by))]);
    denied(task.undo_decision.as_ref(), indent + INDENT, page);
    let first = task.instances.first();
    let of_first = first.and_then(|first| Some((first.key.as_str(), first.undo_call.as_ref()?)));
    if let Some((key, call)) = of_first {
        let of = (task.instances.len() > 1).then_some(key);
        given(call, (indent + INDENT, of), page);
    } else if let Some(call) = &task.undo_call {
        given(call, (indent + INDENT, None), page);
    }
}

fn denied(decision: Option<&v1::Decision>, indent: usize, page: &mut Page) {
    if let Some(said) = in_the_way(decision) {
        page.labelled(indent, "policy", &[said]);
    }
}

/// What policy says where it does not just allow something.
fn in_the_way(decision: Option<&v1::Decision>) -> Option<(Tone, String)> {
    let decision = decision.filter(|decision| !decision.allow)?;
    let word = Word::of(decision);
    Some((word.tone(), format!("{}: {}", word.text(), decision.reasons.join("; "))))
}

/// The instances of a batch.
fn batch(task: &v1::PlannedTask, number: usize, size: u32) -> String {
    let of_batch = task.instances.iter().filter(|each| each.batch as usize == number);
    let keys: Vec<String> = of_batch.take(KEYS_MAX).map(|each| plain(&each.key)).collect();
    let more = (size as usize).saturating_sub(keys.len());
    let mut text = format!("{}{}", keys.join(", "), and_more(more, ""));
    if number == 0 && task.batches.len() > 1 {
        match task.canary.as_str() {
            "manual" => text.push_str(" (then a person says go on)"),
            "automatic" => text.push_str(" (the canary: the others follow if all of it succeeds)"),
            _ => {}
        }
    }
    text
}

fn and_more(more: usize, how: &str) -> String {
    match more {
        0 => String::new(),
        more => format!(" and {more} more {how}").trim_end().to_owned(),
    }
}

/// How it goes about it, where that is not as usual.
fn manners(task: &v1::PlannedTask) -> Vec<(&'static str, String)> {
    let mut manners = Vec::new();
    let mut rollout = Vec::new();
    if task.parallel > 0 {
        rollout.push(format!("{} at once", task.parallel));
    }
    if !task.spread.is_empty() && task.max_failures > 0 {
        let plural = if task.max_failures == 1 { " is" } else { "s are" };
        rollout.push(format!("{} failure{plural} put up with", task.max_failures));
    }
    if !rollout.is_empty() {
        manners.push(("rollout", rollout.join(", ")));
    }
    let mut bounds = Vec::new();
    if task.retries > 0 {
        let plural = if task.retries == 1 { "retry" } else { "retries" };
        bounds.push(format!("{} {plural}", task.retries));
    }
    if task.timeout_ms > 0 {
        bounds.push(format!("{} at most", bound(task.timeout_ms)));
    }
    if task.at_most_once {
        bounds.push("never started twice".to_owned());
    }
    if !task.resources.is_empty() {
        bounds.push(format!("class {}", task.resources));
    }
    match task.on_failure.as_str() {
        "continue" => bounds.push("its failure is put up with".to_owned()),
        "stop" => bounds.push("its failure stops the run".to_owned()),
        _ => {}
    }
    if !bounds.is_empty() {
        manners.push(("how", bounds.join(", ")));
    }
    if !task.secrets.is_empty() {
        manners.push(("secrets", task.secrets.join(", ")));
    }
    manners
}

/// What it gives its executor.
fn given(call: &v1::PlannedCall, (indent, of): (usize, Option<&str>), page: &mut Page) {
    let with: Map<String, Value> = serde_json::from_str(&call.with_json).unwrap_or_default();
    if let Some(key) = of.filter(|_| !with.is_empty()) {
        page.labelled(indent, "such as", &[(Tone::Dim, plain(key))]);
    }
    for (name, value) in with.iter().take(FIELDS_MAX) {
        let field = format!("with.{name}");
        let later = call.later.iter().find(|later| later.field == field);
        let mut line = vec![(Tone::Plain, shown(value))];
        if let Some(later) = later {
            line.push((Tone::Warn, format!(" (known after {})", later.after.join(", "))));
        }
        page.labelled(indent, name, &line);
    }
    let more = with.len().saturating_sub(FIELDS_MAX);
    if more > 0 {
        page.labelled(indent, "", &[(Tone::Dim, format!("{more} more parameters"))]);
    }
}

/// A value on one line: of a script, where it begins.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let written = text.trim_end();
    let mut lines = written.lines();
    let first = lines.next().unwrap_or_default();
    let more = lines.count();
    let mut shown: String = plain(first).chars().take(VALUE_CHARS_MAX).collect();
    if shown.chars().count() < first.chars().count() {
        shown.push('…');
    }
    match more {
        0 => shown,
        1 => format!("{shown} (and a line more)"),
        more => format!("{shown} (and {more} lines more)"),
    }
}
