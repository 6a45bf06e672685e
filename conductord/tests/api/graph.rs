//! Questions to the graph: what is found, how far an answer goes, and who sees what of it.

use conductor_policy::Guard;
use conductor_protocol::v1::{self, graph_client::GraphClient};
use tonic::transport::Channel;

use crate::rig::{Client, NOOP, Rig, is};

const LEAVES: &str = "
name: leaves
version: 1.0.0
inputs: {type: object, properties: {image: {type: string}}}
tasks:
  - id: build
    uses: pkg:builtin/shell@1
    with: {run: 'echo built > report.txt', artifacts: {report: report.txt}}
";

fn graph(client: &Client) -> GraphClient<Channel> {
    GraphClient::new(client.channel())
}

async fn get(client: &Client, entity: &str) -> v1::GetEntityResponse {
    let request = v1::GetEntityRequest { entity: entity.to_owned(), ..Default::default() };
    graph(client).get(request).await.unwrap().into_inner()
}

fn has(edges: &[v1::GraphEdge], from: &str, kind: &str, to: &str) -> bool {
    edges.iter().any(|edge| edge.from == from && edge.kind == kind && edge.to == to)
}

fn walk_of(entity: &str, purpose: v1::GraphPurpose) -> v1::WalkGraphRequest {
    let entity = entity.to_owned();
    v1::WalkGraphRequest { entity, purpose: purpose.into(), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_found_with_what_it_has_to_do_with_as_soon_as_it_is_acknowledged() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run = client.start("noop").await.unwrap();
    let name = format!("run:{}", run.run_id);
    let found = get(&client, &run.run_id).await;
    let entity = found.entity.clone().unwrap();
    assert_eq!((entity.name.as_str(), entity.life.as_str()), (name.as_str(), "live"));
    assert_eq!(entity.attributes["workflow"], "noop");
    assert_eq!(found.reach.unwrap().behind, 0, "it waits for what was recorded before");
    let decision = format!("decision:{}", run.decision_id);
    assert!(has(&found.edges, &name, "of_workflow", "workflow:noop@1.0.0"), "{found:?}");
    assert!(has(&found.edges, &name, "decided_by", &decision), "{found:?}");
    assert!(has(&found.edges, &format!("task:{}/a", run.run_id), "part_of", &name), "{found:?}");

    let blast = walk_of("workflow:noop", v1::GraphPurpose::Blast);
    let blast = graph(&client).walk(blast).await.unwrap().into_inner();
    let reached: Vec<_> =
        blast.nodes.iter().map(|node| node.entity.clone().unwrap().name).collect();
    assert_eq!(reached[..3], ["workflow:noop", "workflow:noop@1.0.0", name.as_str()]);
    assert!(!blast.truncated);
    let near =
        v1::WalkGraphRequest { depth: 1, ..walk_of("workflow:noop", v1::GraphPurpose::Blast) };
    let near = graph(&client).walk(near).await.unwrap().into_inner();
    assert!(near.truncated && near.nodes.len() == 2, "{near:?}");

    let listed = graph(&client).runs(v1::GraphRunsRequest::default()).await.unwrap().into_inner();
    assert_eq!(listed.runs.len(), 1);
    let approvers = v1::ApproversRequest { run_id: run.run_id.clone(), ..Default::default() };
    let approvers = graph(&client).approvers(approvers).await.unwrap().into_inner();
    assert_eq!(approvers.decision_id, run.decision_id);
    assert!(approvers.initiator.starts_with("uid:") && approvers.approvals.is_empty());
    assert!(rig.engine().graph_knows("default", &run.run_id).unwrap());
    assert!(!rig.engine().graph_knows("other", &run.run_id).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_leads_to_what_made_it_and_what_it_went_into() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    client.publish(LEAVES).await;
    let made = client.start("leaves").await.unwrap().run_id;
    client.watch(&made, 0).await;
    let found = get(&client, &made).await;
    let name = format!("run:{made}");
    let file = found.edges.iter().find(|edge| edge.from == name && edge.kind == "produced");
    let digest = file.unwrap().to.strip_prefix("artifact:").unwrap().to_owned();
    let request = v1::StartRunRequest {
        workflow: "leaves".into(),
        inputs_json: format!("{{\"image\":\"registry/app@{digest}\"}}"),
        ..Default::default()
    };
    let used = client.runs().start(request).await.unwrap().into_inner().run_id;
    client.watch(&used, 0).await;
    let request = v1::ArtifactUsesRequest { digest: digest.clone(), ..Default::default() };
    let uses = graph(&client).artifact_uses(request).await.unwrap().into_inner();
    let ids = |runs: &[v1::GraphEntity]| runs.iter().map(|run| run.id.clone()).collect::<Vec<_>>();
    assert!(ids(&uses.produced_by).contains(&made));
    assert_eq!(ids(&uses.went_into), std::slice::from_ref(&used));

    let up = walk_of(&used, v1::GraphPurpose::Upstream);
    let up = graph(&client).walk(up).await.unwrap().into_inner();
    assert!(up.nodes.iter().any(|node| node.entity.as_ref().unwrap().id == made), "{up:?}");

    let export = v1::ExportGraphRequest {
        format: v1::GraphFormat::Openlineage.into(),
        entity: used.clone(),
        ..Default::default()
    };
    let export = graph(&client).export(export).await.unwrap().into_inner();
    let events: Vec<serde_json::Value> =
        export.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&events[0]["eventType"], &events[1]["eventType"]),
        (&"START".into(), &"COMPLETE".into())
    );
    assert_eq!(events[1]["inputs"][0]["name"], digest);
    let dot = v1::ExportGraphRequest {
        format: v1::GraphFormat::Dot.into(),
        entity: used,
        ..Default::default()
    };
    let dot = graph(&client).export(dot).await.unwrap().into_inner().text;
    assert!(dot.starts_with("digraph conductor {") && dot.contains("of_workflow"), "{dot}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_another_tenants_and_nobody_more_than_policy_lets_them() {
    let rig = Rig::without_worker().await;
    let client = rig.admin().await;
    client.publish(NOOP).await;
    let run = client.start("noop").await.unwrap();
    client.create_tenant("acme").await;
    let scope = Some(v1::Scope { tenant: "acme".into(), ..Default::default() });
    let elsewhere = v1::GetEntityRequest { scope: scope.clone(), entity: run.run_id.clone() };
    is(&graph(&client).get(elsewhere).await.unwrap_err(), "ENTITY_NOT_FOUND");
    let listed = v1::GraphRunsRequest { scope, ..Default::default() };
    assert!(graph(&client).runs(listed).await.unwrap().into_inner().runs.is_empty());

    let stranger = rig.stranger().await;
    let request = v1::GetEntityRequest { entity: run.run_id.clone(), ..Default::default() };
    is(&graph(&stranger).get(request.clone()).await.unwrap_err(), "PERMISSION_DENIED");
    // Who may read runs and no decisions sees the one without the other, and nothing through it.
    client.grant("tcp:anonymous", "read_only").await;
    let found = graph(&stranger).get(request).await.unwrap().into_inner();
    let kinds: Vec<_> = found.edges.iter().map(|edge| edge.kind.as_str()).collect();
    assert!(kinds.contains(&"of_workflow") && !kinds.contains(&"decided_by"), "{kinds:?}");
    let decision = v1::GetEntityRequest { entity: run.decision_id, ..Default::default() };
    is(&graph(&stranger).get(decision.clone()).await.unwrap_err(), "ENTITY_NOT_FOUND");
    assert!(graph(&client).get(decision).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_is_refused_with_the_mend() {
    let rig = Rig::idle(Guard::embedded().unwrap()).await;
    let client = rig.admin().await;
    let wrong = v1::GetEntityRequest { entity: "noop".into(), ..Default::default() };
    is(&graph(&client).get(wrong).await.unwrap_err(), "REQUEST_INVALID");
    let unknown = v1::GetEntityRequest { entity: "workflow:noop".into(), ..Default::default() };
    is(&graph(&client).get(unknown).await.unwrap_err(), "ENTITY_NOT_FOUND");
    let touching = v1::TouchingRequest { resource: "workflow:noop".into(), ..Default::default() };
    is(&graph(&client).touching(touching).await.unwrap_err(), "REQUEST_INVALID");
    let uses = v1::ArtifactUsesRequest { digest: "run_1".into(), ..Default::default() };
    is(&graph(&client).artifact_uses(uses).await.unwrap_err(), "REQUEST_INVALID");
    let token = v1::GraphRunsRequest { page_token: "x".into(), ..Default::default() };
    is(&graph(&client).runs(token).await.unwrap_err(), "PAGE_TOKEN_INVALID");
    let empty = v1::ExportGraphRequest::default();
    is(&graph(&client).export(empty).await.unwrap_err(), "REQUEST_INVALID");
}
