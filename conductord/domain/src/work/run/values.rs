//! A run's values: what templates see, and what they give.

use std::collections::BTreeMap;

use conductor_protocol::manifest::{Manifest, SSH};
use serde_json::{Map, Value, json};

use super::{Run, call::spec_at};
use crate::{
    secret::Placeholders,
    template,
    work::task::{Role, Task},
};

/// A task's parameters and environment, rendered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendered {
    /// Parameters of the executor.
    pub with: Map<String, Value>,
    /// Environment of its program.
    pub env: BTreeMap<String, String>,
}

impl Run {
    /// Renders what a task is given. In the places of its secrets it gets placeholders. A script
    /// of an instance for a host runs on that host, unless it names another.
    ///
    /// # Errors
    /// A sentence that says which template failed, and why.
    pub fn render(
        &self,
        manifest: &Manifest,
        task: &Task,
        secrets: &Placeholders,
    ) -> Result<Rendered, String> {
        let call = self.call_of(manifest, task).ok_or("the manifest has no such task")?;
        let plain = !call.with.values().any(template::is_template_in)
            && !manifest
                .env
                .values()
                .chain(call.env.values())
                .any(|text| template::is_template(text));
        let with = Value::Object(call.with.clone());
        let mut names = if plain {
            Value::Null
        } else {
            let instances = template::mentions(&with, "instances")
                || call.env.values().any(|text| text.contains("instances"));
            self.names_of(task, instances)
        };
        if !plain && !secrets.is_empty() {
            names["secrets"] = secrets.to_value();
        }
        let mut with = match template::render_value(&with, &names, "with")? {
            Value::Object(with) => with,
            _ => Map::new(),
        };
        if call.uses == SSH
            && !with.contains_key("host")
            && let Some(host) = object(&task.values).get("host")
        {
            with.insert("host".into(), host.clone());
        }
        let mut env = BTreeMap::new();
        for (name, text) in manifest.env.iter().chain(call.env) {
            let rendered = template::render_text(text, &names)
                .map_err(|problem| format!("env.{name}: {problem}"))?;
            env.insert(name.clone(), rendered);
        }
        Ok(Rendered { with, env })
    }

    /// Evaluates a `when`.
    ///
    /// # Errors
    /// A sentence that says why it can't be.
    pub fn condition(&self, when: &str) -> Result<bool, String> {
        let names = self.names(when.contains("instances"));
        template::is_true(when, &names).map_err(|problem| format!("when: {problem}"))
    }

    /// A task's outputs: what its executor gave, and what its specification makes of that.
    ///
    /// # Errors
    /// A sentence that says which output failed, and why.
    pub fn outputs_of(
        &self,
        (manifest, task): (&Manifest, &Task),
        result: Map<String, Value>,
        bytes_max: usize,
    ) -> Result<Map<String, Value>, String> {
        let mut outputs = result;
        let own = matches!(task.role, Role::Plain | Role::Instance);
        if let Some(spec) = spec_at(manifest, task).filter(|_| own) {
            for (name, kind) in &spec.output_types {
                let value = outputs.get(name).ok_or_else(|| format!("it gave no `{name}`"))?;
                let value = kind.read(value).map_err(|why| format!("outputs.{name}: {why}"))?;
                outputs.insert(name.clone(), value);
            }
            if !spec.outputs.is_empty() {
                let instances = spec.outputs.values().any(|v| template::mentions(v, "instances"));
                let mut names = self.names_of(task, instances);
                names["result"] = Value::Object(outputs.clone());
                for (name, value) in &spec.outputs {
                    let place = format!("outputs.{name}");
                    outputs.insert(name.clone(), template::render_value(value, &names, &place)?);
                }
            }
        }
        if outputs.is_empty() {
            return Ok(outputs);
        }
        let bytes = serde_json::to_vec(&outputs).map_or(usize::MAX, |json| json.len());
        if bytes > bytes_max {
            return Err(format!("its outputs take {bytes} bytes; the bound is {bytes_max}"));
        }
        Ok(outputs)
    }

    /// The run's own outputs.
    ///
    /// # Errors
    /// A sentence that says which output failed, and why.
    pub(super) fn outputs_of_run(&self, manifest: &Manifest) -> Result<Map<String, Value>, String> {
        if manifest.outputs.is_empty() {
            return Ok(Map::new());
        }
        let names =
            self.names(manifest.outputs.values().any(|v| template::mentions(v, "instances")));
        manifest
            .outputs
            .iter()
            .map(|(name, value)| {
                let place = format!("outputs.{name}");
                Ok((name.clone(), template::render_value(value, &names, &place)?))
            })
            .collect()
    }

    /// What the templates of a task see: also what it knows of itself.
    fn names_of(&self, task: &Task, instances: bool) -> Value {
        let mut names = self.names(instances);
        if let Value::Object(own) = object(&task.values) {
            for (name, value) in own {
                names[name] = value;
            }
        }
        if task.role == Role::Undo {
            names["result"] = object(&task.outputs);
        }
        names
    }

    /// What every template sees. The instances of tasks are many, and left out unless asked for.
    pub(super) fn names(&self, instances: bool) -> Value {
        let plain = self.tasks.iter().filter(|task| task.role == Role::Plain);
        let tasks: Map<String, Value> = plain
            .map(|task| {
                let mut state = json!({
                    "status": task.status.word(),
                    "outputs": object(&task.outputs),
                    "message": task.message,
                });
                if instances {
                    state["instances"] = self.instances_of(task.place).map(instance).collect();
                }
                (task.id.clone(), state)
            })
            .collect();
        json!({
            "inputs": object(&self.inputs),
            "tasks": tasks,
            "run": {
                "id": self.id,
                "workflow": self.workflow.name,
                "version": self.workflow.version,
                "owner": self.owner,
                "tenant": self.scope.tenant,
                "environment": self.scope.environment,
                "region": self.scope.region,
            },
        })
    }
}

fn instance(task: &Task) -> Value {
    let key = task.id.split_once('[').map_or("", |(_, key)| key.trim_end_matches(']'));
    json!({"key": key, "status": task.status.word(), "outputs": object(&task.outputs)})
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::Object(Map::new()))
}
