//! Goes through a workflow, and the workflows that its tasks run, task by task.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::Arc,
};

use conductor_protocol::manifest::{Manifest, ResourceClass, SSH, Spread, TaskSpec, Uses};
use serde_json::{Map, Value, json};

use super::{
    Basis, CALLS_MAX, Demand, Fate, HEALTH, Level, PROBLEMS_MAX, Plan, PlanProblem, PlannedTask,
    UNDO,
    task::{Surroundings, defaults},
};
use crate::{
    intent::workflow::Workflow,
    scope::Scope,
    template::{self, Later, Names},
    work::run::{
        Turn, WorkflowRef,
        call::Call,
        decide::{early_names, turn},
    },
};

/// What is known when the run starts, and not before.
const START: &str = "the start";

/// Works out what a run of this workflow with these inputs would do.
#[must_use]
pub fn plan(workflow: &Workflow, inputs: Map<String, Value>, basis: &Basis<'_>) -> Plan {
    let mut maker = Maker { basis, problems: Vec::new(), calls: CALLS_MAX, left_out: 0 };
    let given = maker.checked(&workflow.manifest, inputs);
    let turn = maker.turn(&workflow.manifest, &given);
    let place = Place { path: String::new(), depth: 0 };
    let top = maker.level(workflow, given, &place);
    let Maker { mut problems, left_out, .. } = maker;
    problems.sort_by_key(PlanProblem::task);
    Plan { scope: basis.scope.clone(), top, problems, turn, left_out }
}

/// What the tasks of a workflow ask of policy: by the manifest, its inputs and its hosts alone, so
/// that a start asks what its plan asked.
#[must_use]
pub fn demands(
    manifest: &Manifest,
    scope: &Scope,
    inputs: &Map<String, Value>,
    hosts: &BTreeMap<String, Vec<Value>>,
) -> Vec<Demand> {
    let asks_names = |spec: &TaskSpec| {
        let named = |uses: &Uses, with: &Map<String, Value>| {
            uses.as_str() == SSH && with.get("host").is_some_and(template::is_template_in)
        };
        let health = spec.rollout.as_ref().and_then(|rollout| rollout.health.as_deref());
        let mut sides = health.into_iter().chain(spec.compensate.as_deref());
        named(&spec.uses, &spec.with) || sides.any(|side| named(&side.uses, &side.with))
    };
    let names = if manifest.tasks.iter().any(asks_names) {
        let filled = manifest.validate_inputs(&Value::Object(inputs.clone())).ok();
        let filled = filled.as_ref().and_then(Value::as_object).unwrap_or(inputs);
        early_names(manifest, scope, filled)
    } else {
        Names::default()
    };
    let mut demands = Vec::with_capacity(manifest.tasks.len());
    for spec in &manifest.tasks {
        demands.push(demand((spec, ""), &Call::of_task(spec), (hosts, &names)));
        if let Some(side) = spec.rollout.as_ref().and_then(|rollout| rollout.health.as_deref()) {
            // It is for the batch, and on the hosts that it names itself.
            let call = Call::of_side(spec, side);
            demands.push(demand((spec, HEALTH), &call, (&BTreeMap::new(), &names)));
        }
        if let Some(side) = spec.compensate.as_deref() {
            demands.push(demand((spec, UNDO), &Call::of_side(spec, side), (hosts, &names)));
        }
    }
    demands
}

/// What is asked about a task, or about the part of it that `part` stands for.
fn demand(
    (spec, part): (&TaskSpec, &str),
    call: &Call<'_>,
    (hosts, names): (&BTreeMap<String, Vec<Value>>, &Names),
) -> Demand {
    let name = |host: &Value| host.get("name").and_then(Value::as_str).map(str::to_owned);
    let frozen = hosts.get(&spec.id);
    let mut of_task: BTreeSet<String> = frozen.into_iter().flatten().filter_map(name).collect();
    let on_hosts = matches!(spec.spread, Some(Spread::Hosts(_))) && part != HEALTH;
    let mut hosts_known = frozen.is_some() || !on_hosts;
    if call.uses == SSH
        && let Some(host) = call.with.get("host")
    {
        match template::render_value(host, names, "host") {
            Ok(Value::String(host)) => _ = of_task.insert(host),
            Ok(host) => of_task.extend(name(&host)),
            Err(_) => hosts_known = frozen.is_some(),
        }
    }
    let mut secrets = call.secrets.to_vec();
    secrets.sort_unstable();
    Demand {
        task: format!("{}{part}", spec.id),
        executor: call.uses.to_owned(),
        hosts: of_task.into_iter().collect(),
        hosts_known,
        secrets,
        resources: call.resources.map_or("", ResourceClass::word).to_owned(),
        scopes: call.scopes.to_vec(),
    }
}

