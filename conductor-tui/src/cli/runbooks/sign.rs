//! `conductor runbooks sign`: a file's bytes, signed here and now.

use std::path::Path;

use conductor_keys::sshsig::{RUNBOOK, SignError};
use conductor_tui::{signing::Key, whole};
use serde_json::json;

use super::{SignArgs, files::signature_of};
use crate::cli::{approvals::signer, context::Context, failure::Failure, manifest_file};

/// Runs the command.
pub(super) async fn run(args: SignArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let SignArgs { files, key, review } = args;
    // What could not be published is not signed either.
    let checked = files.iter().map(|path| manifest_file::load(path, context.output));
    let checked = checked.collect::<Result<Vec<_>, _>>()?;
    let mut told = Vec::new();
    for (path, file) in files.iter().zip(checked) {
        let key = signer::choose(key.as_deref(), RUNBOOK, context).await?;
        let fingerprint = key.fingerprint().to_string();
        let signature = made(key, file.source.text, context).await?;
        let written = signature_of(path, review);
        write(&written, &signature)?;
        let (file, signature) = (path.display().to_string(), written.display().to_string());
        if context.output.is_table() {
            context.output.line(format!("{file}: signed with {fingerprint} ({signature})"))?;
        }
        told.push(json!({ "file": file, "signature": signature, "fingerprint": fingerprint }));
    }
    match told.as_slice() {
        _ if context.output.is_table() => Ok(()),
        [one] => Ok(context.output.document(one)?),
        several => Ok(context.output.list(several)?),
    }
}

/// A signature for runbooks. A security key waits for a touch: nothing else waits meanwhile.
pub(super) async fn made(
    key: Key,
    text: String,
    context: &mut Context<'_>,
) -> Result<String, Failure> {
    if key.wants_touch() {
        context.output.note("touch your security key")?;
    }
    let failed = |error: &dyn std::fmt::Display| {
        let hint = "`ssh-add -l` shows the keys that ssh-agent holds";
        Failure::usage(format!("failed to {error}"), hint)
    };
    let signed = tokio::task::spawn_blocking(move || key.sign_runbook(text.as_bytes())).await;
    let signed: Result<String, SignError> =
        signed.map_err(|_| failed(&"sign: it was cut short"))?;
    signed.map_err(|error| failed(&error))
}

/// Writes a signature whole or not at all: half of one would be refused later, elsewhere.
fn write(path: &Path, signature: &str) -> Result<(), Failure> {
    whole::share(path, signature.as_bytes())
        .map_err(|error| Failure::local(format!("write {}", path.display()), error))
}
