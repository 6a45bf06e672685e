//! Laws of approvals in the kernel: nothing starts without its quorum, the last signature starts it
//! once, and what changed meanwhile starts nothing.

use conductor_domain::{
    event::{Envelope, Event},
    org::{identity::Granted, key::Enrolled},
    scope::{Principal, Scope},
    trust::approval::{Approval, NAMESPACE},
};
use conductor_keys::{ssh_key::SecretKey, sshsig};
use conductor_protocol::{
    error_code::Code,
    id::ApprovalId,
    verdict::{Obligation, Stage},
};

use super::bench::{Bench, code, started};
use crate::command::{Answer, Command, Context, Rejection, Say};

/// How long what is asked for here can be signed, in milliseconds.
const WINDOW_MS: u64 = 60_000;

/// Somebody with a key.
pub(super) struct Person(pub(super) u32);

impl Person {
    fn principal(&self) -> Principal {
        Principal::uid(self.0)
    }

    fn key(&self) -> SecretKey {
        SecretKey::ed25519(&[u8::try_from(self.0).unwrap(); 32]).unwrap()
    }

    fn signs(&self, statement: &str) -> String {
        sshsig::sign(&mut self.key(), NAMESPACE, statement.as_bytes()).unwrap()
    }
}

pub(super) const ALICE: Person = Person(1);
pub(super) const BOB: Person = Person(2);
pub(super) const CAROL: Person = Person(3);

/// Puts a fact on record as another daemon would have.
pub(super) fn write(bench: &mut Bench, by: &Principal, event: Event) {
    let mut envelope: Envelope = bench.envelopes().pop().unwrap();
    envelope.scope = Scope::default();
    envelope.principal = by.clone();
    envelope.idempotency = None;
    envelope.event = event;
    bench.ledger.push(&envelope);
}

fn give(bench: &mut Bench, person: &Person, role: &str) {
    let role = role.to_owned();
    let granted = Granted { principal: person.principal(), role, decision: String::new() };
    write(bench, &Principal::system(), Event::IdentityGranted(granted));
}

fn enroll(bench: &mut Bench, person: &Person) {
    let key = person.key();
    let enrolled = Enrolled {
        principal: person.principal(),
        fingerprint: key.credential().key().fingerprint().to_string(),
        key: key.credential().key().to_openssh(),
        comment: String::new(),
        namespaces: vec![NAMESPACE.to_owned()],
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: String::new(),
    };
    write(bench, &Principal::system(), Event::KeyEnrolled(enrolled));
}

pub(super) fn stage(role: &str, quorum: u32) -> Stage {
    Stage { roles: vec![role.to_owned()], quorum, ..Stage::default() }
}

fn wants(stages: Vec<Stage>) -> Obligation {
    Obligation::RequireApproval { stages, window_seconds: WINDOW_MS / 1_000 }
}

/// A bench where `uid:1000` may start runs once others approve: two reviewers, then an operator.
/// Alice and Bob are reviewers, Carol is an operator, and each has a key.
pub(super) fn bench() -> Bench {
    let mut bench = Bench::with_workflow();
    for (person, role) in
        [(&ALICE, "workflow_reviewer"), (&BOB, "workflow_reviewer"), (&CAROL, "operator")]
    {
        give(&mut bench, person, role);
        enroll(&mut bench, person);
    }
    bench.restart();
    bench.leave.oblige(&[wants(chain())]);
    bench
}

pub(super) fn chain() -> Vec<Stage> {
    vec![stage("workflow_reviewer", 2), stage("operator", 1)]
}

/// What policy says to the start.
pub(super) fn asking(bench: &Bench, stages: Vec<Stage>) -> Context {
    let mut context = bench.context(None);
    context.ruling.verdict.obligations = vec![wants(stages)];
    context
}

