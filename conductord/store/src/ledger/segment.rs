//! A segment file: a header of one sector, then batches, then zeros.
//!
//! ```text
//! header  magic "CONDLEDG" · format version u32 · first seq u64 · origin length u16 · origin
//!         · zeros to 508 · crc32 u32 of the 508 bytes
//! ```
//!
//! The name is the number of the first record in 20 digits. A segment's header is durable before
//! the file has its name. A segment that is full is cut to its length when the next one begins.

use std::io;

use super::{
    disk::DiskFile,
    quirks::Quirks,
    record::{BATCH_HEADER_LEN, BATCH_MAGIC, BatchHeader, Decoded, decode_with, u32_at, u64_at},
};

/// Ending of a segment's name.
pub(crate) const ENDING: &str = ".seg";
/// Length of a segment's header: one sector, so that it is written whole or not at all.
pub(crate) const HEADER_LEN: u64 = 512;
/// What disks write in one piece, at least.
pub(crate) const SECTOR: u64 = 512;
/// Longest name of a log that a header can carry.
pub const ORIGIN_BYTES_MAX: usize = 400;

const MAGIC: [u8; 8] = *b"CONDLEDG";
const FORMAT_VERSION: u32 = 1;
const CRC_AT: usize = 508;
const ORIGIN_AT: usize = 22;
const WINDOW_BYTES: usize = 256 * 1024;
/// Bytes read at once for a single record: more than the index leaves to look through.
const WINDOW_BYTES_MIN: usize = 16 * 1024;

/// Name of the segment that begins with record `first_seq`.
pub(crate) fn name(first_seq: u64) -> String {
    format!("{first_seq:020}{ENDING}")
}

/// Number of the first record of a segment of this name.
pub(crate) fn first_seq_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(ENDING)?;
    let plain = digits.len() == 20 && digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

/// A segment's header.
pub(crate) fn header(first_seq: u64, origin: &str) -> Result<Vec<u8>, io::Error> {
    let too_long = || io::Error::other("the name of the log is too long");
    let origin_len = u16::try_from(origin.len()).map_err(|_| too_long())?;
    if origin.len() > ORIGIN_BYTES_MAX {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(CRC_AT + 4);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes.extend_from_slice(&first_seq.to_le_bytes());
    bytes.extend_from_slice(&origin_len.to_le_bytes());
    bytes.extend_from_slice(origin.as_bytes());
    bytes.resize(CRC_AT, 0);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    Ok(bytes)
}

/// Checks a segment's header.
pub(crate) fn check_header(bytes: &[u8], first_seq: u64, origin: &str) -> Result<(), String> {
    let sound = bytes.get(..CRC_AT).is_some_and(|head| {
        head.starts_with(&MAGIC) && u32_at(bytes, CRC_AT) == Some(crc32fast::hash(head))
    });
    if !sound {
        return Err("the segment's header is not what was written".to_owned());
    }
    match u32_at(bytes, 8) {
        Some(FORMAT_VERSION) => {}
        other => {
            let version = other.unwrap_or_default();
            return Err(format!(
                "the segment has format version {version}, which this program does not know"
            ));
        }
    }
    if u64_at(bytes, 12) != Some(first_seq) {
        return Err("the segment's name does not agree with its header".to_owned());
    }
    let origin_len =
        bytes.get(20..22).map_or(0, |len| usize::from(len[0]) | usize::from(len[1]) << 8);
    if bytes.get(ORIGIN_AT..ORIGIN_AT + origin_len) != Some(origin.as_bytes()) {
        return Err(format!("the segment belongs to another log than {origin:?}"));
    }
    Ok(())
}

/// A file read through a buffer: what was asked for is a slice of it.
pub(crate) struct Window<'a, F> {
    file: &'a F,
    start: u64,
    bytes: Vec<u8>,
    /// Bytes read at once, more each time: a reader that follows wants the next record, one that
    /// verifies wants them all.
    bytes_ahead: usize,
    bytes_ahead_max: usize,
}

impl<'a, F: DiskFile> Window<'a, F> {
    /// Reads ahead of what is asked for, within bounds and not more than `wanted` bytes at once.
    pub(crate) fn new(file: &'a F, wanted: usize) -> Self {
        let bytes_ahead_max = wanted.clamp(WINDOW_BYTES_MIN, WINDOW_BYTES);
        let (bytes, bytes_ahead) = (Vec::new(), WINDOW_BYTES_MIN);
        Self { file, start: 0, bytes, bytes_ahead, bytes_ahead_max }
    }

