//! Laws of break-glass in the kernel: nobody goes ahead without reason, need, permission and touch, and
//! what was done alone is reviewed by two others or becomes an incident, whatever happens in between.

use std::sync::{PoisonError, atomic::Ordering};

use conductor_domain::{
    event::Event,
    intent::freeze::Reach,
    scope::Principal,
    trust::{
        approval::{Approval, Signed},
        incident::{Kind, Opened},
    },
};
use conductor_protocol::{
    error_code::Code,
    id::{ApprovalId, DecisionId},
    verdict::Obligation,
};

use super::{
    approvals::{
        ALICE, BOB, CAROL, Person, approval_of, asking, bench, chain, known, runs, says, signs,
        stage, write,
    },
    bench::{Bench, code, started},
    freezes,
};
use crate::{
    command::{Answer, Command, Context, Rejection, Say},
    ports::Outcome,
};

/// Who asks for everything here.
const REQUESTER: Person = Person(1000);
/// How long a review may take, in milliseconds.
const REVIEW_MS: u64 = 3_600_000;

/// What policy wants of whoever goes ahead alone.
fn permit(bench: &Bench, freezes: bool) {
    let roles = vec!["workflow_reviewer".to_owned()];
    let review =
        Obligation::RequireReview { roles, quorum: 2, window_seconds: REVIEW_MS / 1_000, freezes };
    *bench.leave.alone.lock().unwrap_or_else(PoisonError::into_inner) = vec![review];
}

/// Has somebody go ahead alone with a start.
fn alone(bench: &mut Bench, context: Context, why: &str) -> Result<Answer, Rejection> {
    let mut command = bench.start_command();
    if let Command::Start { reason, .. } = &mut command {
        why.clone_into(reason);
    }
    bench.submit(context, Command::Glass(Box::new(command)))
}

/// The touch came, and the daemon died before it did anything of what it sets free.
fn touched(bench: &mut Bench, id: ApprovalId) {
    let signed = Signed {
        approval: id,
        stage: 0,
        principal: Principal::uid(REQUESTER.0),
        fingerprint: "SHA256:touched".into(),
        signature: String::new(),
        user_present: true,
        comment: String::new(),
        brought_by: None,
        decision: DecisionId::from_bits(1),
    };
    let by = Principal::uid(REQUESTER.0);
    write(bench, &by, Event::ApprovalSigned(Box::new(signed)));
    bench.restart();
    bench.step(vec![]);
}

/// Somebody went ahead alone; by which approval.
fn broken(bench: &mut Bench) -> ApprovalId {
    permit(bench, false);
    let context = asking(bench, chain());
    let id = approval_of(alone(bench, context, "it burns")).id;
    touched(bench, id);
    assert_eq!((known(bench, id).status(), runs(bench)), ("granted", 1));
    id
}

/// The reviews that were asked for, in their order.
fn reviews(bench: &Bench) -> Vec<Approval> {
    let asked = bench.envelopes().into_iter().filter_map(|envelope| match envelope.event {
        Event::ApprovalRequested(event) if event.happened.is_some() => Some(event.approval),
        _ => None,
    });
    asked.map(|id| known(bench, id)).collect()
}

fn review(bench: &Bench) -> ApprovalId {
    reviews(bench).last().unwrap().id
}

fn incidents(bench: &Bench) -> Vec<Opened> {
    let opened = bench.envelopes().into_iter().filter_map(|envelope| match envelope.event {
        Event::IncidentOpened(event) => Some(event),
        _ => None,
    });
    opened.collect()
}

