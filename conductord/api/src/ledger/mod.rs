//! The `Ledger` service: events as they become durable, checkpoints, proofs, verification.

mod forgotten;
pub(crate) mod keys;
mod sight;
mod tail;
pub(crate) mod witnesses;

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use conductor_domain::scope::Scope;
use conductor_engine::{
    ports::{KeyFound, Keyring, VerifyReport},
    service::Engine,
};
use conductor_protocol::{
    error_code::Code,
    v1::{self, ledger_server::Ledger},
};
use tokio::sync::mpsc;
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call},
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::STREAM_MESSAGES_MAX,
    outlet::{Cut, Messages, Outlet},
    standing::Standing,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Ledger for Service {
    type TailStream = Messages<v1::Event>;

    async fn tail(
        &self,
        request: Request<v1::TailRequest>,
    ) -> Result<Response<Self::TailStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(tail::tail(&call, request)).await
    }

    async fn checkpoint(
        &self,
        request: Request<v1::CheckpointRequest>,
    ) -> Result<Response<v1::CheckpointResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(checkpoint(&call, request)).await
    }

    type VerifyStream = Messages<v1::VerifyProgress>;

    async fn verify(
        &self,
        request: Request<v1::VerifyRequest>,
    ) -> Result<Response<Self::VerifyStream>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(verify(&call, request)).await
    }

    async fn inclusion_proof(
        &self,
        request: Request<v1::InclusionProofRequest>,
    ) -> Result<Response<v1::InclusionProofResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(inclusion_proof(&call, request)).await
    }

    async fn consistency_proof(
        &self,
        request: Request<v1::ConsistencyProofRequest>,
    ) -> Result<Response<v1::ConsistencyProofResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(consistency_proof(&call, request)).await
    }

    async fn witnesses(
        &self,
        request: Request<v1::WitnessesRequest>,
    ) -> Result<Response<v1::WitnessesResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(witnesses::witnesses(&call, request)).await
    }

    async fn signing_keys(
        &self,
        request: Request<v1::SigningKeysRequest>,
    ) -> Result<Response<v1::SigningKeysResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(keys::signing_keys(&call, request)).await
    }

    async fn rotate_signing_key(
        &self,
        request: Request<v1::RotateSigningKeyRequest>,
    ) -> Result<Response<v1::RotateSigningKeyResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(keys::rotate(&call, request)).await
    }
}

/// Lets a look at hashes and counts pass: nothing of what a mask or a filter hides is in them.
async fn shows_hashes(call: &Call, scope: &Scope, action: &str) -> Outcome<()> {
    drop(call.may_show(scope, Ask::all(action, "ledger")).await?);
    Ok(())
}

async fn checkpoint(
    call: &Call,
    request: v1::CheckpointRequest,
) -> Outcome<v1::CheckpointResponse> {
    let scope = call.scope(request.scope)?;
    shows_hashes(call, &scope, "ledger.read").await?;
    let engine = call.engine().clone();
    match on_disk(move || engine.ledger().latest_checkpoint()).await? {
        Some(signed) => Ok(v1::CheckpointResponse {
            note: match call.api.witnesses() {
                Some(witnesses) => witnesses.complete(&signed),
                None => signed.note,
            },
            size: signed.size,
            root_hash: STANDARD.encode(signed.root),
            verifier_key: signed.verifier_key,
        }),
        // The first one is signed before the first caller can be let in.
        None => Err(Failure::new(
            Code::LedgerUnavailable,
            "no checkpoint could be signed yet",
            "ask again in a second; the daemon's log says why",
        )),
    }
}

async fn verify(call: &Call, request: v1::VerifyRequest) -> Outcome<Messages<v1::VerifyProgress>> {
    let scope = call.scope(request.scope)?;
    // Hashes and counts hold nothing of what a mask or a filter hides.
    let asking = |call: &Call, scope: &Scope| call.rule(scope, Ask::all("ledger.verify", "ledger"));
    let standing = Standing::to_show(call, &scope, asking).await?;
    let engine = call.engine().clone();
    Ok(Outlet::start(standing, move |outlet| verifying(outlet, engine)))
}

