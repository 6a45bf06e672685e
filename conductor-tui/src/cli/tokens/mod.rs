//! `conductor tokens`: what programs act with.

mod args;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use conductor_protocol::{token::SERVICE, v1};
use serde_json::json;

pub(crate) use self::args::TokensCommand;
use self::args::{CreateArgs, ListArgs, RevokeArgs};
use super::{
    context::Context,
    failure::Failure,
    output::{Cell, Column, Meaning, Table, one_line, to_value},
    pages::{self, PAGE_SIZE},
};

/// Runs the command.
pub(super) async fn run(command: TokensCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        TokensCommand::Create(args) => create(args, context).await,
        TokensCommand::List(args) => list(args, context).await,
        TokensCommand::Revoke(args) => revoke(args, context).await,
    }
}

async fn create(args: CreateArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    if args.file.is_none() && io::stdout().is_terminal() {
        let message = "a token is not shown on a terminal";
        return Err(Failure::usage(message, "write it elsewhere: -O FILE, or TOKEN=$(…)"));
    }
    // Before it is issued: one that can't be written would be good, and nobody's.
    let file = args.file.as_deref().map(fresh).transpose()?;
    let request = v1::IssueTokenRequest {
        scope: context.scope(),
        service: principal(&args.service),
        scopes: args.scopes.iter().map(ToString::to_string).collect(),
        duration_ms: args.expires,
        description: args.description,
    };
    let answer = context.connection.issue_token(request).await;
    if let (Err(_), Some(path)) = (&answer, &args.file) {
        // What is empty holds nothing that could be missed.
        fs::remove_file(path).ok();
    }
    let v1::IssueTokenResponse { secret, token } = answer?;
    let token = token.unwrap_or_default();
    let written = file.is_some();
    if let (Some(mut file), Some(path)) = (file, &args.file) {
        let done = file.write_all(secret.as_bytes()).and_then(|()| file.sync_all());
        done.map_err(|error| Failure::local(format!("write {}", path.display()), error))?;
    }
    if !context.output.is_table() {
        let secret = if written { String::new() } else { secret };
        let document = json!({ "secret": secret, "token": to_value(&token) });
        return Ok(context.output.document(&document)?);
    }
    if !written {
        context.output.line(secret)?;
    }
    let until = context.output.clock.date_time(token.expires_at.as_ref());
    let v1::Token { token_id, principal, .. } = &token;
    let told = format!("token {token_id} of {principal} is good until {until}");
    Ok(context.output.note(told)?)
}

/// A file that was not there, and that nobody else can read.
fn fresh(path: &Path) -> Result<File, Failure> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::Exists {
            message: format!("{} is there already", path.display()),
            hint: "name another file, or remove it".to_owned(),
        },
        _ => Failure::local(format!("write {}", path.display()), error),
    })
}

/// A service as a principal; who writes it so already means it so.
fn principal(service: &str) -> String {
    match service.split_once(':') {
        Some((SERVICE, _)) => service.to_owned(),
        _ => format!("{SERVICE}:{service}"),
    }
}

async fn list(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let service = args.service.as_deref().map(principal).unwrap_or_default();
    let (connection, scope) = (&context.connection, context.scope());
    let tokens = pages::all(|page_token| {
        let (scope, service) = (scope.clone(), service.clone());
        let request = v1::ListTokensRequest { scope, service, page_size: PAGE_SIZE, page_token };
        async move {
            let page = connection.list_tokens(request).await?;
            Ok((page.tokens, page.next_page_token))
        }
    });
    let tokens = tokens.await?;
    if context.output.listed(&tokens)? {
        return Ok(());
    }
    let mut table = Table::new(&[
        Column::fixed("token"),
        Column::fixed("service"),
        Column::text("scopes"),
        Column::text("description"),
        Column::fixed("issued"),
        Column::text("by"),
        Column::fixed("expires"),
        Column::fixed("last used"),
        Column::fixed("state"),
    ]);
    for token in tokens {
        let (word, meaning) = state(token.state());
        let time = |at: &Option<_>| context.output.clock.date_time(at.as_ref());
        let [issued, expires, used] =
            [&token.issued_at, &token.expires_at, &token.used_at].map(time);
        table.row([
            token.token_id.into(),
            Cell::of(one_line(&token.principal), Meaning::Strong),
            one_line(&token.scopes.join(" ")).into(),
            one_line(&token.description).into(),
            issued.into(),
            one_line(&token.issued_by).into(),
            expires.into(),
            used.into(),
            Cell::of(word, meaning),
        ]);
    }
    Ok(context.output.table(&table)?)
}

/// In a word, with what that stands for.
const fn state(state: v1::TokenState) -> (&'static str, Meaning) {
    match state {
        v1::TokenState::Active => ("active", Meaning::Good),
        v1::TokenState::Expired => ("expired", Meaning::Dim),
        v1::TokenState::Revoked => ("revoked", Meaning::Bad),
        v1::TokenState::Unspecified => ("unknown", Meaning::Plain),
    }
}

async fn revoke(args: RevokeArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let RevokeArgs { token: token_id, reason, idempotency_key } = args;
    let scope = context.scope();
    let request = v1::RevokeTokenRequest { scope, token_id, reason, idempotency_key };
    let answer = context.connection.revoke_token(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let v1::Token { token_id, principal, .. } = answer.token.unwrap_or_default();
    let done = if answer.changed { "is revoked" } else { "was revoked before" };
    Ok(context.output.line(format!("token {token_id} of {principal} {done}"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_named_with_or_without_its_kind() {
        for named in ["deploy", "service:deploy"] {
            assert_eq!(principal(named), "service:deploy");
        }
        assert_eq!(principal("uid:1"), "service:uid:1", "which the daemon refuses");
    }

    #[test]
    fn a_token_is_written_where_nobody_else_reads_it_and_over_nothing() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deploy.token");
        drop(fresh(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(matches!(fresh(&path), Err(Failure::Exists { .. })));
    }
}
