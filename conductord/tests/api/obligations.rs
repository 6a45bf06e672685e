//! What a permission obliges to is enforced by the daemon, whatever the caller does: by a bundle
//! that asks for it where a workflow's purpose says so.

use conductor_policy::Guard;
use conductor_protocol::{
    WARNING_METADATA,
    v1::{self, schedule_spec::Trigger, schedules_client::SchedulesClient},
};
use serde_json::Value;
use tonic_types::StatusExt as _;

use crate::rig::{Client, Rig, is};

/// Everything is allowed, on the conditions that the workflow's purpose names.
const POLICY: &str = r#"
package conductor.authz

import rego.v1

decision := {
	"allow": count(denied) == 0,
	"reasons": ["by the test's bundle"],
	"obligations": [one | some one in obligations],
	"risk": "low",
}

purposes := {purpose | some purpose in object.get(input.resource, "purpose", [])}

starts if input.action in {"run.start", "run.rerun"}

shows if endswith(input.action, ".read")

denied contains "asked" if {
	starts
	"request" in purposes
}

obligations contains {"type": "request_approval", "roles": ["tenant_admin"]} if "request" in purposes

obligations contains {
	"type": "require_approval",
	"stages": [{"roles": ["workflow_reviewer"], "quorum": 2}, {"roles": ["tenant_admin"], "quorum": 1}],
	"window_seconds": 3600,
} if {
	starts
	"approve" in purposes
}

obligations contains {"type": "dry_run_only"} if {
	starts
	"rehearse" in purposes
}

obligations contains {"type": "step_up", "method": "ssh-touch"} if {
	starts
	"prove" in purposes
}

obligations contains {"type": "sing", "loudly": true} if {
	starts
	"sing" in purposes
}

obligations contains {"type": "warn", "message": "look twice"} if "warn" in purposes

obligations contains {"type": "notify", "roles": ["operator"], "message": "it was touched"} if "notify" in purposes

obligations contains {
	"type": "mask",
	"paths": ["inputs.*", "outputs.*", "tasks.*.outputs.*", "logs"],
} if {
	shows
	"mask" in purposes
}

obligations contains {
	"type": "mask",
	"paths": ["inputs.*"],
} if {
	startswith(input.action, "schedule.")
	"mask" in purposes
}

obligations contains {"type": "mask", "paths": ["inputs.*"]} if {
	shows
	input.subject.attributes.business_unit == "outside"
}

obligations contains {"type": "filter", "field": "workflow", "allowed": ["shown"]} if {
	input.action in {"run.read", "workflow.read"}
	input.resource.kind in {"run", "workflow"}
	input.context.environment == "filtered"
}

obligations contains {"type": "filter", "field": "colour", "allowed": ["red"]} if {
	input.action == "run.read"
	input.context.environment == "odd"
}

obligations contains {"type": "mask", "paths": ["inputs.*"]} if {
	input.action == "host.read"
	input.context.environment == "filtered"
}
"#;

/// Must not be found in anything that is shown.
const CANARY: &str = "canary-7d1f";

fn guard() -> Guard {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("authz.rego"), POLICY).unwrap();
    Guard::from_dir(folder.path()).unwrap()
}

async fn publish(client: &Client, name: &str, purpose: &str) {
    client
        .publish(&format!(
            "name: {name}\nversion: 1.0.0\npurpose: [{purpose}]\n\
             tasks: [{{id: a, uses: pkg:builtin/noop@1}}]\n"
        ))
        .await;
}

