//! Schedules: their specifications both ways, what became of their due times, when they are due.

use conductor_domain::{
    intent::schedule::{
        Cause, Draft, DraftTrigger, Missed, Outcome, Overlap, Plan, Queued, Schedule, Settled,
        Skipped, Spec, Trigger, Why,
    },
    time::Timestamp,
    work::run::ScheduledFor,
};
use conductor_protocol::v1::{self, schedule_spec};

use super::{narrow, rfc3339, scope, time};
use crate::{
    failure::{Failure, Outcome as Answer},
    request,
};

/// A specification as it was asked for.
pub(crate) fn draft(given: v1::ScheduleSpec, edits_version: Option<u32>) -> Answer<Draft> {
    let trigger = match given.trigger {
        Some(schedule_spec::Trigger::Cron(pattern)) => {
            DraftTrigger::Cron(request::text("cron pattern", pattern)?)
        }
        Some(schedule_spec::Trigger::EveryMs(ms)) => {
            DraftTrigger::Every(ms, request::time("from", given.from)?)
        }
        Some(schedule_spec::Trigger::At(text)) => DraftTrigger::At(request::text("time", text)?),
        None => {
            let message = "the schedule does not say when";
            return Err(Failure::invalid(message, "give one of `cron`, `every_ms` and `at`"));
        }
    };
    let overlap = match v1::Overlap::try_from(given.overlap) {
        Ok(v1::Overlap::Unspecified | v1::Overlap::Skip) => Overlap::Skip,
        Ok(v1::Overlap::Queue) => Overlap::Queue,
        Ok(v1::Overlap::Replace) => Overlap::Replace,
        Err(_) => return Err(unknown("overlap", given.overlap)),
    };
    let missed = match v1::Missed::try_from(given.missed) {
        Ok(v1::Missed::Unspecified | v1::Missed::Skip) => Missed::Skip,
        Ok(v1::Missed::Once) => Missed::Once,
        Ok(v1::Missed::All) => Missed::All,
        Err(_) => return Err(unknown("missed", given.missed)),
    };
    Ok(Draft {
        workflow: request::text("name of the workflow", given.workflow)?,
        workflow_version: request::text("version", given.workflow_version)?,
        inputs: request::inputs(&given.inputs_json)?,
        trigger,
        zone: request::text("time zone", given.zone)?,
        overlap,
        missed,
        missed_window_ms: given.missed_window_ms,
        jitter_ms: given.jitter_ms,
        description: request::text("description", given.description)?,
        subject: request::text("name of the data subject", given.subject)?,
        edits_version,
    })
}

fn unknown(what: &str, given: i32) -> Failure {
    Failure::invalid(format!("`{what}` has no value {given}"), "use one that the API names")
}

/// A specification as it is kept.
pub(crate) fn spec(spec: &Spec) -> v1::ScheduleSpec {
    let (trigger, from) = match &spec.trigger {
        Trigger::Cron { pattern } => (schedule_spec::Trigger::Cron(pattern.clone()), None),
        Trigger::Every { interval_ms, from } => {
            (schedule_spec::Trigger::EveryMs(*interval_ms), Some(time(*from)))
        }
        Trigger::At { at } => (schedule_spec::Trigger::At(rfc3339(*at)), None),
    };
    v1::ScheduleSpec {
        workflow: spec.workflow.clone(),
        workflow_version: spec.workflow_version.clone(),
        inputs_json: serde_json::to_string(&spec.inputs).unwrap_or_default(),
        trigger: Some(trigger),
        from,
        zone: spec.zone.clone(),
        overlap: match spec.overlap {
            Overlap::Skip => v1::Overlap::Skip,
            Overlap::Queue => v1::Overlap::Queue,
            Overlap::Replace => v1::Overlap::Replace,
        }
        .into(),
        missed: match spec.missed {
            Missed::Skip => v1::Missed::Skip,
            Missed::Once => v1::Missed::Once,
            Missed::All => v1::Missed::All,
        }
        .into(),
        missed_window_ms: spec.missed_window_ms,
        jitter_ms: spec.jitter_ms,
        description: spec.description.clone(),
        subject: spec.subject.clone(),
    }
}

