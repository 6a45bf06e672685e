//! A view store in memory that may be planted with a bug: the index and the cursor are written
//! before the data, so that a crash between the two leaves one without the other.

use std::sync::{Mutex, PoisonError};

use conductor_engine::ports::{ViewError, ViewStore, ViewWrite};
use conductor_store::testing::MemViews;

#[derive(Default)]
pub(crate) struct TornViews {
    inner: MemViews,
    /// Writes that the planted bug puts off.
    put_off: Mutex<Vec<ViewWrite>>,
    index_first: bool,
}

impl TornViews {
    pub(crate) fn new(index_first: bool) -> Self {
        Self { index_first, ..Self::default() }
    }

    /// What a crash leaves: what was put off is gone.
    pub(crate) fn crash(&self) {
        self.put_off.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl ViewStore for TornViews {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError> {
        self.inner.get(key)
    }

    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        reverse: bool,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), ViewError> {
        self.inner.scan(from, to, reverse, visit)
    }

    fn apply(&self, writes: Vec<ViewWrite>) -> Result<(), ViewError> {
        if !self.index_first {
            return self.inner.apply(writes);
        }
        let is_data = |(key, _): &ViewWrite| matches!(key.first(), Some(b'r' | b'f' | b'g' | b'i'));
        let (data, index): (Vec<_>, Vec<_>) = writes.into_iter().partition(is_data);
        let before = std::mem::replace(
            &mut *self.put_off.lock().unwrap_or_else(PoisonError::into_inner),
            data,
        );
        self.inner.apply(before)?;
        self.inner.apply(index)
    }

    fn flush(&self) -> Result<(), ViewError> {
        let before =
            std::mem::take(&mut *self.put_off.lock().unwrap_or_else(PoisonError::into_inner));
        self.inner.apply(before)?;
        self.inner.flush()
    }
}
