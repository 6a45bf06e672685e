//! Draws the runbooks: the list, and the panes beside it.

use conductor_protocol::v1::{Workflow, WorkflowState};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    layout::{Focus, inside, panes},
    page_view::page_view,
    record_view::{record_view, standing},
    screen::WorkflowsScreen,
};
use crate::{
    app::{Shared, time},
    signing::Vouched,
    theme::Meaning,
    widget::{Notice, Pane, count, ellipsis, notice, pad, select},
    words::workflow_state,
};

const NAME_MIN: usize = 16;
const NAME_MAX: usize = 30;
const VERSION: usize = 8;
const SIGNED: usize = 16;
const STATE: usize = 13;
const RISK: usize = 8;
const REHEARSED: usize = 11;
/// With less room than this a description says nothing.
const DESCRIPTION_MIN: usize = 14;

/// Draws the screen.
pub(super) fn runbooks_view(
    screen: &WorkflowsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let areas = panes(area, screen.focus);
    if let Some(area) = areas.list {
        list_view(screen, frame, area, shared);
    }
    if let Some(area) = areas.page {
        page_view(screen, frame, area, screen.focus == Focus::Page, shared);
    }
    if let Some(area) = areas.record {
        record_view(screen, frame, area, screen.focus == Focus::Record, shared);
    }
}

/// Rows of the list that are seen at once: below the columns' names.
pub(super) fn list_height(pane: Rect) -> usize {
    usize::from(inside(pane).height.saturating_sub(1))
}

/// Cells of each column; 0 for one that has no room.
struct Columns {
    name: usize,
    signed: usize,
    state: usize,
    risk: usize,
    rehearsed: usize,
    words: usize,
}

/// What has room, the most telling first.
fn columns(cells: usize) -> Columns {
    let mut left = cells.saturating_sub(2 + NAME_MIN + VERSION);
    let mut take = |wanted: usize| {
        let taken = if left >= wanted { wanted } else { 0 };
        left -= taken;
        taken
    };
    let (signed, risk, state) = (take(SIGNED), take(RISK), take(STATE));
    let rehearsed = take(REHEARSED);
    let more = left.min(NAME_MAX - NAME_MIN);
    let left = left - more;
    let words = if left >= DESCRIPTION_MIN { left } else { 0 };
    Columns { name: NAME_MIN + more, signed, state, risk, rehearsed, words }
}

fn list_view(screen: &WorkflowsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let registry = &screen.registry;
    let (shown, all) = (registry.rows().len(), registry.all.len());
    let note = match (registry.loaded, shown == all) {
        (false, _) => String::new(),
        (true, true) => count(all as u64),
        (true, false) => format!("{} of {}", count(shown as u64), count(all as u64)),
    };
    let (detail, focused) = (registry.filter.clone(), screen.focus == Focus::List);
    let inner = Pane { title: "Runbooks", detail, note, focused }.draw(frame, area, look);
    let instead = match &registry.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if !registry.loaded => Some(Notice::loading(look, "runbooks")),
        None if all == 0 => {
            let how = ["conductor new runbook NAME", "conductor runbooks publish FILE"];
            Some(Notice::empty(look, "no runbook is published here yet", &how))
        }
        None if shown == 0 => Some(Notice::empty(look, "no runbook matches", &["Esc shows all"])),
        None => None,
    };
    if let Some(message) = instead {
        return notice(frame, inner, &message, look);
    }
    let columns = columns(usize::from(inner.width));
    let mark = look.glyphs.ellipsis;
    let head = format!(
        "  {}{}{}{}{}{}{}",
        pad("name", columns.name, mark),
        pad("version", VERSION, mark),
        pad("signed", columns.signed, mark),
        pad("state", columns.state, mark),
        pad("risk", columns.risk, mark),
        pad("rehearsed", columns.rehearsed, mark),
        pad("what it does", columns.words, mark),
    );
    let top = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(Line::styled(head, look.style(Meaning::Dim))), top);
    let rows = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    let window = registry.scroll.window(shown, usize::from(rows.height));
    let lines: Vec<Line<'_>> = registry
        .rows()
        .enumerate()
        .skip(window.start)
        .take(window.len())
        .map(|(at, workflow)| row(workflow, at == registry.scroll.cursor, &columns, shared))
        .collect();
    frame.render_widget(Paragraph::new(lines), rows);
}

fn row<'a>(workflow: &Workflow, chosen: bool, columns: &Columns, shared: &Shared) -> Line<'a> {
    let look = &shared.look;
    let glyphs = look.glyphs;
    let mark = glyphs.ellipsis;
    let cell = |text: &str, cells: usize, meaning: Meaning| {
        // A column's text never touches the next one.
        let text = ellipsis(text, cells.saturating_sub(1), mark);
        Span::styled(pad(&text, cells, mark), look.style(meaning))
    };
    let denied = shared.denied("run.start", &workflow.name).is_some();
    let name = if denied { Meaning::Dim } else { Meaning::Text };
    let cursor = if chosen { glyphs.cursor } else { " " };
    let (state, state_meaning) = standing(workflow, look);
    let vouched = Vouched::of(workflow);
    let (shape, vouched_meaning) = match vouched {
        Vouched::Unsigned => (glyphs.queued, Meaning::Dim),
        Vouched::Signed | Vouched::Countersigned => (glyphs.succeeded, Meaning::Ok),
        Vouched::Broken => (glyphs.failed, Meaning::Danger),
    };
    // Where the state has no room of its own its shape stands at the number.
    let shape_of_state = match workflow.state() {
        _ if columns.state > 0 => "",
        WorkflowState::Retired => glyphs.cancelled,
        WorkflowState::Deprecated => "!",
        _ => "",
    };
    let risk = shared.risks.get(&workflow.name).map_or(glyphs.minus, String::as_str);
    let risk_meaning = if risk == "high" { Meaning::Warn } else { Meaning::Dim };
    let (rehearsed, rehearsed_meaning) = rehearsed(workflow, shared);
    let (words, words_meaning) = what_it_does(workflow);
    let version = format!("{}{shape_of_state}", workflow.version);
    let version_meaning = if shape_of_state.is_empty() { Meaning::Dim } else { state_meaning };
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        cell(&workflow.name, columns.name, name),
        cell(&version, VERSION, version_meaning),
        cell(&format!("{shape} {}", vouched.word()), columns.signed, vouched_meaning),
        cell(&state, columns.state, state_meaning),
        cell(risk, columns.risk, risk_meaning),
        cell(&rehearsed, columns.rehearsed, rehearsed_meaning),
        cell(&words, columns.words, words_meaning),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}

/// When it was last seen to work.
fn rehearsed(workflow: &Workflow, shared: &Shared) -> (String, Meaning) {
    let at = workflow.rehearsed.as_ref().and_then(|found| found.at.as_ref());
    match at.map(time::from_wire) {
        Some(at) => (format!("{} ago", time::age(at, shared.data_now())), Meaning::Dim),
        None => ("never".to_owned(), Meaning::Warn),
    }
}

/// Its description; or why it should not be used, which is more pressing.
fn what_it_does(workflow: &Workflow) -> (String, Meaning) {
    let (text, meaning) = match (&workflow.notice, workflow.state()) {
        (Some(notice), state) => {
            let retired = state == WorkflowState::Retired;
            let meaning = if retired { Meaning::Danger } else { Meaning::Warn };
            (format!("{}: {}", workflow_state(state), notice.reason), meaning)
        }
        (None, _) => (workflow.description.clone(), Meaning::Dim),
    };
    (text.split_whitespace().collect::<Vec<_>>().join(" "), meaning)
}
