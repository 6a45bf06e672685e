//! Bytes of an artifact, in pieces.

use conductor_domain::trust::artifact::Standing as Stands;
use conductor_protocol::{error_code::Code, id::ArtifactId, v1};

use super::{READ, about, find, is_of_task, read::named, summary, unknown};
use crate::{
    call::Call,
    content::Content,
    failure::{Failure, Outcome},
    outlet::{Cut, Messages, Outlet},
    request,
    standing::Standing,
};

pub(super) async fn download(
    call: &Call,
    request: v1::DownloadArtifactRequest,
) -> Outcome<Messages<v1::DownloadArtifactResponse>> {
    let scope = call.scope(request.scope)?;
    let id: ArtifactId = request::id("artifact", &request.artifact_id)?;
    let known = find(call, &scope, id)?;
    let run = known.as_ref().map(|(known, _)| summary(call, &scope, known.run)).transpose()?;
    let (run, name) = (run.flatten(), request.artifact_id);
    // What a task left behind may hold what policy masks of its run.
    let of_task = known.as_ref().is_some_and(|(known, _)| is_of_task(known));
    let besides = (run.clone(), name.clone());
    let standing = Standing::to_show_whole(call, &scope, move |call, scope| {
        call.rule(scope, about(run.as_ref(), READ, ("artifact", &name)))
    });
    let mut standing = standing.await?;
    if of_task {
        let (run, _) = besides;
        let read = move |call: &Call, scope: &_| {
            let id = run.as_ref().map(|run| run.id.to_string()).unwrap_or_default();
            call.rule(scope, about(run.as_ref(), "run.read", ("run", &id)))
        };
        standing = standing.and(read).await?;
    }
    let (known, stands) = known.ok_or_else(|| unknown(&scope, id))?;
    if let Some(Stands::Expired { reason, .. }) = stands.as_deref() {
        let message = format!("the content of {} was removed: {reason}", named(&known));
        return Err(Failure::new(Code::ArtifactExpired, message, "its digest stays on record"));
    }
    let Some(digest) = known.location.digest().map(str::to_owned) else {
        let message = format!("{} is not stored here", named(&known));
        let hint = "`conductor artifacts show` says where it is";
        return Err(Failure::new(Code::ArtifactNotFound, message, hint));
    };
    let size_bytes = known.location.stored_bytes();
    let content = Content::open(call.engine(), &digest, "its digest stays on record").await?;
    Ok(Outlet::start(standing, move |outlet| send(outlet, (digest, size_bytes), content)))
}

async fn send(
    outlet: Outlet<v1::DownloadArtifactResponse>,
    (digest, size_bytes): (String, u64),
    mut content: Content,
) -> Result<(), Cut> {
    while let Some(data) = content.next().await? {
        let digest = digest.clone();
        outlet.send(v1::DownloadArtifactResponse { data, digest, size_bytes }).await?;
    }
    Ok(())
}
