//! The `Ledger` service: events as they become durable, checkpoints, proofs, verification.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use conductor_domain::{
    event::{Envelope, Event},
    scope::Scope,
};
use conductor_engine::{
    obligations::Terms,
    ports::{Record, VerifyReport},
    record,
    service::{Engine, ReadError},
};
use conductor_protocol::{
    error_code::Code,
    v1::{self, ledger_server::Ledger},
};
use tokio::sync::{broadcast::error::RecvError, mpsc};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call},
    convert::event,
    disk::on_disk,
    failure::{Failure, Outcome},
    lens::Lens,
    limits::{KINDS_MAX, STREAM_MESSAGES_MAX, TAIL_BYTES, TAIL_RECORD_BYTES, TAIL_RECORDS},
    outlet::{Cut, Messages, Outlet},
    runs::{look_up, run_field},
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
        call.answer(tail(&call, request)).await
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
}

/// Which events are wanted.
struct Filter {
    scope: Scope,
    kinds: Vec<String>,
    subject: String,
    terms: Terms,
    /// For what is about runs, and about schedules.
    lenses: (Lens, Lens),
}

impl Filter {
    fn matches(&self, engine: &Engine, envelope: &Envelope) -> bool {
        let kind = envelope.event.kind();
        let of_kind = |wanted: &String| match wanted.strip_suffix('.') {
            Some(_) => kind.starts_with(wanted.as_str()),
            None => kind == wanted,
        };
        envelope.scope == self.scope
            && (self.kinds.is_empty() || self.kinds.iter().any(of_kind))
            && (self.subject.is_empty() || envelope.event.subject() == self.subject)
            && self.terms.filter.lets(|name| field(engine, envelope, name))
    }

    /// A record as it is, or as what masks leave of it: then it is not what was hashed. Nothing
    /// where what it is about may not be seen.
    fn show(&self, engine: &Engine, found: Record, envelope: Envelope) -> Option<v1::Event> {
        let own = match self.workflow(engine, &envelope) {
            None => None,
            Some((lens, (workflow, version))) => Some(lens.terms(&workflow, &version)?),
        };
        if let Some(own) = &own
            && !own.filter.lets(|name| field(engine, &envelope, name))
        {
            return None;
        }
        let mut masks = vec![&self.terms.mask];
        masks.extend(own.iter().map(|own| &own.mask));
        masks.retain(|mask| !mask.is_empty());
        let (mut found, mut envelope) = (found, envelope);
        if !masks.is_empty() {
            masks.into_iter().for_each(|mask| mask.event(&mut envelope.event));
            found.payload = record::encode(&envelope).payload;
        }
        Some(event::event(found, &envelope))
    }

    /// The workflow and version that an event is about, when it holds what a run is given or gives.
    fn workflow(&self, engine: &Engine, envelope: &Envelope) -> Option<(&Lens, (String, String))> {
        match &envelope.event {
            Event::RunStarted(event) => {
                let workflow = &event.workflow;
                Some((&self.lenses.0, (workflow.name.clone(), workflow.version.clone())))
            }
            Event::ScheduleSet(event) => {
                let spec = &event.spec;
                let workflow = (spec.workflow.clone(), spec.workflow_version.clone());
                Some((&self.lenses.1, workflow))
            }
            event => {
                let run = look_up(engine, &envelope.scope, event.run()?).ok()??;
                let workflow = (run.workflow.name.clone(), run.workflow.version.clone());
                Some((&self.lenses.0, workflow))
            }
        }
    }
}

/// A field of an event that policy may filter by; of an event about a run, the run's.
fn field(engine: &Engine, envelope: &Envelope, name: &str) -> Option<String> {
    match name {
        "kind" => Some(envelope.event.kind().to_owned()),
        "principal" => Some(envelope.principal.to_string()),
        "environment" => Some(envelope.scope.environment.clone()),
        "region" => Some(envelope.scope.region.clone()),
        name => {
            let run = look_up(engine, &envelope.scope, envelope.event.run()?).ok()??;
            run_field(engine, &run, name)
        }
    }
}

