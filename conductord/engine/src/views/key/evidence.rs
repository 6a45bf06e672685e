//! Keys of what runs are shown by: receipts, artifacts, gates, tracked runs and their packs.

use conductor_protocol::id::{ArtifactId, DisclosureId, ReceiptId, RunId};

use super::{key, last_run, range, with_run};

pub(in crate::views) fn tracked(tenant: &str, run: RunId) -> Vec<u8> {
    with_run(key(b'K', &[tenant.as_bytes()]), run)
}

/// The tracked runs of a tenant before one of them; all of them without one.
pub(in crate::views) fn all_tracked(tenant: &str, before: Option<RunId>) -> (Vec<u8>, Vec<u8>) {
    let (from, to) = range(key(b'K', &[tenant.as_bytes()]));
    (from, before.map_or(to, |run| tracked(tenant, run)))
}

pub(in crate::views) fn disclosure(tenant: &str, id: DisclosureId) -> Vec<u8> {
    with_disclosure(key(b'D', &[tenant.as_bytes(), b"p"]), id)
}

/// The packs of a tenant, or of one run in it, before one of them.
pub(in crate::views) fn disclosures(
    tenant: &str,
    run: Option<RunId>,
    before: Option<DisclosureId>,
) -> (Vec<u8>, Vec<u8>) {
    let prefix = match run {
        Some(run) => with_run(key(b'D', &[tenant.as_bytes(), b"r"]), run),
        None => key(b'D', &[tenant.as_bytes(), b"p"]),
    };
    let (from, to) = range(prefix.clone());
    (from, before.map_or(to, |id| with_disclosure(prefix, id)))
}

/// A pack of a run, beside its document.
pub(in crate::views) fn disclosed(tenant: &str, run: RunId, id: DisclosureId) -> Vec<u8> {
    with_disclosure(with_run(key(b'D', &[tenant.as_bytes(), b"r"]), run), id)
}

fn with_disclosure(mut key: Vec<u8>, id: DisclosureId) -> Vec<u8> {
    key.extend_from_slice(&id.bits().to_be_bytes());
    key
}

/// The pack that a key ends with.
pub(in crate::views) fn last_disclosure(key: &[u8]) -> Option<DisclosureId> {
    let bits = key.get(key.len().checked_sub(16)?..)?;
    Some(DisclosureId::from_bits(u128::from_be_bytes(bits.try_into().ok()?)))
}

fn with_receipt(mut key: Vec<u8>, id: ReceiptId) -> Vec<u8> {
    key.extend_from_slice(&id.bits().to_be_bytes());
    key
}

fn with_artifact(mut key: Vec<u8>, id: ArtifactId) -> Vec<u8> {
    key.extend_from_slice(&id.bits().to_be_bytes());
    key
}

/// Receipts, what they are about, and what runs were started by: told apart by their second part.
fn of_receipts(tenant: &str, what: &str) -> Vec<u8> {
    key(b'R', &[tenant.as_bytes(), what.as_bytes()])
}

pub(in crate::views) fn receipt(tenant: &str, id: ReceiptId) -> Vec<u8> {
    with_receipt(of_receipts(tenant, "id"), id)
}

/// The receipts of a tenant before one of them.
pub(in crate::views) fn receipts(tenant: &str, before: ReceiptId) -> (Vec<u8>, Vec<u8>) {
    (receipt(tenant, ReceiptId::from_bits(0)), receipt(tenant, before))
}

pub(in crate::views) fn receipt_of_run(tenant: &str, run: RunId, id: ReceiptId) -> Vec<u8> {
    with_receipt(with_run(of_receipts(tenant, "run"), run), id)
}

/// The receipts about a run before one of them.
pub(in crate::views) fn receipts_of_run(
    tenant: &str,
    run: RunId,
    before: ReceiptId,
) -> (Vec<u8>, Vec<u8>) {
    let from = receipt_of_run(tenant, run, ReceiptId::from_bits(0));
    (from, receipt_of_run(tenant, run, before))
}

/// The receipt that a key ends with.
pub(in crate::views) fn last_receipt(key: &[u8]) -> Option<ReceiptId> {
    last_run(key).map(|run| ReceiptId::from_bits(run.bits()))
}

pub(in crate::views) fn approval_of_run(tenant: &str, run: RunId) -> Vec<u8> {
    with_run(of_receipts(tenant, "approval"), run)
}

/// The first record that waits for its receipt.
pub(in crate::views) const RECEIPTS: &[u8] = b"!receipts";

/// What an artifact's document, and its places in indexes, are told apart by.
fn artifact_part(tenant: &str, part: u8) -> Vec<u8> {
    let mut key = key(b'A', &[tenant.as_bytes()]);
    key.push(part);
    key
}

pub(in crate::views) fn artifact(tenant: &str, id: ArtifactId) -> Vec<u8> {
    with_artifact(artifact_part(tenant, b'a'), id)
}

/// The artifacts of a tenant after one, and before another.
pub(in crate::views) fn artifacts(
    tenant: &str,
    (after, before): (Option<ArtifactId>, Option<ArtifactId>),
) -> (Vec<u8>, Vec<u8>) {
    let (from, to) = range(artifact_part(tenant, b'a'));
    (after.map_or(from, |id| artifact(tenant, id)), before.map_or(to, |id| artifact(tenant, id)))
}

pub(in crate::views) fn artifact_of_run(tenant: &str, run: RunId, id: ArtifactId) -> Vec<u8> {
    with_artifact(with_run(artifact_part(tenant, b'r'), run), id)
}

pub(in crate::views) fn artifacts_of_run(tenant: &str, run: RunId) -> (Vec<u8>, Vec<u8>) {
    range(with_run(artifact_part(tenant, b'r'), run))
}

fn digest_part(tenant: &str, digest: &str) -> Vec<u8> {
    let mut key = artifact_part(tenant, b'd');
    key.extend_from_slice(digest.as_bytes());
    key.push(0);
    key
}

pub(in crate::views) fn artifact_of_digest(tenant: &str, digest: &str, id: ArtifactId) -> Vec<u8> {
    with_artifact(digest_part(tenant, digest), id)
}

pub(in crate::views) fn artifacts_of_digest(tenant: &str, digest: &str) -> (Vec<u8>, Vec<u8>) {
    range(digest_part(tenant, digest))
}

/// The artifact that a key ends with.
pub(in crate::views) fn last_artifact(key: &[u8]) -> Option<ArtifactId> {
    last_run(key).map(|id| ArtifactId::from_bits(id.bits()))
}

/// How an artifact stands.
pub(in crate::views) fn standing(tenant: &str, id: ArtifactId) -> Vec<u8> {
    with_artifact(key(b'H', &[tenant.as_bytes()]), id)
}

/// The artifacts of a tenant of which something was said.
pub(in crate::views) fn standings(tenant: &str) -> (Vec<u8>, Vec<u8>) {
    range(key(b'H', &[tenant.as_bytes()]))
}

/// What the release gate of a run answered last.
pub(in crate::views) fn gate(tenant: &str, run: RunId) -> Vec<u8> {
    with_run(key(b'G', &[tenant.as_bytes()]), run)
}
