//! Keys of the view store. Every key but the cursor's begins with a letter for its kind and the
//! tenant, so that a scan can't cross from one tenant to another.

mod evidence;

use conductor_domain::{scope::Scope, time::Timestamp, work::run::RunStatus};
use conductor_protocol::id::{ApprovalId, DecisionId, IncidentId, RunId, SessionId, TokenId};

pub(super) use evidence::*;

/// How far the views have come.
pub(super) const CURSOR: &[u8] = b"!cursor";

fn key(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![kind];
    for part in parts {
        key.extend_from_slice(part);
        key.push(0);
    }
    key
}

fn with_run(mut key: Vec<u8>, run: RunId) -> Vec<u8> {
    key.extend_from_slice(&run.bits().to_be_bytes());
    key
}

/// How far the graph has come.
pub(super) const GRAPH_CURSOR: &[u8] = b"!graph";
/// Letters of the graph's entities and edges.
pub(super) const GRAPH_KINDS: [u8; 2] = [b'E', b'V'];

/// The keys that begin so: from, and before.
pub(super) fn range(prefix: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let mut to = prefix.clone();
    to.extend_from_slice(&[0xff; 17]);
    (prefix, to)
}

pub(super) fn run(tenant: &str, run: RunId) -> Vec<u8> {
    with_run(key(b'r', &[tenant.as_bytes()]), run)
}

