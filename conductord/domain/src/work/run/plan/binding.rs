//! What of a plan is binding: what is approved, and what is run, is that.
//!
//! The digest is over the canonical JSON (RFC 8785) of the binding part. It has no times, no
//! estimates and no decisions in it, but what those are made from: the workflow's digest, the
//! inputs, the hosts, what every task gives its executor, and the policy that was asked.

use conductor_protocol::jcs;
use serde_json::{Map, Value, json};

use super::{Fate, Level, Plan, PlannedCall, PlannedInstance, PlannedTask};

/// The form of what is hashed. Another one has another number.
const FORMAT: &str = "conductor.plan/2";

/// The binding part of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// As a value.
    pub value: Value,
    /// As canonical JSON, which is what is hashed.
    pub json: String,
    /// `sha256:…` over it.
    pub digest: String,
}

impl Plan {
    /// What of it is binding, under that revision of the policy bundle.
    ///
    /// # Errors
    /// A sentence, when something in it has no canonical JSON: a number that is not finite.
    pub fn binding(&self, policy: &str) -> Result<Binding, String> {
        let mut value = level(&self.top);
        value["format"] = FORMAT.into();
        value["scope"] = json!(self.scope);
        value["policy"] = policy.into();
        let json = jcs::canonical_json(&value).map_err(|error| error.to_string())?;
        let digest = jcs::sha256_digest(json.as_bytes());
        Ok(Binding { value, json, digest })
    }
}

fn level(level: &Level) -> Value {
    json!({
        "workflow": level.workflow,
        "inputs": level.inputs,
        "hosts": level.hosts,
        "tasks": level.tasks.iter().map(|each| task(level, each)).collect::<Vec<_>>(),
    })
}

fn task(within: &Level, task: &PlannedTask) -> Value {
    let mut bound = call(&task.call);
    if let Some(spec) = task.spec(&within.manifest) {
        bound.insert("id".into(), spec.id.as_str().into());
        bound.insert("uses".into(), spec.uses.as_str().into());
    }
    match &task.fate {
        Fate::Runs => {}
        Fate::Skipped => {
            bound.insert("skipped".into(), true.into());
        }
        Fate::Later(after) => {
            bound.insert("decidedAfter".into(), json!(after));
        }
    }
    if let Some(spread) = &task.spread {
        if spread.after.is_empty() {
            let instances = spread.instances.iter().map(instance).collect();
            bound.insert("instances".into(), Value::Array(instances));
        } else {
            bound.insert("instancesAfter".into(), json!(spread.after));
        }
    }
    if !task.health.is_empty() {
        bound.insert("health".into(), task.health.iter().map(beside).collect());
    }
    if let Some(undo) = &task.undo {
        bound.insert("undo".into(), beside(undo));
    }
    if let Some(sub) = &task.sub {
        bound.insert("runs".into(), level(sub));
    }
    Value::Object(bound)
}

/// What runs beside a task. Its executor stands in the manifest, whose digest is bound.
fn beside(planned: &PlannedCall) -> Value {
    Value::Object(call(planned))
}

fn instance(instance: &PlannedInstance) -> Value {
    let mut bound = instance.call.as_ref().map(call).unwrap_or_default();
    bound.insert("key".into(), instance.key.as_str().into());
    bound.insert("batch".into(), instance.batch.into());
    // The hosts stand in their own place, once for all tasks.
    let values: Map<String, Value> = instance
        .values
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    bound.insert("values".into(), Value::Object(values));
    if let Some(undo) = &instance.undo {
        bound.insert("undo".into(), beside(undo));
    }
    if let Some(sub) = &instance.sub {
        bound.insert("runs".into(), level(sub));
    }
    Value::Object(bound)
}

fn call(call: &PlannedCall) -> Map<String, Value> {
    let mut bound = Map::new();
    if !call.with.is_empty() {
        bound.insert("with".into(), Value::Object(call.with.clone()));
    }
    if !call.env.is_empty() {
        bound.insert("env".into(), json!(call.env));
    }
    if !call.after.is_empty() {
        bound.insert("after".into(), json!(call.after));
    }
    bound
}
