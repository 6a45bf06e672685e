//! A workflow: a manifest published as an immutable version.

mod decide;
mod event;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;

use conductor_protocol::manifest::Manifest;

use crate::{
    scope::{Principal, Scope},
    time::Timestamp,
};

pub use decide::{Publication, publish};
pub use event::Published;
pub use view::Catalogue;

/// A published version.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// Whose it is.
    pub scope: Scope,
    /// What it is.
    pub manifest: Arc<Manifest>,
    /// `sha256:…` over the manifest's canonical JSON.
    pub digest: String,
    /// Who published it.
    pub published_by: Principal,
    /// When.
    pub published_at: Timestamp,
    /// The decision that allowed it; empty when unknown.
    pub decision: String,
}