/// Inputs as far as they are known.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) values: Map<String, Value>,
    /// Inputs that come later.
    pub(super) later: BTreeMap<String, BTreeSet<String>>,
    /// After what those are known that are not here at all; nothing where all are here.
    pub(super) rest: BTreeSet<String>,
}

/// Where in the whole a workflow stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// What stands before the paths of its problems.
    pub(super) path: String,
    pub(super) depth: u32,
}

/// See the module.
pub(super) struct Maker<'a> {
    pub(super) basis: &'a Basis<'a>,
    problems: Vec<PlanProblem>,
    calls: usize,
    left_out: usize,
}

impl Maker<'_> {
    pub(super) fn problem(&mut self, problem: PlanProblem) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }

    /// How many problems there are.
    pub(super) const fn mark(&self) -> usize {
        self.problems.len()
    }

    /// Whether one more call is filled in.
    pub(super) const fn takes_call(&mut self) -> bool {
        match self.calls.checked_sub(1) {
            Some(left) => {
                self.calls = left;
                true
            }
            None => {
                self.left_out += 1;
                false
            }
        }
    }

    /// The inputs with their defaults. What is wrong with them is told once; what they lack is
    /// not told again by every template that reads it.
    fn checked(&mut self, manifest: &Manifest, inputs: Map<String, Value>) -> Given {
        match manifest.validate_inputs(&Value::Object(inputs.clone())) {
            Ok(Value::Object(values)) => {
                Given { values, later: BTreeMap::new(), rest: BTreeSet::new() }
            }
            Ok(_) => Given { values: inputs, later: BTreeMap::new(), rest: BTreeSet::new() },
            Err(problems) => {
                for problem in problems {
                    self.problem(PlanProblem::of_inputs(problem, "inputs"));
                }
                let rest = BTreeSet::from(["the inputs are mended".to_owned()]);
                let mut values = defaults(manifest);
                values.extend(inputs);
                Given { values, later: BTreeMap::new(), rest }
            }
        }
    }

    fn turn(&mut self, manifest: &Manifest, given: &Given) -> Option<Turn> {
        let names = names(manifest, (self.basis.scope, given), &BTreeMap::new());
        let found = turn(manifest, &names);
        if !names.take_after().is_empty() {
            return None;
        }
        match found {
            Ok(turn) => turn,
            Err(refusal) => {
                self.problem(PlanProblem::of_refusal(refusal, "concurrency.group".to_owned()));
                None
            }
        }
    }

    /// A workflow with its inputs.
    pub(super) fn level(&mut self, workflow: &Workflow, given: Given, place: &Place) -> Level {
        let manifest = &workflow.manifest;
        let (filters, hosts) = self.hosts(manifest, &given, place);
        let mut fates = BTreeMap::new();
        let mut names = names(manifest, (self.basis.scope, &given), &fates);
        let mut tasks = Vec::with_capacity(manifest.tasks.len());
        for (step, at) in in_order(manifest) {
            let surroundings =
                Surroundings { manifest, names: &names, hosts: &hosts, filters: &filters, place };
            let task: PlannedTask = self.task((at, step), &surroundings);
            if task.fate == Fate::Skipped {
                fates.insert(manifest.tasks[at].id.clone(), at);
                names = self::names(manifest, (self.basis.scope, &given), &fates);
            }
            tasks.push(task);
        }
        let demands = demands(manifest, self.basis.scope, &given.values, &hosts);
        Level {
            workflow: WorkflowRef {
                name: manifest.name.clone(),
                version: manifest.version.clone(),
                digest: workflow.digest.clone(),
            },
            manifest: Arc::clone(manifest),
            inputs: given.values,
            hosts,
            tasks,
            demands,
        }
    }

    /// The node filters of the tasks, filled in, and the hosts that they name.
    fn hosts(&mut self, manifest: &Manifest, given: &Given, place: &Place) -> (Filters, Hosts) {
        let names = names(manifest, (self.basis.scope, given), &BTreeMap::new());
        let (mut filters, mut hosts) = (Filters::new(), Hosts::new());
        for (at, spec) in manifest.tasks.iter().enumerate() {
            let Some(Spread::Hosts(filter)) = &spec.spread else { continue };
            let path = format!("{}tasks[{at}].hosts", place.path);
            let rendered = template::render_text(filter, &names);
            let after = names.take_after();
            let filter = match rendered {
                Ok(filter) => filter,
                Err(problem) => {
                    self.problem(PlanProblem::impossible(path, problem));
                    continue;
                }
            };
            if after.is_empty() {
                match (self.basis.hosts)(&filter) {
                    Ok(found) => {
                        hosts.insert(spec.id.clone(), found);
                    }
                    Err(refusal) => self.problem(PlanProblem::of_refusal(refusal, path)),
                }
            }
            filters.insert(spec.id.clone(), (filter, after));
        }
        if place.depth > 0 && filters.values().any(|(_, after)| !after.is_empty()) {
            // A workflow's hosts are chosen at one time: for this one, when it starts.
            hosts.clear();
            for (_, after) in filters.values_mut().filter(|(_, after)| after.is_empty()) {
                after.insert("it starts".to_owned());
            }
        }
        (filters, hosts)
    }
}

