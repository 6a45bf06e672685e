//! The view store: an ordered map from bytes to bytes. It is derived from the ledger and never
//! the only copy of anything.

/// Why the view store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The disk or the store refused.
    #[error("{attempt}: {problem}")]
    Io {
        /// What was tried.
        attempt: String,
        /// What the store said.
        problem: String,
    },
    /// What is stored can't be right: rebuild it from the ledger.
    #[error(
        "the view store is damaged ({problem}): it is rebuilt from the ledger at the next start, or by `conductord rebuild`"
    )]
    Damaged {
        /// What is wrong.
        problem: String,
    },
}

/// One change of a key: `None` removes it.
pub type ViewWrite = (Vec<u8>, Option<Vec<u8>>);

/// An ordered map. Reads may come from any thread while one thread writes.
pub trait ViewStore: Send + Sync {
    /// The value of a key.
    ///
    /// # Errors
    /// [`ViewError`]
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ViewError>;

    /// Calls `visit` for the keys of `from..to` in order, or from the end when `reverse`, until
    /// it returns false.
    ///
    /// # Errors
    /// [`ViewError`]
    fn scan(
        &self,
        from: &[u8],
        to: &[u8],
        reverse: bool,
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), ViewError>;

    /// Applies all the writes or none of them. Need not be durable when it returns; what is
    /// lost is always a tail of whole batches.
    ///
    /// # Errors
    /// [`ViewError`]
    fn apply(&self, writes: Vec<ViewWrite>) -> Result<(), ViewError>;

    /// Asks for everything applied to reach the disk (best effort; the ledger is the truth).
    ///
    /// # Errors
    /// [`ViewError`]
    fn flush(&self) -> Result<(), ViewError>;
}
