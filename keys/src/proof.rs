//! Inclusion and consistency proofs (RFC 6962, 2.1), made from stored hashes and checked.
//!
//! The arithmetic is that of the `tlog_tiles` crate; this module gives it our hash store and our
//! errors. A store answers for complete subtrees only: level 0 holds the leaves, and index `i` of
//! level `l` stands over the leaves `i << l .. (i + 1) << l`.

use std::cell::RefCell;

use tlog_tiles::tlog;

use crate::merkle::{EMPTY_ROOT, Hash, node_hash, peaks_of};

/// Where hashes of complete subtrees are read from.
pub trait HashSource {
    /// What can go wrong with reading.
    type Error;

    /// The hash of one complete subtree.
    ///
    /// # Errors
    /// When it can't be read.
    fn hash(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// Why there is no proof.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// What was asked for does not exist.
    #[error("prove {what} of {part} in a tree of {size} leaves: it does not reach that far")]
    OutOfRange {
        /// `inclusion` or `consistency`.
        what: &'static str,
        /// Leaf index or older size.
        part: u64,
        /// Size of the tree.
        size: u64,
    },
    /// A hash could not be read.
    #[error("read the hashes of a proof")]
    Source(E),
}

/// A proof that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {what} proof does not lead to the root of the tree of {size} leaves")]
pub struct ProofInvalid {
    /// `inclusion` or `consistency`.
    pub what: &'static str,
    /// Size of the tree.
    pub size: u64,
}

/// Root of the tree of `size` leaves.
///
/// # Errors
/// When a hash can't be read.
pub fn root<S: HashSource>(size: u64, source: &S) -> Result<Hash, S::Error> {
    let peaks = peaks_of(size)
        .map(|(level, index)| source.hash(level, index))
        .collect::<Result<Vec<_>, _>>()?;
    let mut from_right = peaks.iter().rev();
    let Some(last) = from_right.next() else { return Ok(EMPTY_ROOT) };
    Ok(from_right.fold(*last, |right, left| node_hash(left, &right)))
}

/// Proof that leaf `index` is in the tree of `size` leaves: from the leaf to the root.
///
/// # Errors
/// [`ProveError`]
pub fn prove_inclusion<S: HashSource>(
    index: u64,
    size: u64,
    source: &S,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    let out_of_range = ProveError::OutOfRange { what: "inclusion", part: index, size };
    if index >= size || size > SIZE_MAX {
        return Err(out_of_range);
    }
    let reader = Reader::new(source);
    let path = tlog::prove_record(size, index, &reader);
    reader.answer(path, out_of_range)
}

/// Proof that the tree of `old_size` leaves is a beginning of the tree of `new_size`.
///
/// # Errors
/// [`ProveError`]
pub fn prove_consistency<S: HashSource>(
    old_size: u64,
    new_size: u64,
    source: &S,
) -> Result<Vec<Hash>, ProveError<S::Error>> {
    let out_of_range =
        ProveError::OutOfRange { what: "consistency", part: old_size, size: new_size };
    if old_size == 0 || old_size > new_size || new_size > SIZE_MAX {
        return Err(out_of_range);
    }
    let reader = Reader::new(source);
    let path = tlog::prove_tree(new_size, old_size, &reader);
    reader.answer(path, out_of_range)
}

/// Checks that `path` leads from the leaf to the root.
///
/// # Errors
/// [`ProofInvalid`]
pub fn check_inclusion(
    path: &[Hash],
    (size, root): (u64, &Hash),
    (index, leaf): (u64, &Hash),
) -> Result<(), ProofInvalid> {
    let invalid = ProofInvalid { what: "inclusion", size };
    if size > SIZE_MAX {
        return Err(invalid);
    }
    tlog::check_record(&foreign(path), size, tlog::Hash(*root), index, tlog::Hash(*leaf))
        .map_err(|_| invalid)
}

/// Checks that `path` leads from the older root to the newer.
///
/// # Errors
/// [`ProofInvalid`]
pub fn check_consistency(
    path: &[Hash],
    (old_size, old_root): (u64, &Hash),
    (new_size, new_root): (u64, &Hash),
) -> Result<(), ProofInvalid> {
    let invalid = ProofInvalid { what: "consistency", size: new_size };
    if new_size > SIZE_MAX {
        return Err(invalid);
    }
    let (old, new) = (tlog::Hash(*old_root), tlog::Hash(*new_root));
    tlog::check_tree(&foreign(path), new_size, new, old_size, old).map_err(|_| invalid)
}

/// Larger trees would overflow the numbering of stored hashes.
const SIZE_MAX: u64 = 1 << 62;

fn foreign(path: &[Hash]) -> Vec<tlog::Hash> {
    path.iter().copied().map(tlog::Hash).collect()
}

/// Our source behind the other crate's trait; keeps our error while theirs passes through.
struct Reader<'a, S: HashSource> {
    source: &'a S,
    failed: RefCell<Option<S::Error>>,
}

impl<'a, S: HashSource> Reader<'a, S> {
    const fn new(source: &'a S) -> Self {
        Self { source, failed: RefCell::new(None) }
    }

    fn answer(
        self,
        path: Result<Vec<tlog::Hash>, tlog::Error>,
        otherwise: ProveError<S::Error>,
    ) -> Result<Vec<Hash>, ProveError<S::Error>> {
        match (path, self.failed.into_inner()) {
            (_, Some(error)) => Err(ProveError::Source(error)),
            (Ok(path), None) => Ok(path.into_iter().map(|hash| hash.0).collect()),
            (Err(_), None) => Err(otherwise),
        }
    }
}

impl<S: HashSource> tlog::HashReader for Reader<'_, S> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        indexes
            .iter()
            .map(|stored| {
                let (level, index) = tlog::split_stored_hash_index(*stored);
                self.source.hash(level, index).map(tlog::Hash).map_err(|error| {
                    *self.failed.borrow_mut() = Some(error);
                    tlog::Error::IndexesNotInTree
                })
            })
            .collect()
    }
}
