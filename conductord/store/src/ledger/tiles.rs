//! The stored hashes of the Merkle tree, from which proofs are made.
//!
//! Tile level `L` of the C2SP tlog-tiles layout (height 8) is one file, `tiles/L`: the hashes of
//! tree level `8 L`, 32 bytes each, one after the other. Tile `N` of that level is the 8 KiB at
//! `N × 8192`, a partial tile is a beginning of them, so that every tile of the layout is one
//! read. All of it can be computed again from the records.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_keys::{
    merkle::{Frontier, Hash, TILE_HEIGHT, node_hash, peaks_of},
    proof::{self, HashSource},
};

use super::disk::{Disk, DiskFile};

/// Folder within the ledger's.
pub(crate) const FOLDER: &str = "tiles";
/// Levels of tiles: enough for 256⁵ records.
pub(crate) const LEVELS: u8 = 5;

const HASH_LEN: u64 = 32;
/// Computed hashes that are kept, at most: those of some sixteen tiles. Proofs of records that lie near
/// one another need the same ones.
const COMPUTED_MAX: usize = 4096;

/// Name of a level's file.
pub(crate) fn file_name(level: u8) -> String {
    format!("{FOLDER}/{level}")
}

/// The files, open.
#[derive(Debug)]
pub(crate) struct Tiles<F> {
    levels: Arc<[F]>,
    /// Kept once the start is over: until then what is stored may be found wrong, and written again.
    computed: Option<Arc<Mutex<Computed>>>,
}

/// Hashes between the levels that are stored, by tree level and index. They are those of complete
/// subtrees, which never change.
type Computed = HashMap<(u8, u64), Hash>;

impl<F> Clone for Tiles<F> {
    fn clone(&self) -> Self {
        Self { levels: Arc::clone(&self.levels), computed: self.computed.clone() }
    }
}

impl<F: DiskFile> Tiles<F> {
    /// Opens the files, and creates those that are missing when `create` is set.
    pub(crate) fn open<D: Disk<File = F>>(disk: &D, create: bool) -> io::Result<Self> {
        let open = |level| {
            let name = file_name(level);
            match disk.open(&name) {
                Err(error) if create && error.kind() == io::ErrorKind::NotFound => {
                    disk.publish(&name, &[], 0)?;
                    disk.open(&name)
                }
                opened => opened,
            }
        };
        let levels = (0..LEVELS).map(open).collect::<io::Result<Vec<_>>>()?;
        Ok(Self { levels: levels.into(), computed: None })
    }

    /// The same, which keeps what it computes.
    pub(crate) fn keeping(self) -> Self {
        Self { computed: Some(Arc::default()), ..self }
    }

    /// Whether there are enough hashes for a tree of `size`.
    pub(crate) fn cover(&self, size: u64) -> io::Result<bool> {
        for (level, file) in (0..LEVELS).zip(self.levels.iter()) {
            if file.len()? < HASH_LEN * level_size(level, size) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The right edge of the tree of `size`.
    pub(crate) fn frontier(&self, size: u64) -> io::Result<Frontier> {
        let peaks = peaks_of(size)
            .map(|(level, index)| self.hash(level, index))
            .collect::<io::Result<Vec<_>>>()?;
        Frontier::restore(size, peaks).map_err(io::Error::other)
    }

    /// Root of the tree of `size`.
    pub(crate) fn root(&self, size: u64) -> io::Result<Hash> {
        proof::root(size, self)
    }

    pub(crate) fn write(&self, new: &NewHashes) -> io::Result<()> {
        for (file, (index, bytes)) in self.levels.iter().zip(&new.levels) {
            if !bytes.is_empty() {
                file.write_at(bytes, index * HASH_LEN)?;
            }
        }
        Ok(())
    }

    /// Reads `bytes.len() / 32` hashes of a tile level; false when there are not so many.
    pub(crate) fn read(&self, level: u8, index: u64, bytes: &mut [u8]) -> io::Result<bool> {
        let file = self.levels.get(usize::from(level)).ok_or_else(too_large)?;
        Ok(file.read_at(bytes, index * HASH_LEN)? == bytes.len())
    }

    /// Cuts what is beyond a tree of `size`.
    pub(crate) fn cut(&self, size: u64) -> io::Result<()> {
        for (level, file) in (0..LEVELS).zip(self.levels.iter()) {
            let len = HASH_LEN * level_size(level, size);
            if file.len()? > len {
                file.set_len(len)?;
            }
        }
        Ok(())
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        self.levels.iter().try_for_each(DiskFile::sync)
    }
}

impl<F: DiskFile> HashSource for Tiles<F> {
    type Error = io::Error;

    fn hash(&self, level: u8, index: u64) -> io::Result<Hash> {
        let below = level % TILE_HEIGHT;
        if let Some(known) = self.computed().and_then(|known| known.get(&(level, index)).copied()) {
            return Ok(known);
        }
        let mut bytes = vec![0; 32 << below];
        if !self.read(level / TILE_HEIGHT, index << below, &mut bytes)? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (hashes, _) = bytes.as_chunks::<32>();
        Ok(self.compute((level, index), hashes.to_vec()))
    }
}

impl<F> Tiles<F> {
    fn computed(&self) -> Option<MutexGuard<'_, Computed>> {
        // Each entry is true by itself, whatever a holder that panicked had still to add.
        let computed = self.computed.as_ref()?;
        Some(computed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The hash at a place from those below it that are stored; what lies between is kept.
    fn compute(&self, (level, index): (u8, u64), mut hashes: Vec<Hash>) -> Hash {
        let mut fresh = Vec::with_capacity(hashes.len());
        let mut at = level - level % TILE_HEIGHT;
        while hashes.len() > 1 {
            at += 1;
            let (pairs, _) = hashes.as_chunks::<2>();
            hashes = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
            let places = (index << (level - at)..).map(|index| (at, index));
            fresh.extend(places.zip(hashes.iter().copied()));
        }
        if let Some(mut computed) = self.computed() {
            if computed.len() + fresh.len() > COMPUTED_MAX {
                computed.clear();
            }
            computed.extend(fresh);
        }
        hashes[0]
    }
}

/// Hashes of a tile level in a tree of `size`.
pub(crate) fn level_size(level: u8, size: u64) -> u64 {
    size >> (level * TILE_HEIGHT)
}

fn too_large() -> io::Error {
    io::Error::other("the tree has more levels than there are tiles for")
}

/// Hashes that came about and are to be stored: for each tile level the first one's index, and
/// their bytes.
#[derive(Debug)]
pub(crate) struct NewHashes {
    pub(crate) levels: [(u64, Vec<u8>); LEVELS as usize],
}

impl NewHashes {
    /// Nothing yet, after a tree of `size`.
    pub(crate) fn after(size: u64) -> Self {
        let mut level = 0;
        let levels = [(); LEVELS as usize].map(|()| {
            let index = level_size(level, size);
            level += 1;
            (index, Vec::new())
        });
        Self { levels }
    }

    /// Appends a leaf to the tree and keeps the hashes that belong in tiles.
    pub(crate) fn append(&mut self, frontier: &mut Frontier, leaf: Hash) {
        frontier.append(leaf, |level, _, hash| {
            if level % TILE_HEIGHT == 0
                && let Some((_, bytes)) = self.levels.get_mut(usize::from(level / TILE_HEIGHT))
            {
                bytes.extend_from_slice(hash);
            }
        });
    }
}

impl NewHashes {
    /// Leaves in the tree before the new ones.
    pub(crate) const fn start(&self) -> u64 {
        self.levels[0].0
    }
}
