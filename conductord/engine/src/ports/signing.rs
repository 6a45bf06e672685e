//! Where the keys that sign the log come from, and where it is kept which of them is in force.

use std::sync::Arc;

use conductor_keys::{chain::Chain, signing::Sign};

/// Brings the next key, and remembers the handover to it. What it says of failures has no secret in it.
pub trait KeyKeeper: std::fmt::Debug + Send + Sync {
    /// Where the key is or will be made that follows these, in a few words.
    ///
    /// # Errors
    /// What has to be configured first.
    fn next_place(&self, chain: &Chain) -> Result<String, String>;

    /// The next key, for the log that these keys signed. It is made where that is done here, and is
    /// durable then. Blocks.
    ///
    /// # Errors
    /// Why there is none.
    fn next(&self, chain: &Chain) -> Result<Arc<dyn Sign>, String>;

    /// Keeps the chain, of which the last key is in force, so that the next start goes by it. Durable
    /// when it returns, and all right to do again. Blocks.
    ///
    /// # Errors
    /// Why it could not be kept.
    fn keep(&self, chain: &Chain) -> Result<(), String>;
}
