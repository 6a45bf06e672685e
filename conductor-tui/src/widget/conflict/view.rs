//! Draws a conflict: the fields with what they were and what each side made of them, and below them
//! how it came about.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};
use serde_json::Value;

use super::{
    data::{Operation, Version},
    fields::{Choice, Field, Side},
    history::{Row, rows},
    page::{ConflictPage, written},
};
use crate::{
    app::{Look, time},
    theme::Meaning,
    widget::{Pane, ellipsis, pad, plain, select},
};

/// Cells from which what was there before has a column of its own; below that it stands under the
/// chosen field.
const BEFORE_FROM: usize = 78;
/// Cells of a field's name, and of the mark before it.
const NAME: usize = 16;
const MARK: usize = 2;
/// Rows of the history at most, without its frame.
const HISTORY_MAX: usize = 10;
/// Cells that a summary keeps before clocks are shown beside it.
const SUMMARY_MIN: usize = 30;

/// Draws the page.
pub(crate) fn conflict_view(page: &ConflictPage, frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let history = rows(&page.conflict);
    let below = history_height(history.len(), area.height);
    let top = Rect { height: area.height - below, ..area };
    let open = page.open();
    let note = match open {
        0 => format!("{} nothing left to say", look.glyphs.succeeded),
        1 => format!("{} 1 to decide", look.glyphs.held),
        open => format!("{} {open} to decide", look.glyphs.held),
    };
    let title = plain(&page.conflict.entity);
    let pane = Pane { title: "Conflict", detail: title, note, focused: true };
    let inner = pane.draw(frame, top, look);
    let lines = body(page, usize::from(inner.width), usize::from(inner.height), look);
    frame.render_widget(Paragraph::new(lines), inner);
    if below > 0 {
        let place = Rect { y: top.bottom(), height: below, ..area };
        let note = format!("{} operations", history.len());
        let pane = Pane { title: "How it came about", note, ..Pane::default() };
        let inner = pane.draw(frame, place, look);
        let cells = usize::from(inner.width);
        // All of them or none, so that they stand in a column.
        let clocks = history.iter().map(|row| clock(row.operation).len()).max().unwrap_or(0);
        let shown = history.iter().take(usize::from(inner.height));
        let lines: Vec<Line<'_>> =
            shown.map(|row| told(page, row, (cells, clocks), look)).collect();
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

/// Rows of the history with its frame: none where the fields would have too few.
fn history_height(operations: usize, rows: u16) -> u16 {
    let wanted = u16::try_from(operations.min(HISTORY_MAX)).unwrap_or(0) + 2;
    if rows >= 14 { wanted.min(rows / 2) } else { 0 }
}

fn body<'a>(page: &ConflictPage, cells: usize, rows: usize, look: &Look) -> Vec<Line<'a>> {
    let mut lines = sides(page, cells, look);
    let after = below(page, cells, look);
    let room = rows.saturating_sub(lines.len() + after.len()).max(1);
    let from = page.cursor.saturating_sub(room - 1);
    let shown = page.fields.iter().enumerate().skip(from).take(room);
    lines.extend(shown.map(|(at, field)| row(page, (at, field), cells, look)));
    while lines.len() + after.len() < rows {
        lines.push(Line::default());
    }
    lines.extend(after);
    lines
}

/// The columns: name, what was before where there is room, left, right.
fn columns(cells: usize) -> (usize, usize) {
    let room = cells.saturating_sub(MARK + NAME);
    if cells >= BEFORE_FROM { (room / 4, (room - room / 4) / 2) } else { (0, room / 2) }
}

/// Who wrote each side, where and when.
fn sides<'a>(page: &ConflictPage, cells: usize, look: &Look) -> Vec<Line<'a>> {
    let (before, side) = columns(cells);
    let mark = look.glyphs.ellipsis;
    let title = look.style(Meaning::Title);
    let dim = look.style(Meaning::Dim);
    let blank = " ".repeat(MARK + NAME);
    let conflict = &page.conflict;
    let names = |version: &Version, of: fn(&Operation, &Look) -> String| {
        conflict.operation(version).map(|operation| plain(&of(operation, look))).unwrap_or_default()
    };
    let node = |operation: &Operation, _: &Look| operation.node.clone();
    let by = |operation: &Operation, look: &Look| {
        format!("{} {}", operation.principal, time::clock(operation.at, &look.zone))
    };
    let line = |of: fn(&Operation, &Look) -> String, ancestor: &str, style| {
        let [left, right] = conflict.sides.each_ref().map(|version| names(version, of));
        Line::from(vec![
            Span::raw(blank.clone()),
            Span::styled(pad(ancestor, before, mark), dim),
            Span::styled(format!("  {} ", pad(&left, side.saturating_sub(3), mark)), style),
            Span::styled(format!("  {} ", pad(&right, side.saturating_sub(3), mark)), style),
        ])
    };
    let ancestor = conflict.ancestor.as_ref();
    let when = ancestor.map_or("nothing".to_owned(), |version| names(version, by));
    let ancestor = if before > 0 { "before" } else { "" };
    vec![line(node, ancestor, title), line(by, if before > 0 { &when } else { "" }, dim)]
}

fn shown(field: &Field, value: Option<&Value>) -> String {
    // A value that is no object's field is there or was removed.
    let absent = if field.name.is_empty() { "(removed)" } else { "(none)" };
    value.map_or_else(|| absent.to_owned(), |value| plain(&written(value)))
}

fn row<'a>(
    page: &ConflictPage,
    (at, field): (usize, &Field),
    cells: usize,
    look: &Look,
) -> Line<'a> {
    let (before, side) = columns(cells);
    let g = look.glyphs;
    let mark = g.ellipsis;
    let (sign, meaning) = match (&field.choice, field.contested) {
        (None, _) => (g.held, Meaning::Waiting),
        (Some(_), true) => (g.succeeded, Meaning::Ok),
        (Some(_), false) => (g.waiting, Meaning::Dim),
    };
    let name = if field.name.is_empty() { "the value" } else { &field.name };
    let taken = |side: Side| field.choice == Some(Choice::Take(side));
    let value = |side_of: Side| {
        let text = shown(field, field.sides[side_of.at()].as_ref());
        let (sign, style) = match (taken(side_of), &field.choice) {
            (true, _) => (g.cursor, Meaning::Ok),
            (false, None) => (" ", Meaning::Text),
            (false, Some(_)) => (" ", Meaning::Dim),
        };
        let room = side.saturating_sub(3);
        Span::styled(format!("{sign} {} ", pad(&text, room, mark)), look.style(style))
    };
    let mut spans = vec![
        Span::styled(format!("{sign} "), look.style(meaning)),
        Span::styled(pad(&plain(name), NAME, mark), look.style(Meaning::Text)),
    ];
    if before > 0 {
        let text = shown(field, field.before.as_ref());
        let text = format!("{} ", pad(&text, before.saturating_sub(1), mark));
        spans.push(Span::styled(text, look.style(Meaning::Dim)));
    }
    if let Some(Choice::Merged(value)) = &field.choice {
        let text = format!("{} written: {}", g.cursor, plain(&written(value)));
        spans.push(Span::styled(pad(&text, side * 2, mark), look.style(Meaning::Ok)));
    } else {
        spans.extend([value(Side::Left), value(Side::Right)]);
    }
    let mut line = Line::from(spans);
    if at == page.cursor {
        select(&mut line, look);
    }
    line
}

