//! Files that a program leaves behind, kept by their digest.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use conductor_engine::{
    limits::ARTIFACT_BYTES_MAX,
    ports::{ArtifactRef, WorkPort},
};

use super::params::ArtifactParam;
use crate::{backoff::until_answered, executor::Attempt};

/// Whether a file that is not there fails the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Fails,
    /// After a failure what exists is kept and the rest is passed over.
    IsPassedOver,
}

/// Stores the files, in the order of their names in the manifest.
///
/// # Errors
/// A sentence that says which file could not be kept, and why.
pub(super) async fn keep<P: WorkPort>(
    attempt: &Attempt<P>,
    cwd: &std::path::Path,
    params: &[ArtifactParam],
    missing: Missing,
) -> Result<Vec<ArtifactRef>, String> {
    let mut kept = Vec::with_capacity(params.len());
    for param in params {
        match locate(cwd, param) {
            Ok(file) => kept.push(store(attempt, param, file).await?),
            Err(Unfit::Missing) if missing == Missing::IsPassedOver => {}
            Err(unfit) => {
                let path = param.path.display();
                return Err(format!("the artifact `{}` ({path}) {}", param.name, unfit.why()));
            }
        }
    }
    Ok(kept)
}

/// Why a path can't become an artifact.
enum Unfit {
    Missing,
    Outside,
    NotAFile,
    TooLarge(u64),
    Unreadable(io::Error),
}

impl Unfit {
    fn why(&self) -> String {
        match self {
            Self::Missing => "is missing".into(),
            Self::Outside => "is a link that leads out of the task's working folder".into(),
            Self::NotAFile => "is not a plain file".into(),
            Self::TooLarge(bytes) => {
                format!("has {bytes} bytes, more than the {ARTIFACT_BYTES_MAX} allowed")
            }
            Self::Unreadable(error) => format!("can't be read: {error}"),
        }
    }
}

/// The file's real place. Nothing of the attempt runs any more, so what is checked here is what is
/// read after it.
fn locate(cwd: &std::path::Path, param: &ArtifactParam) -> Result<PathBuf, Unfit> {
    let of_error = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unfit::Missing,
        _ => Unfit::Unreadable(error),
    };
    let file = cwd.join(&param.path).canonicalize().map_err(of_error)?;
    if !file.starts_with(cwd) {
        return Err(Unfit::Outside);
    }
    let about = file.metadata().map_err(of_error)?;
    match about.len() {
        _ if !about.is_file() => Err(Unfit::NotAFile),
        bytes if bytes > ARTIFACT_BYTES_MAX => Err(Unfit::TooLarge(bytes)),
        _ => Ok(file),
    }
}

/// A file that holds a secret is not kept: taking it out would make another file of it.
async fn refuse_secrets<P: WorkPort>(
    attempt: &Attempt<P>,
    param: &ArtifactParam,
    file: &Path,
) -> Result<(), String> {
    let Some(redactor) = attempt.redactor.clone() else { return Ok(()) };
    let (looked_at, path) = (Arc::clone(&redactor), file.to_owned());
    let found = tokio::task::spawn_blocking(move || looked_at.found_in(&path)).await;
    match found.unwrap_or_else(|error| Err(io::Error::other(error))) {
        Ok(found) if found.is_empty() => Ok(()),
        Ok(found) => Err(format!(
            "the artifact `{}` holds the secret {} and is not kept: leave it out of the file",
            param.name,
            redactor.named(found)
        )),
        Err(error) => Err(format!("the artifact `{}` can't be read: {error}", param.name)),
    }
}

async fn store<P: WorkPort>(
    attempt: &Attempt<P>,
    param: &ArtifactParam,
    file: PathBuf,
) -> Result<ArtifactRef, String> {
    let lease = &attempt.lease;
    refuse_secrets(attempt, param, &file).await?;
    let mut stop = attempt.stop.clone();
    let put = until_answered(&attempt.dice, "store an artifact", || {
        attempt.port.put_artifact(lease.run, lease.token, &file)
    });
    tokio::select! {
        answer = put => answer
            .map(|blob| ArtifactRef {
                name: param.name.clone(),
                digest: blob.digest,
                size_bytes: blob.size_bytes,
            })
            .map_err(|(code, why)| format!("the artifact `{}` was not taken: {why} ({code})", param.name)),
        reason = stop.stopped() => Err(format!("the artifact `{}` was not kept: {reason}", param.name)),
    }
}