async fn verifying(outlet: Outlet<v1::VerifyProgress>, engine: Engine) -> Result<(), Cut> {
    let keyring = Arc::clone(engine.keyring());
    let (progress, mut steps) = mpsc::channel::<(u64, u64)>(STREAM_MESSAGES_MAX);
    let verifying = on_disk(move || {
        // A reader that is slow misses steps, not the result.
        engine.ledger().verify(&mut |done, all| {
            progress.try_send((done, all)).ok();
        })
    });
    tokio::pin!(verifying);
    let report = loop {
        let step = async {
            tokio::select! {
                biased;
                Some(step) = steps.recv() => Err(step),
                report = &mut verifying => Ok(report),
            }
        };
        match outlet.wait(step).await? {
            Ok(report) => break report?,
            Err((records_done, records_total)) => {
                let step = v1::VerifyProgress { records_done, records_total, ..Default::default() };
                outlet.send(step).await?;
            }
        }
    };
    outlet.send(finished(report, &*keyring)).await
}

fn finished(report: VerifyReport, keyring: &dyn Keyring) -> v1::VerifyProgress {
    let is_gone = |id: &str| matches!(keyring.key(id), Ok(KeyFound::Destroyed(_)));
    let forgotten =
        report.sealed.iter().filter(|(id, _)| is_gone(id)).map(|(_, records)| records).sum();
    v1::VerifyProgress {
        records_done: report.records,
        records_total: report.records,
        finished: true,
        ok: report.problem.is_none(),
        problem: report.problem.unwrap_or_default(),
        root_hash: STANDARD.encode(report.root),
        sealed: report.sealed.values().sum(),
        forgotten,
    }
}

async fn inclusion_proof(
    call: &Call,
    request: v1::InclusionProofRequest,
) -> Outcome<v1::InclusionProofResponse> {
    let scope = call.scope(request.scope)?;
    shows_hashes(call, &scope, "ledger.read").await?;
    let engine = call.engine().clone();
    let (seq, tree_size) = (request.seq, request.tree_size);
    let proof = on_disk(move || {
        let reader = engine.ledger();
        let tree_size = tree_or_checkpoint(&engine, tree_size)?;
        if seq == 0 || seq > tree_size || tree_size > reader.last_seq() {
            return Err(beyond(reader.last_seq()));
        }
        Ok(reader.inclusion_proof(seq, tree_size)?)
    });
    let proof = proof.await?;
    Ok(v1::InclusionProofResponse {
        index: proof.index,
        tree_size: proof.tree_size,
        hashes: proof.path.iter().map(|hash| STANDARD.encode(hash)).collect(),
        leaf_hash: STANDARD.encode(proof.leaf),
        root_hash: STANDARD.encode(proof.root),
    })
}

async fn consistency_proof(
    call: &Call,
    request: v1::ConsistencyProofRequest,
) -> Outcome<v1::ConsistencyProofResponse> {
    let scope = call.scope(request.scope)?;
    shows_hashes(call, &scope, "ledger.read").await?;
    let engine = call.engine().clone();
    let proof = on_disk(move || {
        let reader = engine.ledger();
        let new_size = tree_or_checkpoint(&engine, request.new_size)?;
        let old_size = request.old_size;
        if old_size == 0 || old_size > new_size || new_size > reader.last_seq() {
            return Err(beyond(reader.last_seq()));
        }
        Ok(reader.consistency_proof(old_size, new_size)?)
    });
    let proof = proof.await?;
    Ok(v1::ConsistencyProofResponse {
        old_size: proof.old_size,
        new_size: proof.new_size,
        hashes: proof.path.iter().map(|hash| STANDARD.encode(hash)).collect(),
    })
}

/// The size that was asked for; 0 stands for the newest checkpoint's.
fn tree_or_checkpoint(engine: &Engine, size: u64) -> Outcome<u64> {
    if size > 0 {
        return Ok(size);
    }
    let newest = engine.ledger().latest_checkpoint()?;
    Ok(newest.map_or_else(|| engine.ledger().last_seq(), |newest| newest.size))
}

fn beyond(last: u64) -> Failure {
    Failure::invalid(
        format!("the ledger has the events 1 to {last}, and the tree that was named has fewer"),
        "name an event and a tree that holds it",
    )
}