fn ask(bench: &mut Bench) -> ApprovalId {
    let (context, command) = (asking(bench, chain()), bench.start_command());
    approval_of(bench.submit(context, Command::Ask(Box::new(command)))).id
}

#[track_caller]
pub(super) fn approval_of(answer: Result<Answer, Rejection>) -> Approval {
    match answer {
        Ok(Answer::Approval(approval)) => Approval::clone(&approval),
        other => panic!("{other:?}"),
    }
}

pub(super) fn known(bench: &Bench, id: ApprovalId) -> Approval {
    Approval::clone(&bench.views.approval("default", id).unwrap().unwrap())
}

/// Says something, as policy lets them.
pub(super) fn says(
    bench: &mut Bench,
    who: &Person,
    id: ApprovalId,
    say: Say,
) -> Result<Answer, Rejection> {
    let mut context = bench.context(None);
    context.principal = who.principal();
    context.ruling.question.subject.principal = who.principal().to_string();
    context.ruling.question.action = "approval.give".into();
    bench.submit(context, Command::Approval { approval: id, say })
}

pub(super) fn signs(bench: &mut Bench, who: &Person, id: ApprovalId) -> Result<Answer, Rejection> {
    let signature = who.signs(&known(bench, id).statement);
    says(bench, who, id, Say::Sign { signature, comment: String::new(), brought_by: None })
}

pub(super) fn runs(bench: &Bench) -> usize {
    bench.kinds().iter().filter(|kind| **kind == "run.started").count()
}

#[test]
fn the_last_signature_starts_what_was_asked_for_in_the_same_batch() {
    let mut bench = bench();
    let mut context = bench.context(Some(("key", "body")));
    context.ruling.verdict.obligations = vec![wants(chain())];
    let command = Command::Ask(Box::new(bench.start_command()));
    let id = approval_of(bench.submit(context.clone(), command.clone())).id;
    assert_eq!(approval_of(bench.submit(context.clone(), command.clone())).id, id);
    let asked = known(&bench, id);
    assert_eq!((asked.status(), asked.requester), ("pending", Principal::uid(1000)));
    signs(&mut bench, &ALICE, id).unwrap();
    signs(&mut bench, &BOB, id).unwrap();
    assert_eq!(runs(&bench), 0);
    let appends = bench.ledger.appends;
    let done = approval_of(signs(&mut bench, &CAROL, id));
    assert_eq!(done.status(), "granted");
    assert_eq!((runs(&bench), bench.ledger.appends), (1, appends + 1));
    let kinds = bench.kinds();
    let signed = kinds.iter().rposition(|kind| *kind == "approval.signed").unwrap();
    let after = &kinds[signed..];
    let expected = ["approval.signed", "decision.recorded", "decision.recorded", "run.started"];
    assert_eq!(after[..4], expected, "{after:?}");
    assert_eq!(after.last(), Some(&"approval.granted"));
    // The run is the one of whoever asked, and its key answers with it.
    let run = bench.envelopes().into_iter().find_map(|envelope| match envelope.event {
        Event::RunStarted(event) => Some((event.run, envelope.principal)),
        _ => None,
    });
    let (run, owner) = run.unwrap();
    assert_eq!(owner, Principal::uid(1000));
    assert_eq!(started(bench.submit(context, command)), run);
    assert_eq!(runs(&bench), 1);
    assert_eq!(code(signs(&mut bench, &BOB, id)), Some(Code::ApprovalOver));
}

#[test]
fn whoever_asks_again_gets_the_same_approval() {
    let mut bench = bench();
    let id = ask(&mut bench);
    let events = bench.kinds().len();
    assert_eq!(ask(&mut bench), id);
    assert_eq!(bench.kinds().len(), events, "nothing is recorded twice");
    // For something else it is another one.
    let mut other = bench.start_command();
    if let Command::Start { reason, .. } = &mut other {
        *reason = "something else".into();
    }
    let context = asking(&bench, chain());
    let other = approval_of(bench.submit(context, Command::Ask(Box::new(other))));
    assert_ne!(other.id, id);
    assert!(other.statement.contains("something else"));
}

