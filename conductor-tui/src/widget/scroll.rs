//! A cursor in a list of rows and the window that follows it. Both are model: the same model
//! draws the same rows.

use crate::input::Action;

/// Cursor and first visible row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Scroll {
    pub(crate) cursor: usize,
    pub(crate) offset: usize,
}

impl Scroll {
    /// Moves by an action; says whether it was one that moves.
    pub(crate) fn act(&mut self, action: Action, rows: usize, height: usize) -> bool {
        let (half, page) = ((height / 2).max(1), height.saturating_sub(1).max(1));
        self.cursor = match action {
            Action::Up => self.cursor.saturating_sub(1),
            Action::Down => self.cursor + 1,
            Action::HalfUp => self.cursor.saturating_sub(half),
            Action::HalfDown => self.cursor + half,
            Action::PageUp => self.cursor.saturating_sub(page),
            Action::PageDown => self.cursor + page,
            Action::Top => 0,
            Action::Bottom => rows.saturating_sub(1),
            _ => return false,
        };
        self.settle(rows, height);
        true
    }

    /// Keeps the cursor on a row and the row in the window.
    pub(crate) fn settle(&mut self, rows: usize, height: usize) {
        self.cursor = self.cursor.min(rows.saturating_sub(1));
        let last = self.cursor.saturating_sub(height.saturating_sub(1));
        self.offset = self.offset.clamp(last, self.cursor);
        self.offset = self.offset.min(rows.saturating_sub(height));
    }

    /// The cursor's row stands elsewhere by now: the cursor stays on it, and it on its line of the window.
    pub(crate) const fn follow(&mut self, at: usize) {
        let line = self.cursor.saturating_sub(self.offset);
        self.cursor = at;
        self.offset = at.saturating_sub(line);
    }

    /// The rows to draw.
    pub(crate) fn window(&self, rows: usize, height: usize) -> std::ops::Range<usize> {
        let start = self.offset.min(rows);
        start..(start + height).min(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_follows_the_cursor_and_never_passes_the_ends() {
        let mut scroll = Scroll::default();
        for (action, cursor, offset) in [
            (Action::Up, 0, 0),
            (Action::Bottom, 99, 90),
            (Action::Down, 99, 90),
            (Action::HalfUp, 94, 90),
            (Action::PageUp, 85, 85),
            (Action::Down, 86, 85),
            (Action::Top, 0, 0),
            (Action::PageDown, 9, 0),
            (Action::HalfDown, 14, 5),
        ] {
            assert!(scroll.act(action, 100, 10));
            assert_eq!((scroll.cursor, scroll.offset), (cursor, offset), "{action:?}");
        }
        assert!(!scroll.act(Action::Open, 100, 10));
    }

    #[test]
    fn nothing_to_show_and_nowhere_to_show_it_are_fine() {
        let mut scroll = Scroll { cursor: 7, offset: 3 };
        scroll.settle(0, 0);
        assert_eq!(scroll, Scroll::default());
        assert_eq!(scroll.window(0, 10), 0..0);
    }
}
