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
    let known = known(call, &scope.tenant).await.into_iter();
    let secrets = known.map(|state| secret(state, &scope.tenant)).collect();
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

/// With whom else it is shared is nothing of the tenant's.
fn secret(state: SecretState, tenant: &str) -> v1::Secret {
    let SecretState { name, provider, place, mut tenants, environments, problem } = state;
    tenants.retain(|known| known == tenant);
    v1::Secret { name, provider, place, tenants, environments, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_learns_with_whom_a_secret_is_shared() {
        let state = SecretState {
            name: "token".into(),
            provider: "file".into(),
            place: "/etc/token".into(),
            tenants: vec!["acme".into(), "globex".into()],
            environments: vec!["prod".into()],
            problem: String::new(),
        };
        assert_eq!(secret(state, "acme").tenants, ["acme"]);
    }
}
