//! Approvals that are marked: one question about all of them, and a signature for each.

use conductor_protocol::v1::ApprovalStatus;

use super::{
    Console,
    approvals::{Desk, ME, locked_key, own_key, said, waits_at},
    daemon, looks,
    pictures::compare,
};
use crate::{
    app::{
        Answer, Effect, Fault, FaultKind, Look, Mutation, Say, Ticket,
        model::Layer,
        msg::{LinkNews, What},
    },
    signing::Found,
};

const WIDE: (u16, u16) = (200, 60);
const LOW: &str = "apr_01jd0000000000000000000001";
const MEDIUM: &str = "apr_01jd0000000000000000000002";
const HIGH: &str = "apr_01jd0000000000000000000003";
const PROD: &str = "apr_01jd0000000000000000000004";
const OWN: &str = "apr_01jd0000000000000000000005";

/// Two that can be signed together, one of high risk, one in production, one that the caller asked for.
fn desk(console: &Console) -> Desk {
    let now = console.model.shared.now;
    let mut own = waits_at(OWN, ("drain-node", "dev"), "low", (now, 50));
    own.requester = ME.into();
    own.can_sign = false;
    own.cannot_because = "nobody approves what they asked for".into();
    Desk {
        all: vec![
            waits_at(LOW, ("disk-clean", "dev"), "low", (now, 10)),
            waits_at(MEDIUM, ("rotate-certs", "staging"), "medium", (now, 20)),
            waits_at(HIGH, ("failover-db", "dev"), "high", (now, 30)),
            waits_at(PROD, ("restart-payments", "prod"), "low", (now, 40)),
            own,
        ],
        keys: Found { choices: vec![own_key()], problem: String::new() },
        ..Desk::default()
    }
}

fn prepared(size: (u16, u16), look: Look, prepare: impl FnOnce(&mut Console)) -> Console {
    let mut console = Console::with(size, look, "dev");
    console.daemon.desk = desk(&console);
    prepare(&mut console);
    console.connect();
    console.press("2");
    console
}

fn shown(size: (u16, u16)) -> Console {
    prepared(size, looks("dark", false), |_| {})
}

fn signed(console: &Console) -> Vec<String> {
    let id = |mutation: &Mutation| match mutation {
        Mutation::Approval(Say::Approve(approve)) => approve.approval_id.clone(),
        other => panic!("{other:?}"),
    };
    console.daemon.changes.iter().map(id).collect()
}

/// Marks the two that need no name, and says yes.
fn ask(console: &mut Console) {
    console.press("g g Space Space a");
}

#[test]
fn marks_are_as_in_the_list_of_runs() {
    let mut console = shown(WIDE);
    console.press("Space Space");
    assert!(console.text().contains("Approvals: 2 marked"), "{}", console.text());
    let copied = console.press("y");
    assert_eq!(copied, [Effect::Copy(format!("{LOW}\n{MEDIUM}"))]);
    let twin = format!("conductor approvals show {LOW}\nconductor approvals show {MEDIUM}");
    assert_eq!(console.press("Y"), [Effect::Copy(twin)]);
    console.press("/");
    console.write("disk-clean");
    console.press("Enter");
    assert!(console.text().contains("2 marked, 1 not shown"), "{}", console.text());
    console.press("Esc");
    assert!(!console.text().contains("marked"), "{}", console.text());
    console.press("Esc g g m j j");
    assert!(console.text().contains("3 marked, range"), "{}", console.text());
    console.press("Esc j");
    assert!(console.text().contains("Approvals: 3 marked"), "{}", console.text());
    console.press("x");
    assert!(said(&console).contains("said to each by itself"), "{}", said(&console));
    assert!(console.daemon.changes.is_empty() && console.model.layers.is_empty());
}

