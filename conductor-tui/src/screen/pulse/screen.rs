//! The screen's state: what was heard, which tile is chosen, and a tile's own list while it is open.

use conductor_protocol::v1::{TailRequest, WatchRunsRequest};
use jiff::Timestamp;
use ratatui::{Frame, layout::Rect};

use super::{
    daemon::checks,
    grid::{beside, lay},
    heard::{Heard, Part},
    page,
    tile::{Item, Kind, Opens, Tile, tiles},
    view::pulse_view,
};
use crate::{
    app::{Availability, Effect, FaultKind, Feed, FeedId, FeedNews, Shared, Subject, Ticket, body},
    input::{Action, Place},
    screen::{Event, Intent, Screen},
    widget::{Entry, Scroll, Told},
};

/// Records that change what is shown, beside those of runs.
const KINDS: [&str; 7] =
    ["approval.", "glass.", "incident.", "freeze.", "kill.", "schedule.", "tenant."];

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct PulseScreen {
    pub(super) heard: Heard,
    /// The chosen tile. Where none was chosen by hand it is the first, which is the worst.
    chosen: Option<Kind>,
    /// The tile whose own list is open, and where in it.
    pub(super) page: Option<(Kind, Scroll)>,
    /// Policy lets whoever looks listen to neither runs nor other records: then only time tells.
    deaf: (bool, bool),
    runs_feed: Option<FeedId>,
    others_feed: Option<FeedId>,
    front: bool,
}

impl PulseScreen {
    /// Which of the tiles is chosen.
    pub(super) fn at(&self, tiles: &[Tile]) -> usize {
        let same = |tile: &Tile| Some(tile.kind) == self.chosen;
        tiles.iter().position(same).unwrap_or_default()
    }

    /// What a tile's own list has.
    pub(super) fn page_items(&self, kind: Kind, shared: &Shared) -> Vec<Item> {
        if kind == Kind::Daemon {
            return checks(&self.heard, shared);
        }
        let tile = tiles(&self.heard, shared).into_iter().find(|tile| tile.kind == kind);
        tile.map(|tile| tile.items).unwrap_or_default()
    }

    fn enter(&mut self, shared: &Shared) -> Vec<Intent> {
        if std::mem::replace(&mut self.front, true) && !self.heard.is_new() {
            // A stream broke while the screen was in front: what it may have missed is read soon.
            self.heard.changed(true, shared.now);
            self.heard.changed(false, shared.now);
            return Vec::new();
        }
        self.deaf = (false, false);
        self.heard.begin(shared).into_iter().map(Intent::Do).collect()
    }

    fn leave(&mut self) -> Vec<Intent> {
        self.front = false;
        self.heard.rest();
        let feeds = [self.runs_feed.take(), self.others_feed.take()];
        feeds.into_iter().flatten().map(|id| Intent::Do(Effect::Unwatch(id))).collect()
    }

    /// Listens from where an answer was true.
    fn listen(&mut self, part: Part, shared: &mut Shared) -> Option<Intent> {
        let scope = Some(shared.scope.clone());
        let (feed, slot) = match part {
            Part::Active if self.runs_feed.is_none() && !self.deaf.0 => {
                let after_seq = self.heard.active.as_ref()?.seq;
                (
                    Feed::Runs(WatchRunsRequest { scope, after_seq, owner: String::new() }),
                    &mut self.runs_feed,
                )
            }
            Part::Status if self.others_feed.is_none() && !self.deaf.1 => {
                let after_seq = self.heard.status.as_ref()?.ledger_seq;
                let kinds = KINDS.map(str::to_owned).to_vec();
                let tail =
                    TailRequest { scope, after_seq, follow: true, kinds, ..TailRequest::default() };
                (Feed::Ledger(tail), &mut self.others_feed)
            }
            _ => return None,
        };
        let id = shared.feed_id();
        *slot = Some(id);
        Some(Intent::Do(Effect::Watch(id, feed)))
    }

