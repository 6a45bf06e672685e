//! The page of what would be signed, in lines; and where it is drawn.

use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line as TextLine, Span},
    widgets::Paragraph,
};

use super::{
    news::left,
    reading::{Read, Reading},
    screen::{ApprovalsScreen, Focus},
};
use crate::{
    app::{Look, Shared},
    planned::{Line, Tone, plain},
    signing::{self, Reader, Statement, status},
    theme::Meaning,
    widget::{Notice, Pane, ellipsis, more_lines, notice, painted},
};

/// Columns of the text at most: longer lines are hard to read.
const COLUMNS_MAX: u16 = 110;
/// What the frame and its margins take.
const FRAME: u16 = 4;

/// Columns of the text in a pane.
pub(super) fn width(pane: Rect) -> usize {
    usize::from(pane.width.saturating_sub(FRAME).min(COLUMNS_MAX))
}

/// Rows of the text in a pane; the last one tells what is going on.
pub(super) fn height(pane: Rect) -> usize {
    usize::from(pane.height.saturating_sub(3))
}

/// The page, line by line.
pub(super) fn lines(screen: &ApprovalsScreen, width: usize, shared: &Shared) -> Vec<Line> {
    let Some(reading) = &screen.reading else { return Vec::new() };
    let Some(Read { approval, checked: Ok(checked) }) = reading.shown() else {
        return Vec::new();
    };
    let zone = &shared.look.zone;
    let clock = |ms: u64| {
        let at = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let at = at.unwrap_or_default().to_zoned(zone.clone());
        at.strftime("%d %b %H:%M").to_string()
    };
    let key = if approval.can_sign { screen.keys.line() } else { String::new() };
    let now = u64::try_from(shared.data_now().as_millisecond()).unwrap_or_default();
    let reader = Reader { width, now_ms: now, clock: &clock, policy: &reading.because, key: &key };
    let mut all = Vec::new();
    if !reading.changed.is_empty() {
        all.push(vec![(Tone::Warn, "Changed since you read it".to_owned())]);
        let changed = reading.changed.iter();
        all.extend(changed.map(|what| vec![(Tone::Warn, format!("  {what}"))]));
        all.push(Line::new());
    }
    all.extend(signing::lines(checked, approval, &reader));
    all
}

/// Draws it.
pub(super) fn page_view(
    screen: &ApprovalsScreen,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared,
) {
    let look = &shared.look;
    let focused = screen.focus == Focus::Page;
    let Some(reading) = &screen.reading else {
        let inner = Pane { title: "Approval", focused, ..Pane::default() }.draw(frame, area, look);
        let words = ["what is signed is shown here first, whole"];
        notice(frame, inner, &Notice::empty(look, "nothing is chosen", &words), look);
        return;
    };
    let (title, detail, note) = frame_of(reading, shared);
    let inner = Pane { title: &title, detail, note, focused }.draw(frame, area, look);
    let instead = match &reading.read {
        None => Some(Notice::loading(look, "the approval")),
        Some(Err(fault)) => Some(Notice::fault(look, fault)),
        Some(Ok(Read { checked: Err(mismatch), .. })) => Some(Notice {
            glyph: look.glyphs.failed,
            meaning: Meaning::Danger,
            head: "don't sign it".to_owned(),
            body: vec![
                plain(&mismatch.to_string()),
                "what can't be shown whole is signed by nobody".to_owned(),
            ],
        }),
        Some(Ok(_)) => None,
    };
    if let Some(message) = instead {
        notice(frame, inner, &message, look);
        return;
    }
    let (all, rows) = (lines(screen, width(area), shared), height(area));
    // What was read in a larger window may end earlier in this one.
    let from = reading.from.min(all.len().saturating_sub(rows));
    let more = all.len().saturating_sub(from + rows);
    let text: Vec<TextLine<'_>> =
        all.into_iter().skip(from).take(rows).map(|line| painted(line, look)).collect();
    frame.render_widget(Paragraph::new(text), inner);
    let bottom = Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
    let line = told(screen, reading, more, (usize::from(inner.width), look));
    frame.render_widget(Paragraph::new(line), bottom);
}

fn frame_of(reading: &Reading, shared: &Shared) -> (String, String, String) {
    let Some(Read { approval, checked: Ok(checked) }) = reading.shown() else {
        return (reading.id.clone(), String::new(), String::new());
    };
    let Statement { approval: id, resource, version, scope, .. } = &checked.statement;
    let what = if resource.is_empty() { id } else { resource };
    let title = format!("{} {}", plain(what), plain(version));
    let note = match approval.ended {
        Some(_) => status(approval.status()).to_owned(),
        None => format!("expires in {}", left(approval, shared)),
    };
    let place = format!("{}/{}", plain(&scope.tenant), plain(&scope.environment));
    (title.trim_end().to_owned(), place, note)
}

/// The last row: a signature under way, what became of it since it was read, or how much follows.
fn told<'a>(
    screen: &ApprovalsScreen,
    reading: &Reading,
    more: usize,
    (cells, look): (usize, &Look),
) -> TextLine<'a> {
    let mark = look.glyphs.ellipsis;
    let signing = screen.signing.as_ref().filter(|(id, _)| *id == reading.id);
    let (text, meaning) = match (signing, reading.news().as_slice()) {
        (Some((_, true)), _) => (format!("touch your key{mark}"), Meaning::Accent),
        (Some((_, false)), _) => (format!("signing{mark}"), Meaning::Accent),
        (None, [_, ..]) => {
            let news = reading.news().join("; ");
            (format!("changed since you read it: {news}"), Meaning::Warn)
        }
        (None, []) if screen.approving.is_some() => {
            (format!("looking at it once more{mark}"), Meaning::Dim)
        }
        (None, []) if more > 0 => (more_lines(more), Meaning::Dim),
        (None, []) => (String::new(), Meaning::Dim),
    };
    let text = ellipsis(&text, cells, mark).into_owned();
    TextLine::from(Span::styled(text, look.style(meaning)))
}
