//! A run's disclosure pack: what is known of it in one archive, under the daemon's signature.

mod artifacts;
mod contents;
mod logs;
mod name;
mod room;

use std::sync::Arc;

use conductor_domain::{Refusal, scope::Scope, trust::approval::Approval, work::run::Run};
use conductor_keys::{bundle::Bundle, pack, receipt::Trusted};
use conductor_protocol::{
    archive::{self, DISCLOSURE},
    error_code::Code,
    jcs, v1,
};

use self::{
    contents::{Known, Parts},
    room::Room,
};
use super::read;
use crate::{
    approvals,
    artifacts::all_of_run,
    call::{Ask, Call},
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::{ARTIFACT_CHUNK_BYTES, PACK_BYTES_MAX},
    outlet::{Messages, Outlet},
};

pub(super) async fn export(
    call: &Call,
    request: v1::ExportRunRequest,
) -> Outcome<Messages<v1::ArtifactChunk>> {
    let scope = call.scope(request.scope)?;
    let (run, standing) = read::follow(call, &scope, &request.run_id).await?;
    let approval = may_have_all(call, &run).await?;
    let packed = Arc::new(packed(call, &run, approval).await?);
    let digest = jcs::sha256_digest(&packed);
    Ok(Outlet::start(standing, move |outlet| async move {
        for piece in packed.chunks(ARTIFACT_CHUNK_BYTES) {
            let (data, digest) = (piece.to_vec(), digest.clone());
            let size_bytes = packed.len() as u64;
            outlet.send(v1::ArtifactChunk { data, digest, size_bytes }).await?;
        }
        Ok(())
    }))
}

/// Lets whoever may have all of it: the run, its receipt, its artifacts, the decisions and the approval,
/// with nothing left out of any. Gives the approval.
async fn may_have_all(call: &Call, run: &Run) -> Outcome<Option<Arc<Approval>>> {
    let (scope, id) = (&run.scope, run.id.to_string());
    call.may(scope, read::about(run, "run.read", &id)).await?;
    call.may(scope, read::about(run, "receipt.read", &id)).await?;
    call.may(scope, read::about(run, "artifact.read", &id)).await?;
    let decision = run.decision.to_string();
    call.may(scope, Ask::one("decision.read", "decision", &decision)).await?;
    let views = call.engine().views();
    let Some(approval) = views.approval_of_run(&scope.tenant, run.id)? else { return Ok(None) };
    let approval = views.approval(&scope.tenant, approval)?;
    match approval {
        Some(approval) if !approvals::is_seen(call, &approval) => {
            let message = format!("the run was approved, and {} may not be read", approval.id);
            let hint = "ask for a role that may read approvals: a pack has all or nothing";
            Err(Failure::new(Code::PermissionDenied, message, hint))
        }
        approval => Ok(approval),
    }
}

/// The archive. The same records give the same bytes.
async fn packed(call: &Call, run: &Arc<Run>, approval: Option<Arc<Approval>>) -> Outcome<Vec<u8>> {
    let notary = call.api.notary().cloned();
    let notary = notary.ok_or_else(|| Failure::bug("nothing makes receipts in this daemon"))?;
    let (call, engine, run) = (call.clone(), call.engine().clone(), Arc::clone(run));
    on_disk(move || {
        let tenant = run.scope.tenant.as_str();
        let receipt = engine.receipt_of_run(tenant, run.id)?;
        let receipt = receipt.ok_or_else(|| no_receipt(&run.scope, &run))?;
        let artifacts = all_of_run(&call, tenant, run.id)?;
        let (receipt, artifacts) = (&receipt, artifacts.as_slice());
        let known = Known { engine: &engine, run: &run, approval, receipt, artifacts };
        let chain = notary.chain();
        let of_receipt = notary.key_of(&receipt.bundle);
        let (mut parts, room) = contents::parts(&known, (&chain, &of_receipt))?;
        let statement = pack::statement(&known.predicate(&room), borrowed(&parts));
        let bundle = notary.vouch(statement).map_err(|why| cannot_sign(&why))?;
        parts.insert(pack::STATEMENT.to_owned(), Bundle::to_json(&bundle).into_bytes());
        let parts: Vec<_> = parts.into_iter().collect();
        // A receipt by a key of another log holds by that one only.
        pack::verify(&parts, &Trusted::from(chain.current().clone()))
            .map_err(|error| cannot_sign(&error.to_string()))?;
        let files = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
        let packed = archive::store(files, &DISCLOSURE).map_err(|error| too_large(&error))?;
        // What can't be left out may be too much by itself.
        if packed.len() > PACK_BYTES_MAX + of_artifacts(&parts) {
            return Err(too_large(&format!("it has more than {PACK_BYTES_MAX} bytes")));
        }
        Ok(packed)
    })
    .await
}

/// What the contents of artifacts take, which are bounded by themselves.
fn of_artifacts(parts: &[(String, Vec<u8>)]) -> usize {
    let contents = parts.iter().filter(|(name, _)| name.starts_with(artifacts::FOLDER));
    contents.map(|(name, bytes)| Room::taken_by(name, bytes.len())).sum()
}

fn too_large(why: &dyn std::fmt::Display) -> Failure {
    let message = format!("the run can't be packed: {why}");
    Failure::new(Code::MessageTooLarge, message, "read it in parts: `conductor runs show`")
}

fn borrowed(parts: &Parts) -> impl Iterator<Item = (&str, &[u8])> {
    parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
}

fn no_receipt(scope: &Scope, run: &Run) -> Failure {
    let message = format!("run {} of tenant `{}` has no receipt so far", run.id, scope.tenant);
    let hint = "a run has one a moment after its end, and is packed from then on";
    Refusal::new(Code::ReceiptNotFound, message, hint).into()
}

fn cannot_sign(why: &str) -> Failure {
    let message = format!("the pack can't be signed now: {why}");
    Failure::new(Code::PackUnsigned, message, "`conductor doctor` says how the daemon's key stands")
}
