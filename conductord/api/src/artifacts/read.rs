//! Artifacts shown and listed.

use std::sync::Arc;

use conductor_domain::{retention::Retention, scope::Scope, trust::artifact::Artifact};
use conductor_engine::views::{ArtifactFilter, ArtifactRow};
use conductor_protocol::{
    id::{ArtifactId, RunId},
    v1,
};

use super::{READ, about, find, kind, no_run, shown, summary, unknown};
use crate::{
    call::Call,
    convert,
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

pub(super) async fn get(
    call: &Call,
    request: v1::GetArtifactRecordRequest,
) -> Outcome<v1::GetArtifactRecordResponse> {
    let scope = call.scope(request.scope)?;
    let id: ArtifactId = request::id("artifact", &request.artifact_id)?;
    let known = find(call, &scope, id)?;
    let run = known.as_ref().map(|(known, _)| summary(call, &scope, known.run)).transpose()?;
    let run = run.flatten();
    call.may(&scope, about(run.as_ref(), READ, ("artifact", &request.artifact_id))).await?;
    let row = known.ok_or_else(|| unknown(&scope, id))?;
    Ok(v1::GetArtifactRecordResponse { artifact: Some(shown(call, &scope, row).await?) })
}

pub(super) async fn list(
    call: &Call,
    request: v1::ListArtifactsRequest,
) -> Outcome<v1::ListArtifactsResponse> {
    let scope = call.scope(request.scope)?;
    let wanted: Option<RunId> = match request.run_id.as_str() {
        "" => None,
        id => Some(request::id("run", id)?),
    };
    let filter =
        ArtifactFilter { run: wanted, kind: kind(&request.kind, None)?, held: request.held };
    let before = page(&request.page_token)?;
    let run = wanted.map(|id| summary(call, &scope, id)).transpose()?.flatten();
    let named = if wanted.is_some() { "run" } else { "artifact" };
    call.may(&scope, about(run.as_ref(), READ, (named, &request.run_id))).await?;
    if let Some(id) = wanted.filter(|_| run.is_none()) {
        return Err(no_run(&scope, id));
    }
    let size = request::page_size(request.page_size);
    let (views, tenant) = (Arc::clone(call.engine().views()), scope.tenant.clone());
    let page = on_disk(move || views.artifacts((&tenant, filter), before, size)).await?;
    let next = page.next.map(|id| format!("v1:{id}")).unwrap_or_default();
    let rows = page.rows.into_iter().filter(|(known, _)| known.scope == scope).collect();
    let artifacts = shown_all(call, &scope, rows).await?;
    Ok(v1::ListArtifactsResponse { artifacts, next_page_token: next })
}

/// Where a page goes on.
pub(super) fn page(token: &str) -> Outcome<Option<ArtifactId>> {
    if token.is_empty() {
        return Ok(None);
    }
    let id = token.strip_prefix("v1:").and_then(|id| id.parse().ok());
    id.map(Some).ok_or_else(request::bad_page_token)
}

/// A tenant's retention.
pub(super) fn retention(call: &Call, scope: &Scope) -> Retention {
    let known = call.engine().views().tenant(&scope.tenant);
    known.and_then(|known| known.settings.retention).unwrap_or_default()
}

/// Artifacts as they go over the wire; of what tasks left behind their contents are looked into.
pub(super) async fn shown_all(
    call: &Call,
    scope: &Scope,
    rows: Vec<ArtifactRow>,
) -> Outcome<Vec<v1::ArtifactRecord>> {
    let rule = (retention(call, scope), call.engine().now());
    let engine = call.engine().clone();
    on_disk(move || {
        let shown = rows.iter().map(|(known, standing)| {
            let shows = engine.shown_by(known);
            let signature = engine.signature_shown(known);
            let known = &Artifact { signature, ..Artifact::clone(known) };
            convert::artifact::artifact(known, standing.as_deref(), shows, rule)
        });
        Ok::<_, Failure>(shown.collect())
    })
    .await
}

/// All artifacts of a run, oldest first. Reads the disk.
pub(crate) fn all_of_run(call: &Call, tenant: &str, run: RunId) -> Outcome<Vec<ArtifactRow>> {
    let filter = ArtifactFilter { run: Some(run), ..ArtifactFilter::default() };
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let views = call.engine().views();
        let page = views.artifacts((tenant, filter), before, request::page_size(u32::MAX))?;
        rows.extend(page.rows);
        before = page.next;
        if before.is_none() {
            rows.reverse();
            return Ok(rows);
        }
    }
}

/// A name for people.
pub(super) fn named(known: &Artifact) -> String {
    format!("artifact {} ({})", known.id, request::shown(&known.name))
}
