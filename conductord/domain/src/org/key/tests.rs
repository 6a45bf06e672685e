//! Laws of keys.

mod allowed;
mod laws;

use conductor_protocol::error_code::Code;

use super::{
    limits::{COMMENT_BYTES_MAX, ENROLLED_AT_ONCE_MAX, KEYS_OF_PRINCIPAL_MAX},
    *,
};
use crate::{
    Refusal,
    event::{Envelope, Event},
    org::identity::{ADMIN, Grant, Grants},
    scope::{HOME_TENANT, Scope},
};

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const DAY_MS: u64 = 86_400_000;

fn scope(tenant: &str) -> Scope {
    Scope { tenant: tenant.into(), ..Scope::default() }
}

fn key(number: u32, principal: &str) -> Enrolled {
    Enrolled {
        principal: Principal::new(principal),
        fingerprint: format!("SHA256:{number}"),
        key: format!("ssh-ed25519 AAAA{number}"),
        comment: "laptop".into(),
        namespaces: NAMESPACES.map(Into::into).to_vec(),
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: "dec".into(),
    }
}

fn grants(held: &[(&str, &str, &str)]) -> Grants {
    let mut grants = Grants::default();
    for (tenant, principal, role) in held {
        grants.insert(Grant {
            scope: scope(tenant),
            principal: Principal::new(*principal),
            role: (*role).into(),
            by: Principal::system(),
            at: NOW,
        });
    }
    grants
}

fn record(keys: &mut Keys, tenant: &str, at: Timestamp, event: Event) {
    let by = Principal::new("uid:0");
    let envelope =
        Envelope { at, scope: scope(tenant), principal: by, trace: None, idempotency: None, event };
    keys.apply(&envelope).unwrap();
}

/// Enrolls as the kernel does.
fn put(keys: &mut Keys, tenant: &str, wanted: &[Enrolled]) -> Result<usize, Refusal> {
    let events = enroll(keys, &Grants::default(), (tenant, NOW), wanted)?;
    let count = events.len();
    for event in events {
        record(keys, tenant, NOW, Event::KeyEnrolled(event));
    }
    Ok(count)
}

fn take(keys: &mut Keys, tenant: &str, number: u32) -> Result<bool, Refusal> {
    let wanted = Revoked {
        fingerprint: format!("SHA256:{number}"),
        principal: Principal::new(""),
        reason: "the laptop is lost".into(),
        decision: "dec".into(),
    };
    let event = revoke(keys, tenant, wanted)?;
    let changed = event.is_some();
    if let Some(event) = event {
        record(keys, tenant, NOW, Event::KeyRevoked(event));
    }
    Ok(changed)
}

fn code<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Code {
    let refusal = refused.unwrap_err();
    assert!(!refusal.hint.is_empty(), "{refusal:?}");
    refusal.code
}

#[test]
fn a_key_has_one_owner_wherever_it_counts() {
    let mut keys = Keys::default();
    assert_eq!(put(&mut keys, "acme", &[key(1, "uid:1")]), Ok(1));
    assert_eq!(put(&mut keys, "acme", &[key(1, "uid:1")]), Ok(0), "so it is already");
    assert_eq!(code(put(&mut keys, "acme", &[key(1, "uid:2")])), Code::KeyTaken);
    assert_eq!(put(&mut keys, "globex", &[key(1, "uid:2")]), Ok(1), "it never counts in acme");
    let refused = put(&mut keys, HOME_TENANT, &[key(1, "uid:1")]).unwrap_err();
    assert_eq!(refused.code, Code::KeyTaken, "it would count in globex, where it is another's");
    let said = format!("{refused:?}");
    assert!(!said.contains("globex") && !said.contains("uid:2"), "{said}");
    assert_eq!(put(&mut keys, HOME_TENANT, &[key(2, "uid:1")]), Ok(1));
    let refused = put(&mut keys, "acme", &[key(2, "uid:3")]).unwrap_err();
    assert_eq!(refused.code, Code::KeyTaken);
    assert!(!refused.message.contains("uid:1"), "{refused:?}");
    assert_eq!(put(&mut keys, "acme", &[key(2, "uid:1")]), Ok(1), "the same person's");
    let both = [key(3, "uid:1"), key(3, "uid:2")];
    assert_eq!(code(put(&mut keys, "acme", &both)), Code::KeyTaken, "in one request, too");
}

