//! Output of tasks: one file an attempt, appended while it runs, its digest in the completion.

use conductor_domain::time::Timestamp;
use conductor_protocol::id::RunId;

/// Which output of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStreamKind {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Which attempt's log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogKey {
    /// The run.
    pub run: RunId,
    /// The task in it.
    pub task: String,
    /// Counted from 1.
    pub attempt: u32,
}

/// Digest and size of a finished log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogDigest {
    /// `sha256:…`; empty when nothing was written.
    pub digest: String,
    /// Length of the file in bytes.
    pub bytes: u64,
}

/// A piece of a log as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRead {
    /// Which output.
    pub stream: LogStreamKind,
    /// When it came.
    pub at: Timestamp,
    /// The bytes.
    pub data: Vec<u8>,
    /// Offset to go on from.
    pub next_offset: u64,
    /// Bytes that were not kept at this place because the bound was reached.
    pub dropped_bytes: u64,
}

/// Append-only log files with a bound each. A file is created with its first bytes.
pub trait LogStore: Send + Sync {
    /// Appends to an attempt's log. Beyond the bound bytes are counted and dropped, and a
    /// marker says so once.
    ///
    /// # Errors
    /// When the disk refuses.
    fn append(
        &self,
        key: &LogKey,
        stream: LogStreamKind,
        at: Timestamp,
        data: &[u8],
    ) -> std::io::Result<()>;

    /// Closes an attempt's log: nothing is appended after it. Gives digest and size; the log is
    /// durable when it returns. Safe to repeat, also after an error.
    ///
    /// # Errors
    /// When the disk refuses.
    fn finish(&self, key: &LogKey) -> std::io::Result<LogDigest>;

    /// Removes all logs of a run, whose attempts have ended. There may be none.
    ///
    /// # Errors
    /// When the disk refuses.
    fn remove(&self, run: RunId) -> std::io::Result<()>;

    /// Reads pieces from `offset`, about `bytes_max` of them. Empty at the present end, and for a
    /// log that does not exist.
    ///
    /// # Errors
    /// When the disk refuses, or the offset is not one that a read gave.
    fn read(&self, key: &LogKey, offset: u64, bytes_max: usize) -> std::io::Result<Vec<LogRead>>;
}
