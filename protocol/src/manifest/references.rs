//! Which names the templates of a workflow may use, field by field.

use std::collections::BTreeSet;

use super::{
    executor::needs_worker,
    node::{Data, Node, field_path, item_path},
    problem::Problems,
    scope::{Local, Readable, Scope, Templates},
    secrets,
};

/// What a host has in a template.
const HOST_NAMES: &[&str] = &["name", "address", "port", "user", "labels", "groups"];
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
        let names = secrets::names(task);
        self.call((task, path), &names, ended, &locals);
        if let Some(health) =
            task.entry("rollout").and_then(|rollout| rollout.value.entry("health"))
        {
            let batch = [Local { root: "batch", members: Some(BATCH_NAMES.to_vec()) }];
            let path = field_path(&field_path(path, "rollout"), "health");
            self.call((&health.value, &path), &names, ended, &batch);
        }
        locals.push(Local { root: "result", members: None });
        let scope = Scope { readable: Readable::Ended(ended), locals: &locals };
        self.check(task, path, "outputs", &scope);
        if let Some(compensate) = task.entry("compensate") {
            let path = field_path(path, "compensate");
            self.call((&compensate.value, &path), &names, ended, &locals);
        }
    }

    /// Checks what an executor is given: its `with` and `env`, which may hold secrets.
    fn call(
        &mut self,
        (node, path): (&Node, &str),
        secrets: &[&str],
        ended: &BTreeSet<usize>,
        locals: &[Local<'_>],
    ) {
        let mut with_secrets = locals.to_vec();
        with_secrets.push(Local { root: secrets::ROOT, members: Some(secrets.to_vec()) });
        let open = Scope { readable: Readable::Ended(ended), locals: &with_secrets };
        let closed = Scope { readable: Readable::Ended(ended), locals };
        let uses = node.entry("uses").and_then(|entry| entry.value.text()).unwrap_or_default();
        self.check(node, path, "env", if needs_worker(uses) { &open } else { &closed });
        let Some(with) = node.entry("with") else { return };
        let path = field_path(path, "with");
        let Data::Map(parameters) = &with.value.data else {
            return self.templates.check(&with.value, &path, &closed, self.problems);
        };
        for parameter in parameters {
            let scope =
                if secrets::may_hold_secret(uses, &parameter.key) { &open } else { &closed };
            let path = field_path(&path, &parameter.key);
            self.templates.check(&parameter.value, &path, scope, self.problems);
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
