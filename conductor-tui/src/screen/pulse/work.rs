//! The tiles of what waits: incidents and reviews, approvals, the queue, schedules.

use std::collections::BTreeSet;

use conductor_protocol::v1::{Approval, RunSummary, Schedule};
use jiff::SignedDuration;

use super::{
    heard::{Heard, Part},
    runs::fresh_failures,
    tile::{Item, Kind, Level, Opens, Tile, ago, counted, until},
};
use crate::{
    app::{Shared, time},
    input::Action,
    screen::Tab,
    theme::Meaning,
    widget::Target,
};

/// An approval that ends sooner than this is told so.
const ENDS_SOON: SignedDuration = SignedDuration::from_mins(15);
/// What was due and has not begun after so long is late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// So many tasks that wait are worth a look, even with workers there.
const QUEUE_LONG: u64 = 100;

/// Incidents that are open, and reviews of what somebody did alone.
pub(super) fn incidents(heard: &Heard, shared: &Shared) -> Tile {
    let Some(incidents) = &heard.incidents else {
        return Tile::without(Kind::Incidents, Part::Incidents, heard);
    };
    let mut items: Vec<Item> = incidents
        .iter()
        .map(|incident| {
            let why = match incident.reason.as_str() {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            let text = format!("{} ({}){why}", incident.sentence, incident.principal);
            let target = Target::Approval(incident.approval_id.clone());
            let note = ago(incident.opened_at.as_ref(), shared);
            let target = Some(target).filter(|_| !incident.approval_id.is_empty());
            Item { target, ..Item::new(Meaning::Danger, &text, note) }
        })
        .collect();
    let pending = heard.approvals.iter().flat_map(|page| &page.approvals);
    let reviews: Vec<&Approval> = pending.filter(|one| !one.reviews.is_empty()).collect();
    items.extend(reviews.iter().map(|review| {
        let text = format!("review what {} did alone: {}", review.requester, name(review));
        let target = Some(Target::Approval(review.approval_id.clone()));
        Item { target, ..Item::new(Meaning::Warn, &text, left(review, shared)) }
    }));
    let (open, due) = (incidents.len(), reviews.len());
    let (level, head) = match (open, due) {
        (0, 0) => (Level::Fine, "none open, no review due".to_owned()),
        (0, due) => (Level::Look, format!("{} due", counted(due, "review"))),
        (open, 0) => (Level::Wrong, format!("{open} open")),
        (open, due) => (Level::Wrong, format!("{open} open, {} due", counted(due, "review"))),
    };
    let tile = Tile::new(Kind::Incidents, level, head);
    if items.is_empty() { tile } else { Tile { opens: Opens::Page, ..tile.with(items) } }
}

fn name(approval: &Approval) -> &str {
    let resource = approval.resource.as_str();
    if resource.is_empty() { &approval.action } else { resource }
}

/// Until when an approval can be signed.
fn left(approval: &Approval, shared: &Shared) -> String {
    let ends = approval.expires_at.as_ref().map(time::from_wire);
    match ends.map(|at| until(at, shared)) {
        Some(Some(left)) => format!("{left} left"),
        Some(None) => "over".to_owned(),
        None => String::new(),
    }
}

/// What waits for a signature of whoever looks, and what they asked for.
pub(super) fn approvals(heard: &Heard, shared: &Shared) -> Tile {
    let Some(page) = &heard.approvals else {
        return Tile::without(Kind::Approvals, Part::Approvals, heard);
    };
    let mut mine: Vec<&Approval> = page.approvals.iter().filter(|one| one.can_sign).collect();
    // What ends first is first.
    mine.sort_by_key(|one| one.expires_at.as_ref().map(time::from_wire));
    let by_me = |one: &&Approval| one.requester == shared.principal;
    let asked: Vec<&Approval> = page.approvals.iter().filter(by_me).collect();
    let soon = |one: &Approval| {
        let ends = one.expires_at.as_ref().map(time::from_wire);
        ends.is_some_and(|at| at.duration_since(shared.data_now()) < ENDS_SOON)
    };
    let item = |one: &Approval, mine: bool| {
        let place = one.scope.as_ref().map(|scope| scope.environment.as_str()).unwrap_or_default();
        let who = if mine { format!(", {} asks", one.requester) } else { ", you ask".to_owned() };
        let meaning = match (soon(one), mine) {
            (true, _) => Meaning::Warn,
            (false, true) => Meaning::Text,
            (false, false) => Meaning::Dim,
        };
        let text = format!("{} in {place}{who}", name(one));
        let target = Some(Target::Approval(one.approval_id.clone()));
        Item { target, ..Item::new(meaning, &text, left(one, shared)) }
    };
    let mut items: Vec<Item> = mine.iter().map(|one| item(one, true)).collect();
    items.extend(asked.iter().map(|one| item(one, false)));
    // The daemon counts beyond the page that was read.
    let waiting = mine.len().max(usize::try_from(shared.approvals_waiting).unwrap_or(usize::MAX));
    let for_others = match asked.len() {
        0 => String::new(),
        count => format!("{count} that you asked for"),
    };
    let (level, head) = match (waiting, asked.iter().any(|one| soon(one))) {
        (0, _) if for_others.is_empty() => (Level::Fine, "nothing waits for you".to_owned()),
        (0, true) => (Level::Look, format!("{for_others}, about to expire")),
        (0, false) => (Level::Fine, format!("{for_others} wait for others")),
        (1, _) => (Level::Waits, "1 waits for you".to_owned()),
        (n, _) => (Level::Waits, format!("{n} wait for you")),
    };
    let head = match (level, for_others.is_empty()) {
        (Level::Waits, false) => format!("{head}, {for_others}"),
        _ => head,
    };
    let target = match items.as_slice() {
        [Item { target: Some(only), .. }] => only.clone(),
        _ => Target::Act(Action::GoApprovals),
    };
    Tile::new(Kind::Approvals, level, head).with(items).opening(target)
}

/// Tasks that wait for room, and whether anybody works.
pub(super) fn queue(heard: &Heard) -> Tile {
    let Some(status) = &heard.status else {
        return Tile::without(Kind::Queue, Part::Status, heard);
    };
    let (depth, workers) = (status.queue_depth, status.workers as usize);
    let (level, head) = match (depth, workers) {
        (0, 0) => (Level::Look, "no worker is there".to_owned()),
        (depth, 0) => (Level::Wrong, format!("{depth} wait, and no worker is there")),
        (0, workers) => (Level::Fine, format!("nothing waits, {}", counted(workers, "worker"))),
        (QUEUE_LONG.., workers) => {
            (Level::Look, format!("{depth} wait for {}", counted(workers, "worker")))
        }
        (depth, workers) => {
            (Level::Fine, format!("{depth} wait for {}", counted(workers, "worker")))
        }
    };
    let text =
        format!("{} active", counted(usize::try_from(status.runs_active).unwrap_or(0), "run"));
    let items = vec![Item::new(Meaning::Dim, &text, String::new())];
    let items = if level == Level::Fine { Vec::new() } else { items };
    Tile::new(Kind::Queue, level, head).with(items).opening(Target::Act(Action::GoQueues))
}

/// What runs by itself: what does not, what is late, and what is next.
pub(super) fn schedules(heard: &Heard, shared: &Shared) -> Tile {
    let Some(page) = &heard.schedules else {
        return Tile::without(Kind::Schedules, Part::Schedules, heard);
    };
    // One that did well since is well again.
    let well_since = |run: &RunSummary| {
        let later = |other: &&RunSummary| {
            let began = |run: &RunSummary| run.started_at.as_ref().map(time::from_wire);
            other.schedule == run.schedule && began(other) > began(run)
        };
        heard.succeeded.iter().flat_map(|page| &page.runs).any(|other| later(&other))
    };
    let failures = fresh_failures(heard, shared).into_iter();
    let failed: BTreeSet<&str> =
        failures.filter(|run| !well_since(run)).map(|run| run.schedule.as_str()).collect();
    let mut items: Vec<Item> = Vec::new();
    let (mut failing, mut late) = (0, 0);
    for schedule in &page.schedules {
        let trouble = trouble(schedule, &failed);
        let overdue = overdue(schedule, shared);
        failing += usize::from(trouble.is_some());
        late += usize::from(trouble.is_none() && overdue.is_some());
        let Some((meaning, why, note)) = trouble
            .map(|why| (Meaning::Danger, why, String::new()))
            .or_else(|| overdue.map(|by| (Meaning::Warn, "is late".to_owned(), by)))
        else {
            continue;
        };
        let target = Some(Target::At(Tab::Schedules, schedule.name.clone()));
        let text = format!("{} {why}", schedule.name);
        items.push(Item { target, ..Item::new(meaning, &text, note) });
    }
    items.sort_by_key(|item| item.meaning != Meaning::Danger);
    let paused = page.schedules.iter().filter(|one| one.paused).count();
    let (level, head) = match (failing, late) {
        (0, 0) => (Level::Fine, next(&page.schedules, paused, shared)),
        (0, late) => (Level::Look, format!("{late} late")),
        (failing, 0) => (Level::Look, format!("{failing} fail")),
        (failing, late) => (Level::Look, format!("{failing} fail, {late} late")),
    };
    let first = items.first().and_then(|item| item.target.clone());
    let target = first.unwrap_or(Target::Act(Action::GoSchedules));
    Tile::new(Kind::Schedules, level, head).with(items).opening(target)
}

/// Why a schedule does not do what it is for.
fn trouble(schedule: &Schedule, failed: &BTreeSet<&str>) -> Option<String> {
    let last = schedule.recent.first();
    match last.map(|outcome| (outcome.skipped.as_str(), outcome.note.as_str())) {
        Some((why @ ("denied" | "refused"), "")) => Some(format!("is {why}")),
        Some((why @ ("denied" | "refused"), note)) => Some(format!("is {why}: {note}")),
        _ if failed.contains(schedule.name.as_str()) => Some("its run failed".to_owned()),
        _ => None,
    }
}

/// By how much it is late.
fn overdue(schedule: &Schedule, shared: &Shared) -> Option<String> {
    let at = schedule.next.as_ref()?.fires_at.as_ref().map(time::from_wire)?;
    let late = shared.data_now().duration_since(at);
    (!schedule.paused && late > LATE_AFTER).then(|| time::short(late))
}

fn next(schedules: &[Schedule], paused: usize, shared: &Shared) -> String {
    let rest = if paused > 0 { format!(", {paused} paused") } else { String::new() };
    let due = |one: &Schedule| Some(time::from_wire(one.next.as_ref()?.fires_at.as_ref()?));
    let soonest = schedules.iter().filter_map(|one| Some((due(one)?, &one.name))).min();
    match soonest {
        Some((at, name)) => match until(at, shared) {
            Some(left) => format!("{name} in {left}{rest}"),
            None => format!("{name} now{rest}"),
        },
        None if schedules.is_empty() => "none".to_owned(),
        None => format!("nothing is due{rest}"),
    }
}
