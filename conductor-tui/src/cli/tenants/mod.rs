//! `conductor tenant`: whose everything is, what it may use and spend, and whether it is ready.

mod args;
mod shown;

use conductor_protocol::v1;

pub(super) use self::args::KeyArgs as RepeatArgs;
pub(crate) use self::args::{ForgetArgs, TenantsCommand};
pub(super) use self::shown::forgotten;
use self::{
    args::{CreateArgs, KeyArgs, Runs, SetArgs},
    shown::{checklist, list, show},
};
use super::{context::Context, failure::Failure, output::to_value};

/// Rows asked for at once.
const PAGE_SIZE: u32 = 500;

/// Runs the command.
pub(super) async fn run(command: TenantsCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let scope = context.scope();
    let connection = context.connection.clone();
    match command {
        TenantsCommand::Create(args) => {
            let CreateArgs { name, settings, key: KeyArgs { idempotency_key } } = *args;
            let settings = Some(settings.patch(None));
            let request = v1::CreateTenantRequest { scope, name, settings, idempotency_key };
            let created = connection.create_tenant(request).await?.tenant;
            changed(created, "created", context)
        }
        TenantsCommand::List => list(&every(context).await?, context),
        TenantsCommand::Show { name } => {
            let request = v1::GetTenantRequest { scope, name };
            let found = connection.get_tenant(request).await?.tenant;
            show(&found.unwrap_or_default(), context)
        }
        TenantsCommand::Set(args) => {
            let SetArgs { name, settings, if_version, key: KeyArgs { idempotency_key } } = *args;
            let patch = Some(settings.patch(if_version));
            let request = v1::ConfigureTenantRequest { scope, name, patch, idempotency_key };
            let answer = connection.configure_tenant(request).await?;
            changed(answer.tenant, done(answer.changed, "set"), context)
        }
        TenantsCommand::Suspend { name, reason, runs, key: KeyArgs { idempotency_key } } => {
            let runs = open_runs(runs).into();
            let request = v1::SuspendTenantRequest { scope, name, reason, runs, idempotency_key };
            let answer = connection.suspend_tenant(request).await?;
            changed(answer.tenant, done(answer.changed, "suspended"), context)
        }
        TenantsCommand::Resume { name, reason, key: KeyArgs { idempotency_key } } => {
            let request = v1::ResumeTenantRequest { scope, name, reason, idempotency_key };
            let answer = connection.resume_tenant(request).await?;
            changed(answer.tenant, done(answer.changed, "goes on"), context)
        }
        TenantsCommand::Admit {
            principal,
            duration_ms,
            reason,
            key: KeyArgs { idempotency_key },
        } => {
            let request = v1::AdmitGuestRequest {
                scope,
                name: String::new(),
                principal,
                duration_ms,
                reason,
                idempotency_key,
            };
            let answer = connection.admit_guest(request).await?;
            changed(answer.tenant, "the guest may read", context)
        }
        TenantsCommand::Dismiss { principal, key: KeyArgs { idempotency_key } } => {
            let name = String::new();
            let request = v1::DismissGuestRequest { scope, name, principal, idempotency_key };
            let answer = connection.dismiss_guest(request).await?;
            changed(answer.tenant, done(answer.changed, "the guest is dismissed"), context)
        }
        TenantsCommand::Forget { name, how } => {
            let answer = connection.forget_tenant(to_forget(scope, name, how)).await?;
            forgotten(&answer, context)
        }
        TenantsCommand::Check { name } => {
            let request = v1::CheckTenantRequest { scope, name };
            let checks = connection.check_tenant(request).await?.checks;
            checklist(&checks, context)
        }
    }
}

fn to_forget(scope: Option<v1::Scope>, name: String, how: ForgetArgs) -> v1::ForgetTenantRequest {
    let ForgetArgs { reason, dry_run, key: KeyArgs { idempotency_key } } = how;
    let reason = reason.unwrap_or_default();
    v1::ForgetTenantRequest { scope, name, reason, dry_run, idempotency_key }
}

const fn open_runs(runs: Runs) -> v1::OpenRuns {
    match runs {
        Runs::Finish => v1::OpenRuns::Finish,
        Runs::Pause => v1::OpenRuns::Pause,
    }
}

const fn done(changed: bool, word: &'static str) -> &'static str {
    if changed { word } else { "is so already" }
}

fn changed(
    tenant: Option<v1::Tenant>,
    done: &str,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let tenant = tenant.unwrap_or_default();
    if context.output.is_table() {
        return Ok(context.output.line(format!("tenant {}: {done}", tenant.name))?);
    }
    Ok(context.output.document(&to_value(&tenant))?)
}

async fn every(context: &Context<'_>) -> Result<Vec<v1::Tenant>, Failure> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let scope = context.scope();
        let request = v1::ListTenantsRequest { scope, page_size: PAGE_SIZE, page_token };
        let page = context.connection.list_tenants(request).await?;
        found.extend(page.tenants);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(found);
        }
    }
}
