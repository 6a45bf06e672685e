//! Reading segments from the beginning, and telling a torn tail from damage.
//!
//! An append is one write and one sync, nothing follows it before it is durable, and after a
//! failure nothing more is appended. So a batch that was never acknowledged is always the very
//! last thing in the log. Its sectors may have reached the disk in any order: some hold what was
//! written, the others still hold the zeros of a new segment. A bad batch is therefore **torn**,
//! and cut off, only when all of this holds:
//!
//! * it is in the last segment, and no sound batch with a later record lies after it;
//! * neither the checkpoint nor the manifest of a clean stop covers any of its records;
//! * some sector's part of it is blank, as a sector that was not written is and one whose bytes
//!   changed is not.
//!
//! Anything else was acknowledged once, and is **damage**: the ledger does not start on it.

use std::io;

use conductor_engine::ports::LedgerError;

use super::{
    disk::{Disk, DiskFile, FileInfo},
    manifest::SegmentMap,
    quirks::Quirks,
    record::BATCH_HEADER_LEN,
    segment::{
        self, Bad, FoundBatch, HEADER_LEN, Stop, find_later_batch, has_blank_sector, nonzero_end,
    },
};

/// What is known of a ledger before its records are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) origin: &'a str,
    /// The last record that is known to have been durable.
    pub(crate) durable_seq: u64,
    /// Nothing beyond this record is looked at.
    pub(crate) seq_max: u64,
    pub(crate) quirks: Quirks,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) seq: u64,
    pub(crate) place: String,
    pub(crate) problem: String,
}

impl From<Damage> for LedgerError {
    fn from(damage: Damage) -> Self {
        let Damage { seq, place, problem } = damage;
        Self::Damaged { seq, place, problem }
    }
}

/// How a segment ends.
#[derive(Debug)]
pub(crate) enum Ending {
    /// As it should.
    Sound,
    /// With a batch that was never acknowledged.
    Torn(Bad),
    /// With something else, after the batches that the map tells of.
    Damaged(Damage),
}

/// Segments in their order. Other files of the folder are none.
pub(crate) fn segments_of(files: &[FileInfo]) -> Vec<(u64, FileInfo)> {
    files
        .iter()
        .filter_map(|file| Some((segment::first_seq_of(&file.name)?, file.clone())))
        .collect()
}

/// Reads one segment, whose first record should be `expected`.
pub(crate) fn walk<D: Disk>(
    disk: &D,
    (first_seq, info, last): (u64, &FileInfo, bool),
    (expected, known): (u64, Known<'_>),
    visit: &mut dyn FnMut(&FoundBatch<'_>) -> io::Result<()>,
) -> io::Result<(SegmentMap, Ending)> {
    let mut map = SegmentMap::new(first_seq, HEADER_LEN, info.len);
    map.modified_ns = info.modified_ns;
    let damage = |offset: u64, seq, problem: String| {
        let place = format!("{} at byte {offset}", disk.place(&info.name));
        Ending::Damaged(Damage { seq, place, problem })
    };
    if first_seq != expected {
        let problem = format!(
            "the segment that begins with this record is missing: the next one begins with record {first_seq}"
        );
        return Ok((map, damage(0, expected, problem)));
    }
    let file = disk.open(&info.name)?;
    let mut header = vec![0; usize::try_from(HEADER_LEN).unwrap_or(0)];
    let have = file.read_at(&mut header, 0)?;
    header.truncate(have);
    if let Err(problem) = segment::check_header(&header, first_seq, known.origin) {
        return Ok((map, damage(0, first_seq, problem)));
    }
    let stop = segment::scan(
        &file,
        (HEADER_LEN, first_seq),
        (known.seq_max, known.quirks),
        &mut |batch| {
            map.push(batch.header.records, batch.offset, batch.header.end(batch.offset));
            visit(batch)
        },
    )?;
    let ending = match stop {
        Stop::End { offset, next_seq } if !last && offset != file.len()? => {
            damage(offset, next_seq, "the segment goes on without records".to_owned())
        }
        Stop::End { .. } => Ending::Sound,
        Stop::Bad(bad) => match why_not_torn(&file, &bad, last, known)? {
            None => Ending::Torn(bad),
            Some(why) => damage(bad.wrong_at, bad.seq, format!("{}; {why}", bad.problem)),
        },
    };
    Ok((map, ending))
}

fn why_not_torn<F: DiskFile>(
    file: &F,
    bad: &Bad,
    last: bool,
    known: Known<'_>,
) -> io::Result<Option<String>> {
    if !last {
        return Ok(Some("later segments follow".to_owned()));
    }
    if known.durable_seq >= bad.first_seq {
        return Ok(Some(format!("it was durable, up to record {}", known.durable_seq)));
    }
    if let Some((at, later)) = find_later_batch(file, bad.offset + 1, bad.first_seq)? {
        let first = later.first_seq;
        return Ok(Some(format!("sound records follow, from {first} at byte {at}")));
    }
    let end = match bad.end {
        Some(end) => end,
        // At least the header was to be written.
        None => nonzero_end(file, bad.offset)?.max(bad.offset + BATCH_HEADER_LEN as u64),
    };
    if has_blank_sector(file, bad.offset, end)? {
        return Ok(None);
    }
    Ok(Some("it was written whole and changed later".to_owned()))
}
