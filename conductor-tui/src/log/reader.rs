//! Where the reader is: at the end, following it, until they move; then at a line, which stays where
//! it is however many come.

use std::collections::VecDeque;

use crate::input::Action;

/// The lines that are shown, by their numbers: all from one on, or some.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows<'a> {
    All { first: u64, end: u64 },
    Some(&'a VecDeque<u64>),
}

impl Rows<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::All { first, end } => usize::try_from(end - first).unwrap_or(usize::MAX),
            Self::Some(numbers) => numbers.len(),
        }
    }

    /// The number of the line in a row.
    pub(crate) fn number(&self, row: usize) -> Option<u64> {
        match self {
            Self::All { first, end } => Some(first + row as u64).filter(|number| number < end),
            Self::Some(numbers) => numbers.get(row).copied(),
        }
    }

    /// The first row of a line, or of one after it.
    pub(crate) fn row(&self, number: u64) -> usize {
        match self {
            Self::All { first, .. } => {
                usize::try_from(number.saturating_sub(*first)).unwrap_or(usize::MAX).min(self.len())
            }
            Self::Some(numbers) => numbers.partition_point(|known| *known < number),
        }
    }
}

/// What of a log is in the window: the first row, and the one under the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sight {
    pub(crate) top: usize,
    pub(crate) cursor: usize,
}

/// See the module. Places are numbers of lines, so that what comes and goes moves nothing.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    top: u64,
    cursor: u64,
    stopped: bool,
    /// Where the log ended when it stopped following.
    seen_end: u64,
    /// Cells scrolled to the right.
    pub(crate) left: usize,
}

impl Reader {
    pub(crate) fn follows(&self) -> bool {
        !self.stopped
    }

    /// Lines that have come since it stopped following.
    pub(crate) fn unseen(&self, rows: &Rows<'_>) -> usize {
        if self.stopped { rows.len() - rows.row(self.seen_end) } else { 0 }
    }

    /// What is in a window of so many screen rows, where a line takes as many as `cost` says.
    pub(crate) fn sight(
        &self,
        rows: &Rows<'_>,
        height: usize,
        cost: impl Fn(usize) -> usize,
    ) -> Sight {
        let Some(last) = rows.len().checked_sub(1) else { return Sight::default() };
        // The first row from which everything up to `row` has room.
        let up_from = |row: usize| {
            let mut used = cost(row);
            let mut top = row;
            while top > 0 && used + cost(top - 1) <= height {
                top -= 1;
                used += cost(top);
            }
            top
        };
        if !self.stopped {
            return Sight { top: up_from(last), cursor: last };
        }
        let cursor = rows.row(self.cursor).min(last);
        let top = rows.row(self.top).min(cursor).max(up_from(cursor));
        Sight { top: top.min(up_from(last)), cursor }
    }

    /// Moves by an action; says whether it was one that moves.
    pub(crate) fn act(
        &mut self,
        action: Action,
        rows: &Rows<'_>,
        (height, width): (usize, usize),
        cost: impl Fn(usize) -> usize,
    ) -> bool {
        let (half, page) = ((height / 2).max(1), height.saturating_sub(1).max(1));
        let third = (width / 3).max(1);
        let sight = self.sight(rows, height, &cost);
        let to = match action {
            Action::Up => sight.cursor.saturating_sub(1),
            Action::HalfUp => sight.cursor.saturating_sub(half),
            Action::PageUp => sight.cursor.saturating_sub(page),
            Action::Top => 0,
            Action::Down => sight.cursor + 1,
            Action::HalfDown => sight.cursor + half,
            Action::PageDown => sight.cursor + page,
            Action::Bottom => {
                self.stopped = false;
                return true;
            }
            Action::Right => {
                self.left += third;
                return true;
            }
            Action::Left if self.left > 0 => {
                self.left = self.left.saturating_sub(third);
                return true;
            }
            _ => return false,
        };
        // Whoever is at the end and goes on down still follows.
        if self.stopped || to < sight.cursor || action == Action::Top {
            self.go(to.min(rows.len().saturating_sub(1)), sight.top, rows);
            self.top = rows.number(self.sight(rows, height, cost).top).unwrap_or(0);
        }
        true
    }

    /// Stands still where it is.
    pub(crate) fn stop(&mut self, rows: &Rows<'_>, sight: Sight) {
        self.go(sight.cursor, sight.top, rows);
    }

    /// Goes to a line; where it is out of sight it comes to the middle.
    pub(crate) fn jump(&mut self, number: u64, rows: &Rows<'_>, height: usize, sight: Sight) {
        let row = rows.row(number);
        let seen = (sight.top..sight.top + height).contains(&row);
        let top = if seen { sight.top } else { row.saturating_sub(height / 2) };
        self.go(row, top, rows);
    }

    fn go(&mut self, row: usize, top: usize, rows: &Rows<'_>) {
        if !self.stopped {
            self.seen_end =
                rows.len().checked_sub(1).and_then(|at| rows.number(at)).map_or(0, |n| n + 1);
        }
        self.stopped = true;
        self.cursor = rows.number(row).unwrap_or(0);
        self.top = rows.number(top).unwrap_or(0);
    }
}
