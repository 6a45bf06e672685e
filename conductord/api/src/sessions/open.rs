//! Opening a session: the challenge is used up, the signature checked, its key looked up, policy
//! asked, and only then a token made.

use std::error::Error as _;

use conductor_domain::{
    Refusal,
    org::session::{Alarmed, NAMESPACE, Opened, Session},
    scope::{Principal, Scope},
    time::Timestamp,
};
use conductor_engine::{
    command::{Answer, Command, Context, Rejection},
    kernel::LoginNews,
    signers::{Signature, Signed, SignerError},
};
use conductor_keys::{
    allowed_signers::NotAllowed,
    ssh_key::Credential,
    sshsig::{self, SshsigError},
};
use conductor_protocol::{
    error_code::Code,
    id::SessionId,
    jcs,
    login::{SESSION_TOKEN_PREFIX, Statement},
    v1,
};

use super::{OPEN, shown};
use crate::{
    call::{Ask, Call, met},
    failure::{Failure, Outcome},
    identity::{Used, end_all_idle},
    limits::{LOGIN_BYTES_MAX, STALE_PAUSE, STALE_TRIES_MAX},
    request,
};

/// Who proved to hold which key, until when that counts.
struct Proof {
    signed: Signed,
    authority: Option<String>,
    /// The end of the key's own time, and of its certificate's.
    until: Option<Timestamp>,
}

/// Why a login failed.
struct Fault {
    /// For the metric and the log.
    reason: &'static str,
    code: Code,
    /// For whoever tried.
    message: String,
    /// The key, once it is proven that whoever tried holds it.
    key: Option<String>,
}

impl Fault {
    fn challenge(reason: &'static str, message: &str) -> Self {
        Self { reason, code: Code::LoginChallenge, message: message.to_owned(), key: None }
    }
}

/// Opens a session.
pub(super) async fn open(
    call: &Call,
    request: v1::OpenSessionRequest,
) -> Outcome<v1::OpenSessionResponse> {
    let scope = request::scope(request.scope)?;
    if request.statement.len() + request.signature.len() > LOGIN_BYTES_MAX {
        let message = format!("statement and signature have more than {LOGIN_BYTES_MAX} bytes");
        return Err(Failure::invalid(message, "send a challenge's statement as it was given"));
    }
    let now = call.engine().now();
    refuse_slowed(call, call.peer.origin(), now)?;
    let proof = match prove(call, &scope, (&request.statement, &request.signature), now) {
        Ok(proof) => proof,
        Err(fault) => return Err(failed(call, &scope, fault, now).await),
    };
    refuse_slowed(call, &proof.signed.key.to_string(), now)?;
    make_room(call, &proof.signed.principal, now).await;
    let (token, wanted) = wanted(call, &proof, now);
    let session = submit(call, &scope, wanted).await?;
    call.api.logins().see(session.id(), now);
    let origin = call.peer.origin();
    tracing::info!(principal = %session.principal(), session = %session.id(), origin, "logged in");
    Ok(v1::OpenSessionResponse { token, session: Some(shown(call, &session)) })
}

/// Refuses a login that comes too soon after others that failed.
pub(super) fn refuse_slowed(call: &Call, who: &str, now: Timestamp) -> Outcome<()> {
    match call.api.logins().wait(who, now) {
        None => Ok(()),
        Some(wait) => {
            metrics::counter!("conductor_login_failed_total", "reason" => "slowed").increment(1);
            Err(Failure::slowed(wait))
        }
    }
}

/// Who signed this challenge.
fn prove(
    call: &Call,
    scope: &Scope,
    (text, signature): (&str, &str),
    now: Timestamp,
) -> Result<Proof, Fault> {
    let statement = Statement::read(text)
        .ok_or_else(|| Fault::challenge("statement", "what was signed is no challenge"))?;
    match call.api.logins().take(&statement.nonce, text, now) {
        Used::Good => {}
        Used::Unknown => {
            let message = "no such challenge waits here: it was used, or is not of this daemon";
            return Err(Fault::challenge("challenge_unknown", message));
        }
        Used::Expired => {
            return Err(Fault::challenge("challenge_expired", "the challenge's time is over"));
        }
        Used::Changed => {
            let message = "the statement is not the one that was given out";
            return Err(Fault::challenge("statement", message));
        }
    }
    if statement.tenant != scope.tenant {
        let message =
            format!("the challenge is for tenant `{}`", request::shown(&statement.tenant));
        return Err(Fault::challenge("tenant", &message));
    }
    let failed = |reason, message, key| Fault { reason, code: Code::LoginFailed, message, key };
    let verified = sshsig::verify(signature, NAMESPACE, text.as_bytes())
        .map_err(|error| failed("signature", format!("failed to {}", chain(&error)), None))?;
    let credential = verified.credential();
    let key = credential.key().fingerprint().to_string();
    if !statement.key.is_empty() && statement.key != key {
        let message = format!("the challenge is for the key {}", request::shown(&statement.key));
        return Err(failed("key_other", message, Some(key)));
    }
    let named = Some(&statement.principal).filter(|name| !name.is_empty());
    let named = named.map(|name| Principal::new(name.clone()));
    let made = Signature { credential, namespace: NAMESPACE, at: now };
    let signed = call.engine().views().signed_by((&scope.tenant, named.as_ref()), made);
    let signed = signed
        .map_err(|error| failed(reason(&error), format!("failed to {error}"), Some(key.clone())))?;
    let (authority, certified) = match credential {
        Credential::Key(_) => (None, None),
        Credential::Certificate(certificate) => {
            let until = certificate.valid_before().saturating_mul(1_000);
            let authority = certificate.authority().fingerprint().to_string();
            (Some(authority), Some(Timestamp::from_unix_ms(until)))
        }
    };
    // The last second of a key's time counts whole.
    let enrolled = signed.enrolled.terms.valid_before.map(|last| last + 1_000);
    let until = [enrolled, certified].into_iter().flatten().min();
    Ok(Proof { signed, authority, until })
}

