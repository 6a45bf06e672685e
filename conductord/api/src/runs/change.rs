//! Runs are started, cancelled and run again.

use conductor_engine::command::{Answer, Command};
use conductor_protocol::{jcs, v1};

use super::{read, secrets};
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
    // What policy is asked about is what is started, even when a newer version comes in between.
    let found = call.engine().views().workflow(&scope.tenant, &workflow, &version);
    let (version, secrets) = match found {
        Some(found) => {
            let secrets = secrets::used(call.engine().views(), &scope.tenant, &found.manifest);
            (found.manifest.version.clone(), secrets)
        }
        None => (version, Vec::new()),
    };
    let asked = read::asked(call, &scope, &workflow, &version);
    let command = Command::Start { workflow: workflow.clone(), version, inputs, reason };
    let ask = Ask {
        secrets: &secrets,
        asked: asked.as_ref(),
        ..Ask::one("run.start", "workflow", &workflow)
    };
    started(&call.change(&scope, ask, command, key).await?)
}

pub(super) async fn rerun(
    call: &Call,
    request: v1::RerunRunRequest,
) -> Outcome<v1::StartRunResponse> {
    call.api.refuse_when_draining()?;
    let scope = call.scope(request.scope)?;
    let reason = request::text("reason", request.reason)?;
    let found = read::find_to_repeat(call, &scope, &request.run_id).await?;
    let normal = (convert::scope(&scope), &request.run_id, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let command = Command::Rerun { run: found.id, reason };
    started(&call.change(&scope, found.ask("run.rerun"), command, key).await?)
}

fn started(answer: &Answer) -> Outcome<v1::StartRunResponse> {
    match answer {
        Answer::Started { run, seq, decision, replayed } => Ok(v1::StartRunResponse {
            run_id: run.to_string(),
            seq: *seq,
            decision_id: decision.to_string(),
            replayed: *replayed,
        }),
        _ => Err(Failure::bug("a start was answered with something else")),
    }
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
