//! `:messages`: everything the console said, newest last, each with the command that does the
//! same or what would mend it.

use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Aloud, Notice, Pane, Scroll, Told, ellipsis, level_word, notice, popup, select};
use crate::{
    app::{Level, Message, Shared, time},
    input::Action,
    theme::Meaning,
};

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
        let shown = shared.messages.all().rev().enumerate().skip(self.scroll.offset);
        let lines: Vec<Line<'_>> = shown
            .take(usize::from(inner.height).div_ceil(2))
            .flat_map(|(i, message)| lines(message, i == self.scroll.cursor, cells, shared))
            .collect();
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
    let mark = look.glyphs.ellipsis;
    let cut = |text: &str| super::pad(text, cells.saturating_sub(17), mark);
    let dim = look.style(Meaning::Dim);
    let mut first = Line::from(vec![
        Span::styled(format!("{}  ", time::clock(message.at, &look.zone)), dim),
        Span::styled(format!("{word}  "), look.style(meaning)),
        Span::styled(cut(&message.text), look.style(Meaning::Text)),
    ]);
    if chosen {
        select(&mut first, look);
    }
    let more = ellipsis(&message.more, cells.saturating_sub(17), mark).into_owned();
    vec![first, Line::from(vec![Span::raw(" ".repeat(17)), Span::styled(more, dim)])]
}
