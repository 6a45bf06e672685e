//! One task over many things: `foreach`, `matrix`, `hosts`, and how its instances roll out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    SideTask,
    check::{choice, is_identifier, list, mapping, text, unknown_fields, wrong_type},
    limits::{AXES_MAX, BATCHES_MAX, INSTANCES_MAX},
    node::{Data, Node, field_path, item_path},
    problem::{Problem, Problems},
    side,
};
use crate::{error_code::Code, inventory::Filter};

/// What a task is done for, once each: an instance of it for every element.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// Every element of a list, or of the list that a template gives.
    Foreach(Value),
    /// Every combination of the axes' values; each axis is a list or a template that gives one.
    Matrix(BTreeMap<String, Value>),
    /// Every host of the inventory that the filter names; a template over inputs.
    Hosts(String),
}

/// How the instances of a task start: how many at once, and when to stop.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Rollout {
    /// Sizes of the batches, one after another; the last one repeats. Empty: all in one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batch: Vec<Share>,
    /// Instances of a batch that run at once; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<u32>,
    /// Failed instances that are put up with; one more and no further one starts.
    #[serde(default, skip_serializing_if = "Share::is_none")]
    pub max_failures: Share,
    /// What must succeed after each batch before the next one starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Box<SideTask>>,
    /// The first batch is a canary: how it goes on after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<Canary>,
}

/// A number of instances, or a percentage of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// So many.
    Count(u32),
    /// So many of a hundred.
    Percent(u32),
}

impl Default for Share {
    fn default() -> Self {
        Self::Count(0)
    }
}

impl Share {
    fn is_none(&self) -> bool {
        *self == Self::Count(0)
    }

    /// How many of `total` it is, rounded down.
    #[must_use]
    pub fn of(self, total: usize) -> usize {
        match self {
            Self::Count(count) => count as usize,
            Self::Percent(percent) => total.saturating_mul(percent as usize) / 100,
        }
    }
}

/// How a rollout goes on after its first batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Canary {
    /// Somebody says so.
    Manual,
    /// When every instance of it succeeded.
    Automatic,
}

impl Rollout {
    /// Which batch each of `total` instances belongs to, counted from 0.
    #[must_use]
    pub fn batches(&self, total: usize) -> Vec<u32> {
        let mut batches = Vec::with_capacity(total);
        let mut batch = 0;
        while batches.len() < total {
            let size = match self.batch.get(batch).or(self.batch.last()) {
                // A percentage of few instances is at least one of them.
                Some(share) => share.of(total).max(1),
                None => total,
            };
            let size = size.min(total - batches.len());
            let number = u32::try_from(batch).unwrap_or(u32::MAX);
            batches.extend(std::iter::repeat_n(number, size));
            batch += 1;
        }
        batches
    }
}

const WORDS: &[&str] = &["foreach", "matrix", "hosts"];

/// What the task is spread over, if it is.
pub(super) fn read(task: &Node, path: &str, problems: &mut Problems) -> Option<Spread> {
    let mut given = WORDS.iter().filter_map(|word| task.entry(word));
    let entry = given.next()?;
    if let Some(second) = given.next() {
        let message = format!("`{}` beside `{}`", second.key, entry.key);
        refuse(second.at, &field_path(path, &second.key), (message, "keep one of them"), problems);
    }
    let path = field_path(path, &entry.key);
    let node = &entry.value;
    match entry.key.as_str() {
        "foreach" => elements(node, &path, problems).map(Spread::Foreach),
        "matrix" => axes(node, &path, problems).map(Spread::Matrix),
        _ => hosts(node, &path, problems).map(Spread::Hosts),
    }
}

/// A list with something in it, or a template that gives one.
fn elements(node: &Node, path: &str, problems: &mut Problems) -> Option<Value> {
    if node.is_template() {
        return Some(node.to_value());
    }
    let items = list(node, path, "a list, or a template that gives one", problems)?;
    if items.is_empty() {
        let hint = "name what it is done for, or remove the task";
        refuse(node.at, path, ("the list is empty".into(), hint), problems);
    }
    if items.len() > INSTANCES_MAX {
        let message = format!("{} elements, and {INSTANCES_MAX} are taken", items.len());
        let problem = Problem::new(Code::ManifestLimit, node.at, path, message);
        problems.add(problem.mend("split the task"));
    }
    Some(node.to_value())
}

