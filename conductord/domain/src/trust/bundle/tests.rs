//! Laws of deployments: only what changed is recorded, and every item is settled once.

use proptest::prelude::*;

use super::*;
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

fn fold(known: &mut Deployment, event: Event, at: u64) {
    let envelope = Envelope {
        at: Timestamp::from_unix_ms(at),
        scope: Scope::default(),
        principal: Principal::system(),
        trace: None,
        idempotency: None,
        event,
    };
    assert!(known.apply(&envelope));
}

fn bundle(revision: &str) -> Deployed {
    Deployed {
        revision: revision.into(),
        label: String::new(),
        source: "/etc/policy".into(),
        signed_by: String::new(),
        cause: Cause::Source,
        reason: String::new(),
        decision: String::new(),
    }
}

fn deploy(known: &mut Deployment, revision: &str, at: u64) -> bool {
    let event = deployed(known, bundle(revision));
    event.map(|event| fold(known, Event::PolicyDeployed(event), at)).is_some()
}

fn refuse(known: &mut Deployment, problem: &str, at: u64) -> bool {
    let event = Refused { source: "s".into(), problem: problem.into(), revision: "r".into() };
    refused(known, event).map(|event| fold(known, Event::PolicyRefused(event), at)).is_some()
}

#[test]
fn a_bundle_is_recorded_when_it_changes_and_an_alarm_ends_with_one_that_is_taken() {
    let mut known = Deployment::default();
    assert!(deploy(&mut known, "a", 1));
    assert!(!deploy(&mut known, "a", 2), "nothing changed");
    assert!(refuse(&mut known, "it does not compile", 3));
    assert!(!refuse(&mut known, "it does not compile", 4), "it was said");
    assert!(refuse(&mut known, "its tests fail", 5));
    assert_eq!(known.current().unwrap().event.revision, "a", "the old one stays");
    assert_eq!(known.alarm().unwrap().0, Timestamp::from_unix_ms(5));
    assert!(deploy(&mut known, "a", 6), "the source has the old one again");
    assert!(known.alarm().is_none());
    assert!(deploy(&mut known, "b", 7));
    let revisions: Vec<_> = known.history().map(|kept| kept.event.revision.as_str()).collect();
    assert_eq!(revisions, ["b", "a", "a"]);
}

fn drift((tenant, desired, deployed): (u8, u8, u8)) -> Drift {
    Drift {
        tenant: format!("t{tenant}"),
        what: "profile".into(),
        desired: desired.to_string(),
        deployed: deployed.to_string(),
    }
}

proptest! {
    /// Whatever is looked at, what is open is then exactly what drifts, and the same look again
    /// records nothing.
    #[test]
    fn what_is_open_is_what_drifts(
        looks in prop::collection::vec(
            prop::collection::vec((0u8..3, 0u8..2, 0u8..3), 0..4),
            1..8,
        ),
    ) {
        let mut known = Deployment::default();
        let mut opened = 0;
        for (at, look) in looks.into_iter().enumerate() {
            let now: Vec<Drift> = look.into_iter().map(drift).collect();
            let (over, fresh) = drifted(&known, &now);
            opened += fresh.len();
            over.into_iter().for_each(|event| fold(&mut known, Event::PolicySettled(event), at as u64));
            fresh.into_iter().for_each(|event| fold(&mut known, Event::PolicyDrifted(event), at as u64));
            let mut wanted = now.clone();
            wanted.sort();
            wanted.dedup();
            let mut open: Vec<Drift> = known.open().map(|item| item.drift.clone()).collect();
            open.sort();
            prop_assert_eq!(open, wanted);
            prop_assert_eq!(drifted(&known, &now), (vec![], vec![]));
        }
        prop_assert_eq!(known.open().count() + known.settled().count(), opened);
    }
}
