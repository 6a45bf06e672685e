//! The `Gates` service: may what a run made be released?

use std::sync::Arc;

use conductor_domain::{
    scope::Scope,
    trust::{
        approval::Ending,
        artifact::{Location, Signature, Standing},
        gate::{self, Checked, Facts, Seen},
    },
};
use conductor_engine::{
    command::Command,
    limits::PAGE_SCAN_MAX,
    run_known::RunSummary,
    views::{ApprovalFilter, ArtifactRow},
};
use conductor_protocol::{
    id::{ApprovalId, DecisionId, RunId},
    v1::{self, gates_server::Gates},
};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    artifacts::{all_of_run, no_run},
    call::{Ask, Call},
    convert,
    disk::on_disk,
    failure::{Failure, Outcome},
    limits::GATE_RECEIPT_WAIT,
    request,
};

const CHECK: &str = "gate.check";

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Gates for Service {
    async fn check(
        &self,
        request: Request<v1::CheckGateRequest>,
    ) -> Result<Response<v1::CheckGateResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(check(&call, request)).await
    }
}

async fn check(call: &Call, request: v1::CheckGateRequest) -> Outcome<v1::CheckGateResponse> {
    let scope = call.scope(request.scope)?;
    let id: RunId = request::id("run", &request.run_id)?;
    let run = call.engine().run_known(&scope.tenant, id)?.filter(|run| run.scope == scope);
    let ask = match &run {
        Some(run) => Ask {
            owner: run.owner.as_str(),
            workflow: (run.workflow.as_str(), run.version.as_str()),
            ..Ask::one(CHECK, "run", &request.run_id)
        },
        None => Ask::one(CHECK, "run", &request.run_id),
    };
    call.may(&scope, ask).await?;
    let known = run.clone().ok_or_else(|| no_run(&scope, id))?;
    let (looking, of) = (call.clone(), scope.clone());
    let receipted = wait_for_receipt(call, &known).await?;
    let answer = on_disk(move || judged(&looking, &of, (&known, receipted))).await?;
    let last = call.engine().views().gate(&scope.tenant, id)?;
    // Whoever asks again and again writes nothing.
    if gate::news(last.as_deref(), answer.clone()).is_some() {
        call.change(&scope, ask, Command::CheckGate(Box::new(answer.clone())), None).await?;
    }
    Ok(convert::artifact::gate(&answer))
}

/// Whether a run that succeeded has its receipt: it comes a moment after the end, and is waited for as
/// long as that. Nothing where nobody makes any.
async fn wait_for_receipt(call: &Call, run: &RunSummary) -> Outcome<Option<bool>> {
    if call.api.notary().is_none() {
        return Ok(None);
    }
    let (engine, tenant) = (call.engine(), run.scope.tenant.as_str());
    let mut commits = engine.watch();
    let waited = tokio::time::timeout(GATE_RECEIPT_WAIT, async {
        while run.succeeded && !engine.receipted(tenant, run.id)? {
            if matches!(commits.recv().await, Err(RecvError::Closed)) {
                break;
            }
        }
        Ok::<_, Failure>(())
    });
    // What did not come in time is told as it is.
    waited.await.unwrap_or(Ok(()))?;
    Ok(Some(engine.receipted(tenant, run.id)?))
}

/// The answer, from what is on record now.
fn judged(
    call: &Call,
    scope: &Scope,
    (run, receipted): (&RunSummary, Option<bool>),
) -> Outcome<Checked> {
    let rows = all_of_run(call, &scope.tenant, run.id)?;
    let (mut artifacts, mut shown) = (Vec::new(), Vec::new());
    for row in &rows {
        let (seen, input) = seen(call, row);
        artifacts.push(seen);
        shown.push(input);
    }
    let input = json!({
        "run": {
            "id": run.id.to_string(),
            "status": run.status,
            "workflow": run.workflow,
            "version": run.version,
            "owner": run.owner.as_str(),
            "tenant": run.scope.tenant,
            "environment": run.scope.environment,
            "region": run.scope.region,
        },
        "artifacts": shown,
        "receipt": receipted,
        "approvals": approvals(call, scope, run.id)?,
    });
    let asked = call.api.guard().bundle().gate(&input.to_string());
    let blocks = asked.unwrap_or_else(|problem| {
        vec![format!("The gate's policy could not be evaluated: {problem}")]
    });
    let facts = Facts {
        run: run.id,
        status: run.status.to_owned(),
        succeeded: run.succeeded,
        receipted,
        artifacts,
        blocks,
    };
    Ok(gate::judge(&facts, DecisionId::from_bits(0)))
}

/// An artifact as the gate sees it, and as policy does.
fn seen(call: &Call, (known, standing): &ArtifactRow) -> (Seen, Value) {
    let (flags, _) = call.engine().shown_by(known);
    let signature = call.engine().signature_shown(known);
    let gone = matches!(standing.as_deref(), Some(Standing::Expired { .. }));
    let unverifiable = match &signature {
        Signature::Unverifiable { problem } => Some(problem.clone()),
        Signature::Unsigned | Signature::Signed { .. } => None,
    };
    let (signed_by, within) = match &signature {
        Signature::Signed { by, within, .. } => (by.as_str(), within.as_slice()),
        Signature::Unsigned | Signature::Unverifiable { .. } => ("", &[][..]),
    };
    let signed_within: Vec<&str> = within.iter().map(|signer| signer.by.as_str()).collect();
    let input = json!({
        "id": known.id.to_string(),
        "kind": known.kind.word(),
        "name": known.name,
        "task": known.task,
        "stored": matches!(known.location, Location::Stored { .. }),
        "digest": known.location.digest(),
        "declared": known.declared,
        "sbom_present": flags.sbom_present,
        "slsa_provenance_present": flags.slsa_provenance_present,
        "risk_assessment_present": flags.risk_assessment_present,
        "additional_metadata": known.additional,
        "signature": signature.word(),
        "signed_by": signed_by,
        "signed_within": signed_within,
        "expired": gone,
    });
    (Seen { id: known.id, name: known.name.clone(), flags, unverifiable, gone }, input)
}

/// The approvals by which a run was started, with who signed them.
fn approvals(call: &Call, scope: &Scope, run: RunId) -> Outcome<Vec<Value>> {
    // They were asked for before the run began, and the newest of those are looked at.
    let before = ApprovalId::from_bits(u128::from(run.unix_ms() + 1) << 80);
    let (views, filter) = (call.engine().views(), ApprovalFilter::default());
    let page = views.find_approvals(&scope.tenant, &filter, Some(before), PAGE_SCAN_MAX)?;
    let own = page.approvals.iter().filter(|approval| {
        let how = approval.ended.as_ref().map(|ended| &ended.how);
        matches!(how, Some(Ending::Granted { run: Some(started), .. }) if *started == run)
    });
    let shown = own.map(|approval: &Arc<_>| {
        let signers: Vec<Value> = approval
            .signatures
            .iter()
            .map(|one| json!({"principal": one.principal.as_str(), "stage": one.stage}))
            .collect();
        json!({
            "id": approval.id.to_string(),
            "requester": approval.requester.as_str(),
            "signers": signers,
        })
    });
    Ok(shown.collect())
}