#[test]
fn nothing_is_started_by_the_wrong_signatures() {
    let mut bench = bench();
    let (id, other) = (ask(&mut bench), {
        let mut command = bench.start_command();
        if let Command::Start { reason, .. } = &mut command {
            *reason = "another".into();
        }
        let context = asking(&bench, chain());
        approval_of(bench.submit(context, Command::Ask(Box::new(command)))).id
    });
    let sign =
        |signature: String| Say::Sign { signature, comment: String::new(), brought_by: None };
    // Made for another approval.
    let replayed = ALICE.signs(&known(&bench, other).statement);
    let replayed = says(&mut bench, &ALICE, id, sign(replayed));
    assert_eq!(code(replayed), Some(Code::SignatureInvalid));
    // By somebody else's key.
    let borrowed = BOB.signs(&known(&bench, id).statement);
    let borrowed = says(&mut bench, &ALICE, id, sign(borrowed));
    assert_eq!(code(borrowed), Some(Code::SignatureInvalid));
    // For another namespace.
    let statement = known(&bench, id).statement;
    let login = sshsig::sign(&mut ALICE.key(), sshsig::LOGIN, statement.as_bytes()).unwrap();
    assert_eq!(code(says(&mut bench, &ALICE, id, sign(login))), Some(Code::SignatureInvalid));
    // By a key that nobody enrolled, though its owner might sign.
    give(&mut bench, &Person(9), "workflow_reviewer");
    bench.restart();
    assert_eq!(code(signs(&mut bench, &Person(9), id)), Some(Code::SignatureInvalid));
    // Out of turn, and twice.
    assert_eq!(code(signs(&mut bench, &CAROL, id)), Some(Code::ApprovalNotYours));
    signs(&mut bench, &ALICE, id).unwrap();
    assert_eq!(code(signs(&mut bench, &ALICE, id)), Some(Code::ApprovalNotYours));
    assert_eq!((runs(&bench), known(&bench, id).signatures.len()), (0, 1));
}

#[test]
fn what_changed_meanwhile_voids_every_signature() {
    // Policy asks for more now.
    let mut bench = bench();
    let id = ask(&mut bench);
    signs(&mut bench, &ALICE, id).unwrap();
    bench.leave.oblige(&[wants(vec![stage("workflow_reviewer", 2), stage("tenant_admin", 1)])]);
    let void = approval_of(signs(&mut bench, &BOB, id));
    assert_eq!(void.status(), "void");
    assert_eq!(void.signatures.len(), 1, "the one that found it out does not count either");
    let why = void.ended.unwrap().how.sentence();
    assert!(
        why.contains("asks for 2 people of `workflow_reviewer`, then `tenant_admin` now"),
        "{why}"
    );
    // Policy denies it now.
    bench.leave.oblige(&[wants(chain())]);
    let id = ask(&mut bench);
    bench.leave.denies.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(approval_of(signs(&mut bench, &ALICE, id)).status(), "void");
    bench.leave.denies.store(false, std::sync::atomic::Ordering::Relaxed);
    // What would start is gone.
    let id = ask(&mut bench);
    signs(&mut bench, &ALICE, id).unwrap();
    signs(&mut bench, &BOB, id).unwrap();
    let retire = crate::command::Lifecycle::Retire { reason: "old".into() };
    let (workflow, version) = ("laws".to_owned(), "1.0.0".to_owned());
    let context = bench.context(None);
    let retire = Command::Lifecycle { workflow, version, change: retire };
    bench.submit(context, retire).unwrap();
    let void = approval_of(signs(&mut bench, &CAROL, id));
    assert_eq!(void.status(), "void");
    assert_eq!(runs(&bench), 0);
}

