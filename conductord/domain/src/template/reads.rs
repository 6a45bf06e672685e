//! What of a run's tasks templates read, as far as their texts show. A run may have thousands of
//! tasks; giving every template all of them would cost each a look at all the others.

use std::collections::BTreeSet;

use serde_json::Value;

/// Names of tasks that some texts read. It is never too little: a text that reaches for a task in
/// another way than by its name reads every one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    tasks: BTreeSet<String>,
    every_task: bool,
    instances: bool,
}

impl Reads {
    /// What a text reads besides, whether it is a template or a condition.
    #[must_use]
    pub fn and_text(mut self, text: &str) -> Self {
        self.take(text);
        self
    }

    /// What every text in a value reads besides.
    #[must_use]
    pub fn and_value(mut self, value: &Value) -> Self {
        self.take_all(value);
        self
    }

    /// Whether a task is read.
    #[must_use]
    pub fn task(&self, id: &str) -> bool {
        self.every_task || self.tasks.contains(id)
    }

    /// Whether the instances of tasks are read.
    #[must_use]
    pub const fn instances(&self) -> bool {
        self.instances
    }

    fn take_all(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.take(text),
            Value::Array(items) => items.iter().for_each(|item| self.take_all(item)),
            Value::Object(fields) => fields.values().for_each(|item| self.take_all(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn take(&mut self, text: &str) {
        const TASKS: &str = "tasks";
        self.instances |= text.contains("instances");
        for (at, _) in text.match_indices(TASKS) {
            let before = text[..at].chars().next_back();
            // A part of a longer word, or a member of something else.
            if before.is_some_and(|before| in_name(before) || before == '.') {
                continue;
            }
            let after = &text[at + TASKS.len()..];
            match member(after) {
                _ if after.starts_with(in_name) => {}
                Some(id) => {
                    self.tasks.insert(id.to_owned());
                }
                None => self.every_task = true,
            }
        }
    }
}

const fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The name in `.name` or `['name']` at the beginning of a text.
fn member(text: &str) -> Option<&str> {
    let text = text.trim_start();
    if let Some(name) = text.strip_prefix('.') {
        let name = name.trim_start();
        let end = name.find(|c| !in_name(c)).unwrap_or(name.len());
        let (name, rest) = name.split_at(end);
        // A call is one of the mapping's own methods.
        return (!name.is_empty() && !rest.trim_start().starts_with('(')).then_some(name);
    }
    let inner = text.strip_prefix('[')?.trim_start();
    let quote = inner.chars().next().filter(|c| ['\'', '"'].contains(c))?;
    let (name, rest) = inner[1..].split_once(quote)?;
    (!name.contains('\\') && rest.trim_start().starts_with(']')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, read: &[&str], every: bool) {
        let reads = Reads::default().and_text(text);
        let names: Vec<&str> = reads.tasks.iter().map(String::as_str).collect();
        assert_eq!((names.as_slice(), reads.every_task), (read, every), "{text}");
    }

    #[test]
    fn a_task_is_read_by_its_name() {
        check("{{ inputs.n }} and no more", &[], false);
        check("{{ tasks.disk.outputs.n + tasks . net.status }}", &["disk", "net"], false);
        check("tasks['disk-2'].outputs.n > 3 and tasks[ \"b\" ].status", &["b", "disk-2"], false);
        check("{{ inputs.tasks.disk }} subtasks.x tasks_of.y", &[], false);
    }

    #[test]
    fn another_way_to_a_task_reads_every_one() {
        check("{% for id in tasks %}{{ tasks[id].status }}{% endfor %}", &[], true);
        check("{{ tasks[inputs.which].outputs }}", &[], true);
        check("{% set t = tasks %}{{ t.disk }}", &[], true);
        check("{{ tasks.items() }} {{ tasks | length }}", &[], true);
        check("{{ tasks['a' ~ inputs.n] }}", &[], true);
        check(r"{{ tasks['\x61'] }}", &[], true);
    }

    #[test]
    fn every_text_of_a_value_counts() {
        let value =
            serde_json::json!({"a": ["{{ tasks.x }}"], "b": {"c": "{{ tasks.y.instances }}"}});
        let reads = Reads::default().and_value(&value);
        assert!(reads.task("x") && reads.task("y") && !reads.task("z") && reads.instances());
    }
}
