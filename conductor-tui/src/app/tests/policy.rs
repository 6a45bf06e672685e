//! The screen of policy: decisions and why, bundles, and one that is tried out.

use conductor_protocol::v1::{
    Decision, DeployedBundle, DiffPolicyResponse, DriftItem, ListDecisionsRequest,
    ListDecisionsResponse, Obligation, PolicyAnswer, PolicyDifference, PolicyFileChange,
    PolicyFlip, PolicyFlipped, PolicyReplay, RecordedDecision, RefusedBundle, ReplayPolicyResponse,
    RuleHit, ShowBundlesResponse,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Console, daemon, looks};
use crate::{
    app::{
        Answer, Effect, FaultKind, Feed, FeedNews, Mutation, Query, Tried, msg::What, time::to_wire,
    },
    screen::Tab,
};

fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

fn decided(n: u64, now: Timestamp) -> RecordedDecision {
    let (allow, unmet, action) = match n % 3 {
        0 => (true, "", "run.start"),
        1 => (false, "", "run.cancel"),
        _ => (true, "APPROVAL_REQUIRED", "workflow.publish"),
    };
    let principal = if n.is_multiple_of(2) { "alice" } else { "uid:1001" };
    let input = json!({
        "subject": {"principal": principal, "roles": ["operator"], "email": "(masked)"},
        "action": action,
        "resource": {"kind": "run", "risk": "high"},
        "context": {"environment": "prod", "region": "eu-west-1", "channel": "session"},
    });
    let approval = Obligation {
        kind: "require_approval".into(),
        text: "two others approve it within four hours".into(),
        value_json: "{}".into(),
    };
    let rule = RuleHit {
        rule: "quota.problems".into(),
        file: "quota/quota.rego".into(),
        line: 42,
        change: "ask a tenant_admin for more runs a day".into(),
    };
    RecordedDecision {
        decision: Some(Decision {
            id: format!("dec_01jd{n:022}"),
            allow,
            reasons: vec![match allow {
                true => "operator may do this in acme/prod".into(),
                false => "the quota of 40 runs a day is used up\u{1b}[31m".to_owned(),
            }],
            bundle_revision: format!("sha256:{}", "56f215c8".repeat(8)),
            risk: "high".into(),
            unmet: unmet.into(),
            obligations: if unmet.is_empty() { vec![] } else { vec![approval] },
            rules: vec![rule],
            duration_us: 180,
            cached: false,
        }),
        at: Some(to_wire(now - seconds((90 - n as i64) * 61))),
        principal: principal.into(),
        action: action.into(),
        resource: format!("restart-payments-{n}"),
        input_json: input.to_string(),
        count: if n == 88 { 12 } else { 1 },
        seq: n,
    }
}

/// One of them, by its id.
pub(super) fn decision(id: &str, now: Timestamp) -> Option<Answer> {
    let n = id.strip_prefix("dec_01jd")?.parse().ok()?;
    let decision = Some(decided(n, now));
    let answer = conductor_protocol::v1::GetDecisionResponse { decision };
    Some(Answer::Decision(Box::new(answer)))
}

/// Decisions of the daemon, newest first, twenty a page.
pub(super) fn decisions(request: &ListDecisionsRequest, now: Timestamp) -> Answer {
    if request.action == "tenant." {
        return super::tenants::lately(request, now);
    }
    let before: u64 = request.page_token.parse().unwrap_or(91);
    let wanted = |row: &RecordedDecision| {
        let decision = row.decision.clone().unwrap();
        let done = decision.allow && decision.unmet.is_empty();
        (request.outcome.is_empty() || (request.outcome == "allow") == done)
            && (request.principal.is_empty() || request.principal == row.principal)
    };
    let all: Vec<_> = (1..before).rev().map(|n| decided(n, now)).filter(wanted).collect();
    let decisions: Vec<_> = all.iter().take(20).cloned().collect();
    let more = all.len() > decisions.len();
    let next = decisions.last().filter(|_| more).map(|row| row.seq.to_string());
    let next_page_token = next.unwrap_or_default();
    Answer::Decisions(Box::new(ListDecisionsResponse { decisions, next_page_token }))
}

/// Bundles of the daemon: two that one can go back to, and one that is not kept any more.
pub(super) fn bundles(now: Timestamp) -> Answer {
    let bundle = |digits: &str, cause: &str, days: i64, kept: bool| DeployedBundle {
        revision: format!("sha256:{}", digits.repeat(8)),
        label: if kept { format!("2026-{days}") } else { String::new() },
        source: "https://policy.example/bundle.tar.gz".into(),
        signed_by: "policy-2026".into(),
        cause: cause.into(),
        reason: if cause == "rolled_back" { "it denied on-call".into() } else { String::new() },
        by: if cause == "rolled_back" { "carol".into() } else { String::new() },
        at: Some(to_wire(now - SignedDuration::from_hours(24 * days))),
        kept,
        decision_id: String::new(),
    };
    Answer::Bundles(Box::new(ShowBundlesResponse {
        bundles: vec![
            bundle("56f215c8", "rolled_back", 1, true),
            bundle("0aa1b2c3", "source", 9, true),
            bundle("99887766", "started", 30, false),
        ],
        refused: Some(RefusedBundle {
            source: "https://policy.example/bundle.tar.gz".into(),
            problem: "roles.rego:7: rego_parse_error: unexpected eof".into(),
            at: Some(to_wire(now)),
        }),
        drift: vec![DriftItem {
            what: "bundle".into(),
            desired: "sha256:0aa1b2c3".into(),
            deployed: "sha256:56f215c8".into(),
            opened_at: Some(to_wire(now - SignedDuration::from_hours(3))),
            settled_at: None,
        }],
    }))
}

