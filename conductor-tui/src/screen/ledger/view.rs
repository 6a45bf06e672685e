//! Draws the events, and the page below or beside them.

use conductor_protocol::v1::Event;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    page,
    screen::{LedgerScreen, Page},
};
use crate::{
    app::{Shared, body, time},
    theme::Meaning,
    widget::{Notice, Pane, count, notice, pad, select},
};

const SEQ: usize = 9;
const KIND: usize = 22;
const PRINCIPAL: usize = 14;

/// Columns from which a page has room beside the events.
const BESIDE_FROM: u16 = 110;

/// Rows of the pane with the stored event: none where the list would have too few.
fn detail_rows(rows: u16) -> u16 {
    if rows >= 18 { (rows / 3).min(14) } else { 0 }
}

/// Where the events are, and where the page is: below them the stored event, beside them what is proven,
/// or the page alone where there is no room for both.
pub(super) fn panes(screen: &LedgerScreen, area: Rect) -> (Rect, Rect) {
    if screen.page == Page::Stored {
        let below = if screen.reading { area.height } else { detail_rows(area.height) };
        let list = Rect { height: area.height - below, ..area };
        return (list, Rect { y: list.bottom(), height: below, ..area });
    }
    let left = match (area.width >= BESIDE_FROM, screen.reading) {
        (true, _) => area.width / 2,
        (false, true) => 0,
        (false, false) => area.width,
    };
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Rect { width: left, ..area }, right)
}

/// Rows of the list of events.
pub(super) fn list_rows(screen: &LedgerScreen, shared: &Shared) -> usize {
    let (list, _) = panes(screen, body(shared.size));
    // The frame and the columns' names take three rows.
    usize::from(list.height.saturating_sub(3))
}

/// Draws the screen.
pub(crate) fn ledger_view(
    screen: &LedgerScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let (list, place) = panes(screen, area);
    if list.width > 0 && list.height > 0 {
        events_pane(screen, frame, list, shared);
    }
    if place.width > 0 && place.height > 0 {
        page::view(screen, frame, place, shared);
    }
}

fn events_pane(screen: &LedgerScreen, frame: &mut Frame<'_>, list: Rect, shared: &Shared) {
    let look = &shared.look;
    let rows = screen.rows();
    let detail = screen.filter.clone();
    let note = if screen.fault.is_some() {
        String::new()
    } else if screen.held && screen.unseen > 0 {
        format!("{} new, G follows", count(screen.unseen))
    } else if screen.held {
        "held, G follows".to_owned()
    } else {
        format!("following {}", look.glyphs.live)
    };
    let inner =
        Pane { title: "Ledger", detail, note, focused: !screen.reading }.draw(frame, list, look);
    let instead = match &screen.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if screen.is_loading() => {
            let body = vec!["what is written from now on appears here".to_owned()];
            Some(Notice { body, ..Notice::loading(look, "the newest events") })
        }
        None if rows.is_empty() => {
            Some(Notice::empty(look, "no event matches", &["Esc shows all"]))
        }
        None => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
    } else {
        events(screen, &rows, frame, inner, shared);
    }
}

fn events(
    screen: &LedgerScreen,
    rows: &[&Event],
    frame: &mut Frame<'_>,
    inner: Rect,
    shared: &Shared,
) {
    let look = &shared.look;
    let cells = usize::from(inner.width);
    let mark = look.glyphs.ellipsis;
    let kind = pad("event", KIND, mark);
    let head = format!("{:>SEQ$}  {:8}  {kind}{}about", "seq", "time", pad("by", PRINCIPAL, mark));
    let top = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(Line::styled(head, look.style(Meaning::Dim))), top);
    let body = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    let window = screen.scroll.window(rows.len(), usize::from(body.height));
    let lines: Vec<Line<'_>> = window
        .map(|at| {
            let event = rows[at];
            let dim = look.style(Meaning::Dim);
            let clock = event.at.as_ref().map(time::from_wire);
            let clock = clock.map(|at| time::clock(at, &look.zone)).unwrap_or_default();
            let used = SEQ + 2 + 8 + 2 + KIND + PRINCIPAL;
            let chosen = at == screen.scroll.cursor;
            let cursor = if chosen { look.glyphs.cursor } else { " " };
            let mut line = Line::from(vec![
                Span::styled(cursor, look.style(Meaning::Accent)),
                Span::styled(format!("{:>1$}  {clock:8}  ", event.seq, SEQ - 1), dim),
                Span::styled(pad(&event.kind, KIND, mark), look.style(meaning(&event.kind))),
                Span::styled(pad(&event.principal, PRINCIPAL, mark), dim),
                Span::styled(
                    pad(&event.subject, cells.saturating_sub(used), mark),
                    look.style(Meaning::Text),
                ),
            ]);
            if chosen {
                select(&mut line, look);
            }
            line
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), body);
}

fn meaning(kind: &str) -> Meaning {
    match kind.split_once('.').map_or(kind, |(group, _)| group) {
        "run" => Meaning::Running,
        "task" => Meaning::Text,
        "decision" | "identity" | "approval" => Meaning::Waiting,
        "workflow" => Meaning::Ok,
        _ => Meaning::Dim,
    }
}