/// Which way the runs of a tenant are listed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Index<'a> {
    All,
    Status(RunStatus),
    Workflow(&'a str),
    Owner(&'a str),
    Subject(&'a str),
}

pub(super) fn index(tenant: &str, index: Index<'_>) -> Vec<u8> {
    let tenant = tenant.as_bytes();
    match index {
        Index::All => key(b'r', &[tenant]),
        Index::Status(status) => key(b's', &[tenant, status.word().as_bytes()]),
        Index::Workflow(name) => key(b'w', &[tenant, name.as_bytes()]),
        Index::Owner(name) => key(b'o', &[tenant, name.as_bytes()]),
        Index::Subject(name) => key(b'S', &[tenant, b"r", name.as_bytes()]),
    }
}

/// A run's key in an index.
pub(super) fn indexed(tenant: &str, by: Index<'_>, run: RunId) -> Vec<u8> {
    with_run(index(tenant, by), run)
}

/// Keys of an index for runs from `first` to before `end`.
pub(super) fn index_range(prefix: &[u8], first: RunId, end: RunId) -> (Vec<u8>, Vec<u8>) {
    (with_run(prefix.to_vec(), first), with_run(prefix.to_vec(), end))
}

/// The run that a key ends with.
pub(super) fn last_run(key: &[u8]) -> Option<RunId> {
    let bits = key.get(key.len().checked_sub(16)?..)?;
    Some(RunId::from_bits(u128::from_be_bytes(bits.try_into().ok()?)))
}

/// All runs of a tenant that are about a data subject.
pub(super) fn of_subjects(tenant: &str) -> (Vec<u8>, Vec<u8>) {
    range(key(b'S', &[tenant.as_bytes(), b"r"]))
}

/// The data subject of such a key.
pub(super) fn subject_of(key: &[u8]) -> Option<String> {
    let key = key.get(..key.len().checked_sub(16)?)?;
    let name = key.get(1..)?.split(|byte| *byte == 0).nth(2)?;
    String::from_utf8(name.to_vec()).ok()
}

/// Something that was forgotten, by its record.
pub(super) fn forgotten(tenant: &str, seq: u64) -> Vec<u8> {
    let mut key = key(b'S', &[tenant.as_bytes(), b"f"]);
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

pub(super) fn rerun(tenant: &str, old: RunId, new: RunId) -> Vec<u8> {
    with_run(with_run(key(b'n', &[tenant.as_bytes()]), old), new)
}

pub(super) fn reruns(tenant: &str, old: RunId) -> (Vec<u8>, Vec<u8>) {
    range(with_run(key(b'n', &[tenant.as_bytes()]), old))
}

pub(super) fn workflow(tenant: &str, name: &str, version: &str) -> Vec<u8> {
    key(b'f', &[tenant.as_bytes(), name.as_bytes(), version.as_bytes()])
}

pub(super) fn grant(tenant: &str, principal: &str, role: &str) -> Vec<u8> {
    key(b'g', &[tenant.as_bytes(), principal.as_bytes(), role.as_bytes()])
}

pub(super) fn attribute(tenant: &str, principal: &str, name: &str) -> Vec<u8> {
    key(b'a', &[tenant.as_bytes(), principal.as_bytes(), name.as_bytes()])
}

pub(super) fn enrolled(tenant: &str, fingerprint: &str) -> Vec<u8> {
    key(b'k', &[tenant.as_bytes(), fingerprint.as_bytes()])
}

pub(super) fn tenant(name: &str) -> Vec<u8> {
    key(b't', &[name.as_bytes()])
}

pub(super) fn freeze(tenant: &str, name: &str) -> Vec<u8> {
    key(b'z', &[tenant.as_bytes(), name.as_bytes()])
}

pub(super) fn glass(tenant: &str, approval: ApprovalId) -> Vec<u8> {
    let mut key = key(b'b', &[tenant.as_bytes()]);
    key.extend_from_slice(&approval.bits().to_be_bytes());
    key
}

pub(super) fn incident(tenant: &str, incident: IncidentId) -> Vec<u8> {
    let mut key = key(b'v', &[tenant.as_bytes()]);
    key.extend_from_slice(&incident.bits().to_be_bytes());
    key
}

/// An entity of the graph. Without an id, what the keys of the kind begin with.
pub(super) fn entity(tenant: &str, kind: &str, id: Option<&str>) -> Vec<u8> {
    let prefix = [tenant.as_bytes(), kind.as_bytes()];
    match id {
        Some(id) => key(b'E', &[prefix[0], prefix[1], id.as_bytes()]),
        None => key(b'E', &prefix),
    }
}

/// Edges of the graph by their parts: kind and id of an end, `>` from it or `<` to it, kind of the edge,
/// kind and id of the other end. With the first of them, what such keys begin with.
pub(super) fn edge(tenant: &str, parts: &[&str]) -> Vec<u8> {
    let mut all = vec![tenant.as_bytes()];
    all.extend(parts.iter().map(|part| part.as_bytes()));
    key(b'V', &all)
}

pub(super) fn meter(tenant: &str) -> Vec<u8> {
    key(b'm', &[tenant.as_bytes()])
}

pub(super) fn usual(tenant: &str, workflow: &str) -> Vec<u8> {
    key(b'u', &[tenant.as_bytes(), workflow.as_bytes()])
}

pub(super) fn rehearsed(tenant: &str, workflow: &str) -> Vec<u8> {
    key(b'x', &[tenant.as_bytes(), workflow.as_bytes()])
}

/// The parts of a key: everything after its kind.
pub(super) fn parts(key: &[u8]) -> Vec<String> {
    let parts = key.get(1..).unwrap_or_default().split(|byte| *byte == 0);
    let mut parts: Vec<String> =
        parts.map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    // The last part ends, as all do, with a zero.
    parts.pop();
    parts
}

fn with_approval(mut key: Vec<u8>, approval: ApprovalId) -> Vec<u8> {
    key.extend_from_slice(&approval.bits().to_be_bytes());
    key
}

pub(super) fn approval(tenant: &str, id: ApprovalId) -> Vec<u8> {
    with_approval(key(b'p', &[tenant.as_bytes()]), id)
}

/// The approvals of a tenant before one of them; all of them without one.
pub(super) fn approvals(tenant: &str, before: Option<ApprovalId>) -> (Vec<u8>, Vec<u8>) {
    let (from, to) = range(key(b'p', &[tenant.as_bytes()]));
    (from, before.map_or(to, |id| approval(tenant, id)))
}

/// An approval that waits, beside its document.
pub(super) fn pending(tenant: &str, id: ApprovalId) -> Vec<u8> {
    with_approval(key(b'e', &[tenant.as_bytes()]), id)
}

/// The tenant and the approval of such a key.
pub(super) fn pending_of(key: &[u8]) -> Option<(String, ApprovalId)> {
    let (tenant, bits) = key.get(1..)?.split_at_checked(key.len().checked_sub(17)?)?;
    let tenant = tenant.strip_suffix(&[0])?;
    let bits = u128::from_be_bytes(bits.try_into().ok()?);
    Some((String::from_utf8_lossy(tenant).into_owned(), ApprovalId::from_bits(bits)))
}

pub(super) fn schedule(scope: &Scope, name: &str) -> Vec<u8> {
    let Scope { tenant, environment, region } = scope;
    key(b'h', &[tenant, environment, region, name].map(|part: &str| part.as_bytes()))
}

pub(super) fn alerts(tenant: &str) -> Vec<u8> {
    key(b'y', &[tenant.as_bytes()])
}

pub(super) fn counts(tenant: &str) -> Vec<u8> {
    key(b'c', &[tenant.as_bytes()])
}

pub(super) fn decision(tenant: &str, seq: u64) -> Vec<u8> {
    let mut key = key(b'd', &[tenant.as_bytes()]);
    key.extend_from_slice(&seq.to_be_bytes());
    key
}

/// Decisions from a place in the ledger to before another.
pub(super) fn decisions(tenant: &str, from: u64, before: u64) -> (Vec<u8>, Vec<u8>) {
    (decision(tenant, from), decision(tenant, before))
}

pub(super) fn decision_by_id(tenant: &str, id: DecisionId) -> Vec<u8> {
    let mut key = key(b'q', &[tenant.as_bytes()]);
    key.extend_from_slice(&id.bits().to_be_bytes());
    key
}

pub(super) fn session(tenant: &str, session: SessionId) -> Vec<u8> {
    let mut key = key(b'l', &[tenant.as_bytes()]);
    key.extend_from_slice(&session.bits().to_be_bytes());
    key
}

pub(super) fn token(tenant: &str, token: TokenId) -> Vec<u8> {
    let mut key = key(b'T', &[tenant.as_bytes()]);
    key.extend_from_slice(&token.bits().to_be_bytes());
    key
}

/// Where logins failed: little, and read whole.
pub(super) const LOGIN_ALARMS: &[u8] = b"!logins";

/// Policy's bundles: of the daemon, and so of no tenant.
pub(super) const DEPLOYMENT: &[u8] = b"!policy";

/// The keys that the log is signed by.
pub(super) const SIGNING_KEYS: &[u8] = b"N";

/// Everything of a kind.
pub(super) fn of_kind(kind: u8) -> (Vec<u8>, Vec<u8>) {
    (vec![kind], vec![kind + 1])
}

pub(super) fn remembered(digest: &str) -> Vec<u8> {
    key(b'i', &[digest.as_bytes()])
}

/// Idempotency keys by the time of their use, for forgetting them.
pub(super) fn remembered_at(at: Timestamp, digest: &str) -> Vec<u8> {
    let mut key = vec![b'j'];
    key.extend_from_slice(&at.unix_ms.to_be_bytes());
    key.extend_from_slice(digest.as_bytes());
    key
}

/// Idempotency keys that were used before a time.
pub(super) fn remembered_before(at: Timestamp) -> (Vec<u8>, Vec<u8>) {
    (vec![b'j'], remembered_at(at, ""))
}

/// The digest of a key by time.
pub(super) fn digest_of(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.get(9..)?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use conductor_protocol::id::{ArtifactId, DisclosureId, ReceiptId};

    use super::*;

    #[test]
    fn each_kind_has_a_letter_of_its_own() {
        let (scope, at) = (Scope::default(), Timestamp::from_unix_ms(0));
        let (run_id, id) = (RunId::from_bits(1), ApprovalId::from_bits(1));
        let keys = [
            run("t", run_id),
            index("t", Index::Status(RunStatus::Running)),
            index("t", Index::Workflow("w")),
            index("t", Index::Owner("o")),
            rerun("t", run_id, run_id),
            workflow("t", "w", "1"),
            grant("t", "p", "r"),
            attribute("t", "p", "a"),
            enrolled("t", "f"),
            tenant("t"),
            freeze("t", "f"),
            glass("t", id),
            incident("t", IncidentId::from_bits(1)),
            entity("t", "run", Some("r")),
            edge("t", &["run", "r", ">", "part_of", "task", "x"]),
            tracked("t", run_id),
            disclosure("t", DisclosureId::from_bits(1)),
            meter("t"),
            usual("t", "w"),
            rehearsed("t", "w"),
            approval("t", id),
            pending("t", id),
            schedule(&scope, "s"),
            alerts("t"),
            counts("t"),
            decision("t", 1),
            decision_by_id("t", DecisionId::from_bits(1)),
            session("t", SessionId::from_bits(1)),
            token("t", TokenId::from_bits(1)),
            receipt("t", ReceiptId::from_bits(1)),
            artifact("t", ArtifactId::from_bits(1)),
            standing("t", ArtifactId::from_bits(1)),
            super::gate("t", RunId::from_bits(1)),
            remembered("d"),
            remembered_at(at, "d"),
            CURSOR.to_vec(),
        ];
        let letters: BTreeSet<u8> = keys.iter().map(|key| key[0]).collect();
        assert_eq!(letters.len(), keys.len(), "{letters:?}");
    }
}
