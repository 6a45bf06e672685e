//! Laws of approvals: no interleaving gets a stage signed by too few, by the wrong people, by one
//! twice, by whoever asked, or after the end.

use std::collections::{BTreeMap, BTreeSet};

use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, DecisionId},
    verdict::{Obligation, Question, Stage},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    Refusal,
    event::{Envelope, Event},
    scope::{Principal, Scope},
    time::Timestamp,
};

const ID: ApprovalId = ApprovalId::from_bits(7);
const EXPIRES: u64 = 10_000;
/// What the names of keys begin with that are touched.
const TOUCHED: &str = "touched";

fn at(unix_ms: u64) -> Timestamp {
    Timestamp::from_unix_ms(unix_ms)
}

fn who(number: u32) -> Principal {
    Principal::uid(number)
}

fn stage(roles: &[&str], quorum: u32) -> Stage {
    Stage {
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        quorum,
        ..Stage::default()
    }
}

fn decision() -> DecisionId {
    DecisionId::new(1, 1)
}

/// What `uid:0` asked for.
fn asked(stages: Vec<Stage>) -> Approvals {
    let event = Requested {
        approval: ID,
        question: Question::default(),
        command: Value::Null,
        statement: "{}".into(),
        digest: String::new(),
        stages,
        expires_at: at(EXPIRES),
        reason: "deploy".into(),
        decision: decision(),
        glass: None,
        happened: None,
        idempotency: None,
    };
    let mut known = Approvals::default();
    apply(&mut known, (0, 0), Event::ApprovalRequested(Box::new(event)));
    known
}

fn apply(known: &mut Approvals, (by, now): (u32, u64), event: Event) {
    let envelope = Envelope {
        at: at(now),
        scope: Scope { tenant: "acme".into(), ..Scope::default() },
        principal: who(by),
        trace: None,
        idempotency: None,
        event,
    };
    assert_eq!(known.apply(&envelope, 1), Some(ID));
}

fn approval(known: &Approvals) -> &Approval {
    known.get("acme", ID).unwrap()
}

