//! What goes on between the console and a provider: a login by a code that is entered elsewhere, new
//! tokens for old ones, giving them back.

use std::path::Path;

use conductor_client::{
    Connection,
    oidc::{Client, Code, OidcError, Outcome, Provider, Web},
};
use conductor_protocol::v1;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::KeptLogin;
use crate::cli::{
    failure::Failure,
    output::{Meaning, Output, one_line},
    when,
};

/// Logs in at the provider that the daemon names. `ca` is a file of certificates to trust for the
/// provider instead of the system's. The connection must carry no token: an old one would be refused.
pub(super) async fn log_in(
    connection: &Connection,
    ca: Option<&Path>,
    output: &mut Output,
) -> Result<KeptLogin, Failure> {
    let described = connection.describe_oidc(v1::DescribeOidcRequest {}).await?;
    if described.issuer.is_empty() || described.client_id.is_empty() {
        return Err(Failure::Usage {
            message: "the daemon names no provider to log in at".to_owned(),
            hint:
                "set `issuer` and `client_id` in `[oidc]` of conductord.toml, or log in with a key"
                    .to_owned(),
        });
    }
    let client = Client {
        client_id: described.client_id,
        audience: described.audience,
        scopes: described.scopes,
    };
    let provider = provider(&described.issuer, ca).await?;
    let (code, login) = provider.begin(&client).await.map_err(Failure::Oidc)?;
    // Before anything is shown: whoever gives up at once ends it cleanly, too.
    let mut interrupt = signal(SignalKind::interrupt())
        .map_err(|error| Failure::local("listen for Ctrl-C", error))?;
    show((&described.issuer, &client.audience), &code, output)?;
    let waiting = provider.wait(&client, login, || when::now_ms() / 1_000);
    let outcome = tokio::select! {
        outcome = waiting => outcome.map_err(Failure::Oidc)?,
        _ = interrupt.recv() => return Err(Failure::Interrupted),
    };
    match outcome {
        Outcome::Approved(tokens) => {
            let ca = ca.map(std::path::absolute).transpose();
            let ca = ca.map_err(|error| Failure::local("find the file of certificates", error))?;
            Ok(KeptLogin::new(described.issuer, client, tokens, ca))
        }
        Outcome::Denied => Err(Failure::Denied("the login was denied at the provider".to_owned())),
        Outcome::Expired => {
            Err(Failure::Over("nobody approved the login in time: begin again".to_owned()))
        }
    }
}

/// What has to be done elsewhere, on standard error: the answer comes when it is done. For whom the
/// token will be is the daemon's word, so it is shown.
fn show((issuer, audience): (&str, &str), code: &Code, output: &mut Output) -> Result<(), Failure> {
    let audience = one_line(audience);
    let (issuer, url, user_code) = (one_line(issuer), one_line(&code.url), one_line(&code.code));
    if !output.is_table() {
        let shown = json!({"login": {
            "issuer": issuer, "audience": audience, "url": url, "code": user_code,
            "completeUrl": code.complete_url, "expiresInSeconds": code.expires_in.as_secs(),
        }});
        return Ok(output.note(shown.to_string())?);
    }
    let style = output.note_style;
    let code_shown = style.paint(Meaning::Active, &user_code);
    output.note(format!("to log in at {issuer} for {audience},"))?;
    output.note(format!("open {url} and enter the code {code_shown}"))?;
    if let Some(complete) = &code.complete_url {
        output.note(format!("or open {}", one_line(complete)))?;
    }
    let minutes = code.expires_in.as_secs().div_ceil(60);
    Ok(output.note(format!("waiting for up to {minutes} minutes; Ctrl-C gives up"))?)
}

async fn provider(issuer: &str, ca: Option<&Path>) -> Result<Provider, Failure> {
    let pem = ca.map(std::fs::read).transpose();
    let pem = pem.map_err(|error| Failure::local("read the provider's certificates", error))?;
    let web = Web::new(pem.as_deref()).map_err(Failure::Oidc)?;
    Provider::discover(web, issuer).await.map_err(Failure::Oidc)
}

/// New tokens where it is time for them; nothing where the old ones are good or there is no way to
/// new ones.
pub(super) async fn renewed(kept: &KeptLogin) -> Result<Option<KeptLogin>, Failure> {
    let now = when::now_ms() / 1_000;
    if !kept.can_be_renewed(now) {
        return Ok(None);
    }
    let asked = async {
        let provider = provider(&kept.issuer, kept.ca.as_deref()).await?;
        let client = kept.client();
        provider.refresh(&client, &kept.tokens, now).await.map_err(Failure::Oidc)
    };
    match asked.await {
        Ok(tokens) => Ok(Some(KeptLogin { tokens, ..kept.clone() })),
        // The provider is away: what is there is good for a little yet.
        Err(Failure::Oidc(OidcError::Unreachable { .. })) if !kept.tokens.are_over(now) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Gives the tokens back to the provider; whether it takes any back.
pub(super) async fn give_back(kept: &KeptLogin) -> Result<bool, Failure> {
    let provider = provider(&kept.issuer, kept.ca.as_deref()).await?;
    provider.revoke(&kept.client(), &kept.tokens).await.map_err(Failure::Oidc)
}
