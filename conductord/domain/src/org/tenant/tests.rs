//! Laws of tenants.

use conductor_protocol::{error_code::Code, id::DecisionId, verdict::Verdict};

use super::*;
use crate::{
    event::{Envelope, Event},
    org::identity::{Grant, Granted, Grants},
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
    check("no name for a tenant", |patch| patch.admits = Some(vec!["a b".into()]));
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

const HOUR: u64 = 3_600_000;
const NOW: Timestamp = Timestamp::from_unix_ms(7);

fn grants(held: &[(&str, u32)]) -> Grants {
    let mut grants = Grants::default();
    for (tenant, principal) in held {
        grants.insert(Grant {
            scope: Scope { tenant: (*tenant).into(), ..Scope::default() },
            principal: Principal::uid(*principal),
            role: "operator".into(),
            by: Principal::system(),
            at: NOW,
        });
    }
    grants
}

fn wanted(principal: u32, ms: u64) -> GuestAdmitted {
    GuestAdmitted {
        principal: Principal::uid(principal),
        until: NOW + ms,
        reason: "incident".into(),
        decision: String::new(),
    }
}

/// What the one who is asked for it, `uid:1`, hears.
fn let_in(tenant: &Tenant, grants: &Grants, wanted: GuestAdmitted) -> Result<GuestAdmitted, Code> {
    let admitted =
        admit((tenant, &tenant.settings.admits), grants, &Principal::uid(1), wanted, NOW);
    admitted.map_err(|refused| refused.code)
}

#[test]
fn a_guest_is_of_a_tenant_that_is_admitted_and_let_in_by_somebody_else_for_a_while() {
    let mut tenants = Tenants::default();
    created(&mut tenants, "acme", patch(|patch| patch.admits = Some(vec!["globex".into()])));
    let acme = tenants.get("acme").unwrap().clone();
    let grants = grants(&[("globex", 1), ("globex", 7), ("initech", 8)]);
    assert!(let_in(&acme, &grants, wanted(7, 7 * 24 * HOUR)).is_ok());
    for (asked, code) in [
        (wanted(7, 0), Code::TenantInvalid),
        (wanted(7, 7 * 24 * HOUR + 1), Code::TenantInvalid),
        (wanted(7, u64::MAX), Code::TenantInvalid),
        (GuestAdmitted { reason: String::new(), ..wanted(7, HOUR) }, Code::TenantInvalid),
        (GuestAdmitted { reason: "x".repeat(1_025), ..wanted(7, HOUR) }, Code::TenantInvalid),
        (wanted(1, HOUR), Code::GuestSelf),
        (wanted(8, HOUR), Code::GuestNotAdmitted),
        (wanted(9, HOUR), Code::GuestNotAdmitted),
    ] {
        assert_eq!(let_in(&acme, &grants, asked.clone()), Err(code), "{asked:?}");
    }
    let nobody = Tenant::implicit("acme", NOW);
    assert_eq!(let_in(&nobody, &grants, wanted(7, HOUR)), Err(Code::GuestNotAdmitted));
}

#[test]
fn who_is_let_in_is_a_guest_while_both_hold() {
    let mut tenants = Tenants::default();
    created(&mut tenants, "acme", patch(|patch| patch.admits = Some(vec!["globex".into()])));
    let roles = grants(&[("globex", 7)]);
    let seven = Principal::uid(7);
    let is = |tenants: &Tenants, grants: &Grants, admits: &str, ms| {
        let acme = tenants.get("acme").unwrap();
        is_guest((acme, &[admits.to_owned()]), grants, &seven, NOW + ms)
    };
    assert!(!is(&tenants, &roles, "globex", 0), "nobody has let them in");
    let admitted = Event::TenantGuestAdmitted(wanted(7, HOUR));
    assert!(tenants.apply(&envelope("acme", admitted.clone())));
    assert!(is(&tenants, &roles, "globex", HOUR - 1));
    assert!(!is(&tenants, &roles, "globex", HOUR), "the time ends it");
    assert!(!is(&tenants, &roles, "initech", 0), "it admits others by now");
    assert!(!is(&tenants, &grants(&[]), "globex", 0), "they are not of it any more");
    let own = grants(&[("globex", 7), ("acme", 7)]);
    assert!(!is(&tenants, &own, "globex", 0), "a role here counts instead");

    let dismissed = GuestDismissed { principal: seven.clone(), decision: String::new() };
    let acme = tenants.get("acme").unwrap().clone();
    assert_eq!(dismiss(&acme, dismissed.clone(), NOW + HOUR), None, "it has ended");
    let event = dismiss(&acme, dismissed.clone(), NOW).unwrap();
    assert!(tenants.apply(&envelope("acme", Event::TenantGuestDismissed(event))));
    assert!(!is(&tenants, &roles, "globex", 0));
    assert_eq!(dismiss(tenants.get("acme").unwrap(), dismissed, NOW), None);

    // Whose time has ended is forgotten when the next one comes.
    assert!(tenants.apply(&envelope("acme", admitted)));
    let late = Envelope {
        at: NOW + HOUR,
        ..envelope("acme", Event::TenantGuestAdmitted(wanted(8, 2 * HOUR)))
    };
    assert!(tenants.apply(&late));
    let guests = tenants.get("acme").unwrap().guests.keys();
    assert_eq!(guests.collect::<Vec<_>>(), [&Principal::uid(8)]);
}

#[test]
fn a_tenant_has_so_many_guests_and_the_same_one_once() {
    let mut acme = Tenant::implicit("acme", NOW);
    acme.settings.admits = vec!["globex".into()];
    let guest = |until| Guest { until, by: Principal::uid(1), at: NOW, reason: "incident".into() };
    let max = u32::try_from(limits::GUESTS_MAX).unwrap();
    for number in 0..max {
        acme.guests.insert(Principal::uid(1_000 + number), guest(NOW + 1));
    }
    let roles = grants(&[("globex", 7), ("globex", 1_000)]);
    assert_eq!(let_in(&acme, &roles, wanted(7, HOUR)), Err(Code::TooManyGuests));
    assert!(let_in(&acme, &roles, wanted(1_000, HOUR)).is_ok(), "who is one already");
    acme.guests.insert(Principal::uid(1_001), guest(NOW));
    assert!(let_in(&acme, &roles, wanted(7, HOUR)).is_ok(), "whose time has ended does not count");
}
