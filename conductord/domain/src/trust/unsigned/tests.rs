//! Laws of refused runbooks: the first is told, a flood is counted, and no principal takes the
//! room of another.

use conductor_protocol::error_code::Code;

use super::{ALERTS_KEPT, Alerts, RefusalBounds, Refusals, Refused, Why};
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

const BOUNDS: RefusalBounds = RefusalBounds { window_ms: 1_000, of_principal: 3, of_all: 8 };

fn refused(by: u32, workflow: &str, why: Why) -> Refused {
    Refused {
        workflow: workflow.into(),
        version: "1.0.0".into(),
        action: "run.start".into(),
        by: Principal::uid(by),
        why,
        problem: String::new(),
        count: 1,
    }
}

fn acme() -> Scope {
    Scope { tenant: "acme".into(), ..Scope::default() }
}

#[test]
fn the_first_is_recorded_and_the_others_are_counted() {
    let mut refusals = Refusals::default();
    let at = Timestamp::from_unix_ms(5);
    let mut take = |refused: Refused| refusals.take(refused, &acme(), at, BOUNDS).is_some();
    assert!(take(refused(1, "disk", Why::Tampered)));
    assert!(!take(refused(1, "disk", Why::Tampered)));
    assert!(!take(refused(1, "disk", Why::Tampered)));
    assert!(take(refused(1, "disk", Why::Revoked)), "another reason is another alert");
    assert!(take(refused(2, "disk", Why::Tampered)), "and so is another person");
    assert_eq!(refusals.next_end(), Some(Timestamp::from_unix_ms(1_005)));
    assert!(refusals.expire(Timestamp::from_unix_ms(1_004)).is_empty());
    let over = refusals.expire(Timestamp::from_unix_ms(1_005));
    let counts: Vec<_> = over.iter().map(|(_, refused)| (refused.why, refused.count)).collect();
    assert_eq!(counts, [(Why::Tampered, 2)]);
    assert_eq!(refusals.next_end(), None);
}

#[test]
fn a_flood_is_bounded_and_takes_room_from_nobody_else() {
    let mut refusals = Refusals::default();
    let at = Timestamp::default();
    let mut recorded = 0;
    for number in 0..1_000 {
        let one = refused(1, &format!("w{number}"), Why::Unsigned);
        recorded += usize::from(refusals.take(one, &acme(), at, BOUNDS).is_some());
    }
    assert_eq!(recorded, BOUNDS.of_principal + 1, "the rest is counted together");
    assert!(refusals.take(refused(2, "w", Why::Unsigned), &acme(), at, BOUNDS).is_some());
    for by in 10..1_000 {
        refusals.take(refused(by, "w", Why::Unsigned), &acme(), at, BOUNDS);
    }
    let windows = refusals.expire(Timestamp::from_unix_ms(1_000));
    assert!(windows.len() <= BOUNDS.of_all + 1, "{}", windows.len());
}

#[test]
fn the_newest_alerts_of_a_tenant_are_kept() {
    let mut alerts = Alerts::default();
    for seq in 1..=30 {
        let event = Event::RunbookRefused(refused(1, &format!("w{seq}"), Why::Unknown));
        let principal = Principal::uid(1);
        let (at, scope) = (Timestamp::from_unix_ms(seq), acme());
        let envelope = Envelope { at, scope, principal, trace: None, idempotency: None, event };
        assert!(alerts.apply(&envelope, seq));
    }
    let kept = alerts.of("acme").unwrap();
    assert_eq!(kept.len(), ALERTS_KEPT);
    assert_eq!(kept.back().unwrap().refused.workflow, "w30");
    assert!(alerts.of("globex").is_none());
}

#[test]
fn every_reason_has_a_word_of_its_own_and_a_code() {
    for why in Why::ALL {
        assert_eq!(Why::of_word(why.word()), Some(why));
        assert_eq!(serde_json::to_value(why).unwrap(), why.word());
        let codes = [Code::RunbookUnsigned, Code::RunbookReview, Code::RunbookSignature];
        assert!(codes.contains(&why.code()));
    }
    assert_eq!(Why::of_word("else"), None);
}
