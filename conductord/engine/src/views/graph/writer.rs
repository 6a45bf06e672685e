//! From the ledger into the graph: chunk by chunk, each written as a whole with the place reached.

use std::collections::BTreeMap;

use conductor_domain::health::graph::{
    Change, Direction, Edge, Entity, EntityKey, Recorded, changes,
};
use serde::{Deserialize, Serialize};

use super::super::{
    document,
    fold::FoldError,
    key::{self, GRAPH_CURSOR, GRAPH_KINDS},
};
use crate::{
    limits::{GRAPH_CHUNK_BYTES, GRAPH_CHUNK_RECORDS, GRAPH_WIPE_KEYS},
    ports::{LedgerReader, ViewError, ViewStore, ViewWrite},
    record,
};

/// Version of the graph's keys and values, and of what facts add to it: with another one it is folded
/// again, and nothing else is.
const VERSION: u32 = 1;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    version: u32,
    seq: u64,
}

/// What an edge's key does not say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EdgeDocument {
    pub(super) seq: u64,
    pub(super) at_unix_ms: u64,
    pub(super) note: String,
}

/// Folds what the graph lacks, up to the ledger's end or until `go_on`, which is told of the record
/// reached after every chunk, says no. Gives the last record that is in it. There is one that does so
/// for a store.
///
/// # Errors
/// [`FoldError`]. Nothing of the chunk is in the graph then.
pub fn catch_up(
    store: &dyn ViewStore,
    ledger: &dyn LedgerReader,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<u64, FoldError> {
    let mut seq = begin(store, ledger.last_seq())?;
    // Nothing is read while nothing is new.
    while seq < ledger.last_seq() {
        let records = ledger.read(seq, GRAPH_CHUNK_RECORDS, GRAPH_CHUNK_BYTES)?;
        let Some(last) = records.last().map(|record| record.seq) else { break };
        let mut chunk = Chunk::new(store);
        for found in &records {
            if let Some(envelope) = record::decode(found)? {
                chunk.take(&changes(found.seq, &envelope))?;
            }
        }
        chunk.write(last)?;
        seq = last;
        if !go_on(seq) {
            break;
        }
    }
    Ok(seq)
}

/// The place to go on from. A graph that is ahead of the ledger, or of another version, is removed.
fn begin(store: &dyn ViewStore, last: u64) -> Result<u64, ViewError> {
    let kept = match store.get(GRAPH_CURSOR)? {
        Some(bytes) => document::decode::<Cursor>(&bytes, "graph's cursor").ok(),
        None => None,
    };
    match kept {
        Some(cursor) if cursor.version == VERSION && cursor.seq <= last => Ok(cursor.seq),
        _ => wipe(store).map(|()| 0),
    }
}

/// Removes all of it, a bounded number of keys at a time; the cursor first, so that what is left in a
/// crash is removed at the next start.
fn wipe(store: &dyn ViewStore) -> Result<(), ViewError> {
    store.apply(vec![(GRAPH_CURSOR.to_vec(), None)])?;
    for kind in GRAPH_KINDS {
        let (from, to) = key::range(vec![kind]);
        loop {
            let mut keys: Vec<ViewWrite> = Vec::new();
            store.scan(&from, &to, false, &mut |found, _| {
                keys.push((found.to_vec(), None));
                keys.len() < GRAPH_WIPE_KEYS
            })?;
            if keys.is_empty() {
                break;
            }
            store.apply(keys)?;
        }
    }
    Ok(())
}

/// What a chunk of records adds: what changed often is written once.
struct Chunk<'s> {
    store: &'s dyn ViewStore,
    entities: BTreeMap<Vec<u8>, (Entity, bool)>,
    edges: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl<'s> Chunk<'s> {
    const fn new(store: &'s dyn ViewStore) -> Self {
        Self { store, entities: BTreeMap::new(), edges: BTreeMap::new() }
    }

    fn take(&mut self, recorded: &Recorded) -> Result<(), ViewError> {
        let tenant = recorded.tenant.as_str();
        for change in &recorded.changes {
            match change {
                Change::Entity(change) => {
                    let place = entity_key(tenant, &change.key);
                    let (known, written) = match self.entities.remove(&place) {
                        Some((known, changed)) => (Some(known), Some(changed)),
                        None => (stored(self.store, &place)?, None),
                    };
                    let at = (recorded.seq, recorded.at);
                    let entity = Entity::after(known.clone(), change, at);
                    let changed = written.unwrap_or(false) || known.as_ref() != Some(&entity);
                    self.entities.insert(place, (entity, changed));
                }
                Change::Edge(edge) => self.edge(tenant, edge),
            }
        }
        Ok(())
    }

    /// Both ways: it is found from either of its ends.
    fn edge(&mut self, tenant: &str, edge: &Edge) {
        let document =
            EdgeDocument { seq: edge.seq, at_unix_ms: edge.at.unix_ms, note: edge.note.clone() };
        let bytes = document::encode(&document);
        for (one, direction, other) in
            [(&edge.from, Direction::Out, &edge.to), (&edge.to, Direction::In, &edge.from)]
        {
            let parts = [
                one.kind.word(),
                &one.id,
                sign(direction),
                edge.kind.word(),
                other.kind.word(),
                &other.id,
            ];
            self.edges.insert(key::edge(tenant, &parts), bytes.clone());
        }
    }

    fn write(self, seq: u64) -> Result<(), ViewError> {
        let changed = self.entities.into_iter().filter(|(_, (_, changed))| *changed);
        let mut writes: Vec<ViewWrite> =
            changed.map(|(key, (entity, _))| (key, Some(document::encode(&entity)))).collect();
        writes.extend(self.edges.into_iter().map(|(key, bytes)| (key, Some(bytes))));
        let cursor = Cursor { version: VERSION, seq };
        writes.push((GRAPH_CURSOR.to_vec(), Some(document::encode(&cursor))));
        self.store.apply(writes)
    }
}

/// Which way an edge leads, in keys.
pub(super) const fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Out => ">",
        Direction::In => "<",
    }
}

pub(super) fn entity_key(tenant: &str, of: &EntityKey) -> Vec<u8> {
    key::entity(tenant, of.kind.word(), Some(&of.id))
}

pub(super) fn stored(store: &dyn ViewStore, key: &[u8]) -> Result<Option<Entity>, ViewError> {
    let bytes = store.get(key)?;
    bytes.map(|bytes| document::decode(&bytes, "entity of the graph")).transpose()
}
