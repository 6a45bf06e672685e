//! What a pane shows instead of rows: empty, loading, denied, gone wrong. Each says what it is,
//! why, and what to do; none is a blank box.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};

use crate::{
    app::{Fault, FaultKind, Look},
    theme::Meaning,
};

/// A message that fills a pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) glyph: &'static str,
    pub(crate) meaning: Meaning,
    pub(crate) head: String,
    pub(crate) body: Vec<String>,
}

impl Notice {
    /// Nothing there, and what would put something there.
    pub(crate) fn empty(look: &Look, head: &str, body: &[&str]) -> Self {
        let body = body.iter().map(|line| (*line).to_owned()).collect();
        Self { glyph: look.glyphs.queued, meaning: Meaning::Dim, head: head.to_owned(), body }
    }

    /// On its way.
    pub(crate) fn loading(look: &Look, what: &str) -> Self {
        Self {
            glyph: look.glyphs.connecting,
            meaning: Meaning::Waiting,
            head: format!("reading {what}{}", look.glyphs.ellipsis),
            body: Vec::new(),
        }
    }

    /// There will be no answer, and why.
    pub(crate) fn fault(look: &Look, fault: &Fault) -> Self {
        let (glyph, head) = match fault.kind {
            FaultKind::Denied => (look.glyphs.cancelled, "denied by policy"),
            FaultKind::NotFound => (look.glyphs.failed, "not found"),
            FaultKind::Unreachable => (look.glyphs.stale, "the daemon can't be reached"),
            FaultKind::Unclear => (look.glyphs.stale, "it is not known whether this was done"),
            FaultKind::Other => (look.glyphs.failed, "that went wrong"),
        };
        let mut body = vec![fault.message.clone()];
        if !fault.hint.is_empty() {
            body.push(fault.hint.clone());
        }
        if !fault.code.is_empty() {
            body.push(format!("code {}", fault.code));
        }
        Self { glyph, meaning: Meaning::Danger, head: head.to_owned(), body }
    }
}

/// Draws a notice in the upper middle of an area.
pub(crate) fn notice(frame: &mut Frame<'_>, area: Rect, notice: &Notice, look: &Look) {
    let style = look.style(notice.meaning);
    let mut lines = vec![Line::from(vec![
        Span::styled(notice.glyph, style),
        Span::styled(format!(" {}", notice.head), style),
    ])];
    if !notice.body.is_empty() {
        lines.push(Line::default());
    }
    let dim = look.style(Meaning::Dim);
    lines.extend(notice.body.iter().map(|line| Line::styled(line.clone(), dim)));
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let top = area.height.saturating_sub(rows) / 3;
    let place = Rect { y: area.y + top, height: area.height - top, ..area };
    let text = Paragraph::new(Text::from(lines)).centered().wrap(Wrap { trim: true });
    frame.render_widget(text, place);
}
