//! What the caller may see of the graph: of each thing what a look at it alone would show.
//!
//! Who may read the graph may read that there is something, and what it has to do with. Runs and their
//! tasks, schedules, approvals and decisions are things that policy may keep from somebody one by one:
//! those are not there then, and nothing is reached through them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use conductor_domain::{
    health::graph::{
        Bounds, Edge, Edges, Entity, EntityKey, EntityKind, Purpose, Step, Walked, walk,
    },
    scope::Scope,
};
use conductor_engine::{ports::Archive as _, views::graph::Graph};
use conductor_protocol::id::{ApprovalId, RunId};

use crate::{
    approvals::is_seen,
    call::Call,
    failure::{Failure, Outcome},
    lens::Lens,
    runs::run_field,
};

/// Lenses by environment and region: policy may say another thing of each.
type Lenses = HashMap<(String, String), (Arc<Lens>, Arc<Lens>)>;
/// Entities of which it is remembered whether they are seen.
const SEEN_MAX: usize = 8_192;

/// See the module. Its reads block.
pub(super) struct Sight {
    call: Call,
    scope: Scope,
    graph: Graph,
    decisions: Lens,
    lenses: Mutex<Lenses>,
    seen: Mutex<HashMap<EntityKey, bool>>,
}

impl Sight {
    pub(super) fn new(call: &Call, scope: &Scope) -> Self {
        Self {
            call: call.clone(),
            scope: scope.clone(),
            graph: call.engine().graph().clone(),
            decisions: Lens::on_decisions(call, scope),
            lenses: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    pub(super) fn tenant(&self) -> &str {
        &self.scope.tenant
    }

    pub(super) const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// An entity that is there for the caller.
    pub(super) fn entity(&self, key: &EntityKey) -> Outcome<Option<Entity>> {
        let Some(entity) = self.graph.entity(self.tenant(), key)? else { return Ok(None) };
        Ok(self.sees(&entity)?.then_some(entity))
    }

    /// Edges of an entity whose other ends are seen, and whether there are more.
    pub(super) fn seen_edges(
        &self,
        of: &EntityKey,
        step: Step,
        limit: usize,
    ) -> Outcome<(Vec<Edge>, bool)> {
        let mut found = self.graph.edges(self.tenant(), of, step, limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let mut edges = Vec::with_capacity(found.len());
        for edge in found {
            if self.shows(edge.other(step.direction))? {
                edges.push(edge);
            }
        }
        Ok((edges, more))
    }

    /// A walk from an entity; nothing where that is not there for the caller.
    pub(super) fn walk(
        &self,
        from: &EntityKey,
        purpose: Purpose,
        bounds: Bounds,
    ) -> Outcome<Option<Walked>> {
        if !self.shows(from)? {
            return Ok(None);
        }
        walk(from, purpose, bounds, self).map(Some)
    }

    /// Whether the caller may see an entity.
    pub(super) fn sees(&self, entity: &Entity) -> Outcome<bool> {
        Ok(match entity.key.kind {
            EntityKind::Run => self.sees_run(entity),
            EntityKind::Task => match entity.key.run_of_task() {
                Some(run) => self.shows(&run)?,
                None => false,
            },
            EntityKind::Schedule => {
                let (_, schedules) = self.lenses(entity);
                let terms = schedules.terms(entity.attribute("workflow"), "");
                // What is filtered by something that the graph does not have is not shown.
                terms.is_some_and(|terms| terms.filter.is_empty())
            }
            EntityKind::Approval => {
                let id: Option<ApprovalId> = entity.key.id.parse().ok();
                let views = self.call.engine().views();
                let known = id.map(|id| views.approval(self.tenant(), id)).transpose()?.flatten();
                known.is_some_and(|approval| is_seen(&self.call, &approval))
            }
            EntityKind::Decision => {
                let terms = self.decisions.terms("", "");
                terms.is_some_and(|terms| terms.show_all())
            }
            _ => true,
        })
    }

    fn sees_run(&self, entity: &Entity) -> bool {
        let (runs, _) = self.lenses(entity);
        let terms = runs.terms(entity.attribute("workflow"), entity.attribute("version"));
        let Some(terms) = terms else { return false };
        if terms.filter.is_empty() {
            return true;
        }
        let id: Option<RunId> = entity.key.id.parse().ok();
        let engine = self.call.engine();
        let run = id.and_then(|id| engine.views().run(self.tenant(), id).ok().flatten());
        run.is_some_and(|run| terms.filter.lets(|name| run_field(engine, &run, name)))
    }

    /// The lenses for runs and schedules where an entity lives.
    fn lenses(&self, entity: &Entity) -> (Arc<Lens>, Arc<Lens>) {
        let place = (entity.environment.clone(), entity.region.clone());
        let mut lenses = self.lenses.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lenses.entry(place).or_insert_with_key(|(environment, region)| {
            let there = Scope {
                tenant: self.scope.tenant.clone(),
                environment: environment.clone(),
                region: region.clone(),
            };
            let (runs, schedules) =
                (Lens::on_runs(&self.call, &there), Lens::on_schedules(&self.call, &there));
            (Arc::new(runs), Arc::new(schedules))
        });
        let known = known.clone();
        drop(lenses);
        known
    }
}

impl Edges for Sight {
    type Error = Failure;

    fn edges(&self, of: &EntityKey, step: Step, limit: usize) -> Outcome<Vec<Edge>> {
        Ok(self.graph.edges(self.tenant(), of, step, limit)?)
    }

    fn shows(&self, key: &EntityKey) -> Outcome<bool> {
        let known = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let seen = self.entity(key)?.is_some();
        let mut remembered = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() < SEEN_MAX {
            remembered.insert(key.clone(), seen);
        }
        drop(remembered);
        Ok(seen)
    }
}