#[test]
fn one_touch_goes_ahead_and_two_others_review_it() {
    let mut bench = bench();
    let id = broken(&mut bench);
    let kinds = bench.kinds();
    let last = &kinds[kinds.len() - 4..];
    let expected = ["approval.granted", "decision.recorded", "glass.broken", "approval.requested"];
    assert_eq!(last, expected, "{kinds:?}");
    let asked = reviews(&bench).remove(0);
    let happened = asked.happened.clone().unwrap();
    assert_eq!((happened.approval, happened.action.as_str()), (id, "run.start"));
    assert_eq!((asked.requester, asked.reason.as_str()), (Principal::uid(1000), "it burns"));
    // Neither who did it, nor one person twice, nor one who only operates.
    let withdraw = Say::Withdraw { reason: String::new() };
    let refused = says(&mut bench, &REQUESTER, asked.id, withdraw);
    assert_eq!(code(refused), Some(Code::ApprovalNotYours));
    assert_eq!(code(signs(&mut bench, &CAROL, asked.id)), Some(Code::ApprovalNotYours));
    let first = approval_of(signs(&mut bench, &ALICE, asked.id));
    assert_eq!(first.status(), "pending");
    assert_eq!(code(signs(&mut bench, &ALICE, asked.id)), Some(Code::ApprovalNotYours));
    bench.restart();
    let second = approval_of(signs(&mut bench, &BOB, asked.id));
    assert_eq!(second.status(), "granted");
    let whole = bench.envelopes().into_iter().find_map(|envelope| match envelope.event {
        Event::GlassReviewed(event) => Some((event.approval, event.by)),
        _ => None,
    });
    assert_eq!(whole, Some((id, vec![Principal::uid(1), Principal::uid(2)])));
    bench.now += 2 * REVIEW_MS;
    bench.step(vec![]);
    assert_eq!((incidents(&bench), runs(&bench)), (vec![], 1));
}

#[test]
fn what_is_not_reviewed_in_time_is_one_incident_through_restarts() {
    for (written, restarted) in [(false, false), (true, true), (false, true)] {
        let mut bench = bench();
        let id = broken(&mut bench);
        let of = review(&bench);
        // One is not enough.
        signs(&mut bench, &ALICE, of).unwrap();
        if written {
            bench.write_views();
        }
        bench.now += REVIEW_MS - 1;
        bench.step(vec![]);
        assert_eq!(incidents(&bench), []);
        bench.now += 1;
        if restarted {
            bench.restart();
        }
        bench.step(vec![]);
        let open = incidents(&bench);
        assert_eq!(open.len(), 1, "{written} {restarted}");
        assert_eq!((open[0].kind, open[0].approval), (Kind::BreakGlassUnreviewed, id));
        assert_eq!(open[0].principal, Principal::uid(1000));
        assert_eq!(code(signs(&mut bench, &BOB, of)), Some(Code::ApprovalOver));
        bench.write_views();
        bench.restart();
        bench.now += REVIEW_MS;
        bench.step(vec![]);
        assert_eq!(incidents(&bench), open, "once");
        let known = bench.views.incident("default", open[0].incident).unwrap();
        assert!(known.ended.is_none());
        assert!(bench.views.broken("default").is_empty());
    }
}

#[test]
fn what_a_reviewer_disputes_is_an_incident_in_the_same_batch() {
    let mut bench = bench();
    let id = broken(&mut bench);
    let of = review(&bench);
    let appends = bench.ledger.appends;
    let deny = Say::Deny { reason: "it was not needed".into() };
    assert_eq!(approval_of(says(&mut bench, &BOB, of, deny)).status(), "denied");
    assert_eq!(bench.ledger.appends, appends + 1);
    let open = incidents(&bench);
    assert_eq!((open.len(), open[0].kind), (1, Kind::BreakGlassDisputed));
    assert_eq!((open[0].approval, open[0].reason.as_str()), (id, "it was not needed"));
    bench.now += 2 * REVIEW_MS;
    bench.step(vec![]);
    assert_eq!(incidents(&bench), open, "one is enough");
}

#[test]
fn when_the_run_ends_its_review_is_of_how_it_ended() {
    let mut bench = bench();
    broken(&mut bench);
    let first = review(&bench);
    signs(&mut bench, &ALICE, first).unwrap();
    bench.open_worker(false);
    let lease = bench.leases().remove(0);
    assert_eq!(bench.complete(&lease, Outcome::Succeeded), Ok(()));
    assert_eq!(known(&bench, first).status(), "void");
    let all = reviews(&bench);
    let again = all.last().unwrap();
    assert_eq!((all.len(), again.status()), (2, "pending"));
    assert_eq!(again.happened.as_ref().unwrap().outcome, "succeeded");
    assert_eq!(again.expires_at, all[0].expires_at, "it falls due as before");
    // Whoever signed had not seen that, and signs again.
    signs(&mut bench, &ALICE, again.id).unwrap();
    assert_eq!(approval_of(signs(&mut bench, &BOB, again.id)).status(), "granted");
}

