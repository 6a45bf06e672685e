//! Tracked runs.

use conductor_protocol::{
    json::shown,
    v1::{self, tracked_server::Tracked as _},
};
use serde_json::{Map, Value, json};

use crate::{
    http::{
        asked::{Asked, Reply},
        etag::{self, ETag},
        refused::Refused,
        runbooks::{object, text},
    },
    tracked,
};

/// Millionths of a dollar in one.
const MICROS: f64 = 1_000_000.0;

pub(super) async fn create(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let request = v1::CreateTrackedRequest {
        scope: Some(asked.scope.clone()),
        name: text(&body, "name"),
        owner: text(&body, "owner"),
        status: standing(&body).into(),
        cost_estimate_micros: micros(&body, "cost_estimate"),
        related_entity_ids: texts(&body, "related_entity_ids").unwrap_or_default(),
        related_decision_ids: texts(&body, "related_decision_ids").unwrap_or_default(),
        metadata_json: object(&body, "metadata"),
        idempotency_key: asked.idempotency_key()?,
    };
    let answered = tracked::Service(asked.api.clone()).create(asked.request(request)).await?;
    let run = answered.into_inner().run.unwrap_or_default();
    Ok(tagged(&run).at(&format!("/maestro/runs/{}", run.run_id)))
}

pub(super) async fn list(asked: Asked) -> Result<Reply, Refused> {
    let query = asked.shaped()?;
    let request = v1::ListTrackedRequest {
        scope: Some(asked.scope.clone()),
        page_size: page_size(&query),
        page_token: text(&query, "page_token"),
        owner: text(&query, "owner"),
        status: standing(&query).into(),
    };
    let answered = tracked::Service(asked.api.clone()).list(asked.request(request)).await?;
    let (metadata, message, _) = answered.into_parts();
    let runs: Vec<Value> = message.runs.iter().map(run).collect();
    Ok(asked.given(Value::Array(runs), &metadata).next(&asked, &message.next_page_token))
}

pub(super) async fn get(asked: Asked) -> Result<Reply, Refused> {
    asked.shaped()?;
    Ok(tagged(&find(&asked).await?))
}

/// The run that the path names.
pub(super) async fn find(asked: &Asked) -> Result<v1::TrackedRun, Refused> {
    let (scope, run_id) = (Some(asked.scope.clone()), asked.param("run_id"));
    let request = asked.request(v1::GetTrackedRequest { scope, run_id });
    let answered = tracked::Service(asked.api.clone()).get(request).await?;
    Ok(answered.into_inner().run.unwrap_or_default())
}

pub(super) async fn change(asked: Asked) -> Result<Reply, Refused> {
    let body = asked.shaped()?;
    let ids = |name| texts(&body, name).map(|ids| v1::ForeignIds { ids });
    let finished_at = body.get("finished_at").filter(|at| !at.is_null()).cloned();
    let request = v1::ChangeTrackedRequest {
        scope: Some(asked.scope.clone()),
        run_id: asked.param("run_id"),
        status: standing(&body).into(),
        cost_estimate_micros: micros(&body, "cost_estimate"),
        cost_actual_micros: micros(&body, "cost_actual"),
        finished_at: finished_at.and_then(|at| serde_json::from_value(at).ok()),
        related_entity_ids: ids("related_entity_ids"),
        related_decision_ids: ids("related_decision_ids"),
        metadata_json: object(&body, "metadata"),
        expected_seq: etag::expected(&asked.headers)?,
        idempotency_key: asked.idempotency_key()?,
    };
    let answered = tracked::Service(asked.api.clone()).change(asked.request(request)).await?;
    Ok(tagged(&answered.into_inner().run.unwrap_or_default()))
}

fn tagged(known: &v1::TrackedRun) -> Reply {
    Reply::tagged(run(known), ETag::numbered(known.seq))
}

/// A run as it is shown here.
pub(super) fn run(known: &v1::TrackedRun) -> Value {
    let plain = serde_json::to_value(known).unwrap_or_default();
    let shown = shown(".conductor.v1.TrackedRun", plain);
    json!({
        "id": known.run_id,
        "name": known.name,
        "owner": known.owner,
        "started_at": shown["startedAt"],
        "finished_at": shown["finishedAt"],
        "status": shown["status"],
        "cost_estimate": known.cost_estimate_micros.map(dollars),
        "cost_actual": known.cost_actual_micros.map(dollars),
        "related_entity_ids": known.related_entity_ids,
        "related_decision_ids": known.related_decision_ids,
        "metadata": shown["metadata"],
    })
}

fn standing(body: &Map<String, Value>) -> v1::TrackedStatus {
    match text(body, "status").as_str() {
        "pending" => v1::TrackedStatus::Pending,
        "running" => v1::TrackedStatus::Running,
        "succeeded" => v1::TrackedStatus::Succeeded,
        "failed" => v1::TrackedStatus::Failed,
        "cancelled" => v1::TrackedStatus::Cancelled,
        _ => v1::TrackedStatus::Unspecified,
    }
}

/// How many rows a page is to have.
pub(super) fn page_size(query: &Map<String, Value>) -> u32 {
    let given = query.get("page_size").and_then(Value::as_u64).unwrap_or_default();
    u32::try_from(given).unwrap_or(u32::MAX)
}

/// A list of texts; nothing where it is left out.
pub(super) fn texts(body: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    let list = body.get(name)?.as_array()?;
    Some(list.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "amounts are from 0, and what is beyond the largest is refused later"
)]
fn micros(body: &Map<String, Value>, name: &str) -> Option<u64> {
    let dollars = body.get(name)?.as_f64()?;
    Some((dollars * MICROS).round() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "the largest has fewer than 53 bits")]
fn dollars(micros: u64) -> f64 {
    micros as f64 / MICROS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_shown_as_it_was_said() {
        for cost in [0.0, 0.01, 8.5, 12.45, 15.0, 999_999_999.99] {
            let Value::Object(body) = json!({"cost": cost}) else { unreachable!() };
            let micros = micros(&body, "cost").unwrap();
            assert!((dollars(micros) - cost).abs() < f64::EPSILON, "{cost}");
            assert_eq!(json!(dollars(micros)), json!(cost));
        }
    }
}
