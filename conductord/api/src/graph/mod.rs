//! The `Graph` service: what has to do with what, as far as the caller may see it.

mod ask;
mod export;
mod sight;

use conductor_domain::{
    health::graph::{Direction, EdgeKind, EntityKey, EntityKind, Purpose, Step, Walked},
    scope::Scope,
};
use conductor_engine::{limits::GRAPH_FAN_MAX, ports::ViewError, views::graph::Reached};
use conductor_protocol::{
    id::RunId,
    v1::{self, graph_server::Graph},
};
use tonic::{Request, Response, Status};

use self::{
    ask::{bounds, named, not_found, purpose},
    sight::Sight,
};
use crate::{
    api::Api,
    call::{Ask, Call},
    convert::graph as wire,
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

const READ: &str = "graph.read";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Every method comes in, is carried out and answered in the same way.
macro_rules! methods {
    ($($name:ident($request:ident) -> $response:ident = $handler:path;)*) => {
        #[tonic::async_trait]
        impl Graph for Service {
            $(async fn $name(
                &self,
                request: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                let (call, request) = self.0.enter(request)?;
                call.answer(Box::pin($handler(&call, request))).await
            })*
        }
    };
}

methods! {
    get(GetEntityRequest) -> GetEntityResponse = get;
    walk(WalkGraphRequest) -> WalkGraphResponse = walk;
    runs(GraphRunsRequest) -> GraphRunsResponse = ask::runs;
    touching(TouchingRequest) -> TouchingResponse = ask::touching;
    approvers(ApproversRequest) -> ApproversResponse = ask::approvers;
    artifact_uses(ArtifactUsesRequest) -> ArtifactUsesResponse = ask::artifact_uses;
    export(ExportGraphRequest) -> ExportGraphResponse = export::export;
}

/// Lets a question pass, once the graph has what was recorded before it: what the caller sees of it, and
/// how far it goes.
async fn enter(call: &Call, scope: &Scope) -> Outcome<(Sight, v1::GraphReach)> {
    call.may(scope, Ask::all(READ, "graph")).await?;
    let last = call.engine().ledger().last_seq();
    let Reached { seq, problem } = call.engine().graph().wait_for(last).await;
    if let Some(problem) = problem {
        let attempt = "follow the ledger for the graph".to_owned();
        return Err(ViewError::Io { attempt, problem }.into());
    }
    let reach = v1::GraphReach { seq, behind: last.saturating_sub(seq) };
    Ok((Sight::new(call, scope), reach))
}

async fn get(call: &Call, request: v1::GetEntityRequest) -> Outcome<v1::GetEntityResponse> {
    let scope = call.scope(request.scope)?;
    let key = named(&scope, &request.entity)?;
    let (sight, reach) = enter(call, &scope).await?;
    let found = on_disk(move || -> Outcome<_> {
        let entity = sight.entity(&key)?.ok_or_else(|| not_found(&scope, &key))?;
        let (mut edges, mut truncated) = (Vec::new(), false);
        for kind in EdgeKind::ALL {
            for direction in [Direction::Out, Direction::In] {
                let (some, more) =
                    sight.seen_edges(&key, Step { direction, kind }, GRAPH_FAN_MAX)?;
                truncated |= more;
                edges.extend(some.iter().map(wire::edge));
            }
        }
        Ok((wire::entity(&entity), edges, truncated))
    });
    let (entity, edges, truncated) = found.await?;
    Ok(v1::GetEntityResponse { entity: Some(entity), edges, truncated, reach: Some(reach) })
}

async fn walk(call: &Call, request: v1::WalkGraphRequest) -> Outcome<v1::WalkGraphResponse> {
    let purpose = purpose(request.purpose())?;
    let bounds = bounds(request.depth, request.nodes_max);
    let scope = call.scope(request.scope)?;
    let key = named(&scope, &request.entity)?;
    let (sight, reach) = enter(call, &scope).await?;
    let (walked, nodes) = on_disk(move || -> Outcome<_> {
        let walked = sight.walk(&key, purpose, bounds)?;
        let walked = walked.ok_or_else(|| not_found(&scope, &key))?;
        let nodes = nodes(&sight, &walked)?;
        Ok((walked, nodes))
    })
    .await?;
    let edges = walked.edges.iter().map(wire::edge).collect();
    let truncated = walked.truncated;
    Ok(v1::WalkGraphResponse { nodes, edges, truncated, reach: Some(reach) })
}

/// What a walk reached, with what is known of each.
fn nodes(sight: &Sight, walked: &Walked) -> Outcome<Vec<v1::GraphNode>> {
    let mut nodes = Vec::with_capacity(walked.nodes.len());
    for node in &walked.nodes {
        let known = sight.entity(&node.key)?;
        let unknown = || Failure::bug("an edge of the graph leads to nothing");
        nodes.push(wire::node(node, &known.ok_or_else(unknown)?));
    }
    Ok(nodes)
}

/// The purpose that means what came of something.
const DOWNSTREAM: Purpose = Purpose::Downstream;

/// The run of that id as the graph names it.
fn run_key(given: &str) -> Outcome<EntityKey> {
    let run: RunId = request::id("run", given)?;
    Ok(EntityKey::new(EntityKind::Run, run.to_string()))
}
