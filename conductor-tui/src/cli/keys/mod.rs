//! `conductor keys`: by which SSH keys people are known.

mod args;
mod chosen;
mod shown;

use std::{error::Error as _, path::Path};

use conductor_keys::allowed_signers::{AllowedSignersError, SignerLine, TimeZone};
use conductor_protocol::v1;
use serde_json::json;

pub(crate) use self::args::KeysCommand;
use self::args::{EnrollArgs, ExportArgs, ListArgs, RevokeArgs};
use super::{
    context::Context,
    failure::Failure,
    output::to_value,
    pages::{self, PAGE_SIZE},
};

/// What the namespaces of signatures end with.
const NAMESPACE_ENDING: &str = "@conductor";

/// Runs the command.
pub(super) async fn run(command: KeysCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        KeysCommand::Enroll(args) => enroll(*args, context).await,
        KeysCommand::List(args) => list(args, context).await,
        KeysCommand::Revoke(args) => revoke(args, context).await,
        KeysCommand::Export(args) => export(&args, context).await,
    }
}

async fn enroll(args: EnrollArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let idempotency_key = args.idempotency_key.clone();
    let (allowed_signers, keys) = match &args.from {
        Some(path) => (lines(path)?, Vec::new()),
        None => (String::new(), vec![new_key(args, context)?]),
    };
    let scope = context.scope();
    let request = v1::EnrollKeysRequest { scope, allowed_signers, keys, idempotency_key };
    let answer = context.connection.enroll_keys(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let done = if answer.changed { "is enrolled" } else { "is enrolled so already" };
    for key in &answer.keys {
        let v1::EnrolledKey { fingerprint, principal, .. } = key;
        context.output.line(format!("key {fingerprint} of {principal} {done}"))?;
    }
    Ok(())
}

fn new_key(args: EnrollArgs, context: &mut Context<'_>) -> Result<v1::NewKey, Failure> {
    let public_key = match &args.key {
        Some(path) => chosen::from_file(path)?,
        None => chosen::from_agent(context)?,
    };
    let time = |seconds: u64| pbjson_types::Timestamp {
        seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        nanos: 0,
    };
    let whole = |name: String| match name.contains('@') {
        true => name,
        false => name + NAMESPACE_ENDING,
    };
    Ok(v1::NewKey {
        principal: args.principal.unwrap_or_default(),
        public_key,
        namespaces: args.namespace.into_iter().map(whole).collect(),
        valid_after: args.valid_after.map(time),
        valid_before: args.valid_before.map(time),
        cert_authority: args.cert_authority,
    })
}

/// The lines of a file, with its times as this machine reads them: the daemon's zone is another.
fn lines(path: &Path) -> Result<String, Failure> {
    let text = chosen::read(path)?;
    let read = SignerLine::read_all(&text, &TimeZone::system());
    let lines = read.map_err(|error| unreadable(path, &error))?;
    Ok(lines.iter().map(|(_, line)| format!("{line}\n")).collect())
}

fn unreadable(path: &Path, error: &AllowedSignersError) -> Failure {
    let why = error.source().map(|why| format!(": {why}")).unwrap_or_default();
    Failure::Invalid(format!("{}: failed to {error}{why}", path.display()))
}

async fn list(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let principal = match args.mine {
        true => {
            let request = v1::WhoAmIRequest { scope: context.scope() };
            context.connection.who_am_i(request).await?.principal
        }
        false => args.principal.unwrap_or_default(),
    };
    let (connection, scope) = (&context.connection, context.scope());
    let keys = pages::all(|page_token| {
        let (scope, principal) = (scope.clone(), principal.clone());
        let request = v1::ListKeysRequest { scope, principal, page_size: PAGE_SIZE, page_token };
        async move {
            let page = connection.list_keys(request).await?;
            Ok((page.keys, page.next_page_token))
        }
    });
    let keys = keys.await?;
    shown::list(&keys, context)
}

async fn revoke(args: RevokeArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let RevokeArgs { fingerprint, reason, idempotency_key } = args;
    let scope = context.scope();
    let request = v1::RevokeKeyRequest { scope, fingerprint, reason, idempotency_key };
    let answer = context.connection.revoke_key(request).await?;
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(&answer))?);
    }
    let v1::EnrolledKey { fingerprint, principal, .. } = answer.key.unwrap_or_default();
    let done = if answer.changed { "is revoked" } else { "was revoked before" };
    Ok(context.output.line(format!("key {fingerprint} of {principal} {done}"))?)
}

async fn export(args: &ExportArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (allowed, revoked) = exported(context).await?;
    if context.output.is_table() {
        let text = if args.revoked { revoked } else { allowed };
        return Ok(context.output.raw(text.as_bytes())?);
    }
    let document = json!({ "allowedSigners": allowed, "revokedKeys": revoked });
    Ok(context.output.document(&document)?)
}

/// The tenant's allowed signers, and its revoked keys.
pub(super) async fn exported(context: &Context<'_>) -> Result<(String, String), Failure> {
    let (connection, scope) = (&context.connection, context.scope());
    let pages = pages::all(|page_token| {
        let scope = scope.clone();
        let request = v1::ExportKeysRequest { scope, page_size: PAGE_SIZE, page_token };
        async move {
            let page = connection.export_keys(request).await?;
            Ok((vec![(page.allowed_signers, page.revoked_keys)], page.next_page_token))
        }
    });
    let (allowed, revoked): (Vec<String>, Vec<String>) = pages.await?.into_iter().unzip();
    Ok((allowed.concat(), revoked.concat()))
}
