//! One log: its stream, its lines, which of them are shown, what is looked for, and the reader.

use std::collections::{BTreeSet, VecDeque};

use conductor_protocol::v1::{LogChunk, LogStream, RunLogsRequest};
use jiff::Timestamp;

use super::{
    cut::Open,
    needle::{Needle, is_error},
    reader::{Reader, Rows, Sight},
    ring::{Line, Ring, Tag},
    sieve::{Picked, Sieve},
    sources::{Source, Sources},
    wrap::rows,
};
use crate::{
    app::{Effect, Fault, FaultKind, Feed, FeedId, FeedNews, Shared, time},
    input::Action,
};

/// Bytes of text that one update looks through at most, so that the next key is not kept waiting.
const LOOK_BYTES_MAX: usize = 1024 * 1024;

/// The window that lines are shown in: screen rows, cells of text, and whether long lines go on in
/// the next row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    pub(crate) height: usize,
    pub(crate) cells: usize,
    pub(crate) wraps: bool,
}

/// What is looked for, and where it was found.
#[derive(Debug)]
struct Search {
    needle: Needle,
    found: Picked,
    /// Goes there when everything was looked through: to the match before, or after.
    goes: Option<bool>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Empty for all tasks of the run.
    pub(crate) task: String,
    pub(crate) attempt: u32,
    feed: Option<FeedId>,
    ring: Ring,
    sources: Sources,
    /// What has come without its line end yet, of stdout and stderr of each source.
    open: Vec<[Open; 2]>,
    reader: Reader,
    sieve: Sieve,
    shown: Option<Picked>,
    search: Option<Search>,
    errors: VecDeque<u64>,
    marks: BTreeSet<u64>,
    pub(crate) ended: bool,
    pub(crate) fault: Option<Fault>,
}

impl Log {
    /// The output of one attempt.
    pub(crate) fn new(task: &str, attempt: u32) -> Self {
        Self { task: task.to_owned(), attempt, ..Self::default() }
    }

    pub(crate) fn is_of(&self, task: &str, attempt: u32) -> bool {
        self.task == task && self.attempt == attempt
    }

    pub(crate) fn owns(&self, feed: FeedId) -> bool {
        self.feed == Some(feed)
    }

    /// Subscribes from where it is.
    pub(crate) fn watch(&mut self, run_id: &str, shared: &mut Shared) -> Option<Effect> {
        if self.feed.is_some() || self.ended || self.fault.is_some() || !shared.link.is_live() {
            return None;
        }
        let id = shared.feed_id();
        self.feed = Some(id);
        // The output of all tasks has no offset: what is known already is passed over below.
        let known = self.sources.all().iter().map(|source| source.next_offset).max();
        let offset = if self.task.is_empty() { 0 } else { known.unwrap_or(0) };
        let request = RunLogsRequest {
            scope: Some(shared.scope.clone()),
            run_id: run_id.to_owned(),
            task_id: self.task.clone(),
            attempt: self.attempt,
            follow: true,
            offset,
        };
        Some(Effect::Watch(id, Feed::Logs(request)))
    }

    pub(crate) fn unwatch(&mut self) -> Option<Effect> {
        self.feed.take().map(Effect::Unwatch)
    }

    /// Takes news of its stream; says whether they were.
    pub(crate) fn hear(&mut self, id: FeedId, news: &FeedNews) -> bool {
        match news {
            _ if !self.owns(id) => return false,
            FeedNews::Log(chunk) => self.take(chunk),
            FeedNews::Ended(fault) => self.feed_ended(fault.clone()),
            _ => return false,
        }
        true
    }

    pub(crate) fn take(&mut self, chunk: &LogChunk) {
        let place = self.sources.place(&chunk.task_id, chunk.attempt);
        let Some(source) = self.sources.at(place) else { return };
        // After a reconnect the same bytes may come again.
        if chunk.next_offset != 0 && chunk.next_offset <= source.next_offset {
            return;
        }
        source.next_offset = source.next_offset.max(chunk.next_offset);
        source.bytes_dropped = source.bytes_dropped.max(chunk.dropped_bytes);
        self.open.resize_with(self.open.len().max(place + 1), <_>::default);
        let stderr = chunk.stream() == LogStream::Stderr;
        let at_ms = chunk.at.as_ref().map_or(0, |at| time::from_wire(at).as_millisecond());
        let (ring, errors) = (&mut self.ring, &mut self.errors);
        self.open[place][usize::from(stderr)].take(&chunk.data, |text| {
            push(ring, errors, text, (place, stderr, at_ms));
        });
    }

