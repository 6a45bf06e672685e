//! The `Tenants` service: what a tenant is, may use and may spend; whether it is ready.
//!
//! A request acts in the tenant that it names: policy is asked there, so that a role in one tenant
//! says nothing of another. Who may not read of a tenant is not told whether it is there.

mod check;
mod forget;

use std::sync::Arc;

use conductor_domain::{
    org::tenant::{Change, Tenant},
    scope::Scope,
};
use conductor_engine::command::{Answer, Command};
use conductor_protocol::v1::{self, tenants_server::Tenants};
use serde::Serialize;
use tokio::task::JoinSet;
use tonic::{Request, Response, Status};

use crate::{
    api::Api,
    call::{Ask, Call, idempotency, met},
    convert::{
        self,
        tenant::{Shown, open_runs, patch},
    },
    failure::{Failure, Outcome},
    request,
};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Service(pub(crate) Api);

/// Every method comes in, is carried out and answered in the same way.
macro_rules! methods {
    ($($name:ident($request:ident) -> $response:ident = $handler:path;)*) => {
        #[tonic::async_trait]
        impl Tenants for Service {
            $(async fn $name(
                &self,
                request: Request<v1::$request>,
            ) -> Result<Response<v1::$response>, Status> {
                let (call, request) = self.0.enter(request)?;
                call.answer($handler(&call, request)).await
            })*
        }
    };
}

methods! {
    create(CreateTenantRequest) -> CreateTenantResponse = create;
    get(GetTenantRequest) -> GetTenantResponse = get;
    list(ListTenantsRequest) -> ListTenantsResponse = list;
    configure(ConfigureTenantRequest) -> ConfigureTenantResponse = configure;
    suspend(SuspendTenantRequest) -> SuspendTenantResponse = suspend;
    resume(ResumeTenantRequest) -> ResumeTenantResponse = resume;
    check(CheckTenantRequest) -> CheckTenantResponse = check::check;
    admit_guest(AdmitGuestRequest) -> AdmitGuestResponse = admit_guest;
    dismiss_guest(DismissGuestRequest) -> DismissGuestResponse = dismiss_guest;
    forget_tenant(ForgetTenantRequest) -> ForgetResponse = forget::tenant;
    forget_subject(ForgetSubjectRequest) -> ForgetResponse = forget::subject;
    list_subjects(ListSubjectsRequest) -> ListSubjectsResponse = forget::subjects;
}

/// Where a request acts: in the tenant that it names, or in that of its scope.
fn scope_of(call: &Call, scope: Option<v1::Scope>, name: String) -> Outcome<Scope> {
    let given = scope.unwrap_or_default();
    let tenant = if name.is_empty() { given.tenant } else { name };
    call.scope(Some(v1::Scope { tenant, ..given }))
}

async fn create(
    call: &Call,
    request: v1::CreateTenantRequest,
) -> Outcome<v1::CreateTenantResponse> {
    if request.name.is_empty() {
        return Err(Failure::invalid("the tenant has no name", "name it"));
    }
    let scope = scope_of(call, request.scope, request.name)?;
    let given = request.settings.unwrap_or_default();
    let change = Change::Create(Box::new(patch(given.clone())?));
    let (tenant, _) = change_it(call, &scope, change, (request.idempotency_key, &given)).await?;
    Ok(v1::CreateTenantResponse { tenant: Some(tenant) })
}

async fn configure(
    call: &Call,
    request: v1::ConfigureTenantRequest,
) -> Outcome<v1::ConfigureTenantResponse> {
    let scope = scope_of(call, request.scope, request.name)?;
    let given = request.patch.unwrap_or_default();
    let change = Change::Configure(Box::new(patch(given.clone())?));
    let changed = change_it(call, &scope, change, (request.idempotency_key, &given)).await?;
    Ok(v1::ConfigureTenantResponse { tenant: Some(changed.0), changed: changed.1 })
}

async fn suspend(
    call: &Call,
    request: v1::SuspendTenantRequest,
) -> Outcome<v1::SuspendTenantResponse> {
    let scope = scope_of(call, request.scope, request.name)?;
    let reason = request::text("reason", request.reason)?;
    let runs = open_runs(request.runs)?;
    let change = Change::Suspend(reason.clone(), runs);
    let key = (request.idempotency_key, &(reason, runs.word()));
    let changed = change_it(call, &scope, change, key).await?;
    Ok(v1::SuspendTenantResponse { tenant: Some(changed.0), changed: changed.1 })
}

async fn resume(
    call: &Call,
    request: v1::ResumeTenantRequest,
) -> Outcome<v1::ResumeTenantResponse> {
    let scope = scope_of(call, request.scope, request.name)?;
    let reason = request::text("reason", request.reason)?;
    let key = (request.idempotency_key, &reason);
    let changed = change_it(call, &scope, Change::Resume(reason.clone()), key).await?;
    Ok(v1::ResumeTenantResponse { tenant: Some(changed.0), changed: changed.1 })
}