#[test]
fn what_is_signed_stands_in_the_question_whole_and_the_rest_is_left_out_with_the_reason() {
    let mut console = shown((200, 150));
    console.press("^a a");
    let text = console.text();
    for part in [
        "Sign 3 requests?",
        "3 of 5 marked: 3 allowed",
        "its risk is high",
        "PROD",
        "nobody approves",
        "type sign 3 restart-payments to go on",
        "run.start disk-clean 1.4.0",
        "run.start rotate-certs 1.4.0",
        "systemctl restart payments",
        "2 people of workflow_reviewer must approve",
        "SHA256:",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    for id in [LOW, MEDIUM, PROD] {
        let digest = console.daemon.desk.one(id).digest.clone();
        assert!(text.contains(&digest), "{digest}\n{text}");
    }
    console.write("sign 3");
    console.press("Enter");
    assert!(console.daemon.changes.is_empty(), "the name of what is in production is missing");
    console.press("a");
    console.write("sign 3 restart-payments");
    console.press("Enter Enter");
    assert_eq!(signed(&console), [LOW, MEDIUM, PROD]);
}

#[test]
fn one_yes_makes_a_signature_for_each_one_after_the_other() {
    let mut console = shown(WIDE);
    ask(&mut console);
    console.write("sign 2");
    console.press("Enter");
    let mut effects = console.send(What::Key(daemon::key("Enter")));
    assert_eq!(effects.iter().filter(|one| matches!(one, Effect::Change(_))).count(), 1);
    assert!(console.model.screens.approvals.signing.is_some());
    effects.retain(|one| matches!(one, Effect::Change(_)));
    console.answer(effects);
    assert_eq!(signed(&console), [LOW, MEDIUM]);
    let statements: Vec<&str> = console
        .daemon
        .changes
        .iter()
        .map(|one| match one {
            Mutation::Approval(Say::Approve(approve)) => approve.statement.as_str(),
            _ => "",
        })
        .collect();
    assert_ne!(statements[0], statements[1], "each its own");
    assert_eq!(said(&console), "2 signed");
    assert!(console.model.screens.approvals.signing.is_none());
    assert!(!console.text().contains("marked"), "{}", console.text());
}

fn type_and_go(console: &mut Console) {
    console.write("sign 2");
    console.press("Enter Enter");
}

#[test]
fn nothing_is_signed_that_changed_while_the_question_was_open() {
    let mut console = shown(WIDE);
    ask(&mut console);
    console.daemon.desk.one(MEDIUM).status = ApprovalStatus::Denied.into();
    let intents = console.model.screens.approvals.refresh(&mut console.model.shared);
    let asks = intents.into_iter().filter_map(|intent| match intent {
        crate::screen::Intent::Do(effect) => Some(effect),
        _ => None,
    });
    let asks = asks.collect();
    console.answer(asks);
    type_and_go(&mut console);
    assert!(console.daemon.changes.is_empty());
    assert!(said(&console).contains("changed since the question came"), "{}", said(&console));
}

#[test]
fn what_cannot_be_signed_together_says_why_and_asks_nothing() {
    let mut console = shown(WIDE);
    console.press("j j Space a");
    assert!(
        said(&console).contains("none of what is marked: its risk is high"),
        "{}",
        said(&console)
    );
    assert!(console.model.layers.is_empty());
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        let now = console.model.shared.now;
        console.daemon.desk.all = (0..4)
            .map(|n| {
                let id = format!("apr_01jd00000000000000000000{n:02}");
                waits_at(&id, (&format!("thing-{n}"), "prod"), "low", (now, 10))
            })
            .collect();
    });
    console.press("^a a");
    assert_eq!(said(&console), "4 different things in production are marked");
    assert!(console.model.layers.is_empty());

    let mut console = prepared(WIDE, looks("dark", false), |console| {
        console.daemon.denied = vec!["approval.give"];
    });
    console.press("Space Space a");
    assert!(said(&console).contains("2 (policy: operator is needed"), "{}", said(&console));
    console.model.shared.read_only = true;
    console.press("a");
    assert!(said(&console).contains("read-only"), "{}", said(&console));

    let mut console = prepared(WIDE, looks("dark", false), |console| {
        let now = console.model.shared.now;
        console.daemon.desk.all = (0..21)
            .map(|n| {
                let id = format!("apr_01jd00000000000000000000{n:02}");
                waits_at(&id, ("disk-clean", "dev"), "low", (now, 10))
            })
            .collect();
    });
    console.press("^a a");
    assert_eq!(said(&console), "21 are marked, and one yes signs 20 at most");
}

#[test]
fn a_statement_that_is_not_what_it_says_is_left_out() {
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        // The list says low; the bytes that would be signed say high.
        let now = console.model.shared.now;
        let high = waits_at(MEDIUM, ("rotate-certs", "staging"), "high", (now, 20));
        *console.daemon.desk.one(MEDIUM) =
            conductor_protocol::v1::Approval { risk: "low".into(), ..high };
        console.daemon.desk.one(LOW).digest = "sha256:00".into();
    });
    console.press("Space Space a");
    let text = said(&console);
    assert!(text.contains("its risk is high"), "{text}");
    assert!(text.contains("don't sign it: the digest"), "{text}");
    assert!(console.model.layers.is_empty());
}

#[test]
fn one_passphrase_unlocks_the_key_for_all_of_them() {
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        console.daemon.desk.keys.choices = vec![locked_key()];
    });
    ask(&mut console);
    type_and_go(&mut console);
    assert!(matches!(console.model.layers[..], [Layer::Unlock(_)]));
    console.write("correct horse");
    let effects = console.press("Enter");
    assert!(matches!(effects[..], [Effect::Unlock(..)]), "{effects:?}");
    assert_eq!(signed(&console), [LOW, MEDIUM]);
    assert!(!format!("{:?}", console.model).contains("horse"));
}