/// A trial of a bundle that denies more.
pub(super) fn tried(now: Timestamp) -> Vec<FeedNews> {
    let answer = |allow: bool, why: &str| {
        Some(PolicyAnswer { allow, reasons: vec![why.into()], ..<_>::default() })
    };
    let flip = |n: u64, principal: &str, count: u64| PolicyFlip {
        id: format!("dec_01jd{n:022}"),
        at: Some(to_wire(now - seconds(60))),
        principal: principal.into(),
        action: "run.start".into(),
        resource: format!("restart-payments-{n}"),
        count,
        change: "denied".into(),
        before: answer(true, "operator may"),
        after: answer(false, "nobody starts runs on a Friday"),
    };
    let diff = DiffPolicyResponse {
        asked: 4_096,
        differ: 1,
        differences: vec![PolicyDifference {
            name: "operator run.start saas prod high".into(),
            change: "denied".into(),
            before: answer(true, "operator may"),
            after: answer(false, "nobody starts runs on a Friday"),
        }],
        before_revision: "sha256:56f2".into(),
        after_revision: format!("sha256:{}", "abcdef01".repeat(8)),
        files: vec![PolicyFileChange { file: "roles.rego".into(), change: "changed".into() }],
    };
    let summary = PolicyReplay {
        decisions: 1_204,
        flipped: 15,
        principals: vec![
            PolicyFlipped { principal: "alice".into(), change: "denied".into(), count: 12 },
            PolicyFlipped { principal: "bob".into(), change: "denied".into(), count: 3 },
        ],
        since: Some(to_wire(now - SignedDuration::from_hours(24 * 7))),
        cut: true,
        ..<_>::default()
    };
    let flips = vec![flip(87, "alice", 12), flip(84, "bob", 3)];
    let part = |flips, summary| {
        FeedNews::Tried(Tried::Replay(Box::new(ReplayPolicyResponse { flips, summary })))
    };
    let files = ["quota/quota.rego", "roles.rego", "roles.json"].map(str::to_owned).to_vec();
    vec![
        FeedNews::Tried(Tried::Files(files)),
        FeedNews::Tried(Tried::Loaded(diff.after_revision.clone())),
        FeedNews::Tried(Tried::Diff(Box::new(diff))),
        part(flips, None),
        part(Vec::new(), Some(summary)),
        FeedNews::Ended(None),
    ]
}

/// The one that was asked for.
fn show_one(console: &mut Console) {
    let asked = console.pass(SignedDuration::from_millis(300));
    for effect in asked {
        if let Effect::Ask(ticket, Query::Decision(request)) = effect {
            let n = request.decision_id.trim_start_matches("dec_01jd").parse().unwrap();
            let found = Some(decided(n, console.now));
            let answer = conductor_protocol::v1::GetDecisionResponse { decision: found };
            console.send(What::Reply(ticket, Ok(Answer::Decision(Box::new(answer)))));
        }
    }
}

fn shown(size: (u16, u16)) -> Console {
    let mut console = Console::live(size);
    console.press("6");
    show_one(&mut console);
    console
}

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

fn compare(name: &str, console: &Console) {
    let (columns, rows) = console.model.shared.size;
    super::pictures::compare(&format!("policy-{name}-{columns}x{rows}"), &console.text());
}

#[test]
fn decisions_and_why_in_every_size() {
    for size in SIZES {
        compare("decisions", &shown(size));
    }
    let mut console = shown((80, 24));
    console.press("j Enter");
    show_one(&mut console);
    compare("decision", &console);
    let mut console = Console::with((80, 24), looks("mono", true), "prod");
    console.connect();
    console.press("6");
    compare("decisions-ascii", &console);
}

#[test]
fn what_there_is_instead_of_decisions() {
    let mut console = Console::live((80, 24));
    console.send(What::Key(daemon::key("6")));
    compare("loading", &console);
    let mut console = Console::new((80, 24));
    console.connect();
    console.daemon.faults = true;
    console.press("6");
    console.press("Esc Esc Esc");
    compare("denied", &console);
    let mut console = shown((80, 24));
    console.press("/");
    console.write("nothing-has-this");
    console.press("Enter");
    compare("no-match", &console);
    let mut console = shown((80, 24));
    console.disconnect();
    console.pass(seconds(14));
    compare("stale", &console);
}