#[test]
fn all_are_enrolled_or_none() {
    let mut keys = Keys::default();
    put(&mut keys, "acme", &[key(1, "uid:1")]).unwrap();
    let wanted = [key(2, "uid:2"), key(1, "uid:2")];
    assert_eq!(code(put(&mut keys, "acme", &wanted)), Code::KeyTaken);
    assert!(keys.get("acme", "SHA256:2").is_none());
    let wanted = [key(2, "uid:2"), key(1, "uid:1"), key(2, "uid:2")];
    assert_eq!(put(&mut keys, "acme", &wanted), Ok(1), "what is new, once");
    let other = Enrolled { comment: "desk".into(), ..key(3, "uid:2") };
    assert_eq!(code(put(&mut keys, "acme", &[key(3, "uid:2"), other])), Code::KeyInvalid);
    assert_eq!(code(put(&mut keys, "acme", &[])), Code::KeyInvalid);
}

#[test]
fn a_revoked_key_stays_and_never_comes_back() {
    let mut keys = Keys::default();
    assert_eq!(code(take(&mut keys, "acme", 1)), Code::KeyNotFound);
    put(&mut keys, "acme", &[key(1, "uid:1")]).unwrap();
    assert_eq!(take(&mut keys, "acme", 1), Ok(true));
    assert_eq!(take(&mut keys, "acme", 1), Ok(false), "it was before");
    let known = keys.get("acme", "SHA256:1").unwrap();
    let revoked = known.revoked.as_ref().unwrap();
    assert_eq!((revoked.by.as_str(), revoked.at), ("uid:0", NOW));
    assert_eq!(revoked.reason, "the laptop is lost");
    assert_eq!(known.terms.principal.as_str(), "uid:1");
    for principal in ["uid:1", "uid:2"] {
        let again = put(&mut keys, "acme", &[key(1, principal)]);
        assert_eq!(code(again), Code::KeyRevoked, "{principal}");
    }
    assert_eq!(put(&mut keys, "globex", &[key(1, "uid:2")]), Ok(1), "there it never was");
    put(&mut keys, HOME_TENANT, &[key(2, "uid:2")]).unwrap();
    take(&mut keys, HOME_TENANT, 2).unwrap();
    let again = put(&mut keys, "acme", &[key(2, "uid:2")]);
    assert_eq!(code(again), Code::KeyRevoked, "what home took back counts nowhere");
    let nothing = Revoked {
        fingerprint: "SHA256:1".into(),
        principal: Principal::new(""),
        reason: String::new(),
        decision: String::new(),
    };
    assert_eq!(code(revoke(&keys, "globex", nothing)), Code::KeyInvalid, "without a reason");
}

#[test]
fn new_terms_make_no_new_key() {
    let mut keys = Keys::default();
    put(&mut keys, "acme", &[key(1, "uid:1")]).unwrap();
    let later = NOW + 100 * DAY_MS;
    let terms = Enrolled { valid_before: Some(later + DAY_MS), ..key(1, "uid:1") };
    let events = enroll(&keys, &Grants::default(), ("acme", later), &[terms]).unwrap();
    for event in events {
        record(&mut keys, "acme", later, Event::KeyEnrolled(event));
    }
    let known = keys.get("acme", "SHA256:1").unwrap();
    assert_eq!((known.since, known.at), (NOW, later));
    let due = known.rotate_due_at(90 * DAY_MS, later).unwrap();
    assert_eq!(due, NOW + 90 * DAY_MS, "it is as old as it was");
    assert!(known.is_due(90 * DAY_MS, later) && !known.is_due(0, later));
    assert!(!known.is_due(90 * DAY_MS, due - 1) && known.is_due(90 * DAY_MS, due));
    assert!(!known.is_due(90 * DAY_MS, later + 2 * DAY_MS), "what signs no more is not due");
}

#[test]
fn a_key_stands_as_its_seconds_say() {
    let mut keys = Keys::default();
    let (first, last) = (NOW + 10_000, NOW + 20_000);
    let terms = Enrolled { valid_after: Some(first), valid_before: Some(last), ..key(1, "uid:1") };
    put(&mut keys, "acme", &[terms]).unwrap();
    let known = Key::clone(keys.get("acme", "SHA256:1").unwrap());
    for (at, expected) in [
        (first - 1, Standing::NotYetValid),
        (first, Standing::Active),
        (last + 999, Standing::Active),
        (last + 1_000, Standing::Expired),
    ] {
        assert_eq!(known.standing(at), expected, "{at:?}");
    }
    take(&mut keys, "acme", 1).unwrap();
    assert_eq!(keys.get("acme", "SHA256:1").unwrap().standing(first), Standing::Revoked);
}

