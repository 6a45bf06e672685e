//! What templates see. Some of it may come later: a plan is made before any task has given its
//! outputs. A template that asks for such a value is noticed, and is not guessed at.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use minijinja::value::{Enumerator, Object, Value};
use serde_json::Map;

/// Names with their values.
#[derive(Debug, Clone, Default)]
pub struct Names {
    values: Value,
    noticed: Option<Arc<Noticed>>,
}

impl From<serde_json::Value> for Names {
    fn from(values: serde_json::Value) -> Self {
        Self { values: Value::from_serialize(values), noticed: None }
    }
}

impl Names {
    /// What the template engine takes.
    pub(super) const fn values(&self) -> &Value {
        &self.values
    }

    /// These, and others that come before them where both have a name.
    #[must_use]
    pub fn and(&self, others: Map<String, serde_json::Value>) -> Self {
        if others.is_empty() {
            return self.clone();
        }
        let others = Value::from_serialize(others);
        let values = minijinja::value::merge_maps([self.values.clone(), others]);
        Self { values, noticed: self.noticed.clone() }
    }

    /// These, and some that come later.
    #[must_use]
    pub fn and_later(&self, later: &Later) -> Self {
        let noticed = self.noticed.clone().unwrap_or_default();
        let values = minijinja::value::merge_maps([self.values.clone(), later.value(&noticed)]);
        Self { values, noticed: Some(noticed) }
    }

    /// Whether the last template asked for what comes later. What it waits for is kept for
    /// [`Self::take_after`].
    pub(super) fn was_asked_too_early(&self) -> bool {
        self.noticed.as_ref().is_some_and(|noticed| noticed.lock().keep())
    }

    /// After what the values are there that were asked for, and begins anew.
    #[must_use]
    pub fn take_after(&self) -> BTreeSet<String> {
        self.was_asked_too_early();
        match &self.noticed {
            Some(noticed) => std::mem::take(&mut noticed.lock().all),
            None => BTreeSet::new(),
        }
    }
}

/// A mapping of which some values are known, and some come after something.
#[derive(Debug, Clone, Default)]
pub struct Later {
    known: Map<String, serde_json::Value>,
    inner: BTreeMap<String, Self>,
    later: BTreeMap<String, BTreeSet<String>>,
    rest: BTreeSet<String>,
}

impl Later {
    /// A mapping of which all that is known is this.
    #[must_use]
    pub fn of(known: Map<String, serde_json::Value>) -> Self {
        Self { known, ..Self::default() }
    }

    /// With a name whose value comes after these.
    #[must_use]
    pub fn with(mut self, name: &str, after: BTreeSet<String>) -> Self {
        self.later.insert(name.to_owned(), after);
        self
    }

    /// With a mapping of the same kind inside.
    #[must_use]
    pub fn inside(mut self, name: &str, inner: Self) -> Self {
        self.inner.insert(name.to_owned(), inner);
        self
    }

    /// Every name that is not known comes after these, when there are any.
    #[must_use]
    pub fn with_rest(mut self, after: BTreeSet<String>) -> Self {
        self.rest = after;
        self
    }

    fn value(&self, noticed: &Arc<Noticed>) -> Value {
        let mut known: BTreeMap<String, Value> = self
            .known
            .iter()
            .map(|(name, value)| (name.clone(), Value::from_serialize(value)))
            .collect();
        for (name, inner) in &self.inner {
            known.insert(name.clone(), inner.value(noticed));
        }
        let noticed = Arc::clone(noticed);
        Value::from_object(Partly {
            known,
            later: self.later.clone(),
            rest: self.rest.clone(),
            noticed,
        })
    }
}

