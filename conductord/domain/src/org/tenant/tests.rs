//! Laws of tenants.

use conductor_protocol::{error_code::Code, id::DecisionId, verdict::Verdict};

use super::*;
use crate::{
    event::{Envelope, Event},
    org::identity::Granted,
    scope::Scope,
    trust::decision::Recorded,
};

fn envelope(tenant: &str, event: Event) -> Envelope {
    Envelope {
        at: Timestamp::from_unix_ms(7),
        scope: Scope { tenant: tenant.into(), ..Scope::default() },
        principal: Principal::uid(1),
        trace: None,
        idempotency: None,
        event,
    }
}

fn patch(change: impl FnOnce(&mut Patch)) -> Patch {
    let mut patch = Patch::default();
    change(&mut patch);
    patch
}

fn created(tenants: &mut Tenants, name: &str, patch: Patch) {
    let event = create(None, name, patch, String::new()).unwrap();
    assert!(tenants.apply(&envelope(name, Event::TenantCreated(event))));
}

#[test]
fn whatever_is_recorded_in_a_tenant_proves_it_but_a_decision() {
    let mut tenants = Tenants::default();
    assert!(tenants.has("default") && !tenants.has("acme"));
    let denied = Recorded {
        id: DecisionId::new(1, 1),
        input: Default::default(),
        verdict: Verdict::default(),
        unmet: String::new(),
        count: 1,
    };
    assert!(!tenants.apply(&envelope("acme", Event::DecisionRecorded(Box::new(denied)))));
    assert!(!tenants.has("acme"));
    let granted =
        Granted { principal: Principal::uid(2), role: "operator".into(), decision: String::new() };
    assert!(tenants.apply(&envelope("acme", Event::IdentityGranted(granted.clone()))));
    assert!(!tenants.apply(&envelope("acme", Event::IdentityGranted(granted))), "known by now");
    let acme = tenants.get("acme").unwrap();
    assert_eq!((&acme.created_by, acme.version, acme.status()), (&None, 0, "active"));
    assert!(!tenants.has("globex"));
}

#[test]
fn a_tenant_is_created_once() {
    let mut tenants = Tenants::default();
    created(&mut tenants, "acme", patch(|patch| patch.profile = Some("saas".into())));
    let acme = tenants.get("acme").unwrap();
    assert_eq!(acme.created_by, Some(Principal::uid(1)));
    assert_eq!((acme.version, acme.settings.profile.as_str()), (1, "saas"));
    let again = create(Some(acme), "acme", Patch::default(), String::new()).unwrap_err();
    assert_eq!(again.code, Code::TenantExists);
    for bad in ["", "a b", "ä", "a/b", &"x".repeat(65)] {
        let refused = create(None, bad, Patch::default(), String::new()).unwrap_err();
        assert_eq!(refused.code, Code::TenantInvalid, "{bad:?}");
    }
}

#[test]
fn a_patch_changes_what_it_names_and_nothing_else() {
    let mut tenants = Tenants::default();
    created(&mut tenants, "acme", Patch::default());
    let acme = tenants.get("acme").unwrap().clone();
    let first = patch(|patch| {
        patch.regions = Some(vec!["us".into(), "eu".into(), "us".into()]);
        patch.region = Some("eu".into());
        patch.quotas = [("large".into(), Some(2)), ("small".into(), None)].into();
        patch.budgets = [(Window::Day, Some(60))].into();
        patch.edits_version = Some(0);
    });
    let event = configure(&acme, first.clone(), String::new()).unwrap().unwrap();
    assert_eq!(
        (event.version, event.settings.regions.as_slice()),
        (1, &["eu".into(), "us".into()][..])
    );
    tenants.apply(&envelope("acme", Event::TenantConfigured(event)));
    let acme = tenants.get("acme").unwrap().clone();
    let late = configure(&acme, first.clone(), String::new()).unwrap_err();
    assert_eq!(late.code, Code::TenantVersionConflict);
    let same = Patch { edits_version: None, ..first };
    assert_eq!(configure(&acme, same, String::new()), Ok(None), "it says this already");

    let second = patch(|patch| {
        patch.quotas = [("large".into(), None)].into();
        patch.business_unit = Some("payments".into());
    });
    let event = configure(&acme, second, String::new()).unwrap().unwrap();
    let settings = event.settings;
    assert_eq!((settings.quotas.len(), settings.business_unit.as_str()), (0, "payments"));
    assert_eq!((settings.region.as_str(), settings.budgets[&Window::Day]), ("eu", 60));
}

#[test]
fn settings_say_only_what_can_be() {
    let check = |words: &str, change: fn(&mut Patch)| {
        let refused = create(None, "acme", patch(change), String::new()).unwrap_err();
        assert_eq!(refused.code, Code::TenantInvalid);
        let said = format!("{}; {}", refused.message, refused.hint);
        assert!(said.contains(words), "`{words}` is not in {said}");
    };
    check("white-label", |patch| patch.profile = Some("free".into()));
    check("no risk profile", |patch| patch.risk_profile = Some("none".into()));
    check("restricted", |patch| patch.data_sensitivity = Some("secret".into()));
    check("no name for a region", |patch| patch.regions = Some(vec!["eu".into(), String::new()]));
    check("no name for a purpose", |patch| patch.purposes = Some(vec!["a b".into()]));
    check("resource class `huge`", |patch| patch.quotas = [("huge".into(), Some(1))].into());
    check("32 are taken", |patch| {
        patch.regions = Some((0..33).map(|number| format!("r{number}")).collect());
    });
    check("not one of the allowed", |patch| {
        patch.region = Some("us".into());
        patch.regions = Some(vec!["eu".into()]);
    });
}

#[test]
fn a_tenant_is_suspended_in_one_way_until_it_is_resumed() {
    let mut tenants = Tenants::default();
    created(&mut tenants, "acme", Patch::default());
    let acme = tenants.get("acme").unwrap().clone();
    assert_eq!(suspended(Some(&acme)), Ok(()));
    let nameless = suspend(&acme, (String::new(), OpenRuns::Pause), String::new()).unwrap_err();
    assert_eq!(nameless.code, Code::TenantInvalid);
    let home = Tenant::implicit("default", Timestamp::default());
    let kept = suspend(&home, ("why".into(), OpenRuns::Finish), String::new()).unwrap_err();
    assert_eq!(kept.code, Code::TenantHome);

    let how = ("unpaid".to_owned(), OpenRuns::Pause);
    let event = suspend(&acme, how.clone(), String::new()).unwrap().unwrap();
    tenants.apply(&envelope("acme", Event::TenantSuspended(event)));
    let acme = tenants.get("acme").unwrap().clone();
    assert!(tenants.suspends("acme") && acme.status() == "suspended");
    let refused = suspended(Some(&acme)).unwrap_err();
    assert_eq!(refused.code, Code::TenantSuspended);
    assert!(refused.message.contains("unpaid"), "{refused}");
    assert_eq!(suspend(&acme, how, String::new()), Ok(None), "so it is already");
    let other = suspend(&acme, ("x".into(), OpenRuns::Finish), String::new()).unwrap_err();
    assert_eq!(other.code, Code::TenantSuspended);

    let event = resume(&acme, "", String::new()).unwrap();
    tenants.apply(&envelope("acme", Event::TenantResumed(event)));
    let acme = tenants.get("acme").unwrap();
    assert_eq!((acme.status(), resume(acme, "", String::new())), ("active", None));
}
