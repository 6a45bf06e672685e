//! The questions that are asked again and again.

use std::collections::BTreeMap;

use conductor_domain::{
    health::graph::{
        Bounds, Direction, Edge, EdgeKind, Entity, EntityKey, EntityKind, Purpose, Step,
    },
    scope::Scope,
};
use conductor_engine::{
    limits::{
        GRAPH_DEPTH_DEFAULT, GRAPH_DEPTH_MAX, GRAPH_FAN_MAX, GRAPH_NODES_DEFAULT, GRAPH_NODES_MAX,
        GRAPH_SCAN_MAX,
    },
    views::graph::RunSpan,
};
use conductor_protocol::{error_code::Code, id::RunId, v1};

use super::{DOWNSTREAM, enter, nodes, run_key, sight::Sight};
use crate::{
    call::Call,
    convert::{graph as wire, time},
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

/// What page tokens of runs begin with.
const TOKEN: &str = "g1:";

/// Along the edges of a kind to their ends.
pub(super) const fn out(kind: EdgeKind) -> Step {
    Step { direction: Direction::Out, kind }
}

/// Along the edges of a kind to where they begin.
pub(super) const fn into(kind: EdgeKind) -> Step {
    Step { direction: Direction::In, kind }
}

/// The entity that a name means. A schedule without a place is one of the request's scope.
pub(super) fn named(scope: &Scope, given: &str) -> Outcome<EntityKey> {
    let key: EntityKey = given.parse().map_err(|_| {
        Failure::invalid(
            format!("`{}` names no entity", request::shown(given)),
            "write KIND:ID, such as `workflow:deploy@1.0.0`, `user:uid:1000` or `host:web-1`, or an \
             id that says its kind, such as `run_…` or `sha256:…`",
        )
    })?;
    if key.kind == EntityKind::Schedule && !key.id.contains('/') {
        let id = format!("{}/{}/{}", scope.environment, scope.region, key.id);
        return Ok(EntityKey::new(EntityKind::Schedule, id));
    }
    Ok(key)
}

pub(super) fn not_found(scope: &Scope, key: &EntityKey) -> Failure {
    let key = request::shown(&key.to_string());
    let message = format!("the graph of tenant `{}` has no {key}", scope.tenant);
    Failure::new(Code::EntityNotFound, message, "`conductor graph runs` lists runs to begin at")
}

pub(super) fn bounds(depth: u32, nodes_max: u32) -> Bounds {
    let depth = if depth == 0 { GRAPH_DEPTH_DEFAULT } else { depth.min(GRAPH_DEPTH_MAX) };
    let nodes = match usize::try_from(nodes_max) {
        Ok(0) => GRAPH_NODES_DEFAULT,
        Ok(nodes) => nodes.min(GRAPH_NODES_MAX),
        Err(_) => GRAPH_NODES_MAX,
    };
    Bounds { depth, nodes, fan: GRAPH_FAN_MAX }
}

pub(super) fn purpose(given: v1::GraphPurpose) -> Outcome<Purpose> {
    Ok(match given {
        v1::GraphPurpose::Unspecified | v1::GraphPurpose::Around => Purpose::Around,
        v1::GraphPurpose::Blast => Purpose::Blast,
        v1::GraphPurpose::Upstream => Purpose::Upstream,
        v1::GraphPurpose::Downstream => Purpose::Downstream,
    })
}

/// A page of runs that the caller sees, in a span of time.
pub(super) struct RunsAsked {
    pub(super) span: RunSpan,
    pub(super) size: usize,
}

impl RunsAsked {
    pub(super) fn read(
        (since, until): (Option<pbjson_types::Timestamp>, Option<pbjson_types::Timestamp>),
        (size, token): (u32, &str),
    ) -> Outcome<Self> {
        let before = match token {
            "" => None,
            token => {
                let id = token.strip_prefix(TOKEN).and_then(|id| id.parse::<RunId>().ok());
                Some(id.ok_or_else(request::bad_page_token)?)
            }
        };
        let (since, until) = (request::time("since", since)?, request::time("until", until)?);
        Ok(Self { span: RunSpan { since, until, before }, size: request::page_size(size) })
    }

    /// Those that are seen, and the token of the next page.
    pub(super) fn page(&self, sight: &Sight) -> Outcome<(Vec<Entity>, String)> {
        let mut found = sight.graph().runs(sight.tenant(), self.span, self.size + 1)?;
        let more = found.len() > self.size;
        found.truncate(self.size);
        let last = found.last().filter(|_| more).map(|last| format!("{TOKEN}{}", last.key.id));
        let mut runs = Vec::with_capacity(found.len());
        for run in found {
            if sight.sees(&run)? {
                runs.push(run);
            }
        }
        Ok((runs, last.unwrap_or_default()))
    }
}

pub(super) async fn runs(
    call: &Call,
    request: v1::GraphRunsRequest,
) -> Outcome<v1::GraphRunsResponse> {
    let page = (request.page_size, request.page_token.as_str());
    let asked = RunsAsked::read((request.since, request.until), page)?;
    let scope = call.scope(request.scope)?;
    let (sight, reach) = enter(call, &scope).await?;
    let (runs, next_page_token) = on_disk(move || asked.page(&sight)).await?;
    let runs = runs.iter().map(wire::entity).collect();
    Ok(v1::GraphRunsResponse { runs, next_page_token, reach: Some(reach) })
}

pub(super) async fn touching(
    call: &Call,
    request: v1::TouchingRequest,
) -> Outcome<v1::TouchingResponse> {
    let scope = call.scope(request.scope)?;
    let key = named(&scope, &request.resource)?;
    if key.kind != EntityKind::Resource {
        let message = format!("{} is no resource", request::shown(&key.to_string()));
        return Err(Failure::invalid(message, "name one like `host:web-1`"));
    }
    let (sight, reach) = enter(call, &scope).await?;
    on_disk(move || -> Outcome<_> {
        let resource = sight.entity(&key)?.ok_or_else(|| not_found(&scope, &key))?;
        let by_runs = (&key, into(EdgeKind::Touched), EntityKind::Run);
        let mut edges = sight.graph().edges_with(sight.tenant(), by_runs, GRAPH_SCAN_MAX + 1)?;
        let truncated = edges.len() > GRAPH_SCAN_MAX;
        edges.truncate(GRAPH_SCAN_MAX);
        let mut workflows = toucher(&sight, &edges)?;
        workflows.sort_by(|one, other| other.last_run_id.cmp(&one.last_run_id));
        Ok(v1::TouchingResponse {
            resource: Some(wire::entity(&resource)),
            workflows,
            truncated,
            reach: Some(reach),
        })
    })
    .await
}

/// The workflows of the runs that edges begin at, the newest run first.
fn toucher(sight: &Sight, edges: &[Edge]) -> Outcome<Vec<v1::TouchingWorkflow>> {
    let mut known: BTreeMap<EntityKey, v1::TouchingWorkflow> = BTreeMap::new();
    for edge in edges {
        let Some(run) = sight.entity(&edge.from)? else { continue };
        let version = EntityKey::workflow(run.attribute("workflow"), run.attribute("version"));
        if let Some(found) = known.get_mut(&version) {
            found.runs += 1;
            continue;
        }
        let workflow = sight.entity(&version)?.as_ref().map(wire::entity);
        let found = v1::TouchingWorkflow {
            workflow,
            runs: 1,
            last_run_id: run.key.id.clone(),
            last_at: Some(time(edge.at)),
        };
        known.insert(version, found);
    }
    Ok(known.into_values().collect())
}

pub(super) async fn approvers(
    call: &Call,
    request: v1::ApproversRequest,
) -> Outcome<v1::ApproversResponse> {
    let key = run_key(&request.run_id)?;
    let scope = call.scope(request.scope)?;
    let (sight, reach) = enter(call, &scope).await?;
    on_disk(move || -> Outcome<_> {
        let run = sight.entity(&key)?.ok_or_else(|| not_found(&scope, &key))?;
        let first = |of: &EntityKey, kind| -> Outcome<Option<EntityKey>> {
            let (edges, _) = sight.seen_edges(of, out(kind), 1)?;
            Ok(edges.into_iter().next().map(|edge| edge.to))
        };
        let id = |key: Option<EntityKey>| key.map(|key| key.id).unwrap_or_default();
        let triggered_by = first(&key, EdgeKind::TriggeredBy)?;
        let (rests_on, _) = sight.seen_edges(&key, out(EdgeKind::ApprovedBy), GRAPH_FAN_MAX)?;
        let mut approvals = Vec::with_capacity(rests_on.len());
        for edge in rests_on {
            let Some(approval) = sight.entity(&edge.to)? else { continue };
            let (signed, _) = sight.seen_edges(&edge.to, out(EdgeKind::SignedBy), GRAPH_FAN_MAX)?;
            approvals.push(v1::RunApproval {
                approval: Some(wire::entity(&approval)),
                asked_by: id(first(&edge.to, EdgeKind::AskedBy)?),
                signatures: signed.iter().map(wire::edge).collect(),
            });
        }
        Ok(v1::ApproversResponse {
            initiator: id(first(&key, EdgeKind::StartedBy)?),
            triggered_by: triggered_by.map(|key| key.to_string()).unwrap_or_default(),
            decision_id: id(first(&key, EdgeKind::DecidedBy)?),
            approvals,
            run: Some(wire::entity(&run)),
            reach: Some(reach),
        })
    })
    .await
}

pub(super) async fn artifact_uses(
    call: &Call,
    request: v1::ArtifactUsesRequest,
) -> Outcome<v1::ArtifactUsesResponse> {
    let scope = call.scope(request.scope)?;
    let key = named(&scope, &request.digest)?;
    if key.kind != EntityKind::Artifact {
        let message = format!("`{}` is no digest", request::shown(&request.digest));
        return Err(Failure::invalid(message, "give the artifact's digest, `sha256:…`"));
    }
    let bounds = bounds(request.depth, 0);
    let (sight, reach) = enter(call, &scope).await?;
    on_disk(move || -> Outcome<_> {
        let artifact = sight.entity(&key)?.ok_or_else(|| not_found(&scope, &key))?;
        let runs = |kind| -> Outcome<(Vec<v1::GraphEntity>, bool)> {
            let of = (&key, into(kind), EntityKind::Run);
            let edges = sight.graph().edges_with(sight.tenant(), of, GRAPH_FAN_MAX + 1)?;
            let mut runs = Vec::new();
            for edge in edges.iter().take(GRAPH_FAN_MAX) {
                runs.extend(sight.entity(&edge.from)?.as_ref().map(wire::entity));
            }
            Ok((runs, edges.len() > GRAPH_FAN_MAX))
        };
        let (produced_by, more_made) = runs(EdgeKind::Produced)?;
        let (went_into, more_used) = runs(EdgeKind::Consumed)?;
        let walked = sight.walk(&key, DOWNSTREAM, bounds)?.unwrap_or_default();
        Ok(v1::ArtifactUsesResponse {
            artifact: Some(wire::entity(&artifact)),
            produced_by,
            went_into,
            nodes: nodes(&sight, &walked)?,
            edges: walked.edges.iter().map(wire::edge).collect(),
            truncated: walked.truncated || more_made || more_used,
            reach: Some(reach),
        })
    })
    .await
}
