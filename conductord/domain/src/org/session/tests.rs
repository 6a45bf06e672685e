//! Laws of sessions.

use conductor_protocol::error_code::Code;
use proptest::prelude::*;

use super::{
    limits::{ALARMS_OF_TENANT_MAX, SESSION_MS_MAX, SESSIONS_OF_PRINCIPAL_MAX},
    *,
};
use crate::{
    Refusal,
    event::{Envelope, Event},
    org::key::{Enrolled, NAMESPACES, Revoked},
    scope::Scope,
};

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const HOUR_MS: u64 = 3_600_000;

fn envelope(tenant: &str, event: Event) -> Envelope {
    let scope = Scope { tenant: tenant.into(), ..Scope::default() };
    let principal = Principal::new("uid:0");
    Envelope { at: NOW, scope, principal, trace: None, idempotency: None, event }
}

fn key(number: u32, namespaces: &[&str]) -> Enrolled {
    Enrolled {
        principal: Principal::new("uid:1"),
        fingerprint: format!("SHA256:{number}"),
        key: format!("ssh-ed25519 AAAA{number}"),
        comment: String::new(),
        namespaces: namespaces.iter().map(|name| (*name).to_owned()).collect(),
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: "dec".into(),
    }
}

/// Key 0 in the home tenant, 1 in acme, 2 in acme and not for logging in.
fn keys() -> Keys {
    let mut keys = Keys::default();
    let all = &NAMESPACES[..];
    for (tenant, number, names) in
        [(HOME_TENANT, 0, all), ("acme", 1, all), ("acme", 2, &NAMESPACES[..1])]
    {
        keys.apply(&envelope(tenant, Event::KeyEnrolled(key(number, names)))).unwrap();
    }
    keys
}

fn revoke(keys: &mut Keys, tenant: &str, number: u32) {
    let event = Revoked {
        fingerprint: format!("SHA256:{number}"),
        principal: Principal::new("uid:1"),
        reason: "lost".into(),
        decision: "dec".into(),
    };
    keys.apply(&envelope(tenant, Event::KeyRevoked(event))).unwrap();
}

fn wanted(number: u64, key: u32, principal: u32) -> Opened {
    Opened {
        session: SessionId::new(NOW.unix_ms, u128::from(number)),
        principal: Principal::new(format!("uid:{principal}")),
        token: format!("{number:064x}"),
        key: format!("SHA256:{key}"),
        authority: None,
        key_tenant: if key == 0 { HOME_TENANT.into() } else { "acme".into() },
        channel: "unix".into(),
        origin: "uid:7".into(),
        ends_at: NOW + HOUR_MS,
        decision: "dec".into(),
    }
}

/// Opens as the kernel does.
fn put(sessions: &mut Sessions, keys: &Keys, wanted: Opened) -> Result<(), Refusal> {
    let opened = open(sessions, keys, ("acme", NOW), wanted)?;
    sessions.apply(&envelope("acme", Event::SessionOpened(Box::new(opened)))).unwrap();
    Ok(())
}

fn code<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Code {
    let refusal = refused.unwrap_err();
    assert!(!refusal.hint.is_empty(), "{refusal:?}");
    refusal.code
}

#[test]
fn only_a_key_that_logs_in_opens_one() {
    let (mut sessions, mut keys) = (Sessions::default(), keys());
    put(&mut sessions, &keys, wanted(1, 1, 1)).unwrap();
    assert_eq!(code(put(&mut sessions, &keys, wanted(2, 2, 1))), Code::LoginFailed, "namespace");
    assert_eq!(code(put(&mut sessions, &keys, wanted(2, 3, 1))), Code::LoginFailed, "unknown");
    let past = Opened { ends_at: NOW, ..wanted(2, 1, 1) };
    assert_eq!(code(put(&mut sessions, &keys, past)), Code::LoginFailed);
    let forever = Opened { ends_at: NOW + SESSION_MS_MAX + 1, ..wanted(2, 1, 1) };
    assert_eq!(code(put(&mut sessions, &keys, forever)), Code::LoginFailed);
    let taken = Opened { token: wanted(1, 1, 1).token, ..wanted(2, 1, 1) };
    assert_eq!(code(put(&mut sessions, &keys, taken)), Code::LoginFailed);
    revoke(&mut keys, "acme", 1);
    assert_eq!(code(put(&mut sessions, &keys, wanted(2, 1, 1))), Code::LoginFailed, "revoked");
    assert_eq!(of_key(&sessions, &keys), [wanted(1, 1, 1).session]);
}