#[test]
fn a_filter_asks_the_daemon_once_when_typing_rests_and_words_narrow_here() {
    let mut console = shown((120, 40));
    console.press("/");
    let typed = console.write("outcome:deny");
    assert_eq!(typed, [], "not at every key");
    console.press("Enter");
    let asked = console.pass(seconds(1));
    let asked: Vec<_> = asked
        .into_iter()
        .filter(|effect| matches!(effect, Effect::Ask(_, Query::Decisions(_))))
        .collect();
    let [Effect::Ask(_, Query::Decisions(request))] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(request.outcome, "deny");
    console.answer(asked);
    let rows = console.model.screens.policy.decisions.rows().len();
    assert!(rows >= 20, "{rows}");
    let screen = console.model.screen();
    assert_eq!(screen.twin(), "conductor decisions list --outcome deny");
}

#[test]
fn older_pages_are_read_as_the_cursor_comes_near_and_news_go_on_top() {
    let mut console = shown((120, 40));
    let before = console.model.screens.policy.decisions.read();
    console.press("G");
    assert!(console.model.screens.policy.decisions.read() > before);
    let screen = &console.model.screens.policy;
    assert!(screen.live, "decisions are heard of");
    let chosen = screen.decisions.selected().map(|row| row.seq);
    console.pass(seconds(1));
    assert_eq!(console.model.screens.policy.decisions.selected().map(|row| row.seq), chosen);
}

#[test]
fn the_bundles_and_going_back_to_one() {
    for size in SIZES {
        let mut console = shown(size);
        console.press("b");
        compare("bundles", &console);
    }
    let mut console = shown((120, 40));
    console.press("b R");
    assert!(console.text().contains("it decides already"), "{}", console.text());
    console.press("Esc j R");
    console.write("the new one is wrong");
    console.press("Enter");
    compare("rollback", &console);
    assert_eq!(console.daemon.changes, []);
    console.press("Tab Enter");
    let [Mutation::RollBack(request)] = &console.daemon.changes[..] else {
        panic!("{:?}", console.daemon.changes)
    };
    assert!(request.revision.starts_with("sha256:0aa1b2c3"));
    assert_eq!(request.reason, "the new one is wrong");
    console.press("G");
    assert!(console.text().contains("not kept any more"), "{}", console.text());
    console.press("R");
    assert!(console.text().contains("does not keep it"), "{}", console.text());
}

fn with_candidate(size: (u16, u16)) -> Console {
    let mut console = shown(size);
    console.press("t");
    console.write("./policy");
    console.press("Enter Enter");
    console
}

#[test]
fn a_bundle_is_tried_out_and_nothing_is_changed() {
    let mut console = shown((80, 24));
    console.press("t");
    compare("candidate-form", &console);
    console.press("Esc");
    compare("candidate-empty", &console);
    for size in SIZES {
        let console = with_candidate(size);
        compare("flips", &console);
        assert_eq!(console.daemon.changes, []);
    }
    let mut console = with_candidate((80, 24));
    console.press("Tab");
    compare("files", &console);
    let twin = console.model.screen().twin();
    assert_eq!(twin, "conductor policy replay ./policy --days 7");
}

#[test]
fn a_file_is_edited_and_the_bundle_tried_again() {
    let mut console = with_candidate((120, 40));
    let edited = console.press("Tab j Enter");
    assert_eq!(edited, [Effect::Edit("./policy/roles.rego".into())]);
    console.send(What::Edited(Ok("./policy/roles.rego".into())));
    assert!(console.text().contains("edited, t tries it"), "{}", console.text());
    let again = console.press("t");
    assert!(
        matches!(&again[..], [Effect::Watch(_, Feed::Trial(trial))] if trial.path == "./policy"),
        "{again:?}"
    );
    console.send(What::Edited(Err("start the editor `nano`: not found".into())));
    assert!(console.text().contains("start the editor"), "{}", console.text());
}

#[test]
fn a_trial_is_stopped_by_a_key_and_by_leaving_and_says_what_went_wrong() {
    let mut console = with_candidate((120, 40));
    let begun = console.send(What::Key(daemon::key("t")));
    let [Effect::Watch(id, _)] = &begun[..] else { panic!("{begun:?}") };
    assert_eq!(console.press("x"), [Effect::Unwatch(*id)]);
    compare("stopped", &console);
    let begun = console.send(What::Key(daemon::key("t")));
    let [Effect::Watch(id, _)] = &begun[..] else { panic!("{begun:?}") };
    let fault = daemon::fault(FaultKind::Other);
    console.send(What::Feed(*id, FeedNews::Ended(Some(fault))));
    compare("failed", &console);
    let begun = console.send(What::Key(daemon::key("t")));
    let [Effect::Watch(id, _)] = &begun[..] else { panic!("{begun:?}") };
    let left = console.press("1");
    assert!(left.contains(&Effect::Unwatch(*id)), "{left:?}");
}

#[test]
fn a_flip_opens_the_decision_that_was_made() {
    let mut console = with_candidate((120, 40));
    console.press("Enter");
    show_one(&mut console);
    assert_eq!(console.model.tab, Tab::Policy);
    assert!(console.text().contains("restart-payments-87"), "{}", console.text());
    let twin = console.model.screen().twin();
    assert!(twin.starts_with("conductor decisions show dec_01jd"), "{twin}");
}
