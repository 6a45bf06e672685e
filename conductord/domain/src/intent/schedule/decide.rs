//! May this schedule be set, paused, resumed, removed, run for times gone by?

use conductor_protocol::error_code::Code;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Missed, Overlap, Paused, Plan, Queued, Removed, Resumed, Schedule, Set, Spec, Trigger,
    fire::{invalid, point, zone},
    limits::{
        BACKFILL_RUNS_MAX, INTERVAL_MS_MAX, INTERVAL_MS_MIN, JITTER_MS_MAX,
        MISSED_WINDOW_MS_DEFAULT, MISSED_WINDOW_MS_MAX, NAME_CHARS_MAX,
    },
};
use crate::{Refusal, scope::Principal, time::Timestamp};

/// A change that somebody wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Make it, or edit it.
    Set(Box<Draft>),
    /// Let it rest. The text is why, in the caller's words.
    Pause(String),
    /// Let it go on.
    Resume,
    /// Take it away.
    Remove,
    /// Run the due times from here up to there, both included.
    Backfill(Timestamp, Timestamp),
}

/// When it is to fire, as the caller gave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum DraftTrigger {
    /// A pattern of five fields.
    Cron(String),
    /// A distance in milliseconds, and a point to count from.
    Every(u64, Option<Timestamp>),
    /// A point in time: with an offset, or as the zone's clock shows it.
    At(String),
}

/// A specification as the caller gave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Name of the workflow.
    pub workflow: String,
    /// Its version; empty for the newest.
    pub workflow_version: String,
    /// Its inputs.
    pub inputs: Map<String, Value>,
    /// When.
    pub trigger: DraftTrigger,
    /// Name of the time zone; empty for UTC.
    pub zone: String,
    /// What happens when a run of it has not ended.
    pub overlap: Overlap,
    /// What happens with times that nobody saw.
    pub missed: Missed,
    /// How far back they are made up for, in milliseconds; 0 for the default.
    pub missed_window_ms: u64,
    /// Largest jitter, in milliseconds.
    pub jitter_ms: u64,
    /// What it is for.
    pub description: String,
    /// The data subject that its runs are about; empty for none, or for the one that it has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The version that the caller edits; 0 when it must not exist.
    pub edits_version: Option<u32>,
}

/// Makes or edits a schedule. `None` when it says this already, for the same owner.
///
/// # Errors
/// `SCHEDULE_INVALID`, and `SCHEDULE_VERSION_CONFLICT` when somebody else was quicker.
pub fn set(
    known: Option<&Schedule>,
    name: &str,
    draft: Draft,
    (owner, decision): (&Principal, String),
    now: Timestamp,
) -> Result<Option<Set>, Refusal> {
    check_name(name)?;
    let version = known.map_or(0, |known| known.version);
    if draft.edits_version.is_some_and(|expected| expected != version) {
        return Err(Refusal::new(
            Code::ScheduleVersionConflict,
            match version {
                0 => format!("there is no schedule `{name}` to edit"),
                version => format!("schedule `{name}` is at version {version} by now"),
            },
            "`conductor schedules show` shows what it says now; edit that",
        ));
    }
    let spec = specify(draft, known, now)?;
    let plan = Plan::of(&spec)?;
    if known.is_some_and(|known| *known.spec == spec && known.owner == *owner) {
        return Ok(None);
    }
    if plan.next_after(now).is_none() {
        return Err(match spec.trigger {
            Trigger::At { .. } => {
                invalid("that point in time has passed", "name one that is to come")
            }
            _ => invalid("it would never fire", "name a day that some month has"),
        });
    }
    Ok(Some(Set { name: name.to_owned(), version: version + 1, spec, decision }))
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if begins && name.len() <= NAME_CHARS_MAX && name.bytes().all(known) {
        return Ok(());
    }
    let shown: String = name.chars().take(NAME_CHARS_MAX).collect();
    Err(invalid(
        format!("`{shown}` is no name for a schedule"),
        format!(
            "use 1 to {NAME_CHARS_MAX} letters, digits, `_`, `.` and `-`, a letter or digit first"
        ),
    ))
}

