//! A log in a folder, in the layout of C2SP tlog-tiles: read and hashed again without any daemon.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use conductor_keys::{
    chain::Chain,
    cosignature::{WitnessKey, split_note},
    merkle::{Frontier, Hash, TILE_HEIGHT, TILE_WIDTH, leaf_hash, subtree_root},
    note::Checkpoint,
    proof::HashSource,
    tile::{TileKind, TilePath, entries_of, index_path, tiles_of},
};
use conductor_tui::whole;
use sha2::{Digest as _, Sha256};

use crate::cli::failure::Failure;

/// Name of the newest checkpoint.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// First byte of an entry that names what it holds by its digest.
const LONG: u8 = 2;

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    path: PathBuf,
}

/// What was found in a folder.
#[derive(Debug)]
pub(super) struct Verified {
    pub(super) checkpoint: Checkpoint,
    /// Whether the entries were there and hashed, or the hashes of them alone.
    pub(super) entries: bool,
    /// Witnesses whose cosignature holds.
    pub(super) witnesses: Vec<String>,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A file of it; none where it is not there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.place(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::local(format!("read {}", path.display()), error)),
        }
    }

    /// Writes a file, whole or not at all.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.place(name);
        whole::share(&path, bytes)
            .map_err(|error| Failure::local(format!("write {}", path.display()), error))
    }

    /// The newest checkpoint, believed only with a good signature by the key of its time.
    pub(super) fn checkpoint(
        &self,
        chain: &Chain,
    ) -> Result<Option<(String, Checkpoint)>, Failure> {
        let Some(bytes) = self.read(CHECKPOINT)? else { return Ok(None) };
        let place = self.place(CHECKPOINT);
        let wrong = |why: String| Failure::Damaged(format!("{}: {why}", place.display()));
        let note = String::from_utf8(bytes).map_err(|_| wrong("it is no text".into()))?;
        let stated = chain.verify_checkpoint(&note).map_err(|error| wrong(error.to_string()))?;
        Ok(Some((note, stated)))
    }

    /// The bytes of a tile, also where the folder has it whole and a part is asked for.
    pub(super) fn tile(&self, tile: TilePath, each: usize) -> Result<Option<Vec<u8>>, Failure> {
        if let Some(bytes) = self.read(&tile.to_string())? {
            return Ok(Some(bytes));
        }
        let Some(mut bytes) = self.read(&tile.full().to_string())? else { return Ok(None) };
        if each > 0 {
            bytes.truncate(usize::from(tile.width) * each);
        }
        Ok(Some(bytes))
    }

    /// Reads everything that a checkpoint covers and hashes it again.
    pub(super) fn verify(
        &self,
        (note, stated): (&str, &Checkpoint),
        witnesses: &[WitnessKey],
        progress: &mut dyn FnMut(u64, u64) -> Result<(), Failure>,
    ) -> Result<Verified, Failure> {
        let mut hashing = Hashing {
            folder: self,
            size: stated.size,
            tree: Frontier::default(),
            open: <_>::default(),
        };
        let entries = self.place("tile/entries").is_dir();
        for tile in tiles_of(TileKind::Entries, stated.size) {
            match entries {
                true => hashing.entries(tile)?,
                false => hashing.hashes(tile)?,
            }
            progress(hashing.tree.size(), stated.size)?;
        }
        if hashing.tree.root() != stated.root {
            let message =
                "the records lead to another root than the one that the checkpoint states";
            return Err(Failure::Damaged(message.into()));
        }
        let (text, lines) = split_note(note).unwrap_or_default();
        let found = witnesses.iter().filter_map(|witness| witness.find(text, lines));
        let witnesses = found.map(|cosignature| cosignature.witness).collect();
        Ok(Verified { checkpoint: stated.clone(), entries, witnesses })
    }
}

/// Hashes by tree level and index, from the tiles of the folder.
impl HashSource for Folder {
    type Error = Failure;

    fn hash(&self, level: u8, index: u64) -> Result<Hash, Failure> {
        let below = level % TILE_HEIGHT;
        let (kind, first) = (TileKind::Hashes(level / TILE_HEIGHT), index << below);
        // As much of the tile as is there: the widest one that begins so.
        let tile = TilePath { kind, index: first / TILE_WIDTH, width: 256 };
        let bytes = match self.read(&tile.to_string())? {
            Some(bytes) => bytes,
            None => self.widest(tile)?,
        };
        let (hashes, _) = bytes.as_chunks::<32>();
        let from = usize::try_from(first % TILE_WIDTH).unwrap_or(usize::MAX);
        let wanted = hashes.get(from..from.saturating_add(1 << below));
        let wanted = wanted.ok_or_else(|| missing(&self.place(&tile.to_string())))?;
        Ok(subtree_root(wanted.to_vec()))
    }
}

