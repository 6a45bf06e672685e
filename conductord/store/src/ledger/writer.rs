//! The writer's side: append with one sync, checkpoint, close.

use std::{io, sync::Arc};

use conductor_engine::ports::{CheckpointJob, Ledger, LedgerError, RecordDraft, SignedCheckpoint};
use conductor_keys::{
    merkle::{Frontier, leaf_hash},
    signing::SignError,
};

use super::{
    BATCH_BYTES_MAX,
    disk::{Disk, DiskFile},
    manifest::{self, Manifest, SegmentMap},
    open::{LedgerOptions, begin_segment},
    reader::Shared,
    record::{BATCH_HEADER_LEN, BatchHeader, OverBound, encode, leaf},
    refused,
    segment::{self, HEADER_LEN},
    tiles::NewHashes,
};

/// Zeros that are written ahead of the log. Overwriting them later changes no block map of the
/// file system, which makes a sync cheaper than one over space that was only reserved.
const BLANK_AHEAD_BYTES: u64 = 1024 * 1024;

/// The segment that is being written.
pub(crate) struct Active<F> {
    pub(crate) file: F,
    /// Where the next batch goes.
    pub(crate) end: u64,
    /// Length of the file.
    pub(crate) capacity: u64,
    /// Zeros were written up to here.
    pub(crate) blank_until: u64,
}

/// The one writer of a ledger.
pub struct FilesLedger<D: Disk> {
    options: LedgerOptions,
    shared: Arc<Shared<D>>,
    frontier: Frontier,
    active: Active<D::File>,
    buffer: Vec<u8>,
    poisoned: bool,
}

impl<D: Disk> std::fmt::Debug for FilesLedger<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilesLedger")
            .field("last_seq", &self.frontier.size())
            .finish_non_exhaustive()
    }
}

impl<D: Disk> FilesLedger<D> {
    pub(crate) fn new(
        options: LedgerOptions,
        shared: Arc<Shared<D>>,
        frontier: Frontier,
        active: Active<D::File>,
    ) -> Self {
        Self { options, shared, frontier, active, buffer: Vec::new(), poisoned: false }
    }

    fn write_manifest(&self) -> io::Result<()> {
        let files = self.shared.disk.list()?;
        let mut segments: Vec<SegmentMap> = self.shared.segments().clone();
        for map in &mut segments {
            let name = segment::name(map.first_seq);
            if let Some(info) = files.iter().find(|info| info.name == name) {
                (map.len, map.modified_ns) = (info.len, info.modified_ns);
            }
        }
        let (size, root) = (self.frontier.size(), self.frontier.root());
        let origin = self.options.origin.clone();
        manifest::write(&self.shared.disk, &Manifest { origin, size, root, segments })
    }

    /// Puts header and records of a batch into the buffer, and their hashes aside.
    fn encode_batch(&mut self, batch: &[RecordDraft]) -> Result<(Frontier, NewHashes), OverBound> {
        let mut frontier = self.frontier.clone();
        let mut new = NewHashes::after(frontier.size());
        self.buffer.clear();
        self.buffer.resize(BATCH_HEADER_LEN, 0);
        for (seq, draft) in (frontier.size() + 1..).zip(batch) {
            let body = encode(seq, draft, &mut self.buffer)?;
            new.append(&mut frontier, leaf_hash(&leaf(&self.buffer[body])));
            if self.buffer.len() > BATCH_BYTES_MAX {
                return Err(OverBound { bytes: self.buffer.len(), bytes_max: BATCH_BYTES_MAX });
            }
        }
        Ok((frontier, new))
    }

    /// Writes the buffered batch at the end of a segment with room for it, and syncs.
    fn write_batch(&mut self, records: u32, new: &NewHashes) -> io::Result<()> {
        let bytes = self.buffer.len() as u64;
        if self.active.end + bytes > self.active.capacity {
            self.next_segment(bytes)?;
        }
        let active = &mut self.active;
        let body = self.buffer.get(BATCH_HEADER_LEN..).unwrap_or_default();
        let header = BatchHeader {
            records,
            first_seq: self.frontier.size() + 1,
            bytes: u32::try_from(body.len()).map_err(io::Error::other)?,
            crc: crc32fast::hash(body),
        };
        self.buffer[..BATCH_HEADER_LEN].copy_from_slice(&header.encode(active.end));
        let end = active.end + bytes;
        if end > active.blank_until {
            active.blank_until = (end + BLANK_AHEAD_BYTES).min(active.capacity);
            let len = usize::try_from(active.blank_until - active.end).map_err(io::Error::other)?;
            self.buffer.resize(len, 0);
        }
        let quirks = self.options.quirks;
        if !quirks.syncs_first() {
            sync(&active.file, quirks.minds_sync_errors())?;
        }
        active.file.write_at(&self.buffer, active.end)?;
        self.shared.tiles.write(new)?;
        if quirks.syncs_first() {
            sync(&active.file, quirks.minds_sync_errors())?;
        }
        self.shared.note_batch(records, active.end, end);
        active.end = end;
        Ok(())
    }

