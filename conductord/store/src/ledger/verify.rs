//! Reading and hashing everything again.

use std::{collections::BTreeMap, io, path::Path};

use conductor_engine::ports::{LedgerError, VerifyReport};
use conductor_keys::{
    chain::Chain,
    merkle::{Frontier, Hash, leaf_hash},
};

use super::{
    disk::{Disk, RealDisk},
    manifest,
    open::read_checkpoint,
    quirks::Quirks,
    record::leaf,
    refused,
    tiles::{NewHashes, Tiles, file_name},
    walk::{Damage, Ending, Known, segments_of, walk},
};

/// Records between two calls of `progress`, about.
const PROGRESS_STEP: u64 = 8192;

/// Verifies the ledger in a folder that no daemon uses. Changes nothing.
///
/// # Errors
/// [`LedgerError::Io`] when the disk refuses; damage is in the report.
pub fn verify_dir(
    dir: &Path,
    chain: &Chain,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<VerifyReport, LedgerError> {
    let disk = RealDisk::existing(dir);
    let manifest = manifest::read(&disk).map_err(refused("read the ledger's manifest"))?;
    let known = Known {
        origin: chain.name(),
        durable_seq: manifest.map_or(0, |manifest| manifest.size),
        seq_max: u64::MAX,
        quirks: Quirks::default(),
    };
    verify(&disk, chain, known, progress).map(|verified| verified.report)
}

/// What a verification found.
pub(crate) struct Verified {
    pub(crate) report: VerifyReport,
    /// Whether the records lead to the root that the checkpoint states.
    pub(crate) agrees: bool,
}

/// Verifies what is `known` of a ledger.
pub(crate) fn verify<D: Disk>(
    disk: &D,
    chain: &Chain,
    mut known: Known<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Verified, LedgerError> {
    let checkpoint = match read_checkpoint(disk, chain) {
        Err(LedgerError::Damaged { place, problem, .. }) => Err(format!("{place}: {problem}")),
        read => Ok(read?.map(|(_, stated)| stated)),
    };
    let stated = checkpoint.as_ref().ok().and_then(Option::as_ref);
    let stated = stated.map(|stated| (stated.size, stated.root));
    known.durable_seq = known.durable_seq.max(stated.map_or(0, |(size, _)| size));
    let mut hashing = Hashing {
        frontier: Frontier::default(),
        tiles: Tiles::open(disk, false).ok(),
        wrong_tile: None,
        stated,
        root_then: None,
        sealed: BTreeMap::new(),
        progress,
        total: known.durable_seq,
    };
    let damage = hashing.read(disk, known)?;
    hashing.tell_progress();
    let problem = match (damage, checkpoint) {
        (Some(damage), _) => Some(LedgerError::from(damage).to_string()),
        (None, Err(problem)) => Some(problem),
        (None, Ok(_)) => hashing.problem(),
    };
    let (records, root) = (hashing.frontier.size(), hashing.frontier.root());
    let agrees = hashing.agrees();
    let sealed = hashing.sealed;
    Ok(Verified { report: VerifyReport { records, root, sealed, problem }, agrees })
}

fn count(sealed: &mut BTreeMap<String, u64>, key_id: &str) {
    match sealed.get_mut(key_id) {
        Some(records) => *records += 1,
        None if key_id.is_empty() => {}
        None => drop(sealed.insert(key_id.to_owned(), 1)),
    }
}

struct Hashing<'a, F> {
    frontier: Frontier,
    tiles: Option<Tiles<F>>,
    /// Tile level and first record of what was stored otherwise.
    wrong_tile: Option<(u8, u64)>,
    /// Size and root that the checkpoint states.
    stated: Option<(u64, Hash)>,
    /// Root when the tree had that size.
    root_then: Option<Hash>,
    /// Records by the keys that they are sealed with.
    sealed: BTreeMap<String, u64>,
    progress: &'a mut dyn FnMut(u64, u64),
    total: u64,
}

impl<F: super::disk::DiskFile> Hashing<'_, F> {
    fn read<D: Disk<File = F>>(
        &mut self,
        disk: &D,
        known: Known<'_>,
    ) -> Result<Option<Damage>, LedgerError> {
        let files = disk.list().map_err(refused("list the ledger's folder"))?;
        let segments = segments_of(&files);
        let mut expected = 1;
        for (at, (first_seq, info)) in segments.iter().enumerate() {
            if *first_seq > known.seq_max {
                break;
            }
            let last = at + 1 == segments.len();
            let (map, ending) =
                walk(disk, (*first_seq, info, last), (expected, known), &mut |batch| {
                    let mut new = NewHashes::after(self.frontier.size());
                    for (_, record) in batch.records(known.quirks).flatten() {
                        new.append(&mut self.frontier, leaf_hash(&leaf(record.body)));
                        count(&mut self.sealed, record.key_id);
                        if self.stated.is_some_and(|(size, _)| size == self.frontier.size()) {
                            self.root_then = Some(self.frontier.root());
                        }
                    }
                    self.compare(&new)
                })
                .map_err(refused(format!("read {}", disk.place(&info.name))))?;
            if let Ending::Damaged(damage) = ending {
                return Ok(Some(damage));
            }
            expected = map.next_seq;
        }
        if expected <= known.durable_seq {
            let problem = "the record is missing".to_owned();
            return Ok(Some(Damage { seq: expected, place: disk.place(""), problem }));
        }
        Ok(None)
    }

    /// Compares new hashes with what is stored of them.
    fn compare(&mut self, new: &NewHashes) -> io::Result<()> {
        for (level, (index, computed)) in (0_u8..).zip(&new.levels) {
            let Some(tiles) = self.tiles.as_ref().filter(|_| self.wrong_tile.is_none()) else {
                break;
            };
            let mut stored = vec![0; computed.len()];
            let complete = computed.is_empty() || tiles.read(level, *index, &mut stored)?;
            if !complete || stored != *computed {
                let same = stored.chunks(32).zip(computed.chunks(32));
                let at = same.take_while(|(stored, computed)| stored == computed).count() as u64;
                self.wrong_tile = Some((level, ((index + at) << (8 * level)) + 1));
            }
        }
        let done = self.frontier.size();
        if done / PROGRESS_STEP != new.start() / PROGRESS_STEP {
            (self.progress)(done, self.total.max(done));
        }
        Ok(())
    }

    fn tell_progress(&mut self) {
        let size = self.frontier.size();
        (self.progress)(size, self.total.max(size));
    }

    fn agrees(&self) -> bool {
        self.stated.is_none_or(|(size, root)| self.root_then == Some(root) || size == 0)
    }

    /// What is wrong when every record reads well.
    fn problem(&self) -> Option<String> {
        match (self.agrees(), self.wrong_tile, &self.tiles) {
            (true, None, Some(_)) => None,
            (true, None, None) => Some(
                "the stored hashes are missing; `conductord ledger repair` makes them again"
                    .to_owned(),
            ),
            (true, Some((level, seq)), _) => Some(format!(
                "the stored hash of record {seq} in {} is not what was written; the records are sound, and `conductord ledger repair` makes the hashes again",
                file_name(level)
            )),
            (false, Some((_, seq)), _) => Some(format!(
                "ledger record {seq} was changed together with its checksum: it leads to another hash than the stored one, and to another root than the checkpoint's"
            )),
            (false, None, _) => {
                let size = self.stated.map_or(0, |(size, _)| size);
                Some(format!(
                    "the records up to {size} and their stored hashes were changed: they lead to another root than the checkpoint's"
                ))
            }
        }
    }
}
