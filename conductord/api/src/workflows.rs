//! The `Workflows` service: validate, publish, list, show, review, countersign, deprecate, retire.

mod signed;

use std::sync::Arc;

use conductor_domain::{
    intent::workflow::{Deprecation, Opinion, Workflow},
    scope::Scope,
};
use conductor_engine::{
    command::{Answer, Command, Lifecycle},
    obligations::Terms,
    runbooks::Draft,
};
use conductor_protocol::{
    error_code::Code,
    v1::{self, workflows_server::Workflows},
    verdict::Resource,
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency},
    convert::{self, workflow},
    disk::on_disk,
    failure::{Failure, Outcome},
    registry::{Known, Wanted},
    request,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Workflows for Service {
    async fn validate(
        &self,
        request: Request<v1::ValidateWorkflowRequest>,
    ) -> Result<Response<v1::ValidateWorkflowResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(validate(&call, request)).await
    }

    async fn publish(
        &self,
        request: Request<v1::PublishWorkflowRequest>,
    ) -> Result<Response<v1::PublishWorkflowResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(Box::pin(publish(&call, request))).await
    }

    async fn list(
        &self,
        request: Request<v1::ListWorkflowsRequest>,
    ) -> Result<Response<v1::ListWorkflowsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }

    async fn get(
        &self,
        request: Request<v1::GetWorkflowRequest>,
    ) -> Result<Response<v1::GetWorkflowResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(get(&call, request)).await
    }

    async fn deprecate(
        &self,
        request: Request<v1::DeprecateWorkflowRequest>,
    ) -> Result<Response<v1::WorkflowLifecycleResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(deprecate(&call, request)).await
    }

    async fn retire(
        &self,
        request: Request<v1::RetireWorkflowRequest>,
    ) -> Result<Response<v1::WorkflowLifecycleResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(retire(&call, request)).await
    }

    async fn review(
        &self,
        request: Request<v1::ReviewWorkflowRequest>,
    ) -> Result<Response<v1::WorkflowLifecycleResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(review(&call, request)).await
    }

    async fn countersign(
        &self,
        request: Request<v1::CountersignWorkflowRequest>,
    ) -> Result<Response<v1::CountersignWorkflowResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(signed::countersign(&call, request)).await
    }
}

/// A version as lists show it.
pub(crate) fn listed(call: &Call, found: &Workflow) -> v1::Workflow {
    workflow::listed(found, &signed::problem(call, found))
}

async fn validate(
    call: &Call,
    request: v1::ValidateWorkflowRequest,
) -> Outcome<v1::ValidateWorkflowResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("workflow.validate", "workflow")).await?;
    let source = workflow::source(&request.media_type, request.manifest)?;
    Ok(workflow::checked(&source.parse()))
}

async fn publish(
    call: &Call,
    request: v1::PublishWorkflowRequest,
) -> Outcome<v1::PublishWorkflowResponse> {
    let scope = call.scope(request.scope)?;
    signed::check(&request.signatures)?;
    let source = workflow::source(&request.media_type, request.manifest)?;
    let parsed = match source.parse() {
        Ok(parsed) => parsed,
        Err(problems) => {
            // Who may not publish is not told what is wrong with a manifest.
            call.may(&scope, Ask::all("workflow.publish", "workflow")).await?;
            return Err(workflow::refused(&problems));
        }
    };
    let name = parsed.name.clone();
    let governed = call.engine().views().governed_draft(&scope.tenant, &parsed);
    let signatures = request.signatures;
    let key = signed::key(request.idempotency_key, (&scope, &parsed), (&source, &signatures))?;
    let draft = Draft { manifest: &parsed, source: Some(&source), signatures: &signatures };
    let vouched = signed::draft(call, &scope, draft);
    let ask = Ask {
        draft: Some(&governed),
        vouched: Some(&vouched),
        ..Ask::one("workflow.publish", "workflow", &name)
    };
    let provenance = Box::new(workflow::provenance(request.provenance, source));
    let command = Command::Publish { manifest: Box::new(parsed), provenance, signatures };
    match call.change(&scope, ask, command, key).await? {
        Answer::Published(published, created) => {
            let workflow = Some(with_receipt(call, &published).await?);
            Ok(v1::PublishWorkflowResponse { workflow, created })
        }
        _ => Err(Failure::bug("publishing was answered with something else")),
    }
}

