//! The paths whose answers have few fields of their own: one question to policy, runbooks and their
//! starts, and a request for an approval.

use conductor_protocol::v1::{
    self, runs_server::Runs as _, system_server::System as _, workflows_server::Workflows as _,
};
use serde_json::{Map, Value, json};
use tonic::metadata::MetadataMap;

use super::{
    asked::{Asked, Reply},
    refused::Refused,
    route::{Gives, Route, Takes, Verb},
    shape::{Field, Shape},
};
use crate::{runs, system, workflows};

/// Between a runbook's name and its version.
const AT: char = '@';

const QUESTION: Shape = Shape::Object(&[
    Field::optional("subject", Shape::Text, "Whoever asks; another principal is refused."),
    Field::needed("action", Shape::Text, "Such as `run.start`."),
    Field::optional("resource", Shape::Text, "Such as the name of a workflow."),
    Field::optional(
        "context",
        Shape::Object(&[
            Field::optional("tenant", Shape::Text, "Where; the request's where it is left out."),
            Field::optional("environment", Shape::Text, ""),
            Field::optional("region", Shape::Text, ""),
        ]),
        "Where it would be done.",
    ),
]);

const DECISION: Shape = Shape::Object(&[
    Field::needed("allow", Shape::Flag, ""),
    Field::needed("obligations", Shape::List(&Shape::Anything), "What policy asks for besides."),
    Field::needed("decisionId", Shape::Text, "Empty for what is not put on record."),
    Field::needed("reasons", Shape::List(&Shape::Text), ""),
    Field::needed("risk", Shape::Text, ""),
    Field::needed("bundleRevision", Shape::Text, ""),
    Field::needed(
        "unmet",
        Shape::Text,
        "The error code of what stands in the way although policy allows it.",
    ),
]);

const RUNBOOK: Shape = Shape::Object(RUNBOOK_FIELDS);
const RUNBOOK_FIELDS: &[Field] = &[
    Field::needed("runbookId", Shape::Text, "`NAME@VERSION`."),
    Field::needed("name", Shape::Text, ""),
    Field::needed("version", Shape::Text, ""),
    Field::needed("title", Shape::Text, ""),
    Field::needed("description", Shape::Text, ""),
    Field::needed("hash", Shape::Text, "Digest of the manifest's canonical form."),
    Field::needed("state", Shape::Text, "`published`, `deprecated` or `retired`."),
    Field::needed("tags", Shape::List(&Shape::Text), ""),
    Field::needed("owners", Shape::List(&Shape::Text), ""),
    Field::needed("signatures", Shape::List(&Shape::Anything), "Whose they are, and by which key."),
    Field::needed("publishedBy", Shape::Text, ""),
    Field::needed("publishedAt", Shape::Maybe(&Shape::Time), ""),
];

const RUNBOOKS: Shape = Shape::Object(&[
    Field::needed("runbooks", Shape::List(&RUNBOOK), ""),
    Field::needed("nextPageToken", Shape::Text, "Empty at the end."),
]);

const SEARCH: &[Field] = &[
    Field::optional("tenantId", Shape::Text, "The tenant, as `tenant` says it."),
    Field::optional("text", Shape::Text, "Words that are all found in it."),
    Field::optional("owner", Shape::Text, "One of its owners."),
    Field::optional("pageSize", Shape::Count, "Rows of a page."),
    Field::optional("pageToken", Shape::Text, "Where the page before ended."),
];

const PUBLISH: Shape = Shape::Object(&[
    Field::needed("text", Shape::Text, "The runbook as it is written: Markdown, YAML or JSON."),
    Field::optional("mediaType", Shape::Text, "`text/markdown` for Markdown."),
    Field::optional(
        "signatures",
        Shape::List(&Shape::Text),
        "Under the text, as `ssh-keygen -Y sign` writes them.",
    ),
]);

const PUBLISHED: Shape = Shape::Object(&[
    Field::needed("runbookId", Shape::Text, "`NAME@VERSION`."),
    Field::needed("created", Shape::Flag, "Whether it was not there already."),
    Field::needed("hash", Shape::Text, ""),
]);

const EXECUTE: Shape = Shape::Object(&[
    Field::needed("runbookId", Shape::Text, "`NAME` for the newest release, or `NAME@VERSION`."),
    Field::optional("params", Shape::Anything, "Its inputs."),
    Field::optional("reason", Shape::Text, "Why."),
    Field::optional("plan", Shape::Text, "The digest of the plan that is to be carried out."),
]);

const EXECUTED: Shape = Shape::Object(&[
    Field::needed("executionId", Shape::Text, "The run."),
    Field::needed("seq", Shape::Count, "Where it is in the ledger."),
    Field::needed("decisionId", Shape::Text, ""),
    Field::needed("replayed", Shape::Flag, "Whether an earlier answer is repeated."),
]);

