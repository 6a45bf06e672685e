//! A plan is what a run does: checked against runs. Its digest is the same for the same thing, and
//! another one for anything else.

mod beside;
mod digest;
mod estimate;

use std::sync::Arc;

use conductor_protocol::{
    id::{DecisionId, RunId, WorkerId},
    inventory::{Filter, Host},
    manifest,
};
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    event::{Envelope, Event},
    intent::workflow::{Catalogue, Provenance, Standing},
    scope::Principal,
    secret::Placeholders,
    time::Timestamp,
    work::{
        run::{Bounds, Run, StartRequest, Step, advance, start},
        task::{self, Completion, FailureKind, Leased, Limits, Outcome, Settled},
    },
};

const NOW: Timestamp = Timestamp::from_unix_ms(1_000);
const BOUNDS: Bounds =
    Bounds { timeout_default_ms: 1_000_000, wait_max_ms: 2_000_000, pause_max_ms: 3_000_000 };

pub(super) fn workflow(source: &str) -> Workflow {
    let manifest = Arc::new(manifest::parse(source).unwrap());
    Workflow {
        scope: Scope::default(),
        digest: manifest.digest(),
        manifest,
        published_by: Principal::uid(1),
        published_at: NOW,
        seq: 1,
        decision: String::new(),
        provenance: Provenance::default(),
        signature: None,
        countersignatures: Vec::new(),
        reviews: Vec::new(),
        standing: Standing::default(),
    }
}

fn hosts() -> Vec<Host> {
    let host = |name: &str, role: &str| {
        let mut host = Host::named(name).unwrap();
        host.labels.insert("role".into(), role.into());
        host
    };
    vec![host("db-1", "db"), host("web-1", "web"), host("web-2", "web"), host("web-3", "web")]
}

/// Plans over a few hosts, and other workflows to be run by tasks.
pub(super) fn planned_among(source: &str, others: &[&str], inputs: &Value) -> Plan {
    let mut catalogue = Catalogue::default();
    others.iter().for_each(|other| catalogue.insert(Arc::new(workflow(other))));
    let basis = Basis {
        scope: &Scope::default(),
        find: &|name, version| catalogue.to_start("default", name, version).cloned(),
        hosts: &|filter| {
            let refused = |problem: manifest::Problem| {
                Refusal::new(problem.code, problem.message, problem.hint)
            };
            let filter = Filter::parse(filter).map_err(refused)?;
            Ok(hosts().iter().filter(|host| filter.matches(host)).map(|host| json!(host)).collect())
        },
        depth_max: 3,
    };
    let Value::Object(inputs) = inputs.clone() else { panic!("inputs are an object") };
    plan(&workflow(source), inputs, &basis)
}

pub(super) fn planned(source: &str, inputs: &Value) -> Plan {
    planned_among(source, &[], inputs)
}

fn problems(plan: &Plan) -> Vec<String> {
    plan.problems.iter().map(|p| format!("{} {}: {}", p.code, p.path, p.message)).collect()
}

const WIDE: &str = r"
name: wide
version: 1.0.0
inputs:
  properties:
    path: {type: string}
    limit: {type: integer, default: 90}
    zones: {type: array, default: [a, b]}
env: {LIMIT: '{{ inputs.limit }}'}
tasks:
  - id: disk
    uses: pkg:builtin/noop@1
    with: {path: '{{ inputs.path }}', nested: [{limit: '{{ inputs.limit }}'}]}
  - id: never
    uses: pkg:builtin/noop@1
    when: inputs.limit > 95
  - id: zones
    uses: pkg:builtin/noop@1
    needs: [disk]
    foreach: '{{ inputs.zones }}'
    with: {zone: '{{ item }}-{{ index }}', of: '{{ tasks.disk.outputs.path }}'}
  - id: grid
    uses: pkg:builtin/noop@1
    matrix: {size: [s, m], zone: '{{ inputs.zones }}'}
    with: {text: '{{ matrix.size }} in {{ matrix.zone }}'}
  - id: web
    uses: pkg:builtin/noop@1
    needs: [zones, never]
    hosts: role:web
    rollout: {batch: [1, 2]}
    with: {name: '{{ host.name }}', skipped: '{{ tasks.never.status }}'}
  - id: after
    uses: pkg:builtin/noop@1
    needs: [web]
    when: tasks.disk.outputs.path == inputs.path
    with: {n: '{{ tasks.web.instances | length }}'}
