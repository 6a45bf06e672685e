//! The tiles of runs: those that failed of late, and those that don't get on; and what is known of
//! how long runs take.

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::v1::{ListRunsResponse, RunStatus, RunSummary};
use jiff::SignedDuration;

use super::{
    heard::{Heard, Part},
    tile::{Item, Kind, Level, RECENT, Tile, ago},
};
use crate::{
    app::{Shared, time},
    screen::Tab,
    theme::Meaning,
    widget::Target,
};

/// A run is slow that takes so many times as long as its workflow mostly does.
const SLOW_TIMES: i32 = 3;
/// And at least so much longer: seconds are no trouble.
const SLOW_LEAST: SignedDuration = SignedDuration::from_mins(1);
/// So many runs have to be known before anything is expected.
const SAMPLES_MIN: usize = 3;
/// A run that has not begun after so long is stuck.
const QUEUED_LONG: SignedDuration = SignedDuration::from_mins(5);

/// Runs that ended badly not long ago and that nobody has run again since, newest first.
pub(super) fn fresh_failures<'a>(heard: &'a Heard, shared: &Shared) -> Vec<&'a RunSummary> {
    let since = shared.data_now() - RECENT;
    let again = heard.active.iter().chain(&heard.succeeded).flat_map(|page| &page.runs);
    let again: BTreeSet<&str> = again.map(|run| run.rerun_of.as_str()).collect();
    let ended = |run: &RunSummary| run.ended_at.as_ref().map(time::from_wire);
    let failed = heard.failed.iter().flat_map(|page| &page.runs);
    let mut fresh: Vec<&RunSummary> = failed
        .filter(|run| ended(run).is_some_and(|at| at >= since))
        .filter(|run| !again.contains(run.run_id.as_str()))
        .collect();
    fresh.sort_by_key(|run| std::cmp::Reverse(ended(run)));
    fresh
}

/// Runs that failed in the last hours.
pub(super) fn failed(heard: &Heard, shared: &Shared) -> Tile {
    let Some(page) = &heard.failed else {
        return Tile::without(Kind::Failed, Part::Failed, heard);
    };
    let items = fresh_failures(heard, shared).into_iter().map(|run| {
        let why = match run.note.as_str() {
            "" if run.status() == RunStatus::TimedOut => "took too long",
            "" => "failed",
            note => note,
        };
        let text = format!("{}: {why}", run.workflow);
        let target = Some(Target::Run(run.run_id.clone()));
        Item { target, ..Item::new(Meaning::Danger, &text, ago(run.ended_at.as_ref(), shared)) }
    });
    let items: Vec<Item> = items.collect();
    let (more, hours) = (more(page), RECENT.as_hours());
    let (level, head) = match items.len() {
        0 => (Level::Fine, format!("none in {hours} h")),
        count => (Level::Wrong, format!("{count}{more} in {hours} h")),
    };
    let filter = Target::At(Tab::Runs, "status:failed,timed_out".to_owned());
    Tile::new(Kind::Failed, level, head).with(items).opening(filter)
}

/// A mark where there are more than were read.
const fn more(page: &ListRunsResponse) -> &'static str {
    if page.next_page_token.is_empty() { "" } else { "+" }
}

/// Runs that wait for a person, are paused, don't begin, or take much longer than they mostly do.
pub(super) fn stuck(heard: &Heard, shared: &Shared) -> Tile {
    let Some(page) = &heard.active else {
        return Tile::without(Kind::Stuck, Part::Active, heard);
    };
    let usual = heard.succeeded.as_ref().map(usual).unwrap_or_default();
    let mut counts = [0_usize; 4];
    let mut items: Vec<(usize, Item)> = Vec::new();
    for run in &page.runs {
        let age = time::between(run.started_at.as_ref(), None, shared.data_now());
        let age = age.unwrap_or_default();
        let expected = usual.get(run.workflow.as_str()).copied();
        let (order, meaning, why) = match run.status() {
            RunStatus::Held => (0, Meaning::Accent, "waits for an answer".to_owned()),
            RunStatus::Queued if age > QUEUED_LONG => {
                (1, Meaning::Warn, "has not begun".to_owned())
            }
            RunStatus::Running | RunStatus::Cancelling | RunStatus::Undoing
                if expected.is_some_and(|usual| is_slow(age, usual)) =>
            {
                let usual = expected.map(time::short).unwrap_or_default();
                (2, Meaning::Warn, format!("slow, mostly takes {usual}"))
            }
            RunStatus::Paused => (3, Meaning::Dim, "is paused".to_owned()),
            _ => continue,
        };
        counts[order] += 1;
        let text = format!("{}: {why}", run.workflow);
        let target = Some(Target::Run(run.run_id.clone()));
        let note = ago(run.started_at.as_ref(), shared);
        items.push((order, Item { target, ..Item::new(meaning, &text, note) }));
    }
    items.sort_by_key(|(order, _)| *order);
    let words = ["need an answer", "don't begin", "slow", "paused"];
    let told = counts.iter().zip(words).filter(|(count, _)| **count > 0);
    let told: Vec<String> = told
        .map(|(count, word)| match (*count, word) {
            (1, "need an answer") => "1 needs an answer".to_owned(),
            (1, "don't begin") => "1 doesn't begin".to_owned(),
            (count, word) => format!("{count} {word}"),
        })
        .collect();
    let (level, head) = match (counts[0], told.is_empty()) {
        (_, true) => (Level::Fine, format!("none of {}{} active", page.runs.len(), more(page))),
        (0, false) => (Level::Look, told.join(", ")),
        (_, false) => (Level::Waits, told.join(", ")),
    };
    let filter = match (counts[1] + counts[2], level) {
        (_, Level::Fine) => "status:active",
        (0, _) => "status:held,paused",
        _ => "status:held,paused,queued,running,cancelling,undoing",
    };
    let target = Target::At(Tab::Runs, filter.to_owned());
    let items = items.into_iter().map(|(_, item)| item).collect();
    Tile::new(Kind::Stuck, level, head).with(items).opening(target)
}

fn is_slow(age: SignedDuration, usual: SignedDuration) -> bool {
    age > usual.saturating_mul(SLOW_TIMES) && age.saturating_sub(usual) > SLOW_LEAST
}

/// How long runs of each workflow mostly took that succeeded: the median, where enough are known.
fn usual(page: &ListRunsResponse) -> BTreeMap<&str, SignedDuration> {
    let mut took: BTreeMap<&str, Vec<SignedDuration>> = BTreeMap::new();
    for run in &page.runs {
        let (Some(from), Some(to)) = (&run.started_at, &run.ended_at) else { continue };
        let span = time::from_wire(to).duration_since(time::from_wire(from));
        took.entry(run.workflow.as_str()).or_default().push(span);
    }
    took.retain(|_, spans| spans.len() >= SAMPLES_MIN);
    let median = |mut spans: Vec<SignedDuration>| {
        spans.sort_unstable();
        spans[spans.len() / 2]
    };
    took.into_iter().map(|(name, spans)| (name, median(spans))).collect()
}
