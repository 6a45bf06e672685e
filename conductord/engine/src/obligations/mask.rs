//! What is left out of what is shown, by its place: `inputs.ssn`, `outputs.rows.*.email`,
//! `tasks.export.outputs`.
//!
//! A path that may mean a place does mean it: too much is masked rather than too little. A part of a
//! path is a key, `*` for any key or element; in a list a key stands for that key of every element.
//! `outputs` means the run's outputs and those of every task, for the one is made of the other.

use serde_json::{Map, Value};

/// Stands where something was left out.
pub const MASKED: &str = "[masked]";

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mask {
    paths: Vec<Vec<String>>,
}

impl Mask {
    /// Nothing is left out.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Leaves these out, too.
    pub fn add(&mut self, paths: &[String]) {
        let parts = |path: &String| path.split('.').map(str::to_owned).collect();
        self.paths.extend(paths.iter().map(parts));
    }

    /// Whether anything of the inputs is left out.
    #[must_use]
    pub fn covers_inputs(&self) -> bool {
        !self.below(&["inputs"]).is_empty()
    }

    /// Whether anything of what a task gives is left out. What it prints may hold that.
    #[must_use]
    pub fn covers_outputs_of(&self, task: &str) -> bool {
        !self.below_task(task).is_empty()
    }

    /// Whether anything of what any task, or the run, gives is left out.
    #[must_use]
    pub fn covers_outputs(&self) -> bool {
        self.paths.iter().any(|path| matches!(path[0].as_str(), "outputs" | "tasks" | "*"))
    }

    /// Whether what a task prints is left out: where that is said, and where what it gives is.
    #[must_use]
    pub fn covers_logs_of(&self, task: &str) -> bool {
        self.covers_outputs_of(task) || !self.below(&["logs"]).is_empty()
    }

    /// Masks anything else that is an object, by the name that paths begin with.
    pub fn object(&self, name: &str, values: &mut Map<String, Value>) {
        hide_all(values, &self.below(&[name]));
    }

    /// Whether a place is left out: `principal`, `input.resource.id`.
    #[must_use]
    pub fn covers(&self, place: &str) -> bool {
        let parts: Vec<&str> = place.split('.').collect();
        self.below(&parts).iter().any(|rest| rest.is_empty())
    }

    /// Masks a run's inputs.
    pub fn inputs(&self, values: &mut Map<String, Value>) {
        hide_all(values, &self.below(&["inputs"]));
    }

    /// Masks a run's outputs.
    pub fn outputs(&self, values: &mut Map<String, Value>) {
        hide_all(values, &self.below(&["outputs"]));
    }

    /// Masks a task's outputs.
    pub fn task_outputs(&self, task: &str, values: &mut Map<String, Value>) {
        hide_all(values, &self.below_task(task));
    }

    /// Masks the values that an instance of a task is for: they are made of inputs and of outputs
    /// of others. A host is neither.
    pub fn instance_values(&self, values: &mut Map<String, Value>) {
        if self.covers_inputs() || self.covers_outputs() {
            for (_, value) in
                values.iter_mut().filter(|(name, _)| *name != "host" && *name != "index")
            {
                *value = MASKED.into();
            }
        }
    }

    /// Masks words that may hold something of what a task gives, or printed.
    pub fn words_of(&self, task: &str, words: &mut String) {
        if !words.is_empty() && self.covers_logs_of(task) {
            MASKED.clone_into(words);
        }
    }

    /// Masks an object that is kept as text. What is no object is left out whole.
    #[must_use]
    pub fn text(&self, json: &str, mask: impl Fn(&Self, &mut Map<String, Value>)) -> String {
        if self.is_empty() || json.is_empty() {
            return json.to_owned();
        }
        let Ok(mut values) = serde_json::from_str::<Map<String, Value>>(json) else {
            return "{}".to_owned();
        };
        mask(self, &mut values);
        Value::Object(values).to_string()
    }

    /// What is left of the paths that lead to a place or through it.
    fn below(&self, place: &[&str]) -> Vec<&[String]> {
        self.paths.iter().filter_map(|path| rest(path, place)).collect()
    }

    fn below_task(&self, task: &str) -> Vec<&[String]> {
        // An instance, `restart[web-1]`, is its task, too.
        let group = task.split('[').next().unwrap_or(task);
        let mut rests = self.below(&["outputs"]);
        rests.extend(self.below(&["tasks", task, "outputs"]));
        if group != task {
            rests.extend(self.below(&["tasks", group, "outputs"]));
        }
        rests
    }
}

/// The rest of a path behind a place; empty where the path ends at the place or above it.
fn rest<'p>(path: &'p [String], place: &[&str]) -> Option<&'p [String]> {
    let mut rest = path;
    for part in place {
        let Some((first, after)) = rest.split_first() else { return Some(&[]) };
        if first != part && first != "*" {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

fn hide_all(values: &mut Map<String, Value>, rests: &[&[String]]) {
    for rest in rests {
        match rest.split_first() {
            // The names stay, so that a reader sees that something is there.
            None => values.values_mut().for_each(|value| *value = MASKED.into()),
            Some(_) => {
                let mut whole = Value::Object(std::mem::take(values));
                hide(&mut whole, rest);
                if let Value::Object(masked) = whole {
                    *values = masked;
                }
            }
        }
    }
}

fn hide(value: &mut Value, path: &[String]) {
    let Some((first, rest)) = path.split_first() else {
        *value = MASKED.into();
        return;
    };
    match value {
        Value::Object(entries) => {
            let meant = |name: &str| first == "*" || first == name;
            for (_, below) in entries.iter_mut().filter(|(name, _)| meant(name)) {
                hide(below, rest);
            }
        }
        Value::Array(elements) => {
            let place = first.parse::<usize>().ok();
            for (at, below) in elements.iter_mut().enumerate() {
                match place {
                    Some(place) if place == at => hide(below, rest),
                    Some(_) => {}
                    None if first == "*" => hide(below, rest),
                    None => hide(below, path),
                }
            }
        }
        // The path goes on where the value ends, unless the text is JSON by itself.
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => *value = MASKED.into(),
        _ => {}
    }
}
