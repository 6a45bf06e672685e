//! Making a damaged ledger usable again, without hiding what is lost.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use conductor_engine::ports::LedgerError;
use conductor_keys::chain::Chain;

use super::{
    CHECKPOINT,
    disk::{Disk, DiskFile, FileInfo, RealDisk},
    manifest::{self, SegmentMap},
    open::read_checkpoint,
    quirks::Quirks,
    record::{BATCH_HEADER_LEN, BatchHeader},
    segment::{self, FoundBatch, find_later_batch},
    tiles::{LEVELS, file_name},
    verify,
    walk::{Damage, Ending, Known, segments_of, walk},
};

/// Copies that are kept beside a ledger, at most.
const COPIES_MAX: u32 = 1000;

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairReport {
    /// Where the folder was copied to before anything was changed; none when nothing was.
    pub copy: Option<PathBuf>,
    /// What was wrong; empty when nothing was.
    pub problems: Vec<String>,
    /// The last record that is kept.
    pub last_seq: u64,
    /// Records that are lost: the first, and the last one that is known to have been there.
    pub lost: Option<(u64, u64)>,
    /// Bytes of batches that were cut off.
    pub lost_bytes: u64,
    /// The checkpoint was removed, because it covers what is lost or is itself damaged.
    pub checkpoint_removed: bool,
}

/// Why a repair could not be made. Until the copy is complete nothing was changed.
#[derive(Debug, thiserror::Error)]
#[error("{attempt}")]
pub struct RepairError {
    attempt: String,
    #[source]
    source: io::Error,
}

fn refused(attempt: impl Into<String>) -> impl FnOnce(io::Error) -> RepairError {
    let attempt = attempt.into();
    |source| RepairError { attempt, source }
}

/// Repairs the ledger in a folder that no daemon uses: copies the folder, cuts the log after the
/// last record before the damage, and removes what no longer agrees with it. Hashes are made
/// again when the ledger is opened.
///
/// # Errors
/// [`RepairError`] when the disk refuses.
pub fn repair(dir: &Path, chain: &Chain) -> Result<RepairReport, RepairError> {
    let disk = RealDisk::new(dir).map_err(refused("open the ledger's folder"))?;
    let found = find(&disk, chain)?;
    let mut report = found.report();
    if report.problems.is_empty() {
        let verified = verify::verify(&disk, chain, found.known(chain), &mut |_, _| {})
            .map_err(|error| refused("verify the ledger")(io::Error::other(error)))?;
        report.problems.extend(verified.report.problem);
        // Every record reads well, but they are not those that were signed, and nothing says
        // which is another: what was signed goes to the copy.
        report.checkpoint_removed |= !verified.agrees;
    }
    if report.problems.is_empty() {
        return Ok(report);
    }
    report.copy = Some(copy_beside(dir).map_err(refused("copy the ledger's folder"))?);
    if found.damage.is_some() {
        found.cut(&disk).map_err(refused("cut the ledger before its damage"))?;
    }
    let derived = (0..LEVELS).map(file_name).chain([manifest::NAME.to_owned()]);
    let evidence = report.checkpoint_removed.then(|| CHECKPOINT.to_owned());
    for name in derived.chain(evidence) {
        match disk.remove(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(refused(format!("remove {}", disk.place(&name)))(error));
            }
            _ => {}
        }
    }
    Ok(report)
}

/// Where the sound part ends and what comes after.
struct Found {
    damage: Option<Damage>,
    checkpoint_problem: Option<String>,
    /// The last segment with something sound in it.
    map: Option<SegmentMap>,
    /// Segments after it.
    later: Vec<FileInfo>,
    /// Sound records of the batch that is damaged: bytes of their frames, and how many.
    rescued: (Vec<u8>, u32),
    checkpoint_size: u64,
    /// The last record that is known to have been there.
    known_seq: u64,
    lost_bytes: u64,
}

fn find(disk: &RealDisk, chain: &Chain) -> Result<Found, RepairError> {
    let (checkpoint_size, checkpoint_problem) = match read_checkpoint(disk, chain) {
        Ok(read) => (read.map_or(0, |(_, stated)| stated.size), None),
        Err(LedgerError::Damaged { problem, .. }) => (0, Some(problem)),
        Err(error) => return Err(refused("read the checkpoint")(io::Error::other(error))),
    };
    let manifest = manifest::read(disk).map_err(refused("read the ledger's manifest"))?;
    let durable_seq = checkpoint_size.max(manifest.map_or(0, |manifest| manifest.size));
    let files = disk.list().map_err(refused("list the ledger's folder"))?;
    let segments = segments_of(&files);
    let mut found = Found {
        damage: None,
        checkpoint_problem,
        map: None,
        later: Vec::new(),
        rescued: (Vec::new(), 0),
        checkpoint_size,
        known_seq: durable_seq,
        lost_bytes: 0,
    };
    let known = found.known(chain);
    let mut expected = 1;
    for (at, (first_seq, info)) in segments.iter().enumerate() {
        let last = at + 1 == segments.len();
        let (map, ending) =
            walk(disk, (*first_seq, info, last), (expected, known), &mut |_| Ok(()))
                .map_err(refused(format!("read {}", disk.place(&info.name))))?;
        expected = map.next_seq;
        if let Ending::Damaged(damage) = ending {
            let missing = damage.seq < *first_seq;
            found.damage = Some(damage);
            let from = if missing { at } else { at + 1 };
            found.later = segments[from..].iter().map(|(_, info)| info.clone()).collect();
            if !missing {
                found.look_into(disk, info, &map).map_err(refused("read the damaged segment"))?;
                found.map = Some(map);
            }
            break;
        }
        found.map = Some(map);
    }
    found.look_at_later(disk).map_err(refused("read the segments after the damage"))?;
    if found.damage.is_none() && expected <= durable_seq {
        let problem = "the record is missing".to_owned();
        found.damage = Some(Damage { seq: expected, place: disk.place(""), problem });
    }
    Ok(found)
}

