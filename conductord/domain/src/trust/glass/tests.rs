//! Laws of glass: nobody goes ahead without a reason, a touch and two who review it; nothing is whole
//! that too few looked at.

use conductor_protocol::{error_code::Code, verdict::Obligation};
use proptest::prelude::*;

use super::*;
use crate::{
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
    trust::{
        approval::{self, Approval, Requested, Signer},
        incident::{Kind, Opened},
    },
};

const GLASS: ApprovalId = ApprovalId::from_bits(1);
const REVIEW: ApprovalId = ApprovalId::from_bits(2);

fn stage(roles: &[&str], quorum: u32) -> Stage {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Stage { roles, quorum, ..Stage::default() }
}

fn review(quorum: u32, window_seconds: u64) -> Obligation {
    let roles = vec!["workflow_reviewer".to_owned()];
    Obligation::RequireReview { roles, quorum, window_seconds, freezes: true }
}

fn good_terms() -> Terms {
    let skips = vec![stage(&["workflow_reviewer"], 2)];
    terms((skips, Vec::new()), "it burns", &[review(2, 3_600)]).unwrap()
}

#[test]
fn what_is_left_out_is_all_that_others_would_have_signed() {
    let approval =
        Obligation::RequireApproval { stages: vec![stage(&["a"], 2)], window_seconds: 60 };
    let touch = Obligation::StepUp { method: "ssh-touch".into() };
    assert_eq!(needed([&approval, &touch]), [stage(&["a"], 2)]);
    assert!(needed([&touch]).is_empty(), "a touch is no approval of others");
    assert!(needed([]).is_empty());
}

#[test]
fn nobody_goes_ahead_without_reason_need_and_two_who_review_it() {
    let skips = || vec![stage(&["a"], 1)];
    let code = |skips, through: &[&str], reason, permission: &[Obligation]| {
        let through = through.iter().map(|name| (*name).to_owned()).collect();
        terms((skips, through), reason, permission).map_err(|refusal| refusal.code).map(drop)
    };
    let two = [review(2, 60)];
    assert_eq!(code(skips(), &[], "why", &two), Ok(()));
    assert_eq!(code(Vec::new(), &["release"], "why", &two), Ok(()));
    assert_eq!(code(skips(), &[], " ", &two), Err(Code::RequestInvalid));
    assert_eq!(code(Vec::new(), &[], "why", &two), Err(Code::GlassWhole));
    for bad in
        [&[][..], &[review(1, 60)], &[review(0, 60)], &[review(2, 0)], &[review(2, u64::MAX)]]
    {
        assert_eq!(code(skips(), &[], "why", bad), Err(Code::PermissionDenied), "{bad:?}");
    }
    let nobody =
        Obligation::RequireReview { roles: vec![], quorum: 2, window_seconds: 60, freezes: false };
    assert_eq!(code(skips(), &[], "why", &[nobody]), Err(Code::PermissionDenied));
}

fn envelope(by: u32, event: Event) -> Envelope {
    Envelope {
        at: Timestamp::from_unix_ms(7),
        scope: Scope { tenant: "acme".into(), ..Scope::default() },
        principal: Principal::uid(by),
        trace: None,
        idempotency: None,
        event,
    }
}

fn broken() -> Event {
    Event::GlassBroken(Box::new(Broken {
        approval: GLASS,
        principal: Principal::uid(0),
        run: Some(RunId::from_bits(9)),
        reason: "it burns".into(),
        terms: good_terms(),
        due: Timestamp::from_unix_ms(3_600_007),
        decision: conductor_protocol::id::DecisionId::from_bits(3),
    }))
}

fn review_requested() -> Requested {
    let happened = Happened {
        approval: GLASS,
        action: "run.start".into(),
        at: 7,
        run: Some(RunId::from_bits(9)),
        outcome: "running".into(),
    };
    Requested {
        approval: REVIEW,
        question: Default::default(),
        command: serde_json::Value::Null,
        statement: "{}".into(),
        digest: String::new(),
        stages: vec![good_terms().review],
        expires_at: Timestamp::from_unix_ms(3_600_007),
        reason: "it burns".into(),
        decision: conductor_protocol::id::DecisionId::from_bits(3),
        glass: None,
        happened: Some(happened),
        idempotency: None,
    }
}

