//! Opening a ledger: finding where it ends, and making sure of it.

use std::{io, path::Path, sync::Arc};

use conductor_engine::ports::{LedgerError, SignedCheckpoint};
use conductor_keys::{
    chain::Chain,
    merkle::{Frontier, leaf_hash},
    note::{Checkpoint, SigningKey},
    signing::{Ring, Sign},
};

use super::{
    CHECKPOINT, CHECKPOINT_BYTES_MAX, SEGMENT_BYTES,
    disk::{Disk, DiskFile, FileInfo, RealDisk, UNFINISHED},
    manifest::{self, Manifest, SegmentMap},
    quirks::Quirks,
    reader::{FilesReader, Shared},
    record::leaf,
    refused, segment,
    tiles::{NewHashes, Tiles},
    walk::{Damage, Ending, Known, segments_of, walk},
    writer::{Active, FilesLedger},
};

/// Records whose hashes are kept before they are written to the tiles.
const HASHES_WAITING_MAX: u64 = 4096;

/// How a ledger is to be used.
#[derive(Debug, Clone)]
pub struct LedgerOptions {
    /// The keys that sign and signed checkpoints; their name is the name of the log.
    pub(crate) ring: Arc<Ring>,
    /// The name of the log.
    pub(crate) origin: String,
    pub(crate) segment_bytes: u64,
    pub(crate) quirks: Quirks,
}

impl LedgerOptions {
    /// With this key, whose name is the origin of the log, and the usual segments.
    #[must_use]
    pub fn new(key: SigningKey) -> Self {
        Self::signed_by(Arc::new(key))
    }

    /// The same, with a key that may be elsewhere.
    #[must_use]
    pub fn signed_by(key: Arc<dyn Sign>) -> Self {
        Self::signed_in_turn(Arc::new(Ring::of(key)))
    }

    /// The same, with keys that take the place of one another.
    #[must_use]
    pub fn signed_in_turn(ring: Arc<Ring>) -> Self {
        let origin = ring.chain().name().to_owned();
        Self { ring, origin, segment_bytes: SEGMENT_BYTES, quirks: Quirks::default() }
    }

    /// With segments of another size, in bytes.
    #[must_use]
    pub fn segment_bytes(mut self, segment_bytes: u64) -> Self {
        self.segment_bytes = segment_bytes;
        self
    }

    /// With planted bugs.
    #[cfg(any(test, feature = "simulation"))]
    #[must_use]
    pub fn quirks(mut self, quirks: Quirks) -> Self {
        self.quirks = quirks;
        self
    }
}

/// Opens the ledger in a folder of this machine, which is created when it is not there. The
/// caller holds the folder's [`super::lock()`].
///
/// # Errors
/// [`LedgerError::Damaged`] when anything that was acknowledged is not as it was written.
pub fn open(
    dir: &Path,
    options: LedgerOptions,
) -> Result<(FilesLedger<RealDisk>, Arc<FilesReader<RealDisk>>), LedgerError> {
    let disk = RealDisk::new(dir)
        .map_err(refused(format!("create the ledger's folder {}", dir.display())))?;
    open_on(disk, options)
}

/// As [`open`], on any disk.
///
/// # Errors
/// [`LedgerError::Damaged`] when anything that was acknowledged is not as it was written.
pub fn open_on<D: Disk>(
    disk: D,
    options: LedgerOptions,
) -> Result<(FilesLedger<D>, Arc<FilesReader<D>>), LedgerError> {
    let opening = Opening::begin(&disk, &options)?;
    let found = match opening.read_from_manifest()? {
        Some(found) => found,
        None => opening.read_all(Vec::new())?,
    };
    opening.check_against_checkpoint(&found)?;
    let active = opening.secure_tail(&found).map_err(refused("secure the end of the ledger"))?;
    let Opening { tiles, checkpoint, .. } = opening;
    tiles.cut(found.frontier.size()).map_err(refused("cut the ledger's tiles"))?;
    let shared = Arc::new(Shared::new(&options, disk, (tiles.keeping(), found.maps), checkpoint));
    let reader = Arc::new(FilesReader::new(Arc::clone(&shared)));
    Ok((FilesLedger::new(options, shared, found.frontier, active), reader))
}

/// What reading the segments gave.
struct Found {
    maps: Vec<SegmentMap>,
    frontier: Frontier,
    /// A batch to cut off, in the last segment.
    torn: bool,
    /// Offset and length of the last batch, in the last segment.
    last_batch: Option<(u64, usize)>,
}

struct Opening<'a, D: Disk> {
    disk: &'a D,
    options: &'a LedgerOptions,
    segments: Vec<(u64, FileInfo)>,
    tiles: Tiles<D::File>,
    checkpoint: Option<(SignedCheckpoint, Checkpoint)>,
    manifest: Option<Manifest>,
}