    /// The bytes from `offset`, `len` of them or as many as the file has.
    pub(crate) fn get(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        let within = |start: u64, have: usize| {
            let at = usize::try_from(offset.checked_sub(start)?).ok()?;
            (at.checked_add(len)? <= have).then_some(at)
        };
        if let Some(at) = within(self.start, self.bytes.len()) {
            return Ok(&self.bytes[at..at + len]);
        }
        self.bytes.resize(len.max(self.bytes_ahead), 0);
        self.bytes_ahead = (2 * self.bytes_ahead).min(self.bytes_ahead_max);
        let have = match self.file.read_at(&mut self.bytes, offset) {
            Ok(have) => have,
            Err(error) => {
                self.bytes.clear();
                return Err(error);
            }
        };
        self.start = offset;
        self.bytes.truncate(have);
        Ok(&self.bytes[..len.min(have)])
    }
}

/// One batch as it was found.
pub(crate) struct FoundBatch<'a> {
    pub(crate) header: BatchHeader,
    pub(crate) offset: u64,
    pub(crate) body: &'a [u8],
}

impl<'a> FoundBatch<'a> {
    /// The records, each with its offset in the segment, up to the first that is none.
    pub(crate) fn records(
        &self,
        quirks: Quirks,
    ) -> impl Iterator<Item = Result<(u64, Decoded<'a>), (u64, u64, String)>> {
        let (mut at, mut seq, body) = (0, self.header.first_seq, self.body);
        let start = self.offset + BATCH_HEADER_LEN as u64;
        let (end, mut failed) = (self.header.next_seq(), false);
        std::iter::from_fn(move || {
            if failed || (seq >= end && at >= body.len()) {
                return None;
            }
            let offset = start + at as u64;
            let found = match decode_with(body.get(at..).unwrap_or_default(), quirks.checks_sums())
            {
                Ok(_) if seq >= end => Err("more records than the batch counts".to_owned()),
                Ok(record) if record.seq != seq => {
                    Err(format!("it is numbered {} and should be {seq}", record.seq))
                }
                Ok(record) => Ok(record),
                Err(error) => Err(error.to_string()),
            };
            Some(match found {
                Ok(record) => {
                    at += record.frame_len;
                    seq += 1;
                    Ok((offset, record))
                }
                Err(problem) => {
                    failed = true;
                    Err((offset, seq, problem))
                }
            })
        })
    }
}

/// Where good batches stop, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Nothing but zeros or the file's end comes after.
    End {
        /// Offset after the last batch.
        offset: u64,
        /// Number of the next record.
        next_seq: u64,
    },
    /// Something else comes after.
    Bad(Bad),
}

/// A batch that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bad {
    /// Offset of the batch.
    pub(crate) offset: u64,
    /// Number of its first record.
    pub(crate) first_seq: u64,
    /// Offset after it, as far as its header tells.
    pub(crate) end: Option<u64>,
    /// Offset of the record (or header) that is wrong.
    pub(crate) wrong_at: u64,
    /// The record that is wrong, or the first that can't be found.
    pub(crate) seq: u64,
    /// What is wrong.
    pub(crate) problem: String,
}

impl Bad {
    fn header(offset: u64, seq: u64, problem: &str) -> Self {
        let problem = problem.to_owned();
        Self { offset, first_seq: seq, end: None, wrong_at: offset, seq, problem }
    }
}

