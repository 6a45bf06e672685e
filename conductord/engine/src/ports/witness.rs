//! Witnesses of the log: who is asked to cosign its checkpoints, and where what they gave is kept.

use std::{future::Future, io, pin::Pin};

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessAnswer {
    /// Lines of signatures, not checked yet.
    Cosigned(String),
    /// It knows the log up to another size than the request said.
    Knows(u64),
}

/// An answer that is on its way; the error says in a sentence why there is none.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<WitnessAnswer, String>> + Send + 'a>>;

/// A witness that is reached over C2SP tlog-witness.
pub trait Witness: Send + Sync {
    /// Sends an `add-checkpoint`, for a bounded time.
    fn add_checkpoint(&self, body: String) -> Asking<'_>;
}

/// Keeps the newest checkpoint that enough witnesses cosigned.
pub trait CosignedStore: Send + Sync {
    /// The note with its cosignatures; nothing before the first.
    ///
    /// # Errors
    /// When it can't be read.
    fn load(&self) -> io::Result<Option<String>>;

    /// Keeps another in its place, whole or not at all. Blocks.
    ///
    /// # Errors
    /// When the disk refuses.
    fn keep(&self, note: &str) -> io::Result<()>;
}
