//! Reads the pane with the focus as it is drawn, for screens that say no sentences of their own:
//! columns become parts of a sentence, and what only the eye needs is left out.

use ratatui::{
    Frame,
    buffer::{Buffer, Cell},
    layout::Rect,
};
use unicode_width::UnicodeWidthStr;

use crate::{
    app::{
        Look,
        model::Model,
        view::{body, in_memory},
    },
    widget::{PlanPage, spot},
};

/// A pane as text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Drawn {
    /// What its frame says.
    pub(super) title: String,
    /// What is in it, without empty lines.
    pub(super) lines: Vec<String>,
    /// The line that the cursor is on, after its number.
    pub(super) row: Option<(u16, String)>,
    /// What is above that line.
    pub(super) above: Vec<String>,
    /// It says that an answer is on its way.
    pub(super) waits: bool,
}

impl Drawn {
    /// The first part of what the frame says.
    pub(super) fn name(&self) -> &str {
        self.title.split(", ").next().unwrap_or_default()
    }

    fn of(buffer: &Buffer, area: Rect, look: &Look) -> Self {
        let (pane, cursor) = spot(buffer);
        let framed = pane.is_some();
        let pane = pane.unwrap_or(area).intersection(buffer.area);
        let (left, right) = (pane.x + u16::from(framed), pane.right() - u16::from(framed));
        let raw = |y: u16| text(buffer, (left, right), y);
        let inside = pane.y + u16::from(framed)..pane.bottom().saturating_sub(u16::from(framed));
        let waits = |y: u16| raw(y).trim_start().starts_with(look.glyphs.connecting);
        let said = |y: u16| Some(sentence(&raw(y))).filter(|line| !line.is_empty());
        let row = cursor.map(|at| at.y).filter(|y| inside.contains(y));
        Self {
            title: if framed { sentence(&raw(pane.y)) } else { String::new() },
            waits: inside.clone().any(waits),
            above: (inside.start..row.unwrap_or(inside.start)).filter_map(said).collect(),
            lines: inside.filter_map(said).collect(),
            row: row.and_then(|y| Some((y, said(y)?))),
        }
    }
}

/// The screen in front.
pub(super) fn screen(model: &Model) -> Drawn {
    let shared = &model.shared;
    drawn(shared.size, &shared.look, |frame, area| model.screen().view(frame, area, shared))
}

/// A plan.
pub(super) fn plan(plan: &PlanPage, model: &Model) -> Drawn {
    let look = &model.shared.look;
    drawn(model.shared.size, look, |frame, area| plan.view(frame, area, look))
}

fn drawn(size: (u16, u16), look: &Look, view: impl FnOnce(&mut Frame<'_>, Rect)) -> Drawn {
    let area = body(size);
    in_memory(size, |frame| view(frame, area), |buffer| Drawn::of(buffer, area, look))
}

/// A row of cells as text.
fn text(buffer: &Buffer, (left, right): (u16, u16), y: u16) -> String {
    let mut text = String::new();
    let mut covered = 0;
    for x in left..right {
        let symbol = buffer.cell((x, y)).map_or(" ", Cell::symbol);
        if covered == 0 {
            text.push_str(symbol);
            covered = symbol.width().saturating_sub(1);
        } else {
            covered -= 1;
        }
    }
    text
}

/// Columns as parts of a sentence.
fn sentence(drawn: &str) -> String {
    let plain: String = drawn.chars().map(|c| if is_drawing(c) { '\t' } else { c }).collect();
    // What two blanks or a stroke divide are columns.
    let parts = plain.split('\t').flat_map(|part| part.split("  "));
    // A dash alone is the mark of what was left out.
    let parts = parts.map(|part| part.trim().trim_start_matches('\u{2013}').trim_start());
    let parts: Vec<&str> = parts.filter(|part| part.chars().any(char::is_alphanumeric)).collect();
    parts.join(", ")
}

/// Whether a character is there for the eye only: frames, bars, trees, marks of states.
fn is_drawing(c: char) -> bool {
    matches!(c,
        '\u{b7}' | '\u{2016}' | '\u{2298}'
        | '\u{2190}'..='\u{21ff}'
        | '\u{2500}'..='\u{27bf}'
        | '\u{2800}'..='\u{28ff}'
        | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_parts_of_a_sentence() {
        assert_eq!(sentence("▸ ● restart   running     2m  "), "restart, running, 2m");
        assert_eq!(sentence("─ Runs · env:prod ── 3 of 9 ─"), "Runs, env:prod, 3 of 9");
        assert_eq!(sentence(" -- ▇▇▇ "), "");
    }
}