fn detail(status: &tonic::Status, name: &str) -> Value {
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    serde_json::from_str(&info.metadata[name]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_obliged_to_something_is_refused_and_told_what() {
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    for (purpose, code, words) in [
        ("approve", "APPROVAL_REQUIRED", "stage 1 of 2: 2 people of `workflow_reviewer`"),
        ("rehearse", "DRY_RUN_ONLY", "planned"),
        ("prove", "STEP_UP_REQUIRED", "whoever asks with a touched security key"),
        ("sing", "PERMISSION_DENIED", "`sing`"),
        ("request", "PERMISSION_DENIED", "by the test's bundle"),
    ] {
        publish(&client, &format!("w-{purpose}"), purpose).await;
        let refused = client.start(&format!("w-{purpose}")).await.unwrap_err();
        is(&refused, code);
        assert!(refused.message().contains(words), "{}", refused.message());
        if purpose == "request" {
            // Policy denied the one before as well: of equal denials the first is on record.
            continue;
        }
        let recorded = client.events("decision.recorded").await;
        let newest: Value = serde_json::from_str(&recorded.last().unwrap().data_json).unwrap();
        let data = &newest["event"]["data"];
        assert_eq!(data["input"]["action"], "run.start");
        let unmet = if purpose == "sing" { Value::Null } else { code.into() };
        assert_eq!(data["unmet"], unmet, "{purpose}");
    }
    assert!(client.events("run.started").await.is_empty(), "nothing was started");
    let refused = client.start("w-approve").await.unwrap_err();
    assert_eq!(detail(&refused, "approval")["stages"][0]["quorum"], 2);
    let refused = client.start("w-request").await.unwrap_err();
    assert_eq!(detail(&refused, "requestApproval")["roles"][0], "tenant_admin");
    // A rehearsal is what is left, and says what stands in the way.
    let plan = v1::PlanRunRequest { workflow: "w-rehearse".into(), ..Default::default() };
    let plan = client.runs().plan(plan).await.unwrap().into_inner().plan.unwrap();
    assert!(!plan.startable);
    assert!(plan.approvals[0].message.contains("planned"), "{:?}", plan.approvals);
    assert_eq!(plan.start.unwrap().unmet, "DRY_RUN_ONLY");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_workflow_waits_for_its_approval_too() {
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    // What is called counts with what calls it: the caller alone can't be started either.
    publish(&client, "inner", "approve").await;
    client
        .publish("name: outer\nversion: 1.0.0\ntasks: [{id: c, uses: pkg:workflow/inner@1.0.0}]\n")
        .await;
    is(&client.start("outer").await.unwrap_err(), "APPROVAL_REQUIRED");
}

/// Texts of everything that is sent to look at a run and its schedule.
async fn shown(client: &Client, run_id: &str, workflow: &str) -> Vec<(&'static str, String)> {
    let run_id = || run_id.to_owned();
    let mut texts = Vec::new();
    let get = v1::GetRunRequest { run_id: run_id(), ..Default::default() };
    texts.push(("get", format!("{:?}", client.runs().get(get).await.unwrap())));
    let timeline = v1::TimelineRequest { run_id: run_id(), ..Default::default() };
    texts.push(("timeline", format!("{:?}", client.runs().timeline(timeline).await.unwrap())));
    texts.push(("watch", format!("{:?}", client.watch(&run_id(), 0).await)));
    let list = v1::ListRunsRequest::default();
    texts.push(("list", format!("{:?}", client.runs().list(list).await.unwrap())));
    let request = v1::RunLogsRequest { run_id: run_id(), ..Default::default() };
    let mut logs = client.runs().logs(request).await.unwrap().into_inner();
    while let Some(chunk) = logs.message().await.unwrap() {
        texts.push(("logs", String::from_utf8_lossy(&chunk.data).into_owned()));
    }
    let watch = v1::WatchRunsRequest { after_seq: 1, ..Default::default() };
    let mut runs = client.runs().watch_list(watch).await.unwrap().into_inner();
    texts.push(("watch_list", format!("{:?}", runs.message().await.unwrap())));
    let mut tail = client.ledger().tail(v1::TailRequest::default()).await.unwrap().into_inner();
    while let Some(event) = tail.message().await.unwrap() {
        texts.push(("tail", event.data_json));
    }
    let mut schedules = SchedulesClient::new(client.channel());
    let name = format!("s-{workflow}");
    let get = v1::GetScheduleRequest { name: name.clone(), ..Default::default() };
    texts.push(("schedule", format!("{:?}", schedules.get(get).await.unwrap())));
    let list = v1::ListSchedulesRequest::default();
    texts.push(("schedules", format!("{:?}", schedules.list(list).await.unwrap())));
    let history = v1::ScheduleHistoryRequest { name: name.clone(), ..Default::default() };
    texts.push(("history", format!("{:?}", schedules.history(history).await.unwrap())));
    let pause = v1::PauseScheduleRequest { name, ..Default::default() };
    texts.push(("pause", format!("{:?}", schedules.pause(pause).await.unwrap())));
    texts
}

/// A run that is given, gives, prints and fails with the canary; and a schedule with it.
async fn run_with_canary(client: &Client, workflow: &str, purpose: &str) -> String {
    client
        .publish(&format!(
            "
name: {workflow}
version: 1.0.0
purpose: [{purpose}]
inputs: {{type: object, properties: {{ssn: {{type: string}}}}}}
concurrency: {{group: 'g-{{{{ inputs.ssn }}}}'}}
tasks:
  - {{id: echo, uses: pkg:builtin/noop@1, with: {{nested: {{ssn: '{{{{ inputs.ssn }}}}'}}}}}}
  - id: print
    needs: [echo]
    uses: pkg:builtin/shell@1
    with:
      run: 'echo {{{{ inputs.ssn | sh }}}}; echo failed on {{{{ inputs.ssn | sh }}}} >&2; exit 3'
outputs: {{rows: '{{{{ tasks.echo.outputs.nested }}}}'}}
"
        ))
        .await;
    let inputs_json = format!("{{\"ssn\": \"{CANARY}\"}}");
    let start = v1::StartRunRequest {
        workflow: workflow.to_owned(),
        inputs_json: inputs_json.clone(),
        ..Default::default()
    };
    let run_id = client.runs().start(start).await.unwrap().into_inner().run_id;
    client.watch(&run_id, 0).await;
    let spec = v1::ScheduleSpec {
        workflow: workflow.to_owned(),
        inputs_json,
        trigger: Some(Trigger::Cron("30 2 * * *".into())),
        ..Default::default()
    };
    let name = format!("s-{workflow}");
    let set = v1::SetScheduleRequest { name, spec: Some(spec), ..Default::default() };
    let set = SchedulesClient::new(client.channel()).set(set).await.unwrap();
    let leaks = format!("{set:?}").contains(CANARY);
    assert_eq!(leaks, purpose != "mask", "the answer to a change is masked like any other");
    run_id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_masked_is_in_no_answer_and_no_stream() {
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    // Not masked it is everywhere: otherwise the test would look in the wrong places.
    let run = run_with_canary(&client, "plain", "none").await;
    let plain = shown(&client, &run, "plain").await;
    let found = |texts: &[(&'static str, String)], place: &str| {
        texts.iter().any(|(at, text)| *at == place && text.contains(CANARY))
    };
    let places = [
        "get",
        "timeline",
        "watch",
        "list",
        "logs",
        "tail",
        "schedule",
        "schedules",
        "history",
        "pause",
    ];
    for place in places {
        assert!(found(&plain, place), "{place} shows what is not masked");
    }
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    let run = run_with_canary(&client, "masked", "mask").await;
    for (place, text) in shown(&client, &run, "masked").await {
        assert!(!text.contains(CANARY), "{place}: {text}");
    }
    let get = v1::GetRunRequest { run_id: run, ..Default::default() };
    let run = client.runs().get(get).await.unwrap().into_inner().run.unwrap();
    assert_eq!(run.inputs_json, "{\"ssn\":\"[masked]\"}", "that something is there is shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_shows_only_what_fits_and_counts_no_more() {
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    for name in ["shown", "hidden"] {
        publish(&client, name, "none").await;
    }
    let scope = |environment: &str| {
        Some(v1::Scope { environment: environment.into(), ..Default::default() })
    };
    let start = |workflow: &str, environment: &str| v1::StartRunRequest {
        scope: scope(environment),
        workflow: workflow.into(),
        ..Default::default()
    };
    let shown = client.runs().start(start("shown", "filtered")).await.unwrap().into_inner();
    let hidden = client.runs().start(start("hidden", "filtered")).await.unwrap().into_inner();
    let list = v1::ListRunsRequest { scope: scope("filtered"), ..Default::default() };
    let list = client.runs().list(list).await.unwrap().into_inner();
    let names: Vec<_> = list.runs.iter().map(|run| run.workflow.as_str()).collect();
    assert_eq!((names, list.total), (vec!["shown"], 1));
    // A page is filled with what may be seen: what hides between takes no place in it.
    for _ in 0..3 {
        client.runs().start(start("hidden", "filtered")).await.unwrap();
    }
    let list = v1::ListRunsRequest { scope: scope("filtered"), page_size: 1, ..Default::default() };
    let list = client.runs().list(list).await.unwrap().into_inner();
    let names: Vec<_> = list.runs.iter().map(|run| run.workflow.as_str()).collect();
    assert_eq!((names, list.total), (vec!["shown"], 1));
    let get = |run_id: &str| v1::GetRunRequest { scope: scope("filtered"), run_id: run_id.into() };
    client.runs().get(get(&shown.run_id)).await.unwrap();
    is(&client.runs().get(get(&hidden.run_id)).await.unwrap_err(), "RUN_NOT_FOUND");
    let workflows = v1::ListWorkflowsRequest { scope: scope("filtered"), ..Default::default() };
    let workflows = client.workflows().list(workflows).await.unwrap().into_inner().workflows;
    assert_eq!(workflows.len(), 1);
    // A field that nobody knows fits nothing.
    client.runs().start(start("shown", "odd")).await.unwrap();
    let list = v1::ListRunsRequest { scope: scope("odd"), ..Default::default() };
    assert!(client.runs().list(list).await.unwrap().into_inner().runs.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_shown_in_part_is_not_shown() {
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    let mut hosts = v1::hosts_client::HostsClient::new(client.channel());
    let scope = Some(v1::Scope { environment: "filtered".into(), ..Default::default() });
    let list = v1::ListHostsRequest { scope, ..Default::default() };
    is(&hosts.list(list).await.unwrap_err(), "PERMISSION_DENIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_comes_with_the_answer_and_who_is_told_is_on_record() {
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    publish(&client, "told", "warn, notify").await;
    let start = v1::StartRunRequest { workflow: "told".into(), ..Default::default() };
    let started = client.runs().start(start).await.unwrap();
    let told = |metadata: &tonic::metadata::MetadataMap| -> Vec<String> {
        let values = metadata.get_all_bin(WARNING_METADATA);
        let texts = values.iter().map(|value| value.to_bytes().unwrap());
        texts.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()).collect()
    };
    let mut said = told(started.metadata());
    said.sort();
    assert_eq!(said, ["`operator` is told: it was touched", "look twice"]);
    let run_id = started.into_inner().run_id;
    // A read is no event, unless somebody is to be told of it.
    let before = client.events("decision.recorded").await.len();
    let get = v1::GetRunRequest { run_id: run_id.clone(), ..Default::default() };
    let answer = client.runs().get(get).await.unwrap();
    assert_eq!(told(answer.metadata()).len(), 2);
    let recorded = client.events("decision.recorded").await;
    assert_eq!(recorded.len(), before + 1);
    assert!(recorded.last().unwrap().data_json.contains("\"run.read\""));
    // Whoever is to be told finds what they are to be told of, and nothing else.
    let told_of = async |client: &Client| {
        let request = v1::ListDecisionsRequest { told: true, ..Default::default() };
        let rows = client.system().list_decisions(request).await.unwrap().into_inner().decisions;
        rows.into_iter().map(|row| row.action).collect::<Vec<_>>()
    };
    client.grant("tcp:anonymous", "operator").await;
    let expected = ["run.read", "task.run", "run.start", "workflow.publish"];
    assert_eq!(told_of(&rig.stranger().await).await, expected);
    assert!(told_of(&client).await.is_empty(), "an administrator is not an operator");
    // Streams carry them, too.
    let watch = v1::WatchRunRequest { run_id, ..Default::default() };
    assert_eq!(told(client.runs().watch(watch).await.unwrap().metadata()).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_shows_what_may_be_seen_at_each_moment() {
    let rig = Rig::with_policy(guard()).await;
    let client = rig.admin().await;
    let who = client.system().who_am_i(v1::WhoAmIRequest::default()).await.unwrap().into_inner();
    client
        .publish(
            "name: given\nversion: 1.0.0\ninputs: {type: object, properties: {ssn: {type: string}}}\n\
             tasks: [{id: a, uses: pkg:builtin/noop@1}]\n",
        )
        .await;
    let mut tail = client.changes().await;
    let mut given = async || {
        let inputs_json = format!("{{\"ssn\": \"{CANARY}\"}}");
        let start =
            v1::StartRunRequest { workflow: "given".into(), inputs_json, ..Default::default() };
        client.runs().start(start).await.unwrap();
        loop {
            let event = tail.message().await.unwrap().unwrap();
            if event.kind == "run.started" {
                return event.data_json;
            }
        }
    };
    assert!(given().await.contains(CANARY), "nothing is masked so far");
    let describe = v1::DescribePrincipalRequest {
        principal: who.principal,
        attributes: [("business_unit".into(), "outside".into())].into(),
        ..Default::default()
    };
    client.system().describe(describe).await.unwrap();
    let masked = given().await;
    assert!(!masked.contains(CANARY) && masked.contains("[masked]"), "{masked}");
}
