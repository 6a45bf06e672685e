//! Which notifications a fact gives rise to, as a table; and how they get there with a target that is
//! scripted and a clock that is turned.

mod delivery;

use std::{collections::BTreeMap, sync::Arc};

use conductor_domain::{
    event::{Envelope, Event},
    org::identity::{ADMIN, Grant},
    scope::{HOME_TENANT, Principal, Scope},
    time::Timestamp,
    trust::{
        approval::{
            Approval, Approvals, Delegated, Denied, Escalated, Expired, Granted, Requested, Signed,
            Voided, Withdrawn,
        },
        decision::Recorded,
        gate::Checked,
        glass::{Broken, Happened, Terms},
        incident::{self, Opened},
        signing_key,
    },
    work::{
        run::{Ended, Run, RunStatus},
        tracked::{self, Changed, Record},
    },
};
use conductor_protocol::{
    id::{ApprovalId, DecisionId, IncidentId, NotificationId, RunId},
    verdict::{Obligation, Question, Stage, Verdict},
};
use serde_json::{Map, Value, json};

use super::*;
use crate::ports::ViewError;

const ID: ApprovalId = ApprovalId::from_bits(7);
const AT: Timestamp = Timestamp::from_unix_ms(1_795_275_332_165);
const EXPIRES: Timestamp = Timestamp::from_unix_ms(1_795_278_932_165);
const ALICE: &str = "uid:1";
const BOB: &str = "uid:2";
const CAROL: &str = "uid:3";

/// What the daemon knows: one approval, and who holds what.
#[derive(Default)]
struct Known {
    approvals: Approvals,
    grants: Vec<Grant>,
}

impl Facts for Known {
    fn approval(&self, tenant: &str, id: ApprovalId) -> Result<Option<Arc<Approval>>, ViewError> {
        Ok(self.approvals.get(tenant, id).cloned())
    }

    fn run(&self, _: &str, _: RunId) -> Result<Option<Arc<Run>>, ViewError> {
        Ok(None)
    }

    fn grants(&self, tenant: &str) -> Vec<Grant> {
        self.grants.iter().filter(|grant| grant.scope.tenant == tenant).cloned().collect()
    }
}

fn scope() -> Scope {
    Scope { tenant: "acme".into(), environment: "prod".into(), region: "eu".into() }
}

fn grant(tenant: &str, who: &str, role: &str) -> Grant {
    Grant {
        scope: Scope { tenant: tenant.into(), ..Scope::default() },
        principal: Principal::new(who),
        role: role.into(),
        by: Principal::system(),
        at: AT,
    }
}

fn by(who: &str, event: Event) -> Envelope {
    let principal = Principal::new(who);
    Envelope { at: AT, scope: scope(), principal, trace: None, idempotency: None, event }
}

fn question() -> Question {
    let mut question = Question { action: "run.start".into(), ..Question::default() };
    question.resource.kind = "workflow".into();
    question.resource.id = "restart".into();
    question.context.tenant_id = "acme".into();
    question
}

fn stage(role: &str, quorum: u32) -> Stage {
    Stage { roles: vec![role.into()], quorum, ..Stage::default() }
}

/// What alice asked for: two reviewers, then an administrator.
fn asked() -> Envelope {
    let stages = vec![stage("workflow_reviewer", 2), stage("tenant_admin", 1)];
    asked_with(stages)
}

fn asked_with(stages: Vec<Stage>) -> Envelope {
    by(
        ALICE,
        Event::ApprovalRequested(Box::new(Requested {
            approval: ID,
            question: question(),
            command: json!({"start": {"inputs": {"password": "hunter2"}}}),
            statement: "{\"inputs\":{\"password\":\"hunter2\"}}".into(),
            digest: String::new(),
            stages,
            expires_at: EXPIRES,
            reason: "because of hunter2".into(),
            decision: DecisionId::from_bits(1),
            glass: None,
            happened: None,
            idempotency: None,
        })),
    )
}

