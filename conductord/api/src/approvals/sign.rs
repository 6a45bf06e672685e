//! Signatures: whose they are, and what policy says of them.
//!
//! A signature may be made on a machine that can't reach the daemon, and be brought by anybody who
//! may see the approval. It counts for whoever made it, and policy is asked about that one.

use conductor_domain::{
    Refusal,
    scope::Principal,
    trust::approval::{Approval, NAMESPACE},
};
use conductor_engine::{command::Say, signers::Signature};
use conductor_keys::sshsig;
use conductor_protocol::{error_code::Code, v1};

use super::{
    GIVE, Named,
    said::{Speaker, say},
    shown,
};
use crate::{
    call::{Call, idempotency},
    convert,
    failure::Outcome,
    request,
};

/// How somebody came whose signature another one brought.
const BROUGHT: &str = "signature";

pub(super) async fn sign(
    call: &Call,
    request: v1::SignApprovalRequest,
) -> Outcome<v1::SignApprovalResponse> {
    let named = Named::new(call, request.scope, request.approval_id)?;
    let (signature, comment) = (request.signature, request::text("comment", request.comment)?);
    let normal = (convert::scope(&named.scope), &named.id, &signature, &comment);
    let key = idempotency(request.idempotency_key, &normal)?;
    let approval = named.read(call).await?;
    let signer = match prove(call, &approval, &signature) {
        Ok(signer) => signer,
        Err(refusal) => {
            // Nobody is behind it but whoever came with it.
            let ruling = call.rule(&named.scope, named.ask(GIVE));
            return Err(call.deny(&named.scope, ruling, refusal).await);
        }
    };
    let caller = Speaker::caller(call);
    let (speaker, brought_by) = if signer == *caller.principal {
        (caller, None)
    } else {
        let speaker = Speaker { principal: &signer, channel: BROUGHT };
        (speaker, Some(Principal::clone(caller.principal)))
    };
    let words = Say::Sign { signature, comment, brought_by };
    let now = say(call, (&named, &approval), speaker, &words, key.as_ref()).await?;
    Ok(v1::SignApprovalResponse { approval: Some(shown(call, &now)?) })
}

/// Who made a signature: the caller, where it can be theirs, for a certificate may be for several.
/// The kernel asks the same once more when it takes the signature up.
fn prove(call: &Call, approval: &Approval, signature: &str) -> Result<Principal, Refusal> {
    let refused = |problem: String| {
        let hint = "sign the statement, to the byte, with a key that is enrolled here";
        Refusal::new(Code::SignatureInvalid, problem, hint)
    };
    let verified = sshsig::verify(signature, NAMESPACE, approval.statement.as_bytes());
    let verified = verified.map_err(|error| refused(error.to_string()))?;
    let (engine, tenant) = (call.engine(), approval.scope.tenant.as_str());
    let made =
        Signature { credential: verified.credential(), namespace: NAMESPACE, at: engine.now() };
    let views = engine.views();
    let own = views.signed_by((tenant, Some(call.peer.principal())), made);
    let found = own.or_else(|_| views.signed_by((tenant, None), made));
    found.map(|signed| signed.principal).map_err(|error| refused(error.to_string()))
}
