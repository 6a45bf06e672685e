//! A tenant's quota of tasks by their resource class.

use conductor_protocol::v1;

use crate::rig::{Rig, is};

/// Two small tasks. Nobody works in these tests, so they stay open until the run is cancelled.
const TWO_SMALL: &str = "
name: two-small
version: 1.0.0
tasks:
  - {id: a, uses: pkg:builtin/shell@1, with: {run: 'true'}, resources: small}
  - {id: b, uses: pkg:builtin/shell@1, with: {run: 'true'}, resources: small}
";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_over_the_quota_is_denied_with_what_is_in_use_and_who_can_change_it() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(TWO_SMALL).await;
    // The rig's quota for this tenant is three.
    let first = client.start("two-small").await.unwrap().run_id;
    let denied = client.start("two-small").await.unwrap_err();
    is(&denied, "PERMISSION_DENIED");
    for words in ["2 open tasks of class `small`", "2 more", "quota of 3", "[quotas.default] small"]
    {
        assert!(denied.message().contains(words), "{words}: {}", denied.message());
    }
    // The denial is on record, with what was counted.
    let recorded = client.events("decision.recorded").await;
    let recorded = recorded.iter().filter(|event| event.data_json.contains("in_use")).count();
    assert!(recorded >= 2, "the allowed start and the denied one");

    let cancel = v1::CancelRunRequest { run_id: first.clone(), ..Default::default() };
    client.runs().cancel(cancel).await.unwrap();
    client.watch(&first, 0).await;
    client.start("two-small").await.unwrap();
    // To repeat a run asks for as much as to start it.
    let again = v1::RerunRunRequest { run_id: first, ..Default::default() };
    is(&client.runs().rerun(again).await.unwrap_err(), "PERMISSION_DENIED");
}

const OUTER: &str = "
name: outer
version: 1.0.0
tasks:
  - {id: inner, uses: 'pkg:workflow/two-small@1.0.0'}
";

#[tokio::test(flavor = "multi_thread")]
async fn what_the_daemon_starts_by_itself_is_held_to_the_quota_too() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(TWO_SMALL).await;
    client.publish(OUTER).await;
    client.start("two-small").await.unwrap();
    let run = client.start("outer").await.unwrap().run_id;
    let told = client.watch(&run, 0).await;
    let run = told.iter().rev().find_map(|message| message.run.clone()).unwrap();
    assert_eq!(run.summary.unwrap().status(), v1::RunStatus::Failed);
    for words in ["policy does not let", "quota of 3", "[quotas.default] small"] {
        assert!(run.tasks[0].message.contains(words), "{words}: {}", run.tasks[0].message);
    }
}