#[test]
fn it_stands_while_its_key_does_and_its_time_is_not_over() {
    let mut keys = keys();
    let session = |number| Session { tenant: "acme".into(), terms: wanted(1, number, 1), at: NOW };
    assert!(session(1).stands(&keys, NOW) && session(0).stands(&keys, NOW));
    assert!(!session(1).stands(&keys, NOW + HOUR_MS));
    assert!(!session(2).stands(&keys, NOW), "it may not log in");
    revoke(&mut keys, HOME_TENANT, 0);
    assert!(!session(0).stands(&keys, NOW) && session(1).stands(&keys, NOW));
    let mut terms = wanted(1, 1, 1);
    terms.authority = Some("SHA256:0".into());
    terms.key_tenant = HOME_TENANT.into();
    assert!(!Session { terms, ..session(1) }.stands(&keys, NOW), "its CA is revoked");
}

#[test]
fn it_reaches_as_far_as_its_key_counts() {
    let session = |number| Session { tenant: "acme".into(), terms: wanted(1, number, 1), at: NOW };
    for tenant in [HOME_TENANT, "acme", "globex"] {
        assert!(session(0).reaches(tenant));
        assert_eq!(session(1).reaches(tenant), tenant == "acme");
    }
}

#[test]
fn one_of_another_tenant_is_not_found() {
    let (mut sessions, keys) = (Sessions::default(), keys());
    put(&mut sessions, &keys, wanted(1, 1, 1)).unwrap();
    let id = wanted(1, 1, 1).session;
    let ends = |tenant| end(&sessions, tenant, (id, Cause::Ended), "dec".into());
    assert_eq!(code(ends("globex")), Code::SessionNotFound);
    assert_eq!(ends("acme").unwrap().principal, Principal::new("uid:1"));
}

#[test]
fn there_are_only_so_many() {
    let (mut sessions, keys) = (Sessions::default(), keys());
    for number in 0..SESSIONS_OF_PRINCIPAL_MAX as u64 {
        put(&mut sessions, &keys, wanted(number, 1, 1)).unwrap();
    }
    assert_eq!(code(put(&mut sessions, &keys, wanted(99, 1, 1))), Code::TooManySessions);
    put(&mut sessions, &keys, wanted(99, 1, 2)).unwrap();
}

#[test]
fn the_newest_alarms_of_each_tenant_are_remembered() {
    let mut alarms = Alarms::default();
    let alarm = |failures| Alarmed { origin: "uid:7".into(), failures, since: NOW };
    for failures in 0..=ALARMS_OF_TENANT_MAX as u32 {
        assert!(alarms.apply(&envelope("acme", Event::LoginAlarmed(alarm(failures)))));
    }
    assert!(alarms.apply(&envelope("globex", Event::LoginAlarmed(alarm(0)))));
    let known = alarms.since("acme", NOW);
    assert_eq!((known.len(), known[0].alarmed.failures), (ALARMS_OF_TENANT_MAX, 1));
    assert_eq!(alarms.since("globex", NOW).len(), 1);
    assert!(alarms.since("globex", NOW + 1).is_empty());
    let json = serde_json::to_vec(&alarms).unwrap();
    assert_eq!(serde_json::from_slice::<Alarms>(&json).unwrap(), alarms);
}

proptest! {
    #[test]
    fn what_is_open_is_found_and_counted_and_nothing_else(
        asked in proptest::collection::vec((0..12u64, 0..4u32, 0..3u32, any::<bool>()), 1..80),
    ) {
        let (mut sessions, keys) = (Sessions::default(), keys());
        for (number, key, principal, opens) in asked {
            let terms = wanted(number, key, principal);
            let before = sessions.clone();
            let changed = if opens {
                sessions.get(terms.session).is_none() && put(&mut sessions, &keys, terms).is_ok()
            } else {
                let ended = end(&sessions, "acme", (terms.session, Cause::Ended), String::new());
                ended.is_ok_and(|ended| {
                    sessions.apply(&envelope("acme", Event::SessionEnded(ended))).is_some()
                })
            };
            prop_assert_eq!(changed, sessions != before, "what is refused changes nothing");
            let mut counted = 0;
            for number in 0..12 {
                let known = sessions.of_token(&wanted(number, 1, 1).token);
                let by_id = sessions.get(wanted(number, 1, 1).session);
                prop_assert_eq!(known, by_id);
                counted += usize::from(known.is_some());
            }
            let of = |principal| sessions.count_of(&Principal::new(format!("uid:{principal}")));
            prop_assert_eq!(counted, (0..3).map(of).sum::<usize>());
            prop_assert_eq!(counted, sessions.len());
        }
        let mut again = Sessions::default();
        for session in sessions.all() {
            let json = serde_json::to_vec(&**session).unwrap();
            again.insert(std::sync::Arc::new(serde_json::from_slice(&json).unwrap()));
        }
        prop_assert_eq!(again, sessions);
    }
}
