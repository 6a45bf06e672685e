//! The secrets that the daemon's own worker knows: everything but their values.

use conductor_engine::ports::SecretState;
use conductor_protocol::v1;

use crate::{
    call::{Ask, Call},
    failure::Outcome,
};

/// Asks every provider, which may run programs.
pub(super) async fn list(
    call: &Call,
    request: v1::ListSecretsRequest,
) -> Outcome<v1::ListSecretsResponse> {
    let scope = call.scope(request.scope)?;
    call.may(&scope, Ask::all("secret.list", "secret")).await?;
    let secrets = known(call, &scope.tenant).await.into_iter().map(secret).collect();
    Ok(v1::ListSecretsResponse { secrets })
}

/// The secrets that a tenant's tasks may use.
pub(super) async fn known(call: &Call, tenant: &str) -> Vec<SecretState> {
    let Some(secrets) = call.api.secrets() else { return Vec::new() };
    let mut known = secrets.check().await;
    known.retain(|secret| {
        secret.tenants.is_empty() || secret.tenants.iter().any(|known| known == tenant)
    });
    known
}

fn secret(state: SecretState) -> v1::Secret {
    let SecretState { name, provider, place, tenants, environments, problem } = state;
    v1::Secret { name, provider, place, tenants, environments, problem }
}