/// Below the fields: what was there before where it has no column, what is being written, the keys.
fn below<'a>(page: &ConflictPage, cells: usize, look: &Look) -> Vec<Line<'a>> {
    let mark = look.glyphs.ellipsis;
    let dim = look.style(Meaning::Dim);
    let mut lines = Vec::new();
    if columns(cells).0 == 0
        && let Some(field) = page.fields.get(page.cursor)
    {
        let text = format!("before: {}", shown(field, field.before.as_ref()));
        lines.push(Line::styled(ellipsis(&text, cells, mark).into_owned(), dim));
    }
    if let Some(line) = &page.editing {
        let (before, after) = line.split();
        lines.push(Line::from(vec![
            Span::styled(format!("{} ", look.glyphs.cursor), look.style(Meaning::Accent)),
            Span::raw(before),
            Span::styled(" ", look.style(Meaning::Button)),
            Span::raw(after),
        ]));
    } else if let Some(problem) = &page.problem {
        let text = ellipsis(problem, cells, mark).into_owned();
        lines.push(Line::styled(text, look.style(Meaning::Warn)));
    } else {
        let keys = [
            ("h l", "take a side"),
            ("e", "write it"),
            ("z", "put off"),
            ("Enter", "resolve"),
            ("L R", "one side of all"),
        ];
        let mut spans = Vec::new();
        let mut used = 0;
        for (key, word) in keys {
            used += key.len() + word.len() + 4;
            if used > cells + 3 {
                break;
            }
            spans.push(Span::styled(key, look.style(Meaning::Key)));
            spans.push(Span::styled(format!(" {word}   "), dim));
        }
        lines.push(Line::from(spans));
    }
    lines
}

/// How many operations of each node its maker knew.
fn clock(operation: &Operation) -> String {
    let known = operation.clock.iter().map(|(node, count)| format!("{node}:{count}"));
    plain(&format!("[{}]", known.collect::<Vec<_>>().join(" ")))
}

/// One operation of the history.
fn told<'a>(
    page: &ConflictPage,
    row: &Row<'_>,
    (cells, clocks): (usize, usize),
    look: &Look,
) -> Line<'a> {
    let g = look.glyphs;
    let operation = row.operation;
    let heads = page.conflict.sides.each_ref().map(|side| side.operation == operation.id);
    let ancestor = page.conflict.ancestor.as_ref().is_some_and(|v| v.operation == operation.id);
    let (word, meaning) = match (heads, ancestor) {
        ([true, _], _) => ("left", Meaning::Accent),
        ([_, true], _) => ("right", Meaning::Accent),
        (_, true) => ("before", Meaning::Title),
        _ => ("", Meaning::Text),
    };
    let lanes =
        row.through.len().max(row.lane + 1).max(row.joins.iter().max().map_or(0, |l| l + 1));
    let mut graph = String::new();
    for lane in 0..lanes {
        let cell = if lane == row.lane {
            g.running
        } else if row.joins.contains(&lane) {
            g.tree_last
        } else if row.through.get(lane).copied().unwrap_or_default() {
            g.tree_down
        } else {
            "  "
        };
        graph.push_str(&pad(cell, 2, ' '));
    }
    let when = time::clock(operation.at, &look.zone);
    let who = format!("{} {}", operation.node, operation.principal);
    let dim = look.style(Meaning::Dim);
    let fixed = lanes * 2 + 7 + 10 + 22;
    let room = cells.saturating_sub(fixed);
    let wide = room > clocks + SUMMARY_MIN;
    let summary = if wide { room - clocks - 1 } else { room };
    let mut spans = vec![
        Span::styled(graph, look.style(Meaning::Border)),
        Span::styled(pad(word, 7, g.ellipsis), look.style(meaning)),
        Span::styled(format!("{when}  "), dim),
        Span::styled(pad(&plain(&who), 22, g.ellipsis), dim),
        Span::raw(pad(&plain(&operation.summary), summary, g.ellipsis)),
    ];
    if wide {
        spans.push(Span::styled(format!(" {}", clock(operation)), dim));
    }
    Line::from(spans)
}
