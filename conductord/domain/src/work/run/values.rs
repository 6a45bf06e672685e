//! A run's values: what templates see, and what they give.

use std::collections::BTreeMap;

use conductor_protocol::manifest::{Manifest, SSH};
use serde_json::{Map, Value, json};

use super::{
    Run,
    call::{Call, spec_at},
};
use crate::{
    secret::Placeholders,
    template::{self, Names, Reads},
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
        let names = match call.is_plain(&manifest.env) {
            true => Names::default(),
            false => self.names_of(task, &call.reads(&manifest.env)),
        };
        let mut rendered = call.fill(&manifest.env, &with_secrets(names, secrets))?;
        if call.uses == SSH
            && !rendered.with.contains_key("host")
            && let Some(host) = object(&task.values).get("host")
        {
            rendered.with.insert("host".into(), host.clone());
        }
        Ok(rendered)
    }

    /// Evaluates a `when`.
    ///
    /// # Errors
    /// A sentence that says why it can't be.
    pub fn condition(&self, when: &str) -> Result<bool, String> {
        let names = self.names(&Reads::default().and_text(when));
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
                let reads = spec.outputs.values().fold(Reads::default(), Reads::and_value);
                let result = Map::from_iter([("result".into(), outputs.clone().into())]);
                let names = self.names_of(task, &reads).and(result);
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
        let names = self.names(&manifest.outputs.values().fold(Reads::default(), Reads::and_value));
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
    fn names_of(&self, task: &Task, reads: &Reads) -> Names {
        let mut own = match object(&task.values) {
            Value::Object(own) => own,
            _ => Map::new(),
        };
        if task.role == Role::Undo {
            own.insert("result".into(), object(&task.outputs));
        }
        self.names(reads).and(own)
    }

    /// What templates see that read so much.
    pub(super) fn names(&self, reads: &Reads) -> Names {
        let plain = self.tasks.iter().filter(|task| task.role == Role::Plain);
        let tasks: Map<String, Value> = plain
            .filter(|task| reads.task(&task.id))
            .map(|task| {
                let mut state = json!({
                    "status": task.status.word(),
                    "outputs": object(&task.outputs),
                    "message": task.message,
                });
                if reads.instances() {
                    state["instances"] = self.instances_of(task.place).map(instance).collect();
                }
                (task.id.clone(), state)
            })
            .collect();
        let names = json!({
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
        });
        names.into()
    }
}

/// Placeholders stand in the places of secrets.
pub(super) fn with_secrets(names: Names, secrets: &Placeholders) -> Names {
    if secrets.is_empty() {
        return names;
    }
    names.and(Map::from_iter([("secrets".to_owned(), secrets.to_value())]))
}

impl Call<'_> {
    /// Whether there is nothing to fill in.
    pub(super) fn is_plain(&self, env: &BTreeMap<String, String>) -> bool {
        !self.with.values().any(template::is_template_in)
            && !env.values().chain(self.env.values()).any(|text| template::is_template(text))
    }

    /// What its templates read; `env` is the workflow's.
    fn reads(&self, env: &BTreeMap<String, String>) -> Reads {
        let reads = self.with.values().fold(Reads::default(), Reads::and_value);
        env.values().chain(self.env.values()).fold(reads, |reads, text| reads.and_text(text))
    }

    /// Fills in what it gives its executor. `env` is the workflow's.
    fn fill(&self, env: &BTreeMap<String, String>, names: &Names) -> Result<Rendered, String> {
        let mut rendered = Rendered::default();
        let mut problem = None;
        self.fill_each((env, names), &mut |field, filled| match (field, filled) {
            (_, Err(why)) => problem = problem.take().or(Some(why)),
            (Field::With(name), Ok(value)) => {
                rendered.with.insert(name.to_owned(), value);
            }
            (Field::Env(name), Ok(value)) => {
                rendered.env.insert(name.to_owned(), value.as_str().unwrap_or_default().to_owned());
            }
        });
        problem.map_or(Ok(rendered), Err)
    }

    /// Fills in each field of what it gives its executor, one after another.
    pub(super) fn fill_each(
        &self,
        (env, names): (&BTreeMap<String, String>, &Names),
        took: &mut dyn FnMut(Field<'_>, Result<Value, String>),
    ) {
        for (name, value) in self.with {
            let place = format!("with.{name}");
            took(Field::With(name), template::render_value(value, names, &place));
        }
        for (name, text) in env.iter().chain(self.env) {
            let rendered = template::render_text(text, names);
            let rendered = rendered.map_err(|problem| format!("env.{name}: {problem}"));
            took(Field::Env(name), rendered.map(Value::String));
        }
    }
}

/// What of a call is filled in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field<'a> {
    /// A parameter of the executor.
    With(&'a str),
    /// A variable of its program's environment.
    Env(&'a str),
}

fn instance(task: &Task) -> Value {
    let key = task.id.split_once('[').map_or("", |(_, key)| key.trim_end_matches(']'));
    json!({"key": key, "status": task.status.word(), "outputs": object(&task.outputs)})
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::Object(Map::new()))
}