";

const LIMITS: Limits =
    Limits { backoff_first_ms: 1, backoff_max_ms: 1, losses_max: 1, outputs_bytes_max: 10_000 };

/// What a `noop` task reports that was given this.
fn reported(task: String, token: u64, with: Map<String, Value>) -> Completion {
    let outcome = if with.contains_key("fail") { Outcome::Failed } else { Outcome::Succeeded };
    Completion {
        task,
        attempt: 1,
        token,
        outcome,
        message: String::new(),
        exit_code: None,
        status_code: None,
        failure: None::<FailureKind>,
        confinement: None,
        outputs: with,
        log_digest: String::new(),
        log_bytes: 0,
        artifacts: Vec::new(),
    }
}

/// Runs a workflow of `noop` tasks to its end, and gives what each task was given. One that is given
/// `fail` fails.
fn run_through(source: &str, plan: &Plan) -> BTreeMap<String, Map<String, Value>> {
    let workflow = workflow(source);
    let request = StartRequest {
        hosts: Some(plan.top.hosts.clone()),
        ..StartRequest::new(RunId::new(1, 1), plan.top.inputs.clone(), DecisionId::new(1, 1))
    };
    let started = start(&workflow, &workflow.scope, request, NOW, &BOUNDS).unwrap();
    let envelope = |event: Event| Envelope {
        at: NOW,
        scope: Scope::default(),
        principal: Principal::uid(1),
        trace: None,
        idempotency: None,
        event,
    };
    let mut run = Run::from_start(&envelope(Event::RunStarted(started.clone())), &started, 1);
    let (mut seq, mut given) = (1, BTreeMap::new());
    let mut apply = |run: &mut Run, event: Event| {
        seq += 1;
        run.apply(&envelope(event), seq);
        seq
    };
    while !run.status.is_terminal() {
        let places = match advance(&run, &workflow.manifest, NOW) {
            Step::Facts(facts) => {
                facts.into_iter().for_each(|fact| _ = apply(&mut run, fact));
                continue;
            }
            Step::Ready(places) => places,
        };
        for place in places {
            let task = run.tasks[place].clone();
            let secrets = match run.call_of(&workflow.manifest, &task).unwrap().secrets {
                [] => Placeholders::default(),
                names => Placeholders::new(7, names),
            };
            let with = run.render(&workflow.manifest, &task, &secrets);
            let with = with.unwrap().with;
            given.insert(task.id.clone(), with.clone());
            let leased = Leased {
                run: run.id,
                task: task.id.clone(),
                attempt: 1,
                worker: WorkerId::new(1, 1),
                in_process: true,
                timeout_ms: 1_000,
            };
            let token = apply(&mut run, Event::TaskLeased(leased));
            let report = reported(task.id, token, with);
            let settled = task::complete(&run, &workflow.manifest, report, (NOW, 0), &LIMITS);
            let Settled::Completed(event) = settled.unwrap() else { panic!("completed") };
            apply(&mut run, Event::TaskCompleted(*event));
        }
    }
    given
}

