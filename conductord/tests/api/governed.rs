//! What a published manifest says of risk, data, regions and purpose is in every question about the
//! workflow, whatever a request says.

use conductor_policy::Guard;
use conductor_protocol::{
    v1::{self, schedule_spec::Trigger, schedules_client::SchedulesClient},
    verdict::Resource,
};

use crate::rig::{Client, Rig};

const EXPORT: &str = "
name: export
version: 1.0.0
risk: high
data_sensitivity: restricted
regions: [eu-west-1, eu-central-1]
purpose: [payroll]
tasks: [{id: a, uses: pkg:builtin/noop@1}]
";
const CALLER: &str = "
name: caller
version: 1.0.0
risk: low
regions: [eu-west-1, us-east-1]
tasks: [{id: call, uses: pkg:workflow/export@1.0.0}]
";

/// A policy that allows everything: here only the questions count.
fn open() -> Guard {
    let folder = tempfile::tempdir().unwrap();
    let rules = "package conductor.authz\n\nimport rego.v1\n\ndecision := {\"allow\": true, \
                 \"reasons\": [], \"obligations\": [], \"risk\": \"low\"}\n";
    std::fs::write(folder.path().join("authz.rego"), rules).unwrap();
    Guard::from_dir(folder.path()).unwrap()
}

/// The newest recorded question of an action.
async fn asked(client: &Client, action: &str) -> Resource {
    let recorded = client.events("decision.recorded").await;
    let inputs = recorded.iter().rev().map(|event| {
        let record: serde_json::Value = serde_json::from_str(&event.data_json).unwrap();
        record["event"]["data"]["input"].clone()
    });
    let mut of_action = inputs.filter(|input| input["action"] == action);
    let found = of_action.next().unwrap_or_else(|| panic!("nothing was asked about {action}"));
    serde_json::from_value(found["resource"].clone()).unwrap()
}

#[track_caller]
fn is_export(resource: &Resource) {
    let said = (resource.risk.as_str(), resource.data_sensitivity.as_str());
    assert_eq!(said, ("high", "restricted"), "{resource:?}");
    assert_eq!(resource.regions, ["eu-central-1", "eu-west-1"]);
    assert_eq!(resource.purpose, ["payroll"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_about_a_workflow_says_what_its_manifest_says() {
    let rig = Rig::idle(open()).await;
    let client = rig.admin().await;
    client.publish(EXPORT).await;
    is_export(&asked(&client, "workflow.publish").await);
    let run_id = client.start("export").await.unwrap().run_id;
    is_export(&asked(&client, "run.start").await);

    let pause = v1::PauseRunRequest { run_id: run_id.clone(), ..Default::default() };
    client.runs().pause(pause).await.unwrap();
    is_export(&asked(&client, "run.pause").await);
    let cancel = v1::CancelRunRequest { run_id: run_id.clone(), ..Default::default() };
    client.runs().cancel(cancel).await.unwrap();
    is_export(&asked(&client, "run.cancel").await);
    client.watch(&run_id, 0).await;
    let again = v1::RerunRunRequest { run_id: run_id.clone(), ..Default::default() };
    client.runs().rerun(again).await.unwrap();
    is_export(&asked(&client, "run.rerun").await);

    let mut schedules = SchedulesClient::new(client.channel());
    let trigger = Some(Trigger::Cron("30 2 * * *".into()));
    let spec = v1::ScheduleSpec { workflow: "export".into(), trigger, ..Default::default() };
    let set =
        v1::SetScheduleRequest { name: "nightly".into(), spec: Some(spec), ..Default::default() };
    schedules.set(set).await.unwrap();
    is_export(&asked(&client, "schedule.edit").await);
    let pause = v1::PauseScheduleRequest { name: "nightly".into(), ..Default::default() };
    schedules.pause(pause).await.unwrap();
    is_export(&asked(&client, "schedule.pause").await);

    let get = v1::GetRunRequest { run_id, ..Default::default() };
    client.runs().get(get).await.unwrap();
    let reads = v1::ListDecisionsRequest { reads: true, ..Default::default() };
    let reads = client.system().list_decisions(reads).await.unwrap().into_inner().decisions;
    let read = reads.iter().find(|read| read.action == "run.read").unwrap();
    let input: serde_json::Value = serde_json::from_str(&read.input_json).unwrap();
    is_export(&serde_json::from_value(input["resource"].clone()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_workflow_calls_counts_with_it() {
    let rig = Rig::with_policy(open()).await;
    let client = rig.admin().await;
    client.publish(EXPORT).await;
    client.publish(CALLER).await;
    let run = client.start("caller").await.unwrap().run_id;
    client.watch(&run, 0).await;
    // The newest start is the one that the kernel asked about by itself.
    is_export(&asked(&client, "run.start").await);
    let publish = asked(&client, "workflow.publish").await;
    assert_eq!((publish.risk.as_str(), publish.id.as_str()), ("high", "caller"));
    assert_eq!(publish.regions, ["eu-west-1"], "where both may run");
}
