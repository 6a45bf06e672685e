//! Questions to the graph: always of one tenant, always bounded.

use conductor_domain::{
    health::graph::{Direction, Edge, Entity, EntityKey, EntityKind, Step, bits_of_uuid},
    time::Timestamp,
};
use conductor_protocol::id::{ApprovalId, DecisionId, ReceiptId, RunId};

use super::{
    super::{document, key},
    Graph,
    writer::{EdgeDocument, entity_key, sign, stored},
};
use crate::ports::ViewError;

/// Which runs are wanted, by when they began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunSpan {
    /// From then on.
    pub since: Option<Timestamp>,
    /// Before then.
    pub until: Option<Timestamp>,
    /// Older than this one.
    pub before: Option<RunId>,
}

impl RunSpan {
    /// The first of them, and what comes after the last.
    fn ids(self) -> (RunId, RunId) {
        let at = |time: Timestamp| RunId::from_bits(u128::from(time.unix_ms) << 80);
        let first = self.since.map_or(RunId::from_bits(0), at);
        let end = self.until.map_or(RunId::from_bits(u128::MAX), at);
        (first, self.before.map_or(end, |before| before.min(end)))
    }
}

impl Graph {
    /// An entity.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn entity(&self, tenant: &str, key: &EntityKey) -> Result<Option<Entity>, ViewError> {
        stored(&*self.store, &entity_key(tenant, key))
    }

    /// The edges of an entity along a step, by the other end's id from the last on; at most `limit`. The
    /// ids of runs, decisions and approvals go by time, so that theirs are the newest first.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn edges(
        &self,
        tenant: &str,
        of: &EntityKey,
        step: Step,
        limit: usize,
    ) -> Result<Vec<Edge>, ViewError> {
        self.edges_by(tenant, (of, step, None), limit)
    }

    /// The same, of those whose other end is of a kind.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn edges_with(
        &self,
        tenant: &str,
        (of, step, other): (&EntityKey, Step, EntityKind),
        limit: usize,
    ) -> Result<Vec<Edge>, ViewError> {
        self.edges_by(tenant, (of, step, Some(other)), limit)
    }

    fn edges_by(
        &self,
        tenant: &str,
        (of, step, other): (&EntityKey, Step, Option<EntityKind>),
        limit: usize,
    ) -> Result<Vec<Edge>, ViewError> {
        let mut parts = vec![of.kind.word(), &of.id, sign(step.direction), step.kind.word()];
        parts.extend(other.map(EntityKind::word));
        let (from, to) = key::range(key::edge(tenant, &parts));
        let (mut found, mut problem) = (Vec::new(), None);
        if limit == 0 {
            return Ok(found);
        }
        self.store.scan(&from, &to, true, &mut |key, value| {
            match edge_of(of, step, (key, value)) {
                Ok(edge) => found.push(edge),
                Err(error) => problem = Some(error),
            }
            problem.is_none() && found.len() < limit
        })?;
        problem.map_or(Ok(found), Err)
    }

    /// Runs that began in a span of time, the newest first; at most `limit`.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn runs(
        &self,
        tenant: &str,
        span: RunSpan,
        limit: usize,
    ) -> Result<Vec<Entity>, ViewError> {
        let (first, end) = span.ids();
        let (mut found, mut problem) = (Vec::new(), None);
        if first >= end || limit == 0 {
            return Ok(found);
        }
        let at = |run: RunId| {
            let mut key = key::entity(tenant, EntityKind::Run.word(), None);
            key.extend_from_slice(run.to_string().as_bytes());
            key
        };
        self.store.scan(&at(first), &at(end), true, &mut |_, value| {
            match document::decode(value, "entity of the graph") {
                Ok(entity) => found.push(entity),
                Err(error) => problem = Some(error),
            }
            problem.is_none() && found.len() < limit
        })?;
        problem.map_or(Ok(found), Err)
    }

    /// Whether the tenant's graph has an entity of this name: `KIND:ID`, an id that says its kind, any
    /// entity's bare id, or the UUID of a run, a decision, an approval or a receipt.
    ///
    /// # Errors
    /// [`ViewError`]
    pub fn knows(&self, tenant: &str, id: &str) -> Result<bool, ViewError> {
        let mut names: Vec<EntityKey> = id.parse().into_iter().collect();
        if let Some(bits) = bits_of_uuid(id) {
            names.push(EntityKey::run(RunId::from_bits(bits)));
            let decision = DecisionId::from_bits(bits).to_string();
            names.push(EntityKey::new(EntityKind::Decision, decision));
            let approval = ApprovalId::from_bits(bits).to_string();
            names.push(EntityKey::new(EntityKind::Approval, approval));
            let receipt = ReceiptId::from_bits(bits).to_string();
            names.push(EntityKey::new(EntityKind::Receipt, receipt));
        }
        names.extend(EntityKind::ALL.map(|kind| EntityKey::new(kind, id)));
        for name in names {
            if self.entity(tenant, &name)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// An edge out of its key and value, from the end that it was looked up at.
fn edge_of(of: &EntityKey, step: Step, (key, value): (&[u8], &[u8])) -> Result<Edge, ViewError> {
    let damaged = || ViewError::Damaged { problem: "an edge of the graph has no end".to_owned() };
    let mut parts = key::parts(key).into_iter().rev();
    let (id, kind) = (parts.next().ok_or_else(damaged)?, parts.next().ok_or_else(damaged)?);
    let other = EntityKey { kind: EntityKind::named(&kind).ok_or_else(damaged)?, id };
    let EdgeDocument { seq, at_unix_ms, note } = document::decode(value, "edge of the graph")?;
    let (from, to) = match step.direction {
        Direction::Out => (of.clone(), other),
        Direction::In => (other, of.clone()),
    };
    Ok(Edge { from, kind: step.kind, to, seq, at: Timestamp::from_unix_ms(at_unix_ms), note })
}
