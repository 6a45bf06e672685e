//! May a run be kept record of so, and may what is known of it change so?

use std::collections::BTreeMap;

use conductor_protocol::{
    error_code::Code,
    id::{DecisionId, RunId},
};
use serde_json::Value;

use super::{Changed, Created, Patch, Record, Status, Tracked, Wanted};
use crate::{Refusal, time::Timestamp};

/// Bytes of a name, of an owner and of an id elsewhere.
pub const NAME_BYTES_MAX: usize = 256;
/// Ids of each kind that a run is related to.
pub const RELATED_MAX: usize = 256;
/// Bytes of a run's metadata, as JSON.
pub const METADATA_BYTES_MAX: usize = 64 * 1024;
/// Millionths of a dollar that a run costs at most: a thousand million dollars.
const COST_MICROS_MAX: u64 = 1_000_000_000_000_000;

/// Begins to keep record of a run.
///
/// # Errors
/// `REQUEST_INVALID`
pub fn create(
    run: RunId,
    wanted: Wanted,
    now: Timestamp,
    decision: DecisionId,
) -> Result<Created, Refusal> {
    let status = wanted.status.unwrap_or(Status::Pending);
    if status.is_terminal() {
        let message = format!("a run begins to be tracked before it has {}", status.word());
        return Err(invalid(
            message,
            "begin with `pending` or `running`, and change it after that",
        ));
    }
    let record = Record {
        name: wanted.name,
        owner: wanted.owner,
        status,
        cost_estimate_micros: wanted.cost_estimate_micros,
        cost_actual_micros: None,
        related_entity_ids: wanted.related_entity_ids,
        related_decision_ids: wanted.related_decision_ids,
        metadata: wanted.metadata,
        started_at: now,
        finished_at: None,
    };
    check(&record)?;
    Ok(Created { run, record, decision })
}

/// Changes what is known of a run; nothing where nothing changes.
///
/// # Errors
/// `PRECONDITION_FAILED`, `RUN_ALREADY_ENDED`, `TRACKED_MOVE`, `REQUEST_INVALID`
pub fn change(
    known: &Tracked,
    patch: Patch,
    now: Timestamp,
    decision: DecisionId,
) -> Result<Option<Changed>, Refusal> {
    if patch.expected_seq != 0 && patch.expected_seq != known.seq {
        let message = format!("run {} changed meanwhile: it is at {}", known.id, known.seq);
        let hint = "look at it again, and change what it is now";
        return Err(Refusal::new(Code::PreconditionFailed, message, hint));
    }
    let before = &known.record;
    let mut record = before.clone();
    if let Some(next) = patch.status {
        may_become(known, next)?;
        record.status = next;
    }
    record.cost_estimate_micros = patch.cost_estimate_micros.or(record.cost_estimate_micros);
    record.cost_actual_micros = patch.cost_actual_micros.or(record.cost_actual_micros);
    record.related_entity_ids = patch.related_entity_ids.unwrap_or(record.related_entity_ids);
    record.related_decision_ids = patch.related_decision_ids.unwrap_or(record.related_decision_ids);
    merge(&mut record.metadata, patch.metadata);
    finish(&mut record, before, patch.finished_at, now)?;
    check(&record)?;
    let changed = differences(before, &record);
    if changed.is_empty() {
        return Ok(None);
    }
    Ok(Some(Changed { run: known.id, from: before.status, changed, record, decision }))
}

fn may_become(known: &Tracked, next: Status) -> Result<(), Refusal> {
    let status = known.record.status;
    if status.may_become(next) {
        return Ok(());
    }
    let (id, was, next) = (known.id, status.word(), next.word());
    if status.is_terminal() {
        let message = format!("run {id} has {was}, and never becomes {next}");
        let hint = "track another run for what is done again";
        return Err(Refusal::new(Code::RunAlreadyEnded, message, hint));
    }
    let message = format!("run {id} is {was}, and does not become {next} again");
    Err(Refusal::new(Code::TrackedMove, message, "it goes on to running, or ends"))
}

/// When it ended: once, and only when it has.
fn finish(
    record: &mut Record,
    before: &Record,
    given: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match (record.status.is_terminal(), given) {
        (false, Some(_)) => {
            let message = "`finished_at` is said of a run that has not ended";
            Err(invalid(message, "say with it how the run ended, as `status`"))
        }
        (false, None) => Ok(()),
        (true, given) => {
            record.finished_at = given.or(before.finished_at).or(Some(now));
            Ok(())
        }
    }
}

/// A name with `null` is taken out.
fn merge(metadata: &mut BTreeMap<String, Value>, patch: BTreeMap<String, Value>) {
    for (name, value) in patch {
        if value.is_null() {
            metadata.remove(&name);
        } else {
            metadata.insert(name, value);
        }
    }
}

fn differences(before: &Record, now: &Record) -> Vec<String> {
    let pairs = [
        ("status", before.status != now.status),
        ("cost_estimate", before.cost_estimate_micros != now.cost_estimate_micros),
        ("cost_actual", before.cost_actual_micros != now.cost_actual_micros),
        ("related_entity_ids", before.related_entity_ids != now.related_entity_ids),
        ("related_decision_ids", before.related_decision_ids != now.related_decision_ids),
        ("metadata", before.metadata != now.metadata),
        ("finished_at", before.finished_at != now.finished_at),
    ];
    pairs.iter().filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned()).collect()
}

fn check(record: &Record) -> Result<(), Refusal> {
    for (what, text) in [("name", &record.name), ("owner", &record.owner)] {
        if text.trim().is_empty() || text.len() > NAME_BYTES_MAX {
            let message = format!("the {what} of a tracked run has 1 to {NAME_BYTES_MAX} bytes");
            return Err(invalid(message, "name the run and whose it is"));
        }
    }
    for (what, ids) in [
        ("related_entity_ids", &record.related_entity_ids),
        ("related_decision_ids", &record.related_decision_ids),
    ] {
        let fits = |id: &String| (1..=NAME_BYTES_MAX).contains(&id.len());
        if ids.len() > RELATED_MAX || !ids.iter().all(fits) {
            let message = format!(
                "`{what}` holds up to {RELATED_MAX} ids of 1 to {NAME_BYTES_MAX} bytes each"
            );
            return Err(invalid(message, "name fewer, or shorter ones"));
        }
    }
    for cost in [record.cost_estimate_micros, record.cost_actual_micros] {
        if cost.is_some_and(|cost| cost > COST_MICROS_MAX) {
            let most = COST_MICROS_MAX / 1_000_000;
            return Err(invalid(format!("a run costs at most {most} dollars"), "look at the unit"));
        }
    }
    let bytes = serde_json::to_vec(&record.metadata).map_or(usize::MAX, |json| json.len());
    if bytes > METADATA_BYTES_MAX {
        let message = format!("a run's metadata has at most {METADATA_BYTES_MAX} bytes as JSON");
        return Err(invalid(message, "keep it elsewhere, and name the place"));
    }
    Ok(())
}

fn invalid(message: impl Into<String>, hint: &str) -> Refusal {
    Refusal::new(Code::RequestInvalid, message, hint)
}

/// That there is no such tracked run.
#[must_use]
pub fn not_found(tenant: &str, id: RunId) -> Refusal {
    let message = format!("tenant `{tenant}` tracks no run {id}");
    Refusal::new(
        Code::RunNotFound,
        message,
        "`conductor tracked list` shows the runs that are tracked",
    )
}