const ENQUEUE: Shape = Shape::Object(&[
    Field::needed(
        "queue",
        Shape::Text,
        "The workflow that takes what is enqueued, `NAME` or `NAME@VERSION`: each has a queue of its own.",
    ),
    Field::optional("payload", Shape::Anything, "Its inputs."),
    Field::optional(
        "priority",
        Shape::Word(&["normal"]),
        "All that wait are equal: the first that came goes first.",
    ),
]);

const ENQUEUED: Shape = Shape::Object(&[
    Field::needed("jobId", Shape::Text, "The run."),
    Field::needed("replayed", Shape::Flag, "Whether an earlier answer is repeated."),
]);

pub(super) const ROUTES: &[Route] = &[
    Route {
        verb: Verb::Post,
        path: "/api/conductor/v1/policy/authorize",
        id: "authorize",
        about: "Asks policy what it would say to the caller; nothing is done.",
        rpc: "/conductor.v1.System/Authorize",
        takes: Takes::Shape(&[], Some(&QUESTION)),
        gives: Gives::Shape(&DECISION),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(authorize(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/conductor/v1/runbooks/registry",
        id: "listRunbooks",
        about: "Runbooks that are published, or those that are looked for.",
        rpc: "/conductor.v1.Workflows/List",
        takes: Takes::Shape(SEARCH, None),
        gives: Gives::Shape(&RUNBOOKS),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(list(asked)),
    },
    Route {
        verb: Verb::Get,
        path: "/api/conductor/v1/runbooks/registry/{runbookId}",
        id: "getRunbook",
        about: "One runbook, `NAME` or `NAME@VERSION`.",
        rpc: "/conductor.v1.Workflows/Get",
        takes: Takes::Shape(&[], None),
        gives: Gives::Shape(&RUNBOOK),
        success: 200,
        conditional: false,
        handler: |asked| Box::pin(get(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/conductor/v1/runbooks/registry",
        id: "publishRunbook",
        about: "Publishes a runbook.",
        rpc: "/conductor.v1.Workflows/Publish",
        takes: Takes::Shape(&[], Some(&PUBLISH)),
        gives: Gives::Shape(&PUBLISHED),
        success: 201,
        conditional: false,
        handler: |asked| Box::pin(publish(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/conductor/v1/runbooks/execute",
        id: "executeRunbook",
        about: "Starts a runbook. What others have to approve first is refused with the approval's id.",
        rpc: "/conductor.v1.Runs/Start",
        takes: Takes::Shape(&[], Some(&EXECUTE)),
        gives: Gives::Shape(&EXECUTED),
        success: 201,
        conditional: false,
        handler: |asked| Box::pin(execute(asked)),
    },
    Route {
        verb: Verb::Post,
        path: "/api/conductor/v1/scheduler/enqueue",
        id: "enqueue",
        about: "Has a workflow started as soon as its concurrency group has room for it.",
        rpc: "/conductor.v1.Runs/Start",
        takes: Takes::Shape(&[], Some(&ENQUEUE)),
        gives: Gives::Shape(&ENQUEUED),
        success: 201,
        conditional: false,
        handler: |asked| Box::pin(enqueue(asked)),
    },
];

async fn authorize(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let who = text(&body, "subject");
    let principal = asked.peer.principal().as_str();
    if !who.is_empty() && who != principal {
        let hint = format!("leave it out, or write `{principal}`, who asks");
        return Err(Refused::field("subject", "is somebody else than whoever asks", &hint));
    }
    let mut scope = asked.scope.clone();
    let context = body.get("context").and_then(Value::as_object).cloned().unwrap_or_default();
    for (part, name) in [
        (&mut scope.tenant, "tenant"),
        (&mut scope.environment, "environment"),
        (&mut scope.region, "region"),
    ] {
        match text(&context, name) {
            given if given.is_empty() => {}
            given => *part = given,
        }
    }
    let question =
        v1::Question { action: text(&body, "action"), resource: text(&body, "resource") };
    let request = v1::AuthorizeRequest { scope: Some(scope), questions: vec![question] };
    let answered = system::Service(asked.api.clone()).authorize(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    let decision = message.decisions.into_iter().next().unwrap_or_default();
    let obligations: Vec<Value> = decision
        .obligations
        .iter()
        .map(|one| json!({"kind": one.kind, "text": one.text, "value": parsed(&one.value_json)}))
        .collect();
    let body = json!({
        "allow": decision.allow,
        "obligations": obligations,
        "decisionId": decision.id,
        "reasons": decision.reasons,
        "risk": decision.risk,
        "bundleRevision": decision.bundle_revision,
        "unmet": decision.unmet,
    });
    Ok(asked.given(body, &metadata))
}

async fn list(mut asked: Asked) -> Result<Reply, Refused> {
    let query = asked.shaped()?;
    let tenant = text(&query, "tenantId");
    if !tenant.is_empty() {
        if !asked.scope.tenant.is_empty() && asked.scope.tenant != tenant {
            let hint = "name one tenant, in one way";
            return Err(Refused::field("tenantId", "is another tenant than `tenant`", hint));
        }
        asked.scope.tenant = tenant;
    }
    let size = query.get("pageSize").and_then(Value::as_u64).unwrap_or_default();
    let request = v1::ListWorkflowsRequest {
        scope: Some(asked.scope.clone()),
        page_size: u32::try_from(size).unwrap_or(u32::MAX),
        page_token: text(&query, "pageToken"),
        text: text(&query, "text"),
        owner: text(&query, "owner"),
        ..<_>::default()
    };
    let answered = workflows::Service(asked.api.clone()).list(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    let runbooks: Vec<Value> = message.workflows.iter().map(runbook).collect();
    let body = json!({"runbooks": runbooks, "nextPageToken": message.next_page_token});
    Ok(asked.given(body, &metadata))
}

async fn get(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    let (name, version) = named(&asked.param("runbookId"));
    let request = v1::GetWorkflowRequest { scope: Some(asked.scope.clone()), name, version };
    let answered = workflows::Service(asked.api.clone()).get(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    Ok(asked.given(runbook(&message.workflow.unwrap_or_default()), &metadata))
}

async fn publish(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let signatures = body.get("signatures").and_then(Value::as_array).cloned().unwrap_or_default();
    let request = v1::PublishWorkflowRequest {
        scope: Some(asked.scope.clone()),
        manifest: text(&body, "text"),
        media_type: text(&body, "mediaType"),
        signatures: signatures.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect(),
        idempotency_key: asked.idempotency_key()?,
        ..<_>::default()
    };
    let answered = workflows::Service(asked.api.clone()).publish(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    let workflow = message.workflow.unwrap_or_default();
    let id = format!("{}{AT}{}", workflow.name, workflow.version);
    let at = format!("/api/conductor/v1/runbooks/registry/{}", super::query::encoded(&id));
    let body = json!({"runbookId": id, "created": message.created, "hash": workflow.digest});
    Ok(asked.given(body, &metadata).at(&at))
}

async fn execute(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let (workflow, version) = named(&text(&body, "runbookId"));
    let request = v1::StartRunRequest {
        workflow,
        version,
        inputs_json: object(&body, "params"),
        reason: text(&body, "reason"),
        plan: text(&body, "plan"),
        ..<_>::default()
    };
    let (metadata, started) = start(&asked, request).await?;
    let at = format!("/api/conductor/v1/executions/{}", started.run_id);
    let body = json!({
        "executionId": started.run_id,
        "seq": started.seq,
        "decisionId": started.decision_id,
        "replayed": started.replayed,
    });
    Ok(asked.given(body, &metadata).at(&at))
}

async fn enqueue(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let (workflow, version) = named(&text(&body, "queue"));
    let inputs_json = object(&body, "payload");
    let request = v1::StartRunRequest { workflow, version, inputs_json, ..<_>::default() };
    let (metadata, started) = start(&asked, request).await?;
    let at = format!("/api/conductor/v1/executions/{}", started.run_id);
    let body = json!({"jobId": started.run_id, "replayed": started.replayed});
    Ok(asked.given(body, &metadata).at(&at))
}

async fn start(
    asked: &Asked,
    request: v1::StartRunRequest,
) -> Result<(MetadataMap, v1::StartRunResponse), Refused> {
    let request = v1::StartRunRequest {
        scope: Some(asked.scope.clone()),
        idempotency_key: asked.idempotency_key()?,
        ..request
    };
    let answered = runs::Service(asked.api.clone()).start(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    Ok((metadata, message))
}

/// A runbook's row.
fn runbook(workflow: &v1::Workflow) -> Value {
    let plain = serde_json::to_value(workflow).unwrap_or_default();
    let shown = conductor_protocol::json::shown(".conductor.v1.Workflow", plain);
    let mut row = Map::new();
    for field in RUNBOOK_FIELDS {
        let value = match field.name {
            "runbookId" => format!("{}{AT}{}", workflow.name, workflow.version).into(),
            "hash" => shown["digest"].clone(),
            name => shown[name].clone(),
        };
        row.insert(field.name.to_owned(), value);
    }
    Value::Object(row)
}

/// A name and a version, which may be left out.
fn named(id: &str) -> (String, String) {
    let (name, version) = id.split_once(AT).unwrap_or((id, ""));
    (name.to_owned(), version.to_owned())
}

/// A text field; empty where it is left out.
pub(super) fn text(body: &Map<String, Value>, name: &str) -> String {
    body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// An object's JSON; empty where it is left out.
pub(super) fn object(body: &Map<String, Value>, name: &str) -> String {
    body.get(name).filter(|value| value.is_object()).map(Value::to_string).unwrap_or_default()
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or(Value::Null)
}
