//! Laws of signed runbooks in the kernel: what holds is decided in the order in which things
//! happened, within a batch and across a restart, and a refusal leaves an alert and nothing else.

use std::sync::Arc;

use conductor_domain::{
    intent::workflow::Provenance,
    org::key::{Enrolled, NAMESPACES, Revoked},
    scope::Principal,
};
use conductor_keys::{
    ssh_key::SecretKey,
    sshsig::{self, RUNBOOK},
};
use conductor_protocol::{
    error_code::Code,
    manifest::{MediaType, Source},
};

use super::bench::{Bench, code};
use crate::{
    command::{Command, Rejection},
    kernel::Reply,
    limits, views,
};

const TEXT: &str = "name: laws\nversion: 1.0.0\ntasks: [{id: a, uses: pkg:builtin/noop@1}]\n";

fn secret() -> SecretKey {
    SecretKey::ed25519(&[7; 32]).unwrap()
}

fn fingerprint() -> String {
    secret().credential().key().fingerprint().to_string()
}

fn enroll() -> Command {
    Command::Enroll(vec![Enrolled {
        principal: Principal::uid(7),
        fingerprint: fingerprint(),
        key: secret().credential().key().to_openssh(),
        comment: String::new(),
        namespaces: NAMESPACES.map(Into::into).to_vec(),
        valid_after: None,
        valid_before: None,
        cert_authority: false,
        decision: String::new(),
    }])
}

fn revoke() -> Command {
    Command::RevokeKey(Revoked {
        fingerprint: fingerprint(),
        principal: Principal::system(),
        reason: "lost".into(),
        decision: String::new(),
    })
}

/// Publishes a text under a signature of another one.
fn publish(text: &str, signed: &str) -> Command {
    let source = Source { media_type: MediaType::Yaml, text: text.to_owned() };
    let signature = sshsig::sign(&mut secret(), RUNBOOK, signed.as_bytes()).unwrap();
    Command::Publish {
        manifest: Box::new(source.parse().unwrap()),
        provenance: Box::new(Provenance {
            source_digest: source.digest(),
            source: Some(Arc::new(source)),
            ..Provenance::default()
        }),
        signatures: vec![signature],
    }
}

/// Why it is refused; `None` when it is done.
fn submit(bench: &mut Bench, command: Command) -> Option<Code> {
    let context = bench.context(None);
    let answer = bench.submit(context, command);
    if answer.is_ok() { None } else { code(answer) }
}

fn signed() -> Bench {
    let mut bench = Bench::new();
    assert_eq!(submit(&mut bench, enroll()), None);
    assert_eq!(submit(&mut bench, publish(TEXT, TEXT)), None);
    bench
}

fn count(bench: &Bench, kind: &str) -> usize {
    bench.kinds().iter().filter(|known| **known == kind).count()
}

#[test]
fn what_comes_after_a_revocation_in_the_same_batch_is_refused() {
    let mut bench = signed();
    let start = bench.start_command();
    let commands = [start.clone(), start.clone(), revoke(), start];
    let inputs = (1..).zip(commands).map(|(ticket, one)| bench.input(ticket, one, None));
    let inputs = inputs.collect();
    let replies = bench.step(inputs).replies;
    let refused: Vec<Option<Code>> = replies
        .into_iter()
        .map(|(_, reply)| match reply {
            Ok(Reply::Answer(_)) => None,
            Err(Rejection::Refused(refusal)) => Some(refusal.code),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(refused, [None, None, None, Some(Code::RunbookSignature)]);
    assert_eq!((count(&bench, "run.started"), count(&bench, "runbook.refused")), (2, 1));
}

#[test]
fn a_refusal_leaves_an_alert_and_a_flood_is_counted() {
    let mut bench = signed();
    assert_eq!(submit(&mut bench, revoke()), None);
    let started = count(&bench, "run.started");
    for _ in 0..100 {
        let start = bench.start_command();
        assert_eq!(submit(&mut bench, start), Some(Code::RunbookSignature));
    }
    assert_eq!(count(&bench, "run.started"), started);
    assert_eq!(count(&bench, "runbook.refused"), 1);
    bench.now += limits::DENIAL_WINDOW_MS;
    bench.step(vec![]);
    assert_eq!(count(&bench, "runbook.refused"), 2, "how many there were");
    let alerts = bench.views.alerts("default");
    assert_eq!(alerts.iter().map(|alert| alert.refused.count).collect::<Vec<_>>(), [1, 99]);
}

#[test]
fn what_was_signed_otherwise_is_not_published() {
    let mut bench = signed();
    let second = TEXT.replace("1.0.0", "2.0.0");
    let before = count(&bench, "workflow.published");
    assert_eq!(submit(&mut bench, publish(&second, TEXT)), Some(Code::RunbookSignature));
    // A caller that sends another manifest along with what was signed.
    let Command::Publish { provenance, signatures, .. } = publish(&second, &second) else {
        unreachable!()
    };
    let other = second.replace("id: a", "id: b");
    let Command::Publish { manifest, .. } = publish(&other, &other) else { unreachable!() };
    let mixed = Command::Publish { manifest, provenance, signatures };
    assert_eq!(submit(&mut bench, mixed), Some(Code::RunbookSignature));
    assert_eq!(count(&bench, "workflow.published"), before);
    assert_eq!(submit(&mut bench, publish(&second, &second)), None);
}

#[test]
fn signatures_and_alerts_are_the_same_when_views_are_made_again() {
    let mut bench = signed();
    assert_eq!(submit(&mut bench, publish(TEXT, "another text")), Some(Code::RunbookSignature));
    bench.write_views();
    let kept = views::digest(&*bench.store).unwrap();
    let fresh = super::bench::MapViews::default();
    views::fold(&fresh, &bench.ledger, &mut |_, _| {}).unwrap();
    assert_eq!(views::digest(&fresh).unwrap(), kept);
    bench.restart();
    let start = bench.start_command();
    assert_eq!(submit(&mut bench, start), None);
    assert_eq!(bench.views.alerts("default").len(), 1);
    assert_eq!(submit(&mut bench, revoke()), None);
    bench.restart();
    let start = bench.start_command();
    assert_eq!(submit(&mut bench, start), Some(Code::RunbookSignature));
}

#[test]
fn what_does_not_fit_into_a_record_is_refused_and_the_kernel_goes_on() {
    let mut bench = signed();
    let quotes = "\"".repeat(255_000);
    let long = format!(
        "name: long\nversion: 1.0.0\ntasks: [{{id: a, uses: pkg:builtin/shell@1, with: {{run: '{quotes}'}}}}]\n"
    );
    assert_eq!(submit(&mut bench, publish(&long, &long)), Some(Code::ManifestLimit));
    let start = bench.start_command();
    assert_eq!(submit(&mut bench, start), None);
}
