//! Runs are started, cancelled and run again.

use conductor_domain::{scope::Scope, work::run::WorkflowRef};
use conductor_engine::command::{Answer, Command};
use conductor_protocol::{id::RunId, jcs, v1};

use super::read;
use crate::{
    call::{Ask, Call, idempotency},
    convert::{self, run},
    failure::{Failure, Outcome},
    request,
};

pub(super) async fn start(
    call: &Call,
    request: v1::StartRunRequest,
) -> Outcome<v1::StartRunResponse> {
    call.api.refuse_when_draining()?;
    let scope = call.scope(request.scope)?;
    let workflow = request::text("name of the workflow", request.workflow)?;
    let version = request::text("version", request.version)?;
    let reason = request::text("reason", request.reason)?;
    let inputs = request::inputs(&request.inputs_json)?;
    let key = match request.idempotency_key {
        key if key.is_empty() => None,
        key => {
            let normal = v1::StartRunRequest {
                scope: Some(convert::scope(&scope)),
                workflow: workflow.clone(),
                version: version.clone(),
                inputs_json: jcs::canonical_json(&inputs).map_err(|_| {
                    Failure::invalid("the inputs hold a number that JSON can't", "")
                })?,
                idempotency_key: String::new(),
                reason: reason.clone(),
            };
            idempotency(key, &normal)?
        }
    };
    let command = Command::Start { workflow: workflow.clone(), version, inputs, reason };
    let ask = Ask::one("run.start", "workflow", &workflow);
    let answer = call.change(&scope, ask, command, key).await?;
    started(call, &scope, &answer)
}

pub(super) async fn rerun(
    call: &Call,
    request: v1::RerunRunRequest,
) -> Outcome<v1::StartRunResponse> {
    call.api.refuse_when_draining()?;
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let found = read::find(call, &scope, &request.run_id, "run.rerun").await?;
    let normal = (convert::scope(&scope), &request.run_id, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let command = Command::Rerun { run: found.id, reason };
    let answer = call.change(&scope, found.ask("run.rerun"), command, key).await?;
    started(call, &scope, &answer)
}

fn started(call: &Call, scope: &Scope, answer: &Answer) -> Outcome<v1::StartRunResponse> {
    match answer {
        Answer::Started { run, seq, decision, replayed } => Ok(v1::StartRunResponse {
            run_id: run.to_string(),
            seq: *seq,
            decision_id: decision.to_string(),
            replayed: *replayed,
            warnings: warnings(call, scope, *run)?,
        }),
        _ => Err(Failure::bug("a start was answered with something else")),
    }
}

/// What whoever started it should know of the version that it runs.
fn warnings(call: &Call, scope: &Scope, run: RunId) -> Outcome<Vec<String>> {
    let Some(run) = read::look_up(call.engine(), scope, run)? else { return Ok(Vec::new()) };
    let WorkflowRef { name, version, .. } = &run.workflow;
    let workflow = call.engine().views().workflow(&scope.tenant, name, version);
    Ok(workflow.and_then(|workflow| workflow.warning()).into_iter().collect())
}

pub(super) async fn cancel(
    call: &Call,
    request: v1::CancelRunRequest,
) -> Outcome<v1::CancelRunResponse> {
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let found = read::find(call, &scope, &request.run_id, "run.cancel").await?;
    let normal = (convert::scope(&scope), &request.run_id, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let command = Command::Cancel { run: found.id, reason };
    match call.change(&scope, found.ask("run.cancel"), command, key).await? {
        Answer::Cancelling { status, seq } => {
            Ok(v1::CancelRunResponse { status: run::status(status).into(), seq })
        }
        _ => Err(Failure::bug("a cancel was answered with something else")),
    }
}