fn signed(who: &str, stage: u32) -> Envelope {
    by(
        who,
        Event::ApprovalSigned(Box::new(Signed {
            approval: ID,
            stage,
            principal: Principal::new(who),
            fingerprint: format!("SHA256:{who}"),
            signature: "-----BEGIN SSH SIGNATURE-----".into(),
            user_present: false,
            comment: "hunter2".into(),
            brought_by: None,
            decision: DecisionId::from_bits(2),
        })),
    )
}

/// What the last of these facts gives rise to, with all of them known.
fn last_of(facts: &[Envelope]) -> Vec<Notice> {
    let mut known = Known::default();
    for (seq, fact) in (1..).zip(facts) {
        known.approvals.apply(fact, seq);
    }
    arise(9, facts.last().unwrap(), &known).unwrap()
}

fn check(facts: &[Envelope], kind: &str, (roles, people): (&[&str], &[&str]), stage: Option<u32>) {
    let notices = last_of(facts);
    let [notice] = notices.as_slice() else { panic!("{kind}: {notices:?}") };
    assert_eq!(notice.kind.word(), kind);
    assert_eq!(notice.audience.roles, roles, "{kind}");
    let named: Vec<&str> = notice.audience.principals.iter().map(Principal::as_str).collect();
    assert_eq!(named, people, "{kind}");
    assert_eq!(notice.stage.as_ref().map(|stage| stage.number), stage, "{kind}");
    assert_eq!(notice.expires_at, stage.map(|_| EXPIRES), "{kind}");
    assert_eq!((notice.requester.as_str(), notice.seq), (ALICE, 9), "{kind}");
    assert_eq!((notice.action.as_str(), notice.resource.as_str()), ("run.start", "restart"));
    assert_eq!(
        notice.look(),
        format!("conductor --tenant acme --env prod approvals show {ID}"),
        "{kind}"
    );
}

#[test]
fn who_is_told_of_an_approval() {
    let reason = String::new;
    let decision = DecisionId::from_bits(3);
    let reviewers: (&[&str], &[&str]) = (&["workflow_reviewer"], &[]);
    check(&[asked()], "approval.requested", reviewers, Some(1));
    // Of two signatures the first opens nothing, the second the next stage; the last one none.
    assert_eq!(last_of(&[asked(), signed(BOB, 0)]), []);
    let second = [asked(), signed(BOB, 0), signed(CAROL, 0)];
    check(&second, "approval.requested", (&["tenant_admin"], &[]), Some(2));
    let third = [&second[..], &[signed("uid:4", 1)]].concat();
    assert_eq!(last_of(&third), []);
    let to = Principal::new(CAROL);
    let handed = Delegated { approval: ID, stage: 0, to, reason: reason(), decision };
    let handed = by(BOB, Event::ApprovalDelegated(handed));
    check(&[asked(), handed], "approval.delegated", (&[], &[CAROL]), Some(1));
    let roles = vec!["conductor_admin".to_owned()];
    let more = by("system", Event::ApprovalEscalated(Escalated { approval: ID, stage: 0, roles }));
    check(&[asked(), more], "approval.escalated", (&["conductor_admin"], &[]), Some(1));
    let ends = [
        ("approval.granted", Event::ApprovalGranted(Granted { approval: ID, run: None, decision })),
        (
            "approval.denied",
            Event::ApprovalDenied(Denied { approval: ID, reason: reason(), decision }),
        ),
        (
            "approval.withdrawn",
            Event::ApprovalWithdrawn(Withdrawn { approval: ID, reason: reason(), decision }),
        ),
        ("approval.voided", Event::ApprovalVoided(Voided { approval: ID, why: reason() })),
        ("approval.expired", Event::ApprovalExpired(Expired { approval: ID })),
    ];
    for (kind, end) in ends {
        check(&[asked(), by(BOB, end)], kind, (&[], &[ALICE]), None);
    }
    // A second proof of who they are waits for whoever asks.
    check(&[asked_with(vec![Stage::step_up()])], "approval.requested", (&[], &[ALICE]), Some(1));
}

