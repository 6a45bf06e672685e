//! What is shown is what is signed, and nothing is wider than it may be.

use conductor_protocol::{jcs, v1};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::planned::{self, Tone};

pub(crate) const ID: &str = "apr_01jdzzzzzzfffffffffffffff0";

pub(crate) fn manifest() -> Value {
    json!({
        "name": "restart-payments",
        "version": "1.4.0",
        "tasks": [
            {"id": "drain", "uses": "pkg:builtin/ssh@1", "with": {"run": "drain {{ host.name }}"}},
            {"id": "restart", "uses": "pkg:builtin/shell@1", "needs": ["drain"],
             "with": {"run": "systemctl restart payments"}},
        ],
    })
}

pub(crate) fn statement() -> Value {
    let manifest = jcs::canonical_json(&manifest()).unwrap();
    json!({
        "kind": "conductor/approval/v1",
        "approval": ID,
        "scope": {"tenant": "acme", "env": "prod", "region": "eu-west-1"},
        "requester": "uid:1000",
        "reason": "p99 5 s since deploy 812",
        "action": "run.start",
        "resourceKind": "workflow",
        "resource": "restart-payments",
        "version": "1.4.0",
        "manifest": jcs::sha256_digest(manifest.as_bytes()),
        "inputs": {"service": "payments"},
        "targets": {"drain": ["pay-1", "pay-2"]},
        "command": jcs::sha256_digest(command().to_string().as_bytes()),
        "decision": "dec_01jdzzzzzzfffffffffffffff0",
        "bundleRevision": "sha256:00",
        "risk": "high",
        "stages": [
            {"roles": ["workflow_reviewer"], "quorum": 2},
            {"roles": ["tenant_admin", "conductor_admin"], "quorum": 1},
        ],
        "nonce": "00000000000000000000000000000001",
        "requestedAt": 1_000_000,
        "expiresAt": 4_600_000,
    })
}

fn command() -> Value {
    json!({"start": {"workflow": "restart-payments", "version": "1.4.0"}})
}

pub(crate) fn approval(statement: &Value) -> v1::Approval {
    let text = jcs::canonical_json(statement).unwrap();
    let stage = |quorum, open, signatures| v1::ApprovalStage {
        roles: vec!["workflow_reviewer".into()],
        quorum,
        open,
        signatures,
        ..v1::ApprovalStage::default()
    };
    let signed = v1::ApprovalSignature {
        principal: "uid:2001".into(),
        fingerprint: "SHA256:OuRGYPwaA1CKn922lBDoNPipQjJDhW6HWKwUAEPEyrU".into(),
        user_present: true,
        comment: "looks right".into(),
        at: Some(pbjson_types::Timestamp { seconds: 1_100, nanos: 0 }),
        ..v1::ApprovalSignature::default()
    };
    v1::Approval {
        approval_id: statement["approval"].as_str().unwrap().into(),
        status: v1::ApprovalStatus::Pending.into(),
        stages: vec![stage(2, true, vec![signed]), stage(1, false, Vec::new())],
        digest: jcs::sha256_digest(text.as_bytes()),
        statement: text,
        command_json: command().to_string(),
        manifest_json: jcs::canonical_json(&manifest()).unwrap(),
        can_sign: true,
        ..v1::Approval::default()
    }
}

fn page(approval: &v1::Approval, width: usize) -> Vec<String> {
    let checked = Checked::new(approval, (ID, "acme")).unwrap();
    let clock = |ms: u64| format!("at {}", ms / 1_000);
    let reader = Reader { width, now_ms: 1_600_000, clock: &clock, policy: &[], key: "" };
    let text = |line: planned::Line| line.into_iter().map(|(_, text)| text).collect::<String>();
    lines(&checked, approval, &reader).into_iter().map(text).collect()
}

#[test]
fn an_approver_reads_who_why_where_what_and_what_is_signed() {
    let page = page(&approval(&statement()), 80).join("\n");
    for words in [
        "run.start restart-payments 1.4.0  waits",
        "asked by   uid:1000, at 1000",
        "why        p99 5 s since deploy 812",
        "where      acme / prod / eu-west-1",
        "left       50 min 0 s, until at 4600",
        "input      service payments",
        "1 drain          ssh on pay-1, pay-2",
        "systemctl restart payments",
        "stage 1 of 2  2 people of workflow_reviewer  now",
        "uid:2001, at 1100",
        "touched:",
        "stage 2 of 2  1 person of tenant_admin or conductor_admin",
        "you can sign it now",
        "signing\n  sha256:",
    ] {
        assert!(page.contains(words), "`{words}` is not in\n{page}");
    }
}

