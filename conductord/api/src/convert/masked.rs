//! Runs with what policy leaves out of them.

use conductor_engine::obligations::{MASKED, Mask};
use conductor_protocol::v1;
use serde_json::Value;

/// A run with everything about it but what is masked.
pub(crate) fn run(mut run: v1::Run, mask: &Mask) -> v1::Run {
    if mask.is_empty() {
        return run;
    }
    run.summary = run.summary.map(|known| summary(known, mask));
    run.inputs_json = mask.text(&run.inputs_json, Mask::inputs);
    run.outputs_json = mask.text(&run.outputs_json, Mask::outputs);
    mask.group(&mut run.group);
    run.tasks = run.tasks.into_iter().map(|known| task(known, mask)).collect();
    run
}

/// A run as lists show it. Its note may hold what a task printed.
pub(crate) fn summary(mut summary: v1::RunSummary, mask: &Mask) -> v1::RunSummary {
    mask.words(&mut summary.note);
    summary
}

fn task(mut task: v1::Task, mask: &Mask) -> v1::Task {
    let id = task.id.clone();
    task.outputs_json =
        mask.text(&task.outputs_json, |mask, values| mask.task_outputs(&id, values));
    task.values_json = mask.text(&task.values_json, Mask::instance_values);
    // What a gate asks is a template over inputs and outputs.
    mask.words(&mut task.message);
    for attempt in &mut task.attempts {
        mask.words_of(&id, &mut attempt.message);
    }
    task
}

/// A schedule's inputs but what is masked.
pub(crate) fn schedule(mut schedule: v1::Schedule, mask: &Mask) -> v1::Schedule {
    schedule.spec = schedule.spec.map(|known| spec(known, mask));
    schedule
}

/// The same of a specification.
pub(crate) fn spec(mut spec: v1::ScheduleSpec, mask: &Mask) -> v1::ScheduleSpec {
    spec.inputs_json = mask.text(&spec.inputs_json, Mask::inputs);
    spec
}

/// A decision but what is masked: `principal`, and what stands below `input`. Sentences that name a
/// masked principal don't name it either.
pub(crate) fn decision(mut row: v1::RecordedDecision, mask: &Mask) -> v1::RecordedDecision {
    if mask.is_empty() {
        return row;
    }
    row.input_json = mask.text(&row.input_json, |mask, values| mask.object("input", values));
    if mask.covers("principal") {
        let principal = std::mem::replace(&mut row.principal, MASKED.to_owned());
        // They may be its owner, or what it is about, besides.
        hide(&mut row.input_json, &principal);
        row.resource = row.resource.replace(&principal, MASKED);
        if let Some(decision) = &mut row.decision {
            decision.reasons.iter_mut().for_each(|reason| hide(reason, &principal));
            for hit in &mut decision.rules {
                hide(&mut hit.change, &principal);
            }
            for obligation in &mut decision.obligations {
                hide(&mut obligation.text, &principal);
                hide(&mut obligation.value_json, &principal);
            }
        }
    }
    row
}

/// A decision's record in the ledger but what is masked of decisions. Who asked may be named by
/// sentences, too, or be the owner of what it is about.
pub(crate) fn decision_record(payload: &[u8], people: [&str; 2], mask: &Mask) -> Vec<u8> {
    // What is no object, as no record is, is left out whole.
    let mut record: Value = serde_json::from_slice(payload).unwrap_or_default();
    if let Some(Value::Object(input)) = record.pointer_mut("/event/data/input") {
        mask.object("input", input);
    }
    if mask.covers("principal") {
        record["principal"] = MASKED.into();
    }
    let mut text = record.to_string();
    if mask.covers("principal") {
        // The daemon itself is nobody, and its name a word.
        people.into_iter().filter(|name| name.contains(':')).for_each(|name| hide(&mut text, name));
    }
    text.into_bytes()
}

fn hide(text: &mut String, name: &str) {
    if !name.is_empty() && text.contains(name) {
        *text = text.replace(name, MASKED);
    }
}