#[test]
fn which_stage_a_signature_opened_does_not_change_with_what_comes_later() {
    let mut known = Known::default();
    let facts = [asked(), signed(BOB, 0), signed(CAROL, 0), signed("uid:4", 1)];
    for (seq, fact) in (1..).zip(&facts) {
        known.approvals.apply(fact, seq);
    }
    let stages = |fact: &Envelope| -> Vec<Option<u32>> {
        let notices = arise(9, fact, &known).unwrap();
        notices.iter().map(|notice| notice.stage.as_ref().map(|stage| stage.number)).collect()
    };
    let told: Vec<_> = facts.iter().map(stages).collect();
    assert_eq!(told, [vec![Some(1)], vec![], vec![Some(2)], vec![]]);
}

#[test]
fn who_is_told_of_what_somebody_did_alone() {
    let terms = Terms {
        skips: vec![stage("workflow_reviewer", 2)],
        through: Vec::new(),
        review: stage("tenant_admin", 2),
        review_seconds: 3_600,
    };
    let mut touched = asked_with(vec![Stage::step_up()]);
    let Event::ApprovalRequested(event) = &mut touched.event else { panic!() };
    event.glass = Some(terms.clone());
    let broken = Event::GlassBroken(Box::new(Broken {
        approval: ID,
        principal: Principal::new(ALICE),
        run: None,
        reason: "because of hunter2".into(),
        terms,
        due: EXPIRES,
        decision: DecisionId::from_bits(2),
    }));
    let told = last_of(&[touched.clone(), by(ALICE, broken)]);
    let [notice] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((notice.kind.word(), notice.expires_at), ("glass.broken", Some(EXPIRES)));
    assert_eq!(notice.audience.roles, ["tenant_admin"]);
    assert_eq!(notice.audience.except, [Principal::new(ALICE)]);
    let line = "uid:1 broke glass for restart in acme / prod: others have to review it";
    assert_eq!(subject(notice), line);

    let incident = IncidentId::from_bits(3);
    let opened = Event::IncidentOpened(Opened {
        incident,
        kind: incident::Kind::BreakGlassUnreviewed,
        approval: ID,
        run: None,
        principal: Principal::new(ALICE),
        reason: "hunter2".into(),
    });
    let told = last_of(&[touched, by("system", opened)]);
    let [notice] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(notice.kind.word(), "incident.opened");
    assert_eq!(notice.audience.roles, ["tenant_admin"]);
    assert_eq!(notice.audience.principals, [Principal::new(ALICE)]);
    assert!(!text(notice).contains("hunter2"), "{}", text(notice));
    assert!(subject(notice).contains("was not reviewed in time"), "{}", subject(notice));
    let look = format!("conductor --tenant acme --env prod incidents show {incident}");
    assert_eq!(notice.look(), look);
}

#[test]
fn a_review_is_told_as_one() {
    let mut review = asked_with(vec![stage("tenant_admin", 2)]);
    let Event::ApprovalRequested(event) = &mut review.event else { panic!() };
    event.question.action = "glass.review".into();
    event.happened = Some(Happened {
        approval: ApprovalId::from_bits(6),
        action: "run.start".into(),
        at: 1,
        run: None,
        outcome: String::new(),
    });
    let waits = last_of(std::slice::from_ref(&review));
    let done = "what uid:1 did alone with restart";
    assert_eq!(subject(&waits[0]), format!("{done} waits to be reviewed in acme / prod"));
    assert_eq!(waits[0].expires_at, Some(EXPIRES), "when it falls due");
    let over = by("system", Event::ApprovalExpired(Expired { approval: ID }));
    let over = last_of(&[review, over]);
    assert_eq!(subject(&over[0]), format!("nobody reviewed in time {done} in acme / prod"));
}

fn decided(tenant: &str, obligations: Vec<Obligation>) -> Envelope {
    let mut input = question();
    input.context.tenant_id = tenant.into();
    let verdict = Verdict { allow: true, obligations, ..Verdict::default() };
    let id = DecisionId::from_bits(5);
    let recorded = Recorded { id, input, verdict, unmet: String::new(), count: 1 };
    by(BOB, Event::DecisionRecorded(Box::new(recorded)))
}

