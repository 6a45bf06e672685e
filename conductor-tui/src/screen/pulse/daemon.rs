//! The tiles of what holds everything up: freezes, and the daemon itself.

use conductor_protocol::v1::{Freeze, freeze_reach::Reach};

use super::{
    heard::{Heard, Part},
    tile::{Item, Kind, Level, Opens, Tile, ago, counted, until},
};
use crate::{
    app::{Shared, time},
    input::Action,
    theme::Meaning,
    widget::{Target, count},
};

/// Checks of the daemon that have a tile of their own.
const TOLD_ELSEWHERE: [&str; 3] = ["workers", "freezes", "incidents"];

/// What nothing starts in now.
pub(super) fn freezes(heard: &Heard, shared: &Shared) -> Tile {
    let Some(status) = &heard.status else {
        return Tile::without(Kind::Freezes, Part::Status, heard);
    };
    let switched = status.freezes.iter().any(|freeze| !freeze.stops.is_empty());
    let item = |freeze: &Freeze| {
        let verb = if freeze.stops.is_empty() { "frozen" } else { "stopped" };
        let meaning = if freeze.stops.is_empty() { Meaning::Warn } else { Meaning::Danger };
        let text = format!("{} {verb} by {}: {}", reach(freeze), freeze.set_by, freeze.reason);
        let ends = freeze.until.as_ref().map(time::from_wire).and_then(|at| until(at, shared));
        let note = ends.map(|left| format!("{left} left")).unwrap_or_default();
        Item::new(meaning, &text, note)
    };
    let items: Vec<Item> = status.freezes.iter().map(item).collect();
    let (level, head) = match (items.len(), switched) {
        (0, _) => return Tile::new(Kind::Freezes, Level::Fine, "none"),
        (_, true) => (Level::Wrong, "the kill switch is on".to_owned()),
        (1, false) => (Level::Look, "1 holds".to_owned()),
        (count, false) => (Level::Look, format!("{count} hold")),
    };
    let target = Target::Act(Action::Frozen);
    Tile::new(Kind::Freezes, level, head).with(items).opening(target)
}

fn reach(freeze: &Freeze) -> String {
    match freeze.reach.as_ref().and_then(|reach| reach.reach.as_ref()) {
        Some(Reach::Workflow(name)) => name.clone(),
        Some(Reach::Environment(name)) => format!("all of {name}"),
        Some(Reach::Tenant(_)) | None => "the tenant".to_owned(),
    }
}

/// How the daemon is: what its checks found, its version, since when, how far its ledger is.
pub(super) fn daemon(heard: &Heard, shared: &Shared) -> Tile {
    let Some(status) = &heard.status else {
        return Tile::without(Kind::Daemon, Part::Status, heard);
    };
    let mut items: Vec<Item> = Vec::new();
    let own = env!("CARGO_PKG_VERSION");
    if status.state != "serving" {
        let text = format!("it is {}", status.state);
        items.push(Item::new(Meaning::Danger, &text, String::new()));
    }
    if status.version != own && !status.version.is_empty() {
        let text = format!("conductord {}, this console is {own}", status.version);
        items.push(Item::new(Meaning::Warn, &text, String::new()));
    }
    let checks = heard.checks.iter().flatten();
    let checks = checks.filter(|check| !TOLD_ELSEWHERE.contains(&check.name.as_str()));
    for check in checks.filter(|check| check.status != "ok") {
        let meaning = if check.status == "fail" { Meaning::Danger } else { Meaning::Warn };
        let word = if check.status == "fail" { "fails" } else { "warns" };
        let text = format!("{} {word}: {}", check.name, check.message);
        items.push(Item::new(meaning, &text, String::new()));
    }
    items.sort_by_key(|item| item.meaning != Meaning::Danger);
    let wrong = items.iter().filter(|item| item.meaning == Meaning::Danger).count();
    let (level, head) = match (wrong, items.len()) {
        (0, 0) => (Level::Fine, brief(status, shared)),
        (0, warn) => (Level::Look, counted(warn, "warning")),
        (wrong, all) if wrong == all => {
            (Level::Wrong, format!("{} wrong", counted(wrong, "thing")))
        }
        (wrong, all) => {
            let warn = counted(all - wrong, "warning");
            (Level::Wrong, format!("{} wrong, {warn}", counted(wrong, "thing")))
        }
    };
    if level != Level::Fine {
        items.push(Item::new(Meaning::Dim, &brief(status, shared), String::new()));
    }
    Tile { opens: Opens::Page, ..Tile::new(Kind::Daemon, level, head).with(items) }
}

fn brief(status: &conductor_protocol::v1::StatusResponse, shared: &Shared) -> String {
    let up = match &status.started_at {
        Some(_) => format!("up {}, ", ago(status.started_at.as_ref(), shared)),
        None => String::new(),
    };
    format!("{}, {up}{} records", status.state, count(status.ledger_seq))
}

/// The daemon's page: each check, and each of its own numbers.
pub(super) fn checks(heard: &Heard, shared: &Shared) -> Vec<Item> {
    let mut items = Vec::new();
    for check in heard.checks.iter().flatten() {
        let meaning = match check.status.as_str() {
            "ok" => Meaning::Ok,
            "warn" => Meaning::Warn,
            _ => Meaning::Danger,
        };
        let hint = match check.hint.as_str() {
            hint if check.status != "ok" && !hint.is_empty() => format!(" ({hint})"),
            _ => String::new(),
        };
        let text = format!("{:<4} {:<16} {}{hint}", check.status, check.name, check.message);
        items.push(Item::new(meaning, &text, String::new()));
    }
    items.sort_by_key(|item| match item.meaning {
        Meaning::Danger => 0,
        Meaning::Warn => 1,
        _ => 2,
    });
    if let Some(fault) = heard.fault(Part::Checks) {
        let text = format!("its checks are not told: {}", fault.message);
        items.insert(0, Item::new(Meaning::Warn, &text, String::new()));
    }
    if let Some(status) = &heard.status {
        let behind = status.ledger_seq.saturating_sub(status.views_seq);
        let receipts = match (status.receipts_waiting, status.receipts_problem.as_str()) {
            (None, _) => String::new(),
            (Some(waiting), "") => format!("{waiting} wait for theirs"),
            (Some(waiting), problem) => format!("{waiting} wait for theirs: {problem}"),
        };
        let fields = [
            ("daemon", format!("conductord {}, {}", status.version, status.state)),
            ("up", ago(status.started_at.as_ref(), shared)),
            ("ledger", format!("{} records, views {behind} behind", count(status.ledger_seq))),
            ("receipts", receipts),
            ("policy", format!("bundle {}", status.bundle_revision)),
            ("data", status.data_dir().to_owned()),
        ];
        let told = fields.iter().filter(|(_, text)| !text.is_empty());
        items.extend(told.map(|(name, text)| {
            Item::new(Meaning::Dim, &format!("     {name:<16} {text}"), String::new())
        }));
    }
    items
}
