//! What a clean stop leaves behind so that the next start need not read everything again.
//!
//! The manifest is a hint: a segment whose length or time differs from what it says is read
//! whole, as are all of them when the manifest is missing or does not check. The last segment is
//! read in any case.

use std::io;

use conductor_keys::merkle::Hash;
use serde::{Deserialize, Serialize};

use super::disk::{Disk, DiskFile};

/// Name within the ledger's folder.
pub(crate) const NAME: &str = "manifest";

const MAGIC: &[u8; 8] = b"CONDMAN1";
const MANIFEST_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Where some record's batch lies: enough to find its neighbours by walking on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IndexEntry {
    /// First record of the batch, counted from the segment's first.
    pub(crate) record: u32,
    /// Offset of the batch.
    pub(crate) offset: u32,
}

/// A segment and where its batches lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentMap {
    pub(crate) first_seq: u64,
    /// Number after the last record.
    pub(crate) next_seq: u64,
    /// Offset after the last batch.
    pub(crate) end: u64,
    /// Length of the file when the manifest was written.
    pub(crate) len: u64,
    /// When the file was last written then.
    pub(crate) modified_ns: i128,
    pub(crate) index: Vec<IndexEntry>,
}

/// The whole manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) origin: String,
    pub(crate) size: u64,
    pub(crate) root: Hash,
    pub(crate) segments: Vec<SegmentMap>,
}

/// Reads the manifest; nothing when there is none, or none that can be used.
pub(crate) fn read<D: Disk>(disk: &D) -> io::Result<Option<Manifest>> {
    let Some(bytes) = read_file(disk, NAME, MANIFEST_BYTES_MAX)? else { return Ok(None) };
    Ok(bytes
        .strip_prefix(MAGIC)
        .and_then(|rest| rest.split_first_chunk::<4>())
        .filter(|(crc, body)| crc32fast::hash(body) == u32::from_le_bytes(**crc))
        .and_then(|(_, body)| postcard::from_bytes(body).ok()))
}

/// Keeps the manifest.
pub(crate) fn write<D: Disk>(disk: &D, manifest: &Manifest) -> io::Result<()> {
    let body = postcard::to_stdvec(manifest).map_err(io::Error::other)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    disk.publish(NAME, &bytes, bytes.len() as u64)
}

/// A whole file, up to a bound; nothing when there is none.
pub(crate) fn read_file<D: Disk>(
    disk: &D,
    name: &str,
    bytes_max: u64,
) -> io::Result<Option<Vec<u8>>> {
    let file = match disk.open(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let len = usize::try_from(file.len()?.min(bytes_max)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; len];
    let have = file.read_at(&mut bytes, 0)?;
    bytes.truncate(have);
    Ok(Some(bytes))
}

/// Records between two entries of a segment's index, at least.
const INDEX_STEP: u32 = 64;

impl SegmentMap {
    /// An empty segment.
    pub(crate) const fn new(first_seq: u64, header_len: u64, len: u64) -> Self {
        let (next_seq, end) = (first_seq, header_len);
        Self { first_seq, next_seq, end, len, modified_ns: 0, index: Vec::new() }
    }

    /// Takes note of a batch that comes next.
    pub(crate) fn push(&mut self, records: u32, offset: u64, end: u64) {
        let record = u32::try_from(self.next_seq - self.first_seq).unwrap_or(u32::MAX);
        let due = self.index.last().is_none_or(|last| record - last.record >= INDEX_STEP);
        // What is beyond 4 GiB is found by walking from the last entry before it.
        if let (true, Ok(offset)) = (due, u32::try_from(offset)) {
            self.index.push(IndexEntry { record, offset });
        }
        self.next_seq += u64::from(records);
        self.end = end;
    }

    /// First record and offset of a batch at or before the one that holds record `seq`.
    pub(crate) fn locate(&self, seq: u64, header_len: u64) -> (u64, u64) {
        let after =
            self.index.partition_point(|entry| self.first_seq + u64::from(entry.record) <= seq);
        match after.checked_sub(1).and_then(|last| self.index.get(last)) {
            Some(entry) => (self.first_seq + u64::from(entry.record), u64::from(entry.offset)),
            None => (self.first_seq, header_len),
        }
    }
}