async fn tail(call: &Call, request: v1::TailRequest) -> Outcome<Messages<v1::Event>> {
    let scope = call.scope(request.scope)?;
    let terms = call.may_show(&scope, Ask::all("ledger.read", "ledger")).await?;
    if request.kinds.len() > KINDS_MAX {
        let message = format!("a tail may name {KINDS_MAX} kinds");
        return Err(Failure::invalid(message, "name groups of them, such as `run.`"));
    }
    let last = call.engine().ledger().last_seq();
    if request.after_seq > last {
        let message =
            format!("the ledger ends at {last}, event {} is not in it yet", request.after_seq);
        return Err(Failure::invalid(message, "begin with 0; this may be another ledger"));
    }
    let lenses = (Lens::on_runs(call, &scope), Lens::on_schedules(call, &scope));
    let (kinds, subject) = (request.kinds, request.subject);
    let filter = Filter { scope, kinds, subject, terms, lenses };
    let limit = if request.limit == 0 { u64::MAX } else { request.limit };
    let (engine, follow) = (call.engine().clone(), request.follow);
    Ok(Outlet::start(call, move |outlet| {
        Tail { engine, filter, outlet, seq: request.after_seq, left: limit }.run(follow)
    }))
}

struct Tail {
    engine: Engine,
    filter: Filter,
    outlet: Outlet<v1::Event>,
    /// Read up to here.
    seq: u64,
    left: u64,
}

impl Tail {
    async fn run(mut self, follow: bool) -> Result<(), Cut> {
        // Before the first read, so that nothing is missed between.
        let mut commits = self.engine.watch();
        let until = if follow { u64::MAX } else { self.engine.ledger().last_seq() };
        loop {
            self.read_to(until.min(self.engine.ledger().last_seq())).await?;
            if !follow || self.left == 0 {
                return Ok(());
            }
            // Lagging does no harm here: everything is read from the ledger itself.
            while self.engine.ledger().last_seq() <= self.seq {
                if let Err(RecvError::Closed) = self.outlet.wait(commits.recv()).await? {
                    return Err(Failure::shutting_down().into());
                }
            }
        }
    }

    async fn read_to(&mut self, end: u64) -> Result<(), Cut> {
        while self.seq < end && self.left > 0 {
            let (engine, after) = (self.engine.clone(), self.seq);
            // A follower reads a few records at a time: it asks for no more than they may take.
            let pending = usize::try_from(end - after).unwrap_or(TAIL_RECORDS).min(TAIL_RECORDS);
            let bytes = (pending * TAIL_RECORD_BYTES).min(TAIL_BYTES);
            let read = on_disk(move || engine.ledger().read(after, pending, bytes));
            let records = read.await?;
            if records.is_empty() {
                return Ok(());
            }
            for found in records.into_iter().take_while(|found| found.seq <= end) {
                self.seq = found.seq;
                let envelope = record::decode(&found).map_err(ReadError::from);
                let envelope = envelope.map_err(Failure::from)?;
                if self.filter.matches(&self.engine, &envelope) {
                    let shown = self.filter.show(&self.engine, found, envelope);
                    let Some(event) = shown else { continue };
                    self.outlet.send(event).await?;
                    self.left -= 1;
                    if self.left == 0 {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
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
            note: signed.note,
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
    shows_hashes(call, &scope, "ledger.verify").await?;
    let engine = call.engine().clone();
    Ok(Outlet::start(call, move |outlet| verifying(outlet, engine)))
}

async fn verifying(outlet: Outlet<v1::VerifyProgress>, engine: Engine) -> Result<(), Cut> {
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
    outlet.send(finished(report)).await
}

fn finished(report: VerifyReport) -> v1::VerifyProgress {
    v1::VerifyProgress {
        records_done: report.records,
        records_total: report.records,
        finished: true,
        ok: report.problem.is_none(),
        problem: report.problem.unwrap_or_default(),
        root_hash: STANDARD.encode(report.root),
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
        if request.old_size > new_size || new_size > reader.last_seq() {
            return Err(beyond(reader.last_seq()));
        }
        Ok(reader.consistency_proof(request.old_size, new_size)?)
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