#[test]
fn what_is_known_is_what_the_run_gives_its_tasks() {
    let plan = planned(WIDE, &json!({"path": "/var"}));
    assert_eq!(problems(&plan), Vec::<String>::new());
    let given = run_through(WIDE, &plan);
    let mut compared = 0;
    let mut compare = |id: &str, call: &PlannedCall| {
        let real = &given[id];
        for (name, value) in &call.with {
            match call.after.get(&format!("with.{name}")) {
                None => assert_eq!(value, &real[name], "{id}.{name}"),
                Some(after) => assert!(!after.is_empty()),
            }
            compared += 1;
        }
    };
    let mut ids = 0;
    for task in &plan.top.tasks {
        let id = &task.spec(&plan.top.manifest).unwrap().id;
        match &task.spread {
            None if task.fate == Fate::Skipped => assert!(!given.contains_key(id)),
            None => {
                ids += 1;
                compare(id, &task.call);
            }
            Some(spread) => {
                for instance in &spread.instances {
                    ids += 1;
                    let id = format!("{id}[{}]", instance.key);
                    compare(&id, instance.call.as_ref().unwrap());
                }
            }
        }
    }
    // Nothing ran that was not planned.
    assert_eq!((ids, compared), (given.len(), 17));
}

#[test]
fn steps_batches_and_what_comes_later_are_told() {
    let plan = planned(WIDE, &json!({"path": "/var"}));
    let shown: Vec<(u32, &str)> = plan
        .top
        .tasks
        .iter()
        .map(|task| (task.step, task.spec(&plan.top.manifest).unwrap().id.as_str()))
        .collect();
    let order = [(1, "disk"), (1, "never"), (1, "grid"), (2, "zones"), (3, "web"), (4, "after")];
    assert_eq!(shown, order);
    let by_id = |id: &str| {
        let at = order.iter().position(|(_, known)| *known == id).unwrap();
        &plan.top.tasks[at]
    };
    let after = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(by_id("never").fate, Fate::Skipped);
    assert_eq!(by_id("after").fate, Fate::Later(after(&["disk"])));
    assert_eq!(by_id("after").call.after["with.n"], after(&["web"]));
    let web = by_id("web").spread.as_ref().unwrap();
    assert_eq!((web.filter.as_str(), web.batches.as_slice()), ("role:web", &[1, 2][..]));
    let last = web.instances[2].call.as_ref().unwrap();
    assert_eq!(last.with["skipped"], "skipped");
    assert_eq!(by_id("zones").spread.as_ref().unwrap().instances[1].key, "b");
}

#[test]
fn instances_that_a_task_gives_come_later() {
    let source = r"
name: later
version: 1.0.0
tasks:
  - {id: find, uses: 'pkg:builtin/noop@1'}
  - id: each
    uses: pkg:builtin/noop@1
    needs: [find]
    foreach: '{{ tasks.find.outputs.list }}'
    with: {text: 'x {{ item }}', run: '{{ run.id }}', fixed: '{{ run.environment }}'}
";
    let plan = planned(source, &json!({}));
    assert!(plan.problems.is_empty());
    let each = &plan.top.tasks[1];
    let spread = each.spread.as_ref().unwrap();
    assert_eq!(spread.after, BTreeSet::from(["find".to_owned()]));
    assert_eq!(each.call.with["fixed"], "dev");
    assert_eq!(each.call.with["text"], "x {{ item }}");
    assert_eq!(each.call.after["with.text"], BTreeSet::from(["find".to_owned()]));
    assert_eq!(each.call.after["with.run"], BTreeSet::from(["the start".to_owned()]));
}

#[test]
fn every_problem_is_told_at_once_with_its_place() {
    let source = r"
name: broken
version: 1.0.0
inputs: {properties: {n: {type: integer}, list: {type: string}}, required: [n, host]}
tasks:
  - {id: a, uses: 'pkg:builtin/noop@1', with: {x: '{{ inputs.n.y.z }}', host: '{{ inputs.n + 1 }}'}}
  - {id: b, uses: 'pkg:builtin/noop@1', foreach: '{{ inputs.list }}'}
  - {id: c, uses: 'pkg:builtin/ssh@1', hosts: 'role:none', with: {run: 'true'}}
  - {id: d, uses: 'pkg:builtin/ssh@1', hosts: '{{ inputs.list }}', with: {run: 'true'}}
  - {id: e, uses: 'pkg:workflow/absent@1.0.0'}
  - {id: f, uses: 'pkg:builtin/noop@1', when: 'inputs.list | int'}
";
    let plan = planned(source, &json!({"n": "many", "list": "(("}));
    told(
        &problems(&plan),
        &[
            "INPUTS_INVALID inputs.host",
            "INPUTS_INVALID inputs.n",
            "TASK_IMPOSSIBLE tasks[0].with.x",
            "TASK_IMPOSSIBLE tasks[0].with.host",
            "TASK_IMPOSSIBLE tasks[1].foreach",
            "TASK_IMPOSSIBLE tasks[2].hosts",
            "HOST_FILTER tasks[3].hosts",
            "WORKFLOW_NOT_FOUND tasks[4].uses",
            "TASK_IMPOSSIBLE tasks[5].when",
        ],
    );
}

