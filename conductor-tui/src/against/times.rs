//! How long a run and its tasks took, and what they cost of the workers' time, beside what was to be
//! expected by runs before.

use std::{collections::BTreeMap, time::Duration};

use conductor_protocol::v1::{self, TaskStatus};

use super::{Difference, Kind, is_over, tasks::Tasks};
use crate::words::span;

/// Differences of less than this are nobody's concern, in milliseconds.
const NOTICED_MS: u64 = 1_000;

/// What half took at most, and what nine of ten took at most, in milliseconds.
type Both = (u64, u64);

/// How long a task took, where it ended well: of many the one in the middle.
pub(super) fn task(
    planned: &v1::PlannedTask,
    units: &[&v1::Task],
    differences: &mut Vec<Difference>,
) {
    let Some(long) = planned.span.as_ref().filter(|long| long.samples > 0) else { return };
    let mut took: Vec<u64> = units.iter().filter_map(|unit| took_ms(unit)).collect();
    took.sort_unstable();
    let Some(middle) = took.get(took.len().saturating_sub(1) / 2).copied() else { return };
    let Some(kind) = kind(middle, (long.p50_ms, long.p90_ms)) else { return };
    let each = if took.len() > 1 { ", the one in the middle" } else { "" };
    differences.push(Difference {
        task: planned.id.clone(),
        kind,
        planned: expected((long.p50_ms, long.p90_ms)),
        came: format!("{}{each}", told(middle)),
    });
}

/// How long the run took, and how much of the workers' time.
pub(super) fn whole(run: &v1::Run, plan: &v1::Plan, differences: &mut Vec<Difference>) {
    let Some(estimate) = plan.estimate.as_ref().filter(|it| it.runs > 0 && is_over(run)) else {
        return;
    };
    let summary = run.summary.clone().unwrap_or_default();
    // With waits for people in it a run is compared with whole runs only.
    let both = match (&estimate.whole, estimate.waits_for_people) {
        (Some(whole), _) => Some((whole.p50_ms, whole.p90_ms)),
        (None, false) => Some((estimate.p50_ms, estimate.p90_ms)),
        (None, true) => None,
    };
    let took = between_ms(summary.started_at.as_ref(), summary.ended_at.as_ref());
    let mut differ = |took: u64, both: Both, of: &str| {
        if let Some(kind) = kind(took, both) {
            let (planned, came) = (expected(both), format!("{}{of}", told(took)));
            differences.push(Difference { task: String::new(), kind, planned, came });
        }
    };
    if let (Some(took), Some(both)) = (took, both) {
        differ(took, both, "");
    }
    let spent = spent(run, plan);
    for cost in &estimate.costs {
        let took = spent.get(cost.resources.as_str()).copied().unwrap_or_default();
        let of = match cost.resources.as_str() {
            "" => " of a worker's time".to_owned(),
            class => format!(" of a worker's time of class {class}"),
        };
        differ(took, (cost.p50_ms, cost.p90_ms), &of);
    }
}

/// The workers' time that was spent, by the resource class of the tasks.
fn spent<'a>(run: &v1::Run, plan: &'a v1::Plan) -> BTreeMap<&'a str, u64> {
    let tasks = Tasks::of(run);
    let mut spent = BTreeMap::new();
    for planned in &plan.tasks {
        let own = run.tasks.iter().find(|task| task.id == planned.id);
        let units = own.map(|task| tasks.units(task)).unwrap_or_default();
        let attempts = units.iter().flat_map(|unit| &unit.attempts);
        let took: u64 = attempts
            .filter_map(|one| between_ms(one.started_at.as_ref(), one.ended_at.as_ref()))
            .sum();
        *spent.entry(planned.resources.as_str()).or_default() += took;
    }
    spent
}

/// Whether it took so much more, or less, that it is told.
fn kind(took: u64, (p50, p90): Both) -> Option<Kind> {
    if took > p90.saturating_add(NOTICED_MS) {
        return Some(Kind::Longer);
    }
    let half = p50 / 2;
    (took < half && half - took >= NOTICED_MS).then_some(Kind::Shorter)
}

fn expected((p50, p90): Both) -> String {
    format!("{}, nine of ten within {}", told(p50), told(p90))
}

fn told(ms: u64) -> String {
    span(Duration::from_millis(ms))
}

/// From the beginning of its first attempt to the end of its last, for one that succeeded: as the
/// daemon counts what it expects.
fn took_ms(task: &v1::Task) -> Option<u64> {
    let (first, last) = (task.attempts.first()?, task.attempts.last()?);
    let well = task.status() == TaskStatus::Succeeded;
    between_ms(first.started_at.as_ref(), last.ended_at.as_ref()).filter(|_| well)
}

fn between_ms(
    from: Option<&pbjson_types::Timestamp>,
    to: Option<&pbjson_types::Timestamp>,
) -> Option<u64> {
    let ms = |at: &pbjson_types::Timestamp| {
        at.seconds.saturating_mul(1_000).saturating_add(i64::from(at.nanos) / 1_000_000)
    };
    u64::try_from(ms(to?).saturating_sub(ms(from?))).ok()
}
