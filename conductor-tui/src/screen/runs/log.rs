//! The output of one attempt: a bounded ring of lines, and a window that follows its end until
//! the reader scrolls.

use std::collections::VecDeque;

use conductor_protocol::v1::{LogChunk, LogStream, RunLogsRequest};

use crate::{
    app::{Effect, Fault, Feed, FeedId, Shared},
    input::Action,
    widget::plain,
};

/// Lines kept; older ones are counted and dropped.
const LINES_MAX: usize = 10_000;
/// Bytes of one line; a longer one is broken.
const LINE_BYTES_MAX: usize = 8 * 1024;

/// A line as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogLine {
    pub(crate) stderr: bool,
    pub(crate) text: String,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) task: String,
    pub(crate) attempt: u32,
    feed: Option<FeedId>,
    next_offset: u64,
    lines: VecDeque<LogLine>,
    /// What has come without its line end yet, of stdout and stderr.
    open: [Vec<u8>; 2],
    /// Lines that were let go here, and bytes that the daemon did not keep.
    pub(crate) lines_dropped: u64,
    pub(crate) bytes_dropped: u64,
    /// First visible line, unless it follows.
    top: usize,
    /// Columns scrolled to the right.
    pub(crate) left: usize,
    stopped: bool,
    /// Lines that have come since it stopped following.
    pub(crate) unseen: u64,
    pub(crate) ended: bool,
    pub(crate) fault: Option<Fault>,
}

impl Log {
    pub(crate) fn new(task: &str, attempt: u32) -> Self {
        Self { task: task.to_owned(), attempt, ..Self::default() }
    }

    pub(crate) fn is_of(&self, task: &str, attempt: u32) -> bool {
        self.task == task && self.attempt == attempt
    }

    pub(crate) fn lines(&self) -> &VecDeque<LogLine> {
        &self.lines
    }

    pub(crate) fn follows(&self) -> bool {
        !self.stopped
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
        let request = RunLogsRequest {
            scope: Some(shared.scope.clone()),
            run_id: run_id.to_owned(),
            task_id: self.task.clone(),
            attempt: self.attempt,
            follow: true,
            offset: self.next_offset,
        };
        Some(Effect::Watch(id, Feed::Logs(request)))
    }

    pub(crate) fn unwatch(&mut self) -> Option<Effect> {
        self.feed.take().map(Effect::Unwatch)
    }

    pub(crate) fn take(&mut self, chunk: &LogChunk) {
        self.next_offset = self.next_offset.max(chunk.next_offset);
        self.bytes_dropped = self.bytes_dropped.max(chunk.dropped_bytes);
        let stderr = chunk.stream() == LogStream::Stderr;
        for &byte in &chunk.data {
            let open = &mut self.open[usize::from(stderr)];
            if byte != b'\n' {
                open.push(byte);
            }
            if byte == b'\n' || open.len() >= LINE_BYTES_MAX {
                self.close_line(stderr);
            }
        }
    }

    /// The stream is over: by itself when the attempt has ended, or broken off.
    pub(crate) fn feed_ended(&mut self, fault: Option<Fault>, broken: bool) {
        self.feed = None;
        if broken {
            return;
        }
        self.fault = fault;
        self.ended = true;
        for stderr in [false, true] {
            if !self.open[usize::from(stderr)].is_empty() {
                self.close_line(stderr);
            }
        }
    }

    fn close_line(&mut self, stderr: bool) {
        let bytes = std::mem::take(&mut self.open[usize::from(stderr)]);
        let text = String::from_utf8_lossy(&bytes);
        // A progress bar overwrites its line: what was written last is what a terminal shows.
        let last = text.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default();
        self.lines.push_back(LogLine { stderr, text: plain(last) });
        self.unseen += u64::from(self.stopped);
        if self.lines.len() > LINES_MAX {
            self.lines.pop_front();
            self.lines_dropped += 1;
            self.top = self.top.saturating_sub(1);
        }
    }

    /// First visible line in a window of that height.
    pub(crate) fn top(&self, height: usize) -> usize {
        let last = self.lines.len().saturating_sub(height);
        if self.stopped { self.top.min(last) } else { last }
    }

    /// Scrolls; says whether the action was one that does.
    pub(crate) fn act(&mut self, action: Action, height: usize, width: usize) -> bool {
        let (half, page) = ((height / 2).max(1), height.saturating_sub(1).max(1));
        let third = (width / 3).max(1);
        let top = self.top(height);
        self.top = match action {
            Action::Up => top.saturating_sub(1),
            Action::HalfUp => top.saturating_sub(half),
            Action::PageUp => top.saturating_sub(page),
            Action::Top => 0,
            Action::Down => top + 1,
            Action::HalfDown => top + half,
            Action::PageDown => top + page,
            Action::Bottom => {
                self.stopped = false;
                self.unseen = 0;
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
        let upwards = self.top < top || action == Action::Top;
        self.stopped |= upwards;
        true
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(text: &str, stream: LogStream) -> LogChunk {
        LogChunk { data: text.as_bytes().to_vec(), stream: stream as i32, ..LogChunk::default() }
    }

    fn filled(lines: usize) -> Log {
        let mut log = Log::new("disk", 1);
        for i in 0..lines {
            log.take(&chunk(&format!("line {i}\n"), LogStream::Stdout));
        }
        log
    }

    #[test]
    fn lines_are_joined_over_chunks_and_streams() {
        let mut log = Log::new("disk", 1);
        log.take(&chunk("one\ntw", LogStream::Stdout));
        log.take(&chunk("oops\n", LogStream::Stderr));
        log.take(&chunk("o\n10%\r20%\rlast", LogStream::Stdout));
        log.feed_ended(None, false);
        let lines: Vec<_> = log.lines().iter().map(|l| (l.text.as_str(), l.stderr)).collect();
        assert_eq!(lines, [("one", false), ("oops", true), ("two", false), ("last", false)]);
    }

    #[test]
    fn follow_yields_to_the_reader_and_comes_back() {
        let mut log = filled(100);
        assert_eq!((log.top(10), log.follows()), (90, true));
        log.act(Action::Up, 10, 80);
        log.take(&chunk("new\n", LogStream::Stdout));
        assert_eq!((log.top(10), log.follows(), log.unseen), (89, false, 1));
        log.act(Action::Bottom, 10, 80);
        assert_eq!((log.top(10), log.follows(), log.unseen), (91, true, 0));
    }

    #[test]
    fn scrolling_down_at_the_end_goes_on_following() {
        let mut log = filled(100);
        log.act(Action::Down, 10, 80);
        assert!(log.follows());
    }

    #[test]
    fn the_ring_is_bounded_and_counts_what_it_drops() {
        let mut log = filled(10);
        log.act(Action::Top, 5, 80);
        for _ in 0..LINES_MAX {
            log.take(&chunk("x\n", LogStream::Stdout));
        }
        assert_eq!((log.lines().len(), log.lines_dropped), (LINES_MAX, 10));
    }

    #[test]
    fn a_line_without_end_is_broken() {
        let mut log = Log::new("disk", 1);
        log.take(&chunk(&"x".repeat(LINE_BYTES_MAX * 3), LogStream::Stdout));
        assert_eq!(log.lines().len(), 3);
    }
}
