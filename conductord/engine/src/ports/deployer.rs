//! Bundles of policy that were accepted before, and going back to one.

use conductor_domain::{Refusal, trust::bundle::Deployed};

/// Knows the bundles that were accepted, and makes one decide.
pub trait Deployer: std::fmt::Debug + Send + Sync {
    /// Revisions that one can go back to, the newest first.
    fn accepted(&self) -> Vec<String>;

    /// Makes a bundle ready to decide: reads it and proves it again. Blocks.
    ///
    /// # Errors
    /// `BUNDLE_NOT_FOUND`, `BUNDLE_INVALID`
    fn prepare(&self, revision: &str, reason: &str) -> Result<Deployed, Refusal>;

    /// Decides by what was made ready last; the source's bundle is passed over until another one
    /// is there. Blocks.
    fn install(&self);
}
