//! The RFC 6962 Merkle tree, grown one leaf at a time.
//!
//! [`Frontier`] holds the roots of the complete subtrees on the tree's right edge: at most one
//! hash a level, which is all that appending and the root need. Every hash of a complete subtree
//! is handed out once, when it comes about, so that a store can keep what proofs need later (see
//! [`crate::proof`] and [`TILE_HEIGHT`]).

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Levels of the tree in one tile of the C2SP tlog-tiles layout.
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in one complete tile.
pub const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;
/// Root of the tree without leaves: SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

const LEAF_PREFIX: u8 = 0x00;
const NODE_PREFIX: u8 = 0x01;

/// Hash of a leaf with this content.
#[must_use]
pub fn leaf_hash(content: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([LEAF_PREFIX]);
    hasher.update(content);
    hasher.finalize().into()
}

/// Hash of a node with these children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut block = [NODE_PREFIX; 65];
    block[1..33].copy_from_slice(left);
    block[33..].copy_from_slice(right);
    Sha256::digest(block).into()
}

/// Root of a complete subtree from its hashes some levels further down; [`EMPTY_ROOT`] of none.
/// The number of hashes must be a power of two, or the result is no root of anything.
#[must_use]
pub fn subtree_root(mut hashes: Vec<Hash>) -> Hash {
    while hashes.len() > 1 {
        hashes = hashes
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node_hash(left, right),
                _ => pair[0],
            })
            .collect();
    }
    hashes.first().copied().unwrap_or(EMPTY_ROOT)
}

/// A peak list that doesn't fit its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("restore a tree of {size} leaves from {peaks} subtree roots")]
pub struct FrontierError {
    /// Leaves that were claimed.
    pub size: u64,
    /// Roots that were given.
    pub peaks: usize,
}

/// The right edge of a tree: enough to append to it and to tell its root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Roots of the complete subtrees, the largest first: one for each bit set in `size`.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// A tree restored from its size and peaks.
    ///
    /// # Errors
    /// [`FrontierError`] when the number of peaks is not that of the size.
    pub fn restore(size: u64, peaks: Vec<Hash>) -> Result<Self, FrontierError> {
        if peaks.len() == size.count_ones() as usize {
            Ok(Self { size, peaks })
        } else {
            Err(FrontierError { size, peaks: peaks.len() })
        }
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the complete subtrees, the largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Appends a leaf by its hash. `completed` is given level, index and hash of every complete
    /// subtree that it finishes, the leaf itself (level 0) first.
    pub fn append(&mut self, leaf: Hash, mut completed: impl FnMut(u8, u64, &Hash)) {
        let index = self.size;
        let mut hash = leaf;
        let mut level = 0;
        completed(level, index, &hash);
        // Each trailing one bit of the index is a finished left neighbour.
        while (index >> level) & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = node_hash(&left, &hash);
            level += 1;
            completed(level, index >> level, &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Root of the tree as it is now.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return EMPTY_ROOT };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// Level, index of the complete subtrees that make up the tree of `size` leaves, largest first.
pub fn peaks_of(size: u64) -> impl Iterator<Item = (u8, u64)> {
    (0..64_u8).rev().filter(move |level| (size >> level) & 1 == 1).map(move |level| {
        let above = size.checked_shr(u32::from(level) + 1).unwrap_or(0);
        (level, above << 1)
    })
}