#[test]
fn whom_policy_wants_told_is_told_once_for_each_obligation() {
    let tell = |role: &str| Obligation::Notify {
        roles: vec![role.into()],
        message: format!("a run for {role}"),
    };
    let warn = Obligation::Warn { message: "mind".into() };
    let notices = last_of(&[decided("acme", vec![tell("operator"), warn, tell("tenant_admin")])]);
    let told: Vec<_> =
        notices.iter().map(|one| (one.audience.roles.clone(), one.message.as_str())).collect();
    let of = |role: &str| vec![role.to_owned()];
    assert_eq!(
        told,
        [(of("operator"), "a run for operator"), (of("tenant_admin"), "a run for tenant_admin")]
    );
    assert_eq!(
        notices[0].look(),
        format!("conductor --tenant acme --env prod decisions show {}", DecisionId::from_bits(5))
    );
    // What is evidence of another tenant's decision tells nobody here.
    assert_eq!(last_of(&[decided("other", vec![tell("operator")])]), []);
    assert_eq!(last_of(&[decided("acme", vec![])]), []);
}

#[test]
fn an_end_of_a_run_that_nobody_knows_tells_nothing() {
    let ended = Ended {
        run: RunId::from_bits(1),
        status: RunStatus::Failed,
        note: String::new(),
        outputs: Map::new(),
    };
    assert_eq!(last_of(&[by("system", Event::RunEnded(ended))]), []);
}

fn tracked(owner: &str, from: tracked::Status, status: tracked::Status) -> Envelope {
    let record = Record {
        name: "Entity network analysis".into(),
        owner: owner.into(),
        status,
        cost_estimate_micros: None,
        cost_actual_micros: None,
        related_entity_ids: vec!["entity-123".into()],
        related_decision_ids: Vec::new(),
        metadata: BTreeMap::from([("secret".into(), json!("hunter2"))]),
        started_at: AT,
        finished_at: status.is_terminal().then_some(AT),
    };
    let (run, decision) = (RunId::from_bits(5), DecisionId::from_bits(3));
    let changed = Changed { run, from, changed: vec!["status".into()], record, decision };
    by(BOB, Event::TrackedChanged(Box::new(changed)))
}

