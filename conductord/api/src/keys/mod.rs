//! The `Keys` service: enrolled, taken back, listed, and handed out as OpenSSH's own files.

mod given;
mod rotation;

pub(crate) use rotation::check;

use conductor_domain::{
    org::{
        identity::ADMIN,
        key::{Enrolled, Key, Revoked, is_pattern},
    },
    scope::{HOME_TENANT, Principal, Scope},
};
use conductor_engine::{
    command::{Answer, Command},
    signers,
};
use conductor_keys::ssh_key::Fingerprint;
use conductor_protocol::v1::{self, keys_server::Keys};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency},
    convert,
    failure::{Failure, Outcome},
    request,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Keys for Service {
    async fn enroll(
        &self,
        request: Request<v1::EnrollKeysRequest>,
    ) -> Result<Response<v1::EnrollKeysResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(enroll(&call, request)).await
    }

    async fn revoke(
        &self,
        request: Request<v1::RevokeKeyRequest>,
    ) -> Result<Response<v1::RevokeKeyResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(revoke(&call, request)).await
    }

    async fn list(
        &self,
        request: Request<v1::ListKeysRequest>,
    ) -> Result<Response<v1::ListKeysResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }

    async fn export(
        &self,
        request: Request<v1::ExportKeysRequest>,
    ) -> Result<Response<v1::ExportKeysResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(export(&call, request)).await
    }
}

async fn enroll(call: &Call, request: v1::EnrollKeysRequest) -> Outcome<v1::EnrollKeysResponse> {
    let scope = call.scope(request.scope)?;
    let wanted = given::keys(&request.allowed_signers, request.keys)?;
    let key = idempotency(request.idempotency_key, &(convert::scope(&scope), &wanted))?;
    let id = concerned(call, &scope, &wanted);
    let ask = Ask::one("key.enroll", "key", &id);
    match call.change(&scope, ask, Command::Enroll(wanted), key).await? {
        Answer::Keys(keys, changed) => {
            let keys = keys.iter().map(|key| shown(call, key)).collect();
            Ok(v1::EnrollKeysResponse { keys, changed })
        }
        _ => Err(Failure::bug("an enrollment was answered with something else")),
    }
}

/// Whose keys policy is asked about: one principal's, or those of nobody in particular. Where
/// somebody among them is an administrator, or could be, that stands behind it, as behind the role
/// in a grant. Whoever holds no role here is judged without that.
fn concerned(call: &Call, scope: &Scope, wanted: &[Enrolled]) -> String {
    let views = call.engine().views();
    let roles = |principal: &Principal| views.roles(&scope.tenant, principal);
    let first = wanted.first().map_or("", |one| one.principal.as_str());
    let all = wanted.iter().all(|one| one.principal.as_str() == first);
    let whose = if all { first } else { "" };
    let grave = !roles(call.peer.principal()).is_empty()
        && wanted.iter().any(|one| {
            is_pattern(one.principal.as_str())
                || roles(&one.principal).iter().any(|role| role == ADMIN)
        });
    if grave { format!("{whose}/{ADMIN}") } else { whose.to_owned() }
}

async fn revoke(call: &Call, request: v1::RevokeKeyRequest) -> Outcome<v1::RevokeKeyResponse> {
    let scope = call.scope(request.scope)?;
    let fingerprint: Fingerprint = request::id("key's fingerprint", &request.fingerprint)?;
    let fingerprint = fingerprint.to_string();
    let reason = request::text("reason", request.reason)?;
    let key =
        idempotency(request.idempotency_key, &(convert::scope(&scope), &fingerprint, &reason))?;
    let known = call.engine().views().key(&scope.tenant, &fingerprint);
    let owner = known.map(|key| key.terms.principal.to_string()).unwrap_or_default();
    let ask = Ask { owner: &owner, ..Ask::one("key.revoke", "key", &fingerprint) };
    let wanted = Revoked {
        fingerprint: fingerprint.clone(),
        principal: Principal::new(owner.clone()),
        reason,
        decision: String::new(),
    };
    match call.change(&scope, ask, Command::RevokeKey(wanted), key).await? {
        Answer::Keys(keys, changed) => {
            let key = keys.first().map(|key| shown(call, key));
            Ok(v1::RevokeKeyResponse { key, changed })
        }
        _ => Err(Failure::bug("a revocation was answered with something else")),
    }
}

/// Everybody may list their own. Who holds neither a role nor a key here is not told whether there
/// is anything to list.
async fn list(call: &Call, request: v1::ListKeysRequest) -> Outcome<v1::ListKeysResponse> {
    let scope = call.scope(request.scope)?;
    let whose = request::filter("principal", request.principal)?.map(Principal::new);
    let after = token(&request.page_token, "k1:")?;
    let views = call.engine().views();
    let owner = whose.as_ref().filter(|whose| {
        views.has_key(&scope.tenant, whose) || !views.roles(&scope.tenant, whose).is_empty()
    });
    let owner = owner.map_or("", Principal::as_str);
    let named = whose.as_ref().map_or("", Principal::as_str);
    let ask = Ask { owner, ..Ask::one("key.read", "key", named) };
    call.may(&scope, ask).await?;
    call.warn_of_keys(&scope);
    let size = request::page_size(request.page_size);
    let mut keys = views.keys((&scope.tenant, whose.as_ref()), after, size + 1);
    let more = keys.len() > size;
    keys.truncate(size);
    let last = keys.last().filter(|_| more).map(|key| format!("k1:{}", key.terms.fingerprint));
    Ok(v1::ListKeysResponse {
        keys: keys.iter().map(|key| shown(call, key)).collect(),
        next_page_token: last.unwrap_or_default(),
    })
}

async fn export(call: &Call, request: v1::ExportKeysRequest) -> Outcome<v1::ExportKeysResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("key.read", "key")).await?;
    let tenant = scope.tenant.as_str();
    let after = match token(&request.page_token, "x1:")? {
        "" => None,
        after => match after.split_once('/').ok_or_else(request::bad_page_token)? {
            ("home", after) => Some((HOME_TENANT, after)),
            ("here", after) => Some((tenant, after)),
            _ => return Err(request::bad_page_token()),
        },
    };
    let size = request::page_size(request.page_size);
    let allowed = call.engine().views().allowed_keys(tenant, after, size);
    let mut answer = v1::ExportKeysResponse::default();
    for key in &allowed.keys {
        let Ok(mut line) = signers::line(&key.terms) else {
            tracing::error!(key = key.terms.fingerprint, "an enrolled key is not taken any more");
            continue;
        };
        if key.tenant != tenant {
            // What somebody calls it is theirs and their tenant's.
            line.comment.clear();
        }
        answer.allowed_signers.push_str(&line.to_string());
        answer.allowed_signers.push('\n');
    }
    for key in &allowed.revoked {
        answer.revoked_keys.push_str(&key.terms.key);
        answer.revoked_keys.push('\n');
    }
    if let Some((place, after)) = allowed.next {
        let place = if place == HOME_TENANT { "home" } else { "here" };
        answer.next_page_token = format!("x1:{place}/{after}");
    }
    Ok(answer)
}

/// What follows the mark of a list in a page's token.
fn token<'t>(given: &'t str, mark: &str) -> Outcome<&'t str> {
    if given.is_empty() {
        return Ok("");
    }
    given.strip_prefix(mark).filter(|rest| !rest.is_empty()).ok_or_else(request::bad_page_token)
}

fn shown(call: &Call, key: &Key) -> v1::EnrolledKey {
    convert::key::enrolled(key, call.api.key_rotation_ms(), call.engine().now())
}