/// A schedule as it stands.
pub(crate) fn whole(schedule: &Schedule) -> v1::Schedule {
    let plan = Plan::of(&schedule.spec).ok().filter(|_| schedule.paused.is_none());
    let next = plan.and_then(|plan| {
        let due = plan.next_after(schedule.settled)?;
        Some(fire_time(&schedule.name, &plan, due))
    });
    let paused = schedule.paused.as_ref();
    v1::Schedule {
        scope: Some(scope(&schedule.scope)),
        name: schedule.name.clone(),
        version: schedule.version,
        spec: Some(spec(&schedule.spec)),
        owner: schedule.owner.to_string(),
        set_at: Some(time(schedule.set_at)),
        decision_id: schedule.decision.clone(),
        paused: paused.is_some(),
        paused_by: paused.map(|pause| pause.by.to_string()).unwrap_or_default(),
        paused_reason: paused.map(|pause| pause.reason.clone()).unwrap_or_default(),
        paused_at: paused.map(|pause| time(pause.at)),
        next,
        active_run_id: schedule.active.map(|active| active.run.to_string()).unwrap_or_default(),
        waiting: narrow(schedule.waiting.len()),
        backlog: narrow(schedule.backlog.len()),
        recent: schedule.recent.iter().rev().map(outcome).collect(),
        runs: schedule.runs,
        skips: schedule.skips,
    }
}

/// A due time, and when its run starts.
pub(crate) fn fire_time(name: &str, plan: &Plan, due: Timestamp) -> v1::FireTime {
    v1::FireTime {
        due: Some(time(due)),
        fires_at: Some(time(plan.fires_at(name, due))),
        shown: plan.shown(due),
    }
}

fn outcome(outcome: &Outcome) -> v1::ScheduleOutcome {
    let (run_id, skipped, note, count) = match &outcome.settled {
        Settled::Run(run) => (run.to_string(), "", String::new(), 1),
        Settled::Skipped { why, note, count } => (String::new(), why.word(), note.clone(), *count),
    };
    v1::ScheduleOutcome {
        at: Some(time(outcome.at)),
        due: Some(time(outcome.due)),
        cause: outcome.cause.word().to_owned(),
        run_id,
        skipped: skipped.to_owned(),
        note,
        count,
    }
}

/// A schedule as the one who started a run of `owner`.
pub(crate) fn starter(by: &ScheduledFor, owner: &str) -> String {
    let late = match by.cause {
        Cause::Due => "",
        Cause::Missed => ", late",
        Cause::Backfill => ", as a backfill",
    };
    format!("schedule `{}`, due {}{late}, for {owner},", by.name, rfc3339(by.due))
}

/// Due times wait, in one line.
pub(crate) fn queued(event: &Queued) -> String {
    let times = times(event.due.len() as u64);
    format!("{times} of schedule `{}` wait for a run ({})", event.name, event.cause.word())
}

/// Due times were skipped, in one line.
pub(crate) fn skipped(event: &Skipped) -> String {
    let why = match event.why {
        Why::Overlap => "the run before had not ended",
        Why::Replaced => "a later one took its place",
        Why::QueueFull => "too many waited already",
        Why::Missed => "no daemon was there",
        Why::Denied => "policy does not allow its owner the run",
        Why::Refused => "the run could not be started",
        Why::Frozen => "a freeze held it up",
    };
    let note = if event.note.is_empty() { String::new() } else { format!(": {}", event.note) };
    format!("schedule `{}` skipped {}, {why}{note}", event.name, times(event.count))
}

fn times(count: u64) -> String {
    if count == 1 { "one time".to_owned() } else { format!("{count} times") }
}