fn roles(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Signs with a key of one's own that an administrator enrolled.
fn try_sign(known: &mut Approvals, one: u32, held: &[&str], now: u64) -> Result<u32, Refusal> {
    try_sign_with(known, (one, held), (&format!("key of {one}"), 99), now)
}

fn try_sign_with(
    known: &mut Approvals,
    (one, held): (u32, &[&str]),
    (key, enrolled_by): (&str, u32),
    now: u64,
) -> Result<u32, Refusal> {
    let (principal, held, enrolled_by) = (who(one), roles(held), who(enrolled_by));
    let user_present = key.starts_with(TOUCHED);
    let signer = Signer {
        principal: &principal,
        roles: &held,
        fingerprint: key,
        enrolled_by: &enrolled_by,
        user_present,
    };
    let stage = sign(approval(known), signer, at(now))?;
    let event = Signed {
        approval: ID,
        stage,
        principal: principal.clone(),
        fingerprint: key.to_owned(),
        signature: String::new(),
        user_present,
        comment: String::new(),
        brought_by: None,
        decision: decision(),
    };
    apply(known, (one, now), Event::ApprovalSigned(Box::new(event)));
    Ok(stage)
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Code {
    result.unwrap_err().code
}

fn two_stages() -> Vec<Stage> {
    vec![stage(&["reviewer"], 2), stage(&["admin"], 1)]
}

#[test]
fn stages_are_signed_in_their_order_by_different_people() {
    let mut known = asked(two_stages());
    let early = try_sign(&mut known, 5, &["admin"], 1).unwrap_err();
    assert_eq!(early.code, Code::ApprovalNotYours);
    assert!(early.message.contains("stage 1 of 2 comes first"), "{early:?}");
    assert_eq!(try_sign(&mut known, 1, &["reviewer"], 1).unwrap(), 0);
    assert_eq!(code(try_sign(&mut known, 1, &["reviewer"], 2)), Code::ApprovalNotYours);
    assert_eq!(try_sign(&mut known, 2, &["reviewer", "admin"], 3).unwrap(), 0);
    // Who signed one stage signs no other, whatever roles they hold.
    assert_eq!(code(try_sign(&mut known, 2, &["reviewer", "admin"], 4)), Code::ApprovalNotYours);
    assert!(!approval(&known).is_complete());
    assert_eq!(code(try_sign(&mut known, 3, &["reviewer"], 4)), Code::ApprovalNotYours);
    assert_eq!(try_sign(&mut known, 5, &["admin"], 5).unwrap(), 1);
    assert!(approval(&known).is_complete());
    assert_eq!(code(try_sign(&mut known, 6, &["admin"], 6)), Code::ApprovalOver);
}

#[test]
fn nobody_approves_what_they_asked_for_by_whatever_key() {
    let mut known = asked(vec![stage(&["admin"], 1)]);
    assert_eq!(code(try_sign(&mut known, 0, &["admin"], 1)), Code::ApprovalNotYours);
    // A second person whose key the first one enrolled may be the first one.
    let made_up = try_sign_with(&mut known, (1, &["admin"]), ("fresh", 0), 1).unwrap_err();
    assert!(made_up.message.contains("enrolled by uid:0"), "{made_up:?}");
    assert!(try_sign(&mut known, 1, &["admin"], 1).is_ok());
}

#[test]
fn whoever_asked_proves_who_they_are_by_a_touch_and_approves_nothing_by_it() {
    let mut known = asked(vec![Stage::step_up(), stage(&["admin"], 1)]);
    let untouched = try_sign_with(&mut known, (0, &["admin"]), ("plain", 0), 1);
    assert_eq!(code(untouched), Code::StepUpRequired);
    let other = try_sign_with(&mut known, (1, &["admin"]), ("touched of 1", 99), 1).unwrap_err();
    assert_eq!(other.code, Code::ApprovalNotYours);
    assert!(other.message.contains("uid:0, who asked for it"), "{other:?}");
    assert_eq!(try_sign_with(&mut known, (0, &["admin"]), ("touched", 0), 1).unwrap(), 0);
    let own = try_sign_with(&mut known, (0, &["admin"]), ("touched, too", 99), 2);
    assert_eq!(code(own), Code::ApprovalNotYours);
    let same_key = try_sign_with(&mut known, (1, &["admin"]), ("touched", 99), 2);
    assert_eq!(code(same_key), Code::ApprovalNotYours);
    assert_eq!(try_sign(&mut known, 1, &["admin"], 3).unwrap(), 1);
    assert!(approval(&known).is_complete());
}

#[test]
fn a_stage_may_want_a_touch_of_others_as_well() {
    let mut known = asked(vec![Stage { touch: true, ..stage(&["admin"], 1) }]);
    assert_eq!(code(try_sign(&mut known, 1, &["admin"], 1)), Code::StepUpRequired);
    assert_eq!(try_sign_with(&mut known, (1, &["admin"]), ("touched", 99), 1).unwrap(), 0);
}

#[test]
fn a_touch_comes_before_everybody_else() {
    let step_up = |method: &str| Obligation::StepUp { method: method.to_owned() };
    let approval =
        Obligation::RequireApproval { stages: vec![stage(&["admin"], 1)], window_seconds: 3_600 };
    let touch = Obligation::StepUp { method: "ssh-touch".into() };
    assert_eq!(required([&touch, &touch]), Some((vec![Stage::step_up()], 300)));
    let both = Some((vec![Stage::step_up(), stage(&["admin"], 1)], 3_600));
    assert_eq!(
        (required([&touch, &approval]), required([&approval, &touch])),
        (both.clone(), both)
    );
    assert_eq!(required([&step_up("retina")]), None, "nobody can prove that here");
    assert!(check(&[Stage::step_up()]).is_ok());
    let odd = Stage { roles: roles(&["admin"]), ..Stage::step_up() };
    assert!(check(&[odd]).is_err() && check(&[Stage { quorum: 2, ..Stage::step_up() }]).is_err());
}

#[test]
fn a_key_signs_once_whoever_it_is_said_to_be_of() {
    let mut known = asked(vec![stage(&["admin"], 2)]);
    try_sign_with(&mut known, (1, &["admin"]), ("one key", 99), 1).unwrap();
    let again = try_sign_with(&mut known, (2, &["admin"]), ("one key", 99), 1);
    assert_eq!(code(again), Code::ApprovalNotYours);
    let other_key = try_sign_with(&mut known, (1, &["admin"]), ("other key", 99), 1);
    assert_eq!(code(other_key), Code::ApprovalNotYours);
}

#[test]
fn nothing_is_signed_after_the_end() {
    let mut known = asked(vec![stage(&["admin"], 1)]);
    assert_eq!(code(try_sign(&mut known, 1, &["admin"], EXPIRES)), Code::ApprovalOver);
    let reason = "not tonight".to_owned();
    deny(approval(&known), (&who(1), &roles(&["admin"])), at(1)).unwrap();
    let event = Denied { approval: ID, reason, decision: decision() };
    apply(&mut known, (1, 1), Event::ApprovalDenied(event));
    let over = try_sign(&mut known, 2, &["admin"], 2).unwrap_err();
    assert_eq!((over.code, &*over.message), (Code::ApprovalOver, "it was denied: not tonight"));
    assert_eq!(code(withdraw(approval(&known), &who(0), at(2))), Code::ApprovalOver);
    assert_eq!(approval(&known).status(), "denied");
    known.forget(ID);
    assert!(known.find(ID).is_none());
}

#[test]
fn who_may_sign_any_stage_may_deny_and_only_who_asked_withdraws() {
    let known = asked(two_stages());
    let may = |one: u32, held: &[&str]| deny(approval(&known), (&who(one), &roles(held)), at(1));
    assert!(may(1, &["reviewer"]).is_ok() && may(1, &["admin"]).is_ok());
    assert_eq!(code(may(1, &["operator"])), Code::ApprovalNotYours);
    assert_eq!(code(may(0, &["admin"])), Code::ApprovalNotYours);
    assert!(withdraw(approval(&known), &who(0), at(1)).is_ok());
    assert_eq!(code(withdraw(approval(&known), &who(1), at(1))), Code::ApprovalNotYours);
}

#[test]
fn a_part_that_is_handed_on_is_the_others_until_it_comes_back() {
    let mut known = asked(vec![stage(&["admin"], 1)]);
    let hand = |known: &mut Approvals, from: u32, held: &[&str], to: u32| {
        let stage = delegate(approval(known), (&who(from), &roles(held)), &who(to), at(1))?;
        let reason = "away".to_owned();
        let event = Delegated { approval: ID, stage, to: who(to), reason, decision: decision() };
        apply(known, (from, 1), Event::ApprovalDelegated(event));
        Ok::<_, Refusal>(())
    };
    assert_eq!(code(hand(&mut known, 1, &["operator"], 2)), Code::ApprovalNotYours);
    assert_eq!(code(hand(&mut known, 1, &["admin"], 0)), Code::ApprovalNotYours, "to who asked");
    assert_eq!(code(hand(&mut known, 0, &["admin"], 2)), Code::ApprovalNotYours, "by who asked");
    assert_eq!(code(hand(&mut known, 1, &["admin"], 1)), Code::ApprovalNotYours);
    hand(&mut known, 1, &["admin"], 2).unwrap();
    let away = try_sign(&mut known, 1, &["admin"], 2).unwrap_err();
    assert!(away.message.contains("handed their part"), "{away:?}");
    // Who has it may hand it back.
    hand(&mut known, 2, &[], 1).unwrap();
    assert_eq!(code(try_sign(&mut known, 2, &[], 2)), Code::ApprovalNotYours);
    assert_eq!(try_sign(&mut known, 1, &["admin"], 2).unwrap(), 0);
}

#[test]
fn a_stage_that_is_not_answered_is_handed_to_more_people() {
    let slow = Stage { timeout_seconds: 2, escalate_to: roles(&["boss"]), ..stage(&["admin"], 1) };
    let mut known = asked(vec![stage(&["reviewer"], 1), slow]);
    assert_eq!(approval(&known).escalates_at(), None, "its stage is not open");
    try_sign(&mut known, 1, &["reviewer"], 1_000).unwrap();
    assert_eq!(approval(&known).escalates_at(), Some(at(3_000)), "counted from when it opened");
    assert!(escalation_due(approval(&known), at(2_999)).is_none());
    assert_eq!(code(try_sign(&mut known, 2, &["boss"], 2_999)), Code::ApprovalNotYours);
    let (stage, _) = escalation_due(approval(&known), at(3_000)).unwrap();
    let event = Escalated { approval: ID, stage, roles: roles(&["boss"]) };
    apply(&mut known, (0, 3_000), Event::ApprovalEscalated(event));
    assert_eq!(approval(&known).escalates_at(), None, "once");
    assert_eq!(try_sign(&mut known, 2, &["boss"], 3_001).unwrap(), 1);
}

#[test]
fn several_permissions_oblige_together() {
    let of =
        |stages: Vec<Stage>, window_seconds| Obligation::RequireApproval { stages, window_seconds };
    assert_eq!(required(&[Obligation::DryRunOnly]), None);
    let (first, second) = (stage(&["reviewer"], 2), stage(&["admin"], 1));
    let obligations = [
        of(vec![first.clone()], 60),
        of(vec![first.clone(), second.clone()], 30),
        Obligation::DryRunOnly,
    ];
    assert_eq!(required(&obligations), Some((vec![first, second], 30)));
}

#[test]
fn an_approval_that_needs_nobody_is_none() {
    assert!(check(&two_stages()).is_ok());
    for bad in [vec![], vec![stage(&["admin"], 0)], vec![stage(&["admin"], 1), stage(&[], 1)]] {
        assert_eq!(code(check(&bad)), Code::ApprovalRequired);
    }
}

#[test]
fn so_many_wait_and_no_more() {
    let mut known = Approvals::default();
    let one = |number: u32, requester: u32| {
        let mut template =
            asked(vec![stage(&["admin"], 1)]).get("acme", ID).unwrap().as_ref().clone();
        template.id = ApprovalId::from_bits(u128::from(number));
        template.requester = who(requester);
        std::sync::Arc::new(template)
    };
    for number in 0..50 {
        may_be_added(&known, "acme", &who(1)).unwrap();
        known.insert(one(number, 1));
    }
    assert_eq!(code(may_be_added(&known, "acme", &who(1))), Code::ApprovalsFull);
    may_be_added(&known, "acme", &who(2)).unwrap();
    may_be_added(&known, "globex", &who(1)).unwrap();
    (50..1_000).for_each(|number| known.insert(one(number, 2 + number)));
    assert_eq!(code(may_be_added(&known, "acme", &who(2))), Code::ApprovalsFull);
}

#[test]
fn a_statement_is_the_same_bytes_everywhere_and_loses_no_digit() {
    let statement = |inputs: Value| Statement {
        kind: KIND.into(),
        approval: ID,
        scope: Scope::default(),
        requester: who(0),
        reason: "p99".into(),
        action: "run.start".into(),
        resource_kind: "workflow".into(),
        resource: "drain".into(),
        version: "1.0.0".into(),
        manifest: String::new(),
        plan: String::new(),
        inputs: inputs.as_object().cloned().unwrap_or_default(),
        targets: BTreeMap::new(),
        command: String::new(),
        decision: decision(),
        bundle_revision: String::new(),
        risk: "high".into(),
        stages: two_stages(),
        glass: None,
        happened: None,
        nonce: "00".into(),
        requested_at: 1,
        expires_at: 2,
    };
    let (one, other) = (json!({"b": 1, "a": [1.0, "x"]}), json!({"a": [1, "x"], "b": 1}));
    assert_eq!(statement(one).canonical().unwrap(), statement(other).canonical().unwrap());
    for exact in [json!({"n": 9_007_199_254_740_992_u64}), json!({"n": -9_007_199_254_740_992_i64})]
    {
        assert!(statement(exact).canonical().is_ok());
    }
    for great in [json!({"n": 9_007_199_254_740_993_u64}), json!({"n": [{"m": i64::MIN}]})] {
        assert_eq!(code(statement(great).canonical()), Code::InputsInvalid);
    }
    let canonical = statement(Value::Object(Map::new())).canonical().unwrap();
    assert_eq!(serde_json::from_str::<Statement>(&canonical).unwrap(), statement(Value::Null));
}

/// Something that somebody tries.
#[derive(Debug, Clone)]
enum Try {
    Sign(u32, u32),
    Delegate(u32, u32),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        3 => (0..6_u32, 0..8_u32).prop_map(|(who, key)| Try::Sign(who, key)),
        1 => (0..6_u32, 0..6_u32).prop_map(|(from, to)| Try::Delegate(from, to)),
    ];
    prop::collection::vec(one, 0..40)
}

proptest! {
    /// What anybody tries in any order: a stage that is complete was signed by as many different
    /// people as it asks for, none of them whoever asked, each with a key of their own, and none of
    /// a later stage before.
    #[test]
    fn no_order_of_tries_completes_a_stage_wrongly(
        tries in tries(),
        held in prop::collection::vec(0..4_usize, 6),
        quorums in prop::collection::vec(1..3_u32, 1..4),
    ) {
        let names = ["reviewer", "admin", "operator"];
        let stages: Vec<Stage> = quorums
            .iter()
            .enumerate()
            .map(|(place, quorum)| stage(&[names[place % 2]], *quorum))
            .collect();
        let mut known = asked(stages.clone());
        let roles_of = |one: u32| match held[one as usize] {
            3 => vec!["reviewer", "admin"],
            place => vec![names[place]],
        };
        let mut handed: BTreeSet<u32> = BTreeSet::new();
        for tried in tries {
            match tried {
                Try::Sign(one, key) => {
                    let key = format!("key {key}");
                    try_sign_with(&mut known, (one, &roles_of(one)), (&key, 99), 1).ok();
                }
                Try::Delegate(from, to) => {
                    let now = approval(&known);
                    let held = roles(&roles_of(from));
                    let Ok(stage) = delegate(now, (&who(from), &held), &who(to), at(1)) else {
                        continue;
                    };
                    handed.insert(to);
                    let (to, reason) = (who(to), String::new());
                    let event = Delegated { approval: ID, stage, to, reason, decision: decision() };
                    apply(&mut known, (from, 1), Event::ApprovalDelegated(event));
                }
            }
        }
        let now = approval(&known);
        let people: BTreeSet<_> = now.signatures.iter().map(|signed| &signed.principal).collect();
        let keys: BTreeSet<_> = now.signatures.iter().map(|signed| &signed.fingerprint).collect();
        prop_assert_eq!((people.len(), keys.len()), (now.signatures.len(), now.signatures.len()));
        prop_assert!(!people.contains(&who(0)));
        prop_assert!(now.signatures.is_sorted_by_key(|signed| signed.stage));
        for (place, stage) in stages.iter().enumerate() {
            let of_stage = now.signatures.iter().filter(|s| s.stage as usize == place);
            let of_stage: Vec<_> = of_stage.collect();
            prop_assert!(of_stage.len() <= stage.quorum as usize);
            for signed in of_stage {
                let one = (0..6).find(|one| who(*one) == signed.principal).unwrap();
                let by_role = roles_of(one).iter().any(|role| stage.roles.contains(&(*role).to_owned()));
                prop_assert!(by_role || handed.contains(&one));
            }
            if open_stage_of(now).is_none_or(|open| place < open) {
                let signed = now.signatures.iter().filter(|s| s.stage as usize == place).count();
                prop_assert_eq!(signed, stage.quorum as usize);
            }
        }
    }
}

proptest! {
    /// The quantile is one of the waits; so many percent are no longer, and no shorter one does.
    #[test]
    fn waits_are_told_by_their_rank(mut waits in prop::collection::vec(0_u64..9_000, 0..40)) {
        let mut times = Times::default();
        for wait in &waits {
            let mut known = asked(vec![stage(&["a"], 1)]);
            apply(&mut known, (1, *wait), granted());
            times.count(approval(&known));
        }
        let times = times.in_order();
        waits.sort_unstable();
        prop_assert_eq!((times.granted(), times.asked), (waits.len(), waits.len() as u64));
        for percent in [1, 50, 90, 100] {
            let Some(told) = times.quantile_ms(percent) else {
                prop_assert!(waits.is_empty());
                continue;
            };
            let within = |bound: u64| waits.iter().filter(|wait| **wait <= bound).count() * 100;
            prop_assert!(within(told) >= waits.len() * percent);
            let shorter = waits.iter().copied().filter(|wait| *wait < told).max();
            prop_assert!(shorter.is_none_or(|less| within(less) < waits.len() * percent));
        }
    }
}

#[test]
fn what_nobody_else_is_asked_for_is_no_wait() {
    let mut known = asked(vec![Stage::step_up()]);
    apply(&mut known, (0, 5), granted());
    let mut times = Times::default();
    times.count(approval(&known));
    assert_eq!(times, Times::default());
}

fn granted() -> Event {
    Event::ApprovalGranted(Granted { approval: ID, run: None, decision: decision() })
}
