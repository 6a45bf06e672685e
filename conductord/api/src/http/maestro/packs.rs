//! Disclosure packs.

use conductor_protocol::{
    json::shown,
    v1::{self, tracked_server::Tracked as _},
};
use serde_json::{Value, json};

use super::runs::{page_size, texts};
use crate::{
    http::{
        asked::{Asked, Reply},
        refused::Refused,
        runbooks::{object, text},
    },
    tracked,
};

pub(super) async fn create(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let request = v1::DiscloseRequest {
        scope: Some(asked.scope.clone()),
        run_id: text(&body, "run_id"),
        summary: text(&body, "summary"),
        artifact_ids: texts(&body, "artifact_ids").unwrap_or_default(),
        metadata_json: object(&body, "metadata"),
        idempotency_key: asked.idempotency_key()?,
    };
    let answered = tracked::Service(asked.api.clone()).disclose(asked.request(request)).await?;
    let made = answered.into_inner().disclosure.unwrap_or_default();
    Ok(Reply::json(pack(&made)).at(&format!("/maestro/disclosure-packs/{}", made.disclosure_id)))
}

pub(super) async fn list(asked: Asked) -> Result<Reply, Refused> {
    let query = asked.shaped()?;
    let request = v1::ListDisclosuresRequest {
        scope: Some(asked.scope.clone()),
        page_size: page_size(&query),
        page_token: text(&query, "page_token"),
        run_id: text(&query, "run_id"),
    };
    let service = tracked::Service(asked.api.clone());
    let answered = service.list_disclosures(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    let packs: Vec<Value> = message.disclosures.iter().map(pack).collect();
    Ok(asked.given(Value::Array(packs), &metadata).next(&asked, &message.next_page_token))
}

pub(super) async fn get(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    let (scope, disclosure_id) = (Some(asked.scope.clone()), asked.param("pack_id"));
    let request = asked.request(v1::GetDisclosureRequest { scope, disclosure_id });
    let answered = tracked::Service(asked.api.clone()).get_disclosure(request).await?;
    Ok(Reply::json(pack(&answered.into_inner().disclosure.unwrap_or_default())))
}

/// A pack as it is shown here.
pub(super) fn pack(known: &v1::Disclosure) -> Value {
    let plain = serde_json::to_value(known).unwrap_or_default();
    let shown = shown(".conductor.v1.Disclosure", plain);
    json!({
        "id": known.disclosure_id,
        "run_id": known.run_id,
        "summary": known.summary,
        "artifact_ids": known.artifact_ids,
        "created_at": shown["createdAt"],
        "metadata": shown["metadata"],
    })
}