impl<'a, D: Disk> Opening<'a, D> {
    fn begin(disk: &'a D, options: &'a LedgerOptions) -> Result<Self, LedgerError> {
        let files = disk.list().map_err(refused("list the ledger's folder"))?;
        for file in files.iter().filter(|file| file.name.ends_with(UNFINISHED)) {
            disk.remove(&file.name).map_err(refused("remove an unfinished file"))?;
        }
        let checkpoint = read_checkpoint(disk, &options.ring.chain())?;
        let mut segments = segments_of(&files);
        if segments.is_empty() {
            if let Some((_, stated)) = &checkpoint {
                return Err(gone(disk, stated).into());
            }
            begin_segment(disk, options, 1, 0).map_err(refused("begin the ledger"))?;
            segments = segments_of(&disk.list().map_err(refused("list the ledger's folder"))?);
        }
        let manifest = manifest::read(disk)
            .map_err(refused("read the ledger's manifest"))?
            .filter(|manifest| manifest.origin == options.origin);
        let tiles = Tiles::open(disk, true).map_err(refused("open the ledger's tiles"))?;
        Ok(Self { disk, options, segments, tiles, checkpoint, manifest })
    }

    /// Reads only what the manifest does not vouch for; nothing when it can't be relied on.
    fn read_from_manifest(&self) -> Result<Option<Found>, LedgerError> {
        let Some(manifest) = &self.manifest else { return Ok(None) };
        let trusted = self.trusted(manifest);
        let sound = self.tiles.cover(manifest.size).map_err(refused("read the ledger's tiles"))?
            && self.tiles.root(manifest.size).map_err(refused("read the ledger's tiles"))?
                == manifest.root;
        if trusted.is_empty() || !sound {
            return Ok(None);
        }
        let found = self.read_all(trusted)?;
        // The hashes that were relied on lead to the same root as the records that were read.
        let size = manifest.size;
        let agrees = found.frontier.size() >= size
            && self.tiles.root(size).map_err(refused("read the ledger's tiles"))? == manifest.root
            && self.agrees_with_checkpoint()?;
        Ok(agrees.then_some(found))
    }

    /// Segments that are as the manifest says, from the first on; never the last.
    fn trusted(&self, manifest: &Manifest) -> Vec<SegmentMap> {
        let mut expected = 1;
        let sealed = self.segments.iter().zip(self.segments.iter().skip(1));
        sealed
            .zip(&manifest.segments)
            .take_while(|(((first_seq, info), (next, _)), map)| {
                let same = map.first_seq == *first_seq
                    && *first_seq == expected
                    && map.next_seq == *next
                    && (map.len, map.modified_ns) == (info.len, info.modified_ns)
                    && map.end == info.len;
                expected = map.next_seq;
                same
            })
            .map(|(_, map)| map.clone())
            .collect()
    }

    fn read_all(&self, mut maps: Vec<SegmentMap>) -> Result<Found, LedgerError> {
        let durable_seq = self
            .checkpoint
            .as_ref()
            .map_or(0, |(_, stated)| stated.size)
            .max(self.manifest.as_ref().map_or(0, |manifest| manifest.size));
        let known = Known {
            origin: &self.options.origin,
            durable_seq,
            seq_max: u64::MAX,
            quirks: self.options.quirks,
        };
        let mut expected = maps.last().map_or(1, |map| map.next_seq);
        let size = expected - 1;
        let mut frontier = self.tiles.frontier(size).map_err(refused("read the ledger's tiles"))?;
        let mut new = NewHashes::after(size);
        let (mut torn, mut last_batch) = (false, None);
        for (at, (first_seq, info)) in self.segments.iter().enumerate().skip(maps.len()) {
            let last = at + 1 == self.segments.len();
            last_batch = None;
            let walked =
                walk(self.disk, (*first_seq, info, last), (expected, known), &mut |batch| {
                    last_batch = Some((batch.offset, batch.header.end(batch.offset)));
                    for record in batch.records(known.quirks).flatten() {
                        let leaf = leaf_hash(&leaf(record.1.body));
                        new.append(&mut frontier, leaf);
                    }
                    if frontier.size() >= new.start() + HASHES_WAITING_MAX {
                        self.tiles.write(&new)?;
                        new = NewHashes::after(frontier.size());
                    }
                    Ok(())
                });
            let (map, ending) =
                walked.map_err(refused(format!("read {}", self.disk.place(&info.name))))?;
            torn = match ending {
                Ending::Sound => false,
                Ending::Torn(bad) => {
                    tracing::warn!(
                        record = bad.first_seq,
                        offset = bad.offset,
                        problem = bad.problem,
                        "cut off a batch that was never acknowledged"
                    );
                    true
                }
                Ending::Damaged(damage) => return Err(damage.into()),
            };
            expected = map.next_seq;
            maps.push(map);
        }
        self.tiles.write(&new).map_err(refused("write the ledger's tiles"))?;
        let last_batch =
            last_batch.and_then(|(start, end)| Some((start, usize::try_from(end - start).ok()?)));
        Ok(Found { maps, frontier, torn, last_batch })
    }

