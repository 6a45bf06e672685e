//! Laws of schedules.

mod changes;
mod laws;
mod zones;

use std::{collections::VecDeque, sync::Arc};

use conductor_protocol::id::DecisionId;
use jiff::tz::TimeZoneDatabase;
use serde_json::Map;

use super::*;
use crate::{
    event::{Envelope, Event},
    work::run::{ScheduledFor, Started, WorkflowRef},
};

/// A point in time as people write it in UTC.
fn at(text: &str) -> Timestamp {
    let instant: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_unix_ms(instant.as_millisecond().try_into().unwrap())
}

/// How the zone's clock shows a point in time, with its offset.
fn shown(due: Timestamp, zone: &str) -> String {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    let instant = jiff::Timestamp::from_millisecond(due.unix_ms.try_into().unwrap()).unwrap();
    instant.to_zoned(zone).strftime("%Y-%m-%d %H:%M %:z").to_string()
}

fn spec(trigger: Trigger, zone: &str) -> Spec {
    Spec {
        workflow: "disk-check".into(),
        workflow_version: String::new(),
        inputs: Map::new(),
        trigger,
        zone: zone.into(),
        overlap: Overlap::Skip,
        missed: Missed::Skip,
        missed_window_ms: limits::MISSED_WINDOW_MS_DEFAULT,
        jitter_ms: 0,
        description: String::new(),
        subject: String::new(),
    }
}

fn cron(pattern: &str, zone: &str) -> Spec {
    spec(Trigger::Cron { pattern: pattern.into() }, zone)
}

fn every(interval_ms: u64, from: Timestamp) -> Spec {
    spec(Trigger::Every { interval_ms, from }, "UTC")
}

fn schedule(spec: Spec, settled: Timestamp) -> Schedule {
    Schedule {
        scope: Scope::default(),
        name: "nightly".into(),
        version: 1,
        spec: Arc::new(spec),
        owner: Principal::uid(1),
        set_at: settled,
        decision: String::new(),
        paused: None,
        settled,
        active: None,
        waiting: VecDeque::new(),
        backlog: VecDeque::new(),
        recent: VecDeque::new(),
        runs: 0,
        skips: 0,
        versions: vec![1],
    }
}

/// A run starts for a due time.
fn fired(due: Timestamp, cause: Cause) -> Event {
    let run = RunId::from_bits(due.unix_ms.into());
    Event::RunStarted(Started {
        run,
        workflow: WorkflowRef {
            name: "disk-check".into(),
            version: "1.0.0".into(),
            digest: String::new(),
        },
        inputs: Map::new(),
        tasks: vec![],
        reason: String::new(),
        rerun_of: None,
        turn: None,
        parent: None,
        kept: Vec::new(),
        hosts: std::collections::BTreeMap::new(),
        hosts_wanted: false,
        undo_only: false,
        plan: String::new(),
        rehearsal: false,
        subject: String::new(),
        schedule: Some(ScheduledFor { name: "nightly".into(), version: 1, due, cause }),
        deadline: due,
        decision: DecisionId::from_bits(0),
    })
}

fn envelope(at: Timestamp, event: Event) -> Envelope {
    Envelope {
        at,
        scope: Scope::default(),
        principal: Principal::uid(1),
        trace: None,
        idempotency: None,
        event,
    }
}
