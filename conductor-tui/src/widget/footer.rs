//! The bottom line: the keys that work here and now, dimmed where something forbids them.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{app::Look, input::Action, theme::Meaning};

/// One key and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) action: Action,
    pub(crate) key: String,
    pub(crate) word: &'static str,
    /// Nothing forbids it.
    pub(crate) ready: bool,
}

/// Draws as many hints as fit, whole, those of this place at the left and the general ones at
/// the right.
pub(crate) fn footer(
    frame: &mut Frame<'_>,
    area: Rect,
    here: &[Hint],
    general: &[Hint],
    look: &Look,
) {
    let room = usize::from(area.width);
    let (left, right) = fitting(here, general, room, look);
    let line = |hints: &[Hint]| -> Line<'_> {
        Line::from(hints.iter().flat_map(|hint| spans(hint, look)).collect::<Vec<_>>())
    };
    let mut all = Line::from(" ");
    all.extend(line(left));
    frame.render_widget(Paragraph::new(all), area);
    let right = line(right);
    let cells = u16::try_from(right.width()).unwrap_or(area.width).min(area.width);
    let place = Rect { x: area.right() - cells, width: cells, ..area };
    frame.render_widget(Paragraph::new(right), place);
}

/// What the hint at a column is of, in so many columns.
pub(crate) fn hint_at(
    (here, general): (&[Hint], &[Hint]),
    (room, x): (usize, usize),
    look: &Look,
) -> Option<Action> {
    let (left, right) = fitting(here, general, room, look);
    let cells = |hint: &Hint| Line::from(spans(hint, look)).width();
    let from_right = room.saturating_sub(right.iter().map(cells).sum());
    let at = |hints: &[Hint], begin: usize| {
        let mut end = begin;
        let found = hints.iter().find(|hint| {
            end += cells(hint);
            x < end
        });
        found.filter(|_| x >= begin).map(|hint| hint.action)
    };
    at(right, from_right).or_else(|| at(left, 1))
}

/// As many hints as fit, whole: those of this place, and the last of the general ones, for the very last is the
/// help, which tells the rest.
fn fitting<'a>(
    here: &'a [Hint],
    general: &'a [Hint],
    room: usize,
    look: &Look,
) -> (&'a [Hint], &'a [Hint]) {
    let cells = |hint: &Hint| Line::from(spans(hint, look)).width();
    let take = |hints: &mut dyn Iterator<Item = &Hint>, room: usize| {
        let mut used = 0;
        hints
            .take_while(|hint| {
                used += cells(hint);
                used <= room
            })
            .count()
    };
    let last = take(&mut general.iter().rev(), room / 2);
    let general = &general[general.len() - last..];
    let left = room.saturating_sub(general.iter().map(cells).sum());
    let first = take(&mut here.iter(), left.saturating_sub(1));
    (&here[..first], general)
}

fn spans<'a>(hint: &Hint, look: &Look) -> Vec<Span<'a>> {
    let (key, word) = if hint.ready {
        (look.style(Meaning::Key), look.style(Meaning::Text))
    } else {
        (look.style(Meaning::Dim), look.style(Meaning::Dim))
    };
    vec![Span::styled(hint.key.clone(), key), Span::styled(format!(" {}  ", hint.word), word)]
}
