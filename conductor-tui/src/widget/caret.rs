//! Where the terminal's own cursor stands: on the line that is typed into, or on the chosen row of the
//! pane that has the focus. Screen readers and magnifiers follow it.
//!
//! Whoever draws marks the cells with two attributes that no terminal knows and that are never sent;
//! when everything is drawn the cursor is put on the mark and the marks are taken out again.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Margin, Position, Rect},
    style::{Modifier, Style},
};

/// A cell that the cursor could stand on.
const MARK: Modifier = Modifier::from_bits_retain(1 << 15);
/// A corner of the pane that has the focus.
const FOCUS: Modifier = Modifier::from_bits_retain(1 << 14);

/// The style of a cell that the cursor could stand on.
pub(crate) const fn caret(style: Style) -> Style {
    style.add_modifier(MARK)
}

/// Remembers a pane that has the focus: a mark in another one counts less.
pub(crate) fn focus(buffer: &mut Buffer, area: Rect) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    for corner in [(area.x, area.y), (area.right() - 1, area.bottom() - 1)] {
        if let Some(cell) = buffer.cell_mut(corner) {
            cell.modifier.insert(FOCUS);
        }
    }
}

/// Takes out the marks of what was drawn so far: something lies over it now.
pub(crate) fn unmark(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        cell.modifier.remove(MARK | FOCUS);
    }
}

/// Where the cursor belongs: on the first mark in the pane with the focus, or else on the first one.
fn marked(buffer: &Buffer) -> Option<Position> {
    let with = |modifier: Modifier| {
        let cells = buffer.content.iter().enumerate();
        cells.filter(move |(_, cell)| cell.modifier.contains(modifier)).map(|(at, _)| at)
    };
    let place = |at: usize| Position::from(buffer.pos_of(at));
    let corners: Vec<Position> = with(FOCUS).map(place).collect();
    let inside = |at: &Position| match (corners.first(), corners.last()) {
        (Some(first), Some(last)) => {
            (first.x..=last.x).contains(&at.x) && (first.y..=last.y).contains(&at.y)
        }
        _ => true,
    };
    let first = with(MARK).map(place).find(|at| inside(at));
    first.or_else(|| with(MARK).map(place).next())
}

/// The pane that has the focus, and where in it the cursor belongs, as long as the marks are there.
pub(crate) fn spot(buffer: &Buffer) -> (Option<Rect>, Option<Position>) {
    let corners: Vec<Position> = buffer
        .content
        .iter()
        .enumerate()
        .filter(|(_, cell)| cell.modifier.contains(FOCUS))
        .map(|(at, _)| Position::from(buffer.pos_of(at)))
        .collect();
    let pane = match (corners.first(), corners.last()) {
        (Some(first), Some(last)) if last.x >= first.x => {
            Some(Rect::new(first.x, first.y, last.x - first.x + 1, last.y - first.y + 1))
        }
        _ => None,
    };
    (pane, marked(buffer))
}

/// What is to be known of a place in the picture, as long as the marks are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Picked {
    /// The pane that has the focus.
    pub(crate) pane: Option<Rect>,
    /// The line of its chosen row: below what is typed into, where there is both.
    pub(crate) row: Option<u16>,
    /// There is something to be read on that line of the pane.
    pub(crate) is_text: bool,
}

impl Picked {
    /// Whether a place is inside of the pane's frame.
    pub(crate) fn is_in(&self, at: Position) -> bool {
        self.pane.is_some_and(|pane| pane.inner(Margin::new(1, 1)).contains(at))
    }
}

/// What is at a place.
pub(crate) fn picked(buffer: &Buffer, at: Position) -> Picked {
    let (pane, _) = spot(buffer);
    let Some(pane) = pane else { return Picked::default() };
    let inside = pane.inner(Margin::new(1, 1)).intersection(buffer.area);
    let chosen = |at: &Position| buffer[*at].modifier.contains(MARK);
    let row = inside.positions().filter(chosen).map(|at| at.y).max();
    let line = Rect { y: at.y, height: 1, ..inside };
    let is_text = line.positions().any(|at| !buffer[at].symbol().trim().is_empty());
    Picked { pane: Some(pane), row, is_text: is_text && inside.y <= at.y && at.y < inside.bottom() }
}

/// Puts the cursor where it belongs, and takes the marks out.
pub(crate) fn place_caret(frame: &mut Frame<'_>) {
    let place = marked(frame.buffer_mut());
    unmark(frame.buffer_mut());
    if let Some(place) = place {
        frame.set_cursor_position(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_in_the_focused_pane_counts_and_none_is_left() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 6));
        buffer.set_string(1, 1, "left", caret(Style::new()));
        buffer.set_string(11, 3, "right", caret(Style::new()));
        assert_eq!(marked(&buffer), Some(Position::new(1, 1)), "nothing has the focus");
        focus(&mut buffer, Rect::new(10, 0, 10, 6));
        assert_eq!(marked(&buffer), Some(Position::new(11, 3)));
        unmark(&mut buffer);
        assert_eq!(marked(&buffer), None);
        assert!(buffer.content.iter().all(|cell| cell.modifier.is_empty()));
        focus(&mut buffer, Rect::new(30, 9, 4, 4));
        assert_eq!(marked(&buffer), None, "a pane outside of the window is none");
    }
}
