//! Roles are given, taken and listed.

use conductor_domain::scope::Scope;
use conductor_engine::command::{Answer, Command};
use conductor_protocol::v1;

use crate::{
    call::{Ask, Call, idempotency},
    convert::{self, decision},
    failure::{Failure, Outcome},
    request,
};

/// What a grant is asked about: a role of a principal.
fn resource(principal: &str, role: &str) -> String {
    format!("{principal}/{role}")
}

pub(super) async fn grant(call: &Call, request: v1::GrantRequest) -> Outcome<v1::GrantResponse> {
    let scope = call.scope(request.scope)?;
    let principal = request::principal(request.principal)?;
    let role = request::text("role", request.role)?;
    let normal = (convert::scope(&scope), &principal, &role);
    let key = idempotency(request.idempotency_key, &normal)?;
    let id = resource(principal.as_str(), &role);
    let command = Command::Grant { principal, role };
    match call.change(&scope, Ask::one("identity.grant", "identity", &id), command, key).await? {
        Answer::Granted(held) => Ok(v1::GrantResponse { grant: Some(decision::grant(&held)) }),
        _ => Err(Failure::bug("a grant was answered with something else")),
    }
}

pub(super) async fn revoke(call: &Call, request: v1::RevokeRequest) -> Outcome<v1::RevokeResponse> {
    let scope = call.scope(request.scope)?;
    let principal = request::principal(request.principal)?;
    let role = request::text("role", request.role)?;
    let normal = (convert::scope(&scope), &principal, &role);
    let key = idempotency(request.idempotency_key, &normal)?;
    let id = resource(principal.as_str(), &role);
    let command = Command::Revoke { principal, role };
    match call.change(&scope, Ask::one("identity.revoke", "identity", &id), command, key).await? {
        Answer::Revoked => Ok(v1::RevokeResponse {}),
        _ => Err(Failure::bug("a revocation was answered with something else")),
    }
}

pub(super) async fn list(
    call: &Call,
    request: v1::ListGrantsRequest,
) -> Outcome<v1::ListGrantsResponse> {
    let scope: Scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("identity.read", "identity")).await?;
    let grants = call.engine().views().grants(&scope.tenant);
    Ok(v1::ListGrantsResponse { grants: grants.iter().map(decision::grant).collect() })
}
