//! Bundles of policy: which one decides since when, which were refused, and what is deployed that
//! nobody wanted.
//!
//! That a bundle is refused, and that something drifts, stays open until it is mended: these are
//! the items that somebody has to look after.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

pub use decide::{deployed, drifted, refused};
pub use event::{Cause, Deployed, Drift, Drifted, Refused, Settled};
pub use view::{Deployment, Item, Kept};

/// What a drift is called that is of a tenant's own settings, and not of the daemon's bundle.
pub const PROFILE: &str = "profile";
