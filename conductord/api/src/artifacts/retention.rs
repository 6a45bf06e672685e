//! What would go by the tenant's retention, and letting it go.

use std::sync::Arc;

use conductor_domain::trust::artifact::{Standing, limits::EXPIRED_AT_ONCE_MAX};
use conductor_engine::command::{Answer, Command};
use conductor_protocol::{id::ArtifactId, v1};

use super::{READ, read};
use crate::{
    call::{Ask, Call, idempotency},
    convert,
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

pub(super) async fn due(
    call: &Call,
    request: v1::RetentionRequest,
) -> Outcome<v1::RetentionResponse> {
    let scope = call.scope(request.scope)?;
    let after = read::page(&request.page_token)?;
    call.may(&scope, Ask::all(READ, "artifact")).await?;
    let rule = read::retention(call, &scope);
    let before = rule.over_before(call.engine().now());
    let (views, tenant) = (Arc::clone(call.engine().views()), scope.tenant.clone());
    let size = request::page_size(request.page_size);
    let page = on_disk(move || views.artifacts_before((&tenant, before), after, size)).await?;
    let next = page.next.map(|id| format!("v1:{id}")).unwrap_or_default();
    let why: Vec<(bool, String)> = page
        .rows
        .iter()
        .map(|(_, standing)| match standing.as_deref() {
            Some(Standing::Held { by, reason, .. }) => (false, format!("held by {by}: {reason}")),
            _ => (true, rule.rule()),
        })
        .collect();
    let shown = read::shown_all(call, &scope, page.rows).await?;
    let rows = shown.into_iter().zip(why).map(|(artifact, (goes, reason))| v1::RetentionRow {
        artifact: Some(artifact),
        goes,
        reason,
    });
    Ok(v1::RetentionResponse {
        hot_days: rule.hot_days,
        warm_days: rule.warm_days,
        cold_days: rule.cold_days,
        rows: rows.collect(),
        next_page_token: next,
    })
}

pub(super) async fn expire(
    call: &Call,
    request: v1::ExpireArtifactsRequest,
) -> Outcome<v1::ExpireArtifactsResponse> {
    let scope = call.scope(request.scope)?;
    if request.artifact_ids.is_empty() || request.artifact_ids.len() > EXPIRED_AT_ONCE_MAX {
        let message = format!("the contents of 1 to {EXPIRED_AT_ONCE_MAX} artifacts go at once");
        return Err(Failure::invalid(message, "name fewer, and ask again for the rest"));
    }
    let ids = request.artifact_ids.iter().map(|id| request::id("artifact", id));
    let ids: Vec<ArtifactId> = ids.collect::<Outcome<_>>()?;
    let key = idempotency(request.idempotency_key, &(convert::scope(&scope), &ids))?;
    let ask = Ask::all("artifact.expire", "artifact");
    match call.change(&scope, ask, Command::ExpireArtifacts(ids), key).await? {
        Answer::Expired(ids, size_bytes) => {
            let artifact_ids = ids.iter().map(ToString::to_string).collect();
            Ok(v1::ExpireArtifactsResponse { artifact_ids, size_bytes })
        }
        _ => Err(Failure::bug("the end of artifacts was answered with something else")),
    }
}
