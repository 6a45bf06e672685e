//! Going to what is looked for: matches, errors and marks.

use jiff::Timestamp;

use super::{Log, Picked, Search, Shape};
use crate::log::{Line, Needle, reader::Sight};

/// Lines that can be marked.
const MARKS_MAX: usize = 1_000;

impl Log {
    pub(crate) fn needle(&self) -> Option<&Needle> {
        self.search.as_ref().map(|search| &search.needle)
    }

    /// Looks for another text; with none for nothing.
    pub(crate) fn look_for(&mut self, text: &str) {
        let needle = Needle::new(text);
        if needle.as_ref() != self.needle() {
            self.search =
                needle.map(|needle| Search { needle, found: Picked::default(), goes: None });
        }
    }

    /// Which match the cursor is at or after, how many there are, and whether all were counted.
    pub(crate) fn count(&self, shape: Shape) -> Option<(usize, usize, bool)> {
        let found = &self.search.as_ref()?.found;
        let cursor = self.rows().number(self.sight(shape).cursor);
        let at = cursor.map_or(0, |cursor| found.numbers().partition_point(|n| *n <= cursor));
        Some((at, found.numbers().len(), found.is_whole(&self.ring)))
    }

    /// Goes to the match before or after the cursor, round the end; says whether there is one. While
    /// lines are still looked through it goes when they have been.
    pub(crate) fn seek_match(&mut self, back: bool, shape: Shape) -> bool {
        let sight = self.sight(shape);
        let cursor = self.rows().number(sight.cursor);
        let Some((search, cursor)) = self.search.as_mut().zip(cursor) else { return false };
        let whole = search.found.is_whole(&self.ring);
        search.goes = (!whole).then_some(back);
        if !whole {
            return true;
        }
        let (after, before) = search.found.around(cursor);
        let numbers = search.found.numbers();
        let to = if back {
            before.or(numbers.back().copied())
        } else {
            after.or(numbers.front().copied())
        };
        self.jump(to, sight, shape)
    }

    /// Stays where the cursor is at a match, else goes to the match before or after; says whether there
    /// is one.
    pub(crate) fn seek_nearest(&mut self, back: bool, shape: Shape) -> bool {
        let needle = self.search.as_ref().map(|search| &search.needle);
        let here = self.current(shape).zip(needle).is_some_and(|(l, needle)| needle.is_in(l.text));
        if here {
            self.hold(shape);
        }
        here || self.seek_match(back, shape)
    }

    /// Goes to the error before or after the cursor; says whether there is one.
    pub(crate) fn seek_error(&mut self, back: bool, now: Timestamp, shape: Shape) -> bool {
        let sight = self.sight(shape);
        let Some(cursor) = self.rows().number(sight.cursor) else { return false };
        let begins = self.sieve.begins_ms(now);
        let shown = |number: &&u64| {
            self.ring.get(**number).is_some_and(|l| self.sieve.lets(&l, &self.sources, begins))
        };
        let (before, after) = (
            self.errors.partition_point(|number| *number < cursor),
            self.errors.partition_point(|number| *number <= cursor),
        );
        let to = if back {
            self.errors.range(..before).rev().find(shown)
        } else {
            self.errors.range(after..).find(shown)
        };
        self.jump(to.copied(), sight, shape)
    }

    /// Goes to the next mark, round the end; says whether there is one.
    pub(crate) fn seek_mark(&mut self, shape: Shape) -> bool {
        let sight = self.sight(shape);
        let cursor = self.rows().number(sight.cursor);
        let after = cursor.and_then(|cursor| self.marks.range(cursor + 1..).next());
        let to = after.or(self.marks.first()).copied();
        self.jump(to, sight, shape)
    }

    fn jump(&mut self, to: Option<u64>, sight: Sight, shape: Shape) -> bool {
        let Some(to) = to else { return false };
        let mut reader = std::mem::take(&mut self.reader);
        reader.jump(to, &self.rows(), shape.height, sight);
        self.reader = reader;
        true
    }

    /// Marks the line under the cursor, or takes its mark; says whether there was room.
    pub(crate) fn mark(&mut self, shape: Shape) -> bool {
        let sight = self.sight(shape);
        let Some(number) = self.rows().number(sight.cursor) else { return true };
        if !self.marks.remove(&number) {
            if self.marks.len() >= MARKS_MAX {
                return false;
            }
            self.marks.insert(number);
        }
        // Whoever marks a line reads it.
        self.hold(shape);
        true
    }

    /// Follows no more: the reader is at the line under the cursor.
    fn hold(&mut self, shape: Shape) {
        let sight = self.sight(shape);
        let mut reader = std::mem::take(&mut self.reader);
        reader.stop(&self.rows(), sight);
        self.reader = reader;
    }

    pub(crate) fn is_marked(&self, number: u64) -> bool {
        self.marks.contains(&number)
    }

    /// Lines that are marked, oldest first.
    pub(crate) fn marked(&self) -> impl Iterator<Item = Line<'_>> {
        self.marks.iter().filter_map(|number| self.ring.get(*number))
    }
}
