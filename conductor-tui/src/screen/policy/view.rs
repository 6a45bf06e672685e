//! Draws the decisions and the one that is read, and the bundles.

use conductor_protocol::v1::{DeployedBundle, RecordedDecision};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    bundles, explain,
    screen::{Part, PolicyScreen},
    trial_view,
};
use crate::{
    app::{Fault, Look, Shared, body, time},
    planned::{self, Tone},
    theme::Meaning,
    widget::{Notice, Pane, count, notice, pad, plain, select},
};

/// Columns from which a page has room beside a list.
const BESIDE_FROM: u16 = 100;

const CLOCK: usize = 10;
const VERDICT: usize = 9;
const WHO: usize = 14;
const ACTION: usize = 20;

/// Whether list and page are seen at once.
pub(crate) fn is_wide(shared: &Shared) -> bool {
    shared.size.0 >= BESIDE_FROM
}

/// Where the list is, and where the page is; each has no columns where the other one is in front.
pub(crate) fn panes(area: Rect, second: bool) -> (Rect, Rect) {
    let left = match (area.width >= BESIDE_FROM, second) {
        (true, _) => area.width * 52 / 100,
        (false, true) => 0,
        (false, false) => area.width,
    };
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Rect { width: left, ..area }, right)
}

/// Rows of a list that fills a pane.
pub(crate) fn list_height(shared: &Shared) -> usize {
    // The frame and the columns' names take three rows.
    usize::from(body(shared.size).height.saturating_sub(3))
}

/// Rows of the list of what would flip.
pub(crate) fn flips_height(shared: &Shared) -> usize {
    trial_view::rows_height(body(shared.size))
}

/// Lines of the page, and rows that it is read in.
pub(crate) fn page_size(screen: &PolicyScreen, shared: &Shared) -> (usize, usize) {
    let (_, right) = panes(body(shared.size), screen.second);
    let inner = Rect {
        width: right.width.saturating_sub(4),
        height: right.height.saturating_sub(2),
        ..right
    };
    (page_lines(screen, inner, shared).len(), usize::from(inner.height))
}

fn page_lines(screen: &PolicyScreen, inner: Rect, shared: &Shared) -> Vec<planned::Line> {
    match (screen.part, screen.read()) {
        (Part::Bundles, _) => bundles::lines(&screen.bundles, inner, shared),
        (_, Some(Ok(found))) => explain::lines(found, inner, shared),
        _ => Vec::new(),
    }
}

/// Draws the screen.
pub(crate) fn policy_view(
    screen: &PolicyScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let (left, right) = panes(area, screen.second);
    match screen.part {
        Part::Candidate => trial_view::candidate(screen, (left, right), frame, shared),
        Part::Decisions => {
            if left.width > 0 {
                decisions(screen, frame, left, shared);
            }
            if right.width > 0 {
                page(screen, ("Decision", screen.read_fault()), frame, right, shared);
            }
        }
        Part::Bundles => {
            if left.width > 0 {
                bundle_list(screen, frame, left, shared);
            }
            if right.width > 0 {
                page(screen, ("Bundle", screen.bundles.fault.as_ref()), frame, right, shared);
            }
        }
    }
}

impl PolicyScreen {
    fn read_fault(&self) -> Option<&Fault> {
        self.read().and_then(Result::err)
    }
}

fn page(
    screen: &PolicyScreen,
    (title, fault): (&str, Option<&Fault>),
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let look = &shared.look;
    let detail = match screen.part {
        Part::Decisions => screen.reads().map(plain).unwrap_or_default(),
        _ => screen.bundles.selected().map(bundles::name).unwrap_or_default(),
    };
    let pane = Pane { title, detail, focused: screen.second, ..Pane::default() };
    let inner = pane.draw(frame, area, look);
    let lines = page_lines(screen, inner, shared);
    let message = match fault {
        Some(fault) => Notice::fault(look, fault),
        None if !lines.is_empty() => return screen.sheet.view(frame, inner, lines, look),
        None if screen.reads().is_some() => Notice::loading(look, "the decision"),
        None => {
            let words = ["why policy said what it said is shown here"];
            Notice::empty(look, "nothing is chosen", &words)
        }
    };
    notice(frame, inner, &message, look);
}

fn decisions(screen: &PolicyScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let list = &screen.decisions;
    let shown = list.rows().len();
    let more = if list.has_more() { "+" } else { "" };
    let number = match shown == list.read() {
        true => format!("{}{more}", count(shown as u64)),
        false => format!("{} of {}{more}", count(shown as u64), count(list.read() as u64)),
    };
    let note = match (list.loaded, screen.live) {
        (false, _) => String::new(),
        (true, true) => format!("{number}  live {}", look.glyphs.live),
        (true, false) => number,
    };
    let detail = list.query.to_string();
    let pane = Pane { title: "Decisions", detail, note, focused: !screen.second };
    let inner = pane.draw(frame, area, look);
    let instead = match &list.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if !list.loaded => Some(Notice::loading(look, "decisions")),
        None if shown == 0 && list.query.is_empty() => {
            let words = ["every change that is asked for is decided on, and shown here"];
            Some(Notice::empty(look, "policy has decided nothing here yet", &words))
        }
        None if shown == 0 => Some(Notice::empty(look, "no decision matches", &["Esc shows all"])),
        None => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let mark = look.glyphs.ellipsis;
    let (who, action) = columns(usize::from(inner.width));
    let head = format!(
        "  {}{}{}{}{}",
        pad("time", CLOCK, mark),
        pad("verdict", VERDICT, mark),
        pad("who", who, mark),
        pad("action", action, mark),
        "resource",
    );
    let rows = headed(&head, frame, inner, look);
    let window = list.scroll.window(shown, usize::from(rows.height));
    let lines: Vec<Line<'_>> = list
        .rows()
        .enumerate()
        .skip(window.start)
        .take(window.len())
        .map(|(at, row)| {
            let chosen = at == list.scroll.cursor;
            decision_row(row, chosen, usize::from(rows.width), shared)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), rows);
}

