//! Bytes of an artifact, in pieces.

use conductor_domain::work::{run::Run, task::ArtifactRef};
use conductor_engine::obligations::Terms;
use conductor_protocol::{error_code::Code, v1};

use super::read;
use crate::{
    call::Call,
    content::Content,
    failure::{Failure, Outcome},
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
    let gone = "run it again to make them anew";
    let content = Content::open(call.engine(), &artifact.digest, gone).await?;
    Ok(Outlet::start(standing, move |outlet| send(outlet, (task, artifact), content)))
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

async fn send(
    outlet: Outlet<v1::ArtifactChunk>,
    (task, artifact): (String, ArtifactRef),
    mut content: Content,
) -> Result<(), Cut> {
    while let Some(data) = content.next().await? {
        may_be_whole(&task, &*outlet.terms().await?)?;
        let (digest, size_bytes) = (artifact.digest.clone(), artifact.size_bytes);
        outlet.send(v1::ArtifactChunk { data, digest, size_bytes }).await?;
    }
    Ok(())
}
