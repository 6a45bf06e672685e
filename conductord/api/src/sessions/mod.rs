//! The `Sessions` service: challenges, and what is open.

mod open;

use conductor_domain::{
    org::session::{Cause, Session},
    scope::Principal,
};
use conductor_engine::command::{Answer, Command};
use conductor_protocol::{
    id::SessionId,
    login::{KIND, Statement},
    v1::{self, sessions_server::Sessions},
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call},
    convert,
    failure::{Failure, Outcome},
    limits::CHALLENGE_TTL_MS,
    request,
};

/// What policy is asked about a login.
const OPEN: &str = "session.open";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Sessions for Service {
    async fn challenge(
        &self,
        request: Request<v1::ChallengeRequest>,
    ) -> Result<Response<v1::ChallengeResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        let given = async { challenge(&call, request) };
        call.answer(given).await
    }

    async fn open(
        &self,
        request: Request<v1::OpenSessionRequest>,
    ) -> Result<Response<v1::OpenSessionResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(Box::pin(open::open(&call, request))).await
    }

    async fn list(
        &self,
        request: Request<v1::ListSessionsRequest>,
    ) -> Result<Response<v1::ListSessionsResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(list(&call, request)).await
    }

    async fn end(
        &self,
        request: Request<v1::EndSessionRequest>,
    ) -> Result<Response<v1::EndSessionResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(end(&call, request)).await
    }
}

/// Gives out a challenge, whoever asks and whatever for: what is said of it tells nothing of who
/// could log in here, nor of which tenants there are.
fn challenge(call: &Call, request: v1::ChallengeRequest) -> Outcome<v1::ChallengeResponse> {
    let scope = request::scope(request.scope)?;
    let (engine, origin) = (call.engine(), call.peer.origin());
    let now = engine.now();
    open::refuse_slowed(call, origin, now)?;
    let principal = match request::filter("principal", request.principal)? {
        Some(named) => request::principal(named)?.to_string(),
        None => String::new(),
    };
    let expires_at = now + CHALLENGE_TTL_MS;
    let statement = Statement {
        kind: KIND.to_owned(),
        domain: call.api.about().ledger_origin.clone(),
        tenant: scope.tenant,
        principal,
        key: request::filter("fingerprint", request.fingerprint)?.unwrap_or_default(),
        nonce: format!("{:032x}", engine.fresh_bits()),
        issued_at: now.unix_ms,
        expires_at: expires_at.unix_ms,
    };
    let text =
        statement.canonical().map_err(|_| Failure::bug("a challenge has no canonical form"))?;
    let named = (statement.nonce, origin);
    if !call.api.logins().challenge(named, text.clone(), (now, expires_at)) {
        return Err(Failure::busy_logging_in());
    }
    Ok(v1::ChallengeResponse { statement: text, expires_at: Some(convert::time(expires_at)) })
}

/// Everybody may list their own.
async fn list(call: &Call, request: v1::ListSessionsRequest) -> Outcome<v1::ListSessionsResponse> {
    let scope = call.scope(request.scope)?;
    let whose = request::filter("principal", request.principal)?.map(Principal::new);
    let after = match request.page_token.as_str() {
        "" => None,
        token => {
            let id = token.strip_prefix("s1:").and_then(|id| id.parse::<SessionId>().ok());
            Some(id.ok_or_else(request::bad_page_token)?)
        }
    };
    // Whose they would be: their own are theirs to see, whether there are any or not.
    let owner = whose.as_ref().map_or("", Principal::as_str);
    let ask = Ask { owner, ..Ask::one("session.read", "session", owner) };
    call.may(&scope, ask).await?;
    let size = request::page_size(request.page_size);
    let views = call.engine().views();
    let mut found = views.sessions((&scope.tenant, whose.as_ref()), after, size + 1);
    let more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| more).map(|session| format!("s1:{}", session.id()));
    Ok(v1::ListSessionsResponse {
        sessions: found.iter().map(|session| shown(call, session)).collect(),
        next_page_token: last.unwrap_or_default(),
    })
}

async fn end(call: &Call, request: v1::EndSessionRequest) -> Outcome<v1::EndSessionResponse> {
    let scope = call.scope(request.scope)?;
    let session = match (request.session_id.as_str(), call.peer.session_id()) {
        ("", Some(own)) => own,
        (given, _) => request::id("session", given)?,
    };
    let known = call.engine().views().session(session);
    let known = known.filter(|known| known.tenant == scope.tenant);
    let owner = known.as_ref().map(|known| known.principal().to_string()).unwrap_or_default();
    let own = owner == call.peer.principal().as_str();
    let cause = if own { Cause::LoggedOut } else { Cause::Ended };
    let id = session.to_string();
    let ask = Ask { owner: &owner, ..Ask::one("session.end", "session", &id) };
    match call.change(&scope, ask, Command::EndSession { session, cause }, None).await? {
        Answer::Session(ended) => Ok(v1::EndSessionResponse { session: Some(shown(call, &ended)) }),
        _ => Err(Failure::bug("the end of a session was answered with something else")),
    }
}

fn shown(call: &Call, session: &Session) -> v1::Session {
    let seen = call.api.logins().seen(session, call.api.about().started_at);
    convert::session::session(session, seen, call.peer.session_id())
}
