//! May this manifest be published?

use std::sync::Arc;

use conductor_protocol::{error_code::Code, manifest::Manifest};

use super::{Catalogue, Published, Workflow};
use crate::Refusal;

/// What publishing comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Publication {
    /// It is new.
    New(Published),
    /// This very manifest was published before: nothing happens.
    Known(Arc<Workflow>),
}

/// Publishes a manifest as an immutable version.
///
/// # Errors
/// `WORKFLOW_VERSION_CONFLICT` when the version exists with other content,
/// `WORKFLOW_VERSION_ORDER` when it is older than the newest.
pub fn publish(
    catalogue: &Catalogue,
    tenant: &str,
    manifest: Manifest,
    decision: String,
) -> Result<Publication, Refusal> {
    let digest = manifest.digest();
    if let Some(known) = catalogue.get(tenant, &manifest.name, &manifest.version) {
        if known.digest == digest {
            return Ok(Publication::Known(Arc::clone(known)));
        }
        return Err(Refusal::new(
            Code::WorkflowVersionConflict,
            format!(
                "version {} of workflow `{}` is published with other content ({})",
                manifest.version, manifest.name, known.digest
            ),
            "a published version never changes: raise `version` and publish again",
        ));
    }
    if let Some(newest) = catalogue.newest(tenant, &manifest.name)
        && precedence(&manifest.version) <= precedence(&newest.manifest.version)
    {
        return Err(Refusal::new(
            Code::WorkflowVersionOrder,
            format!(
                "version {} of workflow `{}` is not newer than {}",
                manifest.version, manifest.name, newest.manifest.version
            ),
            "raise `version` above the newest published one",
        ));
    }
    Ok(Publication::New(Published {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        digest,
        manifest: Arc::new(manifest),
        decision,
    }))
}

/// The version for comparing; a text that is none sorts first (the parser lets none through).
pub(super) fn precedence(version: &str) -> Option<semver::Version> {
    semver::Version::parse(version).ok()
}
