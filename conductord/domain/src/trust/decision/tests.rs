//! Laws of recorded denials.

use conductor_protocol::{
    id::DecisionId,
    verdict::{Question, Resource, Situation, Subject, Verdict},
};

use super::*;
use crate::{scope::Scope, time::Timestamp};

const BOUNDS: DenialBounds = DenialBounds { window_ms: 60_000, of_principal: 4, of_all: 20 };

/// A place that is there.
fn there(scope: &Scope) -> Place<'_> {
    Place { scope, known: true }
}

fn scope(tenant: &str) -> Scope {
    Scope { tenant: tenant.into(), ..Scope::default() }
}

fn denial(principal: &str, action: &str) -> Recorded {
    Recorded {
        id: DecisionId::new(1, 1),
        input: Question {
            subject: Subject { principal: principal.into(), roles: vec![], ..Subject::default() },
            action: action.into(),
            resource: Resource {
                kind: "run".into(),
                id: String::new(),
                owner: String::new(),
                ..Resource::default()
            },
            context: Situation {
                tenant_id: "acme".into(),
                environment: "dev".into(),
                region: "local".into(),
                channel: "unix".into(),
                ..Situation::default()
            },
        },
        verdict: Verdict {
            allow: false,
            reasons: vec!["no role".into()],
            obligations: vec![],
            risk: "low".into(),
            bundle_revision: "r".into(),
            cached: false,
            ..Verdict::default()
        },
        unmet: String::new(),
        count: 1,
    }
}

fn take(denials: &mut Denials, principal: &str, at: u64) -> bool {
    let at = Timestamp::from_unix_ms(at);
    denials.take(denial(principal, "run.start"), there(&Scope::default()), at, BOUNDS).is_some()
}

#[test]
fn the_first_is_recorded_and_the_rest_counted() {
    let mut denials = Denials::default();
    assert!(take(&mut denials, "uid:1", 0));
    for at in 1..100 {
        assert!(!take(&mut denials, "uid:1", at));
    }
    assert!(take(&mut denials, "uid:2", 50));
    assert!(denials.expire(Timestamp::from_unix_ms(59_999)).is_empty());
    assert_eq!(denials.next_end(), Some(Timestamp::from_unix_ms(60_000)));
    let counted = denials.expire(Timestamp::from_unix_ms(60_000));
    assert_eq!(counted.iter().map(|(_, recorded)| recorded.count).collect::<Vec<_>>(), [99]);
    assert!(take(&mut denials, "uid:1", 60_001), "a new span begins with a record");
}

#[test]
fn what_was_allowed_and_not_met_is_told_apart_from_what_was_denied() {
    let mut denials = Denials::default();
    let mut take = |allow, unmet: &str| {
        let mut recorded = denial("uid:1", "run.start");
        recorded.verdict.allow = allow;
        recorded.unmet = unmet.into();
        denials
            .take(recorded, there(&Scope::default()), Timestamp::from_unix_ms(0), BOUNDS)
            .is_some()
    };
    assert!(take(false, "") && take(true, "APPROVAL_REQUIRED") && take(true, ""));
    assert!(!take(false, "") && !take(true, "APPROVAL_REQUIRED") && !take(true, ""));
}

#[test]
fn many_different_ones_take_bounded_room() {
    let mut denials = Denials::default();
    let recorded = (0..1_000).filter(|n| take(&mut denials, &format!("uid:{n}"), 0)).count();
    assert_eq!(recorded, BOUNDS.of_all + 1, "each known one, and one for all the others");
    let counted = denials.expire(Timestamp::from_unix_ms(60_000));
    let total: u64 = counted.iter().map(|(_, recorded)| recorded.count).sum();
    assert_eq!(total, 1_000 - BOUNDS.of_all as u64 - 1);
}

/// Denied in a tenant, and put on record there.
fn take_in(denials: &mut Denials, who: &str, tenant: &str, known: bool) -> bool {
    let (at, scope) = (Timestamp::from_unix_ms(0), scope(tenant));
    let mut recorded = denial(who, "run.start");
    recorded.input.context.tenant_id = tenant.into();
    denials.take(recorded, Place { scope: &scope, known }, at, BOUNDS).is_some()
}

#[test]
fn tenants_that_are_made_up_are_one() {
    let mut denials = Denials::default();
    let recorded = (0..1_000).filter(|n| take_in(&mut denials, "uid:1", &format!("t{n}"), false));
    assert_eq!(recorded.count(), 1);
    assert!(take_in(&mut denials, "uid:1", "acme", true), "one that is there is itself");
    // Evidence in the tenant where they hold roles is not mixed with that.
    let mut away = denial("uid:1", "run.start");
    away.input.context.tenant_id = "t1".into();
    let (home, at) = (scope("globex"), Timestamp::from_unix_ms(0));
    assert!(denials.take(away, Place { scope: &home, known: false }, at, BOUNDS).is_some());
}

#[test]
fn what_one_principal_is_denied_displaces_nobody_else() {
    let mut denials = Denials::default();
    let mut flood = |n: u32| {
        let at = Timestamp::from_unix_ms(0);
        let recorded = denial("uid:1", &format!("action.{n}"));
        denials.take(recorded, there(&scope("acme")), at, BOUNDS).is_some()
    };
    let recorded = (0..1_000).filter(|n| flood(*n)).count();
    assert_eq!(recorded, BOUNDS.of_principal + 1, "the rest is counted by its tenant");
    let recorded = (0..1_000).filter(|n| take_in(&mut denials, "uid:1", &format!("t{n}"), true));
    assert_eq!(recorded.count(), BOUNDS.of_principal, "by so many tenants, and then together");
    for tenant in ["acme", "globex"] {
        assert!(take_in(&mut denials, "uid:2", tenant, true), "others are told apart as before");
    }
    let counted = denials.expire(Timestamp::from_unix_ms(60_000));
    let total: u64 = counted.iter().map(|(_, recorded)| recorded.count).sum();
    assert_eq!(total, 2_000 - 2 * BOUNDS.of_principal as u64 - 1, "none is lost");
    for (kept_in, recorded) in counted {
        assert_eq!(kept_in.tenant, recorded.input.context.tenant_id, "nothing stands elsewhere");
    }
}

#[test]
fn each_thing_that_was_read_is_named() {
    let mut denials = Denials::default();
    let mut read = |run: &str, allow| {
        let mut recorded = denial("uid:1", "run.read");
        recorded.verdict.allow = allow;
        recorded.input.resource.id = run.into();
        let at = Timestamp::from_unix_ms(0);
        denials.take(recorded, there(&scope("acme")), at, BOUNDS).is_some()
    };
    assert!(read("run_a", true) && read("run_b", true));
    assert!(!read("run_a", true));
    assert!(read("run_a", false) && !read("run_b", false), "what was denied was not read");
}