#[test]
fn a_version_that_is_published_meanwhile_is_not_what_was_approved() {
    let mut bench = bench();
    let id = ask(&mut bench);
    bench.publish("name: laws\nversion: 2.0.0\ntasks:\n- {id: b, uses: 'pkg:builtin/noop@1'}\n");
    for person in [&ALICE, &BOB, &CAROL] {
        signs(&mut bench, person, id).unwrap();
    }
    let started = bench.envelopes().into_iter().find_map(|envelope| match envelope.event {
        Event::RunStarted(event) => Some(event.workflow.version),
        _ => None,
    });
    assert_eq!(started.as_deref(), Some("1.0.0"), "as it was signed");
}

/// The key says that it is the same request: it is not done twice, in one version and in the next.
#[test]
fn a_key_waits_for_one_approval_whatever_is_published_meanwhile() {
    let mut bench = bench();
    let ask = |bench: &mut Bench, body: &str| {
        let mut context = bench.context(Some(("key", body)));
        context.ruling.verdict.obligations = vec![wants(chain())];
        let command = Command::Ask(Box::new(bench.start_command()));
        bench.submit(context, command)
    };
    let id = approval_of(ask(&mut bench, "body")).id;
    bench.publish("name: laws\nversion: 2.0.0\ntasks:\n- {id: b, uses: 'pkg:builtin/noop@1'}\n");
    assert_eq!(approval_of(ask(&mut bench, "body")).id, id);
    assert_eq!(code(ask(&mut bench, "another body")), Some(Code::IdempotencyConflict));
    for person in [&ALICE, &BOB, &CAROL] {
        signs(&mut bench, person, id).unwrap();
    }
    started(ask(&mut bench, "body"));
    assert_eq!(runs(&bench), 1);
}

#[test]
fn it_ends_with_its_time_and_with_whoever_asked() {
    let mut bench = bench();
    let id = ask(&mut bench);
    for person in [&ALICE, &BOB] {
        signs(&mut bench, person, id).unwrap();
    }
    bench.now += WINDOW_MS - 1;
    bench.step(vec![]);
    assert_eq!(known(&bench, id).status(), "pending");
    bench.now += 1;
    bench.step(vec![]);
    assert_eq!((known(&bench, id).status(), runs(&bench)), ("expired", 0));
    assert_eq!(code(signs(&mut bench, &CAROL, id)), Some(Code::ApprovalOver));
    let id = ask(&mut bench);
    let withdraw = Say::Withdraw { reason: String::new() };
    assert_eq!(code(says(&mut bench, &ALICE, id, withdraw.clone())), Some(Code::ApprovalNotYours));
    let back = approval_of(says(&mut bench, &Person(1000), id, withdraw));
    assert_eq!(back.status(), "withdrawn");
    let id = ask(&mut bench);
    let deny = Say::Deny { reason: "not tonight".into() };
    assert_eq!(approval_of(says(&mut bench, &CAROL, id, deny)).status(), "denied");
    bench.now += 10 * WINDOW_MS;
    let before = bench.kinds().len();
    bench.step(vec![]);
    assert_eq!(bench.kinds().len(), before, "timers die with what they belong to");
}

#[test]
fn a_restart_loses_no_signature_and_starts_nothing_twice() {
    let mut bench = bench();
    let id = ask(&mut bench);
    signs(&mut bench, &ALICE, id).unwrap();
    bench.restart();
    signs(&mut bench, &BOB, id).unwrap();
    bench.write_views();
    bench.restart();
    assert_eq!(known(&bench, id).signatures.len(), 2);
    signs(&mut bench, &CAROL, id).unwrap();
    assert_eq!(runs(&bench), 1);
    for written in [false, true] {
        if written {
            bench.write_views();
        }
        bench.restart();
        bench.now += 10 * WINDOW_MS;
        bench.step(vec![]);
        assert_eq!((runs(&bench), known(&bench, id).status()), (1, "granted"));
    }
    // What waited while the daemon was away has expired.
    let id = ask(&mut bench);
    bench.write_views();
    bench.now += WINDOW_MS;
    bench.restart();
    bench.step(vec![]);
    assert_eq!(known(&bench, id).status(), "expired");
}

