//! Plans: what they say, that they change nothing, and that what is started is what was planned.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use conductor_policy::{Bundle, Guard};
use conductor_protocol::{jcs, v1};
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::rig::{Client, NOOP, Rig, is};

const PAIR: &str = "
name: pair
version: 1.0.0
inputs: {properties: {host: {type: string, default: a}}}
tasks:
  - {id: first, uses: 'pkg:builtin/noop@1', with: {host: '{{ inputs.host }}'}}
  - {id: second, uses: 'pkg:builtin/sleep@1', needs: [first], with: {seconds: 0}}
";

async fn plan(client: &Client, request: v1::PlanRunRequest) -> Result<v1::Plan, Status> {
    Ok(client.runs().plan(request).await?.into_inner().plan.unwrap())
}

fn of(workflow: &str, inputs: &str) -> v1::PlanRunRequest {
    v1::PlanRunRequest {
        workflow: workflow.into(),
        inputs_json: inputs.into(),
        ..Default::default()
    }
}

fn started_by(plan: &v1::Plan, inputs: &str) -> v1::StartRunRequest {
    v1::StartRunRequest {
        workflow: plan.workflow.clone(),
        version: plan.version.clone(),
        inputs_json: inputs.into(),
        plan: plan.digest.clone(),
        ..Default::default()
    }
}

async fn start(client: &Client, request: v1::StartRunRequest) -> Result<String, Status> {
    Ok(client.runs().start(request).await?.into_inner().run_id)
}

