//! [`ViewStore`] in memory.
#![expect(
    clippy::significant_drop_tightening,
    reason = "one lock a call is what makes each call one step"
)]

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{PoisonError, RwLock},
};

use conductor_engine::ports::{ViewError, ViewStore, ViewWrite};

/// Views in a `BTreeMap`.
#[derive(Debug, Default)]
pub struct MemViews {
    map: RwLock<BTreeMap<Vec<u8>, Vec<u8>>>,
}

impl ViewStore for MemViews {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError> {
        Ok(self.map.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        reverse: bool,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), ViewError> {
        if from >= to {
            return Ok(());
        }
        let map = self.map.read().unwrap_or_else(PoisonError::into_inner);
        let mut range = map.range::<[u8], _>((Bound::Included(from), Bound::Excluded(to)));
        let mut next = || if reverse { range.next_back() } else { range.next() };
        while let Some((key, value)) = next() {
            if !visit(key, value) {
                break;
            }
        }
        Ok(())
    }

    fn apply(&self, writes: Vec<ViewWrite>) -> Result<(), ViewError> {
        let mut map = self.map.write().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in writes {
            match value {
                Some(value) => map.insert(key, value),
                None => map.remove(&key),
            };
        }
        drop(map);
        Ok(())
    }

    fn flush(&self) -> Result<(), ViewError> {
        Ok(())
    }
}