fn axes(node: &Node, path: &str, problems: &mut Problems) -> Option<BTreeMap<String, Value>> {
    let entries = mapping(node, path, "a mapping of names to lists", problems)?;
    if entries.is_empty() {
        refuse(node.at, path, ("it has no axis".into(), "add one, like `zone: [a, b]`"), problems);
    }
    if entries.len() > AXES_MAX {
        let message = format!("{} axes, and {AXES_MAX} are taken", entries.len());
        let problem = Problem::new(Code::ManifestLimit, node.at, path, message);
        problems.add(problem.mend("nest workflows instead"));
    }
    let mut axes = BTreeMap::new();
    let mut combinations: usize = 1;
    for entry in entries {
        let path = field_path(path, &entry.key);
        if !is_identifier(&entry.key, 64) {
            let hint = "use 1 to 64 letters, digits and `_`, and no digit first";
            refuse(entry.at, &path, ("not a name that an axis can have".into(), hint), problems);
        }
        let Some(values) = elements(&entry.value, &path, problems) else { continue };
        combinations = combinations.saturating_mul(values.as_array().map_or(1, Vec::len));
        axes.insert(entry.key.clone(), values);
    }
    if combinations > INSTANCES_MAX {
        let message = format!("{combinations} combinations, and {INSTANCES_MAX} are taken");
        let problem = Problem::new(Code::ManifestLimit, node.at, path, message);
        problems.add(problem.mend("use fewer values"));
    }
    Some(axes)
}

fn hosts(node: &Node, path: &str, problems: &mut Problems) -> Option<String> {
    let filter = text(node, path, problems)?;
    if filter.trim().is_empty() {
        let hint = "write a filter, like `role:web and env:prod`, or `all`";
        refuse(node.at, path, ("the filter is empty".into(), hint), problems);
        return None;
    }
    if !node.is_template()
        && let Err(problem) = Filter::parse(filter)
    {
        let message = format!("{} (column {} of the filter)", problem.message, problem.column);
        problems.add(Problem::new(problem.code, node.at, path, message).mend(problem.hint));
    }
    if !filter.trim().is_empty()
        && !node.is_template()
        && let Err(problem) = Filter::parse(filter)
    {
        problems.add(Problem::new(problem.code, node.at, path, problem.message).mend(problem.hint));
    }
    Some(filter.to_owned())
}

const ROLLOUT_FIELDS: &[&str] = &["batch", "parallel", "max_failures", "health", "canary"];

/// A `rollout`; it needs something to roll out.
pub(super) fn rollout(
    (task, node): (&Node, &Node),
    path: &str,
    problems: &mut Problems,
) -> Option<Rollout> {
    let entries = mapping(node, path, "a mapping: how the instances start", problems)?;
    unknown_fields(entries, ROLLOUT_FIELDS, path, problems);
    if !WORDS.iter().any(|word| task.entry(word).is_some()) {
        let hint = "add `hosts`, `foreach` or `matrix`, or remove it";
        refuse(node.at, path, ("the task has no instances to roll out".into(), hint), problems);
    }
    let get = |name: &str| node.entry(name).map(|entry| (&entry.value, field_path(path, name)));
    let canary = get("canary").and_then(|(node, path)| {
        let words = [("manual", Canary::Manual), ("automatic", Canary::Automatic)];
        choice(node, &path, &words, problems)
    });
    if canary.is_some() && node.entry("batch").is_none() {
        let at = node.entry("canary").map_or(node.at, |entry| entry.at);
        let path = field_path(path, "canary");
        let hint = "add `batch`, whose first entry is the canary, like `[1, 25%]`";
        refuse(at, &path, ("no batch comes after it".into(), hint), problems);
    }
    Some(Rollout {
        batch: get("batch").map(|(n, p)| batch(n, &p, problems)).unwrap_or_default(),
        parallel: get("parallel").and_then(|(n, p)| count(n, &p, 1, problems)),
        max_failures: get("max_failures")
            .and_then(|(n, p)| share(n, &p, 0, problems))
            .unwrap_or_default(),
        health: get("health").and_then(|(n, p)| side::read((n, false), &p, problems)).map(Box::new),
        canary,
    })
}

