//! Draws the way so far, the entity in the middle with its edges or what is reached from it, and what is
//! known of it.

use conductor_protocol::v1::{GraphEntity, GraphReach};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    card,
    edges::Row,
    reached::{Reached, Step},
    screen::GraphScreen,
};
use crate::{
    app::{Look, Shared, body, time},
    planned::{self, Tone},
    theme::Meaning,
    widget::{Notice, Pane, count, ellipsis, notice, pad, plain, select, width},
};

/// Columns from which a page has room beside a list.
const BESIDE_FROM: u16 = 100;

const KIND: usize = 16;

/// Rows of the list.
pub(super) fn height(shared: &Shared) -> usize {
    // The frame and the way so far take three rows.
    usize::from(body(shared.size).height.saturating_sub(3))
}

fn panes(area: Rect, reading: bool) -> (Rect, Rect) {
    let left = match (area.width >= BESIDE_FROM, reading) {
        (true, _) => area.width * 62 / 100,
        (false, true) => 0,
        (false, false) => area.width,
    };
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Rect { width: left, ..area }, right)
}

/// Lines of the page, and rows that it is read in.
pub(super) fn page_size(screen: &GraphScreen, shared: &Shared) -> (usize, usize) {
    let (_, right) = panes(body(shared.size), screen.reading);
    let inner = Rect {
        width: right.width.saturating_sub(4),
        height: right.height.saturating_sub(2),
        ..right
    };
    (page_lines(screen, inner, shared).len(), usize::from(inner.height))
}

/// What is known of whatever the cursor is on, as far as it came with an answer; else of the middle.
fn page_lines(screen: &GraphScreen, inner: Rect, shared: &Shared) -> Vec<planned::Line> {
    let reached = screen.reached.as_ref().and_then(|reached| {
        let rows = reached.rows(&screen.words);
        rows.get(reached.scroll.cursor)?.entity
    });
    let begins = || match screen.at {
        None => screen.beginnings().get(screen.scroll.cursor).copied(),
        Some(_) => None,
    };
    let known = reached.or_else(|| screen.entity()).or_else(begins);
    known.map(|known| card::lines(known, inner, shared)).unwrap_or_default()
}

/// Draws the screen.
pub(crate) fn graph_view(screen: &GraphScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let (left, right) = panes(area, screen.reading);
    if left.width > 0 {
        list(screen, frame, left, shared);
    }
    if right.width > 0 {
        page(screen, frame, right, shared);
    }
}

fn page(screen: &GraphScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let pane = Pane { title: "What is known", focused: screen.reading, ..Pane::default() };
    let inner = pane.draw(frame, area, look);
    let lines = page_lines(screen, inner, shared);
    if lines.is_empty() {
        let words = ["its state, since when, and what else the ledger says of it"];
        notice(frame, inner, &Notice::empty(look, "nothing is chosen", &words), look);
        return;
    }
    screen.sheet.view(frame, inner, lines, look);
}

fn list(screen: &GraphScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let title = match (&screen.reached, &screen.at) {
        (Some(reached), _) => reached.title(),
        (None, Some(_)) => "Graph",
        (None, None) => "Graph",
    };
    let kind = screen.kind.as_ref().map(|kind| format!("only {kind}"));
    let words = Some(screen.words.clone()).filter(|words| !words.is_empty());
    let detail: Vec<String> = kind.into_iter().chain(words).collect();
    let pane =
        Pane { title, detail: detail.join("  "), note: note(screen), focused: !screen.reading };
    let inner = pane.draw(frame, area, look);
    let top = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(way(screen, usize::from(inner.width), look)), top);
    let below = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    if let Some(message) = instead(screen, look) {
        notice(frame, below, &message, look);
        return;
    }
    let (rows, cells) = (usize::from(below.height), usize::from(below.width));
    let lines: Vec<Line<'_>> = if let Some(reached) = &screen.reached {
        let steps = reached.rows(&screen.words);
        let window = reached.scroll.window(steps.len(), rows);
        window.map(|at| step(&steps[at], at == reached.scroll.cursor, cells, look)).collect()
    } else if screen.at.is_some() {
        let edges = screen.edges();
        let window = screen.scroll.window(edges.len(), rows);
        window
            .map(|at| edge((screen, edges[at]), at == screen.scroll.cursor, cells, look))
            .collect()
    } else {
        let runs = screen.beginnings();
        let window = screen.scroll.window(runs.len(), rows);
        window.map(|at| run(runs[at], at == screen.scroll.cursor, cells, shared)).collect()
    };
    frame.render_widget(Paragraph::new(lines), below);
}

