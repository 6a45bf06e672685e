//! The readers' side: records by number, proofs, the newest checkpoint. Shared by many threads.

use std::{
    io,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use conductor_engine::ports::{
    ConsistencyProof, InclusionProof, LedgerError, LedgerReader, Record, SignedCheckpoint,
    VerifyReport,
};
use conductor_keys::{
    merkle::{Hash, TILE_WIDTH},
    note::Checkpoint,
    proof::{self, HashSource as _, ProveError},
    signing::Ring,
    tile::push_entry,
};

use super::{
    CHECKPOINT,
    disk::Disk,
    manifest::SegmentMap,
    open::LedgerOptions,
    quirks::Quirks,
    record::{BATCH_HEADER_LEN, BatchHeader, LEAF_BYTES_MAX, leaf_of},
    refused,
    segment::{self, FoundBatch, HEADER_LEN, Window, check_batch},
    tiles::{LEVELS, Tiles, level_size},
    verify,
    walk::{Damage, Known},
};

/// Bytes of payload that are read at once for a bundle of entries.
const BUNDLE_READ_BYTES: usize = 4 * 1024 * 1024;

/// What writer and readers have in common.
pub(crate) struct Shared<D: Disk> {
    pub(crate) disk: D,
    pub(crate) tiles: Tiles<D::File>,
    ring: Arc<Ring>,
    origin: String,
    quirks: Quirks,
    maps: RwLock<Vec<SegmentMap>>,
    last_seq: AtomicU64,
    checkpoint: RwLock<Option<SignedCheckpoint>>,
}

impl<D: Disk> Shared<D> {
    pub(crate) fn new(
        options: &LedgerOptions,
        disk: D,
        (tiles, maps): (Tiles<D::File>, Vec<SegmentMap>),
        checkpoint: Option<(SignedCheckpoint, Checkpoint)>,
    ) -> Self {
        let last_seq = AtomicU64::new(maps.last().map_or(0, |map| map.next_seq - 1));
        Self {
            disk,
            tiles,
            ring: Arc::clone(&options.ring),
            origin: options.origin.clone(),
            quirks: options.quirks,
            maps: RwLock::new(maps),
            last_seq,
            checkpoint: RwLock::new(checkpoint.map(|(signed, _)| signed)),
        }
    }

    pub(crate) fn segments(&self) -> RwLockReadGuard<'_, Vec<SegmentMap>> {
        // A map is whole at every moment, so that a panic elsewhere leaves nothing to distrust.
        self.maps.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_batch(&self, records: u32, offset: u64, end: u64) {
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(map) = maps.last_mut() {
            map.push(records, offset, end);
        }
    }

    pub(crate) fn note_segment(&self, map: SegmentMap) {
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        // An empty segment is replaced by the one that begins with the same record.
        maps.retain(|before| before.first_seq < map.first_seq);
        maps.push(map);
    }

    /// Keeps a checkpoint that is newer than the newest.
    pub(crate) fn keep_checkpoint(&self, signed: &SignedCheckpoint) -> io::Result<()> {
        let mut newest = self.checkpoint.write().unwrap_or_else(PoisonError::into_inner);
        if newest.as_ref().is_some_and(|newest| newest.size > signed.size) {
            return Ok(());
        }
        self.disk.publish(CHECKPOINT, signed.note.as_bytes(), signed.note.len() as u64)?;
        *newest = Some(signed.clone());
        drop(newest);
        Ok(())
    }

    pub(crate) fn checkpoint_size(&self) -> u64 {
        let checkpoint = self.checkpoint.read().unwrap_or_else(PoisonError::into_inner);
        checkpoint.as_ref().map_or(0, |signed| signed.size)
    }

    /// Lets readers see records up to this one.
    pub(crate) fn publish(&self, last_seq: u64) {
        self.last_seq.store(last_seq, Ordering::Release);
    }

    /// The segment that holds a record: its first record, and a batch at or before it.
    fn locate(&self, seq: u64) -> Option<(u64, (u64, u64))> {
        let maps = self.segments();
        let after = maps.partition_point(|map| map.first_seq <= seq);
        let found = maps.get(after.checked_sub(1)?);
        let found = found.map(|map| (map.first_seq, map.locate(seq, HEADER_LEN)));
        drop(maps);
        found
    }
}

/// Reads a ledger while its writer appends.
pub struct FilesReader<D: Disk> {
    shared: Arc<Shared<D>>,
}

impl<D: Disk> std::fmt::Debug for FilesReader<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilesReader").field("last_seq", &self.last_seq()).finish_non_exhaustive()
    }
}

