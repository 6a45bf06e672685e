//! May this token be issued? May this one be taken back?

use conductor_protocol::{
    error_code::Code,
    token::{SCOPES_MAX, SERVICE},
};

use super::{
    Issued, Revoked, Tokens,
    limits::{TOKEN_MS_MAX, TOKENS_OF_SERVICE_MAX, TOKENS_OF_TENANT_MAX, WORDS_BYTES_MAX},
};
use crate::{
    Refusal,
    org::{is_name, shown},
    time::Timestamp,
};

/// Letters of a digest.
const DIGEST_CHARS: usize = 64;

/// Issues a token to a service. Its scopes are sorted, each once.
///
/// # Errors
/// `TOKEN_INVALID`, `TOO_MANY_TOKENS`
pub fn issue(
    tokens: &Tokens,
    (tenant, now): (&str, Timestamp),
    mut wanted: Issued,
) -> Result<Issued, Refusal> {
    let principal = wanted.principal.as_str();
    if !principal.split_once(':').is_some_and(|(kind, name)| kind == SERVICE && is_name(name)) {
        let message = format!("`{}` is no service", shown(principal));
        return Err(invalid(message, "tokens are for programs: name one, as `service:deploy`"));
    }
    wanted.scopes.sort_unstable();
    wanted.scopes.dedup();
    if let Some(bad) = wanted.scopes.iter().find(|scope| !scope.is_valid()) {
        let message = format!("`{}` is no scope", shown(&bad.to_string()));
        return Err(invalid(message, "name an action of policy, as `run.start`, or `run.*`"));
    }
    if wanted.scopes.is_empty() || wanted.scopes.len() > SCOPES_MAX {
        let message = format!("a token is for 1 to {SCOPES_MAX} scopes");
        return Err(invalid(message, "say what it is for, and no more than that"));
    }
    if wanted.expires_at <= now || wanted.expires_at.ms_since(now) > TOKEN_MS_MAX {
        let message = "a token expires, later than now and within a year".to_owned();
        return Err(invalid(message, "name an end that is to come: `--expires 30d`"));
    }
    check_words("a description", &wanted.description)?;
    if wanted.digest.len() != DIGEST_CHARS || tokens.of_digest(&wanted.digest).is_some() {
        return Err(invalid("the token is no fresh one".to_owned(), "have it issued again"));
    }
    check_room(tokens, (tenant, now), &wanted)?;
    Ok(wanted)
}

/// Takes a token of a tenant back. `None` when it was taken back before.
///
/// # Errors
/// `TOKEN_NOT_FOUND`, `TOKEN_INVALID`
pub fn revoke(tokens: &Tokens, tenant: &str, wanted: Revoked) -> Result<Option<Revoked>, Refusal> {
    check_words("a reason", &wanted.reason)?;
    let known = tokens.get(tenant, wanted.token).ok_or_else(|| {
        let message = format!("no token {} was issued in tenant `{tenant}`", wanted.token);
        Refusal::new(Code::TokenNotFound, message, "`conductor tokens list` shows those that were")
    })?;
    let principal = known.principal().clone();
    Ok(known.revoked.is_none().then_some(Revoked { principal, ..wanted }))
}

fn check_room(
    tokens: &Tokens,
    (tenant, now): (&str, Timestamp),
    wanted: &Issued,
) -> Result<(), Refusal> {
    let good = || tokens.of_tenant(tenant, None).filter(move |token| token.is_good(now));
    let theirs = good().filter(|token| *token.principal() == wanted.principal).count();
    let message = if theirs >= TOKENS_OF_SERVICE_MAX {
        format!("`{}` has {theirs} tokens that are good", wanted.principal)
    } else if good().count() >= TOKENS_OF_TENANT_MAX {
        format!("tenant `{tenant}` has {TOKENS_OF_TENANT_MAX} tokens that are good")
    } else {
        return Ok(());
    };
    let hint =
        "`conductor tokens list` shows which are used, `conductor tokens revoke` takes one back";
    Err(Refusal::new(Code::TooManyTokens, message, hint))
}

fn check_words(what: &str, words: &str) -> Result<(), Refusal> {
    if words.len() > WORDS_BYTES_MAX || words.contains(char::is_control) {
        let message = format!("{what} is of up to {WORDS_BYTES_MAX} bytes, in one line");
        return Err(invalid(message, "shorten it, or leave it out"));
    }
    Ok(())
}

fn invalid(message: String, hint: impl Into<String>) -> Refusal {
    Refusal::new(Code::TokenInvalid, message, hint)
}
