//! From the ledger to state and views: the part that the views lack at a start, or all of it.

use std::sync::Arc;

use conductor_domain::{
    intent::workflow::Workflow, org::identity::Grant, scope::Principal, work::run::RunStatus,
};
use sha2::{Digest as _, Sha256};

use super::{
    ViewWriter,
    document::{self, Cursor, ScheduleDocument, VERSION, WorkflowDocument},
    key, receipts,
};
use crate::{
    kernel::Commit,
    ports::{LedgerError, LedgerReader, ViewError, ViewStore},
    record::{self, DecodeError},
    state::{Changes, State},
};

/// Records folded between two writes of the views.
const CHUNK_RECORDS: usize = 4_096;
/// Payload read at once.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// Why the ledger could not be folded.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The ledger can't be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A record is not an event.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The views can't be read or written.
    #[error(transparent)]
    Views(#[from] ViewError),
}

/// What folding gave.
#[derive(Debug)]
pub struct Folded {
    /// The kernel's state.
    pub state: State,
    /// The writer for the store, which has come as far as the ledger.
    pub writer: ViewWriter,
    /// Records that the store lacked.
    pub caught_up: u64,
}

/// Brings the views up to the ledger's end and gives the state there. `progress` is told of the
/// sequence number reached and the last one, after every chunk.
///
/// # Errors
/// [`FoldError`]. A store that is ahead of the ledger, or of another version, is
/// [`ViewError::Damaged`]: wipe it and fold again.
pub fn fold(
    store: &dyn ViewStore,
    ledger: &dyn LedgerReader,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Folded, FoldError> {
    let (mut state, start) = load(store)?;
    let last = ledger.last_seq();
    if start > last {
        let problem = format!("it has come to record {start}, the ledger only to {last}");
        return Err(ViewError::Damaged { problem }.into());
    }
    receipts::load((store, start), ledger, &mut state)?;
    let mut writer = ViewWriter::new(&state);
    let mut seq = start;
    while seq < last {
        let records = ledger.read(seq, CHUNK_RECORDS, CHUNK_BYTES)?;
        let mut changes = Changes::default();
        let mut at = conductor_domain::time::Timestamp::default();
        for record in &records {
            // What nobody can read any more is as if it had never been.
            if let Some(envelope) = record::decode(record)? {
                state.apply(record.seq, &envelope, &mut changes);
            }
            seq = record.seq;
            at = record.at;
        }
        if records.is_empty() {
            break;
        }
        let commit = Commit::of(&state, changes, seq, at);
        writer.apply(store, std::slice::from_ref(&commit))?;
        state.forget_ended(&commit.changes);
        progress(seq, last);
    }
    Ok(Folded { state, writer, caught_up: last - start })
}

/// The state as the views have it, and how far they have come.
fn load(store: &dyn ViewStore) -> Result<(State, u64), ViewError> {
    let mut state = State::default();
    let Some(bytes) = store.get(key::CURSOR)? else { return Ok((state, 0)) };
    let cursor: Cursor = document::decode(&bytes, "cursor")?;
    if cursor.version != VERSION {
        let problem = format!("it is of version {}, this is {VERSION}", cursor.version);
        return Err(ViewError::Damaged { problem });
    }
    for document in values(store, b'f')? {
        let document: WorkflowDocument = document::decode(&document, "workflow")?;
        let workflow: Workflow = document.into_workflow()?;
        state.catalogue.insert(Arc::new(workflow));
    }
    for document in values(store, b'g')? {
        state.grants.insert(document::decode::<Grant>(&document, "grant")?);
    }
    for document in values(store, b'h')? {
        let document: ScheduleDocument = document::decode(&document, "schedule")?;
        state.schedules.insert(Arc::new(document.into_schedule()?));
    }
    if let Some(json) = store.get(key::DEPLOYMENT)? {
        state.deployment = serde_json::from_slice(&json).map_err(|error| ViewError::Damaged {
            problem: format!("policy's bundles: {error}"),
        })?;
    }
    if let Some(json) = store.get(key::SIGNING_KEYS)? {
        state.signing_keys = document::json_of(&json, "signing keys")?;
    }
    for document in values(store, b't')? {
        state.tenants.insert(Arc::new(document::tenant_of(&document)?));
    }
    for document in values(store, b'b')? {
        state.glasses.insert(Arc::new(document::json_of(&document, "glass")?));
    }
    for document in values(store, b'v')? {
        state.incidents.insert(Arc::new(document::json_of(&document, "incident")?));
    }
    for document in values(store, b'z')? {
        state.freezes.insert(Arc::new(document::freeze_of(&document)?));
    }
    for document in values(store, b'k')? {
        state.keys.insert(Arc::new(document::enrolled_of(&document)?));
    }
    for document in values(store, b'l')? {
        state.sessions.insert(Arc::new(document::session_of(&document)?));
    }
    // Besides the runs of each data subject, which have no value.
    for document in values(store, b'S')?.iter().filter(|value| !value.is_empty()) {
        state.forgotten.insert(Arc::new(document::json_of(document, "what was forgotten")?));
    }
    for document in values(store, b'T')? {
        state.tokens.insert(Arc::new(document::token_of(&document)?));
    }
    if let Some(json) = store.get(key::LOGIN_ALARMS)? {
        state.login_alarms = document::login_alarms_of(&json)?;
    }
    for (parts, value) in named(store, b'y')? {
        let tenant = parts.into_iter().next().unwrap_or_default();
        state.alerts.insert(tenant, Arc::new(document::alerts_of(&value)?));
    }
    load_attributes(store, &mut state)?;
    load_meters(store, &mut state)?;
    load_counts(store, &mut state)?;
    load_runs(store, &mut state)?;
    load_approvals(store, &mut state)?;
    Ok((state, cursor.seq))
}

fn load_attributes(store: &dyn ViewStore, state: &mut State) -> Result<(), ViewError> {
    for (parts, value) in named(store, b'a')? {
        let Ok([tenant, principal, name]) = <[String; 3]>::try_from(parts) else { continue };
        let value = String::from_utf8_lossy(&value).into_owned();
        state.grants.describe(&tenant, &Principal::new(principal), &[(name, value)].into());
    }
    Ok(())
}

fn load_meters(store: &dyn ViewStore, state: &mut State) -> Result<(), ViewError> {
    for (parts, value) in named(store, b'm')? {
        let tenant = parts.into_iter().next().unwrap_or_default();
        state.meters.insert(tenant, document::decode(&value, "meter")?);
    }
    for (parts, value) in named(store, b'u')? {
        let Ok([tenant, workflow]) = <[String; 2]>::try_from(parts) else { continue };
        state.meters.insert_usual(tenant, workflow, document::decode(&value, "usual")?);
    }
    for (parts, value) in named(store, b'x')? {
        let Ok([tenant, workflow]) = <[String; 2]>::try_from(parts) else { continue };
        state.rehearsals.insert(tenant, workflow, document::decode(&value, "rehearsal")?);
    }
    Ok(())
}

fn load_counts(store: &dyn ViewStore, state: &mut State) -> Result<(), ViewError> {
    for (parts, value) in named(store, b'c')? {
        let tenant = parts.into_iter().next().unwrap_or_default();
        state.counts.insert(tenant, document::decode(&value, "count")?);
    }
    Ok(())
}

/// Runs that have not ended.
fn load_runs(store: &dyn ViewStore, state: &mut State) -> Result<(), ViewError> {
    let mut tenants: Vec<String> = state.counts.keys().cloned().collect();
    tenants.sort();
    for tenant in tenants {
        for status in RunStatus::ALL.into_iter().filter(|status| !status.is_terminal()) {
            let prefix = key::index(&tenant, key::Index::Status(status));
            let first = conductor_protocol::id::RunId::from_bits(0);
            let end = conductor_protocol::id::RunId::from_bits(u128::MAX);
            let (from, to) = key::index_range(&prefix, first, end);
            let mut ids = Vec::new();
            store.scan(&from, &to, false, &mut |found, _| {
                ids.extend(key::last_run(found));
                true
            })?;
            for id in ids {
                let bytes = store.get(&key::run(&tenant, id))?.ok_or_else(|| {
                    ViewError::Damaged { problem: format!("run {id} is in an index only") }
                })?;
                state.runs.insert(id, Arc::new(document::decode(&bytes, "run")?));
            }
        }
    }
    Ok(())
}

/// Approvals that wait.
fn load_approvals(store: &dyn ViewStore, state: &mut State) -> Result<(), ViewError> {
    let (from, to) = key::of_kind(b'e');
    let mut waiting = Vec::new();
    store.scan(&from, &to, false, &mut |found, _| {
        waiting.extend(key::pending_of(found));
        true
    })?;
    for (tenant, id) in waiting {
        let bytes = store.get(&key::approval(&tenant, id))?.ok_or_else(|| ViewError::Damaged {
            problem: format!("approval {id} is in an index only"),
        })?;
        state.approvals.insert(Arc::new(document::approval_of(&bytes)?));
    }
    Ok(())
}

/// The parts of a key, and its value.
type Named = (Vec<String>, Vec<u8>);

/// Everything of a kind, with the parts of its keys.
fn named(store: &dyn ViewStore, kind: u8) -> Result<Vec<Named>, ViewError> {
    let (from, to) = key::of_kind(kind);
    let mut found = Vec::new();
    store.scan(&from, &to, false, &mut |key, value| {
        found.push((key::parts(key), value.to_vec()));
        true
    })?;
    Ok(found)
}

fn values(store: &dyn ViewStore, kind: u8) -> Result<Vec<Vec<u8>>, ViewError> {
    let (from, to) = key::of_kind(kind);
    let mut values = Vec::new();
    store.scan(&from, &to, false, &mut |_, value| {
        values.push(value.to_vec());
        true
    })?;
    Ok(values)
}

/// SHA-256 over every key and value, for comparing two stores.
///
/// # Errors
/// [`ViewError`]
pub fn digest(store: &dyn ViewStore) -> Result<[u8; 32], ViewError> {
    let mut hasher = Sha256::new();
    store.scan(&[], &[0xff; 32], false, &mut |key, value| {
        for part in [key, value] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        true
    })?;
    Ok(hasher.finalize().into())
}