#[test]
fn fifty_who_approve_at_once_are_as_many_as_it_takes() {
    let mut bench = Bench::with_workflow();
    let people: Vec<Person> = (1..=50).map(Person).collect();
    for person in &people {
        give(&mut bench, person, "workflow_reviewer");
        enroll(&mut bench, person);
    }
    bench.restart();
    let stages = vec![stage("workflow_reviewer", 3)];
    bench.leave.oblige(&[wants(stages.clone())]);
    let (context, command) = (asking(&bench, stages), bench.start_command());
    let id = approval_of(bench.submit(context, Command::Ask(Box::new(command)))).id;
    let statement = known(&bench, id).statement;
    let inputs = people.iter().enumerate().map(|(ticket, person)| {
        let mut context = bench.context(None);
        context.principal = person.principal();
        let signature = person.signs(&statement);
        let say = Say::Sign { signature, comment: String::new(), brought_by: None };
        let command = Command::Approval { approval: id, say };
        crate::kernel::Input::Command { ticket: ticket as u64, context: Box::new(context), command }
    });
    let inputs = inputs.collect();
    let output = bench.step(inputs);
    let taken = output.replies.iter().filter(|(_, reply)| reply.is_ok()).count();
    assert_eq!((taken, runs(&bench)), (3, 1));
    assert_eq!(known(&bench, id).signatures.len(), 3);
}

#[test]
fn a_stage_that_nobody_answers_is_handed_on_by_the_clock() {
    let mut bench = bench();
    let mut slow = stage("workflow_reviewer", 1);
    (slow.timeout_seconds, slow.escalate_to) = (10, vec!["operator".to_owned()]);
    bench.leave.oblige(&[wants(vec![slow.clone()])]);
    let (context, command) = (asking(&bench, vec![slow]), bench.start_command());
    let id = approval_of(bench.submit(context, Command::Ask(Box::new(command)))).id;
    assert_eq!(code(signs(&mut bench, &CAROL, id)), Some(Code::ApprovalNotYours));
    bench.now += 10_000;
    bench.step(vec![]);
    assert_eq!(bench.kinds().last(), Some(&"approval.escalated"));
    bench.restart();
    assert_eq!(approval_of(signs(&mut bench, &CAROL, id)).status(), "granted");
}

#[test]
fn an_approval_by_nobody_lets_nothing_pass() {
    let mut bench = bench();
    for stages in [vec![], vec![stage("operator", 0)]] {
        let (context, command) = (asking(&bench, stages), bench.start_command());
        let answer = bench.submit(context, Command::Ask(Box::new(command)));
        assert_eq!(code(answer), Some(Code::ApprovalRequired));
    }
    // Nor does asking for what needs no approval do it.
    let (context, command) = (bench.context(None), bench.start_command());
    let answer = bench.submit(context, Command::Ask(Box::new(command)));
    assert!(matches!(answer, Err(Rejection::StaleDecision)), "{answer:?}");
    assert_eq!(runs(&bench), 0);
}

#[test]
fn what_is_lost_while_it_waits_is_missed() {
    let mut bench = bench();
    let id = ask(&mut bench);
    signs(&mut bench, &ALICE, id).unwrap();
    // Bob is no reviewer any more.
    let (principal, role) = (BOB.principal(), "workflow_reviewer".to_owned());
    let context = bench.context(None);
    bench.submit(context, Command::Revoke { principal, role }).unwrap();
    assert_eq!(code(signs(&mut bench, &BOB, id)), Some(Code::ApprovalNotYours));
    assert_eq!(known(&bench, id).signatures.len(), 1);
}
