//! Facts about workflows.

use std::sync::Arc;

use conductor_protocol::manifest::Manifest;
use serde::{Deserialize, Serialize};

/// A version was published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// Name of the workflow.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// `sha256:…` over the manifest's canonical JSON.
    pub digest: String,
    /// The manifest's normal form.
    pub manifest: Arc<Manifest>,
    /// The decision that allowed it.
    pub decision: String,
}