/// How much there is, and whether it is all and of now.
fn note(screen: &GraphScreen) -> String {
    let (shown, truncated, reach) = match (&screen.reached, &screen.found) {
        (Some(reached), _) => match reached.answer() {
            Some(found) => (found.nodes.len(), found.truncated, found.reach.as_ref()),
            None => return String::new(),
        },
        (None, Some(Ok(found))) => (found.edges.len(), found.truncated, found.reach.as_ref()),
        _ => return String::new(),
    };
    let of = if screen.reached.is_some() { "reached" } else { "edges" };
    let more = if truncated { ", there are more" } else { "" };
    format!("{} {of}{more}{}", count(shown as u64), behind(reach))
}

fn behind(reach: Option<&GraphReach>) -> String {
    let behind = reach.map_or(0, |reach| reach.behind);
    if behind == 0 { String::new() } else { format!(", {} events behind", count(behind)) }
}

/// The way that led here, cut at its beginning where there is no room.
fn way<'a>(screen: &GraphScreen, cells: usize, look: &Look) -> Line<'a> {
    let between = format!(" {} ", look.glyphs.chevron);
    let here = screen.at.as_deref().unwrap_or("newest runs");
    let mut text = plain(here);
    for crumb in screen.crumbs.iter().rev() {
        let longer = format!("{}{between}{text}", plain(crumb));
        if width(&longer) > cells {
            let cut = format!("{}{between}{text}", look.glyphs.ellipsis);
            text = if width(&cut) > cells { text } else { cut };
            break;
        }
        text = longer;
    }
    let text = ellipsis(&text, cells, look.glyphs.ellipsis).into_owned();
    Line::styled(text, look.style(Meaning::Dim))
}

/// What is drawn where there are no rows.
fn instead(screen: &GraphScreen, look: &Look) -> Option<Notice> {
    if let Some(Reached { found, .. }) = &screen.reached {
        return match found {
            None => Some(Notice::loading(look, "what is reached")),
            Some(Err(fault)) => Some(Notice::fault(look, fault)),
            Some(Ok(found)) if found.nodes.len() < 2 => {
                let words = ["nothing hangs together with it that way", "Esc goes back"];
                Some(Notice::empty(look, "nothing is reached", &words))
            }
            Some(Ok(_)) => None,
        };
    }
    match (&screen.at, &screen.found, &screen.runs) {
        (Some(_), None, _) => Some(Notice::loading(look, "the entity")),
        (Some(_), Some(Err(fault)), _) | (None, _, Some(Err(fault))) => {
            Some(Notice::fault(look, fault))
        }
        (None, _, None) => Some(Notice::loading(look, "the newest runs")),
        (None, _, Some(Ok(_))) if screen.beginnings().is_empty() => {
            let words = [
                "/ looks for an entity by its id: run_01jd0, host:web-1, workflow:NAME",
                "it holds what the ledger says, from the first run on",
            ];
            Some(Notice::empty(look, "no run is in the graph", &words))
        }
        _ => None,
    }
}

fn meaning(tone: Tone) -> Meaning {
    match tone {
        Tone::Plain => Meaning::Text,
        Tone::Strong => Meaning::Title,
        Tone::Dim => Meaning::Dim,
        Tone::Good => Meaning::Ok,
        Tone::Warn => Meaning::Warn,
        Tone::Bad => Meaning::Danger,
    }
}

/// The mark of how an entity stands; its word stands beside it.
fn mark(known: &GraphEntity, look: &Look) -> (&'static str, Meaning) {
    let glyph = match (known.life.as_str(), card::tone(known)) {
        ("deleted" | "archived", _) => look.glyphs.cancelled,
        (_, Tone::Good) => look.glyphs.succeeded,
        (_, Tone::Bad) => look.glyphs.failed,
        _ => look.glyphs.waiting,
    };
    (glyph, meaning(card::tone(known)))
}

fn chosen_line<'a>(spans: Vec<Span<'a>>, chosen: bool, look: &Look) -> Line<'a> {
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let mut line =
        Line::from(vec![Span::styled(format!("{cursor} "), look.style(Meaning::Accent))]);
    line.spans.extend(spans);
    if chosen {
        select(&mut line, look);
    }
    line
}