    /// Cuts the segment to what is in it, and begins the next.
    fn next_segment(&mut self, bytes: u64) -> io::Result<()> {
        self.active.file.set_len(self.active.end)?;
        self.active.file.sync()?;
        let first_seq = self.frontier.size() + 1;
        begin_segment(&self.shared.disk, &self.options, first_seq, bytes)?;
        let file = self.shared.disk.open(&segment::name(first_seq))?;
        let capacity = file.len()?;
        self.shared.note_segment(SegmentMap::new(first_seq, HEADER_LEN, capacity));
        self.active = Active { file, end: HEADER_LEN, capacity, blank_until: HEADER_LEN };
        Ok(())
    }
}

fn sync<F: DiskFile>(file: &F, minds_errors: bool) -> io::Result<()> {
    match file.sync() {
        Err(error) if minds_errors => Err(error),
        _ => Ok(()),
    }
}

impl<D: Disk> Ledger for FilesLedger<D> {
    fn last_seq(&self) -> u64 {
        self.frontier.size()
    }

    fn append(&mut self, batch: &[RecordDraft]) -> Result<(), LedgerError> {
        if self.poisoned {
            return Err(LedgerError::Poisoned);
        }
        if batch.is_empty() {
            return Ok(());
        }
        // Poisoned until the batch is durable: an early return in between can't be forgotten.
        self.poisoned = true;
        let (frontier, new) = self
            .encode_batch(batch)
            .map_err(|OverBound { bytes, bytes_max }| LedgerError::TooLarge { bytes, bytes_max })?;
        let records = u32::try_from(batch.len()).map_err(|_| LedgerError::TooLarge {
            bytes: self.buffer.len(),
            bytes_max: BATCH_BYTES_MAX,
        })?;
        let last = frontier.size();
        self.write_batch(records, &new)
            .map_err(refused(format!("append the records up to {last} to the ledger")))?;
        self.frontier = frontier;
        self.shared.publish(last);
        self.poisoned = false;
        Ok(())
    }

    fn close(mut self: Box<Self>) -> Result<(), LedgerError> {
        let size = self.frontier.size();
        if size > 0 && self.shared.checkpoint_size() < size {
            match self.checkpoint() {
                // Everything is durable; the next start signs what is not signed yet.
                Err(error @ (LedgerError::Unsigned(_) | LedgerError::HandingOver)) => {
                    tracing::warn!(problem = %error, "stopped without a last checkpoint");
                }
                signed => drop(signed?),
            }
        } else if self.poisoned {
            return Err(LedgerError::Poisoned);
        }
        self.shared.tiles.sync().map_err(refused("sync the ledger's tiles"))?;
        self.write_manifest().map_err(refused("keep the ledger's manifest"))
    }

    fn checkpoint(&mut self) -> Result<SignedCheckpoint, LedgerError> {
        self.checkpoint_later()?()
    }

    fn checkpoint_later(&mut self) -> Result<CheckpointJob, LedgerError> {
        if self.poisoned {
            return Err(LedgerError::Poisoned);
        }
        let (size, root) = (self.frontier.size(), self.frontier.root());
        // The hashes are durable before anything that states their root.
        self.shared.tiles.sync().map_err(refused("sync the ledger's tiles"))?;
        let (shared, ring) = (Arc::clone(&self.shared), Arc::clone(&self.options.ring));
        Ok(Box::new(move || {
            let note = ring.sign_checkpoint(size, &root);
            let note = note.map_err(|error| match error {
                SignError::HandingOver => LedgerError::HandingOver,
                error => LedgerError::Unsigned(error.to_string()),
            })?;
            let verifier_key = ring.chain().at(size).to_string();
            let signed = SignedCheckpoint { note, size, root, verifier_key };
            shared.keep_checkpoint(&signed).map_err(refused("keep a checkpoint"))?;
            ring.signed(size);
            Ok(signed)
        }))
    }
}