/// The specification that a draft comes to, for a new schedule or an edit of a known one.
///
/// # Errors
/// `SCHEDULE_INVALID`
pub fn specify(draft: Draft, known: Option<&Schedule>, now: Timestamp) -> Result<Spec, Refusal> {
    let zone_name = if draft.zone.is_empty() { "UTC" } else { draft.zone.as_str() };
    let zone = zone(zone_name)?;
    let zone_name = zone.iana_name().unwrap_or(zone_name).to_owned();
    let trigger = match draft.trigger {
        DraftTrigger::Cron(pattern) => {
            Trigger::Cron { pattern: pattern.split_whitespace().collect::<Vec<_>>().join(" ") }
        }
        DraftTrigger::Every(interval_ms, from) => every(interval_ms, from, known, now)?,
        DraftTrigger::At(text) => Trigger::At { at: point(&text, &zone)? },
    };
    within("the jitter", draft.jitter_ms, JITTER_MS_MAX)?;
    within("the window of missed runs", draft.missed_window_ms, MISSED_WINDOW_MS_MAX)?;
    let missed_window_ms = match draft.missed_window_ms {
        0 => MISSED_WINDOW_MS_DEFAULT,
        window => window,
    };
    Ok(Spec {
        workflow: draft.workflow,
        workflow_version: draft.workflow_version,
        inputs: draft.inputs,
        trigger,
        zone: zone_name,
        overlap: draft.overlap,
        missed: draft.missed,
        missed_window_ms,
        jitter_ms: draft.jitter_ms,
        description: draft.description,
        subject: about(draft.subject, known)?,
    })
}

/// An edit that leaves the interval as it is does not shift its times either.
fn every(
    interval_ms: u64,
    from: Option<Timestamp>,
    known: Option<&Schedule>,
    now: Timestamp,
) -> Result<Trigger, Refusal> {
    if !(INTERVAL_MS_MIN..=INTERVAL_MS_MAX).contains(&interval_ms) {
        return Err(invalid(
            format!("an interval of {interval_ms} ms is out of bounds"),
            "name one from a second to a year, like `90s`, `15m` or `6h`",
        ));
    }
    let kept = known.and_then(|known| match known.spec.trigger {
        Trigger::Every { interval_ms: same, from } if same == interval_ms => Some(from),
        _ => None,
    });
    Ok(Trigger::Every { interval_ms, from: from.or(kept).unwrap_or(now) })
}

fn within(what: &str, ms: u64, most: u64) -> Result<(), Refusal> {
    if ms <= most {
        return Ok(());
    }
    Err(invalid(
        format!("{what} of {} s is too long", ms / 1_000),
        format!("{} h at most", most / 3_600_000),
    ))
}

/// Lets a schedule rest. `None` when it does already.
#[must_use]
pub fn pause(known: &Schedule, reason: String, decision: String) -> Option<Paused> {
    let paused = Paused { name: known.name.clone(), reason, decision };
    known.paused.is_none().then_some(paused)
}

/// Lets a schedule go on. `None` when it does already.
#[must_use]
pub fn resume(known: &Schedule, decision: String) -> Option<Resumed> {
    known.paused.is_some().then(|| Resumed { name: known.name.clone(), decision })
}

/// Takes a schedule away.
#[must_use]
pub fn remove(known: &Schedule, decision: String) -> Removed {
    Removed { name: known.name.clone(), decision }
}

/// Has the due times from `from` up to `to` run, one after the other.
///
/// # Errors
/// `SCHEDULE_BACKFILL` when there are none, too many, or some that are still to come.
pub fn backfill(
    known: &Schedule,
    (from, to): (Timestamp, Timestamp),
    decision: String,
    now: Timestamp,
) -> Result<Queued, Refusal> {
    let refuse = |message: String, hint: &str| Refusal::new(Code::ScheduleBackfill, message, hint);
    if to > now || from > to {
        return Err(refuse(
            "a backfill is for times that have passed, from the earlier to the later".into(),
            "name an end that is not in the future, and a beginning before it",
        ));
    }
    let plan = Plan::of(&known.spec)?;
    let room = BACKFILL_RUNS_MAX.saturating_sub(known.backlog.len());
    let mut due = Vec::new();
    let mut last = from - 1;
    while let Some(next) = plan.next_after(last).filter(|next| *next <= to) {
        if due.len() >= room {
            return Err(refuse(
                format!("more than {room} times of schedule `{}` lie between them", known.name),
                "name a shorter time; once its runs have ended, go on with the rest",
            ));
        }
        due.push(next);
        last = next;
    }
    if due.is_empty() {
        return Err(refuse(
            format!("schedule `{}` is not due between them", known.name),
            "`conductor schedules show` shows when it fires",
        ));
    }
    let (name, cause) = (known.name.clone(), super::Cause::Backfill);
    Ok(Queued { name, due, cause, decision })
}

/// Whom it is about. Were that to change, the records of one schedule would be sealed with several keys, and
/// what it said before would come back when somebody is forgotten.
fn about(subject: String, known: Option<&Schedule>) -> Result<String, Refusal> {
    let Some(known) = known else { return Ok(subject) };
    if !subject.is_empty() && subject != known.spec.subject {
        return Err(invalid(
            "whom a schedule is about can't be changed: its records are sealed with one key",
            "set another schedule with that `--subject`, and remove this one",
        ));
    }
    Ok(known.spec.subject.clone())
}

/// There is no such schedule.
#[must_use]
pub fn not_found(name: &str) -> Refusal {
    Refusal::new(
        Code::ScheduleNotFound,
        format!("there is no schedule `{name}` here"),
        "`conductor schedules list` shows what there is",
    )
}
