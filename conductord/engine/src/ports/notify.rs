//! What delivers notifications, and what keeps those that wait.

use std::{future::Future, io, pin::Pin};

use crate::notify::Letter;

/// Why a target did not take a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// A sentence, with no secret in it.
    pub why: String,
    /// Another attempt would give the same.
    pub for_good: bool,
}

/// Delivers to one target.
pub trait Courier: Send + Sync {
    /// Delivers a letter, in a bounded time. Whoever gets it may have got it before.
    fn deliver<'c>(
        &'c self,
        letter: &'c Letter,
    ) -> Pin<Box<dyn Future<Output = Result<(), Undelivered>> + Send + 'c>>;
}

/// Keeps outboxes, each whole, by the names of their targets.
pub trait OutboxStore: Send + Sync {
    /// What was kept last; none when nothing was. Blocks.
    ///
    /// # Errors
    /// When the disk refuses.
    fn load(&self, target: &str) -> io::Result<Option<Vec<u8>>>;

    /// Keeps it; durable when this returns. Blocks.
    ///
    /// # Errors
    /// When the disk refuses; what was kept before stays.
    fn keep(&self, target: &str, bytes: &[u8]) -> io::Result<()>;

    /// The targets that something is kept of. Blocks.
    ///
    /// # Errors
    /// When the disk refuses.
    fn targets(&self) -> io::Result<Vec<String>>;
}