async fn admit_guest(
    call: &Call,
    request: v1::AdmitGuestRequest,
) -> Outcome<v1::AdmitGuestResponse> {
    let scope = scope_of(call, request.scope, request.name)?;
    let principal = request::principal(request.principal)?;
    let reason = request::text("reason", request.reason)?;
    let key = (request.idempotency_key, &(principal.as_str(), request.duration_ms, &reason));
    let ms = request.duration_ms;
    let change = Change::Admit { principal: principal.clone(), ms, reason: reason.clone() };
    let (tenant, _) = change_it(call, &scope, change, key).await?;
    Ok(v1::AdmitGuestResponse { tenant: Some(tenant) })
}

async fn dismiss_guest(
    call: &Call,
    request: v1::DismissGuestRequest,
) -> Outcome<v1::DismissGuestResponse> {
    let scope = scope_of(call, request.scope, request.name)?;
    let principal = request::principal(request.principal)?;
    let key = (request.idempotency_key, &principal.as_str());
    let (tenant, changed) =
        change_it(call, &scope, Change::Dismiss(principal.clone()), key).await?;
    Ok(v1::DismissGuestResponse { tenant: Some(tenant), changed })
}

/// Changes the scope's tenant. `normal` is the request without its idempotency key.
async fn change_it(
    call: &Call,
    scope: &Scope,
    change: Change,
    (key, normal): (String, &impl Serialize),
) -> Outcome<(v1::Tenant, bool)> {
    let key = idempotency(key, &(convert::scope(scope), normal))?;
    let action = match change {
        Change::Create(_) => "tenant.create",
        Change::Configure(_) => "tenant.edit",
        Change::Suspend(..) | Change::Resume(_) => "tenant.suspend",
        Change::Admit { .. } => "tenant.admit",
        Change::Dismiss(_) => "tenant.dismiss",
    };
    let ask = Ask::one(action, "tenant", &scope.tenant);
    match call.change(scope, ask, Command::Tenant { change }, key).await? {
        Answer::Tenant(known, changed) => Ok((shown(call, &known), changed)),
        _ => Err(Failure::bug("a change of a tenant was answered with something else")),
    }
}

async fn get(call: &Call, request: v1::GetTenantRequest) -> Outcome<v1::GetTenantResponse> {
    let scope = scope_of(call, request.scope, request.name)?;
    let known = read(call, &scope).await?;
    Ok(v1::GetTenantResponse { tenant: Some(shown(call, &known)) })
}

/// The scope's tenant, for whoever may read of it.
async fn read(call: &Call, scope: &Scope) -> Outcome<Arc<Tenant>> {
    call.may(scope, Ask::one("tenant.read", "tenant", &scope.tenant)).await?;
    match call.engine().views().tenant(&scope.tenant) {
        Some(known) => Ok(known),
        None => Err(call.no_tenant(&scope.tenant).await),
    }
}

async fn list(call: &Call, request: v1::ListTenantsRequest) -> Outcome<v1::ListTenantsResponse> {
    let scope = call.scope(request.scope)?;
    let size = request::page_size(request.page_size);
    let mut known = call.engine().views().tenants();
    known.retain(|tenant| tenant.name > request.page_token);
    let there = |tenant: &Tenant| Scope { tenant: tenant.name.clone(), ..scope.clone() };
    let mut readable = known.into_iter().filter_map(|tenant| {
        // Nobody asked for this one by its name: that it can't be read is no denial.
        let ruling = call.rule(&there(&tenant), Ask::one("tenant.read", "tenant", &tenant.name));
        met(&ruling).is_ok().then_some((tenant, ruling))
    });
    let mut noting = JoinSet::new();
    let mut tenants = Vec::new();
    for (tenant, ruling) in readable.by_ref().take(size) {
        tenants.push(shown(call, &tenant));
        // All at once, so that they are made durable together.
        let (call, there) = (call.clone(), there(&tenant));
        noting.spawn(async move { call.note(&there, ruling, false).await });
    }
    let more = readable.next().is_some();
    drop(readable);
    for noted in noting.join_all().await {
        noted?;
    }
    let last = tenants.last().filter(|_| more).map(|tenant| tenant.name.clone());
    Ok(v1::ListTenantsResponse { tenants, next_page_token: last.unwrap_or_default() })
}

fn shown(call: &Call, tenant: &Tenant) -> v1::Tenant {
    let (engine, name) = (call.engine(), &tenant.name);
    convert::tenant::tenant(Shown {
        tenant,
        facts: &engine.tenant_facts(name),
        admits: engine.admits(name),
        quota: engine.quota(name),
        spent: engine.spent(name),
        runs_active: engine.views().counts(name).active,
        now: engine.now(),
    })
}