#[test]
fn production_is_shown_as_danger() {
    let approval = approval(&statement());
    let checked = Checked::new(&approval, (ID, "acme")).unwrap();
    let reader = Reader { width: 80, now_ms: 0, clock: &|_| String::new(), policy: &[], key: "" };
    let all = lines(&checked, &approval, &reader).concat();
    assert!(all.contains(&(Tone::Bad, "prod".to_owned())), "{all:?}");
}

#[test]
fn a_script_keeps_its_lines() {
    let script = "cd /srv\nif true; then\n  rm -rf ./cache\nfi\n";
    let mut told = manifest();
    told["tasks"][1]["with"]["run"] = script.into();
    told["tasks"][1]["scopes"] = json!([{"action": "run.start", "workflow": "disk-clean"}]);
    let text = jcs::canonical_json(&told).unwrap();
    let mut statement = statement();
    statement["manifest"] = jcs::sha256_digest(text.as_bytes()).into();
    let waiting = v1::Approval { manifest_json: text, ..approval(&statement) };
    let page = page(&waiting, 80);
    let from = page.iter().position(|line| line.contains("cd /srv")).unwrap();
    let column = page[from].find("cd").unwrap();
    let lines: Vec<&str> = page[from..from + 4].iter().map(|line| &line[column..]).collect();
    assert_eq!(lines, ["cd /srv", "if true; then", "  rm -rf ./cache", "fi"]);
    assert!(page.join("\n").contains("token for  run.start/disk-clean"), "{page:#?}");

    told["tasks"][1]["with"]["run"] = "echo x\n".repeat(200).into();
    let text = jcs::canonical_json(&told).unwrap();
    statement["manifest"] = jcs::sha256_digest(text.as_bytes()).into();
    let waiting = v1::Approval { manifest_json: text, ..approval(&statement) };
    let page = self::page(&waiting, 80).join("\n");
    assert!(page.contains(" letters more)"), "{page}");
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let mut long = statement();
    long["reason"] = "because ".repeat(60).into();
    long["inputs"]["list"] = json!(vec!["x"; 400]);
    for width in [54, 80, 200] {
        for line in page(&approval(&long), width) {
            assert!(line.width() <= width, "{line}");
        }
    }
}

#[test]
fn foreign_text_moves_no_cursor() {
    let mut evil = statement();
    evil["reason"] = "\u{1b}[2Jnothing to see\r\n".into();
    let page = page(&approval(&evil), 80).join("\n");
    assert!(!page.contains('\u{1b}') && !page.contains('\r'), "{page:?}");
}

fn refused(approval: &v1::Approval) -> Mismatch {
    Checked::new(approval, (ID, "acme")).unwrap_err()
}

#[test]
fn what_is_not_what_it_says_is_signed_by_nobody() {
    let good = approval(&statement());
    assert!(Checked::new(&good, (ID, "acme")).is_ok());

    let digest = v1::Approval { digest: "sha256:00".into(), ..good.clone() };
    assert!(matches!(refused(&digest), Mismatch::Digest { .. }));

    let another = Checked::new(&good, ("apr_01jdzzzzzzfffffffffffffff1", "acme")).unwrap_err();
    assert!(matches!(another, Mismatch::Another { what: "approval", .. }));
    let elsewhere = Checked::new(&good, (ID, "globex")).unwrap_err();
    assert!(matches!(elsewhere, Mismatch::Another { what: "tenant", .. }));

    let command = v1::Approval { command_json: json!({"note": null}).to_string(), ..good.clone() };
    assert_eq!(refused(&command), Mismatch::Beside("command"));
    let mut other = manifest();
    other["tasks"][1]["with"]["run"] = "rm -rf /".into();
    let manifest_json = jcs::canonical_json(&other).unwrap();
    assert_eq!(refused(&v1::Approval { manifest_json, ..good }), Mismatch::Beside("manifest"));
}

