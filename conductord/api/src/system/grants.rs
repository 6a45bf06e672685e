//! Roles are given, taken and listed; what is known of principals is set.

use std::collections::BTreeMap;

use conductor_domain::{
    org::identity::{ATTRIBUTES, Described},
    scope::{Principal, Scope},
};
use conductor_engine::command::{Answer, Command};
use conductor_protocol::v1;

use crate::{
    call::{Ask, Call, idempotency},
    convert::{self, decision},
    failure::{Failure, Outcome},
    peer::TLS_PRINCIPAL,
    request,
};

/// What a grant is asked about: a role of a principal.
fn resource(principal: &str, role: &str) -> String {
    format!("{principal}/{role}")
}

pub(super) async fn grant(call: &Call, request: v1::GrantRequest) -> Outcome<v1::GrantResponse> {
    let scope = call.scope(request.scope)?;
    let principal = request::principal(request.principal)?;
    if principal.as_str() == TLS_PRINCIPAL {
        let message = format!("`{TLS_PRINCIPAL}` is everybody who can reach the daemon");
        return Err(Failure::invalid(
            message,
            "name somebody: `cert:NAME` is a client certificate",
        ));
    }
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
    let views = call.engine().views();
    let grants = views.grants(&scope.tenant).iter().map(decision::grant).collect();
    let known = views.described(&scope.tenant).into_iter();
    let attributes = known.map(|(principal, known)| attributes(&principal, known)).collect();
    Ok(v1::ListGrantsResponse { grants, attributes })
}

pub(super) async fn describe(
    call: &Call,
    request: v1::DescribePrincipalRequest,
) -> Outcome<v1::DescribePrincipalResponse> {
    let scope = call.scope(request.scope)?;
    let principal = request::principal(request.principal)?;
    let given: BTreeMap<String, String> = request.attributes.into_iter().collect();
    if given.len() > ATTRIBUTES.len() {
        let message =
            format!("there are {} attributes, and {} are named", ATTRIBUTES.len(), given.len());
        return Err(Failure::invalid(message, format!("they are {}", ATTRIBUTES.join(", "))));
    }
    let key = idempotency(request.idempotency_key, &(convert::scope(&scope), &principal, &given))?;
    let id = principal.to_string();
    let wanted =
        Described { principal: principal.clone(), attributes: given, decision: String::new() };
    let ask = Ask::one("identity.describe", "identity", &id);
    match call.change(&scope, ask, Command::Describe(wanted), key).await? {
        Answer::Described(known) => {
            Ok(v1::DescribePrincipalResponse { known: Some(attributes(&principal, known)) })
        }
        _ => Err(Failure::bug("a description was answered with something else")),
    }
}

fn attributes(principal: &Principal, known: BTreeMap<String, String>) -> v1::PrincipalAttributes {
    let attributes = known.into_iter().collect();
    v1::PrincipalAttributes { principal: principal.to_string(), attributes }
}
