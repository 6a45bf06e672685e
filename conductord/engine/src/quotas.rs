//! A tenant's load by resource class, as policy is asked about it before a run starts.

use std::collections::BTreeMap;

use conductor_domain::work::run::Run;
use conductor_protocol::{
    manifest::{Manifest, ResourceClass},
    verdict::TasksByClass,
};
use serde_json::Value;

/// The tasks of a workflow by their class, one on hosts once for each; nothing when none has a
/// class. What else a task is spread over is not known before it starts: it counts as one.
#[must_use]
pub fn asked(manifest: &Manifest, hosts: &BTreeMap<String, Vec<Value>>) -> Option<TasksByClass> {
    let mut asked = TasksByClass::new();
    for task in &manifest.tasks {
        let Some(class) = task.resources else { continue };
        let instances = u32::try_from(hosts.get(&task.id).map_or(1, Vec::len)).unwrap_or(u32::MAX);
        add(&mut asked, class, instances);
    }
    (!asked.is_empty()).then_some(asked)
}

/// Adds the tasks of an open run that have not ended; one that was spread counts by its instances.
pub fn add_open(in_use: &mut TasksByClass, run: &Run, manifest: &Manifest) {
    let open = run.tasks.iter().filter(|task| !task.expanded && !task.status.is_terminal());
    for class in open.filter_map(|task| run.call_of(manifest, task)?.resources) {
        add(in_use, class, 1);
    }
}

fn add(tasks: &mut TasksByClass, class: ResourceClass, more: u32) {
    let known = tasks.entry(class.word().to_owned()).or_default();
    *known = known.saturating_add(more);
}
