//! One task of a workflow in a plan.

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::manifest::{Manifest, Spread, TaskSpec, workflow_of};
use serde_json::{Map, Value, json};

use super::{
    Fate, Level, PlanProblem, PlannedCall, PlannedInstance, PlannedSpread, PlannedTask,
    make::{Filters, Given, Hosts, Maker, Place},
};
use crate::{
    secret::Placeholders,
    template::{self, Later, Names},
    work::{
        run::{
            call::Call,
            expand::{self, Known},
            values::{Field, with_secrets},
        },
        task::Instance,
    },
};

/// What a task is planned in.
pub(super) struct Surroundings<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) names: &'a Names,
    pub(super) hosts: &'a Hosts,
    pub(super) filters: &'a Filters,
    pub(super) place: &'a Place,
}

/// A task of the manifest, and where problems of it stand.
struct At<'a> {
    spec: &'a TaskSpec,
    path: String,
    within: &'a Surroundings<'a>,
}

impl Maker<'_> {
    pub(super) fn task(
        &mut self,
        (place, step): (usize, u32),
        within: &Surroundings<'_>,
    ) -> PlannedTask {
        let path = format!("{}tasks[{place}]", within.place.path);
        let at = At { spec: &within.manifest.tasks[place], path, within };
        let fate = self.fate(&at);
        let mut task = PlannedTask {
            place,
            step,
            fate,
            call: PlannedCall::default(),
            spread: None,
            health: Vec::new(),
            undo: None,
            sub: None,
            span: None,
        };
        if task.fate == Fate::Skipped {
            return task;
        }
        match &at.spec.spread {
            None => {
                let (call, sub) = self.call(&at, within.names);
                (task.call, task.sub) = (call, sub.map(Box::new));
                task.undo = self.undo(&at, within.names);
            }
            Some(spread) => {
                let spread = self.spread(&at, spread);
                if !spread.after.is_empty() {
                    let names = each(within.names, &spread.after);
                    task.call = self.filled(&at, &names);
                    task.undo = self.undo(&at, &names);
                }
                task.health = self.health(&at, &spread);
                task.spread = Some(spread);
            }
        }
        task
    }

    fn fate(&mut self, at: &At<'_>) -> Fate {
        let Some(when) = &at.spec.when else { return Fate::Runs };
        let names = at.within.names;
        let truth = template::is_true(when, names);
        let after = names.take_after();
        match truth {
            _ if !after.is_empty() => Fate::Later(after),
            Ok(true) => Fate::Runs,
            Ok(false) => Fate::Skipped,
            Err(problem) => {
                self.problem(PlanProblem::impossible(format!("{}.when", at.path), problem));
                Fate::Runs
            }
        }
    }

    /// What a task, or an instance of it, gives its executor, and the workflow that it runs.
    fn call(&mut self, at: &At<'_>, names: &Names) -> (PlannedCall, Option<Level>) {
        let before = self.mark();
        let planned = self.filled(at, names);
        let wrong = self.mark() != before;
        let sub = workflow_of(at.spec.uses.as_str());
        let sub = sub.and_then(|which| self.sub(at, which, (&planned, wrong)));
        (planned, sub)
    }

    fn filled(&mut self, at: &At<'_>, names: &Names) -> PlannedCall {
        self.fill(at, ("", Call::of_task(at.spec)), names)
    }

    /// What undoes a task, or an instance of it, once that has succeeded.
    fn undo(&mut self, at: &At<'_>, names: &Names) -> Option<PlannedCall> {
        let side = at.spec.compensate.as_deref()?;
        let result = Later::default().with("result", BTreeSet::from([at.spec.id.clone()]));
        let call = Call::of_side(at.spec, side);
        Some(self.fill(at, (".compensate", call), &names.and_later(&result)))
    }

    /// What looks after each of the batches; once for all where they are not known yet.
    fn health(&mut self, at: &At<'_>, spread: &PlannedSpread) -> Vec<PlannedCall> {
        let side = at.spec.rollout.as_ref().and_then(|rollout| rollout.health.as_deref());
        let Some(side) = side else { return Vec::new() };
        let (part, names) = (".rollout.health", at.within.names);
        if !spread.after.is_empty() {
            let batch = Later::default().with("batch", spread.after.clone());
            let call = Call::of_side(at.spec, side);
            return vec![self.fill(at, (part, call), &names.and_later(&batch))];
        }
        let before = self.mark();
        let mut planned = Vec::with_capacity(spread.batches.len());
        for number in 0..spread.batches.len() {
            let of_batch = spread.instances.iter().filter(|each| each.batch as usize == number);
            let keys: Vec<Value> = of_batch.map(|each| Value::from(each.key.as_str())).collect();
            let batch = json!({"number": number + 1, "instances": keys});
            let own = Map::from_iter([("batch".to_owned(), batch)]);
            let call = Call::of_side(at.spec, side);
            planned.push(self.fill(at, (part, call), &names.and(own)));
            // What is wrong with it for one batch is told once.
            if self.mark() != before {
                break;
            }
        }
        planned
    }

    /// What is given to an executor by a task itself, or by a part of it that stands at `part`.
    fn fill(&mut self, at: &At<'_>, (part, call): (&str, Call<'_>), names: &Names) -> PlannedCall {
        let names = with_secrets(names.clone(), &Placeholders::shown(&at.spec.secrets));
        let mut planned = PlannedCall::default();
        let mut wrong = Vec::new();
        call.fill_each((&at.within.manifest.env, &names), &mut |field, filled| {
            let after = names.take_after();
            let (place, name) = match field {
                Field::With(name) => ("with", name),
                Field::Env(name) => ("env", name),
            };
            if !after.is_empty() {
                planned.after.insert(format!("{place}.{name}"), after);
            }
            match (field, filled) {
                (_, Err(problem)) => wrong.push(problem),
                (Field::With(name), Ok(value)) => {
                    planned.with.insert(name.to_owned(), value);
                }
                (Field::Env(name), Ok(value)) => {
                    let text = value.as_str().unwrap_or_default().to_owned();
                    planned.env.insert(name.to_owned(), text);
                }
            }
        });
        for problem in wrong {
            // What can't be filled in begins with its own place: `with.run: …`.
            let (place, message) = problem.split_once(": ").unwrap_or(("with", &problem));
            let path = format!("{}{part}.{place}", at.path);
            self.problem(PlanProblem::impossible(path, message.to_owned()));
        }
        planned
    }

    fn spread(&mut self, at: &At<'_>, spread: &Spread) -> PlannedSpread {
        let id = at.spec.id.as_str();
        let (filter, mut after) = at.within.filters.get(id).cloned().unwrap_or_default();
        let kind = match spread {
            Spread::Foreach(_) => "foreach",
            Spread::Matrix(_) => "matrix",
            Spread::Hosts(_) => "hosts",
        };
        let mut found = Vec::new();
        let chosen = !matches!(spread, Spread::Hosts(_)) || at.within.hosts.contains_key(id);
        // Hosts that are not known have been told of, or come later.
        if chosen {
            let known = Known {
                names: &|_| at.within.names.clone(),
                hosts: &|task| at.within.hosts.get(task).cloned(),
            };
            let expanded = expand::instances(&known, at.spec, spread);
            after = at.within.names.take_after();
            match expanded {
                Ok(instances) if after.is_empty() => found = instances,
                Err(message) if after.is_empty() => {
                    let path = format!("{}.{kind}", at.path);
                    let place = format!("{kind}: ");
                    let message = message.strip_prefix(&place).unwrap_or(&message).to_owned();
                    self.problem(PlanProblem::impossible(path, message));
                }
                _ => {}
            }
        }
        let instances: Vec<PlannedInstance> =
            found.into_iter().map(|instance| self.instance(at, instance)).collect();
        let mut batches: Vec<usize> = Vec::new();
        for instance in &instances {
            let batch = instance.batch as usize;
            batches.resize(batches.len().max(batch + 1), 0);
            batches[batch] += 1;
        }
        PlannedSpread { kind, filter, after, instances, batches }
    }

    fn instance(&mut self, at: &At<'_>, instance: Instance) -> PlannedInstance {
        let Instance { key, values, batch } = instance;
        let (mut call, mut undo, mut sub) = (None, None, None);
        if self.takes_call() {
            let names = at.within.names.and(values.clone());
            let (planned, level) = self.call(at, &names);
            (call, sub) = (Some(planned), level.map(Box::new));
            undo = self.undo(at, &names);
        }
        PlannedInstance { key, batch, values, call, undo, sub }
    }

    /// The workflow that a task runs, with what it is given.
    fn sub(
        &mut self,
        at: &At<'_>,
        (name, version): (&str, &str),
        (call, wrong): (&PlannedCall, bool),
    ) -> Option<Level> {
        let depth = at.within.place.depth + 1;
        let uses = format!("{}.uses", at.path);
        let most = self.basis.depth_max;
        if depth > most {
            let message = format!("workflows are nested {depth} deep, and {most} are taken");
            self.problem(PlanProblem::impossible(uses, message));
            return None;
        }
        let workflow = match (self.basis.find)(name, version) {
            Ok(workflow) => workflow,
            Err(refusal) => {
                self.problem(PlanProblem::of_refusal(refusal, uses));
                return None;
            }
        };
        if !self.takes_call() {
            return None;
        }
        let given = self.given(at, &workflow.manifest, (call, wrong));
        let path = format!("{} ({name}@{version}) ", at.path);
        Some(self.level(&workflow, given, &Place { path, depth }))
    }

    /// The inputs of a workflow that a task runs.
    fn given(
        &mut self,
        at: &At<'_>,
        manifest: &Manifest,
        (call, wrong): (&PlannedCall, bool),
    ) -> Given {
        let later: BTreeMap<String, BTreeSet<String>> = call
            .after
            .iter()
            .filter_map(|(place, after)| Some((place.strip_prefix("with.")?.to_owned(), after)))
            .map(|(name, after)| (name, after.clone()))
            .collect();
        if later.is_empty() && !wrong {
            match manifest.validate_inputs(&Value::Object(call.with.clone())) {
                Ok(Value::Object(values)) => {
                    return Given { values, later, rest: BTreeSet::new() };
                }
                Ok(_) => {}
                Err(problems) => {
                    for problem in problems {
                        let path = format!("{}.with", at.path);
                        self.problem(PlanProblem::of_inputs(problem, &path));
                    }
                }
            }
        }
        let mut values = defaults(manifest);
        let known = call.with.iter().filter(|(name, _)| !later.contains_key(*name));
        values.extend(known.map(|(name, value)| (name.clone(), value.clone())));
        values.retain(|name, _| !later.contains_key(name));
        let rest = BTreeSet::from([format!("{} starts", at.spec.id)]);
        Given { values, later, rest }
    }
}

/// What the templates of every instance see, where the instances are not known yet.
fn each(names: &Names, after: &BTreeSet<String>) -> Names {
    let own = ["item", "index", "matrix", "host"];
    let later =
        own.into_iter().fold(Later::default(), |later, name| later.with(name, after.clone()));
    names.and_later(&later)
}

/// The inputs that a workflow has by itself.
pub(super) fn defaults(manifest: &Manifest) -> Map<String, Value> {
    let properties = manifest.inputs.get("properties").and_then(Value::as_object);
    let default = |(name, property): (&String, &Value)| {
        Some((name.clone(), property.get("default")?.clone()))
    };
    properties.into_iter().flatten().filter_map(default).collect()
}