    fn feed_ended(&mut self, fault: Option<Fault>) {
        self.feed = None;
        if fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Unreachable) {
            return;
        }
        self.fault = fault;
        self.ended = true;
        let (ring, errors) = (&mut self.ring, &mut self.errors);
        for (place, streams) in self.open.iter_mut().enumerate() {
            for (stream, open) in streams.iter_mut().enumerate() {
                open.end(|text| push(ring, errors, text, (place, stream == 1, 0)));
            }
        }
    }

    /// Goes on with what is to be looked through, and lets go what has become too old. Says whether
    /// there is more of it.
    pub(crate) fn settle(&mut self, now: Timestamp, shape: Shape) -> bool {
        let begins = self.sieve.begins_ms(now);
        let (ring, sieve, sources) = (&self.ring, &self.sieve, &self.sources);
        let mut bytes = LOOK_BYTES_MAX;
        let mut whole = true;
        if let Some(shown) = &mut self.shown {
            shown.forget(ring, begins);
            bytes = shown.advance(ring, bytes, |line| sieve.lets(line, sources, begins));
            whole &= shown.is_whole(ring);
        }
        if let Some(Search { needle, found, .. }) = &mut self.search {
            found.forget(ring, begins);
            found.advance(ring, bytes, |line| {
                needle.is_in(line.text) && sieve.lets(line, sources, begins)
            });
            whole &= found.is_whole(ring);
        }
        while self.errors.front().is_some_and(|number| *number < ring.first()) {
            self.errors.pop_front();
        }
        if self.marks.first().is_some_and(|number| *number < ring.first()) {
            self.marks = self.marks.split_off(&ring.first());
        }
        if let Some(Search { goes: Some(back), .. }) = self.search
            && whole
        {
            self.seek_match(back, shape);
        }
        !whole
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        match &self.shown {
            Some(shown) => Rows::Some(shown.numbers()),
            None => Rows::All { first: self.ring.first(), end: self.ring.end() },
        }
    }

    pub(crate) fn line(&self, row: usize) -> Option<Line<'_>> {
        self.ring.get(self.rows().number(row)?)
    }

    pub(crate) fn source(&self, line: &Line<'_>) -> Option<&Source> {
        self.sources.get(line.tag.source)
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Screen rows that a row of the log takes.
    fn cost(&self, row: usize, shape: Shape) -> usize {
        if !shape.wraps {
            return 1;
        }
        self.line(row).map_or(1, |line| rows(line.text, shape.cells))
    }

    pub(crate) fn sight(&self, shape: Shape) -> Sight {
        self.reader.sight(&self.rows(), shape.height, |row| self.cost(row, shape))
    }

    /// The line under the cursor.
    pub(crate) fn current(&self, shape: Shape) -> Option<Line<'_>> {
        self.line(self.sight(shape).cursor)
    }

    pub(crate) fn follows(&self) -> bool {
        self.reader.follows()
    }

    pub(crate) fn unseen(&self) -> usize {
        self.reader.unseen(&self.rows())
    }

    /// Columns scrolled to the right.
    pub(crate) fn left(&self) -> usize {
        self.reader.left
    }

    /// Lines that were let go here.
    pub(crate) fn lines_dropped(&self) -> u64 {
        self.ring.first()
    }

    /// Lines that ever came.
    pub(crate) fn lines_come(&self) -> u64 {
        self.ring.end()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ring.len() == 0
    }

    /// Bytes that the daemon did not keep.
    pub(crate) fn bytes_dropped(&self) -> u64 {
        self.sources.all().iter().map(|source| source.bytes_dropped).sum()
    }

    /// Moves; says whether the action was one that does.
    pub(crate) fn act(&mut self, action: Action, shape: Shape) -> bool {
        let mut reader = std::mem::take(&mut self.reader);
        let size = (shape.height, shape.cells);
        let moved = reader.act(action, &self.rows(), size, |row| self.cost(row, shape));
        self.reader = reader;
        moved
    }

    pub(crate) fn sieve(&self) -> &Sieve {
        &self.sieve
    }

    /// Shows other lines; the reader stays at the line where they are.
    pub(crate) fn sift(&mut self, change: impl FnOnce(&mut Sieve)) {
        let before = self.sieve.clone();
        change(&mut self.sieve);
        if before == self.sieve {
            return;
        }
        self.shown = (!self.sieve.is_open()).then(Picked::default);
        if let Some(search) = &mut self.search {
            search.found = Picked::default();
        }
    }

    /// Every line that is shown, oldest first.
    pub(crate) fn shown(&self) -> impl Iterator<Item = Line<'_>> {
        (0..self.rows().len()).filter_map(|row| self.line(row))
    }
}

fn push(
    ring: &mut Ring,
    errors: &mut VecDeque<u64>,
    text: &str,
    (place, stderr, at_ms): (usize, bool, i64),
) {
    let error = is_error(text);
    if error {
        errors.push_back(ring.end());
    }
    let source = u16::try_from(place).unwrap_or(u16::MAX);
    ring.push(text, Tag { source, stderr, error, at_ms });
}

mod seek;
#[cfg(test)]
mod tests;
