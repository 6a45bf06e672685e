//! Draws the workflows, and beside them what the chosen one does.

use super::{describe::describe, screen::WorkflowsScreen};
use crate::{
    app::{Shared, body, time},
    theme::Meaning,
    widget::{Notice, Pane, count, notice, pad, select},
    words::workflow_state,
};
use conductor_protocol::v1::{Workflow, WorkflowState};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};

/// Columns from which the manifest has room beside the list.
pub(crate) const BODY_FROM: u16 = 90;

const VERSION: usize = 10;
const TASKS: usize = 7;
const AGE: usize = 6;
/// With less room than this a description says nothing.
const DESCRIPTION_MIN: usize = 14;

/// Cells that the columns before the description take.
const fn fixed(name: usize) -> usize {
    2 + name + VERSION + TASKS + AGE + 2
}

/// Draws the screen.
pub(crate) fn workflows_view(
    screen: &WorkflowsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let (list, page) = panes(area, screen.is_reading());
    if let Some(list) = list {
        list_view(screen, frame, list, shared);
    }
    if let Some(page) = page {
        manifest_view(screen, frame, page, shared);
    }
}

/// The list and the page beside it; one of them, where there is no room for both.
fn panes(area: Rect, reading: bool) -> (Option<Rect>, Option<Rect>) {
    if area.width < BODY_FROM {
        return if reading { (None, Some(area)) } else { (Some(area), None) };
    }
    let left = area.width * 52 / 100;
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Some(Rect { width: left, ..area }), Some(right))
}

/// How many rows the page of the chosen one takes, and how many are seen at once.
pub(super) fn page_rows(screen: &WorkflowsScreen, shared: &Shared) -> (usize, usize) {
    let (Some(chosen), Some(Ok(detail))) = (screen.selected(), screen.detail()) else {
        return (0, 0);
    };
    let Some(page) = panes(body(shared.size), true).1 else { return (0, 0) };
    // The frame takes a cell on each side.
    let width = usize::from(page.width.saturating_sub(2)).max(1);
    let height = usize::from(page.height.saturating_sub(2));
    let lines = describe(chosen, detail, screen.changes(), shared);
    // Words that are wrapped may leave a part of a row empty: one row more for every line that is.
    let rows = |line: &Line<'_>| match line.width() {
        0 => 1,
        cells if cells <= width => 1,
        cells => cells.div_ceil(width) + 1,
    };
    (lines.iter().map(rows).sum(), height)
}

fn list_view(screen: &WorkflowsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let detail = screen.filter.clone();
    let (shown, all) = (screen.rows().len(), screen.all().len());
    let note = match (screen.loaded, shown == all) {
        (false, _) => String::new(),
        (true, true) => count(all as u64),
        (true, false) => format!("{} of {}", count(shown as u64), count(all as u64)),
    };
    let inner = Pane { title: "Workflows", detail, note, focused: !screen.is_reading() }
        .draw(frame, area, look);
    let instead = match &screen.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if !screen.loaded => Some(Notice::loading(look, "workflows")),
        None if all == 0 => {
            let how = ["conductor workflows publish FILE"];
            Some(Notice::empty(look, "no workflow is published here yet", &how))
        }
        None if shown == 0 => Some(Notice::empty(look, "no workflow matches", &["Esc shows all"])),
        None => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let cells = usize::from(inner.width);
    let name = cells.saturating_sub(2 + VERSION + TASKS + AGE + 2).clamp(8, 30);
    let mark = look.glyphs.ellipsis;
    let head = format!(
        "  {}{}{}{:>AGE$}{}",
        pad("name", name, mark),
        pad("version", VERSION, mark),
        pad("tasks", TASKS, mark),
        "age",
        if cells >= fixed(name) + DESCRIPTION_MIN { "  what it does" } else { "" },
    );
    let top = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(Line::styled(head, look.style(Meaning::Dim))), top);
    let rows = Rect { y: inner.y + top.height, height: inner.height - top.height, ..inner };
    let window = screen.scroll.window(shown, usize::from(rows.height));
    let lines: Vec<Line<'_>> = screen
        .rows()
        .enumerate()
        .skip(window.start)
        .take(window.len())
        .map(|(at, workflow)| row(workflow, at == screen.scroll.cursor, (name, cells), shared))
        .collect();
    frame.render_widget(Paragraph::new(lines), rows);
}

fn row<'a>(
    workflow: &Workflow,
    chosen: bool,
    (name, cells): (usize, usize),
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let mark = look.glyphs.ellipsis;
    let dim = look.style(Meaning::Dim);
    let at = workflow.published_at.as_ref().map(time::from_wire);
    let age = at.map(|at| time::age(at, shared.data_now())).unwrap_or_default();
    let denied = shared.denied("run.start", &workflow.name).is_some();
    let style = look.style(if denied { Meaning::Dim } else { Meaning::Text });
    let cursor = if chosen { look.glyphs.cursor } else { " " };
    let room = cells.saturating_sub(fixed(name));
    let (words, meaning) = what_it_does(workflow);
    let (mark_of, version) = match workflow.state() {
        WorkflowState::Retired => (look.glyphs.cancelled, Meaning::Danger),
        WorkflowState::Deprecated => ("!", Meaning::Warn),
        _ => ("", Meaning::Dim),
    };
    let number = format!("{}{mark_of}", workflow.version);
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(&workflow.name, name, mark), style),
        Span::styled(pad(&number, VERSION, mark), look.style(version)),
        Span::styled(pad(&workflow.task_count.to_string(), TASKS, mark), dim),
        Span::styled(format!("{age:>AGE$}  "), dim),
        Span::styled(
            pad(if room >= DESCRIPTION_MIN { &words } else { "" }, room, mark),
            look.style(meaning),
        ),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
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

fn manifest_view(screen: &WorkflowsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let chosen = screen.selected();
    let title = chosen.map_or("Manifest", |workflow| workflow.name.as_str());
    let detail = chosen.map(|workflow| workflow.version.clone()).unwrap_or_default();
    let focused = screen.is_reading();
    let inner = Pane { title, detail, focused, ..Pane::default() }.draw(frame, area, look);
    let (workflow, detail) = match (chosen, screen.detail()) {
        (Some(workflow), Some(Ok(detail))) => (workflow, detail),
        (_, Some(Err(fault))) => {
            notice(frame, inner, &Notice::fault(look, fault), look);
            return;
        }
        (Some(_), None) => {
            notice(frame, inner, &Notice::loading(look, "the manifest"), look);
            return;
        }
        (None, _) => {
            let words = ["what it takes, and what it does"];
            notice(frame, inner, &Notice::empty(look, "no workflow is chosen", &words), look);
            return;
        }
    };
    let text = Text::from(describe(workflow, detail, screen.changes(), shared));
    let page = Paragraph::new(text).wrap(Wrap { trim: false }).scroll((screen.above, 0));
    frame.render_widget(page, inner);
}