#[test]
fn the_end_of_a_tracked_run_is_told_once() {
    use tracked::Status::{Cancelled, Failed, Pending, Running, Succeeded};

    let known = Known::default();
    for (from, status, kind) in [
        (Running, Succeeded, "run.ended"),
        (Pending, Cancelled, "run.ended"),
        (Running, Failed, "run.failed"),
    ] {
        let [notice] =
            <[Notice; 1]>::try_from(arise(9, &tracked(ALICE, from, status), &known).unwrap())
                .unwrap();
        assert_eq!((notice.kind.word(), notice.status.as_str()), (kind, status.word()));
        assert_eq!(notice.audience.principals, [ALICE, BOB].map(Principal::new));
        assert_eq!((notice.requester.as_str(), notice.by.as_str()), (ALICE, BOB));
        let look =
            format!("conductor --tenant acme --env prod tracked show {}", RunId::from_bits(5));
        assert_eq!(notice.look(), look);
        let line = format!("Entity network analysis {} in acme / prod", status.word());
        assert_eq!(words::subject(&notice), line);
        let event = cloud_event(&letter(notice), "led_test").to_string();
        assert!(event.contains("\"kind\":\"tracked_run\""), "{event}");
        assert!(!event.contains("hunter2") && !event.contains("entity-123"), "{event}");
    }
    for (from, status) in [(Pending, Running), (Running, Running), (Succeeded, Succeeded)] {
        assert_eq!(arise(9, &tracked(ALICE, from, status), &known).unwrap(), []);
    }
    let own = arise(9, &tracked(BOB, Running, Succeeded), &known).unwrap();
    assert_eq!(own[0].audience.principals, [BOB].map(Principal::new), "each once");
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_filter_lets_through_what_it_names() {
    let waits = &last_of(&[asked()])[0];
    let expired = by("system", Event::ApprovalExpired(Expired { approval: ID }));
    let over = &last_of(&[asked(), expired])[0];
    let known = Known {
        grants: vec![
            grant("acme", ALICE, "operator"),
            grant("acme", BOB, "workflow_reviewer"),
            grant(HOME_TENANT, CAROL, ADMIN),
            grant(HOME_TENANT, CAROL, "operator"),
        ],
        ..Known::default()
    };
    let lets = |filter: Filter| [filter.lets(waits, &known), filter.lets(over, &known)];
    assert_eq!(lets(Filter::default()), [true, true]);
    for (events, expected) in [
        (&["approval.*"][..], [true, true]),
        (&["*"], [true, true]),
        (&["approval.requested"], [true, false]),
        (&["run.*", "approval.expired"], [false, true]),
        (&["run.ended"], [false, false]),
    ] {
        assert_eq!(
            lets(Filter { events: names(events), ..Filter::default() }),
            expected,
            "{events:?}"
        );
    }
    for (tenants, environments, expected) in
        [("acme", "prod", true), ("other", "prod", false), ("acme", "dev", false)]
    {
        let (tenants, environments) = (names(&[tenants]), names(&[environments]));
        let filter = Filter { tenants, environments, ..Filter::default() };
        assert_eq!(lets(filter), [expected; 2]);
    }
    // What is for a role, and what is for somebody who holds it there.
    for (role, expected) in [
        ("workflow_reviewer", [true, false]),
        ("operator", [false, true]),
        ("tenant_admin", [false, false]),
    ] {
        assert_eq!(lets(Filter { roles: names(&[role]), ..Filter::default() }), expected, "{role}");
    }
    assert!(is_event("approval.*") && is_event("*") && is_event("run.failed"));
    assert!(
        !is_event("approval")
            && !is_event("app*")
            && !is_event("")
            && !is_event("notification.test")
    );
    assert!(is_target_name("ops-1") && !is_target_name("Ops") && !is_target_name("a/b"));
}

#[test]
fn mail_goes_to_who_may_sign_and_to_nobody_twice() {
    let addresses: BTreeMap<Principal, String> = [
        (ALICE, "alice@example.org"),
        (BOB, "bob@example.org"),
        (CAROL, "carol@example.org"),
        ("uid:4", "bob@example.org"),
    ]
    .map(|(who, address)| (Principal::new(who), address.to_owned()))
    .into();
    let reach = Reach::People { to: vec!["ops@example.org".into()], addresses };
    let known = Known {
        grants: vec![
            grant("acme", ALICE, "workflow_reviewer"),
            grant("acme", BOB, "workflow_reviewer"),
            grant("acme", "uid:4", "workflow_reviewer"),
            grant("acme", "uid:9", "workflow_reviewer"),
            grant("other", CAROL, "workflow_reviewer"),
            grant("other", CAROL, "tenant_admin"),
            grant(HOME_TENANT, CAROL, ADMIN),
        ],
        ..Known::default()
    };
    let to = |facts: &[Envelope]| reach.addresses(&last_of(facts)[0], &known);
    // Not alice, who asked, whatever she holds; not carol, who holds it elsewhere.
    assert_eq!(to(&[asked()]), ["ops@example.org", "bob@example.org"]);
    let granted = Granted { approval: ID, run: None, decision: DecisionId::from_bits(3) };
    let granted = by(BOB, Event::ApprovalGranted(granted));
    assert_eq!(to(&[asked(), granted]), ["ops@example.org", "alice@example.org"]);
    // Who signed the first stage is not asked for the second.
    let admins = vec![stage("workflow_reviewer", 1), stage("conductor_admin", 1)];
    let second = [asked_with(admins), signed(BOB, 0)];
    assert_eq!(to(&second), ["ops@example.org", "carol@example.org"]);
    assert_eq!(Reach::Place.addresses(&last_of(&[asked()])[0], &known), [""]);
}

fn letter(notice: Notice) -> Letter {
    Letter {
        id: NotificationId::from_bits(3),
        to: String::new(),
        notice,
        attempts: 0,
        next_at: AT,
        given_up_at: None,
        problem: String::new(),
    }
}

/// What is said is who, what, where and until when. Nothing in it could be used to say yes, and nothing
/// stands in it that whoever may not see the approval may not know.
#[test]
fn nothing_that_is_said_approves_anything_or_tells_what_is_asked_for() {
    let second = [asked(), signed(BOB, 0), signed(CAROL, 0)];
    for facts in [&second[..1], &second] {
        let notice = last_of(facts).remove(0);
        let event = cloud_event(&letter(notice.clone()), "led_1").to_string();
        for said in [event, text(&notice), subject(&notice)] {
            for forbidden in [
                "hunter2",
                "SSH SIGNATURE",
                "://",
                "approvals approve",
                "approvals import",
                "token",
                "statement",
            ] {
                assert!(!said.contains(forbidden), "`{forbidden}` is in {said}");
            }
        }
        let page = text(&notice);
        for words in
            ["run.start", "restart", "acme / prod / eu", "uid:1", "2026-", "approvals show apr_"]
        {
            assert!(page.contains(words), "`{words}` is not in\n{page}");
        }
    }
}

#[test]
fn what_others_call_something_stays_in_its_line() {
    let mut notice = last_of(&[asked()]).remove(0);
    notice.resource = "a\r\nBcc: eve@example.org\u{1b}[2J".into();
    assert!(!subject(&notice).contains(['\r', '\n', '\u{1b}']));
    assert!(!text(&notice).contains("\nBcc"));
}

#[test]
fn an_event_is_one_that_the_specification_knows() {
    let event = cloud_event(&letter(last_of(&[asked()]).remove(0)), "led_1");
    let schema = include_str!("../../../../tests/schemas/cloudevents.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let checker = jsonschema::validator_for(&schema).unwrap();
    let problems: Vec<String> =
        checker.iter_errors(&event).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?} in {event:#}");
    assert_eq!(event["type"], "conductor.approval.requested");
    assert_eq!(event["time"], "2026-11-21T15:35:32.165Z");
    assert_eq!(event["subject"], ID.to_string());
    assert_eq!(event["data"]["stage"], json!({"number": 1, "of": 2, "quorum": 2}));
    assert_eq!(event["data"]["for"]["roles"], json!(["workflow_reviewer"]));
}

#[test]
fn a_gate_that_does_not_let_a_run_pass_tells_whoever_asked() {
    let run = RunId::from_bits(9);
    let answer = |passed| {
        Event::GateChecked(Box::new(Checked {
            run,
            passed,
            message: "No artifacts meet compliance requirements".into(),
            total_artifacts: 0,
            compliant_artifact_ids: Vec::new(),
            reasons: Vec::new(),
            decision: DecisionId::from_bits(2),
        }))
    };
    assert!(last_of(&[by(ALICE, answer(true))]).is_empty());
    let told = last_of(&[by(ALICE, answer(false))]);
    let [notice] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((notice.kind.word(), &notice.subject), ("gate.failed", &run.to_string()));
    assert_eq!(notice.audience.principals, [Principal::new(ALICE)]);
    assert!(subject(notice).contains("No artifacts meet compliance"), "{}", subject(notice));
}

#[test]
fn who_may_replace_the_signing_key_is_told_that_it_is_due() {
    let due = signing_key::Due { since: AT, due_at: EXPIRES };
    let failed = signing_key::RotationFailed { order: 3, problem: "it is away".into() };
    let events = [
        (
            Event::SigningKeyDue(due),
            "signing_key.due",
            "to be replaced: it has been in force since",
        ),
        (
            Event::SigningKeyRotationFailed(failed),
            "signing_key.rotation_failed",
            "was not replaced: it is away",
        ),
    ];
    for (event, word, words) in events {
        let told = last_of(&[by("system", event)]);
        let [notice] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(
            (notice.kind.word(), &notice.audience.roles[..]),
            (word, &[ADMIN.to_owned()][..])
        );
        assert!(subject(notice).contains(words), "{}", subject(notice));
        assert_eq!(notice.look(), "conductor ledger keys list");
    }
}
