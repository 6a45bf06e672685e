//! Which secrets a run would use, for policy to know before it is started.

use std::collections::BTreeSet;

use conductor_engine::views::Views;
use conductor_protocol::manifest::{Manifest, workflow_of};

/// Names of the secrets that a workflow and its sub-workflows use, sorted. A sub-workflow that is
/// not there uses none: it can't be started either.
pub(super) fn used(views: &Views, tenant: &str, manifest: &Manifest) -> Vec<String> {
    let mut names: BTreeSet<String> = manifest.secrets().into_iter().collect();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut next = called(manifest);
    while let Some((name, version)) = next.pop() {
        if !seen.insert((name.clone(), version.clone())) {
            continue;
        }
        if let Some(workflow) = views.workflow(tenant, &name, &version) {
            names.extend(workflow.manifest.secrets());
            next.extend(called(&workflow.manifest));
        }
    }
    names.into_iter().collect()
}

fn called(manifest: &Manifest) -> Vec<(String, String)> {
    let tasks = manifest.tasks.iter().filter_map(|task| workflow_of(task.uses.as_str()));
    tasks.map(|(name, version)| (name.to_owned(), version.to_owned())).collect()
}