fn batch(node: &Node, path: &str, problems: &mut Problems) -> Vec<Share> {
    let Data::List(items) = &node.data else {
        return share(node, path, 1, problems).into_iter().collect();
    };
    if items.is_empty() || items.len() > BATCHES_MAX {
        let message = format!("a list of {} sizes", items.len());
        let hint = format!("give 1 to {BATCHES_MAX}; the last one repeats");
        let problem = Problem::new(Code::ManifestRollout, node.at, path, message);
        problems.add(problem.mend(hint));
    }
    let shares = items.iter().enumerate();
    shares.filter_map(|(i, item)| share(item, &item_path(path, i), 1, problems)).collect()
}

/// A count of at least `min`, or a percentage from 1 (or 0) to 100.
fn share(node: &Node, path: &str, min: u32, problems: &mut Problems) -> Option<Share> {
    let Data::Text(written, _) = &node.data else {
        return count(node, path, min, problems).map(Share::Count);
    };
    let percent = written.strip_suffix('%').and_then(|digits| digits.parse::<u32>().ok());
    if let Some(percent) = percent.filter(|percent| (min..=100).contains(percent)) {
        return Some(Share::Percent(percent));
    }
    let hint = format!("write a whole number, or a percentage from `{min}%` to `100%`");
    refuse(node.at, path, ("neither a number nor a percentage".into(), &hint), problems);
    None
}

fn count(node: &Node, path: &str, min: u32, problems: &mut Problems) -> Option<u32> {
    let number = match &node.data {
        Data::Refused => return None,
        Data::Number(number, _) => number.as_u64(),
        _ => {
            problems.add(wrong_type(node, path, "a whole number"));
            return None;
        }
    };
    let fits = number.and_then(|number| u32::try_from(number).ok());
    let fits = fits.filter(|count| (min..=INSTANCES_MAX as u32).contains(count));
    if fits.is_none() {
        let hint = format!("write a whole number from {min} to {INSTANCES_MAX}");
        refuse(node.at, path, ("not a number of instances".into(), &hint), problems);
    }
    fits
}

fn refuse(
    at: super::problem::Position,
    path: &str,
    (message, hint): (String, &str),
    problems: &mut Problems,
) {
    problems.add(Problem::new(Code::ManifestRollout, at, path, message).mend(hint));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(batch: &[Share], total: usize, sizes: &[usize]) {
        let rollout = Rollout { batch: batch.to_vec(), ..Rollout::default() };
        let batches = rollout.batches(total);
        let expected: Vec<u32> = sizes
            .iter()
            .enumerate()
            .flat_map(|(number, size)| std::iter::repeat_n(number as u32, *size))
            .collect();
        assert_eq!(batches, expected, "{batch:?} of {total}");
    }

    #[test]
    fn batches_have_the_sizes_that_are_written_and_the_last_one_repeats() {
        check(&[], 3, &[3]);
        check(&[Share::Count(1)], 3, &[1, 1, 1]);
        check(&[Share::Percent(25)], 8, &[2, 2, 2, 2]);
        check(&[Share::Percent(25)], 10, &[2, 2, 2, 2, 2]);
        check(&[Share::Count(1), Share::Count(5), Share::Percent(25)], 50, &[1, 5, 12, 12, 12, 8]);
        check(&[Share::Percent(10)], 3, &[1, 1, 1]);
        check(&[Share::Count(9)], 3, &[3]);
        check(&[Share::Count(9)], 0, &[]);
    }
}