/// What the metric says of a key that logs nobody in.
const fn reason(error: &SignerError) -> &'static str {
    match error {
        SignerError::NotAllowed(NotAllowed::Unknown(_)) => "key_unknown",
        SignerError::NotAllowed(NotAllowed::Revoked(_)) => "key_revoked",
        SignerError::NotAllowed(NotAllowed::Namespace { .. }) => "key_namespace",
        SignerError::NotAllowed(NotAllowed::NotYetValid { .. } | NotAllowed::Expired { .. }) => {
            "key_time"
        }
        _ => "key",
    }
}

/// A failed login: counted, slowed down, told, and on record.
async fn failed(call: &Call, scope: &Scope, fault: Fault, now: Timestamp) -> Failure {
    let Fault { reason, code, message, key } = fault;
    let origin = call.peer.origin();
    metrics::counter!("conductor_login_failed_total", "reason" => reason).increment(1);
    tracing::warn!(reason, origin, key, tenant = scope.tenant, "a login failed");
    for who in [Some(origin), key.as_deref()].into_iter().flatten() {
        let Some(alarm) = call.api.logins().fail(who, now) else { continue };
        let alarmed =
            Alarmed { origin: who.to_owned(), failures: alarm.failures, since: alarm.since };
        let news = LoginNews::Alarmed(scope.tenant.clone(), alarmed);
        if let Err(error) = call.engine().login_news(news).await {
            tracing::error!(%error, origin, "an alarm about failed logins is not on record");
        }
    }
    let hint = match code {
        Code::LoginChallenge => "log in again: each challenge is good for one try",
        _ => {
            "`conductor keys list --mine` shows your keys and what they may sign; an administrator \
              enrolls one with `conductor keys enroll`"
        }
    };
    // Nobody is behind it but whoever came with it.
    let caller = call.peer.principal().to_string();
    let ruling = call.rule(scope, Ask { owner: &caller, ..Ask::one(OPEN, "session", "") });
    call.deny(scope, ruling, Refusal::new(code, message, hint)).await
}

/// Ends idle sessions where there would be no room for one more.
async fn make_room(call: &Call, principal: &Principal, now: Timestamp) {
    use conductor_domain::org::session::limits::{SESSIONS_MAX, SESSIONS_OF_PRINCIPAL_MAX};
    let (theirs, all) = call.engine().views().count_sessions(principal);
    if theirs >= SESSIONS_OF_PRINCIPAL_MAX || all >= SESSIONS_MAX {
        end_all_idle(&call.api, now).await;
    }
}

/// A fresh token, and the session that it is for.
fn wanted(call: &Call, proof: &Proof, now: Timestamp) -> (String, Opened) {
    let engine = call.engine();
    let token =
        format!("{SESSION_TOKEN_PREFIX}{:032x}{:032x}", engine.fresh_bits(), engine.fresh_bits());
    let whole = u64::try_from(call.api.logins().times().whole.as_millis()).unwrap_or(u64::MAX);
    let ends_at = [Some(now + whole), proof.until].into_iter().flatten().min();
    let opened = Opened {
        session: SessionId::new(now.unix_ms, engine.fresh_bits()),
        principal: proof.signed.principal.clone(),
        token: jcs::sha256_hex(token.as_bytes()),
        key: proof.signed.key.to_string(),
        authority: proof.authority.clone(),
        key_tenant: proof.signed.enrolled.tenant.clone(),
        channel: call.peer.channel().to_owned(),
        origin: call.peer.origin().to_owned(),
        ends_at: ends_at.unwrap_or(now),
        decision: String::new(),
    };
    (token, opened)
}

/// Has the kernel open it, if policy allows that for whoever signed.
async fn submit(call: &Call, scope: &Scope, wanted: Opened) -> Outcome<std::sync::Arc<Session>> {
    let principal = wanted.principal.clone();
    let mut tries = STALE_TRIES_MAX;
    loop {
        tries -= 1;
        let ask = Ask { owner: principal.as_str(), ..Ask::one(OPEN, "session", "") };
        let ruling = call.rule_on((&principal, call.peer.channel()), scope, ask);
        let context =
            Context { principal: principal.clone(), ..call.context(scope, ruling.clone()) };
        if let Err(refusal) = met(&ruling) {
            metrics::counter!("conductor_login_failed_total", "reason" => "policy").increment(1);
            return Err(call.deny(scope, ruling, *refusal).await);
        }
        let command = Command::OpenSession(Box::new(wanted.clone()));
        match call.engine().submit(context, command).await {
            Ok(Answer::Session(session)) => return Ok(session),
            Ok(_) => return Err(Failure::bug("a login was answered with something else")),
            Err(Rejection::StaleDecision) if tries > 0 => tokio::time::sleep(STALE_PAUSE).await,
            Err(Rejection::Refused(refusal)) => {
                return Err(call.deny(scope, ruling, refusal).await);
            }
            Err(rejection) => return Err(call.rejected(rejection)),
        }
    }
}

/// An error with its causes, in one line.
fn chain(error: &SshsigError) -> String {
    let why = error.source().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{error}{why}")
}