#[test]
fn nobody_goes_ahead_without_reason_need_and_permission() {
    let mut bench = bench();
    let waits = asking(&bench, chain());
    let refused = alone(&mut bench, waits.clone(), "it burns");
    assert_eq!(code(refused), Some(Code::PermissionDenied), "nobody is named who reviews it");
    permit(&bench, true);
    assert_eq!(code(alone(&mut bench, waits.clone(), " ")), Some(Code::RequestInvalid));
    let free = bench.context(None);
    assert_eq!(code(alone(&mut bench, free, "it burns")), Some(Code::GlassWhole));
    bench.leave.denies.store(true, Ordering::Relaxed);
    let denied = alone(&mut bench, waits.clone(), "it burns");
    assert_eq!(code(denied), Some(Code::PermissionDenied));
    bench.leave.denies.store(false, Ordering::Relaxed);
    // What may be done is done by the touch, and not without; not when policy has changed by then.
    let id = approval_of(alone(&mut bench, waits, "it burns")).id;
    assert_eq!(runs(&bench), 0);
    bench.leave.alone.lock().unwrap_or_else(PoisonError::into_inner).clear();
    touched(&mut bench, id);
    assert_eq!((known(&bench, id).status(), runs(&bench)), ("void", 0));
    assert!(!bench.kinds().contains(&"glass.broken"));
}

#[test]
fn a_freeze_is_gone_through_where_policy_says_so() {
    let mut bench = Bench::with_workflow();
    freezes::set(&mut bench, Reach::Tenant, None).unwrap();
    permit(&bench, false);
    let context = bench.context(None);
    assert_eq!(code(alone(&mut bench, context, "it burns")), Some(Code::Frozen));
    permit(&bench, true);
    let context = bench.context(None);
    let asked = approval_of(alone(&mut bench, context, "it burns"));
    assert_eq!(asked.glass.unwrap().through, ["f"]);
    touched(&mut bench, asked.id);
    assert_eq!((known(&bench, asked.id).status(), runs(&bench)), ("granted", 1));
    assert_eq!(code(bench.start(None)), Some(Code::Frozen), "for everybody else it holds");
}

#[test]
fn what_waits_already_ends_and_its_key_answers_with_what_was_done() {
    let mut bench = bench();
    permit(&bench, false);
    let mut context = bench.context(Some(("key", "body")));
    context.ruling.verdict.obligations = asking(&bench, chain()).ruling.verdict.obligations;
    let ask = Command::Ask(Box::new(bench.start_command()));
    let id = approval_of(bench.submit(context.clone(), ask.clone())).id;
    let say = || Say::Break { reason: "nobody answers".into() };
    let other = says(&mut bench, &ALICE, id, say());
    assert_eq!(code(other), Some(Code::ApprovalNotYours));
    let touch = approval_of(says(&mut bench, &REQUESTER, id, say()));
    assert_ne!(touch.id, id);
    assert_eq!(touch.glass.as_ref().unwrap().skips, chain());
    assert_eq!(touch.reason, "nobody answers");
    assert_eq!(known(&bench, id).status(), "withdrawn");
    // To say it of what waits for the touch already changes nothing.
    assert_eq!(approval_of(says(&mut bench, &REQUESTER, touch.id, say())).id, touch.id);
    assert_eq!(known(&bench, touch.id).status(), "pending");
    touched(&mut bench, touch.id);
    assert_eq!(runs(&bench), 1);
    started(bench.submit(context, ask));
    assert_eq!(runs(&bench), 1);
    let stages = reviews(&bench).remove(0).stages;
    assert_eq!(stages, [stage("workflow_reviewer", 2)]);
}
