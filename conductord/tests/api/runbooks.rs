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

async fn list(client: &Client, request: v1::ListWorkflowsRequest) -> Vec<v1::Workflow> {
    client.workflows().list(request).await.unwrap().into_inner().workflows
}

async fn names(client: &Client, request: v1::ListWorkflowsRequest) -> Vec<String> {
    list(client, request).await.into_iter().map(|found| found.name).collect()
}

fn words(text: &str) -> v1::ListWorkflowsRequest {
    v1::ListWorkflowsRequest { text: text.into(), ..Default::default() }
}

/// A runbook of that name with these lines in its front matter, and this prose.
fn runbook(name: &str, front: &str, prose: &str) -> v1::PublishWorkflowRequest {
    markdown(&format!(
        "---\nname: {name}\nversion: 1.0.0\n{front}---\n# {prose}\n\n```yaml step=a\nuses: pkg:builtin/noop@1\n```\n"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn runbooks_are_found_by_words_tags_and_owners_the_best_first() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    for request in [
        runbook("drain", "tags: [web]\nowners: [team-web]\n", "Take a host out"),
        runbook("patch-host", "description: Drain it first.\ntags: [web, base]\n", "Patch a host"),
        runbook("restart", "owners: [team-base]\n", "Restart\n\nWhen it does not DRAIN by itself"),
    ] {
        publish(&client, request).await.unwrap();
    }
    // The name itself, then the description, then the prose.
    assert_eq!(names(&client, words("drain")).await, ["drain", "patch-host", "restart"]);
    assert_eq!(names(&client, words("host DRAIN")).await, ["drain", "patch-host"], "all words");
    assert_eq!(names(&client, words("team-base")).await, ["restart"]);
    assert_eq!(names(&client, words("nowhere")).await, [""; 0]);
    let by_tag = |tags: &[&str]| v1::ListWorkflowsRequest {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..Default::default()
    };
    assert_eq!(names(&client, by_tag(&["web"])).await, ["drain", "patch-host"]);
    assert_eq!(names(&client, by_tag(&["web", "base"])).await, ["patch-host"]);
    let owned = v1::ListWorkflowsRequest { owner: "team-web".into(), ..Default::default() };
    assert_eq!(names(&client, owned).await, ["drain"]);
    // Pages are cut out of the same order.
    let mut page = v1::ListWorkflowsRequest { page_size: 1, ..words("drain") };
    let mut found = Vec::new();
    loop {
        let answer = client.workflows().list(page.clone()).await.unwrap().into_inner();
        found.extend(answer.workflows.into_iter().map(|one| one.name));
        assert!(!answer.partial);
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    assert_eq!(found, ["drain", "patch-host", "restart"]);
    let many = words(&"a ".repeat(9));
    is(&client.workflows().list(many).await.unwrap_err(), "REQUEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runbook_was_rehearsed_when_it_worked_outside_of_production_or_was_meant_to() {
    let rig = Rig::start().await;
    let client = rig.admin().await;
    publish(&client, markdown(RUNBOOK)).await.unwrap();
    let run = |environment: &str, rehearsal: bool| {
        let scope = v1::Scope { environment: environment.into(), ..Default::default() };
        v1::StartRunRequest {
            scope: Some(scope),
            workflow: "look".into(),
            rehearsal,
            ..Default::default()
        }
    };
    let ended = async |request: v1::StartRunRequest| {
        let scope = request.scope.clone();
        let id = client.runs().start(request).await.unwrap().into_inner().run_id;
        let watch = v1::WatchRunRequest { run_id: id.clone(), scope, ..Default::default() };
        let mut told = client.runs().watch(watch).await.unwrap().into_inner();
        while told.message().await.unwrap().is_some() {}
        id
    };
    let stale = v1::ListWorkflowsRequest { stale_ms: 3_600_000, ..Default::default() };
    assert_eq!(get(&client, "look").await.rehearsed, None);
    assert_eq!(names(&client, stale.clone()).await, ["look"], "never is stale");
    ended(run("prod", false)).await;
    assert_eq!(get(&client, "look").await.rehearsed, None, "production is no rehearsal");

    let id = ended(run("prod", true)).await;
    let found = get(&client, "look").await.rehearsed.unwrap();
    assert_eq!((found.run_id.as_str(), found.environment.as_str()), (id.as_str(), "prod"));
    assert!(found.declared && found.version == "1.0.0" && found.at.is_some());
    assert_eq!(names(&client, stale.clone()).await, [""; 0]);

    let id = ended(run("dev", false)).await;
    let found = list(&client, v1::ListWorkflowsRequest::default()).await[0].rehearsed.clone();
    let found = found.unwrap();
    assert_eq!((found.run_id, found.declared), (id, false), "the newest that counts");
    // It is kept by name: a newer version that nobody has run shows the run of the older one.
    let newer = RUNBOOK.replace("1.0.0", "1.1.0");
    publish(&client, markdown(&newer)).await.unwrap();
    let shown = get(&client, "look").await;
    assert_eq!(
        (shown.version.as_str(), shown.rehearsed.unwrap().version.as_str()),
        ("1.1.0", "1.0.0")
    );
    rig.later(2 * 3_600_000);
    assert_eq!(names(&client, stale).await, ["look"], "two hours are too long");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_reviews_and_what_they_said_is_shown() {
    let rig = Rig::start().await;
    let author = rig.admin().await;
    publish(&author, markdown(RUNBOOK)).await.unwrap();
    let review = |accepted: bool, reason: &str| v1::ReviewWorkflowRequest {
        name: "look".into(),
        version: "1.0.0".into(),
        accepted,
        reason: reason.into(),
        ..Default::default()
    };
    is(&author.workflows().review(review(true, "")).await.unwrap_err(), "REVIEW_OWN");
    // Whoever comes by TCP is somebody else.
    let reviewer = rig.stranger().await;
    is(&reviewer.workflows().review(review(true, "")).await.unwrap_err(), "PERMISSION_DENIED");
    author.grant("tcp:anonymous", "workflow_reviewer").await;
    is(&reviewer.workflows().review(review(false, "")).await.unwrap_err(), "REQUEST_INVALID");
    let said = reviewer.workflows().review(review(false, "no check")).await.unwrap().into_inner();
    assert!(said.changed);
    let again = reviewer.workflows().review(review(false, "no check")).await.unwrap().into_inner();
    assert!(!again.changed);
    let shown = get(&author, "look").await;
    let [found] = shown.reviews.as_slice() else { panic!("{shown:?}") };
    assert_eq!((found.by.as_str(), found.accepted), ("tcp:anonymous", false));
    assert_eq!(found.reason, "no check");
    assert!(found.decision_id.starts_with("dec_"), "{found:?}");
    reviewer.workflows().review(review(true, "")).await.unwrap();
    assert!(get(&author, "look").await.reviews[0].accepted, "the newest of each person");
    let told = author.events("workflow.reviewed").await;
    assert_eq!(told.len(), 2, "{told:?}");
}
