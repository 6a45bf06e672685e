//! What takes changes of tenants back. A tenant that was made is not unmade by a key, and one that is
//! forgotten is gone.

use std::collections::HashMap;

use conductor_protocol::v1::{
    AdmitGuestRequest, Bound, ConfigureTenantRequest, DismissGuestRequest, Names, OpenRuns,
    ResumeTenantRequest, SuspendTenantRequest, Tenant, TenantPatch, TenantSettings,
};

use super::Undo;
use crate::{
    app::{Answer, TenantChange, effect::Mutation, model::Model, time},
    input::Action,
};

pub(super) fn of(
    model: &Model,
    change: &TenantChange,
    (before, answer): (&Mutation, &Answer),
) -> Option<Undo> {
    let Answer::Tenant(now, true) = answer else { return None };
    let known = model.screens.tenants.known(change.name());
    let scope = Some(model.shared.scope.clone());
    let (name, reason) = (change.name().to_owned(), String::new());
    let of = |action, words, line, wanted| {
        let wanted = Mutation::Tenant(Box::new(wanted));
        let undo = Undo::new((action, words), (change.name(), line), wanted, before);
        Some(undo.about(change.name()))
    };
    let line = format!("tenant {name}");
    match change {
        TenantChange::Suspend(_) => {
            let wanted = ResumeTenantRequest { scope, name, reason, ..<_>::default() };
            let words = ("Let this tenant go on?", "let it go on");
            of(Action::ResumeTenant, words, line, TenantChange::Resume(wanted))
        }
        TenantChange::Resume(_) => {
            let was = known?.suspended.as_ref()?;
            let runs = match was.runs() {
                OpenRuns::Unspecified => OpenRuns::Finish,
                runs => runs,
            };
            let (reason, runs) = (was.reason.clone(), runs.into());
            let wanted = SuspendTenantRequest { scope, name, reason, runs, ..<_>::default() };
            let words = ("Suspend this tenant again?", "suspend it");
            of(Action::SuspendTenant, words, line, TenantChange::Suspend(wanted))
        }
        TenantChange::Configure(request) => {
            let own = known?.settings.clone().unwrap_or_default();
            let mut patch = back(request.patch.as_ref()?, &own);
            // Whoever has set something since is not overwritten.
            patch.edits_version = Some(now.version);
            let wanted =
                ConfigureTenantRequest { scope, name, patch: Some(patch), ..<_>::default() };
            let words = ("Set this as it was before?", "set it back");
            of(Action::TenantProfile, words, line, TenantChange::Configure(wanted))
        }
        TenantChange::Admit(request) => {
            // Who was a guest before has more time now; that is taken away by nothing.
            let is_new = known.is_some_and(|known| guest(known, &request.principal).is_none());
            let principal = request.principal.clone();
            let line = format!("{principal} may not read in tenant {name} any more");
            let wanted = DismissGuestRequest { scope, name, principal, ..<_>::default() };
            let words = ("Send this guest away?", "send them away");
            let undo = of(Action::DismissGuest, words, line, TenantChange::Dismiss(wanted));
            undo.filter(|_| is_new)
        }
        TenantChange::Dismiss(request) => {
            let was = guest(known?, &request.principal)?;
            let until = was.until.as_ref().map(time::from_wire)?;
            let (principal, reason) = (was.principal.clone(), was.reason.clone());
            let line = format!("{principal} may read in tenant {name} until the time of before");
            let wanted = AdmitGuestRequest { scope, name, principal, reason, ..<_>::default() };
            let words = ("Let this guest in again?", "let them in");
            let undo = of(Action::AdmitGuest, words, line, TenantChange::Admit(wanted))?;
            Some(Undo { until: Some(until), ..undo })
        }
        TenantChange::Create(_) | TenantChange::Forget(_) => None,
    }
}

fn guest<'a>(
    tenant: &'a Tenant,
    principal: &str,
) -> Option<&'a conductor_protocol::v1::TenantGuest> {
    tenant.guests.iter().find(|guest| guest.principal == principal)
}

/// What sets all that a patch sets as it was.
fn back(patch: &TenantPatch, own: &TenantSettings) -> TenantPatch {
    let word = |now: &Option<String>, was: &str| now.as_ref().map(|_| was.to_owned());
    let names =
        |now: &Option<Names>, was: &[String]| now.as_ref().map(|_| Names { names: was.to_vec() });
    TenantPatch {
        profile: word(&patch.profile, &own.profile),
        risk_profile: word(&patch.risk_profile, &own.risk_profile),
        business_unit: word(&patch.business_unit, &own.business_unit),
        data_sensitivity: word(&patch.data_sensitivity, &own.data_sensitivity),
        region: word(&patch.region, &own.region),
        regions: names(&patch.regions, &own.regions),
        purposes: names(&patch.purposes, &own.purposes),
        quotas: bounds(&patch.quotas, |name| own.quotas.get(name).copied().map(u64::from)),
        budgets: bounds(&patch.budgets, |name| own.budgets.get(name).copied()),
        edits_version: None,
        admits: names(&patch.admits, &own.admits),
        retention: bounds(&patch.retention, |name| own.retention.get(name).copied().map(u64::from)),
    }
}

fn bounds(
    now: &HashMap<String, Bound>,
    was: impl Fn(&str) -> Option<u64>,
) -> HashMap<String, Bound> {
    now.keys().map(|name| (name.clone(), Bound { value: was(name) })).collect()
}