impl Found {
    fn known<'a>(&self, chain: &'a Chain) -> Known<'a> {
        Known {
            origin: chain.name(),
            durable_seq: self.known_seq,
            seq_max: u64::MAX,
            quirks: Quirks::default(),
        }
    }

    fn last_seq(&self) -> u64 {
        let before = self.map.as_ref().map_or(0, |map| map.next_seq - 1);
        before + u64::from(self.rescued.1)
    }

    fn report(&self) -> RepairReport {
        let last_seq = self.last_seq();
        let damage = self.damage.clone().map(|damage| LedgerError::from(damage).to_string());
        let problems = damage.into_iter().chain(self.checkpoint_problem.clone()).collect();
        let lost = self.damage.as_ref().map(|_| (last_seq + 1, self.known_seq.max(last_seq + 1)));
        RepairReport {
            copy: None,
            problems,
            last_seq,
            lost,
            lost_bytes: self.lost_bytes,
            checkpoint_removed: self.checkpoint_problem.is_some()
                || self.checkpoint_size > last_seq,
        }
    }

    /// Takes what is sound of the damaged batch, and looks for how far the segment went on.
    fn look_into(&mut self, disk: &RealDisk, info: &FileInfo, map: &SegmentMap) -> io::Result<()> {
        let file = disk.open(&info.name)?;
        let mut bytes = [0; BATCH_HEADER_LEN];
        file.read_at(&mut bytes, map.end)?;
        let header = BatchHeader::decode(&bytes, map.end);
        if let Some(header) = header.filter(|header| header.first_seq == map.next_seq) {
            let mut body = vec![0; header.bytes as usize];
            let have = file.read_at(&mut body, map.end + BATCH_HEADER_LEN as u64)?;
            body.truncate(have);
            let batch = FoundBatch { header, offset: map.end, body: &body };
            for (_, record) in batch.records(Quirks::default()).map_while(Result::ok) {
                self.rescued.1 += 1;
                let len = self.rescued.0.len() + record.frame_len;
                self.rescued.0 = body.get(..len).unwrap_or_default().to_vec();
            }
            self.known_seq = self.known_seq.max(header.next_seq().saturating_sub(1));
        }
        let end = segment::nonzero_end(&file, map.end)?;
        self.lost_bytes += (end - map.end).saturating_sub(self.rescued.0.len() as u64);
        let mut from = map.end;
        while let Some((at, later)) = find_later_batch(&file, from, map.next_seq)? {
            self.known_seq = self.known_seq.max(later.next_seq().saturating_sub(1));
            from = at + 1;
        }
        Ok(())
    }

    fn look_at_later(&mut self, disk: &RealDisk) -> io::Result<()> {
        for info in &self.later {
            let file = disk.open(&info.name)?;
            self.lost_bytes += segment::nonzero_end(&file, 0)?;
            let mut from = 0;
            while let Some((at, later)) = find_later_batch(&file, from, 0)? {
                self.known_seq = self.known_seq.max(later.next_seq().saturating_sub(1));
                from = at + 1;
            }
        }
        Ok(())
    }

    /// Removes later segments, and everything after the last sound record of this one.
    fn cut(&self, disk: &RealDisk) -> io::Result<()> {
        for info in self.later.iter().rev() {
            disk.remove(&info.name)?;
        }
        let Some(map) = &self.map else { return Ok(()) };
        let name = segment::name(map.first_seq);
        if map.next_seq == map.first_seq && self.rescued.1 == 0 {
            // Nothing in it is sound, perhaps not even its header.
            return disk.remove(&name);
        }
        let file = disk.open(&name)?;
        file.set_len(map.end)?;
        if self.rescued.1 > 0 {
            let header = BatchHeader {
                records: self.rescued.1,
                first_seq: map.next_seq,
                bytes: u32::try_from(self.rescued.0.len()).map_err(io::Error::other)?,
                crc: crc32fast::hash(&self.rescued.0),
            };
            let mut bytes = header.encode(map.end).to_vec();
            bytes.extend_from_slice(&self.rescued.0);
            file.write_at(&bytes, map.end)?;
        }
        file.sync_all()
    }
}

/// Copies a folder to a new one beside it.
fn copy_beside(dir: &Path) -> io::Result<PathBuf> {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1..=COPIES_MAX {
        let copy = dir.with_file_name(format!("{name}.damaged-{number}"));
        match fs::create_dir(&copy) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => return copy_into(dir, &copy).map(|()| copy),
        }
    }
    Err(io::Error::other("there are too many copies of damaged ledgers already"))
}

fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_into(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            fs::File::open(&target)?.sync_all()?;
        }
    }
    fs::File::open(to)?.sync_all()
}