    fn on_feed(&mut self, id: FeedId, news: &FeedNews, shared: &Shared) {
        let runs = self.runs_feed == Some(id);
        if !runs && self.others_feed != Some(id) {
            return;
        }
        match news {
            FeedNews::Ended(fault) => {
                // The next answer begins another.
                let denied = fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Denied);
                let (feed, deaf) = match runs {
                    true => (&mut self.runs_feed, &mut self.deaf.0),
                    false => (&mut self.others_feed, &mut self.deaf.1),
                };
                (*feed, *deaf) = (None, denied);
            }
            _ => self.heard.changed(runs, shared.now),
        }
    }

    fn act(&mut self, action: Action, shared: &Shared) -> Vec<Intent> {
        if let Some((kind, mut scroll)) = self.page {
            let items = self.page_items(kind, shared);
            match action {
                Action::Back | Action::TileLeft => self.page = None,
                Action::Open => {
                    let target = items.get(scroll.cursor).and_then(|item| item.target.clone());
                    return target.map(Intent::Go).into_iter().collect();
                }
                moving => {
                    scroll.act(moving, items.len(), page::height(body(shared.size)));
                    self.page = Some((kind, scroll));
                }
            }
            return Vec::new();
        }
        let tiles = tiles(&self.heard, shared);
        let at = self.at(&tiles);
        match action {
            Action::Open => return self.open_tile(&tiles[at]),
            // Back to the worst, whichever that is.
            Action::Back => self.chosen = None,
            moving => {
                let to = beside(&lay(&tiles, body(shared.size)), at, moving);
                if to != at {
                    self.chosen = tiles.get(to).map(|tile| tile.kind);
                }
            }
        }
        Vec::new()
    }

    fn open_tile(&mut self, tile: &Tile) -> Vec<Intent> {
        self.chosen = Some(tile.kind);
        match &tile.opens {
            Opens::Target(target) => vec![Intent::Go(target.clone())],
            Opens::Page => {
                self.page = Some((tile.kind, Scroll::default()));
                Vec::new()
            }
            Opens::Nothing(_) => Vec::new(),
        }
    }
}

impl Screen for PulseScreen {
    fn title(&self) -> &'static str {
        "Pulse"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Pulse]
    }

    fn subject(&self, _action: Action) -> Subject {
        Subject::Of(String::new())
    }

    fn update(&mut self, event: Event, shared: &mut Shared) -> Vec<Intent> {
        match event {
            Event::Enter => self.enter(shared),
            Event::Leave => self.leave(),
            Event::Resize => Vec::new(),
            Event::Tick => self.heard.due(shared).into_iter().map(Intent::Do).collect(),
            Event::Act(action) => self.act(action, shared),
            Event::Reply(Ticket::Screen(_, number), answer) => {
                let part = self.heard.take(number, answer, shared);
                if !self.front {
                    self.heard.rest();
                    return Vec::new();
                }
                part.and_then(|part| self.listen(part, shared)).into_iter().collect()
            }
            Event::Reply(..) => Vec::new(),
            Event::Feed(id, news) => {
                self.on_feed(id, &news, shared);
                Vec::new()
            }
        }
    }

    fn outermost(&self) -> bool {
        self.page.is_none()
    }

    fn offers(&self, shared: &Shared) -> Vec<Entry> {
        // What wants somebody can be found by name, too.
        let wanting = tiles(&self.heard, shared).into_iter().filter(|tile| tile.level.wants());
        let entry = |tile: Tile| match tile.opens {
            Opens::Target(target) => Some(Entry {
                kind: "pulse",
                title: format!("{}: {}", tile.kind.title(), tile.head),
                detail: tile.items.first().map(|item| item.text.clone()).unwrap_or_default(),
                availability: Availability::Ready,
                target,
            }),
            _ => None,
        };
        if self.front { wanting.filter_map(entry).collect() } else { Vec::new() }
    }

    fn open(&mut self, what: &str, shared: &mut Shared) -> Vec<Intent> {
        let tiles = tiles(&self.heard, shared);
        let found = tiles.iter().find(|tile| tile.kind.title().eq_ignore_ascii_case(what));
        self.page = None;
        self.chosen = found.map(|tile| tile.kind);
        Vec::new()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        pulse_view(self, frame, area, shared);
    }

    fn told(&self, shared: &Shared) -> Option<Told> {
        super::told::told(self, shared)
    }

    fn twin(&self) -> String {
        let kind = self.page.map(|(kind, _)| kind).or(self.chosen);
        kind.map_or("conductor status", Kind::twin).to_owned()
    }

    fn chosen(&self, shared: &Shared) -> Option<String> {
        if let Some((kind, scroll)) = self.page {
            let items = self.page_items(kind, shared);
            return items.get(scroll.cursor).map(|item| item.text.clone());
        }
        let tiles = tiles(&self.heard, shared);
        let tile = tiles.get(self.at(&tiles))?;
        let lines = tile.items.iter().map(|item| format!("\n{}  {}", item.text, item.note));
        let lines: String = lines.collect();
        Some(format!("{}: {}{lines}", tile.kind.title(), tile.head))
    }

    fn export(&self) -> Option<(String, String)> {
        let heard = &self.heard;
        let status = heard.status.as_ref()?;
        let json = serde_json::json!({
            "status": status,
            "approvals": heard.approvals.as_ref().map(|page| &page.approvals),
            "incidents": heard.incidents,
            "active": heard.active.as_ref().map(|page| &page.runs),
            "failed": heard.failed.as_ref().map(|page| &page.runs),
            "schedules": heard.schedules.as_ref().map(|page| &page.schedules),
            "checks": heard.checks,
        });
        Some(("pulse".to_owned(), serde_json::to_string_pretty(&json).ok()?))
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        shared.refreshes(self.heard.next_due())
    }
}