/// Every file below a folder with the digest of its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_type().unwrap().is_file() {
                found.insert(entry.path(), jcs::sha256_hex(&fs::read(entry.path()).unwrap()));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_writes_nothing_and_a_start_does() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(PAIR).await;
    rig.quiet().await;
    let before = (rig.engine().ledger().last_seq(), files(rig.folder()));
    for inputs in ["{}", r#"{"host":"b"}"#, r#"{"host":7}"#] {
        plan(&client, of("pair", inputs)).await.unwrap();
    }
    let manifest = PAIR.replace("1.0.0", "1.1.0");
    plan(&client, v1::PlanRunRequest { manifest, ..Default::default() }).await.unwrap();
    plan(&client, of("none", "{}")).await.unwrap_err();
    rig.quiet().await;
    assert_eq!((rig.engine().ledger().last_seq(), files(rig.folder())), before);

    // The same look shows what is written.
    client.start("pair").await.unwrap();
    rig.quiet().await;
    let after = files(rig.folder());
    assert!(rig.engine().ledger().last_seq() > before.0);
    assert!(after.iter().any(|(path, digest)| before.1.get(path) != Some(digest)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_started_is_what_was_planned() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(PAIR).await;
    let planned = plan(&client, of("pair", r#"{"host":"b"}"#)).await.unwrap();
    assert!(planned.startable, "{planned:?}");
    assert_eq!(jcs::sha256_digest(planned.binding.as_bytes()), planned.digest);
    let again = plan(&client, of("pair", r#"{"host": "b"}"#)).await.unwrap();
    assert_eq!(again, planned);

    let run = start(&client, started_by(&planned, r#"{"host":"b"}"#)).await.unwrap();
    let request = v1::GetRunRequest { run_id: run.clone(), ..Default::default() };
    let run = client.runs().get(request).await.unwrap().into_inner().run.unwrap();
    assert_eq!(run.plan, planned.digest);
    let events = client.events("run.started").await;
    assert!(events[0].data_json.contains(&planned.digest), "{events:?}");

    let other = start(&client, started_by(&planned, r#"{"host":"c"}"#)).await.unwrap_err();
    is(&other, "PLAN_CHANGED");
    assert!(other.message().contains(r#"inputs.host: "b" became "c""#), "{other:?}");
    let metadata = other.get_error_details().error_info().unwrap().metadata.clone();
    assert!(metadata["changes"].contains("inputs.host"), "{metadata:?}");

    // A newer version is another plan; the one that was planned is still there.
    client.publish(&PAIR.replace("1.0.0", "1.0.1")).await;
    let newest =
        v1::StartRunRequest { version: String::new(), ..started_by(&planned, r#"{"host":"b"}"#) };
    let newest = start(&client, newest).await.unwrap_err();
    is(&newest, "PLAN_CHANGED");
    assert!(newest.message().contains(r#"workflow.version: "1.0.0" became "1.0.1""#), "{newest:?}");
    start(&client, started_by(&planned, r#"{"host":"b"}"#)).await.unwrap();

    let elsewhere = v1::StartRunRequest {
        plan: format!("sha256:{}", "0".repeat(64)),
        ..started_by(&planned, "{}")
    };
    let unknown = start(&client, elsewhere).await.unwrap_err();
    is(&unknown, "PLAN_CHANGED");
    assert!(unknown.message().contains("not remembered"), "{unknown:?}");
    let short = v1::StartRunRequest { plan: "sha256:12".into(), ..started_by(&planned, "{}") };
    is(&start(&client, short).await.unwrap_err(), "REQUEST_INVALID");
    assert_eq!(client.events("run.started").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_repeated_is_one_run_although_the_plan_changed() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(PAIR).await;
    let planned = plan(&client, of("pair", "{}")).await.unwrap();
    let request = v1::StartRunRequest {
        version: String::new(),
        idempotency_key: "k".into(),
        ..started_by(&planned, "{}")
    };
    let first = start(&client, request.clone()).await.unwrap();
    client.publish(&PAIR.replace("1.0.0", "1.0.1")).await;
    assert_eq!(start(&client, request.clone()).await.unwrap(), first);
    let without = v1::StartRunRequest { plan: String::new(), ..request.clone() };
    is(&start(&client, without).await.unwrap_err(), "IDEMPOTENCY_CONFLICT");
    let fresh = v1::StartRunRequest { idempotency_key: "l".into(), ..request };
    is(&start(&client, fresh).await.unwrap_err(), "PLAN_CHANGED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_published_is_planned_too_and_every_problem_is_told() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let file =
        |manifest: &str| v1::PlanRunRequest { manifest: manifest.to_owned(), ..Default::default() };
    let draft = plan(&client, file(PAIR)).await.unwrap();
    assert!(!draft.published && !draft.startable && draft.problems.is_empty());
    assert_eq!(draft.warnings[0].code, "WORKFLOW_NOT_FOUND");
    client.publish(PAIR).await;
    let published = plan(&client, of("pair", "{}")).await.unwrap();
    assert_eq!(published.digest, draft.digest);
    assert!(plan(&client, file(PAIR)).await.unwrap().published);

    let other = plan(&client, file(&PAIR.replace("default: a", "default: b"))).await.unwrap();
    assert_eq!(other.problems[0].code, "WORKFLOW_VERSION_CONFLICT");

    let broken = plan(&client, file("name: x\ntasks: [{id: a}]\n")).await.unwrap();
    assert!(broken.digest.is_empty() && broken.problems.len() >= 3, "{broken:?}");

    let wrong = "
name: wrong
version: 1.0.0
inputs: {properties: {n: {type: integer}}, required: [n]}
tasks:
  - {id: a, uses: 'pkg:builtin/noop@1', with: {x: '{{ run.version.y.z }}'}}
  - {id: b, uses: 'pkg:workflow/absent@1.0.0'}
  - {id: c, uses: 'pkg:builtin/noop@1', hosts: 'role:web'}
  - {id: d, uses: 'pkg:acme/thing@1', secrets: [key]}
";
    let wrong = plan(&client, file(wrong)).await.unwrap();
    let codes = |all: &[v1::PlanProblem]| {
        all.iter().map(|p| format!("{} {}", p.code, p.path)).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(&wrong.problems),
        [
            "INPUTS_INVALID inputs.n",
            "TASK_IMPOSSIBLE tasks[0].with.x",
            "WORKFLOW_NOT_FOUND tasks[1].uses",
            "INVENTORY_NONE tasks[2].hosts",
        ]
    );
    assert_eq!(
        codes(&wrong.warnings),
        ["WORKFLOW_NOT_FOUND version", "EXECUTOR_MISSING tasks[3].uses", "SECRET_UNKNOWN secrets"]
    );
    assert_eq!(wrong.tasks.len(), 4);
    assert!(!wrong.startable);

    // With its problem it is not started either, though a start without a plan would be.
    let late = PAIR.replace("{{ inputs.host }}", "{{ inputs.host.x.y }}").replace("pair", "late");
    client.publish(&late).await;
    let late = plan(&client, of("late", "{}")).await.unwrap();
    assert_eq!(codes(&late.problems), ["TASK_IMPOSSIBLE tasks[0].with.host"]);
    is(&start(&client, started_by(&late, "{}")).await.unwrap_err(), "TASK_IMPOSSIBLE");
    is(&plan(&client, of("none", "{}")).await.unwrap_err(), "WORKFLOW_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_may_plan_and_is_told_what_policy_says_of_a_start() {
    let rig = Rig::start().await;
    let (admin, stranger) = (rig.admin().await, rig.stranger().await);
    admin.publish(NOOP).await;
    let denied = plan(&stranger, of("noop", "{}")).await.unwrap_err();
    is(&denied, "PERMISSION_DENIED");
    admin.grant("tcp:anonymous", "read_only").await;
    let recorded = admin.events("decision.recorded").await.len();
    let planned = plan(&stranger, of("noop", "{}")).await.unwrap();
    let start = planned.start.unwrap();
    assert!(!start.allow && start.reasons[0].contains("operator"), "{start:?}");
    let task = planned.tasks[0].decision.clone().unwrap();
    assert!(!task.allow && task.reasons[0].contains("task.run"), "{task:?}");
    assert!(!planned.startable);
    assert!(start.id.is_empty() && task.id.is_empty());
    assert_eq!(start.bundle_revision, planned.bundle_revision);
    assert_eq!(admin.events("decision.recorded").await.len(), recorded);
    // The same plan for whoever asks: it does not say who may run it.
    assert_eq!(plan(&admin, of("noop", "{}")).await.unwrap().digest, planned.digest);
}

/// The built-in policy, and that nobody's task may sleep.
fn no_sleep(folder: &Path) -> Guard {
    for (name, text) in Bundle::embedded().unwrap().files() {
        let to = folder.join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    }
    let rule = "
problems contains \"nobody sleeps here (authz.problems)\" if {
	input.action == \"task.run\"
	startswith(input.resource.task.executor, \"pkg:builtin/sleep@\")
}
";
    let file = folder.join("authz/authz.rego");
    fs::write(&file, fs::read_to_string(&file).unwrap() + rule).unwrap();
    Guard::from_dir(folder).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_policy_denies_is_denied_in_the_plan_and_at_the_start_alike() {
    let folder = tempfile::tempdir().unwrap();
    let rig = Rig::with_policy(no_sleep(folder.path())).await;
    let client = rig.admin().await;
    client.publish(PAIR).await;
    client.publish(NOOP).await;
    let planned = plan(&client, of("pair", "{}")).await.unwrap();
    let said = |at: usize| planned.tasks[at].decision.clone().unwrap();
    assert!(planned.start.unwrap().allow && said(0).allow && !said(1).allow);
    assert_eq!(said(1).reasons, ["nobody sleeps here (authz.problems)"]);
    assert!(!planned.startable);

    let denied = client.start("pair").await.unwrap_err();
    is(&denied, "PERMISSION_DENIED");
    assert!(denied.message().contains("task `pair/second` may not run"), "{denied:?}");
    let recorded = client.events("decision.recorded").await;
    assert!(recorded.iter().any(|event| event.data_json.contains("pair/second")), "{recorded:?}");
    client.start("noop").await.unwrap();

    // What the kernel itself starts for somebody is asked about as well.
    let outer = "
name: outer
version: 1.0.0
tasks:
  - {id: inner, uses: 'pkg:workflow/pair@1.0.0'}
";
    client.publish(outer).await;
    let planned = plan(&client, of("outer", "{}")).await.unwrap();
    let inner = planned.tasks[0].runs.clone().unwrap();
    assert!(!planned.startable && !inner.tasks[1].decision.clone().unwrap().allow);
    let run = client.start("outer").await.unwrap().run_id;
    let told = client.watch(&run, 0).await;
    let run = told.iter().rev().find_map(|message| message.run.clone()).unwrap();
    assert_eq!(run.summary.unwrap().status(), v1::RunStatus::Failed);
    assert!(run.tasks[0].message.contains("nobody sleeps here"), "{:?}", run.tasks);
}

const BESIDE: &str = "
name: beside
version: 1.0.0
tasks:
  - id: first
    uses: pkg:builtin/noop@1
    foreach: [a, b]
    rollout: {batch: 1, health: {uses: 'pkg:builtin/noop@1', with: {n: '{{ batch.number }}'}}}
    compensate: {uses: 'pkg:builtin/sleep@1', with: {seconds: 0}}
";

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_beside_a_task_is_planned_and_asked_about_as_the_task_is() {
    let folder = tempfile::tempdir().unwrap();
    let rig = Rig::with_policy(no_sleep(folder.path())).await;
    let client = rig.admin().await;
    client.publish(BESIDE).await;
    let planned = plan(&client, of("beside", "{}")).await.unwrap();
    let task = &planned.tasks[0];
    let allowed = |decision: &Option<v1::Decision>| decision.as_ref().map(|one| one.allow);
    assert_eq!(allowed(&task.decision), Some(true));
    assert_eq!(allowed(&task.health_decision), Some(true));
    assert_eq!(allowed(&task.undo_decision), Some(false));
    assert!(!planned.startable, "{planned:?}");
    let health: Vec<&str> = task.health_calls.iter().map(|call| call.with_json.as_str()).collect();
    assert_eq!(health, [r#"{"n":1}"#, r#"{"n":2}"#]);
    for instance in &task.instances {
        assert_eq!(instance.undo_call.as_ref().unwrap().with_json, r#"{"seconds":0}"#);
    }
    let denied = client.start("beside").await.unwrap_err();
    is(&denied, "PERMISSION_DENIED");
    assert!(denied.message().contains("task `beside/first.undo` may not run"), "{denied:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_those_of_the_runs_before() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(PAIR).await;
    let none = plan(&client, of("pair", "{}")).await.unwrap();
    let estimate = none.estimate.clone().unwrap();
    assert_eq!((estimate.runs, estimate.whole), (0, None));
    assert_eq!(estimate.unknown, ["first", "second"]);
    for _ in 0..3 {
        let run = client.start("pair").await.unwrap().run_id;
        client.watch(&run, 0).await;
    }
    let some = plan(&client, of("pair", "{}")).await.unwrap();
    let estimate = some.estimate.unwrap();
    assert_eq!((estimate.runs, estimate.succeeded, estimate.unknown_count), (3, 3, 0));
    assert_eq!(estimate.whole.unwrap().samples, 3);
    assert_eq!(some.tasks[1].span.unwrap().samples, 3);
    assert_eq!(estimate.costs.len(), 1);
    assert_eq!(some.digest, none.digest);
}
