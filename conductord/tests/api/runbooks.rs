//! Runbooks in Markdown over the wire: what they compile to, what is kept of them, what is refused.

use conductor_protocol::{manifest, v1};
use tonic::Status;

use crate::rig::{Client, NOOP, Rig, is};

const RUNBOOK: &str = "---
name: look
version: 1.0.0
tags: [disk, base]
owners: [team-base, 'uid:1000']
inputs: {properties: {host: {type: string, default: web-1}}}
---
# Look at a host

First this:

```yaml step=first
uses: pkg:builtin/noop@1
with: {host: '{{ inputs.host }}'}
```

```yaml step=second
uses: pkg:builtin/noop@1
```
";

fn markdown(text: &str) -> v1::PublishWorkflowRequest {
    v1::PublishWorkflowRequest {
        manifest: text.to_owned(),
        media_type: "text/markdown".into(),
        ..Default::default()
    }
}

async fn publish(
    client: &Client,
    request: v1::PublishWorkflowRequest,
) -> Result<v1::PublishWorkflowResponse, Status> {
    Ok(client.workflows().publish(request).await?.into_inner())
}

async fn get(client: &Client, name: &str) -> v1::Workflow {
    let request = v1::GetWorkflowRequest { name: name.into(), ..Default::default() };
    client.workflows().get(request).await.unwrap().into_inner().workflow.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runbook_is_published_with_its_text_and_runs_as_the_manifest_that_it_is() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let published = publish(&client, markdown(RUNBOOK)).await.unwrap();
    assert!(published.created);
    let shown = get(&client, "look").await;
    assert_eq!(shown.title, "Look at a host");
    assert_eq!(shown.tags, ["base", "disk"]);
    assert_eq!(shown.owners, ["team-base", "uid:1000"]);
    assert_eq!(shown.digest, manifest::parse_runbook(RUNBOOK).unwrap().digest());
    let source = shown.source.unwrap();
    assert_eq!((source.media_type.as_str(), source.text.as_str()), ("text/markdown", RUNBOOK));

    let started = client.start("look").await.unwrap();
    let ended = client.watch(&started.run_id, 0).await;
    let last = ended.last().unwrap().run.clone().unwrap();
    assert_eq!(last.summary.unwrap().status(), v1::RunStatus::Succeeded);
    assert_eq!(last.tasks.len(), 2);

    // The list has what it is found by, and no text.
    let listed = client.workflows().list(v1::ListWorkflowsRequest::default()).await.unwrap();
    let listed = &listed.into_inner().workflows[0];
    assert_eq!((listed.tags.len(), &listed.source), (2, &None));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_published_runbook_never_changes() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    publish(&client, markdown(RUNBOOK)).await.unwrap();
    assert!(!publish(&client, markdown(RUNBOOK)).await.unwrap().created, "the very same");
    let other = RUNBOOK.replace("First this", "First that");
    let refused = publish(&client, markdown(&other)).await.unwrap_err();
    is(&refused, "WORKFLOW_VERSION_CONFLICT");
    // The same steps as YAML are another text, too.
    let manifest = manifest::parse_runbook(RUNBOOK).unwrap();
    let yaml = v1::PublishWorkflowRequest {
        manifest: "name: look\nversion: 1.0.0\ntitle: Look at a host\ntags: [disk, base]\n\
                   owners: [team-base, 'uid:1000']\n\
                   inputs: {properties: {host: {type: string, default: web-1}}}\ntasks:\n\
                   - {id: first, uses: pkg:builtin/noop@1, with: {host: '{{ inputs.host }}'}}\n\
                   - {id: second, uses: pkg:builtin/noop@1, needs: [first]}\n"
            .into(),
        ..Default::default()
    };
    assert_eq!(manifest::parse(&yaml.manifest).unwrap().digest(), manifest.digest());
    is(&publish(&client, yaml).await.unwrap_err(), "WORKFLOW_VERSION_CONFLICT");

    // Of YAML the meaning is published, as ever: the first text stays.
    client.publish(NOOP).await;
    let commented = format!("# a comment\n{NOOP}");
    let request = v1::PublishWorkflowRequest { manifest: commented, ..Default::default() };
    assert!(!publish(&client, request).await.unwrap().created);
    let source = get(&client, "noop").await.source.unwrap();
    assert_eq!((source.media_type.as_str(), source.text.as_str()), ("application/yaml", NOOP));
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_stand_in_the_lines_of_the_markdown() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    let bad = RUNBOOK.replace("inputs.host", "inputs.nothing");
    let validate = |text: &str, media_type: &str| v1::ValidateWorkflowRequest {
        manifest: text.to_owned(),
        media_type: media_type.to_owned(),
        ..Default::default()
    };
    let mut workflows = client.workflows();
    let told = workflows.validate(validate(&bad, "text/markdown")).await.unwrap().into_inner();
    let [problem] = told.problems.as_slice() else { panic!("{told:?}") };
    assert_eq!((problem.line, problem.column), (14, 18), "{problem:?}");
    assert_eq!(problem.code, "MANIFEST_REFERENCE_UNKNOWN");
    let refused = publish(&client, markdown(&bad)).await.unwrap_err();
    is(&refused, "MANIFEST_REFERENCE_UNKNOWN");
    // Nobody guesses: what is said to be YAML is read as YAML.
    let told = workflows.validate(validate(RUNBOOK, "")).await.unwrap().into_inner();
    assert!(told.problems.iter().any(|found| found.code == "MANIFEST_DOCUMENTS"), "{told:?}");
    let refused = workflows.validate(validate(RUNBOOK, "text/html")).await.unwrap_err();
    is(&refused, "REQUEST_INVALID");

    let plan = v1::PlanRunRequest {
        manifest: RUNBOOK.to_owned(),
        media_type: "text/markdown".into(),
        ..Default::default()
    };
    let plan = client.runs().plan(plan).await.unwrap().into_inner().plan.unwrap();
    assert_eq!((plan.workflow.as_str(), plan.problems.len()), ("look", 0), "{plan:?}");
}
