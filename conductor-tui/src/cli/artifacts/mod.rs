//! `conductor artifacts`: files that belong to runs.

mod args;
mod retention;
mod shown;
mod upload;

use conductor_protocol::v1;

pub(crate) use self::args::ArtifactsCommand;
use self::args::{ChangeArgs, DownloadArgs, ListArgs, ShowArgs};
use super::{
    artifact::Arriving,
    context::Context,
    failure::Failure,
    output::to_value,
    pages::{self, PAGE_SIZE},
};

/// Runs the command.
pub(super) async fn run(
    command: ArtifactsCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        ArtifactsCommand::Upload(args) => Box::pin(upload::run(args, context)).await,
        ArtifactsCommand::List(args) => list(args, context).await,
        ArtifactsCommand::Show(args) => show(args, context).await,
        ArtifactsCommand::Download(args) => download(args, context).await,
        ArtifactsCommand::Hold(args) => hold(args, context).await,
        ArtifactsCommand::Release(args) => release(args, context).await,
        ArtifactsCommand::Retention(args) => retention::run(&args, context).await,
    }
}

async fn list(args: ListArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let ListArgs { run, kind, held } = args;
    let (connection, scope) = (&context.connection, context.scope());
    let artifacts = pages::all(|page_token| {
        let (scope, run_id, kind) = (scope.clone(), run.clone(), kind.clone());
        let page_size = PAGE_SIZE;
        let request = v1::ListArtifactsRequest { scope, run_id, kind, held, page_size, page_token };
        async move {
            let page = connection.list_artifacts(request).await?;
            Ok((page.artifacts, page.next_page_token))
        }
    });
    let artifacts = artifacts.await?;
    if context.output.listed(&artifacts)? {
        return Ok(());
    }
    let table = shown::table(&artifacts, &context.output.clock);
    Ok(context.output.table(&table)?)
}

async fn show(args: ShowArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (scope, artifact_id) = (context.scope(), args.artifact);
    let request = v1::GetArtifactRecordRequest { scope, artifact_id };
    let answer = context.connection.get_artifact(request).await?;
    shown::one(&answer.artifact.unwrap_or_default(), context)
}

async fn download(args: DownloadArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let (scope, artifact_id) = (context.scope(), args.artifact.clone());
    let request = v1::DownloadArtifactRequest { scope, artifact_id };
    let mut stream = context.connection.download_artifact(request).await?;
    let mut arriving = Arriving::begin(args.file.as_deref())?;
    while let Some(piece) = stream.next().await? {
        arriving.take(&piece.data, piece.digest, context.output)?;
    }
    arriving.finish(&args.artifact, context.output)
}

async fn hold(args: ChangeArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let ChangeArgs { artifact: artifact_id, reason, idempotency_key } = args;
    let scope = context.scope();
    let request = v1::HoldArtifactRequest { scope, artifact_id, reason, idempotency_key };
    let answer = context.connection.hold_artifact(request).await?;
    told(&answer.artifact.unwrap_or_default(), "is held", context)
}

async fn release(args: ChangeArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let ChangeArgs { artifact: artifact_id, reason, idempotency_key } = args;
    let scope = context.scope();
    let request = v1::ReleaseArtifactRequest { scope, artifact_id, reason, idempotency_key };
    let answer = context.connection.release_artifact(request).await?;
    told(&answer.artifact.unwrap_or_default(), "is held no more", context)
}

fn told(
    artifact: &v1::ArtifactRecord,
    what: &str,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    if !context.output.is_table() {
        return Ok(context.output.document(&to_value(artifact))?);
    }
    Ok(context.output.line(format!("artifact {} {what}", artifact.artifact_id))?)
}
