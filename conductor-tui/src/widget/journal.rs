//! `:messages`: everything the console said, newest last, each with the command that does the
//! same or what would mend it.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Aloud, Notice, Pane, Scroll, Told, level_word, notice, pad, popup, rows_of, select};
use crate::{
    app::{Level, Message, Shared, time},
    input::Action,
    theme::Meaning,
};

/// Cells before the text: the clock and how grave it is.
const BEFORE: usize = 17;

/// The open journal: its cursor counts from the newest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    scroll: Scroll,
}

impl Journal {
    pub(crate) fn act(&mut self, action: Action, shared: &Shared, height: u16) {
        self.scroll.act(action, shared.messages.len(), usize::from(height) / 2);
    }

    /// What is copied: the message under the cursor, with its command.
    pub(crate) fn chosen(&self, shared: &Shared) -> Option<String> {
        let message = shared.messages.all().rev().nth(self.scroll.cursor)?;
        let text = if message.more.is_empty() { &message.text } else { &message.more };
        Some(text.clone())
    }

    /// What is told of it to somebody who sees no list.
    pub(crate) fn told(&self, shared: &Shared) -> Aloud {
        let message = shared.messages.all().rev().nth(self.scroll.cursor);
        let now = message.map_or_else(
            || "nothing was said yet".to_owned(),
            |message| {
                let clock = time::clock(message.at, &shared.look.zone);
                let word = level_word(message.level);
                let parts = [word, &message.text, &message.more, &clock];
                let at = (self.scroll.cursor, shared.messages.len());
                Told::row("", parts, at).sentence()
            },
        );
        let head = vec!["messages, newest first; y copies, Esc closes".to_owned()];
        Aloud { head, now: vec![now], ..Aloud::default() }
    }

    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        let look = &shared.look;
        let note = "newest first   y copies   Esc closes".to_owned();
        let pane = Pane { title: "Messages", note, focused: true, ..Pane::default() };
        let inner = popup(frame, area, (area.width, area.height), &pane, look);
        if shared.messages.len() == 0 {
            let nothing = Notice::empty(look, "nothing was said yet", &[]);
            notice(frame, inner, &nothing, look);
        }
        let cells = usize::from(inner.width);
        let height = usize::from(inner.height);
        let told = |at: usize| {
            let message = shared.messages.all().rev().nth(at)?;
            Some(lines(message, at == self.scroll.cursor, cells, shared))
        };
        // From the one at the top on, or so far down that the chosen one is seen whole.
        let mut above: Vec<Line<'_>> = Vec::new();
        let mut at = self.scroll.cursor;
        for from in (self.scroll.offset.min(at)..=at).rev() {
            let next = told(from).unwrap_or_default();
            if !above.is_empty() && above.len() + next.len() > height {
                break;
            }
            above.splice(0..0, next);
        }
        while above.len() < height {
            at += 1;
            let Some(next) = told(at) else { break };
            above.extend(next);
        }
        let lines = above;
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

fn lines<'a>(message: &Message, chosen: bool, cells: usize, shared: &Shared) -> Vec<Line<'a>> {
    let look = &shared.look;
    let (word, meaning) = match message.level {
        Level::Info => ("info ", Meaning::Ok),
        Level::News => ("new  ", Meaning::Accent),
        Level::Caution | Level::Warn => ("warn ", Meaning::Warn),
        Level::Error => ("error", Meaning::Danger),
    };
    // A message is read whole: what it says wraps.
    let room = cells.saturating_sub(BEFORE).max(1);
    let dim = look.style(Meaning::Dim);
    let mut text = rows_of(&message.text, room).into_iter();
    let first = pad(&text.next().unwrap_or_default(), room, look.glyphs.ellipsis);
    let mut first = Line::from(vec![
        Span::styled(format!("{}  ", time::clock(message.at, &look.zone)), dim),
        Span::styled(format!("{word}  "), look.style(meaning)),
        Span::styled(first, look.plain()),
    ]);
    if chosen {
        select(&mut first, look);
    }
    let more = match message.more.as_str() {
        "" => Vec::new(),
        more => rows_of(more, room),
    };
    let below = |row: String, style| {
        Line::from(vec![Span::raw(" ".repeat(BEFORE)), Span::styled(row, style)])
    };
    let plain = look.plain();
    let rest = text.map(|row| below(row, plain));
    let more = more.into_iter().map(|row| below(row, dim));
    [first].into_iter().chain(rest).chain(more).chain([Line::default()]).collect()
}
