//! Laws of recorded denials.

use conductor_protocol::{
    id::DecisionId,
    verdict::{Question, Resource, Situation, Subject, Verdict},
};

use super::*;
use crate::{scope::Scope, time::Timestamp};

const BOUNDS: (u64, usize) = (60_000, 3);

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
        count: 1,
    }
}

fn take(denials: &mut Denials, principal: &str, at: u64) -> bool {
    let at = Timestamp::from_unix_ms(at);
    denials.take(denial(principal, "run.start"), &Scope::default(), at, BOUNDS).is_some()
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
fn many_different_ones_take_bounded_room() {
    let mut denials = Denials::default();
    let recorded = (0..1_000).filter(|n| take(&mut denials, &format!("uid:{n}"), 0)).count();
    assert_eq!(recorded, BOUNDS.1 + 1, "each known one, and one for all the others");
    let counted = denials.expire(Timestamp::from_unix_ms(60_000));
    let total: u64 = counted.iter().map(|(_, recorded)| recorded.count).sum();
    assert_eq!(total, 1_000 - BOUNDS.1 as u64 - 1);
}