#[test]
fn a_statement_that_can_t_be_shown_whole_is_not_signed() {
    let mut more = statement();
    more["alsoDo"] = "rm -rf /".into();
    assert!(matches!(refused(&approval(&more)), Mismatch::Unknown(_)));
    let mut inside = statement();
    inside["stages"][0]["except"] = "uid:2001".into();
    assert!(matches!(refused(&approval(&inside)), Mismatch::Unknown(_)));
    let mut kind = statement();
    kind["kind"] = "conductor/runbook/v1".into();
    assert!(matches!(refused(&approval(&kind)), Mismatch::Unknown(_)));
    // The same value twice: one reader takes the first, another the last.
    let text = approval(&statement()).statement.replacen('{', r#"{"action":"run.read","#, 1);
    let digest = jcs::sha256_digest(text.as_bytes());
    let twice = v1::Approval { statement: text, digest, ..approval(&statement()) };
    assert!(matches!(refused(&twice), Mismatch::Unknown(_)));
    let spaced = approval(&statement()).statement.replace("\":", "\": ");
    let digest = jcs::sha256_digest(spaced.as_bytes());
    let spaced = v1::Approval { statement: spaced, digest, ..approval(&statement()) };
    assert!(matches!(refused(&spaced), Mismatch::Unknown(_)));
}

#[test]
fn what_is_missing_is_said_in_few_words() {
    let mut waits = approval(&statement());
    assert_eq!(progress(&waits), "stage 1 of 2: 1 more person of workflow_reviewer");
    waits.stages[0].signatures.clear();
    assert_eq!(progress(&waits), "stage 1 of 2: 2 people of workflow_reviewer");
    waits.stages[0].open = false;
    assert_eq!(progress(&waits), "");
}

#[test]
fn what_became_of_it_since_it_was_read_is_said() {
    let read = approval(&statement());
    assert_eq!(changes(&read, &read), [""; 0]);
    let check = |change: &dyn Fn(&mut v1::Approval), expected: &str| {
        let mut now = read.clone();
        change(&mut now);
        assert_eq!(changes(&read, &now), [expected]);
    };
    let signed = |stage: usize| {
        move |now: &mut v1::Approval| {
            let signature = v1::ApprovalSignature { principal: "uid:7".into(), ..<_>::default() };
            now.stages[stage].signatures.push(signature);
        }
    };
    check(&signed(0), "uid:7 signed stage 1");
    check(&signed(1), "uid:7 signed stage 2");
    check(&|now| now.digest = "sha256:00".into(), "what is to be signed is another thing");
    check(&|now| now.manifest_json.clear(), "something about it is different");
    let ended = |now: &mut v1::Approval| {
        let sentence = "was denied: not\non a friday".into();
        now.ended = Some(v1::ApprovalEnd { sentence, ..<_>::default() });
        now.can_sign = false;
    };
    check(&ended, "it was denied: not on a friday");
    let closed = |now: &mut v1::Approval| {
        now.can_sign = false;
        now.cannot_because = "uid:1 holds no role".into();
    };
    check(&closed, "you can't sign it now: uid:1 holds no role");
    let said = |now: &mut v1::Approval| {
        let (by, text) = ("uid:8".into(), "wait".into());
        now.comments.push(v1::ApprovalComment { by, text, at: None });
    };
    check(&said, "uid:8 said: wait");
}

#[test]
fn lists_say_how_many_have_signed_and_how_long_is_left() {
    let mut waits = approval(&statement());
    waits.expires_at = Some(pbjson_types::Timestamp { seconds: 4_600, nanos: 0 });
    assert_eq!((signed(&waits), left(&waits, 1_600_000)), ("1/3".into(), "50 min 0 s".into()));
    assert_eq!(left(&waits, 4_600_001), "over");
    waits.ended = Some(v1::ApprovalEnd::default());
    waits.status = v1::ApprovalStatus::Withdrawn.into();
    assert_eq!(left(&waits, 0), "withdrawn");
}

#[test]
fn the_key_and_policy_s_word_stand_on_the_page() {
    let approval = approval(&statement());
    let checked = Checked::new(&approval, (ID, "acme")).unwrap();
    let policy = ["2 people of workflow_reviewer must approve".to_owned()];
    let key = "SHA256:OuRGYPwaA1CKn922lBDoNPipQjJDhW6HWKwUAEPEyrU (agent, touch)";
    let reader = Reader { width: 80, now_ms: 0, clock: &|_| String::new(), policy: &policy, key };
    let text = |line: planned::Line| line.into_iter().map(|(_, text)| text).collect::<String>();
    let page: Vec<String> = lines(&checked, &approval, &reader).into_iter().map(text).collect();
    assert!(page.contains(&format!("policy     {}", policy[0])), "{page:#?}");
    assert_eq!(page.last().unwrap().trim_start().trim_start_matches("with").trim(), key);
}
