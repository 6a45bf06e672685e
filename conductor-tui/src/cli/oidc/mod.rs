//! `conductor login --oidc`: tokens of the daemon's OpenID provider, kept where sessions are, replaced
//! before they end, given back by `conductor logout`.

mod flow;
mod fresh;
mod kept;

use std::path::Path;

use conductor_client::Token;
use conductor_protocol::v1;
use serde_json::json;

pub(crate) use self::{
    fresh::{fresh, keep_fresh},
    kept::KeptLogin,
};
use super::{
    context::Context,
    failure::Failure,
    login::{self, kept::Kept},
    output::{Meaning, one_line},
};

/// Whether the daemon names a provider at which one can log in from here.
pub(crate) async fn is_offered(context: &Context<'_>) -> bool {
    let described = context.connection.describe_oidc(v1::DescribeOidcRequest {}).await;
    described.is_ok_and(|oidc| !oidc.issuer.is_empty() && !oidc.client_id.is_empty())
}

/// Logs in at the provider. What is kept, or printed instead, is what the daemon took.
pub(super) async fn login(
    ca: Option<&Path>,
    print_token: bool,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let mut login = flow::log_in(&context.connection, ca, context.output).await?;
    let token = Token::new(&login.tokens.bearer);
    let known = context.connection.clone().with_token(token.as_ref());
    let me = known.who_am_i(v1::WhoAmIRequest { scope: context.scope() }).await?;
    login.principal = me.principal;
    if print_token {
        return Ok(context.output.line(&login.tokens.bearer)?);
    }
    let path = context.settings.paths.sessions();
    // Read now: the login may have taken minutes.
    let mut kept = Kept::read(&path)?;
    kept.put_login(&context.settings.endpoint, login.clone());
    kept.write(&path)?;
    login::warn_of_variable(context)?;
    if login.tokens.refresh.is_empty() {
        let word = context.output.note_style.paint(Meaning::Warn, "warning:");
        let sentence = "the provider gives no way to new tokens: this login ends with the token";
        context.output.note(format!("{word} {sentence}"))?;
    }
    if !context.output.is_table() {
        let document = json!({
            "principal": login.principal, "issuer": login.issuer,
            "tokenExpiresAt": login.tokens.expires_at, "renewed": !login.tokens.refresh.is_empty(),
        });
        return Ok(context.output.document(&document)?);
    }
    let who = context.output.style.paint(Meaning::Strong, &one_line(&login.principal));
    Ok(context.output.line(format!("logged in as {who} at {}", one_line(&login.issuer)))?)
}

/// Gives the tokens back and forgets them, the latter in any case.
pub(super) async fn logout(mut kept: Kept, context: &mut Context<'_>) -> Result<(), Failure> {
    let endpoint = context.settings.endpoint.clone();
    let Some(login) = kept.login(&endpoint).cloned() else { return Ok(()) };
    let given_back = flow::give_back(&login).await;
    kept.remove(&endpoint);
    kept.write(&context.settings.paths.sessions())?;
    let warning = match &given_back {
        Ok(true) => None,
        Ok(false) => {
            Some("the provider takes no tokens back: they count until their end".to_owned())
        }
        Err(failure) => {
            Some(format!("the tokens are forgotten, and count until their end: {failure}"))
        }
    };
    if let Some(sentence) = warning {
        let word = context.output.note_style.paint(Meaning::Warn, "warning:");
        context.output.note(format!("{word} {sentence}"))?;
    }
    if !context.output.is_table() {
        let revoked = matches!(given_back, Ok(true));
        let document = json!({ "issuer": login.issuer, "revoked": revoked });
        return Ok(context.output.document(&document)?);
    }
    let (who, issuer) = (one_line(&login.principal), one_line(&login.issuer));
    Ok(context.output.line(format!("logged out: {who} at {issuer}"))?)
}