impl Folder {
    fn widest(&self, tile: TilePath) -> Result<Vec<u8>, Failure> {
        let parts = self.place(&format!("{tile}.p"));
        let widths = fs::read_dir(&parts).map_err(|_| missing(&self.place(&tile.to_string())))?;
        let names = widths.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let width: Option<u16> = names.max();
        let width = width.ok_or_else(|| missing(&parts))?;
        let part = TilePath { width, ..tile };
        self.read(&part.to_string())?.ok_or_else(|| missing(&parts))
    }
}

fn missing(path: &Path) -> Failure {
    Failure::Damaged(format!("{} is missing", path.display()))
}

struct Hashing<'a> {
    folder: &'a Folder,
    size: u64,
    tree: Frontier,
    /// The tile that is compared, by level: its index and bytes.
    open: BTreeMap<u8, (u64, Vec<u8>)>,
}

impl Hashing<'_> {
    fn entries(&mut self, tile: TilePath) -> Result<(), Failure> {
        let place = self.folder.place(&tile.to_string());
        let bundle = self.folder.tile(tile, 0)?.ok_or_else(|| missing(&place))?;
        let wrong = || Failure::Damaged(format!("{} is no bundle of entries", place.display()));
        let entries = entries_of(&bundle).ok_or_else(wrong)?;
        let entries = entries.get(..usize::from(tile.width)).ok_or_else(wrong)?;
        for entry in entries {
            if entry.first() == Some(&LONG) {
                self.payload(entry)?;
            }
            self.append(leaf_hash(entry))?;
        }
        Ok(())
    }

    /// Where there are no entries: the hashes of them.
    fn hashes(&mut self, tile: TilePath) -> Result<(), Failure> {
        let tile = TilePath { kind: TileKind::Hashes(0), ..tile };
        let place = self.folder.place(&tile.to_string());
        let bytes = self.folder.tile(tile, 32)?.ok_or_else(|| missing(&place))?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if hashes.len() != usize::from(tile.width) || !rest.is_empty() {
            return Err(Failure::Damaged(format!("{} is no tile of its width", place.display())));
        }
        hashes.iter().try_for_each(|hash| self.append(*hash))
    }

    /// What a long record holds, by the digest in its entry.
    fn payload(&self, entry: &[u8]) -> Result<(), Failure> {
        let name = payload_name(self.tree.size());
        let place = self.folder.place(&name);
        let bytes = self.folder.read(&name)?.ok_or_else(|| missing(&place))?;
        let same = long_digest(entry).is_some_and(|digest| digest == Sha256::digest(&bytes)[..]);
        if same {
            return Ok(());
        }
        Err(Failure::Damaged(format!("{} is not what its entry says", place.display())))
    }

    fn append(&mut self, leaf: Hash) -> Result<(), Failure> {
        let mut done = Vec::new();
        self.tree.append(leaf, |level, index, hash| {
            if level % TILE_HEIGHT == 0 {
                done.push((level / TILE_HEIGHT, index, *hash));
            }
        });
        done.into_iter().try_for_each(|(level, index, hash)| self.compare(level, index, hash))
    }

    /// Compares a hash with what a tile has in its place.
    fn compare(&mut self, level: u8, index: u64, hash: Hash) -> Result<(), Failure> {
        let kind = TileKind::Hashes(level);
        let of = index / TILE_WIDTH;
        let count = self.size >> (level * TILE_HEIGHT);
        let width = (count - of * TILE_WIDTH).min(TILE_WIDTH);
        let tile = TilePath { kind, index: of, width: u16::try_from(width).unwrap_or(256) };
        if self.open.get(&level).is_none_or(|(open, _)| *open != of) {
            let bytes = self.folder.tile(tile, 32)?;
            let bytes = bytes.ok_or_else(|| missing(&self.folder.place(&tile.to_string())))?;
            self.open.insert(level, (of, bytes));
        }
        let at = usize::try_from(index % TILE_WIDTH).unwrap_or(0) * 32;
        let stored = self.open.get(&level).and_then(|(_, bytes)| bytes.get(at..at + 32));
        if stored == Some(&hash[..]) {
            return Ok(());
        }
        let record = (index << (level * TILE_HEIGHT)) + 1;
        let place = self.folder.place(&tile.to_string());
        let message =
            format!("record {record}, or its hash in {}, is not what was written", place.display());
        Err(Failure::Damaged(message))
    }
}