/// Columns of who and of what; narrow windows have less of both.
fn columns(cells: usize) -> (usize, usize) {
    if cells >= 64 { (WHO, ACTION) } else { (0, ACTION.min(cells.saturating_sub(24))) }
}

/// Draws the columns' names, and gives what is below.
pub(crate) fn headed(head: &str, frame: &mut Frame<'_>, inner: Rect, look: &Look) -> Rect {
    let top = Rect { height: 1.min(inner.height), ..inner };
    let head = Line::styled(head.to_owned(), look.style(Meaning::Dim));
    frame.render_widget(Paragraph::new(head), top);
    Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner }
}

fn decision_row<'a>(
    row: &RecordedDecision,
    chosen: bool,
    cells: usize,
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let (who, action) = columns(cells);
    let decision = row.decision.clone().unwrap_or_default();
    let (word, tone) = explain::verdict(&decision);
    let (glyph, meaning) = match tone {
        Tone::Good => (look.glyphs.succeeded, Meaning::Ok),
        Tone::Warn => (look.glyphs.flag, Meaning::Waiting),
        _ => (look.glyphs.cancelled, Meaning::Danger),
    };
    let at = row.at.as_ref().map(time::from_wire);
    let at = at.map(|at| time::clock(at, &look.zone)).unwrap_or_default();
    let times = if row.count > 1 { format!("x{} ", count(row.count)) } else { String::new() };
    let what = format!("{times}{}", plain(&row.resource));
    let left = cells.saturating_sub(2 + CLOCK + VERDICT + who + action);
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let dim = look.style(Meaning::Dim);
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(&at, CLOCK, mark), dim),
        Span::styled(pad(&format!("{glyph} {word}"), VERDICT, mark), look.style(meaning)),
        Span::styled(spaced(&plain(&row.principal), who, mark), dim),
        Span::styled(spaced(&plain(&row.action), action, mark), look.style(Meaning::Text)),
        Span::styled(pad(&what, left, mark), look.style(Meaning::Text)),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}

/// A column with a blank at its end.
pub(crate) fn spaced(text: &str, cells: usize, mark: char) -> String {
    let blank = if cells > 0 { " " } else { "" };
    format!("{}{blank}", pad(text, cells.saturating_sub(1), mark))
}

fn bundle_list(screen: &PolicyScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let list = &screen.bundles;
    let rows = list.rows();
    let open = list.known.iter().flat_map(|known| &known.drift);
    let open = open.filter(|item| item.settled_at.is_none()).count();
    let refused = list.known.as_ref().is_some_and(|known| known.refused.is_some());
    let note = match (refused, open) {
        (true, _) => "one is refused".to_owned(),
        (false, 0) => String::new(),
        (false, open) => format!("{open} drift"),
    };
    let pane = Pane { title: "Bundles", note, focused: !screen.second, ..Pane::default() };
    let inner = pane.draw(frame, area, look);
    let instead = match (&list.fault, &list.known) {
        (Some(fault), _) => Some(Notice::fault(look, fault)),
        (None, None) => Some(Notice::loading(look, "bundles")),
        (None, Some(_)) if rows.is_empty() => {
            let words = ["the built-in bundle decides, and there was no other"];
            Some(Notice::empty(look, "no bundle was deployed here", &words))
        }
        _ => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let below = headed("  since             state     bundle", frame, inner, look);
    let window = list.scroll.window(rows.len(), usize::from(below.height));
    let lines: Vec<Line<'_>> = window
        .map(|at| {
            let chosen = at == list.scroll.cursor;
            bundle_row(&rows[at], (at == 0, chosen), usize::from(below.width), shared)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), below);
}

fn bundle_row<'a>(
    bundle: &DeployedBundle,
    (active, chosen): (bool, bool),
    cells: usize,
    shared: &Shared,
) -> Line<'a> {
    const SINCE: usize = 18;
    const STATE: usize = 10;
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let (glyph, word, meaning) = match (active, bundle.kept) {
        (true, _) => (look.glyphs.live, "decides", Meaning::Ok),
        (false, true) => (look.glyphs.queued, "kept", Meaning::Text),
        (false, false) => (look.glyphs.skipped, "gone", Meaning::Dim),
    };
    let since = bundle.at.as_ref().map(|at| bundles::when(at, shared)).unwrap_or_default();
    let what = format!("{}  {}", bundles::name(bundle), bundles::cause(bundle));
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let room = cells.saturating_sub(2 + SINCE + STATE);
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(&since, SINCE, mark), look.style(Meaning::Dim)),
        Span::styled(pad(&format!("{glyph} {word}"), STATE, mark), look.style(meaning)),
        Span::styled(pad(&what, room, mark), look.style(Meaning::Text)),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}