#[test]
fn a_key_that_fails_stops_the_rest_and_what_was_not_signed_stays_marked() {
    let mut console = prepared(WIDE, looks("dark", false), |console| {
        let message = "failed to sign with ssh-agent: it refused".into();
        let (code, hint, approval) = (String::new(), String::new(), String::new());
        console.daemon.desk.fault =
            Some(Fault { kind: FaultKind::Other, code, message, hint, approval });
    });
    ask(&mut console);
    type_and_go(&mut console);
    assert_eq!(console.daemon.changes.len(), 1);
    let text = said(&console);
    assert!(text.starts_with("0 signed, 1 not sent, 1 failed: failed to sign"), "{text}");
    assert!(console.text().contains("Approvals: 2 marked"), "{}", console.text());
    assert!(console.model.screens.approvals.signing.is_none());
}

#[test]
fn a_signature_that_came_too_late_is_no_success() {
    let mut console = shown(WIDE);
    ask(&mut console);
    console.write("sign 2");
    console.press("Enter");
    let effects = console.send(What::Key(daemon::key("Enter")));
    let mut mutation = match &effects[..] {
        [Effect::Change(one)] => one.get().clone(),
        other => panic!("{other:?}"),
    };
    let late =
        conductor_protocol::v1::Approval { status: ApprovalStatus::Void.into(), ..<_>::default() };
    let signed = console.daemon.desk.all[1].clone();
    for approval in [late, signed] {
        let answer = Ok(Answer::Said(Box::new(approval)));
        let next = console.send(What::Reply(Ticket::Changed(mutation.clone()), answer));
        if let Some(Effect::Change(one)) = next.first() {
            mutation = one.get().clone();
        }
    }
    assert_eq!(said(&console), "1 signed, 1 failed: it was void before it was signed");
}

#[test]
fn many_are_denied_with_one_reason_and_the_count_typed_where_one_is_in_production() {
    let mut console = shown(WIDE);
    console.press("Space j j Space d");
    assert!(matches!(console.model.layers[..], [Layer::Form(_)]), "{}", console.text());
    console.write("not on a friday");
    console.press("Enter");
    let text = console.text();
    for part in ["Deny 2 requests?", "because: not on a friday", "PROD", "type 2 prod to go on"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    console.write("2 prod");
    console.press("Enter Enter");
    let denied: Vec<(&str, &str)> = console
        .daemon
        .changes
        .iter()
        .map(|one| match one {
            Mutation::Approval(Say::Deny(request)) => {
                (request.approval_id.as_str(), request.reason.as_str())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(denied, [(LOW, "not on a friday"), (PROD, "not on a friday")]);
    assert_eq!(said(&console), "2 denied");
    console.press("Esc ^a d");
    console.write("no");
    console.press("Enter");
    assert!(console.text().contains("you asked for it"), "{}", console.text());
}

#[test]
fn leaving_or_losing_the_link_drops_what_was_about_to_be_asked() {
    let mut console = shown(WIDE);
    console.press("Space Space");
    let effects = console.send(What::Key(daemon::key("a")));
    assert!(console.text().contains("looking at them once more"), "{}", console.text());
    console.press("j");
    console.answer(effects);
    assert!(console.model.layers.is_empty(), "whoever does something else is not asked");
    console.press("a");
    console.write("sign 2");
    console.press("Enter");
    console.send(What::Link(LinkNews::Down { problem: "connection reset".into() }));
    console.press("Enter");
    assert!(console.daemon.changes.is_empty());
    assert!(said(&console).contains("nothing is queued"), "{}", said(&console));
}

#[test]
fn the_question_in_several_sizes_and_looks() {
    for (size, ascii) in [((40, 12), true), ((80, 24), false), ((120, 40), false)] {
        let mut console = prepared(size, looks("dark", ascii), |_| {});
        console.press("Space Space Space");
        compare(&format!("approvals-marked-{}x{}", size.0, size.1), &console.text());
        console.press("^a a");
        compare(&format!("approve-many-{}x{}", size.0, size.1), &console.text());
        console.press("PgDn PgDn");
        compare(&format!("approve-many-below-{}x{}", size.0, size.1), &console.text());
    }
    let mut console = prepared((80, 24), looks("mono", true), |_| {});
    console.press("^a d");
    console.write("freeze");
    console.press("Enter");
    compare("deny-many-80x24-ascii", &console.text());
}