/// Records that are being gathered for one answer.
struct Gathering {
    records: Vec<Record>,
    after_seq: u64,
    last_seq: u64,
    records_max: usize,
    bytes_left: usize,
    full: bool,
}

impl Gathering {
    fn next(&self) -> u64 {
        self.after_seq + self.records.len() as u64 + 1
    }

    fn wants_more(&self) -> bool {
        !self.full && self.next() <= self.last_seq && self.records.len() < self.records_max
    }

    fn take(&mut self, record: Record) {
        let bytes = record.payload.len();
        if !self.records.is_empty() && bytes > self.bytes_left {
            self.full = true;
            return;
        }
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
        self.records.push(record);
    }
}

impl<D: Disk> FilesReader<D> {
    pub(crate) const fn new(shared: Arc<Shared<D>>) -> Self {
        Self { shared }
    }

    /// Gathers from one segment, from the batch at `offset` on.
    fn read_segment(
        &self,
        first_seq: u64,
        (mut seq, mut offset): (u64, u64),
        gathering: &mut Gathering,
    ) -> Result<(), LedgerError> {
        let name = segment::name(first_seq);
        let place = self.shared.disk.place(&name);
        let attempt = || refused(format!("read {place}"));
        let damage = |offset: u64, seq: u64, problem: String| Damage {
            seq,
            place: format!("{place} at byte {offset}"),
            problem,
        };
        let file = self.shared.disk.open(&name).map_err(attempt())?;
        let mut window = Window::new(&file, gathering.bytes_left);
        while gathering.wants_more() {
            let bytes = window.get(offset, BATCH_HEADER_LEN).map_err(attempt())?;
            let header = match BatchHeader::decode(bytes, offset) {
                Some(header) if header.first_seq == seq => header,
                // A full segment ends here, and the next one begins with this record.
                None if bytes.is_empty() && seq > first_seq => return Ok(()),
                _ => {
                    let problem = "the batch's header is not what was written".to_owned();
                    return Err(damage(offset, seq, problem).into());
                }
            };
            if header.next_seq() > gathering.next() {
                let body_at = offset + BATCH_HEADER_LEN as u64;
                let body = window.get(body_at, header.bytes as usize).map_err(attempt())?;
                let batch = FoundBatch { header, offset, body };
                if let Some(bad) = check_batch(&batch, self.shared.quirks) {
                    return Err(damage(bad.wrong_at, bad.seq, bad.problem).into());
                }
                for found in batch.records(self.shared.quirks) {
                    let (_, record) = found.map_err(|(at, seq, why)| damage(at, seq, why))?;
                    if record.seq == gathering.next() && gathering.wants_more() {
                        gathering.take(record.to_record());
                    }
                }
            }
            (seq, offset) = (header.next_seq(), header.end(offset));
        }
        Ok(())
    }

    fn tree_size(&self, asked: u64) -> Result<u64, LedgerError> {
        let last_seq = self.last_seq();
        match asked {
            0 => Ok(last_seq),
            size if size <= last_seq => Ok(size),
            size => Err(out_of_range(&format!("a tree of {size} records"), last_seq)),
        }
    }

    fn tile_damage(&self, seq: u64, problem: &str) -> LedgerError {
        let place = self.shared.disk.place(super::tiles::FOLDER);
        Damage { seq, place, problem: problem.to_owned() }.into()
    }

    fn root(&self, size: u64) -> Result<Hash, LedgerError> {
        self.shared.tiles.root(size).map_err(refused("read the ledger's tiles"))
    }
}

/// The first hash of a tile, where the tree of this size has so many of them.
fn within(level: u8, (index, width): (u64, u16), size: u64) -> Option<u64> {
    let first = index.checked_mul(TILE_WIDTH).filter(|_| level < LEVELS)?;
    (first.checked_add(u64::from(width))? <= level_size(level, size)).then_some(first)
}

fn out_of_range(what: &str, last_seq: u64) -> LedgerError {
    let source = io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("the ledger ends with record {last_seq}"),
    );
    LedgerError::Io { attempt: format!("prove {what}"), source }
}

fn unproven(what: &str, error: ProveError<io::Error>, last_seq: u64) -> LedgerError {
    match error {
        ProveError::Source(source) => {
            LedgerError::Io { attempt: "read the ledger's tiles".to_owned(), source }
        }
        ProveError::OutOfRange { .. } => out_of_range(what, last_seq),
    }
}

impl<D: Disk> LedgerReader for FilesReader<D> {
    fn last_seq(&self) -> u64 {
        self.shared.last_seq.load(Ordering::Acquire)
    }

