//! How long a plan takes and what it costs, by what was before. Nothing is made up: what has no
//! history is said to have none.

use std::collections::BTreeMap;

use conductor_protocol::manifest::{
    GATE, ResourceClass, TaskSpec, WAIT, needs_worker, parse_duration_ms,
};

use super::{Fate, History, Level, Plan, PlannedSpread, PlannedTask, Span};

/// Tasks without history that are listed by name.
const NAMED_MAX: usize = 50;

/// How long the longest way through a plan takes, and how much of the workers' time the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Estimate {
    /// By the middle of what each task took, in milliseconds.
    pub p50_ms: u64,
    /// By what nine of ten of each task took at most, in milliseconds.
    pub p90_ms: u64,
    /// The workflow's runs, as they were.
    pub history: History,
    /// Tasks that run on a worker, or for a time, and of which nothing is known.
    pub unknown: Vec<String>,
    /// How many of those there are.
    pub unknown_count: u32,
    /// What waits for people is not in these times.
    pub waits_for_people: bool,
    /// What the workers spend, by resource class.
    pub costs: Vec<Cost>,
}

/// Time that workers spend on tasks of one resource class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cost {
    /// The class; empty for tasks that have none.
    pub class: String,
    /// By the middle of what each task took, in milliseconds.
    pub p50_ms: u64,
    /// By what nine of ten of each task took at most, in milliseconds.
    pub p90_ms: u64,
}

impl Plan {
    /// Puts in how long each task takes, by the histories of the workflows, and gives the whole.
    pub fn estimate(&mut self, histories: &BTreeMap<String, History>) -> Estimate {
        let name = self.top.workflow.name.clone();
        let mut sum = Sum { histories, estimate: Estimate::default(), costs: BTreeMap::new() };
        let long = sum.level("", &mut self.top);
        let costs = sum.costs.into_iter();
        let costs = costs
            .map(|(class, both)| Cost { class: class.to_owned(), p50_ms: both.0, p90_ms: both.1 })
            .collect();
        Estimate {
            p50_ms: long.0,
            p90_ms: long.1,
            history: histories.get(&name).cloned().unwrap_or_default(),
            waits_for_people: !self.top.people().is_empty(),
            costs,
            ..sum.estimate
        }
    }
}

/// By the middle, and by nine of ten, in milliseconds.
type Both = (u64, u64);

const fn times(both: Both, count: u64) -> Both {
    (both.0.saturating_mul(count), both.1.saturating_mul(count))
}

const fn plus(one: Both, other: Both) -> Both {
    (one.0.saturating_add(other.0), one.1.saturating_add(other.1))
}

fn most(both: impl Iterator<Item = Both>) -> Both {
    both.fold((0, 0), |most, next| (most.0.max(next.0), most.1.max(next.1)))
}

struct Sum<'a> {
    histories: &'a BTreeMap<String, History>,
    estimate: Estimate,
    costs: BTreeMap<&'static str, Both>,
}

impl Sum<'_> {
    /// The longest way through a workflow.
    fn level(&mut self, above: &str, level: &mut Level) -> Both {
        let manifest = std::sync::Arc::clone(&level.manifest);
        let history = self.histories.get(&manifest.name);
        let mut ends: BTreeMap<&str, Both> = BTreeMap::new();
        for task in &mut level.tasks {
            let Some(spec) = manifest.tasks.get(task.place) else { continue };
            let needed = spec.needs.iter().filter_map(|need| ends.get(need.as_str()).copied());
            let begin = match spec.needs_any {
                true => needed.reduce(|one, two| (one.0.min(two.0), one.1.min(two.1))),
                false => Some(most(needed)),
            };
            let long = self.task((&format!("{above}{}", spec.id), spec), task, history);
            ends.insert(&spec.id, plus(begin.unwrap_or_default(), long));
        }
        most(ends.into_values())
    }

    fn task(
        &mut self,
        (id, spec): (&str, &TaskSpec),
        task: &mut PlannedTask,
        history: Option<&History>,
    ) -> Both {
        if task.fate == Fate::Skipped {
            return (0, 0);
        }
        task.span = history.and_then(|history| history.tasks.get(&spec.id)).copied();
        let below = format!("{id}/");
        if let Some(sub) = &mut task.sub {
            return self.level(&below, sub);
        }
        match spec.uses.as_str() {
            GATE => return (0, 0),
            WAIT => {
                let given = task.call.with.get("for").and_then(serde_json::Value::as_str);
                let Some(ms) = given.and_then(parse_duration_ms) else { return self.unknown(id) };
                return (ms, ms);
            }
            _ => {}
        }
        match &mut task.spread {
            Some(spread) if !spread.after.is_empty() => self.unknown(id),
            Some(spread) => self.spread((id, spec), (spread, task.span), history),
            None => self.on_worker((id, spec), task.span, 1),
        }
    }

    /// One of so many equal tasks on workers; all of them cost.
    fn on_worker(&mut self, (id, spec): (&str, &TaskSpec), span: Option<Span>, count: u64) -> Both {
        if !needs_worker(spec.uses.as_str()) {
            return self.unknown(id);
        }
        let Some(span) = span else { return self.unknown(id) };
        let each = (span.p50_ms, span.p90_ms);
        let cost = self.costs.entry(class_of(spec)).or_default();
        *cost = plus(*cost, times(each, count));
        each
    }

    /// Batch by batch, as many at once as there may be.
    fn spread(
        &mut self,
        (id, spec): (&str, &TaskSpec),
        (spread, span): (&mut PlannedSpread, Option<Span>),
        history: Option<&History>,
    ) -> Both {
        let rollout = spec.rollout.as_ref();
        let total = spread.instances.len() as u64;
        let has_subs = spread.instances.iter().any(|instance| instance.sub.is_some());
        let each = match has_subs {
            true => {
                let subs = spread.instances.iter_mut().filter_map(|each| each.sub.as_mut());
                let long: Vec<Both> = subs.map(|sub| self.level(&format!("{id}/"), sub)).collect();
                most(long.into_iter())
            }
            false if total == 0 => (0, 0),
            false => self.on_worker((id, spec), span, total),
        };
        let parallel = rollout.and_then(|rollout| rollout.parallel).map_or(u64::MAX, u64::from);
        let waves: u64 =
            spread.batches.iter().map(|size| (*size as u64).div_ceil(parallel.max(1))).sum();
        let mut long = times(each, waves);
        if rollout.is_some_and(|rollout| rollout.health.is_some()) {
            let checks = spread.batches.len() as u64;
            let id = format!("{}.health", spec.id);
            let span = history.and_then(|history| history.tasks.get(&id)).copied();
            let check = self.on_worker((&id, spec), span, checks);
            long = plus(long, times(check, checks));
        }
        long
    }

    fn unknown(&mut self, id: &str) -> Both {
        let estimate = &mut self.estimate;
        if estimate.unknown.iter().any(|known| known == id) {
            return (0, 0);
        }
        estimate.unknown_count += 1;
        if estimate.unknown.len() < NAMED_MAX {
            estimate.unknown.push(id.to_owned());
        }
        (0, 0)
    }
}

/// The resource class of a task; empty for none.
fn class_of(spec: &TaskSpec) -> &'static str {
    spec.resources.map_or("", ResourceClass::word)
}
