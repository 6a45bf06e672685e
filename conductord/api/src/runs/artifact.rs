//! Bytes of an artifact, in pieces.

use std::io::Read;

use conductor_domain::work::{run::Run, task::ArtifactRef};
use conductor_engine::{obligations::Terms, service::Engine};
use conductor_protocol::{error_code::Code, v1};

use super::read;
use crate::{
    call::Call,
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::ARTIFACT_CHUNK_BYTES,
    outlet::{Cut, Messages, Outlet},
    request,
};

pub(super) async fn artifact(
    call: &Call,
    request: v1::GetArtifactRequest,
) -> Outcome<Messages<v1::ArtifactChunk>> {
    let scope = call.scope(request.scope)?;
    let (run, standing) = read::follow(call, &scope, &request.run_id).await?;
    let (task, artifact) = named(&run, &request.name)?;
    let (task, artifact) = (task.to_owned(), artifact.clone());
    may_be_whole(&task, &*standing.terms().await?)?;
    let engine = call.engine().clone();
    let digest = artifact.digest.clone();
    let source = on_disk(move || open(&engine, &digest)).await?;
    Ok(Outlet::start(standing, move |outlet| send(outlet, (task, artifact), source)))
}

/// Refuses where anything of what a task gives is masked.
fn may_be_whole(task: &str, terms: &Terms) -> Outcome<()> {
    if !terms.mask.covers_outputs_of(task) {
        return Ok(());
    }
    let message = format!("policy masks what `{task}` gives, and an artifact has no parts to mask");
    Err(Failure::new(Code::PermissionDenied, message, "ask for a role that may see it"))
}

/// The artifact of that name, or of `task/name` where several tasks have one.
fn named<'r>(run: &'r Run, name: &str) -> Outcome<(&'r str, &'r ArtifactRef)> {
    let mut all = run.tasks.iter().flat_map(|task| task.artifacts.iter().map(move |a| (task, a)));
    let found = all.find(|(task, artifact)| {
        let with_task = name.strip_prefix(task.id.as_str()).and_then(|rest| rest.strip_prefix('/'));
        artifact.name == name || with_task == Some(artifact.name.as_str())
    });
    found.map(|(task, artifact)| (task.id.as_str(), artifact)).ok_or_else(|| {
        let message = format!("the run left no artifact `{}` behind", request::shown(name));
        Failure::new(Code::ArtifactNotFound, message, "`conductor runs show` lists its artifacts")
    })
}

type Source = Box<dyn Read + Send>;

fn open(engine: &Engine, digest: &str) -> Outcome<Source> {
    engine.blobs().open(digest).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::new(
            Code::ArtifactNotFound,
            "the artifact's bytes are not stored here any more",
            "run it again to make them anew",
        ),
        _ => Failure::disk("open the artifact", &error),
    })
}

async fn send(
    outlet: Outlet<v1::ArtifactChunk>,
    (task, artifact): (String, ArtifactRef),
    mut source: Source,
) -> Result<(), Cut> {
    let mut sent = 0;
    loop {
        let (data, rest) = on_disk(move || piece(source)).await?;
        may_be_whole(&task, &*outlet.terms().await?)?;
        source = rest;
        // An empty artifact is one empty message.
        if data.is_empty() && sent > 0 {
            return Ok(());
        }
        sent += 1;
        let (digest, size_bytes) = (artifact.digest.clone(), artifact.size_bytes);
        let over = data.is_empty();
        outlet.send(v1::ArtifactChunk { data, digest, size_bytes }).await?;
        if over {
            return Ok(());
        }
    }
}

fn piece(mut source: Source) -> Outcome<(Vec<u8>, Source)> {
    let mut data = Vec::new();
    let bound = u64::try_from(ARTIFACT_CHUNK_BYTES).unwrap_or(u64::MAX);
    let read = source.by_ref().take(bound).read_to_end(&mut data);
    read.map_err(|error| Failure::disk("read the artifact", &error))?;
    Ok((data, source))
}
