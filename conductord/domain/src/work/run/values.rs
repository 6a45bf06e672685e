//! A run's values: what templates see, and what they give.

use std::collections::BTreeMap;

use conductor_protocol::manifest::{Manifest, TaskSpec};
use serde_json::{Map, Value, json};

use super::Run;
use crate::{secret::Placeholders, template};

/// A task's parameters and environment, rendered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendered {
    /// Parameters of the executor.
    pub with: Map<String, Value>,
    /// Environment of its program.
    pub env: BTreeMap<String, String>,
}

impl Run {
    /// Renders what a task is given. In the places of its secrets it gets placeholders.
    ///
    /// # Errors
    /// A sentence that says which template failed, and why.
    pub fn render(
        &self,
        manifest: &Manifest,
        spec: &TaskSpec,
        secrets: &Placeholders,
    ) -> Result<Rendered, String> {
        let plain = !spec.with.values().any(template::is_template_in)
            && !manifest
                .env
                .values()
                .chain(spec.env.values())
                .any(|text| template::is_template(text));
        let mut names = if plain { Value::Null } else { self.names() };
        if !plain && !secrets.is_empty() {
            names["secrets"] = secrets.to_value();
        }
        let with = match template::render_value(&Value::Object(spec.with.clone()), &names, "with")?
        {
            Value::Object(with) => with,
            _ => Map::new(),
        };
        let mut env = BTreeMap::new();
        for (name, text) in manifest.env.iter().chain(&spec.env) {
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
        template::is_true(when, &self.names()).map_err(|problem| format!("when: {problem}"))
    }

    /// A task's outputs: what its executor gave, and what its specification makes of that.
    ///
    /// # Errors
    /// A sentence that says which output failed, and why.
    pub fn outputs_of(
        &self,
        spec: &TaskSpec,
        result: Map<String, Value>,
        bytes_max: usize,
    ) -> Result<Map<String, Value>, String> {
        let mut outputs = result;
        if !spec.outputs.is_empty() {
            let mut names = self.names();
            names["result"] = Value::Object(outputs.clone());
            for (name, value) in &spec.outputs {
                let place = format!("outputs.{name}");
                outputs.insert(name.clone(), template::render_value(value, &names, &place)?);
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
        let names = self.names();
        manifest
            .outputs
            .iter()
            .map(|(name, value)| {
                let place = format!("outputs.{name}");
                Ok((name.clone(), template::render_value(value, &names, &place)?))
            })
            .collect()
    }

    /// What templates see.
    fn names(&self) -> Value {
        let object = |text: &str| -> Value {
            serde_json::from_str(text).unwrap_or_else(|_| Value::Object(Map::new()))
        };
        let tasks: Map<String, Value> = self
            .tasks
            .iter()
            .map(|task| {
                let state = json!({
                    "status": task.status.word(),
                    "outputs": object(&task.outputs),
                    "message": task.message,
                });
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