#[test]
fn what_can_not_be_is_refused() {
    let base = || key(1, "uid:1");
    let ca = |principal: &str| Enrolled { cert_authority: true, ..key(1, principal) };
    let bad = [
        key(1, "alice"),
        key(1, "uid:"),
        key(1, "uid:*"),
        key(1, "uid:1,uid:2"),
        key(1, "uid:1\""),
        key(1, "#d:1"),
        key(1, "uid:1 0"),
        key(1, "system:x"),
        key(1, "worker:wrk_1"),
        ca("*"),
        ca("*:1"),
        ca("uid:*,"),
        ca("uid:*,worker:*"),
        Enrolled { key: "ssh-dss AAAA".into(), ..base() },
        Enrolled { key: "ssh-ed25519".into(), ..base() },
        Enrolled { key: "ssh-ed25519 AA AA".into(), ..base() },
        Enrolled { key: "ssh-ed25519-cert-v01@openssh.com AAAA".into(), ..base() },
        Enrolled { comment: "a\nb".into(), ..base() },
        Enrolled { comment: "x".repeat(COMMENT_BYTES_MAX + 1), ..base() },
        Enrolled { namespaces: vec![], ..base() },
        Enrolled { namespaces: vec!["git".into()], ..base() },
        Enrolled { valid_before: Some(NOW), ..base() },
        Enrolled { valid_after: Some(NOW + 2), valid_before: Some(NOW + 2), ..base() },
    ];
    for wanted in bad {
        let refused = put(&mut Keys::default(), "acme", std::slice::from_ref(&wanted));
        assert_eq!(code(refused), Code::KeyInvalid, "{wanted:?}");
    }
    for good in [ca("uid:*"), ca("uid:1"), ca("ssh:*@example.org,!ssh:root@example.org")] {
        assert_eq!(put(&mut Keys::default(), "acme", &[good]), Ok(1));
    }
    for kind in types_taken() {
        let good = Enrolled { key: format!("{kind} AAAA+/=="), ..base() };
        assert_eq!(put(&mut Keys::default(), "acme", &[good]), Ok(1), "{kind}");
    }
}

#[test]
fn an_administrator_of_all_tenants_is_known_by_the_keys_of_home_alone() {
    let keys = Keys::default();
    let grants = grants(&[(HOME_TENANT, "uid:0", ADMIN), ("acme", "uid:1", ADMIN)]);
    let enroll = |tenant, principal| {
        enroll(&keys, &grants, (tenant, NOW), &[key(1, principal)]).map(|events| events.len())
    };
    assert_eq!(code(enroll("acme", "uid:0")), Code::KeyInvalid);
    assert_eq!(enroll(HOME_TENANT, "uid:0"), Ok(1));
    assert_eq!(enroll("acme", "uid:1"), Ok(1), "who administers one tenant is not one of all");
}

#[test]
fn there_is_room_for_so_many() {
    let mut keys = Keys::default();
    let count = u32::try_from(KEYS_OF_PRINCIPAL_MAX).unwrap();
    let theirs: Vec<_> = (0..count).map(|number| key(number, "uid:1")).collect();
    assert_eq!(put(&mut keys, "acme", &theirs), Ok(KEYS_OF_PRINCIPAL_MAX));
    assert_eq!(code(put(&mut keys, "acme", &[key(count, "uid:1")])), Code::TooManyKeys);
    assert_eq!(put(&mut keys, "acme", &[key(count, "uid:2")]), Ok(1));
    let terms = Enrolled { comment: "desk".into(), ..key(0, "uid:1") };
    assert_eq!(put(&mut keys, "acme", &[terms]), Ok(1), "new terms take no room");
    take(&mut keys, "acme", 0).unwrap();
    assert_eq!(put(&mut keys, "acme", &[key(count + 1, "uid:1")]), Ok(1), "one made room");
    let first = 1_000;
    let many = first..=first + u32::try_from(ENROLLED_AT_ONCE_MAX).unwrap();
    let many: Vec<_> = many.map(|number| key(number, "uid:9")).collect();
    assert_eq!(code(put(&mut keys, "acme", &many)), Code::KeyInvalid);
}

#[test]
fn a_tenant_has_room_for_so_many() {
    let mut keys = Keys::default();
    for number in 0..u32::try_from(limits::KEYS_OF_TENANT_MAX).unwrap() {
        let terms = key(number, &format!("uid:{}", number / 10));
        record(&mut keys, "acme", NOW, Event::KeyEnrolled(terms));
    }
    assert_eq!(code(put(&mut keys, "acme", &[key(99_999, "uid:99999")])), Code::TooManyKeys);
    take(&mut keys, "acme", 7).unwrap();
    assert_eq!(put(&mut keys, "acme", &[key(99_999, "uid:99999")]), Ok(1));
    assert_eq!(keys.count("acme"), (limits::KEYS_OF_TENANT_MAX + 1, 1));
}
