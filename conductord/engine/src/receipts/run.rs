//! What the receipt of a run's end says.

use std::collections::{BTreeMap, BTreeSet};

use conductor_domain::work::run::{Ended, Run};
use conductor_protocol::jcs::sha256_hex;
use serde_json::{Map, Value, json};

use super::{
    evidence,
    look::Look,
    maker::MakeError,
    names,
    statement::{Detail, Found, Said, digest},
    steps::Steps,
};
use crate::{
    limits::{RECEIPT_HOSTS_MAX, RECEIPT_STEPS_MAX},
    ports::{Archive as _, ViewError},
};

pub(super) fn said(
    look: &Look<'_>,
    found: &Found<'_>,
    (ended, detail): (&Ended, Detail),
) -> Result<Said, MakeError> {
    let tenant = &found.envelope.scope.tenant;
    let run = look.views.run(tenant, ended.run)?.ok_or_else(|| ViewError::Damaged {
        problem: format!("run {} is in the ledger only", ended.run),
    })?;
    let (name, version) = (&run.workflow.name, &run.workflow.version);
    let workflow = look.views.workflow(tenant, name, version);
    let steps = Steps::of(&run, workflow.as_deref().map(|known| &*known.manifest));
    // Where it was accepted: what allowed it stands right before.
    let began = run.seqs.first().copied().unwrap_or(1);
    let decisions =
        evidence::decisions(look, (tenant, run.decision), (began, run.tasks.len() + 2))?;
    let approvals = match look.views.approval_of_run(tenant, run.id)? {
        Some(id) => evidence::approval(look, tenant, (id, detail))?,
        None => Vec::new(),
    };
    let mut more = Map::new();
    let mut add = |name: &str, value: Value| more.insert(name.to_owned(), value);
    add("conductor_run", about(&run));
    if run.tasks.len() > RECEIPT_STEPS_MAX || detail >= Detail::Tasks {
        add("conductor_tasks", Value::Array(steps.by_task()));
    } else {
        add("conductor_steps", Value::Array(steps.list()));
    }
    let runbook = workflow.as_deref().map(|known| evidence::runbook(known, detail));
    add("conductor_runbook_signatures", Value::Array(runbook.unwrap_or_default()));
    let dependencies = dependencies(&run, &decisions);
    add("conductor_decisions", Value::Array(decisions));
    add("conductor_approvals", Value::Array(approvals));
    let whole = detail == Detail::Whole && run.tasks.len() <= RECEIPT_STEPS_MAX;
    Ok(Said {
        subjects: if detail < Detail::Numbers { artifacts(&run) } else { Vec::new() },
        build_type: names::BUILD_TYPE_RUN.to_owned(),
        external: external(&run, detail),
        internal: internal(&run, detail),
        dependencies,
        invocation: run.id.to_string(),
        started: run.started_at.rfc3339(),
        byproducts: if whole { steps.logs() } else { Vec::new() },
        more,
    })
}

/// How it stands.
fn about(run: &Run) -> Value {
    let mut about = json!({
        "id": run.id,
        "status": run.status.word(),
        "owner": run.owner,
        "stepCount": run.tasks.len(),
        "outputsSha256": sha256_hex(run.outputs.as_bytes()),
    });
    let more = [
        ("rerunOf", run.rerun_of.map(|old| json!(old))),
        ("parent", run.parent.as_ref().map(|parent| json!(parent))),
        ("schedule", run.schedule.as_ref().map(|schedule| json!(schedule.name))),
        ("stoppedBy", run.stop.as_ref().map(|stop| json!(stop.by))),
        ("undoOnly", run.undo_only.then_some(Value::Bool(true))),
        ("rehearsal", run.rehearsal.then_some(Value::Bool(true))),
    ];
    for (name, value) in more {
        if let (Some(value), Some(about)) = (value, about.as_object_mut()) {
            about.insert(name.to_owned(), value);
        }
    }
    about
}

/// What whoever started it chose.
fn external(run: &Run, detail: Detail) -> Value {
    let inputs: Map<String, Value> = serde_json::from_str(&run.inputs).unwrap_or_default();
    let scope = &run.scope;
    let mut external = json!({
        "workflow": {
            "name": run.workflow.name,
            "version": run.workflow.version,
            "digest": digest(&run.workflow.digest),
        },
        "inputsSha256": sha256_hex(run.inputs.as_bytes()),
        "tenant": scope.tenant,
        "environment": scope.environment,
        "region": scope.region,
    });
    if detail < Detail::Numbers {
        external["inputs"] = Value::Object(inputs);
    }
    external
}

/// What the daemon found out for it.
fn internal(run: &Run, detail: Detail) -> Value {
    let mut internal = json!({});
    if !run.plan.is_empty() {
        internal["planDigest"] = json!(run.plan);
    }
    if run.hosts.is_empty() {
        return internal;
    }
    let hosts: BTreeMap<String, Vec<Value>> = serde_json::from_str(&run.hosts).unwrap_or_default();
    let name = |host: &Value| host.get("name").unwrap_or(host).clone();
    let shown = |hosts: &Vec<Value>| match hosts.len() > RECEIPT_HOSTS_MAX || detail > Detail::Steps
    {
        true => json!({"count": hosts.len()}),
        false => Value::Array(hosts.iter().map(name).collect()),
    };
    let hosts_by_task: Map<String, Value> =
        hosts.iter().map(|(task, hosts)| (task.clone(), shown(hosts))).collect();
    internal["hosts"] = Value::Object(hosts_by_task);
    internal["hostsSha256"] = json!(sha256_hex(run.hosts.as_bytes()));
    internal
}

/// What it was made of: the manifest, and the rules by which it was let through.
fn dependencies(run: &Run, decisions: &[Value]) -> Vec<Value> {
    let (name, version) = (&run.workflow.name, &run.workflow.version);
    let revision = |decision: &Value| decision["bundleRevision"].as_str().map(str::to_owned);
    let revisions: BTreeSet<String> = decisions.iter().filter_map(revision).collect();
    let manifest = json!({
        "uri": format!("urn:conductor:workflow:{name}@{version}"),
        "digest": digest(&run.workflow.digest),
    });
    let bundle = |revision: String| json!({"uri": "urn:conductor:policy-bundle", "annotations": {"revision": revision}});
    std::iter::once(manifest).chain(revisions.into_iter().map(bundle)).collect()
}

/// What it gave: each artifact once.
fn artifacts(run: &Run) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let of_tasks = run.tasks.iter().flat_map(|task| task.artifacts.iter().map(move |a| (task, a)));
    let fresh = of_tasks.filter(|(_, artifact)| seen.insert((&artifact.name, &artifact.digest)));
    fresh
        .map(|(task, artifact)| {
            json!({"name": format!("{}/{}", task.id, artifact.name), "digest": digest(&artifact.digest)})
        })
        .collect()
}
