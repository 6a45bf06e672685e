//! The `Bundles` service: which bundle of policy decides, and going back to an earlier one.

use conductor_domain::{
    Refusal,
    trust::bundle::{Item, Kept},
};
use conductor_engine::command::{Answer, Command};
use conductor_protocol::{
    error_code::Code,
    v1::{self, bundles_server::Bundles},
};
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency},
    convert::{self, time},
    disk::on_disk,
    failure::{Failure, Outcome},
    request,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

#[tonic::async_trait]
impl Bundles for Service {
    async fn show(
        &self,
        request: Request<v1::ShowBundlesRequest>,
    ) -> Result<Response<v1::ShowBundlesResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(show(&call, request)).await
    }

    async fn roll_back(
        &self,
        request: Request<v1::RollBackRequest>,
    ) -> Result<Response<v1::RollBackResponse>, Status> {
        let (call, request) = self.0.enter(request)?;
        call.answer(roll_back(&call, request)).await
    }
}

async fn show(call: &Call, request: v1::ShowBundlesRequest) -> Outcome<v1::ShowBundlesResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("policy.read", "policy")).await?;
    let known = call.engine().views().deployment();
    let kept = call.api.deployer().map(|deployer| deployer.accepted()).unwrap_or_default();
    let refused = known.alarm().map(|(at, refused)| v1::RefusedBundle {
        source: refused.source.clone(),
        problem: refused.problem.clone(),
        at: Some(time(*at)),
    });
    // What drifts elsewhere is nothing of this tenant's.
    let own = |item: &&Item| item.drift.tenant == scope.tenant;
    Ok(v1::ShowBundlesResponse {
        bundles: known.history().map(|bundle| deployed(bundle, &kept)).collect(),
        refused,
        drift: known.open().filter(own).chain(known.settled().filter(own)).map(drift).collect(),
    })
}

fn deployed(bundle: &Kept, kept: &[String]) -> v1::DeployedBundle {
    let event = &bundle.event;
    v1::DeployedBundle {
        revision: event.revision.clone(),
        label: event.label.clone(),
        source: event.source.clone(),
        signed_by: event.signed_by.clone(),
        cause: event.cause.word().to_owned(),
        reason: event.reason.clone(),
        by: bundle.by.to_string(),
        at: Some(time(bundle.at)),
        kept: kept.contains(&event.revision),
        decision_id: event.decision.clone(),
    }
}

fn drift(item: &Item) -> v1::DriftItem {
    v1::DriftItem {
        what: item.drift.what.clone(),
        desired: item.drift.desired.clone(),
        deployed: item.drift.deployed.clone(),
        opened_at: Some(time(item.opened)),
        settled_at: item.settled.map(time),
    }
}

async fn roll_back(call: &Call, request: v1::RollBackRequest) -> Outcome<v1::RollBackResponse> {
    let scope = call.scope(request.scope)?;
    let revision = request::text("revision", request.revision)?;
    let reason = request::text("reason", request.reason)?;
    let normal = (convert::scope(&scope), &revision, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    let ask = Ask::one("policy.edit", "policy", &revision);
    // Nothing is read for whom it may not be done.
    call.may_quietly(&scope, ask).await?;
    let Some(deployer) = call.api.deployer() else {
        let message = "this daemon keeps no bundles that one could go back to";
        return Err(
            Refusal::new(Code::BundleNotFound, message, "deploy the one that is wanted").into()
        );
    };
    let (ready, wanted) = (std::sync::Arc::clone(&deployer), revision.clone());
    let event = on_disk(move || ready.prepare(&wanted, &reason).map_err(Failure::from)).await?;
    let revision = event.revision.clone();
    match call.change(&scope, ask, Command::RollBack(Box::new(event)), key).await? {
        Answer::RolledBack { replayed: true } => {}
        Answer::RolledBack { replayed: false } => {
            let install = move || {
                deployer.install();
                Ok::<_, Failure>(())
            };
            on_disk(install).await?;
        }
        _ => return Err(Failure::bug("a rollback was answered with something else")),
    }
    Ok(v1::RollBackResponse { revision })
}
