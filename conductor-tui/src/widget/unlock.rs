//! A key's passphrase, asked for over the screen: a change that was confirmed waits for it.

use crossterm::event::KeyEvent;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{Aloud, Confirmed, Pane, caret, popup, rows_of};
use crate::{
    app::{Look, Mutation, Secret},
    signing::{Hidden, Typed},
    theme::Meaning,
};

/// The open question.
#[derive(Debug)]
pub(crate) struct Unlock {
    /// One, or one yes to many.
    mutations: Vec<Confirmed<Mutation>>,
    /// Which key, as it is called.
    key: String,
    typed: Hidden,
}

/// What came of a key.
#[derive(Debug)]
pub(crate) enum Unlocked {
    Open,
    Closed,
    Given(Vec<Confirmed<Mutation>>, Secret),
}

impl Unlock {
    pub(crate) fn new(mutations: Vec<Confirmed<Mutation>>, key: String) -> Self {
        Self { mutations, key, typed: Hidden::default() }
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.typed.paste(text);
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent) -> Unlocked {
        match self.typed.on_key(key) {
            Typed::Open => Unlocked::Open,
            Typed::GaveUp => Unlocked::Closed,
            Typed::Done(passphrase) => {
                Unlocked::Given(self.mutations.clone(), Secret::new(passphrase))
            }
        }
    }

    /// The question, for somebody who sees no box.
    pub(crate) fn told(&self) -> Aloud {
        let head = vec![
            format!("passphrase of {}", self.key),
            "what is typed is not shown; Enter signs, Esc gives up".to_owned(),
        ];
        Aloud { head, input: Some("passphrase: ".to_owned()), ..Aloud::default() }
    }

    /// Draws the question. What is typed leaves no trace on the screen, not even how long it is.
    pub(crate) fn view(&self, frame: &mut Frame<'_>, area: Rect, look: &Look) {
        let note = format!("{} signs   Esc gives up", look.glyphs.enter);
        let pane = Pane { title: "Passphrase", note, focused: true, ..Pane::default() };
        let columns = 68.min(area.width);
        let key = rows_of(&self.key, usize::from(columns.saturating_sub(4)));
        let rows = u16::try_from(key.len() + 4).unwrap_or(u16::MAX);
        let inner = popup(frame, area, (columns, rows), &pane, look);
        // What is typed into is always seen, whatever there is room for above it.
        let last =
            Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
        let above = Rect { height: inner.height.saturating_sub(1), ..inner };
        let key: Vec<Line<'_>> = key.into_iter().map(Line::raw).collect();
        frame.render_widget(Paragraph::new(key), above);
        let typed = Line::from(vec![
            Span::styled("it is not shown: ", look.style(Meaning::Dim)),
            Span::styled(" ", caret(look.style(Meaning::Button))),
        ]);
        frame.render_widget(Paragraph::new(typed), last);
    }
}