/// Each line begins so; nothing is missing and nothing is too much.
fn told(lines: &[String], expected: &[&str]) {
    let same = lines.len() == expected.len()
        && lines.iter().zip(expected).all(|(line, begin)| {
            line.split_once(": ")
                .is_some_and(|(place, message)| place == *begin && !message.is_empty())
        });
    assert!(same, "{lines:#?}");
}

const INNER: &str = r"
name: inner
version: 2.0.0
inputs: {properties: {host: {type: string}, tries: {type: integer, default: 3}}, required: [host]}
tasks:
  - {id: look, uses: 'pkg:builtin/noop@1', with: {host: '{{ inputs.host }}', n: '{{ inputs.tries }}'}}
  - {id: ask, uses: 'pkg:builtin/gate@1', needs: [look], timeout: 5m, with: {message: 'is {{ inputs.host }} well?'}}
";

#[test]
fn workflows_of_tasks_are_planned_with_what_they_are_given() {
    let source = r"
name: outer
version: 1.0.0
tasks:
  - {id: first, uses: 'pkg:builtin/noop@1'}
  - {id: known, uses: 'pkg:workflow/inner@2.0.0', with: {host: a}}
  - {id: later, uses: 'pkg:workflow/inner@2.0.0', needs: [first], with: {host: '{{ tasks.first.outputs.h }}'}}
  - {id: many, uses: 'pkg:workflow/inner@2.0.0', foreach: [x, y], with: {host: '{{ item }}'}}
  - {id: wrong, uses: 'pkg:workflow/inner@2.0.0', with: {tries: none}}
";
    let plan = planned_among(source, &[INNER], &json!({}));
    told(
        &problems(&plan),
        &["INPUTS_INVALID tasks[4].with.host", "INPUTS_INVALID tasks[4].with.tries"],
    );
    let task = |id: &str| {
        let is = |task: &&PlannedTask| task.spec(&plan.top.manifest).unwrap().id == id;
        plan.top.tasks.iter().find(is).unwrap()
    };
    let known = task("known").sub.as_ref().unwrap();
    assert_eq!(known.workflow.version, "2.0.0");
    assert_eq!(known.tasks[0].call.with["n"], 3);
    let later = task("later").sub.as_ref().unwrap();
    assert_eq!(later.tasks[0].call.with["host"], "{{ inputs.host }}");
    assert_eq!(later.tasks[0].call.after["with.host"], BTreeSet::from(["first".to_owned()]));
    assert_eq!(later.tasks[0].call.with["n"], 3);
    let many = task("many").spread.as_ref().unwrap();
    let last = many.instances[1].sub.as_ref().unwrap();
    assert_eq!(last.tasks[0].call.with["host"], "y");
    let people: Vec<String> =
        plan.top.people().iter().map(|p| format!("{} {}", p.task, p.message)).collect();
    assert_eq!(people.len(), 5, "{people:?}");
    assert!(people.contains(&"known/ask is a well?".to_owned()), "{people:?}");
    assert!(people.contains(&"many/ask is y well?".to_owned()), "{people:?}");
    assert_eq!(plan.top.levels().len(), 6);
}

