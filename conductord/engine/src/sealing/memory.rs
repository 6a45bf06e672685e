//! A keyring in memory, of seeded chance: for simulations and tests.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use conductor_domain::time::Timestamp;
use conductor_keys::sealing::DataKey;
use sha2::{Digest as _, Sha256};

use crate::ports::{
    Destroyed, KeyFound, Keyring, KeyringError, KeyringReport, Owner, subject_digest,
};

#[derive(Default)]
struct Inner {
    live: BTreeMap<Owner, (String, Arc<DataKey>)>,
    destroyed: BTreeMap<String, Destroyed>,
    made: u64,
}

/// See the module.
#[derive(Default)]
pub struct MemoryKeyring {
    seed: u64,
    inner: Mutex<Inner>,
}

impl std::fmt::Debug for MemoryKeyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryKeyring").finish_non_exhaustive()
    }
}

impl MemoryKeyring {
    /// One whose keys follow from a number, and are no secret from whoever knows it.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, inner: Mutex::default() }
    }

    /// Loses a key without a trace, as a disk may.
    pub fn lose(&self, id: &str) {
        self.inner().live.retain(|_, (known, _)| known != id);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keyring for MemoryKeyring {
    fn key_of(
        &self,
        owner: &Owner,
        _at: Timestamp,
    ) -> Result<(String, Arc<DataKey>), KeyringError> {
        let mut inner = self.inner();
        if let Some((id, key)) = inner.live.get(owner) {
            return Ok((id.clone(), Arc::clone(key)));
        }
        inner.made += 1;
        let drawn = [self.seed.to_le_bytes(), inner.made.to_le_bytes()].concat();
        let key = Arc::new(DataKey::new(Sha256::digest(drawn).into()));
        let made = (key.id(), key);
        inner.live.insert(owner.clone(), made.clone());
        drop(inner);
        Ok(made)
    }

    fn key(&self, id: &str) -> Result<KeyFound, KeyringError> {
        let inner = self.inner();
        if let Some(destroyed) = inner.destroyed.get(id) {
            return Ok(KeyFound::Destroyed(destroyed.clone()));
        }
        let found = inner.live.values().find(|(known, _)| known == id);
        let found = found.map(|(_, key)| KeyFound::Live(Arc::clone(key)));
        drop(inner);
        found.ok_or_else(|| KeyringError::Missing { id: id.to_owned(), place: "memory".into() })
    }

    fn held(&self, tenant: &str, subject: Option<&str>) -> Vec<(String, Owner)> {
        let inner = self.inner();
        let meant = |owner: &Owner| {
            owner.tenant == tenant && subject.is_none_or(|subject| owner.subject == subject)
        };
        let held = inner.live.iter().filter(|(owner, _)| meant(owner));
        let held = held.map(|(owner, (id, _))| (id.clone(), owner.clone())).collect();
        drop(inner);
        held
    }

    fn destroy(&self, id: &str, at: Timestamp, record: u64) -> Result<(), KeyringError> {
        let mut inner = self.inner();
        let owner = inner.live.iter().find(|(_, (known, _))| known == id);
        let Some(owner) = owner.map(|(owner, _)| owner.clone()) else { return Ok(()) };
        inner.live.remove(&owner);
        let subject_digest = subject_digest(&owner.subject);
        let (id, tenant) = (id.to_owned(), owner.tenant);
        let destroyed = Destroyed { id: id.clone(), tenant, subject_digest, at, record };
        inner.destroyed.insert(id, destroyed);
        drop(inner);
        Ok(())
    }

    fn forgotten_tenants(&self) -> Arc<BTreeMap<String, u64>> {
        let inner = self.inner();
        let whole = inner.destroyed.values().filter(|left| left.subject_digest.is_empty());
        let mut forgotten = BTreeMap::new();
        for left in whole {
            let newest = forgotten.entry(left.tenant.clone()).or_insert(left.record);
            *newest = left.record.max(*newest);
        }
        drop(inner);
        Arc::new(forgotten)
    }

    fn report(&self) -> KeyringReport {
        let inner = self.inner();
        let (live, destroyed) = (inner.live.len(), inner.destroyed.len());
        drop(inner);
        KeyringReport { live, destroyed, wrapped_by: "nothing: they are in memory".into() }
    }
}
