//! Tokens that were found good, by their digests, each until its end: a console calls often, and a
//! signature takes longer to check than most calls.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use conductor_domain::scope::Principal;

use crate::limits::OIDC_VERIFIED_MAX;

/// SHA-256 of a token.
type Digest = [u8; 32];

#[derive(Debug)]
struct Entry {
    principal: Principal,
    /// Of the keys by which it was found good.
    generation: u64,
    /// Seconds since 1970.
    end: u64,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Verified(Mutex<HashMap<Digest, Entry>>);

impl Verified {
    /// Whose token it is, where that is known: by the keys that still are the provider's.
    pub(super) fn find(&self, digest: &Digest, generation: u64, now: u64) -> Option<Principal> {
        let known = self.lock();
        let found = known.get(digest).filter(|one| one.generation == generation && now < one.end);
        let principal = found.map(|entry| entry.principal.clone());
        drop(known);
        principal
    }

    /// Remembers one, by the generation of the keys and until its end. Where there are too many,
    /// those that are over go, and then the one that ends first.
    pub(super) fn keep(
        &self,
        digest: Digest,
        principal: Principal,
        (generation, end): (u64, u64),
        now: u64,
    ) {
        let mut known = self.lock();
        if known.len() >= OIDC_VERIFIED_MAX {
            known.retain(|_, entry| entry.generation == generation && now < entry.end);
        }
        if known.len() >= OIDC_VERIFIED_MAX {
            let first = known.iter().min_by_key(|(_, entry)| entry.end).map(|(digest, _)| *digest);
            first.and_then(|digest| known.remove(&digest));
        }
        known.insert(digest, Entry { principal, generation, end });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Entry>> {
        // Whole entries come and go: a panic leaves them whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: usize) -> Digest {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&number.to_be_bytes());
        digest
    }

    #[test]
    fn an_entry_counts_until_its_end_and_while_the_keys_are_the_same() {
        let verified = Verified::default();
        verified.keep(digest(1), Principal::new("oidc:alice"), (1, 100), 10);
        assert_eq!(verified.find(&digest(1), 1, 99).unwrap().as_str(), "oidc:alice");
        assert_eq!(verified.find(&digest(1), 1, 100), None);
        assert_eq!(verified.find(&digest(1), 2, 99), None);
        assert_eq!(verified.find(&digest(2), 1, 99), None);
    }

    #[test]
    fn only_so_many_are_remembered() {
        let verified = Verified::default();
        let alice = Principal::new("oidc:alice");
        let keep = |number: usize, end: u64, now: u64| {
            verified.keep(digest(number), alice.clone(), (1, end), now);
        };
        for number in 0..OIDC_VERIFIED_MAX {
            keep(number, 1_000 + number as u64, 0);
        }
        // The one that ends first makes room.
        keep(OIDC_VERIFIED_MAX, 9_000, 0);
        assert_eq!(verified.lock().len(), OIDC_VERIFIED_MAX);
        assert_eq!(verified.find(&digest(0), 1, 0), None);
        assert!(verified.find(&digest(1), 1, 0).is_some());
        // And those that are over, all at once.
        keep(OIDC_VERIFIED_MAX + 1, 9_000, 8_000);
        assert_eq!(verified.lock().len(), 2);
    }
}
