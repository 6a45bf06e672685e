//! The tree and its proofs against a second implementation, for every small size.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{cell::RefCell, collections::BTreeMap};

use conductor_keys::{
    merkle::{EMPTY_ROOT, Frontier, Hash, leaf_hash, peaks_of, subtree_root},
    proof::{self, HashSource, ProveError},
};
use proptest::prelude::*;
use tlog_tiles::tlog;

#[derive(Default)]
struct Stored(BTreeMap<(u8, u64), Hash>);

impl HashSource for Stored {
    type Error = (u8, u64);

    fn hash(&self, level: u8, index: u64) -> Result<Hash, Self::Error> {
        self.0.get(&(level, index)).copied().ok_or((level, index))
    }
}

fn grow(leaves: &[Vec<u8>]) -> (Frontier, Stored) {
    let (mut frontier, mut stored) = (Frontier::default(), Stored::default());
    for leaf in leaves {
        frontier.append(leaf_hash(leaf), |level, index, hash| {
            assert_eq!(stored.0.insert((level, index), *hash), None, "told once");
        });
    }
    (frontier, stored)
}

/// The other implementation's hash storage.
#[derive(Default)]
struct Theirs(RefCell<Vec<tlog::Hash>>);

impl tlog::HashReader for Theirs {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let stored = self.0.borrow();
        Ok(indexes.iter().map(|index| stored[usize::try_from(*index).unwrap()]).collect())
    }
}

fn grow_theirs(leaves: &[Vec<u8>]) -> Theirs {
    let theirs = Theirs::default();
    for (n, leaf) in leaves.iter().enumerate() {
        let new = tlog::stored_hashes(n as u64, leaf, &theirs).unwrap();
        theirs.0.borrow_mut().extend(new);
    }
    theirs
}

fn leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| format!("leaf {n}").into_bytes()).collect()
}

#[test]
fn roots_and_proofs_agree_for_all_sizes() {
    let all = leaves(70);
    let mut roots = vec![EMPTY_ROOT];
    for size in 1..=all.len() {
        let (frontier, stored) = grow(&all[..size]);
        let theirs = grow_theirs(&all[..size]);
        let size = size as u64;
        let root = frontier.root();
        assert_eq!(root, tlog::tree_hash(size, &theirs).unwrap().0);
        assert_eq!(root, proof::root(size, &stored).unwrap());
        roots.push(root);
        for index in 0..size {
            let path = proof::prove_inclusion(index, size, &stored).unwrap();
            let leaf = leaf_hash(&all[usize::try_from(index).unwrap()]);
            proof::check_inclusion(&path, (size, &root), (index, &leaf)).unwrap();
            let expected = tlog::prove_record(size, index, &theirs).unwrap();
            assert_eq!(path, expected.iter().map(|hash| hash.0).collect::<Vec<_>>());
            let wrong = leaf_hash(b"another");
            assert!(proof::check_inclusion(&path, (size, &root), (index, &wrong)).is_err());
        }
        for old in 1..=size {
            let path = proof::prove_consistency(old, size, &stored).unwrap();
            let old_root = &roots[usize::try_from(old).unwrap()];
            proof::check_consistency(&path, (old, old_root), (size, &root)).unwrap();
            let lie = leaf_hash(b"another history");
            assert!(proof::check_consistency(&path, (old, &lie), (size, &root)).is_err());
        }
    }
}

#[test]
fn what_is_out_of_range_is_refused() {
    let (_, stored) = grow(&leaves(5));
    let range = |error| matches!(error, Err(ProveError::OutOfRange { .. }));
    assert!(range(proof::prove_inclusion(5, 5, &stored)));
    assert!(range(proof::prove_inclusion(0, 0, &stored)));
    assert!(range(proof::prove_consistency(0, 5, &stored)));
    assert!(range(proof::prove_consistency(6, 5, &stored)));
    assert!(range(proof::prove_inclusion(1, u64::MAX, &stored)));
    let missing = proof::prove_inclusion(1, 8, &stored).unwrap_err();
    assert!(matches!(missing, ProveError::Source(_)));
}

#[test]
fn an_empty_tree_has_the_hash_of_nothing() {
    assert_eq!(Frontier::default().root(), EMPTY_ROOT);
    assert_eq!(proof::root(0, &Stored::default()), Ok(EMPTY_ROOT));
}

#[test]
fn a_tile_folds_to_the_hash_above_it() {
    let (_, stored) = grow(&leaves(256));
    let tile = (0..256).map(|index| stored.hash(0, index).unwrap()).collect();
    assert_eq!(subtree_root(tile), stored.hash(8, 0).unwrap());
}

proptest! {
    #[test]
    fn a_restored_frontier_goes_on_alike(before in 0_usize..200, after in 0_usize..80) {
        let all = leaves(before + after);
        let (mut restored, _) = grow(&all[..before]);
        restored = Frontier::restore(restored.size(), restored.peaks().to_vec()).unwrap();
        for leaf in &all[before..] {
            restored.append(leaf_hash(leaf), |_, _, _| {});
        }
        prop_assert_eq!(restored, grow(&all).0);
    }

    #[test]
    fn peaks_cover_the_tree(size in 0_u64..1 << 62) {
        let mut next = 0;
        for (level, index) in peaks_of(size) {
            prop_assert_eq!(index << level, next);
            next += 1 << level;
        }
        prop_assert_eq!(next, size);
    }

    #[test]
    fn checking_hostile_proofs_never_panics(
        path in proptest::collection::vec(any::<Hash>(), 0..70),
        sizes: (u64, u64),
        hashes: (Hash, Hash),
    ) {
        let (old, new) = ((sizes.0, &hashes.0), (sizes.1, &hashes.1));
        // An empty path between equal trees is the only thing that could hold by chance.
        prop_assert!(proof::check_inclusion(&path, new, old).is_err() || hashes.0 == hashes.1);
        prop_assert!(proof::check_consistency(&path, old, new).is_err() || hashes.0 == hashes.1);
    }
}

#[test]
fn peaks_must_fit_the_size() {
    assert!(Frontier::restore(3, vec![EMPTY_ROOT]).is_err());
}
