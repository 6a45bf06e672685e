//! Which names the templates of a workflow may use, field by field.

use std::collections::BTreeSet;

use super::{
    node::{Data, Node, field_path, item_path},
    problem::Problems,
    scope::{Local, Readable, Scope, Templates},
};

/// What a host has in a template.
const HOST_NAMES: &[&str] = &["name", "address", "port", "user", "labels", "vars"];
/// What a health check knows of the batch before it.
const BATCH_NAMES: &[&str] = &["number", "instances"];

/// Checks every template of a workflow. `ended` has, for each task, those that have ended for
/// sure when it starts.
pub(super) fn check(
    document: &Node,
    (tasks, ended): (&[Node], &[BTreeSet<usize>]),
    templates: &Templates<'_>,
    problems: &mut Problems,
) {
    let early = |place| Scope { readable: Readable::None(place), locals: &[] };
    let mut fields = Fields { templates, problems };
    fields.check(document, "", "env", &early("the workflow's `env` is filled in"));
    let all = Scope { readable: Readable::All, locals: &[] };
    fields.check(document, "", "outputs", &all);
    if let Some(concurrency) = document.entry("concurrency") {
        let scope = early("the group is chosen");
        fields.check(&concurrency.value, "concurrency", "group", &scope);
    }
    for ((index, task), ended) in tasks.iter().enumerate().zip(ended) {
        fields.task(task, &item_path("tasks", index), ended, &early("the hosts are chosen"));
    }
}

struct Fields<'a, 'p> {
    templates: &'a Templates<'a>,
    problems: &'p mut Problems,
}

impl Fields<'_, '_> {
    fn check(&mut self, node: &Node, path: &str, field: &str, scope: &Scope<'_>) {
        let Some(entry) = node.entry(field) else { return };
        let path = field_path(path, field);
        match field {
            "when" => self.templates.check_bare(&entry.value, &path, scope, self.problems),
            _ => self.templates.check(&entry.value, &path, scope, self.problems),
        }
    }

    fn task(&mut self, task: &Node, path: &str, ended: &BTreeSet<usize>, early: &Scope<'_>) {
        let plain = Scope { readable: Readable::Ended(ended), locals: &[] };
        for field in ["when", "foreach", "matrix"] {
            self.check(task, path, field, &plain);
        }
        self.check(task, path, "hosts", early);
        let mut locals = instance_names(task);
        let scope = Scope { readable: Readable::Ended(ended), locals: &locals };
        self.check(task, path, "with", &scope);
        self.check(task, path, "env", &scope);
        if let Some(health) =
            task.entry("rollout").and_then(|rollout| rollout.value.entry("health"))
        {
            let batch = [Local { root: "batch", members: Some(BATCH_NAMES.to_vec()) }];
            let scope = Scope { readable: Readable::Ended(ended), locals: &batch };
            let path = field_path(&field_path(path, "rollout"), "health");
            self.check(&health.value, &path, "with", &scope);
            self.check(&health.value, &path, "env", &scope);
        }
        locals.push(Local { root: "result", members: None });
        let scope = Scope { readable: Readable::Ended(ended), locals: &locals };
        self.check(task, path, "outputs", &scope);
        if let Some(compensate) = task.entry("compensate") {
            let path = field_path(path, "compensate");
            self.check(&compensate.value, &path, "with", &scope);
            self.check(&compensate.value, &path, "env", &scope);
        }
    }
}

/// What an instance of the task knows of itself.
fn instance_names(task: &Node) -> Vec<Local<'_>> {
    let local = |root, members| Local { root, members };
    if let Some(matrix) = task.entry("matrix") {
        let axes = match &matrix.value.data {
            Data::Map(entries) => Some(entries.iter().map(|axis| axis.key.as_str()).collect()),
            _ => None,
        };
        return vec![local("matrix", axes), local("index", None)];
    }
    if task.entry("hosts").is_some() {
        return vec![local("host", Some(HOST_NAMES.to_vec())), local("index", None)];
    }
    if task.entry("foreach").is_some() {
        return vec![local("item", None), local("index", None)];
    }
    Vec::new()
}
