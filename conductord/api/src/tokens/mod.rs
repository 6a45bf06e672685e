//! The `Tokens` service: issued, taken back, listed.

mod reminder;

pub(crate) use reminder::check;

use conductor_domain::{
    org::{
        identity::ADMIN,
        token::{Issued, Revoked, Token, limits::TOKEN_DEFAULT_MS},
    },
    scope::{Principal, Scope},
    time::Timestamp,
};
use conductor_engine::command::{Answer, Command};
use conductor_policy::Bundle;
use conductor_protocol::{
    error_code::Code,
    id::TokenId,
    jcs,
    token::{self, NoScope, SCOPES_MAX, SERVICE_TOKEN_PREFIX, TokenScope},
    v1::{self, tokens_server::Tokens},
};
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
impl Tokens for Service {
    async fn issue(
        &self,
        request: Request<v1::IssueTokenRequest>,
    ) -> Result<Response<v1::IssueTokenResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(issue(&call, request)).await
    }

    async fn revoke(
        &self,
        request: Request<v1::RevokeTokenRequest>,
    ) -> Result<Response<v1::RevokeTokenResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(revoke(&call, request)).await
    }

    async fn list(
        &self,
        request: Request<v1::ListTokensRequest>,
    ) -> Result<Response<v1::ListTokensResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }
}

/// Issues a token. The answer has it, and nothing else ever does: whoever loses the answer has it
/// revoked and another one issued, so that no idempotency key is taken.
async fn issue(call: &Call, request: v1::IssueTokenRequest) -> Outcome<v1::IssueTokenResponse> {
    let scope = call.scope(request.scope)?;
    let service = request::principal(request.service)?;
    let scopes = scopes(&request.scopes)?;
    let description = request::text("description", request.description)?;
    let lasts = if request.duration_ms == 0 { TOKEN_DEFAULT_MS } else { request.duration_ms };
    let id = concerned(call, &scope, &service);
    let (engine, now) = (call.engine(), call.engine().now());
    let secret = token::of_bits(SERVICE_TOKEN_PREFIX, [engine.fresh_bits(), engine.fresh_bits()]);
    let wanted = Issued {
        token: TokenId::new(now.unix_ms, engine.fresh_bits()),
        principal: service,
        digest: jcs::sha256_hex(secret.as_bytes()),
        scopes,
        expires_at: now + lasts,
        description,
        decision: String::new(),
    };
    let command = Command::IssueToken(Box::new(wanted));
    match call.change(&scope, Ask::one("token.issue", "token", &id), command, None).await? {
        Answer::Token(token, _) => {
            Ok(v1::IssueTokenResponse { secret, token: Some(shown(call, &token, now)) })
        }
        _ => Err(Failure::bug("an issue of a token was answered with something else")),
    }
}

/// What a token is to be for.
fn scopes(given: &[String]) -> Outcome<Vec<TokenScope>> {
    let hint = "name an action, as `run.start`, or a group, as `run.*`; narrow it down with \
                `@ENVIRONMENT` and `/WORKFLOW`";
    let invalid = |message: String| Failure::new(Code::TokenInvalid, message, hint);
    if given.len() > SCOPES_MAX {
        return Err(invalid(format!("{} scopes are given, {SCOPES_MAX} are taken", given.len())));
    }
    let read = given.iter().map(|text| text.parse::<TokenScope>());
    let read: Vec<TokenScope> =
        read.collect::<Result<_, NoScope>>().map_err(|error| invalid(error.to_string()))?;
    // One that was mistyped would be good for nothing, and nobody would know until it is needed.
    let known = Bundle::known_actions();
    match read.iter().find(|scope| !is_known(scope, &known)) {
        Some(scope) => Err(invalid(format!("there is no action `{}`", scope.action))),
        None => Ok(read),
    }
}

fn is_known(scope: &TokenScope, actions: &[String]) -> bool {
    match scope.action.strip_suffix('*') {
        Some(group) => actions.iter().any(|action| action.starts_with(group)),
        None => actions.contains(&scope.action),
    }
}

/// Whose token policy is asked about. Where the service is an administrator that stands behind it, as
/// behind the role in a grant. Whoever holds no role here is judged without that.
fn concerned(call: &Call, scope: &Scope, service: &Principal) -> String {
    let views = call.engine().views();
    let roles = |principal: &Principal| views.roles(&scope.tenant, principal);
    let grave =
        !roles(call.peer.principal()).is_empty() && roles(service).iter().any(|role| role == ADMIN);
    if grave { format!("{service}/{ADMIN}") } else { service.to_string() }
}

async fn revoke(call: &Call, request: v1::RevokeTokenRequest) -> Outcome<v1::RevokeTokenResponse> {
    let scope = call.scope(request.scope)?;
    let token: TokenId = request::id("token", &request.token_id)?;
    let reason = request::text("reason", request.reason)?;
    let key = idempotency(request.idempotency_key, &(convert::scope(&scope), token, &reason))?;
    let id = token.to_string();
    let (principal, decision) = (Principal::new(""), String::new());
    let wanted = Revoked { token, principal, reason, decision };
    let ask = Ask::one("token.revoke", "token", &id);
    match call.change(&scope, ask, Command::RevokeToken(wanted), key).await? {
        Answer::Token(token, changed) => {
            call.api.logins().forget_token(token.id());
            let token = Some(shown(call, &token, call.engine().now()));
            Ok(v1::RevokeTokenResponse { token, changed })
        }
        _ => Err(Failure::bug("a revocation was answered with something else")),
    }
}

async fn list(call: &Call, request: v1::ListTokensRequest) -> Outcome<v1::ListTokensResponse> {
    let scope = call.scope(request.scope)?;
    let whose = request::filter("service", request.service)?.map(Principal::new);
    let after = match request.page_token.as_str() {
        "" => None,
        token => {
            let id = token.strip_prefix("v1:").and_then(|id| id.parse::<TokenId>().ok());
            Some(id.ok_or_else(request::bad_page_token)?)
        }
    };
    let named = whose.as_ref().map_or("", Principal::as_str);
    call.may(&scope, Ask::one("token.read", "token", named)).await?;
    let size = request::page_size(request.page_size);
    let (views, now) = (call.engine().views(), call.engine().now());
    let mut found = views.tokens((&scope.tenant, whose.as_ref()), after, size + 1);
    let more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| more).map(|token| format!("v1:{}", token.id()));
    Ok(v1::ListTokensResponse {
        tokens: found.iter().map(|token| shown(call, token, now)).collect(),
        next_page_token: last.unwrap_or_default(),
    })
}

fn shown(call: &Call, token: &Token, now: Timestamp) -> v1::Token {
    let used = call.api.logins().token_used(token.id());
    convert::token::token(token, (used, now), call.peer.as_token().map(Token::id))
}
