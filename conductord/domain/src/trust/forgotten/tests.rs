//! What holds forgetting up, and what it says.

use std::sync::Arc;

use conductor_protocol::{
    error_code::Code,
    id::{ArtifactId, DecisionId, RunId},
};

use super::*;
use crate::{scope::Principal, time::Timestamp};

fn wanted(tenant: &str, subject: &str) -> Wanted {
    Wanted {
        tenant: tenant.into(),
        subject_digest: subject.into(),
        keys: vec!["k".into()],
        runs: 2,
        reason: "they asked us to".into(),
        decision: DecisionId::from_bits(1),
    }
}

#[test]
fn what_nothing_holds_up_is_forgotten() {
    let forgotten = forget(wanted("acme", "ab"), &InTheWay::default()).unwrap();
    assert_eq!((forgotten.keys.len(), forgotten.runs), (1, 2));
    forget(wanted("acme", ""), &InTheWay::default()).unwrap();
    forget(wanted("default", "ab"), &InTheWay::default()).unwrap();
}

#[test]
fn the_home_tenant_and_who_is_not_known_are_refused() {
    let refused = |wanted| forget(wanted, &InTheWay::default()).unwrap_err().code;
    assert_eq!(refused(wanted("default", "")), Code::TenantHome);
    assert_eq!(refused(Wanted { keys: vec![], ..wanted("acme", "ab") }), Code::SubjectUnknown);
}

#[test]
fn what_is_open_or_held_is_named() {
    let refused = |in_the_way: InTheWay| {
        let refusal = forget(wanted("acme", ""), &in_the_way).unwrap_err();
        assert_eq!(refusal.code, Code::ForgettingHeldUp);
        refusal.message
    };
    assert!(refused(InTheWay { goes_on: true, ..InTheWay::default() }).contains("goes on"));
    let runs: Vec<RunId> = (0..7).map(RunId::from_bits).collect();
    let told = refused(InTheWay { runs: runs.clone(), ..InTheWay::default() });
    assert!(told.starts_with("7 runs") && told.contains(&runs[4].to_string()), "{told}");
    assert!(!told.contains(&runs[5].to_string()) && told.ends_with('…'), "{told}");
    let schedules = vec!["statement".to_owned()];
    let told = refused(InTheWay { schedules, ..InTheWay::default() });
    assert!(told.starts_with("1 schedules go on: statement"), "{told}");
    let held = vec![ArtifactId::from_bits(9)];
    let told = refused(InTheWay { held: held.clone(), ..InTheWay::default() });
    assert!(told.contains(&held[0].to_string()), "{told}");
}

#[test]
fn a_tenant_was_forgotten_by_the_newest_record_of_it() {
    let mut known = Forgets::default();
    for (seq, tenant, subject) in
        [(3, "acme", ""), (5, "acme", "ab"), (7, "globex", ""), (9, "acme", ""), (11, "acme", "cd")]
    {
        let of = forget(wanted(tenant, subject), &InTheWay::default()).unwrap();
        let by = Principal::uid(7);
        known.insert(Arc::new(Gone { of, at: Timestamp::from_unix_ms(seq), by, seq }));
    }
    let by = |tenant| known.tenant(tenant).map(|gone| gone.seq);
    assert_eq!((by("acme"), by("globex"), by("default")), (Some(9), Some(7), None));
}
