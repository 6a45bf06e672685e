//! A part of the graph, written down: as JSON, for Graphviz, or as OpenLineage tells of runs.

use std::collections::HashMap;

use conductor_domain::health::graph::{
    Dataset, EdgeKind, Entity, EntityKey, EntityKind, LineageRun, dot, run_events,
};
use conductor_engine::limits::GRAPH_FAN_MAX;
use conductor_protocol::{id::RunId, v1};
use serde_json::json;

use super::{
    ask::{RunsAsked, bounds, named, not_found, out, purpose},
    enter, nodes,
    sight::Sight,
};
use crate::{
    call::Call,
    convert::graph as wire,
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::GRAPH_EXPORT_BYTES_MAX,
    request,
};

pub(super) async fn export(
    call: &Call,
    request: v1::ExportGraphRequest,
) -> Outcome<v1::ExportGraphResponse> {
    match request.format() {
        v1::GraphFormat::Openlineage => lineage(call, request).await,
        _ => drawn(call, request).await,
    }
}

/// A walk as one document.
async fn drawn(call: &Call, request: v1::ExportGraphRequest) -> Outcome<v1::ExportGraphResponse> {
    let (purpose, format) = (purpose(request.purpose())?, request.format());
    let bounds = bounds(request.depth, request.nodes_max);
    let scope = call.scope(request.scope)?;
    if request.entity.is_empty() {
        let hint = "only OpenLineage events are exported without one";
        return Err(Failure::invalid("the entity to begin at is missing", hint));
    }
    let key = named(&scope, &request.entity)?;
    let (sight, reach) = enter(call, &scope).await?;
    let (text, truncated) = on_disk(move || -> Outcome<_> {
        let walked = sight.walk(&key, purpose, bounds)?;
        let walked = walked.ok_or_else(|| not_found(&scope, &key))?;
        let truncated = walked.truncated;
        if format == v1::GraphFormat::Dot {
            let mut known: HashMap<EntityKey, Entity> = HashMap::new();
            for node in &walked.nodes {
                known.extend(sight.entity(&node.key)?.map(|found| (node.key.clone(), found)));
            }
            return Ok((dot(&walked, |key| known.get(key).cloned()), truncated));
        }
        let edges: Vec<_> = walked.edges.iter().map(wire::edge).collect();
        let document = json!({
            "nodes": nodes(&sight, &walked)?, "edges": edges, "truncated": truncated,
        });
        Ok((format!("{document:#}\n"), truncated))
    })
    .await?;
    Ok(v1::ExportGraphResponse { text, truncated, reach: Some(reach), ..Default::default() })
}

/// The events of a run, or of the runs of a span of time.
async fn lineage(call: &Call, request: v1::ExportGraphRequest) -> Outcome<v1::ExportGraphResponse> {
    let page = (request.page_size, request.page_token.as_str());
    let asked = RunsAsked::read((request.since, request.until), page)?;
    let scope = call.scope(request.scope)?;
    let one = match request.entity.as_str() {
        "" => None,
        name => Some(named(&scope, name)?),
    };
    if let Some(key) = one.as_ref().filter(|key| key.kind != EntityKind::Run) {
        let message = format!("{} is no run", request::shown(&key.to_string()));
        return Err(Failure::invalid(message, "OpenLineage tells of runs: name one, or none"));
    }
    let (sight, reach) = enter(call, &scope).await?;
    let (text, next_page_token, truncated) = on_disk(move || -> Outcome<_> {
        let (runs, next) = match one {
            None => asked.page(&sight)?,
            Some(key) => {
                let run = sight.entity(&key)?.ok_or_else(|| not_found(&scope, &key))?;
                (vec![run], String::new())
            }
        };
        let (mut text, mut truncated) = (String::new(), false);
        for run in runs {
            let Some((run, more)) = told(&sight, run)? else { continue };
            truncated |= more;
            for event in run_events(&run) {
                text.push_str(&event.to_string());
                text.push('\n');
            }
            if text.len() > GRAPH_EXPORT_BYTES_MAX {
                let hint = "ask for a smaller page, or for one run";
                return Err(Failure::invalid("the events are too many for one answer", hint));
            }
        }
        Ok((text, next, truncated))
    })
    .await?;
    Ok(v1::ExportGraphResponse { text, truncated, next_page_token, reach: Some(reach) })
}

/// All that is told of a run, and whether it has more files than are looked at.
fn told(sight: &Sight, entity: Entity) -> Outcome<Option<(LineageRun, bool)>> {
    let Ok(run) = entity.key.id.parse::<RunId>() else { return Ok(None) };
    let files = |kind| -> Outcome<(Vec<Dataset>, bool)> {
        let (edges, more) = sight.seen_edges(&entity.key, out(kind), GRAPH_FAN_MAX)?;
        let dataset = |edge: conductor_domain::health::graph::Edge| Dataset {
            digest: edge.to.id,
            name: edge.note,
        };
        Ok((edges.into_iter().map(dataset).collect(), more))
    };
    let (inputs, more_in) = files(EdgeKind::Consumed)?;
    let (outputs, more_out) = files(EdgeKind::Produced)?;
    let mut parent = None;
    if let Ok(above) = entity.attribute("parent").parse::<RunId>() {
        let known = sight.entity(&EntityKey::run(above))?;
        parent = known.map(|known| (above, known.attribute("workflow").to_owned()));
    }
    let tenant = sight.tenant().to_owned();
    let run = LineageRun { tenant, run, parent, inputs, outputs, entity };
    Ok(Some((run, more_in || more_out)))
}