    fn read(
        &self,
        after_seq: u64,
        records_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<Record>, LedgerError> {
        let last_seq = self.last_seq();
        let (records, bytes_left, full) = (Vec::new(), bytes_max, after_seq >= last_seq);
        let mut gathering =
            Gathering { records, after_seq, last_seq, records_max, bytes_left, full };
        while gathering.wants_more() {
            let next = gathering.next();
            let Some((first_seq, from)) = self.shared.locate(next) else { break };
            self.read_segment(first_seq, from, &mut gathering)?;
            if gathering.next() == next && gathering.wants_more() {
                let place = self.shared.disk.place(&segment::name(first_seq));
                let problem = "the record is not in its segment".to_owned();
                return Err(Damage { seq: next, place, problem }.into());
            }
        }
        Ok(gathering.records)
    }

    fn latest_checkpoint(&self) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let checkpoint = self.shared.checkpoint.read().unwrap_or_else(PoisonError::into_inner);
        Ok(checkpoint.clone())
    }

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(first) = within(level, (index, width), self.last_seq()) else { return Ok(None) };
        let mut bytes = vec![0; usize::from(width) * 32];
        let whole = self.shared.tiles.read(level, first, &mut bytes);
        if whole.map_err(refused("read the ledger's tiles"))? {
            Ok(Some(bytes))
        } else {
            Err(self.tile_damage(first, "stored hashes are missing"))
        }
    }

    fn entries(&self, index: u64, width: u16) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(first) = within(0, (index, width), self.last_seq()) else { return Ok(None) };
        let (mut bundle, end) = (Vec::new(), first + u64::from(width));
        let mut after = first;
        while after < end {
            let left = usize::from(width).min(usize::try_from(end - after).unwrap_or(usize::MAX));
            for record in self.read(after, left, BUNDLE_READ_BYTES)? {
                let leaf = leaf_of(&record)
                    .map_err(|bytes| LedgerError::TooLarge { bytes, bytes_max: LEAF_BYTES_MAX })?;
                if !push_entry(&mut bundle, &leaf) {
                    let (bytes, bytes_max) = (leaf.len(), LEAF_BYTES_MAX);
                    return Err(LedgerError::TooLarge { bytes, bytes_max });
                }
                after = record.seq;
            }
        }
        Ok(Some(bundle))
    }

    fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<VerifyReport, LedgerError> {
        let known = Known {
            origin: &self.shared.origin,
            durable_seq: self.last_seq(),
            seq_max: self.last_seq(),
            quirks: self.shared.quirks,
        };
        verify::verify(&self.shared.disk, &self.shared.ring.chain(), known, progress)
            .map(|verified| verified.report)
    }

    fn inclusion_proof(&self, seq: u64, tree_size: u64) -> Result<InclusionProof, LedgerError> {
        let last_seq = self.last_seq();
        let tree_size = self.tree_size(tree_size)?;
        let what = format!("record {seq} in a tree of {tree_size} records");
        let index = seq.checked_sub(1).filter(|index| *index < tree_size);
        let index = index.ok_or_else(|| out_of_range(&what, last_seq))?;
        let tiles = &self.shared.tiles;
        let leaf = tiles.hash(0, index).map_err(refused("read the ledger's tiles"))?;
        let root = self.root(tree_size)?;
        let path = proof::prove_inclusion(index, tree_size, tiles)
            .map_err(|error| unproven(&what, error, last_seq))?;
        // Hashes come from the disk: a proof that doesn't hold is not given out.
        proof::check_inclusion(&path, (tree_size, &root), (index, &leaf))
            .map_err(|_| self.tile_damage(seq, "the stored hashes do not agree"))?;
        Ok(InclusionProof { index, tree_size, leaf, root, path })
    }

    fn consistency_proof(
        &self,
        old_size: u64,
        new_size: u64,
    ) -> Result<ConsistencyProof, LedgerError> {
        let last_seq = self.last_seq();
        let new_size = self.tree_size(new_size)?;
        let what = format!("that {old_size} records are a beginning of {new_size}");
        let path = proof::prove_consistency(old_size, new_size, &self.shared.tiles)
            .map_err(|error| unproven(&what, error, last_seq))?;
        let (old_root, new_root) = (self.root(old_size)?, self.root(new_size)?);
        proof::check_consistency(&path, (old_size, &old_root), (new_size, &new_root))
            .map_err(|_| self.tile_damage(old_size, "the stored hashes do not agree"))?;
        Ok(ConsistencyProof { old_size, new_size, path })
    }
}
