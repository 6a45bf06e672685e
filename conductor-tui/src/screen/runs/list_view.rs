//! Draws the list of runs: only the rows in the window.

use conductor_protocol::v1::RunSummary;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{list::RunList, marks::Marks};
use crate::{
    app::{Look, Shared, time},
    theme::Meaning,
    widget::{self, Notice, Pane, count, notice, pad, run_mark, select},
};

/// Widths of the fixed columns.
const STATE: usize = 11;
const TASKS: usize = 7;
const AGE: usize = 5;
const OWNER: usize = 11;
/// Inner widths from which the owner's and the tasks' columns are shown.
const OWNER_FROM: usize = 54;
const TASKS_FROM: usize = 60;

/// Draws the pane.
pub(crate) fn list_view(
    (list, marks): (&RunList, &Marks),
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
    shared: &Shared,
) {
    let look = &shared.look;
    let filter = list.query.to_string();
    let marked = marks.words(&list.query, shared.now);
    let title = if marked.is_empty() { "Runs".to_owned() } else { format!("Runs: {marked}") };
    let pane = Pane { title: &title, detail: filter, note: position(list), focused };
    let inner = pane.draw(frame, area, look);
    if let Some(message) = instead_of_rows(list, shared) {
        notice(frame, inner, &message, look);
        return;
    }
    let cells = usize::from(inner.width);
    let head = Rect { height: 1.min(inner.height), ..inner };
    frame.render_widget(Paragraph::new(columns(cells, look)), head);
    let rows = super::layout::below_rule(inner);
    let window = list.scroll.window(list.rows().len(), usize::from(rows.height));
    let lines: Vec<Line<'_>> = window
        .filter_map(|at| {
            let chosen = at == list.scroll.cursor;
            let run = list.rows().get(at)?;
            Some(row(run, (chosen, marks.has(&run.run_id)), cells, shared))
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), rows);
}

/// Where in the list this is: `41–80 of 1,002,331`, as far as is known.
pub(super) fn position(list: &RunList) -> String {
    if !list.loaded {
        return String::new();
    }
    let total = count(list.total);
    if list.rows().is_empty() {
        return format!("none of {total}");
    }
    let at = count((list.rows_before() + list.scroll.cursor + 1) as u64);
    let above = if list.above > 0 { format!("{} new above, ", list.above) } else { String::new() };
    let matching = count((list.rows_before() + list.rows().len()) as u64);
    let more = if list.is_complete() { "" } else { "+" };
    if list.query.is_empty() {
        format!("{above}{at} of {total}")
    } else {
        format!("{above}{at} of {matching}{more} in {total}")
    }
}

fn instead_of_rows(list: &RunList, shared: &Shared) -> Option<Notice> {
    let look = &shared.look;
    match &list.fault {
        Some(fault) => Some(Notice::fault(look, fault)),
        None if !list.loaded => Some(Notice::loading(look, "runs")),
        None if !list.rows().is_empty() => None,
        None if list.query.is_empty() => {
            let more = ["3 shows the runbooks; s starts the chosen one", "conductor run NAME"];
            Some(Notice::empty(look, "nothing has run here yet", &more))
        }
        None => {
            let filter = format!("filter: {}", list.query);
            let more = [filter.as_str(), "Esc shows all again"];
            Some(Notice::empty(look, "no run matches", &more))
        }
    }
}

fn columns<'a>(cells: usize, look: &Look) -> Line<'a> {
    let mark = look.glyphs.ellipsis;
    let name = name_width(cells);
    let tasks = if cells >= TASKS_FROM { pad("tasks", TASKS, mark) } else { String::new() };
    let state = pad("state", STATE, mark);
    let owner = if cells >= OWNER_FROM { "  owner" } else { "" };
    let text = format!("    {} {state}{tasks}{:>AGE$}{owner}", pad("workflow", name, mark), "age");
    Line::styled(text, look.style(Meaning::Dim))
}

fn name_width(cells: usize) -> usize {
    let tasks = if cells >= TASKS_FROM { TASKS } else { 0 };
    let owner = if cells >= OWNER_FROM { 2 + OWNER } else { 0 };
    cells.saturating_sub(4 + 1 + STATE + tasks + AGE + owner).max(8)
}

fn row<'a>(
    run: &RunSummary,
    (chosen, marked): (bool, bool),
    cells: usize,
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let g = look.glyphs;
    let mark = run_mark(run.status(), g);
    let age = run.started_at.as_ref().map(time::from_wire);
    let age = age.map_or_else(String::new, |at| time::age(at, shared.data_now()));
    let cursor = if chosen { g.cursor } else { " " };
    let marked = if marked { g.marked } else { " " };
    let style = look.style(mark.meaning);
    let mut spans = vec![
        Span::styled(format!("{cursor}{marked}"), look.style(Meaning::Accent)),
        Span::styled(format!("{} ", mark.glyph), style),
        Span::styled(pad(&run.workflow, name_width(cells), g.ellipsis), look.style(Meaning::Text)),
        Span::raw(" "),
        Span::styled(pad(mark.word, STATE, g.ellipsis), style),
    ];
    if cells >= TASKS_FROM {
        let tasks = format!("{}/{}", run.tasks_done, run.tasks_total);
        spans.push(Span::styled(pad(&tasks, TASKS, g.ellipsis), look.style(Meaning::Dim)));
    }
    spans.push(Span::styled(format!("{age:>AGE$}"), look.style(Meaning::Dim)));
    if cells >= OWNER_FROM {
        let owner = format!("  {}", pad(&run.owner, OWNER, g.ellipsis));
        spans.push(Span::styled(owner, look.style(Meaning::Dim)));
    }
    let mut line = Line::from(spans);
    let fill = cells.saturating_sub(line.width());
    line.push_span(Span::styled(" ".repeat(fill), look.style(Meaning::Text)));
    if chosen {
        select(&mut line, look);
    }
    debug_assert!(widget::width(mark.glyph) == 1, "glyphs are one cell wide");
    line
}
