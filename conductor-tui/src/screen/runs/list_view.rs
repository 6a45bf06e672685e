//! Draws the list of runs: only the rows in the window.

use conductor_protocol::v1::RunSummary;
use jiff::SignedDuration;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{list::RunList, marks::Marks};
use crate::{
    app::{Look, Shared, time},
    columns::{Fitted, fit},
    theme::Meaning,
    widget::{Notice, Pane, count, heads, notice, placed, plain, run_mark, select, width},
    words::run_status,
};

/// Cells before the columns: the cursor, the mark of a marked run, its state.
const BEFORE: usize = 4;

/// Draws the pane.
pub(crate) fn list_view(
    (list, marks): (&RunList, &Marks),
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
    shared: &Shared,
) {
    let look = &shared.look;
    let (title, detail) = title(list, marks, shared);
    let pane = Pane { title: &title, detail, note: position(list), focused };
    let inner = pane.draw(frame, area, look);
    if let Some(message) = instead_of_rows(list, shared) {
        notice(frame, inner, &message, look);
        return;
    }
    let cells = usize::from(inner.width);
    let head = Rect { height: 1.min(inner.height), ..inner };
    let columns = fit(list.arrangement(), cells.saturating_sub(BEFORE));
    frame.render_widget(Paragraph::new(heads(list.arrangement(), &columns, BEFORE, look)), head);
    let rows = super::layout::below_rule(inner);
    let window = list.scroll.window(list.rows().len(), usize::from(rows.height));
    let lines: Vec<Line<'_>> = window
        .filter_map(|at| {
            let chosen = at == list.scroll.cursor;
            let run = list.get(at)?;
            let line = row(run, &columns, (chosen, marks.has(&run.run_id)), shared);
            Some(whole(line, chosen, cells, look))
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
    if list.query.is_empty() && list.left_out().is_empty() {
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

/// What the list is called: what it is sorted by and out of how many, where that is not the daemon's order,
/// never gives way; which way, and the filter, may.
fn title(list: &RunList, marks: &Marks, shared: &Shared) -> (String, String) {
    let (by, which) = list.order_words();
    let mut title = format!("Runs{by}");
    if list.loaded && list.reads_on() {
        title.push(shared.look.glyphs.ellipsis);
    }
    let marked = marks.words(&list.query, shared.now);
    if !marked.is_empty() {
        title = format!("{title}: {marked}");
    }
    let between = format!(" {} ", shared.look.glyphs.separator);
    let filter = list.query.to_string();
    let detail = [which, &filter].into_iter().filter(|part| !part.is_empty());
    (title, detail.collect::<Vec<_>>().join(&between))
}

fn row<'a>(
    run: &RunSummary,
    columns: &[Fitted],
    (chosen, marked): (bool, bool),
    shared: &Shared,
) -> Line<'a> {
    let look = &shared.look;
    let g = look.glyphs;
    let mark = run_mark(run.status(), g);
    let cursor = if chosen { g.cursor } else { " " };
    let marked = if marked { g.marked } else { " " };
    debug_assert!(width(mark.glyph) == 1, "glyphs are one cell wide");
    let mut spans = vec![
        Span::styled(format!("{cursor}{marked}"), look.style(Meaning::Accent)),
        Span::styled(format!("{} ", mark.glyph), look.style(mark.meaning)),
    ];
    for fitted in columns {
        let meaning = match fitted.column.name {
            "workflow" => Meaning::Text,
            "status" => mark.meaning,
            _ => Meaning::Dim,
        };
        let text = plain(&value(run, fitted.column.name, shared));
        spans.push(Span::styled(placed(&text, fitted, look), look.style(meaning)));
    }
    Line::from(spans)
}

/// What a run has in a column.
fn value(run: &RunSummary, column: &str, shared: &Shared) -> String {
    let now = shared.data_now();
    match column {
        "workflow" => run.workflow.clone(),
        "status" => run_status(run.status()).to_owned(),
        "tasks" => format!("{}/{}", run.tasks_done, run.tasks_total),
        "started" => {
            let at = run.started_at.as_ref().map(time::from_wire);
            at.map_or_else(String::new, |at| time::age(at, now))
        }
        "took" => {
            let took = time::between(run.started_at.as_ref(), run.ended_at.as_ref(), now);
            let whole = |took: SignedDuration| match run.ended_at {
                // What goes on is told in whole seconds, so that it doesn't flicker.
                None => SignedDuration::from_secs(took.as_secs()),
                Some(_) => took,
            };
            took.map(whole).map_or_else(String::new, time::long)
        }
        "owner" => run.owner.clone(),
        "version" => run.version.clone(),
        "schedule" => run.schedule.clone(),
        "note" => run.note.clone(),
        _ => run.run_id.clone(),
    }
}

/// A row to the edge of the pane, on the ground of the selection where it is chosen.
fn whole<'a>(mut line: Line<'a>, chosen: bool, cells: usize, look: &Look) -> Line<'a> {
    let fill = cells.saturating_sub(line.width());
    line.push_span(Span::styled(" ".repeat(fill), look.style(Meaning::Text)));
    if chosen {
        select(&mut line, look);
    }
    line
}