#[test]
fn glass_is_known_until_it_is_whole_or_an_incident() {
    let reviewed = Event::GlassReviewed(Reviewed { approval: GLASS, review: REVIEW, by: vec![] });
    let opened = Event::IncidentOpened(Opened {
        incident: conductor_protocol::id::IncidentId::from_bits(5),
        kind: Kind::BreakGlassUnreviewed,
        approval: GLASS,
        run: None,
        principal: Principal::uid(0),
        reason: String::new(),
    });
    for end in [reviewed, opened] {
        let mut glasses = Glasses::default();
        assert_eq!(glasses.apply(&envelope(0, broken())), Some(GLASS));
        assert_eq!(glasses.of_tenant("acme").count(), 1);
        assert_eq!(glasses.of_tenant("globex").count(), 0);
        let asked = Event::ApprovalRequested(Box::new(review_requested()));
        assert_eq!(glasses.apply(&envelope(0, asked)), Some(GLASS));
        assert_eq!(glasses.of_run(RunId::from_bits(9)).unwrap().review, Some(REVIEW));
        assert_eq!(glasses.apply(&envelope(0, end.clone())), Some(GLASS));
        assert_eq!(glasses.all().count(), 0);
        assert_eq!(glasses.apply(&envelope(0, end)), None, "once");
    }
}

proptest! {
    /// Whoever signs, in whatever order, with whatever keys: a review that counts as done has two
    /// different people besides whoever broke the glass, and no key twice.
    #[test]
    fn nothing_is_whole_that_too_few_looked_at(
        signers in proptest::collection::vec((0_u32..5, 0_u32..4, 0_u32..3), 0..12),
    ) {
        let mut known = approval::Approvals::default();
        let asked = Event::ApprovalRequested(Box::new(review_requested()));
        known.apply(&envelope(0, asked), 1);
        let now = Timestamp::from_unix_ms(8);
        for (person, key, enrolled_by) in signers {
            let review: Approval = Approval::clone(known.get("acme", REVIEW).unwrap());
            let done = reviewers(&review);
            prop_assert_eq!(done.len() >= 2, review.is_complete());
            prop_assert!(!done.contains(&Principal::uid(0)));
            let (who, by) = (Principal::uid(person), Principal::uid(enrolled_by));
            let roles = ["workflow_reviewer".to_owned()];
            let fingerprint = format!("key {key}");
            let signer = Signer {
                principal: &who,
                roles: &roles,
                fingerprint: &fingerprint,
                enrolled_by: &by,
                user_present: false,
            };
            let Ok(stage) = approval::sign(&review, signer, now) else { continue };
            prop_assert!(person != 0 && enrolled_by != 0);
            let signed = approval::Signed {
                approval: REVIEW,
                stage,
                principal: who,
                fingerprint,
                signature: String::new(),
                user_present: false,
                comment: String::new(),
                brought_by: None,
                decision: conductor_protocol::id::DecisionId::from_bits(4),
            };
            known.apply(&envelope(person, Event::ApprovalSigned(Box::new(signed))), 2);
        }
    }

    /// A review is taken back by nobody.
    #[test]
    fn nobody_takes_a_review_back(person in 0_u32..5) {
        let mut known = approval::Approvals::default();
        let asked = Event::ApprovalRequested(Box::new(review_requested()));
        known.apply(&envelope(0, asked), 1);
        let review = known.get("acme", REVIEW).unwrap();
        let now = Timestamp::from_unix_ms(8);
        let refused = approval::withdraw(review, &Principal::uid(person), now).unwrap_err();
        prop_assert_eq!(refused.code, Code::ApprovalNotYours);
    }
}
