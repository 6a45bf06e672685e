//! Rows that are marked: by their ids, so that scrolling, news and filters take none of them away.

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::v1::{Approval, RunSummary};

/// What a list has rows of that can be marked.
pub(crate) trait Markable: Clone {
    fn id(&self) -> &str;
}

impl Markable for RunSummary {
    fn id(&self) -> &str {
        &self.run_id
    }
}

impl Markable for Approval {
    fn id(&self) -> &str {
        &self.approval_id
    }
}

/// A range that grows with the cursor.
#[derive(Debug)]
struct Range<T> {
    /// The row that it began at.
    anchor: String,
    /// What was marked before.
    before: BTreeMap<String, T>,
}

/// Marked rows, `MAX` at most, each as it was last heard of.
#[derive(Debug)]
pub(crate) struct Marked<T, const MAX: usize> {
    rows: BTreeMap<String, T>,
    range: Option<Range<T>>,
    /// What policy was asked about already.
    asked: BTreeSet<String>,
}

impl<T, const MAX: usize> Default for Marked<T, MAX> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), range: None, asked: BTreeSet::new() }
    }
}

impl<T: Markable, const MAX: usize> Marked<T, MAX> {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn is_ranging(&self) -> bool {
        self.range.is_some()
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.rows.contains_key(id)
    }

    /// The oldest first, for ids are in the order of time.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.values()
    }

    /// What a list's title says of them: empty for none. `hidden` of them it does not show.
    pub(crate) fn words(&self, hidden: usize) -> String {
        let mut words = match (self.rows.len(), hidden) {
            (0, _) => return String::new(),
            (n, 0) => format!("{n} marked"),
            (n, hidden) => format!("{n} marked, {hidden} not shown"),
        };
        if self.range.is_some() {
            words.push_str(", range");
        }
        words
    }

    /// Marks the row, or takes its mark. Says whether there was room.
    pub(crate) fn toggle(&mut self, row: &T) -> bool {
        self.range = None;
        self.rows.remove(row.id()).is_some() || self.add(row)
    }

    /// Marks the row. Says whether there was room.
    pub(crate) fn add(&mut self, row: &T) -> bool {
        if self.rows.len() >= MAX && !self.has(row.id()) {
            return false;
        }
        self.rows.insert(row.id().to_owned(), row.clone());
        true
    }

    /// Marks as many of these as there is room for, and ends the range. Says whether there was room.
    pub(crate) fn add_all<'a>(&mut self, mut rows: impl Iterator<Item = &'a T>) -> bool
    where
        T: 'a,
    {
        self.range = None;
        rows.all(|row| self.add(row))
    }

    /// Begins a range at the row, or ends the one there is; what it marked stays marked.
    pub(crate) fn begin_or_end(&mut self, row: &T) {
        self.range = match self.range.take() {
            Some(_) => None,
            None => Some(Range { anchor: row.id().to_owned(), before: self.rows.clone() }),
        };
    }

    /// Marks what lies between where the range began and the cursor. Says whether there was room;
    /// where there was none the range ends.
    pub(crate) fn stretch<'a>(&mut self, rows: impl Iterator<Item = &'a T>, cursor: usize) -> bool
    where
        T: 'a,
    {
        let Some(range) = &self.range else { return true };
        let rows: Vec<&T> = rows.collect();
        let Some(from) = rows.iter().position(|row| row.id() == range.anchor) else {
            // Where it began is not in the list any more: what it marked stays.
            self.range = None;
            return true;
        };
        self.rows = range.before.clone();
        let cursor = cursor.min(rows.len() - 1);
        let nearest_first: Vec<usize> = if from <= cursor {
            (from..=cursor).collect()
        } else {
            (cursor..=from).rev().collect()
        };
        let room = nearest_first.into_iter().all(|at| self.add(rows[at]));
        if !room {
            self.range = None;
        }
        room
    }

    /// Ends the range, or takes all marks. Says whether there was anything.
    pub(crate) fn back(&mut self) -> bool {
        if self.range.take().is_some() {
            return true;
        }
        let any = !self.rows.is_empty();
        self.rows.clear();
        any
    }

    /// A row changed.
    pub(crate) fn heard(&mut self, row: &T) {
        if let Some(known) = self.rows.get_mut(row.id()) {
            known.clone_from(row);
        }
    }

    /// Takes the marks of these.
    pub(crate) fn forget(&mut self, ids: &[String]) {
        self.range = None;
        ids.iter().for_each(|id| drop(self.rows.remove(id)));
    }

    /// Takes the marks of all that are not kept.
    pub(crate) fn retain(&mut self, kept: impl Fn(&T) -> bool) {
        self.rows.retain(|_, row| kept(row));
    }

    /// What policy says may be different by now.
    pub(crate) fn ask_again(&mut self) {
        self.asked.clear();
    }

    /// What policy was not asked about of what is marked: the resource of each, once.
    pub(crate) fn unasked(&mut self, resource: fn(&T) -> &str) -> Vec<String> {
        let names: BTreeSet<&str> = self.rows.values().map(resource).collect();
        let fresh: Vec<String> = names
            .into_iter()
            .filter(|name| !self.asked.contains(*name))
            .map(str::to_owned)
            .collect();
        self.asked.extend(fresh.iter().cloned());
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(count: usize) -> Vec<RunSummary> {
        let run = |n: usize| RunSummary { run_id: format!("run_{n}"), ..<_>::default() };
        (0..count).map(run).collect()
    }

    #[test]
    fn a_range_that_finds_no_room_ends_and_keeps_what_there_is() {
        let runs = runs(5);
        let mut marked = Marked::<RunSummary, 3>::default();
        marked.begin_or_end(&runs[0]);
        assert!(marked.stretch(runs.iter(), 2));
        assert!(marked.is_ranging());
        assert!(!marked.stretch(runs.iter(), 4));
        assert!(!marked.is_ranging());
        assert_eq!(marked.len(), 3);
        assert_eq!(marked.words(1), "3 marked, 1 not shown");
    }

    #[test]
    fn a_range_whose_first_row_is_gone_ends_and_keeps_its_marks() {
        let runs = runs(4);
        let mut marked = Marked::<RunSummary, 9>::default();
        marked.begin_or_end(&runs[0]);
        assert!(marked.stretch(runs.iter(), 1));
        assert!(marked.stretch(runs[1..].iter(), 2));
        assert!(!marked.is_ranging());
        assert_eq!(marked.len(), 2);
        assert!(marked.back() && marked.is_empty() && !marked.back());
    }
}
