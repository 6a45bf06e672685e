//! Laws of incidents.

use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, DecisionId, IncidentId},
};

use super::*;
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

fn envelope(event: Event) -> Envelope {
    Envelope {
        at: Timestamp::from_unix_ms(7),
        scope: Scope { tenant: "acme".into(), ..Scope::default() },
        principal: Principal::uid(2),
        trace: None,
        idempotency: None,
        event,
    }
}

fn opened(number: u128) -> Event {
    Event::IncidentOpened(Opened {
        incident: IncidentId::from_bits(number),
        kind: Kind::BreakGlassDisputed,
        approval: ApprovalId::from_bits(1),
        run: None,
        principal: Principal::uid(1),
        reason: "not needed".into(),
    })
}

#[test]
fn an_incident_is_closed_once_by_somebody_else_who_says_why() {
    let mut incidents = Incidents::default();
    let id = IncidentId::from_bits(1);
    assert_eq!(incidents.apply(&envelope(opened(1))), [id]);
    let known = incidents.get("acme", id).unwrap().clone();
    assert!(incidents.get("globex", id).is_none());
    let decision = DecisionId::from_bits(3);
    let try_close = |known: &Incident, who, reason: &str| {
        close(known, &Principal::uid(who), reason.into(), decision)
    };
    assert_eq!(try_close(&known, 1, "x").unwrap_err().code, Code::IncidentYours);
    assert_eq!(try_close(&known, 2, " ").unwrap_err().code, Code::RequestInvalid);
    let closed = try_close(&known, 2, "talked through").unwrap();
    assert_eq!(incidents.apply(&envelope(Event::IncidentClosed(closed))), [id]);
    let known = incidents.get("acme", id).unwrap();
    assert_eq!(known.ended.as_ref().unwrap().by, Principal::uid(2));
    assert_eq!(try_close(known, 2, "again").unwrap_err().code, Code::IncidentClosed);
}

#[test]
fn of_many_the_oldest_that_is_closed_is_forgotten_and_none_that_is_open() {
    let mut incidents = Incidents::default();
    for number in 1..=1_000 {
        incidents.apply(&envelope(opened(number)));
    }
    assert_eq!(incidents.apply(&envelope(opened(1_001))).len(), 1, "all are open");
    let close = |number| Closed {
        incident: IncidentId::from_bits(number),
        reason: "done".into(),
        decision: DecisionId::from_bits(3),
    };
    incidents.apply(&envelope(Event::IncidentClosed(close(7))));
    let changed = incidents.apply(&envelope(opened(1_002)));
    assert_eq!(changed, [IncidentId::from_bits(7), IncidentId::from_bits(1_002)]);
    assert!(incidents.get("acme", IncidentId::from_bits(7)).is_none());
    assert_eq!(incidents.of_tenant("acme").count(), 1_001);
}
