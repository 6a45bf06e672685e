//! What a task with `foreach`, `matrix` or `hosts` is done for: its instances and their keys.

use std::collections::HashSet;

use conductor_protocol::manifest::{INSTANCES_MAX, Spread, TaskSpec};
use serde_json::{Map, Value, json};

use super::Run;
use crate::{
    template::{self, Names, Reads},
    work::task::{Expanded, Instance},
};

/// Bytes of an instance's key, before a number makes it unique.
const KEY_BYTES_MAX: usize = 48;

/// The instances of a task, in order.
///
/// # Errors
/// A sentence that says why there are none.
pub(super) fn expand(run: &Run, spec: &TaskSpec, spread: &Spread) -> Result<Expanded, String> {
    let known = Known {
        names: &|reads| run.names(reads),
        hosts: &|task| {
            let frozen: Map<String, Value> = serde_json::from_str(&run.hosts).unwrap_or_default();
            frozen.get(task).and_then(Value::as_array).cloned()
        },
    };
    let instances = instances(&known, spec, spread)?;
    Ok(Expanded { run: run.id, task: spec.id.clone(), instances })
}

/// What an expansion goes by.
pub(super) struct Known<'a> {
    /// What templates see that read so much.
    pub(super) names: &'a dyn Fn(&Reads) -> Names,
    /// The hosts that were chosen for a task.
    pub(super) hosts: &'a dyn Fn(&str) -> Option<Vec<Value>>,
}

/// The instances, as [`expand`] gives them.
pub(super) fn instances(
    known: &Known<'_>,
    spec: &TaskSpec,
    spread: &Spread,
) -> Result<Vec<Instance>, String> {
    let elements = match spread {
        Spread::Foreach(list) => {
            let list = evaluate(known, list, "foreach")?;
            list.into_iter().map(|item| (short(&item), named("item", item))).collect()
        }
        Spread::Matrix(axes) => {
            let axes = axes
                .iter()
                .map(|(name, list)| {
                    Ok((name.as_str(), evaluate(known, list, &format!("matrix.{name}"))?))
                })
                .collect::<Result<Vec<_>, String>>()?;
            combinations(&axes)?
        }
        Spread::Hosts(filter) => hosts(known, spec, filter)?,
    };
    if elements.len() > INSTANCES_MAX {
        return Err(format!("{} instances, and {INSTANCES_MAX} are taken", elements.len()));
    }
    let batches = spec.rollout.as_ref().map(|rollout| rollout.batches(elements.len()));
    let mut taken = HashSet::new();
    let instances = elements
        .into_iter()
        .enumerate()
        .map(|(index, (key, mut values))| {
            values.insert("index".into(), index.into());
            let key = unique(&key, index, &mut taken);
            let batch = batches.as_ref().and_then(|batches| batches.get(index)).copied();
            Instance { key, values, batch: batch.unwrap_or(0) }
        })
        .collect();
    Ok(instances)
}

type Element = (String, Map<String, Value>);

fn named(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}

fn evaluate(known: &Known<'_>, list: &Value, place: &str) -> Result<Vec<Value>, String> {
    let names = (known.names)(&Reads::default().and_value(list));
    match template::render_value(list, &names, place)? {
        Value::Array(items) => Ok(items),
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Array(items)) => Ok(items),
            _ => Err(format!("{place}: a text that is no JSON list")),
        },
        _ => Err(format!("{place}: it is no list")),
    }
}

fn combinations(axes: &[(&str, Vec<Value>)]) -> Result<Vec<Element>, String> {
    let total = axes.iter().fold(1_usize, |total, (_, values)| total.saturating_mul(values.len()));
    if total > INSTANCES_MAX {
        return Err(format!("{total} combinations, and {INSTANCES_MAX} are taken"));
    }
    let mut combined: Vec<(Vec<String>, Map<String, Value>)> = vec![Default::default()];
    for (name, values) in axes {
        combined = combined
            .iter()
            .flat_map(|(keys, chosen)| {
                values.iter().map(move |value| {
                    let mut keys = keys.clone();
                    keys.push(format!("{name}={}", short(value)));
                    let mut chosen = chosen.clone();
                    chosen.insert((*name).to_owned(), value.clone());
                    (keys, chosen)
                })
            })
            .collect();
    }
    let element = |(keys, chosen): (Vec<String>, Map<String, Value>)| {
        (keys.join(","), named("matrix", Value::Object(chosen)))
    };
    Ok(combined.into_iter().map(element).collect())
}

fn hosts(known: &Known<'_>, spec: &TaskSpec, filter: &str) -> Result<Vec<Element>, String> {
    let Some(hosts) = (known.hosts)(&spec.id) else {
        return Err(format!("the run was started without the hosts of `{filter}`"));
    };
    if hosts.is_empty() {
        return Err(format!("no host of the inventory fits `{filter}`"));
    }
    let element = |host: &Value| {
        let name = host.get("name").and_then(Value::as_str).unwrap_or_default();
        (name.to_owned(), named("host", host.clone()))
    };
    Ok(hosts.iter().map(element).collect())
}

/// A value as a part of a key: its text, or its JSON.
fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => json!(value).to_string(),
    }
}

/// A key of letters, digits and `._-=,:@`, so that it can stand in a file's name and a shell's
/// line; with its number where another has it already.
fn unique(wanted: &str, index: usize, taken: &mut HashSet<String>) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-=,:@".contains(c);
    let mut key: String = wanted.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    key.truncate(KEY_BYTES_MAX);
    if key.is_empty() || key.len() < wanted.len() || !taken.insert(key.clone()) {
        key = format!("{key}#{index}");
        taken.insert(key.clone());
    }
    key
}
