//! Which secrets a run would use, for policy to know before it is started.

use conductor_engine::views::Views;
use conductor_protocol::manifest::Manifest;

/// Names of the secrets that a workflow and its sub-workflows use, sorted.
pub(super) fn used(views: &Views, tenant: &str, manifest: &Manifest) -> Vec<String> {
    views.secrets(tenant, manifest)
}