#[test]
fn hosts_of_workflows_of_tasks_are_frozen_with_those_of_the_run() {
    let inner = "
name: on-hosts
version: 1.0.0
inputs: {properties: {role: {type: string}}}
tasks:
  - {id: one, uses: 'pkg:builtin/noop@1', hosts: 'host:db-1'}
  - {id: two, uses: 'pkg:builtin/noop@1', hosts: 'role:{{ inputs.role }}'}
";
    let source = "
name: outer
version: 1.0.0
tasks:
  - {id: own, uses: 'pkg:builtin/noop@1', hosts: 'role:db'}
  - {id: known, uses: 'pkg:workflow/on-hosts@1.0.0', with: {role: web}}
  - {id: many, uses: 'pkg:workflow/on-hosts@1.0.0', foreach: [db, web], with: {role: '{{ item }}'}}
  - id: later
    uses: pkg:workflow/on-hosts@1.0.0
    needs: [own]
    with: {role: '{{ tasks.own.status }}'}
";
    let plan = planned_among(source, &[inner], &json!({}));
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    let frozen = plan.top.frozen_hosts();
    let counts: Vec<_> = frozen.iter().map(|(task, hosts)| (task.as_str(), hosts.len())).collect();
    let expected = [
        ("known/one", 1),
        ("known/two", 3),
        ("many[db]/one", 1),
        ("many[db]/two", 1),
        ("many[web]/one", 1),
        ("many[web]/two", 3),
        ("own", 1),
    ];
    assert_eq!(counts, expected);
    let later = plan.top.tasks[3].sub.as_ref().unwrap();
    let after = |task: usize| later.tasks[task].spread.as_ref().unwrap().after.len();
    assert!(after(0) > 0 && after(1) > 0, "all of a workflow's hosts are chosen at one time");
}

#[test]
fn workflows_that_run_themselves_end_at_the_bound() {
    let source = "
name: again
version: 1.0.0
tasks:
  - {id: me, uses: 'pkg:workflow/again@1.0.0'}
";
    let plan = planned_among(source, &[source], &json!({}));
    assert_eq!(plan.top.levels().len(), 4);
    told(
        &problems(&plan),
        &["TASK_IMPOSSIBLE tasks[0] (again@1.0.0) tasks[0] (again@1.0.0) tasks[0] (again@1.0.0) \
         tasks[0].uses"],
    );
}

#[test]
fn secrets_are_names_and_nothing_else() {
    let source = r"
name: secretive
version: 1.0.0
tasks:
  - id: call
    uses: pkg:builtin/http@1
    secrets: [token]
    with: {url: 'http://127.0.0.1/', headers: {Authorization: 'Bearer {{ secrets.token }}'}}
";
    let plan = planned(source, &json!({}));
    assert!(plan.problems.is_empty());
    assert_eq!(plan.top.tasks[0].call.with["headers"]["Authorization"], "Bearer [secret:token]");
    assert_eq!(plan.top.demands[0].secrets, ["token"]);
}

#[test]
fn more_calls_than_are_filled_in_are_counted() {
    let source = "
name: huge
version: 1.0.0
inputs: {properties: {list: {type: array}}}
tasks:
  - {id: a, uses: 'pkg:builtin/noop@1', foreach: '{{ inputs.list }}', with: {x: '{{ item }}'}}
  - {id: b, uses: 'pkg:builtin/noop@1', matrix: {x: '{{ inputs.list }}'}}
  - {id: c, uses: 'pkg:builtin/noop@1', matrix: {x: '{{ inputs.list }}'}}
  - {id: d, uses: 'pkg:builtin/noop@1', matrix: {x: '{{ inputs.list }}'}}
  - {id: e, uses: 'pkg:builtin/noop@1', matrix: {x: '{{ inputs.list }}'}}
  - {id: f, uses: 'pkg:builtin/noop@1', matrix: {x: '{{ inputs.list }}'}}
";
    let list: Vec<u32> = (0..1_000).collect();
    let plan = planned(source, &json!({"list": list}));
    assert!(plan.problems.is_empty());
    assert_eq!(plan.left_out, 1_000);
    let last = plan.top.tasks[5].spread.as_ref().unwrap();
    assert_eq!((last.instances.len(), &last.instances[0].call), (1_000, &None));
}
