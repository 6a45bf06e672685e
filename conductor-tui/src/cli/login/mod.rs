//! `conductor login` and `conductor logout`: a session for whoever holds an enrolled key, or tokens of
//! the daemon's OpenID provider.

pub(super) mod kept;

use std::{io::IsTerminal as _, path::PathBuf};

use clap::Args;
use conductor_client::Connection;
use conductor_protocol::{
    error_code::Code,
    login::{NAMESPACE, Statement},
    v1,
};
use conductor_tui::signing::{HOME_TENANT, Key};
use serde_json::json;

use self::kept::{Kept, KeptSession, TOKEN_VARIABLE};
use super::{
    approvals::signer,
    context::Context,
    failure::Failure,
    oidc,
    output::{Meaning, to_value},
};

/// Who logs in, and with which key.
#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// A key file, or the fingerprint (`SHA256:…`) or `.pub` file of a key that ssh-agent holds
    #[arg(long, value_name = "FILE|FINGERPRINT")]
    key: Option<String>,
    /// Who logs in, where a certificate is for several
    #[arg(long = "as", value_name = "PRINCIPAL", default_value = "", hide_default_value = true)]
    principal: String,
    /// Write the token to standard output, for CONDUCTOR_TOKEN of a script, and keep it nowhere;
    /// not to a terminal
    #[arg(long)]
    print_token: bool,
    /// Log in at the daemon's OpenID provider, by a code that you enter in a browser anywhere
    #[arg(long, conflicts_with_all = ["key", "principal"])]
    oidc: bool,
    /// Trust the CAs in this file, in PEM, for the provider, instead of the system's
    #[arg(long, value_name = "FILE", requires = "oidc")]
    provider_ca: Option<PathBuf>,
}

/// Runs `conductor login`.
pub(super) async fn login(args: LoginArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let LoginArgs { key: named, principal, print_token, oidc: at_provider, provider_ca } = args;
    if print_token && std::io::stdout().is_terminal() {
        let message = "a token is not shown on a terminal";
        return Err(Failure::usage(message, "write it elsewhere: TOKEN=$(conductor login …)"));
    }
    // Nobody logs in as who they were before.
    let settings = &context.settings;
    context.connection = Connection::lazy(settings.endpoint.clone(), settings.scope.clone());
    let without_key = named.is_none() && signer::holds_none(context);
    if at_provider || (without_key && oidc::is_offered(context).await) {
        return oidc::login(provider_ca.as_deref(), print_token, context).await;
    }
    let path = context.settings.paths.sessions();
    let mut kept = Kept::read(&path)?;
    let key = match named.as_deref() {
        Some(named) => signer::choose(Some(named), NAMESPACE, context).await?,
        None => signer::any_held(context)?,
    };
    let request = v1::ChallengeRequest {
        scope: context.scope(),
        principal,
        fingerprint: key.fingerprint().to_string(),
    };
    let challenge = context.connection.challenge(request).await?;
    let statement = looked_at(&challenge.statement, &key, context)?;
    let signature = signed(key, challenge.statement.clone(), context).await?;
    let scope = context.scope();
    let request = v1::OpenSessionRequest { scope, statement: challenge.statement, signature };
    let v1::OpenSessionResponse { token, session } =
        context.connection.open_session(request).await?;
    let session = session.unwrap_or_default();
    if print_token {
        return Ok(context.output.line(token)?);
    }
    kept.put(
        &context.settings.endpoint,
        KeptSession {
            token,
            session_id: session.session_id.clone(),
            principal: session.principal.clone(),
            tenant: session.tenant.clone(),
            ends_at: session.ends_at.as_ref().map_or(0, |at| at.seconds),
        },
    );
    kept.write(&path)?;
    warn_of_variable(context)?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&session))?);
    }
    let who = context.output.style.paint(Meaning::Strong, &session.principal);
    let until = context.output.clock.date_time(session.ends_at.as_ref());
    let reach = if session.everywhere { String::new() } else { format!(" in {}", session.tenant) };
    let domain = statement.domain;
    Ok(context.output.line(format!("logged in as {who}{reach} at {domain}, until {until}"))?)
}

/// Says that what was kept is not used, where that is so.
pub(super) fn warn_of_variable(context: &mut Context<'_>) -> Result<(), Failure> {
    if context.environment.get(TOKEN_VARIABLE).is_some() {
        let word = context.output.note_style.paint(Meaning::Warn, "warning:");
        let sentence = format!("{TOKEN_VARIABLE} is set and goes before this login");
        context.output.note(format!("{word} {sentence}"))?;
    }
    Ok(())
}

/// What is signed is a challenge to log in, for this key and in this tenant, and nothing else.
fn looked_at(text: &str, key: &Key, context: &Context<'_>) -> Result<Statement, Failure> {
    let wanted = context.scope().map(|scope| scope.tenant).filter(|tenant| !tenant.is_empty());
    let wanted = wanted.unwrap_or_else(|| HOME_TENANT.to_owned());
    Statement::read(text)
        .filter(|read| read.tenant == wanted && read.key == key.fingerprint().to_string())
        .ok_or_else(|| {
            let message = "what the daemon wants to be signed is no challenge to log in here";
            Failure::Damaged(message.to_owned())
        })
}

/// A signature to log in. A security key waits for a touch: the connection goes on meanwhile.
async fn signed(key: Key, text: String, context: &mut Context<'_>) -> Result<String, Failure> {
    if key.wants_touch() {
        context.output.note("touch your security key")?;
    }
    let failed = |error: &dyn std::fmt::Display| {
        let hint = "`ssh-add -l` shows the keys that ssh-agent holds";
        Failure::usage(format!("failed to {error}"), hint)
    };
    let made = tokio::task::spawn_blocking(move || key.sign_login(text.as_bytes())).await;
    made.map_err(|_| failed(&"sign: it was cut short"))?.map_err(|error| failed(&error))
}

/// Runs `conductor logout`: ends the session and forgets its token, the latter in any case.
pub(super) async fn logout(context: &mut Context<'_>) -> Result<(), Failure> {
    let path = context.settings.paths.sessions();
    let mut kept = Kept::read(&path)?;
    let endpoint = context.settings.endpoint.clone();
    if kept.login(&endpoint).is_some() {
        return oidc::logout(kept, context).await;
    }
    let Some(session) = kept.session(&endpoint).cloned() else {
        let message = format!("nobody is logged in at {endpoint} from here");
        return Err(Failure::NotFound(message));
    };
    let tenant = session.tenant.clone();
    let scope = Some(v1::Scope { tenant, ..context.scope().unwrap_or_default() });
    let session_id = session.session_id.clone();
    let token = conductor_client::Token::new(&session.token);
    let connection = context.connection.clone().with_token(token.as_ref());
    let ended = connection.end_session(v1::EndSessionRequest { scope, session_id }).await;
    kept.remove(&endpoint);
    kept.write(&path)?;
    let over = match ended {
        Ok(_) => true,
        Err(error) if error.is(Code::SessionOver) || error.is(Code::SessionNotFound) => false,
        Err(error) => {
            let word = context.output.note_style.paint(Meaning::Warn, "warning:");
            let sentence = "the token is forgotten, and the session still open";
            context.output.note(format!("{word} {sentence}"))?;
            return Err(error.into());
        }
    };
    if !context.output.is_table() {
        let document = json!({ "sessionId": session.session_id, "ended": over });
        return Ok(context.output.document(&document)?);
    }
    let done = if over { "logged out" } else { "the session was over already" };
    Ok(context.output.line(format!("{done}: {} at {endpoint}", session.principal))?)
}