/// The node filter of a task, and after what it is known.
pub(super) type Filters = BTreeMap<String, (String, BTreeSet<String>)>;
/// The hosts of a task.
pub(super) type Hosts = BTreeMap<String, Vec<Value>>;

/// What the templates of a workflow see before any of its tasks has run: of the tasks themselves
/// only those that are skipped for certain.
fn names(
    manifest: &Manifest,
    (scope, given): (&Scope, &Given),
    skipped: &BTreeMap<String, usize>,
) -> Names {
    let skip = |id: &String| {
        let state = json!({"status": "skipped", "outputs": {}, "message": "", "instances": []});
        (id.clone(), state)
    };
    let mut tasks = Later::of(skipped.keys().map(skip).collect());
    for task in manifest.tasks.iter().filter(|task| !skipped.contains_key(&task.id)) {
        tasks = tasks.with(&task.id, BTreeSet::from([task.id.clone()]));
    }
    let start = || BTreeSet::from([START.to_owned()]);
    let of_run = [
        ("workflow", &manifest.name),
        ("version", &manifest.version),
        ("tenant", &scope.tenant),
        ("environment", &scope.environment),
        ("region", &scope.region),
    ];
    let of_run = of_run.map(|(name, value)| (name.to_owned(), Value::from(value.as_str())));
    let run = Later::of(Map::from_iter(of_run)).with("id", start()).with("owner", start());
    let mut inputs = Later::of(given.values.clone()).with_rest(given.rest.clone());
    for (name, after) in &given.later {
        inputs = inputs.with(name, after.clone());
    }
    let all = Later::default().inside("tasks", tasks).inside("run", run).inside("inputs", inputs);
    Names::default().and_later(&all)
}

/// The tasks in an order in which each comes after what it needs, with the length of the longest
/// way to it: by that, and then by their places.
fn in_order(manifest: &Manifest) -> Vec<(u32, usize)> {
    let places: BTreeMap<&str, usize> =
        manifest.tasks.iter().enumerate().map(|(at, task)| (task.id.as_str(), at)).collect();
    let needs = |at: usize| {
        manifest.tasks[at].needs.iter().filter_map(|need| places.get(need.as_str()).copied())
    };
    let mut steps = vec![1_u32; manifest.tasks.len()];
    let mut missing: Vec<usize> = (0..steps.len()).map(|at| needs(at).count()).collect();
    let mut needed_by = vec![Vec::new(); steps.len()];
    for at in 0..steps.len() {
        needs(at).for_each(|need| needed_by[need].push(at));
    }
    let mut free: BinaryHeap<Reverse<(u32, usize)>> = missing
        .iter()
        .enumerate()
        .filter(|(_, missing)| **missing == 0)
        .map(|(at, _)| Reverse((1, at)))
        .collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(Reverse((step, at))) = free.pop() {
        order.push((step, at));
        for &next in &needed_by[at] {
            steps[next] = steps[next].max(step + 1);
            missing[next] -= 1;
            if missing[next] == 0 {
                free.push(Reverse((steps[next], next)));
            }
        }
    }
    order
}