/// Reads all batches of a segment from `offset` on, the first of which must begin with record
/// `seq`, and calls `visit` for each good one. Does not look beyond record `seq_max`.
pub(crate) fn scan<F: DiskFile>(
    file: &F,
    (mut offset, mut seq): (u64, u64),
    (seq_max, quirks): (u64, Quirks),
    visit: &mut dyn FnMut(&FoundBatch<'_>) -> io::Result<()>,
) -> io::Result<Stop> {
    let len = file.len()?;
    let mut window = Window::new(file, usize::try_from(len).unwrap_or(usize::MAX));
    while seq <= seq_max {
        let bytes = window.get(offset, BATCH_HEADER_LEN)?;
        let Some(header) = BatchHeader::decode(bytes, offset) else {
            let blank = bytes.iter().all(|byte| *byte == 0);
            let bad = if !blank {
                Bad::header(offset, seq, "the batch's header is not what was written")
            } else if let Some(at) = find_nonzero(file, offset, len)? {
                Bad { wrong_at: at, ..Bad::header(offset, seq, "there are bytes after the end") }
            } else {
                return Ok(Stop::End { offset, next_seq: seq });
            };
            return Ok(Stop::Bad(bad));
        };
        if header.first_seq != seq {
            let problem = format!("the batch begins with record {}", header.first_seq);
            return Ok(Stop::Bad(Bad::header(offset, seq, &problem)));
        }
        let body = window.get(offset + BATCH_HEADER_LEN as u64, header.bytes as usize)?;
        let batch = FoundBatch { header, offset, body };
        if let Some(bad) = check_batch(&batch, quirks) {
            return Ok(Stop::Bad(bad));
        }
        visit(&batch)?;
        (offset, seq) = (header.end(offset), header.next_seq());
    }
    Ok(Stop::End { offset, next_seq: seq })
}

/// What is wrong with a batch, if anything: the record where there is one to name.
pub(crate) fn check_batch(batch: &FoundBatch<'_>, quirks: Quirks) -> Option<Bad> {
    let header = batch.header;
    let whole = batch.body.len() == header.bytes as usize;
    if whole && (!quirks.checks_sums() || crc32fast::hash(batch.body) == header.crc) {
        return None;
    }
    let wrong = batch.records(quirks).find_map(Result::err);
    let (wrong_at, seq, problem) = wrong.unwrap_or_else(|| {
        (batch.offset, header.first_seq, "the batch's checksum does not match".to_owned())
    });
    let end = Some(header.end(batch.offset));
    let (offset, first_seq) = (batch.offset, header.first_seq);
    Some(Bad { offset, first_seq, end, wrong_at, seq, problem })
}

/// Offset of the first byte in `from..to` that is not zero.
pub(crate) fn find_nonzero<F: DiskFile>(file: &F, from: u64, to: u64) -> io::Result<Option<u64>> {
    static BLANK: [u8; WINDOW_BYTES] = [0; WINDOW_BYTES];
    find(file, (from, to), 1, |bytes| {
        // Comparing whole windows is far quicker than looking at each byte.
        let same = BLANK.get(..bytes.len()) == Some(bytes);
        if same { None } else { bytes.iter().position(|byte| *byte != 0) }
    })
}

/// Offset after the last byte in `from..` that is not zero; `from` when there is none.
pub(crate) fn nonzero_end<F: DiskFile>(file: &F, from: u64) -> io::Result<u64> {
    let (mut end, len) = (from, file.len()?);
    while let Some(at) = find_nonzero(file, end, len)? {
        end = find(file, (at, len), 1, |bytes| bytes.iter().position(|byte| *byte == 0))?
            .unwrap_or(len);
    }
    Ok(end)
}

/// The header of a batch that lies somewhere after `from` and begins after record `seq`.
pub(crate) fn find_later_batch<F: DiskFile>(
    file: &F,
    from: u64,
    seq: u64,
) -> io::Result<Option<(u64, BatchHeader)>> {
    let (mut from, len) = (from, file.len()?);
    loop {
        let magic = |bytes: &[u8]| bytes.windows(4).position(|bytes| bytes == BATCH_MAGIC);
        let Some(at) = find(file, (from, len), 4, magic)? else { return Ok(None) };
        let mut bytes = [0; BATCH_HEADER_LEN];
        file.read_at(&mut bytes, at)?;
        match BatchHeader::decode(&bytes, at) {
            Some(header) if header.first_seq > seq => return Ok(Some((at, header))),
            _ => from = at + 1,
        }
    }
}

/// Looks for `needle_len` bytes in windows that overlap by one less.
fn find<F: DiskFile>(
    file: &F,
    (from, to): (u64, u64),
    needle_len: usize,
    position: impl Fn(&[u8]) -> Option<usize>,
) -> io::Result<Option<u64>> {
    let most = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
    let mut buffer = vec![0; most.min(WINDOW_BYTES)];
    let mut at = from;
    while at < to {
        let want = usize::try_from(to - at).unwrap_or(usize::MAX).min(buffer.len());
        let have = file.read_at(&mut buffer[..want], at)?;
        if let Some(found) = position(&buffer[..have]) {
            return Ok(Some(at + found as u64));
        }
        if have < needle_len {
            break;
        }
        at += (have + 1 - needle_len) as u64;
    }
    Ok(None)
}

/// Whether a part of `from..to` that lies in one sector is all zeros: a write that was torn
/// leaves one, a changed byte does not.
pub(crate) fn has_blank_sector<F: DiskFile>(file: &F, from: u64, to: u64) -> io::Result<bool> {
    let mut at = from;
    while at < to {
        let end = (at / SECTOR + 1) * SECTOR;
        let end = end.min(to);
        if find_nonzero(file, at, end)?.is_none() {
            return Ok(true);
        }
        at = end;
    }
    Ok(false)
}