#[derive(Debug, Default)]
struct Lists {
    /// By the template that was looked at last.
    fresh: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl Lists {
    /// Whether the template that was looked at last asked too early; it is forgotten here.
    fn keep(&mut self) -> bool {
        let any = !self.fresh.is_empty();
        self.all.append(&mut self.fresh);
        any
    }
}

/// What was asked for too early: after what it is there.
#[derive(Debug, Default)]
struct Noticed(Mutex<Lists>);

impl Noticed {
    fn lock(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mapping in the template engine that notices who asks for what is not there yet.
#[derive(Debug)]
struct Partly {
    known: BTreeMap<String, Value>,
    later: BTreeMap<String, BTreeSet<String>>,
    rest: BTreeSet<String>,
    noticed: Arc<Noticed>,
}

impl Partly {
    fn notice(&self, after: &BTreeSet<String>) {
        self.noticed.lock().fresh.extend(after.iter().cloned());
    }
}

impl Object for Partly {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        if let Some(known) = self.known.get(name) {
            return Some(known.clone());
        }
        let after = match self.later.get(name) {
            Some(after) => after,
            None if self.rest.is_empty() => return None,
            None => &self.rest,
        };
        self.notice(after);
        // Whatever is made of it is thrown away.
        let (known, later) = (BTreeMap::new(), BTreeMap::new());
        let (rest, noticed) = (after.clone(), Arc::clone(&self.noticed));
        Some(Value::from_object(Self { known, later, rest, noticed }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.later.values().chain([&self.rest]).for_each(|after| self.notice(after));
        Enumerator::Values(self.known.keys().map(Value::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::{is_true, render_value};

    fn after(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn names() -> Names {
        let done = json!({"done": {"status": "succeeded", "outputs": {"n": 7}}});
        let serde_json::Value::Object(done) = done else { panic!("an object") };
        let tasks = Later::of(done).with("disk", after(&["disk"])).with("net", after(&["net"]));
        let later = Later::default().inside("tasks", tasks).with("item", after(&["list"]));
        Names::from(json!({"inputs": {"n": 3, "path": "/var"}})).and_later(&later)
    }

    fn check(template: &str, shown: serde_json::Value, waits: &[&str]) {
        let names = names();
        let got = render_value(&template.into(), &names, "x");
        assert_eq!((got, names.take_after()), (Ok(shown), after(waits)), "{template}");
    }

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays_as_it_is_written() {
        check("{{ inputs.n + tasks.done.outputs.n }}", json!(10), &[]);
        check(
            "df {{ inputs.path }} > {{ tasks.disk.outputs.file }}",
            json!("df /var > {{ tasks.disk.outputs.file }}"),
            &["disk"],
        );
        check("{{ tasks.disk.outputs.n }}", json!("{{ tasks.disk.outputs.n }}"), &["disk"]);
        check("{{ item }} {{ tasks.net }}", json!("{{ item }} {{ tasks.net }}"), &["list", "net"]);
    }

    #[test]
    fn only_what_is_really_asked_for_has_to_be_there() {
        check("{{ 'a' if inputs.n else tasks.disk.outputs.n }}", json!("a"), &[]);
        check(
            "{{ tasks.disk.outputs.n if inputs.n else 'a' }}",
            json!("{{ tasks.disk.outputs.n if inputs.n else 'a' }}"),
            &["disk"],
        );
    }

    #[test]
    fn a_template_whose_statements_decide_by_it_is_left_alone() {
        let template = "{{ inputs.n }}{% if tasks.disk.status == 'failed' %}x{% endif %}";
        check(template, json!(template), &["disk"]);
        let all = "{% for t in tasks %}{{ t }}{% endfor %}";
        check(all, json!(all), &["disk", "net"]);
    }

    #[test]
    fn a_real_mistake_is_still_one() {
        let wrong = render_value(&"{{ inputs.x.y }}".into(), &names(), "x");
        assert!(wrong.is_err_and(|problem| problem.starts_with("x: ")));
    }

    #[test]
    fn conditions_wait_too() {
        let names = names();
        assert_eq!(is_true("tasks.disk.outputs.n | int > 3", &names), Ok(false));
        assert_eq!(names.take_after(), after(&["disk"]));
        assert_eq!(is_true("inputs.n > 2 or tasks.disk.outputs.n", &names), Ok(true));
        assert!(names.take_after().is_empty());
    }
}