/// A version with everything about it, its record's hash read from the ledger.
async fn with_receipt(call: &Call, found: &Workflow) -> Outcome<v1::Workflow> {
    let (engine, seq) = (call.engine().clone(), found.seq);
    let record = on_disk(move || engine.ledger().inclusion_proof(seq, 0)).await?;
    Ok(workflow::whole((found, &signed::problem(call, found)), &record))
}

async fn deprecate(
    call: &Call,
    request: v1::DeprecateWorkflowRequest,
) -> Outcome<v1::WorkflowLifecycleResponse> {
    let reason = request::text("reason", request.reason)?;
    let instead = request::text("replacement", request.instead)?;
    let change = match (request.undo, instead.as_str()) {
        (false, _) => Lifecycle::Deprecate(Deprecation { reason, instead }),
        (true, "") => Lifecycle::Undeprecate { reason },
        (true, _) => {
            let message = "a deprecation that is taken back names no replacement";
            return Err(Failure::invalid(message, "leave the replacement out, or do not undo"));
        }
    };
    let which = (request.scope, request.name, request.version);
    lifecycle(call, "workflow.deprecate", which, (change, request.idempotency_key)).await
}

async fn retire(
    call: &Call,
    request: v1::RetireWorkflowRequest,
) -> Outcome<v1::WorkflowLifecycleResponse> {
    let change = Lifecycle::Retire { reason: request::text("reason", request.reason)? };
    let which = (request.scope, request.name, request.version);
    lifecycle(call, "workflow.retire", which, (change, request.idempotency_key)).await
}

async fn review(
    call: &Call,
    request: v1::ReviewWorkflowRequest,
) -> Outcome<v1::WorkflowLifecycleResponse> {
    let reason = request::text("reason", request.reason)?;
    let change = Lifecycle::Review(Opinion { accepted: request.accepted, reason });
    let which = (request.scope, request.name, request.version);
    lifecycle(call, "workflow.review", which, (change, request.idempotency_key)).await
}

async fn lifecycle(
    call: &Call,
    action: &str,
    (scope, name, version): (Option<v1::Scope>, String, String),
    (change, key): (Lifecycle, String),
) -> Outcome<v1::WorkflowLifecycleResponse> {
    let scope = call.scope(scope)?;
    let name = request::text("name of the workflow", name)?;
    let version = request::text("version", version)?;
    let words = match &change {
        Lifecycle::Deprecate(how) => ["deprecate", &how.reason, &how.instead],
        Lifecycle::Undeprecate { reason } => ["undeprecate", reason, ""],
        Lifecycle::Review(Opinion { accepted, reason }) => {
            ["review", reason, if *accepted { "accepted" } else { "rejected" }]
        }
        Lifecycle::Retire { reason } => ["retire", reason, ""],
    };
    let key = idempotency(key, &(convert::scope(&scope), &name, &version, words))?;
    let which = version.clone();
    let ask = Ask { workflow: (&name, &which), ..Ask::one(action, "workflow", &name) };
    let command = Command::Lifecycle { workflow: name.clone(), version, change };
    match call.change(&scope, ask, command, key).await? {
        Answer::Standing(workflows, changed) => Ok(v1::WorkflowLifecycleResponse {
            workflows: workflows.iter().map(|found| listed(call, found)).collect(),
            changed,
        }),
        _ => Err(Failure::bug("a workflow's change was answered with something else")),
    }
}

