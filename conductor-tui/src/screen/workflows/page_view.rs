//! Draws the page of a version: what belongs to the step under the cursor is marked in the prose and
//! beside it.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{
    layout::inside,
    page::{MARGIN, Page, PageRow, compare_page, read_page},
    screen::{Shown, WorkflowsScreen},
};
use crate::{
    app::{Look, Shared},
    theme::Meaning,
    widget::{Notice, Pane, caret, notice},
    words::workflow_state,
};

/// The page as it is now in a pane, or what stands in its place.
pub(super) fn page(
    screen: &WorkflowsScreen,
    pane: Rect,
    shared: &Shared,
) -> Result<Page, Box<Notice>> {
    let columns = usize::from(inside(pane).width);
    let look = &shared.look;
    let loading = |what: &str| Box::new(Notice::loading(look, what));
    match screen.shown() {
        Shown::Nothing => {
            let words = ["what it is for, and what it does"];
            Err(Box::new(Notice::empty(look, "no runbook is chosen", &words)))
        }
        Shown::Version(_, None) => Err(loading("the runbook")),
        Shown::Compared(None, _) | Shown::Compared(_, None) => Err(loading("both versions")),
        Shown::Version(_, Some(Err(fault)))
        | Shown::Compared(Some(Err(fault)), _)
        | Shown::Compared(_, Some(Err(fault))) => Err(Box::new(Notice::fault(look, fault))),
        Shown::Version(listed, Some(Ok(detail))) => {
            Ok(read_page(listed, detail, screen.changes(), columns, shared))
        }
        Shown::Compared(Some(Ok(old)), Some(Ok(new))) => {
            Ok(compare_page((old, new), screen.as_text(), columns, look))
        }
    }
}

/// Rows that are seen at once.
pub(super) fn height(pane: Rect) -> usize {
    usize::from(inside(pane).height)
}

/// Draws the pane.
pub(super) fn page_view(
    screen: &WorkflowsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
    shared: &Shared,
) {
    let look = &shared.look;
    let (title, detail) = titles(screen);
    let found = page(screen, area, shared);
    let mut note = String::new();
    if let Ok(page) = &found {
        let seen = (screen.reading.offset + height(area)).min(page.rows.len());
        note = format!("{seen}/{}", page.rows.len());
    }
    let inner = Pane { title: &title, detail, note, focused }.draw(frame, area, look);
    let page = match found {
        Ok(page) => page,
        Err(message) => return notice(frame, inner, &message, look),
    };
    let chosen = page.step(screen.reading.cursor);
    let window = screen.reading.window(page.rows.len(), usize::from(inner.height));
    let cursor = focused.then_some(screen.reading.cursor);
    let lines: Vec<Line<'_>> = page.rows[window.clone()]
        .iter()
        .zip(window)
        .map(|(row, at)| marked(row, chosen, cursor == Some(at), look))
        .collect();
    let width = u16::try_from(page.prose_columns + MARGIN).unwrap_or(u16::MAX).min(inner.width);
    frame.render_widget(Paragraph::new(lines), Rect { width, ..inner });
    if !page.steps.is_empty() {
        steps_view(
            &page,
            frame,
            Rect { x: inner.x + width, width: inner.width - width, ..inner },
            (chosen, look),
        );
    }
}

fn titles(screen: &WorkflowsScreen) -> (String, String) {
    let Some(chosen) = screen.selected() else { return ("Runbook".to_owned(), String::new()) };
    let detail = match (screen.comparing(), screen.version()) {
        (Some((old, new)), _) => format!("{old} to {new}"),
        (None, Some(version)) => {
            let word = workflow_state(version.state());
            format!("{} {word}", version.version)
        }
        (None, None) => screen.version_name().to_owned(),
    };
    (chosen.name.clone(), detail)
}

/// The steps beside the prose, that of the cursor in sight.
fn steps_view(
    page: &Page,
    frame: &mut Frame<'_>,
    area: Rect,
    (chosen, look): (Option<usize>, &Look),
) {
    let rule = format!(" {}", look.glyphs.borders.vertical_left);
    let rules: Vec<Line<'_>> =
        (0..area.height).map(|_| Line::styled(rule.clone(), look.style(Meaning::Border))).collect();
    let left = 3.min(area.width);
    frame.render_widget(Paragraph::new(rules), Rect { width: left, ..area });
    let height = usize::from(area.height);
    let first = page.steps.iter().position(|row| chosen.is_some() && row.step == chosen);
    let last = page.steps.iter().rposition(|row| chosen.is_some() && row.step == chosen);
    // All of the step is seen where there is room, and its beginning where there is not.
    let from = match (first, last) {
        (Some(first), Some(last)) => (last + 1).saturating_sub(height).min(first),
        _ => 0,
    };
    let lines: Vec<Line<'_>> = page.steps[from..]
        .iter()
        .take(height)
        .map(|row| marked(row, chosen, false, look))
        .collect();
    let place = Rect { x: area.x + left, width: area.width - left, ..area };
    frame.render_widget(Paragraph::new(lines), place);
}

/// A row behind its mark: the cursor's, or that of what belongs to the same step.
fn marked(row: &PageRow, chosen: Option<usize>, cursor: bool, look: &Look) -> Line<'static> {
    let same = chosen.is_some() && row.step == chosen;
    let mark = match (cursor, same) {
        (true, _) => look.glyphs.cursor,
        (false, true) => look.glyphs.thumb,
        (false, false) => " ",
    };
    let accent = look.style(Meaning::Accent);
    let accent = if cursor { caret(accent) } else { accent };
    let mut spans = vec![Span::styled(format!("{mark} "), accent)];
    spans.extend(row.line.spans.iter().cloned().map(|span| {
        let style = row.line.style.patch(span.style);
        Span::styled(span.content, style)
    }));
    Line::from(spans)
}
