//! One piece of output as it lies in a log file.
//!
//! ```text
//! kind u8 · at_ms u64 · length u32 · crc32 u32 · data
//! ```
//!
//! Numbers are little-endian; the crc32 is over kind, time, length and data. Kinds: 1 standard
//! output, 2 standard error, 3 bytes that were dropped (the data is their number, a u64),
//! 4 the end of the log.

use crate::ledger::record::{u32_at, u64_at};

/// What stands before the data.
pub(crate) const HEADER_LEN: usize = 17;
/// Data of one frame; more becomes several.
pub(crate) const DATA_BYTES_MAX: usize = 64 * 1024;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Stdout,
    Stderr,
    Dropped,
    End,
}

/// A frame found in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) kind: Kind,
    pub(crate) at_ms: u64,
    pub(crate) data: &'a [u8],
}

/// Why bytes are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoFrame {
    /// They end before it does.
    Incomplete,
    /// They are something else.
    Wrong,
}

impl Frame<'_> {
    /// Length with its header.
    pub(crate) const fn len(&self) -> usize {
        HEADER_LEN + self.data.len()
    }

    /// Bytes that a frame of dropped bytes counts.
    pub(crate) fn dropped_bytes(&self) -> u64 {
        match self.kind {
            Kind::Dropped => u64_at(self.data, 0).unwrap_or(0),
            _ => 0,
        }
    }
}

/// Appends a frame to `out`. `data` is at most [`DATA_BYTES_MAX`].
pub(crate) fn encode(kind: Kind, at_ms: u64, data: &[u8], out: &mut Vec<u8>) {
    let number = match kind {
        Kind::Stdout => 1,
        Kind::Stderr => 2,
        Kind::Dropped => 3,
        Kind::End => 4,
    };
    let start = out.len();
    out.push(number);
    out.extend_from_slice(&at_ms.to_le_bytes());
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    let crc = checksum(&out[start..], data);
    out.extend_from_slice(&crc.to_le_bytes());
    out.extend_from_slice(data);
}

/// Reads the frame that `bytes` begins with.
pub(crate) fn decode(bytes: &[u8]) -> Result<Frame<'_>, NoFrame> {
    let (header, rest) = bytes.split_first_chunk::<HEADER_LEN>().ok_or(NoFrame::Incomplete)?;
    let kind = match header[0] {
        1 => Kind::Stdout,
        2 => Kind::Stderr,
        3 => Kind::Dropped,
        4 => Kind::End,
        _ => return Err(NoFrame::Wrong),
    };
    let at_ms = u64_at(header, 1).ok_or(NoFrame::Incomplete)?;
    let len = u32_at(header, 9).map_or(usize::MAX, |len| len as usize);
    if len > DATA_BYTES_MAX {
        return Err(NoFrame::Wrong);
    }
    let data = rest.get(..len).ok_or(NoFrame::Incomplete)?;
    if u32_at(header, 13) != Some(checksum(&header[..13], data)) {
        return Err(NoFrame::Wrong);
    }
    Ok(Frame { kind, at_ms, data })
}

fn checksum(header: &[u8], data: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(data);
    hasher.finalize()
}