fn edge<'a>(
    (screen, row): (&GraphScreen, Row<'_>),
    chosen: bool,
    cells: usize,
    look: &Look,
) -> Line<'a> {
    let cut = look.glyphs.ellipsis;
    let (Some(edge), Some(other)) = (row.edge(), row.other()) else {
        let known = screen.entity().cloned().unwrap_or_default();
        let (glyph, meaning) = mark(&known, look);
        let state = card::state(&known);
        let name = plain(&known.name);
        let text = format!("{name}  {glyph} {state}");
        let fill = pad(&text, cells.saturating_sub(2), cut);
        let style = look.style(if meaning == Meaning::Text { Meaning::Title } else { meaning });
        return chosen_line(vec![Span::styled(fill, style)], chosen, look);
    };
    const WAY: usize = 5;
    // An edge reads in its own direction: from who, and to whom.
    let way = if matches!(row, Row::In(_)) { "from" } else { "to" };
    let room = cells.saturating_sub(2 + KIND + WAY);
    let note = if edge.note.is_empty() { String::new() } else { format!("  {}", edge.note) };
    let spans = vec![
        Span::styled(pad(&plain(&edge.kind), KIND, cut), look.style(Meaning::Accent)),
        Span::styled(pad(way, WAY, cut), look.style(Meaning::Dim)),
        Span::styled(pad(&plain(&format!("{other}{note}")), room, cut), look.style(Meaning::Text)),
    ];
    chosen_line(spans, chosen, look)
}

/// Cells of a name on the way at least.
const NAME_MIN: usize = 10;

fn step<'a>(step: &Step<'_>, chosen: bool, cells: usize, look: &Look) -> Line<'a> {
    let lines = step.lines(look.glyphs);
    let edge = step.edge.map_or(String::new(), |edge| {
        let way = if step.is_ahead() { "to" } else { "from" };
        format!("{} {way} ", plain(&edge.kind))
    });
    let known = step.entity.cloned().unwrap_or_default();
    let (glyph, meaning) = mark(&known, look);
    let state = card::state(&known);
    let state = if state.is_empty() { String::new() } else { format!("  {glyph} {state}") };
    // The state goes first where there is no room for both: the name is what is walked to.
    let around = 2 + width(&lines) + width(&edge);
    let room = cells.saturating_sub(around + NAME_MIN);
    let state = if room < 4 {
        String::new()
    } else {
        ellipsis(&state, room, look.glyphs.ellipsis).into_owned()
    };
    let used = around + width(&state);
    let name = ellipsis(&plain(step.name()), cells.saturating_sub(used), look.glyphs.ellipsis)
        .into_owned();
    let fill = " ".repeat(cells.saturating_sub(used + width(&name)));
    let spans = vec![
        Span::styled(lines, look.style(Meaning::Dim)),
        Span::styled(edge, look.style(Meaning::Accent)),
        Span::styled(name, look.style(Meaning::Text)),
        Span::styled(state, look.style(meaning)),
        Span::raw(fill),
    ];
    chosen_line(spans, chosen, look)
}

fn run<'a>(run: &GraphEntity, chosen: bool, cells: usize, shared: &Shared) -> Line<'a> {
    const STATE: usize = 14;
    const BEGAN: usize = 14;
    let look = &shared.look;
    let cut = look.glyphs.ellipsis;
    let (glyph, meaning) = mark(run, look);
    let attribute = |name: &str| run.attributes.get(name).map_or("", String::as_str);
    let began = run
        .first_at
        .as_ref()
        .map(time::from_wire)
        .map(|at| at.to_zoned(look.zone.clone()).strftime("%d %b %H:%M").to_string());
    let what = format!("{}@{}  {}", attribute("workflow"), attribute("version"), run.id);
    let room = cells.saturating_sub(2 + STATE + BEGAN);
    let state = format!("{glyph} {}", card::state(run));
    let spans = vec![
        Span::styled(pad(&state, STATE, cut), look.style(meaning)),
        Span::styled(pad(&began.unwrap_or_default(), BEGAN, cut), look.style(Meaning::Dim)),
        Span::styled(pad(&plain(&what), room, cut), look.style(Meaning::Text)),
    ];
    chosen_line(spans, chosen, look)
}
