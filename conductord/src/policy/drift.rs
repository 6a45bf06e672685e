//! Whether what is deployed is what the configuration wants, tenant by tenant.

use std::collections::BTreeSet;

use conductor_domain::{
    scope::Scope,
    trust::bundle::{self, Drift},
};
use conductor_engine::{kernel::PolicyNews, service::Engine};

use super::deployment::{Deployment, tell};

/// The profile of a tenant of which nobody said another.
const PROFILE_DEFAULT: &str = "internal";

/// Compares, and tells the kernel all that drifts; it records what is new. Blocks while the kernel
/// is too busy to hear.
pub(super) fn look(deployment: &Deployment) {
    let Some(engine) = deployment.engine() else { return };
    let now = drifts(deployment, engine);
    metrics::gauge!("conductor_policy_drift_open")
        .set(f64::from(u32::try_from(now.len()).unwrap_or(u32::MAX)));
    let known = engine.views().deployment();
    let mut open: Vec<Drift> = known.open().map(|item| item.drift.clone()).collect();
    open.sort();
    if open == now {
        return;
    }
    for drift in now.iter().filter(|drift| !open.contains(drift)) {
        let Drift { tenant, what, desired, deployed } = drift;
        tracing::warn!(tenant, what, desired, deployed, "what is deployed is not what is wanted");
    }
    tell(engine, &PolicyNews::Drifts(now));
}

/// All that drifts now, in order.
fn drifts(deployment: &Deployment, engine: &Engine) -> Vec<Drift> {
    let settings = deployment.settings();
    let revision = deployment.guard().revision();
    let mut tenants: BTreeSet<String> = settings.desired_of.keys().cloned().collect();
    tenants.insert(Scope::default().tenant);
    tenants.extend(engine.views().tenants().iter().map(|tenant| tenant.name.clone()));
    let mut drifts = Vec::new();
    for tenant in tenants {
        let wanted = settings.wanted(&tenant);
        let mut compare = |what: &str, desired: &str, deployed: &str| {
            if !desired.is_empty() && desired != deployed {
                drifts.push(Drift {
                    tenant: tenant.clone(),
                    what: what.to_owned(),
                    desired: desired.to_owned(),
                    deployed: deployed.to_owned(),
                });
            }
        };
        compare("bundle", &wanted.bundle, &revision);
        let facts = engine.tenant_facts(&tenant);
        let profile = if facts.profile.is_empty() { PROFILE_DEFAULT } else { &facts.profile };
        compare(bundle::PROFILE, &wanted.profile, profile);
    }
    drifts.sort();
    drifts
}
