//! A tile: one kind of thing that may want somebody, how it stands, and what it opens.

use jiff::{SignedDuration, Timestamp};
use pbjson_types::Timestamp as WireTimestamp;

use super::{
    daemon,
    heard::{Heard, Part},
    runs, work,
};
use crate::{
    app::{FaultKind, Shared, time},
    theme::{Glyphs, Meaning},
    widget::{Target, plain},
};

/// How far back a failure still counts as one of now.
pub(super) const RECENT: SignedDuration = SignedDuration::from_hours(6);

/// What a tile is about, in the order of equals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    Incidents,
    #[default]
    Approvals,
    Failed,
    Stuck,
    Queue,
    Schedules,
    Freezes,
    Daemon,
}

impl Kind {
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Incidents => "Incidents",
            Self::Approvals => "Approvals",
            Self::Failed => "Failed",
            Self::Stuck => "Stuck",
            Self::Queue => "Queue",
            Self::Schedules => "Schedules",
            Self::Freezes => "Freezes",
            Self::Daemon => "Daemon",
        }
    }

    /// The command that gives the same.
    pub(super) const fn twin(self) -> &'static str {
        match self {
            Self::Incidents => "conductor incidents list",
            Self::Approvals => "conductor approvals list",
            Self::Failed => "conductor runs list --status failed,timed_out",
            Self::Stuck => "conductor runs list --status active",
            Self::Queue => "conductor workers list",
            Self::Schedules => "conductor schedules list",
            Self::Freezes => "conductor freeze list",
            Self::Daemon => "conductor doctor",
        }
    }
}

/// How much it wants somebody, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Something is wrong.
    Wrong,
    /// It waits for whoever looks.
    Waits,
    /// Wants a look.
    Look,
    /// It can't be said: there is no answer.
    Unknown,
    /// On its way.
    Reading,
    /// Policy doesn't let whoever looks see it.
    Hidden,
    Fine,
}

impl Level {
    pub(super) const fn meaning(self) -> Meaning {
        match self {
            Self::Wrong => Meaning::Danger,
            Self::Waits => Meaning::Accent,
            Self::Look | Self::Unknown => Meaning::Warn,
            Self::Reading => Meaning::Waiting,
            Self::Hidden | Self::Fine => Meaning::Dim,
        }
    }

    pub(super) const fn glyph(self, g: &Glyphs) -> &'static str {
        match self {
            Self::Wrong => g.failed,
            Self::Waits => g.flag,
            Self::Look => g.alert,
            Self::Unknown => g.stale,
            Self::Reading => g.connecting,
            Self::Hidden => g.cancelled,
            Self::Fine => g.succeeded,
        }
    }

    /// Whether somebody should do something about it.
    pub(super) const fn wants(self) -> bool {
        matches!(self, Self::Wrong | Self::Waits | Self::Look | Self::Unknown)
    }
}

/// One thing of a tile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) meaning: Meaning,
    pub(super) text: String,
    /// At the right: an age, a time.
    pub(super) note: String,
    pub(super) target: Option<Target>,
}

impl Item {
    pub(super) fn new(meaning: Meaning, text: &str, note: String) -> Self {
        Self { meaning, text: plain(text), note, target: None }
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tile {
    pub(super) kind: Kind,
    pub(super) level: Level,
    /// How it stands, in some words.
    pub(super) head: String,
    pub(super) items: Vec<Item>,
    pub(super) opens: Opens,
}

/// What `Enter` does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Opens {
    Target(Target),
    /// The tile's own list, in place of the tiles.
    Page,
    Nothing(&'static str),
}

impl Tile {
    pub(super) fn new(kind: Kind, level: Level, head: impl Into<String>) -> Self {
        let opens = Opens::Nothing("there is nothing to open");
        Self { kind, level, head: head.into(), items: Vec::new(), opens }
    }

    pub(super) fn with(mut self, items: Vec<Item>) -> Self {
        self.items = items;
        self
    }

    pub(super) fn opening(mut self, target: Target) -> Self {
        self.opens = Opens::Target(target);
        self
    }

    /// What was read before and can't be read now is not said to be fine.
    fn say_if_old(&mut self, heard: &Heard) {
        let part = match self.kind {
            Kind::Incidents => Part::Incidents,
            Kind::Approvals => Part::Approvals,
            Kind::Failed => Part::Failed,
            Kind::Stuck => Part::Active,
            Kind::Queue | Kind::Freezes | Kind::Daemon => Part::Status,
            Kind::Schedules => Part::Schedules,
        };
        let known = !matches!(self.level, Level::Unknown | Level::Reading | Level::Hidden);
        if let Some(fault) = heard.fault(part).filter(|_| known) {
            self.level = self.level.min(Level::Unknown);
            self.head = format!("{}, but can't be read now", self.head);
            self.items.push(Item::new(Meaning::Dim, &fault.message, String::new()));
        }
    }

    /// What a tile shows of a part that there is no answer to.
    pub(super) fn without(kind: Kind, part: Part, heard: &Heard) -> Self {
        let Some(fault) = heard.fault(part) else {
            return Self::new(kind, Level::Reading, "being read");
        };
        if fault.kind == FaultKind::Denied {
            return Self::new(kind, Level::Hidden, "not for you to see");
        }
        let item = Item::new(Meaning::Dim, &fault.message, String::new());
        Self::new(kind, Level::Unknown, "can't be read").with(vec![item])
    }
}

/// Every tile, those that want somebody first.
pub(super) fn tiles(heard: &Heard, shared: &Shared) -> Vec<Tile> {
    let mut tiles = vec![
        work::incidents(heard, shared),
        work::approvals(heard, shared),
        runs::failed(heard, shared),
        runs::stuck(heard, shared),
        work::queue(heard),
        work::schedules(heard, shared),
        daemon::freezes(heard, shared),
        daemon::daemon(heard, shared),
    ];
    for tile in &mut tiles {
        tile.say_if_old(heard);
    }
    // The sort is stable: equals stay where the eye knows them.
    tiles.sort_by_key(|tile| tile.level);
    tiles
}

/// `3 hosts`, `1 host`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// How long ago something was.
pub(super) fn ago(at: Option<&WireTimestamp>, shared: &Shared) -> String {
    at.map(|at| time::age(time::from_wire(at), shared.data_now())).unwrap_or_default()
}

/// How long it is until then; nothing where it is over.
pub(super) fn until(at: Timestamp, shared: &Shared) -> Option<String> {
    let left = at.duration_since(shared.data_now()).as_secs();
    (left > 0).then(|| time::short(SignedDuration::from_secs(left)))
}
