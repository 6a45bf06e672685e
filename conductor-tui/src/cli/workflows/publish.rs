//! `conductor workflows publish`: files become versions, and receipts come back.

use std::path::{Path, PathBuf};

use conductor_protocol::{manifest, v1};
use conductor_tui::signing::signed_by;

use super::{
    super::{context::Context, failure::Failure, manifest_file, output::to_value, runbooks},
    git,
};

/// Which signatures go with the files.
pub(super) struct Signed {
    /// These, of one file; those that lie beside it when there are none.
    pub(super) named: Vec<PathBuf>,
    /// None at all.
    pub(super) none: bool,
}

/// Publishes files, all of which are checked before the first is published.
pub(super) async fn run(
    files: &[PathBuf],
    (key, signed): (&str, &Signed),
    told: bool,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if files.len() > 1 && !signed.named.is_empty() {
        let message = "one file's signatures are not those of several";
        return Err(Failure::usage(message, "publish one file a call"));
    }
    if files.len() > 1 && !key.is_empty() {
        let message = "one idempotency key can't stand for several requests";
        return Err(Failure::usage(message, "publish one file a call"));
    }
    let checked: Vec<_> =
        files.iter().map(|path| manifest_file::load(path, context.output)).collect();
    let checked = checked.into_iter().collect::<Result<Vec<_>, _>>()?;
    let with = |path: &PathBuf| match signed.none {
        true => Ok(Vec::new()),
        false => runbooks::beside(path, &signed.named),
    };
    let signatures = files.iter().map(with).collect::<Result<Vec<_>, _>>()?;
    let mut answers = Vec::new();
    for ((path, file), signatures) in files.iter().zip(checked).zip(signatures) {
        let source = Source { path, written: file.source, told, signatures };
        let answer = publish(source, key, context).await?;
        if context.output.is_table() {
            say(&answer, context)?;
        } else {
            answers.push(to_value(&answer));
        }
    }
    match answers.as_slice() {
        [] => {}
        [one] => context.output.document(one)?,
        several => context.output.list(several)?,
    }
    Ok(())
}

fn say(answer: &v1::PublishWorkflowResponse, context: &mut Context<'_>) -> Result<(), Failure> {
    let workflow = answer.workflow.clone().unwrap_or_default();
    let signed = match workflow.signatures.as_slice() {
        [] => String::new(),
        _ => signed_by(&workflow),
    };
    let receipt = workflow.receipt.unwrap_or_default();
    let done = if answer.created { "published" } else { "published before" };
    let (name, version) = (workflow.name, workflow.version);
    context.output.line(format!("{name} {version}: {done} ({})", workflow.digest))?;
    context.output.line(format!("  receipt {} for ledger record {}", receipt.id, receipt.seq))?;
    if !signed.is_empty() {
        context.output.line(format!("  {signed}"))?;
    }
    Ok(())
}

/// A manifest that is to be published, and where it comes from.
pub(crate) struct Source<'a> {
    pub(crate) path: &'a Path,
    pub(crate) written: manifest::Source,
    /// Whether the file and its repository may be named.
    pub(crate) told: bool,
    /// Its author's signature, then those of reviewers.
    pub(crate) signatures: Vec<String>,
}

/// Publishes a manifest.
pub(crate) async fn publish(
    source: Source<'_>,
    key: &str,
    context: &Context<'_>,
) -> Result<v1::PublishWorkflowResponse, Failure> {
    let request = v1::PublishWorkflowRequest {
        scope: context.scope(),
        provenance: Some(provenance(&source)),
        media_type: source.written.media_type.to_string(),
        manifest: source.written.text,
        signatures: source.signatures,
        idempotency_key: key.to_owned(),
    };
    Ok(context.connection.publish_workflow(request).await?)
}

fn provenance(source: &Source<'_>) -> v1::Provenance {
    let client = concat!("conductor/", env!("CARGO_PKG_VERSION")).to_owned();
    let is_file = source.path.as_os_str() != "-";
    if !source.told || !is_file {
        return v1::Provenance { client, ..v1::Provenance::default() };
    }
    v1::Provenance {
        file: source.path.display().to_string(),
        client,
        repository: git::repository_of(source.path),
        // The daemon computes it from the bytes that it gets.
        source_digest: String::new(),
    }
}