    fn agrees_with_checkpoint(&self) -> Result<bool, LedgerError> {
        let Some((_, stated)) = &self.checkpoint else { return Ok(true) };
        let covered = self.tiles.cover(stated.size).map_err(refused("read the ledger's tiles"))?;
        let root = |()| self.tiles.root(stated.size).map_err(refused("read the ledger's tiles"));
        Ok(covered && root(())? == stated.root)
    }

    fn check_against_checkpoint(&self, found: &Found) -> Result<(), LedgerError> {
        let Some((_, stated)) = &self.checkpoint else { return Ok(()) };
        let size = found.frontier.size();
        if stated.size > size {
            return Err(gone(self.disk, &Checkpoint { size, ..stated.clone() }).into());
        }
        if self.agrees_with_checkpoint()? {
            return Ok(());
        }
        let problem = format!(
            "the records up to this one do not lead to the root that the checkpoint states for {} records",
            stated.size
        );
        Err(Damage { seq: stated.size, place: self.disk.place(CHECKPOINT), problem }.into())
    }

    /// Makes sure of the end. After a clean stop there is nothing to do. Otherwise the last batch
    /// is written again and what comes after it is cut off, so that a new segment begins: a sync
    /// that failed may have left either in memory only, where reading it back proves nothing.
    fn secure_tail(&self, found: &Found) -> io::Result<Active<D::File>> {
        let map = found.maps.last().ok_or(io::ErrorKind::NotFound)?;
        let file = self.disk.open(&segment::name(map.first_seq))?;
        let clean = self.manifest.as_ref().is_some_and(|manifest| {
            manifest.size == found.frontier.size()
                && manifest
                    .segments
                    .last()
                    .is_some_and(|last| (last.len, last.modified_ns) == (map.len, map.modified_ns))
        });
        let mut end = map.end;
        if found.torn && !self.options.quirks.cuts_torn_tail() {
            end = segment::nonzero_end(&file, end)?;
        } else if !clean {
            if let Some((offset, len)) = found.last_batch {
                let mut bytes = vec![0; len];
                file.read_at(&mut bytes, offset)?;
                file.write_at(&bytes, offset)?;
            }
            file.set_len(end)?;
            file.sync()?;
        }
        let capacity = file.len()?;
        Ok(Active { file, end, capacity, blank_until: end })
    }
}

fn gone<D: Disk>(disk: &D, stated: &Checkpoint) -> Damage {
    let problem = "the checkpoint covers this record and it is not there".to_owned();
    Damage { seq: stated.size + 1, place: disk.place(CHECKPOINT), problem }
}

/// Creates a segment that begins with `first_seq` and has room for `bytes` of batches.
pub(crate) fn begin_segment<D: Disk>(
    disk: &D,
    options: &LedgerOptions,
    first_seq: u64,
    bytes: u64,
) -> io::Result<()> {
    let header = segment::header(first_seq, &options.origin)?;
    let len = options.segment_bytes.max(segment::HEADER_LEN + bytes);
    disk.publish(&segment::name(first_seq), &header, len)
}

/// The newest checkpoint, verified by the key of its time.
pub(crate) fn read_checkpoint<D: Disk>(
    disk: &D,
    chain: &Chain,
) -> Result<Option<(SignedCheckpoint, Checkpoint)>, LedgerError> {
    let attempt = || format!("read {}", disk.place(CHECKPOINT));
    let Some(bytes) =
        manifest::read_file(disk, CHECKPOINT, CHECKPOINT_BYTES_MAX).map_err(refused(attempt()))?
    else {
        return Ok(None);
    };
    let damage = |problem: String| Damage { seq: 0, place: disk.place(CHECKPOINT), problem };
    let note =
        String::from_utf8(bytes).map_err(|_| damage("the checkpoint is not text".to_owned()))?;
    let stated = chain.verify_checkpoint(&note).map_err(|error| damage(error.to_string()))?;
    let verifier_key = chain.at(stated.size).to_string();
    let signed = SignedCheckpoint { note, size: stated.size, root: stated.root, verifier_key };
    Ok(Some((signed, stated)))
}
