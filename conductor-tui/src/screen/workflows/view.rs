//! Draws the workflows, and beside them what the chosen one does.

use conductor_protocol::{manifest::Manifest, v1::Workflow};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};
use serde_json::Value;

use super::screen::WorkflowsScreen;
use crate::{
    app::{Look, Shared, time},
    theme::Meaning,
    widget::{Notice, Pane, count, notice, pad, select},
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
    let left = if area.width >= BODY_FROM { area.width * 52 / 100 } else { area.width };
    let list = Rect { width: left, ..area };
    list_view(screen, frame, list, shared);
    if left < area.width {
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        manifest_view(screen, frame, right, shared);
    }
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
    let inner = Pane { title: "Workflows", detail, note, focused: true }.draw(frame, area, look);
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
    let description = workflow.description.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line = Line::from(vec![
        Span::styled(format!("{cursor} "), look.style(Meaning::Accent)),
        Span::styled(pad(&workflow.name, name, mark), style),
        Span::styled(pad(&workflow.version, VERSION, mark), dim),
        Span::styled(pad(&workflow.task_count.to_string(), TASKS, mark), dim),
        Span::styled(format!("{age:>AGE$}  "), dim),
        Span::styled(pad(if room >= DESCRIPTION_MIN { &description } else { "" }, room, mark), dim),
    ]);
    if chosen {
        select(&mut line, look);
    }
    line
}

fn manifest_view(screen: &WorkflowsScreen, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    let look = &shared.look;
    let chosen = screen.selected();
    let title = chosen.map_or("Manifest", |workflow| workflow.name.as_str());
    let detail = chosen.map(|workflow| workflow.version.clone()).unwrap_or_default();
    let inner = Pane { title, detail, ..Pane::default() }.draw(frame, area, look);
    let (workflow, manifest) = match (chosen, screen.manifest()) {
        (Some(workflow), Some(Ok(manifest))) => (workflow, manifest),
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
    let text = Text::from(describe(workflow, manifest, look));
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: false }), inner);
}

/// The manifest for a reader: what it is, what it takes, what it does in which order.
fn describe<'a>(workflow: &Workflow, manifest: &Manifest, look: &Look) -> Vec<Line<'a>> {
    let dim = look.style(Meaning::Dim);
    let title = |text: &str| Line::styled(text.to_owned(), look.style(Meaning::Title));
    let mut lines = Vec::new();
    if !manifest.description.is_empty() {
        let text = manifest.description.split_whitespace().collect::<Vec<_>>().join(" ");
        lines.extend([Line::raw(text), Line::default()]);
    }
    let short: String = workflow.digest.chars().take(19).collect();
    let by = format!("published by {}   {short}{}", workflow.published_by, look.glyphs.ellipsis);
    lines.extend([Line::styled(by, dim), Line::default(), title("Takes")]);
    let properties = manifest.inputs.get("properties").and_then(Value::as_object);
    let required = manifest.inputs.get("required").and_then(Value::as_array);
    let is_required =
        |name: &str| required.is_some_and(|all| all.iter().any(|r| r.as_str() == Some(name)));
    if properties.is_none_or(serde_json::Map::is_empty) {
        lines.push(Line::styled("  nothing", dim));
    }
    for (name, schema) in properties.into_iter().flatten() {
        let kind = schema.get("type").and_then(Value::as_str).unwrap_or("any");
        let default = schema.get("default").map(|value| format!(", {value} unless given"));
        let must = if is_required(name) { ", required" } else { "" };
        lines.push(Line::from(vec![
            Span::raw(format!("  {}", pad(name, 16, look.glyphs.ellipsis))),
            Span::styled(format!("  {kind}{must}{}", default.unwrap_or_default()), dim),
        ]));
    }
    lines.extend([Line::default(), title("Does")]);
    let names = manifest.tasks.iter().map(|task| task.id.len()).max().unwrap_or(0).min(20);
    for (i, task) in manifest.tasks.iter().enumerate() {
        let mut how: Vec<String> = Vec::new();
        if !task.needs.is_empty() {
            how.push(format!("after {}", task.needs.join(", ")));
        }
        how.extend(task.when.as_ref().map(|when| format!("when {when}")));
        if task.retries > 0 {
            how.push(format!("tried {} times at most", task.retries + 1));
        }
        lines.push(Line::from(vec![
            Span::styled(format!("{:>3} ", i + 1), dim),
            Span::raw(pad(&task.id, names, look.glyphs.ellipsis)),
            Span::styled(format!("  {}", task.uses.as_str()), dim),
        ]));
        let indent = " ".repeat(4 + names + 2);
        lines.extend(how.iter().map(|text| Line::styled(format!("{indent}{text}"), dim)));
    }
    lines
}