/// Pages of a search are cut out of one order, which is made anew for each.
async fn list(
    call: &Call,
    request: v1::ListWorkflowsRequest,
) -> Outcome<v1::ListWorkflowsResponse> {
    let wanted = Wanted::of(&request)?;
    let scope = call.scope(request.scope)?;
    // No manifest holds what a run is given or gives: nothing is masked in one.
    let Terms { filter, .. } = call.may_show(&scope, Ask::all("workflow.read", "workflow")).await?;
    let after = match request.page_token.as_str() {
        "" => None,
        token => Some(Place::read(token, request.all_versions)?),
    };
    let size = request::page_size(request.page_size);
    let mut rows = rows(call, &scope, request.all_versions);
    rows.retain(|row| filter.lets(|name| field(call, row, name)));
    let partial = wanted.narrow(call, &mut rows);
    if let Some(after) = after {
        let found = rows.iter().position(|row| after.is(row));
        rows.drain(..=found.ok_or_else(request::bad_page_token)?);
    }
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|last| Place::of(last, request.all_versions));
    let known = Known::of(call);
    Ok(v1::ListWorkflowsResponse {
        workflows: rows.iter().map(|row| known.listed(row)).collect(),
        next_page_token: next.unwrap_or_default(),
        partial,
    })
}

/// A field of a workflow that policy may filter by.
fn field(call: &Call, row: &Workflow, name: &str) -> Option<String> {
    let views = call.engine().views();
    let resource =
        || views.governed_draft(&row.scope.tenant, &row.manifest).onto(Resource::default());
    Some(match name {
        "workflow" => row.manifest.name.clone(),
        "version" => row.manifest.version.clone(),
        "owner" => row.published_by.to_string(),
        "environment" => row.scope.environment.clone(),
        "region" => row.scope.region.clone(),
        "risk" => resource().risk,
        "data_sensitivity" => resource().data_sensitivity,
        _ => return None,
    })
}

/// By name, then version; the one of each name that a start would take, or all.
fn rows(call: &Call, scope: &Scope, all_versions: bool) -> Vec<Arc<Workflow>> {
    let views = call.engine().views();
    if all_versions {
        views.workflows(&scope.tenant)
    } else {
        views.newest_workflows(&scope.tenant)
    }
}

/// Where a page of workflows ended.
struct Place<'a> {
    name: &'a str,
    version: &'a str,
    all_versions: bool,
}

impl<'a> Place<'a> {
    fn of(row: &Workflow, all_versions: bool) -> String {
        let list = if all_versions { "all" } else { "newest" };
        format!("w1:{list}:{}:{}", row.manifest.name, row.manifest.version)
    }

    fn read(token: &'a str, all_versions: bool) -> Outcome<Self> {
        let mut parts = token.splitn(4, ':');
        let list = if all_versions { "all" } else { "newest" };
        let known = parts.next() == Some("w1") && parts.next() == Some(list);
        match (parts.next(), parts.next()) {
            (Some(name), Some(version)) if known => Ok(Self { name, version, all_versions }),
            _ => Err(request::bad_page_token()),
        }
    }

    /// A newer version may have taken the place of the one that the page ended with.
    fn is(&self, row: &Workflow) -> bool {
        row.manifest.name == self.name
            && (!self.all_versions || row.manifest.version == self.version)
    }
}

async fn get(call: &Call, request: v1::GetWorkflowRequest) -> Outcome<v1::GetWorkflowResponse> {
    let scope = call.scope(request.scope)?;
    let name = request::text("name of the workflow", request.name)?;
    let workflow = (name.as_str(), request.version.as_str());
    let ask = Ask { workflow, ..Ask::one("workflow.read", "workflow", &name) };
    let Terms { filter, .. } = call.may_show(&scope, ask).await?;
    let views = call.engine().views();
    let found = views.workflow(&scope.tenant, &name, &request.version);
    let found = found.filter(|row| filter.lets(|name| field(call, row, name)));
    let found = found.ok_or_else(|| not_found(&name, &request.version))?;
    let below = views.workflow_below(&scope.tenant, &name, &found.manifest.version);
    let shown = v1::Workflow {
        rehearsed: Known::of(call).rehearsed(&found),
        ..with_receipt(call, &found).await?
    };
    Ok(v1::GetWorkflowResponse {
        workflow: Some(shown),
        previous_version: below.map(|below| below.manifest.version.clone()).unwrap_or_default(),
    })
}

fn not_found(name: &str, version: &str) -> Failure {
    let (name, version) = (request::shown(name), request::shown(version));
    let message = match version.as_str() {
        "" => format!("no workflow `{name}` is published here"),
        version => format!("no version `{version}` of `{name}` is published here"),
    };
    let hint = "`conductor workflows list` shows what is published";
    Failure::new(Code::WorkflowNotFound, message, hint)
}
