//! Signatures of workflows: those that come with what is published, those of reviewers, and what
//! they come to now.

use conductor_domain::{intent::workflow::Workflow, scope::Scope};
use conductor_engine::{
    command::{Answer, Command, IdempotencyKey},
    limits::{SIGNATURE_BYTES_MAX, SIGNATURES_MAX},
    runbooks::{Draft, Vouched},
};
use conductor_protocol::{
    manifest::{Manifest, MediaType, Source},
    v1,
    verdict::Resource,
};

use super::with_receipt;
use crate::{
    call::{Ask, Call, idempotency},
    convert,
    failure::{Failure, Outcome},
    request,
};

/// That what came can be signatures.
pub(super) fn check(signatures: &[String]) -> Outcome<()> {
    if signatures.len() > SIGNATURES_MAX {
        let message = format!("{} signatures, and {SIGNATURES_MAX} are taken", signatures.len());
        return Err(Failure::invalid(message, "leave some of them out"));
    }
    if signatures.iter().any(|signature| signature.len() > SIGNATURE_BYTES_MAX) {
        let message = format!("a signature has more than {SIGNATURE_BYTES_MAX} bytes");
        return Err(Failure::invalid(message, "send what `ssh-keygen -Y sign` wrote"));
    }
    Ok(())
}

/// The idempotency key of publishing. Of YAML counts what it means, of Markdown what it says.
/// Signatures are part of the request; without any it is what it was before there were some.
pub(super) fn key(
    key: String,
    (scope, manifest): (&Scope, &Manifest),
    (source, signatures): (&Source, &[String]),
) -> Outcome<Option<IdempotencyKey>> {
    let scope = convert::scope(scope);
    match (source.media_type, signatures) {
        (MediaType::Yaml, []) => idempotency(key, &(scope, manifest)),
        (MediaType::Markdown, []) => idempotency(key, &(scope, manifest, source.digest())),
        (_, signatures) => idempotency(key, &(scope, manifest, source.digest(), signatures)),
    }
}

/// What policy is told of the signatures under something that is to be published.
pub(super) fn draft(call: &Call, scope: &Scope, draft: Draft<'_>) -> Vouched {
    let (engine, who) = (call.engine(), call.peer.principal());
    engine.views().vouched_draft(&scope.tenant, draft, who, engine.now()).0
}

/// Why a run of a version would be refused now; empty when nothing is wrong with its signatures.
pub(super) fn problem(call: &Call, found: &Workflow) -> String {
    let engine = call.engine();
    let vouched = engine.views().vouched(found, engine.now());
    vouched.onto(Resource::default()).signature_problem
}

pub(super) async fn countersign(
    call: &Call,
    request: v1::CountersignWorkflowRequest,
) -> Outcome<v1::CountersignWorkflowResponse> {
    let scope = call.scope(request.scope)?;
    let name = request::text("name of the workflow", request.name)?;
    let version = request::text("version", request.version)?;
    let signature = request.signature;
    check(std::slice::from_ref(&signature))?;
    // What is signed is this version, whatever is published meanwhile.
    let found = call.engine().views().workflow(&scope.tenant, &name, &version);
    let version = found.map_or(version, |found| found.manifest.version.clone());
    let normal = (convert::scope(&scope), &name, &version, &signature);
    let key = idempotency(request.idempotency_key, &normal)?;
    let which = version.clone();
    let ask = Ask { workflow: (&name, &which), ..Ask::one("workflow.review", "workflow", &name) };
    let command = Command::Countersign { workflow: name.clone(), version, signature };
    match call.change(&scope, ask, command, key).await? {
        Answer::Published(workflow, changed) => Ok(v1::CountersignWorkflowResponse {
            workflow: Some(with_receipt(call, &workflow).await?),
            changed,
        }),
        _ => Err(Failure::bug("a countersignature was answered with something else")),
    }
}
