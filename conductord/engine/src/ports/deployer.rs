//! Bundles of policy that were accepted before, and going back to one.

use conductor_domain::{Refusal, trust::bundle::Deployed};

/// Knows the bundles that were accepted, and makes one decide.
pub trait Deployer: std::fmt::Debug + Send + Sync {
    /// Revisions that one can go back to, the newest first.
    fn accepted(&self) -> Vec<String>;

    /// What going back to a bundle will be on record as. The bundle is read and proved again. Blocks.
    ///
    /// # Errors
    /// `BUNDLE_NOT_FOUND`, `BUNDLE_INVALID`
    fn prepare(&self, revision: &str, reason: &str) -> Result<Deployed, Refusal>;

    /// Decides by the bundle that the ledger says was deployed last, if another one decides yet.
    /// After a rollback what the source has is passed over until it has another one. Blocks.
    fn catch_up(&self);
}
