//! Which principal a worker's id belongs to.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use conductor_domain::scope::Principal;
use conductor_protocol::id::WorkerId;

use crate::limits::WORKER_OWNERS_MAX;

/// Remembered for as long as the daemon runs; after that the first who knows the id has it.
#[derive(Debug, Default)]
pub(crate) struct Owners(Mutex<HashMap<WorkerId, Principal>>);

/// Somebody else's, or one too many.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotYours {
    /// Another principal came with this id before.
    Taken,
    /// More ids are remembered than there may be.
    Full,
}

impl Owners {
    /// Whether a principal may claim an id.
    pub(crate) fn check(&self, worker: WorkerId, by: &Principal) -> Result<(), NotYours> {
        let owners = self.lock();
        match owners.get(&worker) {
            Some(owner) if owner == by => Ok(()),
            Some(_) => Err(NotYours::Taken),
            None if owners.len() >= WORKER_OWNERS_MAX => Err(NotYours::Full),
            None => Ok(()),
        }
    }

    /// Remembers whose it is.
    pub(crate) fn claim(&self, worker: WorkerId, by: &Principal) {
        self.lock().entry(worker).or_insert_with(|| by.clone());
    }

    /// Whether it is theirs.
    pub(crate) fn is_owner(&self, worker: WorkerId, who: &Principal) -> bool {
        self.lock().get(&worker).is_some_and(|owner| owner == who)
    }

    /// Forgets ids that `known` says the kernel does not know any more.
    pub(crate) fn forget_unless(&self, known: impl Fn(WorkerId) -> bool) {
        self.lock().retain(|worker, _| known(*worker));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkerId, Principal>> {
        // Every change is one insertion or removal, whole even when a holder panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_its_first_claimants() {
        let owners = Owners::default();
        let (alice, bob) = (Principal::uid(1), Principal::uid(2));
        let worker = WorkerId::from_bits(5);
        assert_eq!(owners.check(worker, &bob), Ok(()));
        owners.claim(worker, &alice);
        owners.claim(worker, &bob);
        assert!(owners.is_owner(worker, &alice));
        assert_eq!(owners.check(worker, &bob), Err(NotYours::Taken));
        owners.forget_unless(|_| false);
        assert!(!owners.is_owner(worker, &alice));
    }
}
