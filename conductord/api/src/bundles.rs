//! The `Bundles` service: which bundle of policy decides, and going back to an earlier one.

use std::sync::Arc;

use conductor_domain::{
    Refusal,
    scope::{HOME_TENANT, Scope},
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
    let at_home = scope.tenant == HOME_TENANT;
    // What drifts elsewhere is nothing of this tenant's.
    let own = |item: &&Item| item.drift.tenant == scope.tenant;
    Ok(v1::ShowBundlesResponse {
        bundles: known.history().map(|bundle| deployed(bundle, &kept, at_home)).collect(),
        refused,
        drift: known.open().filter(own).chain(known.settled().filter(own)).map(drift).collect(),
    })
}

/// Who deployed it and why is said in the daemon's own tenant only.
fn deployed(bundle: &Kept, kept: &[String], at_home: bool) -> v1::DeployedBundle {
    let event = &bundle.event;
    let said = |text: &str| if at_home { text.to_owned() } else { String::new() };
    v1::DeployedBundle {
        revision: event.revision.clone(),
        label: event.label.clone(),
        source: event.source.clone(),
        signed_by: event.signed_by.clone(),
        cause: event.cause.word().to_owned(),
        reason: said(&event.reason),
        by: said(bundle.by.as_str()),
        at: Some(time(bundle.at)),
        kept: kept.contains(&event.revision),
        decision_id: said(&event.decision),
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

/// One bundle decides for all tenants: whoever changes it may do so in the daemon's own.
async fn roll_back(call: &Call, request: v1::RollBackRequest) -> Outcome<v1::RollBackResponse> {
    let scope = Scope { tenant: HOME_TENANT.to_owned(), ..call.scope(request.scope)? };
    let revision = request::text("revision", request.revision)?;
    let reason = request::text("reason", request.reason)?;
    let normal = (convert::scope(&scope), &revision, &reason);
    let key = idempotency(request.idempotency_key, &normal)?;
    // Nothing is read for whom it may not be done.
    call.may_quietly(&scope, Ask::one("policy.edit", "policy", &revision)).await?;
    let Some(deployer) = call.api.deployer() else {
        let message = "this daemon keeps no bundles that one could go back to";
        return Err(
            Refusal::new(Code::BundleNotFound, message, "deploy the one that is wanted").into()
        );
    };
    let (ready, wanted) = (Arc::clone(&deployer), revision.clone());
    let event = on_disk(move || ready.prepare(&wanted, &reason).map_err(Failure::from)).await?;
    let done = event.revision.clone();
    // A caller that goes away in its middle leaves nothing half done.
    let call = call.clone();
    let carried_out = tokio::spawn(async move {
        let ask = Ask::one("policy.edit", "policy", &revision);
        match call.change(&scope, ask, Command::RollBack(Box::new(event)), key).await? {
            Answer::RolledBack { .. } => {}
            _ => return Err(Failure::bug("a rollback was answered with something else")),
        }
        on_disk(move || {
            deployer.catch_up();
            Ok::<_, Failure>(())
        })
        .await
    });
    carried_out.await.map_err(|_| Failure::bug("a rollback ended in its middle"))??;
    Ok(v1::RollBackResponse { revision: done })
}