/// Where the payload of a long record is, by its leaf.
pub(super) fn payload_name(index: u64) -> String {
    format!("payload/{}", index_path(index))
}

/// The digest in an entry that names what it holds by it.
pub(super) fn long_digest(entry: &[u8]) -> Option<Hash> {
    (entry.first() == Some(&LONG)).then(|| entry.last_chunk::<32>().copied()).flatten()
}

#[cfg(test)]
mod tests {
    use conductor_keys::{note::SigningKey, proof, tile::push_entry};

    use super::*;

    /// A folder with a log of so many entries.
    fn written(path: &Path, size: u64) -> (Folder, Chain) {
        let folder = Folder::new(path);
        let entry = |index: u64| {
            let mut entry = format!("{index}").into_bytes();
            if index == 3 {
                entry = [&[LONG][..], &Sha256::digest(b"long")].concat();
            }
            entry
        };
        let (mut tree, mut levels) = (Frontier::default(), BTreeMap::<u8, Vec<u8>>::new());
        for index in 0..size {
            tree.append(leaf_hash(&entry(index)), |level, _, hash| {
                if level % TILE_HEIGHT == 0 {
                    levels.entry(level / TILE_HEIGHT).or_default().extend_from_slice(hash);
                }
            });
        }
        for (level, bytes) in levels {
            for tile in tiles_of(TileKind::Hashes(level), size) {
                let from = usize::try_from(tile.start()).unwrap() * 32;
                let part = &bytes[from..from + usize::from(tile.width) * 32];
                folder.write(&tile.to_string(), part).unwrap();
            }
        }
        for tile in tiles_of(TileKind::Entries, size) {
            let mut bundle = Vec::new();
            for index in tile.start()..tile.start() + u64::from(tile.width) {
                assert!(push_entry(&mut bundle, &entry(index)));
            }
            folder.write(&tile.to_string(), &bundle).unwrap();
        }
        folder.write(&payload_name(3), b"long").unwrap();
        let key = SigningKey::from_seed("ldg", [1; 32]).unwrap();
        let note = key.sign_checkpoint(size, &tree.root()).unwrap();
        folder.write(CHECKPOINT, note.as_bytes()).unwrap();
        (folder, Chain::from(key.verifier()))
    }

    fn verify(folder: &Folder, key: &Chain) -> Result<Verified, Failure> {
        let (note, stated) = folder.checkpoint(key)?.unwrap();
        folder.verify((&note, &stated), &[], &mut |_, _| Ok(()))
    }

    #[test]
    fn what_was_written_is_verified_and_its_proofs_can_be_made() {
        let there = tempfile::tempdir().unwrap();
        let (folder, key) = written(there.path(), 700);
        let verified = verify(&folder, &key).unwrap();
        assert!(verified.entries && verified.checkpoint.size == 700);
        assert_eq!(proof::root(700, &folder).unwrap(), verified.checkpoint.root);
        let path = proof::prove_consistency(300, 700, &folder).unwrap();
        let old = proof::root(300, &folder).unwrap();
        let new = (700, &verified.checkpoint.root);
        proof::check_consistency(&path, (300, &old), new).unwrap();
        fs::remove_dir_all(there.path().join("tile/entries")).unwrap();
        assert!(!verify(&folder, &key).unwrap().entries);
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed_and_named() {
        let there = tempfile::tempdir().unwrap();
        let (folder, key) = written(there.path(), 600);
        let full = tiles_of(TileKind::Hashes(0), 600).chain(tiles_of(TileKind::Hashes(1), 600));
        let names = full.chain(tiles_of(TileKind::Entries, 600)).map(|tile| tile.to_string());
        for name in names.chain([payload_name(3), CHECKPOINT.to_owned()]) {
            let good = folder.read(&name).unwrap().unwrap();
            for at in [0, good.len() / 2, good.len() - 1] {
                let mut bad = good.clone();
                bad[at] ^= 1;
                folder.write(&name, &bad).unwrap();
                let refused = verify(&folder, &key).err();
                let told = refused.map(|failure| failure.to_string()).unwrap_or_default();
                assert!(!told.is_empty(), "{name} at {at}");
            }
            fs::remove_file(folder.place(&name)).unwrap();
            let gone = folder.checkpoint(&key).ok().flatten().is_none();
            assert!(gone || verify(&folder, &key).is_err(), "{name}");
            folder.write(&name, &good).unwrap();
        }
        verify(&folder, &key).unwrap();
    }
}
